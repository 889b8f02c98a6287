"""How a post wants its letters sorted: levels from fine to coarse, container limits, sort files.

A scheme is an entry of the table `sorting`. Where the post publishes which office serves which
postcode, the scheme names a sort file: a CSV with its own dates, chosen by the day of hand-in
or of delivery. A sort file that has run out stops the run; nothing is sorted by a guess.
"""

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
from pydantic import BaseModel, ConfigDict, Field

from pipelines import assets
from pipelines.errors import BrevpressError, TableError
from pipelines.model import TableVersion
from pipelines.postal.dated import Entry, entries, only_one, table

POSTAL_CODE = "postal_code"
"""The column of a sort file that every file has; all others are keys."""

_WORDS = frozenset({"key", "region", "from", "to"})
"""What every label may say: the level's key, the coarsest key, the first and last postcode."""

_REMEDY = "see docs/tables.md"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Part):
    """What one container holds; whichever limit comes first counts."""

    max_pieces: Annotated[int, Field(ge=1)]
    max_mm: Annotated[int, Field(ge=1)]
    """Length of the row of letters, in millimetres."""
    max_g: Annotated[int, Field(ge=1)]
    min_fill: Annotated[float, Field(gt=0, le=1)] = 0.75
    """Share of `max_mm` or `max_g` from which a container is full, though thick letters make it
    hold fewer pieces than its level's `min`."""


class Level(_Part):
    """One level of sorting: letters with the same key share containers."""

    code: Annotated[str, Field(pattern="^[A-Za-z0-9_-]+$")]
    key: Annotated[str, Field(pattern="^(|postcode|prefix:[1-9]|lookup:[a-z][a-z0-9_]*)$")]
    """`prefix:2`, `postcode`, `lookup:office` (a column of the sort file), or empty: all together."""
    min: Annotated[int, Field(ge=0)]
    """Pieces that a container of this level holds at least; with `overflow`, that its key has."""
    overflow: bool = False
    """Whether a key that has `min` pieces may end with a container of fewer."""
    label: str = "{key} {from}-{to}"

    @property
    def column(self) -> str:
        """The column of the sort file that is the key; empty when it needs none."""
        return self.key.removeprefix("lookup:") if self.key.startswith("lookup:") else ""


ByDay = Literal["hand_in", "delivery"]


class _Scheme(Entry):
    """An entry `[[scheme]]` of the table `sorting`."""

    products: Annotated[tuple[str, ...], Field(min_length=1)]
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    container: Limits
    lookup: str = ""
    by: ByDay = "hand_in"
    unknown_key: Literal["residual", "reject"] = "residual"


class _Lookup(Entry):
    """An entry `[[lookup]]` of the table `sorting`: one issue of a post's sort file."""

    name: str
    version: str
    file: str
    """A CSV beside the table: `postal_code` and one column for each key."""
    sha256: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    """Of the file's bytes. When it is given, another file is refused."""


@dataclass(frozen=True, slots=True)
class SortFile:
    """One issue of a post's sort file, read."""

    version: TableVersion
    rows: pa.Table
    """Distinct postcodes without blanks, and the keys as strings; null: none."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one product is sorted on one day."""

    country: str
    product: str
    levels: tuple[Level, ...]
    """From fine to coarse; the last takes all that is left."""
    limits: Limits
    unknown_key: str
    """What becomes of a postcode that the sort file lacks: `residual` or `reject`."""
    versions: tuple[TableVersion, ...]
    """The table, and the sort file when there is one."""
    verified: bool
    sort_file: SortFile | None = None

    def keys(self, postal_codes: Sequence[str] | pa.Array) -> tuple[pa.Array, ...]:
        """For each level the key of every postcode: a string, `""` where all go together, null
        where the postcode has none and so goes to a coarser level.

        Raises TableError when the scheme rejects unknown postcodes and there are some.
        """
        codes = pa.array(postal_codes, pa.string())
        row = None if self.sort_file is None else pc.index_in(codes, self.sort_file.rows[POSTAL_CODE])
        if self.unknown_key == "reject" and row is not None and row.null_count:
            name = "" if self.sort_file is None else self.sort_file.version.name
            raise TableError(
                f"sorting: {row.null_count} postcodes are not in the sort file {name}",
                f"{self.product} takes no others; correct the addresses or use another product",
            )
        return tuple(self._key(level, codes, row) for level in self.levels)

    def _key(self, level: Level, codes: pa.Array, row: pa.Array | None) -> pa.Array:
        if level.column:
            if self.sort_file is None or row is None:
                raise BrevpressError(f"level {level.code} has no sort file")
            return self.sort_file.rows[level.column].combine_chunks().take(row)
        if level.key == "postcode":
            return codes
        if not level.key:
            return pa.array([""], pa.string()).take(pa.array([0] * len(codes), pa.int64()))
        length = int(level.key.removeprefix("prefix:"))
        long_enough = pc.greater_equal(pc.utf8_length(codes), length)
        return pc.if_else(
            long_enough, pc.utf8_slice_codeunits(codes, 0, length), pa.scalar(None, pa.string())
        )


PLAIN = Limits(max_pieces=400, max_mm=580, max_g=8000)
"""A common letter tray, where no scheme says what a container holds."""


