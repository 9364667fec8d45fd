"""`counterfoil check`: read, judge, write, say."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from counterfoil.interfaces.cli.answering import answer, refuse_unknown
from counterfoil.interfaces.cli.speaking import FOUND, RAN, REJECTED, on_terminal, progress_bar
from counterfoil.interfaces.cli.terminal import summary
from counterfoil.tables.check import open_check
from counterfoil.tables.checks import RULES
from counterfoil.tables.checks.registry import SEVERITIES
from counterfoil.tables.engines.opening import LOCAL, engine_named
from counterfoil.tables.landing import Unusable
from counterfoil.tables.output import PARTITION_COLUMNS, output_folder, rejected, summary_json, write_outputs
from counterfoil.tables.policy import load_policy
from counterfoil.tables.result import CheckResult
from counterfoil.tables.runs.history_files import adding_to


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. `fail_on`: "error", "warning" or "info"; empty sequences ask for everything. `history`: where the run is
    taken down; None = nowhere. `spark_master`, `spark_folder`: None = as Spark comes; `partition_by`: of PARTITION_COLUMNS."""

    folder: Path
    policy: Path | None
    out: Path
    as_of: date | None
    rules: tuple[str, ...]
    sites: tuple[str, ...]
    categories: tuple[str, ...]
    strict: bool
    fail_on: str | None
    history: Path | None
    engine: str
    spark_master: str | None
    spark_folder: Path | None
    partition_by: tuple[str, ...]
    as_json: bool


def run(request: Request) -> int:
    """Run the check, write its files and print the summary. Returns the exit code; problems that a person can mend go to standard error,
    one sentence each.

    Raises:
        typer.BadParameter: a rule or column that does not exist; a setting of Spark for another engine.
    """
    refuse_unknown("rule", request.rules, [rule.name for rule in RULES])
    refuse_unknown("column", request.partition_by, PARTITION_COLUMNS)
    if request.engine != "spark" and (request.spark_master or request.spark_folder):
        raise typer.BadParameter("--spark-master and --spark-folder go with --engine spark.")
    return answer("The run", lambda: _check(request))


def _check(request: Request) -> tuple[str, int]:
    """The text to print and the exit code. The files are in place when this returns."""
    if request.history and (request.rules or request.sites or request.categories):
        raise Unusable("A history is made of whole runs: leave out --rule, --site and --category, or --history.")
    policy = load_policy(request.policy, frozenset(rule.name for rule in RULES))
    with (
        adding_to(request.history) as history,
        output_folder(request.out) as space,
        progress_bar() as progress,
        open_check(
            request.folder,
            policy=policy,
            as_of=request.as_of,
            rules=request.rules,
            sites=request.sites,
            categories=request.categories,
            progress=progress,
            measured=history is not None,
            engine=engine_named(request.engine, spark_master=request.spark_master or LOCAL, spark_folder=request.spark_folder),
        ) as result,
    ):
        write_outputs(result, space, progress, request.partition_by)
        if history is not None:
            history.take(result)
        text = summary_json(result) if request.as_json else _on_terminal(result, request.out)
        code = _exit_code(result, request)
    return text, code


def _exit_code(result: CheckResult, request: Request) -> int:
    if request.strict and rejected(result):
        return REJECTED
    if request.fail_on is None:
        return RAN
    letters = list(SEVERITIES)
    asked = letters[: list(SEVERITIES.values()).index(request.fail_on) + 1]
    return FOUND if any(result.count(letter) for letter in asked) else RAN


def _on_terminal(result: CheckResult, out: Path) -> str:
    return on_terminal(lambda width: summary(result, out, width))
