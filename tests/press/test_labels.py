import dataclasses
import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date

import pikepdf
import pypdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press import labels, papers, typefaces
from pipelines.press.labels import Label, Stock, labels_pdf

MM = 25.4 / 72
LABEL = Label(
    container_id="202611200001",
    level="terminal",
    key="41–44",
    text="Göteborg 410 00–449 99",
    lot_id="monthly-2026-12-se-brev-20261120",
    product="Sorterat brev",
    vendor="strand",
    hand_in=date(2026, 11, 20),
    delivery=date(2026, 11, 24),
    pieces=312,
    grams=6240.0,
    number=7,
    total=43,
)
LONG = dataclasses.replace(
    LABEL,
    container_id="monthly-2026-12-se-brev-20261120-0001",
    level="l" * 200,
    key="Västra Frölunda industriområde " * 5,
    text="W" * 300,
    lot_id="lot-" * 60,
    product="Ä" * 120,
    vendor="V" * 120,
    pieces=10**9,
    grams=10.0**13,
    number=10**7,
    total=10**8,
)


def words(pdf: bytes, page: int = 0) -> list[str]:
    return [line.strip() for line in pypdf.PdfReader(io.BytesIO(pdf)).pages[page].extract_text().splitlines()]


def scanned(pdf: bytes, page: int = 0) -> set[tuple[str, str]]:
    """What a scanner reads on a page as a label printer of 300 dpi prints it: (symbology, text)."""
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=300 / 72, grayscale=True).to_numpy()
    return {(found.format.name, found.text) for found in zxingcpp.read_barcodes(picture)}


def boxes(pdf: bytes, page: int = 0) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right and top of every printed character, in mm."""
    text = pypdfium2.PdfDocument(pdf)[page].get_textpage()
    found = [text.get_charbox(i) for i in range(text.count_chars())]
    return [tuple(edge * MM for edge in box) for box in found if box[0] < box[2]]


def operators(pdf: bytes) -> list[tuple[str, list[str]]]:
    """Every operator of every page with its operands."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [
            (str(one.operator), [str(operand) for operand in one.operands])
            for page in file.pages
            for one in pikepdf.parse_content_stream(page)
        ]


def test_a_label_says_where_the_container_goes_what_is_in_it_and_which_one_it_is() -> None:
    assert words(labels_pdf([LABEL])) == [
        "terminal", "41–44", "Göteborg 410 00–449 99",
        "Hand in", "2026-11-20", "Delivery", "2026-11-24", "Container", "7 of 43",
        "strand", "Sorterat brev", "Pieces, weight", "312, 6.24 kg",
        "202611200001", "monthly-2026-12-se-brev-20261120",
    ]  # fmt: skip


def test_a_container_of_mixed_pieces_has_its_text_in_the_place_of_the_key() -> None:
    mixed = dataclasses.replace(LABEL, key="", text="Mixed")
    keyed = dataclasses.replace(LABEL, key="Mixed", text="")
    assert words(labels_pdf([mixed]))[:3] == ["terminal", "Mixed", "Hand in"]
    assert boxes(labels_pdf([mixed])) == boxes(labels_pdf([keyed]))


def test_every_label_is_a_page_in_the_given_order_and_of_the_given_size() -> None:
    three = [dataclasses.replace(LABEL, container_id=f"20261120000{n}", number=n) for n in (3, 1, 2)]
    pdf = labels_pdf(three)
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    sizes = [(float(page.mediabox.width) * MM, float(page.mediabox.height) * MM) for page in pages]
    assert sizes == [(pytest.approx(105, abs=0.01), pytest.approx(74, abs=0.01))] * 3
    assert [f"{n} of 43" in words(pdf, page) for page, n in enumerate((3, 1, 2))] == [True] * 3


def test_labels_of_many_forms_are_one_file_in_their_order() -> None:
    many = [dataclasses.replace(LABEL, number=n, key=f"K{n} " * (n % 4 + 1)) for n in range(60)]
    pdf = labels_pdf(many)
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert [page.extract_text().splitlines()[1] for page in pages] == [label.key.strip() for label in many]


def test_a_short_id_is_read_from_the_bars_and_from_the_square() -> None:
    assert scanned(labels_pdf([LABEL])) == {
        ("Code128", LABEL.container_id),
        ("DataMatrix", LABEL.container_id),
    }


def test_an_id_too_long_for_bars_is_read_from_the_square_alone() -> None:
    assert scanned(labels_pdf([LONG])) == {("DataMatrix", LONG.container_id)}


