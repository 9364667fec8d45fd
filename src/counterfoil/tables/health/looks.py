"""The tables over which the measures are counted: what the papers say beside what the facts know."""

from itertools import combinations

from counterfoil.tables.facts.columns import limbs_sql
from counterfoil.tables.health.registry import Look

_ALNUM = "[^A-Z0-9\\x80-\\x{10FFFF}]"


def after(a: str, b: str) -> str:
    """SQL: the landed moment `a` is after `b`. Written alike they compare as they stand; else they must be more than a day apart, so that
    no time zone can make a fault."""
    return f"CASE WHEN {a}_form = {b}_form THEN {a} > {b} ELSE {a}::DATE > {b}::DATE + 1 END"


def out_of_order(table: str, *columns: str) -> str:
    """SQL: of moments that should follow each other, some later one is before an earlier one."""
    pairs = (f"coalesce({after(f'{table}.{a}', f'{table}.{b}')}, false)" for a, b in combinations(columns, 2))
    return f"({' OR '.join(pairs)})"


def plain_text(text: str) -> str:
    """SQL: a text without case (ASCII), punctuation and blanks; null where nothing is left."""
    return f"nullif(regexp_replace({_upper(text)}, '{_ALNUM}+', '', 'g'), '')"


LEGAL_FORMS = (
    "AB AG AS BV CO COMPANY CORP CORPORATION DOO EIRL EURL GBR GMBH INC INCORPORATED KFT KG KGAA LIMITED LLC LLP LTD LTDA MBH NV OHG OY "
    "PLC PTY SA SARL SAS SE SL SPA SPZOO SRL SRO UG"
).split()


def plain_name(name: str) -> str:
    """SQL: the name of a company as `plain_text`, without the legal forms at its end."""
    words = f"trim(regexp_replace(replace({_upper(name)}, '.', ''), '{_ALNUM}+', ' ', 'g'))"
    short = f"regexp_replace({words}, '( ({'|'.join(LEGAL_FORMS)}))+$', '')"
    return f"nullif(replace({short}, ' ', ''), '')"


def _upper(text: str) -> str:
    return f"translate({text}, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')"


ARRIVALS = "SELECT line, max(received_at_date) AS day FROM receipt_facts WHERE line IS NOT NULL GROUP BY line"
"""The table `health_arrivals`: when something last came in on a line."""

LINES = Look(
    "lines",
    "purchase_order_lines",
    """
    SELECT l.line AS row, o.site_id, l.currency, l.value AS amount, l.need, l.exempt, w.line IS NOT NULL AS linked, l.unit, l.need_by_date,
           l.price, l.open, s.complete_date IS NOT NULL AS complete, coalesce(s.bills, 0) AS bills, s.stands, s.goods_known,
           s.billed_known, p.row AS part, p.unit AS part_unit, p.standard_cost, c.part_id IS NOT NULL AS contracted
    FROM line_facts l JOIN line_state s USING (line) LEFT JOIN linked_lines w USING (line) LEFT JOIN order_facts o USING ("order")
    LEFT JOIN numbered_purchase_order_lines n ON n.row = l.line LEFT JOIN numbered_parts p ON p.part_id = n.part_id
    LEFT JOIN (SELECT DISTINCT part_id FROM contracts WHERE unit_price IS NOT NULL AND part_id IS NOT NULL) c ON c.part_id = n.part_id
    WHERE NOT l.dead
    """,
    ("line_facts", "line_state", "linked_lines", "order_facts"),
)

