"""The papers of a plant as rows of texts, read from its folder and written into another, and what they are to each other."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from shutil import copyfile

import duckdb

from counterfoil.tables.schema import TABLES

Row = dict[str, str]
"""One row by column; '' is null."""
Target = tuple[str, str]
"""(order, order line), or (work order, '')."""

POLICY = "policy.toml"


class Papers:
    """The tables of a plant, to be changed, and what referred to what before anything was.

    `order_of`: the order of each order line; `billed_line`: the order line of each invoice line that has one; `works_of`: the works of each
    order line that has any; `orders_of`: the orders that buy for each work.
    """

    def __init__(self, tables: Mapping[str, list[Row]]) -> None:
        self.tables = dict(tables)
        self.order_of = {row["purchase_order_line_id"]: row["purchase_order_id"] for row in self["purchase_order_lines"]}
        self.billed_line = self._find_billed_lines()
        self.works_of = self._find_works()
        self.orders_of = self._find_orders()

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def by(self, table: str, column: str) -> dict[str, Row]:
        """The rows of a table by a column that tells them apart."""
        return {row[column]: row for row in self[table]}

    def grouped(self, table: str, column: str) -> dict[str, list[Row]]:
        """The rows of a table by a column, in their order."""
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in self[table]:
            groups[row[column]].append(row)
        return groups

    def _find_billed_lines(self) -> dict[str, str]:
        """Its own reference, else the only line of the order that its invoice names, else the only one with its part."""
        headers = self.by("invoices", "invoice_id")
        lines = self.grouped("purchase_order_lines", "purchase_order_id")
        found = {}
        for row in self["invoice_lines"]:
            named = [line for line in lines.get(headers[row["invoice_id"]]["purchase_order_id"], []) if line["status"] != "cancelled"]
            same = [line for line in named if row["part_id"] and line["part_id"] == row["part_id"]]
            only = named if len(named) == 1 else same
            own = row["purchase_order_line_id"] or (only[0]["purchase_order_line_id"] if len(only) == 1 else "")
            if own in self.order_of:
                found[row["invoice_line_id"]] = own
        return found

    def _find_works(self) -> dict[str, tuple[str, ...]]:
        """Of an order line: its allocations, else its own, else its requisition's; unknown ones are none."""
        known = self.by("work_orders", "work_order_id")
        need = {row["work_order_line_id"]: row["work_order_id"] for row in self["work_order_lines"]}
        asked = {
            row["requisition_line_id"]: row["work_order_id"] or need.get(row["work_order_line_id"], "") for row in self["requisitions"]
        }
        given: dict[str, set[str]] = defaultdict(set)
        for row in self["allocations"]:
            if Decimal(row["quantity"]):
                given[row["purchase_order_line_id"]].add(row["work_order_id"])
        found = {}
        for row in self["purchase_order_lines"]:
            line = row["purchase_order_line_id"]
            works = given.get(line) or {row["work_order_id"] or asked.get(row["requisition_line_id"], "")}
            if works & known.keys():
                found[line] = tuple(sorted(works & known.keys()))
        return found

    def _find_orders(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for line, works in self.works_of.items():
            for work in works:
                found[work].add(self.order_of[line])
        return found


def read_papers(folder: Path) -> Papers:
    """The exchange tables of a plant, CSV or Parquet."""
    tables = {}
    with duckdb.connect() as database:
        for path in sorted(folder.iterdir()):
            if path.stem in TABLES and path.suffix in (".csv", ".parquet"):
                source = "read_csv($file, all_varchar = true)" if path.suffix == ".csv" else "read_parquet($file)"
                found = database.execute(f"SELECT COLUMNS(*)::VARCHAR FROM {source}", {"file": str(path)})
                names = [column[0] for column in found.description or ()]
                tables[path.stem] = [dict(zip(names, (cell or "" for cell in row), strict=True)) for row in found.fetchall()]
    return Papers(tables)


def write_papers(papers: Papers, source: Path, target: Path) -> None:
    """The tables as CSV files, with the policy of the plant."""
    target.mkdir(parents=True, exist_ok=True)
    for name, rows in papers.tables.items():
        with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]) if rows else [column.name for column in TABLES[name]], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    if (source / POLICY).exists():
        copyfile(source / POLICY, target / POLICY)


def plain(number: Decimal) -> str:
    """Without an exponent or zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def whole_coins(amount: Decimal, currency: str) -> Decimal:
    """Rounded to the smallest coin, half up."""
    return amount.quantize(Decimal(1) if currency == "JPY" else Decimal("0.01"), ROUND_HALF_UP)
