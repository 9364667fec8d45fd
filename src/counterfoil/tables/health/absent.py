"""What the export lacks, and the rules that were not run for want of it."""

from collections.abc import Iterator
from dataclasses import replace

from counterfoil.tables.checks.registry import WAYS
from counterfoil.tables.health.counting import EVERYWHERE, Count, Gap
from counterfoil.tables.health.registry import SYSTEM, Measure, in_words
from counterfoil.tables.result import CheckResult

ABSENT = Measure(
    "column-absent",
    "absent",
    "Rules that were not run, for want of a table or column",
    "Does the export hold everything that the rules need?",
    "rules could not be run for want of it",
    "They say nothing here, neither good nor bad: this is no clean sheet.",
    "Export the table or column; where the system does not record it, skip the rules in the policy.",
    SYSTEM,
)

_CANDIDATES = {
    "order line": "purchase_order_lines",
    "invoice line": "invoice_lines",
    "order": "purchase_orders",
    "invoice": "invoices",
    "group of orders": "purchase_orders",
    "group of suppliers": "suppliers",
    "work order": "work_orders",
    "work order line": "work_order_lines",
    "requisition line": "requisitions",
    "receipt": "receipts",
    "payment": "payments",
    "consumption": "consumption",
    "lot": "lots",
}
"""By what a rule has a candidate for: the table of which it looks at one row for each, at most."""

_WAYS = "work orders on order lines, by allocations, or by requisitions"
"""What any of the three ways from an order line to its work gives."""


def absent(result: CheckResult, said: frozenset[tuple[str, str]]) -> Iterator[Gap]:
    """One gap for each table, column or choice of them for want of which rules were not run; what is needed of a table that is not there at
    all counts for the table. A table ranks by how many rules it silences, a column by their candidates. `said`: by `table.column`, the
    rules whose candidates another measure has counted already. (What the policy does not set is no matter of the data.)"""
    candidates = {outcome.rule.name: _candidates(result, outcome.rule.per) for outcome in result.outcomes}
    most = max((result.landing.tables[table].read for table in _CANDIDATES.values() if table in result.landing.tables), default=0)
    for lack, rules in _silenced(result).items():
        lost = {rule: candidates[rule] for rule in rules if (lack, rule) not in said}
        unseen = [rule for rule, number in lost.items() if not number]
        if lost and most:
            notes = (
                (f"Of {len(unseen)} of these rules the candidates are not in the export either; nobody can count them.",) if unseen else ()
            )
            table = any("." not in part for part in lack.split("|"))
            unknown = len(rules) * most - sum(lost.values()) if table else len(unseen) * most
            count = Count(len(rules), len(result.outcomes), lost, unseen=max(unknown, 0))
            measure = replace(ABSENT, title=_title(result, lack, len(rules)))
            yield Gap(measure, lack.replace("|", " or "), {EVERYWHERE: count}, notes)


def _silenced(result: CheckResult) -> dict[str, list[str]]:
    """By what the export lacks, the rules that were not run for want of it, each once."""
    found: dict[str, dict[str, None]] = {}
    for outcome in result.outcomes:
        for need in outcome.needs if outcome.status != "run" else ():
            table = need.partition(".")[0]
            alone = "|" not in need and not result.landing.has(table)
            if table != "policy":
                found.setdefault(table if alone else need, {})[outcome.rule.name] = None
    return {lack: list(rules) for lack, rules in found.items()}


def _title(result: CheckResult, lack: str, rules: int) -> str:
    """Such as: No invoices were given: 13 rules could not be run."""
    silenced = f"{rules} rule{'' if rules == 1 else 's'} could not be run"
    if lack == WAYS:
        return f"No {_WAYS} were given: {silenced}"
    parts = [part.partition(".") for part in lack.split("|")]
    words = " or ".join(f"{column} of {in_words(table)}" if column else in_words(table) for table, _, column in parts)
    if any(result.landing.has(table, column) for table, _, column in parts):
        return f"No {words} is filled in any row: {silenced}"
    several = any(not column and table.endswith("s") for table, _, column in parts)
    return f"No {words} {'were' if several else 'was'} given: {silenced}"


def _candidates(result: CheckResult, per: str) -> int:
    """How many candidates a rule has at most, by what it has one for ("order line of kind service", "invoice line or receipt")."""
    found = 0
    for one in per.replace(", ", " or ").split(" or "):
        best = max((known for known in _CANDIDATES if one.startswith(known)), key=len, default="")
        landed = result.landing.tables.get(_CANDIDATES.get(best, ""))
        found += landed.read if landed else 0
    return found
