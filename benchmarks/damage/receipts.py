"""Receipts lose their order lines.

The ways, each with how often it is drawn, and why it happens:

- `removed` 45: the goods came without a paper that names the order; what is left is how much of what unit came when, who took it, and the
  lot.
- `in-number` 25: the number of the order, or the supplier's delivery note that quotes it, was entered as the number of the receipt; one of
  five with a slip.
- `wrong` 15: the reference has a slip, and is none of an order of ours.
- `one-line` 15: of several goods that came together, one was not found on the order.

A receipt may also name the work that the goods went to at once (15 % of those for one work). What came back is booked on the same order
line: a reversal loses its reference with the receipt that it reverses.
"""

from collections import defaultdict
from collections.abc import Mapping
from random import Random

from benchmarks.damage.papers import Papers, Row
from benchmarks.damage.texts import dice, order_number, too_long_or_short
from benchmarks.damage.truth import RECEIPT, Line

WAYS = {"removed": 45, "in-number": 25, "wrong": 15, "one-line": 15}
"""By name: how often. `one-line` takes the place of others where several goods came together alone."""


def damage_receipts(papers: Papers, seed: int, share: float, gone: set[str]) -> list[Line]:
    """Damage receipts until that share of the linked receipt lines has lost its link. `gone`: orders that are not there any more."""
    linked = {
        row["receipt_line_id"]: row["purchase_order_line_id"]
        for row in papers["receipts"]
        if row["purchase_order_line_id"] in papers.order_of
    }
    truth = [
        Line(RECEIPT, row["receipt_id"], row["receipt_line_id"], "no-order", ())
        for row in papers["receipts"]
        if row["receipt_line_id"] not in linked
    ]
    lines = papers.by("purchase_order_lines", "purchase_order_line_id")
    groups = _deliveries(papers, linked)
    names = sorted(groups)
    dice(seed, "receipts").shuffle(names)
    left = round(share * len(linked))
    for name in names:
        if left <= 0:
            break
        roll, rows = dice(seed, "receipt", name), groups[name]
        way = roll.choices([*WAYS], [*WAYS.values()])[0]
        if way == "one-line":
            first = roll.choice(rows)["receipt_line_id"]
            rows = [row for row in rows if first in (row["receipt_line_id"], row["reverses"])]
        _lose(papers, way, rows, lines, roll)
        left -= len(rows)
        truth += [
            Line(RECEIPT, row["receipt_id"], row["receipt_line_id"], way, ((papers.order_of[of], of),))
            for row in rows
            if (of := linked[row["receipt_line_id"]])
        ]
    _forget(papers, {line.line_id for line in truth})
    return truth


def _deliveries(papers: Papers, linked: Mapping[str, str]) -> dict[str, list[Row]]:
    """Linked receipt lines by the number under which they came; reversals with what they reverse."""
    came = {row["receipt_line_id"]: row["receipt_id"] for row in papers["receipts"]}
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in papers["receipts"]:
        if row["receipt_line_id"] in linked:
            groups[came.get(row["reverses"], row["receipt_id"])].append(row)
    return groups


def _lose(papers: Papers, way: str, rows: list[Row], lines: Mapping[str, Row], roll: Random) -> None:
    order = lines[rows[0]["purchase_order_line_id"]]
    number = order_number(order["purchase_order_id"], "", roll, roll.random() < 0.2)
    wrong = too_long_or_short(order["purchase_order_id"], roll)
    names_work = roll.random() < 0.15
    for row in rows:
        works = papers.works_of.get(row["purchase_order_line_id"], ())
        if names_work and len(works) == 1:
            row["work_order_id"] = works[0]
        line_no = lines[row["purchase_order_line_id"]]["line_no"]
        row["purchase_order_line_id"] = f"{wrong}-{line_no}" if way == "wrong" else ""
        if way == "in-number":
            row["receipt_id"] = number


def _forget(papers: Papers, receipts: set[str]) -> None:
    """No bill was matched to a receipt that nobody could place."""
    for row in papers["invoice_lines"]:
        if row["receipt_line_id"] in receipts:
            row["receipt_line_id"] = ""
