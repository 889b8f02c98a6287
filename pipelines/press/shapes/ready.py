"""Set blocks made ready for stamping: with their operators, and what they weigh in a shape."""

from collections.abc import Callable, Sequence

from pipelines.press.recent import Recent
from pipelines.press.setting.galley import Line, SetBlock
from pipelines.press.setting.operators import operators, rules
from pipelines.press.setting.setter import Setter
from pipelines.press.setting.style import Unfollowed as Unset
from pipelines.press.shapes.markup import Said
from pipelines.press.shapes.nodes import Wording, Words
from pipelines.press.shapes.parts import Unfollowed

KEPT = 15_000
"""Blocks that a worker keeps in mind; about 1 kB each."""
SINGLES = 5_000
"""Wordings of one text that a worker keeps in mind; layouts have some dozens."""

Ready = SetBlock
"""A block of lines with its operators."""


class Typesetter:
    """Sets blocks, and keeps them."""

    def __init__(self, setter: Setter) -> None:
        self._setter = setter
        self._kept: Recent[tuple[Wording, tuple[str, ...]], Ready] = Recent(KEPT)
        self._singles: dict[Wording, _Single | None] = {}

    def set(self, wording: Wording, values: tuple[str, ...]) -> Ready:
        """The wording with its values, set. Raises Unfollowed."""
        key = (wording, values)
        ready = self._kept.get(key)
        if ready is None:
            ready = self._kept.keep(key, self._set(wording, values))
        return ready

    def _set(self, wording: Wording, values: tuple[str, ...]) -> Ready:
        single = self._singles[wording] if wording in self._singles else self._single(wording)
        if single is not None:
            said, setting = single
            quickly = setting("".join([part if isinstance(part, str) else values[part] for part in said]))
            if quickly is not None:
                return quickly
        made = self._setter.set(wording.block, wording.items(values))
        if isinstance(made, Unset):
            raise Unfollowed(made.reason)
        return made

    def _single(self, wording: Wording) -> "_Single | None":
        """How a wording of one text is said and set; None for one of several."""
        if len(self._singles) >= SINGLES:
            self._singles.clear()
        found = None
        if len(wording.recipe) == 1 and isinstance(words := wording.recipe[0], Words):
            found = words.said, self._setter.single(wording.block, words.style)
        self._singles[wording] = found
        return found


_Single = tuple[Said, Callable[[str], SetBlock | None]]


def ruled(lines: Sequence[Line]) -> bytes:
    """Texts with the lines under and through them, under `1 0 0 1 X Y cm` of their block's corner."""
    parts = (rules(lines, True), b"BT", operators(lines), b"ET", rules(lines, False))
    return b"\n".join([part for part in parts if part])
