"""Forms in the words of the press, against what the PDF library makes of them."""

from pathlib import Path

import pikepdf
import pytest

from pipelines.press import plain_form
from pipelines.press.expected import Expected
from pipelines.press.plain_file import PlainFile
from pipelines.press.preflight import preflight
from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Rule
from tests.press import stamped_files

FORM = (
    b"<</Type/XObject/Subtype/Form/BBox[-6 -17.9 221.43 6]/Group<</S/Transparency/CS/DeviceCMYK/I true>>"
    b"/Resources<</Font<</F1 5 0 R/F2 6 0 R>>/XObject<</Xaa 7 0 R>>>>"
    b"/GTS_XID(urn:uuid:48a0852a-4872-5165-a8cb-950b0da3c775)/GTS_Scope/File/GTS_Encapsulated true"
    b"/Filter/FlateDecode/Length 109>>"
)


@pytest.fixture
def file(tmp_path: Path) -> tuple[Path, Expected]:
    path = tmp_path / "print-0001.pdf"
    return path, stamped_files.good(path)


def test_what_a_form_says() -> None:
    form = plain_form.read(FORM)
    assert form is not None
    assert form.box == (b"-6", b"-17.9", b"221.43", b"6")
    assert (form.fonts, form.objects) == ({"F1": 5, "F2": 6}, {"Xaa": 7})
    assert form.identifier == "urn:uuid:48a0852a-4872-5165-a8cb-950b0da3c775"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Form", b"/Image"),
        (b"-17.9", b"-17.9.9"),
        (b"-17.9", b"-17."),
        (b"-17.9 ", b""),
        (b"/DeviceCMYK", b"/DeviceRGB"),
        (b"/I true", b"/I false"),
        (b"/Group<</S/Transparency/CS/DeviceCMYK/I true>>", b""),
        (b"/Group", b"/Matrix[2 0 0 2 0 0]/Group"),
        (b"/Group", b"/AA<<>>/Group"),
        (b"/F2", b"/F1"),
        (b"7 0 R", b"7 1 R"),
        (b"7 0 R", b"<<>>"),
        (b"/XObject<<", b"/ColorSpace<<"),
        (b"48a0852a", b"48a0852g"),
        (b"urn:uuid:", b""),
        (b"/GTS_Scope/File", b"/GTS_Scope/Global"),
        (b"/GTS_Encapsulated true", b"/GTS_Encapsulated false"),
        (b"/FlateDecode", b"/LZWDecode"),
        (b"/Length 109", b"/Length 9 0 R"),
        (b"/Length 109", b"/Length 109/F(other)"),
    ],
)
def test_other_words(old: bytes, new: bytes) -> None:
    assert FORM.count(old) == 1
    assert plain_form.read(FORM.replace(old, new)) is None


OF_PAGES = b"<</Font 4 0 R/XObject<</Xaa 7 0 R/Xbb 8 0 R>>>>"
OBJECTS = {4: b"<</F1 5 0 R/F2 6 0 R>>", 5: b"<</Type/Font>>", 6: b"<</Type/Font>>"}


def test_what_pages_name() -> None:
    assert plain_form.of_pages(OF_PAGES, OBJECTS.get) == ({"F1": 5, "F2": 6}, {"Xaa": 7, "Xbb": 8})


@pytest.mark.parametrize(
    ("text", "objects"),
    [
        (OF_PAGES.replace(b"/Xbb", b"/Xaa"), OBJECTS),
        (OF_PAGES.replace(b"8 0 R", b"8 1 R"), OBJECTS),
        (OF_PAGES.replace(b"8 0 R", b"null"), OBJECTS),
        (OF_PAGES.replace(b"/Font", b"/ExtGState 9 0 R/Font"), OBJECTS),
        (OF_PAGES.replace(b"4 0 R", b"<</F1 5 0 R>>"), OBJECTS),
        (OF_PAGES, {}),
        (OF_PAGES, OBJECTS | {4: b"<</F1 5 0 R/F1 6 0 R>>"}),
        (OF_PAGES, OBJECTS | {4: b"<</F1 5 0 R/Length 6 0 R>>stream"}),
        (OF_PAGES, OBJECTS | {5: b"null"}),
        (OF_PAGES, {4: OBJECTS[4], 5: OBJECTS[5]}),
    ],
)
def test_pages_that_name_things_in_other_words(text: bytes, objects: dict[int, bytes]) -> None:
    assert plain_form.of_pages(text, objects.get) is None


def test_forms_are_inflated_once_for_files_that_have_them_alike(
    file: tuple[Path, Expected], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    inflated = PrintedFile.stream

    def noted(printed: PrintedFile, number: int) -> bytes:
        read.append(number)
        return inflated(printed, number)

    monkeypatch.setattr(PrintedFile, "stream", noted)
    for _ in range(2):
        read.clear()
        assert preflight(*file) == ()
    plain = PlainFile(file[0].read_bytes())
    assert read
    assert not [number for number in read if plain_form.read(plain[number].text) is not None]


def test_the_library_reads_the_same(file: tuple[Path, Expected]) -> None:
    plain = PlainFile(file[0].read_bytes())
    forms = 0
    with pikepdf.open(file[0]) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype", "") == "/Form":
                forms += 1
                number = thing.objgen[0]
                form = plain_form.read(plain[number].text)
                assert form is not None
                assert b"[ %b ]" % b" ".join(form.box) == thing["/BBox"].unparse()
                assert form.identifier == str(thing["/GTS_XID"])
                assert plain.raw(plain[number]) == thing.read_raw_bytes()
                named = thing["/Resources"].get("/XObject", pikepdf.Dictionary())
                assert form.objects == {name[1:]: one.objgen[0] for name, one in named.items()}
    assert forms == 3


def test_two_forms_with_one_identifier(file: tuple[Path, Expected]) -> None:
    data = file[0].read_bytes()
    first, second, *_ = sorted({data[at : at + 45] for at in _places(data, b"urn:uuid:")})
    file[0].write_bytes(data.replace(first, second))
    assert {breach.rule for breach in preflight(*file)} == {Rule.XOBJECT_XID}


@pytest.mark.parametrize("name", [b"AA", b"JS", b"EF"])
def test_fonts_of_forms_must_not_be_called_as_what_is_forbidden(
    file: tuple[Path, Expected], name: bytes
) -> None:
    data = file[0].read_bytes()
    renamed = data.replace(b"/Resources<</Font<</F1 ", b"/Resources<</Font<</%b " % name)
    assert renamed != data
    file[0].write_bytes(renamed)
    assert plain_form.forms(PlainFile(renamed)).keys() == plain_form.forms(PlainFile(data)).keys()
    assert Rule.OBJECT_FORBIDDEN in {breach.rule for breach in preflight(*file)}


def _places(data: bytes, word: bytes) -> list[int]:
    found = [data.find(word)]
    while found[-1] >= 0:
        found.append(data.find(word, found[-1] + 1))
    return found[:-1]
