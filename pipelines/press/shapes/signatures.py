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

from pipelines.press.shapes.columns import CELLS, columns, named, span
from pipelines.press.shapes.markup import SYMBOL, Element, UnreadMarkup

SIZE = 12
"""Bytes of a signature."""
KNOWN = 100_000
"""Signatures that a worker keeps in mind."""
SEATED = 5_000
"""Rows of siblings' tags of which it keeps in mind what selectors see of each one's place."""
_UNSAID = re.compile(
    r"/\*.*?\*/|(\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?)|(url\(\s*[^\s\"')][^)]*\))|\\.", re.DOTALL
)
_PRELUDE = re.compile(r"([^{};]*)\{")
_DATA_VALUE = re.compile(r"\[\s*(?:[^\]=|]*\|\s*)?data-[^\]=]*=")
_NTH = re.compile(r":nth-(last-)?(child|of-type)\(\s*([^()]*?)\s*\)")
_STEPS = re.compile(r"(?:([+-]?\d*)n)?\s*([+-]?\s*\d+)?")
_PLACE = r":(?:first|last|only|nth)-"
_PLACED = re.compile(_PLACE + r".*\+", re.DOTALL)
_COMPLEX = re.compile(_PLACE + r".*~", re.DOTALL)


Surroundings = tuple[tuple[object, ...], tuple[object, ...]]
"""All that a signature has of what is about an element: in numbers, and the same in words."""


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
        said = "\n".join([plain(sheet) for sheet in sheets])
        preludes = _PRELUDE.findall(said)
        text = "\n".join(preludes)
        alone = _complex(preludes)
        refused = ""
        if "\\" in said:
            refused = "a style sheet with a backslash outside of its texts"
        elif "@import" in said:
            refused = "a style sheet that imports others"
        elif ":has(" in text:
            refused = "a selector with :has()"
        elif ":empty" in text:
            refused = "a selector with :empty"
        elif _DATA_VALUE.search(text):
            refused = "a selector that looks at the value of a data attribute"
        elif any(_COMPLEX.search(one) for one in alone):
            refused = "a selector that looks at the place of an earlier sibling"
        elif any("~" in one and one.count("~") + one.count("+") > 1 for one in alone):
            refused = "a selector that looks at the order of earlier siblings"
        counts = [Nth.of(*said) for said in sorted(set(_NTH.findall(text)))]
        if None in counts or text.count(":nth-") != len(_NTH.findall(text)):
            refused = refused or "a selector with :nth-child() of others"
        return cls(
            edges=bool(re.search(r":(first|last|only)-(child|of-type)", text)),
            counts=tuple(nth for nth in counts if nth is not None),
            before=max([one.count("+") for one in alone], default=0),
            before_places=any(_PLACED.search(one) for one in alone),
            earlier=any("~" in one for one in alone),
            refused=refused,
        )


def plain(sheet: str) -> str:
    """A style sheet in small letters, without comments and without what its texts and addresses say.

    What it still says stands in the same lines.
    """

    def told(match: re.Match[str]) -> str:
        text, address = match.groups()
        if not (text or address or match[0][0] == "/"):
            return match[0]
        return ('""' if text else "url()" if address else "") + "\n" * match[0].count("\n")

    return _UNSAID.sub(told, sheet).lower()


def _complex(preludes: Iterable[str]) -> list[str]:
    """Selectors one by one; several as one where they may be combined, which sees rather too much."""
    found: list[str] = []
    for prelude in preludes:
        said = _NTH.sub(":nth-", prelude).replace("~=", "=")
        found += [said] if "(" in said else said.split(",")
    if any("&" in one or one.lstrip().startswith(("+", "~", ">")) for one in found):
        # Rules within rules: what an outer one says may stand before what an inner one says.
        whole = "\n".join(found)
        return [f"{''.join(re.findall(_PLACE, whole))} {whole}"]
    return found


class Signer:
    """Gives elements their signatures; remembers what it has signed before."""

    def __init__(self, selectors: Selectors) -> None:
        self._selectors = selectors
        self._known: dict[tuple[object, ...], bytes] = {}
        self._seated: dict[tuple[str, ...], list[object]] = {}

    def sign(
        self,
        root: Element,
        around: "Surroundings" = ((), ()),
        places: "dict[int, Surroundings] | None" = None,
    ) -> dict[int, bytes]:
        """The signature of each element, by `id`. Of what is shared, only its surroundings go to `places`.

        `around` are the element's own surroundings, when it is not the document's.
        """
        if len(self._known) > KNOWN:
            self._known.clear()
        if len(self._seated) > SEATED:
            self._seated.clear()
        found: dict[int, bytes] = {}
        self._visit(root, *around, found, {} if places is None else places)
        return found

    def _visit(
        self,
        element: Element,
        around: tuple[object, ...],
        told: tuple[object, ...],
        found: dict[int, bytes],
        shared: "dict[int, Surroundings]",
    ) -> None:
        """Signs an element and all within. `around` says in numbers what `told` says in words."""
        tag = element.tag
        extra: object = None
        if tag == "table":
            extra = columns(element, self._seats)
        elif tag == SYMBOL and element.symbol < 0:
            extra = _drawing(element)
        key = (around, element.look, extra)
        signature = self._known.get(key)
        if signature is None:
            names = tuple([name for name, _ in element.slots])
            said = repr((told, tag, element.attributes, names, extra))
            signature = self._known[key] = hashlib.blake2b(said.encode(), digest_size=SIZE).digest()
        found[id(element)] = signature
        if element.shared is not None:
            shared[id(element)] = around, told
            return
        if tag == SYMBOL:
            return
        elements = [child for child in element.children if type(child) is Element]
        if not elements:
            return
        look = self._selectors
        places = self._seats(elements)
        column = 0
        before = look.before
        for i, child in enumerate(elements):
            seen: tuple[object, ...] = (signature, places[i])
            words = seen
            if i and before:
                for at in range(max(0, i - before), i):
                    one = elements[at]
                    place = places[at] if look.before_places else None
                    seen += (one.look, place)
                    words += ((*named(one), place),)
            if look.earlier:
                earlier = tuple(sorted({named(one) for one in elements[:i]}))
                words += (earlier,)
                seen += (earlier,)
            if child.tag in CELLS:
                words += (column,)
                seen += (column,)
                column += span(child)
            self._visit(child, seen, words, found, shared)

    def _seats(self, elements: Sequence[Element]) -> list[object]:
        """What selectors see of each one's place among these siblings."""
        tags = tuple([one.tag for one in elements])
        places = self._seated.get(tags)
        if places is None:
            places = self._seated[tags] = self._places(tags)
        return places

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


def _drawing(element: Element) -> object:
    """What a drawing says. Raises UnreadMarkup when it says something of a letter's."""
    told: list[object] = []
    for child in element.inside:
        if isinstance(child, Element):
            told.append(_drawing(child))
        elif all(isinstance(part, str) for part in child):
            told.append(child)
        else:
            raise UnreadMarkup("a drawing with data in it")
    return (*named(element), tuple(told))
