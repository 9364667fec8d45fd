"""Linking: orders that bills and receipts name, or do not."""

from dataclasses import replace

from counterfoil.tables.seed.case import BARE_INVOICE, BILL, FAULT, LINE, NEAR, RECEIPT, Case, copy, drop, fault, found, near, put
from counterfoil.tables.seed.moves import (
    ALL,
    BILLS,
    INVOICES,
    LINES,
    ORDERS,
    PAYMENTS,
    RECEIPTS,
    UNBILLED,
    UNRECEIVED,
    credit_of_extra,
    extra_bill,
    loose_bill,
    received_again,
    taken_back,
)

_EXTRA = "x.invoice_id = t_invoice2"
_VOID_EXTRA, _NOT_VOID = (
    put(INVOICES, "status = 'void'", "invoice_id = t_invoice2"),
    put(INVOICES, "status = 'received'", "invoice_id = t_invoice2"),
)
_OF_UTILITY, _OF_SUPPLIER = (put(INVOICES, f"supplier_id = {who}", "invoice_id = t_invoice2") for who in ("t_utility", "t_supplier"))
_HEAD_UNKNOWN = {"purchase_order_id": "mistyped(t_order)"}
_HEAD_WORK = {"purchase_order_id": "t_work"}
_BILL_DISAGREES = found("links-disagree", "x.invoice_line_id = t_bill", paper=BILL)
_UNRESOLVED = {"purchase_order_line_id": "NULL", "part_id": "NULL", "effect": "NULL"}

BILLED: tuple[Case, ...] = (
    fault("invoice-without-order", "a bill for the freight that nobody ordered", "lots", *loose_bill(), at=_EXTRA),
    near(
        "invoice-without-order", "of a utility, which is exempt", "lots", *loose_bill(supplier_id="t_utility"), tip=_OF_SUPPLIER, at=_EXTRA
    ),
    near("invoice-without-order", "void", "lots", *loose_bill(), _VOID_EXTRA, tip=_NOT_VOID, at=_EXTRA),
    near(
        "invoice-without-order",
        "taken back wholly by a credit note",
        "lots",
        *loose_bill(),
        *credit_of_extra(),
        tip=put(INVOICES, "amount_total = amount_total - 1", "invoice_id = t_invoice3"),
        at=_EXTRA,
    ),
    near(
        "invoice-without-order",
        "the line names no order, the head does, and it has one line",
        "own",
        put(BILLS, "purchase_order_line_id = NULL"),
        tip=put(INVOICES, "purchase_order_id = NULL"),
    ),
    fault(
        "invoice-names-order-only",
        "one of several lines, but not which, above the value of the order",
        "stocks",
        *extra_bill(amount="450", line=_UNRESOLVED),
        at=_EXTRA,
    ),
    Case(
        FAULT,
        "a bill without lines for an order of several, within its value",
        "stocks",
        (*UNRECEIVED, drop(BILLS, ALL)),
        (found("invoice-names-order-only", paper=BARE_INVOICE),),
    ),
    near(
        "invoice-names-order-only",
        "the order has this line alone",
        "own",
        put(BILLS, "purchase_order_line_id = NULL, part_id = NULL"),
        tip=copy(LINES, purchase_order_line_id="t_line2", need_by="NULL", line_no="'00020'"),
    ),
    near(
        "invoice-names-order-only",
        "the part says which line",
        "stocks",
        put(BILLS, "purchase_order_line_id = NULL"),
        tip=put(BILLS, "part_id = NULL"),
    ),
    near(
        "invoice-names-order-only",
        "the only other line was cancelled",
        "own",
        copy(LINES, purchase_order_line_id="t_line2", need_by="NULL", line_no="'00020'", status="'cancelled'"),
        put(BILLS, "purchase_order_line_id = NULL, part_id = NULL"),
        tip=put(LINES, "status = 'open'", "purchase_order_line_id = t_line2"),
    ),
    near("invoice-names-order-only", "void", "stocks", *extra_bill(amount="450", line=_UNRESOLVED), _VOID_EXTRA, tip=_NOT_VOID, at=_EXTRA),
    fault(
        "invoice-names-work",
        "the number of the work order stands where the order belongs",
        "goods",
        *loose_bill(purchase_order_id="t_work"),
        at=_EXTRA,
    ),
    near(
        "invoice-names-work",
        "the head names the work order, but each line its order line",
        "own",
        put(INVOICES, "purchase_order_id = t_work"),
        tip=put(BILLS, "purchase_order_line_id = NULL"),
        also=(_BILL_DISAGREES,),
    ),
    near(
        "invoice-names-work",
        "a digit too many: no work order either",
        "goods",
        *loose_bill(purchase_order_id="mistyped(t_work)"),
        tip=put(INVOICES, "purchase_order_id = t_work", "invoice_id = t_invoice2"),
        at=_EXTRA,
        also=(found("order-unknown", _EXTRA),),
    ),
    near("invoice-names-work", "void", "goods", *loose_bill(purchase_order_id="t_work"), _VOID_EXTRA, tip=_NOT_VOID, at=_EXTRA),
    near(
        "invoice-names-work",
        "of a utility, which is exempt",
        "goods",
        *loose_bill(purchase_order_id="t_work", supplier_id="t_utility"),
        tip=_OF_SUPPLIER,
        at=_EXTRA,
    ),
)

