"""Learning by hand: what weights come of which examples, and how a calibration is read."""

import math

import numpy as np
import pytest

from counterfoil.tables.links.model import Examples, Weights, calibrated, curve_of, fit, learn, share

SCALES = {"price": ("equal", "other")}


def examples(lines: list[list[tuple[int, bool]]]) -> Examples:
    """Lines of candidates: (level of the price, whether it is what was hidden)."""
    flat = [(number, level, true) for number, line in enumerate(lines) for level, true in line]
    return Examples(np.array([[level] for _, level, _ in flat]), np.array([n for n, _, _ in flat]), np.array([t for _, _, t in flat]))


def test_candidates_share_with_none_of_them() -> None:
    """Base 0 and ln 3 for an equal price: of an equal, another and none the shares are 3, 1 and 1 of 5."""
    weights = Weights(0.0, {"price": {"equal": math.log(3)}})
    assert share(weights, examples([[(1, True), (2, False)]]), SCALES) == pytest.approx([0.6, 0.2])


def test_one_that_was_always_true_outweighs_one_that_never_was() -> None:
    told = fit(examples([[(1, True), (2, False)]] * 200), SCALES, Weights(0.0), Weights(0.0))
    assert told.weights["price"]["equal"] > 1
    assert told.weights["price"]["other"] < -1
    assert share(told, examples([[(1, True), (2, False)]]), SCALES)[0] > 0.95


def test_few_lines_leave_what_was_known_before() -> None:
    """Two lines against a model of a thousand: the weight hardly moves; five hundred lines turn it."""
    before = Weights(0.0, {"price": {"equal": 2.0, "other": -2.0}}, lines=1000)
    contrary = [[(1, False), (2, True)]]
    assert fit(examples(contrary * 2), SCALES, before, before).weights["price"]["equal"] == pytest.approx(2.0, abs=0.3)
    assert fit(examples(contrary * 500), SCALES, before, before).weights["price"]["equal"] < 0


def test_the_start_changes_nothing() -> None:
    lines = [[(1, True), (2, False)], [(1, False), (2, False)], [(1, True), (1, False)], [(2, True)]] * 20
    one = fit(examples(lines), SCALES, Weights(0.0), Weights(0.0))
    other = fit(examples(lines), SCALES, Weights(0.0), Weights(1.0, {"price": {"equal": -3.0, "other": 2.0}}))
    assert one.base == pytest.approx(other.base, abs=0.002)
    assert one.weights["price"] == pytest.approx(other.weights["price"], abs=0.002)


def test_a_curve_says_how_often_it_was_true_and_never_falls() -> None:
    """Of a hundred that were said 0.6, half were true; of a hundred that were said 0.7, forty: together 0.45 at 0.65."""
    said = np.array([0.6] * 100 + [0.7] * 100)
    true = np.array([True] * 50 + [False] * 50 + [True] * 40 + [False] * 60)
    curve = curve_of(said, true)
    assert curve == ((0.65, 0.45),)
    assert calibrated(curve, np.array([0.0, 0.65, 1.0])) == pytest.approx([0.0, 0.45, 0.45])
    assert list(calibrated((), said)) == list(said)


def test_where_there_is_nothing_to_see_the_curve_before_stays() -> None:
    before = ((0.5, 0.4), (0.9, 0.8))
    curve = curve_of(np.array([0.02]), np.array([False]), before)
    assert calibrated(curve, np.array([0.5]))[0] == pytest.approx(0.4, abs=0.01)


def test_what_is_said_of_a_line_was_not_learned_from_it() -> None:
    """Lines in which truth is a coin: whoever had seen them would know; the others say about a half."""
    lines = [[(1, number % 2 == 0), (1, number % 2 == 1)] for number in range(200)]
    _, fair = learn(examples(lines), SCALES, Weights())
    assert fair.mean() == pytest.approx(0.5, abs=0.1)
