"""Chance: held against published tables, against every case counted out, and against what a plant would ask."""

import math
from fractions import Fraction
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.rules.chance import (
    FEW_DURATIONS,
    Method,
    Verdict,
    fisher,
    judge_documents,
    judge_durations,
    judge_shares,
    rank_test,
    shared_rates,
    sign_test,
    together,
    within_days,
)


@pytest.mark.parametrize(
    ("went", "came", "share"),
    [
        (0, 0, Fraction(1)),
        (1, 0, Fraction(1)),
        (2, 0, Fraction(1, 2)),
        (0, 5, Fraction(2, 32)),
        (0, 6, Fraction(2, 64)),  # the first that is more than chance
        (9, 1, Fraction(22, 1024)),
        (8, 2, Fraction(112, 1024)),
        (5, 5, Fraction(1)),
        (4, 5, Fraction(1)),
    ],
)
def test_the_sign_test_is_a_row_of_tossed_coins(went: int, came: int, share: Fraction) -> None:
    assert sign_test(went, came) == pytest.approx(float(share), abs=1e-12)


def test_the_lady_tasting_tea() -> None:
    """Fisher's own tables: three of four cups right of four and four; and of twins of convicts, 10 of 13 and 2 of 17."""
    assert fisher(3, 4, 1, 4) == pytest.approx(34 / 70, abs=1e-12)
    assert fisher(4, 4, 0, 4) == pytest.approx(2 / 70, abs=1e-12)
    assert fisher(10, 13, 2, 17) == pytest.approx(0.0005367, abs=5e-8)


@given(st.integers(0, 12), st.integers(0, 12), st.data())
def test_fisher_is_every_table_counted_out(read: int, other_read: int, data: st.DataObject) -> None:
    found, other = data.draw(st.integers(0, read)), data.draw(st.integers(0, other_read))
    ways = {
        one: math.comb(read, one) * math.comb(other_read, found + other - one)
        for one in range(read + 1)
        if 0 <= found + other - one <= other_read
    }
    expected = Fraction(sum(number for number in ways.values() if number <= ways[found]), sum(ways.values()))
    assert fisher(found, read, other, other_read) == pytest.approx(float(expected), rel=1e-9)
    assert fisher(other, other_read, found, read) == pytest.approx(float(expected), rel=1e-9)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_sign_test_is_every_row_counted_out(went: int, came: int) -> None:
    every = went + came
    ways = [math.comb(every, one) for one in range(every + 1)]
    expected = Fraction(sum(number for number in ways if number <= ways[went]), 2**every)
    assert sign_test(went, came) == pytest.approx(float(expected), rel=1e-9)
    assert sign_test(came, went) == pytest.approx(float(expected), rel=1e-9)


def test_many_documents_are_no_matter() -> None:
    """Beyond all likelihood there is nothing to add up; near the middle there is."""
    assert sign_test(600_000, 400_000) == 0
    assert fisher(900_000, 1_000_000, 100_000, 1_000_000) == 0
    assert sign_test(500_500, 499_500) == pytest.approx(0.3176, abs=2e-4)
    assert sign_test(501_000, 499_000) == pytest.approx(0.0456, abs=2e-4)
    assert fisher(500_000, 10_000_000, 500_500, 10_000_000) == pytest.approx(0.6088, abs=2e-4)


def test_shared_documents_are_taken_out() -> None:
    """With equally many read: (30 - 10) ÷ sqrt(30 + 10) = 3.16 deviations, however many are in both. 1.96 is the border of the tables."""
    assert shared_rates(0, 30, 10, 1000, 1000) == pytest.approx(math.erfc(math.sqrt(10) / math.sqrt(2)), rel=1e-9)
    assert shared_rates(500, 30, 10, 1000, 1000) == pytest.approx(shared_rates(0, 30, 10, 1000, 1000), rel=1e-9)
    assert shared_rates(0, 30, 10, 1000, 1000) == pytest.approx(0.001565, abs=1e-6)
    # 300 of 1,000, then the same 300 and 100 more in 4 of 3 times as many documents: the same share.
    assert shared_rates(300, 0, 100, 3000, 4000) == pytest.approx(1)
    # By hand: 60/600 - 50/500 × … = 0.08 - 0.1; variance 20×(1/3000)² + 30/500² + 28/600².
    assert shared_rates(20, 30, 28, 500, 600) == pytest.approx(
        math.erfc(0.02 / math.sqrt(20 / 3000**2 + 30 / 500**2 + 28 / 600**2) / math.sqrt(2)), rel=1e-9
    )


