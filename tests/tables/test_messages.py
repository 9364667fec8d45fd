"""Messages: sentences that a clerk reads. Amounts have the digits of their currency, and what is not there is said in words."""

import re
from decimal import Decimal

import duckdb
import pytest

from counterfoil.rules.money import MINOR_DIGITS, smallest_unit
from counterfoil.tables.checks import RULES
from counterfoil.tables.findings import message_sql

TYPES = {
    "document": "string", "line_id": "string", "amount_at_risk": "decimal(38, 16)", "currency": "string", "excess": "decimal(38, 6)",
    "received": "boolean", "field": "string", "started_on": "date",
}  # fmt: skip
PHYSICAL = {"string": "VARCHAR", "decimal(38, 16)": "DECIMAL(38, 16)", "decimal(38, 6)": "DECIMAL(38, 6)"}


def message(template: str, **values: object) -> str:
    """The sentence for a finding with these values; every other column is empty."""
    columns = ", ".join(f"CAST(${name} AS {PHYSICAL.get(kind, kind)}) AS {name}" for name, kind in TYPES.items())
    row = dict.fromkeys(TYPES) | values
    found = duckdb.connect().execute(f"SELECT {message_sql(template, TYPES)} FROM (SELECT {columns})", row).fetchone()
    assert found is not None
    return str(found[0])


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        ("618.8", "EUR", "618.80 EUR"),
        ("618.80", "EUR", "618.80 EUR"),
        ("618", "EUR", "618.00 EUR"),
        ("618.805", "EUR", "618.805 EUR"),
        ("618.8050", "EUR", "618.805 EUR"),
        ("0.0000000000000001", "EUR", "0.0000000000000001 EUR"),
        ("0", "EUR", "0.00 EUR"),
        ("-0.5", "EUR", "-0.50 EUR"),
        ("-1200", "EUR", "-1200.00 EUR"),
        ("59300", "JPY", "59300 JPY"),
        ("0", "JPY", "0 JPY"),
        ("-10", "JPY", "-10 JPY"),
        ("10.5", "JPY", "10.5 JPY"),
        ("1.5", "KWD", "1.500 KWD"),
        ("0", "KWD", "0.000 KWD"),
        ("1.2345", "KWD", "1.2345 KWD"),
        ("1.5", "CLF", "1.5000 CLF"),
        ("1.5", "doubloons", "1.50 doubloons"),
        ("1.5", None, "1.50 (currency unknown)"),
        (None, "EUR", "unknown EUR"),
        ("9999999999999999999999.9", "EUR", "9999999999999999999999.90 EUR"),
    ],
)
def test_an_amount_has_the_digits_of_its_currency(amount: str | None, currency: str | None, told: str) -> None:
    values = {"amount_at_risk": amount and Decimal(amount), "currency": currency}
    assert message("{amount_at_risk:amount} {currency}", **values) == told


@pytest.mark.parametrize("currency", ["EUR", *MINOR_DIGITS])
def test_one_smallest_unit_of_every_currency_shows_as_it_is(currency: str) -> None:
    unit = smallest_unit(currency)
    assert message("{amount_at_risk:amount}", amount_at_risk=unit, currency=currency) == f"{unit:f}"


def test_a_quantity_has_no_digits_of_money() -> None:
    assert message("{excess} too many", excess=Decimal("4.500000"), currency="EUR") == "4.5 too many"
    assert message("{excess} too many", excess=Decimal("40"), currency="EUR") == "40 too many"


def test_what_is_true_is_yes_and_what_is_empty_has_words() -> None:
    template = "{document} {line_id}: {field|nothing} (received: {received}, started: {started_on|not yet})"
    assert message(template, document="purchase_order", line_id="1", field="unit_price", received=True, started_on="2026-01-05") == (
        "Purchase order 1: unit price (received: yes, started: 2026-01-05)"
    )
    assert message(template, document="invoice", received=False) == "Invoice unknown: nothing (received: no, started: not yet)"
    assert message(template, document="invoice", line_id="{x:amount}") == (
        "Invoice {x:amount}: nothing (received: unknown, started: not yet)"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_sentence_names_each_column_as_messages_are_written(rule: object) -> None:
    """Nothing in braces is left standing, and before a currency stands an amount, never a bare number."""
    template = rule.message  # type: ignore[attr-defined]
    assert not re.search(r"[{}]", re.sub(r"\{\w+(:amount)?(\|[\w ()]+)?\}", "", template))
    assert re.findall(r"\{([\w:]+)\} \{currency\}", template) == re.findall(r"\{(\w+:amount)\} \{currency\}", template)
