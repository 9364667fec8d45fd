"""Timing: what came before what."""

from counterfoil.tables.seed.case import Case, drop, fault, found, near, put, worth
from counterfoil.tables.seed.moves import (
    BILLS,
    INVOICES,
    LINES,
    NEEDS,
    NOT_PLANNED,
    NOTHING_CAME,
    ORDERS,
    PAYMENTS,
    RECEIPTS,
    STILL_OPEN,
    UNBILLED,
    UNRECEIVED,
    WORKS,
    extra_bill,
    received_again,
    taken_back,
)

_BILL_BY_AMOUNT = (*UNRECEIVED, put(LINES, "match = 'two_way'"))
"""Paid by the bill alone: nothing is received."""

_EXTRA = "x.invoice_id = t_invoice2"

ISSUED: tuple[Case, ...] = (
    fault("order-never-issued", "it came and was billed, and was never issued", "stocks", put(ORDERS, "issued_at = NULL")),
    fault("order-never-issued", "nothing came, yet it was billed", "stock", *_BILL_BY_AMOUNT, put(ORDERS, "issued_at = NULL")),
    near(
        "order-never-issued",
        "what came was taken back, and nothing billed",
        "stock",
        *UNBILLED,
        put(ORDERS, "issued_at = NULL, status = 'issued', closed_at = NULL"),
        put(LINES, "need_by = NULL"),
        taken_back(),
        tip=drop(RECEIPTS, "receipt_line_id = t_receipt3"),
    ),
    near(
        "order-never-issued",
        "it was cancelled",
        "stock",
        *UNBILLED,
        put(ORDERS, "issued_at = NULL, status = 'cancelled'"),
        tip=put(ORDERS, "status = 'approved'"),
        also=(found("receipt-on-dead-order"),),
    ),
    near(
        "order-never-issued",
        "nothing came, and only a credit note names it",
        "stock",
        *_BILL_BY_AMOUNT,
        drop(PAYMENTS),
        put(ORDERS, "issued_at = NULL"),
        put(INVOICES, "kind = 'credit'"),
        tip=put(INVOICES, "kind = 'invoice'"),
    ),
    fault(
        "order-after-invoice",
        "ordered the day after the bill, long after it came",
        "stock",
        put(ORDERS, "issued_at = plus(t_billed || 'T09:30:00', days(1))"),
        amount="(SELECT amount FROM invoice_lines WHERE invoice_line_id = t_bill)",
        also=(found("order-after-receipt"),),
    ),
    fault(
        "order-after-invoice",
        "ordered the day after the bill, by which alone it is paid",
        "stock",
        *_BILL_BY_AMOUNT,
        put(ORDERS, "issued_at = plus(t_billed || 'T09:30:00', days(1))"),
        amount="(SELECT amount FROM invoice_lines WHERE invoice_line_id = t_bill)",
    ),
    near(
        "order-after-invoice",
        "ordered late on the day of the bill",
        "stock",
        *_BILL_BY_AMOUNT,
        put(ORDERS, "issued_at = t_billed || 'T23:59:59'"),
        tip=put(ORDERS, "issued_at = plus(issued_at, 1)"),
    ),
    near(
        "order-after-invoice",
        "a credit note is dated before",
        "stock",
        *extra_bill(invoice_date="on_day(t_issued, t_site, -1)", kind="'credit'"),
        tip=put(INVOICES, "kind = 'invoice'", "invoice_id = t_invoice2"),
    ),
    near(
        "order-after-invoice",
        "a void bill is dated before",
        "stock",
        *extra_bill(invoice_date="on_day(t_issued, t_site, -1)", status="'void'"),
        tip=put(INVOICES, "status = 'received'", "invoice_id = t_invoice2"),
    ),
    near(
        "order-after-invoice",
        "a second bill is of the day of the order",
        "stock",
        *extra_bill(invoice_date="on_day(t_issued, t_site, 0)"),
        tip=put(INVOICES, "invoice_date = on_day(t_issued, t_site, -1)", "invoice_id = t_invoice2"),
    ),
    fault("order-after-receipt", "ordered an hour after it came", "stock", put(ORDERS, "issued_at = plus(t_came, 3600)")),
    fault(
        "order-after-receipt",
        "the line was added two hours after it came",
        "own",
        put(LINES, "created_at = plus(t_came, 7200)"),
        put(NEEDS, "supply = 'stock'"),
        put(WORKS, "status = 'in_progress', completed_at = NULL, closed_at = NULL"),
    ),
    near(
        "order-after-receipt",
        "ordered in the second that it came, written far away",
        "stock",
        put(ORDERS, "issued_at = abroad(t_came, t_site)"),
        tip=put(ORDERS, "issued_at = plus(issued_at, 1)"),
    ),
    near(
        "order-after-receipt",
        "ordered on the day that it came, of which only the date is known",
        "stock",
        put(RECEIPTS, "received_at = on_day(t_came, t_site, 0)"),
        put(ORDERS, "issued_at = plus(t_came, 3600)"),
        tip=put(ORDERS, "issued_at = plus(t_came, days(1))"),
    ),
    near(
        "order-after-receipt",
        "what came before was taken back",
        "stock",
        received_again(received_at="plus(t_issued, -days(1))"),
        taken_back("t_receipt2"),
        tip=drop(RECEIPTS, "receipt_line_id = t_receipt3"),
    ),
)

