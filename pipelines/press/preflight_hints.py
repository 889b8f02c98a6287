"""Preflight of the hints by which a print server knows again what recurs (PDF/VT).

Source: ISO 16612-2, GTS_XID, GTS_Scope, GTS_Env and GTS_Encapsulated.
"""

import hashlib
import re

import pikepdf

from pipelines.press.rules import Findings, Rule

_URN = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SCOPES = frozenset(("/SingleUse", "/Record", "/File", "/Stream", "/Global", "/Unknown"))
_BEYOND_THE_FILE = frozenset(("/Stream", "/Global"))


class Hints:
    """Checks forms and pictures, and that no two different ones have the same identifier."""

    def __init__(self, found: Findings) -> None:
        self._found = found
        self._shown: dict[str, bytes] = {}

    def check(self, thing: pikepdf.Object, page: int) -> None:
        """An XObject, that first comes up on a page."""
        keys = set(thing.keys())
        scope = str(thing.get("/GTS_Scope", "/Unknown"))
        if scope not in _SCOPES:
            self._found.add(Rule.XOBJECT_XID, page, "a GTS_Scope that is none of the six")
        if scope in _BEYOND_THE_FILE and not isinstance(thing.get("/GTS_Env"), pikepdf.String):
            self._found.add(Rule.XOBJECT_XID, page, f"{scope} without GTS_Env")
        if "/GTS_XID" in keys:
            self._check_identifier(thing, page)
        if "/GTS_Encapsulated" in keys:
            self._check_encapsulated(thing, page)

    def _check_identifier(self, thing: pikepdf.Object, page: int) -> None:
        identifier = thing["/GTS_XID"]
        if not isinstance(identifier, pikepdf.String) or not _URN.fullmatch(str(identifier)):
            self._found.add(Rule.XOBJECT_XID, page, "a GTS_XID that is no UUID URN")
            return
        box = thing.get("/BBox", pikepdf.Array()).unparse()
        self.identified(str(identifier), box, thing.read_raw_bytes(), page)

    def identified(self, identifier: str, box: bytes, data: bytes, page: int) -> None:
        """An XObject with a good identifier: its box as the library writes it, its data as they are."""
        shown = hashlib.sha256(box + data).digest()
        if self._shown.setdefault(identifier.lower(), shown) != shown:
            self._found.add(Rule.XOBJECT_XID, page, "two different XObjects with the same GTS_XID")

    def _check_encapsulated(self, thing: pikepdf.Object, page: int) -> None:
        value: object = thing["/GTS_Encapsulated"]
        if not isinstance(value, bool):
            self._found.add(Rule.XOBJECT_ENCAPSULATED, page, "GTS_Encapsulated is not true or false")
        if value is not True:
            return
        if str(thing.get("/Subtype", "")) == "/Image":
            if "/Intent" not in thing and thing.get("/ImageMask", False) is not True:
                self._found.add(Rule.XOBJECT_ENCAPSULATED, page, "a picture without mask or Intent")
            return
        group = thing.get("/Group", pikepdf.Dictionary())
        if str(group.get("/S", "")) != "/Transparency" or group.get("/I", False) is not True:
            self._found.add(Rule.XOBJECT_ENCAPSULATED, page, "a form that is no isolated group")
