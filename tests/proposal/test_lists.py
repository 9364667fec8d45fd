"""One flat list that feeds several tables: orders, their lines, receipts, invoices and the lines of these."""

from pathlib import Path

import pytest

from counterfoil.tables.database import open_database
from counterfoil.tables.mapping import Condition, read_mapping
from counterfoil.tables.proposal import Proposal, written
from counterfoil.tables.reading import read_folder
from tests.proposal.conftest import Proposer, placed, sources
from tests.tables.reading.folders import write

GUIDE = Path(__file__).resolve().parents[2] / "samples" / "guides" / "spreadsheet"
ENGLISH = (GUIDE / "purchases.csv").read_text("utf-8")
GERMAN = (
    "Bestellung;Position;Bestelldatum;Lieferant;Artikel;Verwendung;Arbeitsauftrag;Menge;Einheit;Preis;Wareneingang;Gelieferte Menge;"
    "Rechnung;Rechnungsdatum;Rechnungsmenge;Rechnungspreis;Betrag"
)
FRENCH = (
    "Commande;Ligne;Date de commande;Fournisseur;Article;Usage;Ordre de travail;Qté;Unité;Prix;Reçu le;Qté reçue;"
    "Facture;Date de facture;Qté facturée;Prix facturé;Montant facturé"
)
COUNTED = {
    "suppliers": (4, 0),
    "purchase_orders": (5, 0),
    "purchase_order_lines": (6, 0),
    "receipts": (6, 0),
    "invoices": (7, 0),
    "invoice_lines": (8, 0),
}
"""Rows read and rejected of the list: 8. EW-12 has no order, 1004/1 has not come, 1005/1 came twice, EB-501 bills two lines."""


def dressed(header: str) -> str:
    return header + ENGLISH[ENGLISH.index("\n") :]


def known(header: str) -> dict[str, tuple[str, ...]]:
    """The mapping of the guide in the names of another header. The day is a part of the id of a receipt in both."""
    names = dict(zip(ENGLISH.split("\n")[0].split(";"), header.split(";"), strict=True))
    found = {
        f"{section.table}.{name}": cell.columns
        for section in read_mapping(GUIDE / "mapping.toml")
        for name, cell in (section.cells or {}).items()
    }
    return {spot: tuple(names[column] for column in columns) for spot, columns in found.items() if columns}


def counts(proposal: Proposal, folder: Path) -> dict[str, tuple[int, int]]:
    (folder / "mapping.toml").write_text(written(proposal), "utf-8")
    with open_database("512MB") as database:
        return {name: (landed.read, landed.rejected) for name, landed in read_folder(folder, database).tables.items()}


@pytest.mark.parametrize("header", [ENGLISH.split("\n")[0], GERMAN, FRENCH], ids=["english", "german", "french"])
def test_the_list_of_the_guide(header: str, proposed: Proposer, tmp_path: Path) -> None:
    """Every column of the mapping that was made by hand is proposed, in three languages, and every row is read."""
    proposal = proposed({"export.csv": dressed(header)})
    wanted = known(header)
    assert {spot: columns for spot, columns in sources(proposal).items() if spot in wanted} == wanted
    assert counts(proposal, tmp_path / "export") == COUNTED


def test_rows_without_an_order_are_bills_alone(proposed: Proposer) -> None:
    """The weld repair was billed without an order: it is a row of the invoices, and none of the orders."""
    proposal = proposed({"purchases.csv": ENGLISH})
    conditions = {feed.table: feed.conditions for feed in proposal.feeds}
    assert conditions["purchase_orders"] == conditions["purchase_order_lines"] == [Condition("Order", presence=True)]
    assert conditions["receipts"] == [Condition("Received on", presence=True)]
    assert conditions["invoice_lines"] == []
    assert {feed.table for feed in proposal.feeds if feed.unique} == {"suppliers", "purchase_orders", "purchase_order_lines", "invoices"}


