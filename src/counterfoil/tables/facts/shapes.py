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
    """A base as the engine makes it: the answer of `sql`, whose columns are `answer`, through `function` where there is one, which gives
    the columns `schema`. `needs`: the tables to be made before."""

    name: str
    schema: Mapping[str, str]
    needs: tuple[str, ...]
    sql: str
    answer: Mapping[str, str]
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

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.needs: list[str] = []

    def __getattr__(self, name: str) -> Expression:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Expression:
        if name not in self.needs:
            self.needs.append(name)
        return _shape(name, self.dialect)

    def numbered(self, table: str) -> Expression:
        """The rows of an exchange table with their number here (`row`), which is in the order of reading."""
        return self[f"{NUMBERED}{table}"]

    def rejected(self, table: str) -> Expression:
        """The rejected rows of an exchange table."""
        return self[f"{REJECTED}{table}"]


NUMBERED, REJECTED = "numbered_", "rejected_"
"""What the forms of a landed table beside its own begin with."""


def brought_schema(name: str) -> Mapping[str, str] | None:
    """The columns of a table that is there before any base is made, landed or given; None for a base."""
    if name in TABLES:
        return landed_schema(name)
    if name in _GIVEN:
        return _GIVEN[name]
    if (table := name.removeprefix(NUMBERED)) in TABLES:
        return {"row": "int64", **landed_schema(table)}
    if (table := name.removeprefix(REJECTED)) in TABLES:
        return rejected_schema(table)
    return None


@cache
def _shape(name: str, dialect: str) -> Expression:
    return ibis.table(brought_schema(name) or compiled(name, dialect).schema, name=name)


@cache
def compiled(name: str, dialect: str) -> Compiled:
    """The base table of that name, compiled for an engine."""
    return compile_expression(name, _BASES[name], dialect)


def all_rows(table: str, columns: Mapping[str, str], dialect: str) -> str:
    """The statement of an engine that gives every row of a table."""
    return str(ibis.to_sql(ibis.table(dict(columns), name=table), dialect=dialect, pretty=False))


def compile_expression(name: str, function: Base, dialect: str) -> Compiled:
    """An expression over base tables as SQL of an engine, with what it needs."""
    found = store().find(f"{dialect} {name}")
    if found is None:
        shapes = Shapes(dialect)
        expression = function(shapes)
        sql = str(ibis.to_sql(expression, dialect=dialect, pretty=False))
        found = Statement(sql, {column: str(kind) for column, kind in expression.schema().items()}, tuple(shapes.needs))
        store().keep(f"{dialect} {name}", found)
    compute, schema = _COMPUTED.get(name, (None, None))
    return Compiled(name, schema or found.schema, found.needs, found.sql, found.schema, compute)
