"""The reference says what the code declares, all of it, and notices when it no longer does."""

from pathlib import Path

import pytest

from counterfoil.tables.checks import RULES
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


def test_a_stale_page_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0
    (tmp_path / "rules.md").write_text("# Old\n", encoding="utf-8")
    assert reference.main(["--check"]) == 1
    assert "rules.md is not what the code declares" in capsys.readouterr().err
    assert (tmp_path / "rules.md").read_text(encoding="utf-8") == "# Old\n"
