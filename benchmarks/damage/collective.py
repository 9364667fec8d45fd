"""Collective invoices: some suppliers bill once a month what they delivered in it, for all orders together."""

from collections import defaultdict
from decimal import Decimal

from benchmarks.damage.papers import Papers, Row, plain
from benchmarks.damage.texts import dice

MONTHLY = 0.15
"""Of the suppliers."""
_LATEST = ("invoice_date", "entered_at", "due_on")
_SUMS = ("amount_net", "amount_tax", "amount_total")


def bill_monthly(papers: Papers, seed: int) -> None:
    """Put the invoices of such a supplier, month and currency into the last of them, which names no order then; payments likewise. Credits,
    prepayments and what was discounted stay as they are."""
    billing = {row["invoice_id"] for row in papers["invoice_lines"]}
    months: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for head in sorted(papers["invoices"], key=lambda row: (row["entered_at"], row["invoice_id"])):
        plainly = head["kind"] != "credit" and head["prepayment"] != "true" and not head["discount_until"]
        if plainly and head["invoice_id"] in billing and dice(seed, "monthly", head["supplier_id"]).random() < MONTHLY:
            months[head["supplier_id"], head["currency"], head["invoice_date"][:7], head["status"]].append(head)
    into = {head["invoice_id"]: some[-1]["invoice_id"] for some in months.values() for head in some if len(some) > 1}
    for some in months.values():
        if len(some) > 1:
            some[-1] |= {"purchase_order_id": ""}
            some[-1] |= {column: max(head[column] for head in some) for column in _LATEST}
            some[-1] |= {column: plain(sum((Decimal(head[column]) for head in some), Decimal(0))) for column in _SUMS}
    papers.tables["invoices"] = [
        head for head in papers["invoices"] if into.get(head["invoice_id"], head["invoice_id"]) == head["invoice_id"]
    ]
    for row in papers["invoice_lines"]:
        row["invoice_id"] = into.get(row["invoice_id"], row["invoice_id"])
    _pay_together(papers, into)


def _pay_together(papers: Papers, into: dict[str, str]) -> None:
    paid: dict[str, Row] = {}
    kept = []
    for row in sorted(papers["payments"], key=lambda one: (one["paid_at"], one["payment_id"]), reverse=True):
        row["invoice_id"] = whole = into.get(row["invoice_id"], row["invoice_id"])
        if whole in into and whole in paid:
            paid[whole]["amount"] = plain(Decimal(paid[whole]["amount"]) + Decimal(row["amount"]))
        else:
            paid[whole] = row
            kept.append(row)
    papers.tables["payments"] = kept[::-1]
