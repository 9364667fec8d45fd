"""Charts, declared with Altair and drawn as SVG inside the page: no script, no network.

Colours are the page's own custom properties, such as var(--green): they pass through into the drawing, so that one drawing serves light,
dark and print. A chart is drawn twice, for a desk and for a phone, since text in a drawing shrinks with it; the style shows one of them.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode
from markupsafe import Markup

from counterfoil.tables.report.page import print_colours

WIDE, NARROW = 720, 330
"""Widths that charts are drawn for, in pixels, axes included."""

_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>')
_MARK = re.compile(r' (?:class|role|aria-[a-z]+|pointer-events|xmlns(?::xlink)?)="[^"]*"')


def drawing(label: str, declare: Callable[[int], Any], wide: int = WIDE) -> Markup:
    """The chart that `declare` gives for a width, drawn for desk and phone. `label` says in words what it shows; it is what a person who
    cannot see it gets. `wide`: the width for a desk."""
    with debug_mode(False):  # Altair would hold every piece against its schema, which takes longer than drawing
        charts = [(styled(declare(width)), size) for width, size in ((wide, "wide"), (NARROW, "narrow"))]
        specs = [(chart.to_json(indent=None, validate=False), size) for chart, size in charts]
    return Markup("").join(_svg(spec, label, size) for spec, size in specs)


def drawing_on_paper(declare: Callable[[int], Any], wide: int = WIDE) -> str:
    """The chart as a picture of its own, an SVG file in the colours of paper."""
    with debug_mode(False):
        spec = styled(declare(wide)).to_json(indent=None, validate=False)
    colours = print_colours()
    return re.sub(r"var\(--([\w-]+)\)", lambda found: colours[found[1]], vl_convert.vegalite_to_svg(spec))


def stacked_bars(rows: Sequence[dict[str, object]], series: Sequence[tuple[str, str]], width: int, unit: str, height: int = 170) -> Any:
    """Bars over time or any other order. `rows`: {"at": label, "series": name, "value": number} in the order of the axis; `series`: (name,
    colour), the first lowest; `unit`: what the values count."""
    places = list(dict.fromkeys(str(row["at"]) for row in rows))
    shown = places[:: max(1, -(-len(places) * 58 // width))]
    return (
        alt.Chart(alt.Data(values=[row | {"rank": [name for name, _ in series].index(str(row["series"]))} for row in rows]))
        .mark_bar(cornerRadius=1)
        .encode(
            x=alt.X("at:O", sort=places, title=None, axis=alt.Axis(labelAngle=0, values=shown, ticks=False)),
            y=alt.Y(
                "value:Q",
                title=unit,
                axis=alt.Axis(tickCount=min(4, _tallest(rows)), format=",d", titleAnchor="end", titleAngle=0, titleAlign="left", titleY=-8),
            ),
            color=alt.Color("series:N", scale=alt.Scale(domain=[name for name, _ in series], range=[to for _, to in series]), legend=None),
            order=alt.Order("rank:Q"),
        )
        .properties(width=width - 60, height=height)
    )


def against_diagonal(dots: Sequence[dict[str, object]], width: int, across: str, up: str) -> Any:
    """Shares from 0 to 1 against each other: on the line they are the same. `dots`: {"said": across, "true": up, "pairs": how many}."""
    axis = alt.Axis(format=".1f", values=[0, 0.5, 1])
    x = alt.X("said:Q", scale=alt.Scale(domain=[0, 1]), title=across, axis=axis)
    y = alt.Y("true:Q", scale=alt.Scale(domain=[0, 1]), title=up, axis=axis)
    ends = alt.Data(values=[{"said": 0, "true": 0}, {"said": 1, "true": 1}])
    line = alt.Chart(ends).mark_line(stroke="var(--soft)", strokeDash=[3, 3], strokeWidth=1).encode(x=x, y=y)
    size = alt.Size("pairs:Q", scale=alt.Scale(type="log", range=[20, 180]), legend=None)
    circles = alt.Chart(alt.Data(values=list(dots))).mark_circle(color="var(--green)", opacity=1).encode(x=x, y=y, size=size)
    return (line + circles).properties(width=width - 70, height=width - 110)


def _tallest(rows: Sequence[dict[str, object]]) -> int:
    """The largest sum of one place, as a number of ticks: an axis of counts has no tick between two of them."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[str(row["at"])] = sums.get(str(row["at"]), 0) + int(str(row["value"]))
    return max(sums.values(), default=1) or 1


def styled(chart: Any) -> Any:
    """The chart in the page's clothes."""
    return (
        chart.configure(background="transparent", aria=False, padding={"left": 2, "right": 6, "top": 4, "bottom": 2})
        .configure_view(stroke=None)
        .configure_axis(
            labelColor="var(--soft)", titleColor="var(--soft)", labelFontSize=12, titleFontSize=12, titleFontWeight="normal",
            gridColor="var(--line)", domainColor="var(--line)", tickColor="var(--line)", labelPadding=6,
        )
        .configure_axisX(grid=False)
        .configure_axisY(domain=False, ticks=False)
        .configure_text(color="var(--ink)", fontSize=13)
    )  # fmt: skip


def _svg(spec: str, label: str, size: str) -> Markup:
    drawn = vl_convert.vegalite_to_svg(spec)
    frame = _SIZE.match(drawn)
    if frame is None:
        raise AssertionError(f"a drawing begins with its size, not with {drawn[:80]!r}")
    inner = _MARK.sub("", drawn[frame.end() :])
    start = Markup('<svg class="chart {}" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">')
    return start.format(size, label, frame[1], frame[2], frame[1], frame[2]) + Markup(inner)  # noqa: S704  vega escapes the texts in it
