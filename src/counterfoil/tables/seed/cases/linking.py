"""Linking: work that an order names, or does not."""

from counterfoil.tables.seed.case import BILL, FAULT, Case, copy, drop, fault, found, near, put, worth
from counterfoil.tables.seed.moves import (
    ALL,
    ALLOCATIONS,
    LINES,
    NEEDS,
    NOT_PLANNED,
    NOTHING_CAME,
    ORDERS,
    REQUESTS,
    WORKS,
    allocated_also,
    second_work,
)

_NO_COMMITMENT = found("work-without-commitment")
_CANCELLED = put(LINES, "status = 'cancelled'", ALL)
_OPEN = put(LINES, "status = 'open'", ALL)
_EXEMPT = put(LINES, "category = 'RENT'", ALL)
_NOT_EXEMPT = put(LINES, "category = NULL", ALL)
_EARLIER = "plus(t_issued, -days(1))"
_BEGUN_BEFORE = "started_at = plus(zulu(t_issued, t_site), -days(3))"
_DONE_BEFORE = f"{_BEGUN_BEFORE}, completed_at = zulu({_EARLIER}, t_site)"
_BOUGHT = put(NEEDS, "supply = 'buy'")

WITHOUT_WORK: tuple[Case, ...] = (
    fault("order-without-work", "the allocation was never written", "goods", drop(ALLOCATIONS), _BOUGHT, also=(_NO_COMMITMENT,)),
    fault(
        "order-without-work",
        "the work order number was left out, and so was the need",
        "own",
        put(LINES, "work_order_id = NULL"),
        drop(NEEDS),
    ),
    near(
        "order-without-work",
        "the requisition names only the line of the work order",
        "request",
        put(REQUESTS, "work_order_id = NULL"),
        tip=put(REQUESTS, "work_order_line_id = NULL"),
    ),
    near(
        "order-without-work",
        "its only allocation is of zero, but the line names the work itself",
        "own",
        allocated_also("0"),
        tip=put(LINES, "work_order_id = NULL"),
    ),
    near(
        "order-without-work",
        "for work, of none, but the line was cancelled",
        "stock",
        *NOTHING_CAME,
        put(LINES, "need = 'work'", ALL),
        _CANCELLED,
        tip=_OPEN,
    ),
    near(
        "order-without-work", "for work, of none, but of an exempt category", "stock", put(LINES, "need = 'work'"), _EXEMPT, tip=_NOT_EXEMPT
    ),
    fault("need-unstated", "nobody said what it is for", "stock", put(LINES, "need = NULL")),
    near(
        "need-unstated",
        "no need said, but the line names a work order",
        "own",
        put(LINES, "need = NULL"),
        tip=put(LINES, "work_order_id = NULL"),
    ),
    near(
        "need-unstated",
        "no need said, but the requisition leads to work",
        "request",
        put(LINES, "need = NULL"),
        tip=put(LINES, "requisition_line_id = NULL"),
    ),
    near(
        "need-unstated",
        "no need said, on an order only submitted yet",
        "stock",
        *NOTHING_CAME,
        put(LINES, "need = NULL"),
        put(ORDERS, "status = 'submitted'"),
        tip=put(ORDERS, "status = 'issued'"),
    ),
    near("need-unstated", "no need said, of an exempt category", "stock", put(LINES, "need = NULL"), _EXEMPT, tip=_NOT_EXEMPT),
    fault(
        "work-unknown",
        "the last digit of the work order was typed twice",
        "own",
        put(LINES, "work_order_id = mistyped(t_work)"),
        _BOUGHT,
        also=(_NO_COMMITMENT,),
    ),
    fault(
        "work-unknown",
        "the allocation names a work order that does not exist, and the line of one that does",
        "goods",
        put(ALLOCATIONS, "work_order_id = mistyped(t_work)"),
    ),
    near(
        "work-unknown",
        "a work order that does not exist is allocated nothing",
        "goods",
        allocated_also("0", "mistyped(t_work)"),
        tip=put(ALLOCATIONS, "quantity = 1", "purchase_order_line_id = t_line AND work_order_id = mistyped(t_work)"),
    ),
    near(
        "work-unknown",
        "on a cancelled order",
        "stock",
        *NOTHING_CAME,
        put(LINES, "work_order_id = mistyped(t_work)", ALL),
        put(ORDERS, "status = 'cancelled'"),
        tip=put(ORDERS, "status = 'issued'"),
    ),
    near("work-unknown", "of an exempt category", "stock", put(LINES, "work_order_id = mistyped(t_work)"), _EXEMPT, tip=_NOT_EXEMPT),
    near(
        "work-unknown",
        "the requisition names a line of work alone",
        "request",
        put(REQUESTS, "work_order_id = NULL"),
        tip=put(REQUESTS, "work_order_id = mistyped(t_work)"),
    ),
)

