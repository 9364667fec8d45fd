"""The summary for a terminal. Every text from data is made visible first and is never read as markup."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from counterfoil.tables.checks.registry import SEVERITIES, THEMES
from counterfoil.tables.report.chain import Chain, Part, chains
from counterfoil.tables.report.queries import severities
from counterfoil.tables.result import CheckResult, Outcome
from counterfoil.tables.text import amounts, count, figure, money, need, shortened, visible

_MOST_CHAINS, _MOST_NEEDS, _MOST_REPORTS = 4, 8, 5
_STYLES = {"error": "bold red", "warning": "yellow", "info": "blue"}
_WIDE = 100
_BAR, _SHORT_BAR = 34, 22


class _Bar:
    """A bar of `length` signs, full from where its part of the chain begins to where it ends."""

    def __init__(self, part: Part, length: int) -> None:
        self.length = length
        start = min(self._signs(part.start), length - 1)
        # What is not nothing is at least one sign.
        end = max(self._signs(part.start + part.width), start + 1) if part.width else start
        self.empty, self.full = start, end - start

    def _signs(self, percent: Decimal) -> int:
        return int((percent * self.length / 100).to_integral_value())

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        full, empty = ("#", ".") if options.ascii_only else ("█", "░")
        yield Segment(empty * self.empty, Style(dim=True))
        yield Segment(full * self.full, Style(color="green"))
        yield Segment(empty * (self.length - self.empty - self.full), Style(dim=True))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(self.length, self.length)


def summary(result: CheckResult, out: Path, width: int) -> RenderableType:
    """Everything a person wants to know first: the money that ties back, what was found, not run, rejected, and where the report is.
    `width`: of the terminal, in signs."""
    return Group(
        Text(f"Counterfoil {result.version}, as of {result.as_of}", "bold"),
        *_money(result, width),
        *_findings(result, width),
        *_not_run(result),
        *_read(result),
        Text(""),
        Text.assemble(("Report  ", "bold"), visible(str(out / "report.html")), overflow="fold"),
    )


def _money(result: CheckResult, width: int) -> Iterator[RenderableType]:
    found = chains(result.chain)
    if not found:
        yield _heading("Money")
        yield Text("No invoice lines were read, so there is no invoiced money to follow.")
    for chain in found[:_MOST_CHAINS]:
        invoiced = money(chain.invoiced.amount, chain.currency)
        tied = f"{chain.tied} of {invoiced} invoiced ties all the way back"
        yield _heading(
            tied if chain.tied else f"{invoiced} invoiced: credits outweigh what they belong to, so there is no share that ties back"
        )
        yield _chain(chain, _BAR if width >= _WIDE else _SHORT_BAR)
    if len(found) > _MOST_CHAINS:
        yield Text(f"… and {count(len(found) - _MOST_CHAINS, 'more currency', 'more currencies')} in the report")


def _chain(chain: Chain, bar: int) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(width=bar)
    for _ in range(3):
        table.add_column(justify="right", no_wrap=True)
    for step in chain.steps:
        for part in step.parts:
            if part.amount or part.hop not in ("stock", "exempt"):
                table.add_row(
                    part.label, _Bar(part, bar), money(part.amount, chain.currency), part.share, Text(count(part.lines, "line"), "dim")
                )
    return table


def _findings(result: CheckResult, width: int) -> Iterator[RenderableType]:
    ran = [outcome for outcome in result.outcomes if outcome.status == "run"]
    speaking = [outcome for outcome in ran if outcome.findings or outcome.not_judged]
    yield _heading(f"{count(sum(outcome.findings for outcome in ran), 'finding')} by {count(len(ran), 'rule')}")
    if speaking:
        yield _rules(result, speaking, _shown_currencies(result, speaking, most=1 if width < _WIDE else 2))
    if at_risk := amounts(result.at_risk, most=_MOST_CHAINS):
        yield Text("At risk in errors and warnings, each document line once: " + ", ".join(at_risk))
    if exempt := sum(outcome.exempt for outcome in ran):
        yield Text(f"Left out as exempt by the policy: {count(exempt, 'candidate')}", "dim")
    if silent := len(ran) - len(speaking):
        yield Text(f"{count(silent, 'rule')} found nothing.", "dim")


def _shown_currencies(result: CheckResult, outcomes: list[Outcome], most: int) -> list[str]:
    """The currencies that have a column: those with most invoice lines, then those that most rules speak about."""
    known = {chain.currency: place for place, chain in enumerate(chains(result.chain))}
    spoken = Counter(currency for outcome in outcomes for currency, amount in dict(outcome.amounts).items() if amount)
    return sorted(spoken, key=lambda currency: (not currency, known.get(currency, len(known)), -spoken[currency], currency))[:most]


def _rules(result: CheckResult, outcomes: list[Outcome], currencies: list[str]) -> Table:
    """One line a rule, grouped by theme, with a column for each of these currencies."""
    by_rule = severities(result.database)
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("rule", no_wrap=True)
    table.add_column("severity", min_width=7)
    table.add_column("findings", justify="right")
    for currency in currencies:
        table.add_column(f"at risk, {shortened(visible(currency), 12) or 'no currency'}", justify="right", min_width=12)
    with_others = any(_others(outcome, currencies) for outcome in outcomes)
    if with_others:
        table.add_column("other", justify="right")
    table.add_column("not judged", justify="right", min_width=6)
    for theme in THEMES:
        mine = [outcome for outcome in outcomes if outcome.rule.theme == theme]
        if mine:
            table.add_row(Text(theme, "bold"))
        for outcome in mine:
            table.add_row(*_rule_cells(outcome, currencies, by_rule.get(outcome.rule.name, {}), with_others=with_others))
    return table


def _rule_cells(outcome: Outcome, currencies: list[str], found: dict[str, int], *, with_others: bool) -> Iterator[Text]:
    sums = dict(outcome.amounts)
    yield Text("  " + outcome.rule.name)
    yield Text(", ").join(Text(word, _STYLES[word]) for letter, word in SEVERITIES.items() if letter in found)
    yield Text(f"{outcome.findings:,}")
    for currency in currencies:
        yield Text(figure(sums[currency], currency) if sums.get(currency) else "")
    if with_others:
        others = _others(outcome, currencies)
        yield Text(f"+ {others}" if others else "", "dim")
    yield Text(f"{outcome.not_judged:,}" if outcome.not_judged else "")


def _others(outcome: Outcome, currencies: list[str]) -> int:
    """How many currencies with something at risk have no column."""
    return sum(1 for currency, amount in dict(outcome.amounts).items() if amount and currency not in currencies)


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
        where = (".".join if report.table else " ".join)(filter(None, (report.table or report.file, report.column)))
        value = f" {shortened(visible(report.value), 40)}" if report.value else ""
        rows = f" ({count(report.count, 'row')})" if report.count else ""
        yield Text(f"{visible(where)}{value}: {shortened(visible(report.reason))}{rows}")
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
