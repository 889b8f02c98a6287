"""Arguments in, exit code out, nothing else."""

import datetime
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from pipelines import operate
from pipelines.outcome import DONE
from pipelines.processes import be_thrifty, leave

app = typer.Typer(
    name="brevpress",
    help="Claims in, print-ready lots out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

INTERRUPTED = 130
"""What typer gives back when a command was interrupted from the keyboard."""

BEAM = {"allow_extra_args": True, "ignore_unknown_options": True}
Config = Annotated[
    Path | None, typer.Option("--config", help="brevpress.toml; without it the embedded default.")
]
Out = Annotated[str, typer.Option("--out", help="Folder or s3://bucket/prefix that receives the lots.")]
Today = Annotated[
    datetime.datetime | None,
    typer.Option(
        "--today", formats=["%Y-%m-%d"], help="Fixes the run's clock; a repeated run gives the same bytes."
    ),
]


@app.command()
def sample(
    letters: Annotated[int, typer.Option(min=1, help="How many mail pieces the good rows make, about.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the export files.")],
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another sample.")] = 1,
    countries: Annotated[str, typer.Option(help="Countries, with commas between.")] = "SE,FI",
    format: Annotated[str, typer.Option(help="parquet or csv.")] = "parquet",
) -> None:
    """Write an export that looks like the real thing, with every defect it can have."""
    operate.sample(out, letters, seed, countries, format)


@app.command(context_settings=BEAM)
def monthly(
    context: typer.Context,
    exports: Annotated[str, typer.Option(help="Folder or s3://… with the claims exports.")],
    out: Out,
    period: Annotated[str, typer.Option(help="YYYY-MM: the month whose paydays the run aims at.")],
    config: Config = None,
    today: Today = None,
) -> None:
    """Make the month's letters: read, plan, press, publish. Beam's own options pass through."""
    raise typer.Exit(operate.monthly(exports, out, period, config, today and today.date(), context.args))


@app.command(context_settings=BEAM)
def plan(
    context: typer.Context,
    exports: Annotated[str, typer.Option(help="Folder or s3://… with the claims exports.")],
    period: Annotated[str, typer.Option(help="YYYY-MM: the month whose paydays the plan aims at.")],
    config: Config = None,
    today: Today = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The plan.json to write.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="The page to write: the plan in pictures.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="Another plan.json, to show what changes.")
    ] = None,
) -> None:
    """Plan the month and show it: days, loads, costs; nothing is pressed or published."""
    day = today and today.date()
    raise typer.Exit(operate.plan(exports, period, config, day, output, html, against, context.args))


@app.command()
def verify(
    out: Out,
    run: Annotated[
        str | None, typer.Option(help="Run id, such as monthly-2026-12; all runs without it.")
    ] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Also read every code and text back from pictures.")
    ] = False,
    config: Config = None,
) -> None:
    """Recount a run from its files alone: checksums, pages, pieces, books, preflight."""
    raise typer.Exit(operate.verify(out, run, deep, config))


@app.command()
def proof(
    layout: Annotated[str, typer.Argument(help="Layout, such as se/demand.")],
    record: Annotated[Path, typer.Option(help="JSON array of the claims of one mail piece.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The PDF to write.")],
    exact: Annotated[
        bool, typer.Option("--exact", help="Rendered in full by WeasyPrint, not stamped.")
    ] = False,
    config: Config = None,
    today: Today = None,
) -> None:
    """Show one letter as it will be printed: stamped, or rendered in full with --exact."""
    raise typer.Exit(operate.proof(layout, record, output, config, today and today.date(), exact))


@app.command()
def lint(
    layouts: Annotated[
        list[str] | None, typer.Argument(help="Layouts, such as se/demand; all without any.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
) -> None:
    """Name what in a layout will not print well or fast, with file and line."""
    raise typer.Exit(operate.lint(layouts or (), as_json))


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    be_thrifty()
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:
            code = operate.report_stop()
    except typer.Abort:
        code = operate.report_stop()
    except TyperException as error:
        code = operate.report_usage(str(error))
    except Exception as error:
        code = operate.report_error(error)
    # At once: threads of gRPC and Arrow that still live would abort an orderly exit.
    leave(code if isinstance(code, int) else DONE)
