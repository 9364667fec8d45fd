"""The health of the data: what is missing, astray, doubled or left open in it, and what that costs in judgement."""

from counterfoil.tables.health.gaps import Health, examine

__all__ = ["Health", "examine"]
