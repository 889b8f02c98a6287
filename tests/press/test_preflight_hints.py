"""What preflight says of the hints to a print server: GTS_XID, GTS_Scope, GTS_Encapsulated."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, String

from pipelines.press.rules import Rule
from tests.press.print_files import BLACK, Broken, Change, face, form, image, text_ops, with_resource

GROUP = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK, I=True)
XID = String("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8")
BOX = b"0 0 0 .1 k 60 60 9 9 re f\n"


def drawing(ops: bytes, **entries: object) -> Change:
    """Draws a form with these entries on page 3."""
    return with_resource(3, "/XObject", "X", form(ops, **entries), b"/X Do\n")


def test_a_form_with_all_hints(broken: Broken) -> None:
    change = drawing(BOX, GTS_XID=XID, GTS_Scope=Name.File, GTS_Encapsulated=True, Group=GROUP)
    assert broken(change) == set()


@pytest.mark.parametrize(
    "identifier",
    [
        String("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        String("urn:uuid:6ba7b810-9dad-11d1-80b4"),
        String("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430cg"),
        Name("/urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        7,
    ],
)
def test_an_identifier_that_is_no_uuid_urn(broken: Broken, identifier: object) -> None:
    assert broken(drawing(BOX, GTS_XID=identifier)) == {(Rule.XOBJECT_XID, 3)}


@pytest.mark.parametrize(("other", "rules"), [(BOX, set()), (BOX + BOX, {(Rule.XOBJECT_XID, 5)})])
def test_one_identifier_for_two_forms(broken: Broken, other: bytes, rules: set[tuple[str, int]]) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        drawing(BOX, GTS_XID=XID)(pdf)
        with_resource(5, "/XObject", "X", form(other, GTS_XID=XID), b"/X Do\n")(pdf)

    assert broken(change) == rules


def test_scopes(broken: Broken) -> None:
    assert broken(drawing(BOX, GTS_Scope=Name.Lot)) == {(Rule.XOBJECT_XID, 3)}
    assert broken(drawing(BOX, GTS_Scope=Name.Global)) == {(Rule.XOBJECT_XID, 3)}
    assert broken(drawing(BOX, GTS_Scope=Name.Global, GTS_Env=String("lindvall"))) == set()


@pytest.mark.parametrize(
    "group",
    [Dictionary(), Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK), Dictionary(S=Name.Own, I=True)],
)
def test_an_encapsulated_form_is_an_isolated_group(broken: Broken, group: Object) -> None:
    assert broken(drawing(BOX, GTS_Encapsulated=True, Group=group)) == {(Rule.XOBJECT_ENCAPSULATED, 3)}


def test_encapsulated_is_true_or_false(broken: Broken) -> None:
    assert broken(drawing(BOX, GTS_Encapsulated=Name.Yes)) == {(Rule.XOBJECT_ENCAPSULATED, 3)}
    assert broken(drawing(BOX, GTS_Encapsulated=False)) == set()


@pytest.mark.parametrize(
    "ops",
    [
        b"60 60 9 9 re f\n",
        b"0 0 0 1 K 60 60 m 90 60 l S\n",
        b"2 w 60 60 m 90 60 l S\n",
        b"0 0 0 1 k 60 60 9 9 re f 1 w 60 60 m 90 60 l S\n",
    ],
)
def test_an_encapsulated_form_sets_all_it_paints_with(broken: Broken, ops: bytes) -> None:
    change = drawing(ops, GTS_Encapsulated=True, Group=GROUP)
    assert broken(change) == {(Rule.XOBJECT_ENCAPSULATED, 3)}
    assert broken(drawing(ops)) == set()


def test_an_encapsulated_form_whose_text_takes_the_pages_colour(broken: Broken) -> None:
    def make(pdf: pikepdf.Pdf) -> Object:
        made = form(text_ops(face(), "Hej", 20, 150), GTS_Encapsulated=True, Group=GROUP)(pdf)
        made.Resources = pdf.pages[0].obj.Resources
        return made

    change = with_resource(3, "/XObject", "X", make, BLACK + b"/X Do\n")
    assert broken(change) == {(Rule.XOBJECT_ENCAPSULATED, 3)}


def test_an_encapsulated_picture_names_its_intent_or_is_a_mask(broken: Broken) -> None:
    place = b"5 0 0 5 100 300 cm /X Do\n"

    def pixel(**entries: object) -> Change:
        make = image(b"\x00", Name.DeviceGray, GTS_Encapsulated=True, **entries)
        return with_resource(3, "/XObject", "X", make, place)

    assert broken(pixel()) == {(Rule.XOBJECT_ENCAPSULATED, 3)}
    assert broken(pixel(Intent=Name.RelativeColorimetric)) == set()
    assert broken(pixel(ImageMask=True, Mask=Array())) == set()
