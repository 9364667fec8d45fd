"""Matching: what is billed against what was ordered and what came."""

from counterfoil.tables.seed.case import FAULT, RECEIPT, Case, copy, drop, fault, found, insert, near, put, worth
from counterfoil.tables.seed.moves import (
    APPROVED_AS_IS,
    BILLS,
    CHANGES,
    CONTRACTS,
    INVOICES,
    LINES,
    PAYMENTS,
    RECEIPTS,
    SETTLED,
    UNRECEIVED,
    billed_for,
    contract,
    extra_bill,
    received_again,
    repriced,
    taken_back,
)

_EXTRA = "x.invoice_id = t_invoice2"
_FREIGHT = "x.invoice_line_id = t_freight"
_FREIGHT_LINE = copy(BILLS, invoice_line_id="t_freight", quantity="1", unit="NULL", unit_price="10 * t_price", price_quantity="NULL", amount="10 * t_price", effect="'value'", receipt_line_id="NULL")
_DEARER = "ceil(unit_price * 1.05)"

PRICES: tuple[Case, ...] = (
    fault("price-above-order", "billed at a round price above the agreed one", "stock", *billed_for(f"unit_price = {_DEARER}"), amount="x.amount - worth(x.quantity, t_price, t_per)"),
    fault("price-above-order", "the freight was added to the amount of the line", "own", put(BILLS, "amount = amount * 1.5"), *SETTLED, amount="x.amount - worth(x.quantity, t_price, t_per)"),
    near("price-above-order", "two percent more, which is tolerated", "stock", put(BILLS, "amount = amount * 1.02"), *SETTLED, tip=put(BILLS, "amount = amount + 0.000001")),
    near("price-above-order", "a hundred times the price, for a hundred", "stock", put(LINES, "price_quantity = 1, unit_price = t_price"), put(BILLS, "price_quantity = 100, unit_price = 100 * t_price, amount = NULL"), *SETTLED, put(BILLS, "amount = NULL"), APPROVED_AS_IS, tip=put(BILLS, "price_quantity = 10")),
    near("price-above-order", "twice the number, in another currency", "stock", *billed_for("unit_price = 2 * unit_price"), put(INVOICES, "currency = t_other_currency"), put(PAYMENTS, "currency = t_other_currency"), tip=put(INVOICES, "currency = t_currency"), also=(found("currency-differs"),)),
    near("price-above-order", "a surcharge that moves the amount alone", "stock", _FREIGHT_LINE, *SETTLED, tip=put(BILLS, "effect = 'quantity'", "invoice_line_id = t_freight"), at=_FREIGHT),
    fault("price-above-contract", "a tenth above the contract", "stock", *contract(unit_price="t_price * 0.9"), amount="x.quantity * 0.1 * worth(1, t_price, t_per)"),
    fault("price-above-contract", "above the price that the contract has for the category", "stock", *contract(part_id="NULL", category="'SPARES'", unit_price="t_price * 0.5"), put(LINES, "category = 'SPARES'"), amount="x.quantity * 0.5 * worth(1, t_price, t_per)"),
    near("price-above-contract", "two percent above the contract, which is tolerated", "stock", *contract(), *repriced("unit_price * 1.02"), tip=put(CONTRACTS, "unit_price = unit_price - 0.000001 * t_per")),
    near("price-above-contract", "the lower price ended the day before", "stock", *contract(unit_price="t_price * 0.5", valid_to="on_day(t_issued, t_site, -1)"), tip=put(CONTRACTS, "valid_to = on_day(t_issued, t_site, 0)")),
    near("price-above-contract", "the category is cheaper, but the part has its own price", "stock", *contract(), insert(CONTRACTS, n="1", contract_id="t_contract", supplier_id="t_supplier", category="'SPARES'", unit_price="t_price * 0.5", price_quantity="t_per", currency="t_currency"), put(LINES, "category = 'SPARES'"), tip=put(CONTRACTS, "part_id = t_other_part", "contract_id = t_contract AND part_id IS NOT NULL")),
    near("price-above-contract", "the lower number is in another currency", "stock", *contract(unit_price="t_price * 0.5", currency="t_other_currency"), tip=put(CONTRACTS, "currency = t_currency")),
)  # fmt: skip

_ONE_LESS_CAME = put(RECEIPTS, "quantity_received = quantity_received - 1, quantity_accepted = NULL")
_NO_MORE_COMES = put(LINES, "delivery_complete = true")
_ONE_MORE = "quantity = quantity + 1"
_BULK = put(LINES, "category = 'BULK'")
_CREDIT_OF_ONE = extra_bill(amount="worth(1, t_price, t_per)", kind="'credit'", entered_at="plus(entered_at, days(9))", line={"effect": "NULL", "unit_price": "t_price", "price_quantity": "t_per"})
_EXCESS = worth("1")
_ON_ORDER_ALONE = (*UNRECEIVED, put(LINES, "match = 'two_way'"))
_RECENTLY = "plus(t_as_of, -days(10))"

