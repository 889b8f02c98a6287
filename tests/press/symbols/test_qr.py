"""QR codes against two other encoders and a reader."""

import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from segno import consts

from pipelines.press.symbols import qr, qr_segments
from pipelines.press.symbols.modules import Matrix
from pipelines.press.symbols.qr_sizes import Level, alignment_centres, blocks, data_modules, data_places, side
from tests.press.symbols.pictures import drawn, scanned
from tests.press.symbols.test_qr_masks import penalty

LATIN_1 = "iso-8859-1"
LEVELS: tuple[Level, ...] = ("L", "M", "Q", "H")
EPC = "\n".join(
    (
        *("BCD", "001", "1", "SCT", "HELSFIHH", "Lindvall Perintä Oy Asiakasvarat", "FI7944052020036082"),
        *("EUR4883.15", "", "RF09868516259619897", "", "ReqdExctnDt/2027-06-12"),
    )
)
SWISH = "C1237856901;100,00;12229445%20A1;0"
PORTAL = "https://betala.lindvall.example/ABCDEFGHIJKLMNOPQRSTUVWXYZ?k=A3"


def mask_of(matrix: Matrix) -> int:
    """The mask that a symbol's format information names."""
    return int("".join("01"[module] for module in matrix[8, 2:5].tolist()), 2) ^ 0b101


Parts = list[tuple[str, int, str]]


def segments(payload: str) -> Parts:
    """The payload's segments as segno wants them.

    segno 1.6 pads with a byte too many when terminator and data end on a byte, which the payloads
    of these tests avoid.
    """
    cut, _ = qr_segments.cut(payload.encode().translate(qr_segments.KINDS), 0)
    modes = consts.MODE_NUMERIC, consts.MODE_ALPHANUMERIC, consts.MODE_BYTE
    return [(payload[start:end], modes[mode], LATIN_1) for mode, start, end in cut]


def segnos(parts: Parts, version: int, level: Level, mask: int) -> Matrix:
    made = segno.make(parts, version=version, error=level, mask=mask, boost_error=False, micro=False)
    return np.array([list(row) for row in made.matrix]) == 1


def filling(version: int, level: Level) -> str:
    """A text that no smaller symbol holds."""
    length = blocks(version, level).data - (2 if version < 10 else 3)
    return "".join(chr(97 + (i * i + version) % 26) for i in range(length))


@pytest.mark.parametrize("version", range(1, 41))
def test_segno_makes_the_same_symbol_of_every_version(version: int) -> None:
    # Every level of the versions that letters bear, one level of the others.
    for level in LEVELS if version <= 15 else LEVELS[version % 4 :][:1]:
        text = filling(version, level)
        ours = qr.encode([text], level)[0].matrix
        parts = [(text, consts.MODE_BYTE, LATIN_1)]
        assert (ours == segnos(parts, version, level, mask_of(ours))).all()


@pytest.mark.parametrize("version", range(1, 41))
def test_the_sizes_add_up(version: int) -> None:
    places = data_places(version)
    assert len(places) == len(set(places.tolist())) == data_modules(version)
    for level in LEVELS:
        division = blocks(version, level)
        assert division.data + division.checks * len(division.lengths) == data_modules(version) // 8
    assert all(6 <= centre <= side(version) - 7 for centre in alignment_centres(version))


@pytest.mark.parametrize("payload", [SWISH[:-3], PORTAL, "12345678" * 3, "A1B", "perinta;1234567"])
def test_segno_makes_the_same_symbol_of_the_same_segments(payload: str) -> None:
    version, _ = qr_segments.codewords(payload, "M")
    ours = qr.encode([payload])[0].matrix
    assert (ours == segnos(segments(payload), version, "M", mask_of(ours))).all()


@pytest.mark.parametrize("payload", [EPC, SWISH, PORTAL, "ABC123 $", "0123456789", "bankgironummer", "Åä €"])
def test_zxing_cpp_makes_the_same_symbol_mask_and_all(payload: str) -> None:
    options = {} if payload.isascii() else {"eci": "UTF-8"}
    theirs = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="M", **options)
    assert (qr.encode([payload])[0].matrix == drawn(theirs)).all()


@pytest.mark.parametrize("payload", ["7", "PERINTA 7:4", SWISH[:-3], PORTAL])
def test_of_the_eight_masks_it_has_the_first_with_the_lowest_penalty(payload: str) -> None:
    version, _ = qr_segments.codewords(payload, "M")
    scores = [penalty(segnos(segments(payload), version, "M", mask)) for mask in range(8)]
    assert mask_of(qr.encode([payload])[0].matrix) == scores.index(min(scores))


@given(
    st.lists(
        st.text(st.characters(min_codepoint=9, max_codepoint=0x17F, exclude_categories=["Cc"]), min_size=1),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(LEVELS),
)
@settings(max_examples=60, deadline=None)
def test_a_batch_of_any_texts_is_read_back_in_its_order(payloads: list[str], level: Level) -> None:
    found = [scanned(symbol) for symbol in qr.encode(payloads, level)]
    assert [(symbol.text, symbol.ec_level) for symbol in found] == [(payload, level) for payload in payloads]


def test_a_symbol_does_not_depend_on_its_batch() -> None:
    batch = [SWISH.replace("100", str(amount)) for amount in range(100, 170)] + [EPC, "1", PORTAL]
    assert qr.encode(batch) == [symbol for payload in batch for symbol in qr.encode([payload])]


def test_an_empty_batch_has_no_symbols() -> None:
    assert qr.encode([]) == []
