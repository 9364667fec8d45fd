"""The measures of a run, worked out by hand, and held against what the findings and the chain of the same run say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.plants import drawn, write

from counterfoil.tables.check import open_check
from counterfoil.tables.measures import COLUMNS
from counterfoil.tables.policy import load_policy
from counterfoil.tables.result import CheckResult

SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "plant"
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)

PLANT = {
    "sites": """
        site_id | timezone
        Nord    | Europe/Berlin
        Süd     | Europe/Berlin""",
    "work_orders": """
        work_order_id | site_id | created_at | status
        WO1           | Süd     | 2026-01-22 | released""",
    "requisitions": """
        requisition_line_id | work_order_id | site_id | created_at           | status
        RQ1                 | WO1           |         | 2026-02-01T23:30:00Z | ordered
        RQ2                 | WO9           | Nord    | 2026-02-02           | ordered""",
    "purchase_orders": """
        purchase_order_id | site_id | status | currency | issued_at  | approved_at | approved_by
        PO1               | Nord    | issued | EUR      | 2026-01-10 | 2026-01-09  | ada
        PO2               | Süd     | issued | EUR      | 2026-02-06 | 2026-02-04  | ada
        PO3               | Nord    | issued | USD      | 2026-02-20 | 2026-02-19  | ada
        PO4               | Nord    | draft  | EUR      |            |             | """,
    "purchase_order_lines": """
        purchase_order_line_id | purchase_order_id | quantity | unit_price | need  | work_order_id | requisition_line_id | status
        PO1/1                  | PO1               | 4        | 25         | work  |               |                     |
        PO1/2                  | PO1               | 1        | 10         | work  | WO1           |                     |
        PO1/3                  | PO1               | 9        | 99         | work  |               |                     | cancelled
        PO2/1                  | PO2               | 2        | 50         | work  |               | RQ1                 |
        PO3/1                  | PO3               | 10       | 7          |       |               |                     |
        PO3/2                  | PO3               | 5        | 1          | stock |               |                     |
        PO4/1                  | PO4               | 5        | 1          | work  |               |                     | """,
    "receipts": """
        receipt_line_id | purchase_order_line_id | quantity_received | received_at | reverses
        R1              | PO1/1                  | 4                 | 2026-01-11  |
        R2              | PO1/1                  | 4                 | 2026-01-12  | R1
        R3              | PO1/1                  | 4                 | 2026-01-15  |
        R4              | PO1/2                  | 1                 | 2026-01-15  |
        R5              | PO2/1                  | 1                 | 2026-03-08  |
        R6              | PO2/1                  | 1                 | 2026-03-20  | """,
    "invoices": """
        invoice_id | invoice_number | kind    | invoice_date | entered_at | currency | amount_net | purchase_order_id
        IN1        | 1              |         | 2026-01-18   | 2026-01-20 | EUR      | 100        | PO1
        IN2        | 2              |         | 2026-03-06   |            | EUR      | 100        | PO2
        IN3        | 3              |         | 2026-03-10   | 2026-03-11 | EUR      | 40         |
        IN4        | 4              | credit  | 2026-03-12   | 2026-03-12 | EUR      | 1          | PO1""",
    "invoice_lines": """
        invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
        IN1/1           | IN1        | PO1/1                  | 4        | 25
        IN2/1           | IN2        | PO2/1                  | 2        | 50
        IN3/1           | IN3        |                        | 1        | 40
        IN4/1           | IN4        | PO1/1                  | 0        | 0""",
    "payments": """
        payment_id | invoice_id | amount | paid_at
        PA1        | IN1        | 60     | 2026-02-19
        PA2        | IN1        | 40     | 2026-02-24
        PA3        | IN4        | 1      | 2026-03-13""",
}


@contextmanager
def measured(folder: Path, policy: Path | None = None, **wishes: Any) -> Iterator[CheckResult]:
    with open_check(folder, policy=load_policy(policy), measured=True, **wishes) as result:
        yield result


def rows(result: CheckResult, measure: str, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of the rows of a measure, sorted; amounts without zeros at the end."""
    found = result.database.execute(f"SELECT {', '.join(columns)} FROM measures WHERE measure = ? ORDER BY ALL", [measure]).fetchall()
    return [tuple(cell.normalize() if isinstance(cell, Decimal) else cell for cell in row) for row in found]


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckResult]:
    folder = write(tmp_path_factory.mktemp("plant") / "in", {name: drawn(text) for name, text in PLANT.items()})
    with measured(folder, as_of=date(2026, 3, 31)) as result:
        yield result


