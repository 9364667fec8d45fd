"""Whatever the bytes: the rows are those of Python's own CSV reader, or the file is refused where that one fails too."""

import csv
import io
from pathlib import Path

import duckdb
import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from counterfoil.tables.landing import Unusable
from counterfoil.tables.reading.delimited import open_delimited
from counterfoil.tables.reading.source import Source

HEADER = "a,b,c"
Rows = list[tuple[int, bool, list[str]]]


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


def found(path: Path) -> Rows | None:
    try:
        source = open_delimited(path, path.name, None, path.with_suffix(".spare"))
        try:
            rows = queried(source)
        except duckdb.InvalidInputException:
            assert source.fallback is not None
            source = source.fallback()
            rows = queried(source)
    except Unusable:
        return None
    if source.lines is None:
        return rows
    lines = source.lines(np.arange(len(rows)))
    return [(int(line), too_many, cells) for line, (_, too_many, cells) in zip(lines, rows, strict=True)]


def queried(source: Source) -> Rows:
    with duckdb.connect() as connection:
        query = f"SELECT line, too_many, [coalesce(c0, ''), coalesce(c1, ''), coalesce(c2, '')] FROM {source.relation}"
        return connection.execute(query).fetchall()


soup = st.text(alphabet='a" ,;\n\ré', max_size=40)
cell = st.text(alphabet='a",;\n\r é', max_size=4)
bare = st.text(alphabet='x", ', max_size=5).map(lambda text: text.lstrip('"'))
row = st.lists(cell, min_size=1, max_size=5)


@st.composite
def tidy(draw: st.DrawFn) -> str:
    target = io.StringIO()
    line_end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    writer = csv.writer(target, lineterminator=line_end, quoting=csv.QUOTE_ALL if draw(st.booleans()) else csv.QUOTE_MINIMAL)
    writer.writerows([HEADER.split(","), *draw(st.lists(row, max_size=6))])
    return target.getvalue()


@st.composite
def inches(draw: st.DrawFn) -> str:
    """No cell begins with a quote: all quotes are text."""
    return "\n".join([HEADER, *(",".join(cells) for cells in draw(st.lists(st.lists(bare, min_size=1, max_size=4), max_size=4)))])


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(tidy(), inches(), st.tuples(st.sampled_from([f"{HEADER}\n", f"{HEADER}\r\n", f"{HEADER}\r"]), soup).map("".join)))
@example(text=f'{HEADER}\n1, "x" ,2\n')
@example(text=f'{HEADER}\n1,"x" ,2\n')
@example(text=f"{HEADER}\n1,2,3,\n")
@example(text=f'{HEADER}\n1,2,""\n')
@example(text=f'{HEADER}\n,,\n\n"",,\n')
def test_any_text_is_read_as_python_reads_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode())
    assert found(path) == expected(text)
