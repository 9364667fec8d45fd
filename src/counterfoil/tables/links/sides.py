"""What is to be linked and to what: for each kind of link the entries, lines without, and the targets, lines that they may mean.

Beside the lines without, entries have a sample of lines that do carry their link, with the link hidden (`hidden`): what evidence true
pairs show is learned from them. They see what a line without would see: of what is open, their own share is given back.

Numbers of both sides are doubles: they are compared to four decimals, and what is written is looked up in the tables.
"""

from dataclasses import dataclass

import pyarrow as pa

from counterfoil.rules.references import name_key, tax_key
from counterfoil.tables.database import take_in
from counterfoil.tables.facts.invoices import How
from counterfoil.tables.facts.run import Facts

MOST_HIDDEN = 2_500
"""Lines with a link that are hidden at most: more teach nothing new."""
_LEAST_LEFT = 3
"""At most one in so many lines with a link is hidden: what is around them must stay as it is."""

ENTRY_COLUMNS = (
    "entry", "hidden", "true_target", "true_owner", "paper", "site_id", "supplier_id", "part_id", "revision", "operation_no", "quantity",
    "unit", "price", "amount", "currency", "day", "due", "person", "refs", "text", "named_owner", "named_target",
)  # fmt: skip
"""The lines that are to be linked, `link_entries`. `entry`: the number of the line (bill, order line, receipt) here. `true_*`: what a
hidden one is linked to. `paper`: the document that it stands on. `price`: for one. `amount`: what it is worth. `refs`: every text that may
hold a number; `text`: what it says it is. `named_*`: what it names some other way: an order without the line, a line by its receipt."""

TARGET_COLUMNS = (
    "target", "owner", "owner_id", "line_id", "line_no", "site_id", "supplier_id", "part_id", "revision", "operation_no", "quantity",
    "unit", "price", "amount", "currency", "day", "until", "due", "person", "text", "asset", "room", "room_hidden",
)  # fmt: skip
"""What they may mean, `link_targets`. `target`: the number of the order line, of the work order line, or -1 - that of a work order;
`owner`: that of its order or work order. `room`: what is still open of its quantity; `room_hidden`: what would be without the hidden
lines."""

_OFTEN_MISSING = (
    "part_id", "revision", "operation_no", "unit", "price", "due", "person", "text", "named_owner", "named_target", "siblings",
)  # fmt: skip
"""What lines without a link may lack more often than others."""


@dataclass(frozen=True, slots=True)
class Sides:
    """How the two sides of one kind of link are made. `bases`: the facts that this needs. `linked`: query of (entry, paper) of the lines
    that carry a link. `siblings`: (paper, owner, entry) of lines that carry their link."""

    bases: tuple[str, ...]
    linked: str
    entries: str
    targets: str
    siblings: str


def make_suppliers(facts: Facts) -> None:
    """Makes `link_suppliers` (supplier_id, entity, name_key): who a supplier is, under whatever ids. The entity is that of the tax id;
    where there is none, that of the one tax id with the same name; else the name."""
    rows = facts.database.execute("SELECT supplier_id, name, tax_id FROM suppliers ORDER BY supplier_id").fetchall()
    keyed = [(supplier, name_key(name or ""), tax_key(tax or "")) for supplier, name, tax in rows]
    taxes: dict[str, set[str]] = {}
    for _, name, tax in keyed:
        taxes.setdefault(name, set()).update([tax] if tax else [])
    found = []
    for supplier, name, tax in keyed:
        (only,) = taxes[name] if name and len(taxes[name]) == 1 else ("",)
        found.append((supplier, tax or only or name or supplier, name))
    names = ("supplier_id", "entity", "name_key")
    columns = zip(*found, strict=True) if found else ([] for _ in names)
    rows_known = pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})
    take_in(facts.database, "link_suppliers", rows_known)


