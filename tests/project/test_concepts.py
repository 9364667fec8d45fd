"""The figures on the pages of concepts are those of the bundled samples."""

import itertools
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.project.checking import check
from tests.project.test_samples import SAMPLES, Run, expected_findings

pytestmark = pytest.mark.slow

CONCEPTS = Path(__file__).resolve().parents[2] / "docs" / "concepts"
PLANT = SAMPLES / "plant"


def page(name: str) -> str:
    return (CONCEPTS / f"{name}.md").read_text(encoding="utf-8")


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return check(PLANT, tmp_path_factory.mktemp("plant") / "out", "--policy", str(PLANT / "policy.toml"))


def test_every_finding_told_is_one_of_the_plant() -> None:
    told = [
        (rule, severity, where, Decimal(amount))
        for path in sorted(CONCEPTS.glob("*.md"))
        for rule, severity, where, amount in re.findall(
            r"^\| ([a-z-]+) \| ([EWI]) \| (\S+) \| ([0-9.]+) \|", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    ]
    assert len(told) >= 20
    assert [one for one in told if one not in expected_findings()] == []


def test_the_chain_is_that_of_the_plant(plant: Run) -> None:
    chain = plant.summary["chain"]["EUR"]
    told = re.findall(r"^\| (invoiced|ordered|received|linked|stock|approved)[a-z ]* \| ([0-9,.]+) \|", page("chain"), re.MULTILINE)
    assert {hop: number(amount) for hop, amount in told} == {hop: Decimal(chain[hop]["amount"]) for hop, _ in told}
    assert len(told) == 6
    assert "79.4 %" in page("chain")
    assert plant.printed.splitlines()[2].startswith("79.4 % of 12,812.80 EUR")
    assert "10,268.03 EUR" in page("chain")
    assert "each document line once: 10,268.03 EUR" in plant.printed


def test_the_picture_of_the_chain_is_drawn_to_its_figures(plant: Run) -> None:
    chain = {hop: Decimal(part["amount"]) for hop, part in plant.summary["chain"]["EUR"].items()}
    hops = ("invoiced", "ordered", "received", "linked", "stock", "approved")
    drawn = ET.parse(CONCEPTS / "chain.svg").getroot()  # noqa: S314, a file of the repository
    name = "{http://www.w3.org/2000/svg}"
    bars = [Decimal(one.attrib["width"]) for one in drawn.iter(f"{name}rect") if one.attrib["class"] in ("green", "green2")]
    whole = Decimal(next(one.attrib["width"] for one in drawn.iter(f"{name}rect") if one.attrib["class"] == "track"))
    for hop, bar in zip(hops, bars, strict=True):
        assert abs(bar - chain[hop] / chain["invoiced"] * whole) < Decimal("0.01"), hop
    words = " ".join(one.text or "" for one in drawn.iter(f"{name}text"))
    shown = [number(one) for one in re.findall(r"[0-9,]+\.[0-9]{2}", words)]
    tied = [chain["invoiced"], chain["ordered"], chain["received"], chain["linked"] + chain["stock"], chain["approved"]]
    assert set(shown) == {chain[hop] for hop in hops} | {more - less for more, less in itertools.pairwise(tied)}


def policy(percent: str, absolute: str) -> str:
    """The policy that tolerance.md shows, with what a row of its table names."""
    [text] = re.findall(r"```toml\n(.*?)```", page("tolerance"), re.DOTALL)
    lines = [line for line in str(text).splitlines() if not line.startswith(("upper_", "currency"))]
    limits = [f'upper_percent = "{percent}"'] if percent else []
    limits += [f'upper_absolute = "{absolute}"', 'currency = "EUR"'] if absolute else []
    return "\n".join([*lines, *limits]) if limits else "\n".join(lines[: lines.index("[[tolerances]]")])


def some(rows: Sequence[tuple[str, ...]]) -> list[Any]:
    """The first and the last row now, those between with the long suite."""
    return [rows[0], *(pytest.param(*row, marks=pytest.mark.full) for row in rows[1:-1]), rows[-1]]


TOLERANCES = [("none", "", ""), ("5 %", "5", ""), ("5 EUR", "", "5"), ("5 % and 5 EUR", "5", "5")]


@pytest.mark.parametrize(("name", "percent", "absolute"), some(TOLERANCES), ids=[name for name, *_ in TOLERANCES])
def test_what_each_tolerance_leaves_is_as_told(tmp_path: Path, name: str, percent: str, absolute: str) -> None:
    [told] = re.findall(rf"^\| {re.escape(name)} \| (\d) \|", page("tolerance"), re.MULTILINE)
    (tmp_path / "policy.toml").write_text(policy(percent, absolute), encoding="utf-8")
    run = check(PLANT, tmp_path / "out", "--policy", str(tmp_path / "policy.toml"), "--rule", "price-above-order")
    assert [one["amount_at_risk"] for one in run.findings] == ["24"] * int(told)


AGES = re.findall(r"^\| (\d{4}-\d{2}-\d{2}) \| (\d+) \| (\d) \|", page("time"), re.MULTILINE)


@pytest.mark.parametrize(("as_of", "days", "found"), some(AGES))
def test_what_each_day_finds_is_as_told(tmp_path: Path, as_of: str, days: str, found: str) -> None:
    run = check(PLANT, tmp_path / "out", "--as-of", as_of, "--rule", "received-not-invoiced")
    assert len(run.findings) == int(found)
    assert all(f"({days} days)" in one["message"] for one in run.findings)


def test_what_is_said_of_rules_not_run(plant: Run, tmp_path: Path) -> None:
    run = check(SAMPLES / "adventureworks", tmp_path / "out")
    states = [rule["status"] for rule in run.summary["rules"].values()]
    assert f"all {len(states)} rules run" in page("unknown")
    assert f"{states.count('not run')} of them are not run" in page("unknown")
    assert f"There are {len(states)} rules in five themes" in page("rules")
