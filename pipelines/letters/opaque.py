"""Opaque ids: keyed hashes that tell nobody who is behind them, the same for the same key.

Every use has its own `person` (BLAKE2b's name for a domain), so that a portal token says
nothing about the piece id of the same recipient. Hashes: BLAKE2, RFC 7693.
"""

import hashlib
from base64 import b32encode
from collections.abc import Sequence

NUMBER_DIGITS = 14
"""Digits of a piece number. See docs/payments.md for the odds of two equal ones."""

_LOWEST: int = 10 ** (NUMBER_DIGITS - 1)


class Ids:
    """All opaque ids that one key gives."""

    def __init__(self, key: str) -> None:
        self._key = hashlib.blake2b(key.encode(), digest_size=32).digest()
        self._tray: dict[str, hashlib.blake2b] = {}

    def piece_id(self, run_id: str, debtor_id: str, kind: str, country: str, currency: str) -> str:
        """`P` and 20 letters and digits (base32: no 0, 1, 8, 9), 100 bits."""
        # Only debtor_id may hold a bar; the closed lists around it keep the text unambiguous.
        name = f"{run_id}|{debtor_id}|{kind}|{country}|{currency}"
        return "P" + b32encode(self._hash("piece", name)).decode()[:20]

    def piece_number(self, piece_id: str) -> int:
        """A number of exactly NUMBER_DIGITS digits, the first not zero."""
        hashed = int.from_bytes(self._hash("number", piece_id))
        return _LOWEST + hashed % (9 * _LOWEST)

    def token(self, piece_id: str) -> str:
        """26 letters and digits (base32), 130 bits: the piece's own address in the portal."""
        return b32encode(self._hash("token", piece_id)).decode()[:26]

    def variant(self, debtor_id: str, variants: Sequence[str]) -> str:
        """The recipient's variant letter: the same in every run while `variants` stay."""
        return variants[int.from_bytes(self._hash("variant", debtor_id)) % len(variants)]

    def _hash(self, person: str, text: str) -> bytes:
        tray = self._tray.get(person)
        if tray is None:
            tray = hashlib.blake2b(digest_size=20, key=self._key, person=f"brev-{person}".encode())
            self._tray[person] = tray
        hashed = tray.copy()
        hashed.update(text.encode())
        return hashed.digest()
