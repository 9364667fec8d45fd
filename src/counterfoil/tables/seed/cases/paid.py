"""Value: what was paid, and when."""

from counterfoil.tables.seed.case import Case, copy, drop, fault, found, near, put
from counterfoil.tables.seed.moves import (
    INVOICES,
    LINES,
    PAYMENTS,
    UNRECEIVED,
    credit_of_extra,
    extra_bill,
)

_NOTHING_CAME = (found("invoice-without-receipt"), found("quantity-above-received", amount="x.amount"))
_SECOND = "payment_id = t_payment2"
_PAID_EXTRA = copy(PAYMENTS, payment_id="t_payment2", invoice_id="t_invoice2", amount="5")
_PART = (put(PAYMENTS, "amount = amount - 1"), copy(PAYMENTS, payment_id="t_payment2", amount="1"))

PAID: tuple[Case, ...] = (
    fault("paid-without-receipt", "paid in two parts, and nothing came", "stock", *UNRECEIVED, *_PART, also=_NOTHING_CAME),
    near(
        "paid-without-receipt",
        "nothing came yet of what was to be paid before",
        "stock",
        *UNRECEIVED,
        put(INVOICES, "prepayment = true"),
        tip=put(INVOICES, "prepayment = false"),
        also=_NOTHING_CAME,
    ),
    near(
        "paid-without-receipt",
        "paid by the bill alone",
        "stock",
        *UNRECEIVED,
        put(LINES, "match = 'two_way'"),
        tip=put(LINES, "match = 'four_way'"),
    ),
    near(
        "paid-without-receipt",
        "the bill that was paid is void",
        "stock",
        *UNRECEIVED,
        put(INVOICES, "status = 'void'"),
        tip=put(INVOICES, "status = 'paid'"),
        also=(found("payment-on-void"),),
    ),
    fault("paid-over-invoice", "paid ten too much", "emergency", put(PAYMENTS, "amount = amount + 10"), amount="10"),
    near(
        "paid-over-invoice",
        "paid in two parts that make the whole",
        "service",
        *_PART,
        tip=put(PAYMENTS, "amount = amount + 0.000001", _SECOND),
    ),
    near(
        "paid-over-invoice",
        "no total: net and tax were paid",
        "outside",
        put(INVOICES, "amount_total = NULL"),
        tip=put(INVOICES, "amount_tax = amount_tax - 0.000001"),
    ),
    near(
        "paid-over-invoice",
        "paid ten too much, and ten came back",
        "outside",
        put(PAYMENTS, "amount = amount + 10"),
        copy(PAYMENTS, payment_id="t_payment2", amount="-10"),
        tip=drop(PAYMENTS, _SECOND),
    ),
    fault("payment-on-void", "a void bill was paid", "outside", *extra_bill(status="'void'"), _PAID_EXTRA, at="x.payment_id = t_payment2"),
    near(
        "payment-on-void",
        "what was paid was taken back by a credit note, not made void",
        "outside",
        *extra_bill(),
        *credit_of_extra("5"),
        _PAID_EXTRA,
        tip=put(INVOICES, "status = 'void'", "invoice_id = t_invoice2"),
        at="x.payment_id = t_payment2",
    ),
    near(
        "payment-on-void",
        "the bill is held, and was paid",
        "outside",
        put(INVOICES, "status = 'held'"),
        tip=put(INVOICES, "status = 'void'"),
    ),
    near(
        "payment-on-void",
        "there is a void bill beside the one that was paid",
        "outside",
        *extra_bill("t_number || '/2'", status="'void'"),
        tip=put(PAYMENTS, "invoice_id = t_invoice2", "payment_id = t_payment"),
        at="x.payment_id = t_payment",
    ),
    fault(
        "invoice-paid-late",
        "paid the day after it was due",
        "outside",
        put(PAYMENTS, "paid_at = plus(t_due, days(1))"),
        amount="x.amount_total",
    ),
    near(
        "invoice-paid-late",
        "paid on the day that it was due",
        "outside",
        put(PAYMENTS, "paid_at = t_due"),
        tip=put(PAYMENTS, "paid_at = plus(t_due, days(1))"),
    ),
    near(
        "invoice-paid-late",
        "nobody knows when it was due",
        "outside",
        put(PAYMENTS, "paid_at = plus(t_due, days(15))"),
        put(INVOICES, "due_on = NULL"),
        tip=put(INVOICES, "due_on = t_due"),
    ),
    near(
        "invoice-paid-late",
        "the last of two payments is of the day that it was due",
        "outside",
        *_PART,
        put(PAYMENTS, "paid_at = t_due", _SECOND),
        tip=put(PAYMENTS, "paid_at = plus(t_due, days(1))", _SECOND),
    ),
    fault(
        "invoice-paid-early",
        "paid eleven days before it was due",
        "outside",
        put(PAYMENTS, "paid_at = plus(t_due, -days(11))"),
        amount="x.amount_total",
    ),
    near(
        "invoice-paid-early",
        "paid ten days before it was due",
        "shared",
        put(PAYMENTS, "paid_at = plus(t_due, -days(10))"),
        tip=put(PAYMENTS, "paid_at = plus(t_due, -days(11))"),
    ),
    near(
        "invoice-paid-early",
        "paid early, on the last day of the discount",
        "shared",
        put(PAYMENTS, "paid_at = plus(t_due, -days(18))"),
        put(INVOICES, "discount_until = plus(t_due, -days(18))"),
        tip=put(INVOICES, "discount_until = plus(t_due, -days(19))"),
    ),
    near(
        "invoice-paid-early",
        "nobody knows when it is due",
        "shared",
        put(PAYMENTS, "paid_at = plus(t_due, -days(18))"),
        put(INVOICES, "due_on = NULL"),
        tip=put(INVOICES, "due_on = t_due"),
    ),
)

CASES: tuple[Case, ...] = PAID
