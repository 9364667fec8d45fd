"""The stories of a report: which papers lie side by side, what is marked on them, and which paper is missing."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from benchmarks.plant import make_plant
from tests import plants
from tests.interfaces.hand_made import HOSTILE, finding, result, rule
from tests.interfaces.taken_apart import Page

from counterfoil.tables.check import open_check
from counterfoil.tables.checks import RULES
from counterfoil.tables.checks.registry import Rule
from counterfoil.tables.landing import LandedTable, Unusable
from counterfoil.tables.policy import load_policy
from counterfoil.tables.reading import land
from counterfoil.tables.report import queries
from counterfoil.tables.report.papers import MOST
from counterfoil.tables.report.stories import _FIELDS, Paper, tell
from counterfoil.tables.report.view import render
from counterfoil.tables.result import CheckResult
from counterfoil.tables.schema import TABLES, Kind

pytestmark = pytest.mark.slow

PLANT = Path(__file__).resolve().parents[3] / "samples" / "plant"
LANDED = [LandedTable(name, (f"{name}.csv",), frozenset(), 1, 0) for name in TABLES]
Told = dict[tuple[str, str], tuple[Paper, ...]]
"""(rule, line or document) → the papers of its story."""


def told(result: CheckResult) -> Told:
    """The story of every finding, not only of the worst."""
    rows = result.database.execute(
        """SELECT rule, severity, site_id, supplier_id, document, document_id, line_id, coalesce(string_split(members, chr(31)), []),
                  work_order_id, amount_at_risk, currency, occurred_at::VARCHAR, coalesce(message, ''), coalesce(evidence, ''), []
           FROM findings ORDER BY rule, finding_id"""
    ).fetchall()
    rules = {outcome.rule.name: outcome.rule for outcome in result.outcomes}
    findings = [queries.Finding(*row) for row in rows]
    stories = tell(result.database, result.landing, [(one, rules[one.rule]) for one in findings])
    return {(one.rule, str(one.line_id or one.document_id)): papers for one, papers in zip(findings, stories, strict=True)}


def marks(papers: tuple[Paper, ...]) -> set[str]:
    """What is marked, as "Purchase order PO-1, Line 2, quantity: 4", and what is missing, as "Receipt: none"."""
    fields = {
        ", ".join(part for part in (f"{paper.name} {paper.id}", part.title, f"{field.label}: {field.value}") if part)
        for paper in papers
        for part in paper.parts
        for field in part.fields
        if field.marked
    }
    return fields | {f"{paper.name}: none" for paper in papers if paper.missing}


def names(papers: tuple[Paper, ...]) -> list[str]:
    return [f"{paper.name} {paper.id}".strip() for paper in papers]


# ---- the sample, worked out by hand from its files --------------------------------------------------------------------------------

MARKED: dict[tuple[str, str], set[str]] = {
    ("order-without-work", "PO-4003/1"): {"Work order: none", "Purchase order PO-4003, Line 1, need: work"},
    ("need-unstated", "PO-4005/1"): {"Work order: none", "Purchase order PO-4005, Line 1, need: none"},
    ("work-unknown", "PO-4006/1"): {"Work order: none", "Purchase order PO-4006, Line 1, work order: WO-1099"},
    ("order-on-closed-work", "PO-4007/1"): {
        "Work order WO-1001, completed at: 2025-03-12 15:00",
        "Work order WO-1001, closed at: 2025-03-20 10:00",
        "Purchase order PO-4007, issued at: 2025-03-25 09:00",
    },
    ("order-on-closed-work", "PO-4009/1"): {
        "Work order WO-1002, completed at: 2025-03-26 14:00",
        "Purchase order PO-4009, issued at: 2025-03-28 10:00",
    },
    ("order-at-other-site", "PO-4010/1"): {"Work order WO-1004, site: S", "Purchase order PO-4010, site: N"},
    ("over-allocated", "PO-4011/1"): {
        "Purchase order PO-4011, Line 1, quantity: 12",
        "Allocation WO-1002, quantity: 12",
        "Allocation WO-1008, quantity: 2",
    },
    ("under-allocated", "PO-4013/1"): {"Purchase order PO-4013, Line 1, quantity: 50", "Allocation WO-1005, quantity: 40"},
    ("links-disagree", "PO-4014/1"): {"Requisition RQ-3, work order: WO-1002", "Purchase order PO-4014, Line 1, work order: WO-1006"},
    ("work-without-commitment", "WO-1009/1"): {
        "Work order WO-1009, started at: 2025-04-22 08:00",
        "Purchase order PO-4018, issued at: 2025-04-28 10:00",
    },
    ("work-without-commitment", "WO-1003/1"): {
        "Work order WO-1003, started at: 2025-04-01 08:00",
        "Purchase order PO-4019, issued at: none",
    },
    ("work-without-commitment", "WO-1005/2"): {
        "Work order WO-1005, started at: 2025-05-05 07:00",
        "Purchase order PO-4015, issued at: 2025-05-05 11:00",
    },
    ("request-after-start", "RQ-4"): {"Requisition RQ-4, created at: 2025-05-05 10:00", "Work order WO-1005, started at: 2025-05-05 07:00"},
    ("invoice-without-order", "IN-010"): {"Purchase order: none", "Invoice IN-010, purchase order: none"},
    ("invoice-names-order-only", "IN-031"): {"Invoice IN-031, purchase order: PO-4029"},
    ("invoice-names-work", "IN-047/1"): {"Purchase order: none", "Invoice IN-047, purchase order: WO-1006"},
    ("order-unknown", "GR-4991"): {"Purchase order: none", "Receipt GR-4991, purchase order line: PO-4060/1"},
    ("receipt-without-order", "GR-4990"): {"Purchase order: none", "Receipt GR-4990, purchase order line: none"},
    ("order-never-issued", "PO-4019"): {
        "Purchase order PO-4019, issued at: none",
        "Receipt GR-4019, received at: 2025-03-31 09:00",
        "Invoice IN-021, invoice date: 2025-03-31",
    },
    ("order-after-invoice", "PO-4018/1"): {
        "Purchase order PO-4018, issued at: 2025-04-28 10:00",
        "Invoice IN-020, invoice date: 2025-04-25",
    },
    ("late-receipt", "PO-4020/1"): {
        "Purchase order PO-4020, Line 1, need by: 2025-04-10",
        "Receipt GR-4020a, received at: 2025-04-08 09:00",
        "Receipt GR-4020b, received at: 2025-04-14 09:00",
    },
    ("overdue", "PO-4025/1"): {
        "Purchase order PO-4025, Line 1, need by: 2025-04-25",
        "Purchase order PO-4025, Line 1, quantity: 10",
        "Receipt: none",
    },
    ("price-above-order", "IN-025/1"): {
        "Purchase order PO-4022, Line 1, unit price: 65",
        "Invoice IN-025, Line IN-025/1, unit price: 68",
    },
    ("price-above-contract", "PO-4023/1"): {"Contract K-1, unit price: 18", "Purchase order PO-4023, Line 1, unit price: 19.2"},
    ("quantity-above-received", "IN-018/1"): {
        "Receipt GR-4016, quantity received: 2",
        "Receipt GR-4016, quantity accepted: 1",
        "Invoice IN-018, Line IN-018/1, quantity: 2",
    },
    ("quantity-above-ordered", "IN-003/1"): {
        "Purchase order PO-4002, Line 1, quantity: 8",
        "Invoice IN-002, Line IN-002/1, quantity: 8",
        "Invoice IN-003, Line IN-003/1, quantity: 8",
    },
    ("invoice-without-receipt", "IN-028/1"): {"Receipt: none", "Invoice IN-028, Line IN-028/1, quantity: 10"},
    ("currency-differs", "IN-029/1"): {"Purchase order PO-4026, currency: USD", "Invoice IN-029, currency: EUR"},
    ("total-differs", "IN-013"): {
        "Invoice IN-013, amount net: 662",
        "Invoice IN-013, Line IN-013/1, quantity: 12",
        "Invoice IN-013, Line IN-013/1, unit price: 55",
    },
    ("duplicate-invoice", "IN-003"): {
        "Invoice IN-002, invoice number: B-310",
        "Invoice IN-002, amount total: 618.8",
        "Invoice IN-003, invoice number: b 0310",
        "Invoice IN-003, amount total: 618.8",
    },
    ("order-unapproved", "PO-4031"): {"Approval: none", "Purchase order PO-4031, approved by: none"},
    ("approval-exceeded", "PO-4033"): {
        "Purchase order PO-4033, Line 1, quantity: 20",
        "Purchase order PO-4033, Line 1, unit price: 65",
        "Approval PO-4033, amount: 1,200",
    },
    ("changed-after-approval", "PO-4034/1"): {
        "Purchase order PO-4034, approved at: 2025-05-19 15:00",
        "Change PO-4034/1, old: 1",
        "Change PO-4034/1, new: 3",
        "Change PO-4034/1, changed at: 2025-05-22 10:00",
    },
    ("supplier-not-approved", "PO-4017"): {"Supplier S-300, status: blocked", "Purchase order PO-4017, supplier: S-300"},
    ("supplier-shares-tax-id", "S-100"): {"Supplier S-100, tax id: TAX-A", "Supplier S-101, tax id: TAX-A"},
    ("paid-over-invoice", "IN-012"): {"Invoice IN-012, amount total: 928.2", "Payment PAY-012, amount: 982.2"},
    ("payment-on-void", "PAY-048"): {"Invoice IN-048, status: void", "Payment PAY-048, paid at: 2025-04-02"},
    ("order-open-on-closed-work", "PO-4041/1"): {
        "Work order WO-1006, status: closed",
        "Purchase order PO-4041, Line 1, quantity: 2",
        "Receipt GR-4041, quantity received: 1",
    },
    ("revision-differs", "PO-4012/1"): {
        "Work order WO-1008, Line WO-1008/1, revision: B",
        "Purchase order PO-4012, Line 1, revision: A",
    },
    ("received-not-invoiced", "PO-4040/1"): {"Receipt GR-4040, quantity received: 4", "Invoice: none"},
    ("invoice-paid-late", "IN-005"): {"Invoice IN-005, due on: 2025-04-05", "Payment PAY-005, paid at: 2025-04-25"},
    ("lot-untraced", "USE-3"): {"Lot: none", "Consumption USE-3, lot: none"},
    ("lot-overdrawn", "LOT-1"): {
        "Receipt GR-4001, quantity received: 4",
        "Lot LOT-1, quantity: 4",
        "Consumption USE-1, quantity: 4",
        "Consumption USE-2, quantity: 1",
    },
}


@pytest.fixture(scope="module")
def plant() -> Iterator[CheckResult]:
    with open_check(PLANT, policy=load_policy(PLANT / "policy.toml")) as checked:
        yield checked


@pytest.fixture(scope="module")
def stories(plant: CheckResult) -> Told:
    return told(plant)


def test_every_finding_has_something_marked_or_missing(stories: Told) -> None:
    assert {name for name, _ in stories} == {one.name for one in RULES}  # the sample has a fault for every rule
    assert [about for about, papers in stories.items() if not marks(papers)] == []


@pytest.mark.parametrize("about", MARKED, ids=" ".join)
def test_what_disagrees_is_marked_and_nothing_else(stories: Told, about: tuple[str, str]) -> None:
    assert marks(stories[about]) == MARKED[about]


def test_the_papers_come_in_the_order_of_the_chain(stories: Told) -> None:
    """What needed it, what was ordered, what came, what was billed, what was paid."""
    assert names(stories["paid-without-receipt", "PAY-028"]) == ["Purchase order PO-4025", "Receipt", "Invoice IN-028", "Payment PAY-028"]
    assert names(stories["invoice-on-dead-order", "IN-032/1"]) == ["Work order WO-1007", "Purchase order PO-4030", "Invoice IN-032"]


def test_a_work_order_over_its_budget_shows_orders_with_their_lines(stories: Told) -> None:
    """WO-1005 has five order lines, one of them by allocation; the three that are shown have their heads and no head is without."""
    papers = [paper for paper in stories["over-budget", "WO-1005"] if paper.name == "Purchase order"]
    assert len(papers) == MOST
    assert all([part.title for part in paper.parts] == ["", "Line 1"] for paper in papers)


def test_a_line_of_a_work_order_shows_itself_and_the_orders_for_it_alone(stories: Told) -> None:
    """WO-1003 has three orders; the one for its seals was never issued. WO-1009 has two; the grease is not for the fitter's hours."""
    assert names(stories["work-without-commitment", "WO-1003/1"]) == ["Work order WO-1003", "Purchase order PO-4019"]
    assert names(stories["work-without-commitment", "WO-1009/1"]) == ["Work order WO-1009", "Purchase order PO-4018"]
    assert [part.title for part in stories["work-without-commitment", "WO-1009/1"][0].parts] == ["", "Line WO-1009/1"]


