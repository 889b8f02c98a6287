"""Preflight of graphics states: nothing that a printer sees to, and nothing that shows what is below.

`rules` has the sources.
"""

import re
from collections.abc import Iterator

import pikepdf

from pipelines.press.rules import Rule

_HALFTONES = (1, 5)
_KEY = re.compile(r"/(?:Type|CA|ca|BM|OP|op|OPM|AIS|SA|TK|SMask|TR2?|HTP?|Font|RI|FL|SM)")
"""What a graphics state may have; the rest moves what the page reader follows by operators alone."""


def faults(state: pikepdf.Object) -> Iterator[tuple[Rule, str]]:
    """What is wrong with a graphics state."""
    keys = set(state.keys())
    for key in sorted(keys & {"/TR", "/HTP", "/Font"}):
        yield Rule.OBJECT_FORBIDDEN, f"{key} in a graphics state"
    if "/TR2" in keys and str(state["/TR2"]) != "/Default":
        yield Rule.OBJECT_FORBIDDEN, "/TR2 in a graphics state"
    if isinstance(state.get("/SMask"), pikepdf.Dictionary):
        yield Rule.OBJECT_FORBIDDEN, "a soft mask in a graphics state"
    halftone = state.get("/HT", pikepdf.Name.Default)
    if not isinstance(halftone, pikepdf.Name) and halftone.get("/HalftoneType") not in _HALFTONES:
        yield Rule.OBJECT_FORBIDDEN, "a halftone of a type other than 1 or 5"
    for key in sorted(key for key in keys if not _KEY.fullmatch(key)):
        yield Rule.STATE_UNFIT, f"{key} in a graphics state"
    if any(state.get(key, False) is not False for key in ("/OP", "/op")):
        yield Rule.STATE_UNFIT, "overprint"
    if any(float(state.get(key, 1)) != 1 for key in ("/CA", "/ca")):
        yield Rule.STATE_UNFIT, "alpha other than 1"
    if str(state.get("/BM", "/Normal")) not in ("/Normal", "/Compatible"):
        yield Rule.STATE_UNFIT, "a blend mode other than Normal"
