"""Order lines lose their work.

The line's own work order, its allocations and its requisition are taken away together, since any of them names the work. The ways, each
with how often it is drawn, and why it happens:

- `removed` 28: bought in a hurry, or in a system that knows no work; what remains is what was bought, when, by whom and for which site.
- `in-text` 30: the system had no field for it, so that the number stands in the description, the place of delivery, the project or the
  quotation, with zeros lost, or without what all numbers begin with.
- `mistyped` 12: the same with a slip. Numbers of work are close to each other, so that a slip may hit another work.
- `asset` 30: the requester wrote for which machine; each machine has several works.

An order loses the work of all its lines, or (one of five with several lines) of one. Also, by chance: the order was asked for by the
requester of the work (40 %), its site is missing (12 %), nobody said what it is for (50 %), the part is missing (30 %: free text), the
requisition was never entered (60 %), the work has no such line (45 %: not planned), less was planned than ordered (15 %).

As many of the lines bought for stock, in the same share, no longer say so. They are of the same parts and suppliers, and belong to no work;
one of eight names a machine or some other number in its text.
"""

from collections import defaultdict
from decimal import Decimal
from random import Random

from benchmarks.damage.papers import Papers, Row, plain
from benchmarks.damage.texts import asset_name, dice, join_texts, other_number, work_number
from benchmarks.damage.truth import ORDER, Line

WAYS = {"removed": 28, "in-text": 30, "mistyped": 12, "asset": 30}
"""By name: how often."""

_PLACES = {"description": 50, "project": 20, "deliver_to": 15, "quote_ref": 15}
"""Where a number is put, and how often; all but the first are of the whole order."""


def damage_works(papers: Papers, seed: int, share: float) -> list[Line]:
    """Damage orders until that share of the order lines for one work has lost it. A line for several works stays as it is: who divides a
    line writes down how."""
    known = {row["purchase_order_line_id"] for row in papers["purchase_order_lines"]}
    links = {line: works[0] for line, works in papers.works_of.items() if len(works) == 1 and line in known}
    heads = sorted(papers["purchase_orders"], key=lambda row: row["purchase_order_id"])
    dice(seed, "orders").shuffle(heads)
    lines = papers.grouped("purchase_order_lines", "purchase_order_id")
    works = papers.by("work_orders", "work_order_id")
    told: dict[str, str] = {}
    left = round(share * len(links))
    for head in heads:
        linked = [line for line in lines.get(head["purchase_order_id"], []) if line["purchase_order_line_id"] in links]
        if left <= 0 or not linked:
            continue
        roll = dice(seed, "order", head["purchase_order_id"])
        chosen = [roll.choice(linked)] if len(linked) > 1 and roll.random() < 0.2 else linked
        way = roll.choices([*WAYS], [*WAYS.values()])[0]
        work = works[links[chosen[0]["purchase_order_line_id"]]]
        _tell(way, head, chosen, work, roll, whole=chosen is linked)
        _worsen(papers, head, chosen, work, roll)
        told |= {line["purchase_order_line_id"]: way for line in chosen}
        left -= len(chosen)
    _cut(papers, told)
    truth = [Line(ORDER, papers.order_of[line], line, way, ((links[line], ""),)) for line, way in sorted(told.items())]
    return truth + _silence_stock(papers, seed, share)


def _tell(way: str, head: Row, lines: list[Row], work: Row, roll: Random, *, whole: bool) -> None:
    """Write down what the way leaves of the work."""
    if way == "asset":
        for line in lines if roll.random() < 0.5 else lines[:1]:
            line["description"] = join_texts(line["description"], asset_name(work["asset_id"], roll), roll)
    elif way != "removed":
        number = work_number(work["work_order_id"], roll, way == "mistyped")
        place = roll.choices([*_PLACES], [*_PLACES.values()])[0] if whole else "description"
        if place == "description":
            for line in lines if roll.random() < 0.6 else lines[:1]:
                line["description"] = join_texts(line["description"], number, roll)
        else:
            head[place] = join_texts(head[place], number, roll)


def _worsen(papers: Papers, head: Row, lines: list[Row], work: Row, roll: Random) -> None:
    """The rest of what is told above."""
    if roll.random() < 0.4:
        head["requested_by"] = work["requested_by"]
    if roll.random() < 0.12:
        head["site_id"] = ""
    silent, planned, asked = roll.random() < 0.5, roll.random() >= 0.45, roll.random() >= 0.6
    needs = papers["work_order_lines"]
    for line in lines:
        line["need"] = "" if silent else line["need"]
        if not asked:
            papers.tables["requisitions"] = [
                row for row in papers["requisitions"] if row["requisition_line_id"] != line["requisition_line_id"]
            ]
        of = (work["work_order_id"], line["part_id"])
        need = next((row for row in needs if (row["work_order_id"], row["part_id"]) == of != (of[0], "")), None)
        if need is not None and not planned:
            needs.remove(need)
            _forget_need(papers, need)
        elif need is not None and roll.random() < 0.15:
            need["quantity"] = plain(max(Decimal(1), Decimal(need["quantity"]) - roll.choice((1, 2, 5))))
        if roll.random() < 0.3:
            line["part_id"] = ""


def _forget_need(papers: Papers, need: Row) -> None:
    """What named the line of the work names the work."""
    for row in (*papers["requisitions"], *papers["allocations"]):
        if row["work_order_line_id"] == need["work_order_line_id"]:
            row |= {"work_order_id": need["work_order_id"], "work_order_line_id": ""}


def _cut(papers: Papers, told: dict[str, str]) -> None:
    for line in papers["purchase_order_lines"]:
        if line["purchase_order_line_id"] in told:
            line |= {"work_order_id": "", "operation_no": "", "requisition_line_id": ""}
    papers.tables["allocations"] = [row for row in papers["allocations"] if row["purchase_order_line_id"] not in told]


def _silence_stock(papers: Papers, seed: int, share: float) -> list[Line]:
    """Lines for stock that do not say so. Returns all order lines that belong to no work."""
    stock: dict[str, list[Row]] = defaultdict(list)
    truth = []
    for line in papers["purchase_order_lines"]:
        if line["purchase_order_line_id"] not in papers.works_of:
            how = line["need"] or "unknown"
            truth.append(Line(ORDER, line["purchase_order_id"], line["purchase_order_line_id"], how, ()))
            if how == "stock":
                stock[line["purchase_order_id"]].append(line)
    assets = [row["asset_id"] for row in papers["work_orders"]]
    for order, lines in stock.items():
        roll = dice(seed, "stock", order)
        if roll.random() < share:
            for line in lines:
                line["need"] = ""
            if roll.random() < 0.12:
                more = asset_name(roll.choice(assets), roll) if roll.random() < 0.5 else other_number(roll)
                lines[0]["description"] = join_texts(lines[0]["description"], more, roll)
    return truth
