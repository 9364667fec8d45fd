"""What a plant's tables were at an instant: written from the contract, with nothing of the back-test.

A row that is dated later was not there; a field that a later change set had its old value; a later date of a row was still empty; an
allocation was there once its order line, its work order and its requisition were.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

Row = dict[str, str]
Tables = Mapping[str, list[Row]]

LATER_FIELDS = {
    "work_orders": ("released_at", "started_at", "completed_at", "closed_at"),
    "work_order_lines": ("operation_started_at",),
    "purchase_orders": ("approved_at", "issued_at", "closed_at"),
    "requisitions": ("approved_at",),
}
"""Dates that were empty before they came. No status has a date, so it stays as it is."""

OF_LINE = {"need", "work_order_id", "requisition_line_id", "part_id", "kind", "category", "quantity", "unit_price"}
OF_ORDER = {"supplier_id"}


def zones(tables: Tables) -> Callable[[str], tzinfo]:
    """The zone of a site; UTC where it has none."""
    named: dict[str, tzinfo] = {row["site_id"]: ZoneInfo(row["timezone"]) for row in tables.get("sites", []) if row.get("timezone")}
    return lambda site: named.get(site, UTC)


@dataclass
class Then:
    """The tables as they were at an instant (in UTC), and the ids of what was not there yet."""

    whole: Tables
    instant: datetime
    tables: dict[str, list[Row]] = field(default_factory=dict)
    absent: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._zone_of_site = zones(self.whole)
        self._orders = self._first("purchase_orders", "purchase_order_id")
        self._lines = self._first("purchase_order_lines", "purchase_order_line_id")
        self._works = self._first("work_orders", "work_order_id")
        self._needs = self._first("work_order_lines", "work_order_line_id")
        named = [row for row in self.whole.get("invoice_lines", []) if row["purchase_order_line_id"] in self._lines]
        named.sort(key=lambda row: row["invoice_line_id"], reverse=True)
        self._first_billed = {row["invoice_id"]: row["purchase_order_line_id"] for row in named}
        self.tables = {name: [dict(row) for row in rows] for name, rows in self.whole.items()}
        self._rewind()
        self._keep("work_orders", "work_order_id", lambda row: self.later(row, "created_at", self.of_work(row["work_order_id"])))
        self._keep("work_order_lines", "work_order_line_id", lambda row: row["work_order_id"] in self.absent["work_orders"])
        self._keep("purchase_orders", "purchase_order_id", self._order_is_later)
        self._keep("purchase_order_lines", "purchase_order_line_id", self._line_is_later)
        self._keep("requisitions", "requisition_line_id", lambda row: self.later(row, "created_at", self.of_request(row)))
        self._keep("allocations", "purchase_order_line_id", self._allocation_is_later)
        self._keep("receipts", "receipt_line_id", lambda row: self.later(row, "received_at", self.of_receipt(row)))
        self._keep("invoices", "invoice_id", self._invoice_is_later)
        self._keep("invoice_lines", "invoice_line_id", lambda row: row["invoice_id"] in self.absent["invoices"])
        self._empty()

    # ---- what is later ---------------------------------------------------------------------------------------------------------------

    def later(self, row: Row, name: str, zone: tzinfo) -> bool:
        """A cell says a day or an instant after this one. Days compare by the local date."""
        cell = row.get(name, "").strip()
        try:
            if len(cell) == 10:
                return datetime.fromisoformat(cell).date() > self.instant.astimezone(zone).date()
            found = datetime.fromisoformat(cell)
        except ValueError:
            return False
        return (found if found.tzinfo else found.replace(tzinfo=zone)) > self.instant

    def _order_is_later(self, row: Row) -> bool:
        return self.later(row, "created_at", self.of_order(row["purchase_order_id"]))

    def _line_is_later(self, row: Row) -> bool:
        own = self.later(row, "created_at", self.of_order(row["purchase_order_id"]))
        return own or row["purchase_order_id"] in self.absent["purchase_orders"]

    def _invoice_is_later(self, row: Row) -> bool:
        return self.later(row, "entered_at" if row["entered_at"] else "invoice_date", self.of_invoice(row))

    def _allocation_is_later(self, row: Row) -> bool:
        named = (
            ("purchase_order_lines", "purchase_order_line_id"),
            ("work_orders", "work_order_id"),
            ("requisitions", "requisition_line_id"),
        )
        return any(row.get(column, "") in self.absent[table] for table, column in named)

    def _keep(self, table: str, key: str, is_later: Callable[[Row], bool]) -> None:
        rows = [(is_later(row), row) for row in self.tables.get(table, [])]
        self.absent[table] = {row[key] for gone, row in rows if gone}
        self.tables[table] = [row for gone, row in rows if not gone]

    def _empty(self) -> None:
        """Later dates of rows that were there. Where no order has a date of issue, that of approval stands for it by the contract, and
        stays: without it another date would."""
        issued = any(row["issued_at"] for row in self.whole["purchase_orders"])
        of: Mapping[str, Callable[[Row], tzinfo]] = {
            "work_orders": lambda row: self.of_work(row["work_order_id"]),
            "work_order_lines": lambda row: self.of_work(row["work_order_id"]),
            "purchase_orders": lambda row: self.of_order(row["purchase_order_id"]),
            "requisitions": self.of_request,
        }
        for table, names in LATER_FIELDS.items():
            for row in self.tables.get(table, []):
                gone = [name for name in names if name in row and (issued or name != "approved_at")]
                row.update({name: "" for name in gone if self.later(row, name, of[table](row))})

    def _rewind(self) -> None:
        """Each field that was changed later says what the first of these changes found."""
        kept, done = [], set()
        for row in sorted(self.tables.get("order_changes", []), key=self._when):
            document, key, name = row["document"], row["document_id"], row["field"]
            zone = self.of_line(key) if document == "purchase_order_line" else self.of_order(key)
            if not self.later(row, "changed_at", zone):
                kept.append(row)
            elif (document, key, name) not in done:
                done.add((document, key, name))
                self._put(document, key, name, row.get("old", ""))
        self.tables["order_changes"] = kept

    def _put(self, document: str, key: str, name: str, value: str) -> None:
        places = {"purchase_order_line": ("purchase_order_lines", OF_LINE), "purchase_order": ("purchase_orders", OF_ORDER)}
        table, fields = places.get(document, ("", set()))
        if name in fields and (value or name not in ("quantity", "unit_price")):
            for row in self.tables.get(table, []):
                if row[f"{document}_id"] == key:
                    row[name] = value

    def _when(self, row: Row) -> datetime:
        cell, key = row["changed_at"].strip(), row["document_id"]
        zone = self.of_line(key) if row["document"] == "purchase_order_line" else self.of_order(key)
        try:
            found = datetime.fromisoformat(cell)
        except ValueError:
            return datetime.max.replace(tzinfo=UTC)
        return found if found.tzinfo else found.replace(tzinfo=zone)

    # ---- the zone of a row -----------------------------------------------------------------------------------------------------------

    def of_work(self, work: str) -> tzinfo:
        return self._zone_of_site(self._works.get(work, {}).get("site_id", ""))

    def of_order(self, order: str) -> tzinfo:
        return self._zone_of_site(self._orders.get(order, {}).get("site_id", ""))

    def of_line(self, line: str) -> tzinfo:
        return self.of_order(self._lines.get(line, {}).get("purchase_order_id", ""))

    def of_request(self, row: Row) -> tzinfo:
        if row["site_id"]:
            return self._zone_of_site(row["site_id"])
        return self.of_work(row["work_order_id"] or self._needs.get(row["work_order_line_id"], {}).get("work_order_id", ""))

    def of_receipt(self, row: Row) -> tzinfo:
        line = row["purchase_order_line_id"]
        return self.of_line(line) if line in self._lines else self.of_work(row["work_order_id"])

    def of_invoice(self, row: Row) -> tzinfo:
        if row["purchase_order_id"]:
            return self.of_order(row["purchase_order_id"])
        return self.of_line(self._first_billed.get(row["invoice_id"], ""))

    def _first(self, table: str, key: str) -> dict[str, Row]:
        return {row[key]: row for row in reversed(self.whole.get(table, []))}


def apart(then: Then) -> set[str]:
    """The lines of documents of which another verdict is no wonder: those that were not there yet, whatever their own moment says; and
    invoices that are reversed or reverse, since whether these are left out is what is true today."""
    absent = set().union(
        *(then.absent[table] for table in ("purchase_order_lines", "work_order_lines", "receipts", "invoices", "invoice_lines"))
    )
    invoices = then.whole.get("invoices", [])
    turned = {row["reverses"] for row in invoices} | {row["invoice_id"] for row in invoices if row["reverses"]}
    lines = {row["invoice_line_id"] for row in then.whole.get("invoice_lines", []) if row["invoice_id"] in turned}
    return absent | turned | lines
