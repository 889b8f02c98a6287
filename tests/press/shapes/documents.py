"""Random layouts in the parts of CSS that the press follows, and letters for them.

A `Document` is a template with its style sheet and some letters' contexts. Its sheet has large
margins, so a few paragraphs fill a page and every kind of break occurs.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from pipelines.model import Letter

WORDS = [
    "räkningen",
    "gäller",
    "ett",
    "avtal",
    "från",
    "hösten",
    "som",
    "du",
    "tecknade",
    "AVTAL",
    "Tel.",
    "1",
    "234,50",
    "kr",
    "50",
    "%",
    "”citat”",
    "e-post",
    "och/eller",
    "betalningspåminnelsen",
    "Yta",
    "i",
    "å",
    "Wåhlström",
    "to",
    "fi",
]
INK = "device-cmyk(1 .4 .45 .3)"
TEXTS, FLAGS = 6, 4

_SHEET = f"""
@page {{ size: 210mm 297mm; margin: 20mm 30mm MARGIN; MARGINS }}
html {{ font: 10pt/13pt Letter; color: device-cmyk(0 0 0 1); hyphens: none }}
body, p, h1, ul, ol, table {{ margin: 0; padding: 0 }}
table {{ border-spacing: 0; table-layout: fixed; width: 100% }}
td, th {{ padding: 0; text-align: left; vertical-align: top; font-weight: 400 }}
b {{ font-weight: 600 }}
i {{ font-style: normal; color: {INK} }}
"""
_LAYOUT = """
name = "se/{name}"
version = "1"
country = "SE"
kind = "{name}"
languages = ["sv"]
geometry = "SE"
fonts = ["Letter"]
styles = ["se/{name}/letter.css"]
terms_pages = 0
"""


@dataclass(frozen=True)
class Document:
    """The blocks of a template, the style sheet, and what each letter says."""

    blocks: tuple[str, ...]
    sheet: str
    contexts: tuple[dict[str, Any], ...]

    def write(self, layouts: Path, name: str) -> None:
        """Puts it as the layout `se/{name}` below `layouts`."""
        folder = layouts / "se" / name
        folder.mkdir(parents=True)
        (folder / "layout.toml").write_text(_LAYOUT.format(name=name), encoding="utf-8")
        (folder / "texts.sv.toml").write_text('title = "Brev"\n', encoding="utf-8")
        (folder / "letter.css").write_text(self.sheet, encoding="utf-8")
        body = "\n".join(self.blocks)
        head = '<!DOCTYPE html><html lang="sv"><head><title>x</title></head>'
        page = f"{head}<body>{{% set r = rows[0] %}}{body}</body></html>"
        (folder / "letter.html").write_text(page, encoding="utf-8")

    def letters(self, name: str) -> list[Letter]:
        """Its letters, of the layout `se/{name}`."""
        return [
            Letter(
                piece_id=f"{name}-{number}",
                layout=f"se/{name}",
                language="sv",
                context={"country": "SE", "sender": {"name": "Lindvall"}, **context},
                address_lines=(),
                codes=(),
                amount_text="",
                reference_text="",
            )
            for number, context in enumerate(self.contexts)
        ]


_LENGTHS = ("0", "1mm", "2.5mm", "7mm")
_BOX = {
    "margin-top": (*_LENGTHS, "-2mm", "12mm"),
    "margin-bottom": (*_LENGTHS, "-1mm", "9mm"),
    "margin-left": (*_LENGTHS, "auto", "-3mm"),
    "margin-right": (*_LENGTHS, "auto"),
    "padding-top": _LENGTHS,
    "padding-bottom": _LENGTHS,
    "padding-left": ("2mm", "5%"),
    "padding": ("1.3mm", "2mm 3mm"),
    "border": (f".5pt solid {INK}", f"2pt dashed {INK}"),
    "border-top": (f"1pt solid {INK}",),
    "border-bottom": (f"1pt solid {INK}", f"2pt double {INK}"),
    "border-radius": ("2mm",),
    "background": ("device-cmyk(.08 .02 .03 0)",),
    "width": ("60mm", "70%"),
    "box-sizing": ("border-box",),
    "min-height": ("8mm",),
    "max-height": ("9mm",),
    "height": ("0", "11mm"),
    "break-inside": ("avoid",),
    "break-before": ("page", "avoid"),
    "break-after": ("avoid", "page"),
    "margin-break": ("discard",),
    "position": ("relative",),
}
_LEAF = {
    "text-align": ("right", "center", "justify"),
    "text-indent": ("5mm",),
    "text-transform": ("uppercase",),
    "letter-spacing": (".4pt",),
    "line-height": ("1.5", "18pt"),
    "font-size": ("8pt", "14pt"),
    "orphans": ("1", "3"),
    "widows": ("1", "3"),
    "white-space": ("pre-line", "nowrap"),
    "font-weight": ("600",),
}
_CELL = {
    "padding": ("1mm", "1mm 2mm"),
    "vertical-align": ("middle", "bottom", "baseline"),
    "text-align": ("right", "center"),
    "border-bottom": (f".5pt solid {INK}",),
    "background": ("device-cmyk(.08 .02 .03 0)",),
    "font-size": ("8pt", "15pt"),
    "break-inside": ("avoid",),
}
_ABSOLUTE = {
    "left": ("0", "10mm", "-5mm"),
    "right": ("0", "10mm"),
    "top": ("0", "5mm", "-8mm"),
    "bottom": ("0", "5mm"),
    "width": ("30mm", "50mm"),
    "height": ("9mm",),
    "padding": ("1mm",),
    "margin-top": ("2mm",),
    "border": (f".5pt solid {INK}",),
    "white-space": ("nowrap", "pre-line"),
}
_ATOM = {
    "width": ("20mm",),
    "height": ("8mm",),
    "vertical-align": ("top", "middle"),
    "border": (f".5pt solid {INK}",),
    "margin": ("1mm",),
}
_DRAWING = (
    '<svg viewBox="0 0 10 10" width="20mm" height="8mm" style="STYLE">'
    '<path fill="device-cmyk(1 .4 .45 .3)" d="M0 0H10V5H0z"/></svg>'
)
_RUNNING = (
    "",
    "@bottom-right { content: counter(page) }",
    '@bottom-left { content: "Sida " counter(page) " av " counter(pages) }',
    "@top-left { content: string(name); width: 50mm } @bottom-center { content: counter(page) }",
    "@top-left { content: string(name) } @top-right { content: counter(page) }",
    "@bottom-left { content: string(name) } @bottom-center { content: counter(pages) }",
)


class _Writer:
    """Writes random blocks."""

    def __init__(self, draw: Random) -> None:
        self._draw = draw

    def style(self, choices: dict[str, tuple[str, ...]], most: int) -> str:
        """A style attribute's text with up to so many of the declarations."""
        names = self._draw.sample(sorted(choices), self._draw.randint(0, most))
        return "; ".join(f"{name}: {self._draw.choice(choices[name])}" for name in names)

    def one(self, **weights: int) -> str:
        """One of the names, by their weights."""
        return self._draw.choices(list(weights), list(weights.values()))[0]

    def words(self, depth: int = 0) -> str:
        """Inline content."""
        kind = self.one(slot=6, fixed=2, both=3, b=1, i=1, size=1, u=1, br=1)
        if kind == "slot" or depth > 2:
            return f"{{{{ t[{self._draw.randrange(TEXTS)}] }}}}"
        if kind == "fixed":
            return self._draw.choice(("Att betala:", "du kan ringa oss", "x"))
        inner = self.words(depth + 1)
        if kind == "both":
            return f"{inner} {self.words(depth + 1)}"
        if kind == "size":
            return f'<span style="font-size: 13pt">{inner}</span>'
        if kind == "br":
            return f"{inner}<br>{self.words(depth + 1)}"
        return f"<{kind}>{inner}</{kind}>"

    def leaf(self) -> str:
        """A paragraph."""
        return f'<p style="{self.style(_BOX, 3)}; {self.style(_LEAF, 2)}">{self.words()}</p>'

    def table(self) -> str:
        """A table, mostly with a row for each of `rows`."""
        columns = self._draw.randint(1, 3)
        widths = [self._draw.choice(("", "width: 30mm", "width: 20%")) for _ in range(columns)]
        body = self._row("td", widths)
        if self.one(many=3, one=1) == "many":
            body = f"{{% for r in rows %}}{body}{{% endfor %}}"
            if self.one(no=2, yes=1) == "yes":
                body += self._row("td", widths)
        else:
            body = f"{{% for r in rows[:1] %}}{body}{self._row('td', widths)}{{% endfor %}}"
        head = f"<thead>{self._row('th', widths)}</thead>" if self.one(no=1, yes=1) == "yes" else ""
        foot = f"<tfoot>{self._row('td', widths)}</tfoot>" if self.one(no=3, yes=1) == "yes" else ""
        box = {n: c for n, c in _BOX.items() if n not in ("height", "border-radius")}
        style = self.style({**box, "border-spacing": ("1mm 2mm",)}, 2)
        group = self.style({"break-inside": ("avoid",), "break-before": ("avoid",)}, 1)
        return f'<table style="{style}">{head}{foot}<tbody style="{group}">{body}</tbody></table>'

    def _row(self, tag: str, widths: list[str]) -> str:
        cells = []
        for width in widths:
            kind = self.one(words=3, row=3, blocks=1, both=1)
            said = "{{ r }}" if kind in ("row", "both") and tag == "td" else self.words()
            if kind == "blocks":
                said = self.leaf() + self.block(2)
            elif kind == "both":
                said = f"{said}<p>{self.words()}</p>"
            cells.append(f'<{tag} style="{width}; {self.style(_CELL, 2)}">{said}</{tag}>')
        style = self.style({"height": ("9mm",), "break-inside": ("avoid",), "break-after": ("avoid",)}, 1)
        return f'<tr style="{style}">{"".join(cells)}</tr>'

    def absolute(self) -> str:
        """A box out of the flow."""
        inside = self.one(words=2, leaf=1, both=1)
        said = "".join(self.leaf() for _ in range(2)) if inside == "both" else self.words()
        return f'<div style="position: absolute; {self.style(_ABSOLUTE, 4)}">{said}</div>'

    def items(self) -> str:
        """A list."""
        kind = self._draw.choice(("", "list-style: none", "list-style-type: '– '", "list-style-type: square"))
        item = f'<li style="{self.style(_BOX, 1)}">{self.words()} {{{{ r }}}}</li>'
        return f'<ul style="padding-left: 6mm; {kind}">{{% for r in rows %}}{item}{{% endfor %}}</ul>'

    def atom(self) -> str:
        """A paragraph with a box in its lines."""
        style = self.style(_ATOM, 4)
        block = f'<span style="display: inline-block; {style}">{self.words()}</span>'
        return f"<p>{self.words()} {block} {self.words()}</p>"

    def block(self, depth: int = 0) -> str:
        """Any block."""
        kind = self.one(
            leaf=8,
            div=6 if depth < 3 else 0,
            table=3 if depth < 2 else 0,
            items=1,
            atom=1,
            drawing=1,
            code=1,
            maybe=2,
            each=1 if depth < 2 else 0,
            strings=1,
            absolute=1,
            words=1 if depth else 0,
        )
        match kind:
            case "div":
                inside = "".join(self.block(depth + 1) for _ in range(self._draw.randint(0, 4)))
                return f'<div style="{self.style(_BOX, 3)}">{inside}</div>'
            case "maybe":
                return f"{{% if f[{self._draw.randrange(FLAGS)}] %}}{self.block(depth + 1)}{{% endif %}}"
            case "each":
                return f"{{% for r in rows %}}{self.block(depth + 1)}{{% endfor %}}"
            case "drawing":
                return _DRAWING.replace(
                    "STYLE", self._draw.choice(("display: block", "display: block; margin: 2mm 0", ""))
                )
            case "code":
                return "<div>{{ qr(code, 12) }}</div>"
            case "strings":
                return '<div style="string-set: name attr(data-name)" data-name="{{ t[1] }}"></div>'
        made: str = getattr(self, kind)()
        return made


