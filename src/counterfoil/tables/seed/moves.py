"""Changes that many cases make: several statements that keep the papers of an order in step with each other."""

from collections.abc import Mapping
from typing import Any

from counterfoil.tables.seed.case import copy, drop, insert, put

ORDERS, LINES, ALLOCATIONS, RECEIPTS = "purchase_orders", "purchase_order_lines", "allocations", "receipts"
INVOICES, BILLS, PAYMENTS = "invoices", "invoice_lines", "payments"
WORKS, NEEDS, REQUESTS, APPROVALS = "work_orders", "work_order_lines", "requisitions", "approvals"
SUPPLIERS, CONTRACTS, CHANGES, LOTS, USES, LABOUR = "suppliers", "contracts", "order_changes", "lots", "consumption", "labour"

ALL = "o = t_o"
"""Every row of a table that belongs to the order."""

STILL_OPEN = put(ORDERS, "status = 'issued', closed_at = NULL")

UNBILLED = tuple(drop(table, ALL) for table in (BILLS, INVOICES, PAYMENTS))

UNRECEIVED = (
    drop(RECEIPTS, ALL),
    put(BILLS, "receipt_line_id = NULL", ALL),
    put(LINES, "need_by = NULL, promised_on = NULL", ALL),
)

NOTHING_CAME = (*UNRECEIVED, *UNBILLED, STILL_OPEN)
"""The order is out, and that is all."""

NOT_PLANNED = (drop(NEEDS), put(ALLOCATIONS, "work_order_line_id = NULL"))
"""Nobody wrote down that the work needs it."""


def settled(order: str = "t_o") -> tuple[str, ...]:
    """The totals of the bills follow from their lines, and what was paid from the totals."""
    return (
        f"""UPDATE invoices SET amount_net = net, amount_total = net + coalesce(amount_tax, 0) FROM (
            SELECT invoice_id AS billed, sum(billed(b.amount, b.quantity, b.unit_price, b.price_quantity))::DECIMAL(18, 6) AS net
            FROM invoice_lines AS b JOIN target ON b.o = {order} GROUP BY invoice_id
        ) WHERE invoice_id = billed""",
        f"""UPDATE payments SET amount = total FROM (
            SELECT invoice_id AS paid, amount_total AS total FROM invoices JOIN target ON o = {order}
        ) WHERE invoice_id = paid""",
    )


SETTLED = settled()
APPROVED_AS_IS = put(APPROVALS, "amount = order_value(document_id)::DECIMAL(18, 6)")


def repriced(price: str, order: str = "t_o") -> tuple[str, ...]:
    """Another price on the first line of an order, and on all that follows from it. `price` may read the line's own columns."""
    return (
        put(LINES, f"unit_price = ({price})::DECIMAL(18, 6)", f"purchase_order_line_id = line_id({order}, 1)"),
        f"""UPDATE invoice_lines SET unit_price = price, amount = worth(quantity, price, per)::DECIMAL(18, 6) FROM (
            SELECT purchase_order_line_id AS line, unit_price AS price, price_quantity AS per FROM purchase_order_lines
            JOIN target ON purchase_order_line_id = line_id({order}, 1)
        ) WHERE purchase_order_line_id = line""",
        *settled(order),
        put(APPROVALS, "amount = order_value(document_id)::DECIMAL(18, 6)", f"document_id = order_id({order})"),
    )


def billed_for(values: str) -> tuple[str, ...]:
    """Other figures on the first line of the bill; its amount and the totals follow."""
    return (put(BILLS, values), put(BILLS, "amount = worth(quantity, unit_price, price_quantity)::DECIMAL(18, 6)"), *SETTLED)


def extra_bill(
    number: str = "t_number2", amount: str = "5", second: bool = True, line: Mapping[str, Any] | None = None, **invoice: Any
) -> tuple[str, ...]:
    """One more invoice of the same supplier, of one line that moves an amount alone unless `line` says otherwise."""
    invoice_id, bill_id, nth = ("t_invoice2", "t_bill2", 1) if second else ("t_invoice3", "t_bill3", 2)
    head: dict[str, Any] = {
        "invoice_id": invoice_id,
        "invoice_number": number,
        "status": "'received'",
        "amount_net": amount,
        "amount_tax": "0",
        "amount_total": amount,
        **invoice,
    }
    body: dict[str, Any] = {
        "invoice_line_id": bill_id,
        "invoice_id": invoice_id,
        "receipt_line_id": "NULL",
        "quantity": "1",
        "unit": "NULL",
        "unit_price": amount,
        "price_quantity": "NULL",
        "amount": amount,
        "effect": "'value'",
        **(line or {}),
    }
    return (copy(INVOICES, nth=nth, **head), copy(BILLS, nth=nth, **body))


def loose_bill(amount: str = "450", **invoice: Any) -> tuple[str, ...]:
    """One more invoice, which names no order, nor does its line."""
    nothing: dict[str, Any] = {"purchase_order_line_id": "NULL", "part_id": "NULL", "effect": "NULL"}
    return extra_bill(amount=amount, line=nothing, **{"purchase_order_id": "NULL", **invoice})


def credit_of_extra(amount: str = "450") -> tuple[str, ...]:
    """A credit note that takes the one more invoice back."""
    nothing: dict[str, Any] = {"purchase_order_line_id": "NULL", "part_id": "NULL", "effect": "NULL"}
    return extra_bill(
        "t_number3",
        amount,
        False,
        nothing,
        kind="'credit'",
        reverses="t_invoice2",
        purchase_order_id="NULL",
        entered_at="plus(entered_at, days(2))",
    )


def taken_back(receipt: str = "t_receipt", nth: int = 2, **values: Any) -> str:
    """A receipt row that reverses the first one wholly, an hour later."""
    reversal: dict[str, Any] = {
        "receipt_line_id": "t_receipt3",
        "receipt_id": "t_goods3",
        "quantity_received": "-quantity_received",
        "quantity_accepted": "NULL",
        "received_at": "plus(received_at, 3600)",
        "reverses": receipt,
        **values,
    }
    return copy(RECEIPTS, f"receipt_line_id = {receipt}", nth, **reversal)


def received_again(**values: Any) -> str:
    """A second receipt, like the first unless `values` say otherwise."""
    return copy(RECEIPTS, receipt_line_id="t_receipt2", receipt_id="t_goods2", quantity_accepted="NULL", **values)


def second_work(**values: Any) -> str:
    """One more work order like the first."""
    return copy(WORKS, work_order_id="t_work2", budget_amount="NULL", **values)


AMONG_CONTRACTS = "9000000000 + t_o"
"""Where a contract of an order's own is written: see the view in tables.sql."""


def contract(**values: Any) -> tuple[str, ...]:
    """A contract of this order's own, about the price of its part."""
    row: dict[str, Any] = {
        "o": AMONG_CONTRACTS,
        "contract_id": "t_contract",
        "supplier_id": "t_supplier",
        "part_id": "t_part",
        "unit_price": "t_price",
        "price_quantity": "t_per",
        "currency": "t_currency",
        "valid_from": "'2024-01-01'",
        "valid_to": "'2027-12-31'",
        **values,
    }
    return (put(ORDERS, "contract_id = t_contract"), insert(CONTRACTS, **row))


def allocated_also(quantity: str, work: str = "t_work", need: str = "NULL", nth: int = 1) -> str:
    """One more allocation of the line."""
    return insert(
        ALLOCATIONS, n=str(10 + nth), purchase_order_line_id="t_line", work_order_id=work, work_order_line_id=need, quantity=quantity
    )
