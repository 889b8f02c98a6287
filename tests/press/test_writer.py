import hashlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.press.writer import PACK, PdfWriter, deflated, text

IDS = (b"\x01" * 16, b"\x02" * 16)
# In one folder for all examples: each overwrites the file of the one before.
QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def finish(file: PdfWriter, **roots: int) -> str:
    """Closes a file with a page tree of no pages, which a reader accepts; gives its hash."""
    pages = file.add(b"<</Type/Pages/Count 0/Kids[]>>")
    extra = b"".join(b"/%b %d 0 R" % (name.encode(), number) for name, number in roots.items())
    root = file.add(b"<</Type/Catalog/Pages %d 0 R%b>>" % (pages, extra))
    return file.close(root, file.add(b"<</Title(A file)>>"), IDS)


def parse(path: Path) -> pikepdf.Pdf:
    """The file, opened without the repairs that pikepdf would make in silence."""
    return pikepdf.open(path, suppress_warnings=False, attempt_recovery=False)


@QUICK
@given(st.lists(st.tuples(st.sampled_from(["object", "stream", "late object", "late stream"]), st.binary())))
def test_every_object_is_found_again(tmp_path: Path, things: list[tuple[str, bytes]]) -> None:
    file = PdfWriter(tmp_path / "x.pdf")
    numbers, late = [], []
    for kind, data in things:
        if kind.startswith("late"):
            numbers.append(file.reserve())
            late.append((kind, data, numbers[-1]))
        elif kind == "object":
            numbers.append(file.add(b"[<%b>]" % data.hex().encode()))
        else:
            numbers.append(file.add_stream(data, b""))
    for kind, data, number in reversed(late):
        if kind == "late object":
            file.add(b"[<%b>]" % data.hex().encode(), number)
        else:
            file.add_stream(deflated(data), number=number)
    finish(file)
    assert len(set(numbers)) == len(things)
    with parse(tmp_path / "x.pdf") as pdf:
        for number, (kind, data) in zip(numbers, things, strict=True):
            found: Any = pdf.get_object(number, 0)
            assert (found.read_bytes() if "stream" in kind else bytes(found[0])) == data
        assert pdf.check_pdf_syntax() == []


@QUICK
@given(st.text(st.characters(codec="utf-16")))
def test_a_text_string_reads_back(value: str) -> None:
    assert str(pikepdf.Object.parse(text(value))) == value


def test_qpdf_finds_no_fault_in_a_file_of_many_objects(tmp_path: Path) -> None:
    file = PdfWriter(tmp_path / "x.pdf")
    first = file.add(b"[%b]" % b" ".join(b"%d 0 R" % (2 + i) for i in range(1000)))
    for i in range(5 * PACK // 2):
        file.add(b"(%d)" % i)
        file.add_stream(deflated(b"%d" % i))
    finish(file, Things=first)
    qpdf = shutil.which("qpdf")
    if qpdf is None:
        pytest.skip("qpdf is not installed")
    run = subprocess.run(
        [qpdf, "--check", str(tmp_path / "x.pdf")], capture_output=True, text=True, check=True
    )
    assert "No syntax or stream encoding errors" in run.stdout
    assert run.stderr == ""


def test_objects_are_packed_and_only_streams_lie_open(tmp_path: Path) -> None:
    file = PdfWriter(tmp_path / "x.pdf")
    for i in range(3 * PACK):
        file.add(b"(%d)" % i)
    finish(file)
    data = (tmp_path / "x.pdf").read_bytes()
    assert [int(n) for n in re.findall(rb"/Type/ObjStm/N (\d+)", data)] == [PACK, PACK, PACK, 3]
    assert data.count(b" 0 obj") == data.count(b"endobj") == 5
    assert b"xref\n0" not in data


def test_places_beyond_sixteen_megabytes_are_found(tmp_path: Path) -> None:
    file = PdfWriter(tmp_path / "x.pdf")
    file.add_stream(bytes(1 << 24), b"")
    far = file.add_stream(b"far", b"")
    finish(file)
    with parse(tmp_path / "x.pdf") as pdf:
        found: Any = pdf.get_object(far, 0)
        assert found.read_bytes() == b"far"


def test_the_trailer_says_who_the_file_is(tmp_path: Path) -> None:
    finish(PdfWriter(tmp_path / "x.pdf"))
    with parse(tmp_path / "x.pdf") as pdf:
        assert tuple(bytes(part) for part in pdf.trailer.ID) == IDS
        assert str(pdf.trailer.Info.Title) == "A file"
        assert pdf.pdf_version == "1.6"


def test_the_files_hash_comes_with_it_and_the_same_objects_make_the_same_bytes(tmp_path: Path) -> None:
    hashes = []
    for name in ("a.pdf", "b.pdf"):
        file = PdfWriter(tmp_path / name)
        file.add_stream(b"one")
        hashes.append(finish(file))
        assert hashes[-1] == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    assert hashes[0] == hashes[1]


def test_the_fingerprint_tells_files_of_other_objects_apart(tmp_path: Path) -> None:
    prints = set()
    for body in (b"(a)", b"(b)"):
        file = PdfWriter(tmp_path / "x.pdf")
        file.add(body)
        prints.add(file.fingerprint())
        file.discard()
    assert len(prints) == 2


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "x.pdf"
    out.write_bytes(b"the one before")
    file = PdfWriter(out)
    file.add_stream(b"half")
    assert out.read_bytes() == b"the one before"
    finish(file)
    assert out.read_bytes().startswith(b"%PDF-1.6\n")
    assert list(tmp_path.iterdir()) == [out]


def test_a_discarded_file_leaves_nothing_and_a_closed_one_stays(tmp_path: Path) -> None:
    PdfWriter(tmp_path / "a.pdf").discard()
    assert list(tmp_path.iterdir()) == []
    file = PdfWriter(tmp_path / "b.pdf")
    finish(file)
    file.discard()
    assert (tmp_path / "b.pdf").exists()


def test_an_object_that_was_promised_and_not_written_is_an_error(tmp_path: Path) -> None:
    file = PdfWriter(tmp_path / "x.pdf")
    file.reserve()
    with pytest.raises(ValueError, match="1 objects"):
        finish(file)
    file.discard()
    assert not (tmp_path / "x.pdf").exists()


def test_deflated_data_are_what_every_reader_inflates() -> None:
    content = b"BT /F1 10 Tf <0041> Tj ET\n" * 200
    with pikepdf.new() as pdf:
        made = pdf.make_stream(b"")
        made.write(deflated(content), filter=pikepdf.Name.FlateDecode)
        assert made.read_bytes() == content
        assert len(made.read_raw_bytes()) < len(content) / 10
