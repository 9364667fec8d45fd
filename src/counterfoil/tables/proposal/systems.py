"""Exports of known systems: which sheet is which of their files, and the sections of the worked mapping that read it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby

import duckdb

from counterfoil.tables.mapping import Cell, Condition, Section, read_mapping
from counterfoil.tables.proposal.fitting import counted_rows, fitted
from counterfoil.tables.proposal.placing import SURE, Feed, Placer, refers_to
from counterfoil.tables.proposal.profile import Column, Sheet
from counterfoil.tables.schema import TABLES

SYSTEMS: Mapping[str, str] = {"sap": "SAP", "odoo": "Odoo", "erpnext": "ERPNext", "maximo": "Maximo"}
"""By the name of its worked mapping in `systems/`, and of its guide: what people call it."""

_TELLING, _NAMED = 0.8, 0.5
"""The share of a file's columns that must be there: to know the system by it; and where the file has its name and the system is known."""


@dataclass(frozen=True, slots=True)
class Known:
    """One file of a system: its name without ending, and every section of the worked mapping that reads it."""

    system: str
    name: str
    sections: tuple[Section, ...]

    @property
    def columns(self) -> frozenset[str]:
        """All columns that the sections take or ask."""
        taken = {name for section in self.sections for cell in (section.cells or {}).values() for name in cell.sources}
        return frozenset(taken | {condition.column for section in self.sections for condition in section.conditions})


@dataclass(frozen=True, slots=True)
class Match:
    """A sheet held against a file of a system. `columns`: those that are there, by their names in the system."""

    known: Known
    sheet: Sheet
    columns: Mapping[str, Column]

    @property
    def share(self) -> float:
        return len(self.columns) / len(self.known.columns)

    @property
    def named(self) -> int:
        """How many words of the sheet's name are the file's, all in a row; 0 where not all of them are there."""
        wanted = _words(self.known.name)
        told = _words(self.sheet.name)
        return len(wanted) if any(told[start : start + len(wanted)] == wanted for start in range(len(told))) else 0

    def lacks(self, section: Section) -> list[str]:
        """The columns without which a section cannot read the sheet: those of required cells, and of conditions by which it differs from
        other sections of its table and which no row would meet, since a column that is not there counts as empty."""
        kin = [other.conditions for other in self.known.sections if other.table == section.table]
        telling = [condition for condition in section.conditions if not all(condition in conditions for conditions in kin)]
        cells = [cell for name, cell in (section.cells or {}).items() if TABLES[section.table].column(name).required]
        asked = [condition.column for condition in telling if condition.wanted]
        needed = [*(name for cell in cells for name in cell.sources), *asked]
        return [name for name in dict.fromkeys(needed) if name not in self.columns]


def worked_mapping(system: str) -> str:
    """The text of the worked mapping of a system, a key of `SYSTEMS`."""
    return files(__package__).joinpath("systems", f"{system}.toml").read_text("utf-8")


@cache
def _known() -> tuple[Known, ...]:
    found = []
    for system in SYSTEMS:
        with as_file(files(__package__).joinpath("systems", f"{system}.toml")) as path:
            sections = sorted(read_mapping(path), key=lambda section: str(section.file))
        for file, read in groupby(sections, key=lambda section: str(section.file)):
            found.append(Known(system, file.rsplit(".", 1)[0], tuple(read)))
    return tuple(found)


def recognised(placer: Placer) -> list[Feed]:
    """The sections that worked mappings have for the sheets, fitted to what stands in them. A system is known by one file at least that
    has most of its columns."""
    matches = [match for sheet in placer.sheets if sheet.header and (match := _match(sheet)) is not None]
    certain = {match.known.system for match in matches if match.share >= _TELLING}
    feeds = [feed for match in matches if match.known.system in certain for feed in _feeds(placer, match)]
    for feed in feeds:
        others = {other.system for other in feeds if other.table == feed.table} - {feed.system}
        if others:
            feed.doubts.append(f"files of {' and '.join(sorted(others))} feed {feed.table} as well")
    return feeds


def _match(sheet: Sheet) -> Match | None:
    """The one file of a system that a sheet is: by its name, the longest that fits, else by its columns alone."""
    held = [Match(known, sheet, _present(known, sheet)) for known in _known()]
    fits = [match for match in held if match.share >= _NAMED and any(not match.lacks(section) for section in match.known.sections)]
    named = max((match.named, match.share) for match in fits) if fits else (0, 0.0)
    best = [match for match in fits if (named[0] and (match.named, match.share) == named) or (not named[0] and match.share >= _TELLING)]
    return best[0] if len(best) == 1 else None


