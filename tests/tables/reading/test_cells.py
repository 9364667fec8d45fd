"""What a cell may look like, and what it then is."""

from datetime import datetime
from decimal import Decimal

import pytest
from tests.tables.reading.folders import Reader

from counterfoil.tables.landing import Form

DAY = datetime.fromisoformat("2024-02-29")

DECIMALS = {
    "0": "0",
    "-0": "0",
    "+1": "1",
    "007.50": "7.5",
    "-12.345678": "-12.345678",
    "1.50000000000000000000": "1.5",
    "99999999999.999999": "99999999999.999999",
    "-99999999999.999999": "-99999999999.999999",
    "00000000000000000000000000000000099999999999.9": "99999999999.9",
    " \t 3.5 ": "3.5",
    "1." + "0" * 4000: "1",
    "0" * 4000 + "2": "2",
}
NO_DECIMALS = {
    "1e3": "not a number",
    "4.5E+09": "not a number",
    "1_000": "not a number",
    "1,000": "not a number",
    "1.": "not a number",
    ".5": "not a number",
    "0x10": "not a number",
    "--1": "not a number",
    "1 2": "not a number",
    "nan": "not a number",
    "Infinity": "not a number",
    "١٢": "not a number",
    "１": "not a number",
    "\u00a01": "not a number",
    "1.0000001": "more than six decimals",
    "100000000000.0000001": "more than six decimals",
    "100000000000": "out of range",
    "-100000000000.000000": "out of range",
    "9" * 400: "out of range",
    "": "required value is missing",
    "  ": "required value is missing",
}


def payments(cells: list[str]) -> str:
    return "payment_id,invoice_id,amount,paid_at\n" + "".join(f'P{at},I,"{cell}",2024-02-29\n' for at, cell in enumerate(cells))


def test_decimals_are_exact_or_refused(read: Reader) -> None:
    found = read({"payments.csv": payments([*DECIMALS, *NO_DECIMALS])})
    assert found.column("payments", "amount") == [Decimal(number) for number in DECIMALS.values()]
    first = len(DECIMALS) + 2
    assert found.rejected("payments") == [(first + at, "amount", cell, why) for at, (cell, why) in enumerate(NO_DECIMALS.items())]


WHOLE = {"30": 30, "-7": -7, "+0014": 14, "30.000": 30, " 5 ": 5, "99999999999": 99999999999, "": None, " ": None, "0" * 99 + "1": 1}
NOT_WHOLE = {
    "1.5": "not a whole number",
    "100000000000": "not a whole number",
    "1" * 60: "not a whole number",
    "30 days": "not a number",
    "1e2": "not a number",
}


def test_whole_numbers(read: Reader) -> None:
    cells = [*WHOLE, *NOT_WHOLE]
    found = read({"suppliers.csv": "supplier_id,payment_terms_days\n" + "".join(f"S{at},{cell}\n" for at, cell in enumerate(cells))})
    assert found.column("suppliers", "payment_terms_days") == list(WHOLE.values())
    assert [(row[2], row[3]) for row in found.rejected("suppliers")] == list(NOT_WHOLE.items())


def test_a_price_is_per_a_power_of_ten(read: Reader) -> None:
    good = {"1": 1, "10": 10, "100": 100, "1000": 1000, "10000": 10000, " 100.00 ": 100, "0010": 10, "": None}
    bad = {
        "2": "price_quantity is not 1, 10, 100, 1000 or 10000",
        "0": "price_quantity is not 1, 10, 100, 1000 or 10000",
        "-1": "price_quantity is not 1, 10, 100, 1000 or 10000",
        "100000": "price_quantity is not 1, 10, 100, 1000 or 10000",
        "1.0000001": "more than six decimals",
        "100000000000": "out of range",
        "ten": "not a number",
    }
    found = read({"contracts.csv": "contract_id,price_quantity\n" + "".join(f"C{at},{cell}\n" for at, cell in enumerate([*good, *bad]))})
    assert found.column("contracts", "price_quantity") == list(good.values())
    assert [(row[2], row[3]) for row in found.rejected("contracts")] == list(bad.items())


def test_yes_and_no(read: Reader) -> None:
    good = {
        "true": True,
        "TRUE": True,
        "1": True,
        "Yes": True,
        " yes ": True,
        "false": False,
        "0": False,
        "nO": False,
        "": False,
        "  ": False,
    }
    bad = ["y", "ja", "2", "truee", "1.0"]
    cells = [*good, *bad]
    found = read(
        {
            "invoices.csv": "invoice_id,invoice_number,invoice_date,prepayment\n"
            + "".join(f"I{at},N,2024-02-29,{c}\n" for at, c in enumerate(cells))
        }
    )
    assert found.column("invoices", "prepayment") == list(good.values())
    assert [(row[2], row[3]) for row in found.rejected("invoices")] == [(cell, "not yes or no") for cell in bad]


