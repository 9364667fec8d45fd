"""Matching, authority and value: a fault and a near miss for every rule, as changes of the clean story."""

from tests.scenarios.cases_linking import BILL, NEVER_BILLED, REVERSED, WORK
from tests.scenarios.clean import Row, case

ORDER = ("P", None, None, "1000")
INVOICE = ("I", None, None, "1000")
LATER = {"invoice_id": "I2", "invoice_date": "2024-03-20", "entered_at": "2024-03-21"}
CONTRACT = {"contract_id": "C"}
FROM_C = {"purchase_orders": {"contract_id": "C"}}
IN_YEN = {"purchase_orders": {"currency": "JPY"}}
IN_DINAR = {"purchase_orders": {"currency": "KWD"}}
NEVER_PAID = {"payments": None}
OTHER_SUPPLIER = [{}, {"supplier_id": "S2"}]
TWINS = [{"tax_id": "DE1"}, {"supplier_id": "S2", "tax_id": "DE1"}]


def bills(*rows: Row) -> list[Row]:
    """The clean invoice and those after it, none of them paid."""
    return [{}, *({**LATER, **row} for row in rows)]


MATCHING = [
    case("price-above-order", "101 against 100", ("E", "I", "B", "W", "10"), invoice_lines={"unit_price": "101"}),
    case("price-above-order", "a millionth each", ("E", "I", "B", "W", "0.00001"), invoice_lines={"unit_price": "100.000001"}),
    case("price-above-order", "99 against 100", invoice_lines={"unit_price": "99"}),
    case("price-above-order", "the amount decides", ("E", "I", "B", "W", "0.01"), invoice_lines={"unit_price": "1", "amount": "1000.01"}),
    case("price-above-order", "the amount is right, its price is not", invoice_lines={"unit_price": "101", "amount": "1000"}),
    case(
        "price-above-order",
        "1.01 each against 100 per 100",
        ("E", "I", "B", "W", "0.1"),
        invoice_lines={"unit_price": "1.01"},
        purchase_order_lines={"price_quantity": "100"},
    ),
    case("price-above-order", "10100 per 100 against 10 per 0.1: the same", invoice_lines={"unit_price": "10000", "price_quantity": "100"}),
    case("price-above-order", "moves the value only", invoice_lines={"unit_price": "101", "effect": "value"}),
    case("price-above-order", "other currency: another rule speaks", invoice_lines={"unit_price": "101"}, invoices={"currency": "USD"}),
    case(
        "price-above-order",
        "two boxes of six at 601 against 12 at 100",
        ("E", "I", "B", "W", "2"),
        invoice_lines={"quantity": "2", "unit": "box", "unit_price": "601"},
        purchase_order_lines={"quantity": "12"},
        unit_conversions={"from_unit": "BOX", "numerator": "6"},
    ),
    case(
        "price-above-contract",
        "agreed at 95",
        ("W", "P", "L", "W", "50"),
        contracts={**CONTRACT, "part_id": "X", "unit_price": "95"},
        **FROM_C,
    ),
    case("price-above-contract", "agreed at 100", contracts={**CONTRACT, "part_id": "X", "unit_price": "100"}, **FROM_C),
    case(
        "price-above-contract",
        "agreed at 9.5 per 10: the price of one is 0.95",
        ("W", "P", "L", "W", "990.5"),
        contracts={**CONTRACT, "part_id": "X", "unit_price": "9.5", "price_quantity": "10"},
        **FROM_C,
    ),
    case(
        "price-above-contract",
        "agreed until the day before",
        contracts={**CONTRACT, "part_id": "X", "unit_price": "95", "valid_to": "2024-03-09"},
        **FROM_C,
    ),
    case(
        "price-above-contract",
        "agreed from the day on, to the day",
        ("W", "P", "L", "W", "50"),
        contracts={**CONTRACT, "part_id": "X", "unit_price": "95", "valid_from": "2024-03-10", "valid_to": "2024-03-10"},
        **FROM_C,
    ),
    case(
        "price-above-contract",
        "agreed for its category",
        ("W", "P", "L", "W", "20"),
        contracts={**CONTRACT, "category": "seals", "unit_price": "98"},
        **FROM_C,
    ),
    case(
        "price-above-contract",
        "its part before its category",
        contracts=[{**CONTRACT, "category": "seals", "unit_price": "98"}, {**CONTRACT, "part_id": "X", "unit_price": "100"}],
        **FROM_C,
    ),
    case(
        "price-above-contract",
        "the latest agreement counts",
        ("W", "P", "L", "W", "20"),
        contracts=[
            {**CONTRACT, "part_id": "X", "unit_price": "90", "valid_from": "2023-01-01"},
            {**CONTRACT, "part_id": "X", "unit_price": "98", "valid_from": "2024-01-01"},
            {**CONTRACT, "part_id": "X", "unit_price": "80"},
        ],
        **FROM_C,
    ),
    case("price-above-contract", "another contract", contracts={"contract_id": "C2", "part_id": "X", "unit_price": "95"}, **FROM_C),
    case("quantity-above-received", "10 billed, 6 came", ("E", "I", "B", "W", "400"), receipts={"quantity_received": "6"}),
    case(
        "quantity-above-received",
        "10 billed, 4 and 6 came",
        receipts=[{"quantity_received": "4"}, {"receipt_line_id": "R2", "quantity_received": "6", "received_at": "2024-05-01"}],
    ),
    case(
        "quantity-above-received",
        "four-way: 7 of 10 accepted",
        ("E", "I", "B", "W", "300"),
        receipts={"quantity_accepted": "7"},
        purchase_order_lines={"match": "four_way"},
    ),
    case("quantity-above-received", "three-way: accepted does not matter", receipts={"quantity_accepted": "7"}),
    case(
        "quantity-above-received",
        "three-way service: received is accepted",
        ("E", "I", "B", "W", "300"),
        receipts={"quantity_accepted": "7"},
        purchase_order_lines={"kind": "service"},
    ),
    case("quantity-above-received", "two-way", receipts={"quantity_received": "6"}, purchase_order_lines={"match": "two_way"}),
    case(
        "quantity-above-received",
        "at the price of the bill, 250 per 10",
        ("E", "I", "B", "W", "100"),
        receipts={"quantity_received": "6"},
        invoice_lines={"unit_price": "250", "price_quantity": "10"},
    ),
    case("quantity-above-ordered", "12 billed of 10", ("E", "I", "B", "W", "200"), invoice_lines={"quantity": "12"}),
    case(
        "quantity-above-ordered",
        "12 billed, 2 credited later",
        invoices=bills({"kind": "credit", "amount_net": "200"}),
        invoice_lines=[{"quantity": "12"}, {"invoice_line_id": "B2", "invoice_id": "I2", "quantity": "2"}],
    ),
    case(
        "quantity-above-ordered",
        "7, then 5: the later one is 2 too many",
        ("E", "I2", "B2", "W", "200"),
        invoices=bills({}),
        invoice_lines=[{"quantity": "7"}, {"invoice_line_id": "B2", "invoice_id": "I2", "quantity": "5"}],
    ),
    case(
        "quantity-above-ordered",
        "no line, header only: 1200 at 100 is 12",
        ("E", "I", "I", "W", "200"),
        invoices={"amount_net": "1200"},
        invoice_lines=None,
    ),
    case("received-above-ordered", "11 of 10 came", ("W", "P", "L", "W", "100"), receipts={"quantity_received": "11"}),
    case(
        "received-above-ordered", "11 came, one went back", receipts=[{"quantity_received": "11"}, {**REVERSED, "quantity_received": "1"}]
    ),
    case("invoice-without-receipt", "nothing came", ("E", *BILL), receipts=None),
    case("invoice-without-receipt", "all went back", ("E", *BILL), receipts=[{}, REVERSED]),
    case("invoice-without-receipt", "one came", receipts={"quantity_received": "1"}),
    case("invoice-without-receipt", "two-way", receipts=None, purchase_order_lines={"match": "two_way"}),
    case("invoice-without-receipt", "moves the value only", receipts=None, invoice_lines={"effect": "value"}),
    case("currency-differs", "billed in dollars", ("W", *BILL), invoices={"currency": "USD"}),
    case("currency-differs", "the currency of the bill is unknown", invoices={"currency": ""}),
    case("unit-differs", "billed in boxes", ("W", "I", "B", "W", "0"), invoice_lines={"unit": "BOX"}),
    case("unit-differs", "received in boxes", ("W", "RC", "R", "W", "0"), receipts={"unit": "BOX"}),
    case("unit-differs", "blanks and case do not differ", invoice_lines={"unit": " ea "}, receipts={"unit": "Ea"}),
    case("total-differs", "two cents over one line", ("W", "I", None, None, "0.02"), invoices={"amount_net": "1000.02"}),
    case("total-differs", "one cent over one line", invoices={"amount_net": "1000.01"}),
    case("total-differs", "two cents under one line", ("W", "I", None, None, "0.02"), invoices={"amount_net": "999.98"}),
    case(
        "total-differs",
        "two cents over two lines",
        invoices={"amount_net": "1000.02"},
        invoice_lines=[{"quantity": "9"}, {"invoice_line_id": "B2", "quantity": "1"}],
    ),
    case("total-differs", "one yen over one line", invoices={"amount_net": "1001", "currency": "JPY"}, **IN_YEN),
    case(
        "total-differs",
        "two yen over one line, the currency is the order's",
        ("W", "I", None, None, "2"),
        invoices={"amount_net": "1002", "currency": ""},
        **IN_YEN,
    ),
    case(
        "total-differs",
        "two thousandths of a dinar",
        ("W", "I", None, None, "0.002"),
        invoices={"amount_net": "1000.002", "currency": "KWD"},
        **IN_DINAR,
    ),
    case("total-differs", "one thousandth of a dinar", invoices={"amount_net": "1000.001", "currency": "KWD"}, **IN_DINAR),
    case("total-differs", "a credit counts below zero on both sides", invoices={"kind": "credit"}),
    case("invoice-supplier-differs", "billed by another", ("E", *INVOICE), suppliers=OTHER_SUPPLIER, invoices={"supplier_id": "S2"}),
    case("invoice-supplier-differs", "billed by its twin", suppliers=TWINS, invoices={"supplier_id": "S2"}),
    case("invoice-supplier-differs", "billed by nobody known", invoices={"supplier_id": ""}),
    case("invoice-supplier-differs", "a credit", suppliers=OTHER_SUPPLIER, invoices={"supplier_id": "S2", "kind": "credit"}),
    case(
        "duplicate-invoice",
        "the same number written otherwise",
        ("E", "I2", None, None, "1000"),
        invoices=bills({"invoice_number": "r-04711"}),
    ),
    case("duplicate-invoice", "the later one, whatever its id", ("E", "H", None, None, "1000"), invoices=bills({"invoice_id": "H"})),
    case(
        "duplicate-invoice",
        "entered at once: the larger id",
        ("E", "I", None, None, "1000"),
        invoices=bills({"invoice_id": "H", "entered_at": "2024-03-19"}),
    ),
    case(
        "duplicate-invoice",
        "from the supplier's twin",
        ("E", "I2", None, None, "1000"),
        suppliers=TWINS,
        invoices=bills({"supplier_id": "S2"}),
    ),
    case("duplicate-invoice", "from another supplier", suppliers=OTHER_SUPPLIER, invoices=bills({"supplier_id": "S2"})),
    case(
        "duplicate-invoice", "a year later, the same total", ("E", "I2", None, None, "1000"), invoices=bills({"invoice_date": "2025-03-18"})
    ),
    case("duplicate-invoice", "a year later, another total", invoices=bills({"invoice_date": "2025-03-18", "amount_total": "999"})),
    case("duplicate-invoice", "the same year, another total", ("E", "I2", None, None, "999"), invoices=bills({"amount_total": "999"})),
    case("duplicate-invoice", "a credit with the number of the bill", invoices=bills({"kind": "credit"})),
    case("duplicate-invoice", "the first is void", invoices=[{"status": "void"}, LATER]),
    case("duplicate-suspected", "two digits swapped", ("W", "I2", None, None, "1000"), invoices=bills({"invoice_number": "R 4171"})),
    case(
        "duplicate-suspected",
        "ten days apart",
        ("W", "I2", None, None, "1000"),
        invoices=bills({"invoice_number": "R 47111", "invoice_date": "2024-03-28"}),
    ),
    case("duplicate-suspected", "eleven days apart", invoices=bills({"invoice_number": "R 47111", "invoice_date": "2024-03-29"})),
    case("duplicate-suspected", "another total", invoices=bills({"invoice_number": "R 4171", "amount_total": "1000.01"})),
    case("duplicate-suspected", "another currency", invoices=bills({"invoice_number": "R 4171", "currency": "USD"})),
    case("duplicate-suspected", "l for 1", ("W", "I2", None, None, "1000"), invoices=bills({"invoice_number": "r 47l1"})),
    case(
        "duplicate-suspected",
        "one digit, the same date and order line",
        ("W", "I2", None, None, "1000"),
        invoices=bills({"invoice_number": "R 4712", "invoice_date": "2024-03-18"}),
    ),
    case("duplicate-suspected", "one digit, the next day", invoices=bills({"invoice_number": "R 4712", "invoice_date": "2024-03-19"})),
    case("duplicate-suspected", "certain: another rule speaks", invoices=bills({"invoice_number": "R-4711"})),
]

