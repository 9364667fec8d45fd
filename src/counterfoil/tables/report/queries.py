"""What the report asks the findings: a few small answers, however many findings there are."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from counterfoil.tables import schema
from counterfoil.tables.facts.columns import limbs_sql, sum_of_limbs

_ORDER = "CASE severity WHEN 'E' THEN 0 WHEN 'W' THEN 1 ELSE 2 END"
_LONGEST = 400
"""Characters of a text that a list may want: of a column of novels no more is carried about."""
_SAME_LINE = "document, document_id, line_id, members"
"""What two findings share that speak about one document line, or about one group."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The findings that share a site, a supplier … (None: they have none). `amounts`: by currency ("" = unknown), every document line once,
    at its largest error or warning."""

    value: str | None
    errors: int
    warnings: int
    infos: int
    amounts: dict[str, Decimal]

    @property
    def findings(self) -> int:
        return self.errors + self.warnings + self.infos


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, with the names of the other rules that speak about the same document line."""

    rule: str
    severity: str
    site_id: str | None
    supplier_id: str | None
    document: str | None
    document_id: str | None
    line_id: str | None
    members: list[str]
    work_order_id: str | None
    amount: Decimal | None
    currency: str | None
    occurred_at: str | None
    message: str
    evidence: str
    others: list[str]
    id: str = ""

    @property
    def facts(self) -> dict[str, Any] | None:
        """The evidence by name, numbers as the texts that they are: a float would show other digits. None where it is no JSON object."""
        try:
            found = json.loads(self.evidence, parse_float=str, parse_int=str) if self.evidence else {}
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read."""

    table: str
    file: str
    line: int
    column: str
    value: str | None
    reason: str


def severities(database: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Findings by rule and severity."""
    found: dict[str, dict[str, int]] = {}
    for rule, severity, number in database.execute("SELECT rule, severity, count(*) FROM findings GROUP BY ALL").fetchall():
        found.setdefault(rule, {})[severity] = number
    return found


def slices(database: duckdb.DuckDBPyConnection, of: str, most: int, newest: bool = False) -> tuple[list[Slice], int]:
    """The findings by `of`, an SQL expression over `findings`: the slices with most errors, then warnings, at most `most` (`newest`: those
    whose value is last instead, in the order of the values); and how many there are."""
    rank = "value DESC NULLS LAST" if newest else "errors DESC, warnings DESC, infos DESC, largest DESC NULLS LAST, value NULLS LAST"
    rows = database.execute(
        f"""
        WITH counted AS (
            SELECT {of} AS value, max(amount_at_risk) AS largest, count(*) OVER () AS slices, count(*) FILTER (severity = 'E') AS errors,
                   count(*) FILTER (severity = 'W') AS warnings, count(*) FILTER (severity = 'I') AS infos
            FROM findings GROUP BY 1 ORDER BY {rank} LIMIT {most}),
        lines AS (
            SELECT {of} AS value, coalesce(currency, '') AS currency, max(amount_at_risk) AS amount
            FROM findings WHERE severity <> 'I' AND amount_at_risk > 0 GROUP BY 1, coalesce(currency, ''), {_SAME_LINE}),
        sums (value, currency, units, rest) AS (
            -- Whole units and what follows the point apart: their sums fit, where the sum of the amounts might not.
            SELECT value, currency, {limbs_sql("amount")} FROM lines SEMI JOIN counted ON lines.value IS NOT DISTINCT FROM counted.value
            GROUP BY value, currency)
        SELECT counted.value, errors, warnings, infos, slices, currency, units, rest
        FROM counted LEFT JOIN sums ON counted.value IS NOT DISTINCT FROM sums.value
        ORDER BY {rank.replace("value", "counted.value")}, currency
        """
    ).fetchall()
    found: dict[str | None, Slice] = {}
    for value, errors, warnings, infos, _, currency, units, rest in rows:
        one = found.setdefault(value, Slice(value, errors, warnings, infos, {}))
        if units is not None:
            one.amounts[currency] = sum_of_limbs(units, rest)
    in_order = sorted(found.values(), key=lambda one: (one.value is None, one.value)) if newest else list(found.values())
    return in_order, rows[0][4] if rows else 0


_OTHER_IDS = (
    "CASE WHEN strlen(evidence) <= 4000 AND json_valid(evidence) THEN concat_ws(' ', replace(members, chr(31), ' '), "
    + ", ".join(
        f"json_extract_string(evidence, '$.{name}')" for name in ("invoice", "first_invoice", "order_id", "contract", "lot", "unknown")
    )
    + ") END"
)
"""Ids of other papers, for whoever searches for the one in their hand."""


