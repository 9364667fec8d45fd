"""Matching: the price, the currency, the unit and the total of what is billed."""

from counterfoil.tables.seed.case import FAULT, RECEIPT, Case, copy, fault, found, insert, near, put
from counterfoil.tables.seed.moves import (
    AMONG_CONTRACTS,
    APPROVED_AS_IS,
    BILLS,
    CONTRACTS,
    INVOICES,
    LINES,
    PAYMENTS,
    RECEIPTS,
    SETTLED,
    billed_for,
    contract,
    extra_bill,
    repriced,
)

_EXTRA = "x.invoice_id = t_invoice2"
_FREIGHT = "x.invoice_line_id = t_freight"
_FREIGHT_LINE = copy(
    BILLS,
    invoice_line_id="t_freight",
    quantity="1",
    unit="NULL",
    unit_price="10 * t_price",
    price_quantity="NULL",
    amount="10 * t_price",
    effect="'value'",
    receipt_line_id="NULL",
)
_DEARER = "ceil(unit_price * 1.05)"

PRICES: tuple[Case, ...] = (
    fault(
        "price-above-order",
        "billed at a round price above the agreed one",
        "stock",
        *billed_for(f"unit_price = {_DEARER}"),
        amount="x.amount - worth(x.quantity, t_price, t_per)",
    ),
    fault(
        "price-above-order",
        "the freight was added to the amount of the line",
        "request",
        put(BILLS, "amount = amount * 1.5"),
        *SETTLED,
        amount="x.amount - worth(x.quantity, t_price, t_per)",
    ),
    near(
        "price-above-order",
        "two percent more, which is tolerated",
        "stock",
        put(BILLS, "amount = amount * 1.02"),
        *SETTLED,
        tip=put(BILLS, "amount = amount + 0.000001"),
    ),
    near(
        "price-above-order",
        "a hundred times the price, for a hundred",
        "stock",
        put(LINES, "price_quantity = 1, unit_price = t_price"),
        put(BILLS, "price_quantity = 100, unit_price = 100 * t_price, amount = NULL"),
        *SETTLED,
        put(BILLS, "amount = NULL"),
        APPROVED_AS_IS,
        tip=put(BILLS, "price_quantity = 10"),
    ),
    near(
        "price-above-order",
        "twice the number, in another currency",
        "stock",
        *billed_for("unit_price = 2 * unit_price"),
        put(INVOICES, "currency = t_other_currency"),
        put(PAYMENTS, "currency = t_other_currency"),
        tip=put(INVOICES, "currency = t_currency"),
        also=(found("currency-differs"),),
    ),
    near(
        "price-above-order",
        "a surcharge that moves the amount alone",
        "stock",
        _FREIGHT_LINE,
        *SETTLED,
        tip=put(BILLS, "effect = 'quantity'", "invoice_line_id = t_freight"),
        at=_FREIGHT,
    ),
    fault(
        "price-above-contract",
        "a tenth above the contract",
        "stock",
        *contract(unit_price="t_price * 0.9"),
        amount="x.quantity * 0.1 * worth(1, t_price, t_per)",
    ),
    fault(
        "price-above-contract",
        "above the price that the contract has for the category",
        "stock",
        *contract(part_id="NULL", category="'SPARES'", unit_price="t_price * 0.5"),
        put(LINES, "category = 'SPARES'"),
        amount="x.quantity * 0.5 * worth(1, t_price, t_per)",
    ),
    near(
        "price-above-contract",
        "two percent above the contract, which is tolerated",
        "stock",
        *contract(),
        *repriced("unit_price * 1.02"),
        tip=put(CONTRACTS, "unit_price = unit_price - 0.000001 * t_per"),
    ),
    near(
        "price-above-contract",
        "the lower price ended the day before",
        "stock",
        *contract(unit_price="t_price * 0.5", valid_to="on_day(t_issued, t_site, -1)"),
        tip=put(CONTRACTS, "valid_to = on_day(t_issued, t_site, 0)"),
    ),
    near(
        "price-above-contract",
        "the category is cheaper, but the part has its own price",
        "stock",
        *contract(),
        insert(
            CONTRACTS,
            o=AMONG_CONTRACTS,
            n="1",
            contract_id="t_contract",
            supplier_id="t_supplier",
            category="'SPARES'",
            unit_price="t_price * 0.5",
            price_quantity="t_per",
            currency="t_currency",
        ),
        put(LINES, "category = 'SPARES'"),
        tip=put(CONTRACTS, "part_id = t_other_part", "contract_id = t_contract AND part_id IS NOT NULL"),
    ),
    near(
        "price-above-contract",
        "the lower number is in another currency",
        "stock",
        *contract(unit_price="t_price * 0.5", currency="t_other_currency"),
        tip=put(CONTRACTS, "currency = t_currency"),
    ),
)

