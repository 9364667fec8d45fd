"""`counterfoil seed`: a made-up plant to try the checks on, with the list of what is planted in it."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from counterfoil.interfaces.cli.speaking import RAN, UNUSABLE, complain, progress_bar, say
from counterfoil.tables.landing import Unusable
from counterfoil.tables.seed import Form, make_plant, plant_folder
from counterfoil.tables.text import count, visible


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for."""

    folder: Path
    orders: int
    seed: int
    form: Form


def run(request: Request) -> int:
    """Make the plant and say where it is. Returns the exit code; problems that a person can mend go to standard error."""
    try:
        with plant_folder(request.folder) as space, progress_bar() as progress:
            planted = make_plant(space, request.orders, request.seed, request.form, progress)
    except Unusable as unusable:
        complain(unusable.problems)
        return UNUSABLE
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        complain([f"The plant needs more memory or disk space ({str(error).splitlines()[0]}); make room and run again."])
        return UNUSABLE
    place = visible(str(request.folder))
    say(
        f"{count(planted.rows, 'row')} of {count(request.orders, 'order')} in {place}, with {count(planted.faults, 'finding')} planted and "
        f"{count(planted.near_misses, 'near miss', 'near misses')}.\n"
        f"What is planted stands in {place}/seed/planted.csv. Check the plant with\n"
        f"  counterfoil check {place} --policy {place}/policy.toml\n"
    )
    return RAN
