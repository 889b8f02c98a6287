"""One letter as it will be printed: what `brevpress proof` shows a designer."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipelines.config import Config
from pipelines.errors import ContractError, PersonNeeded, UsageError
from pipelines.letters import rules
from pipelines.letters.letter import Rejected, write_letter
from pipelines.letters.proof import from_record
from pipelines.model import COHORTS, DRAFTS
from pipelines.postal.plan import make_plan
from pipelines.press import typefaces
from pipelines.press.compose import Composer
from pipelines.press.lanes import Lanes
from pipelines.press.printfile import press_file

RUN_ID = "proof"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is to be said of a proof beside its pages."""

    lane: str
    """`stamped` or `rendered`."""
    unstamped: str
    """Why it could not be stamped; empty when it is, or was not to be."""
    breaches: tuple[str, ...]
    """What preflight found."""


def write_proof(
    layout: str, record: Path, output: Path, config: Config, today: date, exact: bool = False
) -> Proof:
    """Writes the letter of the claims in `record` to `output`; gives back what to say of it.

    It runs through the code of a run, so the proof has the marks, codes and days of a letter of
    this month. It is stamped as the letters of a run are, or, with `exact`, rendered in full by the
    layout engine. Raises ContractError when the record cannot be a letter.
    """
    try:
        claims = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ContractError(
            f"{record.name}: {type(error).__name__}", "give a JSON array of claims"
        ) from error
    draft = from_record(claims, config, today, typefaces.fits_the_window)
    if draft["layout"] != layout:
        raise UsageError(
            f"the record is for {draft['layout']}, not for {layout}", "give a record of that country and kind"
        )
    drafts = pa.Table.from_pylist([draft], schema=DRAFTS)
    cohorts = pa.table(
        {**{name: drafts[name] for name in COHORTS.names[:3]}, "pieces": pa.array([1], pa.int64())},
        schema=COHORTS,
    )
    plan = make_plan(cohorts, RUN_ID, _month(today), today, config, rules.minimum_days)
    if not plan.lots:
        # This month's payday is too near: show the letter of the month for which it would wait.
        plan = make_plan(cohorts, RUN_ID, _month(plan.waiting[0].until), today, config, rules.minimum_days)
    letter = write_letter(draft, plan.days_of(drafts)[0], config)
    if isinstance(letter, Rejected):
        raise ContractError(
            f"the record is no letter: {letter.reason} ({letter.field})", "see docs/quarantine.md"
        )
    lot = plan.lots[0]
    printed = press_file(
        plan.head(lot.lot_id),
        lot.files[0],
        [(1, letter)],
        config.vendors[lot.vendor],
        Lanes(Composer(quoting=True), exact),
        output,
    )
    if printed.failed:
        _, reason, detail = printed.failed[0]
        raise PersonNeeded(f"{layout}: {reason} ({detail})", "mend the layout")
    return Proof(
        lane=printed.pieces[0].lane,
        unstamped=", ".join(reason for reason, _ in printed.unstamped),
        breaches=tuple(f"{b.rule} on page {b.page}: {b.fact}" for b in printed.breaches),
    )


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
