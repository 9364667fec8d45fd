"""What is measured, each as a process of its own: `python -m benchmarks.tasks TASK …` does one task and prints what came of it."""

import json
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory

import duckdb

import counterfoil
from benchmarks.plant import make_plant
from counterfoil.tables.database import READING_MEMORY, open_database

STATEMENT = Path(__file__).with_name("three_way.sql")
YARDSTICK_MEMORY = "3GB"
"""What the check asks for, too: the yardstick shall not be long for want of memory."""


def three_way(folder: str) -> dict[str, int]:
    """The hand-written three-way match over the Parquet files of a plant; returns the findings by rule."""
    with TemporaryDirectory() as home, duckdb.connect(Path(home) / "run.duckdb", config={"memory_limit": YARDSTICK_MEMORY}) as database:
        return run_three_way(database, Path(folder))


def run_three_way(database: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Run three_way.sql in `database`; its table `three_way` holds the findings. Returns how many by rule."""
    database.execute("SET preserve_insertion_order = false")
    for file in sorted(folder.glob("*.parquet")):
        database.read_parquet(str(file)).create_view(file.stem)
    database.execute(STATEMENT.read_text(encoding="utf-8"))
    return dict(database.execute("SELECT rule, count(*) FROM three_way GROUP BY rule ORDER BY rule").fetchall())


def ready() -> dict[str, int]:
    """Load every module once, so that the first run does not wait for the disk; returns how many. Spark is not always there."""
    found = (module.name for module in walk_packages(counterfoil.__path__, "counterfoil."))
    modules = [name for name in found if not name.endswith(("__main__", ".spark"))]
    for module in modules:
        import_module(module)
    return {"modules": len(modules)}


def check(folder: str) -> dict[str, int]:
    """Reading and every rule, the findings left in the database; returns the findings by rule."""
    from counterfoil.tables.check import open_check
    from counterfoil.tables.policy import load_policy

    with open_check(Path(folder), policy=load_policy(None)) as result:
        return {outcome.rule.name: outcome.findings for outcome in result.outcomes}


def backtest(folder: str) -> dict[str, int]:
    """Reading and every gate, as of each document's own moment; returns what each would have stopped."""
    from counterfoil.tables.backtest.run import open_backtest
    from counterfoil.tables.policy import load_policy

    with open_backtest(Path(folder), policy=load_policy(None)) as result:
        return {outcome.gate.name: outcome.figures.stopped for outcome in result.outcomes}


def propose(folder: str) -> dict[str, int]:
    """Reading, candidates for every line without a link, learning what evidence is worth, and choosing; returns how many are accepted."""
    from counterfoil.tables.links.run import open_proposals
    from counterfoil.tables.policy import load_policy

    with open_proposals(Path(folder), policy=load_policy(None), threshold=0.9) as result:
        return {outcome.kind.name: outcome.accepted for outcome in result.outcomes}


def read_by_counterfoil(folder: str) -> dict[str, int]:
    """`read_folder` on a folder of CSV files, within the memory that a check reads in; returns the rows kept."""
    from counterfoil.tables.reading import read_folder

    with open_database(READING_MEMORY) as database:
        landing = read_folder(Path(folder), database)
    return {table.name: table.read for table in landing.tables.values()}


def read_by_duckdb(folder: str) -> dict[str, int]:
    """DuckDB's own CSV reader, with its own guess of types, into the same kind of database; returns the rows."""
    rows: dict[str, int] = {}
    with open_database() as database:
        for file in sorted(Path(folder).glob("*.csv")):
            database.execute(f'CREATE TABLE "{file.stem}" AS SELECT * FROM read_csv($file)', {"file": str(file)})
            rows |= dict(database.execute(f'SELECT ?, count(*) FROM "{file.stem}"', [file.stem]).fetchall())
    return rows


def plant(folder: str, invoice_lines: str) -> Mapping[str, int]:
    """Make a plant of that many invoice lines; returns the rows by table."""
    return make_plant(Path(folder), int(invoice_lines))


def unlinked(folder: str, plant_folder: str) -> dict[str, int]:
    """The orders, invoices and suppliers of a plant as CSV files, where 75 in a thousand invoice lines name no order line and no invoice an
    order; returns how many invoice lines name none, those that never did among them, and how many order lines there are."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as database:
        for table, lost in _LOST.items():
            database.read_parquet(str(Path(plant_folder) / f"{table}.parquet")).create_view(table)
            columns = ", ".join(f"if({whose}, NULL, {column}) AS {column}" for column, whose in lost.items())
            query = f"FROM {table}" if not columns else f"SELECT * REPLACE ({columns}) FROM {table}"
            database.execute(f"COPY ({query}) TO $target (FORMAT csv, HEADER)", {"target": str(target / f"{table}.csv")})
        unlinked = f"count(*) FILTER (purchase_order_line_id IS NULL OR {_UNLINKED})"
        counts = database.execute(f"SELECT (SELECT {unlinked} FROM invoice_lines), (SELECT count(*) FROM purchase_order_lines)").fetchall()
    return dict(zip(("unlinked", "candidates"), counts[0], strict=True))


_UNLINKED = "hash(invoice_line_id) % 1000 < 75"
_LOST: Mapping[str, Mapping[str, str]] = {
    "suppliers": {},
    "purchase_orders": {},
    "purchase_order_lines": {},
    "invoices": {"purchase_order_id": "true"},
    "invoice_lines": {"purchase_order_line_id": _UNLINKED, "receipt_line_id": _UNLINKED},
}
"""The tables, with the references that their rows lose, and which rows."""


def join(folder: str) -> dict[str, int]:
    """Reading both sides of `unlinked` and joining them on the number of the order line: what finding links costs where none is lost."""
    from counterfoil.tables.reading import read_folder

    sides = ("purchase_order_lines", "invoice_lines")
    with TemporaryDirectory(dir=Path(folder).parent) as both, open_database(READING_MEMORY) as database:
        for side in sides:
            (Path(both) / f"{side}.csv").hardlink_to(Path(folder) / f"{side}.csv")
        read_folder(Path(both), database)
        database.execute("CREATE TABLE joined AS FROM invoice_lines JOIN purchase_order_lines USING (purchase_order_line_id)")
        return {"joined": database.execute("SELECT count(*) FROM joined").fetchall()[0][0]}


def csv(folder: str, plant_folder: str, rows: str, copies: str = "1") -> dict[str, int]:
    """The first `rows` invoice lines of a plant as the only CSV file of a folder, so many times under other ids; returns how many."""
    target = Path(folder) / "invoice_lines.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as database:
        written = database.execute(
            """
            COPY (
                SELECT * REPLACE (if(copy = 0, '', copy || '-') || invoice_line_id AS invoice_line_id)
                FROM (FROM read_parquet($source) LIMIT $rows), range($copies) AS copies(copy)
            ) TO $target (FORMAT csv, HEADER)
            """,
            {
                "source": str(Path(plant_folder) / "invoice_lines.parquet"),
                "rows": int(rows),
                "copies": int(copies),
                "target": str(target),
            },
        ).fetchall()
    return {"invoice_lines": int(written[0][0])}


TASKS: Mapping[str, Callable[..., Mapping[str, int]]] = {
    "plant": plant,
    "csv": csv,
    "unlinked": unlinked,
    "ready": ready,
    "three-way": three_way,
    "check": check,
    "backtest": backtest,
    "join": join,
    "propose": propose,
    "read-by-counterfoil": read_by_counterfoil,
    "read-by-duckdb": read_by_duckdb,
}

if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    print(json.dumps(dict(TASKS[name](*arguments))))
