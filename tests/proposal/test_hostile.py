"""Folders that nobody would export on purpose: a proposal is made or refused in words, and what is written can always be read."""

import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.tables.database import open_database
from counterfoil.tables.landing import Unusable
from counterfoil.tables.mapping import read_mapping
from counterfoil.tables.proposal import Proposal, propose, written
from counterfoil.tables.proposal import profile as profiles
from counterfoil.tables.reading import read_folder
from counterfoil.tables.schema import TABLES, Kind
from tests.proposal.conftest import Proposer, placed, sources
from tests.proposal.exports import FLAT, table
from tests.tables.reading.folders import write

ORDERS = "po number,vendor,order date\n" + "".join(f"P{n},V{n % 3},2024-01-{n:02}\n" for n in range(1, 20))


def test_an_empty_folder(proposed: Proposer) -> None:
    proposal = proposed({})
    assert (proposal.feeds, proposal.unplaced) == ([], [])
    assert set(proposal.lacking) == {*TABLES}


def test_no_folder_at_all(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(Unusable, match="cannot be opened"):
        propose(tmp_path / "nowhere", database)


def test_files_that_are_no_tables_stop_nothing(proposed: Proposer) -> None:
    """Each is named with its reason; the orders beside them are read."""
    proposal = proposed(
        {
            "orders.csv": ORDERS,
            "empty.csv": "",
            "picture.csv": bytes(range(256)) * 4,
            "page.csv": "<html><body>\n<p>Not found</p>\n</body></html>\n",
            "broken.xlsx": b"PK\x03\x04 and no more",
            "broken.parquet": b"PAR1 and no more",
            "open.csv": 'a,b\n1,"never closed\n2,3\n',
            "header only.csv": "Bestellung,Lieferant\n",
            "notes.txt": "call the supplier on Monday\n",
            "letter.docx": "no table",
        }
    )
    assert [feed.sheet.file for feed in proposal.feeds] == ["orders.csv"]
    said = "\n".join(proposal.unplaced)
    assert all(
        name in said for name in ("empty.csv", "picture.csv", "page.csv", "broken.xlsx", "broken.parquet", "open.csv", "header only.csv")
    )
    assert "letter.docx" not in said
    assert all("\n" not in sentence for sentence in proposal.unplaced)


@pytest.mark.parametrize(
    ("file", "remedy"),
    [
        ("log.sqlite", "export its tables as CSV, XLSX or Parquet"),
        ("plant.DB", "export its tables as CSV, XLSX or Parquet"),
        ("log.xml", "export the same as CSV, XLSX or Parquet"),
        ("log.jsonocel", "export the same as CSV, XLSX or Parquet"),
        ("orders.json", "export the same as CSV, XLSX or Parquet"),
        ("orders 2019.xls", "save it as XLSX"),
        ("all.zip", "unpack it into this folder"),
    ],
)
def test_what_is_not_read_is_named(file: str, remedy: str, proposed: Proposer) -> None:
    """One line each, with what to do; the orders beside it are read."""
    proposal = proposed({"orders.csv": ORDERS, file: b"whatever it holds"})
    assert [feed.sheet.file for feed in proposal.feeds] == ["orders.csv"]
    (said,) = proposal.unplaced
    assert said.startswith(f"{file} was not read; {remedy}")


def test_the_same_name_twice(proposed: Proposer) -> None:
    proposal = proposed({"orders.csv": "po number,vendor,vendor\nP1,A,B\nP2,A,B\nP3,C,C\n"})
    assert proposal.feeds == []
    assert "orders.csv, line 1" in proposal.unplaced[0]


def test_a_link_out_of_the_folder(proposed: Proposer, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(ORDERS)
    folder = write(tmp_path / "export", {})
    (folder / "orders.csv").symlink_to(tmp_path / "secret.csv")
    proposal = proposed({})
    assert proposal.sheets == ()
    assert "orders.csv is no ordinary file" in proposal.unplaced[0]


def test_five_hundred_columns(proposed: Proposer, tmp_path: Path) -> None:
    """Two of them are an order and its supplier; none of the others is taken."""
    names = [f"field {n}" for n in range(500)]
    names[250], names[400] = "Purchase Order No", "Vendor"
    rows = [[f"PO{row}" if n == 250 else f"V{row % 3}" if n == 400 else str(row * n % 7) for n in range(500)] for row in range(30)]
    proposal = proposed({"po.csv": table(",".join(names), rows, ",")})
    assert sources(proposal) == {
        "purchase_orders.purchase_order_id": ("Purchase Order No",),
        "purchase_orders.supplier_id": ("Vendor",),
    }
    assert valid(proposal, tmp_path)


NASTY = [
    'quote " in it',
    "line\nend",
    "tab\there",
    "[purchase_orders]",
    'amount = "x"',
    "back\\slash",
    "# comment",
    "'''",
    "ünïcode \U0001f600",
    "bell \x07 and del \x7f",
    "\u202eturned",
    "{ column = 1 }",
]


def test_headers_that_look_like_toml(proposed: Proposer, tmp_path: Path) -> None:
    cells = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in NASTY]
    rows = [[f"P{n}", f"V{n % 3}", *(f"{n}{at}" for at in range(len(NASTY)))] for n in range(20)]
    text = table(",".join(["po number", '"vendor\n""id"""', *cells]), rows, ",")
    proposal = proposed({'orders [x] "y" #z.csv': text})
    assert sources(proposal)["purchase_orders.supplier_id"] == ('vendor\n"id"',)
    assert valid(proposal, tmp_path)
    document = tomllib.loads(written(proposal))
    assert set(document) == {"purchase_orders"}
    assert document["purchase_orders"]["file"] == 'orders [x] "y" #z.csv'


def test_words_that_look_like_toml(proposed: Proposer, tmp_path: Path) -> None:
    """They are kept as words of the map, or shown in a comment; never more."""
    rows = [[f"P{n}", '"closed"" ] # x"', '"2024-01-01\n[sites]"'] for n in range(9)]
    rows += [[f"Q{n}", "closed", f"2024-02-0{n + 1}"] for n in range(9)]
    proposal = proposed({"orders.csv": table("po number,status,order date", rows, ",")})
    assert valid(proposal, tmp_path)
    assert set(tomllib.loads(written(proposal))) == {"purchase_orders"}


def test_a_huge_cell(proposed: Proposer, tmp_path: Path) -> None:
    proposal = proposed({"orders.csv": ORDERS + f"P99,{'x' * 2_000_000},2024-01-01\n"})
    assert "purchase_orders.purchase_order_id" in sources(proposal)
    assert len(written(proposal)) < 10_000
    assert valid(proposal, tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_encodings(encoding: str, proposed: Proposer, tmp_path: Path) -> None:
    text = "Bestellnummer;Währung;Bestelldatum;Lieferant\n" + "".join(f"P{n};EUR;0{n}.03.2024;Müller\n" for n in range(1, 9))
    proposal = proposed({"Bestellungen.csv": text.encode(encoding)})
    assert sources(proposal)["purchase_orders.currency"] == ("Währung",)
    assert valid(proposal, tmp_path)
    guessed = any("guess" in note for note in proposal.sheets[0].notes)
    assert guessed == (encoding in ("cp1252", "latin-1"))


def test_two_encodings_in_one_file(proposed: Proposer, tmp_path: Path) -> None:
    text = ORDERS.encode() + "P77,Müller,2024-01-01\n".encode() + "P78,Müller,2024-01-01\n".encode("cp1252")
    proposal = proposed({"orders.csv": text})
    assert "purchase_orders.supplier_id" in sources(proposal)
    assert "guess" in proposal.sheets[0].notes[0]
    assert valid(proposal, tmp_path)


def test_rows_of_different_lengths(proposed: Proposer, tmp_path: Path) -> None:
    proposal = proposed({"orders.csv": ORDERS + "P50\nP51,V1,2024-01-01,more,and,more\n\nP52,V1\n"})
    assert "purchase_orders.created_at" in sources(proposal)
    assert valid(proposal, tmp_path)


def test_large_files_are_looked_at_in_part(proposed: Proposer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "MOST_ROWS", 1_000)
    rows = [(f"P{n}", f"V{n % 7}", "2024-01-01") for n in range(3_000)]
    proposal = proposed({"orders.csv": table("po number,vendor,order date", rows, ",")})
    (sheet,) = proposal.sheets
    assert (sheet.rows, sheet.sampled) == (1_000, True)
    assert "only its first 1,000 rows" in written(proposal)


def valid(proposal: Proposal, tmp_path: Path) -> bool:
    """True where what is written is a mapping, and the folder is read with it."""
    path = tmp_path / "export" / "mapping.toml"
    path.write_text(written(proposal), "utf-8")
    read_mapping(path)
    with open_database("512MB") as database:
        return bool(read_folder(tmp_path / "export", database).tables)


# ---- any table --------------------------------------------------------------------------------------------------------------------

WORDS = [
    "order",
    "no",
    "line",
    "vendor",
    "qty",
    "price",
    "date",
    "Menge",
    "Bestell",
    "Pos",
    "status",
    "ID",
    "received",
    "invoice",
    "amount",
]
WORDS += ["currency", "unit", "created", "WO", "part", "numéro", "by", "x", '"', "\n", "#", "[", "=", "\\", "é"]
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
CELLS = st.one_of(
    st.integers(-50, 5000).map(str),
    st.decimals(-100, 100, places=2).map(str),
    st.dates().map(str),
    st.dates().map(lambda day: day.strftime("%d.%m.%Y")),
    st.sampled_from(["EUR", "USD", "open", "closed", "", "n/a", "1.234,56", "1,5", ".50", "X", "true", "PO-1", "PO-2/10", "0012"]),
    st.text(max_size=8),
)
STEMS = st.sampled_from(["export", "Bestellungen", "EKPO", "invoices 2024", "goods receipts", "work orders", "po lines", "[x]", "data"])


@st.composite
def exports(draw: st.DrawFn) -> dict[str, str]:
    files = {}
    for stem in draw(st.lists(STEMS, min_size=1, max_size=3, unique=True)):
        header = draw(st.lists(NAMES, min_size=1, max_size=7, unique=True))
        rows = draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=8))
        quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in [header, *rows]]
        files[f"{stem}.csv"] = "\n".join(",".join(row) for row in quoted) + "\n"
    return files


