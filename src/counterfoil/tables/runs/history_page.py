"""history.html: what the page of a history shows, as texts and lists of bounded length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import altair as alt
from markupsafe import Markup

from counterfoil.tables.measures import AT_RISK, DAYS, FINDINGS, HOPS, UNLINKED, UNTIED
from counterfoil.tables.report.charts import drawing
from counterfoil.tables.report.page import render_page
from counterfoil.tables.runs.history import LOOK_BACK, Figures, History, Name, Trend, Unit, figures_by
from counterfoil.tables.runs.words import in_words, moved, told, told_of, trend_label, value
from counterfoil.tables.text import shortened, visible

MOST_TRENDS, MOST_SITES, MOST_RUNS = 80, 20, 40
_PANEL = 350


@dataclass(frozen=True, slots=True)
class Row:
    """A measure at the beginning and at the end, ready to read. `verdict`: "" = none."""

    label: str
    first: str
    last: str
    moved: str
    verdict: str
    within: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """A measure over time: what it is, its first and last figure, and a picture."""

    label: str
    first: str
    last: str
    picture: Markup


def render_history(history: History) -> str:
    """The page as HTML. Its length is bounded however many runs, sites and months there are."""
    newest = len(history.runs) - 1
    by_run = figures_by(history.database, "run", f"run > {newest - MOST_RUNS}")
    by_month = figures_by(history.database, "month", f"run = {newest} AND {_recent(history)}")
    by_site = figures_by(history.database, "site_id", f"run = {newest}")
    names = _drawn(by_run.get(newest, {}))
    runs = _run_labels(history)
    return render_page(
        "history.html",
        history=history,
        first=history.runs[0],
        last=history.runs[-1],
        months=tuple(f"{str(months[0])[:7]} to {str(months[-1])[:7]}" for months in (history.first_months, history.last_months) if months),
        over_runs=_rows(history.over_runs),
        over_months=_rows(history.over_months),
        run_panels=_panels(names, {runs[run]: found for run, found in by_run.items()}) if len(by_run) > 1 else [],
        month_panels=_panels(names, {str(month)[:7]: found for month, found in sorted(by_month.items())}) if len(by_month) > 1 else [],
        site_names=[trend_label(name) for name in names],
        sites=_sites(names, by_site),
        sites_left=max(0, len(by_site) - MOST_SITES),
        runs=[(label, run) for label, run in zip(runs, history.runs, strict=True)][-MOST_RUNS:],
        runs_left=max(0, len(runs) - MOST_RUNS),
    )


def _recent(history: History) -> str:
    """The months that a person looks at, the one that is not over left out."""
    newest = f"date_trunc('month', DATE '{history.runs[-1].as_of.isoformat()}' + INTERVAL 1 DAY)"
    return f"month < {newest} AND month >= {newest} - INTERVAL {LOOK_BACK} MONTH"


def _run_labels(history: History) -> list[str]:
    """The day of each run; a second run of a day has a number."""
    labels: list[str] = []
    for run in history.runs:
        day = run.as_of.isoformat()
        times = sum(label.startswith(day) for label in labels)
        labels.append(f"{day} ({times + 1})" if times else day)
    return labels


def _rows(trends: Sequence[Trend]) -> list[Row]:
    """Findings by rule only where they moved."""
    shown = [trend for trend in trends if trend.name.measure != FINDINGS or not trend.name.name or moved(trend) not in ("", "none")]
    return [
        Row(
            shortened(trend_label(trend.name), 90),
            told_of(trend.first, trend.name),
            told_of(trend.last, trend.name),
            moved(trend),
            in_words(trend.verdict) if trend.verdict else "",
            trend.verdict is None or trend.verdict.within_chance,
        )
        for trend in shown[:MOST_TRENDS]
    ]


def _drawn(newest: Figures) -> list[Name]:
    """The measures that are drawn: what is unlinked and untied, findings, the days of every hop; money in the currency with most lines."""
    untied = [name for name in newest if name.measure == UNTIED and name.unit is Unit.MONEY]
    main = max(untied, key=lambda name: newest[name].of_lines, default=None)
    wanted = [Name(UNLINKED, "work", Unit.LINES), *([main] if main else []), Name(FINDINGS, "", Unit.COUNT)]
    wanted += [Name(AT_RISK, "", Unit.AMOUNT, main.currency)] if main else []
    wanted += [Name(DAYS, hop, Unit.DAYS) for hop in HOPS]
    return [name for name in wanted if name in newest]


def _panels(names: Sequence[Name], found: Mapping[str, Figures]) -> list[Panel]:
    panels = []
    for name in names:
        places = list(found)
        values = [value(found[place].get(name), name) for place in places]
        known = [place for place, one in zip(places, values, strict=True) if one is not None]
        if len(known) > 1:
            first, last = (told_of(found[place].get(name), name) for place in (known[0], known[-1]))
            label = visible(shortened(trend_label(name), 90))
            panels.append(Panel(label, first, last, _curve(f"{label}: {first} in {known[0]}, {last} in {known[-1]}", places, values, name)))
    return panels


def _curve(label: str, places: Sequence[str], values: Sequence[Decimal | None], name: Name) -> Markup:
    """A line over time. A picture is near enough for a float; a text never is."""
    percent = name.unit in (Unit.LINES, Unit.MONEY)
    rows = [
        {"at": place, "value": None if one is None else float(one * 100 if percent else one)}
        for place, one in zip(places, values, strict=True)
    ]
    return drawing(label, lambda width: _line(rows, width, "%" if percent else name.currency or name.unit.value), wide=_PANEL)


def _line(rows: Sequence[dict[str, Any]], width: int, unit: str) -> Any:
    places = [row["at"] for row in rows]
    shown = sorted({places[0], places[-1], places[len(places) // 2]} if len(places) > 4 else places)
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("at:O", sort=places, title=None, axis=alt.Axis(labelAngle=0, values=shown, ticks=False), scale=alt.Scale(padding=0.6)),
        y=alt.Y("value:Q", title=shortened(visible(unit), 12), axis=_axis([row["value"] or 0 for row in rows], unit)),
    )
    line = base.mark_line(color="var(--green)", strokeWidth=2)
    return (line + base.mark_point(color="var(--green)", fill="var(--green)", size=18, opacity=1)).properties(width=width - 60, height=100)


def _axis(values: Sequence[float], unit: str) -> Any:
    """Counts and days have whole ticks: never more of them than there are wholes. What is short is written out; from ten thousand on 20k,
    1.5M."""
    whole = unit in (Unit.COUNT, Unit.DAYS)
    span = max(0, *values) - min(0, *values)
    figure = ",~f" if max(map(abs, values)) < 10_000 else "~s"
    return alt.Axis(
        tickCount=max(1, min(3, span)) if whole else 3,
        labelExpr=f"format(datum.value, '{figure}')",
        titleAnchor="end", titleAngle=0, titleAlign="left", titleY=-8,
    )  # fmt: skip


def _sites(names: Sequence[Name], by_site: Mapping[str, Figures]) -> list[tuple[str, list[str]]]:
    """The sites with most findings in the newest run, and what each measure is there."""
    whole = Name(FINDINGS, "", Unit.COUNT)
    lines = {site: found[whole].lines if whole in found else 0 for site, found in by_site.items()}
    most = sorted(by_site, key=lambda site: (-lines[site], site))[:MOST_SITES]
    return [(shortened(site, 60) or "(no site)", [told(by_site[site].get(name), name) for name in names]) for site in most]