QUANTITIES: tuple[Case, ...] = (
    fault("quantity-above-received", "one less came than was billed", "stock", _ONE_LESS_CAME, _NO_MORE_COMES, amount=_EXCESS),
    fault("quantity-above-received", "one was not accepted, and acceptance counts", "own", put(LINES, "match = 'four_way'"), put(RECEIPTS, "quantity_accepted = quantity_received - 1"), amount=_EXCESS),
    near("quantity-above-received quantity-above-ordered", "five percent more of weighed goods, which is tolerated", "stock", _BULK, *billed_for("quantity = quantity * 1.05"), tip=put(BILLS, "quantity = quantity + 0.000001")),
    near("quantity-above-received", "one was not accepted, but receipt is what counts", "own", put(LINES, "match = 'three_way'"), put(RECEIPTS, "quantity_accepted = quantity_received - 1"), tip=put(LINES, "match = 'four_way'")),
    near("quantity-above-received quantity-above-ordered", "one too many was billed, and credited later", "stock", *billed_for(_ONE_MORE), *_CREDIT_OF_ONE, tip=put(INVOICES, "status = 'void'", "invoice_id = t_invoice2")),
    near("quantity-above-received", "nothing came, and the order alone is matched", "stock", *_ON_ORDER_ALONE, tip=put(LINES, "match = 'three_way'")),
    fault("quantity-above-ordered", "one more was billed than ordered, on the order alone", "stock", *_ON_ORDER_ALONE, *billed_for(_ONE_MORE), amount=_EXCESS),
    fault("quantity-above-ordered", "one more than ordered was billed and not received either", "own", *billed_for(_ONE_MORE), amount=_EXCESS, also=(found("quantity-above-received", amount=_EXCESS),)),
    near("quantity-above-ordered", "two bills that make the whole", "stock", *billed_for("quantity = quantity - 1"), *extra_bill(amount="worth(1, t_price, t_per)", line={"effect": "NULL", "unit_price": "t_price", "price_quantity": "t_per"}), tip=put(BILLS, "quantity = quantity + 0.000001", "invoice_line_id = t_bill2"), at=_EXTRA),
    near("quantity-above-ordered", "the second bill for it is void", "stock", *extra_bill(amount="t_net", status="'void'", line={"effect": "NULL", "quantity": "quantity", "unit_price": "unit_price", "price_quantity": "price_quantity"}), tip=put(INVOICES, "status = 'received'", "invoice_id = t_invoice2"), at=_EXTRA),
    fault("received-above-ordered", "one more came", "stock", received_again(quantity_received="1", received_at=_RECENTLY)),
    near("received-above-ordered", "five percent more of weighed goods, which is tolerated", "stock", _BULK, received_again(quantity_received="t_quantity * 0.05", received_at=_RECENTLY), tip=put(RECEIPTS, "quantity_received = quantity_received + 0.000001", "receipt_line_id = t_receipt2")),
    near("received-above-ordered", "one more came and was taken back", "stock", received_again(quantity_received="1", received_at=_RECENTLY), taken_back("t_receipt2"), tip=drop(RECEIPTS, "receipt_line_id = t_receipt3")),
    near("received-above-ordered", "one more was delivered of a service, and not accepted", "service", put(RECEIPTS, "quantity_received = quantity_received + 1, quantity_accepted = t_quantity"), tip=put(RECEIPTS, "quantity_accepted = NULL")),
    near("received-above-ordered", "the order was raised by one before it was approved", "stock", received_again(quantity_received="1", received_at=_RECENTLY), insert(CHANGES, document="'purchase_order_line'", document_id="t_line", field="'quantity'", old="rtrim(rtrim(t_quantity::VARCHAR, '0'), '.')", new="rtrim(rtrim((t_quantity + 1)::VARCHAR, '0'), '.')", changed_at="plus(t_issued, -days(10))", changed_by="t_buyer"), put(LINES, "quantity = quantity + 1, delivery_complete = true, need_by = NULL"), APPROVED_AS_IS, tip=put(LINES, "quantity = t_quantity")),
    fault("invoice-without-receipt", "it never came, yet it was billed and paid", "stock", *UNRECEIVED, also=(found("paid-without-receipt"), found("quantity-above-received", amount="x.amount"))),
    fault("invoice-without-receipt", "what came was taken back, and it was billed all the same", "stock", put(LINES, "need_by = NULL"), taken_back(), drop(PAYMENTS), also=(found("quantity-above-received", amount="x.amount"),)),
    near("invoice-without-receipt", "nothing comes of what is matched with the order alone", "stock", *_ON_ORDER_ALONE, tip=put(LINES, "match = NULL")),
    near("invoice-without-receipt paid-without-receipt", "taken back, and booked once more", "stock", taken_back(), received_again(received_at="plus(received_at, 5400)"), put(BILLS, "receipt_line_id = NULL"), tip=drop(RECEIPTS, "receipt_line_id = t_receipt2")),
    near("invoice-without-receipt", "what is billed moves an amount alone", "stock", *UNRECEIVED, put(BILLS, "effect = 'value'"), tip=put(BILLS, "effect = 'quantity'")),
)  # fmt: skip

