"""Defects of a recipient: they take every claim of the debtor, in whatever file it stands."""

from collections.abc import Iterator, Mapping
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.ingest.defects import Defect, marked
from pipelines.ingest.facts import CountryFacts
from pipelines.ingest.possible_dates import EARLIEST, years_after
from pipelines.ingest.read import SHIELDS, UNREAD_SHIELD
from pipelines.ingest.settable import unsettable
from pipelines.reasons import Reason

DEBTOR_KINDS = ("person", "company")
NEEDED = ("name", "street", "postal_code", "city", "protected", "deceased")
ADDRESS = ("name", "care_of", "street", "city")
"""What the window shows; the postcode has its own rule."""

Columns = Mapping[str, pa.Array]


def shielded(claims: Columns) -> Iterator[Defect]:
    """Rows whose recipient's address is protected, or who is dead."""
    yield Defect(Reason.PROTECTED, "protected", "marked", marked(claims["protected"]))
    yield Defect(Reason.DECEASED, "deceased", "marked", marked(claims["deceased"]))


def minor(claims: Columns, countries: Mapping[str, CountryFacts], day: date) -> Iterator[Defect]:
    """Rows of persons under their country's adult age on `day`; adult on the birthday itself."""
    born = claims["birth_date"]
    person = pc.equal(claims["debtor_kind"], "person")
    for code in sorted(countries):
        youngest_adult = years_after(day, -countries[code].adult_age)
        here = pc.and_(person, pc.equal(claims["country"], code))
        rows = pc.and_(here, pc.and_(pc.greater(born, youngest_adult), pc.less_equal(born, day)))
        yield Defect(Reason.MINOR, "birth_date", "under age", marked(rows))


def incomplete(claims: Columns) -> Iterator[Defect]:
    """Rows without a name, an address or a known kind of recipient, and rows that do not tell
    whether the recipient may be written to at all."""
    for name in SHIELDS:
        unread = marked(pc.equal(claims[UNREAD_SHIELD], name))
        yield Defect(Reason.RECIPIENT_INCOMPLETE, name, "cannot be read", unread)
    kind = claims["debtor_kind"]
    yield Defect(Reason.RECIPIENT_INCOMPLETE, "debtor_kind", "empty", marked(kind.is_null()))
    known = pc.is_in(kind, pa.array(DEBTOR_KINDS))
    other = pc.and_(kind.is_valid(), pc.invert(known))
    yield Defect(Reason.RECIPIENT_INCOMPLETE, "debtor_kind", "neither person nor company", marked(other))
    for name in NEEDED:
        yield Defect(Reason.RECIPIENT_INCOMPLETE, name, "empty", marked(claims[name].is_null()))


def bad_postcode(claims: Columns, normal: pa.Array) -> Iterator[Defect]:
    """Rows whose postcode is there but has no normal form (see `normal_form.postcodes`)."""
    rows = marked(pc.and_(claims["postal_code"].is_valid(), normal.is_null()))
    yield Defect(Reason.BAD_POSTCODE, "postal_code", "not of the country's form", rows)


def impossible_birth_date(claims: Columns, day: date) -> Iterator[Defect]:
    """Rows born before 1900 or after `day`."""
    born = claims["birth_date"]
    early, late = marked(pc.less(born, EARLIEST)), marked(pc.greater(born, day))
    yield Defect(Reason.IMPOSSIBLE_BIRTH_DATE, "birth_date", f"before {EARLIEST.year}", early)
    yield Defect(Reason.IMPOSSIBLE_BIRTH_DATE, "birth_date", "in the future", late)


def address_not_settable(claims: Columns, settable: str) -> Iterator[Defect]:
    """Rows with a name or address that cannot be set."""
    for name in ADDRESS:
        rows = unsettable(claims[name], settable)
        yield Defect(Reason.ADDRESS_NOT_SETTABLE, name, "character that cannot be set", rows)
