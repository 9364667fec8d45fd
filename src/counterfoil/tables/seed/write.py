"""The files of a plant: its tables, the policy that fits them, and the list of what is planted."""

from pathlib import Path
from typing import Literal

import duckdb

from counterfoil.tables.database import as_plain
from counterfoil.tables.schema import Kind, Table
from counterfoil.tables.seed.case import FAULT, NEAR
from counterfoil.tables.seed.desk import on_desk

Form = Literal["csv", "parquet"]

LIST_FOLDER, LIST = "seed", "planted.csv"
"""The list lies in a folder of its own, where a check of the plant does not look."""

POLICY = "policy.toml"


def write_table(database: duckdb.DuckDBPyConnection, table: Table, space: Path, form: Form) -> int:
    """One exchange table into `space`, in the order of its orders; those from the desk stand where the others would. Returns its rows."""
    columns = ", ".join(_text(column.name, column.kind) if form == "csv" else f'"{column.name}"' for column in table)
    others = f"SELECT * FROM main.{table.name} WHERE NOT {on_desk(table.name)}"
    rows = f"{others} UNION ALL BY NAME SELECT * FROM desk.{table.name}"
    how = "FORMAT csv, HEADER" if form == "csv" else "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000"
    key = f', "{table.key}"' if table.key else ""
    query = f"SELECT {columns} FROM ({rows}) ORDER BY o, n{key}"
    written = database.execute(f"COPY ({query}) TO $target ({how})", {"target": str(space / f"{table.name}.{form}")}).fetchall()
    return int(written[0][0])


def _text(name: str, kind: Kind) -> str:
    """A decimal without zeros at its end; any other column as it is."""
    return f"""{as_plain(f'"{name}"')} AS "{name}\"""" if kind is Kind.DECIMAL else f'"{name}"'


def write_list(database: duckdb.DuckDBPyConnection, space: Path) -> tuple[int, int]:
    """planted.csv. Returns how many findings and how many near misses it lists."""
    (space / LIST_FOLDER).mkdir()
    query = f"""SELECT rule, kind, "case", document, document_id, line_id, members,
        {as_plain("amount_at_risk")} AS amount_at_risk, currency FROM main.planted ORDER BY ALL"""
    database.execute(f"COPY ({query}) TO $target (FORMAT csv, HEADER)", {"target": str(space / LIST_FOLDER / LIST)})
    counts = dict(database.execute("SELECT kind, count(*) FROM main.planted GROUP BY kind").fetchall())
    return counts.get(FAULT, 0), counts.get(NEAR, 0)


def write_policy(database: duckdb.DuckDBPyConnection, space: Path) -> None:
    """policy.toml: what this plant tolerates, and whom it exempts."""
    utilities = database.execute("SELECT supplier_id FROM main.supplier_names WHERE s < 0 ORDER BY supplier_id").fetchall()
    quoted = ", ".join(f'"{supplier}"' for (supplier,) in utilities)
    (space / POLICY).write_text(_POLICY.replace("UTILITIES_OF_THE_SITES", quoted), "utf-8", newline="\n")


_POLICY = """\
# The policy of this plant: give it to `counterfoil check` with --policy.

name = "plant"
version = "1"

approval_threshold = "5000"
threshold_currency = "EUR"

exempt_suppliers = [UTILITIES_OF_THE_SITES]    # the energy suppliers of the sites
exempt_categories = ["UTILITIES", "FRAMEWORK", "RENT"]

[[tolerances]]
kind = "price"
upper_percent = "2"

[[tolerances]]
kind = "quantity"                  # weighed goods are never delivered to the gram
category = "BULK"
upper_percent = "5"
lower_percent = "5"
"""