def test_a_line_in_several_findings_is_one_story(plant: CheckResult) -> None:
    """PO-4018/1 was ordered after its invoice, its receipt and its work: one story, at the worst, which names the other two."""
    (one,) = [found for found in queries.worst(plant.database, 100) if found.line_id == "PO-4018/1"]
    assert {one.rule, *one.others} == {"order-after-invoice", "order-after-receipt", "order-after-work"}
    assert one.severity == "E"
    # IN-003 and its line IN-003/1 are two things that somebody looks at
    told_of = Counter(found.line_id for found in queries.worst(plant.database, 100) if found.document_id == "IN-003")
    assert told_of == {None: 1, "IN-003/1": 1}


# ---- what the rules declare -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", RULES, ids=lambda one: one.name)
def test_what_a_rule_looks_at_exists_and_is_shown(declared: Rule) -> None:
    for name in declared.disagree:
        table, _, column = name.removesuffix("?").partition(".")
        assert table in TABLES
        if column:
            assert column in {one.name for one in TABLES[table].columns}
            assert column in _FIELDS[table].split()


# ---- few papers, however many there are -------------------------------------------------------------------------------------------

MANY = 5000


def crowded() -> CheckResult:
    """One order with 5,000 lines, one work order with 5,000 order lines (half of them by allocation) and as many of its own, an invoice
    with 5,000 lines, 5,000 receipts of one line, a group of 5,000 orders; a finding about each."""
    found = result(
        [
            finding(1, rule="order-unapproved", document_id="PO", line_id=None),
            finding(2, rule="over-budget", document="work_order", document_id="WO", line_id=None, work_order_id="WO"),
            finding(3, rule="total-differs", document="invoice", document_id="IN", line_id=None),
            finding(4, rule="overdue", document_id="PO", line_id="L00001"),
            finding(5, rule="split-order", document_id="G00000", line_id=None, members="\x1f".join(f"G{n:05}" for n in range(MANY))),
            finding(6, rule="work-without-commitment", document="work_order", document_id="WO", line_id="W00007", work_order_id="WO"),
        ],
        tables=LANDED,
    )
    for statement in (
        "INSERT INTO work_orders BY NAME SELECT 'WO' AS work_order_id",
        "INSERT INTO purchase_orders BY NAME SELECT 'PO' AS purchase_order_id",
        "INSERT INTO purchase_orders BY NAME SELECT format('G{:05}', n) AS purchase_order_id FROM range(?) AS r(n)",
        "INSERT INTO purchase_order_lines BY NAME SELECT format('L{:05}', n) AS purchase_order_line_id, 'PO' AS purchase_order_id, "
        "'P' || n AS part_id, CASE WHEN n % 2 = 0 THEN 'WO' END AS work_order_id, n AS quantity FROM range(?) AS r(n)",
        "INSERT INTO allocations BY NAME SELECT format('L{:05}', n) AS purchase_order_line_id, 'WO' AS work_order_id, n AS quantity "
        "FROM range(?) AS r(n) WHERE n % 2 = 1",
        "INSERT INTO work_order_lines BY NAME SELECT format('W{:05}', n) AS work_order_line_id, 'WO' AS work_order_id, 'P' || n AS part_id "
        "FROM range(?) AS r(n)",
        "INSERT INTO invoices BY NAME SELECT 'IN' AS invoice_id",
        "INSERT INTO invoice_lines BY NAME SELECT format('B{:05}', n) AS invoice_line_id, 'IN' AS invoice_id, format('L{:05}', n) "
        "AS purchase_order_line_id FROM range(?) AS r(n)",
        "INSERT INTO receipts BY NAME SELECT format('R{:05}', n) AS receipt_line_id, 'L00001' AS purchase_order_line_id "
        "FROM range(?) AS r(n)",
    ):
        found.database.execute(statement, [MANY] if "?" in statement else [])
    return found


