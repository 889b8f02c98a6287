"""Says a painted page in other operators: what another writer might make of the same page.

Text moves with Td instead of Tm, strings are joined and split elsewhere, colours are set with k,
rectangles are lines, and the page is a form that another form draws.
"""

import hashlib
import re
import zlib

from pipelines.press import content
from pipelines.press.painting import Form, PaintedPage, Resources, StampedPage

_RECTANGLE = re.compile(rb"(\S+) (\S+) (\S+) (\S+) re\b")
_JOINT = re.compile(rb">0?<")


def operators(page: PaintedPage) -> bytes:
    return zlib.decompress(page.content)


def painted(data: bytes, page: PaintedPage) -> PaintedPage:
    """The page with other operators."""
    return PaintedPage(zlib.compress(data), page.resources, page.fonts)


def rewritten(page: PaintedPage) -> bytes:
    """The page's operators in another style."""
    words: list[bytes] = []
    line: list[float] | None = None
    for path, operands, operator in content.statements(operators(page)):
        if path is not None:
            words.append(_RECTANGLE.sub(_as_lines, path))
        elif operator == b"cs":
            continue
        elif operator == b"scn":
            words.append(operands + b" k")
        elif operator == b"EI":
            words.append(operands + b" EI")
        elif operator == b"BT":
            line = None
            words.append(b"BT")
        elif operator == b"Tm" and line is not None:
            place = content.numbers(operands)
            assert place[:4] == line[:4] == [1, 0, 0, -1]
            words.append(b"%f %f Td" % (place[4] - line[4], line[5] - place[5]))
            line = place
        elif operator == b"TJ":
            words += _in_two(_JOINT.sub(b"", operands))
        else:
            if operator == b"Tm":
                line = content.numbers(operands)
            words.append(operands + b" " + operator)
    return b"\n".join(words)


def stamped(page: PaintedPage) -> StampedPage:
    """The rewritten page as a form that another form draws, moved and scaled back and forth."""
    inner = form(b"q 1 0 0 1 15 -20 cm\n" + rewritten(page) + b"\nQ", page)
    outer = form(b"q 2 0 0 2 0 0 cm /%s Do Q" % inner.name.encode(), forms=(inner,))
    ops = b"q .5 0 0 .5 -15 20 cm /%s Do Q" % outer.name.encode()
    return StampedPage(ops, frozenset(), (outer,))


def form(ops: bytes, page: PaintedPage | None = None, forms: tuple[Form, ...] = ()) -> Form:
    """A form of these operators, which may name what the page has."""
    name = "X" + hashlib.sha256(ops).hexdigest()[:10]
    resources, fonts = (page.resources, page.fonts) if page else (Resources(), frozenset())
    return Form(name, ops, (-2000, -2000, 2000, 2000), fonts, forms, resources)


def _as_lines(match: re.Match[bytes]) -> bytes:
    x, y, w, h = map(float, match.groups())
    return b"%f %f m %f %f l %f %f l %f %f l h" % (x, y, x, y + h, x + w, y + h, x + w, y)


def _in_two(array: bytes) -> list[bytes]:
    """A TJ of digits as a Tj of the first glyph and a TJ of the rest."""
    digits = re.match(rb"\[<([0-9a-f]{4})", array)
    if digits is None:
        return [array + b" TJ"]
    rest = b"[<" + array[digits.end() :]
    return [b"(" + _escaped(bytes.fromhex(digits[1].decode())) + b") Tj", rest.replace(b"<>", b" ") + b" TJ"]


def _escaped(raw: bytes) -> bytes:
    return re.sub(rb"[()\\]", lambda m: b"\\" + m[0], raw).replace(b"\r", b"\\r")