SECOND_ORDER = {"purchase_order_id": "P2", "issued_at": "2024-03-12"}
THIRD_ORDER = {"purchase_order_id": "P3", "issued_at": "2024-03-16"}
THREE_LINES = [{}, *({"purchase_order_line_id": f"L{n}", "purchase_order_id": f"P{n}", "quantity": "20"} for n in (2, 3))]
BY_THE_ORDER = {"document": "purchase_order", "document_id": "P"}

AUTHORITY = [
    case("order-unapproved", "nobody approved", ("E", *ORDER), approvals=None),
    case("order-unapproved", "somebody refused", ("E", *ORDER), approvals={"decision": "rejected"}),
    case("order-unapproved", "a decision nobody knows", ("E", *ORDER), approvals={"decision": ""}),
    case("order-unapproved", "the order names who", approvals=None, purchase_orders={"approved_by": "manager"}),
    case("order-unapproved", "never issued", approvals=None, purchase_orders={"issued_at": ""}),
    case("approved-after-issue", "approved the day after", ("E", *ORDER), approvals={"decided_at": "2024-03-11"}),
    case("approved-after-issue", "approved on the day", approvals={"decided_at": "2024-03-10"}),
    case("approved-after-issue", "a second approval after the first", approvals=[{}, {"person": "controller", "decided_at": "2024-03-11"}]),
    case(
        "approved-after-issue",
        "the order says when it first was",
        approvals={"decided_at": "2024-03-11"},
        purchase_orders={"approved_at": "2024-03-09"},
    ),
    case("approval-exceeded", "900 approved", ("E", "P", None, None, "100"), approvals={"amount": "900"}),
    case("approval-exceeded", "400, then 1000 approved", approvals=[{"amount": "400"}, {"person": "controller"}]),
    case("approval-exceeded", "400 and 600 are not 1000", ("E", "P", None, None, "400"), approvals=[{"amount": "400"}, {"amount": "600"}]),
    case("approval-exceeded", "approved without an amount", approvals={"amount": ""}),
    case(
        "changed-after-approval", "its quantity, the day after", ("E", *WORK), order_changes={"field": "quantity", "old": "8", "new": "10"}
    ),
    case(
        "changed-after-approval",
        "the supplier of its order",
        ("E", *WORK),
        order_changes={**BY_THE_ORDER, "field": "supplier_id", "old": "S2", "new": "S"},
    ),
    case("changed-after-approval", "on the day", order_changes={"field": "quantity", "old": "8", "new": "10", "changed_at": "2024-03-08"}),
    case("changed-after-approval", "from ten to ten", order_changes={"field": "quantity", "old": "10", "new": "10"}),
    case("changed-after-approval", "its description", order_changes={"field": "description", "old": "a", "new": "b"}),
    case("changed-after-approval", "another line", order_changes={"document_id": "L2", "field": "quantity", "old": "8", "new": "10"}),
    case(
        "changed-after-approval",
        "approved again",
        order_changes={"field": "quantity", "old": "8", "new": "10"},
        approvals=[{}, {"decided_at": "2024-03-10"}],
    ),
    case("self-approved", "the buyer approved", ("E", *ORDER), approvals={"person": "buyer"}),
    case("self-approved", "the buyer and the manager approved", approvals=[{"person": "buyer"}, {}]),
    case(
        "self-approved",
        "requester and creator approved",
        ("E", *ORDER),
        approvals={"person": "planner"},
        purchase_orders={"requested_by": "planner", "approved_by": "buyer"},
    ),
    case("self-approved", "the planner approved the request", ("E", "RQ", "Q", "W", "800"), requisitions={"approved_by": "planner"}),
    case("self-approved", "nobody approved", approvals=None),
    case(
        "split-order",
        "1000, 2000, 2000 within seven days",
        ("W", "P", None, None, "5000"),
        purchase_orders=[{}, SECOND_ORDER, THIRD_ORDER],
        purchase_order_lines=THREE_LINES,
    ),
    case(
        "split-order",
        "the third a day later",
        purchase_orders=[{}, SECOND_ORDER, {**THIRD_ORDER, "issued_at": "2024-03-17"}],
        purchase_order_lines=THREE_LINES,
    ),
    case(
        "split-order",
        "4999.99 in all",
        purchase_orders=[{}, SECOND_ORDER, THIRD_ORDER],
        purchase_order_lines=[{"unit_price": "99.999"}, *THREE_LINES[1:]],
    ),
    case(
        "split-order",
        "one of them from a contract",
        purchase_orders=[{}, SECOND_ORDER, {**THIRD_ORDER, "contract_id": "C"}],
        purchase_order_lines=THREE_LINES,
    ),
    case(
        "split-order",
        "two people",
        purchase_orders=[{}, SECOND_ORDER, {**THIRD_ORDER, "requested_by": "planner"}],
        purchase_order_lines=THREE_LINES,
    ),
    case("split-order", "two sites", purchase_orders=[{}, SECOND_ORDER, {**THIRD_ORDER, "site_id": "B"}], purchase_order_lines=THREE_LINES),
    case(
        "split-order",
        "one at the threshold was approved as such",
        purchase_orders=[{}, SECOND_ORDER],
        purchase_order_lines=[{}, {**THREE_LINES[1], "quantity": "50"}],
    ),
    case("supplier-not-approved", "blocked, the order open", ("E", *ORDER), suppliers={"status": "blocked"}),
    case("supplier-not-approved", "blocked, the order closed", suppliers={"status": "blocked"}, purchase_orders={"status": "closed"}),
    case("supplier-not-approved", "blocked from the day on", ("E", *ORDER), suppliers={"status": "blocked", "status_since": "2024-03-10"}),
    case("supplier-not-approved", "blocked the day after", suppliers={"status": "blocked", "status_since": "2024-03-11"}),
    case("supplier-not-approved", "conditional", ("W", *ORDER), suppliers={"status": "conditional"}),
    case("supplier-not-approved", "unknown", ("W", *ORDER), purchase_orders={"supplier_id": "S9"}),
    case("supplier-not-approved", "no status", suppliers={"status": ""}),
    case("supplier-shares-tax-id", "two of three", ("I", "S", None, None, "0"), suppliers=[*TWINS, {"supplier_id": "S3", "tax_id": "DE3"}]),
    case("supplier-shares-tax-id", "a capital differs", suppliers=[{"tax_id": "DE1"}, {"supplier_id": "S2", "tax_id": "De1"}]),
    case("supplier-shares-tax-id", "two without one", suppliers=OTHER_SUPPLIER),
]

