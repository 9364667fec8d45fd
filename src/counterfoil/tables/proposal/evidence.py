"""What values prove about columns together: which are in which, what is unique, what multiplies and adds up, what comes before what.

Shares are for comparisons and sentences only; products and sums are exact decimals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import duckdb

from counterfoil.tables.proposal.profile import ISO, Column, Sheet
from counterfoil.tables.reading.cells import DECIMAL, trim
from counterfoil.tables.reading.mapped import dated

_MOST_FIGURES = 14
"""Columns of numbers that are multiplied and added with each other."""
_ROWS_FOR_SUMS = 5_000
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
        self._equations: dict[tuple[int, str], list[Equation]] = {}

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

    def products(self, sheet: Sheet) -> list[Equation]:
        """Pairs of columns whose product is a third, but for half a percent of rounding."""
        return self._solved(sheet, "*")

    def sums(self, sheet: Sheet) -> list[Equation]:
        """Pairs of columns whose sum is a third, to the cent."""
        return self._solved(sheet, "+")

    def _solved(self, sheet: Sheet, sign: str) -> list[Equation]:
        if (sheet.number, sign) not in self._equations:
            self._equations[sheet.number, sign] = self._solve(sheet, sign)
        return self._equations[sheet.number, sign]

    def _solve(self, sheet: Sheet, sign: str) -> list[Equation]:
        # A column that is always 0 or 1 proves nothing, and neither does one with a single value.
        figures = [column for column in sheet.columns if column.share(column.numbers) > 0.5 and column.distinct > 1 and not column.moments]
        figures = [column for column in figures if {*column.words} - {"0", "1", "0.00", "1.00", ".00"}][:_MOST_FIGURES]
        asked = [(left, right, result) for left, right in combinations(figures, 2) for result in figures if result not in (left, right)]
        if not asked:
            return []
        numbers = ", ".join(f"{number(column)} AS n{column.number}" for column in figures)
        tests = ", ".join(_share(f"n{left.number}", f"n{right.number}", f"n{result.number}", sign) for left, right, result in asked)
        rows = f"SELECT {numbers} FROM raw_{sheet.number} LIMIT {_ROWS_FOR_SUMS}"
        found = self.database.execute(f"SELECT {tests} FROM ({rows})").fetchone() or ()
        equations = [
            Equation(left.number, right.number, result.number, float(share))
            for (left, right, result), share in zip(asked, found, strict=True)
            if share is not None and share >= ALWAYS
        ]
        return sorted(equations, key=lambda equation: -equation.share)

    def _two(self, query: str) -> tuple[int, int]:
        row = self.database.execute(query).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)


def _may_be_id(column: Column) -> bool:
    return column.distinct > 0 and not column.decimals and not (column.moments and not column.counts["whole"]) and column.longest <= 80


def _share(left: str, right: str, result: str, sign: str) -> str:
    """In how many of the rows with all three the equation holds; unknown below three telling rows, where 0 and 1 tell nothing."""
    plain = f"{left} NOT IN (0, 1) AND {right} NOT IN (0, 1)" if sign == "*" else f"{left} <> 0 AND {right} <> 0"
    right_ = f"abs(CAST({left} AS DECIMAL(19,6)) * CAST({right} AS DECIMAL(19,6)) - {result}) <= greatest({_CENT}, abs({result}) / 200)"
    if sign == "+":
        right_ = f"abs({left} + {right} - {result}) <= {_CENT}"
    told = f"count(*) FILTER ({plain} AND {result} IS NOT NULL)"
    held = f"count(*) FILTER ({right_})"
    all_ = f"count(*) FILTER ({left} IS NOT NULL AND {right} IS NOT NULL AND {result} IS NOT NULL)"
    return f"CASE WHEN {told} >= 3 THEN {held} / {all_} END"


def number(column: Column) -> str:
    """SQL of the number in a cell, NULL where there is none."""
    text = trim(column.sql)
    return f"TRY_CAST({f'''replace({text}, ',', '.')''' if column.comma else text} AS {DECIMAL})"


def moment(column: Column) -> str:
    """SQL of the day in a cell, NULL where there is none."""
    text = trim(column.sql)
    cases = " ".join(dated(column.sql, form) for form, _ in column.formats if form != ISO)
    return f"TRY_CAST(left({f'coalesce(CASE {cases} END, {text})' if cases else text}, 10) AS DATE)"
