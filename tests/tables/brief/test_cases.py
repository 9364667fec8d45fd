"""Which cases come before the meeting, and what of their papers."""

from counterfoil.tables.brief.cases import MOST_CASES, choose, two_papers
from counterfoil.tables.brief.run import Brief
from counterfoil.tables.checks import RULES
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
    chosen = choose(worst)
    assert [one.id for one in chosen] == ["0", "1", *(str(number) for number in range(8, 16))]


def test_findings_of_no_supplier_are_not_of_one() -> None:
    assert len(choose([finding(n, f"r{n}", None) for n in range(20)])) == MOST_CASES


def test_the_limit_on_suppliers_falls_before_that_on_rules() -> None:
    worst = [finding(n, "a", "X") for n in range(4)] + [finding(4 + n, f"b{n}", "X") for n in range(3)]
    assert [one.id for one in choose(worst)] == ["0", "1", "2", "3", "4", "5", "6"]
    worst += [finding(7 + n, f"c{n}", "X") for n in range(8)]
    # Two of rule a, then the others of the same supplier until there are ten.
    assert [one.id for one in choose(worst)] == ["0", "1", *(str(number) for number in range(4, 12))]


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
