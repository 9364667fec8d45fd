"""mapping.toml makes an untouched export into exchange tables, or says in one sentence what is wrong with it."""

from datetime import datetime
from decimal import Decimal

import pytest
from tests.tables.reading.folders import Reader, Refuser

from counterfoil.tables.landing import Form

EXPORT = """EBELN;EBELP;MENGE;NETPR;SHKZG;AEDAT;LIFNR;BSART;LOEKZ
4500000001;00010;1,5;100,00;S;05-Feb-24;0000012;NB;
4500000001;00020;2;3,25;H;6-FEB-69;0000000;FO;X
4500000002;00010;-7;1;H;02/29/24;A001;UB;
4500000003;00010;N/A;1;S;;;NB;
4500000004;00010;1.000;1;S;2024-02-29;12;NB;
4500000005;00010;1,000;12.5;S;31-Feb-24;12;NB;
;00010;1;1;S;;12;NB;
"""

MAPPING = """
[purchase_order_lines]
file = "EKPO.csv"
where = [{ column = "BSART", not_in = ["UB"] }, { column = "LOEKZ", in = ["X", ""] }]
[purchase_order_lines.columns]
purchase_order_line_id = { join = ["EBELN", "EBELP"], with = "/", strip = "leading-zeros" }
purchase_order_id = "EBELN"
quantity = { column = "MENGE", decimal = ",", null = ["N/A"], sign = { column = "SHKZG", minus = ["H"] } }
unit_price = { column = "NETPR", decimal = "," }
need_by = { column = "AEDAT", formats = ["%d-%b-%y", "%m/%d/%y"] }
unit = { value = "EA" }
status = { column = "LOEKZ", map = { X = "cancelled", "" = "open" } }
part_id = { column = "LIFNR", strip = "leading-zeros" }
line_no = { row_number = "R" }
"""


def test_an_untouched_export(read: Reader) -> None:
    found = read({"EKPO.csv": EXPORT, "mapping.toml": MAPPING})
    columns = (
        "purchase_order_line_id",
        "purchase_order_id",
        "quantity",
        "unit_price",
        "need_by",
        "need_by_form",
        "unit",
        "status",
        "part_id",
    )
    assert found.rows("purchase_order_lines", *columns) == [
        ("4500000001/10", "4500000001", Decimal("1.5"), 100, datetime.fromisoformat("2024-02-05"), Form.DATE, "EA", "open", "12"),
        ("4500000001/20", "4500000001", -2, Decimal("3.25"), datetime.fromisoformat("1969-02-06"), Form.DATE, "EA", "cancelled", "0"),
    ]
    assert found.column("purchase_order_lines", "line_no") == ["R1", "R2"]
    assert found.rejected("purchase_order_lines") == [
        (5, "quantity", "", "required value is missing"),
        (6, "quantity", "1.000", "not a number"),
        (7, "unit_price", "12.5", "not a number"),
        (8, "purchase_order_line_id", "", "required value is missing"),
    ]
    assert found.column("rejected_purchase_order_lines", "raw_line_no") == ["R4", "R5", "R6", "R7"]
    assert found.landing.has("purchase_order_lines", "unit")
    assert not found.landing.has("purchase_order_lines", "currency")
    assert found.landing.tables["purchase_order_lines"].files == ("EKPO.csv",)
    assert found.reported("kept aside") == []


def payments(mapping: str) -> str:
    lines = ['payment_id = "id"', 'invoice_id = { value = "I" }', *mapping.split(" & ")]
    given = {line.split(" = ")[0] for line in lines}
    lines += [line for line in ('amount = { value = "1" }', 'paid_at = { value = "2024-01-01" }') if line.split(" = ")[0] not in given]
    return '[payments]\nfile = "x.csv"\n[payments.columns]\n' + "\n".join(lines)


def test_signs(read: Reader) -> None:
    cells = ["5", "-5", "+5", " 5 ", "0", "", "abc"]
    source = "id;amount;sign\n" + "".join(f"{sign}{at};{cell};{sign}\n" for at, cell in enumerate(cells) for sign in "HSh")
    found = read(
        {"x.csv": source, "mapping.toml": payments('amount = { column = "amount", sign = { column = "sign", minus = ["H", "x"] } }')}
    )
    assert dict(found.rows("payments", "payment_id", "amount")) == {
        "H0": -5,
        "S0": 5,
        "h0": 5,
        "H1": 5,
        "S1": -5,
        "h1": -5,
        "H2": -5,
        "S2": 5,
        "h2": 5,
        "H3": -5,
        "S3": 5,
        "h3": 5,
        "H4": 0,
        "S4": 0,
        "h4": 0,
    }
    assert {(value, reason) for _, _, value, reason in found.rejected("payments")} == {
        ("", "required value is missing"),
        ("abc", "not a number"),
    }


