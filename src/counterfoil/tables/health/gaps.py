"""One look at the health of the data of a finished check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterfoil.tables.health.counting import ALL, EVERYWHERE, Count, Place, count_look, find_places
from counterfoil.tables.health.looks import ARRIVALS, LOOKS
from counterfoil.tables.health.measures import COUNTED
from counterfoil.tables.health.registry import Measure
from counterfoil.tables.result import CheckResult

FIRST_THINGS = 3
"""How many things to mend are named first."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What one measure found. `about`: the table or `table.column` that it is about; `places`: where it was counted, EVERYWHERE among
    them; `notes`: what else there is to say of it."""

    measure: Measure
    about: str
    places: Mapping[Place, Count]
    notes: tuple[str, ...] = ()

    @property
    def whole(self) -> Count:
        return self.places[EVERYWHERE]


@dataclass(frozen=True, slots=True)
class Health:
    """The health of the data: every measure that could be taken, and the places, that with most documents first."""

    gaps: tuple[Gap, ...]
    places: tuple[Place, ...]

    def first(self, place: Place = EVERYWHERE, most: int = FIRST_THINGS) -> list[tuple[Gap, Count]]:
        """What to mend first in a place: most judgements lost first, then most rows."""
        found = [(gap, count) for gap in self.gaps if gap.measure.group != "columns" and (count := gap.places.get(place)) and count.rows]
        return sorted(found, key=lambda one: (-one[1].lost, -one[1].rows, one[0].measure.name, one[0].about))[:most]


def examine(result: CheckResult) -> Health:
    """Take every measure. Reads the landed tables and the facts of the run, which it has made where they are not there yet.

    Raises:
        Unusable: a file that is read in place is no longer what it was.
    """
    database = result.database
    asked = frozenset(outcome.rule.name for outcome in result.outcomes)
    places = find_places(database)
    gaps: list[Gap] = []
    result.ensure("receipt_facts")
    database.execute(f"CREATE OR REPLACE TEMP TABLE health_arrivals AS {ARRIVALS}")
    for look in LOOKS:
        if look.table not in result.landing.tables:
            continue
        for fact in look.facts:
            result.ensure(fact)
        measures = [one for one in COUNTED if one.look == look.name]
        gaps += _gaps(measures, count_look(database, look, measures, asked))
    result.landing.check_files()
    return Health(tuple(gaps), tuple(places))


def _gaps(measures: Sequence[Measure], found: Sequence[Mapping[Place, Count]]) -> list[Gap]:
    return [Gap(measure, measure.about, places) for measure, places in zip(measures, found, strict=True) if (ALL, None) in places]
