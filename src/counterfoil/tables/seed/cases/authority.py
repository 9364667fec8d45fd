"""Authority: whether somebody who may agree to it did, before it went out."""

from dataclasses import replace

from counterfoil.tables.seed.case import (
    FAULT,
    NEAR,
    REQUEST,
    SHARED_TAX_ID,
    Case,
    Found,
    Paper,
    copy,
    drop,
    fault,
    flat,
    found,
    insert,
    near,
    put,
)
from counterfoil.tables.seed.moves import (
    APPROVALS,
    CHANGES,
    INVOICES,
    LINES,
    NOTHING_CAME,
    ORDERS,
    REQUESTS,
    SUPPLIERS,
    contract,
    repriced,
)

_NOBODY = (drop(APPROVALS), put(ORDERS, "approved_by = NULL, approved_at = NULL"))
_REJECTED = put(APPROVALS, "decision = 'rejected'")
_LATE = "plus(t_issued, 3600)"

APPROVED: tuple[Case, ...] = (
    fault("order-unapproved", "nobody approved it", "stocks", *_NOBODY),
    fault("order-unapproved", "the only decision was no", "stock", _REJECTED, put(ORDERS, "approved_by = NULL, approved_at = NULL")),
    near(
        "order-unapproved",
        "no decision is kept, but the order says who approved",
        "request",
        drop(APPROVALS),
        tip=put(ORDERS, "approved_by = NULL"),
    ),
    near("order-unapproved", "the order does not say who, a decision does", "request", put(ORDERS, "approved_by = NULL"), tip=_REJECTED),
    near(
        "order-unapproved",
        "approved by nobody, and only submitted yet",
        "stocks",
        *NOTHING_CAME,
        *_NOBODY,
        put(ORDERS, "status = 'submitted'"),
        tip=put(ORDERS, "status = 'issued'"),
    ),
    near(
        "order-unapproved",
        "approved by nobody, and never issued",
        "stocks",
        *NOTHING_CAME,
        *_NOBODY,
        put(ORDERS, "issued_at = NULL"),
        tip=put(ORDERS, "issued_at = t_issued"),
    ),
    fault(
        "approved-after-issue",
        "approved an hour after it went out",
        "stocks",
        put(APPROVALS, f"decided_at = {_LATE}"),
        put(ORDERS, "approved_at = NULL"),
    ),
    near(
        "approved-after-issue",
        "approved in the second that it went out, written far away",
        "service",
        put(APPROVALS, "decided_at = abroad(t_issued, t_site)"),
        put(ORDERS, "approved_at = NULL"),
        tip=put(APPROVALS, "decided_at = plus(decided_at, 1)"),
    ),
    near(
        "approved-after-issue",
        "approved on the day that it went out, of which only the date is known",
        "service",
        put(APPROVALS, "decided_at = on_day(t_issued, t_site, 0)"),
        put(ORDERS, "approved_at = NULL"),
        tip=put(APPROVALS, "decided_at = on_day(t_issued, t_site, 1)"),
    ),
    near(
        "approved-after-issue",
        "a second approval came after, the first before",
        "service",
        put(ORDERS, "approved_at = NULL"),
        copy(APPROVALS, step="'2'", decided_at=_LATE),
        tip=put(APPROVALS, "decision = 'rejected'", "document_id = t_order AND step = '1'"),
    ),
    fault("approval-exceeded", "approved for one less than it is worth", "stocks", put(APPROVALS, "amount = amount - 1"), amount="1"),
    near(
        "approval-exceeded",
        "approved for exactly what it is worth",
        "service",
        put(APPROVALS, "amount = order_value(t_order)::DECIMAL(18, 6)"),
        tip=put(APPROVALS, "amount = amount - 0.000001"),
    ),
    near(
        "approval-exceeded",
        "approved for less first, then for all of it",
        "service",
        copy(APPROVALS, step="'0'", amount="amount - 1"),
        tip=put(APPROVALS, "decision = 'rejected'", "document_id = t_order AND step = '1'"),
    ),
    near("approval-exceeded", "approved, and no amount said", "service", put(APPROVALS, "amount = NULL"), tip=put(APPROVALS, "amount = 1")),
    near(
        "approval-exceeded",
        "the line above it was cancelled",
        "stocks",
        *NOTHING_CAME,
        put(LINES, "status = 'cancelled'"),
        put(APPROVALS, "amount = order_value(t_order)::DECIMAL(18, 6)"),
        tip=put(LINES, "status = 'open'"),
    ),
)


_MONEY = "::DECIMAL(12, 2)::VARCHAR"
_OLD_AND_NEW = {
    "unit_price": (f"(t_price + 2){_MONEY}", f"t_price{_MONEY}"),
    "quantity": (f"(t_quantity + 1){_MONEY}", f"t_quantity{_MONEY}"),
    "need_by": ("plus(t_billed, days(4))", "t_billed"),
    "supplier_id": ("t_utility", "t_supplier"),
}


