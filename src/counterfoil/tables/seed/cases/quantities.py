"""Matching: how much was billed, ordered and received."""

from counterfoil.tables.seed.case import Case, drop, fault, found, insert, near, put, worth
from counterfoil.tables.seed.moves import (
    APPROVED_AS_IS,
    BILLS,
    CHANGES,
    INVOICES,
    LINES,
    PAYMENTS,
    RECEIPTS,
    UNRECEIVED,
    billed_for,
    extra_bill,
    received_again,
    taken_back,
)

_EXTRA = "x.invoice_id = t_invoice2"
_ONE_LESS_CAME = put(RECEIPTS, "quantity_received = quantity_received - 1, quantity_accepted = NULL")
_NO_MORE_COMES = put(LINES, "delivery_complete = true")
_ONE_MORE = "quantity = quantity + 1"
_BULK = put(LINES, "category = 'BULK'")
_CREDIT_OF_ONE = extra_bill(
    amount="worth(1, t_price, t_per)",
    kind="'credit'",
    entered_at="plus(entered_at, days(9))",
    line={"effect": "NULL", "unit_price": "t_price", "price_quantity": "t_per"},
)
_EXCESS = worth("1")
_ON_ORDER_ALONE = (*UNRECEIVED, put(LINES, "match = 'two_way'"))
_RECENTLY = "plus(t_as_of, -days(10))"

QUANTITIES: tuple[Case, ...] = (
    fault("quantity-above-received", "one less came than was billed", "stock", _ONE_LESS_CAME, _NO_MORE_COMES, amount=_EXCESS),
    fault(
        "quantity-above-received",
        "one was not accepted, and acceptance counts",
        "own",
        put(LINES, "match = 'four_way'"),
        put(RECEIPTS, "quantity_accepted = quantity_received - 1"),
        amount=_EXCESS,
    ),
    near(
        "quantity-above-received quantity-above-ordered",
        "five percent more of weighed goods, which is tolerated",
        "stock",
        _BULK,
        *billed_for("quantity = quantity * 1.05"),
        tip=put(BILLS, "quantity = quantity + 0.000001"),
    ),
    near(
        "quantity-above-received",
        "one was not accepted, but receipt is what counts",
        "own",
        put(LINES, "match = 'three_way'"),
        put(RECEIPTS, "quantity_accepted = quantity_received - 1"),
        tip=put(LINES, "match = 'four_way'"),
    ),
    near(
        "quantity-above-received quantity-above-ordered",
        "one too many was billed, and credited later",
        "stock",
        *billed_for(_ONE_MORE),
        *_CREDIT_OF_ONE,
        tip=put(INVOICES, "status = 'void'", "invoice_id = t_invoice2"),
    ),
    near(
        "quantity-above-received",
        "nothing came, and the order alone is matched",
        "stock",
        *_ON_ORDER_ALONE,
        tip=put(LINES, "match = 'three_way'"),
    ),
    fault(
        "quantity-above-ordered",
        "one more was billed than ordered, on the order alone",
        "stock",
        *_ON_ORDER_ALONE,
        *billed_for(_ONE_MORE),
        amount=_EXCESS,
    ),
    fault(
        "quantity-above-ordered",
        "one more than ordered was billed and not received either",
        "own",
        *billed_for(_ONE_MORE),
        amount=_EXCESS,
        also=(found("quantity-above-received", amount=_EXCESS),),
    ),
    near(
        "quantity-above-ordered",
        "two bills that make the whole",
        "stock",
        *billed_for("quantity = quantity - 1"),
        *extra_bill(amount="worth(1, t_price, t_per)", line={"effect": "NULL", "unit_price": "t_price", "price_quantity": "t_per"}),
        tip=put(BILLS, "quantity = quantity + 0.000001", "invoice_line_id = t_bill2"),
        at=_EXTRA,
    ),
    near(
        "quantity-above-ordered",
        "the second bill for it is void",
        "stock",
        *extra_bill(
            amount="t_net",
            status="'void'",
            line={"effect": "NULL", "quantity": "quantity", "unit_price": "unit_price", "price_quantity": "price_quantity"},
        ),
        tip=put(INVOICES, "status = 'received'", "invoice_id = t_invoice2"),
        at=_EXTRA,
    ),
    fault("received-above-ordered", "one more came", "stock", received_again(quantity_received="1", received_at=_RECENTLY)),
    near(
        "received-above-ordered",
        "five percent more of weighed goods, which is tolerated",
        "stock",
        _BULK,
        received_again(quantity_received="t_quantity * 0.05", received_at=_RECENTLY),
        tip=put(RECEIPTS, "quantity_received = quantity_received + 0.000001", "receipt_line_id = t_receipt2"),
    ),
    near(
        "received-above-ordered",
        "one more came and was taken back",
        "stock",
        received_again(quantity_received="1", received_at=_RECENTLY),
        taken_back("t_receipt2"),
        tip=drop(RECEIPTS, "receipt_line_id = t_receipt3"),
    ),
    near(
        "received-above-ordered",
        "one more was delivered of a service, and not accepted",
        "service",
        put(RECEIPTS, "quantity_received = quantity_received + 1, quantity_accepted = t_quantity"),
        tip=put(RECEIPTS, "quantity_accepted = NULL"),
    ),
    near(
        "received-above-ordered",
        "the order was raised by one before it was approved",
        "stock",
        received_again(quantity_received="1", received_at=_RECENTLY),
        insert(
            CHANGES,
            document="'purchase_order_line'",
            document_id="t_line",
            field="'quantity'",
            old="rtrim(rtrim(t_quantity::VARCHAR, '0'), '.')",
            new="rtrim(rtrim((t_quantity + 1)::VARCHAR, '0'), '.')",
            changed_at="plus(t_issued, -days(10))",
            changed_by="t_buyer",
        ),
        put(LINES, "quantity = quantity + 1, delivery_complete = true, need_by = NULL"),
        APPROVED_AS_IS,
        tip=put(LINES, "quantity = t_quantity"),
    ),
    fault(
        "invoice-without-receipt",
        "it never came, yet it was billed and paid",
        "stock",
        *UNRECEIVED,
        also=(found("paid-without-receipt"), found("quantity-above-received", amount="x.amount")),
    ),
    fault(
        "invoice-without-receipt",
        "what came was taken back, and it was billed all the same",
        "stock",
        put(LINES, "need_by = NULL"),
        taken_back(),
        drop(PAYMENTS),
        also=(found("quantity-above-received", amount="x.amount"),),
    ),
    near(
        "invoice-without-receipt",
        "nothing comes of what is matched with the order alone",
        "stock",
        *_ON_ORDER_ALONE,
        tip=put(LINES, "match = NULL"),
    ),
    near(
        "invoice-without-receipt paid-without-receipt",
        "taken back, and booked once more",
        "stock",
        taken_back(),
        received_again(received_at="plus(received_at, 5400)"),
        put(BILLS, "receipt_line_id = NULL"),
        tip=drop(RECEIPTS, "receipt_line_id = t_receipt2"),
    ),
    near(
        "invoice-without-receipt",
        "what is billed moves an amount alone",
        "stock",
        *UNRECEIVED,
        put(BILLS, "effect = 'value'"),
        tip=put(BILLS, "effect = 'quantity'"),
    ),
)

CASES: tuple[Case, ...] = QUANTITIES