_CAME = "(l.two_way OR l.delivery_complete OR s.received::DECIMAL(38,16) >= l.ordered)"
_BILLED = "s.billed >= CASE WHEN l.delivery_complete THEN least(s.received::DECIMAL(38,16), l.ordered) ELSE l.ordered END"
_LINES_OF_ORDERS = f"""
    SELECT l."order", count(*) AS lines, count(w.line) AS linked, count(*) FILTER (l.open) AS open_lines,
           count(*) FILTER (l.open AND {_CAME} AND {_BILLED}) AS done_lines, count(*) FILTER (s.stands) AS came_lines,
           count(*) FILTER (s.bills > 0) AS billed_lines, coalesce(sum(s.bills), 0) AS bills,
           count(w.line) FILTER (l.service OR l.outside) AS services, max(l.need_by_date) AS needed_by
    FROM line_facts l JOIN line_state s USING (line) LEFT JOIN linked_lines w USING (line)
    WHERE NOT l.dead AND l."order" IS NOT NULL GROUP BY ALL
"""
_MOVES = """
    SELECT "order", max(day) AS moved FROM (
        SELECT l."order", max(r.day) AS day FROM health_arrivals r JOIN line_facts l USING (line) GROUP BY ALL
        UNION ALL SELECT b."order", max(i.entered_date) FROM bills b JOIN invoice_facts i USING (invoice) GROUP BY ALL
    ) WHERE "order" IS NOT NULL GROUP BY ALL
"""
_PROMISES = """
    SELECT purchase_order_id, greatest(max(promised_on::DATE), max(valid_to::DATE)) AS promised FROM purchase_order_lines
    WHERE promised_on IS NOT NULL OR valid_to IS NOT NULL GROUP BY ALL
"""

ORDERS = Look(
    "orders",
    "purchase_orders",
    f"""
    SELECT o."order" AS row, o.site_id, o.currency, v.order_value AS amount, NOT o.dead AS live, o.status, o.issue_start IS NULL AS undated,
           o.supplier_id, o.requested_by, o.created_by, o.approved_by, a.first_start IS NULL AND o.approved_at_start IS NULL AS unapproved,
           o.contract_id IS NOT NULL AS contracted, su.supplier_id IS NOT NULL AS supplier_known, su.status AS supplier_status,
           su.row AS supplier, su.status_since IS NULL AS status_undated,
           coalesce(l.lines, 0) AS lines, coalesce(l.linked, 0) AS linked, coalesce(l.open_lines, 0) AS open_lines,
           coalesce(l.done_lines, 0) AS done_lines, coalesce(l.came_lines, 0) AS came_lines, coalesce(l.billed_lines, 0) AS billed_lines,
           coalesce(l.bills, 0) AS bills, coalesce(l.services, 0) AS services, greatest(l.needed_by, q.promised) AS awaited,
           greatest(m.moved, o.order_date) AS moved, (SELECT as_of FROM as_of_date) AS as_of,
           {out_of_order("n", "created_at", "issued_at", "closed_at")} OR {out_of_order("n", "created_at", "approved_at", "closed_at")}
               AS disordered
    FROM order_facts o LEFT JOIN numbered_purchase_orders n ON n.row = o."order" LEFT JOIN order_values v USING ("order")
    LEFT JOIN ({_LINES_OF_ORDERS}) l USING ("order") LEFT JOIN ({_MOVES}) m USING ("order") LEFT JOIN order_approvals a USING ("order")
    LEFT JOIN ({_PROMISES}) q ON q.purchase_order_id = o.purchase_order_id
    LEFT JOIN numbered_suppliers su ON su.supplier_id = o.supplier_id
    """,
    (
        *("line_facts", "line_state", "linked_lines", "order_facts", "order_values", "order_approvals"),
        *("receipt_facts", "bills", "invoice_facts", "as_of_date"),
    ),
)

_BILLS_OF_INVOICES = """
    SELECT invoice, count(*) AS lines, count(line) AS on_lines, count(line) FILTER (NOT two_way) AS checked, min("order") AS "order"
    FROM bills GROUP BY ALL
"""

INVOICES = Look(
    "invoices",
    "invoices",
    f"""
    SELECT i.invoice AS row, o.site_id, coalesce(i.currency, o.currency) AS currency,
           CASE WHEN i.credit THEN -abs(i.total) ELSE i.total END AS amount, NOT i.left_out AS counts, i.entered_at_date, i.credit,
           i.currency AS own_currency, i.supplier_id, i.total, i.amount_net, i.lineless, i.due_on_date, p.invoice IS NOT NULL AS paid,
           coalesce(b.lines, 0) AS lines, coalesce(b.on_lines, 0) AS on_lines, coalesce(b.checked, 0) AS checked,
           coalesce({after("n.invoice_date", "n.due_on")}, false) OR coalesce({after("n.discount_until", "n.due_on")}, false)
           OR coalesce(abs(n.entered_at::DATE - n.invoice_date::DATE) > 365, false) AS disordered
    FROM invoice_facts i LEFT JOIN numbered_invoices n ON n.row = i.invoice
    LEFT JOIN ({_BILLS_OF_INVOICES}) b USING (invoice) LEFT JOIN (SELECT DISTINCT invoice FROM payment_facts) p USING (invoice)
    LEFT JOIN order_facts o ON o."order" = coalesce(i.header, b."order")
    """,
    ("invoice_facts", "bills", "payment_facts", "order_facts"),
)

