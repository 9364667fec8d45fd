"""What a made-up plant lacks before it can be damaged: texts that differ from paper to paper, firms with names, machines that break more
than once, work that was written down days before anything was bought for it, and bills of orders that nobody wrote.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from benchmarks.damage.papers import Papers, Row
from benchmarks.damage.texts import (
    Thing,
    dice,
    item_text,
    join_texts,
    make_thing,
    master_text,
    messy,
    other_number,
    supplier_name,
    work_text,
)

WORKS_PER_ASSET = 60
"""So many works a machine has over two years, all at one site: its number does not tell which. The excavators of the list that is imitated
had more than twice as many."""


def make_lifelike(papers: Papers, seed: int) -> None:
    """Rewrite the texts of all papers, independently of each other, and the names of suppliers; fewer assets; works and requisitions
    created earlier. No other column is touched."""
    things = {row["part_id"]: make_thing(row["category"], dice(seed, "thing", row["part_id"])) for row in papers["parts"]}
    for row in papers["suppliers"]:
        row["name"] = supplier_name(row["country"], dice(seed, "supplier", row["supplier_id"]))
    for row in papers["parts"]:
        row["description"] = master_text(things[row["part_id"]])
    for table, key, copied, told in (
        ("purchase_order_lines", "purchase_order_line_id", 0.5, 0.05),
        ("work_order_lines", "work_order_line_id", 0.4, 0.02),
        ("requisitions", "requisition_line_id", 0.4, 0.05),
        ("invoice_lines", "invoice_line_id", 0.1, 0.1),
    ):
        for row in papers[table]:
            row["description"] = _line_text(things.get(row["part_id"]), row["description"], copied, told, dice(seed, table, row[key]))
    _rewrite_works(papers, things, seed)
    for row in papers["requisitions"]:
        _write_earlier(row, ("created_at", "approved_at"), 4, dice(seed, "asked", row["requisition_id"]))


def _line_text(thing: Thing | None, text: str, copied: float, told: float, roll: Random) -> str:
    """`copied`: the share that is the text of the list of parts; `told`: the share that names some other paper as well."""
    if thing is None:
        text = messy(text, roll)
    elif roll.random() < copied:
        text = master_text(thing)
    else:
        text = item_text(thing, roll)
    return join_texts(text, other_number(roll), roll) if roll.random() < told else text


def _rewrite_works(papers: Papers, things: dict[str, Thing], seed: int) -> None:
    needs, some = papers.grouped("work_order_lines", "work_order_id"), list(things.values())
    sites = sorted({row["site_id"] for row in papers["work_orders"]})
    machines = max(1, len(papers["work_orders"]) // WORKS_PER_ASSET // len(sites))
    for row in papers["work_orders"]:
        roll = dice(seed, "work", row["work_order_id"])
        parts = [need["part_id"] for need in needs.get(row["work_order_id"], []) if need["part_id"] in things]
        row["description"] = work_text(things[parts[0]] if parts else roll.choice(some), roll)
        machine = dice(seed, "asset", row["site_id"], row["asset_id"]).randrange(machines)
        row["asset_id"] = f"EQ-{(sites.index(row['site_id']) + 1) * 1000 + machine:05d}"
        _write_earlier(row, ("created_at", "released_at"), 14, roll)


def _write_earlier(row: Row, columns: Sequence[str], days: int, roll: Random) -> None:
    """Moments of one paper moved back together, by hours rather than by days for most."""
    minutes = int(days * 1440 * roll.random() ** 3)
    for column in columns:
        if row[column]:
            row[column] = (datetime.fromisoformat(row[column]) - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def leave_unwritten(papers: Papers, seed: int, share: float) -> set[str]:
    """Take away that share of the orders, with what hangs on them, as if someone had only called the supplier: the goods came and were
    billed, and look like all others. Returns the orders."""
    orders = sorted(row["purchase_order_id"] for row in papers["purchase_orders"])
    gone = set(dice(seed, "unwritten").sample(orders, round(len(orders) * share)))
    lines = {line for line, order in papers.order_of.items() if order in gone}
    for table, column, ids in (
        ("purchase_orders", "purchase_order_id", gone),
        ("purchase_order_lines", "purchase_order_id", gone),
        ("allocations", "purchase_order_line_id", lines),
        ("approvals", "document_id", gone),
        ("order_changes", "document_id", gone | lines),
    ):
        papers.tables[table] = [row for row in papers[table] if row[column] not in ids]
    for row in papers["invoices"]:
        if row["purchase_order_id"] in gone:
            row["purchase_order_id"] = ""
    for table in ("invoice_lines", "receipts"):
        for row in papers[table]:
            if row["purchase_order_line_id"] in lines:
                row["purchase_order_line_id"] = ""
    return gone