def _changed(field: str, at: str, document: str = "purchase_order_line", old: str = "") -> str:
    was, became = _OLD_AND_NEW[field]
    document_id = "t_order" if document == "purchase_order" else "t_line"
    values = {"document": f"'{document}'", "document_id": document_id, "field": f"'{field}'", "old": old or was, "new": became}
    return insert(CHANGES, **values, changed_at=at, changed_by="t_buyer")


_AFTER = "plus(t_approved, 3600)"
_NOT_THEM = "document_id = t_order AND step = '2'"
_BY_MANAGER = copy(APPROVALS, step="'2'")
_OWN_REQUEST = found("self-approved", paper=REQUEST)

CHANGED: tuple[Case, ...] = (
    fault("changed-after-approval", "the price was changed an hour after", "stock", _changed("unit_price", _AFTER)),
    fault(
        "changed-after-approval",
        "the supplier of the whole order was changed an hour after",
        "stocks",
        _changed("supplier_id", _AFTER, "purchase_order"),
        at="x.o = t_o",
    ),
    near(
        "changed-after-approval",
        "changed in the second of the approval",
        "request",
        _changed("unit_price", "zulu(t_approved, t_site)"),
        tip=put(CHANGES, "changed_at = plus(changed_at, 1)"),
    ),
    near(
        "changed-after-approval",
        "changed after, but only the day it is needed by",
        "service",
        _changed("need_by", _AFTER),
        tip=put(CHANGES, "field = 'quantity'"),
    ),
    near(
        "changed-after-approval",
        "written anew after, the same as before",
        "service",
        _changed("quantity", _AFTER, old=f"t_quantity{_MONEY}"),
        tip=put(CHANGES, f"old = (t_quantity + 1){_MONEY}"),
    ),
    near(
        "changed-after-approval",
        "changed, and then approved again",
        "service",
        _changed("quantity", _AFTER),
        copy(APPROVALS, step="'2'", decided_at="plus(t_approved, 3660)"),
        tip=put(APPROVALS, "decision = 'rejected'", _NOT_THEM),
    ),
    fault(
        "self-approved",
        "approved by who asked for it",
        "stocks",
        put(ORDERS, "approved_by = requested_by"),
        put(APPROVALS, "person = t_requester"),
    ),
    fault(
        "self-approved", "approved by who wrote it", "service", put(ORDERS, "approved_by = created_by"), put(APPROVALS, "person = t_buyer")
    ),
    Case(FAULT, "the requisition was approved by who asked", "request", (put(REQUESTS, "approved_by = requested_by"),), (_OWN_REQUEST,)),
    near(
        "self-approved",
        "approved by who asked for it, and by a manager",
        "service",
        put(ORDERS, "approved_by = requested_by"),
        put(APPROVALS, "person = t_requester"),
        copy(APPROVALS, step="'2'", person="t_approver"),
        tip=drop(APPROVALS, _NOT_THEM),
    ),
    near(
        "self-approved",
        "approved by who asked for the requisition, not for the order",
        "request",
        put(ORDERS, "approved_by = (SELECT r.requested_by FROM requisitions AS r WHERE r.requisition_line_id = t_ask)"),
        put(APPROVALS, "person = (SELECT r.requested_by FROM requisitions AS r WHERE r.requisition_line_id = t_ask)"),
        tip=put(ORDERS, "requested_by = approved_by"),
    ),
    near(
        "self-approved",
        "who asked for it said no, a manager yes",
        "emergency",
        put(ORDERS, "approved_by = NULL"),
        copy(APPROVALS, step="'0'", person="t_requester", decision="'rejected'"),
        tip=put(APPROVALS, "decision = CASE step WHEN '0' THEN 'approved' ELSE 'rejected' END"),
    ),
)

_TWO = Paper("purchase_order", "purchase_orders", "", "NULL", "'EUR'", "order_value(t_order) + order_value(t_order2)")
_THREE = replace(_TWO, amount=f"{_TWO.amount} + order_value(t_order3)")
_PAIR = Found("split-order", _TWO, "x.o = t_o", "[t_order, t_order2]")
_TRIPLE = Found("split-order", _THREE, "x.o = t_o", "[t_order, t_order2, t_order3]")


def _asked_by_same(days_later: int, order: str = "t_second") -> tuple[str, ...]:
    """The next order of the supplier is asked for by the same person, and goes out so many days later."""
    return (
        put(
            ORDERS,
            "requested_by = t_requester, created_at = plus(t_issued, days(1)), approved_at = plus(t_issued, days(1)), "
            f"issued_at = plus(t_issued, days({days_later}))",
            f"o = {order}",
        ),
        put(APPROVALS, "decided_at = plus(t_issued, days(1))", f"o = {order}"),
        put(LINES, "created_at = NULL", f"o = {order}"),
    )


def _apart(text: str, *changes: str | tuple[str, ...], tip: str | tuple[str, ...]) -> Case:
    return Case(NEAR, text, "twin", flat(changes), (_PAIR,), (), flat((tip,)))


