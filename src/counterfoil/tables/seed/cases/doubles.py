"""Matching: whose bill it is, and whether it came before."""

from dataclasses import replace
from typing import Any

from counterfoil.tables.seed.case import BILL, SHARED_TAX_ID, Case, fault, found, near, put
from counterfoil.tables.seed.moves import BILLS, INVOICES, ORDERS, SUPPLIERS, extra_bill, loose_bill

_EXTRA = "x.invoice_id = t_invoice2"
_AT_EXTRA = "invoice_id = t_invoice2"
_BILLED = "(SELECT b.amount FROM invoice_lines AS b WHERE b.invoice_line_id = t_bill)"
_TAX_OF_SECOND = "tax_id = (SELECT y.tax_id FROM suppliers AS y WHERE y.supplier_id = t_spare2)"
_FOREIGN_TAX = "tax_id = tax_id || '9'"

SUPPLIER: tuple[Case, ...] = (
    fault(
        "invoice-supplier-differs",
        "billed by a supplier that nothing was ordered from",
        "stock",
        put(INVOICES, "supplier_id = t_spare"),
        amount=_BILLED,
    ),
    near(
        "invoice-supplier-differs",
        "billed by another number of the same company",
        "own",
        put(ORDERS, "supplier_id = t_spare2"),
        put(INVOICES, "supplier_id = t_spare"),
        put(SUPPLIERS, _TAX_OF_SECOND),
        tip=put(SUPPLIERS, _FOREIGN_TAX),
        also=(SHARED_TAX_ID,),
    ),
    near(
        "invoice-supplier-differs",
        "who billed is not known",
        "service",
        put(INVOICES, "supplier_id = NULL"),
        tip=put(INVOICES, "supplier_id = t_spare"),
    ),
    near(
        "invoice-supplier-differs",
        "a carrier bills an amount on the line of the order",
        "outside",
        *extra_bill(supplier_id="t_spare"),
        tip=put(BILLS, "effect = 'quantity'", _AT_EXTRA),
        at=_EXTRA,
    ),
    near(
        "invoice-supplier-differs",
        "the bill of another supplier is void",
        "request",
        *extra_bill(supplier_id="t_spare", status="'void'", line={"effect": "NULL"}),
        tip=put(INVOICES, "status = 'received'", _AT_EXTRA),
        at=_EXTRA,
    ),
)

_AS_BEFORE: dict[str, Any] = {"amount_tax": "amount_tax", "amount_total": "amount_total", "entered_at": "plus(entered_at, days(1))"}
_TWICE = extra_bill(
    "t_number",
    "t_net",
    line={"effect": "NULL", "quantity": "quantity", "unit_price": "unit_price", "price_quantity": "price_quantity"},
    **_AS_BEFORE,
)
_LATER: dict[str, Any] = {"entered_at": "plus(entered_at, days(1))"}
_WHOLE = replace(BILL, amount="x.amount")
_OVERBILLED = (found("quantity-above-received", _EXTRA, paper=_WHOLE), found("quantity-above-ordered", _EXTRA, paper=_WHOLE))
_LONG_AGO: dict[str, Any] = {
    "invoice_date": "plus(invoice_date, -days(400))",
    "entered_at": "plus(entered_at, -days(400))",
    "due_on": "plus(due_on, -days(400))",
}

