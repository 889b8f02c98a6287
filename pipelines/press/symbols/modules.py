"""The picture of a symbol without its quiet zone: one bit a module, as printers take it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.bool_]
"""Modules from the top left, True is dark."""


@dataclass(frozen=True, slots=True)
class Modules:
    """`width` × `height` modules.

    >>> Modules.of(np.array([[True, False, True]])).rows
    b'\\xa0'
    """

    width: int
    height: int
    rows: bytes
    """From the top, each from the left, highest bit first, and filled up to a byte; 1 is dark."""

    @classmethod
    def of(cls, matrix: Matrix) -> Self:
        """The same modules, packed."""
        height, width = matrix.shape
        return cls(width, height, np.packbits(matrix, axis=1).tobytes())

    @property
    def matrix(self) -> Matrix:
        """The same modules, one array element each."""
        packed = np.frombuffer(self.rows, np.uint8).reshape(self.height, -1)
        return np.unpackbits(packed, axis=1, count=self.width).astype(np.bool_)
