"""Exact ratios, shares, the smallest unit of a currency, an amount as text. Fractions tell what is right."""

import re
from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.rules.money import exact_ratio, plain, share, smallest_unit

LARGEST = "99999999999.999999"

RATIOS = [
    ("10", "12", "1", "120"),
    ("10", "1", "1", "10"),
    ("3", "1", "3", "1"),
    ("1", "1", "3", None),
    ("2", "1", "3", None),
    ("1", "3048", "10000", "0.3048"),
    ("1", "1", "1000000", "0.000001"),
    ("1", "1", "10000000", None),
    ("0.000001", "1", "10", None),
    ("0.000001", "10", "10", "0.000001"),
    ("0.000003", "1", "3", "0.000001"),
    ("-6", "1", "3", "-2"),
    ("0", "1", "3", "0"),
    ("7", "0", "1", None),
    ("7", "1", "0", None),
    ("7", "-1", "1", None),
    ("7", "-1", "-1", None),
    ("0", "1", "0", None),
    (LARGEST, "1", "1", LARGEST),
    (LARGEST, "1", LARGEST, "1"),
    (LARGEST, LARGEST, LARGEST, LARGEST),
    (LARGEST, "99999999999", "1", "9999999999899999900000.000001"),
    ("1000", "1", "8", "125"),
    ("1", "1", "64", "0.015625"),
    ("1", "1", "128", None),
]


@pytest.mark.parametrize(("quantity", "numerator", "denominator", "result"), RATIOS)
def test_an_exact_ratio_or_none(quantity: str, numerator: str, denominator: str, result: str | None) -> None:
    found = exact_ratio(Decimal(quantity), Decimal(numerator), Decimal(denominator))
    assert found == (None if result is None else Decimal(result))


def decimals(places: int, whole: int = 10**11 - 1) -> st.SearchStrategy[Decimal]:
    return st.integers(-whole * 10**places, whole * 10**places).map(lambda number: Decimal(number).scaleb(-places, Context(prec=60)))


positive = decimals(6).map(abs).filter(bool)


@given(decimals(6), positive, positive)
def test_a_ratio_is_exact(quantity: Decimal, numerator: Decimal, denominator: Decimal) -> None:
    true = Fraction(quantity) * Fraction(numerator) / Fraction(denominator)
    found = exact_ratio(quantity, numerator, denominator)
    assert (found is None) == ((true * 10**6).denominator != 1)
    assert found is None or Fraction(found) == true


@given(decimals(2), st.integers(1, 5000), st.integers(1, 64))
def test_ordinary_conversions_are_exact(quantity: Decimal, numerator: int, denominator: int) -> None:
    true = Fraction(quantity) * numerator / denominator
    found = exact_ratio(quantity, Decimal(numerator), Decimal(denominator))
    assert (found is None) == ((true * 10**6).denominator != 1)
    assert found is None or Fraction(found) == true


SHARES = [
    ("1000", "4", "10", "400"),
    ("100", "1", "3", "33.333333"),
    ("200", "1", "3", "66.666667"),
    ("-200", "1", "3", "-66.666667"),
    ("0.000001", "1", "2", "0.000001"),
    ("-0.000001", "1", "2", "-0.000001"),
    ("0.000003", "1", "2", "0.000002"),
    ("0.000001", "1", "3", "0"),
    ("0.000005", "1", "10", "0.000001"),
    ("0.000004", "1", "10", "0"),
    ("0.000025", "1", "10", "0.000003"),
    ("0.000035", "1", "10", "0.000004"),
    ("0", "1", "3", "0"),
    ("10", "0", "3", "0"),
    ("10", "3", "3", "10"),
    ("10", "-1", "4", "-2.5"),
    (LARGEST, "1", "2", "50000000000"),
    ("999999999999999999999.123456", "1", "3", "333333333333333333333.041152"),
    ("1", LARGEST, "99999999999", "1"),
    ("1", "0.000001", LARGEST, "0"),
]


