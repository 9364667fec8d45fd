"""Exports of known systems: recognised, read with the worked mapping, and doubted where they differ from it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.interfaces.cli.app import app
from counterfoil.tables.mapping import Condition, Section, read_mapping
from counterfoil.tables.proposal import Proposal, sampling, written
from counterfoil.tables.proposal.placing import Feed
from counterfoil.tables.proposal.systems import SYSTEMS
from tests.proposal.conftest import Proposer, placed
from tests.proposal.exports import table
from tests.tables.reading.folders import write
from tests.tables.reading.test_formats import xlsx

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
GUIDES = SAMPLES / "guides"


def files_of(folder: Path) -> dict[str, str | bytes]:
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.csv"))}


def export(system: str, *names: str) -> dict[str, str | bytes]:
    """Files of a sample, all or those of these names."""
    found = files_of(GUIDES / system)
    return {f"{name}.csv": found[f"{name}.csv"] for name in names} if names else found


def respelled(text: str | bytes, changes: Mapping[str, str]) -> str:
    """A file in which texts stand for others."""
    plain = str(text)
    for old, new in changes.items():
        assert old in plain
        plain = plain.replace(old, new)
    return plain


def without(text: str | bytes, *columns: str, delimiter: str = ";") -> str:
    """A file without these columns. Its cells hold no quotes."""
    header, *rows = [line.split(delimiter) for line in str(text).splitlines()]
    kept = [at for at, name in enumerate(header) if name not in columns]
    assert len(kept) == len(header) - len(columns)
    return "\n".join(delimiter.join(row[at] for at in kept) for row in [header, *rows]) + "\n"


def meaning(sections: Iterable[Section]) -> list[Section]:
    """Sections without the place that names them in messages, in one order."""
    return sorted((replace(section, place="") for section in sections), key=lambda section: (section.table, repr(section)))


def saved(proposal: Proposal, folder: Path) -> tuple[Section, ...]:
    (folder / "proposed.toml").write_text(written(proposal), "utf-8")
    return read_mapping(folder / "proposed.toml")


def feeds(proposal: Proposal, table: str) -> list[Feed]:
    return [feed for feed in proposal.feeds if feed.table == table]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_sample_gives_its_worked_mapping_back(system: str, proposed: Proposer, tmp_path: Path) -> None:
    """Every section, condition and column, none of them doubtful, and the user is told."""
    files = export(system)
    proposal = proposed(files)
    assert proposal.systems == [f"This looks like an export of {SYSTEMS[system]}: {len(files)} of {len(files)} files"]
    assert meaning(saved(proposal, tmp_path)) == meaning(read_mapping(GUIDES / system / "mapping.toml"))
    assert {placement.confidence for feed in proposal.feeds for placement in feed.placed.values()} == {"sure"}
    assert not any(feed.doubts for feed in proposal.feeds)
    assert f"# sure: {SYSTEMS[system]}'s own field" in written(proposal)


def test_two_files_missing_and_one_renamed(proposed: Proposer, tmp_path: Path) -> None:
    """Without partners and stock moves seven of Odoo's nine files are there, one under a name that says nothing: its columns say it."""
    files = export("odoo")
    del files["res.partner.csv"], files["stock.move.csv"]
    files["bestellungen.csv"] = files.pop("purchase.order.csv")
    proposal = proposed(files)
    assert proposal.systems == ["This looks like an export of Odoo: 7 of 7 files"]
    worked = [section for section in read_mapping(GUIDES / "odoo" / "mapping.toml") if section.table not in ("suppliers", "receipts")]
    renamed = [replace(section, file="bestellungen.csv") if section.table == "purchase_orders" else section for section in worked]
    assert meaning(saved(proposal, tmp_path)) == meaning(renamed)


@pytest.mark.parametrize("folder", ["plant", "adventureworks", "guides/spreadsheet"])
def test_a_foreign_folder_is_never_taken_for_a_known_system(folder: str, proposed: Proposer) -> None:
    proposal = proposed(files_of(SAMPLES / folder))
    assert proposal.systems == []
    assert proposal.feeds


