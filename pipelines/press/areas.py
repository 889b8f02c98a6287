"""What a path paints on paper, in one form whatever operators said it.

WeasyPrint draws a rule as a ring of two rectangles inside a clip, a background as a rectangle
clipped to itself, an underline as a stroke. On paper all of these are plain rectangles, and
`filled` and `stroked` say so: rectangles where the ink ends in straight upright edges,
`Drawing`s (curves, slanted edges, dashes) where it does not.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.press import polygons
from pipelines.press.content import Matrix
from pipelines.press.polygons import Point, Rectangle, around, corners, empty, grown, holds, overlap, upright

Ink = tuple[float, ...]
"""Cyan, magenta, yellow, black and opacity, each 0..1."""

EVERYWHERE: Rectangle = (-1e9, -1e9, 1e9, 1e9)
_STEP = re.compile(rb"([^a-z]*)(re|[mlcvyh])\s*")


@dataclass(frozen=True, slots=True)
class Outline:
    """A path on paper."""

    letters: str
    """Its segments: m, l, c, v, y and h, those of all subpaths in a row."""
    points: tuple[Point, ...]
    even_odd: bool
    rectangles: tuple[Rectangle, ...] | None
    """The upright rectangles that it consists of; None when it holds anything else."""

    @property
    def hull(self) -> Rectangle:
        """The rectangle around all its points."""
        return around(self.points)


@dataclass(frozen=True, slots=True)
class Clip:
    """Where ink is let through."""

    box: Rectangle = EVERYWHERE
    shapes: tuple[Outline, ...] = ()
    """What cuts besides the box, the first one set first."""

    def within(self, outline: Outline) -> "Clip":
        """The clip after one more path was set."""
        if outline.rectangles is not None and len(outline.rectangles) == 1:
            return Clip(overlap(self.box, outline.rectangles[0]), self.shapes)
        return Clip(self.box, (*self.shapes, outline))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A painted shape that is no upright rectangle."""

    kind: str
    """`fill` or `stroke`, with the segments and those of the shapes that clip it."""
    ink: Ink
    points: tuple[Point, ...]
    """All its points, then the corners of what is seen of it, then those of clips."""
    measures: tuple[float, ...]
    """Line width, dashes and phase in points; line cap and join. Empty for a fill."""
    seen: tuple[Rectangle, ...]
    """Rectangles that hold all its ink."""

    def farthest(self, other: "Drawing") -> float:
        """How far the points of another drawing of the same kind are from this one's at most, in points."""
        corners = len(self.kind.split()[1]) if re.match("fill ml+( |$)", self.kind) else 0
        turns = range(max(1, corners))
        ways = ((*other.points[i:corners], *other.points[:i], *other.points[corners:]) for i in turns)
        return min(polygons.farthest(self.points, way) for way in ways)


Painted = tuple[list[Rectangle], list[Drawing]]


@dataclass(frozen=True, slots=True)
class Pen:
    """How a line is drawn; lengths in points on paper."""

    width: float
    dashes: tuple[float, ...] = ()
    phase: float = 0.0
    cap: int = 0
    join: int = 0

    def scaled(self, matrix: Matrix) -> "Pen":
        """The pen of a space that the matrix brings onto paper."""
        a, b, c, d, _, _ = matrix
        scale = abs(a * d - b * c) ** 0.5
        dashes = tuple(dash * scale for dash in self.dashes)
        return Pen(self.width * scale, dashes, self.phase * scale, self.cap, self.join)


def outline(path: bytes, matrix: Matrix, even_odd: bool = False) -> Outline:
    """The path of a content stream on paper. Raises ValueError when it is none."""
    if b"l" not in path and b"m" not in path and matrix[1] == matrix[2] == 0:
        return _rectangles(path, matrix, even_odd)
    a, b, c, d, e, f = matrix
    letters: list[str] = []
    points: list[Point] = []
    rectangles: list[Rectangle] | None = []
    for part, marks in _subpaths(path):
        placed = [(a * x + c * y + e, b * x + d * y + f) for x, y in part]
        letters.append(marks)
        points += placed
        if rectangles is not None:
            box = upright(marks, placed)
            rectangles = None if box is None else [*rectangles, box]
    if rectangles is not None and len(rectangles) > 1 and not even_odd and b"l" in path:
        rectangles = None  # Holes depend on which way each one turns.
    if rectangles:
        return _of_rectangles(rectangles, even_odd)
    return Outline("".join(letters), tuple(points), even_odd, None)