_IN_PARTS = "CASE t_unit WHEN 'PCS' THEN 0.5 WHEN 'KG' THEN 1000 ELSE 100 END"
_OTHER_UNIT = "CASE t_unit WHEN 'PCS' THEN 'PR' WHEN 'KG' THEN 'G' ELSE 'CM' END"
_OTHER_PRICE = "CASE t_unit WHEN 'PCS' THEN 2 WHEN 'KG' THEN 0.001 ELSE 0.01 END"
_COIN = "CASE t_currency WHEN 'JPY' THEN 1 ELSE 0.01 END"
_NO_COIN_MORE = put(INVOICES, f"amount_net = amount_net + {_COIN}, amount_total = amount_total + {_COIN}")

DIFFERENCES: tuple[Case, ...] = (
    fault("currency-differs", "billed in another currency", "stock", put(INVOICES, "currency = t_other_currency"), put(PAYMENTS, "currency = t_other_currency")),
    near("currency-differs", "the currency of the bill is not known", "stock", put(INVOICES, "currency = NULL"), tip=put(INVOICES, "currency = t_other_currency")),
    near("currency-differs", "a surcharge in another currency moves the amount alone", "stock", *extra_bill(currency="t_other_currency"), tip=put(BILLS, "effect = 'quantity'", "invoice_id = t_invoice2"), at=_EXTRA),
    near("currency-differs", "paid in another currency, billed in that of the order", "stock", put(PAYMENTS, "currency = t_other_currency, amount = 1"), tip=put(INVOICES, "currency = t_other_currency")),
    fault("unit-differs", "billed in another unit that can be converted", "stock", put(BILLS, f"unit = {_OTHER_UNIT}, quantity = quantity * {_IN_PARTS}, unit_price = unit_price * {_OTHER_PRICE}")),
    Case(FAULT, "received in another unit that can be converted", "stock", (put(RECEIPTS, f"unit = {_OTHER_UNIT}, quantity_received = quantity_received * {_IN_PARTS}, quantity_accepted = NULL"),), (found("unit-differs", paper=RECEIPT),)),
    near("unit-differs", "in small letters with blanks around", "stock", put(BILLS, "unit = ' ' || lower(t_unit) || ' '"), tip=put(BILLS, f"unit = {_OTHER_UNIT}")),
    near("unit-differs", "the bill names no unit", "stock", put(BILLS, "unit = NULL"), tip=put(BILLS, f"unit = {_OTHER_UNIT}")),
    near("unit-differs", "the order names no unit", "stock", put(LINES, "unit = NULL"), put(BILLS, f"unit = {_OTHER_UNIT}"), tip=put(LINES, "unit = t_unit")),
    fault("total-differs", "the net total is fifty above the lines", "stock", put(INVOICES, "amount_net = amount_net + 50, amount_total = amount_total + 50"), amount="50"),
    fault("total-differs", "the net total is fifty below the lines", "own", put(INVOICES, "amount_net = amount_net - 50"), amount="50"),
    near("total-differs", "off by the smallest coin", "stock", _NO_COIN_MORE, tip=put(INVOICES, "amount_net = amount_net + 0.000001")),
    near("total-differs", "off by the smallest coin for each of several lines", "stocks", put(INVOICES, f"amount_net = amount_net - {_COIN} * (SELECT count(*) FROM invoice_lines AS b WHERE b.o = t_o)"), tip=put(INVOICES, "amount_net = amount_net - 0.000001")),
    near("total-differs", "a credit note: the total is below zero, its line above", "stock", *extra_bill(kind="'credit'", amount_net="-5", amount_total="-5"), tip=put(INVOICES, "amount_net = -50", "invoice_id = t_invoice2"), at=_EXTRA),
)  # fmt: skip

CASES: tuple[Case, ...] = (*PRICES, *QUANTITIES, *DIFFERENCES)