@settings(max_examples=30)
@given(files=exports())
def test_whatever_is_proposed_can_be_read(files: dict[str, str]) -> None:
    """The mapping is valid, every file is read with it without an error, and no column feeds what its values contradict."""
    encodable = {name: text.encode("utf-8", "replace") for name, text in files.items()}
    with TemporaryDirectory() as place, open_database("512MB") as database:
        folder = write(Path(place) / "export", encodable)
        proposal = propose(folder, database)
        (folder / "mapping.toml").write_text(written(proposal), "utf-8")
        read_mapping(folder / "mapping.toml")
        if not proposal.feeds:
            return
        with open_database("512MB") as reading:
            landing = read_folder(folder, reading)
            for feed in proposal.feeds:
                assert not feed.missing
                for name, placement in feed.placed.items():
                    column = TABLES[feed.table].column(name)
                    if column.kind is Kind.MOMENT or (column.kind is Kind.DECIMAL and not placement.cell.words):
                        (source,) = feed.columns(name)
                        readable = source.moments if column.kind is Kind.MOMENT else source.numbers
                        assert readable * 2 > source.filled
            assert {feed.table for feed in proposal.feeds} <= landing.tables.keys()


def test_the_flat_file_without_telling_names(proposed: Proposer) -> None:
    """The header says Field1, Field2, …: nothing is placed but with a doubt."""
    lines = FLAT.splitlines()
    text = "\n".join([",".join(f"Field{n}" for n in range(1, 16)), *lines[1:]]) + "\n"
    proposal = proposed({"dump.csv": text})
    assert all(one.doubts or feed.doubts for feed in proposal.feeds for one in feed.placed.values())


def test_what_a_row_is_rejected_for_is_said_before(proposed: Proposer) -> None:
    rows = [(f"P{n}", n % 2, "many" if n == 7 else n, "1.50") for n in range(20)]
    found = placed(proposed({"po lines.csv": table("po number,po line,quantity,unit price", rows, ",")}), "purchase_order_lines.quantity")
    assert any("'many'" in doubt and "rejected" in doubt for doubt in found.doubts)
