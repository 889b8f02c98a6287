"""Reed–Solomon check symbols over GF(256), as tables that turn encoding into look-ups and XOR.

Encoding is linear: the checks of a block are the sum of what each of its codewords contributes,
and that depends only on the codeword's value and its distance from the end of the block.
Sources: ISO/IEC 18004 annex A, ISO/IEC 16022 annex E.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

QR_FIELD = 0x11D
"""x⁸ + x⁴ + x³ + x² + 1"""
DATA_MATRIX_FIELD = 0x12D
"""x⁸ + x⁵ + x³ + x² + 1"""


@cache
def contributions(polynomial: int, first_root: int, length: int, checks: int) -> Bytes:
    """What a codeword adds to the checks: `length` × 256 × `checks`, by place in the block and value.

    The generator's roots are the successive powers of 2 from `first_root` on.
    """
    generator = _generator(polynomial, first_root, checks)
    unit = np.zeros((length, checks), np.uint8)
    # x^checks mod generator belongs to the last codeword; each one before it is x times as much.
    remainder = list(generator)
    for place in range(length - 1, -1, -1):
        unit[place] = remainder
        head = remainder[0]
        shifted = [*remainder[1:], 0]
        remainder = [s ^ _times(polynomial, head, g) for s, g in zip(shifted, generator, strict=True)]
    return _products(polynomial)[unit].transpose(0, 2, 1).copy()


def _generator(polynomial: int, first_root: int, checks: int) -> list[int]:
    """The generator's coefficients behind the leading 1, highest power first."""
    coefficients = [1]
    root = 1
    for _ in range(first_root):
        root = _times(polynomial, root, 2)
    for _ in range(checks):
        longer = [*coefficients, 0]
        for i, coefficient in enumerate(coefficients, start=1):
            longer[i] ^= _times(polynomial, coefficient, root)
        coefficients = longer
        root = _times(polynomial, root, 2)
    return coefficients[1:]


def _times(polynomial: int, a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0x100:
            a ^= polynomial
        b >>= 1
    return product


@cache
def _products(polynomial: int) -> Bytes:
    """The multiplication table of the field, 256 × 256."""
    table = np.zeros((256, 256), np.uint8)
    for bit in range(8):
        row = np.array([_times(polynomial, value, 1 << bit) for value in range(256)], np.uint8)
        table ^= np.where(np.arange(256)[None, :] >> bit & 1, row[:, None], 0).astype(np.uint8)
    return table