def filled(shape: Outline, clip: Clip, ink: Ink) -> Painted:
    """What filling a path paints inside a clip."""
    if not shape.points:
        return [], []
    if shape.rectangles is None:
        return [], list(_clipped("fill" + "*" * shape.even_odd, shape, clip, ink, ()))
    boxes: Sequence[Rectangle] = shape.rectangles
    if shape.even_odd and len(boxes) > 1:
        boxes = _odd(boxes)
    boxes = [seen for box in boxes if not empty(seen := overlap(box, clip.box))]
    if not boxes or not clip.shapes:
        return list(boxes), []
    return _cut(boxes, clip, ink)


def stroked(shape: Outline, pen: Pen, clip: Clip, ink: Ink) -> Painted:
    """What drawing a path's line paints inside a clip."""
    if not shape.points:
        return [], []
    if not pen.dashes and pen.cap != 1 and set(shape.letters) == {"m", "l"} and "ll" not in shape.letters:
        boxes = [_bar(*pair, pen) for pair in zip(shape.points[::2], shape.points[1::2], strict=True)]
        upright = tuple(box for box in boxes if box is not None)
        if len(upright) == len(boxes):
            whole = Outline(shape.letters, tuple((b[0], b[1]) for b in upright), False, upright)
            return filled(whole, clip, ink)
    measures = (pen.width, pen.phase, float(pen.cap), float(pen.join), *pen.dashes)
    return [], list(_clipped("stroke", shape, clip, ink, measures))


def _rectangles(path: bytes, matrix: Matrix, even_odd: bool) -> Outline:
    """A path of upright rectangles only, of which a code may have hundreds."""
    values = [float(part) for part in path.translate(None, b"rehmlcvy").split()]
    a, _, _, d, e, f = matrix
    boxes = [
        (a * x + e, d * y + f, a * (x + w) + e, d * (y + h) + f)
        for x, y, w, h in zip(values[::4], values[1::4], values[2::4], values[3::4], strict=True)
    ]
    return _of_rectangles([(min(x, u), min(y, v), max(x, u), max(y, v)) for x, y, u, v in boxes], even_odd)


def _of_rectangles(boxes: Sequence[Rectangle], even_odd: bool) -> Outline:
    """Rectangles as an outline: where each starts and which way it turns is always the same."""
    points = tuple([point for box in boxes for point in corners(box)])
    return Outline("mlllh" * len(boxes), points, even_odd, tuple(boxes))


def _subpaths(path: bytes) -> Iterator[tuple[list[Point], str]]:
    """Points and segments of each subpath; `x y w h re` as the five segments that it stands for."""
    points: list[Point] = []
    letters = ""
    for operands, operator in _STEP.findall(path):
        values = [float(part) for part in operands.split()]
        if operator == b"re" or operator == b"m":
            if len(letters) > 1:
                yield points, letters
            points, letters = [], ""
        if operator == b"re":
            x, y, w, h = values
            yield [(x, y), (x + w, y), (x + w, y + h), (x, y + h)], "mlllh"
            continue
        letters += operator.decode()
        points += zip(values[::2], values[1::2], strict=True)
    if len(letters) > 1:
        yield points, letters


def _bar(start: Point, stop: Point, pen: Pen) -> Rectangle | None:
    """The rectangle that a straight line along an axis paints."""
    half = pen.width / 2
    more = half if pen.cap == 2 else 0.0
    (ax, ay), (bx, by) = start, stop
    if abs(ay - by) < polygons.FLAT:
        return min(ax, bx) - more, ay - half, max(ax, bx) + more, ay + half
    if abs(ax - bx) < polygons.FLAT:
        return ax - half, min(ay, by) - more, ax + half, max(ay, by) + more
    return None


