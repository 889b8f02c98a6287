"""The three stores; a test that asks for `store` runs against each of them."""

from pathlib import Path

import pytest

from pipelines.config import Delivery
from pipelines.delivery.memory import MemoryStore
from pipelines.delivery.opening import open_store
from pipelines.delivery.store import Store


@pytest.fixture(params=["folder", "s3", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    match request.param:
        case "folder":
            return open_store(str(tmp_path / "bucket"), Delivery())
        case "s3":
            bucket, delivery = request.getfixturevalue("s3_bucket")
            return open_store(f"s3://{bucket}/agency/out", delivery)
        case _:
            return MemoryStore()
