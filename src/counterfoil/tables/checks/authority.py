"""Authority: did somebody who may agree to it, before it went out?"""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.rules.match import compare
from counterfoil.tables.checks.linking import live_lines
from counterfoil.tables.checks.registry import LINES, rules_of
from counterfoil.tables.checks.timing import with_value
from counterfoil.tables.checks.verdict import MEMBER_SEPARATOR, NO_AMOUNT, about_lines, about_orders, about_requisitions, candidates
from counterfoil.tables.facts.columns import COLUMNS, after, moment, moment_names, resolve, total, wide
from counterfoil.tables.facts.orders import line_papers
from counterfoil.tables.facts.shapes import Shapes
from counterfoil.tables.facts.sums import DOUBT, upper_room, with_upper_limit

rule, RULES = rules_of("authority")

_CHANGES = ("quantity", "unit_price", "supplier_id", "revision", "part_id")


def live_orders(f: Shapes, *columns: str) -> Expression:
    """The orders that rules look at."""
    return f.order_facts.filter(~f.order_facts.dead).select("order", *columns)


def _with_approvals(f: Shapes, rows: Expression, how: str = "left") -> Expression:
    return rows.join(f.order_approvals, "order", how=how).drop(*(["order_right"] if how == "left" else []))


@rule(
    "order-unapproved",
    severity="E",
    per="order",
    question="Was it ordered without anybody approving it?",
    at_risk="value of the order",
    remedy="Have it approved now, and issue only approved orders.",
    owner="buyer",
    needs=(*LINES, "purchase_orders.approved_by|approvals"),
    message="Order {document_id} of {amount_at_risk:amount} {currency} went out and nobody approved it.",
    disagree=("purchase_orders.approved_by?", "approvals"),
)
def order_unapproved(f: Shapes) -> Expression:
    orders = _with_approvals(f, live_orders(f, "approved_by"))
    orders = orders.filter(orders.approved_by.isnull() & (orders.steps.fill_null(0) == 0))
    ordered = f.order_values.filter(f.order_values.is_ordered).select("order")
    rows = with_value(f, ordered.inner_join(orders, "order"))
    return about_orders(f, rows, severity="E", amount="order_value")


@rule(
    "approved-after-issue",
    severity="E",
    per="order",
    question="Was it approved only after it had gone out?",
    at_risk="value of the order",
    remedy="Issue after approval.",
    owner="buyer",
    needs=("purchase_orders.issued_at", "approvals|purchase_orders.approved_at"),
    message="Order {document_id} went out before anybody had approved it: issued on {issued_on}, first approved on {approved_on}.",
    disagree=("purchase_orders.issued_at", "approvals.decided_at", "purchase_orders.approved_at"),
)
def approved_after_issue(f: Shapes) -> Expression:
    orders = _with_approvals(f, live_orders(f, *moment_names("issued_at")), "inner")
    rows = orders.filter(after(moment(orders, "first"), moment(orders, "issued_at")))
    return about_orders(f, with_value(f, rows), severity="E", amount="order_value", approved_on="first_date", issued_on="issued_at_date")


@rule(
    "approval-exceeded",
    severity="E",
    per="order",
    question="Is the order worth more than anybody approved?",
    at_risk="the excess",
    remedy="Have the difference approved.",
    owner="buyer",
    needs=(*LINES, "approvals.amount"),
    message="Order {document_id} is worth {order_value:amount} {currency}; the largest approval is of {approved:amount}.",
    disagree=("purchase_order_lines.quantity", "purchase_order_lines.unit_price", "approvals.amount"),
)
def approval_exceeded(f: Shapes) -> Expression:
    orders = _with_approvals(f, live_orders(f, "currency"), "inner")
    orders = orders.filter(orders.approved_amount.notnull())
    scopes = f.order_values.select("order", "scope")
    orders = orders.left_join(scopes, "order").drop("order_right")
    rows = with_value(f, orders.mutate(scope=orders.scope.fill_null(0)))
    rows = with_upper_limit(f, rows, "approval", currency="currency")
    rows = rows.mutate(approved=wide(rows.approved_amount))
    above, excess = compare(COLUMNS, rows.order_value, rows.approved, upper_room(rows))
    rows = rows.mutate(excess=excess, unjudged=rows.order_value.isnull()).filter(above | rows.order_value.isnull())
    return about_orders(f, rows, severity="E", amount="excess", unjudged="unjudged", order_value="order_value", approved="approved")


