"""A letter's document with its data told apart from its template: what the press stamps.

A document in pieces: between two pieces of the template stands a value of the letter's. Letters
with the same pieces differ in their values only.
"""

from dataclasses import dataclass, field

from markupsafe import escape

from pipelines.model import Letter
from pipelines.press import environment
from pipelines.press.marked_environment import MarkedEnvironment
from pipelines.press.signs import DRAWN, SIGN, symbol_of


@dataclass(frozen=True, slots=True)
class SymbolSlot:
    """A place where a symbol is drawn."""

    kind: str
    """The name that templates call it by: `qr`, `code128`."""
    payload: str
    arguments: tuple[float, ...]
    """Its sizes in mm, as the template gave them."""


@dataclass(frozen=True, slots=True, init=False)
class Marked:
    """A document in its template's pieces and the values between them: one piece more than values.

    A value is text as it is read, not escaped. Nothing says where it stands: it may be running
    text, an attribute, a part of a style. Words that the data choose (`{{ 'a' if x else 'b' }}`)
    are values too; so is each text between tags that a template sent through a filter or cut out
    of a macro's result. Values may be empty, and so may pieces.
    """

    pieces: tuple[str, ...]
    values: tuple[str | SymbolSlot, ...]
    symbols: tuple[int, ...] = field(compare=False, repr=False)
    """Where symbols stand among the values."""

    def __init__(
        self,
        pieces: tuple[str, ...],
        values: tuple[str | SymbolSlot, ...],
        symbols: tuple[int, ...] | None = None,
    ) -> None:
        if symbols is None:
            symbols = tuple([i for i, value in enumerate(values) if type(value) is SymbolSlot])
        put = object.__setattr__
        put(self, "pieces", pieces)
        put(self, "values", values)
        put(self, "symbols", symbols)

    def texts(self) -> list[str]:
        """The values, with nothing where symbols stand."""
        texts = list(self.values)
        for i in self.symbols:
            texts[i] = ""
        return texts  # type: ignore[return-value]  # all others are texts


def marked(letter: Letter) -> Marked:
    """The letter's document in pieces and values.

    Raises what `environment.render_html` raises for the letter, and Unmarkable when the layout
    does what cannot be followed or the data hold code points that no text may hold; such a
    letter can still be rendered in full.
    """
    country = str(letter.context["country"])
    made = environment.environment(letter.language, country, MarkedEnvironment)
    document = environment.render(made, f"{letter.layout}/letter.html", letter.language, letter.context)
    return taken_apart(document)


def html(marked: Marked) -> str:
    """The plain document: what `environment.render_html` gives for the letter."""
    parts = [""] * (len(marked.pieces) + len(marked.values))
    parts[::2] = marked.pieces
    parts[1::2] = map(_shown, marked.values)
    return "".join(parts)


def taken_apart(document: str) -> Marked:
    """Pieces and values of a document that MarkedEnvironment printed."""
    parts = document.split(SIGN)
    values: list[str | SymbolSlot] = parts[1::2]  # type: ignore[assignment]  # texts so far
    symbols = [i for i, value in enumerate(parts[1::2]) if DRAWN in value]
    for i in symbols:
        values[i] = SymbolSlot(*symbol_of(parts[2 * i + 1][1:]))
    return Marked(tuple(parts[::2]), tuple(values), tuple(symbols))


def _shown(value: str | SymbolSlot) -> str:
    if isinstance(value, SymbolSlot):
        return environment.SYMBOLS[value.kind](value.payload, *value.arguments)
    return escape(value)