def test_papers_around_keys_that_thousands_share_stay_few() -> None:
    found = crowded()
    stories = {about: names(papers) for about, papers in told(found).items()}
    for papers in stories.values():
        assert max(Counter(name.rpartition(" ")[0] for name in papers).values()) <= MOST
    assert stories["order-unapproved", "PO"] == ["Work order WO", "Purchase order PO"]
    assert stories["split-order", "G00000"] == ["Work order", "Purchase order G00000", "Purchase order G00001", "Purchase order G00002"]
    # of 5,000 orders' lines those for the part of the line that was needed, which comes by allocation
    line = told(found)["work-without-commitment", "W00007"]
    assert [part.title for paper in line for part in paper.parts] == ["", "Line W00007", "", "Line L00007"]
    assert len(render(found).encode()) < 200_000


def test_stories_are_gathered_together(plant: CheckResult) -> None:
    """Three score stories ask the database as often as one."""

    class Counting:
        def __init__(self) -> None:
            self.asked = 0

        def execute(self, *args: object) -> object:
            self.asked += 1
            return plant.database.execute(*args)  # type: ignore[arg-type]

        def executemany(self, *args: object) -> object:
            return plant.database.executemany(*args)  # type: ignore[arg-type]

    rules = {outcome.rule.name: outcome.rule for outcome in plant.outcomes}
    found = [(one, rules[one.rule]) for one in queries.worst(plant.database, 60)]
    asked = []
    for some in (found[:1], found):
        counting = Counting()
        tell(counting, plant.landing, some)  # type: ignore[arg-type]
        asked.append(counting.asked)
    assert len(found) > 40
    assert asked[0] == asked[1]


