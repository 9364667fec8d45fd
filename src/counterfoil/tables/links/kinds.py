"""The kinds of links that are proposed, declared once."""

from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil.tables.links.blocking import ORDER_BLOCKS, WORK_BLOCKS, Block
from counterfoil.tables.links.evidence import INVOICE_EVIDENCE, RECEIPT_EVIDENCE, WORK_EVIDENCE, Evidence
from counterfoil.tables.links.sides import INVOICE_LINES, ORDER_LINES, RECEIPTS, Sides


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `name`: as in the column `kind` of proposals.csv; `plural`: what is to be linked, `to` what. `events`, `by_owner`:
    see `evidence.weigh_pairs`. `papers`: query of (entry, document_id, line_id, quantity, amount), as they are written; `target_amounts`:
    of (target, amount). `combines`: lines of an order may be meant together."""

    name: str
    plural: str
    to: str
    sides: Sides
    blocks: tuple[Block, ...]
    evidence: tuple[Evidence, ...]
    events: str
    papers: str
    target_amounts: str
    by_owner: bool = False
    combines: bool = False

    @property
    def scales(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the levels of each scale."""
        return {scale.name: tuple(level.name for level in scale.levels) for scale in self.evidence}


_ORDER_VALUES = "SELECT line AS target, value AS amount FROM line_facts"

KINDS = (
    Kind(
        "invoice_line",
        "invoice lines",
        "order lines",
        INVOICE_LINES,
        ORDER_BLOCKS,
        INVOICE_EVIDENCE,
        """SELECT f.line AS target, r.quantity_received::DOUBLE AS quantity, list(f.received_at_date ORDER BY f.received_at_date) AS days
           FROM receipt_facts AS f JOIN numbered_receipts AS r ON r.row = f.receipt
           WHERE f.line IN (SELECT target FROM link_pairs) AND f.counts GROUP BY ALL""",
        """SELECT b.bill AS entry, i.invoice_id AS document_id, l.invoice_line_id AS line_id, l.quantity, b.amount
           FROM bills AS b JOIN numbered_invoices AS i ON i.row = b.invoice LEFT JOIN numbered_invoice_lines AS l ON l.row = b.bill""",
        _ORDER_VALUES,
        combines=True,
    ),
    Kind(
        "receipt",
        "receipts",
        "order lines",
        RECEIPTS,
        ORDER_BLOCKS,
        RECEIPT_EVIDENCE,
        """SELECT b.line AS target, l.quantity::DOUBLE AS quantity, list(i.invoice_date_date ORDER BY i.invoice_date_date) AS days
           FROM bills AS b JOIN numbered_invoice_lines AS l ON l.row = b.bill JOIN invoice_facts AS i ON i.invoice = b.invoice
           WHERE b.line IN (SELECT target FROM link_pairs) GROUP BY ALL""",
        """SELECT row AS entry, coalesce(receipt_id, '') AS document_id, receipt_line_id AS line_id, quantity_received AS quantity, amount
           FROM numbered_receipts""",
        _ORDER_VALUES,
    ),
    Kind(
        "order_line",
        "order lines",
        "work orders",
        ORDER_LINES,
        WORK_BLOCKS,
        WORK_EVIDENCE,
        "SELECT NULL::BIGINT AS target, NULL::DOUBLE AS quantity, NULL::DATE[] AS days WHERE false",
        """SELECT p.row AS entry, p.purchase_order_id AS document_id, p.purchase_order_line_id AS line_id, p.quantity, f.value AS amount
           FROM numbered_purchase_order_lines AS p JOIN line_facts AS f ON f.line = p.row""",
        "SELECT NULL::BIGINT AS target, NULL::DECIMAL(38, 6) AS amount WHERE false",
        by_owner=True,
    ),
)
