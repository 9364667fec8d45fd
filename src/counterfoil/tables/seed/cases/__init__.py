"""Every case of every rule, by theme."""

from counterfoil.tables.seed.case import Case
from counterfoil.tables.seed.cases import authority, doubles, linking, matching, papers, timing, value

CASES: tuple[Case, ...] = tuple(
    case for theme in (linking, papers, timing, matching, doubles, authority, value) for case in theme.CASES
)
