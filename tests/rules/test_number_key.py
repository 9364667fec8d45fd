"""The number key of an invoice: two spellings of one number have one key, two numbers have two."""

import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from counterfoil.rules.number_key import number_key

ONE_KEY = [
    ("INV-0077", "INV|77"),
    ("inv 77", "INV|77"),
    ("INV77", "INV|77"),
    ("INV-77", "INV|77"),
    ("  INV-77\t", "INV|77"),
    ("INV---0077", "INV|77"),
    ("(INV) no. 77", "INV|NO|77"),
    ("INV-77/2024", "INV|77|2024"),
    ("INV_77_2024", "INV|77|2024"),
    ("77INV77", "77|INV|77"),
    ("0012", "12"),
    ("12", "12"),
    ("120", "120"),
    ("0", "0"),
    ("0000", "0"),
    ("00-00", "0|0"),
    ("A0", "A|0"),
    ("0X0", "0|X|0"),
    ("0A", "0|A"),
    ("A12", "A|12"),
    ("A1-2", "A|1|2"),
    ("A1 02", "A|1|2"),
    ("A|1|2", "A|1|2"),
    ("1.000,50", "1|0|50"),
    ("№ 7", "№|7"),
    ("Счёт 7", "Счёт|7"),
    ("счёт 7", "счёт|7"),
    ("café 7", "CAFé|7"),
    ("straße1", "STRAßE|1"),
    ("RE–7", "RE–|7"),
    ("RE\u00a07", "RE\u00a0|7"),
    ("\u00a07\u00a0", "\u00a0|7|\u00a0"),
    ("\u20037", "\u2003|7"),
    ("٣", "٣"),
    ("7²", "7|²"),
    ("\U0001f4c47", "\U0001f4c4|7"),
    ("--", "--"),
    (" - ", " - "),
    ("   ", "   "),
    ("", ""),
]


@pytest.mark.parametrize(("number", "key"), ONE_KEY)
def test_the_key_of_a_number(number: str, key: str) -> None:
    assert number_key(number) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("INV-77/2024", "INV-77"),
        ("A12", "A1-2"),
        ("12", "120"),
        ("1-2", "12"),
        ("0", ""),
        ("--", "-"),
        ("Счёт 7", "счёт 7"),
        ("e7", "é7"),
        ("é", "e\u0301"),
    ],
)
def test_two_numbers_stay_two(one: str, other: str) -> None:
    assert number_key(one) != number_key(other)


PRINTABLE = "".join(chr(code) for code in range(32, 127))
MARKS = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
numbers = st.text(alphabet=PRINTABLE + "äßЖ٣№\u00a0", max_size=16)


@given(numbers)
def test_a_key_is_its_own_key(number: str) -> None:
    assert number_key(number_key(number)) == number_key(number)


@given(numbers)
def test_capitals_of_ascii_never_matter(number: str) -> None:
    swapped = "".join(letter.swapcase() if letter in string.ascii_letters else letter for letter in number)
    assume(any(letter not in MARKS for letter in number))
    assert number_key(swapped) == number_key(number)


@given(st.lists(st.text(alphabet="AZ", min_size=1) | st.text(alphabet="0159", min_size=1), min_size=1, max_size=5), st.data())
def test_marks_between_and_zeros_before_never_matter(runs: list[str], data: st.DataObject) -> None:
    marks = st.text(alphabet=MARKS, min_size=1, max_size=3)
    padded = [data.draw(st.text(alphabet="0", max_size=3)) + run if run[0].isdigit() else run for run in runs]
    one = data.draw(marks).join(runs)
    other = data.draw(marks).join(padded)
    assert number_key(other) == number_key(one) == "|".join((run.lstrip("0") or "0") if run[0].isdigit() else run for run in runs)


@given(numbers)
@example("000")
def test_no_letter_and_no_counting_digit_is_lost(number: str) -> None:
    kept = [letter for letter in number_key(number) if letter in "123456789" or letter in string.ascii_uppercase]
    given_ = [letter.upper() for letter in number if letter in "123456789" + string.ascii_letters]
    assert kept == given_


@given(numbers)
def test_a_number_with_anything_in_it_has_a_key(number: str) -> None:
    assert bool(number_key(number)) == bool(number)
