"""How far two numbers may lie apart before somebody is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from counterfoil.rules.ops import Ops

KINDS = ("price", "quantity", "approval")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """One line of policy: what is allowed of a kind, where all keys that it names are met.

    Absolute: an amount a line (kind price and approval) or a quantity a line (kind quantity). Percent: of the figure compared with.
    `currency` says in which currency an absolute amount holds.
    """

    kind: str
    site: str | None = None
    supplier: str | None = None
    category: str | None = None
    currency: str | None = None
    upper_absolute: Decimal | None = None
    upper_percent: Decimal | None = None
    lower_absolute: Decimal | None = None
    lower_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """One side of a tolerance, settled: `absolute`, or `fraction` of the figure compared with, or both, then the stricter.
    What does not count is zero and not named in `counts` ("absolute", "fraction", "both")."""

    absolute: Decimal
    fraction: Decimal
    counts: str


NOTHING = Limit(Decimal(0), Decimal(0), "absolute")
"""The default everywhere: 100.002 against 100 is a finding."""


def find_tolerance(
    tolerances: Iterable[Tolerance],
    kind: str,
    *,
    site: str | None,
    supplier: str | None,
    category: str | None,
    currency: str | None,
) -> Tolerance | None:
    """The line of policy in force: most keys of {site, supplier, category} win; on a tie supplier before category before site,
    then the first. None where none applies."""
    best: Tolerance | None = None
    best_rank: tuple[int, bool, bool, bool] | None = None
    for line in tolerances:
        keys = ((line.supplier, supplier), (line.category, category), (line.site, site))
        if line.kind != kind or (line.currency is not None and line.currency != currency):
            continue
        if any(wanted is not None and wanted != known for wanted, known in keys):
            continue
        named = tuple(wanted is not None for wanted, _ in keys)
        rank = (sum(named), named[0], named[1], named[2])
        if best_rank is None or rank > best_rank:
            best, best_rank = line, rank
    return best


def limit(absolute: Decimal | None, percent: Decimal | None) -> Limit:
    """One side of a tolerance as it counts."""
    if percent is None:
        return Limit(absolute or Decimal(0), Decimal(0), "absolute")
    fraction = percent.scaleb(-2)
    if absolute is None:
        return Limit(Decimal(0), fraction, "fraction")
    return Limit(absolute, fraction, "both")


def upper_limit(tolerance: Tolerance | None) -> Limit:
    """How far above the figure compared with is still within; nothing where no line of policy applies."""
    return NOTHING if tolerance is None else limit(tolerance.upper_absolute, tolerance.upper_percent)


def lower_limit(tolerance: Tolerance | None) -> Limit:
    """How far below the figure compared with is still within."""
    return NOTHING if tolerance is None else limit(tolerance.lower_absolute, tolerance.lower_percent)


def allowed(ops: Ops, base: Any, absolute: Any, fraction: Any, counts: Any) -> Any:
    """How far from `base` is still within, for one decision or a column of them. The parts are those of a `Limit`."""
    relative = fraction * ops.abs(base)
    stricter = ops.least(absolute, relative)
    return ops.where(counts == "absolute", absolute, ops.where(counts == "fraction", relative, stricter))
