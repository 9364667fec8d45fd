"""Every engine says the same: findings with their ids, digests, amounts and messages, counts, chain, totals and measures.

All of it is in the long suite; the short one compares the files of two engines (test_command) and asks Spark one rule."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from counterfoil.tables.check import open_check
from counterfoil.tables.engines import OpenEngine
from counterfoil.tables.engines.opening import engine_named
from counterfoil.tables.engines.own import open_own
from counterfoil.tables.policy import load_policy
from counterfoil.tables.seed import make_plant
from tests import plants

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
pytestmark = pytest.mark.full
BASES = ("line_facts", "order_facts", "receipt_facts", "bills", "invoice_facts", "line_state")

Said = dict[str, Any]


def said(engine: OpenEngine, folder: Path, policy: Path | None, as_of: date | None = None) -> Said:
    """All that a run with that engine says about a folder. Rows are sorted: whoever reads them sorts them."""
    day = date(2026, 1, 1)
    with open_check(folder, policy=load_policy(policy), as_of=as_of, run_date=day, measured=True, engine=engine) as result:
        for base in BASES:
            result.ensure(base)

        def rows(table: str) -> list[tuple[Any, ...]]:
            return result.database.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()

        return {
            **{name: rows(name) for name in ("findings", "measures", *BASES)},
            "outcomes": [
                (one.rule.name, one.status, one.needs, one.findings, one.not_judged, one.exempt, one.amounts) for one in result.outcomes
            ],
            "chain": result.chain,
            "at risk": result.at_risk,
            "as of": result.as_of,
            "dangling": result.dangling,
        }


def agree(other: OpenEngine, folder: Path, policy: Path | None = None, as_of: date | None = None) -> Said:
    """Asserts that the other engine says what DuckDB says, and returns it."""
    ours, theirs = (said(engine, folder, policy, as_of) for engine in (open_own, other))
    assert {name for name in ours if ours[name] != theirs[name]} == set()
    return ours


@pytest.fixture
def other(request: pytest.FixtureRequest) -> OpenEngine:
    """PostgreSQL, Spark within this process, or Spark on a cluster of two workers."""
    asked: str = request.param
    address = request.getfixturevalue({"postgres": "server"}.get(asked, asked))
    return engine_named("postgres") if asked == "postgres" else engine_named("spark", spark_master=address)


def others(*names: str) -> pytest.MarkDecorator:
    """Asks a test of these engines."""
    return pytest.mark.parametrize("other", names, indirect=True)


@others("postgres", "cluster")
@pytest.mark.parametrize("name", ["plant", "adventureworks"])
def test_the_samples(name: str, other: OpenEngine) -> None:
    policy = SAMPLES / name / "policy.toml"
    assert agree(other, SAMPLES / name, policy if policy.exists() else None)["findings"]


@others("postgres", "cluster")
def test_a_made_up_plant_with_every_planted_fault(tmp_path: Path, other: OpenEngine) -> None:
    make_plant(tmp_path, 1000, 11)
    ours = agree(other, tmp_path, tmp_path / "policy.toml")
    assert len({row[2] for row in ours["findings"]}) > 50


@others("postgres", "spark")
@pytest.mark.skipif(not plants.ORACLE.is_dir(), reason="the oracle is not beside this project")
@pytest.mark.parametrize("seed", range(30))
def test_random_plants(seed: int, tmp_path: Path, other: OpenEngine) -> None:
    settings = plants.settings_of(seed, plants.random_plant(tmp_path / "plant", seed, 40))
    policy = tmp_path / "policy.toml"
    policy.write_text(settings.toml, encoding="utf-8")
    assert agree(other, tmp_path / "plant", policy, settings.as_of)["findings"]