def _odd(boxes: Sequence[Rectangle]) -> list[Rectangle]:
    """The places that an odd number of rectangles covers, as rectangles that do not overlap."""
    ys = sorted({y for box in boxes for y in (box[1], box[3])})
    found: list[Rectangle] = []
    for low, high in itertools.pairwise(ys):
        if high - low < polygons.FLAT:
            continue
        middle = (low + high) / 2
        xs = sorted(x for box in boxes if box[1] < middle < box[3] for x in (box[0], box[2]))
        found += [(left, low, right, high) for left, right in zip(xs[::2], xs[1::2], strict=True)]
    return [box for box in found if not empty(box)]


def _cut(boxes: Sequence[Rectangle], clip: Clip, ink: Ink) -> Painted:
    """Rectangles under clips that are not upright: still rectangles where the clips leave them so."""
    kept: list[Rectangle] = []
    drawings: list[Drawing] = []
    for box in boxes:
        piece = corners(box)
        rest: list[Outline] = []
        for shape in clip.shapes:
            if (convex := polygons.convex(shape.letters, shape.points)) is not None:
                piece = polygons.clipped(piece, convex)
            else:
                rest.append(shape)
        if len(piece) < 3 or empty(around(piece)):
            continue
        straight = upright("mlllh", piece) if len(piece) == 4 else None
        if not rest and straight is not None:
            kept.append(straight)
            continue
        whole = next((shape for shape in rest if straight and holds(straight, shape.hull)), None)
        if whole is not None:
            # A box filled through a round clip that it covers is the clip's shape, filled.
            left = Clip(EVERYWHERE, tuple(shape for shape in rest if shape is not whole))
            drawings += _clipped("fill" + "*" * whole.even_odd, whole, left, ink, ())
            continue
        polygon = Outline("m" + "l" * (len(piece) - 1) + "h", tuple(piece), False, None)
        drawings += _clipped("fill", polygon, Clip(EVERYWHERE, tuple(rest)), ink, ())
    return kept, drawings


def _clipped(
    kind: str, shape: Outline, clip: Clip, ink: Ink, measures: tuple[float, ...]
) -> Iterator[Drawing]:
    margin = measures[0] / 2 if measures else 0.0
    hull = grown(shape.hull, margin)
    seen = hull if holds(clip.box, hull) else overlap(hull, clip.box)
    rest = []
    for cut in clip.shapes:
        convex = polygons.convex(cut.letters, cut.points)
        if convex is not None and all(polygons.inside(corner, convex) for corner in corners(hull)):
            continue
        seen = overlap(seen, cut.hull)
        rest.append(cut)
    if (empty(seen) and not measures) or seen[0] > seen[2] or seen[1] > seen[3]:
        return
    letters, points = shape.letters, shape.points
    if not measures and (turned := polygons.convex(letters, points)) is not None:
        # Where it starts and which way it turns cannot be seen; see `Drawing.farthest`.
        kind, letters, points = "fill", "m" + "l" * (len(turned) - 1), turned
    yield Drawing(
        " ".join([kind, letters, *(cut.letters + "*" * cut.even_odd for cut in rest)]),
        ink,
        (*points, seen[:2], seen[2:], *(point for cut in rest for point in cut.points)),
        measures,
        tuple(_parts(shape, margin, bool(measures), seen)),
    )


def _parts(shape: Outline, margin: float, line: bool, seen: Rectangle) -> Iterator[Rectangle]:
    """Rectangles that hold the ink of each subpath, or of each segment of a line."""
    at = 0
    for subpath in re.findall("m[^m]*", shape.letters):
        count = sum({"c": 3, "v": 2, "y": 2, "h": 0}.get(letter, 1) for letter in subpath)
        points = shape.points[at : at + count]
        at += count
        straight = line and set(subpath) <= set("mlh")
        ends = [*points, points[0]] if subpath[-1] == "h" else points
        for piece in itertools.pairwise(ends) if straight else (points,):
            if not empty(box := overlap(grown(around(piece), margin), seen)):
                yield box