def test_order_lines_that_name_no_work_order(plant: CheckResult) -> None:
    """PO1/1, 100 of PO1's 110 EUR; PO2 hangs on WO1 through its requisition. Of PO3 only the line that says nothing of its need counts, in
    its own currency. Cancelled lines, drafts and stock do not count."""
    columns = ("name", "site_id", "month", "currency", "documents", "of_documents", "lines", "of_lines", "amount", "of_amount")
    assert rows(plant, "unlinked", *columns) == [
        ("unstated", "Nord", FEBRUARY, "USD", 1, 1, 1, 1, Decimal("70").normalize(), Decimal("70").normalize()),
        ("work", "Nord", JANUARY, "EUR", 1, 1, 1, 2, Decimal("1E+2"), Decimal("1.1E+2")),
        ("work", "Süd", FEBRUARY, "EUR", 0, 1, 0, 1, Decimal(0), Decimal("1E+2")),
    ]


def test_invoiced_money_that_does_not_tie_back(plant: CheckResult) -> None:
    """PO1's 100 EUR hang on no work; PO2's tie all the way back; 40 EUR are on no order, and stand in the month of their invoice."""
    columns = ("site_id", "month", "currency", "documents", "of_documents", "lines", "of_lines", "amount", "of_amount")
    assert rows(plant, "untied", *columns) == [
        ("", MARCH, "EUR", 1, 1, 1, 1, Decimal("4E+1"), Decimal("4E+1")),
        ("Nord", JANUARY, "EUR", 1, 1, 2, 2, Decimal("1E+2"), Decimal("1E+2")),
        ("Süd", FEBRUARY, "EUR", 0, 1, 0, 1, Decimal(0), Decimal("1E+2")),
    ]


def test_days_by_hop(plant: CheckResult) -> None:
    """In the month in which the hop ended. RQ1 was written at 23:30 UTC, on the second of February in Berlin: 11 days after the work order,
    4 before the order. PO1's two lines came on one day: one document, two lines; a receipt that was taken back is none. PO2's invoice
    came two days before its first receipt. IN1 is paid when the last payment is made; a credit is not paid."""
    columns = ("name", "site_id", "month", "days", "documents", "lines")
    assert rows(plant, "days", *columns) == [
        ("invoice to payment", "Nord", FEBRUARY, 35, 1, 1),
        ("need to requisition", "Süd", FEBRUARY, 11, 1, 1),
        ("order to receipt", "Nord", JANUARY, 5, 1, 2),
        ("order to receipt", "Süd", MARCH, 30, 1, 1),
        ("receipt to invoice", "Nord", JANUARY, 5, 1, 1),
        ("receipt to invoice", "Süd", MARCH, -2, 1, 1),
        ("requisition to order", "Süd", FEBRUARY, 4, 1, 1),
    ]


def test_what_was_read(plant: CheckResult) -> None:
    """Orders and invoices by site and month, an invoice at the site of the order that it names; the others in all."""
    read = {row[:3]: row[3] for row in rows(plant, "read", "document", "site_id", "month", "documents")}
    assert {key: number for key, number in read.items() if key[0] in ("purchase_order", "invoice")} == {
        ("purchase_order", "Nord", JANUARY): 1,
        ("purchase_order", "Nord", FEBRUARY): 1,
        ("purchase_order", "Nord", None): 1,
        ("purchase_order", "Süd", FEBRUARY): 1,
        ("invoice", "Nord", JANUARY): 1,
        ("invoice", "Nord", MARCH): 1,
        ("invoice", "Süd", MARCH): 1,
        ("invoice", "", MARCH): 1,
    }
    assert (read["receipt", "", None], read["invoice_line", "", None], read["work_order", "", None]) == (6, 4, 1)