def document(seed: int, letters: int = 4) -> Document:
    """The random document of that number, with so many letters."""
    draw = Random(seed)
    writer = _Writer(draw)
    blocks = tuple(writer.block() for _ in range(draw.randint(1, 8)))
    margin = draw.choice(("40mm", "150mm", "190mm", "220mm"))
    sheet = _SHEET.replace("MARGINS", draw.choice(_RUNNING)).replace("MARGIN", margin)
    return Document(blocks, sheet, tuple(_context(draw) for _ in range(letters)))


def made(body: str, sheet: str = "", bottom: str = "40mm", letters: int = 4, seed: int = 1) -> Document:
    """That template's body with a style sheet behind the usual one, and so many letters of random words.

    `bottom` is the page's lower margin: with 220mm there is room for twelve lines.
    """
    usual = _SHEET.replace("MARGINS", "").replace("MARGIN", bottom)
    draw = Random(seed)
    return Document((body,), usual + sheet, tuple(_context(draw) for _ in range(letters)))


def telling(body: str, *told: dict[str, Any], sheet: str = "", bottom: str = "40mm") -> Document:
    """A template's body as in `made`, with one letter for each of these contexts.

    What a letter does not say is the same in all.
    """
    document = made(body, sheet, bottom, letters=1)
    common = {**document.contexts[0], "t": ["x"] * 6, "rows": ["x"] * 4}
    return replace(document, contexts=tuple({**common, **one} for one in told))


def _context(draw: Random) -> dict[str, Any]:
    return {
        "t": [_text(draw) for _ in range(TEXTS)],
        "f": [draw.random() < 0.5 for _ in range(FLAGS)],
        "rows": [_text(draw) for _ in range(draw.randint(1, 6))],
        "code": str(draw.randint(10**8, 10**9)),
    }


def _text(draw: Random) -> str:
    return " ".join(draw.choices(WORDS, k=draw.choice((0, 1, 3, 8, 20, 45))))
