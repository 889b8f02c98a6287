"""What the operands of painting operators say: names, inks, colour spaces, ways to paint a path.

Source: ISO 32000-2, 8.5.3 (paths), 8.6 (colour spaces).
"""

from pipelines.press.drawing import Ink

RGB = frozenset((b"rg", b"RG"))
DEVICE_SPACES = {"DeviceCMYK": 4, "DeviceGray": 1, "Pattern": 0}
PAINT_PATH = {  # operator -> fills, strokes
    b"f": (True, False),
    b"F": (True, False),
    b"f*": (True, False),
    b"S": (False, True),
    b"s": (False, True),
    b"B": (True, True),
    b"B*": (True, True),
    b"b": (True, True),
    b"b*": (True, True),
    b"n": (False, False),
}


def name(operand: bytes) -> str:
    """The name without its slash."""
    return operand.strip()[1:].decode("latin-1")


def ink(operands: bytes, parts: int | None) -> Ink | None:
    """The ink of a colour in a space of so many parts; None in a pattern or a space we refuse."""
    if parts == 4:
        c, m, y, k = map(float, operands.split())
        return (c, m, y, k)
    if parts == 1:
        return (0.0, 0.0, 0.0, 1.0 - float(operands))
    return None
