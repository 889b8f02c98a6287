"""Stamped letters in a print file: what they share, how they lie, and that memory stays flat."""

import hashlib
import io
import shutil
import subprocess
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines import config
from pipelines.errors import ConfigError
from pipelines.model import PlannedContainer
from pipelines.press import marks
from pipelines.press.assemble import Assembly
from pipelines.press.painting import Form, PaintedPage, StampedPage
from pipelines.press.preflight import Expected, ExpectedPiece, preflight
from tests.press.print_files import ADDRESS_X, ADDRESS_Y, face, page, text_ops
from tests.press.scratch import HEAD

VENDOR = config.Vendor()
SIMPLEX = VENDOR.model_copy(update={"duplex": False})
LOGO = Form("X0000000001", b"1 .4 0 0 k\n20 780 40 40 re\nf", (20, 780, 60, 820))
LETTERHEAD = Form(
    "X0000000002",
    b"/X0000000001 Do\n0 0 0 1 k\n" + text_ops(face(), "Lindvall", 20, 40),
    (0, 0, 595.276, 841.89),
    frozenset({"F1"}),
    (LOGO,),
)
TERMS = page(b"0 0 0 1 k\n" + text_ops(face(), "Villkor", 20, 30))
Pages = Sequence[PaintedPage | StampedPage]


def stamped(text: str, address: Sequence[str] = ()) -> StampedPage:
    lines = [text_ops(face(), line, ADDRESS_X, ADDRESS_Y + 4.7 * row) for row, line in enumerate(address)]
    own = b"".join([text_ops(face(), text, 20, 100), *lines])
    content = b"q\n/X0000000002 Do\n0 0 0 1 k\n" + own + b"Q"
    return StampedPage(content, frozenset({"F1"}), (LETTERHEAD,))


def bound(
    out: Path, letters: Sequence[Pages], vendor: config.Vendor = VENDOR, cuts: Sequence[int] = ()
) -> bytes:
    """The letters from sequence 1 on as a print file, with a new container behind each of `cuts`."""
    with Assembly(HEAD, "print-0001.pdf", vendor, {"F1": face()}, out) as assembly:
        for sequence, pages in enumerate(letters, start=1):
            assembly.add(f"piece-{sequence}", sequence, pages)
        firsts = [1, *(cut + 1 for cut in cuts)]
        lasts = [*cuts, len(letters)]
        assembly.save(
            [PlannedContainer(f"tray-{a}", "tray", "4", a, b) for a, b in zip(firsts, lasts, strict=True)]
        )
    return out.read_bytes()


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three letters: two stamped pages; one stamped and one fixed; three stamped and a blank back."""
    out = tmp_path_factory.mktemp("three") / "print.pdf"
    bound(
        out,
        [
            (stamped("Ett"), stamped("Baksida")),
            (stamped("Två"), TERMS),
            (stamped("Tre"), TERMS, stamped("Mer")),
        ],
    )
    return out


@pytest.fixture(scope="module")
def pdf(three: Path) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(three) as opened:
        yield opened


def tool(name: str) -> str:
    """The path of a program that checks what we made; the test is skipped where there is none."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_a_stamped_page_is_one_stream_with_the_mark_in_it(pdf: pikepdf.Pdf) -> None:
    assert all(len(page.Contents) == 1 for number, page in enumerate(pdf.pages) if number not in (3, 7))
    for number, (sequence, sheet, sheets) in {0: (1, 1, 1), 2: (2, 1, 1), 4: (3, 1, 2), 6: (3, 2, 2)}.items():
        _, mark = marks.mark_ops(VENDOR.mark, HEAD.job, sequence, sheet, sheets, sheet == sheets)
        content = pdf.pages[number].Contents[0].read_bytes()
        assert content.startswith(b"q\n/X0000000002 Do")
        assert content.endswith(b"Q\n" + mark)
    assert pdf.pages[1].Contents[0].read_bytes() == stamped("Baksida").content


