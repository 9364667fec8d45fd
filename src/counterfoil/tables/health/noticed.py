"""The measures that the data itself suggests: references that lead nowhere, dates that cannot be, columns that say nothing, and what
reading has noticed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from counterfoil.rules.money import plain
from counterfoil.tables.health.absent import ABSENT
from counterfoil.tables.health.counting import EVERYWHERE, MOST_EXAMPLES, Count, Gap, Lacking, Place, count_look
from counterfoil.tables.health.registry import FIRST_DAY, SYSTEM, YEARS_AHEAD, Look, Measure, in_words
from counterfoil.tables.landing import LandedTable, Report
from counterfoil.tables.result import CheckResult
from counterfoil.tables.schema import TABLES, Column, Kind

NOWHERE = Measure(
    "reference-nowhere",
    "references",
    "References that lead to nothing that was read",
    "Does every id that names a row of another table lead to one?",
    "rows with a reference",
    "What stands in the other table is not known of these rows: they count as if it were not there.",
    "Export the missing rows; where the ids are only written differently, strip them in the mapping.",
    SYSTEM,
)
IMPLAUSIBLE = Measure(
    "date-implausible",
    "dates",
    "Dates that cannot be",
    f"Does every date lie after {FIRST_DAY}, at most {YEARS_AHEAD} years ahead, and, where it says what has happened, not in the future?",
    "rows with a date",
    "A placeholder such as 1900 or 9999 takes part in every comparison as if it were true.",
    "Leave the cell empty where the date is not known.",
    SYSTEM,
)
REJECTED = Measure(
    "row-rejected",
    "reading",
    "Rows that could not be read",
    "Could every row be read?",
    "rows",
    "What rests on these rows is not judged.",
    "Look them up in rejected.csv by file and line, and mend them at their source.",
    SYSTEM,
)
TWICE = Measure(
    "row-twice",
    "reading",
    "Rows that are there twice, equal in every cell",
    "Is every row there once?",
    "rows",
    "They count once; an export that overlaps with another may hold them differently the next time.",
    "Export every row once.",
    SYSTEM,
)
WORD = Measure(
    "word-unknown",
    "reading",
    "Words that no table knows",
    "Is every status, kind and other fixed word one of those that the tables know?",
    "rows",
    "The cell is read as empty, and what hangs on it is judged as if it said nothing.",
    "Translate the word in the mapping: map = { … }.",
    SYSTEM,
)
EMPTY = Measure(
    "column-empty",
    "columns",
    "Columns that are never filled",
    "Is every column that was exported filled in some row?",
    "rows",
    "Nothing is known from it; what that costs is said by the other measures.",
    "Fill it where it matters, or leave it out of the export.",
    SYSTEM,
)
CONSTANT = Measure(
    "column-constant",
    "columns",
    "Columns with one value only",
    "Does every column tell rows apart?",
    "rows",
    "Often right, as one currency is; sometimes a default that nobody ever changed.",
    "See whether the value can be true of every row.",
    SYSTEM,
)
NOTICED = (ABSENT, NOWHERE, IMPLAUSIBLE, REJECTED, TWICE, WORD, EMPTY, CONSTANT)
"""The measures that are counted by code of their own."""

_SITES = {
    "purchase_orders": "SELECT row, site_id FROM numbered_purchase_orders",
    "purchase_order_lines": "SELECT n.row, o.site_id FROM numbered_purchase_order_lines n JOIN purchase_orders o USING (purchase_order_id)",
    "allocations": (
        "SELECT n.row, o.site_id FROM numbered_allocations n JOIN purchase_order_lines l USING (purchase_order_line_id) "
        "JOIN purchase_orders o USING (purchase_order_id)"
    ),
    "receipts": 'SELECT r.receipt AS row, o.site_id FROM receipt_facts r JOIN line_facts l USING (line) JOIN order_facts o USING ("order")',
    "invoices": "SELECT row, site_id FROM health_invoices",
    "invoice_lines": "SELECT f.bill AS row, i.site_id FROM invoice_line_refs f JOIN health_invoices i ON i.row = f.invoice",
    "payments": "SELECT f.payment AS row, i.site_id FROM payment_facts f JOIN health_invoices i ON i.row = f.invoice",
    "work_orders": "SELECT row, site_id FROM numbered_work_orders",
    "requisitions": "SELECT row, site_id FROM numbered_requisitions",
    **{
        table: f"SELECT n.row, w.site_id FROM numbered_{table} n JOIN work_orders w USING (work_order_id)"
        for table in ("work_order_lines", "consumption", "labour")
    },
}
"""Of the tables whose rows belong to a site: which row to which. The others stand under no site."""

_PLANNED = {"need_by", "promised_on", "due_on", "discount_until"}
"""Moments that may lie in the future."""


# ---- references and dates, by site ------------------------------------------------------------------------------------------------------

FOLLOWED_BY: Mapping[str, tuple[str, ...]] = {
    "purchase_order_lines.work_order_id": ("order-on-closed-work", "order-at-other-site", "order-open-on-closed-work", "quantity-differs"),
    "allocations.work_order_id": ("order-on-closed-work", "order-at-other-site", "order-open-on-closed-work", "quantity-differs"),
    "allocations.work_order_line_id": ("quantity-differs", "revision-differs"),
    "allocations.purchase_order_line_id": ("over-allocated", "under-allocated"),
    "purchase_order_lines.requisition_line_id": ("order-without-work",),
    "purchase_order_lines.purchase_order_id": ("order-after-receipt", "order-after-invoice", "overdue"),
    "purchase_orders.supplier_id": ("supplier-not-approved",),
    "purchase_orders.contract_id": ("price-above-contract",),
    "receipts.purchase_order_line_id": ("received-above-ordered", "received-not-invoiced"),
    "receipts.reverses": ("received-above-ordered",),
    "invoice_lines.purchase_order_line_id": ("price-above-order", "quantity-above-ordered", "quantity-above-received"),
    "invoice_lines.invoice_id": ("invoice-without-order", "total-differs"),
    "invoices.purchase_order_id": ("invoice-names-order-only",),
    "invoices.supplier_id": ("duplicate-invoice",),
    "payments.invoice_id": ("paid-over-invoice", "paid-without-receipt", "payment-on-void"),
    "work_order_lines.work_order_id": ("work-without-commitment",),
    "requisitions.work_order_id": ("request-after-start",),
    "consumption.lot_id": ("lot-overdrawn",),
}
"""Which rules follow a reference: they do not judge a row where it leads nowhere."""


def references(result: CheckResult, lacking: Lacking) -> Iterator[Gap]:
    """One gap for each column whose ids lead nowhere, as the hints of reading say, counted by site."""
    hints: dict[str, dict[str, list[Report]]] = {}
    for report in result.landing.reports:
        if report.table in TABLES and report.column in {column.name for column in TABLES[report.table] if column.refers_to}:
            hints.setdefault(report.table, {}).setdefault(report.column, []).append(report)
    for table, columns in hints.items():
        measures, tests = [], []
        for name in columns:
            about = f"{table}.{name}"
            rules = dict.fromkeys(FOLLOWED_BY.get(about, ()), "1")
            title = _title(table, TABLES[table].column(name).refers_to or "")
            measures.append(replace(NOWHERE, title=title, about=about, of=f"given_{name}", bad=f"lost_{name}", blinds=rules))
            tests.append(f"n.{name} IS NOT NULL AS given_{name}, n.{name} NOT IN ({_ids(TABLES[table].column(name))}) AS lost_{name}")
        found = _count(result, table, tests, measures, lacking)
        for measure, places in zip(measures, found, strict=True):
            if EVERYWHERE in places and places[EVERYWHERE].rows:
                notes = tuple(report.reason for report in columns[measure.about.partition(".")[2]])
                yield Gap(measure, measure.about, places, notes)


def _title(table: str, target: str) -> str:
    """Such as: Order lines whose work order was not read."""
    rows, others = in_words(table), in_words(target)
    lost = "that reverse what was not read" if table == target else f"whose {others.removesuffix('s')} was not read"
    return f"{rows.capitalize()} {lost}"


def _ids(column: Column) -> str:
    """Every id to which a reference may lead, rejected rows included."""
    target = column.refers_to or ""
    key = TABLES[target].columns[0].name
    return (
        f"SELECT {key} FROM {target} WHERE {key} IS NOT NULL UNION ALL SELECT raw_{key} FROM rejected_{target} WHERE raw_{key} IS NOT NULL"
    )


@dataclass(frozen=True, slots=True)
class Profile:
    """What a column of a landed table holds. `filled`: in how many of its rows there is a value, `same`: in how many that of the first row,
    `first`. `strange`: it has dates that cannot be."""

    table: str
    column: Column
    rows: int
    filled: int
    same: int
    first: str | None
    strange: bool


def _read(result: CheckResult) -> list[tuple[str, LandedTable]]:
    """The tables that were read, in the order of the contract."""
    return [(name, result.landing.tables[name]) for name in TABLES if name in result.landing.tables]


def profiles(result: CheckResult) -> list[Profile]:
    """Every column that some header or mapping gives."""
    found = []
    for table, landed in _read(result):
        columns = [column for column in TABLES[table] if column.name in landed.columns]
        if not landed.read or not columns:
            continue
        cells = ", ".join(
            f'count(t."{one.name}"), count(*) FILTER (t."{one.name}" = f."{one.name}"), any_value(f."{one.name}"::VARCHAR), '
            + (f"coalesce({_cannot_be(one, 'min(t.{})', 'max(t.{})')}, false)" if _dated(one) else "false")
            for one in columns
        )
        row = result.database.execute(f"SELECT {cells} FROM {table} t, (SELECT * FROM {table} LIMIT 1) f").fetchall()[0]
        found += [Profile(table, one, landed.read, *row[4 * i : 4 * i + 4]) for i, one in enumerate(columns)]
    return found


def _dated(column: Column) -> bool:
    """It says when something happened or shall happen. Since and until when something holds is often written as 1900 and 9999."""
    return column.kind is Kind.MOMENT and column.name not in ("valid_from", "valid_to")


def _cannot_be(column: Column, least: str = "{}", most: str = "{}") -> str:
    """SQL: the date cannot be; of a whole column by its `least` and `most`."""
    name = f'"{column.name}"'
    ahead = f"(SELECT as_of + INTERVAL {YEARS_AHEAD} YEAR FROM as_of_date)"
    last = ahead if column.name in _PLANNED else "(SELECT greatest(run_date, a.as_of) + INTERVAL 1 DAY FROM parameters, as_of_date a)"
    return f"{least.format(name)} < '{FIRST_DAY}' OR {most.format(name)}::DATE > {last}"


def implausible_dates(result: CheckResult, found: list[Profile], lacking: Lacking) -> Iterator[Gap]:
    """One gap for each column with dates that cannot be, counted by site."""
    strange: dict[str, list[Column]] = {}
    for one in found:
        if one.strange:
            strange.setdefault(one.table, []).append(one.column)
    for table, columns in strange.items():
        measures = [replace(IMPLAUSIBLE, about=f"{table}.{one.name}", of=f"{one.name} IS NOT NULL", bad=_cannot_be(one)) for one in columns]
        tests = [f"n.{one.name}" for one in columns]
        for measure, places in zip(measures, _count(result, table, tests, measures, lacking), strict=True):
            yield Gap(measure, measure.about, places)


def _count(result: CheckResult, table: str, tests: list[str], measures: list[Measure], lacking: Lacking) -> list[dict[Place, Count]]:
    """Counts measures over the rows of a landed table, by site where its rows have one."""
    site, join = "NULL::VARCHAR", ""
    if table in _SITES:
        for fact in ("receipt_facts", "line_facts", "order_facts", "payment_facts", "invoice_line_refs"):
            result.ensure(fact)
        site, join = "s.site_id", f"LEFT JOIN ({_SITES[table]}) s ON s.row = n.row"
    given = ", ".join(["n.row", f"{site} AS site_id", "NULL::VARCHAR AS currency", "NULL::DECIMAL(18,6) AS amount", *tests])
    sql = f"SELECT {given} FROM numbered_{table} n {join}"
    return count_look(result.database, Look("noticed", table, sql, sited=table in _SITES), measures, lacking)


def with_twins(result: CheckResult, gap: Gap) -> Gap:
    """The gap of suppliers that are there twice, with those that belong together and what each of them billed."""
    key, flag = ("tax_id", "same_tax_id") if gap.measure.name == "supplier-one-tax-id" else ("plain", "same_name")
    rows = result.database.execute(
        f"""
        WITH chosen AS (
            SELECT {key} AS key, sum(bills) AS size FROM health_suppliers WHERE {flag} GROUP BY ALL
            ORDER BY size DESC, key LIMIT {MOST_EXAMPLES})
        SELECT key, supplier_id, any_value(name), list(amount ORDER BY currency), list(coalesce(currency, '') ORDER BY currency)
        FROM chosen JOIN health_suppliers ON {key} = key WHERE {flag} GROUP BY key, size, supplier_id
        ORDER BY size DESC, key, supplier_id LIMIT {MOST_EXAMPLES * MOST_EXAMPLES}
        """
    ).fetchall()
    together: dict[str, list[str]] = {}
    for one, supplier, name, amounts, currencies in rows:
        spend = ", ".join(
            f"{plain(amount)} {currency}" for amount, currency in zip(amounts[:3], currencies, strict=False) if amount is not None
        )
        together.setdefault(one, []).append(f"{supplier} {name or ''} ({spend or 'nothing billed'})")
    return replace(gap, notes=tuple(" = ".join(members) for members in together.values()))


# ---- what reading has noticed, and columns that say nothing -----------------------------------------------------------------------------


def of_reading(result: CheckResult) -> Iterator[Gap]:
    """Rows that were rejected and that are there twice, a gap a table; words that are not known, a gap a column."""
    for name, table in _read(result):
        every = table.read + table.rejected + table.same
        if table.rejected:
            yield _rejected(result, name, table.rejected, every)
        if table.same:
            yield Gap(TWICE, name, {EVERYWHERE: Count(table.same, every)})
    words: dict[str, list[Report]] = {}
    for report in result.landing.reports:
        if report.reason.startswith("unknown word"):
            words.setdefault(f"{report.table}.{report.column}", []).append(report)
    for about, reports in words.items():
        landed = result.landing.tables[about.partition(".")[0]]
        bad = min(sum(report.count for report in reports), landed.read)
        examples = tuple(report.value for report in reports[:MOST_EXAMPLES])
        yield Gap(WORD, about, {EVERYWHERE: Count(bad, landed.read, examples=examples)})


def _rejected(result: CheckResult, table: str, rejected: int, every: int) -> Gap:
    reasons = result.database.execute(
        f'SELECT "column", reason, count(*) FROM rejected_{table} GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT {MOST_EXAMPLES}'
    ).fetchall()
    lines = result.database.execute(f"SELECT file, line FROM rejected_{table} ORDER BY file, line LIMIT {MOST_EXAMPLES}").fetchall()
    examples = tuple(f"{file}, line {line}" for file, line in lines)
    notes = tuple(f"{column}: {reason} ({number})" if column else f"{reason} ({number})" for column, reason, number in reasons)
    return Gap(REJECTED, table, {EVERYWHERE: Count(rejected, every, examples=examples)}, notes)


def silent_columns(found: list[Profile]) -> Iterator[Gap]:
    """Columns that are null in every row, and those with one value in all of several rows."""
    for one in found:
        about = f"{one.table}.{one.column.name}"
        if not one.filled:
            yield Gap(EMPTY, about, {EVERYWHERE: Count(one.rows, one.rows)})
        elif one.same == one.rows > 1 and one.column.kind is not Kind.YES_NO:
            value = plain(Decimal(one.first or 0)) if one.column.kind is Kind.DECIMAL else (one.first or "").removesuffix(" 00:00:00")
            yield Gap(CONSTANT, about, {EVERYWHERE: Count(one.rows, one.rows, examples=(value,))})
