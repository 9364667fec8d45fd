"""Every case of every rule, by theme."""

from counterfoil.tables.seed.case import Case
from counterfoil.tables.seed.cases import authority, doubles, linking, paid, papers, prices, quantities, timing, value

CASES: tuple[Case, ...] = tuple(
    case for theme in (linking, papers, timing, prices, quantities, doubles, authority, paid, value) for case in theme.CASES
)