# ---- which test is asked ----------------------------------------------------------------------------------------------------------


def test_noise_down_seventy_percent_is_refuted_where_it_is_chance_and_shown_where_it_is_not() -> None:
    """3 findings, then 1 of them: -67 %, and a coin would do that every other time. 300, then 90: -70 %, and no coin would."""
    small, large = judge_documents(1, 2, 0, 5000, 5000), judge_documents(90, 210, 0, 5000, 5000)
    assert small == Verdict(Method.PAIRED, 0.5)
    assert small.within_chance
    assert large is not None
    assert (large.method, large.within_chance) == (Method.PAIRED, False)
    apart_small, apart_large = judge_documents(0, 3, 1, 5000, 4800), judge_documents(0, 300, 90, 5000, 4800)
    assert apart_small is not None
    assert (apart_small.method, apart_small.within_chance) == (Method.PROPORTIONS, True)
    assert apart_large is not None
    assert (apart_large.method, apart_large.within_chance) == (Method.PROPORTIONS, False)


def test_a_longer_export_is_no_more_noise() -> None:
    """A third month is added with as many findings as the others: 100 come, none goes, and the share is the same. Of a clean third month
    the same is not true: nothing came or went, yet the share fell."""
    grown = judge_documents(200, 0, 100, 2000, 3000)
    assert grown == Verdict(Method.SHARED, pytest.approx(1.0))  # type: ignore[arg-type]
    clean = judge_documents(200, 0, 0, 2000, 3000)
    assert clean is not None
    assert (clean.method, clean.within_chance) == (Method.PROPORTIONS, False)


def test_many_shared_documents_show_what_two_shares_would_not() -> None:
    """Of 1,000 documents with findings 50 are mended and 5 come, while the export grows by 100: two shares of 5 % could not tell that."""
    verdict = judge_documents(950, 50, 5, 20_000, 20_100)
    assert verdict is not None
    assert (verdict.method, verdict.within_chance) == (Method.SHARED, False)
    assert fisher(1000, 20_000, 955, 20_100) > 0.2
    few = judge_documents(950, 20, 4, 20_000, 20_100)
    assert few is not None
    assert few.method is Method.PROPORTIONS  # 24 differ: nothing is approximated
    enough = judge_documents(950, 20, 5, 20_000, 20_100)
    assert enough is not None
    assert enough.method is Method.SHARED


def test_nothing_is_said_where_the_numbers_cannot_be() -> None:
    assert judge_documents(5, 1, 0, 5, 9) is None
    assert judge_documents(5, 0, 1, 9, 5) is None
    assert judge_documents(5, 1, 0, 6, 6) is not None
    assert judge_documents(0, 0, 3, 0, 3) is None
    assert judge_shares(3, 2, 1, 5) is None
    assert judge_shares(1, 5, 3, 2) is None
    assert judge_shares(0, 0, 1, 5) is None
    assert judge_shares(1, 5, 0, 0) is None
    assert judge_shares(5, 5, 0, 5) == Verdict(Method.PROPORTIONS, pytest.approx(2 / 252))  # type: ignore[arg-type]


def test_one_in_twenty_is_still_chance() -> None:
    assert Verdict(Method.PAIRED, 0.05).within_chance
    assert not Verdict(Method.PAIRED, 0.0499).within_chance


def test_questions_asked_together_are_raised_together() -> None:
    """Holm: the smallest by three, the next by two, and none below the one before it; 1 is the end. The order stays."""
    asked = [Verdict(Method.PAIRED, p) for p in (0.04, 0.01, 0.03)]
    assert [one.p for one in together(asked)] == pytest.approx([0.06, 0.03, 0.06])
    assert [one.p for one in together([Verdict(Method.RANKS, 0.7), Verdict(Method.PAIRED, 0.6)])] == [1.0, 1.0]
    assert [one.method for one in together([Verdict(Method.RANKS, 0.7), Verdict(Method.PAIRED, 0.6)])] == [Method.RANKS, Method.PAIRED]
    assert together([]) == []


# ---- durations --------------------------------------------------------------------------------------------------------------------


