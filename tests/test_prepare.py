"""What is settled before the first row is read."""

from datetime import date
from pathlib import Path

import pytest

from pipelines import config
from pipelines.delivery.memory import MemoryStore
from pipelines.errors import ConfigError, UsageError
from pipelines.prepare import SOFTWARE, Prepared, prepare, tables_of
from pipelines.progress import Channel
from pipelines.sample.export import write_sample

CONFIG = config.load()


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports") / "claims"
    write_sample(folder, 2)
    return folder


def prepared(
    exports: Path, out: str, store: MemoryStore, day: date | None, by: config.Config = CONFIG
) -> Prepared:
    return prepare("monthly-2026-12", "2026-12", str(exports), out, by, day, store, Channel(None))


def test_without_a_day_a_run_that_made_something_keeps_the_day_on_which_it_began(exports: Path) -> None:
    store = MemoryStore()
    assert prepared(exports, "mem", store, date(2026, 12, 1)).begun == "new"
    store.put_bytes("runs/monthly-2026-12/plan.json", b"{}")
    again = prepared(exports, "mem", store, None)
    assert (again.begun, again.run.today) == ("resumed", date(2026, 12, 1))


def test_everything_that_decides_the_output_is_in_the_fingerprint(exports: Path) -> None:
    first = prepared(exports, "mem", MemoryStore(), date(2026, 12, 1)).run
    assert first.fingerprint == prepared(exports, "mem", MemoryStore(), date(2026, 12, 1)).run.fingerprint
    names = {name for name, _ in first.inputs}
    assert {"period", "today", "configuration", "software", "folder layouts", "folder fonts"} <= names
    assert {f"table {v.name}" for v in tables_of(CONFIG)} <= names
    other = CONFIG.model_copy(update={"variants": ("A", "B")})
    assert (
        prepared(exports, "mem", MemoryStore(), date(2026, 12, 1), other).run.fingerprint != first.fingerprint
    )


def test_how_a_bucket_is_reached_decides_nothing(exports: Path) -> None:
    delivery = config.Delivery(endpoint_url="http://127.0.0.1:9", region="eu-north-1")
    other = CONFIG.model_copy(update={"delivery": delivery})
    assert other.fingerprint() == CONFIG.fingerprint()


def test_the_bucket_may_not_lie_within_the_exports(exports: Path) -> None:
    with pytest.raises(UsageError, match="--out lies within --exports"):
        prepared(exports, str(exports / "bucket"), MemoryStore(), None)


def test_a_country_without_rules_is_one_clear_line(exports: Path) -> None:
    other = CONFIG.model_copy(update={"countries": {"XX": CONFIG.countries["SE"]}})
    with pytest.raises(ConfigError, match=r"countries\.XX: no such country"):
        prepared(exports, "mem", MemoryStore(), None, other)


def test_every_dated_table_of_the_configured_countries_is_named_with_its_hash() -> None:
    versions = tables_of(CONFIG)
    assert [v.name for v in versions] == [
        "calendars", "countries/fi", "countries/se", "patterns", "paydays", "products", "rules/fi",
        "rules/se", "sheets", "sorting", "sorting/se-offices/2026-example"
    ]  # fmt: skip
    assert all(len(v.sha256) == 64 for v in versions)


def test_the_software_of_a_run_names_what_sets_and_writes_its_pages_with_versions() -> None:
    named = dict(part.split("/") for part in SOFTWARE.split(" ")[2:])
    assert {"weasyprint", "pango", "uharfbuzz", "fonttools", "isal", "pikepdf"} <= named.keys()
    assert all(named.values())
