"""Whether a stamped letter is what WeasyPrint gives: same pages, glyphs, inks and areas in the same places.

Both lanes' pages are traced and compared as things on paper, whatever operators they use.
What differs is told by kind, place and extent, never by what the letter says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from pipelines.press import glyphs, polygons, surface
from pipelines.press.areas import Clip, Ink
from pipelines.press.glyphs import Glyphs
from pipelines.press.painting import PaintedPage, StampedPage
from pipelines.press.polygons import Rectangle
from pipelines.press.surface import Coat
from pipelines.press.traces import Look, Run, Trace, TraceError
from pipelines.press.tracing import trace
from pipelines.press.typefaces import Typeface

Flags = npt.NDArray[np.bool_]

TOLERANCE = 0.05
"""Points: how far a thing may be from its place, on each axis; a dot at 1,200 dpi is 0.06."""
SIZE_TOLERANCE = 0.01
"""Points: how much a font size, or a line's width, may differ."""
_INK_TOLERANCE = 0.0011
_PAPER: Ink = (0.0, 0.0, 0.0, 0.0, 1.0)
_MOST_A_PAGE = 50
"""More differences than these on one page say nothing new."""
_COVERED = 0.2
"""Points: what hides less of a glyph's box than this may only touch it."""
_Cover = tuple[int, Ink | bytes, Rectangle]
_EM = (-0.2, 0.72)
"""The part of an em that glyphs fill, from below to above the baseline."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not what WeasyPrint gives."""

    page: int
    """From 1."""
    kind: str
    """What differs:

    - `pages`: there are `by` pages more (fewer when negative)
    - `unreadable`: the stamped page cannot be followed
    - `glyph missing`, `glyph extra`: one lane has it, the other has not
    - `glyph`, `font`, `size`, `colour`: another one in the same place
    - `moved`: a glyph, by so many points
    - `cut`, `covered`: a glyph that a clip cuts, or paint hides, in one lane only
    - `shape`: paint where none belongs, or none where some belongs, or another ink; `by` is the
      narrower side of the wrong place
    - `drawing`: a curve, slanted edge or dashed line; `by` is its farthest point, 0 when it is
      missing or too many
    - `picture`: an image or code, missing, too many, moved by `by`, or with other dots (0)
    """
    x: float
    """Where on the page, in points from the lower left."""
    y: float
    by: float = 0.0
    """How much: points, or pages."""
    detail: str = ""
    """Why a page is unreadable."""

    def __str__(self) -> str:
        """For reports: `page 2: moved by 0.31 at 120.5, 400.0`."""
        return f"page {self.page}: {self.kind} by {self.by:.2f} at {self.x:.1f}, {self.y:.1f}"


def differences(
    stamped: Sequence[PaintedPage | StampedPage],
    rendered: Sequence[PaintedPage],
    typefaces: Mapping[str, Typeface],
) -> tuple[Difference, ...]:
    """What of a stamped letter is not as WeasyPrint gives it, page by page, top to bottom; at best nothing.

    `typefaces` is `Painter.typefaces`. At most 50 differences a page. Raises TraceError when a
    rendered page cannot be followed, since then nothing can be compared.
    """
    found: list[Difference] = []
    if len(stamped) != len(rendered):
        found.append(
            Difference(min(len(stamped), len(rendered)) + 1, "pages", 0, 0, len(stamped) - len(rendered))
        )
    for number, (ours, theirs) in enumerate(zip(stamped, rendered, strict=False), start=1):
        if ours is theirs or ours == theirs:
            continue
        expected = trace(theirs, typefaces)
        try:
            got = trace(ours, typefaces)
        except TraceError as error:
            found.append(Difference(number, "unreadable", 0, 0, detail=str(error)))
            continue
        page = sorted(_on_page(number, got, expected), key=lambda d: (-d.y, d.x, d.kind))
        found += islice(page, _MOST_A_PAGE)
    return tuple(found)


def _on_page(page: int, ours: Trace, theirs: Trace) -> Iterator[Difference]:
    yield from _glyphs(page, ours, theirs)
    marks: tuple[list[tuple[int, Coat]], list[tuple[int, Coat]]] = ([], [])
    yield from _drawings(page, ours, theirs, marks)
    yield from _pictures(page, ours, theirs, marks)
    for box in surface.differences(_coats(ours, marks[0]), _coats(theirs, marks[1]), TOLERANCE):
        yield Difference(page, "shape", box[0], box[3], min(box[2] - box[0], box[3] - box[1]))