CLOSED = {"status": "closed", "closed_at": "2024-05-01"}
BUDGET_1099 = {"budget_amount": "1099"}

VALUE = [
    case("paid-without-receipt", "paid, nothing came", ("E", "Y", None, None, "1000"), receipts=None),
    case("paid-without-receipt", "a prepayment", receipts=None, invoices={"prepayment": "true"}),
    case("paid-without-receipt", "one came", receipts={"quantity_received": "1"}),
    case("paid-over-invoice", "a cent too much", ("E", "I", None, None, "0.01"), payments={"amount": "1000.01"}),
    case(
        "paid-over-invoice", "600 and 401", ("E", "I", None, None, "1"), payments=[{"amount": "600"}, {"payment_id": "Y2", "amount": "401"}]
    ),
    case("paid-over-invoice", "600 and 400", payments=[{"amount": "600"}, {"payment_id": "Y2", "amount": "400"}]),
    case("paid-over-invoice", "net and tax", invoices={"amount_total": "", "amount_tax": "190"}, payments={"amount": "1190"}),
    case("payment-on-void", "paid all the same", ("E", "Y", None, None, "1000"), invoices={"status": "void"}),
    case("payment-on-void", "held", invoices={"status": "held"}),
    case(
        "order-open-on-closed-work", "six of ten came", ("W", "P", "L", "W", "400"), work_orders=CLOSED, receipts={"quantity_received": "6"}
    ),
    case("order-open-on-closed-work", "the work was cancelled", ("W", *WORK), work_orders={"status": "cancelled"}, receipts=None),
    case("order-open-on-closed-work", "all came", work_orders=CLOSED),
    case(
        "order-open-on-closed-work",
        "said to be delivered",
        work_orders=CLOSED,
        receipts={"quantity_received": "6"},
        purchase_order_lines={"delivery_complete": "TRUE"},
    ),
    case(
        "order-open-on-closed-work",
        "the line is closed",
        work_orders=CLOSED,
        receipts={"quantity_received": "6"},
        purchase_order_lines={"status": "closed"},
    ),
    case(
        "order-open-on-closed-work", "the work is only completed", work_orders={"status": "completed"}, receipts={"quantity_received": "6"}
    ),
    case("over-budget", "1000 billed and two hours at 50: 1100", ("W", "W", None, "W", "1"), work_orders=BUDGET_1099),
    case("over-budget", "1100 of 1100", work_orders={"budget_amount": "1100"}),
    case(
        "over-budget",
        "4 billed, 6 still open: 1100 as well",
        ("W", "W", None, "W", "1"),
        work_orders=BUDGET_1099,
        invoice_lines={"quantity": "4"},
    ),
    case(
        "over-budget",
        "4 billed, the line closed: 500",
        work_orders=BUDGET_1099,
        invoice_lines={"quantity": "4"},
        purchase_order_lines={"status": "closed"},
    ),
    case(
        "over-budget",
        "ten of another part at 3: 1130",
        ("W", "W", None, "W", "31"),
        work_orders=BUDGET_1099,
        parts=[{}, {"part_id": "Z", "standard_cost": "3"}],
        consumption={"part_id": "Z"},
    ),
    case("over-budget", "a part bought for it is not counted twice", work_orders={"budget_amount": "1100"}, parts={"standard_cost": "3"}),
    case(
        "over-budget",
        "a third of the line: 333.333333 and 100",
        ("W", "W", None, "W", "0.333333"),
        work_orders={"budget_amount": "433"},
        allocations=[{"quantity": "1"}, {"work_order_id": "W2", "quantity": "2"}],
        purchase_order_lines={"quantity": "3"},
        invoice_lines={"quantity": "3", "amount": "1000"},
    ),
    case("quantity-differs", "12 required, 10 ordered", ("W", "P", "L", "W", "200"), work_order_lines={"quantity": "12"}),
    case("quantity-differs", "8 required, 10 ordered", ("W", "P", "L", "W", "200"), work_order_lines={"quantity": "8"}),
    case("quantity-differs", "nothing said", work_order_lines={"quantity": ""}),
    case(
        "quantity-differs",
        "by the only line with the same part",
        ("W", "P", "L", "W", "200"),
        work_order_lines={"quantity": "12"},
        allocations={"work_order_line_id": ""},
    ),
    case(
        "quantity-differs",
        "two lines with the same part",
        work_order_lines=[{"quantity": "12"}, {"work_order_line_id": "K2"}],
        allocations={"work_order_line_id": ""},
    ),
    case(
        "quantity-differs",
        "two order lines of ten for 20",
        work_order_lines={"quantity": "20"},
        purchase_order_lines=[{}, {"purchase_order_line_id": "L2"}],
        allocations=[{}, {"purchase_order_line_id": "L2"}],
    ),
    case(
        "revision-differs",
        "B ordered, A required",
        ("W", *WORK),
        purchase_order_lines={"revision": "B"},
        work_order_lines={"revision": "A"},
    ),
    case("revision-differs", "B ordered, none required", ("I", *WORK), purchase_order_lines={"revision": "B"}),
    case("revision-differs", "B and B", purchase_order_lines={"revision": "B"}, work_order_lines={"revision": "B"}),
    case("received-not-invoiced", "61 days ago", ("W", *WORK), receipts={"received_at": "2024-04-30"}, **NEVER_BILLED),
    case("received-not-invoiced", "60 days ago", receipts={"received_at": "2024-05-01"}, **NEVER_BILLED),
    case("received-not-invoiced", "4 of 10 billed", ("W", "P", "L", "W", "600"), invoice_lines={"quantity": "4"}),
    case(
        "received-not-invoiced",
        "4 billed, 4 came long ago, 6 lately",
        invoice_lines={"quantity": "4"},
        receipts=[{"quantity_received": "4"}, {"receipt_line_id": "R2", "quantity_received": "6", "received_at": "2024-05-01"}],
    ),
    case("invoice-paid-late", "a day late", ("I", *INVOICE), payments={"paid_at": "2024-04-18"}),
    case(
        "invoice-paid-late",
        "the last of two",
        ("I", "I", None, None, "400"),
        payments=[{"amount": "600"}, {"payment_id": "Y2", "amount": "400", "paid_at": "2024-04-18"}],
    ),
    case("invoice-paid-late", "on the day", payments={"paid_at": "2024-04-17"}),
    case("invoice-paid-early", "eleven days before", ("I", *INVOICE), payments={"paid_at": "2024-04-06"}),
    case("invoice-paid-early", "ten days before", payments={"paid_at": "2024-04-07"}),
    case(
        "invoice-paid-early",
        "on the last day of the discount",
        payments={"paid_at": "2024-04-06"},
        invoices={"discount_until": "2024-04-06"},
    ),
    case(
        "invoice-paid-early",
        "the day after the discount",
        ("I", *INVOICE),
        payments={"paid_at": "2024-04-06"},
        invoices={"discount_until": "2024-04-05"},
    ),
    case("lot-untraced", "no lot", ("W", "U", None, "W", "0"), consumption={"lot_id": ""}),
    case("lot-untraced", "an unknown lot", ("W", "U", None, "W", "0"), consumption={"lot_id": "T9"}),
    case("lot-untraced", "a lot from nowhere", ("W", "U", None, "W", "0"), lots={"receipt_line_id": ""}),
    case("lot-untraced", "a lot we made", lots={"receipt_line_id": "", "work_order_id": "W2"}),
    case("lot-untraced", "a part that nobody tracks", consumption={"lot_id": ""}, parts={"tracking": "none"}),
    case("lot-overdrawn", "a millionth too much", ("E", "T", None, "W", "0"), consumption={"quantity": "10.000001"}),
    case("lot-overdrawn", "4 and 6 of 10", consumption=[{"quantity": "4"}, {"consumption_id": "U2", "quantity": "6"}]),
    case(
        "lot-overdrawn",
        "ten of seven that stand",
        ("E", "T", None, "W", "0"),
        lots={"quantity": ""},
        receipts=[{}, {**REVERSED, "quantity_received": "3"}],
    ),
    case("lot-overdrawn", "ten of ten received", lots={"quantity": ""}),
]
