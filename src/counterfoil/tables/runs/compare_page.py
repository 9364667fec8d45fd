"""compare.html: what the page of a comparison shows, as texts and lists of bounded length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
from markupsafe import Markup

from counterfoil.rules.chance import Verdict
from counterfoil.tables.checks.registry import SEVERITIES
from counterfoil.tables.report.charts import drawing
from counterfoil.tables.report.page import render_page
from counterfoil.tables.runs.compare import Change, Comparison, worst_moved
from counterfoil.tables.runs.words import amount_moved, at_risk_moved, in_words, judged_how, percent
from counterfoil.tables.text import money, need, shortened, some_currencies, visible

MOST_RULES, MOST_SITES, MOST_FINDINGS, MOST_BARS = 60, 20, 12, 16
_COLOURS = {"came": "var(--error-bar)", "went": "var(--green)"}


@dataclass(frozen=True, slots=True)
class Row:
    """A rule or a site where something is other than before. `verdict`: in words, "" = none."""

    name: str
    change: Change
    amounts: list[str]
    verdict: str
    within: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding that came, went or changed, ready to read. `was`: its severity before, where that is another."""

    severity: str
    was: str
    rule: str
    site: str
    message: str
    amount: str


def render_comparison(comparison: Comparison) -> str:
    """The page as HTML. Its length is bounded however many findings there are."""
    total = comparison.total
    rules, sites = _rows(comparison.rules), _rows(comparison.sites)
    return render_page(
        "compare.html",
        comparison=comparison,
        total=total,
        percent=percent(total.before, total.after),
        verdict_words=_words(total.verdict),
        verdict_within=total.verdict is None or total.verdict.within_chance,
        judged_how=judged_how(total),
        at_risk=at_risk_moved(comparison),
        picture=_picture(rules),
        rules=rules[:MOST_RULES],
        rules_left=max(0, len(rules) - MOST_RULES),
        still=len(comparison.rules) - len(rules),
        sites=sites[:MOST_SITES],
        sites_left=max(0, len(sites) - MOST_SITES),
        lists=[(change, getattr(total, change), _findings(comparison, change)) for change in ("came", "went", "changed")],
        apart=[(shortened(one.rule, 60), one.why, ", ".join(need(name) for name in one.needs), one.findings) for one in comparison.apart],
    )


def _rows(changes: Sequence[Change]) -> list[Row]:
    return [
        Row(
            shortened(change.name, 60) or "(none)",
            change,
            _differences(change),
            _words(change.verdict),
            change.verdict is None or change.verdict.within_chance,
        )
        for change in changes
        if change.moved
    ]


def _words(verdict: Verdict | None) -> str:
    return in_words(verdict) if verdict else ""


def _differences(change: Change) -> list[str]:
    """By how much the amounts of the findings moved, by currency, at most three and how many more."""
    moved = {currency: sums.after - sums.before for currency, sums in sorted(change.amounts.items()) if sums.after != sums.before}
    return some_currencies([("+" if amount > 0 else "") + money(amount, currency) for currency, amount in moved.items()], 3)


def _findings(comparison: Comparison, change: str) -> list[Finding]:
    return [
        Finding(
            severity=_severity(one.severity),
            was=_severity(one.severity_before) if one.change == "changed" and one.severity_before != one.severity else "",
            rule=shortened(one.rule, 60),
            site=shortened(one.site, 40),
            message=shortened(one.message, 300),
            amount=amount_moved(one),
        )
        for one in worst_moved(comparison, change, MOST_FINDINGS)
    ]


def _severity(letter: str | None) -> str:
    return SEVERITIES.get(letter or "", "info")


def _picture(rows: Sequence[Row]) -> Markup:
    """What came to the right, what went to the left, by rule, most movement first; empty where nothing moved."""
    moving = sorted((row for row in rows if row.change.came or row.change.went), key=lambda row: -(row.change.came + row.change.went))
    if not moving:
        return Markup("")
    shown = moving[:MOST_BARS]
    label = "; ".join(f"{visible(row.name)}: {row.change.came:,} came, {row.change.went:,} went" for row in shown)
    return drawing(f"Findings that came and went by rule. {label}", lambda width: _bars(shown, width), wide=1160)


def _bars(rows: Sequence[Row], width: int) -> Any:
    values = [
        {"rule": visible(row.name), "way": way, "from": 0, "to": number}
        for row in rows
        for way, number in (("came", row.change.came), ("went", -row.change.went))
        if number
    ]
    room = 200 if width > 400 else 150
    span = max(row.change.came for row in rows) + max(row.change.went for row in rows)
    # No more ticks than findings, or there would be one at half a finding, told as a whole one.
    axis = alt.Axis(tickCount=min(4, span), format=",d", labelExpr="format(abs(datum.value), ',d')", gridColor="var(--line)", grid=True)
    return (
        alt.Chart(alt.Data(values=values))
        .mark_bar(cornerRadius=1, height=11)
        .encode(
            y=alt.Y(
                "rule:N", sort=[visible(row.name) for row in rows], title=None, axis=alt.Axis(labelLimit=room, ticks=False, domain=False)
            ),
            x=alt.X("from:Q", title="went ← findings → came", axis=axis),
            x2="to:Q",
            color=alt.Color("way:N", scale=alt.Scale(domain=[*_COLOURS], range=[*_COLOURS.values()]), legend=None),
        )
        .properties(width=width - room - 20, height=22 * len(rows))
    )