def rows(count: int, header: str, form: str) -> str:
    return (
        header
        + "\n"
        + "".join(form.format(order=n // 2 + 1, line=n % 2 + 1, n=n, q=n + 2, p=n + 3, a=(n + 2) * (n + 3)) for n in range(count))
    )


def test_a_place_alone_is_a_doubt(proposed: Proposer) -> None:
    """No word tells the second quantity and the second price from the first: they stand behind the invoice, which is likely and no more."""
    header = "Order;Line;Vendor;Qty;Price;Invoice;Date;Qty 2;Price 2;Amount"
    proposal = proposed({"export.csv": rows(12, header, "{order};{line};V 1;{q};{p};R{n};2025-03-{q:02};{q};{p};{a}\n")})
    assert placed(proposal, "purchase_order_lines.quantity").cell.columns == ("Qty",)
    assert placed(proposal, "purchase_order_lines.quantity").doubts == []
    assert placed(proposal, "invoices.invoice_date").cell.columns == ("Date",)
    for name, column in {"quantity": "Qty 2", "unit_price": "Price 2", "amount": "Amount"}.items():
        found = placed(proposal, f"invoice_lines.{name}")
        assert found.cell.columns == (column,)
        assert any("stands behind Invoice" in doubt or "stands behind Date" in doubt for doubt in found.doubts)


def test_what_was_ordered_stands_for_what_was_billed(proposed: Proposer) -> None:
    """One quantity and one price, and their product is what was billed: both tables take them, and both say that they doubt it."""
    header = "Order;Line;Vendor;Qty;Price;Invoice;Invoice date;Billed amount"
    text = rows(12, header, "{order};{line};V 1;{q};{p};R{n};2025-03-{q:02};{a}\n")
    proposal = proposed({"export.csv": text})
    for spot in ("purchase_order_lines.quantity", "invoice_lines.quantity", "invoice_lines.unit_price"):
        assert "billed" in " ".join(placed(proposal, spot).doubts)
    assert placed(proposal, "invoice_lines.amount").cell.columns == ("Billed amount",)


def test_where_the_product_is_another_the_bills_have_no_lines(proposed: Proposer) -> None:
    header = "Order;Line;Vendor;Qty;Price;Invoice;Invoice date;Billed amount"
    text = rows(12, header, "{order};{line};V 1;{q};{p};R{n};2025-03-{q:02};{a}7\n")
    proposal = proposed({"export.csv": text})
    tables = {feed.table: feed for feed in proposal.feeds}
    assert "invoice_lines" not in tables
    assert any("quantity and unit_price" in doubt for doubt in tables["invoices"].doubts)


def test_bills_without_a_day_are_named(proposed: Proposer) -> None:
    """The day of a bill is required. Where no column has it the rest is fed, and it is said what lacks."""
    proposal = proposed({"purchases.csv": ENGLISH.replace("Invoice date", "Colour")})
    tables = {feed.table: feed for feed in proposal.feeds}
    assert {"purchase_orders", "receipts"} <= tables.keys()
    assert "invoices" not in tables
    assert any("invoice_date" in doubt for doubt in tables["purchase_order_lines"].doubts)


TWICE = "Order;Line;Vendor;Qty;Price;Received on;Received qty;Invoice;Invoice date;Billed qty;Billed price\n"


@pytest.mark.parametrize(
    ("second", "unique", "numbered"),
    [("5;R2;2025-03-09;2;9", True, False), ("3;R2;2025-03-09;2;9", False, True)],
    ids=["the same delivery on another bill", "two deliveries on a day"],
)
def test_one_day_twice(second: str, unique: bool, numbered: bool, proposed: Proposer, tmp_path: Path) -> None:
    """Line 1/1 has two rows of one day. Five pieces twice, on two bills, are one delivery; five and three are two."""
    plain = "".join(f"{n};1;V 1;7;9;2025-03-{n + 3:02};7;R{n + 3};2025-04-0{n};7;9\n" for n in range(2, 6))
    folder = {"export.csv": TWICE + f"1;1;V 1;8;9;2025-03-04;5;R1;2025-03-08;3;9\n1;1;V 1;8;9;2025-03-04;{second}\n" + plain}
    proposal = proposed(folder)
    (receipts,) = [feed for feed in proposal.feeds if feed.table == "receipts"]
    key = receipts.placed["receipt_line_id"]
    assert (receipts.unique, key.cell.row_number is not None, len(key.doubts)) == (unique, numbered, 1)
    assert counts(proposal, tmp_path / "export")["receipts"] == (5 if unique else 6, 0)
    assert counts(proposal, tmp_path / "export")["purchase_order_lines"] == (5, 0)


def test_other_files_of_orders_come_first(proposed: Proposer, tmp_path: Path) -> None:
    """Where another file has the orders, a list is read as before: two sources of one order would contradict each other."""
    proposal = proposed({"purchases.csv": ENGLISH, "purchase_orders.csv": "purchase_order_id,supplier_id\n1001,S1\n1002,S2\n"})
    assert [feed.sheet.file for feed in proposal.feeds if feed.table == "purchase_orders"] == ["purchase_orders.csv"]


def test_two_years_of_one_list(proposed: Proposer, tmp_path: Path) -> None:
    proposal = proposed({"2024.csv": ENGLISH.replace(".2025", ".2024"), "2025.csv": ENGLISH.replace("\n10", "\n20").replace("E", "F")})
    assert [feed.sheet.file for feed in proposal.feeds if feed.table == "invoice_lines"] == ["2024.csv", "2025.csv"]
    assert counts(proposal, tmp_path / "export")["invoice_lines"] == (16, 0)


def test_a_list_of_bills_is_not_spread(proposed: Proposer) -> None:
    """The file says that it holds the lines of invoices: the order is only referred to."""
    assert {feed.table for feed in proposed({"invoice lines.csv": ENGLISH}).feeds} & {"purchase_orders", "purchase_order_lines"} == set()


def test_written_lists_can_be_read_again(tmp_path: Path, proposed: Proposer) -> None:
    text = written(proposed({"purchases.csv": ENGLISH}))
    folder = write(tmp_path / "again", {"mapping.toml": text})
    assert {section.table for section in read_mapping(folder / "mapping.toml")} == {*COUNTED}
