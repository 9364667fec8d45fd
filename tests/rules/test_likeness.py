"""Two invoice numbers that one slip of the pen tells apart. Texts come trimmed and upper-cased."""

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from counterfoil.rules.likeness import differ_by_a_slip, differ_by_one_digit

# one number, another, one slip apart, one digit apart
PAIRS = [
    ("1234", "1234", False, False),
    ("1234", "2134", True, False),
    ("1234", "1243", True, False),
    ("1234", "3214", False, False),
    ("1234", "2143", False, False),
    ("1234", "4321", False, False),
    ("1234", "123", True, False),
    ("1234", "234", True, False),
    ("1234", "124", True, False),
    ("1234", "12", False, False),
    ("1234", "12234", True, False),
    ("1234", "12344", True, False),
    ("1234", "12334", True, False),
    ("1234", "122234", False, False),
    ("1234", "12934", True, False),
    ("1234", "1235", False, True),
    ("1234", "9234", False, True),
    ("1234", "1299", False, False),
    ("A100", "A1O0", True, False),
    ("A100", "A1OO", False, False),
    ("A100", "A10Q", False, False),
    ("I7", "17", True, False),
    ("L7", "17", True, False),
    ("L7", "I7", True, False),
    ("S5", "55", True, False),
    ("SS", "55", False, False),
    ("B8", "88", True, False),
    ("B8", "B9", False, True),
    ("8", "0", False, True),
    ("6", "8", False, True),
    ("A7", "B7", False, False),
    ("A7", "77", False, False),
    ("A", "", True, False),
    ("", "", False, False),
    ("AB", "", False, False),
    ("AB", "BA", True, False),
    ("AA", "AA", False, False),
    ("R-7", "R7", True, False),
    ("R-7", "R/7", False, False),
    ("R-7", "-R7", True, False),
    ("Ä1", "1Ä", True, False),
    ("٣1", "٤1", False, False),
]


@pytest.mark.parametrize(("one", "other", "slip", "digit"), PAIRS)
def test_a_pair_of_numbers(one: str, other: str, slip: bool, digit: bool) -> None:
    assert (differ_by_a_slip(one, other), differ_by_one_digit(one, other)) == (slip, digit)
    assert (differ_by_a_slip(other, one), differ_by_one_digit(other, one)) == (slip, digit)


LOOK_ALIKE = ("0O", "1IL", "5S", "8B")


def slips_of(text: str, alphabet: str) -> set[str]:
    """Every text that one slip makes of this one: a swap, a character too few or too many, a look-alike."""
    swapped = {text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1)}
    dropped = {text[:i] + text[i + 1 :] for i in range(len(text))}
    added = {text[:i] + letter + text[i:] for i in range(len(text) + 1) for letter in alphabet}
    alike = {text[:i] + twin + text[i + 1 :] for i in range(len(text)) for group in LOOK_ALIKE if text[i] in group for twin in group}
    return (swapped | dropped | added | alike) - {text}


def test_every_pair_of_short_texts() -> None:
    """156 texts of up to three of five letters, each against each: true for the slips, for nothing else."""
    alphabet = "0O1LA"
    texts = ["".join(letters) for size in range(4) for letters in itertools.product(alphabet, repeat=size)]
    assert len(texts) == 156
    wrong = []
    for one in texts:
        slips = slips_of(one, alphabet)
        wrong += [(one, other) for other in texts if differ_by_a_slip(one, other) != (other in slips)]
    assert wrong == []


texts = st.text(alphabet="0O1IL5S8B9AZ-Ж", max_size=10)


@given(texts, texts)
def test_likeness_has_no_direction(one: str, other: str) -> None:
    assert differ_by_a_slip(one, other) == differ_by_a_slip(other, one)
    assert differ_by_one_digit(one, other) == differ_by_one_digit(other, one)


@given(texts, st.data())
def test_a_swap_at_any_place_is_a_slip(text: str, data: st.DataObject) -> None:
    assume(len(text) > 1)
    at = data.draw(st.integers(0, len(text) - 2))
    assume(text[at] != text[at + 1])
    assert differ_by_a_slip(text, text[:at] + text[at + 1] + text[at] + text[at + 2 :])


@given(texts, st.data())
def test_two_letters_more_are_no_slip(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    assert not differ_by_a_slip(text, text[:at] + "ZZ" + text[at:])


digits = st.sampled_from("0123456789")


@given(st.text(alphabet="AB-7", max_size=6), digits, digits, st.text(alphabet="AB-7", max_size=6))
def test_one_digit_at_any_place(before: str, one: str, other: str, after: str) -> None:
    assert differ_by_one_digit(before + one + after, before + other + after) == (one != other)
    assert not differ_by_one_digit(before + one + after, before + other + after + "7")