def test_the_name_of_a_system_s_file_is_not_enough(proposed: Proposer) -> None:
    """Another program writes PO.csv and Supplier.csv, too. Half of ERPNext's columns under its name are no proof by themselves."""
    orders = table("PO number,Vendor,Order date", [(f"P{n}", f"S{n % 3}", f"2024-01-{n:02}") for n in range(1, 9)], ",")
    suppliers = table("Supplier no,name,country,tax_id", [(f"S{n}", f"Firm {n}", "DE", f"DE{n}") for n in range(3)], ",")
    proposal = proposed({"PO.csv": orders, "Supplier.csv": suppliers})
    assert proposal.systems == []
    assert placed(proposal, "suppliers.supplier_id").cell.columns == ("Supplier no",)
    assert placed(proposal, "purchase_orders.purchase_order_id").cell.columns == ("PO number",)


def test_names_with_days_and_headers_with_the_table(proposed: Proposer) -> None:
    """EKKO_2024 and EKKO_2025 feed one table, once with EKKO- before each name; a sheet of a workbook is a file like others."""
    text = str(export("sap", "EKKO")["EKKO.csv"])
    header, *rows = text.splitlines()
    long = ";".join(f"EKKO-{name}" for name in header.split(";"))
    suppliers = [line.split(";") for line in str(export("sap", "LFA1")["LFA1.csv"]).splitlines()]
    book = xlsx(("lfa1 alle", suppliers), ("notes", [["made by"], ["purchasing"]]))
    files = {"EKKO_2024.csv": "\n".join([header, *rows[:4]]), "ekko 2025-03.csv": "\n".join([long, *rows[4:]]), "stamm.xlsx": book}
    proposal = proposed(files)
    assert [(feed.sheet.file, feed.placed["purchase_order_id"].cell.columns) for feed in feeds(proposal, "purchase_orders")] == [
        ("EKKO_2024.csv", ("EBELN",)),
        ("EKKO_2024.csv", ("EBELN",)),
        ("ekko 2025-03.csv", ("EKKO-EBELN",)),
        ("ekko 2025-03.csv", ("EKKO-EBELN",)),
    ]
    assert feeds(proposal, "purchase_orders")[2].conditions[0] == Condition("EKKO-BSTYP", ("F",))
    assert [feed.sheet.sheet for feed in feeds(proposal, "suppliers")] == ["lfa1 alle"]
    assert proposal.systems == ["This looks like an export of SAP: 3 of 4 sheets"]


def test_unknown_words_are_doubtful_and_asked_for(proposed: Proposer) -> None:
    """Two requests stand in a stage that a company made itself. Of invoices only the rows that count are looked at: a customer's invoice
    asks nothing. A word that the dictionary knows is read, and doubted."""
    files = export("odoo")
    files["maintenance.request.csv"] = respelled(files["maintenance.request.csv"], {"In Progress": "Waits for parts"})
    orders = {"RFQ Sent": "Verschickt", "Purchase Order,2025-02-17": "cancelled by buyer,2025-02-17"}
    files["purchase.order.csv"] = respelled(files["purchase.order.csv"], orders)
    customers = (
        "__export__.account_move_499,INV/1,X1,Customer Invoice,p,2025-02-07,2025-03-09,EUR,1.0,0.0,1.0,Strange,2025-02-10 08:00:00,C,\n"
    )
    files["account.move.csv"] = str(files["account.move.csv"]) + customers
    proposal = proposed(files)
    stage = feeds(proposal, "work_orders")[0].placed["status"]
    assert stage.unknown == (("Waits for parts", 1),)
    assert stage.doubts == [
        "what 'Waits for parts' means is not known; these rows read as empty until the map says one of "
        "draft, planned, released, in_progress, completed, closed, cancelled"
    ]
    state = placed(proposal, "purchase_orders.status")
    assert {word for word, _ in state.unknown} == {"Verschickt", "cancelled by buyer"}
    assert not placed(proposal, "invoices.status").doubts
    assert not placed(proposal, "invoices.kind").doubts