def listed(database: duckdb.DuckDBPyConnection, most: int, of_each_rule: int) -> list[tuple[object, ...]]:
    """Findings for the list that people filter: the worst `of_each_rule` of every rule, the rules in turn, and then the worst of all until
    there are `most`. Rows of place (from the worst of all), rule, severity, site_id, supplier_id, category, document, document_id, line_id,
    work_order_id, amount, currency, date, message, other ids that the finding names; texts are cut."""
    texts = ", ".join(
        f"left({name}, {_LONGEST})" for name in "site_id supplier_id category document document_id line_id work_order_id".split()
    )
    return database.execute(
        f"""
        WITH ranked AS (
            SELECT finding_id, severity, row_number() OVER worst AS place,
                   row_number() OVER (PARTITION BY rule ORDER BY {_ORDER}, amount_at_risk DESC NULLS LAST, finding_id) AS turn
            FROM findings WINDOW worst AS (ORDER BY {_ORDER}, amount_at_risk DESC NULLS LAST, finding_id)),
        chosen AS (
            SELECT finding_id, place, least(turn, {of_each_rule} + 1) AS turn FROM ranked ORDER BY turn, place LIMIT {most})
        SELECT place, rule, severity, {texts}, amount_at_risk, currency, occurred_at::VARCHAR, left(message, {_LONGEST}),
               left(others, {_LONGEST})
        FROM chosen JOIN (SELECT *, {_OTHER_IDS} AS others FROM findings) AS findings USING (finding_id) ORDER BY turn, place
        """
    ).fetchall()


def worst(database: duckdb.DuckDBPyConnection, most: int) -> list[Finding]:
    """The worst findings: errors before warnings before infos, amounts before none, the largest of each currency in turn, because amounts
    in different currencies cannot be compared; of one rule three, before any of that severity has a fourth. A document line stands here
    once, at its worst finding."""
    rows = database.execute(
        f"""
        WITH placed AS (
            SELECT finding_id, rule, severity, amount_at_risk, coalesce(currency, '') AS currency,
                   row_number() OVER (
                       PARTITION BY {_SAME_LINE} ORDER BY {_ORDER}, amount_at_risk DESC NULLS LAST, rule, finding_id) AS place
            FROM findings),
        turns AS (
            SELECT *, coalesce(amount_at_risk, 0) = 0 AS nothing, count(*) OVER (PARTITION BY currency) AS size,
                   row_number() OVER (PARTITION BY severity, rule ORDER BY amount_at_risk DESC NULLS LAST, finding_id) > 3 AS more,
                   row_number() OVER (PARTITION BY severity, currency ORDER BY amount_at_risk DESC NULLS LAST, finding_id) AS turn
            FROM placed WHERE place = 1),
        chosen AS (
            SELECT row_number() OVER (ORDER BY {_ORDER}, more, nothing, turn, size DESC, currency) AS rank, finding_id
            FROM turns ORDER BY rank LIMIT {most})
        SELECT rule, severity, site_id, supplier_id, document, document_id, line_id,
               coalesce(string_split(members, chr(31)), []), work_order_id, amount_at_risk, currency,
               occurred_at::VARCHAR, coalesce(message, ''), coalesce(evidence, ''),
               (SELECT coalesce(list(DISTINCT other.rule ORDER BY other.rule), []) FROM findings AS other
                WHERE other.document IS NOT DISTINCT FROM findings.document AND other.document_id IS NOT DISTINCT FROM findings.document_id
                  AND other.line_id IS NOT DISTINCT FROM findings.line_id AND other.rule <> findings.rule),
               finding_id
        FROM chosen JOIN findings USING (finding_id) ORDER BY rank
        """
    ).fetchall()
    return [Finding(*row) for row in rows]


def rejects(database: duckdb.DuckDBPyConnection, most: int) -> list[Reject]:
    """The first rejected rows, a few of every table, at most `most`."""
    parts = " UNION ALL ".join(
        f"""(SELECT '{table}' AS name, {place} AS place, file, line, "column", value, reason
             FROM "rejected_{table}" ORDER BY file, line LIMIT {most})"""
        for place, table in enumerate(schema.TABLES)
    )
    rows = database.execute(
        f"""SELECT name, file, line, "column", value, reason FROM ({parts}) AS firsts
            ORDER BY row_number() OVER (PARTITION BY name ORDER BY file, line), place LIMIT {most}"""
    ).fetchall()
    return sorted((Reject(*row) for row in rows), key=lambda reject: (list(schema.TABLES).index(reject.table), reject.file, reject.line))
