"""What is fixed on pages is drawn as things that recur."""

from pipelines.press import truth
from pipelines.press.backgrounds import Backgrounds
from pipelines.press.painting import Form, StampedPage
from pipelines.press.recurring import Recurrence
from pipelines.press.shapes.parts import Decoration
from pipelines.press.shapes.pieces import KnownRow, RowLines
from pipelines.press.shapes.things import Framed, Laid, Layer, RowFrames, Thing

CELL = Decoration((b"0 0 0 1 k\n0 0 40 ", b" re\nf\n"), ((0.0, 1.0),), 40.0)
NOTHING = RowLines((), 0.0, 0.0)


def row(*heights: float) -> KnownRow:
    """Cells side by side, 50 px apart."""
    frames = tuple((CELL, 50.3 * number, 0.0, height) for number, height in enumerate(heights))
    return KnownRow(max(heights), max(heights), False, False, None, max(heights), frames, NOTHING, NOTHING)


def page(*things: Thing) -> Laid:
    return Laid("first", (Layer(things),), ())


def drawn(file: Recurrence, laid: Laid) -> tuple[bytes, tuple[Form, ...]]:
    forms: dict[str, Form] = {}
    content = Backgrounds().of(laid, (), ()).draw(file, forms, set())
    return content, tuple(forms.values())


def stamped(file: Recurrence, laid: Laid) -> tuple[StampedPage, ...]:
    content, forms = drawn(file, laid)
    return (StampedPage(content, frozenset(), forms),)


def test_the_frames_of_a_row_are_one_thing_wherever_it_stands() -> None:
    content, (form,) = drawn(
        Recurrence(), page(RowFrames(row(20, 20, 20), 10, 30), RowFrames(row(20, 20, 20), 10, 50))
    )
    assert content.count(b" Do") == 1
    assert form.content.count(b" re\n") == 3


def test_rows_of_other_heights_are_other_things() -> None:
    _, forms = drawn(Recurrence(), page(RowFrames(row(20, 20), 10, 30), RowFrames(row(30, 30), 10, 50)))
    assert not forms


def test_a_row_in_one_is_seen_as_its_frames_one_by_one() -> None:
    whole = page(*[RowFrames(row(20, 20), 10, y) for y in (30, 50.7, 71.4)])
    apart = page(*[Framed(CELL, x, y, 20) for y in (30, 50.7, 71.4) for x in (10, 60.3)])
    file = Recurrence()
    for _ in range(3):
        one_by_one = stamped(Recurrence(), apart)
        assert not truth.differences(stamped(file, whole), one_by_one, {})
    assert truth.differences(stamped(file, page(RowFrames(row(20, 20), 10, 30))), one_by_one, {})
