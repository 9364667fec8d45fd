"""Exports as systems wrote them, through a mapping and no script: what is found is what a plain reading of the file counts."""

import csv
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from shutil import copy
from typing import Any

import pyarrow.parquet
import pytest
from typer.testing import CliRunner, Result

from counterfoil.interfaces.cli.app import app
from counterfoil.tables.check import open_check
from counterfoil.tables.output import write_outputs
from counterfoil.tables.policy import load_policy
from counterfoil.tables.result import CheckResult

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the exports are not beside this project")

Row = dict[str, str]


@contextmanager
def checked(folder: Path, *rules: str) -> Iterator[CheckResult]:
    with open_check(folder, policy=load_policy(), rules=rules, run_date=date(2026, 1, 1), memory_limit="512MB") as result:
        yield result


def command(folder: Path, out: Path, *options: str) -> Result:
    """The command, within this process."""
    done = CliRunner().invoke(app, ["check", str(folder), "--out", str(out), *options])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    return done


def folder_of(tmp_path: Path, source: Path, mapping: str, texts: Mapping[str, str] | None = None) -> Path:
    folder = tmp_path / "plant"
    folder.mkdir()
    copy(source, folder)
    (folder / "mapping.toml").write_text(mapping, "utf-8")
    for name, text in (texts or {}).items():
        (folder / name).write_text(text, "utf-8")
    return folder


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ask(result: CheckResult, query: str) -> list[tuple[Any, ...]]:
    return result.database.execute(query).fetchall()


def found(result: CheckResult, rule: str) -> dict[str, Decimal]:
    """Amount at risk by line id (document id where the finding is about a whole document)."""
    rows = ask(result, f"SELECT coalesce(line_id, document_id), amount_at_risk FROM findings WHERE rule = '{rule}'")
    assert len(rows) == len(dict(rows))
    return dict(rows)


def counts(result: CheckResult) -> dict[str, tuple[int, int]]:
    return {name: (table.read, table.rejected) for name, table in result.landing.tables.items()}


# ---- two excavators: 1,168 maintenance work orders --------------------------------------------------------------------------------

EXCAVATORS = SHARED / "maintenance" / "excavators_half_raw.csv"
WORKSHOP = """
[work_orders]
file = "excavators_half_raw.csv"
[work_orders.columns]
work_order_id = { row_number = "W" }
started_at = "BscStartDate"
asset_id = "Asset"
description = "OriginalShorttext"
kind = { column = "PMType", map = { PM01 = "corrective", PM02 = "preventive" } }
budget_amount = "Cost"
currency = { value = "AUD" }

[work_order_lines]
file = "excavators_half_raw.csv"
[work_order_lines.columns]
work_order_line_id = { row_number = "L" }
work_order_id = { row_number = "W" }
kind = { value = "service" }
description = "OriginalShorttext"
quantity = { value = "1" }
unit_price_estimated = "Cost"
"""
NOTHING_BOUGHT = {
    "purchase_orders.csv": "purchase_order_id,status,issued_at\n",
    "purchase_order_lines.csv": "purchase_order_line_id,purchase_order_id,quantity,unit_price\n",
}


def is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def test_work_orders_of_two_excavators(tmp_path: Path) -> None:
    """Somebody's apostrophe broke one row in two: `won`, `t swing`; its cost then reads PM01. It alone is rejected. Nobody ordered
    anything for the others: each was begun without a commitment, for what it cost; what came back as a credit is worth nothing."""
    rows = rows_of(EXCAVATORS)
    numbered = list(enumerate(rows, start=1))
    good = [(number, row) for number, row in numbered if is_number(row["Cost"])]
    (broken,) = [number for number, row in numbered if not is_number(row["Cost"])]
    assert (len(rows), len(good)) == (1168, 1167)

    with checked(folder_of(tmp_path, EXCAVATORS, WORKSHOP, NOTHING_BOUGHT)) as result:
        bought = {"purchase_orders": (0, 0), "purchase_order_lines": (0, 0)}
        assert counts(result) == {"work_orders": (1167, 1), "work_order_lines": (1167, 1), **bought}
        for table, column in (("work_orders", "budget_amount"), ("work_order_lines", "unit_price_estimated")):
            rejects = ask(result, f'SELECT file, line, "column", "value", reason FROM rejected_{table}')
            assert rejects == [("excavators_half_raw.csv", broken + 1, column, "PM01", "not a number")]

        read = "work_order_id, started_at::DATE, started_at_form, asset_id, description, kind, budget_amount"
        kinds = {"PM01": "corrective", "PM02": "preventive"}
        assert ask(result, f"SELECT {read} FROM numbered_work_orders ORDER BY row") == [
            (
                f"W{number}",
                date.fromisoformat(row["BscStartDate"]),
                0,
                row["Asset"],
                row["OriginalShorttext"],
                kinds.get(row["PMType"]),
                Decimal(row["Cost"]),
            )
            for number, row in good
        ]
        unknown = Counter(row["PMType"] for _, row in good if row["PMType"] not in kinds)
        assert {r.value: r.count for r in result.landing.reports if (r.table, r.column) == ("work_orders", "kind")} == {
            **unknown,
            "t swing": 1,
        }

        costs = {f"L{number}": max(Decimal(0), Decimal(row["Cost"])) for number, row in good}
        assert found(result, "work-without-commitment") == costs
        assert dict(result.at_risk) == {"AUD": sum(costs.values())}
        assert result.chain == {} or all(hop.lines == 0 for hops in result.chain.values() for hop in hops.values())


