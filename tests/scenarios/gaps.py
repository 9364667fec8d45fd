"""The clean story with one thing left out at a time, and what the health of the data says of it.

Each case stands with all others in one folder, its ids with its number behind them (`P-4`: the order of case 4). A near miss finds
nothing. As of 2024-05-15 it is 60 days since 2024-03-16 and 180 since 2023-11-17.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tests.plants import Settings
from tests.scenarios.clean import Change, case, folder_of

SETTINGS = Settings(threshold="5000", threshold_currency="EUR", as_of=date(2024, 5, 15))

MORE = {
    "suppliers": ("name",),
    "parts": ("unit", "description"),
    "work_orders": ("released_at",),
    "work_order_lines": ("need_by",),
    "purchase_orders": ("closed_at",),
    "purchase_order_lines": ("promised_on",),
}
"""Columns that the clean story does without."""

FILLED = {("parts", "unit"): "EA", ("parts", "standard_cost"): "90"}
"""What is in them, and in others, where a case says nothing."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One change of the clean story. `found`: by measure, the ids of what is bad, without their number. `more`: cells of MORE and FILLED by
    (table, id)."""

    title: str
    found: Mapping[str, str] = field(default_factory=dict)
    change: Mapping[str, Change] = field(default_factory=dict)
    more: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)


def gap(
    title: str, found: Mapping[str, str] | None = None, more: Mapping[tuple[str, str], Mapping[str, str]] | None = None, **change: Change
) -> Gap:
    return Gap(title, found or {}, change, more or {})


NOTHING_CAME = dict.fromkeys(("receipts", "invoices", "invoice_lines", "payments", "lots", "consumption"))
LONG_AGO = {
    "receipts": {"received_at": "2024-03-15"},
    "invoices": {"invoice_date": "2024-03-15", "entered_at": "2024-03-15"},
}
STOCK = {"purchase_order_lines": {"need": "stock"}, "allocations": None}

MISSING = (
    gap("the clean story"),
    gap("neither need nor work", {"need-missing": "L"}, purchase_order_lines={"need": ""}, allocations=None),
    gap("no need, but work", purchase_order_lines={"need": ""}),
    gap("no work, but for stock", **STOCK),
    gap("issued on no day", {"order-date-missing": "P"}, purchase_orders={"issued_at": ""}),
    gap("approved and not issued yet", purchase_orders={"issued_at": "", "status": "approved"}, **NOTHING_CAME),
    gap("order of no site", {"order-site-missing": "P"}, purchase_orders={"site_id": ""}),
    gap("order of no currency", {"order-currency-missing": "P"}, purchase_orders={"currency": ""}),
    gap("order to no supplier", {"order-supplier-missing": "P"}, purchase_orders={"supplier_id": ""}),
    gap("asked for by nobody", {"order-requester-missing": "P"}, purchase_orders={"requested_by": "", "created_by": ""}),
    gap("asked for by nobody, written by somebody", purchase_orders={"requested_by": ""}),
    gap("approved on no day", {"approval-date-missing": "P"}, purchase_orders={"approved_by": "manager"}, approvals=None),
    gap("approved on a day", purchase_orders={"approved_by": "manager", "approved_at": "2024-03-08"}, approvals=None),
    gap("supplier of no status", {"supplier-status-missing": "P"}, suppliers={"status": ""}),
    gap(
        "supplier blocked on no known day, order closed",
        {"blocked-day-missing": "S"},
        suppliers={"status": "blocked"},
        purchase_orders={"status": "closed"},
    ),
    gap("supplier blocked on no known day, order open", suppliers={"status": "blocked"}),
    gap(
        "supplier blocked on a day, order closed",
        suppliers={"status": "blocked", "status_since": "2024-04-01"},
        purchase_orders={"status": "closed"},
    ),
    gap("line of no unit", {"unit-missing": "L"}, purchase_order_lines={"unit": ""}),
    gap("boxes that nobody can count", {"conversion-missing": "L"}, receipts={"unit": "BOX"}),
    gap(
        "a box of ten",
        receipts={"unit": "BOX", "quantity_received": "1"},
        unit_conversions={"from_unit": "BOX", "numerator": "10"},
    ),
    gap("needed on no day", {"need-by-missing": "L"}, purchase_order_lines={"need_by": ""}),
    gap("priced at nothing", {"price-zero": "L"}, purchase_order_lines={"unit_price": "0"}),
    gap("entered on no day", {"entry-date-missing": "I"}, invoices={"entered_at": ""}),
    gap("invoice of no currency", {"invoice-currency-missing": "I"}, invoices={"currency": ""}),
    gap("invoice of no supplier", {"invoice-supplier-missing": "I"}, invoices={"supplier_id": ""}),
    gap(
        "invoice without amounts",
        {"invoice-total-missing": "I", "invoice-net-missing": "I"},
        invoices={"amount_net": "", "amount_total": ""},
    ),
    gap("invoice of net and no total", invoices={"amount_total": ""}),
    gap("void invoice without amounts", invoices={"amount_net": "", "amount_total": "", "status": "void"}, payments=None),
    gap("due on no day", {"due-date-missing": "I"}, invoices={"due_on": ""}),
    gap("started on no day", {"start-missing": "W"}, work_orders={"started_at": ""}),
    gap("released and not started", work_orders={"started_at": "", "status": "released"}),
    gap("ended on no day", {"end-missing": "W"}, work_orders={"status": "completed"}),
    gap("work of no site", {"work-site-missing": "W"}, work_orders={"site_id": ""}),
    gap("bought need without estimate", {"estimate-missing": "K"}, work_order_lines={"unit_price_estimated": ""}),
    gap("need from stock without estimate", work_order_lines={"unit_price_estimated": "", "supply": "stock"}),
    gap("requested on no day", {"requisition-date-missing": "Q"}, requisitions={"created_at": ""}),
    gap("tracked or not", {"tracking-missing": "U"}, parts={"tracking": ""}),
    gap("outside operation begun on no day", {"operation-start-missing": "K"}, work_order_lines={"kind": "outside"}),
    gap("outside operation begun", work_order_lines={"kind": "outside", "operation_started_at": "2024-03-21"}),
)

MASTER_DATA = (
    gap(
        "one tax id, two suppliers",
        {"supplier-one-tax-id": "S S2"},
        {("suppliers", "S"): {"name": "Nord Seals"}, ("suppliers", "S2"): {"name": "nord seals gmbh"}},
        suppliers=[{"tax_id": "DE 1"}, {"supplier_id": "S2", "tax_id": " DE 1"}],
    ),
    gap(
        "one name, two suppliers",
        {"supplier-one-name": "S S2"},
        {("suppliers", "S"): {"name": "Acme-Pumps Ltd."}, ("suppliers", "S2"): {"name": "ACME PUMPS Co. G.m.b.H"}},
        suppliers=[{"tax_id": "DE 2"}, {"supplier_id": "S2"}],
    ),
    gap(
        "names that are not one",
        more={("suppliers", "S"): {"name": "Sand AG"}, ("suppliers", "S2"): {"name": "Sandag"}, ("suppliers", "S3"): {"name": "GmbH"}},
        suppliers=[{}, {"supplier_id": "S2"}, {"supplier_id": "S3"}],
    ),
    gap("part of no unit", {"part-unit-missing": "X"}, {("parts", "X"): {"unit": ""}}),
    gap("part of no price", {"part-price-missing": "X"}, {("parts", "X"): {"standard_cost": ""}}),
    gap("part of a contract's price", more={("parts", "X"): {"standard_cost": ""}}, contracts={"part_id": "X", "unit_price": "90"}),
    gap(
        "one description, two parts",
        {"part-one-description": "X X2"},
        {("parts", "X"): {"description": "Seal, 40 mm"}, ("parts", "X2"): {"description": "SEAL 40MM"}},
        parts=[{}, {"part_id": "X2"}],
    ),
    gap(
        "one description, two units",
        more={("parts", "X"): {"description": "Seal, 50 mm"}, ("parts", "X2"): {"description": "Seal, 50 mm", "unit": "BOX"}},
        parts=[{}, {"part_id": "X2"}],
    ),
)

DONE = {"status": "completed", "started_at": "2024-03-12", "completed_at": "2024-03-15"}
IDLE = {"created_at": "2023-10-01", "issued_at": "2023-11-16"}
NO_NEED = {"need_by": "2024-01-31"}

OPEN = (
    gap("completed 61 days ago", {"work-never-closed": "W"}, work_orders=DONE),
    gap("completed 60 days ago", work_orders={**DONE, "completed_at": "2024-03-16"}),
    gap("completed and closed", work_orders={**DONE, "closed_at": "2024-03-20"}),
    gap("completed, and closed by its status", work_orders={**DONE, "status": "closed"}),
    gap(
        "under way, nothing since 181 days",
        {"work-idle": "W"},
        work_orders={"created_at": "2023-10-01", "started_at": "2023-11-16"},
        **STOCK,
    ),
    gap("under way, started 180 days ago", work_orders={"created_at": "2023-10-01", "started_at": "2023-11-17"}, **STOCK),
    gap("under way, ordered for since", work_orders={"created_at": "2023-10-01", "started_at": "2023-11-16"}),
    gap(
        "needed 181 days ago and not started",
        {"work-not-started": "W"},
        {("work_order_lines", "K"): {"need_by": "2023-11-16"}},
        work_orders={"started_at": "", "status": "released"},
    ),
    gap(
        "needed 180 days ago and not started",
        more={("work_order_lines", "K"): {"need_by": "2023-11-17"}},
        work_orders={"started_at": "", "status": "released"},
    ),
    gap(
        "released 181 days ago, needed on no day",
        {"work-not-started": "W"},
        {("work_orders", "W"): {"released_at": "2023-11-16"}},
        work_orders={"started_at": "", "status": "released", "created_at": "2023-11-01"},
    ),
    gap("delivered and billed 61 days ago", {"order-never-closed": "P"}, **LONG_AGO),
    gap("delivered and billed, line closed", purchase_order_lines={"status": "closed"}, **LONG_AGO),
    gap("delivered and billed, order closed", purchase_orders={"status": "closed"}, **LONG_AGO),
    gap("delivered 9 of 10", **{**LONG_AGO, "receipts": {"received_at": "2024-03-15", "quantity_received": "9"}}),
    gap(
        "delivered 9 of 10 and complete so",
        {"order-never-closed": "P"},
        **{
            **LONG_AGO,
            "receipts": {"received_at": "2024-03-15", "quantity_received": "9"},
            "purchase_order_lines": {"delivery_complete": "yes"},
        },
    ),
    gap("nothing since 181 days", {"order-idle": "P"}, purchase_orders=IDLE, purchase_order_lines=NO_NEED, **NOTHING_CAME),
    gap("nothing since 180 days", purchase_orders={**IDLE, "issued_at": "2023-11-17"}, purchase_order_lines=NO_NEED, **NOTHING_CAME),
    gap("nothing since 181 days, awaited today", purchase_orders=IDLE, purchase_order_lines={"need_by": "2024-05-15"}, **NOTHING_CAME),
    gap(
        "nothing since 181 days, promised for tomorrow",
        more={("purchase_order_lines", "L"): {"promised_on": "2024-05-16"}},
        purchase_orders=IDLE,
        purchase_order_lines=NO_NEED,
        **NOTHING_CAME,
    ),
    gap("requested 61 days ago", {"requisition-forgotten": "Q"}, requisitions={"status": "approved", "created_at": "2024-03-15"}),
    gap("requested 60 days ago", requisitions={"status": "approved", "created_at": "2024-03-16"}),
    gap("requested and ordered", requisitions={"status": "approved"}, purchase_order_lines={"requisition_line_id": "Q"}),
)

DATES = (
    gap("issued before it was created", {"order-dates": "P"}, purchase_orders={"created_at": "2024-03-11"}),
    gap("issued on the day it was created", purchase_orders={"created_at": "2024-03-10"}),
    gap("issued by a clock on the day before", purchase_orders={"created_at": "2024-03-11", "issued_at": "2024-03-10T23:30:00Z"}),
    gap("issued before it was approved, a finding", purchase_orders={"approved_at": "2024-03-12"}),
    gap("closed before it was issued", {"order-dates": "P"}, {("purchase_orders", "P"): {"closed_at": "2024-03-09"}}),
    gap("completed before it started", {"work-dates": "W"}, work_orders={"status": "completed", "completed_at": "2024-03-19"}),
    gap("completed on the day it started", work_orders={"status": "completed", "completed_at": "2024-03-20"}),
    gap("due before it was written", {"invoice-dates": "I"}, invoices={"due_on": "2024-03-17"}),
    gap("entered 366 days after its date", {"invoice-dates": "I"}, invoices={"invoice_date": "2023-03-19"}),
    gap("entered 365 days after its date", invoices={"invoice_date": "2023-03-20"}),
    gap("discount beyond the due date", {"invoice-dates": "I"}, invoices={"discount_until": "2024-04-18"}),
    gap("came before it was ordered", {"receipt-before-order": "R"}, receipts={"received_at": "2024-03-04"}),
    gap("came on the day it was ordered", receipts={"received_at": "2024-03-05"}),
)

GAPS = (*MISSING, *MASTER_DATA, *OPEN, *DATES)


def tables_of(gaps: tuple[Gap, ...]) -> dict[str, list[list[str]]]:
    """All cases in one set of exchange tables, header rows first."""
    tables = folder_of([case("", one.title, **one.change) for one in gaps])
    cells = {(table, f"{key}-{number}"): row for number, one in enumerate(gaps) for (table, key), row in one.more.items()}
    for table in {*MORE, *(name for name, _ in FILLED)}:
        header, *rows = tables[table]
        columns = [*header, *(name for name in MORE.get(table, ()) if name not in header)]
        named = [dict(zip(columns, [*row, *[""] * (len(columns) - len(row))], strict=True)) for row in rows]
        usual = {column: value for (filled, column), value in FILLED.items() if filled == table}
        complete = [{**row, **usual, **cells.get((table, row[header[0]]), {})} for row in named]
        tables[table] = [columns, *([row[column] for column in columns] for row in complete)]
    return tables


def expected(gaps: tuple[Gap, ...]) -> dict[str, list[str]]:
    """By measure: the ids that are bad, in the order of the cases."""
    found: dict[str, list[str]] = {}
    for number, one in enumerate(gaps):
        for measure, ids in one.found.items():
            found.setdefault(measure, []).extend(f"{key}-{number}" for key in ids.split())
    return found