_WEEK = _asked_by_same(6)
_SHORT = repriced("(4999.99 - order_value(t_order)) * 0.1::DECIMAL(2, 1)", "t_second")

SPLIT: tuple[Case, ...] = (
    Case(FAULT, "two orders within seven days", "twin", _WEEK, (_PAIR,)),
    Case(FAULT, "three orders within seven days", "twin", (*_asked_by_same(2), *_asked_by_same(6, "t_third")), (_TRIPLE,)),
    _apart(
        "the second went out on the eighth day", *_asked_by_same(7), tip=put(ORDERS, "issued_at = plus(t_issued, days(6))", "o = t_second")
    ),
    _apart("a cent short of the threshold", *_WEEK, *_SHORT, tip=put(LINES, "unit_price = unit_price + 0.001", "o = t_second")),
    _apart("one of the two is on a contract", *_WEEK, *contract(), tip=put(ORDERS, "contract_id = NULL")),
    _apart(
        "the second reaches the threshold alone",
        *_WEEK,
        *repriced("500", "t_second"),
        tip=put(LINES, "unit_price = 499.99", "o = t_second"),
    ),
    _apart(
        "who asked is not known, and two people wrote them",
        *_WEEK,
        put(ORDERS, "requested_by = NULL", "o IN (t_o, t_second)"),
        put(ORDERS, "created_by = 'B0141'", "o = t_second"),
        tip=put(ORDERS, "created_by = t_buyer", "o = t_second"),
    ),
)

_FROM_SPARE = (put(ORDERS, "supplier_id = t_spare"), put(INVOICES, "supplier_id = t_spare"))
_BLOCKED = "status = 'blocked', status_since"
_TAX_OF_SECOND = "(SELECT y.tax_id FROM suppliers AS y WHERE y.supplier_id = t_spare2)"
_EQUAL = put(SUPPLIERS, f"tax_id = {_TAX_OF_SECOND}")


def _alike(text: str, pool: str, *changes: str, tip: str | tuple[str, ...]) -> Case:
    return Case(NEAR, text, pool, changes, (SHARED_TAX_ID,), (), flat((tip,)))


SUPPLIER: tuple[Case, ...] = (
    fault(
        "supplier-not-approved",
        "the supplier is approved on a condition only",
        "stocks",
        *_FROM_SPARE,
        put(SUPPLIERS, "status = 'conditional'"),
    ),
    fault(
        "supplier-not-approved",
        "the supplier was blocked on the day of the order",
        "service",
        *_FROM_SPARE,
        put(SUPPLIERS, f"{_BLOCKED} = on_day(t_issued, t_site, 0)"),
    ),
    fault(
        "supplier-not-approved",
        "nobody knows the supplier",
        "emergency",
        put(ORDERS, "supplier_id = mistyped(t_supplier)"),
        put(INVOICES, "supplier_id = mistyped(t_supplier)"),
    ),
    near(
        "supplier-not-approved",
        "blocked the day after",
        "service",
        *_FROM_SPARE,
        put(SUPPLIERS, f"{_BLOCKED} = on_day(t_issued, t_site, 1)"),
        tip=put(SUPPLIERS, "status_since = on_day(t_issued, t_site, 0)"),
    ),
    near(
        "supplier-not-approved",
        "blocked a second after",
        "emergency",
        *_FROM_SPARE,
        put(SUPPLIERS, f"{_BLOCKED} = plus(zulu(t_issued, t_site), 1)"),
        tip=put(SUPPLIERS, "status_since = zulu(t_issued, t_site)"),
    ),
    near(
        "supplier-not-approved",
        "blocked nobody knows when, and the order is closed",
        "emergency",
        *_FROM_SPARE,
        put(ORDERS, "status = 'closed', closed_at = plus(t_came, days(80))"),
        put(SUPPLIERS, f"{_BLOCKED} = NULL"),
        tip=put(ORDERS, "status = 'issued'"),
    ),
    Case(FAULT, "two suppliers with one tax id", "shared", (_EQUAL,), (SHARED_TAX_ID,)),
    _alike("the tax ids differ in a small letter", "shared", put(SUPPLIERS, f"tax_id = lower({_TAX_OF_SECOND})"), tip=_EQUAL),
    _alike(
        "the tax ids differ in a blank",
        "shared",
        put(SUPPLIERS, f"tax_id = left({_TAX_OF_SECOND}, 2) || ' ' || substr({_TAX_OF_SECOND}, 3)"),
        tip=_EQUAL,
    ),
    _alike(
        "neither has a tax id",
        "shared",
        put(SUPPLIERS, "tax_id = CASE supplier_id WHEN t_spare THEN ' ' END", "supplier_id IN (t_spare, t_spare2)"),
        tip=put(SUPPLIERS, "tax_id = 'DE100200300'", "supplier_id IN (t_spare, t_spare2)"),
    ),
)

CASES: tuple[Case, ...] = (*APPROVED, *CHANGED, *SPLIT, *SUPPLIER)
