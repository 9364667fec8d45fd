"""The worst cases, no kind more than twice, each with the two papers that disagree; persons are not named."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from counterfoil.tables.checks.registry import SEVERITIES, Rule
from counterfoil.tables.landing import Landing
from counterfoil.tables.report.queries import Finding, worst
from counterfoil.tables.report.stories import PAPER_OF, Field, Paper, Part, tell

MOST_CASES, MOST_ALIKE = 10, 2
"""How many cases there are; how many of them may be of one rule, and how many of one supplier, while there are others. Of one order there
is one, while there are others: its receipts and its invoice lines tell the same money again."""

_LOOKED_AT = 300
"""The worst findings among which cases are chosen; the report's order takes three of each rule before a fourth of any."""

MOST_FIELDS = 5
"""Of one paper: what is marked, then what says most about it."""

_TELLING = (
    "description", "name", "supplier", "invoice number", "kind", "part", "status", "quantity", "unit", "unit price", "amount",
    "amount total",
    "issued at", "started at", "invoice date", "received at", "quantity received", "paid at", "need by", "created at", "valid from",
    "valid to", "site", "currency",
)  # fmt: skip
"""What is shown of a paper beside what is marked, the first first; nothing else, and nobody's name."""

_PEOPLE = frozenset({"requested by", "created by", "approved by", "received by", "changed by", "person"})
_COUNTERPARTS = ("Purchase order", "Invoice", "Work order", "Receipt", "Requisition", "Contract", "Supplier", "Payment")
"""What stands beside a paper that disagrees with nothing but the calendar or the policy: the first that is there."""


@dataclass(frozen=True, slots=True)
class Case:
    """One of the worst findings. `papers`: the two that disagree, in the order of the chain; one where there is no other."""

    finding: Finding
    rule: Rule
    message: str
    papers: tuple[Paper, ...]

    @property
    def severity(self) -> str:
        return SEVERITIES[self.finding.severity]


def worst_cases(database: duckdb.DuckDBPyConnection, landing: Landing, rules: Mapping[str, Rule]) -> tuple[Case, ...]:
    """The worst errors and warnings, in the order of the report, at most two of one rule, two of one supplier and one of one order; where
    fewer than ten are left, the limit on orders falls first, then that on suppliers, then that on rules.

    Raises:
        Unusable: a file that is read in place changed meanwhile.
    """
    findings = [finding for finding in worst(database, _LOOKED_AT) if finding.severity != "I"]
    chosen = choose(findings, orders_of(database, findings))
    told = tell(database, landing, [(finding, rules[finding.rule]) for finding in chosen])
    return tuple(
        Case(finding, rules[finding.rule], _message(finding), two_papers(papers, rules[finding.rule]))
        for finding, papers in zip(chosen, told, strict=True)
    )


def choose(findings: Sequence[Finding], orders: Mapping[str, str]) -> list[Finding]:
    """The cases among findings that are in order, worst first. `orders`: finding id → the order that it is about, where there is one."""
    chosen: list[Finding] = []
    for limits in (("rule", "supplier", "order"), ("rule", "supplier"), ("rule",), ()):
        shared = [_shared(one, orders) for one in chosen]
        taken = {limit: Counter(one[limit] for one in shared) for limit in limits}
        for finding in findings:
            mine = _shared(finding, orders)
            full = any(mine[limit] is not None and taken[limit][mine[limit]] >= _MOST[limit] for limit in limits)
            if len(chosen) < MOST_CASES and not full and finding not in chosen:
                chosen.append(finding)
                for limit in limits:
                    taken[limit][mine[limit]] += 1
    return sorted(chosen, key=findings.index)


_MOST = {"rule": MOST_ALIKE, "supplier": MOST_ALIKE, "order": 1}


def _shared(finding: Finding, orders: Mapping[str, str]) -> Mapping[str, str | None]:
    """What a case may have in common with others."""
    return {"rule": finding.rule, "supplier": finding.supplier_id, "order": orders.get(finding.id)}


