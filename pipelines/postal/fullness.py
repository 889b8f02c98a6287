"""When a container is full enough for its level, and what one letter takes of it."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from pipelines.errors import BrevpressError, TableError
from pipelines.postal.filling import Ints, Load
from pipelines.postal.sorting import Level, Limits
from pipelines.postal.weights import Measure

MICRO = 1000
"""Milligrams in a gram, micrometres in a millimetre."""


class Enough:
    """Whether letters are enough for a container of a level: by number, or by weight or thickness."""

    def __init__(self, level: Level, limits: Limits) -> None:
        self._pieces = level.min
        self._of_key = level.overflow
        # Exact: 0.75 of 580 mm is 435 mm and not a hair more.
        share = Fraction(str(limits.min_fill)) * MICRO
        self._milligrams = int(-(-share * limits.max_g // 1))
        self._micrometres = int(-(-share * limits.max_mm // 1))

    def of_one(self, load: Load) -> bool:
        """Whether these letters fill a container as they should."""
        return (
            load.pieces >= self._pieces
            or load.milligrams >= self._milligrams
            or load.micrometres >= self._micrometres
        )

    def of_key(self, load: Load) -> bool:
        """Whether these letters of one key qualify for the level. A minimum of the key is one of
        pieces, however thick they are."""
        return load.pieces >= self._pieces if self._of_key else self.of_one(load)

    def of_keys(self, pieces: Ints, milligrams: Ints, micrometres: Ints) -> NDArray[np.bool_]:
        """The same for many keys at once."""
        many: NDArray[np.bool_] = pieces >= self._pieces
        if self._of_key:
            return many
        return many | (milligrams >= self._milligrams) | (micrometres >= self._micrometres)


def letter_load(sheets: int, sizes: Mapping[int, Measure], most: Load) -> Load:
    """The size of one letter in whole numbers. Raises TableError when no container takes it."""
    if sheets not in sizes:
        raise BrevpressError(f"no size is known for letters of {sheets} sheets")
    size = sizes[sheets]
    load = Load(1, max(1, round(size.grams * MICRO)), max(1, round(size.millimetres * MICRO)))
    if not load.within(most):
        raise TableError(
            f"sorting: a letter of {sheets} sheets ({size.grams:g} g, {size.millimetres:g} mm) is more "
            "than a container holds",
            "mend container in the table sorting",
        )
    return load