def test_the_command_says_the_same_of_the_excavators(tmp_path: Path) -> None:
    """The same through the command: it ends with 0, with 3 where nothing may be rejected, and rejected.csv names the row."""
    folder = folder_of(tmp_path, EXCAVATORS, WORKSHOP, NOTHING_BOUGHT)
    done = command(folder, tmp_path / "out", "--strict", "--rule", "work-without-commitment", "--format", "json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["rules"]["work-without-commitment"]["findings"] == 1167
    assert [row["value"] for row in rows_of(tmp_path / "out" / "rejected.csv")] == ["PM01", "PM01"]


# ---- four hundred deliveries of medicine ------------------------------------------------------------------------------------------

DELIVERIES = SHARED / "p2p" / "scms_sample_400.csv"
DAY = 'formats = ["%m/%d/%y", "%d-%b-%y"]'
DELIVERED_ORDER = """unique = true
[purchase_orders.columns]
purchase_order_id = "PO / SO #"
site_id = "Country"
supplier_id = "Vendor"
status = { value = "issued" }
currency = { value = "USD" }"""

DISPENSARY = f"""
[sites]
file = "scms_sample_400.csv"
unique = true
[sites.columns]
site_id = "Country"

[suppliers]
file = "scms_sample_400.csv"
unique = true
[suppliers.columns]
supplier_id = "Vendor"
name = "Vendor"

[parts]
file = "scms_sample_400.csv"
unique = true
[parts.columns]
part_id = "Item Description"
category = "Sub Classification"

[[purchase_orders]]
file = "scms_sample_400.csv"
where = {{ column = "Fulfill Via", in = ["Direct Drop"] }}
{DELIVERED_ORDER}
issued_at = {{ column = "PO Sent to Vendor Date", {DAY}, null = ["Date Not Captured"] }}
incoterm = "Vendor INCO Term"

[[purchase_orders]]
file = "scms_sample_400.csv"
where = {{ column = "Fulfill Via", not_in = ["Direct Drop"] }}
{DELIVERED_ORDER}

[purchase_order_lines]
file = "scms_sample_400.csv"
[purchase_order_lines.columns]
purchase_order_line_id = "ID"
purchase_order_id = "PO / SO #"
part_id = "Item Description"
quantity = "Line Item Quantity"
unit_price = "Pack Price"
need = {{ value = "stock" }}
need_by = {{ column = "Scheduled Delivery Date", {DAY} }}

[receipts]
file = "scms_sample_400.csv"
[receipts.columns]
receipt_line_id = {{ join = ["ASN/DN #", "ID"], with = "/" }}
receipt_id = "ASN/DN #"
purchase_order_line_id = "ID"
quantity_received = "Line Item Quantity"
received_at = {{ column = "Delivered to Client Date", {DAY} }}

[invoices]
file = "scms_sample_400.csv"
[invoices.columns]
invoice_id = "ID"
supplier_id = "Vendor"
invoice_number = "ASN/DN #"
invoice_date = {{ column = "Delivered to Client Date", {DAY} }}
currency = {{ value = "USD" }}
amount_total = "Line Item Value"

[invoice_lines]
file = "scms_sample_400.csv"
[invoice_lines.columns]
invoice_line_id = "ID"
invoice_id = "ID"
purchase_order_line_id = "ID"
quantity = "Line Item Quantity"
unit_price = "Pack Price"
amount = "Line Item Value"
"""
FREIGHT = """
[invoices]
file = "scms_sample_400.csv"
[invoices.columns]
invoice_id = "ID"
invoice_number = "ASN/DN #"
invoice_date = { column = "Delivery Recorded Date", formats = ["%d-%b-%y"] }
amount_total = { column = "Freight Cost (USD)", null = ["Freight Included in Commodity Cost", "Invoiced Separately"] }
"""


def day(text: str) -> date | None:
    """A day as the export writes it: 6/28/07 or 28-Jun-07; None where it says in words that it does not know."""
    for pattern in ("%m/%d/%y", "%d-%b-%y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    assert text in ("Date Not Captured", "N/A - From RDC")
    return None


def known_day(text: str) -> date:
    found_day = day(text)
    assert found_day is not None
    return found_day


def value(row: Row) -> Decimal:
    return Decimal(row["Line Item Quantity"]) * Decimal(row["Pack Price"])


def repeated(rows: Sequence[Row]) -> dict[str, Decimal]:
    """Deliveries billed under a number that the vendor had used before, in the same year or for the same sum."""
    order = sorted(rows, key=lambda row: (known_day(row["Delivered to Client Date"]), row["ID"].encode()))
    flagged = {}
    for at, row in enumerate(order):
        for before in order[:at]:
            same = all(row[column] == before[column] for column in ("Vendor", "ASN/DN #"))
            years = {known_day(each["Delivered to Client Date"]).year for each in (row, before)}
            totals = {Decimal(each["Line Item Value"]) for each in (row, before)}
            if same and not (len(years) == 2 and len(totals) == 2):
                flagged[row["ID"]] = Decimal(row["Line Item Value"])
    return flagged


def test_four_hundred_deliveries(tmp_path: Path) -> None:
    """One file feeds nine sections. Two thirds of the order dates are there, in one of two spellings or in words."""
    rows = rows_of(DELIVERIES)
    orders = {row["PO / SO #"]: day(row["PO Sent to Vendor Date"]) for row in rows}
    with checked(folder_of(tmp_path, DELIVERIES, DISPENSARY)) as result:
        assert counts(result) == {
            "sites": (len({row["Country"] for row in rows}), 0),
            "suppliers": (len({row["Vendor"] for row in rows}), 0),
            "parts": (len({row["Item Description"] for row in rows}), 0),
            "purchase_orders": (len(orders), 0),
            **dict.fromkeys(("purchase_order_lines", "receipts", "invoices", "invoice_lines"), (400, 0)),
        }
        issued = "SELECT purchase_order_id, issued_at::DATE FROM purchase_orders"
        assert dict(ask(result, issued)) == orders
        assert {row[0] for row in ask(result, "SELECT supplier_id FROM suppliers")} == {row["Vendor"] for row in rows}
        parts = dict(ask(result, "SELECT purchase_order_line_id, part_id FROM purchase_order_lines"))
        assert parts == {row["ID"]: row["Item Description"] for row in rows}

        late = {
            row["ID"]: value(row) for row in rows if known_day(row["Delivered to Client Date"]) > known_day(row["Scheduled Delivery Date"])
        }
        assert found(result, "late-receipt") == late
        assert len(late) > 10
        assert found(result, "overdue") == {}
        unissued = {order: sum(value(row) for row in rows if row["PO / SO #"] == order) for order, when in orders.items() if when is None}
        assert found(result, "order-never-issued") == unissued
        after = {
            row["ID"]: value(row)
            for row in rows
            if (when := orders[row["PO / SO #"]]) and when > known_day(row["Delivered to Client Date"])
        }
        assert found(result, "order-after-receipt") == after
        dearer = {row["ID"]: excess for row in rows if (excess := Decimal(row["Line Item Value"]) - value(row)) > 0}
        assert found(result, "price-above-order") == dearer
        assert len(dearer) == 11
        assert found(result, "duplicate-invoice") == repeated(rows)
        assert result.as_of == max(known_day(row["Delivered to Client Date"]) for row in rows)

        billed = sum(Decimal(row["Line Item Value"]) for row in rows)
        ordered = sum(min(value(row), Decimal(row["Line Item Value"])) for row in rows)
        hops = {name: (hop.amount, hop.lines) for name, hop in result.chain["USD"].items()}
        full = (ordered, 400)
        assert hops == {"invoiced": (billed, 400), "ordered": full, "received": full, "linked": (0, 0), "stock": full, "exempt": (0, 0)} | {
            "approved": (0, 0)
        }


def test_freight_that_is_written_in_words(tmp_path: Path) -> None:
    """Two phrases mean that there is no sum of its own; `See DN-304 (ID#:10589)` is neither a phrase nor a sum, and is rejected."""
    rows = rows_of(DELIVERIES)
    see = [(str(line), row["Freight Cost (USD)"]) for line, row in enumerate(rows, start=2) if row["Freight Cost (USD)"].startswith("See ")]
    freight = [Decimal(row["Freight Cost (USD)"]) for row in rows if is_number(row["Freight Cost (USD)"])]
    folder = folder_of(tmp_path, DELIVERIES, FREIGHT)
    with checked(folder) as result:
        assert counts(result) == {"invoices": (400 - len(see), len(see))}
        assert ask(result, "SELECT sum(amount_total), count(amount_total) FROM invoices") == [(sum(freight), len(freight))]
        assert {outcome.rule.name for outcome in result.outcomes if outcome.status == "run"} == set()
    done = command(folder, tmp_path / "out")
    assert done.exit_code == 0
    said = [(row["file"], row["line"], row["column"], row["value"], row["reason"]) for row in rows_of(tmp_path / "out" / "rejected.csv")]
    assert said == [("scms_sample_400.csv", line, "amount_total", text, "not a number") for line, text in see]
    assert len(see) > 20


# ---- texts meant to break importers -----------------------------------------------------------------------------------------------

FORMULAS = SHARED / "nasty" / "csv" / "formula_injection.csv"
NAUGHTY = SHARED / "nasty" / "blns.json"
STARTS = tuple("=+-@\t\r\n＝＋＠－")
FORMULA_EXPORT = """
[purchase_orders]
file = "formula_injection.csv"
[purchase_orders.columns]
purchase_order_id = "po_number"
supplier_id = "supplier"
issued_at = "order_date"
currency = "currency"
[purchase_order_lines]
file = "formula_injection.csv"
[purchase_order_lines.columns]
purchase_order_line_id = "description"
purchase_order_id = "po_number"
work_order_id = { value = "none" }
description = "description"
quantity = "qty"
unit_price = "unit_price"
unit = "uom"
need = { value = "work" }
[work_orders]
file = "works.csv"
"""
NO_WORK = {"works.csv": "work_order_id\n"}


class Page(HTMLParser):
    """The elements of a page with the names of their attributes, how often each; and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, ...]] = Counter()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[(tag, *(name for name, _ in attrs))] += 1
        for name, given in attrs:
            assert not name.startswith("on")
            assert not (given or "").lower().lstrip().startswith(("javascript:", "http", "//", "data:text"))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def page(path: Path) -> Page:
    parsed = Page()
    parsed.feed(path.read_text("utf-8"))
    parsed.close()
    return parsed


def neutral(text: str) -> str:
    return "'" + text if text.startswith(STARTS) else text


def test_formulas_stay_text(tmp_path: Path) -> None:
    texts = [row["description"] for row in rows_of(FORMULAS)]
    folder, out = folder_of(tmp_path, FORMULAS, FORMULA_EXPORT, NO_WORK), tmp_path / "out"
    out.mkdir()
    with checked(folder, "work-unknown") as result:
        assert ask(result, "SELECT purchase_order_line_id, description FROM numbered_purchase_order_lines ORDER BY row") == [
            (t, t) for t in texts
        ]
        assert found(result, "work-unknown") == dict.fromkeys(texts, Decimal(1))
        write_outputs(result, out)
    ids = [row["line_id"] for row in rows_of(out / "findings.csv")]
    assert sorted(ids) == sorted(neutral(text) for text in texts)
    assert sum(text.startswith("'") for text in ids) == len(texts) - 1  # `%0A=1+1` is no formula
    assert sorted(pyarrow.parquet.read_table(out / "findings.parquet")["line_id"].to_pylist()) == sorted(texts)
    shown = "".join(page(out / "report.html").text)
    for text in texts:
        assert text.replace("\t", "\\t").replace("\r", "\\r") in shown


def order_of(folder: Path, ids: Sequence[str]) -> Path:
    """A line, its order and its description named by each text, for work, and for none."""
    folder.mkdir()
    tables = {
        "purchase_orders": ["purchase_order_id,supplier_id,site_id".split(","), *([text, text, text] for text in ids)],
        "purchase_order_lines": [
            "purchase_order_line_id,purchase_order_id,description,work_order_id,quantity,unit_price,need".split(","),
            *([text, text, text, "", "1", "2", "work"] for text in ids),
        ],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def test_naughty_strings_as_ids(tmp_path: Path) -> None:
    """Every string is a line, an order, a supplier and a site: they come through byte for byte and never leave their cells."""
    texts = sorted({text for text in json.loads(NAUGHTY.read_text("utf-8")) if text})
    assert len(texts) > 490
    folders = {"naughty": texts, "tame": [f"id-{number:03}" for number in range(len(texts))]}
    pages = {}
    for name, ids in folders.items():
        out = tmp_path / f"out-{name}"
        out.mkdir()
        with checked(order_of(tmp_path / name, ids), "order-without-work") as result:
            assert counts(result) == {"purchase_orders": (len(ids), 0), "purchase_order_lines": (len(ids), 0)}
            for table, column in (("purchase_orders", "supplier_id"), ("purchase_order_lines", "description")):
                assert ask(result, f'SELECT "{column}" FROM numbered_{table} ORDER BY row') == [(text,) for text in ids]
            assert found(result, "order-without-work") == dict.fromkeys(ids, Decimal(2))
            write_outputs(result, out)
        for column in ("document_id", "line_id", "supplier_id", "site_id"):
            assert sorted(row[column] for row in rows_of(out / "findings.csv")) == sorted(neutral(text) for text in ids)
        evidence = pyarrow.parquet.read_table(out / "findings.parquet")["evidence"].to_pylist()
        assert all(isinstance(json.loads(text), dict) for text in evidence)
        pages[name] = page(out / "report.html")
    assert set(pages["naughty"].elements) == set(pages["tame"].elements)
    assert not any(element[0] in ("img", "iframe", "object", "embed", "link", "base") for element in pages["naughty"].elements)


# ---- XML where a table belongs ----------------------------------------------------------------------------------------------------

XML = [entry["file"] for entry in json.loads((SHARED / "nasty" / "expected.json").read_text("utf-8"))] if SHARED.is_dir() else []
XML = [name for name in XML if name.endswith(".xml")]
CANARY = "the-key-under-the-mat-7341"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(path: Path, sheet: str) -> None:
    """A workbook whose only sheet is this XML."""
    relation = '<Relationships xmlns="{0}"><Relationship Id="r1" Type="{1}/{2}" Target="{3}"/></Relationships>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        f'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{MAIN}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{MAIN}.worksheet+xml"/></Types>',
        "_rels/.rels": relation.format(RELATIONS, LINKS, "officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": relation.format(RELATIONS, LINKS, "worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{LINKS}"><sheets><sheet name="sites" sheetId="1" r:id="r1"/></sheets>'
        "</workbook>",
        "xl/worksheets/sheet1.xml": sheet,
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def refused(folder: Path, out: Path, file: str) -> None:
    done = command(folder, out)
    assert done.exit_code == 2, done.stdout
    assert not out.exists()
    (sentence,) = [line for line in done.stderr.splitlines() if line.strip()]
    assert file in sentence
    for content in (CANARY, "root:x:", "note.xml", "1234567890"):
        assert content not in done.stdout + done.stderr


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("name", XML)
def test_xml_is_no_table(name: str, ending: str, tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    folder.mkdir()
    copy(SHARED / "nasty" / name, folder / f"sites.{ending}")
    refused(folder, tmp_path / "out", f"sites.{ending}")


@pytest.mark.parametrize("name", XML)
def test_xml_is_no_sheet(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    folder.mkdir()
    workbook(folder / "sites.xlsx", (SHARED / "nasty" / name).read_text("utf-8"))
    refused(folder, tmp_path / "out", "sites.xlsx")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "secret"])
def test_a_sheet_never_reads_another_file(target: str, tmp_path: Path) -> None:
    """A workbook as it should be, but for a cell that asks for a file of this machine: the cell is empty, or the file is refused."""
    (tmp_path / "secret.txt").write_text(CANARY)
    address = target if target.startswith("file:") else (tmp_path / "secret.txt").as_uri()
    cells = ('<c r="A1" t="inlineStr"><is><t>site_id</t></is></c>', '<c r="B1" t="inlineStr"><is><t>name</t></is></c>')
    second = '<c r="A2" t="inlineStr"><is><t>Nord</t></is></c><c r="B2" t="inlineStr"><is><t>a&x;b</t></is></c>'
    folder, out = tmp_path / "plant", tmp_path / "out"
    folder.mkdir()
    workbook(
        folder / "sites.xlsx",
        f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "{address}">]><worksheet xmlns="{SHEET}"><sheetData>'
        f'<row r="1">{"".join(cells)}</row><row r="2">{second}</row></sheetData></worksheet>',
    )
    done = command(folder, out, "--format", "json")
    said = done.stdout + done.stderr + "".join(path.read_text("utf-8", errors="replace") for path in sorted(out.glob("*")))
    assert done.exit_code in (0, 2)
    assert CANARY not in said
    assert "root:x:" not in said
    if done.exit_code == 0:
        with checked(folder) as result:
            ((site, name),) = ask(result, "SELECT site_id, name FROM sites")
            assert site == "Nord"
            assert name in ("ab", "a&x;b")
