"""The summary for a terminal. Every text from data is made visible first and is never read as markup."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from counterfoil.tables.checks.registry import SEVERITIES, THEMES
from counterfoil.tables.report.chain import Chain, Part, chains
from counterfoil.tables.report.queries import severities
from counterfoil.tables.report.text import amounts, count, money, need, shortened, visible
from counterfoil.tables.result import CheckResult, Outcome

_MOST_CHAINS, _MOST_NEEDS, _MOST_REPORTS = 4, 8, 5
_STYLES = {"error": "bold red", "warning": "yellow", "info": "blue"}
_BAR = 34


class _Bar:
    """A bar of `_BAR` signs that begins and ends where its part of the chain does."""

    def __init__(self, part: Part) -> None:
        self.start = _signs(part.start)
        # What is not nothing is at least one sign.
        self.end = max(_signs(part.start + part.width), self.start + 1) if part.width else self.start

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        full, empty = ("#", ".") if options.ascii_only else ("█", "░")
        lead = min(self.start, _BAR - 1)
        length = min(self.end, _BAR) - lead if self.end > self.start else 0
        yield Segment(empty * lead, Style(dim=True))
        yield Segment(full * length, Style(color="green"))
        yield Segment(empty * (_BAR - lead - length), Style(dim=True))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(_BAR, _BAR)


def _signs(percent: Decimal) -> int:
    return int((percent * _BAR / 100).to_integral_value())


def summary(result: CheckResult, out: Path) -> RenderableType:
    """Everything a person wants to know first: the money that ties back, what was found, not run, rejected, and where the report is."""
    return Group(
        Text(f"Counterfoil {result.version}, as of {result.as_of}", "bold"),
        *_money(result),
        *_findings(result),
        *_not_run(result),
        *_read(result),
        Text(""),
        Text.assemble(("Report  ", "bold"), visible(str(out / "report.html")), style=Style(), no_wrap=False, overflow="fold"),
    )


def _money(result: CheckResult) -> Iterator[RenderableType]:
    found = chains(result.chain)
    if not found:
        yield _heading("Money")
        yield Text("No invoice lines were read, so there is no invoiced money to follow.")
    for chain in found[:_MOST_CHAINS]:
        yield _heading(f"{chain.tied} of {money(chain.invoiced.amount, chain.currency)} invoiced ties all the way back")
        yield _chain(chain)
    if len(found) > _MOST_CHAINS:
        yield Text(f"… and {count(len(found) - _MOST_CHAINS, 'more currency', 'more currencies')} in the report")


def _chain(chain: Chain) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(width=_BAR)
    for _ in range(3):
        table.add_column(justify="right", no_wrap=True)
    for step in chain.steps:
        for part in step.parts:
            if part.amount or part.hop not in ("stock", "exempt"):
                table.add_row(
                    part.label, _Bar(part), money(part.amount, chain.currency), part.share, Text(count(part.lines, "line"), "dim")
                )
    return table


def _findings(result: CheckResult) -> Iterator[RenderableType]:
    by_rule = severities(result.database)
    ran = [outcome for outcome in result.outcomes if outcome.status == "run"]
    speaking = [outcome for outcome in ran if outcome.findings or outcome.not_judged]
    total = sum(outcome.findings for outcome in ran)
    yield _heading(f"{count(total, 'finding')} by {count(len(ran), 'rule')}")
    if speaking:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim", padding=(0, 1))
        table.add_column("rule", overflow="fold")
        table.add_column("severity")
        for name in ("findings", "at risk", "not judged"):
            table.add_column(name, justify="right")
        for theme in THEMES:
            _add_theme(table, theme, [outcome for outcome in speaking if outcome.rule.theme == theme], by_rule)
        yield table
    if at_risk := amounts(result.at_risk, most=_MOST_CHAINS):
        yield Text("At risk in errors and warnings, each document line once: " + ", ".join(at_risk))
    if exempt := sum(outcome.exempt for outcome in ran):
        yield Text(f"Left out as exempt by the policy: {count(exempt, 'candidate')}", "dim")
    if silent := len(ran) - len(speaking):
        yield Text(f"{count(silent, 'rule')} found nothing.", "dim")


def _add_theme(table: Table, theme: str, outcomes: list[Outcome], by_rule: dict[str, dict[str, int]]) -> None:
    if not outcomes:
        return
    table.add_row(Text(theme, "bold"))
    for outcome in outcomes:
        found = [word for letter, word in SEVERITIES.items() if letter in by_rule.get(outcome.rule.name, {})]
        words = Text(", ").join(Text(word, _STYLES[word]) for word in found)
        not_judged = f"{outcome.not_judged:,}" if outcome.not_judged else ""
        at_risk = "\n".join(amounts(dict(outcome.amounts)))
        table.add_row(Text("  " + outcome.rule.name), words, f"{outcome.findings:,}", Text(at_risk), not_judged)


def _not_run(result: CheckResult) -> Iterator[RenderableType]:
    """Rules that lack the same things stand on one line."""
    lacking: dict[tuple[str, ...], list[str]] = {}
    for outcome in result.outcomes:
        if outcome.status != "run":
            lacking.setdefault(outcome.needs, []).append(outcome.rule.name)
    if not lacking:
        return
    yield _heading(f"{count(sum(map(len, lacking.values())), 'rule')} not run")
    yield _pairs(
        ("needs " + ", ".join(need(name) for name in needs), ", ".join(names))
        for needs, names in sorted(lacking.items(), key=lambda item: -len(item[1]))[:_MOST_NEEDS]
    )
    if len(lacking) > _MOST_NEEDS:
        left = sum(len(names) for _, names in sorted(lacking.items(), key=lambda item: -len(item[1]))[_MOST_NEEDS:])
        yield Text(f"… and {count(left, 'more rule')} in the report", "dim")


def _read(result: CheckResult) -> Iterator[RenderableType]:
    tables = result.landing.tables.values()
    yield _heading(f"{count(sum(table.read for table in tables), 'row')} read from {count(len(tables), 'table')}")
    bad = [(table.name, count(table.rejected, "row") + " rejected") for table in tables if table.rejected]
    if bad:
        yield _pairs(bad)
        yield Text("Each rejected row stands in rejected.csv with its line, value and reason.", "dim")
    else:
        yield Text("No row was rejected.")
    reports = result.landing.reports
    for report in reports[:_MOST_REPORTS]:
        where = ".".join(filter(None, (report.table, report.column)))
        value = f" {shortened(visible(report.value), 40)}" if report.value else ""
        yield Text(f"{visible(where)}{value}: {shortened(visible(report.reason))} ({count(report.count, 'row')})")
    if len(reports) > _MOST_REPORTS:
        yield Text(f"… and {len(reports) - _MOST_REPORTS} more in the report", "dim")


def _heading(text: str) -> Text:
    return Text("\n" + text, "bold")


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(ratio=2)
    table.add_column(ratio=3)
    for left, right in rows:
        table.add_row(Text(visible(left)), Text(visible(right), "dim"))
    return table