# ---- whatever stands in the data --------------------------------------------------------------------------------------------------


def filled(text: str) -> CheckResult:
    """One row in every table, every text of it `text`, ids too, and a finding about every kind of document."""
    documents = ["requisition", "work_order", "purchase_order", "receipt", "invoice", "payment", "supplier", "lot", "consumption"]
    wide = rule("everything")
    everything = tuple(f"{table}.{column}?" for table, columns in _FIELDS.items() for column in columns.split())
    object.__setattr__(wide, "disagree", everything)
    found = result(
        [
            finding(n, rule="everything", document=document, document_id=text, line_id=line, work_order_id=text, members=None, site_id=text)
            for n, (document, line) in enumerate((one, line) for one in documents for line in (None, text))
        ],
        tables=LANDED,
    )
    outcomes = tuple(type(one)(wide, "run", findings=one.findings, amounts={}) for one in found.outcomes)
    object.__setattr__(found, "outcomes", outcomes)
    cells = {Kind.DECIMAL: "12.5", Kind.INTEGER: "30", Kind.MOMENT: "TIMESTAMP '2026-03-01 08:00:00'", Kind.YES_NO: "true"}
    for name, table in TABLES.items():
        values, bound = [], []
        for column in table:
            if column.kind in cells:
                values.append(f'{cells[column.kind]} AS "{column.name}"')
            elif column.kind is Kind.PRICE_QUANTITY:
                values.append(f'100 AS "{column.name}"')
            else:
                values.append(f'? AS "{column.name}"')
                bound.append(text)
            if column.kind is Kind.MOMENT:
                values.append(f'1::TINYINT AS "{column.name}_form"')
        found.database.execute(f"INSERT INTO {name} BY NAME SELECT {', '.join(values)}", bound)
    return found