def _coats(page: Trace, marks: list[tuple[int, Coat]]) -> list[Coat]:
    coats = [
        (order, Coat(None if ink == _PAPER else ink, box, ink[4] == 1)) for order, ink, box in page.rectangles
    ]
    return [coat for _, coat in sorted([*coats, *marks], key=lambda pair: pair[0])]


# Glyphs


def _glyphs(page: int, ours: Trace, theirs: Trace) -> Iterator[Difference]:
    got, expected = Glyphs.of(ours), Glyphs.of(theirs)
    pairs = glyphs.pair(got, expected, TOLERANCE)
    for i in pairs.extra:
        yield Difference(page, "glyph extra", *_at(got, i))
    for j in pairs.missing:
        yield Difference(page, "glyph missing", *_at(expected, j))
    for i, j in pairs.changed:
        kind = "glyph" if got.faces[i] == expected.faces[j] else "font"
        yield Difference(page, kind, *_at(expected, j))
    for i, j in pairs.moved:
        away = float(np.hypot(got.xs[i] - expected.xs[j], got.ys[i] - expected.ys[j]))
        yield Difference(page, "moved", *_at(expected, j), away)
    yield from _looks(page, got, expected, pairs.same)
    yield from _hidden(page, ours, theirs, got, expected, pairs.same)


def _at(of: Glyphs, place: int) -> tuple[float, float]:
    return float(of.xs[place]), float(of.ys[place])


