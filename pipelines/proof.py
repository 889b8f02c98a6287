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
from pipelines.model import DRAFTS
from pipelines.postal import cohorts
from pipelines.postal.forecast import Forecast
from pipelines.postal.paydays import Month, Paydays
from pipelines.postal.plan import Plan
from pipelines.postal.planning import make_plan
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
    plan, drafts = _planned(pa.Table.from_pylist([draft], schema=DRAFTS), config, today)
    lot = plan.lots[0]
    letter = write_letter(draft, plan.days_of(lot.lot_id, drafts)[0], config)
    if isinstance(letter, Rejected):
        raise ContractError(
            f"the record is no letter: {letter.reason} ({letter.field})", "see docs/quarantine.md"
        )
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


MONTHS = 13
"""Months in which a payday is looked for that the letter can reach: this one, and a year."""


def _planned(drafts: pa.Table, config: Config, today: date) -> tuple[Plan, pa.Table]:
    """The plan of one letter for the first month whose payday it can reach, and its SORTED_DRAFTS."""
    schedule = config.schedule
    paydays = Paydays.load(schedule.tables)
    forecast = Forecast.load(schedule.tables, schedule.forecast_sheets)
    month = Month.parse(f"{today:%Y-%m}")
    for _ in range(MONTHS):
        known = cohorts.sort_out(drafts, paydays, forecast, month.day(1))
        plan = make_plan(cohorts.count(known), RUN_ID, str(month), today, config, rules.minimum_days)
        if plan.lots:
            return plan, known
        month = month.next()
    raise PersonNeeded(
        f"no payday can be reached: {plan.waiting[0].reason}", "see docs/planning.md and docs/quarantine.md"
    )
