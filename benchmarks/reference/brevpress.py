"""Two lanes over the same Brevpress layout: the press, and WeasyPrint without it."""

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML

from benchmarks.reference import letters as data
from benchmarks.reference import page_data
from benchmarks.reference.letters import Row, batches
from pipelines import config
from pipelines.model import Letter, LotHead, PlannedContainer, PlannedFile
from pipelines.press import environment, typefaces
from pipelines.press.lanes import Lanes
from pipelines.press.printfile import press_file

LAYOUT = "se/reference"
HEAD = LotHead(
    "bench", "strand-se-2026-12-03-b", "strand", "SE", "b", date(2026, 12, 3), date(2026, 12, 7), data.JOB
)
VENDOR = config.Vendor()
LETTERS_A_DOCUMENT = 50
"""WeasyPrint at its best: a document's fonts and profile are shared by this many letters."""
_DARK = re.compile(rb"\x00+")
_FRONT = '<div class="front">'


class Stamped:
    """The press as a run uses it: print files of the vendor's size, with marks, preflight and checksum."""

    def __init__(self) -> None:
        self._lanes = Lanes()

    def __call__(self, rows: Iterable[Row], out: Path) -> None:
        """Writes print-0001.pdf and so on into `out`; raises when a letter is not in them."""
        for number, batch in enumerate(batches(rows, VENDOR.pieces_per_file), start=1):
            first, last = batch[0]["sequence"], batch[-1]["sequence"]
            name = f"print-{number:04}.pdf"
            tray = PlannedContainer("T1", "tray", "SE", first, last)
            made = press_file(
                HEAD,
                PlannedFile(name, first, len(batch), ("11122",), (tray,)),
                [(row["sequence"], letter(row)) for row in batch],
                VENDOR,
                self._lanes,
                out / name,
            )
            if made.failed or made.breaches or made.unstamped:
                raise SystemExit(f"stamped: {made.failed[:3]} {made.breaches[:3]} {made.unstamped}")


class WeasyPrint:
    """WeasyPrint alone: style sheets parsed and fonts loaded once, many letters a document, hb-subset."""

    def __init__(self, letters_a_document: int = LETTERS_A_DOCUMENT) -> None:
        faces = typefaces.load()
        self._size = letters_a_document
        self._configuration = faces.configuration()
        sheets = environment.stylesheets(LAYOUT)
        self._sheets = [
            CSS(string=faces.stylesheet(), font_config=self._configuration),
            *(CSS(filename=str(path), font_config=self._configuration) for path in sheets),
        ]
        logging.getLogger("weasyprint").setLevel(logging.ERROR)

    def __call__(self, rows: Iterable[Row], out: Path) -> None:
        """Writes a PDF/X-4 for every few letters into `out`."""
        for number, batch in enumerate(batches(rows, self._size), start=1):
            html = self._html(batch)
            document = HTML(string=html).render(font_config=self._configuration, stylesheets=self._sheets)
            document.write_pdf(out / f"weasyprint-{number:04}.pdf", pdf_variant="pdf/x-4")

    def _html(self, batch: Sequence[Row]) -> str:
        pages = [self._letter(row) for row in batch]
        head, _, _ = pages[0].partition("<body>")
        bodies = (page.partition("<body>")[2].partition("</body>")[0] for page in pages)
        return f"{head}<body>{''.join(bodies)}</body></html>"

    def _letter(self, row: Row) -> str:
        html = environment.render_html(LAYOUT, data.LANGUAGE, data.COUNTRY, letter(row).context)
        return html.replace(_FRONT, _FRONT + _mark(row["mark"]), 1)


def _mark(payload: str) -> str:
    """The inserter's mark where the press puts it, a path with a rectangle for each run of dark modules."""
    rows = page_data.mark_rows(payload)
    path = "".join(
        f"M{run.start()} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows)
        for run in _DARK.finditer(row)
    )
    place, side = VENDOR.mark, len(rows) * VENDOR.mark.module_mm
    return (
        f'<div style="position:absolute;left:{place.x_mm}mm;top:{place.y_mm}mm">'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" '
        f'viewBox="0 0 {len(rows)} {len(rows)}">'
        f'<path fill="device-cmyk(0 0 0 1)" d="{path}"/></svg></div>'
    )


def letter(row: Row) -> Letter:
    """The row as a letter for the press."""
    return Letter(
        piece_id=row["piece_id"],
        layout=LAYOUT,
        language=data.LANGUAGE,
        context=_context(row),
        address_lines=row["address_lines"],
        codes=(row["qr"],),
        amount_text="",
        reference_text=row["reference"],
    )


def _context(row: Row) -> dict[str, Any]:
    claims, parts = row["claims"], row["parts"]
    return {
        "country": data.COUNTRY,
        "currency": data.CURRENCY,
        "sender": data.SENDER,
        "recipient": {
            "name": row["name"],
            "first_name": row["first_name"],
            "address_lines": row["address_lines"],
        },
        "letter_date": row["letter_date"],
        "due_date": row["due_date"],
        "piece_number": row["piece_number"],
        "creditor": row["creditor"],
        "claims": claims,
        "oldest": claims[0],
        "amount_due": row["amount_due"],
        "offer": {"monthly": parts[0]["amount"], "parts": parts},
        "slip": {
            "account": data.BANKGIRO,
            "payee": data.PAYEE,
            "reference": row["reference"],
            "qr": row["qr"],
            "code_line": row["code_line"],
        },
    }
