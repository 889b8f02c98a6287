"""The run's configuration: `brevpress.toml`, checked key by key, with a default inside.

Everything that a country, a post, a bank or a vendor may want otherwise is here. A wrong key
is one line that names file, key and remedy (ConfigError, exit code 2).
"""

import hashlib
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines import assets
from pipelines.errors import ConfigError

Millimetres = Annotated[float, Field(ge=0, le=420)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sender(_Part):
    """Who writes: the agency as the letters of one country show it."""

    name: str
    legal_name: str
    organisation_number: str
    street: str
    postal_code: str
    city: str
    phone: str
    phone_hours: str
    email: str
    web: str
    supervisor: str
    signed_by: str
    role: str
    return_address: str
    """One neutral line for undelivered mail; never the word for collection."""


class Accounts(_Part):
    """Where the money goes. The payee is the account holder's legal name (VoP)."""

    payee: str
    bankgiro: str | None = None
    swish: str | None = None
    iban: str | None = None
    bic: str | None = None
    portal: str
    """`https://…`; the piece's token and channel code are put behind it."""


class Country(_Part):
    """One country of the run."""

    vendor: str
    sender: Sender
    accounts: Accounts
    product: str
    """A product of the table `products`: the usual one."""
    also: tuple[str, ...] = ()
    """Further products that the planner may choose, by cost under the promise."""


class Mark(_Part):
    """The inserter mark of one vendor: a Data Matrix on the front of every sheet."""

    x_mm: Millimetres = 5
    y_mm: Millimetres = 120
    module_mm: Annotated[float, Field(gt=0.2, le=1)] = 0.423
    quiet_mm: Annotated[float, Field(ge=1, le=10)] = 2.5
    payload: str = "{version:1}{job:08}{piece:07}{sheet:02}{sheets:02}{end:1}{feeders:02}{wrap:02}{check:02}"
    feeders: Annotated[int, Field(ge=0, le=99)] = 0


class Capacity(_Part):
    """What a print site can make in one day; empty: no limit."""

    pieces: Annotated[int, Field(ge=0)] | None = None
    sheets: Annotated[int, Field(ge=0)] | None = None


class Vendor(_Part):
    """What a print vendor wants."""

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    """Where the print site stands; without it, it keeps the calendar of the country it prints for."""
    capacity: Capacity = Capacity()
    """Each working day, as hand-in of that day."""
    capacity_on: dict[date, Capacity] = {}
    """Days with another capacity: a second shift, a machine in repair."""
    envelope_grams: Annotated[float, Field(ge=0, le=100)] = 7
    """With window; weighed, or from the data sheet."""
    sheet_millimetres: Annotated[float, Field(gt=0, le=1)] = 0.11
    """One layer of paper; a folded sheet has two or three."""
    folds: Annotated[int, Field(ge=0, le=4)] = 1
    """C5: once, so two layers; C6/5: twice, so three."""
    envelope_millimetres: Annotated[float, Field(ge=0, le=5)] = 0.3

    mark: Mark = Mark()
    duplex: bool = True
    pieces_per_file: Annotated[int, Field(ge=1, le=5000)] = 500
    pieces_per_container: Annotated[int, Field(ge=1, le=5000)] = 250
    sheets_per_envelope: Annotated[int, Field(ge=1, le=99)] = 8
    envelope: str = "C5-window"
    media: str = "A4-90-uncoated"
    grams_per_square_metre: Annotated[int, Field(ge=40, le=300)] = 90
    standards: tuple[str, ...] = ("PDF/X-4", "PDF/VT-1")
    output_condition: str = "FOGRA47"
    output_registry: str = "http://www.color.org"
    output_info: str = "Offset on uncoated paper (FOGRA47L)"
    output_profile: str = "FOGRA47L_uncoated.icc"


class Delivery(_Part):
    """How a bucket is reached."""

    endpoint_url: str | None = None
    region: str | None = None
    encryption: Literal["none", "AES256", "aws:kms"] = "none"
    kms_key_id: str | None = None
    part_mb: Annotated[int, Field(ge=5, le=512)] = 16


class Costs(_Part):
    """What a day costs, for one piece, in units of `rates`."""

    early: Annotated[float, Field(ge=0)] = 4
    """A day on the pile before the wage comes: a tenth of what a day too late costs."""
    late: Annotated[float, Field(ge=0)] = 40
    """The first day after payday: the money is gone."""
    later: Annotated[float, Field(ge=0)] = 10
    """Each further day, up to five."""
    deferred: Annotated[float, Field(ge=0)] = 60
    """A piece that waits for the next payday."""
    rates: dict[str, float] = {"SEK": 1.0, "NOK": 0.95, "DKK": 1.5, "EUR": 11.2}
    """Units of cost in one unit of a currency, for the prices of products. Not an exchange rate of a day."""


class Schedule(_Part):
    """What the planner may do."""

    costs: Costs = Costs()
    earliest_days: Annotated[int, Field(ge=0, le=31)] = 8
    """Calendar days before payday on which a letter may be delivered, at most."""
    too_late: Literal["defer", "send_now"] = "defer"
    """What becomes of a piece that cannot come in time."""
    embargo: tuple[date, ...] = ()
    """Days on which nothing is handed in."""
    forecast_sheets: dict[str, tuple[tuple[int, int], ...]] = {}
    """Layout → (claims up to, sheets) in rising order, where the shipped forecast is wrong."""

    production_days: Annotated[int, Field(ge=0, le=10)] = 1
    """Working days between the run and the first possible hand-in."""
    tables: dict[str, Path] = {}
    """Own dated tables instead of the shipped ones: name → file."""


class Press(_Part):
    """How the press checks itself."""

    compared: Annotated[int, Field(ge=0, le=1000)] = 20
    """Stamped letters of each layout in a run that are rendered too and compared, at least."""


class Privacy(_Part):
    """Secrets that make ids opaque."""

    key: str = "brevpress"
    """Piece ids and portal tokens are keyed hashes; set your own key in production."""


class Config(_Part):
    """The whole configuration of a run."""

    countries: dict[str, Country]
    vendors: dict[str, Vendor]
    delivery: Delivery = Delivery()
    schedule: Schedule = Schedule()
    press: Press = Press()
    privacy: Privacy = Privacy()
    variants: tuple[str, ...] = ("A",)
    """Variant letters; a recipient keeps its letter from run to run."""

    def fingerprint(self) -> str:
        """The sha256 of all that can change the output (so not of how a bucket is reached)."""
        return hashlib.sha256(self.model_dump_json(exclude={"delivery"}).encode()).hexdigest()


def load(path: Path | None = None) -> Config:
    """The configuration in `path`, or the embedded default. Raises ConfigError."""
    source = path or assets.table("default.toml")
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{source}: no such file", "name an existing file with --config") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{source}: {error}", "mend the TOML syntax") from error
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{source}: {key}: {first['msg']}", _remedy(first)) from error
    for code, country in config.countries.items():
        if country.vendor not in config.vendors:
            raise ConfigError(
                f"{source}: countries.{code}.vendor: no vendor {country.vendor!r}",
                f"add a section [vendors.{country.vendor}]",
            )
    return config


def _remedy(error: Any) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "remove the key, or look up its name in docs/configuration.md"
        case "missing":
            return "add the key; docs/configuration.md shows an example"
        case _:
            return "see docs/configuration.md"