def test_a_word_that_only_the_dictionary_knows(proposed: Proposer) -> None:
    files = export("sap")
    files["MARA.csv"] = respelled(files["MARA.csv"], {"HIBE": "ROH"})
    kind = placed(proposed(files), "parts.kind")
    assert (kind.cell.words["ROH"], kind.cell.words["ERSA"], kind.unknown) == ("material", "material", ())
    assert "'ROH' as material" in kind.doubts[0]


def test_conditions_in_another_language_read_nothing_and_say_so(proposed: Proposer) -> None:
    """An Odoo in German says Lieferantenrechnung: no bill would be read, and the reason is named with the words that are there."""
    files = export("odoo")
    files["account.move.csv"] = respelled(files["account.move.csv"], {"Vendor Bill": "Lieferantenrechnung"})
    (invoices,) = feeds(proposed(files), "invoices")
    assert invoices.doubts == ["none of its 6 rows counts, as where says it: move_type holds Lieferantenrechnung"]


# ---- numbers and days ----------------------------------------------------------------------------------------------------------------


def test_a_decimal_comma_and_german_days(proposed: Proposer) -> None:
    """Maximo downloaded by a German user: 110,00 and 10.02.2025 00:00:00. What the file has is taken over."""
    files = export("maximo")
    lines = respelled(files["POLINE.csv"], {",": ";", ".00": ",00", "2025-02-10": "10.02.2025", "2025-02-21": "21.02.2025"})
    lines = respelled(
        lines, {"2025-02-28": "28.02.2025", "2025-02-27": "27.02.2025", "2025-03-07": "07.03.2025", '"Crane; one day"': "Crane"}
    )
    files["POLINE.csv"] = lines
    first, second = feeds(proposed(files), "purchase_order_lines")
    assert (first.placed["unit_price"].cell.decimal, second.placed["quantity"].cell.decimal) == (",", ",")
    assert first.placed["need_by"].cell.formats == ("%d.%m.%Y %H:%M:%S",)
    assert not any(placement.doubts for feed in (first, second) for placement in feed.placed.values())


def test_days_of_an_american_sap(proposed: Proposer) -> None:
    """02/13/2025 instead of 13.02.2025, and 00/00/0000 in most cells of a day that has not come: read as empty."""
    files = export("sap")
    header, *rows = str(files["CAUFV.csv"]).splitlines()
    turned = [
        ";".join(f"{cell[3:5]}/{cell[:2]}/{cell[6:]}" if cell[2:3] == "." and cell[5:6] == "." else cell for cell in row.split(";"))
        for row in rows
    ]
    files["CAUFV.csv"] = "\n".join([header, *turned])
    closed = feeds(proposed(files), "work_orders")[0]
    assert closed.placed["created_at"].cell.formats == ("%m/%d/%Y",)
    assert closed.placed["closed_at"].cell.formats == ("%m/%d/%Y",)
    assert closed.placed["closed_at"].cell.null == ("00.00.0000", "00/00/0000")


def test_points_in_a_german_mapping(proposed: Proposer) -> None:
    """An SAP that writes 42.00 and 4.000: the point is taken over; where each has three digits behind it, it may mean thousands."""
    files = export("sap")
    header, *rows = str(files["EKPO.csv"]).splitlines()
    files["EKPO.csv"] = "\n".join([header, *(row.replace(",", ".") for row in rows)])
    line = feeds(proposed(files), "purchase_order_lines")[0]
    assert (line.placed["unit_price"].cell.decimal, line.placed["unit_price"].doubts) == (".", [])
    assert line.placed["quantity"].cell.decimal == "."
    assert any("thousands" in doubt for doubt in line.placed["quantity"].doubts)


def test_what_is_no_number_is_doubtful(proposed: Proposer) -> None:
    files = export("sap")
    files["RESB.csv"] = respelled(files["RESB.csv"], {"4,000": "four", "6,000": "six"})
    files["EKKN.csv"] = respelled(files["EKKN.csv"], {"6,000": "six"})
    proposal = proposed(files)
    assert any("not a number" in doubt or "look like" in doubt for doubt in placed(proposal, "work_order_lines.quantity").doubts)
    assert any("not a number" in doubt or "look like" in doubt for doubt in placed(proposal, "allocations.quantity").doubts)


