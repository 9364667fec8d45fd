"""backtest.html: what the page of a back-test shows, as texts and lists of bounded length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from counterfoil.rules.money import plain
from counterfoil.tables.backtest.run import DIMENSIONS, Backtest, Figures, Outcome
from counterfoil.tables.report.charts import drawing, stacked_bars
from counterfoil.tables.report.page import render_page
from counterfoil.tables.text import count, money, need, share, shortened, some_currencies

MOST_MONTHS, MOST_ROWS, MOST_CURRENCIES = 36, 12, 3
NEVER, CURED = "never cured", "cured later"
_COLOURS = ((NEVER, "var(--info-bar)"), (CURED, "var(--warning-bar)"))
_WAITS = (("same day", 0), ("1–7 days", 7), ("8–30", 30), ("31–90", 90), ("> 90", None))
"""How cures are gathered for the picture: up to so many days."""


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of a gate, ready to read."""

    label: str
    asked: int
    stopped: int
    cured: int
    share: str
    values: list[str]
    cured_values: list[str]


@dataclass(frozen=True, slots=True)
class Panel:
    """The stops by one dimension, most first, and how many more there are."""

    name: str
    rows: list[Row]
    left: int


@dataclass(frozen=True, slots=True)
class View:
    """One gate that was asked."""

    outcome: Outcome
    whole: Row
    median: str
    apart: str
    months: Markup
    waits: Markup
    panels: list[Panel]


def render_backtest(backtest: Backtest) -> str:
    """The page as HTML. Its length is bounded however many documents, sites and suppliers there are."""
    asked = [outcome for outcome in backtest.outcomes if not outcome.needs]
    return render_page(
        "backtest.html",
        backtest=backtest,
        views=[_view(outcome) for outcome in asked],
        lacking=[(outcome.gate.name, " and ".join(map(need, outcome.needs))) for outcome in backtest.outcomes if outcome.needs],
        undated=", ".join(f"{count(number, 'row')} of {table}" for table, number in backtest.undated.items()),
        narrowed=", ".join(_narrowed(name, value) for name, value in backtest.narrowing.items()),
        scopes=[
            (
                name,
                "" if scope.from_amount is None else plain(scope.from_amount),
                shortened(", ".join(sorted(scope.sites))),
                shortened(", ".join(sorted(scope.categories))),
            )
            for name, scope in backtest.policy.gates.items()
        ],
    )


def _narrowed(name: str, value: object) -> str:
    return shortened(f"{name} {', '.join(map(str, value)) if isinstance(value, list) else value}", 90)


def _view(outcome: Outcome) -> View:
    figures = outcome.figures
    numbers = (("not judged", outcome.not_judged), ("exempt", outcome.exempt), ("let through by the policy", outcome.let_through))
    return View(
        outcome=outcome,
        whole=_row(outcome.gate.name, figures),
        median="" if figures.median_days is None else f"half of them within {count(figures.median_days, 'day')}",
        apart=", ".join(f"{number:,} {what}" for what, number in numbers if number),
        months=_months(outcome),
        waits=_waits(outcome),
        panels=[_panel(name, outcome.by[name]) for name in DIMENSIONS if name != "month" and _tells(outcome.by[name])],
    )


def _tells(by: Mapping[str, Figures]) -> bool:
    """Something was stopped of which it is known where it belongs."""
    return any(key and figures.stopped for key, figures in by.items())


def _panel(name: str, by: Mapping[str, Figures]) -> Panel:
    found = [(key, figures) for key, figures in by.items() if figures.stopped]
    rows = [_row(shortened(key, 60) or f"(no {name})", figures) for key, figures in found[:MOST_ROWS]]
    return Panel(name, rows, len(found) - len(rows))


def _row(label: str, figures: Figures) -> Row:
    values = [(currency, value) for currency, value in figures.values.items() if value.stopped]
    stopped = [money(value.stopped, currency) for currency, value in values]
    cured = [f"{money(value.cured, currency)}, {share(value.cured, value.stopped)}" for currency, value in values]
    return Row(
        label,
        figures.asked,
        figures.stopped,
        figures.cured,
        share(Decimal(figures.cured), Decimal(figures.stopped)),
        some_currencies(stopped, MOST_CURRENCIES),
        some_currencies(cured, MOST_CURRENCIES),
    )


# ---- pictures ---------------------------------------------------------------------------------------------------------------------------


def _months(outcome: Outcome) -> Markup:
    """The stops month by month, those that were never cured and those that were; empty where there is none."""
    by = {month: figures for month, figures in outcome.by["month"].items() if month and figures.asked}
    months = _every_month(min(by), max(by)) if outcome.figures.stopped else []
    bars: list[dict[str, object]] = []
    for month in months:
        figures = by.get(month, Figures())
        bars += [
            {"at": month, "series": series, "value": number}
            for series, number in ((NEVER, figures.stopped - figures.cured), (CURED, figures.cured))
        ]
    if not bars:
        return Markup()
    told = f"{outcome.figures.stopped - outcome.figures.cured:,} {NEVER}, {outcome.figures.cured:,} {CURED}"
    label = f"What {outcome.gate.name} would have stopped by month, {months[0]} to {months[-1]}: {told} in all"
    return drawing(label, lambda width: stacked_bars(bars, _COLOURS, width, "stops", 120), wide=560)


def _every_month(first: str, last: str) -> Sequence[str]:
    """Every month from one to the other, those without a document too; the last of them where there are many."""
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(max(start, end - MOST_MONTHS + 1), end + 1)]


def _waits(outcome: Outcome) -> Markup:
    """How many days it took until what was missing came; empty where it never did."""
    days, least = outcome.figures.days, -1
    bars: list[dict[str, object]] = []
    for label, most in _WAITS:
        number = sum(many for taken, many in days.items() if least < taken and (most is None or taken <= most))
        bars.append({"at": label, "series": CURED, "value": number})
        least = -1 if most is None else most
    if not days:
        return Markup()
    told = ", ".join(f"{bar['at']} {bar['value']}" for bar in bars)
    return drawing(f"Days until what was missing came, {outcome.gate.name}: {told}", lambda width: _bars(bars, width), wide=560)


def _bars(bars: Sequence[dict[str, object]], width: int) -> object:
    return stacked_bars(bars, _COLOURS[1:], width, "stops", 120)
