"""The bundled samples through the command line, held against what was worked out by hand."""

import csv
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
SEVERITIES = {"error": "E", "warning": "W", "info": "I"}


class Run(NamedTuple):
    """What one run printed and wrote."""

    printed: str
    summary: dict[str, Any]
    findings: list[dict[str, str]]

    def of(self, rule: str) -> list[dict[str, str]]:
        return [finding for finding in self.findings if finding["rule"] == rule]

    def at_risk(self, rule: str) -> Decimal:
        return sum((Decimal(finding["amount_at_risk"]) for finding in self.of(rule)), Decimal(0))


def check(folder: Path, out: Path, *options: str) -> Run:
    program = [sys.executable, "-c", "from counterfoil.interfaces.cli import main; main()"]
    command = [*program, "check", str(folder), "--out", str(out), *options]
    wide = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=wide, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    with (out / "findings.csv").open(encoding="utf-8", newline="") as file:
        return Run(done.stdout, json.loads((out / "summary.json").read_text(encoding="utf-8")), list(csv.DictReader(file)))


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return check(SAMPLES / "plant", tmp_path_factory.mktemp("plant") / "out", "--policy", str(SAMPLES / "plant" / "policy.toml"))


@pytest.fixture(scope="module")
def adventureworks(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return check(SAMPLES / "adventureworks", tmp_path_factory.mktemp("adventureworks") / "out")


def expected_findings() -> set[tuple[str, str, str, Decimal]]:
    """(rule, severity, line or document, at risk) of each row of EXPECTED.md."""
    text = (SAMPLES / "plant" / "EXPECTED.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z-]+) \| ([EWI]) \| (\S+) \| ([0-9.]+) \|", text, re.MULTILINE)
    return {(rule, severity, where, Decimal(amount)) for rule, severity, where, amount in rows}


def test_the_plant_shows_what_was_worked_out_by_hand(plant: Run) -> None:
    expected = expected_findings()
    found = [
        (
            finding["rule"],
            SEVERITIES.get(finding["severity"], finding["severity"]),
            finding["line_id"] or finding["document_id"],
            Decimal(finding["amount_at_risk"] or "0"),
        )
        for finding in plant.findings
    ]
    assert len(expected) == 65
    assert sorted(found) == sorted(expected)


def test_the_plant_runs_every_rule_and_judges_everything(plant: Run) -> None:
    assert {name for name, rule in plant.summary["rules"].items() if rule["status"] != "run"} == set()
    assert sum(rule["not_judged"] for rule in plant.summary["rules"].values()) == 0
    assert sum(table["rejected"] for table in plant.summary["tables"].values()) == 0


def test_the_chain_of_the_plant(plant: Run) -> None:
    text = (SAMPLES / "plant" / "EXPECTED.md").read_text(encoding="utf-8")
    expected = re.findall(r"^\| (invoiced|ordered|received|linked|stock|approved)[a-z ]* \| ([0-9,.]+) \|", text, re.MULTILINE)
    assert len(expected) == 6
    chain = plant.summary["chain"]["EUR"]
    for hop, amount in expected:
        assert Decimal(chain[hop]["amount"]) == Decimal(amount.replace(",", "")), hop
    assert plant.summary["as_of"] == "2025-06-25"


def test_the_summary_in_the_readme_is_a_real_one(plant: Run) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```text\n")[1].split("```")[0]
    real = {" ".join(line.split()) for line in plant.printed.splitlines()}
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert len(lines) > 20
    assert [line for line in lines if line not in real and line != "[…]" and not re.match("─|Report ", line)] == []


def test_adventureworks_shows_what_was_counted_in_its_files(adventureworks: Run) -> None:
    assert len(adventureworks.of("receipt-on-dead-order")) == 96
    assert len({finding["line_id"] or finding["document_id"] for finding in adventureworks.of("receipt-on-dead-order")}) == 96
    assert adventureworks.at_risk("receipt-on-dead-order") == Decimal("791980.0185")
    assert len(adventureworks.of("supplier-not-approved")) == 129
    assert adventureworks.at_risk("supplier-not-approved") == Decimal("1187757.8685")


def test_adventureworks_is_read_whole_and_says_what_it_lacks(adventureworks: Run) -> None:
    tables = adventureworks.summary["tables"]
    assert {name: table["read"] for name, table in tables.items() if table["read"]} == {
        "suppliers": 104,
        "parts": 504,
        "purchase_orders": 1000,
        "purchase_order_lines": 2227,
        "receipts": 2227,
    }
    assert all(table["rejected"] == 0 for table in tables.values())
    assert adventureworks.summary["rules"]["order-without-work"]["status"] == "not run"
    assert adventureworks.summary["rules"]["price-above-order"]["needs"]
