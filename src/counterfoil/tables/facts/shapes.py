"""Base tables: declared as functions of other tables, compiled to SQL once a process, made when something first needs them.

A base is a function of `Shapes`; it names the tables that it needs by attribute (`f.order_facts`, `f.invoices`) and returns an Ibis
expression over them. Nothing in an expression depends on the data or on the policy, which come in as tables too (`given`), so an
expression is compiled once and serves every run. What an engine cannot do exactly (division, text likeness) is a `computed` base:
the rows that need it go through Python once, as Arrow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import ibis
import pyarrow as pa
from ibis.expr.types import Table as Expression

from counterfoil.tables.facts.store import Statement, store
from counterfoil.tables.schema import TABLES, Kind

DIALECT = "duckdb"

_TYPES = {
    Kind.TEXT: "string",
    Kind.WORD: "string",
    Kind.DECIMAL: "decimal(18, 6)",
    Kind.INTEGER: "int64",
    Kind.PRICE_QUANTITY: "int32",
    Kind.YES_NO: "!boolean",
}


def landed_schema(table: str) -> dict[str, str]:
    """The columns of a landed table (see tables/landing.py) and their Ibis types."""
    columns: dict[str, str] = {}
    for column in TABLES[table]:
        if column.kind is Kind.MOMENT:
            columns |= {column.name: "timestamp", f"{column.name}_form": "int8"}
        else:
            columns[column.name] = _TYPES[column.kind]
    return columns


def rejected_schema(table: str) -> dict[str, str]:
    """The columns of the rejected rows of a landed table."""
    head = {"file": "string", "line": "int64", "column": "string", "value": "string", "reason": "string", "clash": "boolean"}
    return head | {f"raw_{column.name}": "string" for column in TABLES[table]}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A base as the engine makes it: SQL, or the rows of `source` through `function`. `needs`: the tables to be made before."""

    name: str
    schema: Mapping[str, str]
    needs: tuple[str, ...]
    sql: str
    function: Callable[[pa.Table], pa.Table] | None = None


Base = Callable[["Shapes"], Expression]

_BASES: dict[str, Base] = {}
_COMPUTED: dict[str, tuple[Callable[[pa.Table], pa.Table], Mapping[str, str]]] = {}
_GIVEN: dict[str, dict[str, str]] = {}


def base(function: Base) -> Base:
    """Declares a base table of the function's name."""
    _BASES[function.__name__] = function
    return function


def computed(schema: Mapping[str, str], compute: Callable[[pa.Table], pa.Table]) -> Callable[[Base], Base]:
    """Declares a base table of the function's name: the rows of the expression it returns, through `compute`."""

    def declare(function: Base) -> Base:
        _COMPUTED[function.__name__] = (compute, schema)
        return base(function)

    return declare


def given(name: str, schema: dict[str, str]) -> None:
    """Declares a small table that a run brings along: policy, parameters, time zones."""
    _GIVEN[name] = schema


def given_schema(name: str) -> dict[str, str]:
    return _GIVEN[name]


class Shapes:
    """Tables by attribute, as unbound Ibis expressions; remembers which were asked for."""

    def __init__(self) -> None:
        self.needs: list[str] = []

    def __getattr__(self, name: str) -> Expression:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Expression:
        if name in _BASES and name not in self.needs:
            self.needs.append(name)
        return _shape(name)

    def numbered(self, table: str) -> Expression:
        """The rows of an exchange table with their number here (`row`), which is in the order of reading."""
        return ibis.table({"row": "int64", **landed_schema(table)}, name=f"numbered_{table}")

    def rejected(self, table: str) -> Expression:
        """The rejected rows of an exchange table."""
        return _shape(f"rejected_{table}")


@cache
def _shape(name: str) -> Expression:
    if name in TABLES:
        return ibis.table(landed_schema(name), name=name)
    if name in _GIVEN:
        return ibis.table(_GIVEN[name], name=name)
    if name.removeprefix("rejected_") in TABLES:
        return ibis.table(rejected_schema(name.removeprefix("rejected_")), name=name)
    return ibis.table(compiled(name).schema, name=name)


@cache
def compiled(name: str) -> Compiled:
    """The base table of that name, compiled."""
    return compile_expression(name, _BASES[name])


def compile_expression(name: str, function: Base) -> Compiled:
    """An expression over base tables as SQL, with what it needs."""
    found = store().find(name)
    if found is None:
        shapes = Shapes()
        expression = function(shapes)
        sql = str(ibis.to_sql(expression, dialect=DIALECT, pretty=False))
        found = Statement(sql, {column: str(kind) for column, kind in expression.schema().items()}, tuple(shapes.needs))
        store().keep(name, found)
    compute, schema = _COMPUTED.get(name, (None, None))
    return Compiled(name, schema or found.schema, found.needs, found.sql, compute)
