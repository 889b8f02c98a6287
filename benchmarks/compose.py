"""Composing letters: CPU of our print files against WeasyPrint's own PDFs, in one run.

    python benchmarks/compose.py [--letters 60] [--json FILE]

`press_file` makes one print file: layout, painting, assembling with marks and shared fonts,
preflight. `write_pdf` is WeasyPrint alone: one document a letter, the same HTML, style sheets and
fonts, without the terms page, which is set once beforehand in
both. One process, one core.
"""

import argparse
import json
import tempfile
import time
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipelines import config
from pipelines.config import Vendor
from pipelines.console import quiet_libraries
from pipelines.ingest import check, facts, read
from pipelines.ingest.access import Access
from pipelines.ingest.survey import survey
from pipelines.letters import claims as letter_claims
from pipelines.letters import rules
from pipelines.letters.household import make_pieces
from pipelines.letters.letter import write_letter
from pipelines.model import COHORTS, Breach, Letter, LotHead, PrintFile
from pipelines.postal.plan import make_plan
from pipelines.press import typefaces
from pipelines.press.compose import Composer
from pipelines.press.expected import Expected, ExpectedPiece
from pipelines.press.preflight import preflight
from pipelines.press.printfile import press_file
from pipelines.sample.export import write_sample

TODAY, PERIOD = date(2026, 12, 1), "2026-12"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", type=int, default=60)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    quiet_libraries()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(arguments.letters, Path(folder))
    for name, value in figures.items():
        print(f"{name:<28} {value:>10,.2f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1))


def measure(count: int, folder: Path) -> dict[str, float]:
    settings = config.load(None)
    write_sample(folder / "exports", count)
    access, known = Access(None, None), facts.all()
    tables = [t for task in survey(str(folder / "exports"), access).tasks for t in read.read(task, access)]
    nothing = pa.array([], pa.string())
    claims = pa.concat_tables(tables).combine_chunks()
    checked = check.check(claims, known, typefaces.settable(), TODAY, nothing)
    accepted = letter_claims.check(checked.accepted, TODAY).accepted
    drafts, _ = make_pieces(accepted, checked.condemned, "bench", settings, typefaces.fits_the_window)
    counted = drafts.group_by(COHORTS.names[:3]).aggregate([([], "count_all")]).rename_columns(COHORTS.names)
    plan = make_plan(counted.cast(COHORTS), "bench", PERIOD, TODAY, settings, rules.minimum_days)
    composer = Composer()
    spent = dict.fromkeys(
        ("write letter", "press_file", "of it layout and paint", "of it preflight", "write_pdf"), 0.0
    )
    letters = bytes_made = 0
    for lot_id, name, part in plan.place(drafts):
        head, file, vendor = plan.head(lot_id), plan.file(lot_id, name), settings.vendors["strand"]
        part = part.sort_by([("postal_code", "ascending"), ("piece_id", "ascending")])
        began = time.process_time()
        rows = zip(part.to_pylist(), plan.days_of(part), strict=True)
        written = [(file.first_sequence + n, write_letter(r, d, settings)) for n, (r, d) in enumerate(rows)]
        spent["write letter"] += time.process_time() - began
        batch = [(n, letter) for n, letter in written if isinstance(letter, Letter)]
        for _, letter in batch:
            composer.terms(letter)
        began = time.process_time()
        for _, letter in batch:
            composer.lay_out(letter)
        spent["of it layout and paint"] += time.process_time() - began
        began = time.process_time()
        made = press_file(head, file, batch, vendor, composer, folder / name)
        spent["press_file"] += time.process_time() - began
        began = time.process_time()
        again = _preflight_again(head, made, batch, vendor, folder / name)
        spent["of it preflight"] += time.process_time() - began
        assert not made.breaches
        assert not again
        began = time.process_time()
        for _, letter in batch:
            write_pdf(composer, letter)
        spent["write_pdf"] += time.process_time() - began
        letters += len(batch)
        bytes_made += made.bytes
    figures = {f"{name}, CPU ms a letter": 1000 * value / letters for name, value in spent.items()}
    figures["letters a second and core"] = letters / spent["press_file"]
    figures["press_file / write_pdf"] = spent["press_file"] / spent["write_pdf"]
    figures["kB a letter"] = bytes_made / letters / 1000
    return figures


def _preflight_again(
    head: LotHead, made: PrintFile, batch: list[tuple[int, Letter]], vendor: Vendor, path: Path
) -> tuple[Breach, ...]:
    lines = {letter.piece_id: letter.address_lines for _, letter in batch}
    pieces = tuple(
        ExpectedPiece(p.piece_id, p.sequence, p.first_page, p.pages, p.sheets, p.mark, lines[p.piece_id])
        for p in made.pieces
    )
    return preflight(path, Expected(head.country, vendor, head.job, pieces))


def write_pdf(composer: Composer, letter: Letter) -> bytes:
    """The letter as WeasyPrint writes it by itself, with our fonts and style sheets."""
    return composer.document(letter).write_pdf(full_fonts=True, pdf_variant="pdf/x-4")


if __name__ == "__main__":
    main()
