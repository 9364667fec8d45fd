"""Exports that people have, and what is proposed for them."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from counterfoil.tables.database import open_database
from counterfoil.tables.landing import Landing
from counterfoil.tables.mapping import Condition
from counterfoil.tables.proposal import Proposal, written
from counterfoil.tables.reading import read_folder
from tests.proposal.conftest import Proposer, placed, sources
from tests.proposal.exports import FLAT, ORDERS, SAP, table
from tests.tables.reading.folders import write
from tests.tables.reading.test_formats import xlsx


def read(proposal: Proposal, folder: Path, database: duckdb.DuckDBPyConnection) -> Landing:
    """The folder, read with what was proposed."""
    (folder / "mapping.toml").write_text(written(proposal), "utf-8")
    return read_folder(folder, database)


def test_sap_tables_fit_together(proposed: Proposer, tmp_path: Path) -> None:
    """Orders and their lines hang together by EBELN and EBELP; goods receipts are the rows E of the history, H takes them back."""
    proposal = proposed(SAP)
    found = sources(proposal)
    assert found["purchase_order_lines.purchase_order_line_id"] == ("EBELN", "EBELP")
    assert found["receipts.purchase_order_line_id"] == ("EBELN", "EBELP")
    assert found["purchase_orders.supplier_id"] == ("LIFNR",)
    assert found["purchase_order_lines.work_order_id"] == ("AUFNR",)
    assert found["work_orders.kind"] == ("AUART",)
    assert placed(proposal, "work_orders.kind").cell.words["PM02"] == "preventive"
    price = placed(proposal, "purchase_order_lines.unit_price")
    assert (price.cell.columns, price.cell.decimal, price.doubts) == (("NETPR",), ",", [])
    assert price.reason == "SAP's own field"
    assert placed(proposal, "purchase_orders.created_at").cell.formats == ("%d.%m.%Y",)
    assert placed(proposal, "purchase_order_lines.delivery_complete").cell.words == {"X": "true"}
    (receipts,) = [feed for feed in proposal.feeds if feed.table == "receipts"]
    assert Condition("BEWTP", ("E",)) in receipts.conditions
    assert receipts.placed["quantity_received"].cell.sign is not None
    (orders,) = [feed for feed in proposal.feeds if feed.table == "purchase_orders"]
    assert orders.conditions == [Condition("BSTYP", ("F",))]

    with open_database("512MB") as database:
        landing = read(proposal, tmp_path / "export", database)
        counted = {name: (landed.read, landed.rejected) for name, landed in landing.tables.items()}
        assert counted == {
            "suppliers": (4, 0),
            "work_orders": (6, 0),
            "purchase_orders": (6, 0),
            "purchase_order_lines": (12, 0),
            "receipts": (12, 0),
        }
        lost = "SELECT count(*) FROM receipts ANTI JOIN purchase_order_lines USING (purchase_order_line_id)"
        assert database.execute(lost).fetchall() == [(0,)]
        assert database.execute("SELECT count(*) FROM receipts WHERE quantity_received < 0").fetchall() == [(2,)]
        assert database.execute("SELECT count(*) FROM work_orders WHERE completed_at IS NOT NULL AND closed_at IS NULL").fetchall() == [
            (6,)
        ]


def test_a_spreadsheet_feeds_many_tables(proposed: Proposer, tmp_path: Path) -> None:
    """Ten orders of two lines, one of them not yet received: orders, lines, receipts and suppliers come out of one file."""
    proposal = proposed({"purchasing 2024.csv": FLAT})
    found = sources(proposal)
    assert found["purchase_order_lines.purchase_order_line_id"] == ("Order No.", "Line")
    assert found["purchase_orders.purchase_order_id"] == ("Order No.",)
    assert found["purchase_orders.created_at"] == ("Order Date",)
    assert found["purchase_order_lines.need_by"] == ("Due Date",)
    assert found["purchase_order_lines.work_order_id"] == ("WO Number",)
    assert found["receipts.quantity_received"] == ("Qty Received",)
    assert found["receipts.received_at"] == ("Received On",)
    assert found["suppliers.name"] == ("Supplier Name",)
    with open_database("512MB") as database:
        landing = read(proposal, tmp_path / "export", database)
        counted = {name: (landed.read, landed.rejected) for name, landed in landing.tables.items()}
        expected = {"purchase_orders": (10, 0), "purchase_order_lines": (20, 0), "receipts": (19, 0), "suppliers": (5, 0)}
        assert counted | expected == counted


def test_the_product_settles_which_price(proposed: Proposer) -> None:
    """Three columns could be the price. Only one of them times the quantity is the value."""
    rows = [(f"P{n}", n % 3, n + 2, f"{n + 5}.25", f"{n}.99", f"{(n + 2) * (n + 5.25):.2f}") for n in range(30)]
    text = table("po number,po line,quantity,price,unit price,line value", rows, ",")
    price = placed(proposed({"po lines.csv": text}), "purchase_order_lines.unit_price")
    assert (price.cell.columns, price.doubts) == (("price",), [])
    assert "line value" in price.reason


def test_without_a_product_two_prices_are_a_doubt(proposed: Proposer) -> None:
    rows = [(f"P{n}", n % 3, n + 2, f"{n + 5}.25", f"{n}.99") for n in range(30)]
    text = table("po number,po line,quantity,price,unit price", rows, ",")
    price = placed(proposed({"po lines.csv": text}), "purchase_order_lines.unit_price")
    assert any("as well" in doubt for doubt in price.doubts)


@pytest.mark.parametrize(
    ("days", "doubtful"),
    [([f"{n:02}/{n:02}/2024" for n in range(1, 13)], True), ([f"{n:02}/03/2024" for n in range(8, 20)], False)],
    ids=["either way", "days beyond twelve"],
)
def test_day_or_month_first(days: list[str], doubtful: bool, proposed: Proposer) -> None:
    rows = [(f"P{n}", "S1", day) for n, day in enumerate(days)]
    found = placed(proposed({"orders.csv": table("po number,vendor,order date", rows, ",")}), "purchase_orders.created_at")
    assert found.cell.formats == ("%d/%m/%Y",)
    assert any("day and month" in doubt for doubt in found.doubts) == doubtful


def test_a_comma_that_may_mean_thousands_is_a_doubt(proposed: Proposer) -> None:
    """1,250 is a thousand and more to one person and a little over one to another."""
    rows = [(f"P{n}", "10", f"{n + 1},250", "7") for n in range(20)]
    found = placed(proposed({"EKPO.csv": table("EBELN;EBELP;MENGE;NETPR", rows)}), "purchase_order_lines.quantity")
    assert found.cell.decimal == ","
    assert any("thousands" in doubt for doubt in found.doubts)


@pytest.mark.parametrize(
    ("large", "small", "thousands", "decimal", "smallest"),
    [
        ("1.{n},50", "950,00", ".", ",", 1301),
        ("1,{n}.50", "950.00", ",", ".", 1301),
        ("1'{n}.50", "950", "'", ".", 1301),
        ("1\u202f{n},50", "950,00", " ", ",", 1301),
        ("1.{n}.000", "950", ".", ",", 1301000),
    ],
    ids=["german", "english", "swiss", "french", "two groups"],
)
def test_a_value_proves_what_parts_the_thousands(
    large: str, small: str, thousands: str, decimal: str, smallest: int, proposed: Proposer, tmp_path: Path
) -> None:
    """A group of digits and decimals, or two groups, can be read in one way. Nineteen prices of a thousand and more, and one below."""
    rows = [(f"P{n}", "10", 2, large.format(n=n + 300) if n else small) for n in range(20)]
    proposal = proposed({"EKPO.csv": table("EBELN;EBELP;MENGE;NETPR", rows)})
    price = placed(proposal, "purchase_order_lines.unit_price")
    assert (price.cell.thousands, price.cell.decimal, price.doubts) == (thousands, decimal, [])
    with open_database("512MB") as database:
        landing = read(proposal, tmp_path / "export", database)
        assert (landing.tables["purchase_order_lines"].read, landing.tables["purchase_order_lines"].rejected) == (20, 0)
        prices = database.execute("SELECT DISTINCT CAST(floor(unit_price) AS INTEGER) FROM purchase_order_lines ORDER BY 1").fetchall()
        assert (prices[0][0], prices[1][0], prices[-1][0]) == (950, smallest, smallest + 18 * smallest // 1301)


def test_numbers_of_parts_with_points_stay_ids(proposed: Proposer) -> None:
    """100.200.300 is the number of a part, whatever it looks like."""
    rows = [(f"P{n}", "10", f"100.200.{n + 300}", 2, "7.50") for n in range(20)]
    found = sources(proposed({"EKPO.csv": table("EBELN;EBELP;MATNR;MENGE;NETPR", rows)}))
    assert found["purchase_order_lines.part_id"] == ("MATNR",)


def test_values_outweigh_a_name(proposed: Proposer) -> None:
    """The column called order date holds texts, the one called supplier holds days: neither is placed as what it is called."""
    rows = [(f"P{n}", f"2024-01-{n:02}", f"soon {n}") for n in range(1, 20)]
    found = sources(proposed({"purchase orders.csv": table("po number,supplier,order date", rows, ",")}))
    assert found == {"purchase_orders.purchase_order_id": ("po number",)}


@pytest.mark.parametrize(("days", "told"), [(7, "always 7 days before Due Date"), (-1, "always 1 day after Due Date"), (None, "")])
def test_a_day_of_receipt_that_is_always_as_far_from_another(days: int | None, told: str, proposed: Proposer) -> None:
    """Deliveries are early and late. Twenty that came seven days before they were due were computed, not received."""
    due = [date(2024, 3, 1) + timedelta(n) for n in range(20)]
    came = [day - timedelta(n % 5 if days is None else days) for n, day in enumerate(due)]
    rows = [(f"P{n}", 1, n + 2, "2.50", due[n], n + 2, came[n]) for n in range(20)]
    proposal = proposed({"po lines.csv": table("PO Number,PO Line,Quantity,Price,Due Date,Qty Received,Received On", rows, ",")})
    assert [doubt for doubt in placed(proposal, "receipts.received_at").doubts if "always" in doubt] == (
        [f"{told}: a computed date?"] if told else []
    )


def test_zeros_before_an_id(proposed: Proposer) -> None:
    """The orders write 0000071001, the supplier file 71001."""
    orders = table("EBELN;LIFNR;BEDAT", [(order, f"{71000 + n % 3:010}", "2024-02-03") for n, order in enumerate(ORDERS)])
    suppliers = table("LIFNR;NAME1", [(71000 + n, f"Lieferant {n}") for n in range(5)])
    found = placed(proposed({"EKKO.csv": orders, "LFA1.csv": suppliers}), "purchase_orders.supplier_id")
    assert found.cell.strip
    assert "without leading zeros" in found.reason


def test_sheets_of_a_workbook(proposed: Proposer, tmp_path: Path) -> None:
    orders = [["Bestellnr", "Lieferant", "Bestelldatum"], *([f"B{n}", f"L{n % 2}", f"2024-01-{n + 1:02}"] for n in range(9))]
    lines = [["Bestellnr", "Pos", "Menge", "Einzelpreis"], *([f"B{n}", p, n + 1, 2.5] for n in range(9) for p in (1, 2))]
    notes = [["made by purchasing"], ["do not edit"]]
    proposal = proposed({"Export.xlsx": xlsx(("Bestellungen", orders), ("Bestellpositionen", lines), ("Hinweise", notes))})
    assert {(feed.table, feed.sheet.sheet) for feed in proposal.feeds} == {
        ("purchase_orders", "Bestellungen"),
        ("purchase_order_lines", "Bestellpositionen"),
    }
    assert any("Hinweise" in sentence for sentence in proposal.unplaced)
    with open_database("512MB") as database:
        landing = read(proposal, tmp_path / "export", database)
        assert {name: landed.read for name, landed in landing.tables.items()} == {"purchase_orders": 9, "purchase_order_lines": 18}


def test_two_years_of_one_export_feed_one_table(proposed: Proposer) -> None:
    header = "EBELN;LIFNR;BEDAT"
    files = {f"EKKO_{year}.csv": table(header, [(f"{year}{n}", "1", f"{year}-01-0{n}") for n in range(1, 9)]) for year in (2023, 2024)}
    proposal = proposed(files)
    assert [(feed.table, feed.sheet.file) for feed in proposal.feeds] == [
        ("purchase_orders", "EKKO_2023.csv"),
        ("purchase_orders", "EKKO_2024.csv"),
    ]
    assert written(proposal).count("[[purchase_orders]]") == 2


def test_without_headers_only_what_values_prove(proposed: Proposer, tmp_path: Path) -> None:
    """The files say what they are about, no column has a name. Ids, overlaps and a product are found, each marked doubtful."""
    lines = "\n".join(f"{n + 1},{n // 2 + 1},{n + 2},{n + 1}.50,{(n + 2) * (n + 1.5):.2f}" for n in range(40))
    orders = "\n".join(f"{n},{n % 3 + 900},2024-01-{n % 28 + 1:02}" for n in range(1, 21))
    proposal = proposed({"PurchaseOrderLine.csv": lines, "PurchaseOrder.csv": orders})
    found = sources(proposal)
    assert found["purchase_order_lines.purchase_order_id"] == ("col2",)
    assert found["purchase_order_lines.quantity"] == ("col3",)
    assert found["purchase_order_lines.unit_price"] == ("col4",)
    assert all(one.doubts for feed in proposal.feeds for one in feed.placed.values())
    assert all(not feed.sheet.header for feed in proposal.feeds)
    with open_database("512MB") as database:
        landing = read(proposal, tmp_path / "export", database)
        assert {name: landed.read for name, landed in landing.tables.items()} == {"purchase_orders": 20, "purchase_order_lines": 40}


def test_an_exchange_table_is_left_as_it_is(proposed: Proposer, tmp_path: Path) -> None:
    proposal = proposed({"sites.csv": "site_id,name\nN,North side\nS,South side\nE,East side\n"})
    assert "[sites]" not in written(proposal)
    with open_database("512MB") as database:
        assert read(proposal, tmp_path / "export", database).tables["sites"].read == 3


def test_what_is_written_says_why(proposed: Proposer) -> None:
    text = written(proposed(SAP))
    assert "# sure: " in text
    assert "EKKO.csv: MANDT" in text
    assert all("#" in line for line in text.splitlines() if " = " in line and not line.startswith(("file", "where", "unique")))


def test_numbers_written_without_a_nought(proposed: Proposer, tmp_path: Path) -> None:
    """.50 is no number of the contract; the map says what each of them is."""
    rows = [(f"P{n}", n % 2, 3, ".50" if n % 2 else "1.50") for n in range(20)]
    proposal = proposed({"po lines.csv": table("po number,po line,quantity,unit price", rows, ",")})
    assert placed(proposal, "purchase_order_lines.unit_price").cell.words == {".50": "0.50"}
    with open_database("512MB") as database:
        landed = read(proposal, tmp_path / "export", database).tables["purchase_order_lines"]
        assert (landed.read, landed.rejected) == (20, 0)


def test_a_folder_is_read_twice_alike(proposed: Proposer, tmp_path: Path) -> None:
    first = written(proposed(SAP))
    with open_database("512MB") as database:
        from counterfoil.tables.proposal import propose

        assert written(propose(write(tmp_path / "export", {}), database)) == first


def test_a_line_number_alone_never_refers(proposed: Proposer) -> None:
    """The order lines are not there: EBELP, 10 and 20 in every order, refers to nothing without its order."""
    rows = [(f"50{n:04}", ORDERS[n // 2], 10 * (n % 2 + 1), n + 1, "2024-02-03") for n in range(12)]
    proposal = proposed({"MSEG.csv": table("MBLNR;EBELN;EBELP;MENGE;BUDAT", rows)})
    assert sources(proposal)["receipts.purchase_order_line_id"] == ("EBELN", "EBELP")


def test_a_day_of_issue_that_nobody_noted_is_no_order_that_nobody_sent(proposed: Proposer) -> None:
    """Three of eight orders say "Date Not Captured": whoever takes them for empty is told that they then count as never issued. An
    approval of no day is no such doubt."""
    phrases = ["Date Not Captured"] * 3 + [f"2024-03-{day:02}" for day in range(1, 6)]
    orders = "PO number,Vendor,Created on,Sent to vendor on,Approved on\n" + "".join(
        f"PO{n},V{n % 2},2024-02-01,{phrase},{'n/a' if n < 2 else '2024-02-02'}\n" for n, phrase in enumerate(phrases)
    )
    proposal = proposed({"orders.csv": orders})
    issued = placed(proposal, "purchase_orders.issued_at")
    assert issued.cell.null == ("Date Not Captured",)
    assert any("3 rows" in doubt and "never issued" in doubt for doubt in issued.doubts)
    approved = placed(proposal, "purchase_orders.approved_at")
    assert approved.cell.null == ("n/a",)
    assert not any("never issued" in doubt for doubt in approved.doubts)
