"""The chain of one currency as a picture."""

from decimal import Decimal
from typing import Any, Literal

import altair as alt
from markupsafe import Markup

from counterfoil.tables.report.chain import Chain, Step
from counterfoil.tables.report.charts import drawing, drawing_on_paper
from counterfoil.tables.text import count, money

_COLOURS = {"stock": "var(--green-2)", "exempt": "var(--green-3)"}
_ROW = 76
"""Height of a step in the picture, in pixels: two lines of text, a bar, air."""


def chain_picture(chain: Chain) -> Markup:
    """The steps of a chain one below the other: what comes so far as a bar, what was lost on the way to it as a paler one behind."""
    invoiced = money(chain.invoiced.amount, chain.currency)
    told = "; ".join(f"{step.label} {money(step.amount, chain.currency)}, {step.share}" for step in chain.steps)
    return drawing(f"{chain.tied or 'No share'} of {invoiced} ties all the way back. {told}.", lambda width: _chart(chain, width))


def chain_on_paper(chain: Chain, wide: int) -> str:
    """The same as an SVG file, `wide` pixels wide."""
    return drawing_on_paper(lambda width: _chart(chain, width), wide)


def _chart(chain: Chain, width: int) -> Any:
    bars, texts = [], []
    before = Decimal(100)
    for row, step in enumerate(chain.steps):
        bars.append({"row": row, "from": 0, "to": 100, "colour": "var(--tint)"})
        if row and step.width < before:
            bars.append({"row": row, "from": float(step.width), "to": float(before), "colour": "var(--lost)"})
        for part in step.parts:
            end = min(part.start + part.width, Decimal(100))
            bars.append({"row": row, "from": float(part.start), "to": float(end), "colour": _COLOURS.get(part.hop, "var(--green)")})
        before = step.width
        texts.append(
            {"row": row, "label": step.label, "amount": money(step.amount, chain.currency), "share": step.share, "lines": _lines(step)}
        )
    rows = alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    across = alt.X("from:Q", axis=None, scale=alt.Scale(domain=[0, 100]))
    drawn = alt.Chart(alt.Data(values=bars)).mark_bar(size=16, yOffset=22)
    layers = [drawn.encode(x=across, x2=alt.X2("to:Q"), y=rows, color=alt.Color("colour:N", scale=None))]
    for field, x, align, dy, look in _TEXTS:
        mark = alt.Chart(alt.Data(values=texts)).mark_text(align=align, baseline="middle", dy=dy, **look)
        layers.append(mark.encode(x=alt.XValue(x * (width - 10)), y=rows, text=alt.Text(f"{field}:N")))
    return alt.layer(*layers).properties(width=width - 10, height=_ROW * len(chain.steps))


_TEXTS: tuple[tuple[str, int, Literal["left", "right"], int, dict[str, Any]], ...] = (
    ("label", 0, "left", -20, {"fontWeight": 600, "fontSize": 14}),
    ("amount", 1, "right", -20, {"fontWeight": 600, "fontSize": 14}),
    ("lines", 0, "left", -3, {"color": "var(--soft)", "fontSize": 12}),
    ("share", 1, "right", -3, {"color": "var(--soft)", "fontSize": 12}),
)


def _lines(step: Step) -> str:
    shown = [part for part in step.parts if part.amount]
    if len(step.parts) == 1 or not shown:
        return count(step.lines, "line")
    return " · ".join(f"{_SHORT[part.hop]} {part.share}" for part in shown)


_SHORT = {"linked": "work", "stock": "stock", "exempt": "exempt"}
"""So short that on a phone all three and their shares leave room for the share of the step."""