MOMENTS = {
    "2024-02-29": (DAY, Form.DATE),
    " 2024-02-29\t": (DAY, Form.DATE),
    "0001-01-01": (datetime.fromisoformat("0001-01-01"), Form.DATE),
    "9999-12-31": (datetime.fromisoformat("9999-12-31"), Form.DATE),
    "2024-02-29T07:05": (DAY.replace(hour=7, minute=5), Form.LOCAL),
    "2024-02-29 07:05:09": (DAY.replace(hour=7, minute=5, second=9), Form.LOCAL),
    "2024-02-29T07:05:09.5": (DAY.replace(hour=7, minute=5, second=9, microsecond=500000), Form.LOCAL),
    "2024-02-29T07:05:09,5": (DAY.replace(hour=7, minute=5, second=9, microsecond=500000), Form.LOCAL),
    "2024-02-29T07:05:09.123456999": (DAY.replace(hour=7, minute=5, second=9, microsecond=123456), Form.LOCAL),
    "2024-02-29T07:05:09.999999999": (DAY.replace(hour=7, minute=5, second=9, microsecond=999999), Form.LOCAL),
    "2024-02-29T00:00": (DAY, Form.LOCAL),
    "2024-02-29T00:00Z": (DAY, Form.INSTANT),
    " 2024-02-29 00:00:00z ": (DAY, Form.INSTANT),
    "2024-02-29T02:00:00+02:00": (DAY, Form.INSTANT),
    "2024-02-28T18:30-0530": (DAY, Form.INSTANT),
    "2024-02-29T03+03": None,
    "2024-02-29T03:00+03": (DAY, Form.INSTANT),
    "2024-02-29T00:00:00.000001-00:00": (DAY.replace(microsecond=1), Form.INSTANT),
    "2024-02-29T23:59:00+23:59": (DAY, Form.INSTANT),
    "2023-02-29": None,
    "2024-13-01": None,
    "0000-01-01": None,
    "24-02-29": None,
    "29.02.2024": None,
    "2024-02-29T24:00": None,
    "2024-02-29T07:60": None,
    "2024-02-29T07:05:60": None,
    "2024-02-29T07:05+24:00": None,
    "2024-02-29T07:05+02:60": None,
    "2024-02-29T07:05 +02:00": None,
    "2024-02-29T07:05:09.1234567890": None,
    "2024-02-29t07:05": None,
    "20240229": None,
    "now": None,
    "infinity": None,
    "epoch": None,
}


def test_a_date_stays_a_date_and_an_instant_keeps_its_kind(read: Reader) -> None:
    cells = ["", "   ", *MOMENTS]
    found = read({"work_orders.csv": "work_order_id,closed_at\n" + "".join(f'W{at},"{cell}"\n' for at, cell in enumerate(cells))})
    good = [moment for moment in MOMENTS.values() if moment]
    assert found.rows("work_orders", "closed_at", "closed_at_form") == [(None, None), (None, None), *good]
    bad = [(cell, "not a date or an instant") for cell, moment in MOMENTS.items() if not moment]
    assert [(row[2], row[3]) for row in found.rejected("work_orders")] == bad


def test_ids_and_texts_are_kept_byte_for_byte(read: Reader) -> None:
    texts = [
        "00012",
        "12",
        " 12",
        "12 ",
        "4.5E+09",
        "NULL",
        "null",
        "NA",
        "\\N",
        "#N/A",
        "é",
        "e\u0301",
        "=1+1",
        "\ufb00",
        "\U0001f600",
        "a\tb",
        "'",
        "\\",
    ]
    found = read({"parts.csv": "part_id,description\n" + "".join(f"{text},{text}\n" for text in texts)})
    assert found.column("parts", "part_id") == texts
    assert found.column("parts", "description") == texts
    assert found.rejected("parts") == []


def test_an_unknown_word_becomes_empty_and_is_counted(read: Reader) -> None:
    found = read({"parts.csv": "part_id,kind\n1,material\n2, tool \n3,Material\n4,gadget\n5,gadget\n6, \n7,\n"})
    assert found.column("parts", "kind") == ["material", "tool", None, None, None, None, None]
    assert found.reported("unknown word") == [("parts", "kind", "gadget", 2), ("parts", "kind", "Material", 1)]


def test_thousands_of_unknown_words_make_a_short_report(read: Reader) -> None:
    found = read({"parts.csv": "part_id,kind\n" + "".join(f"{n},word{n:04}\n" for n in range(250))})
    assert len(found.reported("unknown word,")) == 100
    assert found.reported("unknown words,") == [("parts", "kind", "150 others", 150)]


def test_the_first_problem_in_the_order_of_the_contract_is_named(read: Reader) -> None:
    found = read({"payments.csv": "paid_at,amount,payment_id,invoice_id\nnever,much,P,\n"})
    assert found.rejected("payments") == [(2, "invoice_id", "", "required value is missing")]
    raw = found.rows("rejected_payments", "file", "clash", "raw_payment_id", "raw_invoice_id", "raw_amount", "raw_paid_at", "raw_currency")
    assert raw == [("payments.csv", False, "P", None, "much", "never", None)]


def test_an_unknown_zone_is_reported(read: Reader) -> None:
    found = read({"sites.csv": "site_id,timezone\nA,Europe/Berlin\nB,Mars/Base\nC,../../etc/passwd\nD,Mars/Base\nE,\n"})
    assert found.reported("time zone") == [("sites", "timezone", "../../etc/passwd", 1), ("sites", "timezone", "Mars/Base", 2)]
    assert found.column("sites", "timezone") == ["Europe/Berlin", "Mars/Base", "../../etc/passwd", "Mars/Base", None]


@pytest.mark.parametrize("offset", ["+05:00", "-05:00"])
def test_an_offset_at_the_end_of_time_does_not_break(read: Reader, offset: str) -> None:
    """The text is of the years 1 to 9999; its moment in UTC may lie a day beyond."""
    found = read({"contracts.csv": f"contract_id,valid_from,valid_to\nC,0001-01-01T00:00:00{offset},9999-12-31T23:59:59{offset}\n"})
    assert found.landing.tables["contracts"].read == 1
