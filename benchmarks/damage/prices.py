"""List prices: of half of the suppliers a part always costs the same, as under a price list. In the plant as it is made, hardly two orders
have one price, and the price alone would tell which order a bill is for.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from benchmarks.damage.papers import Papers, Row, plain, whole_coins
from benchmarks.damage.texts import dice

LISTED = 0.5
"""Of the suppliers."""


def list_prices(papers: Papers, seed: int) -> None:
    """Give all order lines of one part, supplier and currency the first one's price; bills, approvals and payments follow. Orders under a
    contract, those that were changed, and those for a sum of money keep theirs."""
    orders = papers.by("purchase_orders", "purchase_order_id")
    changed = {row["document_id"] for row in papers["order_changes"]}
    first: dict[tuple[str, ...], str] = {}
    repriced: dict[str, Row] = {}
    for line in papers["purchase_order_lines"]:
        order = orders[line["purchase_order_id"]]
        keeps = (
            order["contract_id"]
            or line["basis"]
            or not line["part_id"]
            or changed & {line["purchase_order_line_id"], order["purchase_order_id"]}
        )
        if keeps or dice(seed, "list", order["supplier_id"]).random() >= LISTED:
            continue
        key = (order["supplier_id"], line["part_id"], order["currency"], line["price_quantity"])
        line["unit_price"] = first.setdefault(key, line["unit_price"])
        repriced[line["purchase_order_line_id"]] = line
    _bill_anew(papers, repriced)
    _approve_anew(papers, {line["purchase_order_id"] for line in repriced.values()})


def _bill_anew(papers: Papers, repriced: dict[str, Row]) -> None:
    more: dict[str, Decimal] = defaultdict(Decimal)
    for row in papers["invoice_lines"]:
        line = repriced.get(papers.billed_line.get(row["invoice_line_id"], ""))
        if line is not None and row["unit_price"] != line["unit_price"]:
            amount = _worth(row["quantity"], line)
            more[row["invoice_id"]] += amount - Decimal(row["amount"])
            row |= {"unit_price": line["unit_price"], "amount": plain(amount)}
    paid = papers.grouped("payments", "invoice_id")
    for head in papers["invoices"]:
        if head["invoice_id"] in more:
            _total_anew(head, more[head["invoice_id"]], paid.get(head["invoice_id"], []))


def _total_anew(head: Row, more: Decimal, paid: list[Row]) -> None:
    """The tax is of the same percentage, in whole coins; what was paid is the same part of the total."""
    net, tax, total = (Decimal(head[column]) for column in ("amount_net", "amount_tax", "amount_total"))
    percent = (tax * 100 / net).quantize(Decimal(1), ROUND_HALF_UP)
    new_net = net + more
    new_tax = whole_coins(new_net * percent / 100, head["currency"])
    head |= {"amount_net": plain(new_net), "amount_tax": plain(new_tax), "amount_total": plain(new_net + new_tax)}
    for payment in paid:
        payment["amount"] = plain(whole_coins(Decimal(payment["amount"]) * (new_net + new_tax) / total, head["currency"]))


def _approve_anew(papers: Papers, orders: set[str]) -> None:
    lines = papers.grouped("purchase_order_lines", "purchase_order_id")
    for row in papers["approvals"]:
        if row["document_id"] in orders and row["amount"]:
            row["amount"] = plain(sum((_worth(line["quantity"], line) for line in lines[row["document_id"]]), Decimal(0)))


def _worth(quantity: str, line: Row) -> Decimal:
    """So much of an order line, at its price."""
    return Decimal(quantity) * Decimal(line["unit_price"]) / Decimal(line["price_quantity"] or 1)