_UNKNOWN_LINE = "mistyped(t_line)"
_GOODS_UNKNOWN = found("order-unknown", "x.receipt_line_id = t_receipt2", paper=replace(RECEIPT, currency="NULL"))
_LINE_UNKNOWN = found("order-unknown", "x.purchase_order_line_id = t_line2", paper=LINE)

UNKNOWN: tuple[Case, ...] = (
    fault("order-unknown", "a bill that names an order nobody knows", "stock", *loose_bill(**_HEAD_UNKNOWN), at=_EXTRA),
    Case(
        FAULT,
        "goods for an order line that nobody knows",
        "stock",
        (received_again(purchase_order_line_id=_UNKNOWN_LINE),),
        (_GOODS_UNKNOWN,),
    ),
    Case(
        FAULT,
        "a line of an order that nobody knows",
        "stock",
        (copy(LINES, purchase_order_line_id="t_line2", purchase_order_id="mistyped(t_order)", need_by="NULL"),),
        (_LINE_UNKNOWN,),
    ),
    near(
        "order-unknown",
        "the head names an order nobody knows, but each line its order line",
        "stock",
        put(INVOICES, "purchase_order_id = mistyped(t_order)"),
        tip=put(BILLS, "purchase_order_line_id = NULL"),
        also=(_BILL_DISAGREES,),
    ),
    Case(
        NEAR,
        "goods for an unknown order line, taken back wholly",
        "stock",
        (received_again(purchase_order_line_id=_UNKNOWN_LINE), taken_back("t_receipt2")),
        (_GOODS_UNKNOWN,),
        (),
        (drop(RECEIPTS, "receipt_line_id = t_receipt3"),),
    ),
    near("order-unknown", "void", "lots", *loose_bill(**_HEAD_UNKNOWN), _VOID_EXTRA, tip=_NOT_VOID, at=_EXTRA),
    near(
        "order-unknown",
        "what it names is a work order",
        "goods",
        *loose_bill(**_HEAD_WORK),
        tip=put(INVOICES, "purchase_order_id = mistyped(t_order)", "invoice_id = t_invoice2"),
        at=_EXTRA,
        also=(found("invoice-names-work", _EXTRA),),
    ),
    near(
        "order-unknown",
        "of a utility, which is exempt",
        "lots",
        *loose_bill(**_HEAD_UNKNOWN, supplier_id="t_utility"),
        tip=_OF_SUPPLIER,
        at=_EXTRA,
    ),
    fault(
        "receipt-without-order",
        "goods came that no order asks for",
        "stock",
        received_again(purchase_order_line_id="NULL"),
        at="x.receipt_line_id = t_receipt2",
    ),
    near(
        "receipt-without-order",
        "taken back wholly",
        "stock",
        received_again(purchase_order_line_id="NULL"),
        taken_back("t_receipt2"),
        tip=drop(RECEIPTS, "receipt_line_id = t_receipt3"),
        at="x.receipt_line_id = t_receipt2",
    ),
    near(
        "receipt-without-order",
        "it takes back one that names its line",
        "stock",
        received_again(received_at="plus(received_at, 5400)"),
        taken_back(purchase_order_line_id="NULL"),
        put(BILLS, "receipt_line_id = NULL"),
        tip=put(RECEIPTS, "reverses = NULL, quantity_received = -quantity_received", "receipt_line_id = t_receipt3"),
        at="x.receipt_line_id = t_receipt3",
    ),
    near(
        "receipt-without-order",
        "it names a line, though one that nobody knows",
        "stock",
        received_again(purchase_order_line_id=_UNKNOWN_LINE),
        tip=put(RECEIPTS, "purchase_order_line_id = NULL", "receipt_line_id = t_receipt2"),
        at="x.receipt_line_id = t_receipt2",
        also=(_GOODS_UNKNOWN,),
    ),
)

