"""One look at the health of the data of a finished check."""

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.tables.health.absent import absent
from counterfoil.tables.health.counting import EVERYWHERE, Count, Gap, Lacking, Place, count_look, find_places
from counterfoil.tables.health.looks import ARRIVALS, LOOKS
from counterfoil.tables.health.measures import COUNTED
from counterfoil.tables.health.noticed import implausible_dates, of_reading, profiles, references, silent_columns, with_twins
from counterfoil.tables.result import CheckResult

FIRST_THINGS = 3
"""How many things to mend are named first."""


@dataclass(frozen=True, slots=True)
class Health:
    """The health of the data: every measure that could be taken, and the places, that with most documents first."""

    gaps: tuple[Gap, ...]
    places: tuple[Place, ...]

    def first(self, place: Place = EVERYWHERE, most: int = FIRST_THINGS) -> list[tuple[Gap, Count]]:
        """What to mend first in a place: most judgements lost first, then most rows."""
        found = [(gap, count) for gap in self.gaps if gap.measure.group != "columns" and (count := gap.places.get(place)) and count.rows]
        return sorted(found, key=lambda one: (*one[1].rank, one[0].measure.name, one[0].about))[:most]


def examine(result: CheckResult) -> Health:
    """Take every measure. Reads the landed tables and the facts of the run, which it has made where they are not there yet.

    Raises:
        Unusable: a file that is read in place is no longer what it was.
    """
    lacking = {outcome.rule.name: outcome.needs for outcome in result.outcomes}
    places = find_places(result.database)
    gaps = list(_counted(result, lacking))
    found = profiles(result)
    gaps += references(result, lacking)
    gaps += implausible_dates(result, found, lacking)
    gaps += of_reading(result)
    gaps += silent_columns(found)
    gaps += absent(result, frozenset((gap.about, rule) for gap in gaps for rule in gap.whole.blinded))
    result.landing.check_files()
    return Health(tuple(gaps), tuple(places))


def _counted(result: CheckResult, lacking: Lacking) -> Iterator[Gap]:
    """The measures that are counted over looks at tables that were read."""
    result.ensure("receipt_facts")
    result.database.execute(f"CREATE OR REPLACE TEMP TABLE health_arrivals AS {ARRIVALS}")
    for look in LOOKS:
        if look.table not in result.landing.tables:
            continue
        for fact in look.facts:
            result.ensure(fact)
        measures = [one for one in COUNTED if one.look == look.name]
        found = count_look(result.database, look, measures, lacking)
        gaps = [Gap(one, one.about, places) for one, places in zip(measures, found, strict=True) if EVERYWHERE in places]
        yield from (with_twins(result, gap) if look.name == "suppliers" else gap for gap in gaps)
