"""What stands in a file otherwise than most programs write it hides nothing from preflight."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from pipelines.press import printed_file
from pipelines.press.expected import Expected
from pipelines.press.preflight import preflight
from pipelines.press.printed_file import PrintedFile
from pipelines.press.rules import Rule
from tests.press.print_files import Change, nothing, spoiled

Edit = Callable[[bytes], bytes]
"""Changes the bytes of a file."""
Told = Callable[..., list[tuple[str, int, str]]]
CONTENT = re.compile(rb"\d+ 0 obj<</Filter/FlateDecode/Length (\d+)>>stream\n")
"""A page's content, as our own writer writes it."""


@pytest.fixture
def told(sound: tuple[Path, Expected], tmp_path: Path) -> Told:
    """Changes the good file and then its bytes; all that preflight says of it."""

    def tell(change: Change = nothing, edit: Edit = bytes) -> list[tuple[str, int, str]]:
        path = tmp_path / "hidden.pdf"
        if change is nothing:
            path.write_bytes(sound[0].read_bytes())
        else:
            spoiled(sound[0], path, change)
        path.write_bytes(edit(path.read_bytes()))
        return [(breach.rule, breach.page, breach.fact) for breach in preflight(path, sound[1])]

    return tell


def extra(**entries: Any) -> Change:
    """Adds an object that nothing in print asks for."""
    return lambda pdf: pdf.Root.__setitem__("/Extra", pdf.make_indirect(Dictionary(**entries)))


def swapped(old: bytes, new: bytes) -> Edit:
    """Writes something else in the same place."""

    def edit(data: bytes) -> bytes:
        assert len(old) == len(new)
        assert data.count(old) == 1
        return data.replace(old, new)

    return edit


class TestWordsThatAreNotWhatTheySeem:
    @pytest.mark.parametrize(
        ("change", "old", "new", "fact"),
        [
            (extra(JSxx=String("abc")), b"/JSxx", b"/J#53", "/JS in an object"),
            (extra(S=Name("/Launcxyz")), b"/Launcxyz", b"/Launc#68", "an action /Launch"),
            (
                extra(Aoo=Name.Hoo, Foz=1234567890123),
                b"/Foz 1234567890123",
                b"%xx\n/JS (aaaaa)%y\n",
                "/JS in an object",
            ),
            (
                extra(A=String("abcdefghijklmnopqrstuvwxyz123456")),
                b"(abcdefghijklmnopqrstuvwxyz123456)",
                b"<00 11>/JS(a)/L<00 11>            ",
                "/JS in an object",
            ),
        ],
        ids=["a key with an escape", "a name with an escape", "behind a comment", "between strings"],
    )
    def test_an_action_is_found(self, told: Told, change: Change, old: bytes, new: bytes, fact: str) -> None:
        assert told(change, swapped(old, new)) == [(Rule.OBJECT_FORBIDDEN, 0, fact)]

    def test_a_content_that_stands_twice_is_the_one_that_is_drawn(self, told: Told) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            pdf.pages[1].obj["/Cpppntents"] = pdf.make_stream(b"1 0 0 rg 0 0 600 800 re f\n")

        found = told(change, swapped(b"/Cpppntents", b"/C#6fntents"))
        assert (Rule.COLOUR_RGB, 2) in {(rule, page) for rule, page, _ in found}

    def test_a_zero_byte_is_white_space(self, told: Told) -> None:
        change = extra(A=Array([Name.B, 12345]), F=1)
        assert told(change, swapped(b"/B 12345", b"/B\x00/C/DD")) == []

    def test_a_filter_that_is_an_object_of_its_own(self, told: Told) -> None:
        def change(pdf: pikepdf.Pdf) -> None:
            filters = Array([pdf.make_indirect(Name.LZWDecode)])
            pdf.Root["/Extra"] = pdf.make_stream(b"\x80\x0b\x60\x50", Filter=filters)

        assert told(change) == [(Rule.OBJECT_FORBIDDEN, 0, "filter /LZWDecode")]

    def test_a_type_that_is_no_name_is_left_to_the_library(self, told: Told) -> None:
        ((rule, page, _),) = told(extra(Type=Dictionary(Type=Decimal("1.5"))))
        assert (rule, page) == (Rule.FILE_UNREADABLE, 0)


class TestDamage:
    @pytest.mark.parametrize("digits", [19, 25])
    def test_a_table_beyond_all_bounds(self, told: Told, digits: int) -> None:
        ending = b"startxref\n" + b"9" * digits + b"\n%%EOF\n"
        found = told(edit=lambda data: data[: data.rfind(b"startxref")] + ending)
        assert {(rule, page) for rule, page, _ in found} == {(Rule.FILE_UNREADABLE, 0)}

    def test_objects_that_cannot_be_read_as_text_are_a_breach(
        self, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_: bytes) -> None:
            raise ArithmeticError

        monkeypatch.setattr(printed_file, "PlainFile", fail)
        assert told() == [(Rule.FILE_UNREADABLE, 0, "objects as written: ArithmeticError")]

    def test_a_content_of_another_length(self, told: Told) -> None:
        def edit(data: bytes) -> bytes:
            content = CONTENT.search(data)
            assert content is not None
            return data[: content.start(1)] + b"9" * len(content[1]) + data[content.end(1) :]

        ((rule, page, fact),) = told(edit=edit)
        assert (rule, page) == (Rule.FILE_UNREADABLE, 0)
        assert "repairs" in fact
        assert "hidden.pdf" not in fact

    def test_a_file_without_the_place_of_its_table(self, told: Told) -> None:
        found = told(edit=lambda data: data[: data.rfind(b"startxref")] + b"%" * 20)
        assert [(rule, page) for rule, page, _ in found] == [(Rule.FILE_UNREADABLE, 0)]

    def test_an_object_without_its_end(self, told: Told) -> None:
        def edit(data: bytes) -> bytes:
            content = CONTENT.search(data)
            assert content is not None
            return data[: content.end()] + data[content.end() :].replace(b"endobj", b"endxbj", 1)

        assert [(rule, page) for rule, page, _ in told(edit=edit)] == [(Rule.FILE_UNREADABLE, 0)]

    def test_a_whole_file_needs_no_repair(self, sound: tuple[Path, Expected], told: Told) -> None:
        with pikepdf.open(sound[0]) as pdf:
            assert PrintedFile(pdf, sound[0].read_bytes()).plain
            assert list(pdf.objects)
            assert pdf.get_warnings() == []
        assert told() == []
        assert told(extra(A=1)) == []
