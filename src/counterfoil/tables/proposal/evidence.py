"""What values prove about columns together: which are in which, what is unique, what multiplies and adds up, what comes before what.

Shares are for comparisons and sentences only; products and sums are exact decimals.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from counterfoil.tables.database import literal
from counterfoil.tables.mapping import THOUSANDS
from counterfoil.tables.proposal.days import ISO
from counterfoil.tables.proposal.profile import Column, Sheet
from counterfoil.tables.reading.cells import DECIMAL, trim
from counterfoil.tables.reading.mapped import dated

_MOST_FIGURES = 14
"""Columns of numbers that are multiplied and added with each other."""
_ROWS_FOR_SUMS = 1_000
_TELLING_ROWS = 3
_ROWS_FOR_DAYS = 10
"""Rows from which on days that always lie as far apart are no accident."""
ALWAYS = 0.95
"""A relation that holds in so many of the rows is no accident."""
_CENT = "0.01"

Spot = tuple[int, int]
"""(sheet, column)."""


@dataclass(frozen=True, slots=True)
class Equation:
    """In `share` of the rows `left` and `right` (column numbers) multiplied, or added, are `result`."""

    left: int
    right: int
    result: int
    share: float


class Evidence:
    """Asks the database about the columns of the sheets."""

    def __init__(self, database: duckdb.DuckDBPyConnection, sheets: Sequence[Sheet]) -> None:
        self.database = database
        self.sheets = sheets
        self._overlaps = self._find_overlaps()
        self._equations: dict[int, tuple[list[Equation], list[Equation]]] = {}

    def overlap(self, column: Column, other: Column) -> float:
        """The share of the different values of a column that stand in the other."""
        if (column.sheet, column.number) == (other.sheet, other.number):
            return 1.0
        found = self._overlaps.get(((column.sheet, column.number), (other.sheet, other.number)), 0)
        return found / column.distinct if column.distinct else 0.0

    def _find_overlaps(self) -> dict[tuple[Spot, Spot], int]:
        ids = [column for sheet in self.sheets for column in sheet.columns if _may_be_id(column)]
        self.database.execute("CREATE OR REPLACE TEMP TABLE ids (sheet INTEGER, col INTEGER)")
        if not ids:
            return {}
        self.database.executemany("INSERT INTO ids VALUES (?, ?)", [(column.sheet, column.number) for column in ids])
        self.database.execute("CREATE OR REPLACE TEMP TABLE known AS SELECT s.* FROM seen s JOIN ids USING (sheet, col)")
        rows = self.database.execute(
            "SELECT a.sheet, a.col, b.sheet, b.col, count(*) FROM known a JOIN known b ON a.value = b.value"
            " WHERE (a.sheet, a.col) <> (b.sheet, b.col) GROUP BY ALL"
        ).fetchall()
        return {((row[0], row[1]), (row[2], row[3])): int(row[4]) for row in rows}

    def unique_together(self, sheet: Sheet, columns: Sequence[Column]) -> bool:
        """True where no two different rows have the same filled cells in all of these columns."""
        cells = ", ".join(column.sql for column in columns)
        filled = " AND ".join(f"{column.sql} IS NOT NULL" for column in columns)
        rows, different = self._two(f"SELECT count(*), count(DISTINCT ({cells})) FROM raw_{sheet.number} WHERE {filled}")
        return rows == different == sheet.rows or (rows == different and rows > ALWAYS * sheet.rows)

    def repeats(self, sheet: Sheet, columns: Sequence[Column]) -> int:
        """The rows whose cells in these columns, all of them filled, stand in an earlier row too."""
        cells = ", ".join(column.sql for column in columns)
        filled = " AND ".join(f"{column.sql} IS NOT NULL" for column in columns)
        rows, different = self._two(f"SELECT count(*), count(DISTINCT ({cells})) FROM raw_{sheet.number} WHERE {filled}")
        return rows - different

    def equal(self, sheet: Sheet, column: Column, other: Column) -> float:
        """The share of the rows with both numbers in which they are the same."""
        first, second = number(column), number(other)
        same, both = self._two(
            f"SELECT count(*) FILTER (a = b), count(*) FROM (SELECT {first} AS a, {second} AS b FROM raw_{sheet.number})"
            " WHERE a IS NOT NULL AND b IS NOT NULL"
        )
        return same / both if both else 0.0

    def together_in(self, columns: Sequence[Column], others: Sequence[Column]) -> float:
        """The share of the different combinations of these columns that stand in the others, taken together."""
        cells, kept = (", ".join(column.sql for column in part) for part in (columns, others))
        filled = " AND ".join(f"{column.sql} IS NOT NULL" for column in columns)
        here = f"SELECT DISTINCT {cells} FROM raw_{columns[0].sheet} WHERE {filled}"
        found, all_ = self._two(
            f"SELECT count(*) FILTER (({cells}) IN (SELECT ({kept}) FROM raw_{others[0].sheet})), count(*) FROM ({here})"
        )
        return found / all_ if all_ else 0.0

    def depends(self, sheet: Sheet, key: Sequence[Column], column: Column) -> float:
        """The share of the keys that have one value of that column in all their rows."""
        cells = ", ".join(part.sql for part in key)
        filled = " AND ".join(f"{part.sql} IS NOT NULL" for part in key)
        groups = f"SELECT count(DISTINCT coalesce({column.sql}, '')) AS kinds FROM raw_{sheet.number} WHERE {filled} GROUP BY {cells}"
        one, all_ = self._two(f"SELECT count(*) FILTER (kinds = 1), count(*) FROM ({groups})")
        return one / all_ if all_ else 0.0

    def in_order(self, sheet: Sheet, earlier: Column, later: Column) -> float:
        """The share of the rows with both days in which the first is not after the second."""
        first, second = moment(earlier), moment(later)
        right, all_ = self._two(
            f"SELECT count(*) FILTER ({first} <= {second}), count(*) FROM raw_{sheet.number}"
            f" WHERE {first} IS NOT NULL AND {second} IS NOT NULL"
        )
        return right / all_ if all_ else 1.0

    def days_between(self, sheet: Sheet, earlier: Column, later: Column) -> int | None:
        """How many days lie between two days, where it is the same number in every row that has both; None where it differs."""
        first, second = moment(earlier), moment(later)
        row = self.database.execute(
            f"SELECT min(n), max(n), count(n), count(DISTINCT d) FROM (SELECT date_diff('day', {first}, {second}) AS n, {first} AS d"
            f" FROM raw_{sheet.number})"
        ).fetchone()
        return int(row[0]) if row and row[0] == row[1] and row[2] >= _ROWS_FOR_DAYS and row[3] >= _TELLING_ROWS else None

    def products(self, sheet: Sheet) -> list[Equation]:
        """Pairs of columns whose product is a third, but for half a percent of rounding."""
        return self._solved(sheet)[0]

    def sums(self, sheet: Sheet) -> list[Equation]:
        """Pairs of columns whose sum is a third, to the cent."""
        return self._solved(sheet)[1]

    def _solved(self, sheet: Sheet) -> tuple[list[Equation], list[Equation]]:
        if sheet.number not in self._equations:
            self._equations[sheet.number] = self._solve(sheet)
        return self._equations[sheet.number]

    def _solve(self, sheet: Sheet) -> tuple[list[Equation], list[Equation]]:
        """Every two columns of numbers against every third, row by row. What is 0 or 1 proves nothing: three rows at least must."""
        figures = [column for column in sheet.columns if column.share(column.numbers) > 0.5 and column.distinct > 1 and not column.moments]
        if len(figures) < len(("left", "right", "result")):
            return [], []
        cells = ", ".join(f"{number(column)} AS n{column.number}" for column in figures[:_MOST_FIGURES])
        rows = f"SELECT row_number() OVER () AS row, {cells} FROM raw_{sheet.number} LIMIT {_ROWS_FOR_SUMS}"
        names = ", ".join(f"n{column.number}" for column in figures[:_MOST_FIGURES])
        cells = f"UNPIVOT ({rows}) ON {names} INTO NAME name VALUE n"
        long = f"SELECT row, CAST(name[2:] AS INTEGER) AS col, CAST(n AS DECIMAL(19,6)) AS n FROM ({cells})"
        telling = "a.n NOT IN (0, 1) AND b.n NOT IN (0, 1)"
        product = f"abs(a.n * b.n - c.n) <= greatest({_CENT}, abs(c.n) / 200)"
        found = self.database.execute(
            f"""WITH long AS MATERIALIZED ({long})
                SELECT a.col, b.col, c.col, count(*) FILTER ({product}) / count(*), count(*) FILTER ({telling}),
                    count(*) FILTER (abs(a.n + b.n - c.n) <= {_CENT}) / count(*), count(*) FILTER (a.n <> 0 AND b.n <> 0)
                FROM long a JOIN long b ON a.row = b.row AND a.col < b.col JOIN long c ON c.row = a.row AND c.col NOT IN (a.col, b.col)
                GROUP BY ALL ORDER BY ALL"""
        ).fetchall()
        products = [Equation(row[0], row[1], row[2], float(row[3])) for row in found if row[3] >= ALWAYS and row[4] >= _TELLING_ROWS]
        sums = [Equation(row[0], row[1], row[2], float(row[5])) for row in found if row[5] >= ALWAYS and row[6] >= _TELLING_ROWS]
        return sorted(products, key=lambda equation: -equation.share), sorted(sums, key=lambda equation: -equation.share)

    def _two(self, query: str) -> tuple[int, int]:
        row = self.database.execute(query).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)


def _may_be_id(column: Column) -> bool:
    return column.distinct > 0 and not column.decimals and not (column.moments and not column.counts["whole"]) and column.longest <= 80


def number(column: Column) -> str:
    """SQL of the number in a cell, NULL where there is none."""
    text = trim(column.sql)
    if column.style:
        text = f"regexp_replace({text}, {literal(f'[{THOUSANDS[column.style[0]]}]')}, '', 'g')"
    return f"TRY_CAST({f'''replace({text}, ',', '.')''' if column.comma else text} AS {DECIMAL})"


def moment(column: Column) -> str:
    """SQL of the day in a cell, NULL where there is none."""
    text = trim(column.sql)
    cases = " ".join(dated(column.sql, form) for form, _ in column.formats if form != ISO)
    return f"TRY_CAST(left({f'coalesce(CASE {cases} END, {text})' if cases else text}, 10) AS DATE)"