def test_one_amount_with_two_signs_is_two_rows(read: Reader) -> None:
    mapping = '[allocations]\nfile = "x.csv"\n[allocations.columns]\npurchase_order_line_id = "l"\nwork_order_id = "w"\n'
    mapping += 'quantity = { column = "q", sign = { column = "s", minus = ["-"] } }\n'
    found = read({"x.csv": "l,w,q,s\n1,W,5,+\n1,W,5,-\n1,W,5,+\n", "mapping.toml": mapping})
    assert found.column("allocations", "quantity") == [5, -5]
    assert found.landing.tables["allocations"].same == 1


def test_a_cell_that_is_refused_is_not_equal_to_one_that_reads_the_same(read: Reader) -> None:
    mapping = '[allocations]\nfile = "x.csv"\n[allocations.columns]\npurchase_order_line_id = "l"\nwork_order_id = "w"\n'
    mapping += 'quantity = { column = "q", decimal = "," }\n'
    found = read({"x.csv": 'l,w,q\n1,W,1.5\n1,W,"1,5"\n', "mapping.toml": mapping})
    assert found.column("allocations", "quantity") == [Decimal("1.5")]
    assert found.rejected("allocations") == [(2, "quantity", "1.5", "not a number")]


GROUPS = [
    (".", ",", "1.234,56", "1234.56"),
    (".", ",", "-1.234.567,5", "-1234567.5"),
    (".", ",", " 1.234 ", "1234"),
    (".", ",", "950,00", "950"),
    (".", ",", "1234,5", "1234.5"),
    (".", ",", "1.23", None),
    (".", ",", "1.2345,0", None),
    (".", ",", "1234.567", None),
    (".", ",", "1,234.56", None),
    (".", ",", ".234", None),
    (".", ",", "1..234", None),
    (".", ",", "12,00-", None),
    (",", ".", "1,234,567.5", "1234567.5"),
    (",", ".", "1,23", None),
    ("'", ".", "1'234.5", "1234.5"),
    ("'", ".", "1\u2019234.5", "1234.5"),
    (" ", ",", "1 234,5", "1234.5"),
    (" ", ",", "1\u00a0234,5", "1234.5"),
    (" ", ",", "1\u202f234\u202f567", "1234567"),
    (" ", ",", "1  234", None),
]


@pytest.mark.parametrize(("thousands", "decimal", "written", "number"), GROUPS)
def test_groups_of_three_digits(thousands: str, decimal: str, written: str, number: str | None, read: Reader) -> None:
    """A number with its groups is read; one whose groups have other than three digits is none, whatever it may have meant."""
    mapping = payments(f'amount = {{ column = "n", decimal = "{decimal}", thousands = "{thousands}" }}')
    found = read({"x.csv": f'id;n\n1;"{written}"\n', "mapping.toml": mapping})
    if number is None:
        assert found.rejected("payments") == [(2, "amount", written, "not a number with three digits in each group")]
    else:
        assert found.column("payments", "amount") == [Decimal(number)]


def test_groups_below_zero_by_another_column(read: Reader) -> None:
    mapping = payments('amount = { column = "n", decimal = ",", thousands = ".", sign = { column = "id", minus = ["H"] }, null = ["-"] }')
    found = read({"x.csv": "id;n\nH;1.234,50\nS;1.234,50\nT;-\n", "mapping.toml": mapping})
    assert found.column("payments", "amount") == [Decimal("-1234.5"), Decimal("1234.5")]
    assert found.rejected("payments") == [(4, "amount", "", "required value is missing")]


