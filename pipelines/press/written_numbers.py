"""Numbers as content streams of ours have them: at most three decimals, no idle zeros, no `-0`.

Places are counted in whole thousandths of a point, so that equal ones are equal and moves add up.
"""

_KEPT = 100_000


def number(value: float) -> str:
    """`12.5`: a number with at most three decimals."""
    said = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if said == "-0" else said


class _Thousandths(dict[int, str]):
    """Numbers of thousandths as content streams have them; the same moves and places recur."""

    def __missing__(self, value: int) -> str:
        if len(self) >= _KEPT:
            self.clear()
        said = self[value] = number(value / 1000)
        return said


thousandths = _Thousandths()
"""The numbers of those thousandths met, as content streams have them."""


def place(x: int, y: int) -> bytes:
    """`72 700.5`: a place in thousandths."""
    return f"{thousandths[x]} {thousandths[y]}".encode("ascii")
