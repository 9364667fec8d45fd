"""`propose`: what is proposed for tables that are drawn."""

from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests import plants

from counterfoil.tables.links.run import open_proposals
from counterfoil.tables.policy import load_policy

Row = Mapping[str, Any]
Propose = Callable[..., list[Row]]


@pytest.fixture
def propose(tmp_path: Path) -> Propose:
    """propose({table: text drawn with bars}, …) → the rows of the table `proposals`, best first within each line."""
    numbers = count(1)

    def call(tables: Mapping[str, str], **options: Any) -> list[Row]:
        folder = plants.write(tmp_path / f"plant-{next(numbers)}", {name: plants.drawn(text) for name, text in tables.items()})
        return proposed(folder, **options)

    return call


def proposed(folder: Path, threshold: float = 0.9, **options: Any) -> list[Row]:
    """What is proposed for a folder."""
    with open_proposals(folder, policy=load_policy(None), threshold=threshold, **options) as proposals:
        cursor = proposals.database.execute("SELECT * FROM proposals ORDER BY kind, document_id, line_id, place, target_line_id")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def best(rows: list[Row], line: str) -> Row:
    """The best proposal of a line."""
    return next(row for row in rows if line in (row["line_id"], row["document_id"]) and row["place"] == 1)
