"""A rule is written once: over columns it must say what it says of single decisions, row by row, to the last decimal."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import ibis
import pyarrow as pa
import pytest

from counterfoil.rules.match import Room, Verdict, compare, match_price, match_quantity
from counterfoil.rules.ops import DECIMALS
from counterfoil.rules.tolerance import Tolerance, upper_limit
from counterfoil.tables.facts.columns import ColumnOps

NUMBERS = [
    Decimal(text) for text in ["0", "0.000001", "-0.000001", "1", "-1", "3", "100", "100.002", "999.999999", "1000", "-1000", "0.333333"]
]
LIMITS = [None, Decimal(0), Decimal("0.000001"), Decimal("0.5"), Decimal(5)]
AMOUNT, QUANTITY = pa.decimal128(38, 16), pa.decimal128(18, 6)

RULES: dict[str, Callable[[Any, Any, Any, Any, Room], Verdict]] = {
    "compare": lambda ops, a, b, c, room: compare(ops, a, b, room),
    "price": lambda ops, a, b, c, room: match_price(ops, a, c, b, room),
    "quantity": match_quantity,
}


def room(absolute: Decimal | None, percent: Decimal | None) -> Room:
    limit = upper_limit(Tolerance("price", upper_absolute=absolute, upper_percent=percent))
    return Room(limit.absolute, limit.fraction, limit.counts)


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Any]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


@pytest.mark.parametrize("rule", RULES)
def test_one_rule_two_ways(rule: str, duckdb: Any) -> None:
    """Every triple of twelve numbers under every pair of five limits: 43 200 decisions, each made twice."""
    rooms = {pair: room(*pair) for pair in product(LIMITS, repeat=2)}
    cases = [(a, b, c, rooms[pair]) for a, b, c in product(NUMBERS, repeat=3) for pair in rooms]
    assert len(cases) == 43_200
    columns = {
        "a": pa.array([case[0] for case in cases], AMOUNT),
        "b": pa.array([case[1] for case in cases], AMOUNT),
        "c": pa.array([case[2] for case in cases], QUANTITY),
        "absolute": pa.array([case[3].absolute for case in cases], QUANTITY),
        "fraction": pa.array([case[3].fraction for case in cases], pa.decimal128(18, 8)),
        "counts": pa.array([case[3].counts for case in cases]),
        "row": pa.array(range(len(cases))),
    }
    table = ibis.memtable(pa.table(columns))
    verdict = RULES[rule](ColumnOps(), table.a, table.b, table.c, Room(table.absolute, table.fraction, table.counts))
    found = duckdb.to_pyarrow(table.select("row", above=verdict.above, excess=verdict.excess).order_by("row")).to_pylist()
    singles = [RULES[rule](DECIMALS, *case) for case in cases]
    wrong = [
        (case, single, said)
        for case, single, said in zip(cases, singles, found, strict=True)
        if said["above"] != single.above or (single.above and said["excess"] != single.excess)
    ]
    assert wrong[:5] == []
    assert {single.above for single in singles} == {True, False}