def test_hostile_texts_in_every_field_of_every_table() -> None:
    """The page has the same elements as with a harmless text, whatever stands in the papers."""
    harmless = Page(render(filled("harmless")))
    assert harmless.tags["mark"] > 100
    for text in HOSTILE[5:18:2]:
        html = render(filled(text))
        page = Page(html)
        assert page.tags == harmless.tags, text
        assert not [one for one in page.attributes if one[1].startswith("on") or one[1] in ("src", "style")]
        assert len(html) < 1_000_000


def test_a_paper_whose_row_was_rejected_is_left_out_and_not_called_missing(tmp_path: Path) -> None:
    """WO-1 cannot be read (its start is no date). That its order came after the invoice can be told all the same."""
    folder = plants.write(
        tmp_path / "plant",
        {
            name: plants.drawn(text)
            for name, text in {
                "work_orders": "work_order_id | started_at\n WO-1 | some day",
                "purchase_orders": "purchase_order_id | status | currency | issued_at\n PO | issued | EUR | 2025-03-09",
                "purchase_order_lines": "purchase_order_line_id | purchase_order_id | quantity | unit_price | need | work_order_id\n"
                "L | PO | 4 | 25 | work | WO-1",
                "invoices": "invoice_id | supplier_id | invoice_number | invoice_date | currency\n IN | S | 1 | 2025-03-05 | EUR",
                "invoice_lines": "invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price\n B | IN | L | 4 | 25",
            }.items()
        },
    )
    with open_check(folder, policy=load_policy(), run_date=date(2025, 6, 1)) as checked:
        assert checked.landing.tables["work_orders"].rejected == 1
        stories = told(checked)
        assert names(stories["order-after-invoice", "L"]) == ["Purchase order PO", "Invoice IN"]
        assert marks(stories["order-after-invoice", "L"]) == {
            "Purchase order PO, issued at: 2025-03-09",
            "Invoice IN, invoice date: 2025-03-05",
        }


