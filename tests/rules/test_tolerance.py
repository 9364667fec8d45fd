"""Tolerances: which line of policy is in force, and how far apart two numbers may then lie. Comparison is exact."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.rules.match import Room, compare, match_price, match_quantity
from counterfoil.rules.ops import DECIMALS
from counterfoil.rules.tolerance import Limit, Tolerance, allowed, find_tolerance, lower_limit, upper_limit


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def line(words: str, kind: str = "price") -> Tolerance:
    """A line of policy that allows 1 where the keys in these words are met: "supplier=S category=C"."""
    keys = dict(word.split("=") for word in words.split())
    site, supplier, category, currency = (keys.get(name) for name in ("site", "supplier", "category", "currency"))
    return Tolerance(kind, site, supplier, category, currency, upper_absolute=Decimal(1))


# lines of policy, for site A, supplier S, category C, in EUR: the number of the one in force
CHOICES = [
    ([], None),
    ([""], 0),
    (["supplier=S2"], None),
    (["site=A2", ""], 1),
    (["", "site=A"], 1),
    (["", "category=C"], 1),
    (["site=A", "category=C"], 1),
    (["category=C", "site=A"], 0),
    (["site=A", "supplier=S"], 1),
    (["category=C", "supplier=S"], 1),
    (["supplier=S", "category=C", "site=A"], 0),
    (["supplier=S", "site=A category=C"], 1),
    (["supplier=S category=C", "site=A category=C"], 0),
    (["site=A category=C", "site=A supplier=S"], 1),
    (["site=A supplier=S", "category=C supplier=S"], 1),
    (["site=A supplier=S", "site=A supplier=S category=C2"], 0),
    (["site=A supplier=S", "site=A supplier=S category=C"], 1),
    (["", ""], 0),
    (["currency=USD"], None),
    (["currency=EUR"], 0),
    (["currency=USD supplier=S", ""], 1),
    (["currency=EUR", "site=A"], 1),
]


@pytest.mark.parametrize(("lines", "chosen"), CHOICES)
def test_the_line_in_force(lines: list[str], chosen: int | None) -> None:
    policy = [line(words) for words in lines]
    found = find_tolerance(policy, "price", site="A", supplier="S", category="C", currency="EUR")
    assert found is (None if chosen is None else policy[chosen])


def test_each_kind_by_itself() -> None:
    policy = [line("supplier=S", "quantity"), line("", "price")]
    assert find_tolerance(policy, "price", site=None, supplier="S", category=None, currency=None) is policy[1]
    assert find_tolerance(policy, "quantity", site=None, supplier="S", category=None, currency=None) is policy[0]
    assert find_tolerance(policy, "approval", site=None, supplier="S", category=None, currency=None) is None


def test_what_is_unknown_meets_no_key() -> None:
    policy = [line("site=A"), line("supplier=S"), line("category=C"), line("currency=EUR")]
    assert find_tolerance(policy, "price", site=None, supplier=None, category=None, currency=None) is None


# actual, base, upper absolute, upper percent: above or not
BOUNDARIES = [
    ("100.002", "100", None, None, True),
    ("100", "100", None, None, False),
    ("99.999999", "100", None, None, False),
    ("100.000001", "100", "0", None, True),
    ("105", "100", "5", None, False),
    ("105.000001", "100", "5", None, True),
    ("101", "100", None, "1", False),
    ("101.000001", "100", None, "1", True),
    ("101", "100", "5", "1", False),
    ("101.000001", "100", "5", "1", True),
    ("1005", "1000", "5", "1", False),
    ("1005.000001", "1000", "5", "1", True),
    ("100.5", "100", "0", "1", True),
    ("100.5", "100", "5", "0", True),
    ("0.000001", "0", None, "50", True),
    ("0.000001", "0", "0.000001", None, False),
    ("1010", "1000", "10", None, False),
    ("1011", "1000", "10", None, True),
    ("100.333333", "100", None, "0.333333", False),
    ("100.333334", "100", None, "0.333333", True),
]


def room_of(absolute: str | None, percent: str | None) -> Room:
    found = upper_limit(Tolerance("price", upper_absolute=number(absolute), upper_percent=number(percent)))
    return Room(found.absolute, found.fraction, found.counts)


@pytest.mark.parametrize(("actual", "base", "absolute", "percent", "above"), BOUNDARIES)
def test_at_the_boundary_is_within_and_the_stricter_counts(
    actual: str, base: str, absolute: str | None, percent: str | None, above: bool
) -> None:
    verdict = compare(DECIMALS, Decimal(actual), Decimal(base), room_of(absolute, percent))
    assert verdict.above is above
    assert not above or verdict.excess == Decimal(actual) - Decimal(base)


def test_upper_and_lower_are_two_things() -> None:
    both = Tolerance("quantity", upper_absolute=Decimal(1), lower_percent=Decimal(2))
    assert (size(upper_limit(both), "100"), size(lower_limit(both), "100")) == (Decimal(1), Decimal(2))
    assert (size(upper_limit(None), "100"), size(lower_limit(None), "100")) == (Decimal(0), Decimal(0))
    assert size(lower_limit(Tolerance("quantity", upper_absolute=Decimal(1))), "100") == Decimal(0)
    assert size(lower_limit(Tolerance("quantity", upper_absolute=Decimal(1), lower_absolute=Decimal(3))), "100") == Decimal(3)


# absolute, percent: the limit. What does not count is zero, so that a column of limits never holds a null
SETTLED = [
    (None, None, Limit(Decimal(0), Decimal(0), "absolute")),
    ("5", None, Limit(Decimal(5), Decimal(0), "absolute")),
    (None, "2.5", Limit(Decimal(0), Decimal("0.025"), "fraction")),
    (None, "0", Limit(Decimal(0), Decimal(0), "fraction")),
    ("5", "2.5", Limit(Decimal(5), Decimal("0.025"), "both")),
]


@pytest.mark.parametrize(("absolute", "percent", "settled"), SETTLED)
def test_a_limit_says_what_counts_and_the_rest_is_zero(absolute: str | None, percent: str | None, settled: Limit) -> None:
    assert upper_limit(Tolerance("price", upper_absolute=number(absolute), upper_percent=number(percent))) == settled
    assert lower_limit(Tolerance("price", lower_absolute=number(absolute), lower_percent=number(percent))) == settled


def size(limit: Limit, base: str) -> Decimal:
    found = allowed(DECIMALS, Decimal(base), limit.absolute, limit.fraction, limit.counts)
    assert isinstance(found, Decimal)
    return found


amounts = st.decimals(0, 10**11 - 1, allow_nan=False, places=6)
percents = st.decimals(0, 100, allow_nan=False, places=6)


@given(amounts, st.none() | amounts, st.none() | percents)
def test_the_stricter_of_absolute_and_percent(base: Decimal, absolute: Decimal | None, percent: Decimal | None) -> None:
    given_ = [Fraction(part) for part in (absolute,) if part is not None]
    given_ += [Fraction(base) * Fraction(percent) / 100 for percent in (percent,) if percent is not None]
    found = size(upper_limit(Tolerance("price", upper_absolute=absolute, upper_percent=percent)), str(base))
    assert Fraction(found) == min(given_, default=Fraction(0))


# billed so far, limit, quantity of this line, above, excess
QUANTITIES = [
    ("12", "10", "12", True, "2"),
    ("12", "10", "5", True, "2"),
    ("20", "10", "4", True, "4"),
    ("10", "10", "4", False, None),
    ("9", "10", "9", False, None),
    ("10.000001", "10", "3", True, "0.000001"),
    ("5", "0", "5", True, "5"),
    ("5", "-2", "5", True, "5"),
]


@pytest.mark.parametrize(("billed", "limit", "quantity", "above", "excess"), QUANTITIES)
def test_a_line_answers_for_its_own_part_of_the_excess(billed: str, limit: str, quantity: str, above: bool, excess: str | None) -> None:
    verdict = match_quantity(DECIMALS, Decimal(billed), Decimal(limit), Decimal(quantity), room_of(None, None))
    assert verdict.above is above
    assert excess is None or verdict.excess == Decimal(excess)


def test_beyond_tolerance_the_whole_excess_counts() -> None:
    verdict = match_quantity(DECIMALS, Decimal("1011"), Decimal("1000"), Decimal("1011"), room_of("10", None))
    assert (verdict.above, verdict.excess) == (True, Decimal(11))
    assert match_quantity(DECIMALS, Decimal("1010"), Decimal("1000"), Decimal("1010"), room_of("10", None)).above is False


def test_a_price_is_exact_to_the_last_of_sixteen_decimals() -> None:
    """0.000001 pieces at 0.0000000001 each are 10^-16; a bill of 2 × 10^-16 is 10^-16 above."""
    tiny = Decimal("1E-16")
    verdict = match_price(DECIMALS, 2 * tiny, Decimal("0.000001"), Decimal("1E-10"), room_of(None, None))
    assert (verdict.above, verdict.excess) == (True, tiny)
    assert match_price(DECIMALS, tiny, Decimal("0.000001"), Decimal("1E-10"), room_of(None, None)).above is False