DATES = [
    ("%d.%m.%Y", "1.2.2024", "2024-02-01T00:00:00", Form.DATE),
    ("%d.%m.%Y", " 01.02.2024 ", "2024-02-01T00:00:00", Form.DATE),
    ("%d.%m.%Y", "01.02.24", None, None),
    ("%d.%m.%Y", "31.02.2024", None, None),
    ("%d.%m.%Y", "01.02.2024 10:00", None, None),
    ("%Y%m%d", "20240229", "2024-02-29T00:00:00", Form.DATE),
    ("%Y%m%d", "00000000", None, None),
    ("%Y-%d-%m", "2024-31-05", "2024-05-31T00:00:00", Form.DATE),
    ("%Y-%d-%m", "2024-05-31", None, None),
    ("%d.%m.%Y %H:%M", "01.02.2024 07:05", "2024-02-01T07:05:00", Form.LOCAL),
    ("%d.%m.%Y %H:%M", "01.02.2024 00:00", "2024-02-01T00:00:00", Form.LOCAL),
    ("%d.%m.%Y %H:%M:%S.%f", "01.02.2024 07:05:09.25", "2024-02-01T07:05:09.250000", Form.LOCAL),
    ("%m/%d/%Y %I:%M %p", "02/01/2024 12:05 AM", "2024-02-01T00:05:00", Form.LOCAL),
    ("%Y-%m-%dT%H:%M:%S%z", "2024-02-01T07:05:09+0200", "2024-02-01T05:05:09", Form.INSTANT),
    ("%d %B %Y", "5 february 2024", "2024-02-05T00:00:00", Form.DATE),
    ("100%% %Y-%j", "100% 2024-060", "2024-02-29T00:00:00", Form.DATE),
    ("[%Y] (%m) .%d*", "[2024] (02) .29*", "2024-02-29T00:00:00", Form.DATE),
    ("[%Y] (%m) .%d*", "[2024] (02) x29*", None, None),
]


@pytest.mark.parametrize(("written", "cell", "moment", "form"), DATES)
def test_dates_in_named_formats_and_in_no_other(read: Reader, written: str, cell: str, moment: str | None, form: Form | None) -> None:
    mapping = payments(f'paid_at = {{ column = "d", formats = ["{written}"] }}')
    found = read({"x.csv": f'id;d\n1;"{cell}"\n2;\n', "mapping.toml": mapping})
    if moment is None:
        assert found.rejected("payments")[0] == (2, "paid_at", cell, "not a date or an instant")
    else:
        assert found.rows("payments", "paid_at", "paid_at_form") == [(datetime.fromisoformat(moment), form)]


def test_the_first_format_that_fits_counts(read: Reader) -> None:
    mapping = payments('paid_at = { column = "d", formats = ["%m/%d/%y", "%d/%m/%y"] }')
    found = read({"x.csv": "id;d\n1;03/04/24\n2;13/04/24\n", "mapping.toml": mapping})
    assert [moment.isoformat()[:10] for moment in found.column("payments", "paid_at")] == ["2024-03-04", "2024-04-13"]


def test_several_files_feed_one_table_and_reject_by_their_own_lines(read: Reader) -> None:
    mapping = """
[[receipts]]
file = "a.csv"
where = { column = "kind", in = ["101"] }
[receipts.columns]
receipt_line_id = { row_number = "A" }
quantity_received = "q"
received_at = "d"
[[receipts]]
file = "b.csv"
[receipts.columns]
receipt_line_id = "id"
quantity_received = { column = "menge", decimal = "," }
received_at = "d"
unit = { value = "KG" }
"""
    a = "kind,q,d\n102,1,2024-01-01\n101,2,2024-01-01\n101,bad,2024-01-01\n"
    b = 'id;menge;d;note\nA2;"9,5";2024-01-02;"x\ny"\nB1;9,5;2024-01-02;\nB2;9.5;2024-01-02;\n'
    found = read({"a.csv": a, "b.csv": b, "mapping.toml": mapping})
    assert found.rows("receipts", "receipt_line_id", "quantity_received", "unit") == [("A2", 2, None), ("B1", Decimal("9.5"), "KG")]
    assert found.rows("rejected_receipts", "file", "line", "value", "reason", "clash", "raw_receipt_line_id") == [
        ("a.csv", 4, "bad", "not a number", False, "A3"),
        ("b.csv", 2, "A2", "another row has this id", True, "A2"),
        ("b.csv", 5, "9.5", "not a number", False, "B2"),
    ]
    landed = found.landing.tables["receipts"]
    assert landed.files == ("a.csv", "b.csv")
    assert landed.columns == {"receipt_line_id", "quantity_received", "received_at", "unit"}
    assert found.reported("kept aside") == [("receipts", "note", "", 3)]


