"""The objects of a file as they are written, against what the PDF library makes of them."""

from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.press.expected import Expected
from pipelines.press.plain_file import NotPlain, PlainFile
from pipelines.press.preflight import preflight
from pipelines.press.preflight_tree import pages
from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Findings
from tests.press.print_files import Change, painting, sheet, spoiled


def saved(source: Path, target: Path, **how: object) -> Path:
    with pikepdf.open(source) as pdf:
        pdf.save(target, **{"force_version": "1.6", **how})
    return target


@pytest.fixture(
    params=[
        {"object_stream_mode": pikepdf.ObjectStreamMode.preserve, "compress_streams": False},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "recompress_flate": True},
    ],
    ids=["as it was", "packed anew", "deflated anew"],
)
def path(request: pytest.FixtureRequest, sound: tuple[Path, Expected], tmp_path: Path) -> Path:
    return saved(sound[0], tmp_path / "copy.pdf", **request.param)


def test_it_has_all_objects_that_the_library_has(path: Path) -> None:
    file = PlainFile(path.read_bytes())
    with pikepdf.open(path) as pdf:
        for thing in pdf.objects:
            if not isinstance(thing, pikepdf.Stream):
                assert file[thing.objgen[0]].text == thing.unparse(resolved=True)


def test_it_has_the_data_of_all_streams(path: Path) -> None:
    data = path.read_bytes()
    file = PlainFile(data)
    with pikepdf.open(path) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                written = file[thing.objgen[0]]
                assert data[written.start : written.end] == thing.read_raw_bytes()
                deflated = str(thing.get("/Filter", "")) == "/FlateDecode" and "/DecodeParms" not in thing
                if deflated and written.end > written.start:
                    assert file.inflated(written) == thing.read_bytes()


@pytest.mark.parametrize(
    "how",
    [
        {"object_stream_mode": pikepdf.ObjectStreamMode.disable},
        {"encryption": pikepdf.Encryption(owner="owner", user=""), "force_version": ""},
        {"linearize": True},
    ],
    ids=["an old table", "encrypted", "a table in parts"],
)
def test_files_that_are_not_plain(
    sound: tuple[Path, Expected], tmp_path: Path, how: dict[str, object]
) -> None:
    with pytest.raises(NotPlain):
        PlainFile(saved(sound[0], tmp_path / "copy.pdf", **how).read_bytes())


def test_a_file_with_something_behind_its_end(sound: tuple[Path, Expected]) -> None:
    with pytest.raises(NotPlain):
        PlainFile(sound[0].read_bytes() + b"1 0 obj\nnull\nendobj\n")


@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_damage_is_refused_or_harmless(sound: tuple[Path, Expected], damage: list[tuple[float, int]]) -> None:
    data = bytearray(sound[0].read_bytes())
    for share, byte in damage:
        data[int(share * len(data))] = byte
    try:
        file = PlainFile(bytes(data))
    except NotPlain:
        return
    for number, written in file.items():
        assert file[number] == written


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        sheet(2, "/Rotate", 90),
        sheet(3, "/TrimBox", pikepdf.Array([0, 0, 420, 595])),
        lambda pdf: pdf.Root.Pages.__setitem__("/Rotate", 90),
        lambda pdf: pdf.pages[1].obj.__delitem__("/DPart"),
        lambda pdf: pdf.pages[4].obj.__setitem__("/AA", pikepdf.Dictionary()),
        lambda pdf: pdf.Root.__setitem__("/Extra", pikepdf.Dictionary(S=pikepdf.Name.Launch)),
        painting(1, b"0 0 0 .1 k 400 700 50 20 re f\n"),
        painting(2, b"1 0 0 rg 60 60 9 9 re f\n"),
        painting(7, b"q\n"),
    ],
)
def test_a_file_that_is_not_plain_is_judged_alike(
    sound: tuple[Path, Expected], tmp_path: Path, change: Change
) -> None:
    plain = spoiled(sound[0], tmp_path / "plain.pdf", change)
    other = saved(plain, tmp_path / "other.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(plain) as one, pikepdf.open(other) as two:
        files = PrintedFile(one, plain.read_bytes()), PrintedFile(two, other.read_bytes())
        assert [file.plain for file in files] == [True, False]
        assert len(pages(files[0], Findings())) == len(pages(files[1], Findings())) == 8
    assert preflight(plain, sound[1]) == preflight(other, sound[1])
