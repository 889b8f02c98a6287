"""Where everything lies in the output bucket: the keys of the contract, made in one place."""

from datetime import date
from pathlib import PurePosixPath
from typing import Protocol

MANIFEST = "manifest.json"
PIECES_CSV = "pieces.csv"
TICKET = "job.xjdf"
LABELS = "labels.pdf"
STATEMENT = "statement.pdf"
READY = "_READY"


class Lot(Protocol):
    """What a key needs to know of a lot; `PlannedLot` and `LotHead` both have it."""

    @property
    def lot_id(self) -> str:
        """The lot's id: the last folder of its place."""

    @property
    def vendor(self) -> str:
        """The vendor that collects it."""

    @property
    def hand_in_date(self) -> date:
        """The day on which it is handed to the post."""


def outbox(lot: Lot, name: str = "") -> str:
    """The key of `name` in what the vendor collects; the lot's folder with a slash without it."""
    return f"outbox/{lot.vendor}/{lot.hand_in_date:%Y-%m-%d}/{lot.lot_id}/{name}"


def run(run_id: str, name: str = "") -> str:
    """The key of `name` among the books of a run; the run's folder with a slash without it."""
    return f"runs/{run_id}/{name}"


def receipt(run_id: str, lot_id: str, file: str, part: str = "json") -> str:
    """The key of the receipt of a print file, or of one of its tables (`part`)."""
    return run(run_id, f"receipts/{lot_id}/{PurePosixPath(file).stem}.{part}")


def stopped(run_id: str, lot_id: str, file: str = "") -> str:
    """The key of a print file that was taken out of the outbox because its lot was stopped."""
    return run(run_id, f"stopped/{lot_id}/{file}")
