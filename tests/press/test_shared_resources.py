import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipelines.press import shared_resources, typefaces
from pipelines.press.painting import Form, Resources, XObject
from pipelines.press.shared_resources import Known, SharedResources
from pipelines.press.writer import PdfWriter

FACES = dict(zip(("F1", "F2", "F3"), typefaces.load().faces, strict=False))
LOGO = Form("Xlogo", b"1 0 0 0 k\n0 0 10 10 re\nf", (0, 0, 10.5, 10))
HEAD = Form(
    "Xhead",
    b"/Xlogo Do\n/a1 gs\nBT /F1 10 Tf <0003> Tj ET",
    (0.0, -0.12345, 595.276, 841.89),
    frozenset({"F1"}),
    (LOGO,),
    Resources((("a1", b"<</ca 1>>"),)),
)

Write = Callable[[SharedResources], int]
Written = Callable[[Write], Any]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    """Writes resources into a file; gives the resource dictionary as a reader finds it."""
    opened = ExitStack()

    def write(fill: Write) -> Any:
        file = PdfWriter(tmp_path / "x.pdf")
        resources = SharedResources(file, FACES)
        number = fill(resources)
        resources.close()
        pages = file.add(b"<</Type/Pages/Count 0/Kids[]>>")
        root = file.add(b"<</Type/Catalog/Pages %d 0 R/Found %d 0 R>>" % (pages, number))
        file.close(root, file.add(b"<<>>"), (b"1", b"2"))
        data = io.BytesIO((tmp_path / "x.pdf").read_bytes())
        return opened.enter_context(pikepdf.open(data)).Root.Found

    with opened:
        yield write


def identifier(form: Any) -> str:
    return str(form.GTS_XID)


def test_stamped_pages_name_every_font_and_form_of_the_file_in_one_dictionary(written: Written) -> None:
    def fill(resources: SharedResources) -> int:
        numbers = {
            resources.stamped({"F2"}, ()),
            resources.stamped((), (HEAD,)),
            resources.stamped((), (LOGO,)),
        }
        assert len(numbers) == 1
        return numbers.pop()

    found = written(fill)
    assert set(found.Font.keys()) == {"/F1", "/F2"}
    assert set(found.XObject.keys()) == {"/Xlogo", "/Xhead"}
    assert found.XObject.Xhead.read_bytes() == HEAD.content


def test_a_form_names_what_it_draws_itself_and_no_more(written: Written) -> None:
    found = written(lambda resources: resources.stamped({"F2"}, (HEAD,)))
    form = found.XObject.Xhead
    assert set(form.Resources.keys()) == {"/Font", "/XObject", "/ExtGState"}
    assert form.Resources.Font.F1.objgen == found.Font.F1.objgen
    assert "/F2" not in form.Resources.Font
    assert form.Resources.XObject.Xlogo.objgen == found.XObject.Xlogo.objgen
    assert form.Resources.ExtGState.a1.ca == 1
    assert [float(edge) for edge in form.BBox] == [0, -0.1235, 595.276, 841.89]
    assert list(found.XObject.Xlogo.Resources.keys()) == []


def test_what_recurs_is_encapsulated_and_has_an_identifier(written: Written) -> None:
    forms = written(lambda resources: resources.stamped((), (HEAD,))).XObject
    for form in forms.values():
        assert form.GTS_Encapsulated is True
        assert form.GTS_Scope == pikepdf.Name.File
        # Encapsulated says that nothing of the page shines through: an isolated group.
        assert str(form.Group.S) == "/Transparency"
        assert str(form.Group.CS) == "/DeviceCMYK"
        assert form.Group.I is True
        assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", identifier(form))
    assert len({identifier(form) for form in forms.values()}) == 2


def test_a_form_has_the_same_identifier_in_every_file(written: Written) -> None:
    first = written(lambda resources: resources.stamped((), (HEAD,)))
    second = written(lambda resources: resources.stamped({"F3"}, (LOGO, HEAD)))
    assert first.XObject.Xhead.objgen != second.XObject.Xhead.objgen
    assert identifier(first.XObject.Xhead) == identifier(second.XObject.Xhead)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(HEAD, content=HEAD.content + b"\n"), id="its operators"),
        pytest.param(replace(HEAD, box=(0, 0, 595, 841)), id="its box"),
        pytest.param(replace(HEAD, fonts=frozenset({"F1", "F2"})), id="its fonts"),
        pytest.param(replace(HEAD, forms=(replace(LOGO, content=b"f"),)), id="a form that it draws"),
        pytest.param(replace(HEAD, resources=Resources((("a1", b"<</ca .5>>"),))), id="a graphics state"),
    ],
)
def test_a_form_that_looks_different_has_another_identifier(written: Written, changed: Form) -> None:
    before = written(lambda resources: resources.stamped((), (HEAD,)))
    after = written(lambda resources: resources.stamped((), (changed,)))
    assert identifier(before.XObject.Xhead) != identifier(after.XObject.Xhead)


def test_another_font_under_the_same_name_makes_another_identifier(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written(lambda resources: resources.stamped((), (HEAD,)))
    monkeypatch.setitem(FACES, "F1", FACES["F2"])
    after = written(lambda resources: resources.stamped((), (HEAD,)))
    assert identifier(before.XObject.Xhead) != identifier(after.XObject.Xhead)


def test_painted_pages_with_the_same_resources_share_a_dictionary(written: Written) -> None:
    group = XObject(b"<</Type /XObject /Subtype /Form /BBox [0 0 9 9]>>", b"", "/FlateDecode", Resources())
    own = Resources((("a1", b"<</ca 1>>"),), (("x1", group),))
    numbers: list[int] = []

    def fill(resources: SharedResources) -> int:
        numbers.extend(resources.painted({"F1"}, kind) for kind in (own, Resources(), own, Resources()))
        return numbers[0]

    found = written(fill)
    assert numbers[0] == numbers[2] != numbers[1] == numbers[3]
    assert found.XObject.x1.BBox[2] == 9
    assert found.XObject.x1.Resources.Font.objgen == found.Font.objgen
    assert found.ExtGState.a1.ca == 1


def test_a_font_is_there_only_when_a_page_or_form_uses_it(written: Written) -> None:
    assert set(written(lambda resources: resources.painted({"F3"}, Resources())).Font.keys()) == {"/F3"}
    assert list(written(lambda resources: resources.painted((), Resources())).Font.keys()) == []


def test_what_is_known_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_resources, "KEPT", 3)
    known: Known[str] = Known()
    written: list[str] = []

    def number(thing: str) -> int:
        def write() -> int:
            written.append(thing)
            return len(written)

        return known.number(thing, write)

    assert [number(thing) for thing in "abcabc"] == [1, 2, 3, 1, 2, 3]
    number("d")
    assert [number(thing) for thing in "dcba"] == [4, 3, 2, 5]
    assert written == list("abcda")
