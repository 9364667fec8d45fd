"""The guides to other systems: the mapping in a guide is the one beside its sample, and what a guide says is found is what is found."""

import json
import re
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from tests.project.checking import check
from tests.project.test_samples import SEVERITIES, Run

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SYSTEMS = sorted(folder.name for folder in (ROOT / "samples" / "guides").iterdir() if folder.is_dir())


@cache
def guide(system: str) -> str:
    return (ROOT / "docs" / "guides" / f"{system}.md").read_text(encoding="utf-8")


def amount_of(finding: dict[str, str]) -> Decimal:
    return Decimal(finding["amount_at_risk"] or "0")


@pytest.fixture(scope="module", params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def run(system: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return check(ROOT / "samples" / "guides" / system, tmp_path_factory.mktemp(system) / "out")


def test_there_is_a_guide_for_each_system_and_a_sample_for_each_mapping() -> None:
    assert {"spreadsheet", "sap", "odoo", "erpnext", "maximo"} <= set(SYSTEMS)
    with_mapping = {page.stem for page in (ROOT / "docs" / "guides").glob("*.md") if "```toml" in page.read_text(encoding="utf-8")}
    assert with_mapping >= set(SYSTEMS)


def test_the_mapping_of_the_guide_is_that_of_the_sample(system: str) -> None:
    [shown] = re.findall(r"```toml\n(.*?)```", guide(system), re.DOTALL)
    assert shown == (ROOT / "samples" / "guides" / system / "mapping.toml").read_text(encoding="utf-8")


def test_every_file_of_the_sample_is_mapped(system: str) -> None:
    folder = ROOT / "samples" / "guides" / system
    mapped = set(re.findall(r'^file = "(.+?)"', (folder / "mapping.toml").read_text(encoding="utf-8"), re.MULTILINE))
    assert {path.name for path in folder.iterdir()} == mapped | {"mapping.toml"}


def test_every_row_is_read_and_counted_as_the_guide_says(system: str, run: Run) -> None:
    tables = run.summary["tables"]
    assert sum(table["rejected"] for table in tables.values()) == 0
    [(rows, number)] = re.findall(r"^(\d+) rows are read from (\d+) tables, none is rejected\.", guide(system), re.MULTILINE)
    read = [table["read"] for table in tables.values() if table["read"]]
    assert (sum(read), len(read)) == (int(rows), int(number))


def test_the_findings_are_those_of_the_guide(system: str, run: Run) -> None:
    rows = re.findall(r"^\| ([a-z-]+) \| ([EWI]) \| ([^|]+) \| ([0-9.]+) \|", guide(system), re.MULTILINE)
    told = sorted((rule, severity, where.replace("…", "*"), Decimal(amount)) for rule, severity, where, amount in rows)
    found = sorted(
        (one["rule"], SEVERITIES.get(one["severity"], one["severity"]), one["line_id"] or one["document_id"], amount_of(one))
        for one in run.findings
    )
    assert len(told) == len(found) >= 7
    for said, seen in zip(told, found, strict=True):
        assert (said[0], said[1], said[3]) == (seen[0], seen[1], seen[3])
        assert fnmatchcase(seen[2], f"*_{said[2].strip('*')}_*" if "*" in said[2] else said[2])


def test_the_rules_not_run_are_those_of_the_guide(system: str, run: Run) -> None:
    table = guide(system).split("| missing | so these are not run |")[1]
    told = [rule for row in re.findall(r"^\| .+ \| (.+) \|$", table, re.MULTILINE) for rule in row.split(", ")]
    assert len(told) == len(set(told))
    assert set(told) == {name for name, rule in run.summary["rules"].items() if rule["status"] == "not run"}


def test_the_amounts_of_the_chain_are_those_of_the_guide(system: str, run: Run) -> None:
    [(currency, chain)] = run.summary["chain"].items()
    sentence = re.search(rf"([0-9,.]+) {currency} invoiced(?: ties all the way back)?[,:][^.]*?([0-9,.]+[0-9])", guide(system))
    assert sentence is not None
    invoiced, linked = (Decimal(amount.replace(",", "")) for amount in sentence.groups())
    assert (invoiced, linked) == (Decimal(chain["invoiced"]["amount"]), Decimal(chain["linked"]["amount"])), json.dumps(chain)


def test_init_is_named_in_every_guide(system: str) -> None:
    assert guide(system).count("`counterfoil init FOLDER`") == 1