@pytest.mark.parametrize(("amount", "part", "whole", "result"), SHARES)
def test_a_share_is_rounded_once_half_away_from_zero(amount: str, part: str, whole: str, result: str) -> None:
    assert share(Decimal(amount), Decimal(part), Decimal(whole)) == Decimal(result)


def half_away(number: Fraction) -> Fraction:
    """To six decimals, half away from zero."""
    millionths = int(abs(number) * 10**6 + Fraction(1, 2))
    return Fraction(millionths if number >= 0 else -millionths, 10**6)


@given(decimals(6), decimals(6), positive)
def test_a_share_against_fractions(amount: Decimal, part: Decimal, whole: Decimal) -> None:
    true = half_away(Fraction(amount) * Fraction(part) / Fraction(whole))
    assert Fraction(share(amount, part, whole)) == true


@given(decimals(6, 10**6), st.integers(1, 7), st.integers(1, 7))
def test_shares_of_one_amount_are_at_most_one_millionth_off_together(amount: Decimal, one: int, other: int) -> None:
    whole = Decimal(one + other)
    together = share(amount, Decimal(one), whole) + share(amount, Decimal(other), whole)
    assert abs(together - amount) <= Decimal("0.000001")


@pytest.mark.parametrize("digits", [2, 6, 28])
def test_the_callers_precision_does_not_matter(digits: int) -> None:
    """A thread that counts with few digits still gets exact money."""
    with localcontext(Context(prec=digits)):
        ratio = exact_ratio(Decimal(LARGEST), Decimal("99999999999"), Decimal("1"))
        part = share(Decimal("999999999999999999999.123456"), Decimal("1"), Decimal("3"))
        text = plain(Decimal("1234567890123456789.123456"))
    assert (ratio, part, text) == (
        Decimal("9999999999899999900000.000001"),
        Decimal("333333333333333333333.041152"),
        "1234567890123456789.123456",
    )


UNITS = [
    ("EUR USD GBP CHF CZK HUF TWD INR CNY MGA MRU ZAR ZZZ", "0.01"),
    ("JPY KRW CLP ISK VND UGX XOF XAF XPF PYG RWF BIF DJF GNF KMF VUV UYI", "1"),
    ("KWD BHD OMR TND JOD IQD LYD", "0.001"),
    ("CLF UYW", "0.0001"),
]


@pytest.mark.parametrize(("currencies", "unit"), UNITS)
def test_the_smallest_unit_of_a_currency(currencies: str, unit: str) -> None:
    assert {currency: smallest_unit(currency) for currency in currencies.split()} == dict.fromkeys(currencies.split(), Decimal(unit))


def test_an_unknown_currency_has_cents() -> None:
    assert smallest_unit(None) == Decimal("0.01")


TEXTS = [
    ("0", "0"),
    ("-0", "0"),
    ("0.000000", "0"),
    ("-0.00", "0"),
    ("0E+5", "0"),
    ("0E-20", "0"),
    ("1", "1"),
    ("1.500", "1.5"),
    ("-1.500", "-1.5"),
    ("100", "100"),
    ("1E+3", "1000"),
    ("-1E+3", "-1000"),
    ("1.20E+1", "12"),
    ("1E-16", "0.0000000000000001"),
    ("9999999999999999999999.9999999999999999", "9999999999999999999999.9999999999999999"),
    ("1E+22", "10000000000000000000000"),
    ("0.1000000000000000", "0.1"),
]


@pytest.mark.parametrize(("amount", "text"), TEXTS)
def test_an_amount_as_text(amount: str, text: str) -> None:
    assert plain(Decimal(amount)) == text


@given(st.integers(-(10**38), 10**38), st.integers(-16, 3))
def test_a_plain_text_reads_back_as_the_same_amount(digits: int, exponent: int) -> None:
    amount = Decimal(digits).scaleb(exponent, Context(prec=60))
    text = plain(amount)
    assert Decimal(text) == amount
    assert re.fullmatch(r"0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", text)
    assert text != "-0"