def test_unique_gives_a_table_without_id_its_first_column_as_id(read: Reader) -> None:
    files = {"contracts.csv": "contract_id,part_id\nK,1\nK,2\nK,1\nL,1\n", "mapping.toml": "[contracts]\nunique = true\n"}
    found = read(files)
    assert found.rows("contracts", "contract_id", "part_id") == [("K", "1"), ("L", "1")]
    assert found.rejected("contracts") == [(3, "contract_id", "K", "another row has this id")]
    assert found.landing.tables["contracts"].same == 1


def test_suppliers_out_of_the_columns_of_orders(read: Reader) -> None:
    mapping = """
[suppliers]
file = "orders.csv"
unique = true
where = { column = "vendor", present = true }
[suppliers.columns]
supplier_id = "vendor"
name = "vendor_name"
[purchase_orders]
file = "orders.csv"
[purchase_orders.columns]
purchase_order_id = "po"
supplier_id = "vendor"
"""
    orders = "po,vendor,vendor_name\n1,V1,Acme\n2,V1,Acme\n3,V1,ACME Inc\n4,,\n5,V2,Bolt\n"
    found = read({"orders.csv": orders, "mapping.toml": mapping})
    assert found.rows("suppliers", "supplier_id", "name") == [("V1", "Acme"), ("V2", "Bolt")]
    assert found.rejected("suppliers") == [(4, "supplier_id", "V1", "another row has this id")]
    assert found.column("purchase_orders", "supplier_id") == ["V1", "V1", "V1", None, "V2"]


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ('{ column = "k", in = ["a", "b"] }', [1, 2]),
        ('{ column = "k", not_in = ["a"] }', [2, 3, 4]),
        ('{ column = "k", in = [] }', []),
        ('{ column = "k", not_in = [] }', [1, 2, 3, 4]),
        ('{ column = "k", present = true }', [1, 2, 4]),
        ('{ column = "k", present = false }', [3]),
        ('{ column = "k", in = [""] }', [3]),
        ('{ column = "k", not_in = ["", "a"] }', [2, 4]),
        ('[{ column = "k", present = true }, { column = "id", not_in = ["4"] }]', [1, 2]),
        ("[]", [1, 2, 3, 4]),
    ],
)
def test_conditions(read: Reader, where: str, kept: list[int]) -> None:
    mapping = f'[sites]\nfile = "x.csv"\nwhere = {where}\n[sites.columns]\nsite_id = "id"\n'
    found = read({"x.csv": "id,k\n1,a\n2,b\n3,\n4, a\n", "mapping.toml": mapping})
    assert found.column("sites", "site_id") == [str(number) for number in kept]


def test_a_join_with_an_empty_part_is_empty(read: Reader) -> None:
    mapping = '[sites]\nfile = "x.csv"\n[sites.columns]\nsite_id = "id"\nname = { join = ["a", "b", "c"], null = ["-"] }\n'
    found = read({"x.csv": "id,a,b,c\n1,x,y,z\n2,x,,z\n3,x,-,z\n", "mapping.toml": mapping})
    assert found.column("sites", "name") == ["xyz", None, None]


def test_the_text_of_a_mapping_is_text_and_never_sql(read: Reader) -> None:
    nasty = "'); DROP TABLE sites; --\""
    mapping = f"""[sites]
file = "x.csv"
where = {{ column = '''{nasty}''', not_in = ['''{nasty}'''] }}
[sites.columns]
site_id = {{ row_number = '''{nasty}''' }}
name = {{ value = '''{nasty}''' }}
country = {{ column = '''{nasty}''', null = ["'"], map = {{ "'" = "''" , a = '''{nasty}''' }} }}
"""
    header = '"' + nasty.replace('"', '""') + '",b\n'
    found = read({"x.csv": header + "a,1\n", "mapping.toml": mapping})
    assert found.rows("sites", "site_id", "name", "country") == [(nasty + "1", nasty, nasty)]


