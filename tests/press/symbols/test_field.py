"""Reed–Solomon checks by table."""

import numpy as np
import pytest

from pipelines.press.symbols.field import DATA_MATRIX_FIELD, QR_FIELD, contributions


def checks(polynomial: int, first_root: int, data: list[int], number: int) -> list[int]:
    table = contributions(polynomial, first_root, len(data), number)
    return np.bitwise_xor.reduce(table[np.arange(len(data)), data], axis=0).tolist()


def times(polynomial: int, a: int, b: int) -> int:
    product = 0
    for bit in range(8):
        product ^= (a << bit) * (b >> bit & 1)
    for bit in range(14, 7, -1):
        product ^= (polynomial << bit - 8) * (product >> bit & 1)
    return product


def test_the_worked_example_of_the_qr_standard() -> None:
    # ISO/IEC 18004, annex I: 01234567 as version 1-M.
    data = [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11]
    expected = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55]
    assert checks(QR_FIELD, 0, data, 10) == expected


def test_the_worked_example_of_the_data_matrix_standard() -> None:
    # ISO/IEC 16022, annex O: 123456 as 10 × 10.
    assert checks(DATA_MATRIX_FIELD, 1, [142, 164, 186], 5) == [114, 25, 5, 88, 102]


@pytest.mark.parametrize(("polynomial", "first_root"), [(QR_FIELD, 0), (DATA_MATRIX_FIELD, 1)])
@pytest.mark.parametrize(("length", "number"), [(1, 7), (19, 7), (43, 30), (114, 48)])
def test_a_block_with_its_checks_is_zero_at_every_root(
    polynomial: int, first_root: int, length: int, number: int
) -> None:
    data = np.random.default_rng(length).integers(0, 256, length).tolist()
    block = data + checks(polynomial, first_root, data, number)
    root = 1 if first_root == 0 else 2
    for _ in range(number):
        value = 0
        for codeword in block:
            value = times(polynomial, value, root) ^ codeword
        assert value == 0
        root = times(polynomial, root, 2)