def make_sides(facts: Facts, sides: Sides) -> None:
    """Makes `link_entries`, `link_targets` and `link_siblings` (paper, owner: what other lines of a paper are linked to). Of an entry
    `siblings` says that it has some, null = none that are known."""
    _make(facts, sides, MOST_HIDDEN)
    run = facts.database.execute
    run(
        f"""CREATE OR REPLACE TEMP TABLE link_siblings AS
            SELECT DISTINCT paper, owner FROM ({sides.siblings}) AS linked
            WHERE paper IN (SELECT paper FROM link_entries) AND entry NOT IN (SELECT entry FROM link_hidden)"""
    )
    run("ALTER TABLE link_entries ADD COLUMN siblings BOOLEAN")
    run("UPDATE link_entries SET siblings = CASE WHEN paper IN (SELECT paper FROM link_siblings) THEN true END")
    _impoverish(facts)


def make_lines_without(facts: Facts, sides: Sides) -> None:
    """Makes `link_entries` and `link_targets` with nothing hidden."""
    _make(facts, sides, 0)


def _make(facts: Facts, sides: Sides, most_hidden: int) -> None:
    for base in sides.bases:
        facts.ensure(base)
    run = facts.database.execute
    run(f"CREATE OR REPLACE TEMP TABLE link_linked AS {sides.linked}")
    linked = facts.one("SELECT count(*) FROM link_linked")
    share = min(1 / _LEAST_LEFT, most_hidden / linked) if linked else 0
    # Half of them with all of their paper, as whole papers lack their links too.
    chosen = f"hash(CASE WHEN paper % 2 = 0 THEN paper ELSE entry END, 7) % 1000000 < {share * 1_000_000:.0f}"
    run(f"CREATE OR REPLACE TEMP TABLE link_hidden AS SELECT entry FROM link_linked WHERE {chosen}")
    for table, columns, rows in (("link_entries", ENTRY_COLUMNS, sides.entries), ("link_targets", TARGET_COLUMNS, sides.targets)):
        run(
            f"""CREATE OR REPLACE TEMP TABLE {table} AS
                SELECT {", ".join(columns)}, coalesce(link_suppliers.entity, supplier_id) AS entity, name_key
                FROM ({rows}) LEFT JOIN link_suppliers USING (supplier_id)"""
        )


def _impoverish(facts: Facts) -> None:
    """Hidden lines lose what lines without more often lack: they are to be like these, not like lines that somebody filled in well."""
    shares = ", ".join(f"count({name}) FILTER (NOT hidden), count({name}) FILTER (hidden)" for name in _OFTEN_MISSING)
    wanting, hidden, *counts = facts.database.execute(
        f"SELECT count(*) FILTER (NOT hidden), count(*) FILTER (hidden), {shares} FROM link_entries"
    ).fetchall()[0]
    if not wanting or not hidden:
        return
    kept = {}
    for place, name in enumerate(_OFTEN_MISSING):
        without, of_hidden = counts[2 * place] / wanting, counts[2 * place + 1] / hidden
        if without < of_hidden:
            kept[name] = round(without / of_hidden * 1000)
    if kept:
        changes = ", ".join(f"{name} = CASE WHEN hash(entry, '{name}') % 1000 < {share} THEN {name} END" for name, share in kept.items())
        facts.database.execute(f"UPDATE link_entries SET {changes} WHERE hidden")


_NOWHERE = ", ".join(str(int(how)) for how in (How.NONE, How.UNRESOLVED, How.UNKNOWN_LINE, How.UNKNOWN_ORDER))
_THERE = f"{int(How.OWN)}, {int(How.HEADER)}"

_BILLED = "coalesce(CASE WHEN f.in_amounts THEN billed.invoiced_units + billed.invoiced_rest ELSE billed.billed_quantity END, 0)"


def _order_lines(room: str, room_hidden: str, joins: str) -> str:
    """Order lines as targets."""
    return f"""
        SELECT f.line AS target, f."order" AS owner, p.purchase_order_id AS owner_id,
               p.purchase_order_line_id AS line_id, p.line_no, o.site_id, o.supplier_id, p.part_id,
               p.revision, p.operation_no, f.ordered::DOUBLE AS quantity, f.unit, f.price::DOUBLE AS price, f.value::DOUBLE AS amount,
               f.currency, f.order_date AS day, NULL::DATE AS until, coalesce(f.need_by_date, p.promised_on::DATE) AS due,
               o.requested_by AS person, coalesce(p.description, parts.description) AS text, NULL::VARCHAR AS asset,
               ({room})::DOUBLE AS room, ({room_hidden})::DOUBLE AS room_hidden
        FROM line_facts AS f JOIN numbered_purchase_order_lines AS p ON p.row = f.line
        LEFT JOIN order_facts AS o ON o."order" = f."order" LEFT JOIN parts ON parts.part_id = p.part_id {joins}
        WHERE NOT f.dead AND f."order" IS NOT NULL"""


