"""The chain of one currency as steps that a picture can be drawn from, on paper, on a page or in a terminal."""

import decimal
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.tables.result import Hop
from counterfoil.tables.text import share

_STEPS = {
    "invoiced": ("Invoiced", ""),
    "ordered": ("Ordered", "No live order line behind it (bills for energy too), or billed beyond the order's quantity or price"),
    "received": ("Received", "Billed, but not received or accepted"),
    "linked": ("Linked", "Received, but with no work order, stock or exemption as its need"),
    "approved": ("Approved", "The order was not approved when it was placed; without a date of issue, when it was created"),
}
"""Step → (label, why money stops before it)."""

LABELS = {hop: label for hop, (label, _) in _STEPS.items()} | {"linked": "Linked to work", "stock": "For stock", "exempt": "Exempt"}

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
