"""The exchange tables, declared once: readers, validation, the checks and the generated reference all read this.

The contract is version 1: a name or a column changes only by a versioned, documented step.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Kind(Enum):
    """What a cell holds. `MOMENT` is a date, or an instant with or without an offset: the cell says which."""

    TEXT = "text"
    DECIMAL = "decimal"
    INTEGER = "whole number"
    MOMENT = "date or instant"
    YES_NO = "yes/no"
    WORD = "one of"
    PRICE_QUANTITY = "price quantity"


DECIMAL_DIGITS = 18
DECIMAL_PLACES = 6
DECIMAL_LIMIT = 10**11
"""Quantities, prices and amounts: decimal(18,6), absolute value below this."""

PRICE_QUANTITIES = (1, 10, 100, 1000, 10000)
"""A price is per this many. Powers of ten alone, so that division by it is exact."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an exchange table. `refers_to` names the table whose key it holds."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    refers_to: str | None = None
    words: tuple[str, ...] = ()
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One exchange table. `key` is the column that names a row, None where rows have no id of their own."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: str | None

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


def _text(name: str, meaning: str = "") -> Column:
    return Column(name.rstrip("!"), required=name.endswith("!"), meaning=meaning)


def _ref(name: str, table: str, meaning: str = "") -> Column:
    return Column(name.rstrip("!"), required=name.endswith("!"), refers_to=table, meaning=meaning)


def _decimal(name: str, meaning: str = "") -> Column:
    return Column(name.rstrip("!"), Kind.DECIMAL, required=name.endswith("!"), meaning=meaning)


def _integer(name: str, meaning: str = "") -> Column:
    return Column(name, Kind.INTEGER, meaning=meaning)


def _moment(name: str, meaning: str = "") -> Column:
    return Column(name.rstrip("!"), Kind.MOMENT, required=name.endswith("!"), meaning=meaning)


def _yes_no(name: str, meaning: str = "") -> Column:
    return Column(name, Kind.YES_NO, meaning=meaning)


def _word(name: str, words: str, meaning: str = "") -> Column:
    return Column(name, Kind.WORD, words=tuple(words.split()), meaning=meaning)


_PRICE_QUANTITY = Column("price_quantity", Kind.PRICE_QUANTITY, meaning="the price is per this many; null = 1")


def _table(name: str, meaning: str, *columns: Column, key: bool = True) -> Table:
    return Table(name, meaning, columns, columns[0].name if key else None)


