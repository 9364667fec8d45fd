"""What names are taken for: languages, systems, abbreviations, and names that say nothing."""

import pytest

from counterfoil.tables.proposal.names import names
from counterfoil.tables.schema import TABLES


def best(table: str, name: str) -> tuple[str, float]:
    fits = {column.name: names().column(table, column.name, names().read(name), about=True) for column in TABLES[table]}
    column = max(fits, key=lambda one: fits[one])
    return column, fits[column]


@pytest.mark.parametrize(
    ("table", "name", "column"),
    [
        ("purchase_orders", "Bestelldatum", "created_at"),
        ("purchase_orders", "BESTELL_NR", "purchase_order_id"),
        ("purchase_orders", "Waehrung", "currency"),
        ("purchase_orders", "N° de commande", "purchase_order_id"),
        ("purchase_orders", "EKKO-LIFNR", "supplier_id"),
        ("purchase_orders", "date_approve", "approved_at"),
        ("purchase_order_lines", "OrderQty", "quantity"),
        ("purchase_order_lines", "QTÉ COMMANDÉE", "quantity"),
        ("purchase_order_lines", "Bestellmenge", "quantity"),
        ("purchase_order_lines", "PEINH", "price_quantity"),
        ("purchase_order_lines", "purchid", "purchase_order_id"),
        ("receipts", "qty_received", "quantity_received"),
        ("receipts", "Wareneingangsdatum", "received_at"),
        ("invoices", "amount_untaxed", "amount_net"),
        ("invoices", "Montant TTC", "amount_total"),
        ("invoices", "XBLNR", "invoice_number"),
        ("work_orders", "WONUM", "work_order_id"),
        ("work_orders", "Auftragsnummer", "work_order_id"),
        ("work_orders", "ASSETNUM", "asset_id"),
        ("payments", "Zahldatum", "paid_at"),
    ],
)
def test_a_name_is_understood(table: str, name: str, column: str) -> None:
    found, fit = best(table, name)
    assert (found, fit >= 0.8) == (column, True)


@pytest.mark.parametrize("name", ["Freight Cost", "Skontobetrag", "Safety Stock", "Telefon", "Couleur", "Gewicht (kg)", "col17", "", "x"])
def test_a_name_is_not_taken_for_what_it_is_not(name: str) -> None:
    assert best("purchase_order_lines", name)[1] < 0.8


def test_an_abbreviation_is_never_sure() -> None:
    assert best("purchase_orders", "VEND_NBR") == ("supplier_id", pytest.approx(0.78, abs=0.05))


@pytest.mark.parametrize("table", TABLES)
def test_the_contract_knows_its_own_names(table: str) -> None:
    """Every table is named as itself, and no column of it fits the name of another better than its own."""
    assert max(TABLES, key=lambda other: names().table(other, names().read_file(table))) == table
    for column in TABLES[table]:
        fits = {other.name: names().column(table, other.name, names().read(column.name), about=True) for other in TABLES[table]}
        if fits[column.name]:
            assert fits[column.name] >= max(fits.values()) - 0.05


@pytest.mark.parametrize(
    ("value", "allowed", "word"),
    [
        ("Abgeschlossen", TABLES["work_orders"].column("status").words, "completed"),
        ("Abgeschlossen", TABLES["purchase_orders"].column("status").words, "closed"),
        ("annulé", TABLES["purchase_orders"].column("status").words, "cancelled"),
        ("In Progress", TABLES["work_orders"].column("status").words, "in_progress"),
        ("PM02", TABLES["work_orders"].column("kind").words, "preventive"),
        ("4", TABLES["purchase_orders"].column("status").words, None),
        ("", TABLES["purchase_orders"].column("status").words, None),
    ],
)
def test_words_in_cells(value: str, allowed: tuple[str, ...], word: str | None) -> None:
    assert names().word(value, allowed) == word
