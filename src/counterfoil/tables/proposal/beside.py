"""Tables whose rows stand beside the rows of another: receipts on the order lines, suppliers on the orders."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from counterfoil.tables.mapping import Cell, Condition
from counterfoil.tables.proposal.evidence import Evidence
from counterfoil.tables.proposal.placing import LIKELY, SURE, Feed, Placement, Placer
from counterfoil.tables.proposal.profile import Column, is_a_name
from counterfoil.tables.schema import TABLES

_MASTERS = ("suppliers", "parts", "work_orders")
_ALMOST_ALL = 0.9
_LINES = "purchase_order_lines"


def beside(placer: Placer, evidence: Evidence, feeds: Sequence[Feed]) -> Iterator[Feed]:
    """The sections of tables that no file is about, from columns of files about something else, but of no known system."""
    fed = {feed.table for feed in feeds}
    own = [feed for feed in feeds if not feed.system]
    for feed in own:
        if feed.table == _LINES and "receipts" not in fed and (receipts := _receipts(placer, feed)):
            yield receipts
    for table in _MASTERS:
        if table not in fed:
            able = [found for feed in own if (found := _master(placer, evidence, feed, table, _described(feeds, feed)))]
            yield from sorted(able, key=lambda found: -len(found.placed))[:1]


def _receipts(placer: Placer, lines: Feed) -> Feed | None:
    """One receipt an order line, where the line says how much has come and when."""
    table = TABLES["receipts"]
    key = lines.placed.get(TABLES[_LINES].key or "")
    quantity, came = (_best(placer, lines, name) for name in ("quantity_received", "received_at"))
    if key is None or not key.sources or came is None or (quantity is None and came[1] < SURE):
        return None
    feed = Feed("receipts", lines.sheet, lines.about)
    feed.reasons.append("the order lines say what has come: each is one receipt")
    feed.placed["receipt_line_id"] = replace(key, target=table.column("receipt_line_id"), reason="one receipt a line", doubts=[])
    feed.placed["purchase_order_line_id"] = replace(key, target=table.column("purchase_order_line_id"), reason="the same row", doubts=[])
    for name in ("receipt_id", "quantity_received", "quantity_accepted", "received_at", "received_by"):
        found = _best(placer, lines, name)
        if found and (found[1] >= SURE or name in ("receipt_id", "quantity_received", "received_at")):
            feed.placed[name] = placer.placement("receipts", table.column(name), *found)
    if quantity is None:
        ordered = lines.placed["quantity"]
        doubt = "no column says how much came: what was ordered is taken, where a day of receipt stands"
        feed.placed["quantity_received"] = replace(ordered, target=table.column("quantity_received"), doubts=[doubt])
    if came[0].filled < came[0].rows:
        feed.conditions.append(Condition(came[0].name, presence=True))
    return feed


def _best(placer: Placer, lines: Feed, name: str) -> tuple[Column, float] | None:
    """The column that says by its own name that it is that column of the receipts."""
    target = TABLES["receipts"].column(name)
    taken = {number for placement in lines.placed.values() for number in placement.sources}
    fits = [
        (placer.fit("receipts", target, column, about=False), -column.number, column)
        for column in lines.sheet.columns
        if column.number not in taken
    ]
    fit, _, column = max(fits, key=lambda found: found[:2], default=(0.0, 0, None))
    return (column, fit) if column is not None and fit >= LIKELY else None


def _described(feeds: Sequence[Feed], feed: Feed) -> frozenset[int]:
    """The columns of the same sheet that describe something, and are no ids."""
    alike = [other for other in feeds if other.sheet.number == feed.sheet.number and "description" in other.placed]
    return frozenset(number for other in alike for number in other.placed["description"].sources)


def _master(placer: Placer, evidence: Evidence, feed: Feed, table: str, described: frozenset[int]) -> Feed | None:
    """The rows of a table of masters, one an id, where more is said about them than the id."""
    key = TABLES[table].key or ""
    assigned = {name: found for name, found in placer.assign(feed.sheet, table, about=False).items() if found[1] >= SURE}
    ids = [
        (placer.fit(table, TABLES[table].column(key), column, about=False) * (1 if column.unique else 2), column)
        for column in feed.sheet.columns
    ]
    fit, own = max(ids, key=lambda found: found[0], default=(0.0, None))
    if own is None or fit < SURE or own.decimals or own.number in described:
        return None
    others = {name: found for name, found in assigned.items() if name != key and found[0] is not own and not _taken(feed, found[0])}
    others = {name: found for name, found in others.items() if evidence.depends(feed.sheet, (own,), found[0]) >= _ALMOST_ALL}
    named = table == "suppliers" and is_a_name(own)
    if not others and not named:
        return None
    made = placer.feed(feed.sheet, table, others, feed.about)
    for name, (column, _) in others.items():
        if evidence.depends(feed.sheet, (own,), column) < 1:
            made.placed[name].doubts.append("some ids have several of them; rows that disagree with the first are rejected")
    reason = f"{own.distinct:,} different values in {own.filled:,} rows: one row of each is taken"
    made.placed = {key: Placement(TABLES[table].column(key), Cell(columns=(own.name,)), (own.number,), SURE, reason), **made.placed}
    if named and "name" not in made.placed:
        told = "the ids are names themselves"
        made.placed["name"] = Placement(TABLES[table].column("name"), Cell(columns=(own.name,)), (own.number,), SURE, told)
    if own.filled < own.rows:
        made.conditions.append(Condition(own.name, presence=True))
    made.unique = True
    return made


def _taken(feed: Feed, column: Column) -> bool:
    return any(column.number in placement.sources for placement in feed.placed.values())
