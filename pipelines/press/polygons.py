"""Rectangles and polygons on paper, in points: what holds what, and what is left after a cut."""

import re
from collections.abc import Sequence

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""
Point = tuple[float, float]

FLAT = 0.001
"""What is thinner than this many points paints nothing; also the slack for upright edges."""
_SLACK = 0.01
"""How far an edge may cut into what it holds without being seen, in points."""


def overlap(one: Rectangle, other: Rectangle) -> Rectangle:
    """What two rectangles have in common; `empty` when they have nothing."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def empty(box: Rectangle) -> bool:
    """Whether a rectangle is too thin to paint anything."""
    return box[2] - box[0] < FLAT or box[3] - box[1] < FLAT


def holds(outer: Rectangle, inner: Rectangle) -> bool:
    """Whether the inner rectangle lies in the outer one but for a hair."""
    return (
        outer[0] <= inner[0] + _SLACK
        and outer[1] <= inner[1] + _SLACK
        and outer[2] >= inner[2] - _SLACK
        and outer[3] >= inner[3] - _SLACK
    )


def around(points: Sequence[Point]) -> Rectangle:
    """The rectangle round some points. Raises ValueError when there are none."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def grown(box: Rectangle, by: float) -> Rectangle:
    """The rectangle with `by` points more on each side."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def corners(box: Rectangle) -> list[Point]:
    """Its four corners, turning left from the lower left one."""
    return [(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])]


def upright(letters: str, points: Sequence[Point]) -> Rectangle | None:
    """The rectangle that these corners make with upright edges."""
    if letters not in ("mlllh", "mlll", "mllll", "mllllh"):
        return None
    if len(points) == 5 and max(abs(points[0][i] - points[4][i]) for i in (0, 1)) > FLAT:
        return None
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points[:4]
    across = abs(ay - by) < FLAT and abs(bx - cx) < FLAT and abs(cy - dy) < FLAT and abs(dx - ax) < FLAT
    along = abs(ax - bx) < FLAT and abs(by - cy) < FLAT and abs(cx - dx) < FLAT and abs(dy - ay) < FLAT
    if not across and not along:
        return None
    return min(ax, cx), min(ay, cy), max(ax, cx), max(ay, cy)


def farthest(one: Sequence[Point], other: Sequence[Point]) -> float:
    """How far a point of one row is from its partner in the other at most, on either axis."""
    return max(max(abs(a - c), abs(b - d)) for (a, b), (c, d) in zip(one, other, strict=True))


def convex(letters: str, points: tuple[Point, ...]) -> tuple[Point, ...] | None:
    """The corners, turning left, of a path that is one polygon without a dent."""
    if not re.fullmatch("ml{2,}h?", letters):
        return None
    turns = [
        (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
        for (ax, ay), (bx, by), (cx, cy) in zip(
            points, points[1:] + points[:1], points[2:] + points[:2], strict=True
        )
    ]
    if all(turn >= -1e-6 for turn in turns):
        return points
    return points[::-1] if all(turn <= 1e-6 for turn in turns) else None


def inside(point: Point, convex: Sequence[Point]) -> bool:
    """Whether a point lies within a polygon without dents that turns left, but for a hair."""
    x, y = point
    for (ax, ay), (bx, by) in zip(convex, [*convex[1:], convex[0]], strict=True):
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        if length > FLAT and (bx - ax) * (y - ay) - (by - ay) * (x - ax) < -_SLACK * length:
            return False
    return True


def clipped(polygon: list[Point], convex: Sequence[Point]) -> list[Point]:
    """The part of a polygon within a convex one (Sutherland and Hodgman, CACM 17, 1974)."""
    for (ax, ay), (bx, by) in zip(convex, [*convex[1:], convex[0]], strict=True):
        if abs(bx - ax) + abs(by - ay) < 1e-9:
            continue
        sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) for x, y in polygon]
        kept: list[Point] = []
        for i, (here, point) in enumerate(zip(sides, polygon, strict=True)):
            before, last = sides[i - 1], polygon[i - 1]
            if (before < 0) != (here < 0):
                share = before / (before - here)
                kept.append((last[0] + share * (point[0] - last[0]), last[1] + share * (point[1] - last[1])))
            if here >= 0:
                kept.append(point)
        polygon = kept
    return _without_doubles(polygon)


def _without_doubles(polygon: list[Point]) -> list[Point]:
    """The polygon without points that stand on each other or on the line between their neighbours."""
    apart = [
        p for i, p in enumerate(polygon)
        if max(abs(p[0] - polygon[i - 1][0]), abs(p[1] - polygon[i - 1][1])) > FLAT
    ]  # fmt: skip
    count = len(apart)
    return [
        (x, y) for i, (x, y) in enumerate(apart)
        if abs(
            (x - apart[i - 1][0]) * (apart[(i + 1) % count][1] - y)
            - (y - apart[i - 1][1]) * (apart[(i + 1) % count][0] - x)
        ) > 1e-6
    ]  # fmt: skip