RECEIPTS = Look(
    "receipts",
    "receipts",
    f"""
    SELECT r.receipt AS row, o.site_id, NULL::VARCHAR AS currency, NULL::DECIMAL(18,6) AS amount, r.reversal,
           {after("p.created_at", "n.received_at")} AS early
    FROM receipt_facts r JOIN line_facts l USING (line) JOIN order_facts o USING ("order")
    JOIN numbered_purchase_orders p ON p.row = o."order" JOIN numbered_receipts n ON n.row = r.receipt
    """,
    ("receipt_facts", "line_facts", "order_facts"),
)


_WORK_PAPERS = """
    SELECT work_order_id, count(*) FILTER (kind IN ('service', 'outside') OR coalesce(supply, 'buy') = 'buy') AS bought,
           max(need_by::DATE) AS needed_by, max(operation_started_at::DATE) AS moved
    FROM work_order_lines GROUP BY ALL
"""
_WORK_MOVES = """
    SELECT work_order_id, max(day) AS moved FROM (
        SELECT work_order_id, max(consumed_at::DATE) AS day FROM consumption GROUP BY ALL
        UNION ALL SELECT work_order_id, max(worked_on::DATE) FROM labour GROUP BY ALL
        UNION ALL SELECT w.work_order_id, max(greatest(l.order_date, a.day)) FROM line_works w JOIN line_facts l USING (line)
            LEFT JOIN health_arrivals a USING (line) GROUP BY ALL
    ) GROUP BY ALL
"""
_WORK_LINES = f"""
    SELECT * FROM (
        SELECT w.work_order_id, l.currency, row_number() OVER (PARTITION BY w.work_order_id ORDER BY l.currency NULLS LAST), count(*),
               count(*) FILTER (l.open), count(*) FILTER (l.service OR l.outside), {limbs_sql("l.value")}
        FROM line_works w JOIN line_facts l USING (line) WHERE NOT l.dead GROUP BY w.work_order_id, l.currency
    ) AS t(work_order_id, currency, place, linked, open_linked, services, units, rest)
"""

WORKS = Look(
    "works",
    "work_orders",
    f"""
    SELECT w.row, w.site_id, l.currency, l.units, l.rest, coalesce(l.place, 1) = 1 AS first, coalesce(w.status, '') AS status,
           w.released_at, w.started_at, w.completed_at, w.closed_at, coalesce(p.bought, 0) AS bought, coalesce(q.requests, 0) AS requests,
           coalesce(l.linked, 0) AS linked, coalesce(l.open_linked, 0) AS open_linked, coalesce(l.services, 0) AS services,
           coalesce(p.needed_by, w.released_at::DATE) AS needed_by, greatest(w.started_at::DATE, p.moved, m.moved) AS moved,
           (SELECT as_of FROM as_of_date) AS as_of,
           {out_of_order("w", "created_at", "released_at", "started_at", "completed_at", "closed_at")} AS disordered
    FROM numbered_work_orders w LEFT JOIN ({_WORK_LINES}) l USING (work_order_id) LEFT JOIN ({_WORK_PAPERS}) p USING (work_order_id)
    LEFT JOIN ({_WORK_MOVES}) m USING (work_order_id)
    LEFT JOIN (SELECT by_requisition, count(*) AS requests FROM requisition_facts GROUP BY ALL) q ON q.by_requisition = w.work_order_id
    """,
    ("line_works", "line_facts", "requisition_facts", "receipt_facts", "as_of_date"),
    counted="first",
    summed=True,
)