def orders_of(database: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> dict[str, str]:
    """Finding id → the order that its document line is on."""
    found = {one.id: one.document_id for one in findings if one.document == "purchase_order" and one.document_id}
    for document, query in _ORDERS.items():
        mine = {(one.document_id, one.line_id): one.id for one in findings if one.document == document}
        asked = {"documents": [id_ for id_, _ in mine], "lines": [line for _, line in mine]}
        rows = database.execute(_ASKED + query, asked).fetchall()
        found |= {mine[id_, line]: order for id_, line, order in rows if order}
    return found


_ASKED = "WITH asked AS (SELECT unnest($documents::VARCHAR[]) AS document_id, unnest($lines::VARCHAR[]) AS line_id) "
_ORDERS = {
    "receipt": """SELECT document_id, line_id, purchase_order_id FROM asked JOIN receipts ON receipt_line_id = line_id
                  JOIN purchase_order_lines USING (purchase_order_line_id)""",
    "invoice": """SELECT document_id, line_id, coalesce(ordered.purchase_order_id, invoices.purchase_order_id)
                  FROM asked JOIN invoices ON invoice_id = document_id LEFT JOIN invoice_lines ON invoice_line_id = line_id
                  LEFT JOIN purchase_order_lines AS ordered USING (purchase_order_line_id)""",
}
"""Document → query of (document_id, line_id, order) for those that are `asked` for."""


def _message(finding: Finding) -> str:
    """The message without the name of a person, of whom one rule tells."""
    approver = (finding.facts or {}).get("approver")
    return finding.message.replace(f"({approver})", "(one person)") if isinstance(approver, str) and approver else finding.message


def two_papers(papers: Sequence[Paper], rule: Rule) -> tuple[Paper, ...]:
    """Of a story's papers the two that disagree, in the order of the chain: a missing one first, then as the rule looks at them, of two
    kinds where there are two. Where one alone tells something, with what stands beside it. Shortened, and persons by a letter."""
    looked_at = list(dict.fromkeys(PAPER_OF[name.partition(".")[0]] for name in rule.disagree))
    telling = [paper for paper in papers if paper.missing or any(field.marked for part in paper.parts for field in part.fields)]
    telling.sort(key=lambda paper: (not paper.missing, _place(paper, looked_at)))
    others = [paper for paper in papers if paper not in telling and paper.name in _COUNTERPARTS]
    others.sort(key=lambda paper: _COUNTERPARTS.index(paper.name))
    first = [*telling, *others][:1]
    rest = [paper for paper in [*telling, *others] if paper not in first]
    second = [paper for paper in telling if first and paper.name != first[0].name] or rest
    letters: dict[str, str] = {}
    return tuple(replace(paper, parts=_short(paper.parts, letters)) for paper in sorted([*first, *second[:1]], key=papers.index))


def _place(paper: Paper, looked_at: Sequence[str]) -> int:
    """A line without its head is a paper of its own, called "Invoice line"."""
    return next((place for place, name in enumerate(looked_at) if paper.name.startswith(name)), len(looked_at))


def _short(parts: Sequence[Part], letters: dict[str, str]) -> tuple[Part, ...]:
    """The parts with `MOST_FIELDS` fields in all, in their order; of several lines those alone on which something is marked. `letters`:
    person → letter, of the whole story."""
    shown = [part for part in parts if not part.title or any(field.marked for field in part.fields)]
    parts = shown if len(shown) > 1 or len(parts) > 2 else parts
    every = [(number, field) for number, part in enumerate(parts) for field in part.fields if field.marked or field.label in _TELLING]
    kept = sorted(every, key=lambda one: -1 if one[1].marked else _TELLING.index(one[1].label))[:MOST_FIELDS]
    found = []
    for number, part in enumerate(parts):
        fields = tuple(_nameless(field, letters) for place, field in every if place == number and (place, field) in kept)
        if fields:
            found.append(Part(part.title, fields))
    return tuple(found)


def _nameless(field: Field, letters: dict[str, str]) -> Field:
    if field.label not in _PEOPLE or field.value == "none":
        return field
    return replace(field, value=f"person {letters.setdefault(field.value, chr(ord('A') + len(letters) % 26))}")
