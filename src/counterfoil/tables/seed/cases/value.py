"""Value: what stays open, what work cost, and lots."""

from counterfoil.tables.seed.case import Case, copy, drop, fault, insert, near, put, worth
from counterfoil.tables.seed.moves import (
    BILLS,
    INVOICES,
    LABOUR,
    LINES,
    LOTS,
    NEEDS,
    NOTHING_CAME,
    RECEIPTS,
    STILL_OPEN,
    UNBILLED,
    USES,
    WORKS,
    allocated_also,
    billed_for,
    taken_back,
)

_LABOUR_COST = "coalesce((SELECT sum(worth(h.hours, h.hourly_rate, 1)) FROM labour AS h WHERE h.work_order_id = t_work), 0)"
_COST = f"((SELECT sum(b.amount) FROM invoice_lines AS b WHERE b.o = t_o) + {_LABOUR_COST})::DECIMAL(18, 6)"
_AT_COST = put(WORKS, f"budget_amount = {_COST}")
_USED = insert(
    USES, consumption_id="t_use2", work_order_id="t_work", part_id="t_part", quantity="1", consumed_at="t_started", operation_no="'0010'"
)

WORK: tuple[Case, ...] = (
    fault("order-open-on-closed-work", "nothing came, and the work is closed", "goods", *NOTHING_CAME),
    fault(
        "order-open-on-closed-work",
        "one came, and the work was cancelled",
        "own",
        *UNBILLED,
        STILL_OPEN,
        put(LINES, "need_by = NULL"),
        put(RECEIPTS, "quantity_received = 1, quantity_accepted = NULL, received_at = plus(t_as_of, -days(20))"),
        put(WORKS, "status = 'cancelled'"),
        amount=worth("x.quantity - 1"),
    ),
    near(
        "order-open-on-closed-work",
        "no more will come",
        "goods",
        *NOTHING_CAME,
        put(LINES, "delivery_complete = true"),
        tip=put(LINES, "delivery_complete = false"),
    ),
    near(
        "order-open-on-closed-work",
        "the work is completed, not closed",
        "goods",
        *NOTHING_CAME,
        put(WORKS, "status = 'completed', closed_at = NULL"),
        tip=put(WORKS, "status = 'closed'"),
    ),
    near(
        "order-open-on-closed-work",
        "the line is closed",
        "goods",
        *NOTHING_CAME,
        put(LINES, "status = 'closed'"),
        tip=put(LINES, "status = 'open'"),
    ),
    fault(
        "over-budget", "the bills and hours are one more than the budget", "goods", put(WORKS, f"budget_amount = {_COST} - 1"), amount="1"
    ),
    near(
        "over-budget", "the bills and hours are the budget", "goods", _AT_COST, tip=put(WORKS, "budget_amount = budget_amount - 0.000001")
    ),
    near(
        "over-budget",
        "what was used was bought for it and is not counted twice",
        "goods",
        _AT_COST,
        _USED,
        tip=put(USES, "part_id = t_other_part", "consumption_id = t_use2"),
    ),
    near(
        "over-budget",
        "hours without a rate",
        "goods",
        _AT_COST,
        insert(
            LABOUR,
            labour_id="t_labour",
            work_order_id="t_work",
            hours="8",
            currency="(SELECT w.currency FROM work_orders AS w WHERE w.work_order_id = t_work)",
            worked_on="substr(t_started, 1, 10)",
        ),
        tip=put(LABOUR, "hourly_rate = 0.01", "labour_id = t_labour"),
    ),
)

_IN_UNIT = "CASE t_unit WHEN 'PCS' THEN 0.5 WHEN 'KG' THEN 1000 ELSE 100 END"
_UNIT = "CASE t_unit WHEN 'PCS' THEN 'PR' WHEN 'KG' THEN 'G' ELSE 'CM' END"
_TWO_NEEDS = copy(NEEDS, work_order_line_id="t_need2")
_ONE_NEED = drop(NEEDS, "work_order_line_id = t_need2")
_OTHER_REVISION = (put(LINES, "revision = 'B'"), put(NEEDS, "revision = 'A'"))

