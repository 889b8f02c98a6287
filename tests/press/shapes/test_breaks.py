"""Where pages may end: break values between siblings, margins that collapse, kinds of pages."""

import pytest

from pipelines.press.shapes.breaks import between, groups
from pipelines.press.shapes.nodes import Node
from pipelines.press.shapes.parts import PageKind, Part
from pipelines.press.shapes.pieces import Piece, collapsed
from pipelines.press.shapes.sheet import Sheet, kind_of


def block(before: str = "auto", after: str = "auto", *children: Node, display: str = "block") -> Node:
    node = Node(Part(display, break_before=before, break_after=after))
    node.children = children
    return node


@pytest.mark.parametrize(
    ("margins", "sum_"),
    [([], 0), ([4], 4), ([-4], -4), ([4, 9, 2], 9), ([-4, -9], -9), ([4, -3, 9, -1], 6), ([0, 0], 0)],
)
def test_margins_collapse_to_the_largest_and_the_least(margins: list[float], sum_: float) -> None:
    assert collapsed(margins) == sum_


@pytest.mark.parametrize(
    ("after", "before", "wins"),
    [
        ("auto", "auto", "auto"),
        ("avoid", "auto", "avoid"),
        ("auto", "avoid-page", "avoid-page"),
        ("avoid", "page", "page"),
        ("page", "avoid", "page"),
        ("page", "right", "right"),
        ("left", "page", "left"),
    ],
)
def test_a_forced_break_wins_over_one_to_be_avoided(after: str, before: str, wins: str) -> None:
    assert between(block(after=after), block(before=before)) == wins


def test_breaks_of_first_and_last_children_count_at_the_edges_of_their_parents() -> None:
    last = block("auto", "auto", block(), block("auto", "auto", block(after="avoid")))
    assert between(last, block()) == "avoid"
    assert between(block(), block("auto", "auto", block(before="page"), block())) == "page"
    assert between(block("auto", "auto", block(after="page"), block()), block()) == "auto"


def test_a_box_out_of_the_flow_keeps_breaks_from_the_edge() -> None:
    parent = block("auto", "auto", block(before="page"))
    parent.absolutes = [(0, block())]
    assert between(block(), parent) == "auto"


def test_breaks_within_cells_stay_there() -> None:
    cell = block("auto", "auto", block(before="page"), display="cell")
    assert between(block(), block("auto", "auto", cell, display="row")) == "auto"


def test_a_tables_head_and_foot_stand_at_its_edges_wherever_they_are_written() -> None:
    body, foot, head = (block(display=name) for name in ("group", "foot", "head"))
    table = block("auto", "auto", foot, body, head, display="table")
    assert groups(table) == (head, [(1, body)], foot)


def test_a_margin_is_cut_at_breaks_that_nobody_forced() -> None:
    sheet, kind, node = Sheet(), PageKind(0, 10, 100, 200), block()
    sheet.turn(kind)
    assert (sheet.number, sheet.bottom, sheet.cuts_margin(node)) == (1, 210, False)
    sheet.turn(kind)
    assert sheet.cuts_margin(node)
    sheet.force()
    sheet.turn(kind)
    assert not sheet.cuts_margin(node)
    assert sheet.cuts_margin(Node(Part("block", discards=True)))


def test_what_ends_a_rounding_below_the_page_still_fits() -> None:
    sheet = Sheet()
    sheet.turn(PageKind(0, 0, 100, 200))
    assert not sheet.over(0, 200.0000001)
    assert sheet.over(0, 200.001)
    assert sheet.over(50, 150.001)


def test_pages_are_of_their_numbers_kind() -> None:
    page = PageKind(0, 0, 1, 1)
    assert [kind_of(n, {"first": page, "rest": page}) for n in range(3)] == ["first", "rest", "rest"]
    assert [kind_of(n, {"left": page, "right": page}) for n in range(3)] == ["first", "left", "right"]
    with pytest.raises(KeyError):
        kind_of(1, {"first": page})


def test_a_piece_moves_with_all_that_is_in_it() -> None:
    inner = Piece(block(), 0, 3.0, 4.0)
    outer = Piece(block(), 0, 1.0, 2.0, children=[inner], absolutes=[(5.0, block())])
    outer.move(10.0, 1.0)
    assert (outer.x, outer.y, inner.x, inner.y, outer.absolutes[0][0]) == (2.0, 12.0, 4.0, 14.0, 15.0)
