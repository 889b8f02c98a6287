"""ReportLab at its best: static parts once as Form XObjects, Paragraphs, codes as inline image masks."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.colors import CMYKColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from benchmarks.reference import page_data
from benchmarks.reference.letters import Row, batches
from pipelines.press import typefaces

LETTERS_A_FILE = 500
WIDTH, HEIGHT = 210 * mm, 297 * mm
BLACK, WHITE = CMYKColor(0, 0, 0, 1), CMYKColor(0, 0, 0, 0)
ACCENT, TINT, SEA = CMYKColor(1, 0.4, 0.45, 0.3), CMYKColor(0.08, 0.02, 0.03, 0), CMYKColor(0.6, 0.1, 0.2, 0)
REGULAR, MEDIUM, BOLD, BLACKEST, CODE = (
    "Inter-Regular",
    "Inter-Medium",
    "Inter-SemiBold",
    "Inter-Bold",
    "OCRB-Regular",
)
LEFT = 20 * mm

BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=9, leading=12, textColor=BLACK, spaceAfter=1.8 * mm)
TERMS = ParagraphStyle("terms", BODY, fontSize=10, leading=13.5)

WHY = (
    "Dear {name}, you have {count} unpaid {bills} with <b>{creditor}</b>, together <b>{amount_due}</b> with"
    " interest and costs up to {letter_date}. The oldest of them, {oldest_subject} with the number "
    "{oldest_reference}, should have been paid on {oldest_due}. {creditor} has asked us to write to you "
    "before anything else is done. Most people who get this letter have simply forgotten a bill while much "
    "else went on, and one payment settles everything that is listed below. Please pay no later than "
    "<b>{due_weekday}</b>, and the matter is closed."
)
HOW = (
    "If <b>{amount_due}</b> is too much at once, {first_name}, you can pay it in {parts_count} parts of "
    "{monthly} a month instead, the first on {first_day}. You need not ask us for it: pay the first part "
    "with the reference <b>{reference}</b> and the plan holds. Interest stands still for as long as you "
    "follow it, and we tell {creditor} for you. Is something wrong with the bill, or did you pay it after "
    "{letter_date}? Then call {phone}, say the number {piece_number}, and {signed_by} will look into it the"
    " same day."
)
PAYEE = "Payee <b>{payee}</b>. Scan the code, or pay with account and reference. One payment for everything."
COLUMNS = tuple(at * mm for at in (20, 96, 119, 155, 170, 190))
"""Left edges of the claims table's first three columns, right edges of the others."""


class ReportLab:
    """ReportLab by hand: what is fixed is drawn once a file, what varies on top of it."""

    def __init__(self, letters_a_file: int = LETTERS_A_FILE) -> None:
        self._size = letters_a_file
        for face in typefaces.load().faces:
            pdfmetrics.registerFont(TTFont(face.name, str(face.file)))
        pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
        rl_config.invariant = 1

    def __call__(self, rows: Iterable[Row], out: Path) -> None:
        """Writes reportlab-0001.pdf and so on into `out`."""
        for number, batch in enumerate(batches(rows, self._size), start=1):
            # Otherwise every file names a Helvetica that it does not embed.
            canvas = Canvas(
                str(out / f"reportlab-{number:04}.pdf"),
                pagesize=(WIDTH, HEIGHT),
                pageCompression=1,
                initialFontName=REGULAR,
                enforceColorSpace="CMYK",
            )
            _fixed(canvas)
            for row in batch:
                _letter(canvas, row)
            canvas.save()


def _fixed(canvas: Canvas) -> None:
    texts = page_data.texts()
    canvas.beginForm("front", 0, 0, WIDTH, HEIGHT)
    _logo(canvas)
    canvas.setFillColor(BLACK)
    _lines(canvas, LEFT, 47.5 * mm, 13, REGULAR, 9, list(texts["facts"].values()))
    _lines(canvas, 42 * mm, 47.5 * mm + 26, 13, MEDIUM, 9, [page_data.FIXED["phone"], page_data.FIXED["web"]])
    canvas.setDash(3, 3)
    _rule(canvas, 244 * mm, 0.75, BLACK)
    canvas.setDash()
    for x, key in ((20, "account"), (50, "reference"), (95, "amount"), (130, "due")):
        _text(canvas, x * mm, 249 * mm, REGULAR, 8, texts["slip"][key])
    _text(canvas, LEFT, 254 * mm, BOLD, 10, page_data.FIXED["account"])
    _paragraph(canvas, PAYEE.format(payee=escape(page_data.FIXED["payee"])), BODY, 258 * mm, 140 * mm)
    canvas.endForm()
    canvas.beginForm("terms", 0, 0, WIDTH, HEIGHT)
    _text(canvas, LEFT, 25.5 * mm, BLACKEST, 16, texts["terms"]["title"])
    top = 29 * mm
    for section in texts["terms"]["sections"]:
        _text(canvas, LEFT, top + 7 * mm, BOLD, 11.5, section["heading"])
        top = _paragraph(canvas, section["body"], TERMS, top + 8.5 * mm, 170 * mm)
    _rule(canvas, 278 * mm, 0.5, ACCENT)
    canvas.endForm()


