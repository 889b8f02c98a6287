"""Text in normal form: valid UTF-8, composed (NFC), without outer blanks, never empty."""

import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def decoded(raw: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """The strings of a binary or string array, and a mask of the cells that are not UTF-8.

    Such a cell is null. The mask is None when there is none, which takes one pass to know.
    """
    raw = raw.cast(pa.binary())
    try:
        return raw.cast(pa.string()), None
    except pa.ArrowInvalid:
        values = [_utf8(cell) for cell in raw.to_pylist()]
        strings = pa.array(values, pa.string())
        return strings, pc.and_(strings.is_null(), raw.is_valid())


def normal(strings: pa.Array) -> pa.Array:
    """`strings` in NFC and without outer white space; what is then empty is null."""
    if not _is_composed(strings):
        strings = _composed(strings)
    strings = pc.utf8_trim_whitespace(strings)
    empty = pc.equal(pc.binary_length(strings), 0)
    return pc.if_else(empty, None, strings) if pc.any(empty).as_py() else strings


def _composed(strings: pa.Array) -> pa.Array:
    """`strings` in NFC, by Python's own tables: `pc.utf8_normalize` gives NFD for NFC
    up to Arrow 25 (apache/arrow#51225)."""
    seen = strings.dictionary_encode()
    values = [unicodedata.normalize("NFC", value) for value in seen.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(seen.indices)


def _is_composed(strings: pa.Array) -> bool:
    """Whether all strings are in NFC. One look at their joined bytes is a tenth of normalising
    them: a part of a text in NFC is in NFC."""
    full = strings.drop_null()
    if not len(full):
        return True
    _, offsets, data = full.buffers()
    if data is None:
        return True
    bounds = np.frombuffer(offsets, np.int32)
    joined = memoryview(data)[bounds[full.offset] : bounds[full.offset + len(full)]]
    return unicodedata.is_normalized("NFC", str(joined, "utf-8"))


def _utf8(cell: bytes | None) -> str | None:
    if cell is None:
        return None
    try:
        return cell.decode()
    except UnicodeDecodeError:
        return None
