"""Real letters: the sample's claims through ingest, household and plan, for each shipped layout.

The reference layout of the benchmarks has letters of its own.
"""

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.reference import brevpress, layouts_root
from benchmarks.reference import letters as reference
from pipelines import assets, config
from pipelines.ingest import check, facts, read
from pipelines.ingest.access import Access
from pipelines.ingest.survey import survey
from pipelines.letters import claims, rules
from pipelines.letters.household import make_pieces
from pipelines.letters.letter import write_letter
from pipelines.model import Letter
from pipelines.postal import cohorts
from pipelines.postal.forecast import Forecast
from pipelines.postal.paydays import Month, Paydays
from pipelines.postal.planning import make_plan
from pipelines.press import typefaces
from pipelines.sample.export import write_sample

SHIPPED = ("fi/demand", "fi/invoice", "se/demand", "se/invoice")
REFERENCE = brevpress.LAYOUT
TODAY, PERIOD = date(2026, 12, 1), "2026-12"


def all_layouts(folder: Path) -> Path:
    """`folder`, as `$BREVPRESS_ASSETS` wants it: the shipped layouts and the reference layout."""
    layouts_root.make(folder)
    shutil.copytree(assets.folder("layouts"), folder / "layouts", dirs_exist_ok=True)
    return folder


def real_letters(each: int, sampled: int, folder: Path) -> dict[str, list[Letter]]:
    """`each` letters of every layout, from a sample of so many letters that is written into `folder`.

    Languages take turns as long as there are letters in each; which letters is decided by their
    ids' digests. The same arguments give the same letters.
    """
    settings = config.load(None)
    found: dict[str, list[Letter]] = {}
    for layout, languages in sorted(_drafts(sampled, folder, settings).items()):
        turns = zip_longest(*(languages[name] for name in sorted(languages)))
        drafts = (pair for pair in chain.from_iterable(turns) if pair is not None)
        written = (write_letter(draft, days, settings) for draft, days in drafts)
        found[layout] = list(islice((one for one in written if isinstance(one, Letter)), each))
    found[REFERENCE] = [brevpress.letter(row) for row in reference.rows(each)]
    return found


def _drafts(
    sampled: int, folder: Path, settings: config.Config
) -> Mapping[str, Mapping[str, list[tuple[dict[str, Any], Any]]]]:
    """Drafts with their days, by layout and language, in the order of their ids' digests."""
    write_sample(folder, sampled)
    access = Access(None, None)
    tables = [table for task in survey(str(folder), access).tasks for table in read.read(task, access)]
    rows = pa.concat_tables(tables).combine_chunks()
    checked = check.check(rows, facts.all(), typefaces.settable(), TODAY, pa.array([], pa.string()))
    accepted = claims.check(checked.accepted, TODAY).accepted
    drafts, _ = make_pieces(accepted, checked.condemned, "truth", settings, typefaces.fits_the_window)
    drafts = cohorts.sort_out(drafts, Paydays.load({}), Forecast.load({}, {}), Month.parse(PERIOD).day(1))
    plan = make_plan(cohorts.count(drafts), "truth", PERIOD, TODAY, settings, rules.minimum_days)
    found: defaultdict[str, defaultdict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    placed = chain.from_iterable(
        zip(part.to_pylist(), plan.days_of(lot, part), strict=True)
        for lot, _, part in plan.place_whole(drafts)
    )
    for draft, days in sorted(placed, key=lambda pair: _digest(pair[0]["piece_id"])):
        found[draft["layout"]][draft["language"]].append((draft, days))
    return found


def _digest(piece_id: str) -> bytes:
    return hashlib.sha256(piece_id.encode()).digest()