LATE_OR_ELSEWHERE: tuple[Case, ...] = (
    fault(
        "order-on-closed-work",
        "the work was closed a day before",
        "goods",
        *NOT_PLANNED,
        put(WORKS, f"{_DONE_BEFORE}, closed_at = zulu({_EARLIER}, t_site), status = 'closed'"),
    ),
    fault(
        "order-on-closed-work",
        "the work was completed a day before, and not closed",
        "goods",
        *NOT_PLANNED,
        put(WORKS, f"{_DONE_BEFORE}, closed_at = NULL, status = 'completed'"),
    ),
    near(
        "order-on-closed-work",
        "closed in the same second, written in UTC",
        "goods",
        *NOT_PLANNED,
        put(WORKS, f"{_BEGUN_BEFORE}, completed_at = NULL, closed_at = zulu(t_issued, t_site), status = 'closed'"),
        tip=put(WORKS, "closed_at = plus(closed_at, -1)"),
    ),
    near(
        "order-on-closed-work",
        "closed on the same day, of which only the date is known",
        "goods",
        *NOT_PLANNED,
        put(WORKS, f"{_BEGUN_BEFORE}, completed_at = NULL, closed_at = on_day(t_issued, t_site, 0), status = 'closed'"),
        tip=put(WORKS, "closed_at = on_day(t_issued, t_site, -1)"),
    ),
    near(
        "order-on-closed-work",
        "closed before, and in progress again",
        "goods",
        *NOT_PLANNED,
        put(WORKS, f"{_DONE_BEFORE}, closed_at = zulu({_EARLIER}, t_site), status = 'in_progress'"),
        tip=put(WORKS, "status = 'closed'"),
    ),
    near(
        "order-on-closed-work",
        "completed before, but back in progress",
        "goods",
        *NOT_PLANNED,
        put(WORKS, f"{_DONE_BEFORE}, closed_at = NULL, status = 'in_progress'"),
        tip=put(WORKS, "status = 'completed'"),
    ),
    fault("order-at-other-site", "the work belongs to another site", "goods", put(WORKS, "site_id = t_elsewhere")),
    near(
        "order-at-other-site",
        "the site of the order is not known",
        "goods",
        put(WORKS, "site_id = t_elsewhere"),
        put(ORDERS, "site_id = NULL"),
        tip=put(ORDERS, "site_id = t_site_id"),
    ),
    near(
        "order-at-other-site",
        "the site of the work is not known",
        "goods",
        put(WORKS, "site_id = NULL"),
        tip=put(WORKS, "site_id = t_elsewhere"),
    ),
    near(
        "order-at-other-site",
        "work elsewhere is allocated nothing",
        "goods",
        second_work(site_id="t_elsewhere"),
        allocated_also("0", "t_work2"),
        tip=put(ALLOCATIONS, "quantity = 1", "purchase_order_line_id = t_line AND work_order_id = t_work2"),
    ),
)

_ONE_MORE = put(ALLOCATIONS, "quantity = quantity + 1")
_ONE_LESS = put(ALLOCATIONS, "quantity = quantity - 1")
_ZERO = "purchase_order_line_id = t_line AND quantity = 0"
_SECOND = "purchase_order_line_id = t_line AND work_order_id = t_work2"

