"""Code 128 symbols: bars joined from ready patterns, digits two to a character wherever that is shorter.

Source: ISO/IEC 15417:2007, 4.3 (structure), table 1, annex E (choice of the code sets).
"""

import re
from operator import mul

from pipelines.press.symbols.modules import Modules

# Widths of bars and spaces in turn, for the values 0 to 105 and the stop character.
_TABLE = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132
122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212
322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311
112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321
331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214
112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212
124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113
411311 113141 114131 311141 411131 211412 211214 211232 2331112
"""
_PATTERNS = ["".join("10"[i % 2] * int(width) for i, width in enumerate(widths)) for widths in _TABLE.split()]
_TO_C, _TO_B, _START_B, _START_C, _STOP = 99, 100, 104, 105, 106
_CHECK_MODULUS = 103
_PAIR = {f"{value:02}": value for value in range(100)}
_TWO = re.compile("..")
_SET_B = re.compile(r"[ -~]+")
# Digits that are worth a change to set C and back: four at either end, six between others.
_RUNS_OF_PAIRS = re.compile(r"^(?:\d\d){2,}|(?:\d\d){3,}(?!\d)|(?:\d\d){2,}$|^\d\d$")


def encode(payload: str) -> Modules:
    """The payload as one row of modules.

    An even number of digits takes 11 modules a pair, and 35 for start, check and stop. Raises
    ValueError when the payload is empty or holds anything but printable ASCII.
    """
    if not _SET_B.fullmatch(payload):
        raise ValueError("a Code 128 payload must be printable ASCII")
    values = _values(payload)
    check = (values[0] + sum(map(mul, values, range(len(values))))) % _CHECK_MODULUS
    bars = "".join([_PATTERNS[value] for value in (*values, check, _STOP)])
    width = len(bars)
    return Modules(width, 1, (int(bars, 2) << -width % 8).to_bytes(-(-width // 8)))


def _values(payload: str) -> list[int]:
    """Start character and data characters."""
    values: list[int] = []
    end = 0
    for pairs in _RUNS_OF_PAIRS.finditer(payload):
        values += _in_b(payload[end : pairs.start()], bool(values))
        values.append(_TO_C if values else _START_C)
        values += [_PAIR[pair] for pair in _TWO.findall(pairs[0])]
        end = pairs.end()
    return values + _in_b(payload[end:], bool(values))


def _in_b(text: str, inside: bool) -> list[int]:
    return [_TO_B if inside else _START_B, *(ord(character) - 32 for character in text)] if text else []
