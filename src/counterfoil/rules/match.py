"""The match of what was billed with what was ordered, received and accepted. Written once, for single decisions and for whole tables.

Every function takes `ops` (see `ops`) and settled inputs in the order line's unit and currency. What is settled before: the order line,
units, currencies, sums so far, the tolerance in force.
"""

from decimal import Decimal
from typing import Any, NamedTuple

from counterfoil.rules.ops import Ops
from counterfoil.rules.tolerance import allowed


class Verdict(NamedTuple):
    """`above`: beyond tolerance. `excess`: by how much, for the decision that was asked (not less than zero where `above`)."""

    above: Any
    excess: Any


class Room(NamedTuple):
    """A `tolerance.Limit` of one decision, or three columns of them."""

    absolute: Any
    fraction: Any
    counts: Any


def compare(ops: Ops, actual: Any, base: Any, room: Room) -> Verdict:
    """Is `actual` above `base` beyond tolerance? Exactly at the tolerance is within."""
    excess = actual - base
    return Verdict(excess > allowed(ops, base, *room), excess)


def match_price(ops: Ops, amount: Any, quantity: Any, price: Any, room: Room) -> Verdict:
    """Is an invoice line's amount above its quantity at the order's (or contract's) price for one? The excess is money."""
    return compare(ops, amount, quantity * price, room)


def match_quantity(ops: Ops, billed_so_far: Any, limit: Any, quantity: Any, room: Room) -> Verdict:
    """Is what was billed up to and including this invoice line above what was ordered, received or accepted? The excess is this
    line's own part of it: at most its quantity, at least zero."""
    above, difference = compare(ops, billed_so_far, limit, room)
    zero = ops.lit(Decimal(0))
    return Verdict(above, ops.least(quantity, ops.where(difference > zero, difference, zero)))
