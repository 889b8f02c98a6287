"""Signatures: an element of given attributes in given surroundings looks the same in all letters.

A signature is a digest over all that the cascade can see of an element: its tag and attributes,
those of its ancestors, and, where the style sheets ask for it, those of its siblings. Contents are
not in it, except where they decide widths: the columns of a table, and drawings.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.press.shapes.markup import SYMBOL, Element

SIZE = 12
"""Bytes of a signature."""
KNOWN = 100_000
"""Signatures that a worker keeps in mind."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PRELUDE = re.compile(r"([^{};]*)\{")
_DATA_VALUE = re.compile(r"\[\s*data-[\w-]+\s*[~|^$*]?=")
_NTH = re.compile(r":nth-(last-)?(child|of-type)\(\s*([^()]*?)\s*\)")
_STEPS = re.compile(r"(?:([+-]?\d*)n)?\s*([+-]?\s*\d+)?")
_PLACED = re.compile(r":(first|last|only|nth)-(?:[^,{}(]|\([^()]*\))*\+")
_COMPLEX = re.compile(r":(first|last|only|nth)-[^,{}]*~")
_CELLS = ("td", "th")


@dataclass(frozen=True, slots=True)
class Nth:
    """A `:nth-…()`: elements number `step` × n + `first`, from 1, for n = 0, 1, 2, …"""

    from_end: bool
    of_type: bool
    step: int
    first: int

    @classmethod
    def of(cls, from_end: str, kind: str, said: str) -> "Nth | None":
        """As a selector says it; None when it looks at more than a number."""
        match = _STEPS.fullmatch({"even": "2n", "odd": "2n+1"}.get(said, said))
        if match is None or not said:
            return None
        step, first = match.groups()
        if step is not None:
            step = f"{step}1" if step in ("", "+", "-") else step
        return cls(
            bool(from_end),
            kind == "of-type",
            int(step or 0),
            int((first or "0").replace(" ", "")),
        )

    def hits(self, number: int) -> bool:
        """Whether the element of that number is meant."""
        away = number - self.first
        return away == 0 if not self.step else away % self.step == 0 and away // self.step >= 0


@dataclass(frozen=True, slots=True)
class Selectors:
    """What the selectors of a layout look at beside an element and its ancestors."""

    edges: bool = False
    """Whether it is the first or last child."""
    counts: tuple[Nth, ...] = ()
    """Whether its number among its siblings is one of these."""
    before: int = 0
    """How many siblings before it."""
    before_places: bool = False
    """And their places."""
    earlier: bool = False
    """All siblings before it."""
    refused: str = ""
    """Why signatures cannot tell how an element looks."""

    @classmethod
    def of(cls, sheets: Iterable[str]) -> "Selectors":
        """What the style sheets' selectors look at; too much rather than too little."""
        preludes = [p for sheet in sheets for p in _PRELUDE.findall(_COMMENT.sub("", sheet))]
        text = "\n".join(preludes)
        refused = ""
        if ":has(" in text:
            refused = "a selector with :has()"
        elif ":empty" in text:
            refused = "a selector with :empty"
        elif _DATA_VALUE.search(text):
            refused = "a selector that looks at the value of a data attribute"
        elif _COMPLEX.search(text):
            refused = "a selector that looks at the place of an earlier sibling"
        counts = [Nth.of(*said) for said in sorted(set(_NTH.findall(text)))]
        if None in counts or text.count(":nth-") != len(_NTH.findall(text)):
            refused = refused or "a selector with :nth-child() of others"
        return cls(
            edges=bool(re.search(r":(first|last|only)-(child|of-type)", text)),
            counts=tuple(nth for nth in counts if nth is not None),
            before=max((_NTH.sub("", one).count("+") for one in re.split("[,\n]", text)), default=0),
            before_places=bool(_PLACED.search(text)),
            earlier="~" in text,
            refused=refused,
        )


class Signer:
    """Gives elements their signatures; remembers what it has signed before."""

    def __init__(self, selectors: Selectors) -> None:
        self._selectors = selectors
        self._known: dict[tuple[object, ...], bytes] = {}

    def sign(self, root: Element) -> dict[int, bytes]:
        """The signature of each element, by `id`."""
        if len(self._known) > KNOWN:
            self._known.clear()
        found: dict[int, bytes] = {}
        self._visit(root, (), found)
        return found

    def _visit(self, element: Element, seen: tuple[object, ...], found: dict[int, bytes]) -> None:
        tag = element.tag
        extra: object = None
        if tag == "table":
            extra = _columns(element)
        elif tag == SYMBOL and element.symbol < 0:
            extra = _drawing(element)
        names = tuple([name for name, _ in element.slots]) if element.slots else ()
        key = (seen, tag, element.attributes, names, extra)
        signature = self._known.get(key)
        if signature is None:
            signature = hashlib.blake2b(repr(key).encode(), digest_size=SIZE).digest()
            self._known[key] = signature
        found[id(element)] = signature
        if tag == SYMBOL:
            return
        elements = [child for child in element.children if type(child) is Element]
        if not elements:
            return
        look = self._selectors
        places = self._places(elements)
        column = 0
        for i, child in enumerate(elements):
            around: list[object] = [signature, places[i]]
            for at in range(max(0, i - look.before), i):
                one = elements[at]
                around.append((one.tag, one.attributes, places[at] if look.before_places else None))
            if look.earlier:
                around.append(tuple(sorted({(e.tag, e.attributes) for e in elements[:i]})))
            if child.tag in _CELLS:
                around.append(column)
                column += _span(child)
            self._visit(child, tuple(around), found)

    def _places(self, elements: Sequence[Element]) -> list[object]:
        """What selectors see of each element's place among its siblings."""
        look = self._selectors
        if not (look.edges or look.counts):
            return [None] * len(elements)
        count = len(elements)
        totals = Counter(element.tag for element in elements)
        before: Counter[str] = Counter()
        places: list[object] = []
        for i, element in enumerate(elements, start=1):
            before[element.tag] += 1
            own, all_own = before[element.tag], totals[element.tag]
            numbers = {
                (False, False): i,
                (True, False): count + 1 - i,
                (False, True): own,
                (True, True): all_own + 1 - own,
            }
            hits = tuple([nth.hits(numbers[nth.from_end, nth.of_type]) for nth in look.counts])
            edges = (i == 1, i == count, own == 1, own == all_own) if look.edges else ()
            places.append((edges, hits))
        return places


def _span(cell: Element) -> int:
    span = dict(cell.attributes).get("colspan", "1")
    return int(span) if span.isdecimal() else 1


def _columns(table: Element) -> object:
    """What a table's column widths depend on: its columns and the cells of its first row."""
    told: list[object] = []

    def visit(element: Element) -> bool:
        for child in element.children:
            if not isinstance(child, Element):
                continue
            if child.tag in ("col", "colgroup"):
                told.append((child.tag, child.attributes))
            if child.tag == "tr":
                told.append((element.tag, element.attributes, child.attributes))
                told.extend((c.tag, c.attributes) for c in child.children if isinstance(c, Element))
                return True
            if child.tag in ("colgroup", "thead", "tbody", "tfoot") and visit(child):
                return True
        return False

    visit(table)
    return tuple(told)


def _drawing(element: Element) -> object:
    return (
        element.tag,
        element.attributes,
        tuple(_drawing(c) if isinstance(c, Element) else c for c in element.children),
    )
