"""`counterfoil backtest`: what gates would have stopped."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from counterfoil.interfaces.cli.answering import answer, refuse_unknown
from counterfoil.interfaces.cli.speaking import RAN, on_terminal, progress_bar
from counterfoil.tables.backtest.files import FILES, backtest_json, write_backtest
from counterfoil.tables.backtest.gates import GATES
from counterfoil.tables.backtest.run import Backtest, Outcome, open_backtest
from counterfoil.tables.checks import RULES
from counterfoil.tables.output import output_folder
from counterfoil.tables.policy import load_policy
from counterfoil.tables.text import count, money, need, share, some_currencies, visible


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; empty sequences ask for everything. `first`, `last`: days. `out`: where the files go; None = no files."""

    folder: Path
    gates: tuple[str, ...]
    first: date | None
    last: date | None
    policy: Path | None
    sites: tuple[str, ...]
    categories: tuple[str, ...]
    out: Path | None
    as_json: bool


def run(request: Request) -> int:
    """Back-test and print what would have been stopped. Returns the exit code; problems that a person can mend go to standard error, one
    sentence each.

    Raises:
        typer.BadParameter: a gate that does not exist.
    """
    refuse_unknown("gate", request.gates, [gate.name for gate in GATES])
    return answer("The run", lambda: (_backtest(request), RAN))


def _backtest(request: Request) -> str:
    policy = load_policy(request.policy, frozenset(rule.name for rule in RULES))
    with (
        output_folder(request.out, FILES) if request.out else nullcontext() as space,
        progress_bar() as progress,
        open_backtest(
            request.folder,
            policy=policy,
            gates=request.gates,
            first=request.first,
            last=request.last,
            sites=request.sites,
            categories=request.categories,
            progress=progress,
        ) as backtest,
    ):
        if space is not None:
            write_backtest(backtest, space)
        return backtest_json(backtest) if request.as_json else on_terminal(lambda width: _summary(backtest, request.out))


# ---- the summary ------------------------------------------------------------------------------------------------------------------------


def _summary(backtest: Backtest, out: Path | None) -> RenderableType:
    asked = [outcome for outcome in backtest.outcomes if not outcome.needs]
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("gate", "asked", "stopped", "cured later", "false stops", "median days", "stopped, and of it cured"):
        table.add_column(name, justify="left" if name == "gate" else "right", no_wrap=name == "gate")
    for outcome in asked:
        table.add_row(*map(Text, _cells(outcome)))
    lacking = [outcome for outcome in backtest.outcomes if outcome.needs]
    return Group(
        Text("Counterfoil back-test: what each gate would have stopped, by what was known then", "bold"),
        *([table] if asked else []),
        *(Text(f"{o.gate.name} was not asked: needs {' and '.join(map(need, o.needs))}", "yellow") for o in lacking),
        *(Text(line, "dim") for line in map(_apart, asked) if line),
        *([Text(_undated(backtest), "dim")] if backtest.undated else []),
        *([Text(""), Text.assemble(("Page  ", "bold"), visible(str(out / "backtest.html")), overflow="fold")] if out else []),
    )


def _cells(outcome: Outcome) -> list[str]:
    figures = outcome.figures
    values = [(currency, value) for currency, value in figures.values.items() if value.stopped]
    return [
        outcome.gate.name,
        f"{figures.asked:,}",
        f"{figures.stopped:,}",
        f"{figures.cured:,}",
        share(Decimal(figures.cured), Decimal(figures.stopped)),
        "" if figures.median_days is None else str(figures.median_days),
        "\n".join(
            some_currencies([f"{money(value.stopped, currency)}, {share(value.cured, value.stopped)}" for currency, value in values], 3)
        ),
    ]


def _apart(outcome: Outcome) -> str:
    numbers = (("not judged", outcome.not_judged), ("exempt", outcome.exempt), ("let through by the policy", outcome.let_through))
    told = ", ".join(f"{number:,} {what}" for what, number in numbers if number)
    return f"{outcome.gate.name}: besides, {told}" if told else ""


def _undated(backtest: Backtest) -> str:
    rows = ", ".join(f"{count(number, 'row')} of {table}" for table, number in backtest.undated.items())
    return f"Without a date of creation, so taken as known from the start: {rows}"
