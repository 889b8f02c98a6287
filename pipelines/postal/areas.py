"""Which delivery group a postcode belongs to.

No register of postcodes ships: the Swedish ones are proprietary. The user brings a file, or
tells prefixes and ranges; a file goes before a prefix, a longer prefix before a shorter, and
a prefix before a range. Two that are equal and do not agree are an error.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, NamedTuple, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from pipelines.errors import TableError
from pipelines.postal.dated import Entry
from pipelines.postal.imported import Imported
from pipelines.postal.rounds import GroupName, RegionName

Code = Annotated[str, Field(pattern="^[0-9A-Z]+$")]
Range = Annotated[str, Field(pattern="^[0-9A-Z]+-[0-9A-Z]+$")]

_REMEDY = "see docs/tables.md"
_SEPARATORS = str.maketrans("", "", " -")


class Place(NamedTuple):
    """Delivery group and, where delivery calendars differ within the country, region."""

    group: str
    region: str


class Area(Entry):
    """An entry `[[area]]`: postcodes of one delivery group, or a file that tells the group of each.

    Postcodes are written without blanks and hyphens, in capitals.
    """

    group: GroupName | None = None
    products: tuple[str, ...] = ()
    """Products for which this holds; empty: all."""
    region: RegionName = ""
    prefixes: tuple[Code, ...] = ()
    ranges: tuple[Range, ...] = ()
    """`10000-19999`: from first to last, told by as many characters as either has."""
    file: str | None = None
    """A CSV file with the columns `postal_code`, `group` and, if wanted, `region`."""

    @model_validator(mode="after")
    def _file_or_group(self) -> Self:
        if (self.file is None) != (self.group is not None) or (self.file is not None and self.region):
            raise ValueError("a file tells the groups and regions; without one a group is wanted")
        if (self.file is not None) == bool(self.prefixes or self.ranges):
            raise ValueError("either a file, or prefixes and ranges")
        for text in self.ranges:
            first, _, last = text.partition("-")
            if len(first) != len(last) or first > last:
                raise ValueError(f"{text} is no range: first and last of one length, in order")
        return self

    def is_for(self, country: str, product: str) -> bool:
        """Whether the entry tells of this product in this country."""
        return self.country == country and (not self.products or product in self.products)


@dataclass(frozen=True, slots=True)
class Register:
    """Postcodes with their places, as a file tells them."""

    name: str
    places: Mapping[str, Place]

    @classmethod
    def of(cls, file: Imported) -> Self:
        """The register in a file. Raises TableError."""
        places: dict[str, Place] = {}
        for number, (code, group, region) in enumerate(file.rows, start=1):
            try:
                _GROUP.validate_python(group)
                _REGION.validate_python(region)
            except ValidationError as error:
                raise TableError(f"{file.version.name}: row {number}: no group or region", _REMEDY) from error
            place = Place(group, region)
            if not (code := normal(code)) or places.setdefault(code, place) != place:
                raise TableError(f"{file.version.name}: row {number}: no postcode, or in two groups", _REMEDY)
        return cls(file.version.name, places)


_GROUP: TypeAdapter[str] = TypeAdapter(GroupName)
_REGION: TypeAdapter[str] = TypeAdapter(RegionName)


def normal(postal_code: str) -> str:
    """A postcode as areas are written: `111 22` is 11122, `1234 ab` is 1234AB."""
    return postal_code.translate(_SEPARATORS).upper()


class Index:
    """The areas that count together, ready to be asked for many postcodes."""

    def __init__(self, title: str, areas: Iterable[Area], registers: Mapping[str, Register]) -> None:
        """Raises TableError when two equal areas do not agree; `title` names them in the message."""
        self._exact: dict[str, Place] = {}
        prefixes: dict[int, dict[str, Place]] = {}
        ranges: dict[int, list[tuple[str, str, Place]]] = {}
        for area in areas:
            if area.file is not None:
                for code, place in registers[area.file].places.items():
                    _put(self._exact, code, place, title)
            else:
                assert area.group is not None
                place = Place(area.group, area.region)
                for prefix in area.prefixes:
                    _put(prefixes.setdefault(len(prefix), {}), prefix, place, title)
                for text in area.ranges:
                    first, _, last = text.partition("-")
                    ranges.setdefault(len(first), []).append((first, last, place))
        self._prefixes = sorted(prefixes.items(), reverse=True)
        self._ranges = [(n, *_in_order(ranges[n], title)) for n in sorted(ranges, reverse=True)]

    def places(self) -> frozenset[Place]:
        """Every place that an area names."""
        known = [self._exact, *(of for _, of in self._prefixes)]
        return frozenset(p for of in known for p in of.values()) | {p for *_, ps in self._ranges for p in ps}

    def find(self, postal_codes: Sequence[str]) -> list[Place | None]:
        """The place of each postcode; None where it stands in no area."""
        exact = self._exact
        found = []
        for code in map(normal, postal_codes):
            found.append(exact[code] if code in exact else self._by_rule(code))
        return found

    def _by_rule(self, code: str) -> Place | None:
        for length, prefixes in self._prefixes:
            if (place := prefixes.get(code[:length])) is not None:
                return place
        for length, firsts, lasts, places in self._ranges:
            if len(code) >= length:
                n = bisect_right(firsts, start := code[:length]) - 1
                if n >= 0 and start <= lasts[n]:
                    return places[n]
        return None


def _put(known: dict[str, Place], code: str, place: Place, title: str) -> None:
    if known.setdefault(code, place) != place:
        raise TableError(f"{title}: {code} is in two groups", "let every postcode have one group on a day")


def _in_order(ranges: list[tuple[str, str, Place]], title: str) -> tuple[list[str], list[str], list[Place]]:
    ranges = sorted(ranges)
    for (_, last, _), (first, _, _) in pairwise(ranges):
        if first <= last:
            raise TableError(
                f"{title}: ranges overlap at {first}", "let every postcode have one group on a day"
            )
    return [first for first, _, _ in ranges], [last for _, last, _ in ranges], [place for *_, place in ranges]
