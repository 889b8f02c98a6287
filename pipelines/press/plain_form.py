"""A form as the press writes it, read from its text; most of a file's forms are in these words.

What the words say is right by the rules: an isolated group in DeviceCMYK with resources of its own,
an identifier for the file, no matrix. A form in other words is for the PDF library.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

_NUMBER = rb"(-?+\d++(?:\.\d++)?+)"
_NAMED = rb"((?:/[0-9A-Za-z+\-_]++ \d++ 0 R)*+)"
_FORM = re.compile(
    rb"<</Type/XObject/Subtype/Form/BBox\[" + b" ".join([_NUMBER] * 4) + rb"\]"
    rb"/Group<</S/Transparency/CS/DeviceCMYK/I true>>"
    rb"/Resources<<(?:/Font<<" + _NAMED + rb">>)?+(?:/XObject<<" + _NAMED + rb">>)?+>>"
    rb"/GTS_XID\((urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)/GTS_Scope/File"
    rb"/GTS_Encapsulated true/Filter/FlateDecode/Length \d++>>"
)
_REFERENCE = re.compile(rb"/(\S++) (\d++) 0 R")


class PlainForm(NamedTuple):
    """What a form's dictionary says."""

    box: tuple[bytes, bytes, bytes, bytes]
    fonts: Mapping[str, int]
    """Object numbers by name."""
    objects: Mapping[str, int]
    """Of what it draws; forms or pictures."""
    identifier: str


def read(text: bytes) -> PlainForm | None:
    """The form that is written so; None for any other words, and for names that stand twice."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    left, bottom, right, top, fonts, objects, identifier = match.groups(b"")
    named = [
        {name.decode(): int(number) for name, number in _REFERENCE.findall(one)} for one in (fonts, objects)
    ]
    if len(named[0]) + len(named[1]) != fonts.count(b"/") + objects.count(b"/"):
        return None
    return PlainForm((left, bottom, right, top), named[0], named[1], identifier.decode())
