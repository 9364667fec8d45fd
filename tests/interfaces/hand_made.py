"""A result made by hand: some hundred findings of every sort, hostile texts among them, with no folder and no rule behind it."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from counterfoil.tables.checks.registry import Rule
from counterfoil.tables.facts.run import Facts
from counterfoil.tables.landing import LandedTable, Landing, Report
from counterfoil.tables.policy import load_policy
from counterfoil.tables.reading.keep import create_tables
from counterfoil.tables.result import CheckResult, Hop, Outcome
from counterfoil.tables.schema import TABLES

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\uff1d1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>*{display:none}",
    "[bold red]order[/bold red]",
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b31m",
    "PO\u202e321\u202c",
    "a\u2028b\nc",
    "{{ 7 * 7 }}",
    "x" * 5000,
    "Счёт 7 № é 漢字",
    'a;b,"c"',
    "",
)

FINDINGS = """finding_id VARCHAR, facts_digest VARCHAR, rule VARCHAR, severity VARCHAR, site_id VARCHAR, supplier_id VARCHAR,
    category VARCHAR, document VARCHAR, document_id VARCHAR, line_id VARCHAR, members VARCHAR, work_order_id VARCHAR,
    amount_at_risk DECIMAL(38,16), currency VARCHAR, occurred_at DATE, message VARCHAR, evidence VARCHAR"""

REJECTED = 'file, line, "column", "value", reason, clash'


def rule(name: str, theme: str = "linking", severity: str = "E", per: str = "line") -> Rule:
    """A rule of that name, which nobody may run."""

    def judge(facts: object) -> Any:
        raise AssertionError("a rule made by hand is never run")

    return Rule(
        name=name,
        theme=theme,
        severity=severity,
        per=per,
        question=f"Is there something about {name} that somebody should look at?",
        at_risk="the value of the line",
        remedy="Name the work order that the line is for, or say why it needs none.",
        owner="buyer",
        needs=("purchase_orders",),
        message="",
        disagree=("purchase_order_lines.need", "work_orders"),
        judge=judge,
    )


def database(findings: Iterable[Mapping[str, object]] = (), rejects: Mapping[str, Sequence[tuple[object, ...]]] | None = None) -> Any:
    """A database as a check leaves it: `findings` (columns by name, what is not given is null), the rejected rows by table, and the landed
    tables, which are empty."""
    connection = duckdb.connect()
    create_tables(connection, TABLES.values())
    connection.execute(f"CREATE TABLE findings ({FINDINGS})")
    for row in findings:
        connection.execute(f"INSERT INTO findings BY NAME SELECT {', '.join(f'? AS {name}' for name in row)}", list(row.values()))
    for table in TABLES:
        for reject in (rejects or {}).get(table, ()):
            connection.execute(f'INSERT INTO "rejected_{table}" ({REJECTED}) VALUES (?, ?, ?, ?, ?, false)', list(reject))
    return connection


def finding(number: int, **columns: object) -> dict[str, object]:
    """One finding, of which some columns are given."""
    return {
        "finding_id": f"{number:020x}",
        "facts_digest": f"{number:016x}",
        "rule": "order-without-work",
        "severity": "E",
        "document": "purchase_order",
        "document_id": f"PO{number}",
        "line_id": f"PO{number}/1",
        "amount_at_risk": Decimal("100"),
        "currency": "EUR",
        "occurred_at": date(2026, 3, 1),
        "message": f"Order line PO{number}/1 needs work but names none.",
        "evidence": json.dumps({"quantity": "4", "unit_price": "25"}),
    } | columns


def facts_of(connection: duckdb.DuckDBPyConnection, landing: Landing) -> Callable[[str], None]:
    """What makes the base tables of a result, of tables that are all empty."""
    facts: list[Facts] = []

    def ensure(name: str) -> None:
        if not facts:
            facts.append(Facts(connection, landing, load_policy(None), as_of=date(2026, 3, 31), run_date=date(2026, 4, 1)))
        facts[0].ensure(name)

    return ensure


def result(
    findings: Sequence[Mapping[str, object]] = (),
    *,
    outcomes: Sequence[Outcome] = (),
    chain: Mapping[str, Mapping[str, Hop]] | None = None,
    at_risk: Mapping[str, Decimal] | None = None,
    tables: Sequence[LandedTable] = (),
    reports: Sequence[Report] = (),
    rejects: Mapping[str, Sequence[tuple[object, ...]]] | None = None,
    policy: Mapping[str, object] | None = None,
) -> CheckResult:
    """A result; what is not given is empty. A rule of the findings that has no outcome has one as if it had been run."""
    known = {outcome.rule.name for outcome in outcomes}
    for name in dict.fromkeys(str(row["rule"]) for row in findings):
        if name not in known:
            outcomes = [*outcomes, Outcome(rule(name), "run", findings=sum(row["rule"] == name for row in findings), amounts={})]
    connection = database(findings, rejects)
    landing = Landing({table.name: table for table in tables}, tuple(reports))
    return CheckResult(
        database=connection,
        landing=landing,
        outcomes=tuple(outcomes),
        chain=chain or {},
        at_risk=at_risk or {},
        as_of=date(2026, 3, 31),
        policy={"name": "default", "version": "1"} if policy is None else policy,
        seconds=1.23456,
        version="0.1.0",
        dangling={},
        ensure=facts_of(connection, landing),
    )


def hops(*amounts_and_lines: tuple[str, int]) -> dict[str, Hop]:
    """The hops of one currency: invoiced, ordered, received, linked, stock, exempt, approved."""
    names = ("invoiced", "ordered", "received", "linked", "stock", "exempt", "approved")
    return {name: Hop(Decimal(amount), lines) for name, (amount, lines) in zip(names, amounts_and_lines, strict=True)}


VARIED = (
    ("order-without-work", "linking", "E"),
    ("order-on-closed-work", "linking", "EW"),
    ("need-unstated", "linking", "I"),
    ("order-after-invoice", "timing", "E"),
    ("overdue", "timing", "W"),
    ("price-above-order", "matching", "E"),
    ("split-order", "authority", "W"),
    ("over-budget", "value", "W"),
)
"""Rules with findings: name, theme, the severities of their findings in turn."""


def varied() -> CheckResult:
    """Three hundred findings over eight rules, six sites and four currencies, with every hostile text in every column of text."""
    rows = [_varied_finding(number) for number in range(300)]
    outcomes = [_outcome(name, theme, severities, [row for row in rows if row["rule"] == name]) for name, theme, severities in VARIED]
    outcomes += [Outcome(rule(name, theme), "run", amounts={}) for name, theme in (("work-unknown", "linking"), ("late-receipt", "timing"))]
    lacking = ("consumption", "parts.tracking|lots.serial", "policy.approval_threshold")
    outcomes.append(Outcome(rule("lot-untraced", "value"), "not run", needs=lacking))
    orders, received = "purchase_orders", ("receipts.csv", "receipts_old.csv")
    zeros = "98 % of supplier_id match if leading zeros were dropped"
    bad = [("receipts.csv", 2 + line, "quantity_received", HOSTILE[line % len(HOSTILE)], "not a number") for line in range(80)]
    euros = ("1234567.89", 412), ("1100000", 390), ("980000.5", 371), ("640000.25", 250), ("120000", 60), ("45000", 21), ("610000", 240)
    return result(
        rows,
        outcomes=outcomes,
        chain={
            "EUR": hops(*euros),
            "USD": hops(("50000", 31), ("50000", 31), ("42000", 28), ("42000", 28), ("0", 0), ("0", 0), ("42000", 28)),
            "JPY": hops(("7600000", 9), ("10", 1), ("0", 0), ("0", 0), ("0", 0), ("0", 0), ("0", 0)),
        },
        at_risk={"EUR": Decimal("456789.125"), "USD": Decimal("12000"), "JPY": Decimal("54321")},
        tables=(
            LandedTable(orders, ("purchase_orders.csv",), frozenset(), 812, 0),
            LandedTable("receipts", received, frozenset(), 1934, 80, 3),
        ),
        reports=(
            Report(orders, "purchase_orders.csv", "status", "<b>in limbo</b>", 12, "unknown word, read as null"),
            Report(orders, "purchase_orders.csv", "supplier_id", "", 41, zeros),
        ),
        rejects={"receipts": bad},
        policy={
            "name": "default",
            "version": "1",
            "approval_threshold": None,
            "exempt_suppliers": ["<i>tax office</i>"],
            "tolerances": [{"kind": "price", "upper_percent": "1"}],
            "windows": {"split_days": 7},
        },
    )


def _varied_finding(number: int) -> dict[str, object]:
    name, _, severities = VARIED[number % len(VARIED)]
    hostile = HOSTILE[number % len(HOSTILE)] if number % 3 == 0 else None
    evidence = {"quantity": "4", "unit_price": "25.00", "note": hostile, "works": ["WO-1", "WO-2"], "policy": "default 1"}
    return finding(
        number,
        rule=name,
        severity=severities[number // len(VARIED) % len(severities)],
        site_id=hostile if number % 5 == 0 else (None, "Nord", "Süd", "Hafen", "Werk 4")[number % 5],
        supplier_id=hostile or f"S{number % 17}",
        document_id=hostile or f"450001{number:04}",
        line_id=None if number % 11 == 0 else hostile or f"450001{number:04}-00010",
        work_order_id=hostile if number % 2 else f"WO-{number:05}",
        amount_at_risk=None if number % 13 == 0 else Decimal((number * 7919) % 100_000) / 8,
        currency=("EUR", "EUR", "EUR", "USD", "JPY", None)[number % 6],
        occurred_at=None if number % 7 == 0 else date(2026, 1 + number % 3, 1 + number % 28),
        message=hostile or f"Order line 450001{number:04}-00010 is for 4 pieces of 25.00 EUR and names no work order.",
        evidence=json.dumps(evidence),
    )


def _outcome(name: str, theme: str, severities: str, rows: Sequence[Mapping[str, object]]) -> Outcome:
    sums: dict[str, Decimal] = {}
    for row in rows:
        if isinstance(amount := row["amount_at_risk"], Decimal):
            currency = str(row["currency"] or "")
            sums[currency] = sums.get(currency, Decimal(0)) + amount
    per = "group" if name == "split-order" else "line"
    return Outcome(
        rule(name, theme, severities, per), "run", findings=len(rows), not_judged=len(name) % 3, exempt=len(name) % 2, amounts=sums
    )