_IN_PARTS = "CASE t_unit WHEN 'PCS' THEN 0.5 WHEN 'KG' THEN 1000 ELSE 100 END"
_OTHER_UNIT = "CASE t_unit WHEN 'PCS' THEN 'PR' WHEN 'KG' THEN 'G' ELSE 'CM' END"
_OTHER_PRICE = "CASE t_unit WHEN 'PCS' THEN 2 WHEN 'KG' THEN 0.001 ELSE 0.01 END"
_COIN = "CASE t_currency WHEN 'JPY' THEN 1 ELSE 0.01 END"
_NO_COIN_MORE = put(INVOICES, f"amount_net = amount_net + {_COIN}, amount_total = amount_total + {_COIN}")

DIFFERENCES: tuple[Case, ...] = (
    fault(
        "currency-differs",
        "billed in another currency",
        "stock",
        put(INVOICES, "currency = t_other_currency"),
        put(PAYMENTS, "currency = t_other_currency"),
    ),
    near(
        "currency-differs",
        "the currency of the bill is not known",
        "stock",
        put(INVOICES, "currency = NULL"),
        tip=put(INVOICES, "currency = t_other_currency"),
    ),
    near(
        "currency-differs",
        "a surcharge in another currency moves the amount alone",
        "stock",
        *extra_bill(currency="t_other_currency"),
        tip=put(BILLS, "effect = 'quantity'", "invoice_id = t_invoice2"),
        at=_EXTRA,
    ),
    near(
        "currency-differs",
        "paid in another currency, billed in that of the order",
        "stock",
        put(PAYMENTS, "currency = t_other_currency, amount = 1"),
        tip=put(INVOICES, "currency = t_other_currency"),
    ),
    fault(
        "unit-differs",
        "billed in another unit that can be converted",
        "stock",
        put(BILLS, f"unit = {_OTHER_UNIT}, quantity = quantity * {_IN_PARTS}, unit_price = unit_price * {_OTHER_PRICE}"),
    ),
    Case(
        FAULT,
        "received in another unit that can be converted",
        "stock",
        (put(RECEIPTS, f"unit = {_OTHER_UNIT}, quantity_received = quantity_received * {_IN_PARTS}, quantity_accepted = NULL"),),
        (found("unit-differs", paper=RECEIPT),),
    ),
    near(
        "unit-differs",
        "in small letters with blanks around",
        "stock",
        put(BILLS, "unit = ' ' || lower(t_unit) || ' '"),
        tip=put(BILLS, f"unit = {_OTHER_UNIT}"),
    ),
    near("unit-differs", "the bill names no unit", "stock", put(BILLS, "unit = NULL"), tip=put(BILLS, f"unit = {_OTHER_UNIT}")),
    near(
        "unit-differs",
        "the order names no unit",
        "stock",
        put(LINES, "unit = NULL"),
        put(BILLS, f"unit = {_OTHER_UNIT}"),
        tip=put(LINES, "unit = t_unit"),
    ),
    fault(
        "total-differs",
        "the net total is fifty above the lines",
        "stock",
        put(INVOICES, "amount_net = amount_net + 50, amount_total = amount_total + 50"),
        amount="50",
    ),
    fault("total-differs", "the net total is fifty below the lines", "request", put(INVOICES, "amount_net = amount_net - 50"), amount="50"),
    near("total-differs", "off by the smallest coin", "request", _NO_COIN_MORE, tip=put(INVOICES, "amount_net = amount_net + 0.000001")),
    near(
        "total-differs",
        "off by the smallest coin for each of several lines",
        "stocks",
        put(INVOICES, f"amount_net = amount_net - {_COIN} * (SELECT count(*) FROM invoice_lines AS b WHERE b.o = t_o)"),
        tip=put(INVOICES, "amount_net = amount_net - 0.000001"),
    ),
    near(
        "total-differs",
        "a credit note: the total is below zero, its line above",
        "request",
        *extra_bill(kind="'credit'", amount_net="-5", amount_total="-5"),
        tip=put(INVOICES, "amount_net = -50", "invoice_id = t_invoice2"),
        at=_EXTRA,
    ),
)

CASES: tuple[Case, ...] = (*PRICES, *DIFFERENCES)
