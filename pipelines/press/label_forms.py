"""Labels laid out once, stamped many: those whose texts have the same sizes differ in their texts alone.

WeasyPrint takes 30 ms for a label, and there are a hundred to a lot. On a label everything keeps to its
place, so a *form* is learnt from a label that WeasyPrint lays out with other words, a line of each
being all that an element says; labels of the form have their own words put there. The first label of each
form is laid out, too, and if its operators are not those that are stamped, the form is given up: like a
text that the press does not set as WeasyPrint does, its labels are laid out one by one.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup
from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import TextBox

from pipelines.press import papers, typefaces
from pipelines.press.codes import Symbol, rectangles
from pipelines.press.glyph_codes import written
from pipelines.press.painting import PaintedPage, Painter
from pipelines.press.paper_file import PaperPage
from pipelines.press.papers import Line
from pipelines.press.setting.content import Text
from pipelines.press.setting.reading import block_style, text_style
from pipelines.press.setting.setter import Setter
from pipelines.press.setting.style import BlockStyle, TextStyle, Unfollowed

TEMPLATE = "label"
_SPOT = re.compile("\0(\\w+)\0")
_NO_MOVE = re.compile(r">0(?=<|\])")
_GLYPHS = re.compile("<((?:[0-9a-f]{4})+)>")


@dataclass(frozen=True, slots=True)
class Code:
    """A symbol and the size of its box."""

    symbol: Symbol
    width_mm: float
    height_mm: float

    def form(self) -> tuple[float, ...]:
        """What its module's size depends on."""
        return self.symbol.width, self.symbol.height, self.width_mm, self.height_mm


@dataclass(frozen=True, slots=True)
class Shown:
    """What one label shows, by the names that the template has for it."""

    lines: Mapping[str, Line]
    """Sizes are in rem."""
    codes: Mapping[str, Code | None]
    """None where there is no room for one."""

    def values(self) -> dict[str, Any]:
        """As the template takes them."""
        drawn = {
            name: Markup(code.symbol.svg(code.width_mm, code.height_mm) if code else "")
            for name, code in self.codes.items()
        }
        return {**self.lines, **drawn}

    def form(self) -> tuple[Any, ...]:
        """What places depend on: equal for labels of one form."""
        lines = [(name, line.size, not line.text) for name, line in self.lines.items()]
        return (*lines, *((name, code and code.form()) for name, code in self.codes.items()))


@dataclass(frozen=True, slots=True)
class _Form:
    page: PaperPage
    """Of any label of the form."""
    parts: tuple[str, ...]
    """What lies between its lines and codes."""
    spots: tuple[str, ...]
    """Names of lines and codes, in the order of the page."""
    styles: Mapping[str, tuple[BlockStyle, TextStyle]]


class LabelForms:
    """Stamps labels of one stock; learns their forms."""

    def __init__(self, stock: Mapping[str, Any]) -> None:
        self.painter = Painter(typefaces.load())
        self._stock = stock
        self._setter = Setter(self.painter.typefaces)
        self._forms: dict[tuple[Any, ...], _Form | None] = {}

    def pages(self, labels: Iterable[Shown]) -> Iterator[PaperPage]:
        """The page of each label. What it shows does not depend on what was learnt before."""
        for label in labels:
            key = label.form()
            if key not in self._forms:
                self._forms[key] = self._learnt(label)
            form = self._forms[key]
            stamped = self._stamped(form, label) if form else None
            yield stamped or self._painted(self._laid_out(label))[0]

    def _laid_out(self, *labels: Shown) -> Document:
        return papers.laid_out(TEMPLATE, {**self._stock, "labels": [label.values() for label in labels]})

    def _painted(self, document: Document) -> list[PaperPage]:
        return [page_of(page) for page in self.painter.paint_paper(document)]

    def _learnt(self, label: Shown) -> _Form | None:
        """The form of the label; None when it cannot be stamped."""
        words = {name: f"Q{n:02}Z" for n, (name, line) in enumerate(label.lines.items()) if line.text}
        other = {name: replace(line, text=words.get(name, "")) for name, line in label.lines.items()}
        document = self._laid_out(replace(label, lines=other), label)
        pages = self._painted(document)
        if len(pages) != 2:
            return None
        form = self._read(pages[0], document, words, label)
        return form if form and pages[1] == self._stamped(form, label) else None

    def _read(
        self, page: PaperPage, document: Document, words: Mapping[str, str], label: Shown
    ) -> _Form | None:
        """The form of a page whose lines are `words`; None when one of them is not to be found."""
        boxes = list(document.pages[0]._page_box.descendants(placeholders=True))
        texts = [box for box in boxes if isinstance(box, TextBox)]
        content, styles = page.content, {}
        for name, word in words.items():
            here = [box.style for box in texts if box.text == word]
            if len(here) != 1:
                return None
            block, style = block_style(here[0], float("inf")), text_style(here[0], self.painter.typefaces)
            if isinstance(block, Unfollowed) or isinstance(style, Unfollowed):
                return None
            styles[name] = block, style
            said = self._set(styles[name], word)
            if said is None or content.count(said) != 1:
                return None
            content = content.replace(said, f"\0{name}\0")
        for name, code in label.codes.items():
            if code is None:
                continue
            drawn = _path(code.symbol)
            if content.count(drawn) != 1:
                return None
            content = content.replace(drawn, f"\0{name}\0")
        parts = _SPOT.split(content)
        return _Form(page, tuple(parts[::2]), tuple(parts[1::2]), styles)

    def _stamped(self, form: _Form, label: Shown) -> PaperPage | None:
        """The label's page; None when one of its texts has to be set by WeasyPrint."""
        said = [form.parts[0]]
        for name, after in zip(form.spots, form.parts[1:], strict=True):
            if code := label.codes.get(name):
                shown: str | None = _path(code.symbol)
            else:
                shown = self._set(form.styles[name], label.lines[name].text)
            if shown is None:
                return None
            said += (shown, after)
        return replace(form.page, content="".join(said))

    def _set(self, styles: tuple[BlockStyle, TextStyle], text: str) -> str | None:
        block, style = styles
        made = self._setter.set(block, (Text(style, text),))
        if isinstance(made, Unfollowed) or len(made.lines) != 1 or len(made.lines[0].pieces) != 1:
            return None
        piece = made.lines[0].pieces[0]
        return f"[({piece.shown})] TJ" if piece.shown and piece.x == 0 else None


def page_of(painted: PaintedPage) -> PaperPage:
    """A page as stamped ones are written: without WeasyPrint's moves by nothing between glyphs."""
    content = zlib.decompress(painted.content).decode("ascii")
    content = _GLYPHS.sub(_written, _NO_MOVE.sub(">", content).replace("><", ""))
    return PaperPage(content, painted.fonts, painted.resources)


def _written(digits: re.Match[str]) -> str:
    """Glyphs in hexadecimal digits as the press writes them."""
    shown = "".join([written(int(glyph, 16)) for glyph in re.findall("....", digits[1])])
    return f"({shown})".replace("()", "")


def _path(symbol: Symbol) -> str:
    """The path of `Symbol.svg` as WeasyPrint writes it."""
    said = ["0 0 m"]
    for x, y, width, height in rectangles(symbol.modules.matrix):
        left, top = x + symbol.quiet_x, y + symbol.quiet_y
        right, bottom = left + width, top + height
        said += (f"{left} {top} m", f"{right} {top} l", f"{right} {bottom} l", f"{left} {bottom} l", "h")
    return "\n".join(said)