def test_a_finding_stands_once_however_it_is_cut(plant: CheckResult) -> None:
    """By rule and in all; order-without-work is one finding of PO1 in January at Nord."""
    found = rows(plant, "findings", "name", "document", "site_id", "month", "documents", "lines")
    assert ("order-without-work", "purchase_order", "Nord", JANUARY, 1, 1) in found
    one = plant.database.execute("SELECT count(*), count(DISTINCT (document, document_id)) FROM findings").fetchall()[0]
    whole = [row for row in found if not row[0]]
    assert (sum(row[5] for row in whole), sum(row[4] for row in whole)) == one
    assert sum(row[5] for row in found if row[0]) == one[0]


def test_measures_are_the_findings_and_the_chain_of_the_run() -> None:
    """On the bundled plant: what is unlinked is what order-without-work finds, what does not tie back is what the chain loses, and what is
    at risk is at risk; each row of the table is of one site and month."""
    with measured(SAMPLE, SAMPLE / "policy.toml") as result:
        outcomes = {outcome.rule.name: outcome for outcome in result.outcomes}
        database = result.database
        for need, rule in (("work", "order-without-work"), ("unstated", "need-unstated")):
            lines, amount = database.execute("SELECT sum(lines), sum(amount) FROM measures WHERE name = ?", [need]).fetchall()[0]
            assert (lines, amount) == (outcomes[rule].findings, outcomes[rule].amounts["EUR"])
        astray, invoiced = database.execute("SELECT sum(amount), sum(of_amount) FROM measures WHERE measure = 'untied'").fetchall()[0]
        hops = result.chain["EUR"]
        assert (invoiced, invoiced - astray) == (hops["invoiced"].amount, hops["approved"].amount)
        at_risk = database.execute("SELECT currency, sum(amount) FROM measures WHERE measure = 'at risk' AND name = '' GROUP BY currency")
        assert dict(at_risk.fetchall()) == result.at_risk
        counts = dict(rows(result, "findings", "name", "sum(lines) OVER (PARTITION BY name)"))
        assert counts.pop("") == sum(outcome.findings for outcome in result.outcomes)
        assert counts == {name: outcome.findings for name, outcome in outcomes.items() if outcome.findings}
        keys = "measure, name, document, site_id, month, currency, days"
        assert database.execute(f"SELECT {keys} FROM measures GROUP BY ALL HAVING count(*) > 1").fetchall() == []
        assert [(name, str(kind)) for name, kind, *_ in database.execute("DESCRIBE measures").fetchall()] == list(COLUMNS.items())


def test_what_a_rule_lacks_its_measure_lacks(tmp_path: Path) -> None:
    """Orders alone: no column says which work a line is for, so nothing is unlinked; there are no invoices, so nothing is untied."""
    tables = {
        "purchase_orders": PLANT["purchase_orders"],
        "purchase_order_lines": "purchase_order_line_id | purchase_order_id | quantity | unit_price\nX|PO1|1|1",
    }
    with measured(write(tmp_path / "in", {name: drawn(text) for name, text in tables.items()})) as result:
        assert {row[0] for row in result.database.execute("SELECT DISTINCT measure FROM measures").fetchall()} <= {
            "read",
            "findings",
            "at risk",
        }


def test_an_unmeasured_check_has_no_measures(tmp_path: Path) -> None:
    """A plain check is no slower."""
    folder = write(tmp_path / "in", {"purchase_orders": drawn(PLANT["purchase_orders"])})
    with open_check(folder, policy=load_policy(None)) as result:
        assert result.database.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'measures'").fetchall() == [(0,)]


def test_amounts_beyond_all_sums_are_unknown(tmp_path: Path) -> None:
    """Two lines of nearly 10^22 each: no 38 digits hold their sum with sixteen decimals."""
    tables = dict(PLANT)
    tables["purchase_order_lines"] = """
        purchase_order_line_id | purchase_order_id | quantity    | unit_price  | need | work_order_id
        PO1/1                  | PO1               | 99999999999 | 99999999999 | work |
        PO1/2                  | PO1               | 99999999999 | 99999999999 | work | """
    with measured(write(tmp_path / "in", {name: drawn(text) for name, text in tables.items()})) as result:
        assert rows(result, "unlinked", "lines", "amount") == [(2, None)]