@dataclass(frozen=True, slots=True)
class Schemes:
    """All schemes and sort files of the table `sorting`."""

    version: TableVersion
    schemes: tuple[_Scheme, ...]
    lookups: tuple[tuple[_Lookup, SortFile], ...]

    @classmethod
    def load(cls, own: Mapping[str, Path]) -> Self:
        """The user's or the shipped table, with its sort files. Raises TableError."""
        source = table("sorting", own)
        path = own.get("sorting") or assets.table("sorting.toml")
        schemes = entries(source, "scheme", _Scheme)
        lookups = tuple((e, _read(path.parent, e)) for e in entries(source, "lookup", _Lookup))
        for scheme in schemes:
            _check(scheme, [(e, f) for e, f in lookups if e.name == scheme.lookup])
        return cls(source.version, schemes, lookups)

    @property
    def versions(self) -> tuple[TableVersion, ...]:
        """The table and every sort file that it names; `Scheme.versions` has those that are used."""
        return (self.version, *(file.version for _, file in self.lookups))

    def of(
        self,
        country: str,
        product: str,
        hand_in: date,
        delivery: date | None = None,
        plain: Limits = PLAIN,
    ) -> Scheme:
        """The scheme of a product that is handed in on `hand_in` for delivery on `delivery`.

        A product that no scheme names is sorted by postcode only, into containers of `plain`.
        Raises TableError when a scheme or its sort file is expired or not yet valid.
        """
        known = [s for s in self.schemes if s.country == country and product in s.products]
        if not known:
            alone = Level(code="postcode", key="", min=0, label="{from}-{to}")
            return Scheme(country, product, (alone,), plain, "residual", (self.version,), True)
        scheme = only_one(known, hand_in, f"sorting: {product} of {country}")
        verified = scheme.verified
        versions: tuple[TableVersion, ...] = (self.version,)
        file = None
        if scheme.lookup:
            day = hand_in if scheme.by == "hand_in" else delivery
            if day is None:
                raise BrevpressError(f"sorting: {product} of {country} is sorted by its delivery day")
            entry = only_one(
                (e for e, _ in self.lookups if e.name == scheme.lookup), day, f"sorting: {scheme.lookup}"
            )
            file = next(f for e, f in self.lookups if e is entry)
            verified = verified and entry.verified
            versions = (self.version, file.version)
        return Scheme(
            country=country,
            product=product,
            levels=scheme.levels,
            limits=scheme.container,
            unknown_key=scheme.unknown_key,
            versions=versions,
            verified=verified,
            sort_file=file,
        )


def _read(folder: Path, entry: _Lookup) -> SortFile:
    path = folder / entry.file
    if not path.is_file():
        raise TableError(f"sorting: lookup {entry.name}: no file {entry.file}", "put it beside the table")
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    if entry.sha256 and entry.sha256 != digest:
        raise TableError(f"{path.name}: not the file that the table names: its sha256 differs", _REMEDY)
    try:
        # All columns are text: a postcode may begin with a nought.
        names = next(csv.reader([raw.split(b"\n", 1)[0].decode("utf-8-sig").strip()]), [])
        found = pcsv.read_csv(
            pa.py_buffer(raw),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise TableError(f"{path.name}: not a CSV table", _REMEDY) from error
    if POSTAL_CODE not in names or len(names) < 2 or len(set(names)) < len(names):
        raise TableError(f"{path.name}: wants a column {POSTAL_CODE} and one for each key", _REMEDY)
    codes = pc.replace_substring(found[POSTAL_CODE], " ", "")
    if codes.null_count or pc.count_distinct(codes).as_py() != found.num_rows:
        raise TableError(f"{path.name}: a postcode is empty or stands there twice", _REMEDY)
    found = found.set_column(found.column_names.index(POSTAL_CODE), POSTAL_CODE, codes).combine_chunks()
    return SortFile(TableVersion(entry.name, entry.version, digest), found)


def _check(scheme: _Scheme, files: Sequence[tuple[_Lookup, SortFile]]) -> None:
    where = f"sorting: {', '.join(scheme.products)} of {scheme.country}"
    codes = [level.code for level in scheme.levels]
    if len(set(codes)) < len(codes):
        raise TableError(f"{where}: two levels have the same code", _REMEDY)
    last = scheme.levels[-1]
    if last.key or last.min:
        raise TableError(f"{where}: the last level takes all that is left: key '' and min 0", _REMEDY)
    if scheme.lookup and not files:
        raise TableError(f"{where}: no lookup is named {scheme.lookup!r}", _REMEDY)
    columns = {level.column for level in scheme.levels if level.column}
    for level in scheme.levels:
        if level.min > scheme.container.max_pieces and not level.overflow:
            raise TableError(
                f"{where}: level {level.code} asks for {level.min} pieces, a container holds "
                f"{scheme.container.max_pieces}",
                "set overflow = true when the minimum is that of the key",
            )
        words = [name for _, name, _, _ in Formatter().parse(level.label) if name is not None]
        if bad := sorted(set(words) - _WORDS - columns):
            raise TableError(f"{where}: level {level.code}: label knows no {bad[0]!r}", _REMEDY)
    for _, file in files:
        if missing := sorted(columns - set(file.rows.column_names)):
            raise TableError(f"{where}: {file.version.name} has no column {missing[0]!r}", _REMEDY)
    if columns and not scheme.lookup:
        raise TableError(f"{where}: a level wants a lookup, none is named", _REMEDY)
