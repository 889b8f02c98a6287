"""Digits as a matrix: check digits of a whole column at once."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]


def compact(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The texts without blanks, letters in upper case; nulls and empty texts become null."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if texts.null_count < len(texts):
        texts = pc.utf8_upper(pc.replace_substring_regex(texts, r"[\s\x{00a0}]+", ""))
    return pc.if_else(pc.equal(texts, ""), None, texts)


def matrix(texts: pa.Array, shortest: int, longest: int) -> tuple[npt.NDArray[np.uint8], Mask]:
    """The texts as digits, right-aligned with zeros before them, and which are digits at all.

    Returns:
        An array (n, longest) of uint8, and a bool for each text: true when it has `shortest`
        to `longest` digits, not all of them zero, and nothing else. Other rows are zero.
    """
    plain = pc.match_substring_regex(texts, rf"^[0-9]{{{shortest},{longest}}}$")
    padded = pc.utf8_lpad(pc.if_else(pc.fill_null(plain, False), texts, ""), longest, "0")
    data = np.frombuffer(padded.buffers()[2], np.uint8) if len(padded) else np.empty(0, np.uint8)
    start = padded.offset * longest
    characters = data[start : start + len(padded) * longest].reshape(-1, longest)
    digits: npt.NDArray[np.uint8] = characters - ord("0")
    # A column of nothing but zeros is a text that is no number, or an empty promise.
    return digits, np.asarray(digits.any(axis=1))


def luhn_holds(digits: npt.NDArray[np.uint8]) -> Mask:
    """Whether the last digit of each row is its Luhn check digit (ISO/IEC 7812-1, annex B)."""
    doubled = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], np.uint8)
    plain, weighted = digits[:, ::-2], doubled[digits[:, -2::-2]]
    sums = plain.sum(axis=1, dtype=np.int32) + weighted.sum(axis=1, dtype=np.int32)
    return np.asarray(sums % 10 == 0)