NEEDS = Look(
    "needs",
    "work_order_lines",
    """
    SELECT n.row, w.site_id, w.currency, NULL::DECIMAL(18,6) AS amount, n.kind, n.quantity, n.unit_price_estimated,
           n.operation_started_at, w.started_at,
           coalesce(n.kind IN ('service', 'outside'), false) OR coalesce(n.supply, 'buy') = 'buy' AS bought
    FROM numbered_work_order_lines n LEFT JOIN work_orders w USING (work_order_id)
    """,
)

REQUISITIONS = Look(
    "requisitions",
    "requisitions",
    """
    SELECT q.row, coalesce(q.site_id, w.site_id) AS site_id, q.currency,
           (q.quantity::DECIMAL(38,6) * q.unit_price_estimated)::DECIMAL(38,16) AS amount,
           coalesce(q.status, 'approved') AS status, q.created_at, f.by_requisition IS NOT NULL AS linked,
           o.requisition_line_id IS NOT NULL AS ordered, (SELECT as_of FROM as_of_date) AS as_of
    FROM numbered_requisitions q LEFT JOIN requisition_facts f USING (requisition_line_id)
    LEFT JOIN work_orders w ON w.work_order_id = f.by_requisition
    LEFT JOIN (SELECT requisition_line_id FROM purchase_order_lines UNION SELECT requisition_line_id FROM allocations) o
        ON o.requisition_line_id = q.requisition_line_id
    """,
    ("requisition_facts", "as_of_date"),
)

SUPPLIERS = Look(
    "suppliers",
    "suppliers",
    f"""
    WITH named AS (
        SELECT row, supplier_id, name, nullif(trim(tax_id), '') AS tax_id, {plain_name("name")} AS plain FROM numbered_suppliers),
    twins AS (
        SELECT *, count(*) OVER (PARTITION BY tax_id) AS of_tax_id, count(*) OVER (PARTITION BY plain) AS of_name,
               count(DISTINCT coalesce(tax_id, supplier_id)) OVER (PARTITION BY plain) AS apart FROM named),
    spend AS (
        SELECT i.supplier_id, coalesce(i.currency, i.header_currency) AS currency, count(*) AS bills,
               sum(CASE WHEN i.credit THEN -abs(i.total) ELSE i.total END)::DECIMAL(38,6) AS amount
        FROM invoice_facts i WHERE NOT i.left_out GROUP BY ALL)
    SELECT t.row, NULL::VARCHAR AS site_id, s.currency, s.amount, row_number() OVER (PARTITION BY t.row ORDER BY s.currency) = 1 AS first,
           coalesce(s.bills, 0) AS bills, t.supplier_id, t.name, t.tax_id, t.plain, t.tax_id IS NOT NULL AND t.of_tax_id > 1 AS same_tax_id,
           t.plain IS NOT NULL AND t.of_name > 1 AND t.apart > 1 AS same_name
    FROM twins t LEFT JOIN spend s USING (supplier_id)
    """,
    ("invoice_facts",),
    counted="first",
    sited=False,
)

PARTS = Look(
    "parts",
    "parts",
    f"""
    SELECT row, NULL::VARCHAR AS site_id, NULL::VARCHAR AS currency, NULL::DECIMAL(18,6) AS amount,
           plain IS NOT NULL AND count(*) OVER (PARTITION BY plain, kind, unit) > 1 AS same_description
    FROM (SELECT row, kind, unit, {plain_text("description")} AS plain FROM numbered_parts)
    """,
    sited=False,
)

CONSUMPTION = Look(
    "consumption",
    "consumption",
    """
    SELECT c.row, w.site_id, NULL::VARCHAR AS currency, NULL::DECIMAL(18,6) AS amount, p.part_id IS NOT NULL AS known, p.tracking
    FROM numbered_consumption c LEFT JOIN work_orders w USING (work_order_id) LEFT JOIN parts p ON p.part_id = c.part_id
    """,
)

SITES = Look(
    "sites",
    "sites",
    "SELECT row, site_id, currency, NULL::DECIMAL(18,6) AS amount, timezone FROM numbered_sites",
)

LOOKS = (LINES, ORDERS, INVOICES, RECEIPTS, WORKS, NEEDS, REQUISITIONS, SUPPLIERS, PARTS, CONSUMPTION, SITES)
