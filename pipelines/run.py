"""What every worker of a run has to know: one small frozen value that pickles."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipelines.config import Config
from pipelines.ingest.access import Access
from pipelines.model import TableVersion
from pipelines.progress import Channel


@dataclass(frozen=True)
class Run:
    """One call of a flow: what it aims at, where it reads and writes, and its hashes."""

    run_id: str
    period: str
    today: date
    out: str
    config: Config
    access: Access
    channel: Channel
    settable: str
    """RE2 class of all characters that the fonts can set."""
    software: str
    """What makes the run: ourselves and the libraries whose version can change a byte."""
    tables: tuple[TableVersion, ...]
    """Every dated table that the run may use, by name."""
    inputs: tuple[tuple[str, str], ...]
    """Everything that decides the output: name → sha256 or value, sorted."""

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 over all inputs; stands in receipts, so that no stale file is reused."""
        total = hashlib.sha256()
        for name, value in self.inputs:
            total.update(f"{name}\0{value}\0".encode())
        return total.hexdigest()
