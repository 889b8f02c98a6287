"""Whole runs through the command line, made once and looked at by many tests.

exports ─▶ on_folder   a finished run in a folder, with every defect that an export can have
few     ─▶ few_made    a small finished run in a folder, to compare others with
       └─▶ on_s3       the same from S3 to S3

Runs of `few` take one letter of each layout through both lanes and not twenty, since they are made
to be compared with one another; runs that shall give the same bytes take the same number.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pytest

from pipelines import assets
from pipelines.sample.export import write_sample

PERIOD, TODAY = "2026-12", "2026-12-01"
LETTERS = 300
"""Enough for every defect of the sample and for several lots and files."""


FEW_LETTERS, FEW_SEED = 40, 7
ONE_COMPARED = "[press]\ncompared = 1\n"


@dataclass(frozen=True)
class Ran:
    """A call of the command line and where it wrote."""

    out: str
    code: int
    stdout: str
    stderr: str


TWO_PROCESSES = ("--direct_running_mode=multi_processing", "--direct_num_workers=2")


def brevpress(*arguments: str, timeout: float = 540, **environment: str) -> Ran:
    """Calls `brevpress` as an operator does; `out` is the value of --out."""
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "random", **environment},
    )
    out = arguments[arguments.index("--out") + 1] if "--out" in arguments else ""
    return Ran(out, done.returncode, done.stdout, done.stderr)


def monthly(
    exports: Path | str, out: Path | str, *more: str, timeout: float = 1800, **environment: str
) -> Ran:
    """One monthly run of the sample's period and day."""
    return brevpress(
        "monthly", "--exports", str(exports), "--out", str(out), "--period", PERIOD, "--today", TODAY,
        *more, timeout=timeout, **environment,
    )  # fmt: skip


def configured(folder: Path, *sections: str) -> Path:
    """A configuration in `folder`: the embedded default with some sections more."""
    path = folder / "brevpress.toml"
    path.write_text("\n".join((assets.table("default.toml").read_text(encoding="utf-8"), *sections)), "utf-8")
    return path


def tree(out: Path) -> dict[str, bytes]:
    """Key → bytes of everything below a folder, but for the timing, which is never the same twice."""
    files = (path for path in out.rglob("*") if path.is_file() and path.name != "timing.js")
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def bucket(s3: Any, name: str) -> dict[str, bytes]:
    """Key → bytes of everything in a bucket, but for the timing."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=name)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return {
        key: s3.get_object(Bucket=name, Key=key)["Body"].read()
        for key in keys
        if not key.endswith("timing.js")
    }


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="session")
def truth(sample_folder: Path) -> pa.Table:
    """What should happen to every row of `exports`."""
    return write_sample(sample_folder / "exports", LETTERS).truth


@pytest.fixture(scope="session")
def exports(sample_folder: Path, truth: pa.Table) -> Path:
    return sample_folder / "exports"


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small export, for runs that are made only to be broken."""
    folder = tmp_path_factory.mktemp("few")
    write_sample(folder / "exports", FEW_LETTERS, seed=FEW_SEED)
    return folder / "exports"


@pytest.fixture(scope="session")
def few_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of runs of `few`."""
    return configured(tmp_path_factory.mktemp("config"), ONE_COMPARED)


@pytest.fixture(scope="session")
def few_made(few: Path, few_config: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished run of `few`, in a folder."""
    out = tmp_path_factory.mktemp("few-made") / "bucket"
    assert monthly(few, out, "--config", str(few_config)).code == 0
    return out


@pytest.fixture(scope="session")
def on_folder(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return monthly(exports, tmp_path_factory.mktemp("folder") / "bucket")


@pytest.fixture(scope="session")
def s3_section(s3_server: str) -> str:
    """Where our own S3 server is, as a section of a configuration."""
    return f'[delivery]\nendpoint_url = "{s3_server}"\nregion = "eu-north-1"\n'


@pytest.fixture(scope="session")
def few_s3_config(s3_section: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of runs of `few` onto S3."""
    return configured(tmp_path_factory.mktemp("config"), ONE_COMPARED, s3_section)


@pytest.fixture(scope="session")
def s3(s3_server: str) -> Any:
    client = boto3.client("s3", endpoint_url=s3_server, region_name="eu-north-1")
    for name in ("lots", "exports"):
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    return client


@pytest.fixture(scope="session")
def on_s3(s3: Any, few_s3_config: Path, few: Path) -> Ran:
    """The small run, with the exports read from S3 and the lots written to it."""
    for path in sorted(few.rglob("*")):
        if path.is_file():
            s3.upload_file(str(path), "exports", path.relative_to(few).as_posix())
    return monthly("s3://exports", "s3://lots", "--config", str(few_s3_config))
