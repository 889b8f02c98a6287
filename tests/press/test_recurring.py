"""What recurs in a print file becomes a form the second time it is drawn."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.press.painting import Form
from pipelines.press.recurring import Group, Recurrence, Unit, called

RULE = b"0 0 0 1 k 0 0 100 1 re f " * 2
BOX = (0.0, -1.0, 100.0, 0.0)


def unit(x: int = 10_000, y: int = 700_000, content: bytes = RULE, text: bool = False) -> Unit:
    return Unit(content, x, y, BOX, frozenset(("F1",)) if text else frozenset(), (), text)


def drawn(file: Recurrence, group: Group) -> tuple[bytes, dict[str, Form], set[str]]:
    forms: dict[str, Form] = {}
    fonts: set[str] = set()
    return group.draw(file, forms, fonts), forms, fonts


def group(*units: Unit) -> Group:
    return Group(units, units[0].x, units[0].y)


def test_the_first_time_it_is_drawn_in_place() -> None:
    said, forms, _ = drawn(Recurrence(), group(unit()))
    assert said == b"q 1 0 0 1 10 700 cm\n%b\nQ\n" % RULE
    assert not forms


def test_the_second_time_it_is_a_form_at_its_place() -> None:
    file = Recurrence()
    drawn(file, group(unit()))
    said, forms, _ = drawn(file, group(unit(y=650_500)))
    (form,) = forms.values()
    assert said == b"q 1 0 0 1 10 650.5 cm /%b Do Q\n" % form.name.encode()
    assert RULE in form.content


def test_another_file_begins_anew() -> None:
    drawn(Recurrence(), group(unit()))
    _, forms, _ = drawn(Recurrence(), group(unit()))
    assert not forms


def test_what_stands_elsewhere_within_a_group_is_another_group_whose_parts_recur() -> None:
    file = Recurrence()
    drawn(file, group(unit(), unit(y=600_000)))
    said, forms, _ = drawn(file, group(unit(), unit(y=590_000)))
    (form,) = forms.values()
    assert said.count(form.name.encode()) == 2


def test_what_is_shorter_than_a_call_stays_in_place() -> None:
    file = Recurrence()
    small = unit(content=b"0 0 9 9 re f")
    drawn(file, group(unit(), small))
    _, forms, _ = drawn(file, group(unit(y=1_000), small))
    assert [b"9 9 re" in form.content for form in forms.values()] == [False]


def test_texts_bring_their_fonts_and_stand_in_text_objects_of_their_own() -> None:
    said, _, fonts = drawn(Recurrence(), group(unit(content=b"/F1 9 Tf 0 0 Td[<0041>]TJ\n", text=True)))
    assert said.startswith(b"BT\n1 0 0 1 10 700 Tm\n")
    assert said.endswith(b"ET\n")
    assert fonts == {"F1"}


def test_a_form_that_recurs_says_which_forms_and_fonts_it_draws() -> None:
    file = Recurrence()
    whole = group(unit(), unit(content=b"/F1 9 Tf 0 0 Td[<0041>]TJ\n", text=True))
    drawn(file, whole)
    _, forms, fonts = drawn(file, whole)
    (form,) = forms.values()
    assert form.fonts == {"F1"}
    assert not fonts


def test_nothing_draws_nothing() -> None:
    assert drawn(Recurrence(), Group((), 0, 0)) == (b"", {}, set())


@given(st.integers(-900_000, 900_000), st.integers(-900_000, 900_000))
def test_a_form_is_painted_within_its_bounds_wherever_it_stands(x: int, y: int) -> None:
    left, bottom, right, top = group(unit(x, y)).bounds(-x, -y)
    assert left <= BOX[0]
    assert bottom <= BOX[1]
    assert right >= BOX[2]
    assert top >= BOX[3]


def test_a_form_at_the_origin_needs_no_matrix() -> None:
    assert called(Form("X1", b"", BOX, frozenset()), 0, 0) == b"/X1 Do\n"
