"""The measures of a run: what a plant wants to see move, by site and by month of the paper's own date.

They are counted so that they add up: the sum over sites and months is the whole, of documents too, since a document stands in one month and
at one site alone. Shares are kept as a part and a whole, durations as how many took so many days; so a history of runs can say of any two
whether they differ by more than chance.
"""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.chain import chain_hops_by_order
from counterfoil.tables.checks import RULES
from counterfoil.tables.database import among
from counterfoil.tables.database import literal as quoted
from counterfoil.tables.facts.columns import resolve, total_sql
from counterfoil.tables.facts.run import Facts
from counterfoil.tables.facts.shapes import Shapes

UNLINKED, UNTIED, AT_RISK, FINDINGS, DAYS, READ = "unlinked", "untied", "at risk", "findings", "days", "read"

HOPS = ("need to requisition", "requisition to order", "order to receipt", "receipt to invoice", "invoice to payment")
"""The hops whose days are counted, in their order."""

COLUMNS = {
    "measure": "VARCHAR", "name": "VARCHAR", "document": "VARCHAR", "site_id": "VARCHAR", "month": "DATE", "currency": "VARCHAR",
    "days": "BIGINT", "documents": "BIGINT", "lines": "BIGINT", "amount": "DECIMAL(38,16)",
    "of_documents": "BIGINT", "of_lines": "BIGINT", "of_amount": "DECIMAL(38,16)",
}  # fmt: skip
"""The table `measures`. `document`: as in findings, "" = any; `site_id`, `currency`: "" = unknown or none; `month`: its first day, null =
unknown; an amount of 10^21 or more is null.

| measure | name | documents, lines, amount | of_documents, of_lines, of_amount |
|---|---|---|---|
| unlinked | `work`, `unstated`: the need of the order lines | orders, order lines, value without work order | with it |
| untied | | orders (invoices where there is no order), invoice lines, money that does not tie back | all invoiced |
| at risk | a theme, "" = all | documents, document lines, amount in errors and warnings | |
| findings | a rule, "" = all; with its `document` | documents with a finding, findings | |
| days | a hop | documents and lines that took `days` | |
| read | with the `document` | documents read | |
"""

_LINK_RULES = {"work": "order-without-work", "unstated": "need-unstated"}


