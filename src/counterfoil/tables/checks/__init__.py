"""The checks: one function a rule, over the facts."""

from counterfoil.tables.checks import authority, linking, linking_papers, lots, matching, matching_papers, timing, value
from counterfoil.tables.checks.registry import Rule

RULES: tuple[Rule, ...] = (
    *linking.RULES,
    *linking_papers.RULES,
    *timing.RULES,
    *matching.RULES,
    *matching_papers.RULES,
    *authority.RULES,
    *value.RULES,
    *lots.RULES,
)
"""Every rule, in the order of the contract."""