def test_stamped_pages_share_one_resource_dictionary(pdf: pikepdf.Pdf) -> None:
    assert len({pdf.pages[number].Resources.objgen for number in (0, 1, 2, 4, 6)}) == 1
    assert set(pdf.pages[0].Resources.XObject.keys()) == {"/X0000000001", "/X0000000002"}
    assert pdf.pages[0].Resources.Font.objgen == pdf.pages[3].Resources.Font.objgen


def test_forms_and_fixed_pages_are_there_once(pdf: pikepdf.Pdf) -> None:
    things = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
    assert sum(str(thing.get("/Subtype", "")) == "/Form" for thing in things) == 2
    assert pdf.pages[3].Contents[0].objgen == pdf.pages[5].Contents[0].objgen
    assert pdf.pages[3].obj.objgen != pdf.pages[5].obj.objgen
    assert pdf.pages[3].DPart.objgen != pdf.pages[5].DPart.objgen


def test_the_back_of_a_last_sheet_is_blank(pdf: pikepdf.Pdf) -> None:
    assert len(pdf.pages) == 2 + 2 + 4
    assert pdf.pages[7].Contents[0].read_bytes() == b""


def test_readers_find_text_and_forms_where_they_were_stamped(three: Path) -> None:
    document = pdfium.PdfDocument(three)
    text = document[2].get_textpage()
    said = text.get_text_range()
    assert "Två" in said
    assert "Lindvall" in said
    picture = document[2].render(scale=1).to_numpy()
    blue, green, red = (int(channel) for channel in picture[842 - 800, 40][:3])
    assert blue > 150 > red
    assert picture[842 - 800, 80].min() == 255
    assert red < green
    document.close()


def test_qpdf_and_poppler_find_no_fault(three: Path) -> None:
    run = subprocess.run([tool("qpdf"), "--check", str(three)], capture_output=True, text=True, check=True)
    assert "No syntax or stream encoding errors" in run.stdout
    run = subprocess.run([tool("pdftotext"), str(three), "-"], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert [page.split() for page in run.stdout.split("\f")][5] == ["Villkor"]


def test_ghostscript_draws_the_text_in_black_alone_through_the_forms_group(tmp_path: Path) -> None:
    only_text = Form("X0000000002", LETTERHEAD.content.split(b"\n", 1)[1], LETTERHEAD.box, LETTERHEAD.fonts)
    one = StampedPage(stamped("Svart").content, frozenset({"F1"}), (only_text,))
    bound(tmp_path / "x.pdf", [(one,)])
    run = subprocess.run(
        [tool("gs"), "-q", "-sDEVICE=inkcov", "-o", "-", str(tmp_path / "x.pdf")],
        capture_output=True,
        text=True,
        check=True,
    )
    *colours, black = (float(share) for share in run.stdout.split()[:4])
    assert colours == [0, 0, 0]
    assert black > 0


def test_preflight_finds_nothing_wrong_with_stamped_letters(tmp_path: Path) -> None:
    address = ("Siri Ålund", "Åvägen 3", "413 01  GÖTEBORG")
    pieces = []
    with Assembly(HEAD, "x.pdf", VENDOR, {"F1": face()}, tmp_path / "x.pdf") as assembly:
        for sequence, more in enumerate(([], [TERMS], [stamped("Mer"), TERMS]), start=1):
            place = assembly.add("piece", sequence, [stamped("Ett", address), *more])
            facts = place.first_page, place.pages, place.sheets, place.mark
            pieces.append(ExpectedPiece("piece", sequence, *facts, address))
        assembly.save([PlannedContainer("tray-1", "tray", "4", 1, len(pieces))])
    expected = Expected("SE", VENDOR, HEAD.job, tuple(pieces), accents=((1, 0.4, 0, 0),))
    assert preflight(tmp_path / "x.pdf", expected) == ()


PAGES = {"s": stamped("Ett"), "p": TERMS}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    letters=st.lists(st.text("sp", min_size=1, max_size=5), min_size=1, max_size=60),
    duplex=st.booleans(),
    data=st.data(),
)
def test_whatever_the_letters_pages_parts_and_containers_agree(
    tmp_path: Path, letters: list[str], duplex: bool, data: st.DataObject
) -> None:
    places = st.sets(st.integers(1, len(letters) - 1)) if len(letters) > 1 else st.just(set[int]())
    cuts = sorted(data.draw(places))
    pages = [tuple(PAGES[kind] for kind in letter) for letter in letters]
    file = bound(tmp_path / "x.pdf", pages, VENDOR if duplex else SIMPLEX, cuts)
    with pikepdf.open(io.BytesIO(file), attempt_recovery=False) as opened:
        assert opened.check_pdf_syntax() == []
        order = {page.obj.objgen: number for number, page in enumerate(opened.pages)}
        lot = opened.Root.DPartRoot.DPartRootNode
        (trays,) = lot.DParts
        assert [int(tray.DPM.Brvp_Container.Pieces) for tray in trays] == [
            b - a for a, b in zip([0, *cuts], [*cuts, len(letters)], strict=True)
        ]
        leaves: list[Any] = [leaf for tray in trays for (inside,) in [tray.DParts] for leaf in inside]
        sides = [len(letter) + len(letter) % 2 if duplex else len(letter) for letter in letters]
        assert [int(leaf.DPM.Brvp_Piece.Pages) for leaf in leaves] == sides
        following = 0
        for leaf, count in zip(leaves, sides, strict=True):
            assert order[leaf.Start.objgen] == following
            assert order[leaf.End.objgen] + 1 == following + count if count > 1 else "/End" not in leaf
            for number in range(following, following + count):
                assert opened.pages[number].DPart.objgen == leaf.objgen
            following += count
        assert following == len(opened.pages) == int(opened.Root.Pages.Count)