_DEAD = put(ORDERS, "status = 'cancelled'")
_BILLED_DEAD, _CAME_DEAD = found("invoice-on-dead-order", "x.o = t_o"), found("receipt-on-dead-order", "x.o = t_o")
_EXEMPT, _NOT_EXEMPT = put(LINES, "category = 'RENT'"), put(LINES, "category = NULL")
_NO_STATUS = put(ORDERS, "status = NULL")

DEAD: tuple[Case, ...] = (
    fault(
        "receipt-on-dead-order",
        "the order was cancelled; all the same it came and was billed",
        "stocks",
        _DEAD,
        at="x.o = t_o",
        also=(_BILLED_DEAD,),
    ),
    fault("receipt-on-dead-order", "it came on an order only submitted", "stock", *UNBILLED, put(ORDERS, "status = 'submitted'")),
    near(
        "receipt-on-dead-order",
        "taken back wholly",
        "stock",
        *UNBILLED,
        _DEAD,
        taken_back(),
        tip=drop(RECEIPTS, "receipt_line_id = t_receipt3"),
    ),
    near("receipt-on-dead-order invoice-on-dead-order", "the state of the order is not known", "stock", _NO_STATUS, tip=_DEAD),
    near("receipt-on-dead-order invoice-on-dead-order", "cancelled, of an exempt category", "stock", _DEAD, _EXEMPT, tip=_NOT_EXEMPT),
    near(
        "receipt-on-dead-order",
        "the line is closed, not cancelled",
        "stock",
        put(LINES, "status = 'closed'"),
        tip=put(LINES, "status = 'cancelled'"),
    ),
    fault("invoice-on-dead-order", "a draft was billed", "stock", *UNRECEIVED, put(ORDERS, "status = 'draft'")),
    near(
        "invoice-on-dead-order",
        "a cancelled order was billed, and the bill is void",
        "stock",
        *UNRECEIVED,
        _DEAD,
        drop(PAYMENTS),
        put(INVOICES, "status = 'void'"),
        tip=put(INVOICES, "status = 'received'"),
    ),
    near(
        "invoice-on-dead-order",
        "the bill was taken back wholly by a credit note",
        "stock",
        *UNRECEIVED,
        *UNBILLED[2:],
        _DEAD,
        *extra_bill(amount="t_net", kind="'credit'", reverses="t_invoice", amount_tax="amount_tax", amount_total="amount_total"),
        tip=put(INVOICES, "amount_total = amount_total - 1", "invoice_id = t_invoice2"),
    ),
)

CASES: tuple[Case, ...] = (*BILLED, *UNKNOWN, *DEAD)