DUPLICATES: tuple[Case, ...] = (
    fault("duplicate-invoice", "entered a second time as it was", "request", *_TWICE, at=_EXTRA, also=_OVERBILLED),
    fault(
        "duplicate-invoice",
        "the number in small letters, with blanks for its marks",
        "outside",
        *extra_bill("' ' || lower(translate(t_number, '-/', '  ')) || ' '", **_LATER),
        at=_EXTRA,
    ),
    near(
        "duplicate-invoice",
        "the credit note has the number of the bill",
        "service",
        *extra_bill("t_number", kind="'credit'", **_LATER),
        tip=put(INVOICES, "kind = 'invoice'", _AT_EXTRA),
        at=_EXTRA,
    ),
    near(
        "duplicate-invoice",
        "the first of the two is void",
        "request",
        *extra_bill("t_number", status="'void'", **_LATER),
        tip=put(INVOICES, "status = 'received'", _AT_EXTRA),
        at=_EXTRA,
    ),
    near(
        "duplicate-invoice",
        "another supplier has the same number",
        "service",
        *extra_bill("t_number", supplier_id="t_spare", **_LATER),
        tip=put(INVOICES, "supplier_id = t_supplier", _AT_EXTRA),
        at=_EXTRA,
    ),
    near(
        "duplicate-invoice",
        "the number goes on with a part",
        "service",
        *extra_bill("t_number || '/1'", **_LATER),
        tip=put(INVOICES, "invoice_number = t_number", _AT_EXTRA),
        at=_EXTRA,
    ),
    near(
        "duplicate-invoice",
        "the same number in an earlier year, and another total",
        "exempt",
        *loose_bill("t_net + 1", invoice_number="t_number", **_LONG_AGO),
        tip=put(INVOICES, "amount_total = (SELECT y.amount_total FROM invoices AS y WHERE y.invoice_id = t_invoice)", _AT_EXTRA),
    ),
)

_SWAPPED = r"regexp_replace(t_number, '([0-9])([-/ ])([0-9])', '\1\3\2')"
_LAST, _LAST_BUT_ONE = (f"((substr(t_number, -{place}, 1)::INTEGER + 1) % 10)::VARCHAR" for place in (1, 2))
_ONE_DIGIT = f"left(t_number, -1) || {_LAST}"
_TWO_DIGITS = f"left(t_number, -2) || {_LAST_BUT_ONE} || {_LAST}"


def _looks_like(number: str, **invoice: Any) -> tuple[str, ...]:
    """A second bill of the same total, on the same day unless it says otherwise, booked as an amount alone."""
    return extra_bill(number, "t_net", **{**_AS_BEFORE, **invoice})


SUSPECTED: tuple[Case, ...] = (
    fault("duplicate-suspected", "two neighbours of the number swapped", "outside", *_looks_like(_SWAPPED), at=_EXTRA),
    fault("duplicate-suspected", "the last digit of the number lost", "request", *_looks_like("left(t_number, -1)"), at=_EXTRA),
    fault("duplicate-suspected", "an O for a zero", "service", *_looks_like("regexp_replace(t_number, '0', 'O')"), at=_EXTRA),
    fault("duplicate-suspected", "another last digit, the same day and order line", "stock", *_looks_like(_ONE_DIGIT), at=_EXTRA),
    near(
        "duplicate-suspected",
        "neighbours swapped, eleven days later",
        "service",
        *_looks_like(_SWAPPED, invoice_date="plus(t_billed, days(11))"),
        tip=put(INVOICES, "invoice_date = plus(t_billed, days(10))", _AT_EXTRA),
        at=_EXTRA,
    ),
    near(
        "duplicate-suspected",
        "neighbours swapped, but the total is one more",
        "request",
        *extra_bill(_SWAPPED, "t_net + 1", **{**_AS_BEFORE, "amount_total": "amount_total + 1"}),
        tip=put(INVOICES, "amount_total = amount_total - 1", _AT_EXTRA),
        at=_EXTRA,
    ),
    near(
        "duplicate-suspected",
        "another last digit, and another day",
        "service",
        *_looks_like(_ONE_DIGIT, invoice_date="plus(t_billed, days(1))"),
        tip=put(INVOICES, "invoice_date = t_billed", _AT_EXTRA),
        at=_EXTRA,
    ),
    near(
        "duplicate-suspected",
        "two other digits, the same day",
        "service",
        *_looks_like(_TWO_DIGITS),
        tip=put(INVOICES, f"invoice_number = {_ONE_DIGIT}", _AT_EXTRA),
        at=_EXTRA,
    ),
    near(
        "duplicate-suspected",
        "neighbours swapped, in another currency",
        "stock",
        *_looks_like(_SWAPPED, currency="t_other_currency"),
        tip=put(INVOICES, "currency = t_currency", _AT_EXTRA),
        at=_EXTRA,
    ),
)

CASES: tuple[Case, ...] = (*SUPPLIER, *DUPLICATES, *SUSPECTED)
