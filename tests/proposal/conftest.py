"""`proposed(files)`: what is proposed for a folder of these files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from counterfoil.tables.database import open_database
from counterfoil.tables.proposal import Proposal, propose
from counterfoil.tables.proposal.placing import Placement
from tests.tables.reading.folders import Files, write

Proposer = Callable[[Files], Proposal]


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database("512MB") as connection:
        yield connection


@pytest.fixture
def proposed(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> Proposer:
    def proposer(files: Files) -> Proposal:
        return propose(write(tmp_path / "export", files), database)

    return proposer


def placed(proposal: Proposal, spot: str) -> Placement:
    """The placement of `table.column`, which only one section has."""
    table, _, column = spot.partition(".")
    (found,) = [feed.placed[column] for feed in proposal.feeds if feed.table == table and column in feed.placed]
    return found


def sources(proposal: Proposal) -> dict[str, tuple[str, ...]]:
    """By `table.column`: the columns of the export."""
    return {f"{feed.table}.{name}": one.cell.columns for feed in proposal.feeds for name, one in feed.placed.items()}
