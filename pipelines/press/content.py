"""The syntax of a content stream: statements, paths and matrices, read quickly.

A letter has thousands of path operators and few of them matter, so the reader splits a stream
with one regular expression and takes a whole path as one statement. It reads what a print file
of ours may hold: no comments, parentheses nested at most once.
Source: ISO 32000-2, 7.8.2, 8.5 and 8.9.7.
"""

import re
from collections.abc import Iterator

from pipelines.press import inline_image
from pipelines.press.geometry import Box

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_NUMBER = rb"[+\-]?(?:\d++\.?\d*+|\.\d++)"
_PATH = rb"(?>(?:(?>(?:" + _NUMBER + rb"\s++)*)(?:re|[mlcvyh])(?:\s++|\Z))+)"
_STRING = rb"\((?>(?:[^()\\]++|\\.|\((?>(?:[^()\\]++|\\.)*)\))*)\)"
_OPERAND = (
    rb"(?:"
    + _NUMBER
    + rb"(?=[\s/\[\]<>(])|/[^\s/\[\]<>(){}%]*+|\[(?>(?:[^\[\]()]++|"
    + _STRING
    + rb")*)\]|"
    + _STRING
    + rb"|<<(?>(?:[^<>()]++|"
    + _STRING
    + rb"|<[^<>]*+>)*)>>|<[0-9A-Fa-f\s]*+>|(?:true|false|null)(?![A-Za-z]))\s*+"
)
_STATEMENT = re.compile(
    rb"\s*+(?:(" + _PATH + rb")|((?>(?:" + _OPERAND + rb")*))([A-Za-z'\"][A-Za-z0-9]*+\*?))", re.DOTALL
)
_SUBPATH = re.compile(rb"((?>(?:" + _NUMBER + rb"\s++)*))(re|[mlcvyh])")
# WeasyPrint starts a path with a move that the real start replaces: it marks nothing.
_IDLE_MOVE = re.compile(
    rb"(?:" + (_NUMBER + rb"\s++") * 2 + rb"m\s++)+(?=" + (_NUMBER + rb"\s++") * 2 + rb"m\s)"
)
_PATH_LETTERS = b"mlcvyhre"
_ESCAPE = re.compile(rb"\\([nrtbf]|[0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class UnreadableError(ValueError):
    """A content stream that breaks the syntax; the message says where, not what."""


def statements(data: bytes) -> Iterator[tuple[bytes | None, bytes, bytes]]:
    """A path (`x y m x y l h …`), or None with operands and operator, for every statement.

    An inline image is one statement with the operator EI; its operands are all that stands
    between BI and EI, for `inline_image.read`.
    Raises UnreadableError at the first byte that fits no statement.
    """
    end, go_on = 0, True
    while go_on:
        go_on = False
        for match in _STATEMENT.finditer(data, end):
            if match.start() != end:
                break
            path, operands, operator = match.groups()
            if operator == b"ID":
                if found := inline_image.end(operands, data, match.end() + 1):
                    yield None, data[match.start() : found[0]], b"EI"
                    end, go_on = found[1], True
                break
            end = match.end()
            yield path, operands, operator
    if data[end:].strip(b"\x00\t\n\x0c\r "):
        raise UnreadableError(f"no statement at byte {end} of {len(data)}")


def numbers(operands: bytes) -> list[float]:
    """The operands of an operator that takes numbers only. Raises ValueError."""
    return [float(part) for part in operands.split()]


def unescaped(literal: bytes) -> bytes:
    """The bytes of a literal string without its outer parentheses. Source: ISO 32000-2, 7.3.4.2."""
    return _ESCAPE.sub(_meant, literal) if b"\\" in literal else literal


def _meant(match: re.Match[bytes]) -> bytes:
    escaped = match[1]
    if escaped[:1].isdigit():
        # `8` and `9` are no octal digits: a backslash before them says nothing.
        return bytes([int(escaped, 8) & 255]) if escaped[:1] < b"8" else escaped
    return _ESCAPES.get(escaped) or escaped.strip(b"\r\n")


def path_hull(path: bytes, matrix: Matrix) -> Box:
    """The box around all points of a path, control points counted, after the matrix."""
    if idle := _IDLE_MOVE.match(path):
        path = path[idle.end() :]
    values = numbers(path.translate(None, _PATH_LETTERS))
    if b"re" not in path:
        xs, ys = values[::2], values[1::2]
        return placed(matrix, min(xs), min(ys), max(xs), max(ys))
    if path.count(b"re") * 4 == len(values):
        lefts, bottoms = values[::4], values[1::4]
        rights = [x + w for x, w in zip(lefts, values[2::4], strict=True)]
        tops = [y + h for y, h in zip(bottoms, values[3::4], strict=True)]
        return placed(
            matrix,
            min(min(lefts), min(rights)),
            min(min(bottoms), min(tops)),
            max(max(lefts), max(rights)),
            max(max(bottoms), max(tops)),
        )
    return around(path_parts(path, matrix))


def path_parts(path: bytes, matrix: Matrix) -> list[Box]:
    """The boxes of the path's pieces: every rectangle, every run of segments."""
    parts: list[Box] = []
    xs: list[float] = []
    ys: list[float] = []

    def close() -> None:
        if len(xs) > 1:
            parts.append(placed(matrix, min(xs), min(ys), max(xs), max(ys)))
        xs.clear()
        ys.clear()

    for operands, operator in _SUBPATH.findall(path):
        values = numbers(operands)
        if operator == b"re":
            close()
            x, y, width, height = values
            parts.append(
                placed(matrix, min(x, x + width), min(y, y + height), max(x, x + width), max(y, y + height))
            )
            continue
        if operator == b"m":
            close()
        xs.extend(values[::2])
        ys.extend(values[1::2])
    close()
    return parts


def around(boxes: list[Box]) -> Box:
    """The smallest box around all of them. Raises ValueError when there is none."""
    return Box(
        min(box.left for box in boxes),
        min(box.bottom for box in boxes),
        max(box.right for box in boxes),
        max(box.top for box in boxes),
    )


def multiply(a: Matrix, b: Matrix) -> Matrix:
    """The matrix that applies `a` first, then `b`."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def placed(matrix: Matrix, left: float, bottom: float, right: float, top: float) -> Box:
    """The box around a rectangle after the matrix was applied."""
    a, b, c, d, e, f = matrix
    if b == 0 and c == 0:
        left, right = a * left + e, a * right + e
        bottom, top = d * bottom + f, d * top + f
        if left > right:
            left, right = right, left
        if bottom > top:
            bottom, top = top, bottom
        return Box(left, bottom, right, top)
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return Box(min(xs), min(ys), max(xs), max(ys))
