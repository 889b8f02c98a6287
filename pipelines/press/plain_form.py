"""A form as the press writes it, read from its text; most of a file's forms are in these words.

What the words say is right by the rules: an isolated group in DeviceCMYK with resources of its own,
an identifier for the file, no matrix. A form in other words is for the PDF library.
"""

import re
from collections.abc import Callable, Mapping, Set
from typing import NamedTuple

from pipelines.press.plain_file import PlainFile

_NUMBER = rb"(-?+\d++(?>(?:\.\d++)?))"
_NAMED = rb"((?>(?:/[0-9A-Za-z+\-_]++ \d++ 0 R)*))"
_FORM = re.compile(
    rb"<</Type/XObject/Subtype/Form/BBox\[" + b" ".join([_NUMBER] * 4) + rb"\]"
    rb"/Group<</S/Transparency/CS/DeviceCMYK/I true>>"
    rb"/Resources<<(?>(?:/Font<<" + _NAMED + rb">>)?)(?>(?:/XObject<<" + _NAMED + rb">>)?)>>"
    rb"/GTS_XID\((urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)/GTS_Scope/File"
    rb"/GTS_Encapsulated true/Filter/FlateDecode/Length \d++>>"
)
_FONTS = re.compile(rb"<<" + _NAMED + rb">>")
_OF_PAGES = re.compile(rb"<</Font (\d++) 0 R/XObject<<" + _NAMED + rb">>>>")
_REFERENCE = re.compile(rb"/(\S++) (\d++) 0 R")

Named = tuple[Mapping[str, int], Mapping[str, int]]
"""Fonts and what is drawn: object numbers by name."""


class PlainForm(NamedTuple):
    """What a form's dictionary says."""

    box: tuple[bytes, bytes, bytes, bytes]
    fonts: Mapping[str, int]
    """Object numbers by name."""
    objects: Mapping[str, int]
    """Of what it draws; forms or pictures."""
    identifier: str

    @property
    def names(self) -> Set[str]:
        """Of fonts and objects."""
        return {*self.fonts, *self.objects}

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """The box as numbers."""
        left, bottom, right, top = map(float, self.box)
        return left, bottom, right, top


def read(text: bytes) -> PlainForm | None:
    """The form that is written so; None for any other words, and for names that stand twice."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    left, bottom, right, top, fonts, objects, identifier = match.groups(b"")
    named = _named(fonts, objects)
    return None if named is None else PlainForm((left, bottom, right, top), *named, identifier.decode())


def forms(file: PlainFile) -> dict[int, PlainForm]:
    """The forms of a file that are written so, by their numbers."""
    found = {}
    for number in file.others:
        one = file[number]
        if one.end and (form := read(one.text)) is not None:
            found[number] = form
    return found


def of_pages(text: bytes, text_of: Callable[[int], bytes | None]) -> Named | None:
    """What the resources of stamped pages name: an object with fonts, and forms. None for any other words.

    `text_of` gives other objects by their numbers.
    """
    match = _OF_PAGES.fullmatch(text)
    fonts = None if match is None else _FONTS.fullmatch(text_of(int(match[1])) or b"")
    named = None if match is None or fonts is None else _named(fonts[1], match[2])
    if named is None or not all((text_of(number) or b"").startswith(b"<<") for number in named[0].values()):
        return None
    return named


def _named(fonts: bytes, objects: bytes) -> Named | None:
    named = [
        {name.decode(): int(number) for name, number in _REFERENCE.findall(one)} for one in (fonts, objects)
    ]
    if len(named[0]) + len(named[1]) != fonts.count(b"/") + objects.count(b"/"):
        return None
    return named[0], named[1]
