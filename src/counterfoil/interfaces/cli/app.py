"""The commands and their arguments. What takes long to import is imported by the command that needs it, so that --help is quick."""

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from counterfoil import __version__
from counterfoil.interfaces.cli.stopping import stoppable

app = typer.Typer(
    name="counterfoil",
    help="Follow each unit of money from the need to the payment, and back.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class Severity(StrEnum):
    """What --fail-on takes."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Format(StrEnum):
    """What is printed to standard output."""

    TEXT = "text"
    JSON = "json"


class EngineName(StrEnum):
    """Where facts and rules are computed."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"
    SPARK = "spark"


class FileFormat(StrEnum):
    """What tables are written as."""

    CSV = "csv"
    PARQUET = "parquet"


Exports = Annotated[
    Path, typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="The exchange tables, or exports and a mapping.toml.")
]
"""The folder that a command reads."""

Policy = Annotated[
    Path | None, typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Tolerances, thresholds, exemptions (policy.toml).")
]
Figures = Annotated[Format, typer.Option("--format", case_sensitive=False, help="Print a summary to read, or all figures as JSON.")]


def main() -> None:
    """The console command `counterfoil`. Ends the process with the exit code of the command."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign gets its escape, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app()


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"counterfoil {__version__}")
        raise typer.Exit


@app.callback()
def counterfoil(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    """Follow each unit of money from the need to the payment, and back."""


@app.command()
def check(
    folder: Exports,
    policy: Policy = None,
    out: Annotated[Path, typer.Option(metavar="DIR", file_okay=False, help="Where the files go.")] = Path("counterfoil-out"),
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", metavar="DATE", formats=["%Y-%m-%d"], help="The day to age by, YYYY-MM-DD.", show_default="newest fact"),
    ] = None,
    rule: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Run this rule alone; repeat for more.")] = None,
    site: Annotated[list[str] | None, typer.Option(metavar="ID", help="Findings and chain of this site alone; repeat for more.")] = None,
    category: Annotated[
        list[str] | None, typer.Option(metavar="C", help="Findings and chain of this category alone; repeat for more.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 where a row was rejected.")] = False,
    fail_on: Annotated[
        Severity | None, typer.Option("--fail-on", case_sensitive=False, help="Exit 1 where a finding is at least this severe.")
    ] = None,
    history: Annotated[Path | None, typer.Option(metavar="DIR", file_okay=False, help="Add the run to the history there.")] = None,
    engine: Annotated[
        EngineName,
        typer.Option(case_sensitive=False, help="Where it is computed; postgres: DATABASE_URL, else the server that comes along."),
    ] = EngineName.DUCKDB,
    spark_master: Annotated[
        str | None, typer.Option("--spark-master", metavar="URL", help="Such as spark://host:7077.", show_default="local[*]")
    ] = None,
    spark_folder: Annotated[
        Path | None,
        typer.Option("--spark-folder", metavar="DIR", exists=True, file_okay=False, help="A folder that all machines of the cluster see."),
    ] = None,
    partition_by: Annotated[
        list[str] | None,
        typer.Option("--partition-by", metavar="COLUMN", help="findings.parquet as a folder by this column; repeat for more."),
    ] = None,
    output_format: Annotated[
        Format, typer.Option("--format", case_sensitive=False, help="Print a summary to read, or summary.json.")
    ] = Format.TEXT,
) -> None:
    """Check a folder: what ties back, what does not, what it is worth, why, and who can mend it.

    Writes findings.parquet, findings.csv, summary.json, rejected.csv and report.html.

    Exit codes: 0 ran, 1 --fail-on met, 2 unusable input or arguments, 3 --strict and something rejected.
    """
    with stoppable():
        from counterfoil.interfaces.cli.check import Request, run  # ibis and duckdb take half a second

        request = Request(
            folder=folder,
            policy=policy,
            out=out,
            as_of=as_of.date() if as_of else None,
            rules=tuple(rule or ()),
            sites=tuple(site or ()),
            categories=tuple(category or ()),
            strict=strict,
            fail_on=fail_on.value if fail_on else None,
            history=history,
            engine=engine.value,
            spark_master=spark_master,
            spark_folder=spark_folder,
            partition_by=tuple(dict.fromkeys(partition_by or ())),
            as_json=output_format is Format.JSON,
        )
        raise typer.Exit(run(request))


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="OUT_BEFORE", exists=True, file_okay=False, help="What an earlier check wrote.")],
    after: Annotated[Path, typer.Argument(metavar="OUT_AFTER", exists=True, file_okay=False, help="What a later check wrote.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", file_okay=False, help="Write every change there, and a page.")] = None,
    output_format: Annotated[
        Format, typer.Option("--format", case_sensitive=False, help="Print a summary to read, or all of it as JSON.")
    ] = Format.TEXT,
) -> None:
    """Compare two checks: which findings came, went and stayed, what they are worth, and whether chance alone would do that.

    Exit codes: 0 compared, 2 unusable input or arguments.
    """
    with stoppable():
        from counterfoil.interfaces.cli.compare import Request, run

        raise typer.Exit(run(Request(before=before, after=after, out=out, as_json=output_format is Format.JSON)))


@app.command()
def backtest(
    folder: Exports,
    gate: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Ask this gate alone; repeat for more.")] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", metavar="D", formats=["%Y-%m-%d"], help="Documents from this day on, YYYY-MM-DD.")
    ] = None,
    last: Annotated[datetime | None, typer.Option("--to", metavar="D", formats=["%Y-%m-%d"], help="Documents up to this day.")] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Exemptions, and what the gates are asked about.")
    ] = None,
    site: Annotated[list[str] | None, typer.Option(metavar="ID", help="Documents of this site alone; repeat for more.")] = None,
    category: Annotated[list[str] | None, typer.Option(metavar="C", help="Documents of this category alone; repeat for more.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", file_okay=False, help="Write every stop there, and a page.")] = None,
    output_format: Figures = Format.TEXT,
) -> None:
    """Say what a gate would have stopped, by what was known at the moment of each document, and which of it was cured later.

    Exit codes: 0 told, 2 unusable input or arguments.
    """
    with stoppable():
        from counterfoil.interfaces.cli.backtest import Request, run

        request = Request(
            folder=folder,
            gates=tuple(gate or ()),
            first=first.date() if first else None,
            last=last.date() if last else None,
            policy=policy,
            sites=tuple(site or ()),
            categories=tuple(category or ()),
            out=out,
            as_json=output_format is Format.JSON,
        )
        raise typer.Exit(run(request))


@app.command()
def propose(
    folder: Exports,
    policy: Annotated[Path | None, typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Whom linking leaves out.")] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", file_okay=False, help="Where the files go.")] = Path("counterfoil-links"),
    site: Annotated[list[str] | None, typer.Option(metavar="ID", help="Lines of this site alone; repeat for more.")] = None,
    threshold: Annotated[float, typer.Option(metavar="P", min=0.5, max=1, help="The probability from which on one is accepted.")] = 0.9,
    model: Annotated[
        Path | None, typer.Option(metavar="FILE", exists=True, dir_okay=False, help="The model.json of an earlier run; learns nothing.")
    ] = None,
    accept: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="An edited proposals.csv: write the tables with its links into DIR."
        ),
    ] = None,
    output_format: Figures = Format.TEXT,
) -> None:
    """Propose links for invoice lines and receipts without order and order lines without work, with evidence and a probability.

    Writes proposals.csv, which is there to be edited, proposals.html, proposals.json and model.json.

    Exit codes: 0 proposed or written, 2 unusable input or arguments.
    """
    with stoppable():
        from counterfoil.interfaces.cli.propose import Request, run

        request = Request(
            folder=folder,
            policy=policy,
            out=out,
            sites=tuple(site or ()),
            threshold=threshold,
            model=model,
            accept=accept,
            as_json=output_format is Format.JSON,
        )
        raise typer.Exit(run(request))


@app.command()
def brief(
    folder: Exports,
    site: Annotated[list[str] | None, typer.Option(metavar="ID", help="Of this site alone; repeat for more.")] = None,
    category: Annotated[list[str] | None, typer.Option(metavar="C", help="Of this category alone; repeat for more.")] = None,
    policy: Policy = None,
    out: Annotated[Path, typer.Option(metavar="DIR", file_okay=False, help="Where the files go.")] = Path("counterfoil-brief"),
    previous: Annotated[
        Path | None, typer.Option(metavar="DIR", exists=True, help="The last brief: its decisions are carried over, its figures compared.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", metavar="DATE", formats=["%Y-%m-%d"], help="The day of the brief, YYYY-MM-DD.", show_default="newest fact"),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write brief.pdf and deck.pdf as well.")] = False,
    output_format: Figures = Format.TEXT,
) -> None:
    """Write the review pack for operations, procurement and finance: brief.html, deck.html, decisions.csv, brief.json.

    Exit codes: 0 written, 2 unusable input or arguments.
    """
    with stoppable():
        from counterfoil.interfaces.cli.brief import Request, run

        request = Request(
            folder=folder,
            policy=policy,
            out=out,
            previous=previous,
            as_of=as_of.date() if as_of else None,
            sites=tuple(site or ()),
            categories=tuple(category or ()),
            pdf=pdf,
            as_json=output_format is Format.JSON,
        )
        raise typer.Exit(run(request))


@app.command()
def history(
    folder: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="What `check --history` was given.")],
    output_format: Annotated[
        Format, typer.Option("--format", case_sensitive=False, help="Print a summary to read, or all of it as JSON.")
    ] = Format.TEXT,
) -> None:
    """Say how the measures moved over the runs of a history and over the months of the newest, and whether chance alone would do that.

    Exit codes: 0 told, 2 unusable input or arguments.
    """
    with stoppable():
        from counterfoil.interfaces.cli.history import run

        raise typer.Exit(run(folder, as_json=output_format is Format.JSON))


@app.command()
def seed(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", file_okay=False, help="A new or empty folder, or a plant made before.")],
    orders: Annotated[int, typer.Option(metavar="N", help="How many purchase orders, 1,000 at least.")] = 1000,
    number: Annotated[int, typer.Option("--seed", metavar="N", min=0, max=2**31 - 1, help="Another number, another plant.")] = 1,
    file_format: Annotated[
        FileFormat, typer.Option("--format", case_sensitive=False, help="What the tables are written as.")
    ] = FileFormat.CSV,
) -> None:
    """Make up a plant: exchange tables, a policy that fits them, and the list of what is planted in them.

    Faults and near misses of every rule are planted by changing facts. The same arguments give the same files.

    Exit codes: 0 made, 2 unusable arguments or folder.
    """
    with stoppable():
        from counterfoil.interfaces.cli.seed import Request, run  # duckdb takes a while

        raise typer.Exit(run(Request(folder=folder, orders=orders, seed=number, form=file_format.value)))


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="An export: CSV, XLSX or Parquet files.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take the proposal and say what is doubtful.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a mapping.toml that is there.")] = False,
    output_format: Annotated[Format, typer.Option("--format", case_sensitive=False, help="Print text to read, or JSON.")] = Format.TEXT,
) -> None:
    """Look at an unknown export and propose its mapping.toml, with a reason for each line; then try it.

    Asks about what is doubtful where it runs in a terminal. A mapping.toml that is there already is kept: the proposal then goes to
    mapping.proposed.toml.

    Exit codes: 0 proposed, 2 nothing in the folder can be used.
    """
    with stoppable():
        from counterfoil.interfaces.cli.asking import asker_on
        from counterfoil.interfaces.cli.init import InitRequest, run

        asked = not yes and output_format is Format.TEXT and sys.stdin.isatty() and sys.stdout.isatty()
        request = InitRequest(folder, force=force, as_json=output_format is Format.JSON)
        raise typer.Exit(run(request, asker_on() if asked else None))


db = typer.Typer(
    help="The PostgreSQL server that comes along: start it, stop it, say how it is and how to reach it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(db, name="db")


@db.command("start")
def db_start() -> None:
    """Start the server, which then runs until it is stopped; make it where it was never started. Nothing to do where it runs.

    All that it has lies in the folder COUNTERFOIL_HOME, without that in ~/.local/share/counterfoil, for root in /var/lib/counterfoil.

    Exit codes: 0 it runs, 2 it cannot be started.
    """
    with stoppable():
        from counterfoil.interfaces.cli.db import start

        raise typer.Exit(start())


@db.command("stop")
def db_stop() -> None:
    """Stop the server. Open connections are cut, what they committed is kept. Nothing to do where it does not run.

    Exit codes: 0 it does not run, 2 it cannot be stopped.
    """
    with stoppable():
        from counterfoil.interfaces.cli.db import stop

        raise typer.Exit(stop())


@db.command("status")
def db_status(
    output_format: Annotated[Format, typer.Option("--format", case_sensitive=False, help="Print text to read, or JSON.")] = Format.TEXT,
) -> None:
    """Say whether the server runs, since when, at which port, and where its data lies. Starts nothing, and shows no password.

    Exit codes: 0 told, 2 its folder cannot be read.
    """
    with stoppable():
        from counterfoil.interfaces.cli.db import status

        raise typer.Exit(status(as_json=output_format is Format.JSON))


@db.command("url")
def db_url() -> None:
    """Print the address of the database, and nothing else; start the server if it does not run.

    The address holds the password: whoever sees it can read and change everything.

    Exit codes: 0 printed, 2 the server cannot be started.
    """
    with stoppable():
        from counterfoil.interfaces.cli.db import url

        raise typer.Exit(url())
