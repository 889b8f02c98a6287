"""Pages of a shape as bytes: what never varies, made once, and where each letter's own text goes."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from operator import itemgetter

from pipelines.press import codes
from pipelines.press.backgrounds import Backgrounds
from pipelines.press.geometry import A4
from pipelines.press.marking import SymbolSlot
from pipelines.press.painting import Form, StampedPage
from pipelines.press.recurring import Recurrence
from pipelines.press.setting.operators import operators
from pipelines.press.shapes.nodes import Leaf, Node, Says
from pipelines.press.shapes.page_places import at, form_at
from pipelines.press.shapes.parts import POINTS
from pipelines.press.shapes.ready import Ready, Shown, ruled_at
from pipelines.press.shapes.running import Margin
from pipelines.press.shapes.things import Coded, Laid, Lines, RowTexts

TOP = A4.top


class ShapePage:
    """One page of a shape.

    `places` has where each varying leaf stands among those of a letter; `sets` are the leaves of one
    of the letters: those of the others are of the same kinds.
    """

    __slots__ = (
        "_background",
        "_codes",
        "_fonts",
        "_form",
        "_picked",
        "_places",
        "_texts",
        "kind",
        "strings",
    )
    _picked: Callable[[Sequence[bytes]], tuple[bytes, ...]] | None
    """Takes the texts of this page from a letter's, when all are whole and there are several."""

    def __init__(
        self,
        page: Laid,
        leaves: Sequence[Leaf],
        sets: Sequence[Ready],
        backgrounds: Backgrounds,
        places: Mapping[int, int],
    ) -> None:
        self.kind = page.kind
        self.strings = _telling(page.strings)
        self._background = backgrounds.of(page, leaves, sets)
        self._codes: list[tuple[int, tuple[float, float, float, float]]] = []
        texts: list[tuple[float, float, int, int, int]] = []
        parted = False
        for layer in page.layers:
            for thing in layer.things:
                if type(thing) is Lines:
                    leaf, x, y, first, last = thing
                    if leaves[leaf].slots:
                        whole = first == 0 and last == len(sets[leaf].lines)
                        parted = parted or not whole
                        texts.append((x, y, leaf, first, -1 if whole else last))
                elif type(thing) is RowTexts:
                    row, lines, leaf, x, y = thing
                    if lines is row.varying:
                        texts += [(x + dx, y + dy, leaf + one, 0, -1) for one, dx, dy, _ in lines.lines]
                elif type(thing) is Coded:
                    left, bottom = thing.x * POINTS, TOP - (thing.y + thing.height) * POINTS
                    size = (left, bottom, thing.width * POINTS, thing.height * POINTS)
                    self._codes.append((thing.value, size))
        said = [sets[leaf] for _, _, leaf, _, _ in texts]
        self._fonts = frozenset[str]().union(*[block.fonts for block in said])
        self._form: bytes | None = None
        self._texts: list[tuple[bytes, int, int]] = []
        """Where each text stands, and which lines of it, unless all are whole."""
        if parted or any(block.ruled for block in said):
            self._texts = [(at(x, y), first, last) for x, y, _, first, last in texts]
        else:
            texts = [text for text, block in zip(texts, said, strict=True) if block.fonts]
            self._form = b"BT\n" + form_at([(x, y) for x, y, *_ in texts]) if texts else b""
        self._find([places[leaf] for _, _, leaf, _, _ in texts])

    def moved(self, first_value: int, first_place: int) -> "ShapePage":
        """The page in a letter whose values, and varying leaves, are counted from others."""
        if not (first_value or first_place):
            return self
        page = copy(self)
        page._codes = [(value + first_value, size) for value, size in self._codes]
        page.strings = tuple([node.saying(first_value) for node in self.strings])
        page._find([place + first_place for place in self._places])
        return page

    def _find(self, places: list[int]) -> None:
        """Takes down where its texts stand among those of a letter."""
        self._places = places
        self._picked = itemgetter(*places) if self._form and len(places) > 1 else None

    def stamped(
        self,
        blocks: Sequence[Shown],
        operators: Sequence[bytes],
        values: Sequence[str | SymbolSlot],
        margin: Margin,
        file: Recurrence,
    ) -> StampedPage:
        """The page of a letter with these blocks, of which `operators` are the texts."""
        forms: dict[str, Form] = {}
        fonts: set[str] = set()
        out = [self._background.draw(file, forms, fonts)]
        if self._form is None:
            texts = self._one_by_one(blocks, out)
        elif self._picked is not None:
            texts = self._form % self._picked(operators)
        else:
            texts = self._form % tuple([operators[place] for place in self._places])
        if margin.drawn:
            out.append(margin.drawn)
        if texts or margin.texts:
            out += [texts or b"BT\n", margin.texts, b"ET\n"]
        for value, (x, y, width, height) in self._codes:
            slot = values[value]
            assert isinstance(slot, SymbolSlot)
            kind: codes.Kind = slot.kind  # type: ignore[assignment]
            out.append(codes.symbol(kind, slot.payload).operators(x, y, width, height))
        used = self._fonts.union(fonts, margin.fonts)
        return StampedPage(b"".join(out), used, tuple(forms.values()))

    def _one_by_one(self, blocks: Sequence[Shown], out: list[bytes]) -> bytes:
        """The texts, ruled or divided ones among them; what stands outside of text objects goes to `out`."""
        texts = []
        for (where, first, last), place in zip(self._texts, self._places, strict=True):
            block = blocks[place].block()
            lines = block.lines if last < 0 else block.lines[first:last]
            if block.ruled:
                out.append(ruled_at(where, lines))
                continue
            shown = block.operators if last < 0 else operators(lines) + b"\n"
            if shown:
                texts += [where, shown]
        return b"".join([b"BT\n", *texts]) if texts else b""


def _telling(nodes: Sequence[Node | Says]) -> tuple[Node | Says, ...]:
    """Those of the nodes that are the first or the last to say a name: a page needs no others."""
    if len(nodes) < 3:
        return tuple(nodes)
    said = [(name, at) for at, node in enumerate(nodes) for name, _ in node.strings]
    kept = {*dict(said).values(), *dict(reversed(said)).values()}
    return tuple([nodes[at] for at in sorted(kept)])
