"""Findings: ids, messages and evidence, made in one place from what the rules found, whatever engine found it.

All of it is SQL over whole tables: a million findings cost seconds.
"""

import re
from collections.abc import Mapping

import duckdb

from counterfoil.rules.money import MINOR_DIGITS
from counterfoil.tables.checks.registry import Rule
from counterfoil.tables.checks.verdict import COLUMNS, FOUND
from counterfoil.tables.database import among
from counterfoil.tables.database import literal as quoted
from counterfoil.tables.database import name as quoted_name
from counterfoil.tables.policy import Policy

_CREATE = """
CREATE TABLE findings (
    finding_id VARCHAR, facts_digest VARCHAR, rule VARCHAR, severity VARCHAR, site_id VARCHAR, supplier_id VARCHAR, category VARCHAR,
    document VARCHAR, document_id VARCHAR, line_id VARCHAR, members VARCHAR, work_order_id VARCHAR, amount_at_risk DECIMAL(38,16),
    currency VARCHAR, occurred_at DATE, message VARCHAR, evidence VARCHAR
)
"""

Types = Mapping[str, str]
"""The columns of a rule's candidates and their types, as Ibis writes them."""

_FIELD = re.compile(r"\{(\w+(?::amount)?(?:\|[^{}]+)?)\}")
_SEPARATOR = "chr(31)"
_DIGEST_DIGITS = 16
_ID_DIGITS = 20


def plain_sql(column: str, schema: Types) -> str:
    """A column as text; numbers without zeros at the end."""
    text = f"CAST({quoted_name(column)} AS VARCHAR)"
    return f"rtrim(rtrim({text}, '0'), '.')" if schema[column].startswith("decimal") else text


def amount_sql(column: str) -> str:
    """A decimal column as text, with the digits of the smallest unit of the column `currency` at least: 618.80 in EUR, 619 in JPY. Digits
    that are there beyond them stay, since nothing is rounded: 618.805."""
    text = f"CAST({quoted_name(column)} AS VARCHAR)"
    whole, fraction = f"split_part({text}, '.', 1)", f"rtrim(split_part({text}, '.', 2), '0')"
    least = f"rpad({fraction}, greatest(length({fraction}), {_digits_sql()})::INTEGER, '0')"
    return f"{whole} || CASE WHEN {least} = '' THEN '' ELSE '.' || {least} END"


def _digits_sql() -> str:
    """Digits after the point of the finding's currency; two where it is unknown."""
    by_digits = {digits: [code for code, own in MINOR_DIGITS.items() if own == digits] for digits in {*MINOR_DIGITS.values()}}
    cases = " ".join(f"WHEN {among('currency', codes)} THEN {digits}" for digits, codes in by_digits.items())
    return f"CASE {cases} ELSE 2 END"


def message_sql(template: str, schema: Types) -> str:
    """A sentence with {columns} as an SQL expression, see `Rule.message`."""
    parts = _FIELD.split(template)
    return " || ".join(_field_sql(part, schema) if number % 2 else quoted(part) for number, part in enumerate(parts) if part)


def _field_sql(field: str, schema: Types) -> str:
    told, _, absent = field.partition("|")
    column, _, form = told.partition(":")
    if column == "document":
        return "upper(left(document, 1)) || replace(document[2:], '_', ' ')"
    absent = absent or ("(currency unknown)" if column == "currency" else "unknown")
    return f"coalesce({amount_sql(column) if form else _in_words_sql(column, schema)}, {quoted(absent)})"


def _in_words_sql(column: str, schema: Types) -> str:
    """A value as a person says it: yes or no, a name of a field without its underscores, a number without zeros at the end."""
    if schema[column].startswith("boolean"):
        return f"CASE WHEN {quoted_name(column)} THEN 'yes' WHEN NOT {quoted_name(column)} THEN 'no' END"
    return "replace(field, '_', ' ')" if column == "field" else plain_sql(column, schema)


def facts_sql(evidence: list[str], schema: Types) -> str:
    """What the rule compared, as a JSON object. Numbers are texts: they are exact."""
    pairs = [f"{quoted(name)}, {plain_sql(name, schema)}" for name in evidence]
    pairs.append("'members', string_split(members, chr(31))")
    return f"CAST(json_object({', '.join(pairs)}) AS VARCHAR)"


def evidence_sql(policy: Policy) -> str:
    """The evidence: the column `facts` and the policy in force. The policy is no fact: another one alone does not change a digest."""
    return f"left(facts, -1) || ',\"policy\":' || to_json({quoted(f'{policy.name} {policy.version}')})::VARCHAR || '}}'"


def findings_sql(rule: Rule, candidates: str, schema: Types, policy: Policy, narrowing: str) -> str:
    """The query that turns a rule's candidates (a table of that name) into findings. `narrowing`: which findings are wanted."""
    evidence = [name for name in schema if name not in COLUMNS]
    severity = quoted(policy.severities[rule.name]) if rule.name in policy.severities else "severity"
    ids = f"CASE WHEN members IS NOT NULL THEN members ELSE document_id || {_SEPARATOR} || coalesce(line_id, '') END"
    identity = f"concat_ws({_SEPARATOR}, {quoted(rule.name)}, document, {ids})"
    return f"""
        SELECT left(sha256({identity}), {_ID_DIGITS}),
               left(sha256(concat_ws({_SEPARATOR}, severity, amount, currency, work_order_id, facts)), {_DIGEST_DIGITS}),
               {quoted(rule.name)}, severity, site_id, supplier_id, category, document, document_id, line_id, members, work_order_id,
               amount_at_risk, currency, occurred_at, message, {evidence_sql(policy)}
        FROM (
            SELECT * REPLACE ({severity} AS severity), {plain_sql("amount_at_risk", schema)} AS amount,
                   {message_sql(rule.message, schema)} AS message, {facts_sql(evidence, schema)} AS facts
            FROM {quoted_name(candidates)} WHERE verdict = {quoted(FOUND)} AND {narrowing}
        )
    """


class Findings:
    """The table `findings` of a run. Candidates wait until there are many: few rows at a time keep one processor alone busy."""

    _MANY = 500_000

    def __init__(self, database: duckdb.DuckDBPyConnection, policy: Policy, narrowing: str) -> None:
        """`narrowing`: which findings are wanted, an SQL condition."""
        self._database, self._policy, self._narrowing = database, policy, narrowing
        self._waiting: dict[str, str] = {}
        self._rows = 0
        database.execute(_CREATE)

    def take(self, rule: Rule, candidates: str, schema: Types, rows: int) -> None:
        """Takes a rule's candidates, a table that is dropped afterwards; `rows`: how many findings are in it."""
        if rows:
            self._waiting[candidates] = findings_sql(rule, candidates, schema, self._policy, self._narrowing)
            self._rows += rows
        else:
            self._database.execute(f"DROP TABLE {quoted_name(candidates)}")
        if self._rows >= self._MANY:
            self.finish()

    def finish(self) -> None:
        """Writes what waits. In any order: whoever reads findings sorts them."""
        if not self._waiting:
            return
        self._database.execute("SET preserve_insertion_order = false")
        self._database.execute(f"INSERT INTO findings {' UNION ALL '.join(self._waiting.values())}")
        self._database.execute("SET preserve_insertion_order = true")
        for candidates in self._waiting:
            self._database.execute(f"DROP TABLE {quoted_name(candidates)}")
        self._waiting.clear()
        self._rows = 0