def _logo(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.transform(0.1 * mm, 0, 0, -0.1 * mm, LEFT, HEIGHT - 9 * mm)
    _path(canvas, ACCENT, [
        (50, 116), (47, 116, 46, 113, 46, 110), (46, 92), (20, 90, 4, 72, 4, 48), (4, 28, 14, 12, 26, 12),
        (37, 12, 46, 20, 50, 30), (54, 20, 63, 12, 74, 12),
        (86, 12, 96, 28, 96, 48), (96, 72, 80, 90, 54, 92), (54, 110), (54, 113, 53, 116, 50, 116),
    ])  # fmt: skip
    _path(canvas, WHITE, [
        (48.2, 92), (48.2, 56), (31, 43), (33.2, 40.1), (48.2, 51.5), (48.2, 33), (51.8, 33), (51.8, 61.5),
        (66.8, 50.1), (69, 53), (51.8, 66), (51.8, 92),
    ])  # fmt: skip
    _path(canvas, SEA, [
        (120, 88), (180, 40, 240, 104, 300, 64), (360, 24, 420, 88, 476, 40), (476, 56),
        (420, 104, 360, 40, 300, 80), (240, 120, 180, 56, 120, 104),
    ])  # fmt: skip
    canvas.restoreState()
    canvas.setFillColor(BLACK)
    _text(canvas, 33 * mm, 14 * mm, BOLD, 15, page_data.FIXED["name"])


def _path(canvas: Canvas, colour: CMYKColor, steps: Sequence[tuple[float, ...]]) -> None:
    canvas.setFillColor(colour)
    path = canvas.beginPath()
    path.moveTo(*steps[0])
    for step in steps[1:]:
        (path.lineTo if len(step) == 2 else path.curveTo)(*step)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _letter(canvas: Canvas, row: Row) -> None:
    shown = page_data.shown(row)
    canvas.doForm("front")
    canvas.setFillColor(BLACK)
    _lines(canvas, 115 * mm, 45 * mm + 10.4, 13.4, REGULAR, 10.5, shown["address_lines"])
    _lines(canvas, 42 * mm, 47.5 * mm, 13, MEDIUM, 9, (shown["letter_date"], shown["piece_number"]))
    _text(
        canvas, LEFT, 91.5 * mm, BLACKEST, 16, f"Please pay {shown['amount_due']} by {shown['due_weekday']}"
    )
    words = {key: escape(value) for key, value in shown.items() if isinstance(value, str)} | _SIGNED
    top = _paragraph(canvas, WHY.format_map(words), BODY, 94.6 * mm, 170 * mm) + 1.8 * mm
    top = _paragraph(canvas, HOW.format_map(words), BODY, top, 170 * mm) + 1.8 * mm
    top = _offer(canvas, shown, top) + 2.5 * mm
    _claims(canvas, shown, top)
    _text(canvas, 50 * mm, 254 * mm, BOLD, 10, shown["reference"])
    _text(canvas, 95 * mm, 254 * mm, BOLD, 10, shown["amount_due"])
    _text(canvas, 130 * mm, 254 * mm, BOLD, 10, shown["due_date"])
    _text(canvas, 1.764 * mm, 280 * mm, CODE, 9.9585, shown["code_line"])
    _mask(canvas, page_data.qr_rows(row["qr"]), 169.3 * mm, 247.3 * mm, 17.4 * mm)
    _mask(canvas, page_data.mark_rows(row["mark"]), 5 * mm, 120 * mm, 7.614 * mm)
    canvas.showPage()
    canvas.doForm("terms")
    canvas.setFillColor(BLACK)
    footer = f"Reference {shown['reference']} · letter {shown['piece_number']} · page 2 of 2"
    _text(canvas, LEFT, 282.5 * mm, REGULAR, 8, footer)
    canvas.showPage()


def _offer(canvas: Canvas, shown: dict[str, Any], top: float) -> float:
    parts = shown["parts"]
    height = max(4 * mm + len(parts) * 13.9, 21 * mm)
    canvas.setFillColor(TINT)
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(0.75)
    canvas.rect(LEFT, HEIGHT - top - height, 170 * mm, height, fill=1)
    canvas.setFillColor(BLACK)
    _text(canvas, 24 * mm, top + 16, BOLD, 10.5, f"Or pay in {shown['parts_count']} parts")
    _text(canvas, 24 * mm, top + 33, BLACKEST, 15, shown["monthly"])
    _text(canvas, 24 * mm, top + 47, REGULAR, 9, f"a month, the first on {shown['first_day']}")
    canvas.setLineWidth(0.5)
    at = top + 2 * mm
    for number, when, part in parts:
        _text(canvas, 104 * mm, at + 9.5, REGULAR, 9, number)
        _text(canvas, 112 * mm, at + 9.5, REGULAR, 9, when)
        canvas.drawRightString(186 * mm, HEIGHT - at - 9.5, part)
        at += 13.9
        canvas.line(104 * mm, HEIGHT - at, 186 * mm, HEIGHT - at)
    return top + height


def _claims(canvas: Canvas, shown: dict[str, Any], top: float) -> None:
    texts = page_data.texts()["claims"]
    canvas.setFont(BOLD, 7.5)
    y = HEIGHT - top - 8
    for x, key in zip(COLUMNS, ("what", "number", "due", "principal", "costs", "amount"), strict=True):
        (canvas.drawString if x < COLUMNS[3] else canvas.drawRightString)(x, y, texts[key])
    y -= 3.5
    canvas.setLineWidth(1)
    canvas.line(LEFT, y, 190 * mm, y)
    canvas.setLineWidth(0.5)
    for creditor, subject, reference, due, principal, costs, amount in shown["claims"]:
        y -= 8.2
        line = canvas.beginText(LEFT, y)
        line.setFont(BOLD, 7.5)
        line.textOut(creditor)
        line.setFont(REGULAR, 7.5)
        line.textOut(f", {subject}")
        canvas.drawText(line)
        canvas.setFont(REGULAR, 7.5)
        canvas.drawString(COLUMNS[1], y, reference)
        canvas.drawString(COLUMNS[2], y, due)
        canvas.drawRightString(COLUMNS[3], y, principal)
        canvas.drawRightString(COLUMNS[4], y, costs)
        canvas.drawRightString(COLUMNS[5], y, amount)
        y -= 3.7
        canvas.line(LEFT, y, 190 * mm, y)
    canvas.setFillColor(TINT)
    canvas.rect(LEFT, y - 15.5, 170 * mm, 15.5, stroke=0, fill=1)
    canvas.setFillColor(BLACK)
    canvas.setFont(BLACKEST, 9)
    canvas.drawString(LEFT, y - 11, f"All {shown['count']} together")
    canvas.drawRightString(190 * mm, y - 11, shown["total"])


def _text(canvas: Canvas, x: float, top: float, font: str, size: float, text: str) -> None:
    canvas.setFont(font, size)
    canvas.drawString(x, HEIGHT - top, text)


def _lines(
    canvas: Canvas, x: float, top: float, leading: float, font: str, size: float, lines: Sequence[str]
) -> None:
    text = canvas.beginText(x, HEIGHT - top)
    text.setFont(font, size, leading)
    for line in lines:
        text.textLine(line)
    canvas.drawText(text)


def _paragraph(canvas: Canvas, text: str, style: ParagraphStyle, top: float, width: float) -> float:
    """Draws it and gives back where it ends, from the page's top."""
    made = Paragraph(text, style)
    _, height = made.wrapOn(canvas, width, HEIGHT)
    made.drawOn(canvas, LEFT, HEIGHT - top - height)
    return top + height


def _rule(canvas: Canvas, top: float, weight: float, colour: CMYKColor) -> None:
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(weight)
    canvas.line(LEFT, HEIGHT - top, 190 * mm, HEIGHT - top)


def _mask(canvas: Canvas, rows: Sequence[bytes], x: float, top: float, size: float) -> None:
    """A symbol as an inline stencil mask, a bit a module, in the fill colour."""
    side = len(rows)
    width = -(-side // 8) * 2
    data = "".join(f"{int(row.translate(_BITS).decode().ljust(width * 4, '1'), 2):0{width}x}" for row in rows)
    canvas._code.append(
        f"q {size:.3f} 0 0 {size:.3f} {x:.3f} {HEIGHT - top - size:.3f} cm "
        f"BI /W {side} /H {side} /IM true /BPC 1 /F /AHx ID {data}> EI Q"
    )


_SIGNED = {key: escape(page_data.FIXED[key]) for key in ("phone", "signed_by")}
_BITS = bytes.maketrans(b"\x00\xff", b"01")
