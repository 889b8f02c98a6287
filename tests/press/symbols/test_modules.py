"""Modules packed one bit each."""

import numpy as np
import pytest

from pipelines.press.symbols.modules import Modules


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 332), (3, 8), (18, 18), (45, 45)])
def test_packing_loses_nothing(height: int, width: int) -> None:
    matrix = np.random.default_rng(height * width).random((height, width)) < 0.5
    packed = Modules.of(matrix)
    assert (packed.width, packed.height, len(packed.rows)) == (width, height, height * -(-width // 8))
    assert (packed.matrix == matrix).all()


def test_the_first_module_is_the_highest_bit_and_rows_start_on_a_byte() -> None:
    assert Modules.of(np.array([[1, 0, 0], [0, 0, 1]], bool)).rows == bytes((0b10000000, 0b00100000))
