"""What the brief counts, over whole tables: spend by supplier, prices of one thing, leakage from contracts, suppliers' scorecards.

Each function takes the database of a check in which the bases of `bases.py` are made, and `where`: which order lines are wanted, as an SQL
condition over site_id and category. Money is never summed across currencies ("" = unknown); a sum of 10^21 or more is null.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import duckdb

from counterfoil.tables.checks.registry import Rule
from counterfoil.tables.database import among
from counterfoil.tables.facts.columns import total_sql

BASES = ("brief_lines", "due_lines", "priced_bills", "covered_lines", "comparable_lines", "bills", "invoice_facts", "linked_lines")
"""The base tables that are read here."""

MOST = 1000
"""Rows of one list, of one currency where there are several: the largest; how many there are is said beside it."""

DOUBTFUL = 10
"""A highest price of so many times the lowest is taken for a slip of unit or typing."""

QUALITY_THEMES = ("linking", "timing", "matching")
"""The rules by whose errors and warnings an invoice is not clean: how it was paid is not its supplier's doing."""

OTHER_SUPPLIER, NOT_NAMED, ABOVE_PRICE = "another supplier", "contract not named", "above the contract price"


@dataclass(frozen=True, slots=True)
class Spend:
    """What one supplier invoiced in one currency, net of credits. `without_work`: of it, what is on no order line that names a work
    order or is for stock or exempt. `of`, `of_without_work`: the same of all suppliers in that currency; `suppliers`: how many there
    are."""

    supplier_id: str | None
    name: str | None
    currency: str
    invoices: int
    amount: Decimal | None
    without_work: Decimal | None
    of: Decimal | None
    of_without_work: Decimal | None
    suppliers: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The prices of one part or job in one currency and unit. Lowest, median (the lower of two) and highest are over all sites; `lines`,
    `paid` and `saving` are of the lines that are wanted: what they cost above the lowest price. `places`: sites and suppliers, as pairs."""

    thing: str
    is_job: bool
    description: str | None
    unit: str | None
    currency: str
    places: int
    lowest: Decimal
    lowest_site: str | None
    lowest_supplier: str | None
    median: Decimal
    highest: Decimal
    highest_site: str | None
    highest_supplier: str | None
    lines: int
    paid: Decimal | None
    saving: Decimal | None


@dataclass(frozen=True, slots=True)
class Spreads:
    """`largest`: the spreads with the largest savings of each currency. `totals`: currency → (things with a spread, lines, paid, saving).
    `doubtful`: things left out because the highest price is `DOUBTFUL` times the lowest or more. `compared`, `not_compared`: order lines
    that can be compared, and those that cannot."""

    largest: tuple[Spread, ...]
    totals: Mapping[str, tuple[int, int, Decimal | None, Decimal | None]]
    doubtful: int
    compared: int
    not_compared: int


@dataclass(frozen=True, slots=True)
class Leak:
    """Order lines of one kind of leakage, of one part or category, contract and supplier. `amount`: their value; above the contract's
    price, the excess."""

    kind: str
    thing: str
    contract_id: str
    contract_supplier: str
    supplier_id: str
    currency: str
    lines: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Leakage:
    """`covered`: currency → (order lines that a contract in force covered, their value). `kinds`: (kind, currency) → (lines, amount).
    `largest`: where it is most, the currencies in turn, what was bought at the right supplier and price last; `left`: how many more there
    are."""

    covered: Mapping[str, tuple[int, Decimal | None]]
    kinds: Mapping[tuple[str, str], tuple[int, Decimal | None]]
    largest: tuple[Leak, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Billed:
    """Invoice lines of one supplier and currency that could be held against the price of their order line; `above`: how many were above
    it, `excess`: by how much."""

    lines: int
    above: int
    amount: Decimal | None
    excess: Decimal | None


@dataclass(frozen=True, slots=True)
class Score:
    """One supplier. `due`: order lines that were due before as-of and ordered in time for it; of them `on_time` and `complete`;
    `median_late`: days, of those that were complete too late. `invoices`: that bill, no credits; of them `clean` ones without an error or
    warning. `billed`: by currency."""

    supplier_id: str | None
    name: str | None
    due: int = 0
    on_time: int = 0
    complete: int = 0
    too_late: int = 0
    median_late: int | None = None
    invoices: int = 0
    clean: int = 0
    billed: Mapping[str, Billed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scorecards:
    """`scores`: the suppliers with most that was not right: order lines not complete when due, invoices not clean. `suppliers`: how many
    there are in all; `too_late`: order lines of all of them that were ordered after the day on which they were due."""

    scores: tuple[Score, ...]
    suppliers: int
    too_late: int


# ---- spend ------------------------------------------------------------------------------------------------------------------------------


def spend(database: duckdb.DuckDBPyConnection, where: str) -> tuple[Spend, ...]:
    """What was invoiced by supplier: per currency (that with most invoice lines first) the largest first. All of them together are the
    first step of the chain."""
    rows = database.execute(
        f"""
        WITH billed AS (
            SELECT papers.supplier_id, coalesce(bills.currency, '') AS currency, bills.invoice, coalesce(bills.amount, 0) AS amount,
                   linked.line IS NULL AND coalesce(lines.need, '') NOT IN ('stock', 'exempt') AND exempt_supplier IS NULL AS bare
            FROM bills JOIN invoice_facts AS papers ON papers.invoice = bills.invoice
            LEFT JOIN brief_lines AS lines ON lines.line = bills.line LEFT JOIN linked_lines AS linked ON linked.line = bills.line
            LEFT JOIN exempt_suppliers ON exempt_supplier = papers.supplier_id WHERE {where}),
        currencies AS (
            SELECT currency, count(*) AS many, {total_sql("amount")} AS of,
                   {total_sql("CASE WHEN bare THEN amount ELSE 0 END")} AS of_without_work
            FROM billed GROUP BY currency),
        sums AS (
            SELECT supplier_id, currency, count(DISTINCT invoice) AS invoices, {total_sql("amount")} AS amount,
                   {total_sql("CASE WHEN bare THEN amount ELSE 0 END")} AS without_work
            FROM billed GROUP BY supplier_id, currency),
        ranked AS (
            SELECT *, count(*) OVER (PARTITION BY currency) AS suppliers,
                   row_number() OVER (PARTITION BY currency ORDER BY amount DESC NULLS LAST, supplier_id) AS place
            FROM sums)
        SELECT ranked.supplier_id, name, currency, invoices, amount, without_work, of, of_without_work, suppliers
        FROM ranked JOIN currencies USING (currency) LEFT JOIN suppliers ON suppliers.supplier_id = ranked.supplier_id
        WHERE place <= {MOST} ORDER BY many DESC, currency, place
        """
    ).fetchall()
    return tuple(Spend(*row) for row in rows)


# ---- prices -----------------------------------------------------------------------------------------------------------------------------


def _things(where: str) -> str:
    """The prices of each thing and currency (`things`), and those with a spread that the wanted lines bought (`spreads`), as the head of a
    query."""
    return f"""
    WITH lines AS (
        SELECT prices.*, site_id, supplier_id, category
        FROM comparable_lines AS prices JOIN brief_lines USING (line) WHERE one IS NOT NULL),
    things AS (
        SELECT thing, currency, min(one) AS lowest, quantile_disc(one, 0.5) AS median, max(one) AS highest, min(target) AS unit,
               min(description) AS description, bool_or(job IS NOT NULL) AS is_job, count(DISTINCT row(site_id, supplier_id)) AS places,
               min({{'one': one, 'site': site_id, 'supplier': supplier_id}}) AS cheapest,
               max({{'one': one, 'site': site_id, 'supplier': supplier_id}}) AS dearest
        FROM lines GROUP BY thing, currency),
    wanted AS (
        SELECT thing, lines.currency, count(*) AS bought, {total_sql("lines.value")} AS paid,
               {total_sql("TRY(lines.value - lines.size * things.lowest)")} AS saving
        FROM lines JOIN things USING (thing) WHERE lines.currency = things.currency AND {where} GROUP BY thing, lines.currency),
    spreads AS (
        SELECT *, highest >= {DOUBTFUL} * lowest AS doubtful FROM things JOIN wanted USING (thing, currency)
        WHERE places > 1 AND highest > lowest)
    """


def spreads(database: duckdb.DuckDBPyConnection, where: str) -> Spreads:
    """What one part or job costs across sites and suppliers, and what the lines that are wanted cost above the lowest price."""
    with_spreads = _things(where)
    rows = database.execute(
        f"""{with_spreads}
            SELECT CASE WHEN is_job THEN split_part(thing, chr(31), 1) ELSE thing END, is_job, description, unit, currency, places, lowest,
                   cheapest.site, cheapest.supplier, median, highest, dearest.site, dearest.supplier, bought, paid, saving
            FROM spreads WHERE NOT doubtful QUALIFY row_number() OVER (PARTITION BY currency ORDER BY saving DESC, thing) <= {MOST}
            ORDER BY sum(bought) OVER (PARTITION BY currency) DESC, currency, saving DESC, thing"""
    ).fetchall()
    totals = database.execute(
        f"""{with_spreads}
            SELECT currency, count(*) AS things, sum(bought)::BIGINT, {total_sql("paid")}, {total_sql("saving")}
            FROM spreads WHERE NOT doubtful GROUP BY currency ORDER BY things DESC, currency"""
    ).fetchall()
    doubtful = database.execute(f"{with_spreads} SELECT count(*) FROM spreads WHERE doubtful").fetchall()[0][0]
    compared, not_compared = database.execute(
        f"""SELECT count(*) FILTER (one IS NOT NULL), count(*) FILTER (one IS NULL)
            FROM comparable_lines JOIN brief_lines USING (line) WHERE {where}"""
    ).fetchall()[0]
    found = {currency: (things, lines, paid, saving) for currency, things, lines, paid, saving in totals}
    return Spreads(tuple(Spread(*row) for row in rows), found, doubtful, compared, not_compared)


# ---- contracts --------------------------------------------------------------------------------------------------------------------------


def _covered(where: str) -> str:
    """The wanted order lines that a contract covered, with the kind of leakage (null = none), as the head of a query."""
    return f"""
    WITH covered AS (
        SELECT contract, contract_supplier, lines.supplier_id, coalesce(lines.part_id, lines.category) AS thing,
               coalesce(lines.currency, '') AS currency,
               CASE WHEN NOT same_supplier THEN '{OTHER_SUPPLIER}' WHEN NOT named THEN '{NOT_NAMED}'
                    WHEN excess IS NOT NULL THEN '{ABOVE_PRICE}' END AS kind,
               lines.value, CASE WHEN same_supplier AND named THEN excess ELSE lines.value END AS amount
        FROM covered_lines JOIN brief_lines AS lines USING (line) WHERE {where})
    """


def leakage(database: duckdb.DuckDBPyConnection, where: str) -> Leakage:
    """What was ordered past contracts: each covered order line counts once, at the first kind that it is."""
    leaks = _covered(where)
    covered = database.execute(
        f"{leaks} SELECT currency, count(*) AS lines, {total_sql('value')} FROM covered GROUP BY currency ORDER BY lines DESC, currency"
    ).fetchall()
    kinds = database.execute(
        f"{leaks} SELECT kind, currency, count(*), {total_sql('amount')} FROM covered WHERE kind IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    largest = database.execute(
        f"""{leaks}, sums AS (
                SELECT kind, thing, contract, contract_supplier, supplier_id, currency, count(*) AS lines, {total_sql("amount")} AS amount
                FROM covered WHERE kind IS NOT NULL GROUP BY ALL)
            SELECT *, count(*) OVER () FROM sums
            ORDER BY kind = '{NOT_NAMED}',
                     row_number() OVER (PARTITION BY kind = '{NOT_NAMED}', currency ORDER BY amount DESC, thing, contract, supplier_id),
                     currency
            LIMIT {MOST}"""
    ).fetchall()
    return Leakage(
        covered={currency: (lines, amount) for currency, lines, amount in covered},
        kinds={(kind, currency): (lines, amount) for kind, currency, lines, amount in kinds},
        largest=tuple(Leak(*row[:-1]) for row in largest),
        left=largest[0][-1] - len(largest) if largest else 0,
    )


# ---- suppliers --------------------------------------------------------------------------------------------------------------------------


def scorecards(database: duckdb.DuckDBPyConnection, where: str, as_of: datetime.date, rules: Mapping[str, Rule]) -> Scorecards:
    """How suppliers delivered and billed. `rules`: those that were asked, by name."""
    asked = [name for name, rule in rules.items() if rule.theme in QUALITY_THEMES]
    faulty = f"document = 'invoice' AND severity <> 'I' AND {among('rule', asked)}" if asked else "false"
    rows = database.execute(
        f"""
        WITH deliveries AS (
            SELECT supplier_id, count(*) FILTER (NOT too_late) AS cases, count(*) FILTER (NOT too_late AND complete <= due) AS on_time,
                   count(complete) FILTER (NOT too_late) AS completed, count(*) FILTER (too_late) AS ordered_late,
                   quantile_disc(date_diff('day', due, complete), 0.5) FILTER (NOT too_late AND complete > due) AS days
            FROM due_lines JOIN brief_lines USING (line) WHERE due < DATE '{as_of}' AND {where} GROUP BY supplier_id),
        billing AS (
            SELECT DISTINCT papers.supplier_id, bills.invoice
            FROM bills JOIN invoice_facts AS papers ON papers.invoice = bills.invoice
            LEFT JOIN brief_lines AS lines ON lines.line = bills.line WHERE NOT papers.credit AND {where}),
        faulty AS (SELECT DISTINCT "row" AS invoice FROM findings JOIN numbered_invoices ON invoice_id = document_id WHERE {faulty}),
        quality AS (
            SELECT supplier_id, count(*) AS invoices, count(*) FILTER (faulty.invoice IS NULL) AS clean
            FROM billing LEFT JOIN faulty USING (invoice) GROUP BY supplier_id),
        sums AS (
            SELECT supplier_id, coalesce(sum(cases), 0)::BIGINT AS cases, coalesce(sum(on_time), 0)::BIGINT AS on_time,
                   coalesce(sum(completed), 0)::BIGINT, coalesce(sum(ordered_late), 0)::BIGINT AS too_late, max(days),
                   coalesce(sum(invoices), 0)::BIGINT AS invoices, coalesce(sum(clean), 0)::BIGINT AS clean
            FROM (SELECT * FROM deliveries UNION ALL BY NAME SELECT * FROM quality) GROUP BY supplier_id)
        SELECT sums.supplier_id, name, sums.* EXCLUDE (supplier_id), count(*) OVER (), (sum(too_late) OVER ())::BIGINT
        FROM sums LEFT JOIN suppliers ON suppliers.supplier_id = sums.supplier_id
        ORDER BY cases - on_time + invoices - clean DESC, cases + invoices DESC, sums.supplier_id LIMIT {MOST}
        """
    ).fetchall()
    billed = _billed(database, where)
    scores = tuple(replace(Score(*row[:-2]), billed=billed.get(row[0], {})) for row in rows)
    return Scorecards(scores, *(rows[0][-2:] if rows else (0, 0)))


def _billed(database: duckdb.DuckDBPyConnection, where: str) -> dict[str | None, dict[str, Billed]]:
    rows = database.execute(
        f"""
        WITH prices AS (
            SELECT supplier_id, coalesce(prices.currency, '') AS currency, amount, greatest(amount - at_order_price, 0) AS excess
            FROM priced_bills AS prices JOIN brief_lines USING (line) WHERE {where})
        SELECT supplier_id, currency, count(*) AS lines, count(*) FILTER (excess > 0), {total_sql("amount")}, {total_sql("excess")}
        FROM prices GROUP BY supplier_id, currency ORDER BY supplier_id, lines DESC, currency
        """
    ).fetchall()
    found: dict[str | None, dict[str, Billed]] = {}
    for supplier, currency, *figures in rows:
        found.setdefault(supplier, {})[currency] = Billed(*figures)
    return found
