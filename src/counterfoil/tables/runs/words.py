"""What a difference is in words."""

from decimal import Decimal

from counterfoil.rules.chance import Method, Verdict
from counterfoil.tables.runs.compare import Change, Comparison, Moved
from counterfoil.tables.runs.history import Figure, Name, Trend, Unit, median
from counterfoil.tables.text import count, money, share, some_currencies

MOST_CURRENCIES = 12
"""Of which a total is told one by one."""


def at_risk_moved(comparison: Comparison) -> list[str]:
    """What is at risk before and after, such as 20.00 EUR → 35.50 EUR, by currency, the unknown one last; at most MOST_CURRENCIES and how
    many more."""
    known_first = sorted(comparison.at_risk.items(), key=lambda item: (not item[0], item[0]))
    shown = [f"{money(before, currency)} → {money(after, currency)}" for currency, (before, after) in known_first if before or after]
    return some_currencies(shown, MOST_CURRENCIES)


def amount_moved(found: Moved) -> str:
    """What a finding is or was worth; of one that changed before → after, or that it is as before. Empty where that is nothing."""
    if not (found.before or found.after):
        return ""
    before, after = money(found.before, found.currency_before), money(found.after, found.currency)
    if found.change != "changed":
        return before if found.after is None else after
    same = (found.before, found.currency_before) == (found.after, found.currency)
    return f"{after}, as before" if same else f"{before} → {after}"


def percent(before: int, after: int) -> str:
    """By how much a count changed, such as " (-70 %)"; empty where there was nothing before, or where nothing changed."""
    if not before or before == after:
        return ""
    return f" ({round((after - before) * 100 / before):+,} %)"


def in_words(verdict: Verdict) -> str:
    """Within chance or more than chance, with the probability."""
    shown = "p < 0.001" if verdict.p < 0.001 else f"p = {verdict.p:.2g}"
    return f"{'within chance' if verdict.within_chance else 'more than chance'} ({shown})"


def verdict_in_figures(verdict: Verdict | None) -> dict[str, object] | None:
    """A verdict for JSON. `p` with three significant digits: more would say more than is known."""
    if verdict is None:
        return None
    return {"method": verdict.method.value, "p": float(f"{verdict.p:.3g}"), "within_chance": verdict.within_chance}


def judged_how(change: Change) -> str:
    """Which documents were held against which, in a sentence."""
    found = change.documents
    if found is None or change.verdict is None:
        return ""
    before, after = found.both + found.went, found.both + found.came
    read = f"{before:,} of {found.read_before:,} documents had a finding before, {after:,} of {found.read_after:,} after"
    match change.verdict.method:
        case Method.PAIRED:
            return f"{read}; as many were read both times, so the {found.went:,} that went are held against the {found.came:,} that came."
        case Method.SHARED:
            return f"{read}; the shares are compared, the {found.both:,} in both runs taken out."
        case _:
            return f"{read}; the shares are compared."


def trend_label(name: Name) -> str:
    """What a measure is, in words."""
    of_money = f", {name.currency or 'no currency'}" if name.currency is not None else ""
    match name.measure:
        case "unlinked":
            need = "for work" if name.name == "work" else "of unstated need"
            return f"Unlinked {'order value' if of_money else 'order lines'} {need}{of_money}"
        case "untied":
            return f"{'Invoiced money' if of_money else 'Invoice lines'} not tied back{of_money}"
        case "at risk":
            return f"At risk, {name.name or 'all themes'}{of_money}"
        case "days":
            return f"Days, {name.name}"
        case _:
            return f"Findings, {name.name or 'all rules'}"


def told(figure: Figure | None, name: Name) -> str:
    """A figure to read; a median with how many it is of."""
    if figure is None:
        return "-"
    match name.unit:
        case Unit.LINES:
            return share(Decimal(figure.lines), Decimal(figure.of_lines))
        case Unit.MONEY:
            return "-" if figure.amount is None or figure.of_amount is None else share(figure.amount, figure.of_amount)
        case Unit.AMOUNT:
            return money(figure.amount, name.currency)
        case Unit.DAYS:
            days = median(figure)
            return "-" if days is None else f"median {count(days, 'day')}, of {sum(figure.days.values()):,}"
        case _:
            return f"{figure.lines:,}"


def told_of(figure: Figure | None, name: Name) -> str:
    """The same where there is room: a share with what it is of, such as 94.7 % of 1,234.00 EUR."""
    short = told(figure, name)
    if figure is None or not short.endswith("%"):
        return short
    return f"{short} of {money(figure.of_amount, name.currency) if name.unit is Unit.MONEY else f'{figure.of_lines:,}'}"


def moved(trend: Trend) -> str:
    """The difference between the first and the last, to read: points of a share, percent of a count or an amount, days of a median."""
    first, last = (value(figure, trend.name) for figure in (trend.first, trend.last))
    if first is None or last is None:
        return ""
    if trend.name.unit in (Unit.LINES, Unit.MONEY):
        return f"{(last - first) * 100:+.1f} points" if first != last else "none"
    if trend.name.unit is Unit.DAYS:
        return f"{last - first:+,f} days" if first != last else "none"
    if first == last:
        return "none"
    return f"{(last - first) * 100 / first:+,.0f} %" if first else f"+{last.normalize():,f}"


def value(figure: Figure | None, name: Name) -> Decimal | None:
    """A figure as one number: a share from 0 to 1, an amount, a count, a median; None where there is none."""
    if figure is None:
        return None
    match name.unit:
        case Unit.LINES:
            return Decimal(figure.lines) / figure.of_lines if figure.of_lines else None
        case Unit.MONEY:
            return figure.amount / figure.of_amount if figure.amount is not None and figure.of_amount else None
        case Unit.AMOUNT:
            return figure.amount
        case Unit.DAYS:
            days = median(figure)
            return None if days is None else Decimal(days)
        case _:
            return Decimal(figure.lines)