def test_the_same_letters_make_the_same_bytes(tmp_path: Path) -> None:
    letters = [(stamped("Ett"), stamped("Baksida")), (stamped("Två"), TERMS)]
    assert bound(tmp_path / "a.pdf", letters) == bound(tmp_path / "b.pdf", letters)
    assert bound(tmp_path / "a.pdf", letters[::-1]) != bound(tmp_path / "b.pdf", letters)


def test_memory_does_not_grow_with_the_pages(tmp_path: Path) -> None:
    def grown(assembly: Assembly, sequences: range) -> int:
        before = tracemalloc.get_traced_memory()[0]
        for sequence in sequences:
            own = stamped(f"Brev {sequence}")
            assembly.add(f"{sequence:020}", sequence, (own, own))
        return tracemalloc.get_traced_memory()[0] - before

    tracemalloc.start()
    try:
        with Assembly(HEAD, "x.pdf", VENDOR, {"F1": face()}, tmp_path / "x.pdf") as assembly:
            grown(assembly, range(1, 3001))  # fonts, forms, buffers that fill once, and marks in mind
            bytes_a_letter = grown(assembly, range(3001, 5001)) / 2000
    finally:
        tracemalloc.stop()
    # Two pages deflate to some 900 bytes; what stays is numbers and places.
    assert bytes_a_letter < 200


def test_a_file_that_is_not_saved_is_not_there(tmp_path: Path) -> None:
    with Assembly(HEAD, "x.pdf", VENDOR, {"F1": face()}, tmp_path / "x.pdf") as assembly:
        assembly.add("piece-1", 1, (TERMS,))
    assert list(tmp_path.iterdir()) == []


def test_a_letter_whose_mark_cannot_be_said_adds_nothing(tmp_path: Path) -> None:
    with Assembly(HEAD, "x.pdf", VENDOR, {"F1": face()}, tmp_path / "x.pdf") as assembly:
        with pytest.raises(ConfigError, match="piece"):
            assembly.add("piece-1", 10**9, (TERMS,))
        assert assembly.pages == 0
        place = assembly.add("piece-1", 1, (TERMS,))
        assert (place.first_page, place.pages, place.sheets) == (1, 2, 1)


def test_saving_gives_the_files_hash(tmp_path: Path) -> None:
    out = tmp_path / "x.pdf"
    with Assembly(HEAD, "x.pdf", VENDOR, {"F1": face()}, out) as assembly:
        assembly.add("piece-1", 1, (TERMS,))
        digest = assembly.save([PlannedContainer("tray-1", "tray", "4", 1, 1)])
    assert digest == hashlib.sha256(out.read_bytes()).hexdigest()
