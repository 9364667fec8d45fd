"""A whole plant into a folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from counterfoil.tables.database import open_database
from counterfoil.tables.landing import Unusable
from counterfoil.tables.schema import TABLES
from counterfoil.tables.seed.base import FEWEST_ORDERS, MOST_ORDERS, make_base
from counterfoil.tables.seed.case import Case
from counterfoil.tables.seed.cases import CASES
from counterfoil.tables.seed.desk import dormant_suppliers, list_planted, plant, set_desk
from counterfoil.tables.seed.write import Form, write_list, write_policy, write_table

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Planted:
    """What a plant holds: rows of its exchange tables; findings that follow from its faults; near misses, one a rule that one misses."""

    rows: int
    faults: int
    near_misses: int


def make_plant(
    space: Path,
    orders: int,
    seed: int,
    form: Form = "csv",
    progress: Progress = lambda what, done, of: None,
    *,
    cases: Sequence[Case] = CASES,
    tipped: bool = False,
    threads: int | None = None,
) -> Planted:
    """Write the exchange tables, policy.toml and the list of what is planted into the empty folder `space`.

    The same arguments give the same bytes. `cases`: what is planted (none = a clean plant); `tipped`: every near miss is pushed over
    the edge; `threads`: how many work at it, which changes nothing that is written. Raises `Unusable` for too few or too many orders.
    """
    if not FEWEST_ORDERS <= orders <= MOST_ORDERS:
        raise Unusable(
            f"--orders {orders}: a plant has {FEWEST_ORDERS:,} to {MOST_ORDERS:,} orders; with fewer some rule would lack a case."
        )
    steps = len(TABLES) + 3
    with open_database("3GB") as database:
        if threads is not None:
            database.execute("SET threads = ?", [threads])
        progress("writing orders down", 0, steps)
        make_base(database, orders, seed, dormant_suppliers(cases, orders))
        progress("planting", 2, steps)
        database.execute("BEGIN")
        set_desk(database, cases, orders)
        plant(database, cases, tipped=tipped)
        list_planted(database, cases)
        database.execute("COMMIT")
        rows = 0
        for step, table in enumerate(TABLES.values()):
            progress(f"writing {table.name}", 3 + step, steps)
            rows += write_table(database, table, space, form)
        faults, near_misses = write_list(database, space)
        write_policy(database, space)
    progress("written", steps, steps)
    return Planted(rows, faults, near_misses)
