"""The chain of one currency as steps that a picture can be drawn from, on paper, on a page or in a terminal."""

import decimal
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import altair as alt
from markupsafe import Markup

from counterfoil.tables.report.charts import drawing
from counterfoil.tables.report.text import count, money, share
from counterfoil.tables.result import Hop

_STEPS = {
    "invoiced": ("Invoiced", ""),
    "ordered": ("Ordered", "No live order line behind it, or billed beyond the order's quantity or price"),
    "received": ("Received", "Billed, but not received or accepted"),
    "linked": ("Linked", "Received, but with no work order, stock or exemption as its need"),
    "approved": ("Approved", "The order was not approved by the time it was placed"),
}
"""Step → (label, why money stops before it)."""

LABELS = {hop: label for hop, (label, _) in _STEPS.items()} | {"linked": "Linked to work", "stock": "For stock", "exempt": "Exempt"}

_COLOURS = {"stock": "var(--green-2)", "exempt": "var(--green-3)"}
_ROW = 76
"""Height of a step in the picture, in pixels: two lines of text, a bar, air."""

_PARTS = {"linked": ("linked", "stock", "exempt")}
_NOTHING = Hop(Decimal(0), 0)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a step's bar: its hop, and where it begins and how long it is in percent of the longest step."""

    hop: str
    label: str
    amount: Decimal
    lines: int
    share: str
    start: Decimal
    width: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain. `parts` make up its bar; `amount` is their sum. `lost` is what the step before has and this one has not."""

    label: str
    parts: tuple[Part, ...]
    amount: Decimal
    share: str
    lines: int
    width: Decimal
    lost: Decimal
    lost_share: str
    why: str


@dataclass(frozen=True, slots=True)
class Chain:
    """All steps of one currency."""

    currency: str
    steps: tuple[Step, ...]

    @property
    def tied(self) -> str:
        """The share of the invoiced money that goes all the way back; empty where credits leave no whole to take a share of."""
        return self.approved.share if 0 <= self.approved.amount <= self.invoiced.amount and self.invoiced.amount else ""

    @property
    def invoiced(self) -> Step:
        return self.steps[0]

    @property
    def approved(self) -> Step:
        return self.steps[-1]


def chains(by_currency: Mapping[str, Mapping[str, Hop]]) -> list[Chain]:
    """The chains, the currency with most invoice lines first."""
    with decimal.localcontext(prec=120):
        drawn = [_chain(currency, hops) for currency, hops in by_currency.items()]
    return sorted(drawn, key=lambda chain: (-chain.invoiced.lines, chain.currency))


def _chain(currency: str, hops: Mapping[str, Hop]) -> Chain:
    sums = {name: sum((hops.get(part, _NOTHING).amount for part in _PARTS.get(name, (name,))), Decimal(0)) for name in _STEPS}
    invoiced, longest = sums["invoiced"], max(sums.values())
    steps: list[Step] = []
    for name, (label, why) in _STEPS.items():
        parts = _parts(name, hops, invoiced, longest)
        lost = steps[-1].amount - sums[name] if steps else Decimal(0)
        steps.append(
            Step(
                label=label,
                parts=parts,
                amount=sums[name],
                share=share(sums[name], invoiced),
                lines=sum(part.lines for part in parts),
                width=min(sum((part.width for part in parts), Decimal(0)), Decimal(100)),
                lost=lost,
                lost_share=share(lost, invoiced),
                why=why,
            )
        )
    return Chain(currency, tuple(steps))


def _parts(name: str, hops: Mapping[str, Hop], invoiced: Decimal, longest: Decimal) -> tuple[Part, ...]:
    parts: list[Part] = []
    start = Decimal(0)
    for hop_name in _PARTS.get(name, (name,)):
        hop = hops.get(hop_name, _NOTHING)
        width = _percent(hop.amount, longest)
        parts.append(Part(hop_name, LABELS[hop_name], hop.amount, hop.lines, share(hop.amount, invoiced), start, width))
        start = min(start + width, Decimal(100))
    return tuple(parts)


def _percent(amount: Decimal, longest: Decimal) -> Decimal:
    """Length of a bar, two decimals; nothing for an amount that is not above zero (credits outweigh the invoices)."""
    if longest <= 0 or amount <= 0:
        return Decimal("0.00")
    return min(amount * 100 / longest, Decimal(100)).quantize(Decimal("0.01"))


def chain_picture(chain: Chain) -> Markup:
    """The steps of a chain one below the other: what comes so far as a bar, what was lost on the way to it as a paler one behind."""
    invoiced = money(chain.invoiced.amount, chain.currency)
    told = "; ".join(f"{step.label} {money(step.amount, chain.currency)}, {step.share}" for step in chain.steps)
    return drawing(f"{chain.tied or 'No share'} of {invoiced} ties all the way back. {told}.", lambda width: _chart(chain, width))


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
