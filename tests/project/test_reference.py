"""The reference says what the code declares, all of it, and notices when it no longer does."""

from pathlib import Path

import pytest

from counterfoil.tables.checks import RULES
from counterfoil.tables.health.measures import COUNTED
from counterfoil.tables.health.noticed import FOLLOWED_BY, NOTICED
from counterfoil.tables.schema import TABLES
from tests.project.test_sizes import ROOT, load_tool

reference = load_tool("reference")
FOLDER = ROOT / "docs" / "reference"


def test_the_reference_is_current() -> None:
    assert reference.main(["--check"]) == 0


def test_every_table_and_column_is_described() -> None:
    pages = (FOLDER / "tables.md").read_text(encoding="utf-8")
    for table in TABLES.values():
        section = pages.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        for column in table:
            assert f"| `{column.name}`" in section, f"{table.name}.{column.name}"


def test_every_rule_is_described_with_its_remedy_and_needs() -> None:
    pages = (FOLDER / "rules.md").read_text(encoding="utf-8")
    for rule in RULES:
        section = pages.split(f"\n### {rule.name}\n")[1].split("\n### ")[0]
        assert rule.question in section
        assert rule.remedy in section
        assert all(name in section for need in rule.needs for name in need.split("|"))


def test_every_measure_is_described_with_what_it_counts_and_its_remedy() -> None:
    pages = (FOLDER / "health.md").read_text(encoding="utf-8")
    for measure in (*COUNTED, *NOTICED):
        section = pages.split(f"\n### {measure.name}\n")[1].split("\n### ")[0]
        assert measure.question in section
        assert measure.remedy in section
        assert measure.bad in section or not measure.look
        assert all(rule in section for rule in measure.blinds)


def test_measures_blind_rules_that_there_are_and_are_about_columns_that_there_are() -> None:
    rules = {rule.name for rule in RULES}
    for measure in COUNTED:
        assert set(measure.blinds) <= rules, measure.name
        table, _, column = measure.about.partition(".")
        assert not column or TABLES[table].column(column), measure.name
    for about, followers in FOLLOWED_BY.items():
        table, _, column = about.partition(".")
        assert TABLES[table].column(column).refers_to, about
        assert set(followers) <= rules, about
    names = [measure.name for measure in (*COUNTED, *NOTICED)]
    assert len(names) == len(set(names))


def test_a_stale_page_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0
    rules = tmp_path / "docs" / "reference" / "rules.md"
    rules.write_text("# Old\n", encoding="utf-8")
    assert reference.main(["--check"]) == 1
    assert "docs/reference/rules.md is not what the code declares" in capsys.readouterr().err
    assert rules.read_text(encoding="utf-8") == "# Old\n"