@rule(
    "changed-after-approval",
    severity="E",
    per="order line",
    question="Was quantity, price, supplier, revision or part changed after the last approval?",
    at_risk="value of the line",
    remedy="Have the change approved.",
    owner="buyer",
    needs=(*LINES, "order_changes", "approvals|purchase_orders.approved_at"),
    message=(
        "Order line {line_id}: {field} changed from {old|nothing} to {new|nothing} on {changed_on}, after the last approval on "
        "{approved_on}."
    ),
    disagree=("order_changes.changed_at", "order_changes.old", "order_changes.new", "approvals.decided_at", "purchase_orders.approved_at"),
)
def changed_after_approval(f: Shapes) -> Expression:
    changes = f.order_changes
    counted = changes.field.isin(_CHANGES) & ~changes.old.identical_to(changes.new)
    changes = changes.filter(counted & changes.document.isin(("purchase_order_line", "purchase_order"))).select(
        "document", "document_id", "field", "old", "new", "changed_at", "changed_at_form"
    )
    papers = line_papers(f).select("line", "purchase_order_id", "purchase_order_line_id")
    by_line = papers.inner_join(
        changes.filter(changes.document == "purchase_order_line"), papers.purchase_order_line_id == changes.document_id
    )
    by_order = papers.inner_join(changes.filter(changes.document == "purchase_order"), papers.purchase_order_id == changes.document_id)
    changed = by_line.drop("document").union(by_order.drop("document"))
    lines = live_lines(f, "order", "zone", "value").inner_join(changed, "line")
    columns = ["line", "order", "zone", "value", "field", "old", "new", "changed_at", "changed_at_form"]
    every = resolve(f, lines.select(*columns), "changed_at")
    every = _with_approvals(f, every, "inner")
    late = every.filter(after(moment(every, "changed_at"), moment(every, "last")))
    start = late.changed_at_start
    rows = late.group_by("line").agg(
        value=late.value.max(),
        changed_on=late.changed_at_date.min(),
        approved_on=late.last_date.min(),
        field=late.field.argmin(start),
        old=late.old.argmin(start),
        new=late.new.argmin(start),
    )
    return about_lines(
        f, rows, severity="E", amount="value", changed_on="changed_on", approved_on="approved_on", field="field", old="old", new="new"
    )


@rule(
    "self-approved",
    severity="E",
    per="order or requisition line",
    question="Did only the people who asked for it approve it?",
    at_risk="value of the order, quantity × estimate of the requisition line",
    remedy="Have a second person approve it.",
    owner="controller",
    needs=("purchase_orders|requisitions", "approvals|purchase_orders.approved_by|requisitions.approved_by"),
    message="{document} {document_id} was approved by its own requester or creator alone ({approver|named in its approvals}).",
    disagree=(
        "purchase_orders.requested_by",
        "purchase_orders.created_by",
        "purchase_orders.approved_by",
        "requisitions.requested_by",
        "requisitions.approved_by",
        "approvals.person",
    ),
)
def self_approved(f: Shapes) -> Expression:
    orders = _with_approvals(f, live_orders(f, "approved_by"), "inner")
    orders = with_value(f, orders.filter((orders.approvers > 0) & (orders.others == 0)))
    by_order = about_orders(f, orders, severity="E", amount="order_value", approver="approved_by")
    return by_order.union(_self_approved_requisitions(f))


def _self_approved_requisitions(f: Shapes) -> Expression:
    rows = f.requisition_facts
    steps = f.approvals.filter((f.approvals.document == "requisition") & (f.approvals.decision == "approved")).select(
        "document_id", "person"
    )
    by_line = rows.inner_join(steps, rows.requisition_line_id == steps.document_id).select("requisition_line_id", "person", "requested_by")
    by_header = rows.inner_join(steps, rows.requisition_id == steps.document_id).select("requisition_line_id", "person", "requested_by")
    own = rows.filter(rows.approved_by.notnull()).select("requisition_line_id", "requested_by", person="approved_by")
    every = by_line.union(by_header, own.select("requisition_line_id", "person", "requested_by"))
    sums = every.group_by("requisition_line_id").agg(
        others=(every.person != every.requested_by).fill_null(True).sum(), approver=every.person.min()
    )
    found = rows.inner_join(sums.filter(sums.others == 0), "requisition_line_id")
    return about_requisitions(found, severity="E", approver=found.approver)