INVOICE_LINES = Sides(
    bases=("line_facts", "order_facts", "bills", "billing", "invoice_facts", "receipt_facts", "invoice_line_refs"),
    linked=f"""
        SELECT bill AS entry, invoice AS paper FROM bills
        WHERE how IN ({_THERE}) AND line IS NOT NULL AND amount > 0 AND NOT credit AND NOT by_value AND NOT order_dead""",
    entries=f"""
        WITH named AS (
            SELECT receipt_line_id, any_value(receipt_facts.line) AS line FROM numbered_receipts JOIN receipt_facts ON receipt = row
            GROUP BY receipt_line_id)
        SELECT b.bill AS entry, h.entry IS NOT NULL AS hidden, CASE WHEN hidden THEN b.line END AS true_target,
               CASE WHEN hidden THEN b."order" END AS true_owner, b.invoice AS paper, NULL::VARCHAR AS site_id, i.supplier_id, l.part_id,
               NULL::VARCHAR AS revision, NULL::VARCHAR AS operation_no, CASE WHEN NOT b.whole THEN l.quantity END::DOUBLE AS quantity,
               upper(trim(l.unit)) AS unit, l.unit_price::DOUBLE / coalesce(l.price_quantity, 1) AS price, b.amount::DOUBLE AS amount,
               i.currency, coalesce(f.entered_date, f.invoice_date_date) AS day, NULL::DATE AS due, i.entered_by AS person,
               concat_ws(' | ', l.description, i.invoice_number,
                         CASE WHEN b.how = {int(How.UNKNOWN_LINE)} THEN l.purchase_order_line_id END,
                         CASE WHEN NOT hidden AND b.how <> {int(How.UNRESOLVED)} THEN i.purchase_order_id END) AS refs,
               l.description AS text,
               f.header AS named_owner, named.line AS named_target
        FROM bills AS b LEFT JOIN link_hidden AS h ON h.entry = b.bill JOIN invoice_facts AS f ON f.invoice = b.invoice
        JOIN numbered_invoices AS i ON i.row = b.invoice LEFT JOIN numbered_invoice_lines AS l ON l.row = b.bill
        LEFT JOIN named ON named.receipt_line_id = l.receipt_line_id
        LEFT JOIN exempt_suppliers ON exempt_supplier = i.supplier_id
        WHERE hidden OR (b.how IN ({_NOWHERE}) AND NOT b.credit AND coalesce(b.amount > 0, true) AND exempt_supplier IS NULL)""",
    targets=_order_lines(
        f"f.ordered - {_BILLED}",
        f"f.ordered - {_BILLED} + coalesce(back.quantity, 0)",
        """LEFT JOIN billing AS billed ON billed.line = f.line
           LEFT JOIN (SELECT line, sum(CASE WHEN in_amounts THEN amount ELSE in_line_unit END) AS quantity
                      FROM bills SEMI JOIN link_hidden ON entry = bill GROUP BY line) AS back ON back.line = f.line""",
    ),
    siblings="""SELECT invoice AS paper, "order" AS owner, bill AS entry FROM bills WHERE line IS NOT NULL AND "order" IS NOT NULL""",
)

_RECEIVED = "coalesce(received_sums.received, 0)"

