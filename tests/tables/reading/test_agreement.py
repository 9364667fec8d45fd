"""Whatever the bytes: the rows are those of Python's own CSV reader, or the file is refused where that one fails too."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from counterfoil.tables.landing import Unusable
from counterfoil.tables.reading.delimited import open_delimited

HEADER = "a,b,c"
Rows = list[tuple[int, bool, list[str]]]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        yield made


def expected(text: str) -> Rows | None:
    """The rows below the header as (first line, too long, cells); None where quotes do not fit."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: Rows = []
    line = 1
    try:
        for cells in reader:
            if cells:
                rows.append((line, len(cells) > 3, [*cells, "", "", ""][:3]))
            line = reader.line_num + 1
    except csv.Error:
        return None
    return rows[1:]


def found(connection: duckdb.DuckDBPyConnection, path: Path) -> Rows | None:
    try:
        source = open_delimited(path, path.name, None, path.with_suffix(".spare"))
        query = "SELECT line, too_many, [coalesce(c0, ''), coalesce(c1, ''), coalesce(c2, '')] FROM {}"
        try:
            rows = connection.execute(query.format(source.relation)).fetchall()
        except duckdb.InvalidInputException:
            assert source.fallback is not None
            source = source.fallback()
            rows = connection.execute(query.format(source.relation)).fetchall()
    except Unusable:
        return None
    if source.lines is None:
        return [(line, too_many, cells) for line, too_many, cells in rows]
    lines = source.lines(np.arange(len(rows)))
    return [(int(line), too_many, cells) for line, (_, too_many, cells) in zip(lines, rows, strict=True)]


soup = st.text(alphabet='a" ,;\n\ré', max_size=40)
cell = st.text(alphabet='a",;\n\r é', max_size=4)
row = st.lists(cell, min_size=1, max_size=5)


@st.composite
def tidy(draw: st.DrawFn) -> str:
    target = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(target, lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])), quoting=quoting)
    writer.writerows([HEADER.split(","), *draw(st.lists(row, max_size=6))])
    return target.getvalue()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(tidy(), st.tuples(st.sampled_from([f"{HEADER}\n", f"{HEADER}\r\n", f"{HEADER}\r"]), soup).map("".join)))
@example(text=f'{HEADER}\n1, "x" ,2\n')
@example(text=f'{HEADER}\n1,"x" ,2\n')
@example(text=f"{HEADER}\n1,2,3,\n")
@example(text=f'{HEADER}\n1,2,""\n')
@example(text=f'{HEADER}\n,,\n\n"",,\n')
def test_any_text_is_read_as_python_reads_it(connection: duckdb.DuckDBPyConnection, tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode())
    assert found(connection, path) == expected(text)
