"""The list that people filter: what is in it when not everything can be, and how long a page may become."""

import json
from collections import Counter
from decimal import Decimal

import pytest
from tests.interfaces.hand_made import finding, hops, result, rule

from counterfoil.tables.landing import LandedTable, Report
from counterfoil.tables.report.listing import MOST, OF_EACH_RULE, listing
from counterfoil.tables.report.view import render
from counterfoil.tables.result import CheckResult, Outcome
from counterfoil.tables.schema import TABLES, Kind

pytestmark = pytest.mark.slow

MEGABYTES_5 = 5_000_000
NAMES = tuple(f"rule-{number}" for number in range(12))


def crowd(findings: int, text: str = "", rules: tuple[str, ...] = NAMES) -> CheckResult:
    """Findings made by the database, of every rule in turn, but of the last only one in a thousand and those are infos; all texts `text`
    where it is given. The later, the larger the amount."""
    found = result(
        outcomes=[Outcome(rule(name), "run", findings=findings // len(rules), amounts={"EUR": Decimal(1)}) for name in rules],
        tables=[LandedTable(name, (f"{name}.csv",), frozenset(), 1, 0) for name in TABLES],
    )
    word = "?" if text else "format('{:07}', i)"
    columns = [f"{word} AS {name}" for name in "site_id supplier_id category document_id line_id work_order_id message".split()]
    found.database.execute(
        f"""INSERT INTO findings BY NAME SELECT format('{{:020}}', i) AS finding_id, ?[1 + place] AS rule,
            CASE WHEN place = {len(rules) - 1} THEN 'I' WHEN place % 2 = 0 THEN 'E' ELSE 'W' END AS severity,
            'purchase_order' AS document, 'EUR' AS currency, i AS amount_at_risk, DATE '2026-03-01' AS occurred_at,
            json_object('note', repeat('e', 900)) AS evidence, {", ".join(columns)}
            FROM (SELECT i, CASE WHEN i % 1000 = 0 THEN {len(rules) - 1} ELSE i % {len(rules) - 1} END AS place FROM range(?) AS r(i))""",
        [list(rules), *([text] * len(columns) if text else []), findings],
    )
    return found


def rows_of(found: CheckResult) -> tuple[list[dict[str, object]], int]:
    """The listed rows by name, and how many there are said to be."""
    number, text = listing(found.database, {outcome.rule.name: outcome.rule for outcome in found.outcomes})
    held = json.loads(str(text))
    fields = "rule severity site supplier category document document_id line_id work amount rank month day message others".split()
    rows = [dict(zip(fields, row, strict=True)) for row in held["rows"]]
    for row in rows:
        row["rule"] = held["rules"][row["rule"]]["name"]
        row |= {name: held["words"][row[name]] for name in ("site", "supplier", "category", "document")}
    return rows, number


def test_few_findings_are_all_there_worst_first() -> None:
    rows, number = rows_of(
        result(
            [
                finding(1, severity="W", amount_at_risk=Decimal(900), site_id="Nord", message="<b>&\\\"'"),
                finding(2, severity="E", amount_at_risk=Decimal(10), currency="USD", occurred_at=None),
                finding(3, severity="E", amount_at_risk=Decimal(700), supplier_id="S\u202e1", work_order_id="W"),
                finding(4, severity="I", amount_at_risk=None, currency=None, document=None, document_id=None, line_id=None),
                finding(5, severity="E", amount_at_risk=Decimal(0), currency="AUD"),
            ]
        )
    )
    assert number == 5
    assert [(row["document_id"], row["amount"]) for row in rows] == [
        ("PO3", "700.00 EUR"),
        ("PO2", "10.00 USD"),
        ("PO5", ""),
        ("PO1", "900.00 EUR"),
        ("", ""),
    ]
    # by amount: euro from the largest, then dollars, then what has none
    assert [row["document_id"] for row in sorted(rows, key=lambda row: int(str(row["rank"])))][:3] == ["PO1", "PO3", "PO2"]
    assert (rows[0]["supplier"], rows[0]["work"], rows[0]["document"]) == ("S\\u202e1", "W", "purchase order")
    assert (rows[1]["day"], rows[1]["month"], rows[0]["month"]) == ("", "", "2026-03")
    assert rows[3]["message"] == "<b>&\\\"'"


def test_of_many_findings_forty_of_every_rule_are_there() -> None:
    """Of 60,000 findings 60 are infos of one rule: forty of them are listed, its largest, though thousands of errors were left out."""
    found = crowd(60_000)
    rows, number = rows_of(found)
    assert number == len(rows) == MOST
    counted = Counter(row["rule"] for row in rows)
    assert set(counted) == set(NAMES)
    assert min(counted.values()) == OF_EACH_RULE
    assert [row["document_id"] for row in rows if row["rule"] == NAMES[-1]] == [f"{n:07}" for n in range(59_000, 19_000, -1000)]
    assert [row["severity"] for row in rows] == sorted(row["severity"] for row in rows)  # type: ignore[type-var]
    errors = [str(row["document_id"]) for row in rows if row["severity"] == 0]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] == "0059998"  # 59,999 is a warning


@pytest.mark.parametrize(
    "text",
    ["<" * 5000, *(pytest.param(text, marks=pytest.mark.full) for text in ("漢" * 5000, '"&' * 2500, "\u202e" * 5000))],
    ids=["<", "漢", "&", "turned"],
)
def test_long_and_hostile_texts_everywhere_keep_the_page_short(text: str) -> None:
    """Every text of every finding, of every paper, of every rejected row and of everything noticed; rows of every rule are listed still."""
    found = crowd(4_200, text)
    chain = {f"{number}{text}": hops(*((("1", 1),) * 7)) for number in range(40)}
    reports = tuple(Report("receipts", text, text, text, 1, text) for _ in range(100))
    object.__setattr__(found, "chain", chain)
    object.__setattr__(found, "at_risk", {f"{number}{text}": Decimal(1) for number in range(40)})
    object.__setattr__(found, "policy", {"name": text, "version": text, "exempt_suppliers": [text] * 1000})
    object.__setattr__(found.landing, "reports", reports)
    found.database.execute(
        """INSERT INTO rejected_receipts BY NAME
           SELECT ? AS file, i AS line, 'unit' AS "column", ? AS "value", 'no' AS reason FROM range(200) AS r(i)""",
        [text, text],
    )
    for name, table in TABLES.items():
        texts = [column.name for column in table if column.kind is Kind.TEXT]
        values = ", ".join(f'? AS "{column}"' for column in texts)
        found.database.execute(f"INSERT INTO {name} BY NAME SELECT {values} FROM range(5)", [text] * len(texts))
    found.database.execute(
        "UPDATE findings SET members = NULL, evidence = json_object(" + ", ".join(f"'n{n}', ?" for n in range(30)) + ")", [text] * 30
    )
    rows, number = rows_of(found)
    counted = Counter(row["rule"] for row in rows)
    assert set(counted) == set(NAMES)
    assert min(counted.values()) == 5  # there are five of the rarest
    assert number > 400
    assert len(render(found).encode()) < MEGABYTES_5


@pytest.mark.full
def test_a_million_findings_stay_below_five_megabytes() -> None:
    """And the same with texts as long and wide as the page takes."""
    for found in (crowd(1_000_000), crowd(1_000_000, "漢<" * 60)):
        html = render(found)
        assert len(html.encode()) < MEGABYTES_5
        assert " of 999,996 findings" in html
