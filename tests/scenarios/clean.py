"""A clean story, from the need to the payment, and changes of it.

A pump needs ten seals. The planner asks for them, the buyer orders ten at 100 EUR for work order W, the manager approves, they come,
they are billed, paid and used. Nothing in it is worth a finding. A case changes one thing and says what is found then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tests.plants import Settings, drawn

Row = Mapping[str, str]
Change = Row | Sequence[Row] | None
Expected = tuple[str, str, str | None, str | None, str | None]
"""(severity, document id, line id, work order id, amount at risk)."""

SETTINGS = Settings(threshold="5000", threshold_currency="EUR", as_of=date(2024, 6, 30))

SITES = """
    site_id | timezone
    A       | Europe/Berlin
    B       | America/New_York
"""

BASE: dict[str, Row] = {
    "suppliers": {"supplier_id": "S", "tax_id": "", "status": "approved", "status_since": ""},
    "parts": {"part_id": "X", "kind": "material", "tracking": "lot", "standard_cost": "", "currency": "EUR", "category": "seals"},
    "work_orders": {
        "work_order_id": "W",
        "site_id": "A",
        "status": "in_progress",
        "created_at": "2024-03-01",
        "started_at": "2024-03-20",
        "completed_at": "",
        "closed_at": "",
        "budget_amount": "",
        "currency": "EUR",
    },
    "work_order_lines": {
        "work_order_line_id": "K",
        "work_order_id": "W",
        "operation_no": "",
        "operation_started_at": "",
        "kind": "material",
        "part_id": "X",
        "revision": "",
        "quantity": "10",
        "unit": "EA",
        "unit_price_estimated": "90",
        "supply": "buy",
    },
    "requisitions": {
        "requisition_line_id": "Q",
        "requisition_id": "RQ",
        "work_order_id": "W",
        "work_order_line_id": "",
        "quantity": "10",
        "unit_price_estimated": "80",
        "currency": "EUR",
        "created_at": "2024-03-02",
        "requested_by": "planner",
        "approved_by": "manager",
        "status": "ordered",
    },
    "purchase_orders": {
        "purchase_order_id": "P",
        "site_id": "A",
        "supplier_id": "S",
        "status": "issued",
        "currency": "EUR",
        "created_at": "2024-03-05",
        "approved_at": "",
        "issued_at": "2024-03-10",
        "requested_by": "buyer",
        "created_by": "buyer",
        "approved_by": "",
        "contract_id": "",
    },
    "purchase_order_lines": {
        "purchase_order_line_id": "L",
        "purchase_order_id": "P",
        "status": "",
        "created_at": "",
        "kind": "",
        "part_id": "X",
        "revision": "",
        "category": "",
        "quantity": "10",
        "unit": "EA",
        "unit_price": "100",
        "price_quantity": "",
        "basis": "",
        "need_by": "2024-03-25",
        "need": "work",
        "work_order_id": "",
        "operation_no": "",
        "requisition_line_id": "",
        "match": "",
        "delivery_complete": "",
    },
    "allocations": {"purchase_order_line_id": "L", "work_order_id": "W", "work_order_line_id": "K", "quantity": "10"},
    "approvals": {
        "document": "purchase_order",
        "document_id": "P",
        "person": "manager",
        "decided_at": "2024-03-08",
        "decision": "approved",
        "amount": "1000",
    },
    "receipts": {
        "receipt_line_id": "R",
        "receipt_id": "RC",
        "purchase_order_line_id": "L",
        "work_order_id": "",
        "quantity_received": "10",
        "quantity_accepted": "",
        "amount": "",
        "unit": "",
        "received_at": "2024-03-15",
        "reverses": "",
    },
    "invoices": {
        "invoice_id": "I",
        "supplier_id": "S",
        "invoice_number": "R 4711",
        "kind": "",
        "invoice_date": "2024-03-18",
        "entered_at": "2024-03-19",
        "due_on": "2024-04-17",
        "discount_until": "",
        "prepayment": "",
        "currency": "EUR",
        "amount_net": "1000",
        "amount_tax": "",
        "amount_total": "1000",
        "status": "paid",
        "purchase_order_id": "P",
        "reverses": "",
    },
    "invoice_lines": {
        "invoice_line_id": "B",
        "invoice_id": "I",
        "purchase_order_line_id": "L",
        "part_id": "",
        "quantity": "10",
        "unit": "",
        "unit_price": "100",
        "price_quantity": "",
        "amount": "",
        "effect": "",
    },
    "payments": {"payment_id": "Y", "invoice_id": "I", "amount": "1000", "currency": "EUR", "paid_at": "2024-04-15"},
    "lots": {"lot_id": "T", "part_id": "X", "receipt_line_id": "R", "work_order_id": "", "quantity": "10"},
    "consumption": {"consumption_id": "U", "work_order_id": "W", "part_id": "X", "lot_id": "T", "quantity": "10"},
    "labour": {"labour_id": "H", "work_order_id": "W", "hours": "2", "hourly_rate": "50", "currency": "EUR"},
}

OTHERS: dict[str, Row] = {
    "contracts": {
        "contract_id": "C",
        "part_id": "",
        "category": "",
        "unit_price": "",
        "price_quantity": "",
        "currency": "EUR",
        "valid_from": "",
        "valid_to": "",
    },
    "order_changes": {"document": "purchase_order_line", "document_id": "L", "field": "", "old": "", "new": "", "changed_at": "2024-03-09"},
    "unit_conversions": {"part_id": "X", "from_unit": "", "to_unit": "EA", "numerator": "", "denominator": "1"},
}
"""Tables that the clean story does without: what a row of theirs has unless a case says otherwise."""


@dataclass(frozen=True, slots=True)
class Case:
    """One change of the clean story and all that the rule then finds in it. An empty `found` is a near miss."""

    rule: str
    title: str
    found: tuple[Expected, ...]
    change: Mapping[str, Change]

    def __str__(self) -> str:
        return f"{self.rule}: {self.title}"


def case(rule: str, title: str, *found: Expected, **change: Change) -> Case:
    """A case; `change`: by table the cells that differ, a list of such rows in place of the one, or None for no row."""
    return Case(rule, title, found, change)


def of_case(text: str, number: int) -> str:
    """An id as it stands in the folder where all cases lie side by side."""
    return f"{text}-{number}" if text else ""


def rows_of(number: int, change: Mapping[str, Change]) -> dict[str, list[Row]]:
    """The rows of one case, its ids told apart from those of all other cases (sites are common to all)."""
    unknown = set(change) - set(BASE) - set(OTHERS)
    assert not unknown, unknown
    rows: dict[str, list[Row]] = {}
    for table, plain in {**BASE, **OTHERS}.items():
        changed: Change = change.get(table, {} if table in BASE else None)
        several = [] if changed is None else [changed] if isinstance(changed, Mapping) else list(changed)
        for one in several:
            assert set(one) <= set(plain), f"{table}: {set(one) - set(plain)}"
        rows[table] = [of_number({**plain, **one}, number) for one in several]
    return rows


def of_number(row: Row, number: int) -> Row:
    apart = {column for column in row if column == "reverses" or (column.endswith("_id") and column != "site_id")}
    return {column: of_case(cell, number) if column in apart else cell for column, cell in row.items()}


def folder_of(cases: Sequence[Case]) -> dict[str, list[list[str]]]:
    """All cases in one set of exchange tables, header rows first; numbered from 0."""
    tables: dict[str, list[list[str]]] = {"sites": drawn(SITES)}
    for table, plain in {**BASE, **OTHERS}.items():
        tables[table] = [list(plain)]
    for number, one in enumerate(cases):
        for table, rows in rows_of(number, one.change).items():
            tables[table] += [list(row.values()) for row in rows]
    return tables