def test_a_larger_label_is_larger_in_all_its_parts_and_has_room_for_the_bars() -> None:
    pdf = labels_pdf([LONG], Stock(148, 105))
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    assert float(page.mediabox.width) * MM == pytest.approx(148, abs=0.01)
    assert scanned(pdf) == {("Code128", LONG.container_id), ("DataMatrix", LONG.container_id)}
    small = max(top - bottom for _, bottom, _, top in boxes(labels_pdf([LABEL])))
    large = max(top - bottom for _, bottom, _, top in boxes(labels_pdf([LABEL], Stock(148, 105))))
    assert large / small == pytest.approx(148 / 105, rel=0.02)


@pytest.mark.parametrize(("width", "height"), [(105.0, 74.0), (148.0, 105.0), (100.0, 150.0), (74.0, 52.0)])
def test_long_texts_keep_to_their_places(width: float, height: float) -> None:
    pdf = labels_pdf([LONG], Stock(width, height))
    rem = min(width / 105, height / 74)
    page, edge = height, 3 * rem
    for left, bottom, right, top in boxes(pdf):
        assert left >= edge
        assert right <= 105 * rem - edge
        assert bottom >= page - 74 * rem
        if top > page - 28 * rem:
            assert right <= 78 * rem, "a text runs into the square"
    assert any("…" in line for line in words(pdf))


def test_a_longer_key_is_set_smaller() -> None:
    keys = ["41", "Rosersberg", "Västra Frölunda ind"]
    heights = [
        max(top - bottom for _, bottom, _, top in boxes(labels_pdf([dataclasses.replace(LABEL, key=key)])))
        for key in keys
    ]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == len(heights)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.floats(5, 100), st.sampled_from([400, 500, 600, 700]))
def test_a_fitted_line_is_no_wider_than_its_place_and_says_what_fits(
    text: str, width: float, weight: int
) -> None:
    sizes = (8.0, 4.0, 2.0)
    line = papers.fitted(text, width, sizes, weight)
    set_in_mm = typefaces.load().advance_mm(line.text, line.size / typefaces.MM_PER_POINT, weight=weight)
    assert line.size in sizes
    assert set_in_mm <= width + 1e-6
    whole = papers.settable(" ".join(text.split()))
    assert line.text == whole or (line.text.endswith("…") and whole.startswith(line.text[:-1]))


def test_a_character_that_the_fonts_lack_is_a_question_mark(caplog: pytest.LogCaptureFixture) -> None:
    pdf = labels_pdf([dataclasses.replace(LABEL, key="A\u4e2d\u0000B", text="<b>&amp;</b>")])
    assert "A??B" in words(pdf)
    assert "<b>&amp;</b>" in words(pdf)
    assert not caplog.records


def test_a_label_is_pure_black_in_the_presss_fonts() -> None:
    pdf = labels_pdf([LABEL, LONG])
    drawn = operators(pdf)
    assert not {name for name, _ in drawn} & {"rg", "RG", "g", "G", "k", "K", "sc", "SC", "sh", "Do"}
    assert {operands[0] for name, operands in drawn if name in ("cs", "CS")} == {"/DeviceCMYK"}
    inks = {tuple(map(float, operands)) for name, operands in drawn if name in ("scn", "SCN")}
    assert inks == {(0, 0, 0, 1)}
    fonts = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
    ours = {face.name for face in typefaces.load().faces}
    assert {font.get_object()["/BaseFont"].partition("+")[2] for font in fonts} <= ours


def test_the_same_labels_are_the_same_bytes_in_any_process() -> None:
    made = labels_pdf([LABEL, LONG])
    assert made == labels_pdf([LABEL, LONG])
    assert made != labels_pdf([LONG, LABEL])
    code = (
        "import datetime, hashlib; from pipelines.press.labels import Label, labels_pdf; "
        f"print(hashlib.sha256(labels_pdf([{LABEL!r}, {LONG!r}])).hexdigest())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert said.stdout.strip() == hashlib.sha256(made).hexdigest()


def test_the_files_date_is_the_day_of_hand_in() -> None:
    information = pypdf.PdfReader(io.BytesIO(labels_pdf([LABEL]))).metadata
    assert information is not None
    assert information.title == "Labels monthly-2026-12-se-brev-20261120"
    assert information.creation_date is not None
    assert information.creation_date.date() == LABEL.hand_in


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "no containers"),
        ([dataclasses.replace(LABEL, container_id="Å1")], "ASCII"),
        ([dataclasses.replace(LABEL, container_id="")], "ASCII"),
        ([dataclasses.replace(LABEL, container_id="x" * 200)], "too long"),
    ],
)
def test_what_cannot_be_labelled_is_refused(wrong: Sequence[Label], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        labels.labels_pdf(wrong)