def test_an_id_that_two_rows_have_is_doubtful(proposed: Proposer) -> None:
    """A requisition line of two accounts stands twice when EBKN is beside it."""
    files = export("sap")
    files["EBAN.csv"] = str(files["EBAN.csv"]) + str(files["EBAN.csv"]).splitlines()[1] + "\n"
    assert placed(proposed(files), "requisitions.requisition_line_id").doubts == ["1 row has an id that another row has"]


# ---- columns that are not there ------------------------------------------------------------------------------------------------------


def test_a_column_that_the_file_has_not_is_left_out(proposed: Proposer) -> None:
    files = export("sap")
    files["EKPO.csv"] = without(files["EKPO.csv"], "AUFNR", "TXZ01")
    proposal = proposed(files)
    goods = feeds(proposal, "purchase_order_lines")[0]
    assert not {"work_order_id", "description"} & goods.placed.keys()
    assert "# work_order_id is left out: the file has no AUFNR" in written(proposal)
    assert not goods.doubts


def test_a_condition_that_cannot_be_asked(proposed: Proposer) -> None:
    """Without PSTYP nothing tells services from goods: all lines are read as goods, which is doubtful, and none twice."""
    files = export("sap")
    files["EKPO.csv"] = without(files["EKPO.csv"], "PSTYP")
    (lines,) = feeds(proposed(files), "purchase_order_lines")
    assert lines.conditions == []
    assert lines.doubts == ["the file has no PSTYP: every row is read, not only those in which PSTYP is not 9 or D"]


def test_a_condition_of_all_sections_that_cannot_be_asked(proposed: Proposer) -> None:
    """ERPNext's receipt lines without the columns of their receipt: returns cannot be told, nor what was never submitted. Both are doubts,
    and the lines are still read as ERPNext's own."""
    files = export("erpnext")
    files["Purchase Receipt Item.csv"] = without(files["Purchase Receipt Item.csv"], "is_return", "docstatus", delimiter=",")
    (receipts,) = feeds(proposed(files), "receipts")
    assert (receipts.system, receipts.placed["receipt_line_id"].cell.columns, receipts.conditions) == ("ERPNext", ("name",), [])
    assert receipts.doubts == [
        "the file has no docstatus: every row is read, not only those in which docstatus is 1",
        "the file has no is_return: every row is read, not only those in which is_return is not 1",
    ]


def test_rows_that_no_section_reads_are_told(proposed: Proposer) -> None:
    """Services are ordered by NETWR. Without it their lines are not read, which is said; without any service there is nothing to say."""
    files = export("sap")
    files["EKPO.csv"] = without(files["EKPO.csv"], "NETWR")
    (goods,) = feeds(proposed(files), "purchase_order_lines")
    assert goods.doubts == ["the file has no NETWR: no section reads the rows in which PSTYP is 9 or D"]


def test_without_rows_that_no_section_reads_nothing_is_told(proposed: Proposer) -> None:
    files = export("sap")
    header, *rows = without(files["EKPO.csv"], "NETWR").splitlines()
    at = header.split(";").index("PSTYP")
    files["EKPO.csv"] = "\n".join([header, *(row for row in rows if row.split(";")[at] not in ("9", "D"))])
    (goods,) = feeds(proposed(files), "purchase_order_lines")
    assert goods.doubts == []


def test_what_the_worked_mapping_does_not_know_is_only_likely(proposed: Proposer) -> None:
    """MAKTX of MAKT stands beside each part: its name says what it is, and nobody worked it out."""
    files = export("sap")
    header, *rows = str(files["MARA.csv"]).splitlines()
    files["MARA.csv"] = "\n".join([f"{header};MAKTX", *(f"{row};Part {n}" for n, row in enumerate(rows))])
    found = placed(proposed(files), "parts.description")
    assert (found.cell.columns, found.confidence) == (("MAKTX",), "likely")


# ---- beside files of other kinds -----------------------------------------------------------------------------------------------------


