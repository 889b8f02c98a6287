"""Preflight of page dictionaries: boxes, annotations, transparency group.

Sources: ISO 32000-2, 7.7.3.3 and 14.11.2; ISO 15930-7, 6.12.
"""

import pikepdf

from pipelines.press.geometry import A4, Box
from pipelines.press.preflight_resources import ResourceReader
from pipelines.press.printed_file import PrintedFile, inherited
from pipelines.press.rules import Findings, Rule
from pipelines.press.written_kinds import Kind

_BOX_SLACK = 0.5  # points: writers round A4 to one or two decimals
_OF_EACH_PAGE = frozenset(("Parent", "Resources", "Contents", "DPart"))
"""What differs from page to page and is looked at elsewhere."""
_OF_A_PLAIN_NODE = frozenset(("Type", "Parent", "Count", "Kids"))
"""What a node of the page tree has that hands nothing down."""
_DEEPEST = 32


class Frames:
    """Checks the dictionaries of pages; those that are written alike, and inherit alike, once."""

    def __init__(self, file: PrintedFile, resources: ResourceReader, found: Findings) -> None:
        self._file = file
        self._resources = resources
        self._found = found
        self._right: set[tuple[Kind, int | None]] = set()
        self._above: dict[int | None, int | None] = {}

    def check(self, page: int, number: int) -> None:
        """The page of that object number; `number` counts from 1."""
        written = self._file.page(page)
        if written is not None and (written.kind, self._heir(written.parent)) in self._right:
            return
        before = len(self._found)
        thing = self._file.object(page)
        _check_dictionary(thing, number, self._found)
        self._resources.check_page_group(thing, number)
        if written is None or written.parent is None or len(self._found) > before:
            return
        if {path[0] for path in written.kind.places if path} <= _OF_EACH_PAGE:
            self._right.add((written.kind, self._heir(written.parent)))

    def _heir(self, node: int | None) -> int | None:
        """The node that a page hangs on; None when neither it nor one above it hands anything down."""
        if node not in self._above:
            self._above[node] = node if self._hands_down(node) else None
        return self._above[node]

    def _hands_down(self, node: int | None) -> bool:
        for _ in range(_DEEPEST):
            if node is None:
                return False
            entries = self._file.written(node)
            keys = {path[0] for path in entries.kind.paths if path} if entries is not None else set()
            if entries is None or not keys or not keys <= _OF_A_PLAIN_NODE:
                return True
            above = entries.reference("Parent")
            if above is None and "Parent" in keys:
                return True
            node = above
        return True


def _check_dictionary(page: pikepdf.Object, number: int, found: Findings) -> None:
    keys = set(page.keys())
    if "/Annots" in keys and len(page["/Annots"]):
        found.add(Rule.PAGE_ANNOTATION, number, "annotations")
    for key in ("/UserUnit", "/CropBox", "/ArtBox"):
        if inherited(page, key) is not None:
            found.add(Rule.PAGE_BOX, number, f"a page with {key[1:]}")
    if inherited(page, "/Rotate"):
        found.add(Rule.PAGE_BOX, number, "a turned page")
    if "/OutputIntents" in keys:
        found.add(Rule.INTENT, number, "an output intent of a page")
    media, trim = _box(page, "/MediaBox"), _box(page, "/TrimBox")
    if media is None or not (media.holds(A4, _BOX_SLACK) and A4.holds(media, _BOX_SLACK)):
        found.add(Rule.PAGE_BOX, number, "MediaBox is not A4")
    bleed = _box(page, "/BleedBox") or media
    if trim is None:
        found.add(Rule.PAGE_BOX, number, "no TrimBox")
    elif not (trim.holds(A4, _BOX_SLACK) and A4.holds(trim, _BOX_SLACK)):
        found.add(Rule.PAGE_BOX, number, "TrimBox is not A4")
    elif media and bleed and not (bleed.holds(trim) and media.holds(bleed)):
        found.add(Rule.PAGE_BOX, number, "TrimBox, BleedBox and MediaBox are not within each other")


def _box(page: pikepdf.Object, key: str) -> Box | None:
    value = inherited(page, key)
    if not isinstance(value, pikepdf.Array) or len(value) != 4:
        return None
    x0, y0, x1, y1 = (float(number) for number in value)
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