_JUST_BEFORE = "started_at = plus(zulu(t_issued, t_site), -3600)"
_SECOND_BEFORE = put(WORKS, "started_at = plus(started_at, -1)")

WORK: tuple[Case, ...] = (
    fault(
        "order-after-work",
        "the contractor began an hour before, and nobody had planned it",
        "service",
        *NOT_PLANNED,
        put(WORKS, _JUST_BEFORE),
    ),
    fault(
        "order-after-work",
        "the operation outside began an hour before",
        "outside",
        put(NEEDS, "operation_started_at = plus(zulu(t_issued, t_site), -3600)"),
        also=(found("work-without-commitment"),),
    ),
    near(
        "order-after-work",
        "ordered in the second that work began, written far away",
        "service",
        put(WORKS, "started_at = abroad(t_issued, t_site)"),
        tip=_SECOND_BEFORE,
    ),
    near(
        "order-after-work",
        "ordered on the day that work began, of which only the date is known",
        "service",
        put(WORKS, "started_at = on_day(t_issued, t_site, 0)"),
        tip=put(WORKS, "started_at = on_day(t_issued, t_site, -1)"),
    ),
    near(
        "order-after-work",
        "goods are not asked when the work began",
        "goods",
        put(NEEDS, "supply = 'stock'"),
        put(WORKS, _JUST_BEFORE),
        tip=put(LINES, "kind = 'service'"),
    ),
    fault(
        "invoice-before-receipt",
        "entered an hour before it came",
        "stock",
        put(INVOICES, "invoice_date = on_day(t_came, t_site, 0), entered_at = plus(zulu(t_came, t_site), -3600)"),
    ),
    fault(
        "invoice-before-receipt",
        "dated the day before it came, entered nobody knows when",
        "stock",
        put(INVOICES, "invoice_date = on_day(t_came, t_site, -1), entered_at = NULL"),
    ),
    near(
        "invoice-before-receipt",
        "entered in the second that it came, written far away",
        "stock",
        put(INVOICES, "invoice_date = on_day(t_came, t_site, 0), entered_at = abroad(t_came, t_site)"),
        tip=put(INVOICES, "entered_at = plus(entered_at, -1)"),
    ),
    near(
        "invoice-before-receipt",
        "dated the day that it came, entered nobody knows when",
        "stock",
        put(INVOICES, "invoice_date = on_day(t_came, t_site, 0), entered_at = NULL"),
        tip=put(INVOICES, "invoice_date = on_day(t_came, t_site, -1)"),
    ),
    near(
        "invoice-before-receipt",
        "entered before it came, and matched with the order alone",
        "stock",
        put(LINES, "match = 'two_way'"),
        put(INVOICES, "entered_at = plus(zulu(t_came, t_site), -3600)"),
        tip=put(LINES, "match = NULL"),
    ),
    near(
        "invoice-before-receipt",
        "what was entered before moves an amount alone",
        "own",
        *extra_bill(entered_at="plus(zulu(t_came, t_site), -3600)"),
        tip=put(BILLS, "effect = 'quantity', quantity = 0.000001, unit_price = 0, amount = 0", "invoice_id = t_invoice2"),
        at=_EXTRA,
    ),
)

