"""Set blocks made ready for stamping: with their operators, and what they weigh in a shape."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import compress, count, repeat
from typing import NamedTuple

from pipelines.press.recent import Recent
from pipelines.press.setting.bulk import Bulk, Many
from pipelines.press.setting.content import Atom, Break, Item, Span, Text
from pipelines.press.setting.galley import Line, SetBlock
from pipelines.press.setting.operators import operators, rules
from pipelines.press.setting.plans import Plan
from pipelines.press.setting.setter import Setter
from pipelines.press.setting.style import SpanStyle
from pipelines.press.setting.style import Unfollowed as Unset
from pipelines.press.setting.usual import Spot
from pipelines.press.shapes.markup import Said
from pipelines.press.shapes.nodes import Nested, Wording, Words
from pipelines.press.shapes.parts import Unfollowed

KEPT = 10_000
"""Blocks set one by one that a worker keeps in mind; about 1 kB each."""
_IN_HAND = 50_000
"""Blocks of the letters in hand; a batch has some thousands."""
WORDINGS = 5_000
"""Wordings whose short way a worker keeps in mind; layouts have some dozens."""
_KINDS = 20_000
"""Kinds of blocks whose numbers are known; one that was forgotten gets another number."""
_SURE = 4
"""Blocks of a wording none of which comes out as planned; then it is a paragraph, and not tried again."""
_ENDLESS = 1000.0  # px: such a line leaves the sheet, and roundings add up to a difference on it
_LONG = 40
"""Characters of a wording's own from which it may well take several lines."""

Ready = SetBlock
"""A block of lines with its operators."""
Values = str | tuple[str, ...]
"""What a wording is filled with: its only value, or all of them."""

_Way = Callable[[Sequence[str]], SetBlock | None]


class Kind(NamedTuple):
    """What the pages of a letter depend on, apart from what a block says."""

    shape: tuple[object, ...]
    fonts: frozenset[str]
    ruled: bool
    wide: bool = False
    """Whether a line is wider than its block, so that it may stand over what is beside it."""


class Shown(NamedTuple):
    """What a page needs of a set block."""

    kind: int
    """The same number for blocks of equal shape and fonts."""
    operators: bytes
    made: Ready | None
    """The block itself, unless it was set with others: then it is one of `many`."""
    many: Many | None = None
    number: int = 0
    """Which of them it is."""

    def block(self) -> Ready:
        """The block itself, with its lines."""
        if self.many is None:
            assert self.made is not None
            return self.made
        return self.many.block(self.number)


class Kept(dict[Values, Shown]):
    """Blocks of one wording by their values; those that are not there yet are set when asked for.

    Asking for one raises Unfollowed when it cannot be set.
    """

    __slots__ = ("_typesetter", "plan", "wanted", "wording")

    def __init__(self, typesetter: "Typesetter", wording: Wording, plan: Plan | None) -> None:
        super().__init__()
        self._typesetter = typesetter
        self.wording = wording
        self.plan = plan
        """How its blocks are set many at a time, when they can be."""
        self.wanted: dict[Values, None] = {}
        """Values of blocks that are to be set together."""

    def __missing__(self, values: Values) -> Shown:
        return self._typesetter.keep(self, values)


