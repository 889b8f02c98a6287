"""Everything that is settled before the first row is read: inputs, tables, hashes, the record."""

from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

from weasyprint.text.ffi import pango

from pipelines import __version__, assets, tables
from pipelines.config import Config
from pipelines.delivery import runbook
from pipelines.delivery.store import Store
from pipelines.errors import ConfigError, UsageError
from pipelines.ingest.access import Access
from pipelines.ingest.survey import Survey, survey
from pipelines.letters import references, rules
from pipelines.model import TableVersion
from pipelines.postal import dated
from pipelines.postal.patterns import Patterns
from pipelines.postal.planning import sort_file
from pipelines.postal.sorting import Schemes
from pipelines.press import typefaces
from pipelines.progress import Channel
from pipelines.run import Run

_DECIDING = (
    "weasyprint", "tinyhtml5", "tinycss2", "cssselect2", "pyphen", "pydyf", "uharfbuzz", "fonttools", "isal",
    "pikepdf", "pillow", "zxing-cpp", "pyarrow", "jinja2", "babel", "holidays", "scipy", "numpy",
)  # fmt: skip
"""Libraries whose version can change a byte of the output."""

SOFTWARE = " ".join(
    [
        f"brevpress {__version__}",
        *(f"{name}/{version(name)}" for name in _DECIDING),
        f"pango/{pango.pango_version()}",
    ]
)
"""What made a run. Another version of any of it does not finish what this one began."""


@dataclass(frozen=True)
class Prepared:
    """A run that may begin: what workers need, what there is to read, and how it stands."""

    run: Run
    survey: Survey
    begun: str
    """`new`, `resumed` or `finished`."""


def prepare(
    run_id: str,
    period: str,
    exports: str,
    out: str,
    config: Config,
    today: date | None,
    store: Store,
    channel: Channel,
) -> Prepared:
    """Checks configuration, exports and earlier calls, and opens the run's record.

    Without `today`, a run that was begun before keeps its day, and a new one takes the
    machine's. Raises UsageError before anything is written.
    """
    _check(config)
    _check_apart(exports, out)
    access = Access(config.delivery.endpoint_url, config.delivery.region)
    found = survey(exports, access)
    day = today or runbook.day_of(store, run_id) or datetime.now().astimezone().date()
    record = runbook.RunRecord(
        run_id=run_id,
        period=period,
        today=day,
        software=SOFTWARE,
        config=config.fingerprint(),
        inputs=tuple((f.name, f.bytes, f.sha256) for f in found.files),
        tables=tables_of(config),
        assets=(
            ("layouts", assets.tree_hash(assets.folder("layouts"))),
            ("fonts", assets.tree_hash(assets.folder("fonts"))),
        ),
    )
    begun = runbook.begin(store, record)
    run = Run(
        run_id=run_id,
        period=period,
        today=day,
        out=out,
        config=config,
        access=access,
        channel=channel,
        settable=typefaces.settable(),
        software=record.software,
        tables=record.tables,
        inputs=record.identity(),
    )
    return Prepared(run, found, begun)


def tables_of(config: Config) -> tuple[TableVersion, ...]:
    """Name, version and sha256 of every dated table that a run with `config` may use, by name."""
    own = config.schedule.tables
    known = [dated.table(name, own).version for name in ("calendars", "paydays", "products", "sheets")]
    known += Patterns.load(own).versions
    schemes = Schemes.load(own)
    known += [schemes.version, *(sort_file(file.version) for _, file in schemes.lookups)]
    for country in sorted(config.countries):
        known.append(tables.load(f"countries/{country.lower()}").version)
        known.append(rules.version(country, own))
    return tuple(sorted(known, key=lambda version: version.name))


def _check(config: Config) -> None:
    for code in config.countries:
        if code not in references.COUNTRIES:
            raise ConfigError(
                f"countries.{code}: no such country",
                f"take one of {', '.join(references.COUNTRIES)}, or add it as docs/tables.md says",
            )
    references.check_accounts(config)


def _check_apart(exports: str, out: str) -> None:
    """Raises UsageError when `out` lies within `exports`: a run would read its own books as claims."""
    source, target = (
        uri.rstrip("/") + "/" if "://" in uri else f"{Path(uri).resolve()}/" for uri in (exports, out)
    )
    if target.startswith(source):
        raise UsageError("--out lies within --exports", "name a place beside it")
