"""From an unknown export to a mapping: `propose` looks at a folder, `written` makes the text of mapping.toml."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from counterfoil.tables.proposal.beginnings import others
from counterfoil.tables.proposal.evidence import Evidence
from counterfoil.tables.proposal.lists import spread
from counterfoil.tables.proposal.placing import Placement, Placer
from counterfoil.tables.proposal.profile import Column, look
from counterfoil.tables.proposal.relations import Relations
from counterfoil.tables.proposal.result import Proposal
from counterfoil.tables.proposal.sampling import sample
from counterfoil.tables.proposal.subjects import choose
from counterfoil.tables.proposal.systems import recognised
from counterfoil.tables.proposal.values import reader
from counterfoil.tables.proposal.writing import written
from counterfoil.tables.schema import TABLES
from counterfoil.tables.schema import Column as Target

__all__ = ["Proposal", "placed_by_hand", "propose", "sample", "written"]


def propose(folder: Path, database: duckdb.DuckDBPyConnection, progress: Callable[[str], None] | None = None) -> Proposal:
    """Look at every file of a folder and say what it is. The database keeps what was looked at. `progress` is called with a short text
    before each file. Raises `Unusable` where the folder cannot be opened."""
    say = progress or (lambda text: None)
    with TemporaryDirectory(prefix="counterfoil-") as spare:
        found = look(folder, database, Path(spare), say)
        say("comparing columns")
        evidence = Evidence(database, found.sheets)
        placer = Placer(found.sheets, evidence)
        feeds, why = choose(placer, recognised(placer))
        lists = spread(placer, evidence, feeds, why)
        Relations(placer, evidence, feeds, lists).settle()
        order = list(TABLES)
        whole = sorted((feed for feed in feeds if not feed.missing), key=lambda feed: order.index(feed.table))
        strange = list(others(database, whole))
    for feed in feeds:
        if feed.missing:
            why.setdefault(feed.sheet.number, f"it looks like {feed.table}, but nothing in it is clearly {', '.join(feed.missing)}")
    return Proposal(found.sheets, whole, why, found.unread, strange)


def placed_by_hand(database: duckdb.DuckDBPyConnection, target: Target, column: Column) -> Placement:
    """A column that a person chose. The database is the one that the folder was looked at with."""
    read = reader(database, target, column)
    return Placement(target, read.cell, (column.number,), 1.0, "", list(read.doubts), read.unknown)