def _present(known: Known, sheet: Sheet) -> dict[str, Column]:
    """The columns of a file that a sheet has, in any letters and also with the name of the file before them (EKKO-EBELN)."""
    before = re.compile(rf"^{re.escape(known.name)}[-~](?=\w)", re.IGNORECASE)
    there = {before.sub("", column.name.strip()).lower(): column for column in reversed(sheet.columns)}
    return {name: there[name.lower()] for name in known.columns if name.lower() in there}


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name.lower())


# ---- from a section of the worked mapping to one of the proposal -------------------------------------------------------------------------


def _feeds(placer: Placer, match: Match) -> Iterator[Feed]:
    """The sections of one sheet. What none of them reads is said."""
    database = placer.evidence.database
    by_table: dict[str, list[Section]] = {}
    for section in match.known.sections:
        by_table.setdefault(section.table, []).append(section)
    for sections in by_table.values():
        feeds = [_feed(database, match, section) for section in sections if not match.lacks(section)]
        if not feeds:
            continue
        feeds[0].doubts += _unread(database, match, sections)
        if not sum(counted_rows(database, feed) for feed in feeds):
            for feed in feeds:
                feed.doubts.append(_reads_nothing(feed))
        _take_more(placer, match, feeds)
        yield from feeds


def _unread(database: duckdb.DuckDBPyConnection, match: Match, sections: Sequence[Section]) -> Iterator[str]:
    """A doubt for each section that cannot read the sheet, though there are rows for it, or nothing says whether there are."""
    told = {condition.column for section in sections if not match.lacks(section) for condition in section.conditions}
    for section in sections:
        lacking = match.lacks(section)
        conditions = [condition for condition in section.conditions if condition.column in match.columns]
        rows = Feed(section.table, match.sheet, 1.0, conditions=[_condition(match, condition) for condition in conditions])
        # A condition that the other sections lack as well is a doubt of theirs already.
        if {*lacking} - told and counted_rows(database, rows):
            what = " and ".join(map(_told, section.conditions))
            yield f"the file has no {', '.join(lacking)}: no section reads the rows in which {what}"


def _take_more(placer: Placer, match: Match, feeds: Sequence[Feed]) -> None:
    """What else the sheet has for these sections of one table by its names, in columns that the worked mapping does not know. No ids: they
    are written as the system writes them."""
    sheet, table = match.sheet, feeds[0].table
    known = [column.number for column in match.columns.values()]
    placed = {name for feed in feeds for name in feed.placed}
    found = {
        name: (column, fit)
        for name, (column, fit) in placer.assign(sheet, table, without=known).items()
        if fit >= SURE and name not in placed and refers_to(TABLES[table].column(name)) is None
    }
    for name, placement in placer.feed(sheet, table, found, 1.0).placed.items():
        for feed in feeds:
            feed.placed[name] = replace(placement, fit=SURE, doubts=[*placement.doubts])


def _feed(database: duckdb.DuckDBPyConnection, match: Match, section: Section) -> Feed:
    system = match.known.system
    feed = Feed(section.table, match.sheet, 1.0, unique=section.unique, system=SYSTEMS[system])
    feed.reasons.append(f"{match.known.name} of {SYSTEMS[system]}, read as in docs/guides/{system}.md")
    for condition in section.conditions:
        if condition.column in match.columns:
            feed.conditions.append(_condition(match, condition))
        else:
            feed.doubts.append(f"the file has no {condition.column}: every row is read, not only those in which {_told(condition)}")
    for name, cell in (section.cells or {}).items():
        absent = [source for source in cell.sources if source not in match.columns]
        if absent:
            feed.reasons.append(f"{name} is left out: the file has no {', '.join(absent)}")
        else:
            feed.placed[name] = fitted(database, feed, TABLES[feed.table].column(name), _renamed(cell, match.columns))
    return feed


def _condition(match: Match, condition: Condition) -> Condition:
    return replace(condition, column=match.columns[condition.column].name)


def _renamed(cell: Cell, columns: Mapping[str, Column]) -> Cell:
    """The cell with the names of the columns as the sheet writes them."""
    sign = replace(cell.sign, column=columns[cell.sign.column].name) if cell.sign else None
    return replace(cell, columns=tuple(columns[name].name for name in cell.columns), sign=sign)


def _told(condition: Condition) -> str:
    if condition.presence:
        return f"{condition.column} is {'filled' if condition.wanted else 'empty'}"
    return f"{condition.column} is {'' if condition.wanted else 'not '}{' or '.join(condition.words)}"


def _reads_nothing(feed: Feed) -> str:
    columns = {column.name: column for column in feed.sheet.columns}
    asked = [columns[condition.column] for condition in feed.conditions]
    shown = "; ".join(f"{column.name} holds {', '.join(value[:20] for value in column.words[:3]) or 'nothing'}" for column in asked)
    return f"none of its {feed.sheet.rows:,} rows counts, as where says it: {shown}"