RECEIPTS = Sides(
    bases=("line_facts", "order_facts", "receipt_facts", "received_sums", "bills", "line_works"),
    linked="""SELECT receipt AS entry, hash(coalesce(receipt_id, receipt_line_id)) AS paper
              FROM receipt_facts JOIN numbered_receipts ON row = receipt
              WHERE line IS NOT NULL AND NOT coalesce(line_dead, false) AND NOT reversal AND counts AND received > 0""",
    entries="""
        WITH named AS (
            SELECT l.receipt_line_id, any_value(b.line) AS line FROM numbered_invoice_lines AS l JOIN bills AS b ON b.bill = l.row
            WHERE b.line IS NOT NULL AND l.receipt_line_id IS NOT NULL GROUP BY l.receipt_line_id)
        SELECT f.receipt AS entry, h.entry IS NOT NULL AS hidden, CASE WHEN hidden THEN f.line END AS true_target,
               CASE WHEN hidden THEN true_line."order" END AS true_owner,
               hash(coalesce(r.receipt_id, r.receipt_line_id)) AS paper, works.site_id,
               NULL::VARCHAR AS supplier_id, lots.part_id, lots.revision, NULL::VARCHAR AS operation_no,
               r.quantity_received::DOUBLE AS quantity, upper(trim(r.unit)) AS unit, NULL::DOUBLE AS price, r.amount::DOUBLE AS amount,
               NULL::VARCHAR AS currency, f.received_at_date AS day, NULL::DATE AS due, r.received_by AS person,
               concat_ws(' | ', r.receipt_id, CASE WHEN NOT hidden THEN r.purchase_order_line_id END) AS refs,
               NULL::VARCHAR AS text, NULL::BIGINT AS named_owner,
               named.line AS named_target
        FROM receipt_facts AS f JOIN numbered_receipts AS r ON r.row = f.receipt LEFT JOIN link_hidden AS h ON h.entry = f.receipt
        LEFT JOIN line_facts AS true_line ON true_line.line = f.line LEFT JOIN named ON named.receipt_line_id = r.receipt_line_id
        LEFT JOIN work_orders AS works ON works.work_order_id = r.work_order_id LEFT JOIN lots ON lots.lot_id = r.lot_id
        WHERE hidden OR (f.line IS NULL AND NOT f.line_lost AND NOT f.reversal AND f.counts AND r.quantity_received > 0)""",
    targets=_order_lines(
        f"f.ordered - {_RECEIVED}",
        f"f.ordered - {_RECEIVED} + coalesce(back.quantity, 0)",
        """LEFT JOIN received_sums ON received_sums.line = f.line
           LEFT JOIN (SELECT line, sum(received) AS quantity FROM receipt_facts SEMI JOIN link_hidden ON entry = receipt
                      GROUP BY line) AS back ON back.line = f.line""",
    ),
    siblings="""SELECT hash(receipt_id) AS paper, "order" AS owner, receipt AS entry
                FROM receipt_facts JOIN numbered_receipts ON row = receipt JOIN line_facts USING (line)
                WHERE receipt_id IS NOT NULL AND "order" IS NOT NULL""",
)

_OPEN = "coalesce(needed.required, 0) - coalesce(ordered_for.quantity, 0)"

