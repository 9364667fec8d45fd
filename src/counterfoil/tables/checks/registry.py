"""The rules, declared once: what each asks, what it needs, how bad it is, what is at risk and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ibis.expr.types import Table as Expression

from counterfoil.tables.facts.shapes import Shapes
from counterfoil.tables.policy import SEVERITIES as SEVERITIES

LINES = ("purchase_orders", "purchase_order_lines")
BILLS = ("invoices", *LINES)
WAYS = "allocations|purchase_order_lines.work_order_id|purchase_order_lines.requisition_line_id"
"""Needs that many rules share."""

THEMES = ("linking", "timing", "matching", "authority", "value")


Judge = Callable[[Shapes], Expression]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    `severity`: the severities that it can give, worst first ("E", "EW" …). `per`: what one candidate is. `question`: what it asks, in
    plain words, answered by yes where there is a finding. `at_risk`: what its amount is, in words ("" = no amount). `remedy`: what to
    do, a sentence. `owner`: the role that can do it. `needs`: tables, `table.column` and `policy.setting`; `a|b` is met by either.
    `message`: one sentence with {columns} of the finding and its evidence; `{column:amount}` is one in the finding's currency, with its
    digits; the words of `{column|words}` stand where there is no value, else "unknown". `disagree`: what to look at on the papers,
    `table.column` (with `?` where it says something by being empty), or a table alone for the paper that is missing. `judge` gives the
    candidates, see checks/verdict.py.
    """

    name: str
    theme: str
    severity: str
    per: str
    question: str
    at_risk: str
    remedy: str
    owner: str
    needs: tuple[str, ...]
    message: str
    disagree: tuple[str, ...]
    judge: Judge


def rules_of(theme: str) -> tuple[Callable[..., Callable[[Judge], Judge]], list[Rule]]:
    """A decorator that declares the judge below it as a rule of the theme, and the list that it fills."""
    rules: list[Rule] = []

    def rule(name: str, **said: Any) -> Callable[[Judge], Judge]:
        def declare(judge: Judge) -> Judge:
            rules.append(Rule(name=name, theme=theme, judge=judge, **said))
            return judge

        return declare

    return rule, rules
