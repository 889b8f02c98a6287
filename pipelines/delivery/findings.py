"""What `verify` finds: values with a code from a closed list, never an exception."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

FACTS_A_PLACE = 5
"""Of one code at one place so many facts are told, and then how many more there are."""


class Code(StrEnum):
    """What is wrong. The value is what stands in the report of `verify`."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> "Code":
        """A code and what it means."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    RUN_RECORD = ("run.record", "run.json is not of its form")
    RUN_STATE = ("run.state", "the run is not finished, or a lot of it was stopped")
    RUN_COUNTS = ("run.counts", "a control total in run.json is not what the books say")
    BOOK_MISSING = ("book.missing", "a book of the run is missing or cannot be read")
    BOOK_ROWS = ("book.rows", "a row of a book has no place, or stands in it twice")
    CLAIMS_BALANCE = ("claims.balance", "rows read are not claims printed, quarantined and held")
    CLAIMS_TWICE = ("claims.twice", "a claim stands in more than one place of the books")
    PLAN_PIECES = ("plan.pieces", "pieces planned are not pieces printed and pieces rejected")
    LOT_MISSING = ("lot.missing", "a lot of the books is not in the outbox")
    LOT_UNFINISHED = ("lot.unfinished", "a lot lies in the outbox without manifest, books or _READY")
    LOT_OBJECTS = ("lot.objects", "the lot's folder holds other objects than its manifest names")
    MANIFEST_FORM = ("manifest.form", "manifest.json is not of its form")
    MANIFEST_FACTS = ("manifest.facts", "manifest.json says other than the books")
    CSV_FACTS = ("csv.facts", "pieces.csv says other than the books")
    TICKET_FACTS = ("ticket.facts", "job.xjdf says other than the manifest")
    SEQUENCE = ("sequence", "sequence numbers have a gap in a file, or pages do not follow each other")
    CONTAINERS = ("containers", "the trays are not those that the pieces lie in")
    MARKS = ("marks", "two pieces of a lot have the same inserter mark")
    FILE_BYTES = ("file.bytes", "a print file is not the one that the manifest names")
    FILE_PAGES = ("file.pages", "a print file has another number of pages than its manifest says")
    FILE_UNREADABLE = ("file.unreadable", "a print file cannot be read")
    PREFLIGHT = ("preflight", "a print file breaks a rule of preflight")
    PERSONAL_DATA = (
        "personal.data",
        "a name, claim number or reference stands where a vendor's system reads",
    )
    MARK_READ = ("mark.read", "the inserter mark of a sheet is not read as pieces.csv has it")
    CODE_READ = ("code.read", "a code of the piece is not read as the books have it")
    TEXT_READ = ("text.read", "name, amount or reference of the piece is not in its text")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong: what, where (a key of the bucket) and the fact, without personal data."""

    code: Code
    where: str
    fact: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of `verify`: what is wrong, sorted, and what was counted."""

    found: tuple[Finding, ...]
    counted: tuple[tuple[str, int], ...]
    """Label and number, in the order they are told."""

    @property
    def clean(self) -> bool:
        """Nothing is wrong."""
        return not self.found


class Notes:
    """Collects findings about one place at a time; of many alike it keeps a few and their number.

    May be sent from one process to another.
    """

    def __init__(self) -> None:
        self._facts: dict[tuple[Code, str], list[str]] = {}
        self._counts: Counter[tuple[Code, str]] = Counter()

    def add(self, code: Code, where: str, fact: str) -> None:
        """Takes down a finding."""
        self._keep((code, where), [fact], 1)

    def take(self, other: "Notes") -> None:
        """Takes over what others found."""
        for place, facts in other._facts.items():
            self._keep(place, facts, other._counts[place])

    def sorted(self) -> tuple[Finding, ...]:
        """All findings by code, place and fact."""
        found = []
        for (code, where), facts in self._facts.items():
            found += [Finding(code, where, fact) for fact in facts]
            if more := self._counts[code, where] - len(facts):
                found.append(Finding(code, where, f"… and {more} more of this kind"))
        return tuple(sorted(found))

    def _keep(self, place: tuple[Code, str], facts: Iterable[str], count: int) -> None:
        self._facts[place] = sorted([*self._facts.get(place, ()), *facts])[:FACTS_A_PLACE]
        self._counts[place] += count
