"""The penalties of the standard, against its table taken at its word."""

from itertools import groupby

import numpy as np
import pytest

from pipelines.press.symbols import qr_masks
from pipelines.press.symbols.modules import Matrix


def words(matrix: Matrix) -> qr_masks.Words:
    lines = np.concatenate((matrix, matrix.T))
    padded = np.pad(lines, ((0, 0), (0, -lines.shape[1] % 64)))
    return np.packbits(padded, axis=-1).view(">u8").astype(np.uint64)


def line_penalty(line: str) -> int:
    lengths = [len(list(run)) for _, run in groupby(line)]
    runs = sum(length - 2 for length in lengths if length >= 5)
    wide = f"0000{line}0000"
    found = [
        i
        for i in range(len(line) - 6)
        if line.startswith("1011101", i) and "0000" in (wide[i : i + 4], wide[i + 11 : i + 15])
    ]
    return runs + 40 * len(found)


def penalty(matrix: Matrix) -> int:
    size = len(matrix)
    lines = ["".join("01"[module] for module in line) for line in (*matrix.tolist(), *matrix.T.tolist())]
    squares = sum(
        len(set(matrix[y : y + 2, x : x + 2].ravel().tolist())) == 1
        for y in range(size - 1)
        for x in range(size - 1)
    )
    share = 100 * matrix.sum() / size**2
    return sum(line_penalty(line) for line in lines) + 3 * squares + 10 * int(abs(share - 50) // 5)


@pytest.mark.parametrize("size", [21, 45, 61, 65, 77, 129, 177])
@pytest.mark.parametrize("dark", [0.2, 0.5, 0.8])
def test_random_fields(size: int, dark: float) -> None:
    matrix = np.random.default_rng(size).random((size, size)) < dark
    assert qr_masks.penalties(words(matrix), size) == penalty(matrix)


@pytest.mark.parametrize("size", [21, 57, 61, 65])
@pytest.mark.parametrize("seed", range(6))
def test_fields_full_of_patterns_like_finders(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = ["1011101", "0000", "0", "00001011101", "10111010000", "1", "11111", "10111011101"]
    matrix = np.array([list("".join(rng.choice(parts, size))[:size]) for _ in range(size)]) == "1"
    assert qr_masks.penalties(words(matrix), size) == penalty(matrix)


@pytest.mark.parametrize("dark", [False, True])
def test_a_field_of_one_colour_has_the_worst(dark: bool) -> None:
    size = 21
    matrix = np.full((size, size), dark)
    assert qr_masks.penalties(words(matrix), size) == 2 * size * (size - 2) + 3 * 20 * 20 + 10 * 10


def test_many_symbols_at_once_are_judged_each_for_itself() -> None:
    fields = np.random.default_rng(1).random((3, 2, 25, 25)) < 0.5
    lines = np.stack([np.stack([words(field) for field in pair]) for pair in fields])
    expected = [[penalty(field) for field in pair] for pair in fields]
    assert qr_masks.penalties(lines, 25).tolist() == expected
