"""Value, of lots: can what was used be traced, and was there so much of it?"""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.checks.registry import rules_of
from counterfoil.tables.checks.verdict import NO_AMOUNT, candidates
from counterfoil.tables.facts.columns import QUANTITY, look_up
from counterfoil.tables.facts.receipts import reversed_quantities
from counterfoil.tables.facts.shapes import Shapes

rule, RULES = rules_of("value")


@rule(
    "lot-untraced",
    severity="W",
    per="consumption",
    question="Was a tracked part used without a lot that can be traced?",
    at_risk="",
    remedy="Record the lot, and its receipt or work order.",
    owner="quality",
    needs=("consumption", "parts.tracking", "lots"),
    message="Work order {work_order_id} used {used} of part {part} from lot {lot|(unnamed)}, which leads to no receipt and no work order.",
    disagree=("consumption.lot_id?", "lots", "lots.receipt_line_id?", "lots.work_order_id?"),
)
def lot_untraced(f: Shapes) -> Expression:
    lots = f.lots.select(known_lot="lot_id", lot_part="part_id", lot_receipt="receipt_line_id", lot_work="work_order_id")
    rows = f.consumption.left_join(lots, f.consumption.lot_id == lots.known_lot)
    rows = rows.mutate(used_part=ibis.coalesce(rows.part_id, rows.lot_part))
    parts = f.parts.select("tracking", known_part="part_id")
    rows = rows.left_join(parts, rows.used_part == parts.known_part)
    rows = rows.left_join(f.lost_parts.rename(lost_part="lost_id"), [("used_part", "lost_part")])
    rows = rows.left_join(f.lost_lots.rename(lost_lot="lost_id"), [("lot_id", "lost_lot")])
    tracked = rows.tracking.isin(("lot", "serial")).fill_null(False)
    unjudged = ibis.ifelse(tracked, rows.lost_lot.notnull(), rows.lost_part.notnull())
    untraced = rows.known_lot.isnull() | (rows.lot_receipt.isnull() & rows.lot_work.isnull())
    rows = rows.mutate(unjudged=unjudged).filter(unjudged | (tracked & untraced))
    works = f.work_facts.select(site_work="work_order_id", work_site="work_site")
    rows = rows.left_join(works, rows.work_order_id == works.site_work)
    return candidates(
        rows,
        severity="W",
        document="consumption",
        document_id=rows.consumption_id,
        amount=NO_AMOUNT,
        work=rows.work_order_id,
        site=rows.work_site,
        occurred_at=rows.consumed_at.date(),
        unjudged=rows.unjudged,
        part=rows.used_part,
        lot=rows.lot_id,
        used=rows.quantity,
    )


@rule(
    "lot-overdrawn",
    severity="E",
    per="lot",
    question="Was more of a lot used than it has?",
    at_risk="",
    remedy="Correct the lots recorded on the work orders.",
    owner="quality",
    needs=("consumption", "lots"),
    message="Of lot {document_id}, {used} were used, but it has only {ceiling}.",
    disagree=("lots.quantity", "consumption.quantity", "receipts.quantity_received"),
)
def lot_overdrawn(f: Shapes) -> Expression:
    used = f.consumption.filter(f.consumption.lot_id.notnull())
    used = used.group_by(used_lot="lot_id").agg(used=used.quantity.sum().cast(QUANTITY), work=used.work_order_id.min())
    rows = f.lots.left_join(used, f.lots.lot_id == used.used_lot)
    rows = look_up(rows, f.receipts.select("receipt_line_id", "quantity_received"), "receipt_line_id")
    rows = look_up(rows, reversed_quantities(f).rename(receipt_line_id="back_of"), "receipt_line_id")
    rows = rows.left_join(f.lost_receipts, [("receipt_line_id", "lost_id")])
    standing = (rows.quantity_received.cast(QUANTITY) - rows.reversed_quantity.fill_null(0)).cast(QUANTITY)
    ceiling = ibis.coalesce(rows.quantity.cast(QUANTITY), ibis.ifelse(standing > 0, standing, (standing * 0).cast(QUANTITY)))
    unjudged = ceiling.isnull() & rows.lost_id.notnull()
    rows = rows.mutate(used=rows.used.fill_null(0).cast(QUANTITY), ceiling=ceiling, unjudged=unjudged)
    rows = rows.filter(rows.unjudged | (rows.used > rows.ceiling).fill_null(False))
    return candidates(
        rows,
        severity="E",
        document="lot",
        document_id=rows.lot_id,
        amount=NO_AMOUNT,
        work=rows.work,
        occurred_at=rows.created_at.date(),
        unjudged=rows.unjudged,
        part=rows.part_id,
        used=rows.used,
        ceiling=rows.ceiling,
    )