class Typesetter:
    """Sets blocks, and keeps them."""

    def __init__(self, setter: Setter) -> None:
        self._setter = setter
        self._bulk = Bulk()
        self._short: dict[Wording, _Way | None] = {}
        self._latest: Recent[tuple[Wording, Values], Shown] = Recent(KEPT)
        self._kept: dict[Wording, Kept] = {}
        self._holding: list[Kept] = []
        self._count = 0
        self._numbers = count()
        self._kinds: dict[Kind, int] = {}

    def kept(self, wording: Wording) -> Kept:
        """The blocks of a wording."""
        found = self._kept.get(wording)
        if found is None:
            if len(self._kept) >= WORDINGS:
                self._kept.clear()
            found = self._kept[wording] = Kept(self, wording, self._plan(wording))
        return found

    def set(self, wording: Wording, values: tuple[str, ...]) -> Ready:
        """The wording with its values, set. Raises Unfollowed."""
        return self.kept(wording)[values[0] if len(values) == 1 else values].block()

    def keep(self, kept: Kept, values: Values) -> Shown:
        """Sets a block that is not in hand, or finds it among the latest. Raises Unfollowed."""
        key = (kept.wording, values)
        shown = self._latest.get(key)
        if shown is None:
            made = self._set(kept.wording, (values,) if isinstance(values, str) else values)
            kind = self._number(Kind(made.shape, made.fonts, made.ruled, wide(made, kept.wording)))
            shown = Shown(kind, made.operators, made)
            self._latest.keep(key, shown)
        if self._count >= _IN_HAND:
            self.begin()
        if not kept:
            self._holding.append(kept)
        kept[values] = shown
        self._count += 1
        return shown

    def begin(self) -> None:
        """Puts down the blocks of the letters in hand: another batch begins."""
        for kept in self._holding:
            kept.clear()
        self._holding.clear()
        self._count = 0

    def set_together(self, wanting: Iterable[Kept]) -> None:
        """Sets what these want, as far as it comes out as planned; the rest is set when it is asked for."""
        rush: list[tuple[Kept, Plan, list[Values]]] = []
        for kept in wanting:
            if kept.wanted:
                if kept.plan is not None:
                    rush.append((kept, kept.plan, list(kept.wanted)))
                kept.wanted.clear()
        if not rush:
            return
        columns = [(plan, _columns(values)) for _, plan, values in rush]
        for (kept, plan, values), made in zip(rush, self._bulk.set(columns), strict=True):
            if not any(made.fits) and len(values) > _SURE:
                kept.plan = None
                continue
            kinds = self._kinds_of(plan, made.lines)
            told = zip(kinds, made.operators, repeat(None), repeat(made), range(len(values)))
            pairs = zip(values, map(_SHOWN, told), strict=True)
            if not kept:
                self._holding.append(kept)
            kept.update(pairs if all(made.fits) else compress(pairs, made.fits))
            self._count += len(values)

    def _kinds_of(self, plan: Plan, lines: Sequence[int]) -> Iterable[int]:
        """The kinds of a plan's blocks, of so many lines each."""
        kinds = {
            count: self._number(Kind(plan.shape(count), plan.fonts, plan.ruled))
            for count in sorted(set(lines))
        }
        return map(kinds.__getitem__, lines)

    def _number(self, kind: Kind) -> int:
        number = self._kinds.get(kind)
        if number is None:
            if len(self._kinds) >= _KINDS:
                self._kinds.clear()
            number = self._kinds[kind] = next(self._numbers)
        return number

    def _set(self, wording: Wording, values: tuple[str, ...]) -> Ready:
        way = self._short[wording] if wording in self._short else self._short_way(wording)
        if way is not None:
            quickly = way(values)
            if quickly is not None:
                return quickly
        made = self._setter.set(wording.block, wording.items(values))
        if isinstance(made, Unset):
            raise Unfollowed(made.reason)
        return made

    def _short_way(self, wording: Wording) -> "_Way | None":
        """What sets a wording quickly, if anything does."""
        if len(self._short) >= WORDINGS:
            self._short.clear()
        self._short[wording] = found = self._way(wording)
        return found

    def _way(self, wording: Wording) -> "_Way | None":
        recipe = wording.recipe
        if len(recipe) == 1 and isinstance(words := recipe[0], Words) and not _of_lines(words):
            return partial(_single, words.said, self._setter.single(wording.block, words.style))
        if wording.tight:
            return None
        spots: list[Spot] = []
        items: list[Item] = []
        for number, item in enumerate(recipe):
            if isinstance(item, Atom) or not _spots(item, (), number, spots):
                return None
            match item:
                case Words():
                    items.append(Text(item.style, ""))
                case Nested():
                    items.append(Span(item.style, ()))
                case Break():
                    items.append(item)
        return self._setter.filled(wording.block, spots, tuple(items))

    def _plan(self, wording: Wording) -> Plan | None:
        recipe = wording.recipe
        if wording.tight and not (len(recipe) == 1 and isinstance(recipe[0], Words)):
            return None
        spots: list[Spot] = []
        for number, item in enumerate(recipe):
            if not _spots(item, (), number, spots):
                return None
        return self._setter.plan(wording.block, spots)


def wide(made: Ready, wording: Wording) -> bool:
    """Whether a line of a set block is wider than the block. Raises Unfollowed when it leaves the sheet."""
    right = max([piece.x + piece.width for line in made.lines for piece in line.pieces], default=0.0)
    if right > _ENDLESS:
        raise Unfollowed("a line that is wider than a sheet")
    return right > wording.block.width


def ruled_at(where: bytes, lines: Sequence[Line]) -> bytes:
    """`ruled` texts at such a place, outside of text objects."""
    return b"q %bcm\n%b\nQ\n" % (where.removesuffix(b"Tm\n"), ruled(lines))


def _columns(values: Sequence[Values]) -> Sequence[Sequence[str]]:
    """Values of many blocks, a column for each value."""
    return [values] if isinstance(values[0], str) else list(zip(*values, strict=True))  # type: ignore[list-item]


_SHOWN = partial(tuple.__new__, Shown)


def _of_lines(words: Words) -> bool:
    """Whether a text may well take several lines, whatever its values."""
    fixed = "".join([part for part in words.said if isinstance(part, str)])
    return len(fixed) > _LONG or "\n" in fixed or words.style.white_space == "pre"


def _single(said: Said, setting: Callable[[str], SetBlock | None], values: Sequence[str]) -> SetBlock | None:
    return setting("".join([part if isinstance(part, str) else values[part] for part in said]))


def _spots(
    item: Words | Nested | Break | Atom, spans: tuple[SpanStyle, ...], number: int, spots: list[Spot]
) -> bool:
    """Appends the texts and breaks of an item; tells whether it has nothing else."""
    if isinstance(item, Words):
        spots.append(Spot(spans, item.style, item.said, number))
    elif isinstance(item, Break):
        spots.append(Spot(spans, item.style, None, number))
    elif isinstance(item, Nested):
        return bool(item.recipe) and all(
            _spots(one, (*spans, item.style), number, spots) for one in item.recipe
        )
    else:
        return False
    return True


def ruled(lines: Sequence[Line]) -> bytes:
    """Texts with the lines under and through them, under `1 0 0 1 X Y cm` of their block's corner."""
    parts = (rules(lines, True), b"BT", operators(lines), b"ET", rules(lines, False))
    return b"\n".join([part for part in parts if part])
