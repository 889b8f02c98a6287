from pathlib import Path

from pipelines.ingest.reasons_page import page
from pipelines.reasons import Hold, Reason

ROOT = Path(__file__).parents[2]


def test_the_page_in_docs_is_the_one_the_code_writes() -> None:
    assert (ROOT / "docs" / "quarantine.md").read_text(encoding="utf-8") == page(), "run `make docs`"


def test_the_page_lists_every_reason_once_in_order_of_precedence() -> None:
    rows = [line.split("`")[1] for line in page().splitlines() if line.startswith("| `")]
    codes = [code for code in rows if code in {*Reason, *Hold}]
    assert codes == [*(r.value for r in Reason), *(h.value for h in Hold)]