def test_a_moment_is_shown_as_it_was_written(tmp_path: Path) -> None:
    """A date has no time of day; a clock of the site has no zone; an instant with an offset is shown in UTC."""
    folder = plants.write(
        tmp_path / "plant",
        {
            "purchase_orders": plants.drawn(
                "purchase_order_id | status | created_at | approved_at | issued_at\n PO | issued | 2025-03-01 | 2025-03-02T07:05 | "
                "2025-03-09T00:30:00+02:00"
            ),
            "purchase_order_lines": plants.drawn(
                "purchase_order_line_id | purchase_order_id | quantity | unit_price | need\n L | PO | 4.500000 | 25 | work"
            ),
            "allocations": plants.drawn("purchase_order_line_id | work_order_id | quantity"),
        },
    )
    with open_check(folder, policy=load_policy(), run_date=date(2025, 6, 1)) as checked:
        papers = told(checked)["order-without-work", "L"]
    (order,) = [paper for paper in papers if paper.name == "Purchase order"]
    shown = {field.label: field.value for part in order.parts for field in part.fields}
    assert (shown["created at"], shown["approved at"], shown["issued at"]) == ("2025-03-01", "2025-03-02 07:05", "2025-03-08 22:30 UTC")
    assert shown["quantity"] == "4.5"


# ---- files that change under the report -------------------------------------------------------------------------------------------


def shorten(file: Path) -> None:
    """Well-formed as before: nothing but its state betrays that it is another file."""
    table = pq.read_table(file)
    pq.write_table(table.slice(0, table.num_rows - 1), file)


def spoil(file: Path) -> None:
    file.write_bytes(b"PAR1")


def test_files_that_changed_before_the_papers_were_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gets papers of another state than the one that was judged, even where they could be read."""
    monkeypatch.setattr(land, "IN_PLACE_FROM", 1)
    make_plant(tmp_path, 1000)
    file = tmp_path / "purchase_order_lines.parquet"
    content, state = file.read_bytes(), file.stat()
    with open_check(tmp_path, policy=load_policy(), rules=["order-without-work"], run_date=date(2026, 6, 30)) as checked:
        assert checked.landing.tables["purchase_order_lines"].in_place
        for change, said in (
            (shorten, "changed while it was read"),
            (spoil, "changed while it was read"),
            (Path.unlink, "cannot be opened"),
        ):
            told(checked)
            change(file)
            with pytest.raises(Unusable, match=rf"purchase_order_lines\.parquet {said}"):
                told(checked)
            file.write_bytes(content)
            os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))


def test_evidence_that_names_papers_of_the_wrong_type_is_no_start() -> None:
    evidence = json.dumps({"invoice": ["IN"], "order_id": {"a": 1}, "contract": None, "lot": 3, "first_invoice": "IN"})
    found = result([finding(1, document="invoice", document_id="X", line_id=None, evidence=evidence)], tables=LANDED)
    found.database.execute("INSERT INTO invoices BY NAME SELECT 'IN' AS invoice_id")
    assert "Invoice IN" in names(told(found)["order-without-work", "X"])


def test_a_line_whose_order_was_never_read_is_a_paper_of_its_own(tmp_path: Path) -> None:
    folder = plants.write(
        tmp_path / "plant",
        {
            "purchase_orders": plants.drawn("purchase_order_id | status\n PO | issued"),
            "purchase_order_lines": plants.drawn(
                "purchase_order_line_id | purchase_order_id | quantity | unit_price\n L | PO-9 | 4 | 25\n M | PO | 4 | 25"
            ),
            "receipts": plants.drawn("receipt_line_id | purchase_order_line_id | quantity_received | received_at"),
            "invoices": plants.drawn("invoice_id | supplier_id | invoice_number | invoice_date | purchase_order_id"),
            "invoice_lines": plants.drawn("invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price"),
        },
    )
    with open_check(folder, policy=load_policy(), rules=["order-unknown"], run_date=date(2025, 6, 1)) as checked:
        papers = told(checked)["order-unknown", "L"]
    assert names(papers) == ["Purchase order", "Purchase order line L"]
    assert marks(papers) == {"Purchase order: none", "Purchase order line L, purchase order: PO-9"}
