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
SEATED = 5_000
"""Rows of siblings' tags of which it keeps in mind what selectors see of each one's place."""
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
        self._seated: dict[tuple[str, ...], list[object]] = {}

    def sign(self, root: Element) -> dict[int, bytes]:
        """The signature of each element, by `id`."""
        if len(self._known) > KNOWN:
            self._known.clear()
        if len(self._seated) > SEATED:
            self._seated.clear()
        found: dict[int, bytes] = {}
        self._visit(root, (), (), found)
        return found

    def _visit(
        self, element: Element, around: tuple[object, ...], told: tuple[object, ...], found: dict[int, bytes]
    ) -> None:
        """Signs an element and all within. `around` says in numbers what `told` says in words."""
        tag = element.tag
        extra: object = None
        if tag == "table":
            extra = _columns(element)
        elif tag == SYMBOL and element.symbol < 0:
            extra = _drawing(element)
        key = (around, element.look, extra)
        signature = self._known.get(key)
        if signature is None:
            names = tuple([name for name, _ in element.slots])
            said = repr((told, tag, element.attributes, names, extra))
            signature = self._known[key] = hashlib.blake2b(said.encode(), digest_size=SIZE).digest()
        found[id(element)] = signature
        if tag == SYMBOL:
            return
        elements = [child for child in element.children if type(child) is Element]
        if not elements:
            return
        look = self._selectors
        tags = tuple([one.tag for one in elements])
        places = self._seated.get(tags)
        if places is None:
            places = self._seated[tags] = self._places(tags)
        column = 0
        for i, child in enumerate(elements):
            seen: list[object] = [signature, places[i]]
            words = seen
            if i and look.before:
                words = [*seen]
                for at in range(max(0, i - look.before), i):
                    one = elements[at]
                    place = places[at] if look.before_places else None
                    seen += (one.look, place)
                    words.append((one.tag, one.attributes, place))
            if look.earlier:
                earlier = tuple(sorted({(e.tag, e.attributes) for e in elements[:i]}))
                words = [*words, earlier]
                seen.append(earlier)
            if child.tag in _CELLS:
                words = [*words, column]
                seen.append(column)
                column += _span(child)
            self._visit(child, tuple(seen), tuple(words), found)

    def _places(self, tags: Sequence[str]) -> list[object]:
        """What selectors see of each element's place among siblings of these tags."""
        look = self._selectors
        if not (look.edges or look.counts):
            return [None] * len(tags)
        count = len(tags)
        totals = Counter(tags)
        before: Counter[str] = Counter()
        places: list[object] = []
        for i, tag in enumerate(tags, start=1):
            before[tag] += 1
            own, all_own = before[tag], totals[tag]
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
    _to_first_row(table, told)
    return tuple(told)


def _to_first_row(element: Element, told: list[object]) -> bool:
    """Tells of columns up to the first row, and whether that was met."""
    for child in element.children:
        if not isinstance(child, Element):
            continue
        if child.tag in ("col", "colgroup"):
            told.append((child.tag, child.attributes))
        if child.tag == "tr":
            told.append((element.tag, element.attributes, child.attributes))
            told += [(c.tag, c.attributes) for c in child.children if isinstance(c, Element)]
            return True
        if child.tag in ("colgroup", "thead", "tbody", "tfoot") and _to_first_row(child, told):
            return True
    return False


def _drawing(element: Element) -> object:
    return (
        element.tag,
        element.attributes,
        tuple(_drawing(c) if isinstance(c, Element) else c for c in element.children),
    )