SITES = '[sites]\nfile = "x.csv"\n'
COLUMNS = SITES + '[sites.columns]\nsite_id = "id"\n'
WRONG = {
    "[site]\nfile = 'x.csv'": "[site]: no exchange table has this name",
    "sites = 3": "write [sites] on a line of its own",
    SITES + "tab = 1": "[sites]: tab is not known here",
    "[sites]\nfile = '../x.csv'": "file: '../x.csv' is not a plain name",
    "[sites]\nfile = '/etc/passwd'": "file: '/etc/passwd' is not a plain name",
    "[sites]\nfile = 'C:\\x.csv'": "is not a plain name",
    "[sites]\nfile = 'C:x.csv'": "is not a plain name",
    "[sites]\nfile = 'a/../x.csv'": "is not a plain name",
    "[sites]\nfile = '..'": "is not a plain name",
    "[sites]\nfile = ''": "is not a plain name",
    '[sites]\nfile = "x\\u0000.csv"': "is not a plain name",
    "[sites]\nfile = 3": "is not a plain name",
    "[sites]\nfile = 'y.csv'": "[sites], file: y.csv is not in the folder",
    "[sites]\nfile = 'x.sql'": "x.sql must end with .csv",
    "[sites]\nunique = 'yes'": "unique: write true or false",
    SITES + "encoding = 'klingon'": "encoding: 'klingon' is no encoding",
    SITES + "encoding = 'base64'": "encoding: 'base64' is no encoding",
    SITES + "where = 'x'": "where: write { column",
    SITES + "where = { column = 'id' }": "exactly one of in, not_in and present",
    SITES + "where = { column = 'id', in = ['1'], present = true }": "exactly one of in, not_in and present",
    SITES + "where = { column = 'id', in = '1' }": "in is a list of texts",
    SITES + "where = { column = 'id', in = ['1'], equals = '1' }": "equals is not known here",
    SITES + "where = { column = 'nix', in = ['1'] }\ncolumns = { site_id = 'id' }": "x.csv has no column 'nix'; its columns are id, n",
    SITES + "columns = 'id'": "columns: write a section [sites.columns]",
    SITES + "[sites.columns]\nname = 'n'": "lacks the required column site_id",
    COLUMNS + "colour = 'n'": "columns.colour: sites has no such column; it has site_id, name",
    COLUMNS + "name = 'N'": "x.csv has no column 'N'; its columns are id, n",
    COLUMNS + "name = 3": "columns.name: write a column name",
    COLUMNS + "name = {}": "exactly one source is needed",
    COLUMNS + "name = { column = 'n', value = 'x' }": "exactly one source is needed",
    COLUMNS + "name = { column = 3 }": "column must be a text",
    COLUMNS + "name = { column = 'n', upper = true }": "upper is not known here",
    COLUMNS + "name = { value = 'n', null = [''] }": "null is not known here",
    COLUMNS + "name = { value = 2024-01-01 }": "write the value of name in quotes",
    COLUMNS + "name = { join = ['n'] }": "join names two columns",
    COLUMNS + "name = { join = ['id', 'n'], with = 3 }": "with is the text between",
    COLUMNS + "name = { join = ['id', 'N'] }": "x.csv has no column 'N'",
    COLUMNS + "name = { column = 'n', strip = 'zeros' }": 'strip can only be "leading-zeros"',
    COLUMNS + "name = { column = 'n', decimal = ',' }": "decimal is for numbers; name holds text",
    COLUMNS + "name = { column = 'n', sign = { column = 'n', minus = ['-'] } }": "sign is for numbers",
    COLUMNS + "name = { column = 'n', formats = ['%Y-%m-%d'] }": "formats is for dates; name holds text",
    COLUMNS + "name = { column = 'n', map = ['a'] }": "map is {",
    COLUMNS + "name = { column = 'n', map = { a = 1 } }": "map is {",
    COLUMNS + "name = { row_number = 1 }": "row_number must be a text",
    payments("amount = { column = 'n', decimal = '·' }"): 'decimal is "," or "."',
    payments("amount = { column = 'n', thousands = '_' }"): 'thousands is ".", ",", "\'" or " "',
    payments("amount = { column = 'n', thousands = '' }"): 'thousands is ".", ",", "\'" or " "',
    payments("amount = { column = 'n', thousands = '.' }"): "thousands and decimal are both '.'; they must differ",
    COLUMNS + "name = { column = 'n', thousands = '.', decimal = ',' }": "decimal is for numbers; name holds text",
    payments("amount = { row_number = 'R' }"): "row_number makes ids; amount holds decimal",
    payments("amount = { column = 'n', sign = { column = 'n' } }"): "sign lacks minus",
    payments("amount = { column = 'n', sign = 'n' }"): "sign is { column",
    payments("amount = { column = 'n', sign = { column = 'N', minus = ['-'] } }"): "x.csv has no column 'N'",
    payments("paid_at = { column = 'n', formats = ['%d.%m.'] }"): "names no whole day",
    payments("paid_at = { column = 'n', formats = ['%d.%m.%Y %Q'] }"): "%Q is not known",
    payments("paid_at = { column = 'n', formats = ['%d.%m.%Y %'] }"): "% is not known",
    "[sites": "mapping.toml is not valid TOML",
    "[sites]\nfile = 'x.csv'\n[sites]\nfile = 'x.csv'": "mapping.toml is not valid TOML",
    "x = " + "[" * 5000: "mapping.toml is not valid TOML",
}