def test_other_files_agree_with_the_ids_of_the_system(proposed: Proposer) -> None:
    """Maximo's orders come from a report with three columns, which is none of its files. Their lines name an order by site and number;
    so does the report then."""
    files = export("maximo")
    files["PO.csv"] = table("SITEID,PONUM,VENDOR", [("NORTH", n, "EXPUMP") for n in (3301, 3302, 3303)] + [("SOUTH", 3301, "EXCRANE")], ",")
    (orders,) = feeds(proposed(files), "purchase_orders")
    assert orders.system == ""
    assert orders.placed["purchase_order_id"].cell.columns == ("SITEID", "PONUM")
    assert orders.placed["purchase_order_id"].cell.between == "/"


def test_zeros_are_dropped_where_the_system_drops_them(proposed: Proposer) -> None:
    files = export("sap")
    del files["CAUFV.csv"]
    orders = [(f"0000040001{n:02}", "PM01", f"Pump {n}", f"{n:02}.02.2025") for n in range(1, 6)]
    files["AUFK.csv"] = table("AUFNR;AUART;KTEXT;ERDAT", orders)
    (work,) = feeds(proposed(files), "work_orders")
    assert (work.system, work.placed["work_order_id"].cell.strip) == ("", True)


def test_the_id_is_the_column_that_the_system_refers_to(proposed: Proposer) -> None:
    """A list of receipts with a number of its own: invoice lines of ERPNext name them by what stands in `key`."""
    files = export("erpnext")
    rows = [(n, f"c1pr00000{n}", f"MAT-{n}", "b1po000001", 3, f"2025-02-1{n}") for n in range(1, 4)]
    files["Purchase Receipt Item.csv"] = table("Receipt line no,key,Receipt no,Order line no,Quantity received,Received on", rows, ",")
    (receipts,) = feeds(proposed(files), "receipts")
    assert (receipts.system, receipts.placed["receipt_line_id"].cell.columns) == ("", ("key",))


def test_no_other_file_feeds_what_the_system_feeds(proposed: Proposer) -> None:
    """A list of orders lies beside Odoo's: its ids are others, and it is named as unused."""
    orders = table("PO number,Vendor,Order date", [(f"P{n}", f"S{n % 3}", f"2024-01-{n:02}") for n in range(1, 9)], ",")
    proposal = proposed(export("odoo") | {"purchase orders 2019.csv": orders})
    assert [feed.system for feed in feeds(proposal, "purchase_orders")] == ["Odoo"]
    assert proposal.systems == ["This looks like an export of Odoo: 9 of 10 files"]
    assert any("purchase orders 2019.csv" in sentence and "feeds already" in sentence for sentence in proposal.unplaced)


def test_a_part_of_a_large_export_holds_whole_orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Maximo counts orders anew at each site: of five orders three are tried, though two of the five are number 3301."""
    monkeypatch.setattr(sampling, "MOST_ROWS", 10)
    monkeypatch.setattr(sampling, "MOST_ORDERS", 3)
    folder = write(tmp_path / "export", export("maximo"))
    said = json.loads(CliRunner().invoke(app, ["init", str(folder), "--yes", "--format", "json"]).stdout)["check"]
    assert said["sample"] == "3 of 5 orders with what hangs on them"
    assert said["read"]["purchase_orders"]["read"] == said["read"]["purchase_order_lines"]["read"] == 3


def test_the_command_says_it(tmp_path: Path) -> None:
    """--yes and JSON go through the same proposal: every row of the sample is read, as the guide says."""
    folder = write(tmp_path / "export", export("odoo"))
    done = CliRunner().invoke(app, ["init", str(folder), "--yes", "--format", "json"])
    said = json.loads(done.stdout)
    assert said["systems"] == ["This looks like an export of Odoo: 9 of 9 files"]
    assert {section["system"] for section in said["sections"]} == {"Odoo"}
    assert said["check"]["problems"] == []
    assert sum(table["rejected"] for table in said["check"]["read"].values()) == 0
    assert "# This looks like an export of Odoo: 9 of 9 files." in (folder / "mapping.toml").read_text("utf-8")