_DECLARED = (
    _table(
        "sites",
        "A place with work, and the time zone of its clocks.",
        _text("site_id!"),
        _text("name"),
        _text("country"),
        _text("currency"),
        _text("timezone", "IANA name; unknown names are reported and read as UTC"),
    ),
    _table(
        "suppliers",
        "Who is bought from.",
        _text("supplier_id!"),
        _text("name"),
        _text("tax_id", "two suppliers with an equal tax id count as one"),
        _text("country"),
        _word("status", "approved conditional blocked"),
        _moment("status_since", "where a blocked supplier has none, only its open orders are judged"),
        _integer("payment_terms_days"),
    ),
    _table(
        "parts",
        "What is bought, made, stored or used.",
        _text("part_id!"),
        _text("description"),
        _text("unit"),
        _word("kind", "material service outside tool"),
        _word("supply", "make buy"),
        _word("tracking", "none lot serial"),
        _integer("lead_time_days"),
        _decimal("standard_cost", "for one unit"),
        _text("currency"),
        _text("category"),
    ),
    _table(
        "unit_conversions",
        "A quantity in from_unit × numerator ÷ denominator = the quantity in to_unit. That direction only.",
        _ref("part_id", "parts", "null = any part"),
        _text("from_unit!"),
        _text("to_unit!"),
        _decimal("numerator!"),
        _decimal("denominator!"),
        key=False,
    ),
    _table(
        "rates",
        "An amount in from_currency × rate = the amount in to_currency, from valid_from on. That direction only.",
        _text("from_currency!"),
        _text("to_currency!"),
        _moment("valid_from!"),
        _decimal("rate!"),
        key=False,
    ),
    _table(
        "work_orders",
        "The need: work that is planned, done and closed.",
        _text("work_order_id!"),
        _ref("site_id", "sites"),
        _word(
            "kind",
            "production rework deviation preventive corrective inspection calibration qualification installation "
            "field_service repair other",
        ),
        _word("status", "draft planned released in_progress completed closed cancelled"),
        _text("description"),
        _text("asset_id"),
        _ref("contractor_id", "suppliers"),
        _text("cost_center"),
        _moment("created_at"),
        _moment("released_at"),
        _moment("started_at"),
        _moment("completed_at"),
        _moment("closed_at"),
        _text("requested_by"),
        _text("approved_by"),
        _decimal("budget_amount"),
        _text("currency"),
    ),
    _table(
        "work_order_lines",
        "What a work order needs: material, a service, outside processing.",
        _text("work_order_line_id!"),
        _ref("work_order_id!", "work_orders"),
        _text("operation_no"),
        _moment("operation_started_at"),
        _word("kind", "material service outside"),
        _ref("part_id", "parts"),
        _text("revision"),
        _text("description"),
        _decimal("quantity"),
        _text("unit"),
        _moment("need_by"),
        _decimal("unit_price_estimated"),
        _word("supply", "buy stock make", "null = buy"),
    ),
    _table(
        "requisitions",
        "A request to buy, one row a line.",
        _text("requisition_line_id!"),
        _text("requisition_id"),
        _ref("work_order_id", "work_orders"),
        _ref("work_order_line_id", "work_order_lines"),
        _ref("site_id", "sites"),
        _text("part_id"),
        _text("description"),
        _decimal("quantity"),
        _text("unit"),
        _decimal("unit_price_estimated"),
        _text("currency"),
        _moment("created_at"),
        _text("requested_by"),
        _text("approved_by"),
        _moment("approved_at"),
        _word("status", "draft submitted approved ordered rejected cancelled"),
    ),
    _table(
        "purchase_orders",
        "What was ordered from a supplier: the header.",
        _text("purchase_order_id!"),
        _ref("site_id", "sites"),
        _ref("supplier_id", "suppliers"),
        _word("status", "draft submitted approved rejected issued closed cancelled"),
        _text("currency"),
        _moment("created_at"),
        _moment("approved_at"),
        _moment("issued_at", "null in every row = the system does not record it, and the column counts as absent"),
        _moment("closed_at"),
        _text("requested_by"),
        _text("created_by"),
        _text("approved_by"),
        _text("incoterm"),
        _text("incoterm_place"),
        _integer("payment_terms_days"),
        _ref("contract_id", "contracts"),
        _text("quote_ref"),
        _text("project"),
        _text("deliver_to"),
    ),
    _table(
        "purchase_order_lines",
        "What was ordered: one row a line.",
        _text("purchase_order_line_id!"),
        _ref("purchase_order_id!", "purchase_orders"),
        _text("line_no"),
        _word("status", "open closed cancelled", "null = the order's: cancelled or rejected, closed, else open"),
        _moment("created_at"),
        _word("kind", "material service outside tool", "null = the part's, else material; tool = material"),
        _ref("part_id", "parts"),
        _text("revision"),
        _text("description"),
        _text("category", "null = the part's"),
        _decimal("quantity!"),
        _text("unit"),
        _decimal("unit_price!"),
        _PRICE_QUANTITY,
        _word("basis", "quantity amount", "amount = ordered, received and billed as a sum of money; null = quantity"),
        _moment("valid_from"),
        _moment("valid_to"),
        _moment("need_by"),
        _moment("promised_on"),
        _word("need", "work stock exempt", "null = unknown"),
        _ref("work_order_id", "work_orders"),
        _text("operation_no"),
        _ref("requisition_line_id", "requisitions"),
        _word("match", "two_way three_way four_way", "null = three_way"),
        _yes_no("delivery_complete"),
        _yes_no("final_invoice"),
    ),
    _table(
        "allocations",
        "How much of an order line is for which work order.",
        _ref("purchase_order_line_id!", "purchase_order_lines"),
        _ref("work_order_id!", "work_orders"),
        _ref("work_order_line_id", "work_order_lines"),
        _ref("requisition_line_id", "requisitions"),
        _decimal("quantity!"),
        key=False,
    ),
    _table(
        "contracts",
        "An agreed price: one row a contract, part or category, and period; contract_id is not unique.",
        _text("contract_id!"),
        _ref("supplier_id", "suppliers"),
        _ref("part_id", "parts"),
        _text("category"),
        _decimal("unit_price"),
        _PRICE_QUANTITY,
        _text("currency"),
        _moment("valid_from"),
        _moment("valid_to"),
        _decimal("amount_limit"),
        key=False,
    ),
    _table(
        "order_changes",
        "One change of one field of an order or a work order.",
        _word("document", "purchase_order_line work_order_line purchase_order work_order"),
        _text("document_id!"),
        _text("field!"),
        _text("old"),
        _text("new"),
        _moment("changed_at!"),
        _text("changed_by"),
        key=False,
    ),
    _table(
        "receipts",
        "What a supplier delivered, and services accepted. Not production receipts, not transfers.",
        _text("receipt_line_id!"),
        _text("receipt_id"),
        _ref("purchase_order_line_id", "purchase_order_lines"),
        _ref("work_order_id", "work_orders"),
        _decimal("quantity_received!"),
        _decimal("quantity_accepted", "null = received"),
        _decimal("amount", "for order lines of basis amount"),
        _text("unit", "null = the order line's"),
        _moment("received_at!"),
        _text("received_by"),
        _text("lot_id"),
        _ref("reverses", "receipts"),
    ),
    _table(
        "invoices",
        "What a supplier billed, or credited: the header.",
        _text("invoice_id!"),
        _ref("supplier_id", "suppliers"),
        _text("invoice_number!", "as the supplier wrote it"),
        _word("kind", "invoice credit", "null = invoice"),
        _moment("invoice_date!"),
        _moment("entered_at"),
        _moment("due_on"),
        _moment("discount_until"),
        _yes_no("prepayment"),
        _text("currency"),
        _decimal("amount_net"),
        _decimal("amount_tax"),
        _decimal("amount_total"),
        _word("status", "received held released paid void"),
        _ref("purchase_order_id", "purchase_orders"),
        _ref("reverses", "invoices"),
        _text("entered_by"),
    ),
    _table(
        "invoice_lines",
        "What a supplier billed: one row a line.",
        _text("invoice_line_id!"),
        _ref("invoice_id!", "invoices"),
        _ref("purchase_order_line_id", "purchase_order_lines"),
        _ref("receipt_line_id", "receipts"),
        _text("part_id"),
        _text("description"),
        _decimal("quantity!"),
        _text("unit", "null = the order line's"),
        _decimal("unit_price!"),
        _PRICE_QUANTITY,
        _decimal("amount", "null = quantity × unit_price ÷ price_quantity"),
        _word("effect", "quantity value", "value = moves the amount, not the quantity; null = quantity"),
    ),
    _table(
        "payments",
        "What was paid on an invoice.",
        _text("payment_id!"),
        _ref("invoice_id!", "invoices"),
        _decimal("amount!"),
        _text("currency"),
        _moment("paid_at!"),
        _text("approved_by"),
    ),
    _table(
        "approvals",
        "Who decided what about a document.",
        _word("document", "work_order requisition purchase_order invoice change"),
        _text("document_id!"),
        _text("step"),
        _text("person!"),
        _moment("decided_at!"),
        _word("decision", "approved rejected", "only `approved` approves"),
        _decimal("amount"),
        key=False,
    ),
    _table(
        "lots",
        "A lot or serial number, and where it came from.",
        _text("lot_id!"),
        _ref("part_id", "parts"),
        _text("revision"),
        _text("serial"),
        _ref("receipt_line_id", "receipts"),
        _ref("work_order_id", "work_orders", "made by"),
        _decimal("quantity"),
        _moment("created_at"),
    ),
    _table(
        "consumption",
        "What a work order used.",
        _text("consumption_id!"),
        _ref("work_order_id!", "work_orders"),
        _ref("part_id", "parts"),
        _ref("lot_id", "lots"),
        _decimal("quantity!"),
        _moment("consumed_at"),
        _text("operation_no"),
        _text("person"),
    ),
    _table(
        "labour",
        "Hours worked on a work order.",
        _text("labour_id!"),
        _ref("work_order_id!", "work_orders"),
        _text("operation_no"),
        _text("person"),
        _decimal("hours!"),
        _decimal("hourly_rate"),
        _text("currency"),
        _moment("worked_on"),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _DECLARED})
"""Every exchange table by name, in the order of the contract."""
