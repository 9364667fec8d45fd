"""The health of a plant of a thousand invoice lines with holes in it, against the same counted in plain Python."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from benchmarks.plant import make_plant
from tests import plants

from counterfoil.tables.check import open_check
from counterfoil.tables.health import Health, examine
from counterfoil.tables.policy import load_policy
from counterfoil.tables.schema import TABLES

AS_OF = date(2024, 12, 31)
HOLES = {
    "purchase_order_lines": ("need", "work_order_id", "requisition_line_id", "unit", "need_by"),
    "purchase_orders": ("requested_by", "site_id", "currency", "issued_at"),
    "invoices": ("due_on", "entered_at", "supplier_id"),
    "work_orders": ("started_at", "closed_at", "site_id"),
    "work_order_lines": ("unit_price_estimated",),
    "requisitions": ("created_at",),
    "allocations": (),
    "payments": (),
    "suppliers": (),
}
"""The tables that the measures compared here read, and the columns that get holes."""

LEFT_OUT = {"purchase_orders": {"created_by"}, "invoices": {"reverses"}}
DEAD = {"draft", "submitted", "rejected", "cancelled"}

Row = Mapping[str, str]


def perforated(folder: Path, target: Path) -> dict[str, list[Row]]:
    """The plant as CSV files with every eighth cell of HOLES empty. Returns its rows."""
    make_plant(folder, 1000)
    chance = random.Random(7)  # noqa: S311  holes, not secrets
    tables: dict[str, list[Row]] = {}
    for table, columns in HOLES.items():
        names = [one.name for one in TABLES[table] if one.name not in LEFT_OUT.get(table, ())]
        cells = ", ".join(f"coalesce(CAST(\"{name}\" AS VARCHAR), '')" for name in names)
        found = duckdb.sql(f"SELECT {cells} FROM read_parquet('{folder / table}.parquet')").fetchall()
        rows = [dict(zip(names, row, strict=True)) for row in found]
        for row in rows:
            row.update({column: "" for column in columns if chance.random() < 0.125})
        tables[table] = rows
        plants.write(target, {table: [names, *([row[name] for name in names] for row in rows)]})
    return tables


@dataclass
class Told:
    """What plain Python counts of a measure: by site ("" = none)."""

    of: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    amounts: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    def add(self, site: str, bad: bool, currency: str = "", amount: Decimal = Decimal(0)) -> None:
        self.of[site] += 1
        if bad:
            self.rows[site] += 1
            self.amounts[site, currency] = self.amounts.get((site, currency), Decimal(0)) + amount


class Plain:
    """The measures, row by row."""

    def __init__(self, tables: Mapping[str, list[Row]]) -> None:
        self.tables = tables
        self.told: dict[str, Told] = {}
        self.orders = {row["purchase_order_id"]: row for row in tables["purchase_orders"]}
        self.works = {row["work_order_id"]: row for row in tables["work_orders"]}
        self.lines: dict[str, list[Row]] = {}
        for line in tables["purchase_order_lines"]:
            order = self.orders.get(line["purchase_order_id"])
            if line["status"] != "cancelled" and not (order and order["status"] in DEAD):
                self.lines.setdefault(line["purchase_order_id"], []).append(line)
        self.of_lines()
        self.of_orders()
        self.of_invoices()
        self.of_work()

    def measure(self, name: str) -> Told:
        return self.told.setdefault(name, Told())

    @staticmethod
    def value(line: Row) -> Decimal:
        return Decimal(line["quantity"]) * Decimal(line["unit_price"]) / Decimal(line["price_quantity"] or "1")

    def of_lines(self) -> None:
        work_of_line = {row["work_order_line_id"]: row["work_order_id"] for row in self.tables["work_order_lines"]}
        asked = {
            row["requisition_line_id"]: row["work_order_id"] or work_of_line.get(row["work_order_line_id"], "")
            for row in self.tables["requisitions"]
        }
        allocated = {row["purchase_order_line_id"] for row in self.tables["allocations"] if Decimal(row["quantity"])}
        for number, lines in self.lines.items():
            order = self.orders.get(number, {})
            site, currency = order.get("site_id", ""), order.get("currency", "")
            for line in lines:
                linked = line["purchase_order_line_id"] in allocated or line["work_order_id"] or asked.get(line["requisition_line_id"], "")
                value = self.value(line)
                self.measure("need-missing").add(site, not line["need"] and not linked, currency, value)
                self.measure("unit-missing").add(site, not line["unit"].strip(), currency, value)
                self.measure("need-by-missing").add(site, not line["need_by"], currency, value)

    def of_orders(self) -> None:
        for number, order in self.orders.items():
            if order["status"] in DEAD:
                continue
            value = sum((self.value(line) for line in self.lines.get(number, ())), Decimal(0))
            said = (order["site_id"], order["currency"], value)
            self.measure("order-requester-missing").add(said[0], not order["requested_by"], *said[1:])
            self.measure("order-site-missing").add(said[0], not order["site_id"], *said[1:])
            self.measure("order-currency-missing").add(said[0], not order["currency"], *said[1:])

    def of_invoices(self) -> None:
        for row in self.tables["invoices"]:
            if row["status"] == "void":
                continue
            self.measure("entry-date-missing").add("", not row["entered_at"])
            self.measure("invoice-supplier-missing").add("", not row["supplier_id"])
            if row["kind"] != "credit":
                self.measure("due-date-missing").add("", not row["due_on"])

    def of_work(self) -> None:
        for row in self.works.values():
            over = row["status"] in ("in_progress", "completed", "closed") or row["completed_at"] or row["closed_at"]
            if over:
                self.measure("start-missing").add(row["site_id"], not row["started_at"])
            if row["completed_at"] and row["status"] != "cancelled":
                old = date.fromisoformat(row["completed_at"][:10]) < AS_OF - timedelta(60)
                self.measure("work-never-closed").add(row["site_id"], old and not row["closed_at"] and row["status"] != "closed")
            self.measure("work-site-missing").add(row["site_id"], not row["site_id"])
        for need in self.tables["work_order_lines"]:
            if need["kind"] in ("service", "outside") or need["supply"] in ("", "buy"):
                site = self.works.get(need["work_order_id"], {}).get("site_id", "")
                self.measure("estimate-missing").add(site, not need["quantity"] or not need["unit_price_estimated"])


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Plain, Health]]:
    folder = tmp_path_factory.mktemp("plant")
    told = Plain(perforated(folder / "parquet", folder / "csv"))
    with open_check(folder / "csv", policy=load_policy(None), as_of=AS_OF, rules=("need-unstated",)) as result:
        yield told, examine(result)


BY_SITE = (
    *("need-missing", "unit-missing", "need-by-missing", "order-requester-missing", "order-site-missing", "order-currency-missing"),
    *("start-missing", "work-never-closed", "work-site-missing", "estimate-missing"),
)


@pytest.mark.parametrize("name", BY_SITE)
def test_every_site_is_counted_alike(both: tuple[Plain, Health], name: str) -> None:
    plain, health = both
    told, gap = plain.told[name], next(gap for gap in health.gaps if gap.measure.name == name)
    sites = {site or "": count for (scope, site), count in gap.places.items() if scope in ("site", "no site")}
    assert {site: count.of for site, count in sites.items()} == dict(told.of)
    assert {site: count.rows for site, count in sites.items() if count.rows} == {site: rows for site, rows in told.rows.items() if rows}
    assert gap.whole.rows == told.rows.total() > 2


@pytest.mark.parametrize("name", BY_SITE[:6])
def test_the_money_is_the_same_to_the_last_digit(both: tuple[Plain, Health], name: str) -> None:
    plain, health = both
    gap = next(gap for gap in health.gaps if gap.measure.name == name)
    sites = {
        (site or "", currency): amount for (_, site), at in gap.places.items() if _ != "all" for currency, amount in at.amounts.items()
    }
    assert sites == {key: amount for key, amount in plain.told[name].amounts.items() if amount}


@pytest.mark.parametrize("name", ["entry-date-missing", "invoice-supplier-missing", "due-date-missing"])
def test_invoices_are_counted_alike(both: tuple[Plain, Health], name: str) -> None:
    plain, health = both
    gap = next(gap for gap in health.gaps if gap.measure.name == name)
    assert (gap.whole.rows, gap.whole.of) == (plain.told[name].rows.total(), plain.told[name].of.total())
    assert gap.whole.rows > 2
