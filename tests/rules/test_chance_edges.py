"""Chance at its edges: every document has a finding, one of two runs cannot have so many, the least number of days."""

from fractions import Fraction

import pytest

from counterfoil.rules.chance import Method, Verdict, judge_documents, judge_shares, within_days


@pytest.mark.parametrize(("both", "went", "came"), [(5, 1, 0), (5, 0, 1)])
def test_one_run_that_found_more_than_it_read_is_enough_to_say_nothing(both: int, went: int, came: int) -> None:
    """Six documents with a finding of the five that were read, in one of the two runs."""
    assert judge_documents(both, went, came, 5, 5) is None


@pytest.mark.parametrize(
    ("found", "read", "other_found", "other_read", "share"),
    [
        (0, 4, 3, 3, Fraction(1, 35)),  # the three found are all of one run: one way of 35, and any other lies likelier
        (3, 3, 0, 4, Fraction(1, 35)),
        (1, 5, 5, 5, Fraction(10, 210)),  # 5 of 210 ways to choose six of ten, and as many the other way round
        (5, 5, 1, 5, Fraction(10, 210)),
        (5, 5, 5, 5, Fraction(1)),
    ],
)
def test_all_that_was_read_may_have_a_finding(found: int, read: int, other_found: int, other_read: int, share: Fraction) -> None:
    expected = Verdict(Method.PROPORTIONS, pytest.approx(float(share)))  # type: ignore[arg-type]
    assert judge_shares(found, read, other_found, other_read) == expected
    if read != other_read:
        assert judge_documents(0, found, other_found, read, other_read) == expected


def test_all_that_was_read_may_have_a_finding_in_both_runs() -> None:
    assert judge_documents(3, 0, 0, 3, 3) == Verdict(Method.PAIRED, 1.0)
    assert judge_documents(0, 3, 3, 3, 3) == Verdict(Method.PAIRED, 1.0)


def test_of_nine_days_the_fifth_is_the_middle() -> None:
    """A quarter of nine is 2.25, so the third day; half is 4.5, so the fifth; three quarters are 6.75, so the seventh."""
    assert [within_days(dict.fromkeys(range(1, 10), 1), quarters) for quarters in (1, 2, 3, 4)] == [3, 5, 7, 9]