ALLOCATED: tuple[Case, ...] = (
    fault("over-allocated", "one too many, and the need says so too", "goods", _ONE_MORE, put(NEEDS, "quantity = quantity + 1")),
    fault(
        "over-allocated",
        "one too many for the order and for the need",
        "goods",
        _ONE_MORE,
        also=(found("quantity-differs", amount=worth("1")),),
    ),
    near(
        "over-allocated",
        "two works share it to the last quarter",
        "shared",
        put(ALLOCATIONS, "quantity = quantity + CASE work_order_id WHEN t_work THEN 0.25 ELSE -0.25 END"),
        put(NEEDS, "quantity = quantity + CASE work_order_id WHEN t_work THEN 0.25 ELSE -0.25 END", ALL),
        tip=put(ALLOCATIONS, "quantity = quantity + 0.000001", _SECOND),
    ),
    near("over-allocated", "all of it, and nothing once more", "goods", allocated_also("0"), tip=put(ALLOCATIONS, "quantity = 1", _ZERO)),
    near(
        "over-allocated",
        "two too many, and two taken back",
        "goods",
        put(ALLOCATIONS, "quantity = quantity + 2"),
        allocated_also("-2", need="t_need"),
        tip=put(ALLOCATIONS, "quantity = -1", "purchase_order_line_id = t_line AND quantity < 0"),
    ),
    near(
        "over-allocated",
        "the same row stands there twice",
        "goods",
        copy(ALLOCATIONS),
        tip=put(ALLOCATIONS, "quantity = 1", "purchase_order_line_id = t_line AND n >= 20"),
    ),
    fault("under-allocated", "one too few, and the need says so too", "goods", _ONE_LESS, put(NEEDS, "quantity = quantity - 1")),
    near(
        "under-allocated",
        "in three parts that make the whole",
        "goods",
        put(ALLOCATIONS, "quantity = quantity - 0.75"),
        allocated_also("0.5", need="t_need"),
        allocated_also("0.25", need="t_need", nth=2),
        tip=drop(ALLOCATIONS, "purchase_order_line_id = t_line AND quantity = 0.25"),
    ),
    near(
        "under-allocated",
        "its only allocation is of zero, which is none",
        "own",
        allocated_also("0"),
        tip=put(ALLOCATIONS, "quantity = 1", _ZERO),
    ),
    near("under-allocated", "of a line that was cancelled", "goods", *NOTHING_CAME, *NOT_PLANNED, _ONE_LESS, _CANCELLED, tip=_OPEN),
    fault(
        "links-disagree",
        "the line names another work order than its allocation",
        "goods",
        second_work(),
        put(LINES, "work_order_id = t_work2"),
    ),
    Case(
        FAULT,
        "the head of the invoice names the order next to it",
        "stock",
        (put("invoices", "purchase_order_id = t_order2"),),
        (found("links-disagree", paper=BILL),),
    ),
    near(
        "links-disagree",
        "the line and its allocation name the same work order",
        "goods",
        put(LINES, "work_order_id = t_work"),
        tip=(second_work(), put(LINES, "work_order_id = t_work2")),
    ),
    near(
        "links-disagree",
        "another work order is allocated nothing",
        "own",
        second_work(),
        allocated_also("0", "t_work2"),
        tip=put(ALLOCATIONS, "quantity = 1", _SECOND),
    ),
    near(
        "links-disagree",
        "the requisition names the line of the work that the order names",
        "request",
        put(REQUESTS, "work_order_id = NULL"),
        put(LINES, "work_order_id = t_work"),
        second_work(),
        tip=put(LINES, "work_order_id = t_work2"),
    ),
)

_JUST_BEFORE = "started_at = plus(zulu(t_issued, t_site), -3600)"
_AT_ONCE = "started_at = abroad(t_issued, t_site)"
_SAME_DAY = "started_at = on_day(t_issued, t_site, 0)"

STARTED: tuple[Case, ...] = (
    fault("work-without-commitment", "work began an hour before the order went out", "goods", _BOUGHT, put(WORKS, _JUST_BEFORE)),
    fault(
        "work-without-commitment",
        "the contractor began an hour before the order went out",
        "service",
        put(WORKS, _JUST_BEFORE),
        also=(found("order-after-work"),),
    ),
    near(
        "work-without-commitment",
        "work began in the same second, written far away",
        "goods",
        _BOUGHT,
        put(WORKS, _AT_ONCE),
        tip=put(WORKS, "started_at = plus(started_at, -1)"),
    ),
    near(
        "work-without-commitment",
        "work began the same day, of which only the date is known",
        "goods",
        _BOUGHT,
        put(WORKS, _SAME_DAY),
        tip=put(WORKS, "started_at = on_day(t_issued, t_site, -1)"),
    ),
    near(
        "work-without-commitment",
        "work began before, with what was in store",
        "goods",
        put(NEEDS, "supply = 'stock'"),
        put(WORKS, _JUST_BEFORE),
        tip=_BOUGHT,
    ),
    near(
        "work-without-commitment order-after-work",
        "work began before, but the operation outside did not",
        "outside",
        put(WORKS, _JUST_BEFORE),
        tip=put(NEEDS, "operation_started_at = plus(zulu(t_issued, t_site), -3600)"),
    ),
    fault("request-after-start", "asked for an hour after work began", "request", put(REQUESTS, "created_at = plus(t_started, 3600)")),
    fault(
        "request-after-start",
        "asked for a day after work began, and rejected",
        "request",
        put(REQUESTS, "created_at = plus(t_started, days(1)), status = 'rejected'"),
    ),
    near(
        "request-after-start",
        "asked for in the second that work began",
        "request",
        put(REQUESTS, "created_at = zulu(t_started, t_site)"),
        tip=put(REQUESTS, "created_at = plus(created_at, 1)"),
    ),
    near(
        "request-after-start",
        "asked for the day that work began, of which only the date is known",
        "request",
        put(REQUESTS, "created_at = on_day(t_started, t_site, 0)"),
        tip=put(REQUESTS, "created_at = on_day(t_started, t_site, 1)"),
    ),
    near(
        "request-after-start",
        "asked for late, but the work has not begun",
        "request",
        put(REQUESTS, "created_at = plus(t_started, 3600)"),
        put(WORKS, "started_at = NULL"),
        tip=put(WORKS, "started_at = t_started"),
    ),
)

CASES: tuple[Case, ...] = (*WITHOUT_WORK, *LATE_OR_ELSEWHERE, *ALLOCATED, *STARTED)
