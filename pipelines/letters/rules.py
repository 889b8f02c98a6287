"""What the law of a country wants of a letter, as dated data from `tables/rules/{country}.toml`.

A rule set is what holds for one kind of letter, one kind of debtor and one day. Nothing in the
tables is legal advice: every entry names its source and stands at `verify_with_counsel` until
counsel has confirmed it (docs/legal.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipelines import assets, tables
from pipelines.errors import AssetError, TableError
from pipelines.model import CLAIMS, TableVersion

KINDS = ("demand", "invoice")
DEBTORS = ("person", "company")

OwnTables = Mapping[str, Path]
"""`config.schedule.tables`: `rules/se` → file, for those who bring their own rules."""

_SECTIONS = (
    "minimum_days",
    "objection_days",
    "claim_field",
    "context_part",
    "fee_cap",
    "instalments",
    "rounding",
    "fact",
)
_OF_EVERY_ENTRY = ("source", "valid_from", "status")


@dataclass(frozen=True, slots=True)
class ClaimField:
    """A column of the claim that must not be empty, always or when an amount is positive."""

    name: str
    when_positive: str | None = None


@dataclass(frozen=True, slots=True)
class FeeCap:
    """The most of one fee on one claim; counts when principal_over < principal <= principal_to."""

    name: str
    most: Decimal
    times: int
    principal_over: Decimal | None
    principal_to: Decimal | None


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of instalment offers: ours, not the law's."""

    months: tuple[int, ...]
    """Parts of the offers when nothing is known of the recipient."""
    longest: int
    """The most parts, one a month."""
    smallest_total: Decimal
    """Below it no offer is made: paying at once is easier."""
    smallest_part: Decimal
    step: Decimal
    """Parts are rounded up to it where the recipient's capacity allows."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What holds for one country, kind of letter, kind of debtor and day."""

    country: str
    minimum_days: int
    """Days from delivery to the due date, at least."""
    objection_days: int
    """Days from delivery to object, at least."""
    claim_fields: tuple[ClaimField, ...]
    context_parts: tuple[str, ...]
    """Dotted paths in `Letter.context`; `*` stands for every element."""
    fee_caps: tuple[FeeCap, ...]
    terms: Terms | None
    """None: letters of this kind make no instalment offers."""
    facts: Mapping[str, Mapping[str, str]]
    """Words for the texts by name and language: supervisor, law, interest_law."""

    def words(self, language: str) -> dict[str, str]:
        """Every fact in `language`, or in the table's first language where it lacks it."""
        return {
            name: text.get(language.split("-")[0], next(iter(text.values())))
            for name, text in self.facts.items()
        }


@lru_cache(maxsize=1024)
def _rule_set(country: str, kind: str, debtor_kind: str, day: date, path: Path) -> RuleSet:
    def valid(section: str) -> Iterator[Mapping[str, Any]]:
        for entry in tables.valid_on(_read(path).data.get(section, ()), day):
            if kind in entry.get("kinds", KINDS) and debtor_kind in entry.get("debtors", DEBTORS):
                yield entry

    def largest(section: str) -> int:
        if not (days := [int(entry["days"]) for entry in valid(section)]):
            raise TableError(
                f"{path.name}: no {section} for {kind} on {day}", "add an entry that is valid on that day"
            )
        return max(days)

    terms = [
        Terms(
            months=tuple(entry["months"]),
            longest=entry["longest"],
            smallest_total=Decimal(entry["smallest_total"]),
            smallest_part=Decimal(entry["smallest_part"]),
            step=Decimal(entry["step"]),
        )
        for entry in valid("instalments")
    ]
    return RuleSet(
        country=country,
        minimum_days=largest("minimum_days"),
        objection_days=largest("objection_days"),
        claim_fields=tuple(
            ClaimField(name, entry.get("when_positive"))
            for entry in valid("claim_field")
            for name in entry["fields"]
        ),
        context_parts=tuple(part for entry in valid("context_part") for part in entry["parts"]),
        fee_caps=tuple(
            FeeCap(
                name=entry["name"],
                most=Decimal(entry["most"]),
                times=entry["times"],
                principal_over=_amount(entry, "principal_over"),
                principal_to=_amount(entry, "principal_to"),
            )
            for entry in valid("fee_cap")
        ),
        terms=terms[-1] if terms else None,
        facts={entry["name"]: dict(entry["text"]) for entry in valid("fact")},
    )


def rule_set(country: str, kind: str, debtor_kind: str, day: date, own: OwnTables | None = None) -> RuleSet:
    """The rules for a letter of `kind` to a `debtor_kind` in `country`, sent on `day`.

    Raises TableError when the country has no table, or the table nothing for that day.
    """
    return _rule_set(country, kind, debtor_kind, day, _path(country, own))


def minimum_days(country: str, day: date, own: OwnTables | None = None) -> int:
    """The days from delivery to the due date that serve every kind of letter and of debtor.

    The planner asks once a country, since cohorts do not know kinds. Raises TableError.
    """
    sets = [rule_set(country, kind, debtor, day, own) for kind in KINDS for debtor in DEBTORS]
    return max(rules.minimum_days for rules in sets)


def version(country: str, own: OwnTables | None = None) -> TableVersion:
    """Which table of rules is used for `country`: for manifests. Raises TableError."""
    return _read(_path(country, own)).version


def _path(country: str, own: OwnTables | None) -> Path:
    name = f"rules/{country.lower()}"
    return own[name] if own and name in own else _shipped(country)


@cache
def _shipped(country: str) -> Path:
    try:
        return assets.table(f"rules/{country.lower()}.toml")
    except AssetError as error:
        raise TableError(f"no table of rules for the country {country!r}", "see docs/legal.md") from error


@lru_cache(maxsize=64)
def _read(path: Path) -> tables.Table:
    table = tables.read(path)
    for section in _SECTIONS:
        for number, entry in enumerate(table.data.get(section, ()), start=1):
            for key in _OF_EVERY_ENTRY:
                if key not in entry:
                    raise TableError(f"{path.name}: {section} {number}: no {key}", "see docs/legal.md")
            for key in (*entry.get("fields", ()), *filter(None, [entry.get("when_positive")])):
                if key not in CLAIMS.names:
                    raise TableError(
                        f"{path.name}: {section} {number}: no column {key!r}", "see the contract"
                    )
    return table


def _amount(entry: Mapping[str, Any], key: str) -> Decimal | None:
    return Decimal(entry[key]) if key in entry else None
