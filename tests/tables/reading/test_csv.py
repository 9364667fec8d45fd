"""CSV in all its honest spellings, and rows that do not fit the header."""

import codecs

import pytest
from tests.tables.reading.folders import Reader, Refuser

ROWS = [("00012", "a, b; c\td", "Ölpumpe"), ("2", 'a "quoted" word', ""), ("3", "", "  "), ("4", "漢字", "x")]


def spelled(delimiter: str, line_end: str, last: bool, quote_all: bool) -> str:
    """The rows as parts: part_id, description, category."""

    def cell(text: str) -> str:
        needs = quote_all or any(letter in text for letter in f'"{delimiter}\r\n')
        return '"' + text.replace('"', '""') + '"' if needs else text

    lines = [delimiter.join(map(cell, row)) for row in [("part_id", "description", "category"), *ROWS]]
    return line_end.join(lines) + (line_end if last else "")


@pytest.mark.parametrize("quote_all", [True, False], ids=["quoted", "bare"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_delimiters_line_ends_and_byte_order_marks(read: Reader, line_end: str, quote_all: bool) -> None:
    for delimiter in ",;\t":
        for last in (True, False):
            for mark in (b"", codecs.BOM_UTF8):
                found = read({"parts.csv": mark + spelled(delimiter, line_end, last, quote_all).encode()})
                want = [(one, two or None, three or None) for one, two, three in ROWS]
                assert found.rows("parts", "part_id", "description", "category") == want


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_inside_cells_stay_and_lines_are_counted_as_an_editor_counts(read: Reader, line_end: str) -> None:
    lines = ["labour_id,work_order_id,person,hours", '1,W,"one', 'two",1', "", '2,W,"', '",x', "3,W,me,2", '"4","W","""","z"', ""]
    found = read({"labour.csv": line_end.join(lines)})
    assert found.column("labour", "person") == [f"one{line_end}two", "me"]
    assert found.rejected("labour") == [(5, "hours", "x", "not a number"), (8, "hours", "z", "not a number")]


def test_rows_longer_and_shorter_than_the_header_and_empty_lines(read: Reader) -> None:
    rows = ["part_id,description,unit", "1,a,EA", "", "2,b", "3", "4,a,EA,", "5,a,EA,x,y", ",,", "6,a,EA" + ",z" * 40, "   ", "7,,", ""]
    found = read({"parts.csv": "\n".join(rows)})
    assert found.rows("parts", "part_id", "description", "unit") == [
        ("1", "a", "EA"),
        ("2", "b", None),
        ("3", None, None),
        ("   ", None, None),
        ("7", None, None),
    ]
    too_long = "more cells than the header"
    assert found.rejected("parts") == [
        (6, "", "", too_long),
        (7, "", "", too_long),
        (8, "part_id", "", "required value is missing"),
        (9, "", "", too_long),
    ]
    assert found.landing.tables["parts"].rejected == 4


def test_a_quote_inside_a_bare_cell_is_text(read: Reader) -> None:
    found = read({"parts.csv": 'part_id,description,unit\n1,5" pipe,EA\n2,5"" pipe,"E""A"\n3, "x" ,EA\n4,ends",EA\n'})
    assert found.column("parts", "description") == ['5" pipe', '5"" pipe', ' "x" ', 'ends"']
    assert found.column("parts", "unit") == ["EA", 'E"A', "EA", "EA"]


def test_one_column_alone(read: Reader) -> None:
    found = read({"sites.csv": 'site_id\nA\n\n""\n\nB'})
    assert found.column("sites", "site_id") == ["A", "B"]
    assert found.rejected("sites") == [(4, "site_id", "", "required value is missing")]


def test_lines_of_two_kinds_in_one_file(read: Reader) -> None:
    found = read({"sites.csv": "\r\n\nsite_id,name\r\nA,a\nB,b\rC,c\r\nD,d,d\n"})
    assert found.rows("sites", "site_id", "name") == [("A", "a"), ("B", "b"), ("C", "c")]
    assert found.rejected("sites") == [(7, "", "", "more cells than the header")]


def test_columns_in_any_order_unknown_ones_aside_and_missing_ones_empty(read: Reader) -> None:
    found = read({"sites.csv": "colour,currency,site_id,shape\nred,EUR,A,round\nblue,USD,B,flat\n"})
    assert found.rows("sites", "site_id", "name", "country", "currency", "timezone") == [
        ("A", None, None, "EUR", None),
        ("B", None, None, "USD", None),
    ]
    assert found.landing.tables["sites"].columns == {"site_id", "currency"}
    assert found.landing.has("sites", "currency")
    assert not found.landing.has("sites", "name")
    assert found.reported("kept aside") == [("sites", "colour", "", 2), ("sites", "shape", "", 2)]


def test_a_header_alone_is_an_empty_table_and_a_file_that_is_absent_none(read: Reader) -> None:
    found = read({"parts.csv": "part_id,description", "lots.csv": "lot_id,serial\n\n\n"})
    assert {name: table.read for name, table in found.landing.tables.items()} == {"parts": 0, "lots": 0}
    assert found.column("payments", "payment_id") == []
    assert found.rejected("payments") == []


def test_equal_header_names_and_empty_files_are_refused_all_at_once(refused: Refuser) -> None:
    problems = refused(
        {
            "sites.csv": "site_id,name,name,site_id\nA,a,b,B\n",
            "parts.csv": "",
            "lots.csv": "\n\n",
            "labour.csv": "labour_id,hours\n1,2\n",
            "payments.csv": "payment_id,invoice_id,amount,paid_at\n1,1,1,2024-01-01\n",
        }
    )
    assert len(problems) == 4
    assert any("sites.csv, line 1" in text and "'name', 'site_id'" in text for text in problems)
    assert any(text.startswith("parts.csv: the file is empty") for text in problems)
    assert any(text.startswith("lots.csv: the file is empty") for text in problems)
    assert any("labour.csv lacks the required column work_order_id" in text for text in problems)


def test_names_that_are_empty_may_repeat(read: Reader) -> None:
    found = read({"sites.csv": "site_id,,\nA,x,y\nB,,\nC,,,\n"})
    assert found.column("sites", "site_id") == ["A", "B"]
    assert found.rejected("sites") == [(4, "", "", "more cells than the header")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "utf-8-sig", "utf8"])
def test_another_encoding_by_mapping(read: Reader, encoding: str) -> None:
    text = 'part_id;description\n1;Schloß "außen"\n2;"a\nb"\n3;c;d\n'
    found = read({"parts.csv": text.encode(encoding), "mapping.toml": f'[parts]\nfile = "parts.csv"\nencoding = "{encoding}"\n'})
    assert found.rows("parts", "part_id", "description") == [("1", 'Schloß "außen"'), ("2", "a\nb")]
    assert found.rejected("parts") == [(5, "", "", "more cells than the header")]


def test_the_delimiter_is_that_of_the_header_outside_quotes(read: Reader) -> None:
    found = read({"parts.csv": 'part_id;"a,b,c,d,e";description\n1;x;one, two\n'})
    assert found.rows("parts", "part_id", "description") == [("1", "one, two")]


def test_folder_and_file_names_are_only_names(read: Reader) -> None:
    mapping = '[parts]\nfile = "a*b [1]?\'=x.csv"\n[parts.columns]\npart_id = "id"\n'
    found = read({"a*b [1]?'=x.csv": "id,n\n1,2\n", "aXb 1Y'=x.csv": "id,n\n9,9\n", "mapping.toml": mapping})
    assert found.column("parts", "part_id") == ["1"]
