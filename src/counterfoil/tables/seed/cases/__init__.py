"""Every case of every rule, by theme."""

from counterfoil.tables.seed.case import Case
from counterfoil.tables.seed.cases import linking, papers

CASES: tuple[Case, ...] = (*linking.CASES, *papers.CASES)
