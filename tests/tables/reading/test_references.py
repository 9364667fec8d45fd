"""What is said about references that lead nowhere."""

import pytest
from tests.tables.reading.folders import Reader

from counterfoil.tables.reading import references

ORDERS = "purchase_order_id,supplier_id\n"


def orders(*suppliers: str) -> str:
    return ORDERS + "".join(f"PO{n},{supplier}\n" for n, supplier in enumerate(suppliers))


def test_all_references_lead_somewhere(read: Reader) -> None:
    assert read({"suppliers.csv": "supplier_id,name\n1,a\n", "purchase_orders.csv": orders("1", "1", "")}).hints() == []


def test_leading_zeros(read: Reader) -> None:
    suppliers = "supplier_id,name\n00012,a\n00013,b\n0,c\n"
    found = read({"suppliers.csv": suppliers, "purchase_orders.csv": orders("12", "13", "00012", "000", "99")})
    assert found.hints() == [
        ("supplier_id", 4, "leads to no row of suppliers"),
        ("supplier_id", 3, "80 % of supplier_id match suppliers if leading zeros were dropped, 20 % as it is"),
    ]


@pytest.mark.parametrize(
    ("ids", "hint"),
    [
        (["ACME", "acme"], "100 % of supplier_id match suppliers if case were ignored, 0 % as it is"),
        (["Box", " Bo x "], "100 % of supplier_id match suppliers if blanks were dropped, 0 % as it is"),
        (
            ["ACME", "Box", "cy ", "Acme"],
            "100 % of supplier_id match suppliers if leading zeros, case and blanks were dropped, 25 % as it is",
        ),
    ],
)
def test_case_blanks_and_all_of_them(read: Reader, ids: list[str], hint: str) -> None:
    suppliers = "supplier_id,name\nAcme,a\nBo x,b\n0Cy,c\n"
    assert read({"suppliers.csv": suppliers, "purchase_orders.csv": orders(*ids)}).hints()[1][2] == hint


def test_case_is_that_of_ascii_letters(read: Reader) -> None:
    found = read({"suppliers.csv": "supplier_id,name\nÉlan,d\n", "purchase_orders.csv": orders("élan")})
    assert found.hints() == [("supplier_id", 1, "leads to no row of suppliers")]


def test_an_id_that_was_rejected_is_there(read: Reader) -> None:
    found = read({"suppliers.csv": "supplier_id,payment_terms_days\n1,soon\n", "purchase_orders.csv": orders("1", "2")})
    assert found.hints() == [("supplier_id", 1, "leads to no row of suppliers")]


def test_nothing_is_said_where_the_table_is_absent(read: Reader) -> None:
    assert read({"purchase_orders.csv": orders("1", "2")}).hints() == []


def test_contracts_are_referred_to_by_contract_id(read: Reader) -> None:
    contracts = "contract_id,part_id\nK,1\nK,2\n"
    found = read({"contracts.csv": contracts, "purchase_orders.csv": "purchase_order_id,contract_id\n1,K\n2,k\n"})
    assert found.hints()[0] == ("contract_id", 1, "leads to no row of contracts")


def test_of_many_rows_a_part_is_looked_at_and_it_is_said(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reference lacks the zeros of its id: whatever part of the rows is looked at, none matches and all would."""
    monkeypatch.setattr(references, "LARGE", 300)
    monkeypatch.setattr(references, "PART", 100)
    suppliers = "supplier_id,name\n" + "".join(f"000{n},x\n" for n in range(1, 400))
    files = {"suppliers.csv": suppliers, "purchase_orders.csv": orders(*(str(n) for n in range(1, 400)))}
    lost, hint = read(files).hints()
    assert 0 < lost[1] < 399
    assert lost[2] == f"leads to no row of suppliers (of {lost[1]} rows looked at, about one in 4)"
    assert hint[1] == lost[1]
    assert hint[2].startswith("100 % of supplier_id match suppliers if leading zeros were dropped, 0 % as it is (of ")
    monkeypatch.setattr(references, "LARGE", 399)
    assert read(files).hints()[0] == ("supplier_id", 399, "leads to no row of suppliers")