NEED: tuple[Case, ...] = (
    fault("quantity-differs", "one more is ordered than needed", "goods", put(NEEDS, "quantity = quantity - 1"), amount=worth("1")),
    fault("quantity-differs", "two more are needed than ordered", "own", put(NEEDS, "quantity = quantity + 2"), amount=worth("2")),
    near(
        "quantity-differs",
        "needed in another unit, and as much",
        "goods",
        put(NEEDS, f"quantity = quantity * {_IN_UNIT}, unit = {_UNIT}"),
        tip=put(NEEDS, "quantity = quantity + 0.5"),
    ),
    near("quantity-differs", "how much is needed is not known", "goods", put(NEEDS, "quantity = NULL"), tip=put(NEEDS, "quantity = 1")),
    near(
        "quantity-differs",
        "the work needs the part twice: which line is meant is not known",
        "own",
        put(NEEDS, "quantity = quantity + 1"),
        _TWO_NEEDS,
        tip=_ONE_NEED,
    ),
    near(
        "quantity-differs",
        "two allocations make what is needed",
        "goods",
        put("allocations", "quantity = quantity - 0.25"),
        allocated_also("0.25", need="t_need"),
        tip=drop("allocations", "purchase_order_line_id = t_line AND quantity = 0.25"),
    ),
    fault("revision-differs", "revision B is ordered, A is needed", "goods", *_OTHER_REVISION),
    fault(
        "revision-differs", "a revision is needed, the order names none", "own", put(LINES, "revision = NULL"), put(NEEDS, "revision = 'A'")
    ),
    near(
        "revision-differs",
        "the work needs the part twice: which line is meant is not known",
        "own",
        *_OTHER_REVISION,
        _TWO_NEEDS,
        tip=_ONE_NEED,
    ),
    near(
        "revision-differs",
        "the work needs another part",
        "own",
        *_OTHER_REVISION,
        put(NEEDS, "part_id = t_other_part, supply = 'stock'"),
        tip=put(NEEDS, "part_id = t_part"),
    ),
    near(
        "revision-differs",
        "order and need were both raised to C",
        "goods",
        put(LINES, "revision = 'C'"),
        put(NEEDS, "revision = 'C'"),
        tip=put(NEEDS, "revision = 'c'"),
    ),
)

_BULK = put(LINES, "category = 'BULK'")

OPEN: tuple[Case, ...] = (
    fault("received-not-invoiced", "it came long ago, and no bill did", "stock", *UNBILLED),
    fault("received-not-invoiced", "one less was billed than came", "own", *billed_for("quantity = quantity - 1"), amount=worth("1")),
    near(
        "received-not-invoiced",
        "it came sixty days ago",
        "stock",
        *UNBILLED,
        STILL_OPEN,
        put(RECEIPTS, "received_at = plus(t_as_of, -days(60))"),
        put(LINES, "need_by = plus(t_as_of, -days(60))"),
        tip=put(RECEIPTS, "received_at = plus(t_as_of, -days(61))"),
    ),
    near(
        "received-not-invoiced",
        "it came long ago, and was taken back",
        "stock",
        *UNBILLED,
        STILL_OPEN,
        put(LINES, "need_by = NULL"),
        taken_back(),
        tip=drop(RECEIPTS, "receipt_line_id = t_receipt3"),
    ),
    near(
        "received-not-invoiced",
        "five percent more of weighed goods came than was billed, which is tolerated",
        "stock",
        _BULK,
        put(RECEIPTS, "quantity_received = t_quantity * 1.05, quantity_accepted = NULL"),
        tip=put(RECEIPTS, "quantity_received = quantity_received + 0.000001"),
    ),
    near(
        "received-not-invoiced",
        "only the head of the bill names the order, which has this line alone",
        "own",
        put(BILLS, "purchase_order_line_id = NULL"),
        tip=put(INVOICES, "purchase_order_id = NULL"),
        at="x.purchase_order_line_id = t_line",
    ),
)

_TOO_MUCH = put(USES, "quantity = quantity + 0.000001")
_NO_BUDGET = put(WORKS, "budget_amount = NULL")

LOTS_USED: tuple[Case, ...] = (
    fault("lot-untraced", "nobody wrote down which lot was used", "lots", put(USES, "lot_id = NULL")),
    fault("lot-untraced", "the last digit of the lot was typed twice", "lots", put(USES, "lot_id = mistyped(t_lot)")),
    near(
        "lot-untraced",
        "made by a work order, not received",
        "lots",
        put(LOTS, "receipt_line_id = NULL, work_order_id = t_work, quantity = t_quantity"),
        tip=put(LOTS, "work_order_id = NULL"),
    ),
    near(
        "lot-untraced",
        "no lot, of a part that is not followed by lot",
        "lots",
        put(USES, "lot_id = NULL, part_id = t_other_part"),
        _NO_BUDGET,
        tip=put(USES, "part_id = t_part"),
    ),
    near(
        "lot-untraced",
        "the part is known by its lot alone, and the lot by its receipt",
        "lots",
        put(USES, "part_id = NULL"),
        tip=put(LOTS, "receipt_line_id = NULL"),
    ),
    fault("lot-overdrawn", "one more was used than the lot has", "lots", put(USES, "quantity = quantity + 1")),
    near(
        "lot-overdrawn",
        "used up to the last, in two parts",
        "lots",
        put(USES, "quantity = quantity - 1"),
        copy(USES, consumption_id="t_use2", quantity="1"),
        tip=_TOO_MUCH,
    ),
    near("lot-overdrawn", "of a lot of unknown size as much as was received", "lots", put(LOTS, "quantity = NULL"), tip=_TOO_MUCH),
    near(
        "lot-overdrawn",
        "more than was received, of a lot that says it has so much",
        "lots",
        put(LOTS, "quantity = t_quantity + 5"),
        put(USES, "quantity = quantity + 5"),
        tip=put(LOTS, "quantity = NULL"),
    ),
)

CASES: tuple[Case, ...] = (*WORK, *NEED, *OPEN, *LOTS_USED)
