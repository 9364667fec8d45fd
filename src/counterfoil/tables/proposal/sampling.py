"""A folder to try a proposal on: copies of the files that it uses, and its mapping."""

from pathlib import Path
from shutil import copyfile

from counterfoil.tables import mapping
from counterfoil.tables.proposal.result import Proposal
from counterfoil.tables.proposal.writing import written


def sample(proposal: Proposal, folder: Path, target: Path) -> str:
    """Fill the empty folder `target` with what a check of the proposal needs. Returns in words what it holds."""
    for file in sorted({sheet.file for sheet in proposal.sheets if sheet.number in proposal.fed}):
        copyfile(folder / file, target / file)
    (target / mapping.NAME).write_text(written(proposal), "utf-8")
    return f"all {sum(sheet.rows for sheet in proposal.sheets if sheet.number in proposal.fed):,} rows"