def take_measures(facts: Facts, ran: frozenset[str]) -> None:
    """Makes the table `measures` (see `COLUMNS`) in the database of a check whose findings are there. `ran`: the rules that were run; what
    they lacked, the measures beside them lack as well."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    facts.database.execute(f"CREATE TABLE measures ({columns})")
    for measured in (_unlinked, _untied, _read, _days):
        measured(facts, ran)
    _at_risk(facts)
    _findings(facts)


def _insert(facts: Facts, query: str) -> None:
    facts.database.execute(f"INSERT INTO measures BY NAME {query}")


def _month(day: str) -> str:
    return f"CAST(date_trunc('month', {day}) AS DATE)"


def _unlinked(facts: Facts, ran: frozenset[str]) -> None:
    """Live order lines by need, those that name no work order of all; left out are the exempt ones, and those that cannot be judged."""
    needs = [need for need, rule in _LINK_RULES.items() if rule in ran]
    if not needs:
        return
    for base in ("line_facts", "linked_lines", "line_links", "order_facts"):
        facts.ensure(base)
    _insert(
        facts,
        f"""WITH lines AS (
                SELECT coalesce(need, 'unstated') AS name, line_facts."order", linked_lines.line IS NULL AS bare, value
                FROM line_facts LEFT JOIN linked_lines USING (line) LEFT JOIN line_links USING (line)
                WHERE NOT dead AND NOT exempt AND NOT (bare AND (rests OR coalesce(works_rest, false)))),
            orders AS (
                SELECT name, "order", count(*) FILTER (bare) AS bare_lines, count(*) AS lines,
                       {total_sql("CASE WHEN bare THEN value ELSE 0 END")} AS bare_value, {total_sql("value")} AS value
                FROM lines WHERE {among("name", needs)} GROUP BY ALL)
            SELECT 'unlinked' AS measure, name, '' AS document, coalesce(site_id, '') AS site_id, {_month("order_date")} AS month,
                   coalesce(currency, '') AS currency, count(*) FILTER (bare_lines > 0) AS documents, sum(bare_lines) AS lines,
                   {total_sql("bare_value")} AS amount, count(*) AS of_documents, sum(lines) AS of_lines, {total_sql("value")} AS of_amount
            FROM orders LEFT JOIN order_facts USING ("order") GROUP BY ALL""",
    )


def _untied(facts: Facts, ran: frozenset[str]) -> None:
    """The money of the chain that does not come all the way: of each order, in the month of the order; of what is billed on no order line,
    in the month of the invoice."""
    if not facts.landing.has("invoices"):
        return
    hops = facts.relation("chain_hops_by_order", chain_hops_by_order)
    for base in ("bills", "invoice_facts", "order_facts"):
        facts.ensure(base)
    whole = "TRY(CAST(invoiced_units AS DECIMAL(38,16)) + invoiced_rest)"
    _insert(
        facts,
        f"""WITH hops AS (
                SELECT "order", currency, bills, {whole} AS invoiced, coalesce({whole} <> approved, true) AS loose,
                       {whole} - approved AS astray FROM {hops} WHERE line IS NOT NULL),
            papers AS (
                SELECT "order", currency, bool_or(loose) AS loose, sum(CASE WHEN loose THEN bills ELSE 0 END) AS loose_bills,
                       sum(bills) AS bills, {total_sql("astray")} AS astray, {total_sql("invoiced")} AS invoiced
                FROM hops GROUP BY ALL),
            placed AS (
                SELECT site_id, order_date AS day, papers.currency, loose, loose_bills, bills, astray, invoiced
                FROM papers LEFT JOIN order_facts USING ("order")
                UNION ALL
                SELECT any_value(site_id), any_value(invoice_date_date), bills.currency, true, count(*), count(*), {total_sql("amount")},
                       {total_sql("amount")}
                FROM bills JOIN invoice_facts USING (invoice) LEFT JOIN order_facts ON order_facts."order" = bills."order"
                WHERE line IS NULL GROUP BY invoice, bills.currency)
            SELECT 'untied' AS measure, '' AS name, '' AS document, coalesce(site_id, '') AS site_id, {_month("day")} AS month,
                   coalesce(currency, '') AS currency, count(*) FILTER (loose) AS documents, sum(loose_bills) AS lines,
                   {total_sql("astray")} AS amount, count(*) AS of_documents, sum(bills) AS of_lines, {total_sql("invoiced")} AS of_amount
            FROM placed GROUP BY ALL""",
    )


def _read(facts: Facts, ran: frozenset[str]) -> None:
    """How many documents were read: orders and invoices by site and month, the others in all. An invoice is at the site of the order that
    it names."""
    for base in ("order_facts", "invoice_facts"):
        facts.ensure(base)
    placed = {
        "purchase_order": "SELECT site_id, order_date AS day FROM order_facts",
        "invoice": """SELECT site_id, invoice_date_date AS day FROM invoice_facts LEFT JOIN order_facts ON header = "order\"""",
    }
    for name, rows in placed.items():
        _insert(
            facts,
            f"""SELECT 'read' AS measure, '' AS name, {quoted(name)} AS document, coalesce(site_id, '') AS site_id,
                       {_month("day")} AS month, '' AS currency, count(*) AS documents FROM ({rows}) GROUP BY ALL""",
        )
    others = {document_of(table): landed.read for table, landed in facts.landing.tables.items()}
    for name in sorted(others.keys() - placed.keys()):
        _insert(
            facts,
            f"SELECT 'read' AS measure, '' AS name, {quoted(name)} AS document, '' AS site_id, '' AS currency, {others[name]} AS documents",
        )


def document_of(table: str) -> str:
    """The word for one row of an exchange table, as in the `document` of a finding."""
    return table.removesuffix("s")


def _at_risk(facts: Facts) -> None:
    """Errors and warnings, each document line once at its largest, by theme and (name "") over all themes."""
    themes = ", ".join(f"({quoted(rule.name)}, {quoted(rule.theme)})" for rule in RULES)
    for theme in ("theme", "''"):
        _insert(
            facts,
            f"""WITH lines AS (
                    SELECT {theme} AS name, document, document_id, coalesce(currency, '') AS currency, max(amount_at_risk) AS amount,
                           min(site_id) AS site_id, min(occurred_at) AS day
                    FROM findings JOIN (VALUES {themes}) AS themes (rule, theme) USING (rule)
                    WHERE severity <> 'I' GROUP BY {theme}, document, document_id, line_id, coalesce(currency, '')),
                papers AS (
                    SELECT name, document, document_id, currency, min(site_id) AS site_id, min(day) AS day, count(*) AS lines,
                           {total_sql("amount")} AS amount FROM lines GROUP BY name, document, document_id, currency)
                SELECT 'at risk' AS measure, name, '' AS document, coalesce(site_id, '') AS site_id, {_month("day")} AS month, currency,
                       count(*) AS documents, sum(lines) AS lines, coalesce({total_sql("amount")}, 0) AS amount
                FROM papers GROUP BY ALL""",
        )