ORDER_LINES = Sides(
    bases=("line_facts", "order_facts", "line_works", "linked_lines", "line_links", "work_facts"),
    linked="""
        SELECT line AS entry, any_value("order") AS paper FROM line_works JOIN line_facts USING (line)
        WHERE NOT dead AND coalesce(need, 'work') = 'work' GROUP BY line HAVING count(*) = 1 AND bool_and(work_known)""",
    entries="""
        WITH unknown AS (
            SELECT line, min(work_order_id) AS work_order_id FROM line_works GROUP BY line HAVING NOT bool_or(work_known OR work_lost)),
        linked AS (SELECT line, min(work_order_id) AS work_order_id FROM line_works SEMI JOIN link_hidden ON entry = line GROUP BY line)
        SELECT f.line AS entry, linked.line IS NOT NULL AS hidden, NULL::BIGINT AS true_target, w.row AS true_owner, f."order" AS paper,
               o.site_id, o.supplier_id, p.part_id, p.revision, p.operation_no, f.ordered::DOUBLE AS quantity, f.unit,
               f.price::DOUBLE AS price, f.value::DOUBLE AS amount, f.currency, f.order_date AS day,
               coalesce(f.need_by_date, p.promised_on::DATE) AS due, o.requested_by AS person,
               concat_ws(' | ', p.description, h.quote_ref, h.project, h.deliver_to, unknown.work_order_id) AS refs,
               coalesce(p.description, parts.description) AS text, NULL::BIGINT AS named_owner, NULL::BIGINT AS named_target
        FROM line_facts AS f JOIN numbered_purchase_order_lines AS p ON p.row = f.line
        LEFT JOIN order_facts AS o ON o."order" = f."order" LEFT JOIN numbered_purchase_orders AS h ON h.row = f."order"
        LEFT JOIN parts ON parts.part_id = p.part_id LEFT JOIN unknown ON unknown.line = f.line LEFT JOIN linked ON linked.line = f.line
        LEFT JOIN numbered_work_orders AS w ON w.work_order_id = linked.work_order_id
        LEFT JOIN linked_lines ON linked_lines.line = f.line LEFT JOIN line_links ON line_links.line = f.line
        WHERE NOT f.dead AND f."order" IS NOT NULL AND NOT f.rests AND coalesce(f.need, 'work') = 'work'
          AND (hidden OR (NOT f.exempt AND (unknown.line IS NOT NULL
                          OR (linked_lines.line IS NULL AND NOT coalesce(line_links.works_rest, false)))))""",
    targets=f"""
        WITH ordered_for AS (
            SELECT lw.work_order_id, coalesce(p.part_id, '') AS part_id, sum(coalesce(lw.part, f.quantity)) AS quantity,
                   sum(CASE WHEN link_hidden.entry IS NOT NULL THEN coalesce(lw.part, f.quantity) ELSE 0 END) AS hidden_quantity
            FROM line_works AS lw JOIN line_facts AS f USING (line) JOIN numbered_purchase_order_lines AS p ON p.row = f.line
            LEFT JOIN link_hidden ON link_hidden.entry = lw.line WHERE NOT f.dead GROUP BY ALL),
        needed AS (
            SELECT work_order_id, coalesce(part_id, '') AS part_id, sum(quantity) AS required FROM work_order_lines GROUP BY ALL),
        works AS (
            SELECT w.*, w.row AS owner, coalesce(w.created_at, w.released_at, w.started_at)::DATE AS day_from,
                   coalesce(w.completed_at, w.closed_at)::DATE AS until
            FROM numbered_work_orders AS w WHERE coalesce(w.status, '') <> 'cancelled')
        SELECT n.row AS target, w.owner, w.work_order_id AS owner_id, n.work_order_line_id AS line_id, NULL AS line_no, w.site_id,
               w.contractor_id AS supplier_id,
               n.part_id, n.revision, n.operation_no, n.quantity::DOUBLE AS quantity, upper(trim(n.unit)) AS unit,
               n.unit_price_estimated::DOUBLE AS price, NULL::DOUBLE AS amount, w.currency, w.day_from AS day, w.until,
               n.need_by::DATE AS due, w.requested_by AS person, concat_ws(' ', n.description, w.description) AS text,
               w.asset_id AS asset, ({_OPEN})::DOUBLE AS room,
               ({_OPEN} + coalesce(ordered_for.hidden_quantity, 0))::DOUBLE AS room_hidden
        FROM numbered_work_order_lines AS n JOIN works AS w ON w.work_order_id = n.work_order_id
        LEFT JOIN ordered_for ON ordered_for.work_order_id = w.work_order_id AND ordered_for.part_id = coalesce(n.part_id, '')
        LEFT JOIN needed ON needed.work_order_id = w.work_order_id AND needed.part_id = coalesce(n.part_id, '')
        WHERE coalesce(n.supply, 'buy') = 'buy'
        UNION ALL
        SELECT -1 - w.owner, w.owner, w.work_order_id, NULL, NULL, w.site_id, w.contractor_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
               w.currency, w.day_from, w.until, NULL, w.requested_by, w.description, w.asset_id, NULL, NULL
        FROM works AS w""",
    siblings="""SELECT f."order" AS paper, w.row AS owner, f.line AS entry
                FROM line_works AS lw JOIN line_facts AS f USING (line) JOIN numbered_work_orders AS w USING (work_order_id)""",
)
