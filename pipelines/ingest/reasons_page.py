"""`docs/quarantine.md`, written from the closed lists of reasons (`make docs`)."""

import sys
from collections.abc import Iterable, Sequence

from pipelines.reasons import PRECEDENCE, Hold

_HEAD = """\
# Why a claim was not printed

<!-- Written from pipelines/reasons.py by `make docs`; a test keeps the two the same. -->

Every claim of an export is printed, quarantined or held, and the books say which: `verify` counts
them again from the files. The lists on this page are closed: no other word stands in a `reason`.

## Quarantined

`runs/{run_id}/quarantine.parquet` has one row a claim that must not be printed.

| column | says |
|---|---|
| `claim_id` | which claim; empty when the row had none |
| `source_file`, `source_row` | where it stands in the export; rows count from 0, without a header |
| `reason` | one of the codes below |
| `field` | the column to look at; empty when the whole row is meant |
| `detail` | how it is wrong, never with what value: no name, address or amount stands here |

A claim with several defects has the reason that stands first in this list. What a reason takes:
*claim*, this claim only; *recipient*, every claim of the same `debtor_id`, in whatever file it
stands (such a claim has the detail `recipient` when nothing else is wrong with it); *piece*, every
claim of the mail piece.

"""

_HELD = """
## Held

`runs/{run_id}/held.parquet` has one row a claim that waits for a later run, with the day (`until`)
on which it can be tried again. Nothing is wrong with the claim itself.

"""


def page() -> str:
    """The page as Markdown, with a line end at its end."""
    reasons = _table(
        ("reason", "takes", "meaning"),
        ((f"`{r.value}`", r.scope.value, r.meaning) for r in PRECEDENCE),
    )
    holds = _table(("reason", "meaning"), ((f"`{h.value}`", h.meaning) for h in Hold))
    return _HEAD + reasons + _HELD + holds


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    sys.stdout.write(page())