def _findings(facts: Facts) -> None:
    """Findings and the documents that have one, by rule and (name "") of all rules."""
    for rule in ("rule", "''"):
        _insert(
            facts,
            f"""WITH papers AS (
                    SELECT {rule} AS name, document, min(site_id) AS site_id, min(occurred_at) AS day, count(*) AS lines
                    FROM findings GROUP BY {rule}, document, document_id)
                SELECT 'findings' AS measure, name, document, coalesce(site_id, '') AS site_id, {_month("day")} AS month, '' AS currency,
                       count(*) AS documents, sum(lines) AS lines FROM papers GROUP BY ALL""",
        )


# ---- days ---------------------------------------------------------------------------------------------------------------------------


def requested(f: Shapes) -> Expression:
    """Requisition lines with the local day on which they were written (`created_at_date`), and that of the work order they are for
    (`needed_at_date`)."""
    works = f.work_orders.left_join(f.site_zones, "site_id").drop("site_id_right")
    works = works.select("zone", known_work="work_order_id", work_site="site_id", needed_at="created_at", needed_at_form="created_at_form")
    works = resolve(f, works, "needed_at").rename(work_zone="zone")
    rows = f.requisition_facts.left_join(works, f.requisition_facts.by_requisition == works.known_work)
    zones = f.site_zones.rename(zone_site="site_id")
    rows = rows.left_join(zones, rows.site_id == zones.zone_site)
    rows = rows.mutate(zone=ibis.ifelse(rows.site_id.notnull(), rows.zone, rows.work_zone))
    rows = resolve(f, rows, "created_at")
    return rows.select(
        "requisition_line_id", "created_at_date", "needed_at_date",
        requisition=ibis.coalesce(rows.requisition_id, rows.requisition_line_id), site_id=ibis.coalesce(rows.site_id, rows.work_site),
    )  # fmt: skip


_LIVE = 'SELECT line, "order", ordered_at_date AS ordered FROM line_facts WHERE NOT dead'
_BILLED = """SELECT line, min(entered_date) AS entered FROM bills JOIN invoice_facts USING (invoice) WHERE judged GROUP BY line"""

_WAITS = {
    "need to requisition": "SELECT needed_at_date AS since, created_at_date AS until, requisition AS document, site_id FROM requested",
    "requisition to order": f"""
        SELECT created_at_date AS since, ordered AS until, "order" AS document, order_facts.site_id
        FROM ({_LIVE}) AS live JOIN numbered_purchase_order_lines AS papers ON papers.row = live.line
        JOIN requested USING (requisition_line_id) LEFT JOIN order_facts USING ("order")""",
    "order to receipt": f"""
        SELECT ordered AS since, first_date AS until, "order" AS document, site_id
        FROM ({_LIVE}) JOIN standing USING (line) LEFT JOIN order_facts USING ("order")""",
    "receipt to invoice": f"""
        SELECT first_date AS since, entered AS until, "order" AS document, site_id
        FROM ({_LIVE}) JOIN standing USING (line) JOIN ({_BILLED}) USING (line) LEFT JOIN order_facts USING ("order")""",
    "invoice to payment": """
        SELECT any_value(entered_date) AS since, max(paid_at_date) AS until, invoice AS document, any_value(site_id) AS site_id
        FROM payment_facts JOIN invoice_facts USING (invoice) LEFT JOIN order_facts ON header = "order"
        WHERE NOT left_out AND NOT credit AND NOT coalesce(prepayment, false) GROUP BY invoice""",
}
"""Hop → since when, until when, of which document, at which site; a row a line (of the last hop, an invoice)."""


def _days(facts: Facts, ran: frozenset[str]) -> None:
    """The days of each hop, in the month in which it ended: a month in which much is still open would else look quick."""
    for base in ("line_facts", "order_facts", "standing", "bills", "invoice_facts", "payment_facts"):
        facts.ensure(base)
    facts.land("requested", "requested", requested)
    for hop, waits in _WAITS.items():
        _insert(
            facts,
            f"""SELECT 'days' AS measure, {quoted(hop)} AS name, '' AS document, coalesce(site_id, '') AS site_id,
                       {_month("until")} AS month, '' AS currency, date_diff('day', since, until) AS days,
                       count(DISTINCT document) AS documents, count(*) AS lines
                FROM ({waits}) WHERE since IS NOT NULL AND until IS NOT NULL GROUP BY ALL""",
        )
    facts.database.execute("DROP TABLE requested")