def counted(*days: int) -> dict[int, int]:
    return {day: days.count(day) for day in days}


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ((1, 2, 3), (4, 5, 6), Fraction(2, 20)),
        ((1, 2, 3, 4, 7), (5, 6, 8, 9, 10), Fraction(8, 252)),  # U = 2, the critical value of the tables for five and five
        ((1, 2, 3, 4, 8), (5, 6, 7, 9, 10), Fraction(14, 252)),  # U = 3, the first beyond it
        ((5, 5), (5, 5, 5), Fraction(1)),
        ((1, 1), (2, 2), Fraction(2, 6)),
        ((-3,), (7,), Fraction(1)),
    ],
)
def test_the_rank_test_is_the_published_one(one: tuple[int, ...], other: tuple[int, ...], share: Fraction) -> None:
    assert rank_test(counted(*one), counted(*other)) == pytest.approx(float(share), abs=1e-12)


@given(st.lists(st.integers(-2, 4), min_size=1, max_size=5), st.lists(st.integers(-2, 4), min_size=1, max_size=5))
def test_the_rank_test_is_every_choice_counted_out(one: list[int], other: list[int]) -> None:
    every = one + other

    def off(places: tuple[int, ...]) -> int:
        """How far those at `places` win more pairs than they lose, ties for nothing."""
        rest = [every[place] for place in range(len(every)) if place not in places]
        return abs(sum((every[a] > b) - (every[a] < b) for a in places for b in rest))

    choices = list(combinations(range(len(every)), len(one)))
    seen = off(tuple(range(len(one))))
    expected = Fraction(sum(off(places) >= seen for places in choices), len(choices))
    assert rank_test(counted(*one), counted(*other)) == pytest.approx(float(expected), abs=1e-12)


def test_many_durations_by_the_normal_curve() -> None:
    """Fifty and fifty in two lengths: ranks 25.5 and 75.5, so 30 × 25.5 + 20 × 75.5 = 2,275 against 2,525 expected; the variance, ties
    taken off, is 2,500 ÷ 12 × (101 - 249,900 ÷ 9,900) = 15,782.8; so 249.5 ÷ 125.63 = 1.986 deviations."""
    expected = math.erfc(249.5 / math.sqrt(2500 / 12 * (101 - 249_900 / 9_900)) / math.sqrt(2))
    assert rank_test({1: 30, 2: 20}, {1: 20, 2: 30}) == pytest.approx(expected, rel=1e-9)
    assert expected == pytest.approx(0.0470, abs=1e-4)
    assert rank_test({7: 50}, {7: 60}) == 1
    assert rank_test({1: 25, 2: 25}, {1: 25, 2: 25}) == pytest.approx(1)


@cache
def ways(size: int, other: int, pairs: int) -> int:
    """In how many orders so many pairs of `size` and `other` stand the wrong way round."""
    if pairs < 0 or not (size and other):
        return int(pairs == 0)
    return ways(size - 1, other, pairs - other) + ways(size, other - 1, pairs)


def test_twenty_and_twenty_are_still_counted_out() -> None:
    """127 is the critical value of the tables for twenty and twenty, 128 is beyond it. One more, and the normal curve serves."""
    rest = [*range(14, 21), *range(23, 35)]
    for moved, pairs in ((21, 127), (22, 128)):
        mine = [*range(1, 14), moved, *range(35, 41)]
        share = 2 * sum(ways(20, 20, u) for u in range(pairs + 1)) / math.comb(40, 20)
        others = counted(*rest, 43 - moved)
        assert rank_test(counted(*mine), others) == pytest.approx(share, rel=1e-12)
        assert (share < 0.05) == (pairs == 127)
    assert FEW_DURATIONS == 40
    more = rank_test(counted(*range(1, 21)), counted(*range(21, 42)))
    assert more == pytest.approx(math.erfc(209.5 / math.sqrt(420 / 12 * 42) / math.sqrt(2)), rel=1e-12)


def test_durations_need_both_sides() -> None:
    assert judge_durations({}, {1: 3}) is None
    assert judge_durations({1: 3}, {}) is None
    assert judge_durations({1: 0}, {1: 3}) is None
    assert judge_durations({1: 3}, {1: 0}) is None
    assert judge_durations({1: 3}, {9: 3}) == Verdict(Method.RANKS, pytest.approx(0.1))  # type: ignore[arg-type]


def test_within_how_many_days() -> None:
    """Of 1, 2, 3 and 40 days a quarter is done within 1, half within 2, three quarters within 3, all within 40."""
    days = {40: 1, 1: 1, 3: 1, 2: 1}
    assert [within_days(days, quarters) for quarters in (1, 2, 3, 4)] == [1, 2, 3, 40]
    assert within_days({5: 3, 6: 1}, 2) == 5
    assert within_days({-2: 1, 5: 2}, 2) == 5
    assert within_days({1: 0, 8: 1}, 1) == 8
    assert within_days({}, 2) is None
