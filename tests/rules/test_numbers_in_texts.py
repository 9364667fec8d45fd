"""Numbers, names and assets as texts write them: what is the same, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.rules.references import asset_forms, name_key, number_forms, numbers_in, tax_key


@pytest.mark.parametrize(
    ("text", "id_text"),
    [
        ("PO 4500123", "4500123"),
        ("your ref. 4500123, thanks", "0004500123"),
        ("#45 001 23", "4500123"),
        ("4500.123", "4500123"),
        ("p/o 45-00-12-3", "4500123"),
        ("45OO123", "4500123"),
        ("order 45001I3", "4500113"),
        ("4500123B", "4500123B"),
        ("order 450012O", "4500120"),
        ("PO4500123", "PO-4500123"),
        ("WO-2024-0017", "WO/2024/0017"),
        ("eq 0077", "EQ-77"),
        ("Bestellung 4500123/10", "4500123"),
    ],
)
def test_a_number_is_found_in_a_text(text: str, id_text: str) -> None:
    assert set(numbers_in(text)) & set(number_forms(id_text)), (numbers_in(text), number_forms(id_text))


@pytest.mark.parametrize(
    ("text", "id_text"),
    [
        ("PO 4500124", "4500123"),
        ("4500123 x 45 mm", "450012345"),
        ("seal kit 40x60x8", "40608"),
        ("123", "123"),
        ("4500123", "45001230"),
        ("one two three", "4500123"),
        ("EQ-78", "EQ-77"),
        ("", ""),
    ],
)
def test_another_number_is_not(text: str, id_text: str) -> None:
    assert not set(numbers_in(text)) & set(number_forms(id_text))


@pytest.mark.parametrize("text", ["4500123/10", "4500123-00010", "4500123 pos 10", "PO 4500123 Pos. 0010", "4500123 line 10", "4500123#10"])
def test_a_line_of_an_order_is_named(text: str) -> None:
    assert "4500123#10" in numbers_in(text)


@pytest.mark.parametrize("text", ["123 pos 10", "4500123 pos 000", "4500123 pos", "4500123 size 10"])
def test_no_line_without_a_number_of_an_order_and_of_a_line(text: str) -> None:
    assert not any("#" in token for token in numbers_in(text))


def test_the_forms_of_a_line() -> None:
    assert number_forms("PO-4500123", "00010") == ("4500123#10",)
    assert number_forms("4500123", "A") == ()
    assert number_forms("4500123", "000") == ()
    assert number_forms("12", "1") == ()
    assert number_forms("EQ-77", "1") == (), "a short id has no lines, though it has a form of its own"


def test_a_number_in_groups_has_six_digits_or_more() -> None:
    assert numbers_in("12 34") == ()
    assert numbers_in("123 45") == ()
    assert "123456" in numbers_in("123 456")


def test_zeros_are_left_out_before_a_number_and_kept_at_its_end() -> None:
    for text in ("0004500120/10", "0004500120 item 0010"):
        assert "4500120#10" in numbers_in(text)
        assert not any(token.startswith("0") for token in numbers_in(text))


def test_where_a_number_of_four_digits_and_where_one_of_five_ends() -> None:
    """An order has four digits or more, a line of it up to five and not zeros alone."""
    assert "4500#10" in numbers_in("4500 10")
    assert "4500#7" in numbers_in("4500 item 7")
    assert "4500#12345" in numbers_in("4500/12345")
    assert not any("#" in token for text in ("4500/123456", "12/3456", "4500123/00") for token in numbers_in(text))


def test_letters_belong_to_a_number_across_a_short_gap_alone() -> None:
    assert numbers_in("ABCDEFGHI 77") == ("ABCDEFGHI77",)
    assert numbers_in("ABCDEFGHIJ 77") == ()
    assert "EQ77" in numbers_in("12 EQ-77")
    assert "EQ77" not in numbers_in("12 EQ!!!!77")


def test_five_groups_are_no_number() -> None:
    """11 22 33 44 is one number of eight digits; a fifth group belongs to the next."""
    assert "11223344" in numbers_in("11 22 33 44")
    assert "1122334455" not in numbers_in("11 22 33 44 55")


def test_a_text_without_end_is_looked_at_as_far_as_two_thousand_characters() -> None:
    assert numbers_in("x" * 1992 + " 4500123") == ("4500123",)
    assert numbers_in("x" * 2000 + " 4500123") == ()


def test_assets_are_called_in_many_ways() -> None:
    forms = set(asset_forms("EQ-00544"))
    assert all(forms & set(numbers_in(text)) for text in ("EQ-544", "unit 544 leaks", "Anl. 00544", "asset 544", "eq00544"))
    assert not forms & set(numbers_in("M544 bolt 544 mm"))
    assert "EQ77" in asset_forms("A-77")
    assert "EQ1020" in asset_forms("P-10-20")
    assert asset_forms("PUMP") == ()
    assert asset_forms("A-7") == ()


@pytest.mark.parametrize(
    ("a", "b"),
    [("Müller & Söhne GmbH & Co. KG", "MUELLER SOEHNE"), ("ACME Ltd.", "Acme Limited"), ("S.K.F. AB", "skf"), ("Été S.A.R.L.", "ETE")],
)
def test_one_company_under_two_names(a: str, b: str) -> None:
    assert name_key(a).replace("sarl", "") == name_key(b) != ""


def test_a_name_that_is_a_legal_form_alone_says_nothing() -> None:
    assert name_key("GmbH & Co. KG") == ""


def test_tax_ids() -> None:
    assert tax_key(" de 123-456.789 ") == tax_key("DE123456789") == "DE123456789"
    assert tax_key("—") == ""


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    tokens = numbers_in(text)
    assert list(tokens) == sorted(set(tokens))
    assert all(token.isascii() and any(sign.isdigit() for sign in token) for token in tokens)


@given(st.integers(min_value=1000, max_value=10**12), st.sampled_from(["{}", "PO {}", "no.{} of today", "({})", "Best.-Nr. {},"]))
def test_what_is_written_out_is_found(number: int, around: str) -> None:
    assert str(number) in numbers_in(around.format(number))
    assert number_forms(f"000{number}") == (str(number),)
