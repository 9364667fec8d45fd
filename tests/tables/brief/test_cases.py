"""Which cases come before the meeting, and what of their papers."""

from dataclasses import replace
from pathlib import Path

from tests import plants

from counterfoil.tables.brief.cases import MOST_CASES, choose, orders_of, two_papers
from counterfoil.tables.brief.run import Brief
from counterfoil.tables.check import open_check
from counterfoil.tables.checks import RULES
from counterfoil.tables.policy import load_policy
from counterfoil.tables.report.queries import Finding
from counterfoil.tables.report.stories import Field, Paper, Part

BY_NAME = {rule.name: rule for rule in RULES}


def finding(number: int, rule: str, supplier: str | None) -> Finding:
    return Finding(rule, "E", None, supplier, None, None, None, [], None, None, None, None, "", "", [], str(number))


def paper(name: str, *fields: Field, missing: bool = False, line: tuple[Field, ...] = ()) -> Paper:
    parts = (Part("", fields), Part("Line 1", line)) if line else (Part("", fields),)
    return Paper(name, name.lower(), () if missing else parts, missing)


def test_no_rule_and_no_supplier_comes_more_than_twice_while_there_are_others() -> None:
    worst = [finding(n, "a", "X") for n in range(5)] + [finding(5 + n, f"b{n}", "X") for n in range(3)]
    worst += [finding(8 + n, f"c{n}", f"Y{n}") for n in range(20)]
    chosen = choose(worst, {})
    assert [one.id for one in chosen] == ["0", "1", *(str(number) for number in range(8, 16))]


def test_findings_of_no_supplier_are_not_of_one() -> None:
    assert len(choose([finding(n, f"r{n}", None) for n in range(20)], {})) == MOST_CASES


def test_the_limit_on_suppliers_falls_before_that_on_rules() -> None:
    worst = [finding(n, "a", "X") for n in range(4)] + [finding(4 + n, f"b{n}", "X") for n in range(3)]
    assert [one.id for one in choose(worst, {})] == ["0", "1", "2", "3", "4", "5", "6"]
    worst += [finding(7 + n, f"c{n}", "X") for n in range(8)]
    # Two of rule a, then the others of the same supplier until there are ten.
    assert [one.id for one in choose(worst, {})] == ["0", "1", *(str(number) for number in range(4, 12))]


def test_of_one_order_there_is_one_while_there_are_others() -> None:
    """The receipt and the invoice of a cancelled order are the same money; the limit on orders falls first."""
    worst = [finding(n, f"r{n}", None) for n in range(12)]
    assert [one.id for one in choose(worst, {"0": "PO1", "1": "PO1", "2": "PO2"})] == ["0", *(str(number) for number in range(2, 11))]
    assert [one.id for one in choose(worst[:3], {"0": "PO1", "1": "PO1", "2": "PO2"})] == ["0", "1", "2"]


def test_the_order_of_a_finding_is_that_of_its_line_its_paper_or_itself(tmp_path: Path) -> None:
    tables = {
        "purchase_orders": """
            purchase_order_id | status    | currency
            PO1               | cancelled | EUR
            PO2               | issued    | EUR
        """,
        "purchase_order_lines": """
            purchase_order_line_id | purchase_order_id | quantity | unit_price
            PO1-1                  | PO1               | 2        | 50.00
            PO2-1                  | PO2               | 1        | 10.00
        """,
        "receipts": """
            receipt_line_id | receipt_id | purchase_order_line_id | quantity_received | received_at
            R1              |            | PO1-1                  | 2                 | 2025-03-01
        """,
        "invoices": """
            invoice_id | purchase_order_id | invoice_number | invoice_date | currency | amount_net
            I1         | PO2               | 7              | 2025-03-02   | EUR      | 100.00
        """,
        "invoice_lines": """
            invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
            I1-1            | I1         | PO1-1                  | 2        | 50.00
            I1-2            | I1         |                        | 1        | 50.00
        """,
    }
    asked = [
        replace(finding(number, "r", None), document=document, document_id=id_, line_id=line)
        for number, (document, id_, line) in enumerate(
            (
                ("purchase_order", "PO1", None), ("purchase_order", "PO1", "PO1-1"), ("receipt", "R1", "R1"), ("invoice", "I1", "I1-1"),
                ("invoice", "I1", "I1-2"), ("invoice", "I1", None), ("payment", "P1", None), ("receipt", "gone", "gone"),
            )
        )
    ]  # fmt: skip
    folder = plants.write(tmp_path, {name: plants.drawn(text) for name, text in tables.items()})
    with open_check(folder, policy=load_policy(), rules=["order-unapproved"]) as result:
        assert orders_of(result.database, asked) == {"0": "PO1", "1": "PO1", "2": "PO1", "3": "PO1", "4": "PO2", "5": "PO2"}


def test_the_paper_that_is_missing_stands_beside_the_one_that_says_so() -> None:
    papers = [
        paper("Purchase order", Field("supplier", "A", marked=False)),
        paper("Receipt", missing=True),
        paper("Invoice", Field("amount total", "9", marked=False), line=(Field("quantity", "1", marked=True),)),
    ]
    assert [one.name for one in two_papers(papers, BY_NAME["invoice-without-receipt"])] == ["Receipt", "Invoice"]


def test_the_papers_are_those_that_the_rule_looks_at_first() -> None:
    marked = Field("approved at", "2025-01-01", marked=True)
    papers = [paper("Purchase order", marked), paper("Approval", marked), paper("Change", marked)]
    assert [one.name for one in two_papers(papers, BY_NAME["changed-after-approval"])] == ["Approval", "Change"]


def test_of_one_kind_both_are_shown() -> None:
    first, second = (Paper("Invoice", id_, (Part("", (Field("invoice number", id_, marked=True),)),)) for id_ in ("I1", "I2"))
    assert [one.id for one in two_papers([first, second], BY_NAME["duplicate-invoice"])] == ["I1", "I2"]


def test_a_person_is_a_letter_the_same_on_both_papers() -> None:
    order = paper("Purchase order", Field("requested by", "Ada", marked=True), Field("approved by", "Ada", marked=True))
    step = paper("Approval", Field("person", "Ada", marked=True), Field("amount", "9", marked=False))
    told = two_papers([order, step], BY_NAME["self-approved"])
    values = [field.value for one in told for part in one.parts for field in part.fields]
    assert values == ["person A", "person A", "person A", "9"]
    # One who is not why there is a finding is not there at all.
    quiet = paper("Purchase order", Field("requested by", "Ada", marked=False), Field("issued at", "2025-01-01", marked=True))
    (told_alone,) = two_papers([quiet], BY_NAME["order-after-invoice"])
    assert [field.label for part in told_alone.parts for field in part.fields] == ["issued at"]


def test_the_drawn_plant_has_its_cases_and_nobody_is_named(brief: Brief) -> None:
    rules = [case.rule.name for case in brief.cases]
    assert {"price-above-order", "invoice-without-order", "order-without-work", "price-above-contract"} <= set(rules)
    assert max(rules.count(rule) for rule in rules) <= 2
    assert not [case for case in brief.cases if case.finding.severity == "I"]
    texts = [case.message for case in brief.cases] + [
        field.value for case in brief.cases for one in case.papers for part in one.parts for field in part.fields
    ]
    assert not [text for text in texts if "Ada" in text]