@pytest.mark.parametrize("mapping", WRONG)
def test_what_is_wrong_is_said_in_one_sentence(refused: Refuser, mapping: str) -> None:
    problems = refused({"x.csv": "id,n\n1,2\n", "x.sql": "", "mapping.toml": mapping})
    assert len(problems) == 1, problems
    assert WRONG[mapping] in problems[0]
    assert "mapping.toml" in problems[0]


def test_all_problems_are_said_at_once(refused: Refuser) -> None:
    mapping = "[sites]\nfile = '../x'\ntab = 1\n[[parts]]\nfile = 'p.csv'\n[[parts]]\nencoding = 'nix'\n[nothing]\n"
    problems = refused({"mapping.toml": mapping, "x.csv": "a,b\n"})
    assert len(problems) == 4
    assert any(text.startswith("mapping.toml, [[parts]] number 2, encoding") for text in problems)


def test_a_mapping_that_is_no_text(refused: Refuser) -> None:
    assert refused({"mapping.toml": b"\xff\xfe[", "parts.csv": "part_id,unit\n"}) == ["mapping.toml is not UTF-8; save it as UTF-8."]


def test_a_file_beside_the_mapped_one_is_not_passed_over(refused: Refuser) -> None:
    problems = refused({"sites.csv": "site_id,n\n", "x.csv": "id,n\n", "mapping.toml": COLUMNS})
    assert problems == ["sites.csv is there, but mapping.toml feeds sites from elsewhere; remove it, or give it a section."]


def test_a_file_without_a_header(read: Reader) -> None:
    """The first row is data; the columns are col1, col2, …; a rejected row keeps its line."""
    mapping = '[sites]\nfile = "places.csv"\nheader = false\n[sites.columns]\nsite_id = "col1"\nname = "col3"\n'
    found = read({"places.csv": "N,x,North\n,x,nowhere\nS,x,South\n", "mapping.toml": mapping})
    assert found.rows("sites", "site_id", "name") == [("N", "North"), ("S", "South")]
    assert found.rejected("sites") == [(2, "site_id", "", "required value is missing")]


def test_cells_that_are_alike_are_no_double_names(read: Reader) -> None:
    mapping = '[sites]\nfile = "places.csv"\nheader = false\n[sites.columns]\nsite_id = "col1"\n'
    assert read({"places.csv": "N,N\nS,S\n", "mapping.toml": mapping}).column("sites", "site_id") == ["N", "S"]


@pytest.mark.parametrize(
    ("mapping", "problem"),
    [
        (
            '[sites]\nfile = "places.csv"\nsheet = "one"\n',
            "mapping.toml, [sites], sheet: places.csv is no workbook and has no sheets; remove the key.",
        ),
        ("[sites]\nfile = 'places.csv'\nsheet = 1\n", "mapping.toml, [sites], sheet: write the name of a sheet of the workbook in quotes."),
        ("[sites]\nfile = 'places.csv'\nheader = 'no'\n", "mapping.toml, [sites], header: write true or false."),
    ],
)
def test_a_sheet_or_header_that_cannot_be(mapping: str, problem: str, refused: Refuser) -> None:
    assert refused({"places.csv": "site_id\nN\n", "mapping.toml": mapping}) == [problem]


def test_a_column_of_a_flat_file_is_kept_aside_once_and_only_where_no_section_takes_it(read: Reader) -> None:
    """One file feeds suppliers and orders: each takes what the other leaves, `note` nobody. No rows are counted of these."""
    mapping = """
[suppliers]
file = "flat.csv"
[suppliers.columns]
supplier_id = "vendor"
[purchase_orders]
file = "flat.csv"
[purchase_orders.columns]
purchase_order_id = "order"
status = "state"
"""
    files = {"flat.csv": "order,vendor,state,note\nP,S,limbo,x\n", "more.csv": "a\n1\n", "mapping.toml": mapping}
    found = read(files)
    assert found.reported("kept aside") == [("", "note", "", 0)]
    assert [(report.table, report.file, report.column) for report in found.landing.reports] == [
        ("purchase_orders", "flat.csv", "status"),
        ("", "more.csv", ""),
        ("", "flat.csv", "note"),
    ]