@rule(
    "split-order",
    severity="W",
    per="group of orders",
    question="Were orders split so that each stays below the approval threshold?",
    at_risk="sum of the orders",
    remedy="Ask the requester; approve them as one.",
    owner="controller",
    needs=(*LINES, "policy.approval_threshold", "purchase_orders.supplier_id", "purchase_orders.requested_by|purchase_orders.created_by"),
    message=(
        "{orders} orders of one requester to supplier {supplier_id} from {from_date} to {to_date} sum to "
        "{amount_at_risk:amount} {currency}, each below {threshold:amount}."
    ),
    disagree=("purchase_orders.requested_by", "purchase_orders.issued_at", "purchase_orders.created_at"),
)
def split_order(f: Shapes) -> Expression:
    groups = f.split_groups
    orders = f.order_facts.select("purchase_order_id", "site_id", "supplier_id", "order_date")
    rows = orders.inner_join(groups, "purchase_order_id")
    parameters = f.parameters.select("approval_threshold", "threshold_currency")
    unjudged = rows.filter(rows.split_group.isnull()).cross_join(parameters)
    single = candidates(
        unjudged, severity="W", document="purchase_order", document_id=unjudged.purchase_order_id, members=unjudged.purchase_order_id,
        amount=NO_AMOUNT, currency=unjudged.threshold_currency, site=unjudged.site_id, supplier=unjudged.supplier_id,
        unjudged=ibis.literal(True), orders=ibis.literal(1).cast("int64"), from_date=unjudged.order_date, to_date=unjudged.order_date,
        threshold=unjudged.approval_threshold,
    )  # fmt: skip
    rows = rows.filter(rows.split_group.notnull())
    sums = rows.group_by("split_group").agg(
        member_ids=rows.purchase_order_id.collect(),
        first_id=rows.purchase_order_id.min(),
        amount=total(rows.amount),
        inexact=rows.inexact.any(),
        orders=rows.count(),
        site_id=rows.site_id.min(),
        supplier_id=rows.supplier_id.min(),
        from_date=rows.issue_date.min(),
        to_date=rows.issue_date.max(),
    )
    sums = sums.cross_join(parameters)
    doubtful = sums.inexact & (sums.amount >= sums.approval_threshold - DOUBT)
    reached = (sums.amount >= sums.approval_threshold) | doubtful
    sums = sums.mutate(doubtful=doubtful).filter(reached & (sums.orders > 1))
    found = candidates(
        sums, severity="W", document="purchase_order", document_id=sums.first_id,
        members=sums.member_ids.sort().join(MEMBER_SEPARATOR), amount=sums.amount, currency=sums.threshold_currency, site=sums.site_id,
        supplier=sums.supplier_id, occurred_at=sums.from_date, unjudged=sums.doubtful, orders=sums.orders, from_date=sums.from_date,
        to_date=sums.to_date, threshold=sums.approval_threshold,
    )  # fmt: skip
    return found.union(single)


@rule(
    "supplier-not-approved",
    severity="EW",
    per="order",
    question="Was it ordered from a supplier that is blocked, conditional or unknown?",
    at_risk="value of the order",
    remedy="Approve the supplier, or buy elsewhere.",
    owner="buyer",
    needs=(*LINES, "purchase_orders.supplier_id", "suppliers.status"),
    message="Order {document_id} of {amount_at_risk:amount} {currency} went to supplier {supplier_id}, whose status is {supplier_status}.",
    disagree=("purchase_orders.supplier_id", "suppliers.status"),
)
def supplier_not_approved(f: Shapes) -> Expression:
    suppliers = f.suppliers.select("status_since", "status_since_form", known_supplier="supplier_id", supplier_status="status")
    orders = live_orders(f, "supplier_id", "status", "zone", *moment_names("issue"))
    orders = orders.filter(orders.supplier_id.notnull())
    rows = orders.left_join(suppliers, orders.supplier_id == suppliers.known_supplier)
    rows = rows.left_join(f.lost_suppliers, rows.supplier_id == f.lost_suppliers.lost_id)
    rows = resolve(f, rows, "status_since")
    since, issue = moment(rows, "status_since"), moment(rows, "issue")
    ordered_since = issue.start.notnull() & ~after(since, issue)
    still_open = (rows.status != "closed").fill_null(True)
    blocked = (rows.supplier_status == "blocked").fill_null(False)
    judged = ibis.ifelse(since.start.notnull(), ordered_since, still_open)
    unjudged = ibis.ifelse(rows.known_supplier.notnull(), rows.supplier_status.isnull(), rows.lost_id.notnull())
    conditional = (rows.supplier_status == "conditional").fill_null(False) | rows.known_supplier.isnull()
    rows = rows.mutate(
        unjudged=unjudged, severity=ibis.ifelse(blocked, "E", "W"), supplier_status=rows.supplier_status.fill_null("unknown")
    )
    rows = rows.filter(unjudged | conditional | (blocked & judged))
    return about_orders(
        f, with_value(f, rows), severity="severity", amount="order_value", unjudged="unjudged", supplier_status="supplier_status",
        since="status_since_date",
    )  # fmt: skip


@rule(
    "supplier-shares-tax-id",
    severity="I",
    per="group of suppliers",
    question="Do several suppliers have one tax id?",
    at_risk="",
    remedy="Merge them, or correct the tax id.",
    owner="buyer",
    needs=("suppliers.tax_id",),
    message="{suppliers} suppliers share the tax id {tax_id}; the first is {document_id}.",
    disagree=("suppliers.tax_id",),
)
def supplier_shares_tax_id(f: Shapes) -> Expression:
    rows = f.supplier_keys.filter(f.supplier_keys.tax.notnull())
    sums = rows.group_by("tax").agg(member_ids=rows.supplier_id.collect(), first_id=rows.supplier_id.min(), suppliers=rows.count())
    sums = sums.filter(sums.suppliers > 1)
    return candidates(
        sums,
        severity="I",
        document="supplier",
        document_id=sums.first_id,
        members=sums.member_ids.sort().join(MEMBER_SEPARATOR),
        amount=NO_AMOUNT,
        supplier=sums.first_id,
        tax_id=sums.tax,
        suppliers=sums.suppliers,
    )
