import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest

from pipelines import config
from pipelines.model import PrintFile
from pipelines.press import assemble
from pipelines.press.compose import Composer
from pipelines.press.lanes import Lanes
from pipelines.press.printfile import BATCH, containers, press_file
from tests.press.scratch import HEAD, letter, planned

VENDOR = config.Vendor()
SIXTY = 60
FRESH = """
import sys
from collections.abc import Callable
from pathlib import Path
from pipelines import config
from pipelines.press.lanes import Lanes
from pipelines.press.printfile import press_file
from tests.press.scratch import HEAD, letter, planned
letters = [(number, letter(number, more=number % 3)) for number in range(1, 13)]
print(press_file(HEAD, planned(12, 5, 7), letters, config.Vendor(), Lanes(), Path(sys.argv[1])).sha256)
"""


def tool(name: str) -> str:
    """The path of a program that checks what we made; the test is skipped where there is none."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def lanes(composer: Composer) -> Lanes:
    return Lanes(composer)


@pytest.fixture(scope="module")
def sixty(lanes: Lanes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PrintFile]:
    out = tmp_path_factory.mktemp("sixty") / "print-0001.pdf"
    letters = [(number, letter(number)) for number in range(1, SIXTY + 1)]
    return out, press_file(HEAD, planned(SIXTY, 25, 35), letters, VENDOR, lanes, out)


def test_a_print_file_is_counted_measured_and_passes_preflight(sixty: tuple[Path, PrintFile]) -> None:
    out, made = sixty
    assert made.breaches == ()
    assert made.failed == ()
    assert (made.name, made.pages, made.sheets) == ("print-0001.pdf", 2 * SIXTY, SIXTY)
    assert made.bytes == out.stat().st_size
    assert made.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    with pikepdf.open(out) as pdf:
        assert len(pdf.pages) == made.pages


def test_its_pieces_say_where_they_stand(sixty: tuple[Path, PrintFile]) -> None:
    _, made = sixty
    assert [piece.sequence for piece in made.pieces] == list(range(1, SIXTY + 1))
    assert [piece.first_page for piece in made.pieces] == list(range(1, 2 * SIXTY, 2))
    assert {(piece.pages, piece.sheets, piece.lane) for piece in made.pieces} == {(2, 1, "stamped")}
    assert [piece.container_id for piece in made.pieces] == ["tray-1"] * 25 + ["tray-2"] * 35
    assert made.pieces[4].mark.startswith("1202702220000005")
    assert made.pieces[4].codes == letter(5).codes


def test_sixty_letters_share_what_they_have_in_common(
    sixty: tuple[Path, PrintFile], record_property: Callable[[str, object], None]
) -> None:
    out, made = sixty
    record_property("bytes_per_letter", made.bytes / SIXTY)
    # Profile 91 kB and three fonts 100 kB are there once; the rest is the letters' own.
    assert made.bytes < 191_000 + SIXTY * 5_500
    with pikepdf.open(out) as pdf:
        assert len({page.Resources.objgen for page in pdf.pages}) <= 2
        assert len({page.Contents[0].objgen for page in pdf.pages}) == SIXTY + 1


def test_qpdf_finds_no_fault(sixty: tuple[Path, PrintFile]) -> None:
    assert "No syntax or stream encoding errors" in output(tool("qpdf"), "--check", str(sixty[0]))


def test_poppler_sees_each_font_once_embedded_as_a_subset_with_its_text(
    sixty: tuple[Path, PrintFile],
) -> None:
    rows = [row.split() for row in output(tool("pdffonts"), str(sixty[0])).splitlines()[2:]]
    assert sorted(row[0][7:] for row in rows) == ["Inter-Bold", "Inter-Regular", "OCRB-Regular"]
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_poppler_reads_the_text_of_a_letter(sixty: tuple[Path, PrintFile]) -> None:
    text = output(tool("pdftotext"), "-f", "9", "-l", "9", "-layout", str(sixty[0]), "-")
    assert "Åsa Öhman 5" in text
    assert "413 03 GÖTEBORG" in text
    assert "flytt, sjukdom, förskott och" in text
    assert "1 239,50 kr" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_ghostscript_finds_black_ink_alone_on_a_page_of_text(sixty: tuple[Path, PrintFile]) -> None:
    second = ("-dFirstPage=2", "-dLastPage=2", str(sixty[0]))
    line = output(tool("gs"), "-q", "-dUsePDFX3Profile", "-sDEVICE=inkcov", "-o", "-", *second)
    *colours, black = (float(share) for share in line.split()[:4])
    assert colours == [0, 0, 0]
    assert black > 0.01


def test_the_same_letters_make_the_same_bytes_in_every_process(scratch: Path, tmp_path: Path) -> None:
    hashes = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"}
        command = (sys.executable, "-c", FRESH, str(tmp_path / f"{seed}.pdf"))
        run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        hashes.add(run.stdout.strip())
    assert len(hashes) == 1


def test_the_same_letters_make_the_same_bytes_whatever_was_pressed_before(
    lanes: Lanes, tmp_path: Path
) -> None:
    letters = [(number, letter(number)) for number in (1, 2)]
    first = press_file(HEAD, planned(2), letters, VENDOR, lanes, tmp_path / "a.pdf")
    press_file(HEAD, planned(1), [(1, letter(99, more=1))], VENDOR, lanes, tmp_path / "b.pdf")
    assert press_file(HEAD, planned(2), letters, VENDOR, lanes, tmp_path / "c.pdf") == first


def test_a_failed_letter_falls_out_and_the_others_move_up(lanes: Lanes, tmp_path: Path) -> None:
    letters = [(number, letter(number, name="春子" if number == 12 else "Åsa")) for number in range(11, 17)]
    file = planned(6, 3, 3, first=11)
    made = press_file(HEAD, file, letters, VENDOR, lanes, tmp_path / "x.pdf")
    assert made.failed == (("piece-0012", "composition_failed", "a character that the fonts lack"),)
    assert made.breaches == ()
    assert [(piece.piece_id, piece.sequence) for piece in made.pieces] == [
        ("piece-0011", 11), ("piece-0013", 12), ("piece-0014", 13), ("piece-0015", 14), ("piece-0016", 15)
    ]  # fmt: skip
    assert [piece.container_id for piece in made.pieces] == ["tray-1"] * 2 + ["tray-2"] * 3
    assert [(c.id, c.first_sequence, c.last_sequence) for c in containers(file, made.pieces)] == [
        ("tray-1", 11, 12),
        ("tray-2", 13, 15),
    ]


def test_a_container_without_letters_is_left_out(lanes: Lanes, tmp_path: Path) -> None:
    file = planned(3, 1, 1, 1)
    made = press_file(HEAD, file, [(1, letter(1)), (3, letter(3))], VENDOR, lanes, tmp_path / "x.pdf")
    assert [(c.id, c.first_sequence) for c in containers(file, made.pieces)] == [("tray-1", 1), ("tray-3", 2)]
    with pikepdf.open(tmp_path / "x.pdf") as pdf:
        (trays,) = pdf.Root.DPartRoot.DPartRootNode.DParts
        assert [str(tray.DPM.Brvp_Container.ID) for tray in trays] == ["tray-1", "tray-3"]


def test_a_letter_with_more_sheets_than_the_envelope_holds_is_not_printed(
    lanes: Lanes, tmp_path: Path
) -> None:
    # One page, the fixed one and `more` others: two sheets with more=2, three with more=3.
    letters = [(1, letter(1, more=3)), (2, letter(2, more=2))]
    vendor = VENDOR.model_copy(update={"sheets_per_envelope": 2})
    made = press_file(HEAD, planned(2), letters, vendor, lanes, tmp_path / "x.pdf")
    assert made.failed == (("piece-0001", "too_many_sheets", "3 sheets"),)
    assert [(piece.piece_id, piece.sequence, piece.sheets) for piece in made.pieces] == [("piece-0002", 1, 2)]


def test_a_file_of_failed_letters_is_not_written(lanes: Lanes, tmp_path: Path) -> None:
    made = press_file(HEAD, planned(1), [(1, letter(1, name="春子"))], VENDOR, lanes, tmp_path / "x.pdf")
    assert (made.bytes, made.pieces, made.pages, made.sheets, made.sha256) == (0, (), 0, 0, "")
    assert len(made.failed) == 1
    assert not (tmp_path / "x.pdf").exists()


def test_progress_counts_every_letter_printed_or_not(lanes: Lanes, tmp_path: Path) -> None:
    told: list[int] = []
    letters = [(n, letter(n, name="春子" if n % 2 else "Åsa")) for n in range(1, BATCH + 4)]
    press_file(HEAD, planned(BATCH + 3), letters, VENDOR, lanes, tmp_path / "x.pdf", told.append)
    assert told == [BATCH, 3]


def test_text_beside_the_address_is_a_breach(lanes: Lanes, tmp_path: Path) -> None:
    loose = '<p style="position: absolute; left: 100mm; top: -40mm">4 900 kr</p>'
    made = press_file(HEAD, planned(1), [(1, letter(1, extra=loose))], VENDOR, lanes, tmp_path / "x.pdf")
    assert {breach.rule for breach in made.breaches} == {"window.text", "window.outside"}
    assert not any("900" in breach.fact for breach in made.breaches)


def test_a_mark_that_was_left_out_is_a_breach(
    lanes: Lanes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blank = SimpleNamespace(mark_ops=lambda *_: ("120270222000000101011000108", b""))
    monkeypatch.setattr(assemble, "marks", blank)
    made = press_file(HEAD, planned(1), [(1, letter(1))], VENDOR, lanes, tmp_path / "x.pdf")
    assert {breach.rule for breach in made.breaches} == {"mark.missing"}


def test_nothing_of_a_letter_stands_in_the_files_metadata(sixty: tuple[Path, PrintFile]) -> None:
    with pikepdf.open(sixty[0]) as pdf:
        said = pdf.Root.Metadata.read_bytes() + b"".join(
            thing.unparse() for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)
        )
    assert not re.search(rb"Lindvall|Storgatan|Ohman|GOTEBORG|41303", said)
