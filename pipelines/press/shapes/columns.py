"""The columns of a table: the markup that their widths depend on, and cells that go over several."""

from collections.abc import Callable, Sequence

from weasyprint.html import parse_integer

from pipelines.press.shapes.markup import Element

CELLS = ("td", "th")
_GROUPS = ("colgroup", "thead", "tbody", "tfoot")
_Seats = Callable[[Sequence[Element]], Sequence[object]]
"""Gives what selectors see of each one's place among these siblings."""


def columns(table: Element, seats: _Seats) -> object:
    """What a table's column widths depend on: its columns, and its first row with its cells.

    That is the first row of the head, wherever it stands in the markup; else that of the first body;
    else that of the foot.
    """
    told: list[object] = []
    in_body = False
    children = [child for child in table.inside if isinstance(child, Element)]
    for child, place in zip(children, seats(children), strict=True):
        if in_body and child.tag != "thead":
            continue
        told.append((named(child), place))
        if child.tag in _GROUPS and _to_first_row(child, told, seats):
            if child.tag == "thead":
                break
            in_body = child.tag == "tbody"
    return tuple(told)


def _to_first_row(group: Element, told: list[object], seats: _Seats) -> bool:
    """Tells of all in a group up to its first row, and whether that was met."""
    children = [child for child in group.inside if isinstance(child, Element)]
    for child, place in zip(children, seats(children), strict=True):
        told.append((named(child), place))
        if child.tag == "tr":
            # Places in a row follow from its cells.
            told.append(tuple([named(cell) for cell in child.inside if isinstance(cell, Element)]))
            return True
    return False


def span(cell: Element) -> int:
    """Over how many columns a cell goes, as WeasyPrint reads it."""
    if not cell.attributes:
        return 1
    return max(1, parse_integer(dict(cell.attributes).get("colspan")) or 1)


def named(element: Element) -> tuple[object, ...]:
    """What selectors see of an element itself."""
    return element.tag, element.attributes, tuple([name for name, _ in element.slots])
