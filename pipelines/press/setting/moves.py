"""What stands before a text's glyphs: font and colour, if they change, and the way from the text before."""

from pipelines.press.setting.operators import changed
from pipelines.press.setting.style import TextStyle
from pipelines.press.written_numbers import thousandths

FARTHEST = 1 << 24
"""Thousandths of a point that no way is as long as."""
_BITS = 25
"""Of a way in a key, which counts from `-FARTHEST`."""
_HERE = FARTHEST << _BITS | FARTHEST
_KEPT = 20_000
"""Moves kept; columns of sums have some hundreds each."""


class Moves(dict[int, bytes]):
    """Operators of moves by their keys, which are whole numbers so that arrays can hold them.

    A key is `change`'s number in `CHANGE`s, the way up in `UP`s, and the way to the right, in thousandths.
    """

    CHANGE = 1 << 2 * _BITS
    UP = 1 << _BITS

    def __init__(self) -> None:
        super().__init__()
        self._numbers = {"": 0}
        self._changes = [""]

    def change(self, before: TextStyle | None, style: TextStyle) -> int:
        """The number of what makes one style another."""
        said = changed(before, style)
        number = self._numbers.setdefault(said, len(self._changes))
        if number == len(self._changes):
            self._changes.append(said)
        return number

    def __missing__(self, key: int) -> bytes:
        if len(self) >= _KEPT:
            self.clear()
        change, way = divmod(key + _HERE, self.CHANGE)
        up, right = divmod(way, self.UP)
        said = f"{self._changes[change]}{thousandths[right - FARTHEST]} {thousandths[up - FARTHEST]} Td"
        made = self[key] = said.encode("ascii")
        return made
