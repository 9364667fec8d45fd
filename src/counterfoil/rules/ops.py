"""The few operations that a rule over whole tables may use, and their meaning for single decisions.

A rule written against `Ops` runs on `Decimal`s here and on columns in `counterfoil.tables.facts.columns`; beside these it uses only
+ − × and comparison. Every input is known: what is missing is a reason of its own and is settled before the rule is asked. `Ops` does
not grow.
"""

from decimal import Decimal
from typing import Any, Protocol


class Ops(Protocol):
    """Choose, size, smaller, constant: for numbers or for columns of numbers."""

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        """`yes` where the condition holds, else `no`."""

    def abs(self, number: Any) -> Any:
        """The number without its sign."""

    def least(self, a: Any, b: Any) -> Any:
        """The smaller of two."""

    def lit(self, number: Decimal) -> Any:
        """A constant."""


class DecimalOps:
    """`Ops` for one decision, on `Decimal`s and `bool`s."""

    def where(self, condition: bool, yes: Decimal, no: Decimal) -> Decimal:
        return yes if condition else no

    def abs(self, number: Decimal) -> Decimal:
        return number.copy_abs()

    def least(self, a: Decimal, b: Decimal) -> Decimal:
        return min(a, b)

    def lit(self, number: Decimal) -> Decimal:
        return number


DECIMALS = DecimalOps()
"""The one instance that is needed."""
