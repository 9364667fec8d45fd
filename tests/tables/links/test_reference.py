"""The reference names every evidence that there is."""

from pathlib import Path

from counterfoil.tables.links.kinds import KINDS

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "links.md"


def test_every_evidence_is_told() -> None:
    table = REFERENCE.read_text("utf-8").split("## Evidence")[1].split("## How")[0]
    told = {name for row in table.splitlines() if row.startswith("|") for name in row.split("|")[1].replace(" ", "").split(",")}
    assert {scale.name for kind in KINDS for scale in kind.evidence} <= told


def test_every_kind_is_told() -> None:
    text = REFERENCE.read_text("utf-8")
    assert all(f"| `{kind.name}` |" in text for kind in KINDS)