_BULK = put(LINES, "category = 'BULK'")
_WEIGHED = put(RECEIPTS, "quantity_received = t_quantity * 0.95, quantity_accepted = NULL")
_RECENTLY = "received_at = plus(t_as_of, -days(20))"
_DAY_AGO, _TODAY = (put(LINES, f"need_by = plus(t_as_of, -days({days}))") for days in (1, 0))

DUE: tuple[Case, ...] = (
    fault("late-receipt", "it came the day after it was needed", "stock", put(LINES, "need_by = on_day(t_came, t_site, -1)")),
    fault(
        "late-receipt",
        "all but one came in time",
        "own",
        put(RECEIPTS, "quantity_received = quantity_received - 1, quantity_accepted = NULL"),
        received_again(quantity_received="1", received_at="plus(received_at, days(1))"),
        put(LINES, "need_by = on_day(t_came, t_site, 0)"),
    ),
    near(
        "late-receipt",
        "it came on the day that it was needed",
        "stock",
        put(LINES, "need_by = on_day(t_came, t_site, 0)"),
        tip=put(LINES, "need_by = on_day(t_came, t_site, -1)"),
    ),
    near(
        "late-receipt",
        "it came at half past eleven in the night of the day, written as the next",
        "stock",
        put(RECEIPTS, "received_at = abroad(on_day(t_came, t_site, 0) || 'T23:30:00', t_site)"),
        put(LINES, "need_by = on_day(t_came, t_site, 0)"),
        tip=put(RECEIPTS, "received_at = plus(received_at, 3600)"),
    ),
    near(
        "late-receipt",
        "the rest came late, but what was there was within tolerance",
        "stock",
        _BULK,
        _WEIGHED,
        received_again(quantity_received="t_quantity * 0.05", received_at="plus(received_at, days(1))"),
        put(LINES, "need_by = on_day(t_came, t_site, 0)"),
        tip=put(RECEIPTS, "quantity_received = quantity_received - 0.000001"),
    ),
    fault("overdue", "nothing came, and it was needed yesterday", "stock", *NOTHING_CAME, _DAY_AGO),
    fault(
        "overdue",
        "one came; the rest was needed yesterday",
        "stock",
        *UNBILLED,
        STILL_OPEN,
        put(RECEIPTS, f"quantity_received = 1, quantity_accepted = NULL, {_RECENTLY}"),
        _DAY_AGO,
        amount=worth("x.quantity - 1"),
    ),
    near("overdue", "needed today", "stock", *NOTHING_CAME, _TODAY, tip=_DAY_AGO),
    near(
        "overdue",
        "needed yesterday, but no more will come",
        "stock",
        *NOTHING_CAME,
        _DAY_AGO,
        put(LINES, "delivery_complete = true"),
        tip=put(LINES, "delivery_complete = false"),
    ),
    near(
        "overdue",
        "needed yesterday, and the line is closed",
        "stock",
        *NOTHING_CAME,
        _DAY_AGO,
        put(LINES, "status = 'closed'"),
        tip=put(LINES, "status = 'open'"),
    ),
    near(
        "overdue",
        "what came is within tolerance",
        "stock",
        _BULK,
        *UNBILLED,
        STILL_OPEN,
        _WEIGHED,
        put(RECEIPTS, _RECENTLY),
        _DAY_AGO,
        tip=put(RECEIPTS, "quantity_received = quantity_received - 0.000001"),
    ),
)

CASES: tuple[Case, ...] = (*ISSUED, *WORK, *DUE)