def _looks(page: int, got: Glyphs, expected: Glyphs, same: glyphs.Numbers) -> Iterator[Difference]:
    """Sizes and inks of glyphs that stand where they should."""
    both = got.looks[same[:, 0]] * len(expected.kinds) + expected.looks[same[:, 1]]
    for number in np.unique(both).tolist():
        one, other = got.kinds[number // len(expected.kinds)], expected.kinds[number % len(expected.kinds)]
        if (found := _look(one, other)) is not None:
            for j in same[both == number, 1].tolist():
                yield Difference(page, found[0], *_at(expected, j), found[1])


def _look(one: Look, other: Look) -> tuple[str, float] | None:
    off = max(abs(a - b) for a, b in zip(one.shape, other.shape, strict=True))
    if off > SIZE_TOLERANCE:
        return "size", off
    if one.mode != other.mode or not _same_ink(one.ink, other.ink):
        return "colour", 0.0
    return None


def _same_ink(one: Ink | None, other: Ink | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(abs(a - b) < _INK_TOLERANCE for a, b in zip(one, other, strict=True))


def _hidden(
    page: int, ours: Trace, theirs: Trace, got: Glyphs, expected: Glyphs, same: glyphs.Numbers
) -> Iterator[Difference]:
    """Glyphs that a clip cuts, or later paint covers, on one page only."""
    covers, met = zip(*(_covers(t) for t in (ours, theirs)), strict=True)
    doubtful = met[0][got.runs[same[:, 0]]] | met[1][expected.runs[same[:, 1]]]
    for i, j in same[doubtful].tolist():
        runs = ours.runs[got.runs[i]], theirs.runs[expected.runs[j]]
        boxes = _ink_box(ours, got, i), _ink_box(theirs, expected, j)
        if any(run.clip for run in runs) and not _cut_alike(boxes, runs):
            yield Difference(page, "cut", *_at(expected, j))
        inks = [
            [
                _over(paints, box, run, got.kinds[got.looks[i]].ink, least)
                for least in (_COVERED, _COVERED / 2)
            ]
            for paints, box, run in zip(covers, boxes, runs, strict=True)
        ]
        if not (inks[0][0] <= inks[1][1] and inks[1][0] <= inks[0][1]):
            yield Difference(page, "covered", *_at(expected, j))


def _covers(page: Trace) -> tuple[list[_Cover], Flags]:
    """What is painted over text: when, with what, where; and which runs are covered or cut by a clip."""
    met = np.array([run.clip is not None for run in page.runs], dtype=np.bool_)
    paints: list[_Cover] = [*page.rectangles]
    paints += [(order, drawing.ink, box) for order, drawing in page.drawings for box in drawing.seen]
    paints += [(order, picture.ink or picture.digest, picture.seen) for order, picture in page.pictures]
    if not page.runs or not paints:
        return [], met
    runs = np.array([(run.order, *run.box) for run in page.runs]).T
    when, left, bottom, right, top = np.array([(order, *box) for order, _, box in paints]).T[:, :, np.newaxis]
    over = (when > runs[0]) & (left < runs[3]) & (right > runs[1]) & (bottom < runs[4]) & (top > runs[2])
    return [paints[at] for at in np.flatnonzero(over.any(axis=1)).tolist()], met | over.any(axis=0)


def _over(covers: list[_Cover], glyph: Rectangle, run: Run, ink: Ink, least: float) -> set[Ink | bytes]:
    """The paints of another ink that hide more than `least` points of a glyph's box."""
    return {
        paint
        for order, paint, box in covers
        if order > run.order
        and paint != ink
        and min(glyph[2], box[2]) - max(glyph[0], box[0]) > least
        and min(glyph[3], box[3]) - max(glyph[1], box[1]) > least
    }


def _ink_box(page: Trace, of: Glyphs, place: int) -> Rectangle:
    """Roughly where a glyph's ink is."""
    a, b, c, d = of.kinds[of.looks[place]].shape
    x, y, advance = page.xs[place], page.ys[place], page.advances[place]
    along = advance / a if a else 1.0
    corners = [(x + a * u + c * v, y + b * u + d * v) for u in (0.0, along) for v in _EM]
    return polygons.around(corners)


def _cut_alike(boxes: tuple[Rectangle, Rectangle], runs: tuple[Run, Run]) -> bool:
    seen = [polygons.overlap(box, (run.clip or Clip()).box) for box, run in zip(boxes, runs, strict=True)]
    if all(polygons.empty(box) for box in seen):
        return True
    shapes = [(run.clip or Clip()).shapes for run in runs]
    if [shape.letters for shape in shapes[0]] != [shape.letters for shape in shapes[1]]:
        return False
    points = [
        [box[:2], box[2:], *(p for s in cut for p in s.points)] for box, cut in zip(seen, shapes, strict=True)
    ]
    return polygons.farthest(points[0], points[1]) <= 2 * TOLERANCE


# Drawings and pictures


def _drawings(
    page: int, ours: Trace, theirs: Trace, marks: tuple[list[tuple[int, Coat]], list[tuple[int, Coat]]]
) -> Iterator[Difference]:
    left = list(ours.drawings)
    for order, wanted in theirs.drawings:
        alike = [
            (one.farthest(wanted), at)
            for at, (_, one) in enumerate(left)
            if one.kind == wanted.kind
            and _same_ink(one.ink, wanted.ink)
            and len(one.measures) == len(wanted.measures)
            and all(abs(a - b) <= SIZE_TOLERANCE for a, b in zip(one.measures, wanted.measures, strict=True))
        ]
        off, at = min(alike, default=(0.0, -1))
        if at < 0:
            yield Difference(page, "drawing", *_corner(wanted.seen))
            continue
        if off > TOLERANCE:
            yield Difference(page, "drawing", *_corner(wanted.seen), off)
        paint = ("drawing", order)
        mine, _ = left.pop(at)
        for marked, when in zip(marks, (mine, order), strict=True):
            marked.extend((when, Coat(paint, box, False)) for box in wanted.seen)
    for _, drawing in left:
        yield Difference(page, "drawing", *_corner(drawing.seen))


def _pictures(
    page: int, ours: Trace, theirs: Trace, marks: tuple[list[tuple[int, Coat]], list[tuple[int, Coat]]]
) -> Iterator[Difference]:
    left = list(ours.pictures)
    for order, wanted in theirs.pictures:
        alike = [
            (polygons.farthest(one.corners, wanted.corners), at)
            for at, (_, one) in enumerate(left)
            if one.digest == wanted.digest
            and _same_ink(one.ink, wanted.ink)
            and len(one.corners) == len(wanted.corners)
        ]
        off, at = min(alike, default=(0.0, -1))
        if at < 0 or off > TOLERANCE:
            yield Difference(page, "picture", wanted.seen[0], wanted.seen[3], off)
        if at >= 0:
            paint = Coat(("picture", wanted.digest, wanted.ink), wanted.seen, False)
            marks[0].append((left.pop(at)[0], paint))
            marks[1].append((order, paint))
    for _, picture in left:
        yield Difference(page, "picture", picture.seen[0], picture.seen[3])


def _corner(boxes: Sequence[Rectangle]) -> tuple[float, float]:
    return min((box[0] for box in boxes), default=0.0), max((box[3] for box in boxes), default=0.0)
