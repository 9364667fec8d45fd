"""`counterfoil check --engine`: the same files whatever the engine, and an engine that is not there."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.interfaces.cli.app import app
from counterfoil.tables.engines.opening import engine_named

PLANT = Path(__file__).resolve().parents[2] / "samples" / "plant"
SAME = ("findings.csv", "health.csv", "health.html", "rejected.csv")
"""report.html and summary.json say which engine it was and how long it took."""


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_the_same_files_from_every_engine(tmp_path: Path) -> None:
    for engine in ("duckdb", "postgres"):
        out = ["--out", str(tmp_path / engine), "--history", str(tmp_path / f"history of {engine}")]
        done = CliRunner().invoke(app, ["check", str(PLANT), "--policy", str(PLANT / "policy.toml"), "--engine", engine, *out])
        assert done.exit_code == 0, done.output
    for name in SAME:
        assert (tmp_path / "postgres" / name).read_bytes() == (tmp_path / "duckdb" / name).read_bytes(), name
    own, other = (json.loads((tmp_path / engine / "summary.json").read_text("utf-8")) for engine in ("duckdb", "postgres"))
    assert (own.pop("engine"), other.pop("engine")) == ("duckdb", "postgres")
    assert own.pop("seconds") != other.pop("seconds")
    assert own == other


def test_no_server_ends_with_a_sentence_and_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hidden@127.0.0.1:1/none")
    done = CliRunner().invoke(app, ["check", str(PLANT), "--engine", "postgres", "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "PostgreSQL cannot be reached" in done.stderr
    assert "hidden" not in done.output + done.stderr
    assert not (tmp_path / "out").exists()


def test_an_engine_that_there_is_not_is_never_another_one() -> None:
    with pytest.raises(ValueError, match="there is no engine 'sparkle'"):
        engine_named("sparkle")


def test_settings_of_spark_are_refused_for_other_engines(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(PLANT), "--spark-master", "spark://here:7077", "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "--engine spark" in done.stderr
    assert not (tmp_path / "out").exists()
