"""XLSX and Parquet become the same rows as CSV."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from tests.tables.reading.folders import Reader, Refuser

from counterfoil.tables.landing import Form
from counterfoil.tables.reading import workbook


def parquet(**columns: pa.Array) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def xlsx(*sheets: tuple[str, Sequence[Sequence[Any]]], hidden: tuple[str, ...] = ()) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        formats = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss", time: "hh:mm:ss"}
        styles = {kind: book.add_format({"num_format": text}) for kind, text in formats.items()}
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for place, value in enumerate(row):
                    if type(value) in styles:
                        sheet.write_datetime(at, place, value, styles[type(value)])
                    elif isinstance(value, str):
                        sheet.write_string(at, place, value)
                    elif value is not None:
                        sheet.write(at, place, value)
            if name in hidden:
                sheet.hide()
    return target.getvalue()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_workbook_reads_as_its_cells_show(read: Reader) -> None:
    rows: list[list[Any]] = [
        ["invoice_id", "invoice_number", "invoice_date", "entered_at", "prepayment", "amount_net", "note"],
        ["00012", 4500000012, date(2024, 2, 29), datetime.fromisoformat("2024-02-29T07:05:09"), True, 0.1, "x"],
        [13, "4.5E+09", date(2024, 3, 1), "2024-03-01T00:00:00+01:00", False, 1.1 * 3],
        [],
        ["", "", "", ""],
        [14, 1e15, "2024-03-02", None, None, -2],
        [15, 1, "2024-03-02", None, None, 12345678901.25],
    ]
    found = read({"invoices.xlsx": xlsx(("Sheet1", rows))})
    columns = (
        "invoice_id",
        "invoice_number",
        "invoice_date",
        "invoice_date_form",
        "entered_at",
        "entered_at_form",
        "prepayment",
        "amount_net",
    )
    assert found.rows("invoices", *columns) == [
        ("00012", "4500000012", at("2024-02-29"), Form.DATE, at("2024-02-29T07:05:09"), Form.LOCAL, True, Decimal("0.1")),
        ("13", "4.5E+09", at("2024-03-01"), Form.DATE, at("2024-02-29T23:00:00"), Form.INSTANT, False, Decimal("3.3")),
        ("14", "1000000000000000", at("2024-03-02"), Form.DATE, None, None, False, -2),
        ("15", "1", at("2024-03-02"), Form.DATE, None, None, False, Decimal("12345678901.25")),
    ]
    assert found.reported("kept aside") == [("invoices", "note", "", 4)]


def test_lines_of_a_workbook_are_its_row_numbers(read: Reader) -> None:
    rows: list[list[Any]] = [[], ["site_id", "name"], [], ["A", "a"], ["A", "b"], [None, "c"], ["D", "d", "", "more"]]
    found = read({"sites.xlsx": xlsx(("x", rows))})
    assert found.column("sites", "site_id") == ["A"]
    assert found.rejected("sites") == [
        (5, "site_id", "A", "another row has this id"),
        (6, "site_id", "", "required value is missing"),
        (7, "", "", "more cells than the header"),
    ]


def test_which_sheet(read: Reader, refused: Refuser) -> None:
    right, wrong = [["site_id", "name"], ["A", "a"]], [["x"], ["y"]]
    assert read({"sites.xlsx": xlsx(("notes", wrong), ("sites", right))}).column("sites", "site_id") == ["A"]
    assert read({"sites.xlsx": xlsx(("any", right), ("notes", wrong), hidden=("notes",))}).column("sites", "site_id") == ["A"]
    assert refused({"sites.xlsx": xlsx(("one", right), ("two", right))}) == [
        "sites.xlsx has 2 sheets (one, two); name the one to read 'sites', or say sheet = … in mapping.toml."
    ]


def test_a_workbook_by_mapping(read: Reader) -> None:
    mapping = '[parts]\nfile = "Material.xlsx"\nwhere = { column = "Typ", in = ["HAWA"] }\n'
    mapping += '[parts.columns]\npart_id = "MATNR"\nstandard_cost = "Preis"\n'
    rows: list[list[Any]] = [["MATNR", "Typ", "Preis"], ["000123", "HAWA", 1.5], ["000124", "FERT", 2], ["000125", "HAWA", "2,5"]]
    found = read({"Material.xlsx": xlsx(("Tabelle1", rows)), "mapping.toml": mapping})
    assert found.rows("parts", "part_id", "standard_cost") == [("000123", Decimal("1.5"))]
    assert found.rejected("parts") == [(4, "standard_cost", "2,5", "not a number")]


def packed(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_sheet(change: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(xlsx(("sites", [["site_id", "name"], ["A", "a"]])))) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()} | change)


def test_a_workbook_that_unpacks_to_too_much_is_refused(refused: Refuser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SMALL", 1 << 20)
    bomb = with_sheet({"xl/media/image1.png": b"\0" * (8 << 20)})
    assert len(bomb) < 20_000
    (problem,) = refused({"sites.xlsx": bomb})
    assert problem.startswith("sites.xlsx unpacks to more than it should")


def test_a_workbook_that_lies_about_its_sizes_is_refused(refused: Refuser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SMALL", 1 << 20)
    content = b" " * (8 << 20)
    bomb = bytearray(with_sheet({"xl/media/image1.png": content}))
    said = len(content).to_bytes(4, "little")
    assert bomb.count(said) == 2
    (problem,) = refused({"sites.xlsx": bytes(bomb).replace(said, b"\1\0\0\0")})
    assert problem.startswith("sites.xlsx unpacks to more than it should")


def test_a_workbook_with_one_cell_far_away_is_refused(refused: Refuser) -> None:
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>'
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + cells + b"</sheetData></worksheet>"
    )
    (problem,) = refused({"sites.xlsx": with_sheet({"xl/worksheets/sheet1.xml": sheet})})
    assert problem.startswith("sites.xlsx unpacks to more than it should")


@pytest.mark.parametrize("content", [b"", b"PK", b"not a workbook", packed({"a.txt": b"x"}), xlsx(("sites", [["site_id"]]))[:-200]])
def test_what_is_no_workbook_is_refused(refused: Refuser, content: bytes) -> None:
    (problem,) = refused({"sites.xlsx": content})
    assert problem.startswith("sites.xlsx cannot be read as XLSX; save it again")


def test_an_empty_sheet(refused: Refuser) -> None:
    (problem,) = refused({"sites.xlsx": xlsx(("sites", []))})
    assert "is empty; it needs a first row" in problem


def test_typed_parquet_columns(read: Reader) -> None:
    moments = [at("2024-02-29T07:05:09.000001"), at("2024-02-29T00:00:00"), None]
    found = read(
        {
            "invoices.parquet": parquet(
                invoice_id=pa.array([12, 13, 14], pa.int64()),
                invoice_number=pa.array(["00012", "a", "b"]),
                invoice_date=pa.array([date(2024, 2, 29), date(1, 1, 1), date(9999, 12, 31)]),
                entered_at=pa.array([moment and moment.replace(tzinfo=UTC) for moment in moments], pa.timestamp("us", "UTC")),
                due_on=pa.array(moments, pa.timestamp("ns")),
                prepayment=pa.array([True, False, None]),
                amount_net=pa.array([Decimal("1.50"), Decimal("-99999999999.99"), None], pa.decimal128(20, 2)),
                amount_tax=pa.array([0.1, 1e-5, 1e10], pa.float64()),
                amount_total=pa.array(["1.5", " 2 ", ""]),
                kind=pa.array(["invoice", "credit", "bill"]).dictionary_encode(),
            )
        }
    )
    assert found.rows("invoices", "invoice_id", "invoice_number", "invoice_date", "invoice_date_form") == [
        ("12", "00012", at("2024-02-29"), Form.DATE),
        ("13", "a", at("0001-01-01"), Form.DATE),
        ("14", "b", at("9999-12-31"), Form.DATE),
    ]
    assert found.rows("invoices", "entered_at", "entered_at_form") == [(moments[0], Form.INSTANT), (moments[1], Form.INSTANT), (None, None)]
    assert found.rows("invoices", "due_on", "due_on_form") == [(moments[0], Form.LOCAL), (moments[1], Form.LOCAL), (None, None)]
    assert found.rows("invoices", "prepayment", "amount_net", "amount_tax", "amount_total", "kind") == [
        (True, Decimal("1.5"), Decimal("0.1"), Decimal("1.5"), "invoice"),
        (False, Decimal("-99999999999.99"), Decimal("0.00001"), 2, "credit"),
        (False, None, 10000000000, None, None),
    ]
    assert found.reported("unknown word") == [("invoices", "kind", "bill", 1)]


def test_parquet_numbers_outside_the_contract_are_rejected(read: Reader) -> None:
    numbers = [0.1 + 0.2, 1e-7, 1e11, 1e300, float("nan"), float("inf"), 12.0, -0.0]
    found = read(
        {
            "payments.parquet": parquet(
                payment_id=pa.array(numbers),
                invoice_id=pa.array(["I"] * len(numbers)),
                amount=pa.array(numbers),
                paid_at=pa.array([date(2024, 1, 1)] * len(numbers)),
            )
        }
    )
    assert found.rows("payments", "payment_id", "amount") == [("12", 12), ("-0", 0)]
    assert [(line, value[:12], reason) for line, _, value, reason in found.rejected("payments")] == [
        (2, "0.3000000000", "more than six decimals"),
        (3, "0.0000001", "more than six decimals"),
        (4, "100000000000", "out of range"),
        (5, "1e+300", "not a number"),
        (6, "nan", "not a number"),
        (7, "inf", "not a number"),
    ]


def test_parquet_by_mapping_and_twice_there(read: Reader) -> None:
    mapping = '[sites]\nfile = "x.parquet"\n[sites.columns]\nsite_id = { join = ["a", "b"], with = "-" }\n'
    mapping += 'name = { column = "a", map = { 1 = "one" } }\n'
    found = read({"x.parquet": parquet(a=pa.array([1, 2, 1, None]), b=pa.array(["x", "y", "x", "z"])), "mapping.toml": mapping})
    assert found.rows("sites", "site_id", "name") == [("1-x", "one"), ("2-y", "2")]
    assert found.rejected("sites") == [(5, "site_id", "", "required value is missing")]
    assert found.landing.tables["sites"].same == 1


def test_parquet_that_is_broken_or_nested_is_refused(refused: Refuser) -> None:
    whole = parquet(site_id=pa.array([str(n) * 50 for n in range(3000)]), name=pa.array(["x"] * 3000))
    for broken in (b"", b"PAR1", whole[:-3], whole[: len(whole) // 2], b"x" * 40 + whole[40:200] + whole[-8:]):
        (problem,) = refused({"sites.parquet": broken})
        assert problem.startswith("sites.parquet cannot be read; write it again.")
    (problem,) = refused({"sites.parquet": parquet(site_id=pa.array(["A"]), name=pa.array([["a", "b"]]))})
    assert problem.startswith("sites.parquet: the column 'name' holds VARCHAR[]")


def test_parquet_with_damaged_pages_is_refused(refused: Refuser) -> None:
    whole = bytearray(parquet(site_id=pa.array([f"{n:050}" for n in range(3000)])))
    whole[200:2000] = b"\xaa" * 1800
    (problem,) = refused({"sites.parquet": bytes(whole)})
    assert problem.startswith("sites.parquet cannot be read; write it again.")


def test_two_files_for_one_table_are_refused(refused: Refuser) -> None:
    problems = refused({"sites.csv": "site_id,n\n", "sites.parquet": parquet(site_id=pa.array(["A"]))})
    assert problems == ["sites.csv and sites.parquet are both there for the table sites; keep one of them."]


def test_a_mapping_names_the_sheet(read: Reader, refused: Refuser) -> None:
    """Two sheets of one workbook feed two tables; a sheet that is not there is said."""
    book = xlsx(("places", [["code"], ["N"], ["S"]]), ("firms", [["V1", "one"], ["V2", "two"]]), ("secret", [["x"]]), hidden=("secret",))
    mapping = (
        '[sites]\nfile = "all.xlsx"\nsheet = "places"\n[sites.columns]\nsite_id = "code"\n'
        '[suppliers]\nfile = "all.xlsx"\nsheet = "firms"\nheader = false\n[suppliers.columns]\nsupplier_id = "col1"\nname = "col2"\n'
    )
    found = read({"all.xlsx": book, "mapping.toml": mapping})
    assert found.column("sites", "site_id") == ["N", "S"]
    assert found.rows("suppliers", "supplier_id", "name") == [("V1", "one"), ("V2", "two")]
    for missing in ("cellar", "secret"):
        files = {"all.xlsx": book, "mapping.toml": mapping.replace("places", missing)}
        assert refused(files) == [f"all.xlsx has no visible sheet {missing!r}; its sheets are places, firms."]


def test_a_parquet_file_has_names(refused: Refuser) -> None:
    files = {"sites.parquet": parquet(site_id=pa.array(["N"])), "mapping.toml": "[sites]\nheader = false\n"}
    assert refused(files) == ["mapping.toml, [sites], header: the columns of sites.parquet have names; remove the key."]


def test_groups_of_digits_in_texts_of_workbooks_and_parquet(read: Reader, refused: Refuser) -> None:
    """1,234.50 is stored as a text in both. A Parquet column of numbers has no signs between digits, and a workbook writes its numbers with
    a point before the decimals: points that part thousands are refused there."""
    head = '[payments]\nfile = "{}"\n[payments.columns]\npayment_id = "id"\ninvoice_id = "id"\npaid_at = "d"\n'
    mapping = head + 'amount = {{ column = "n", thousands = "," }}\n'
    days = [date(2024, 1, 2)] * 2
    book = xlsx(("x", [["id", "d", "n"], ["1", days[0], "1,234.50"], ["2", days[1], "12,34"]]))
    columns = {"id": pa.array(["1", "2"]), "d": pa.array(days)}
    for files in ({"x.xlsx": book}, {"x.parquet": parquet(**columns, n=pa.array(["1,234.50", "12,34"]))}):
        found = read({**files, "mapping.toml": mapping.format(*files)})
        assert found.column("payments", "amount") == [Decimal("1234.5")]
        assert found.rejected("payments") == [(3, "amount", "12,34", "not a number with three digits in each group")]
    points = head + 'amount = {{ column = "n", decimal = ",", thousands = "." }}\n'
    (problem,) = refused({"x.xlsx": book, "mapping.toml": points.format("x.xlsx")})
    assert 'columns.amount: numbers in x.xlsx have a point before their decimals, so thousands = "." would read 1.234 as 1234' in problem
    typed = {"x.parquet": parquet(**columns, n=pa.array([1234.5, 12.34]))}
    (problem,) = refused({**typed, "mapping.toml": mapping.format("x.parquet")})
    assert "columns.amount: x.parquet has 'n' as numbers (DOUBLE), not as text; leave out thousands." in problem
