"""What each sheet is about: the one table whose rows its rows are, and the tables whose columns it repeats beside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from counterfoil.tables.proposal.names import names
from counterfoil.tables.proposal.placing import HEADERS, LIKELY, SURE, Feed, Placer
from counterfoil.tables.proposal.profile import Column, Sheet
from counterfoil.tables.schema import TABLES

_FILE, _KEY, _NO_KEY = 1.2, 0.3, -0.8
"""Weights beside the share of the columns that find a place: the name of the file; a key of its own that is unique, or is not."""
_NOTHING = "nothing in it is clearly an exchange table"
_LEAST = 0.5
_HALF, _SHARE = 3.0, 0.3
"""Columns with which half of the weight of a file's columns is reached; weight of their share in all."""
_HEADER = 0.7
"""Fit of the column that names the header of lines."""
_GUESSED = 3
"""Columns that must be clear by themselves where nothing else says what a file is about."""
_ANYWHERE = ("name", "description", "kind", "status", "category", "currency", "unit", "site_id", "quantity", "part_id", "amount")
"""Columns that stand in files about anything."""
_NEVER_GUESSED = ("sites", "suppliers", "parts", "unit_conversions", "rates", "allocations", "contracts", "order_changes", "approvals")

Assigned = Mapping[str, tuple[Column, float]]


@dataclass(frozen=True, slots=True)
class Subject:
    """A sheet may be about that table. `lacks`: required columns without a place."""

    table: str
    score: float
    named: float
    assigned: Assigned
    lacks: tuple[str, ...]


def subjects(placer: Placer, sheet: Sheet) -> list[Subject]:
    """The tables that a sheet may be about, the likeliest first."""
    found = [_subject(placer, sheet, table) for table in TABLES]
    return sorted((subject for subject in found if subject.score > 0), key=lambda subject: -subject.score)


def file_fit(sheet: Sheet, table: str) -> float:
    """How well the name of the sheet, or of its file, says the table."""
    told = {sheet.name} if sheet.sheet else {sheet.name, sheet.file.rsplit(".", 1)[0]}
    return max(1.1 if name.strip().lower() == table else names().table(table, names().read_file(name)) for name in told)


def _subject(placer: Placer, sheet: Sheet, table: str) -> Subject:
    named = file_fit(sheet, table)
    about = named >= LIKELY or _has_own_key(placer, sheet, table)
    assigned = placer.assign(sheet, table, about=about)
    filled = sum(1 for column in sheet.columns if column.filled)
    key = TABLES[table].key
    placed = sum(min(fit, 1.0) for name, (_, fit) in assigned.items() if name != key)
    coverage = placed / (placed + _HALF) + _SHARE * placed / max(1, filled)
    score = _FILE * named + coverage
    if key and key in assigned:
        score += _KEY if assigned[key][0].unique else _NO_KEY
    if not about:
        clear = [name for name, (_, fit) in assigned.items() if fit >= SURE]
        telling = [name for name in clear if name not in _ANYWHERE]
        repeats = key in assigned and not assigned[key][0].unique
        score = coverage if not repeats and len(clear) >= _GUESSED and len(telling) > 1 and table not in _NEVER_GUESSED else 0.0
    lacks = tuple(_lacking(placer, sheet, table, assigned))
    return Subject(table, score if assigned or not sheet.header else 0.0, named, assigned, lacks)


def _has_own_key(placer: Placer, sheet: Sheet, table: str) -> bool:
    """True where a column names the rows as the table's, or, for lines, names their header many times."""
    key = TABLES[table].key
    if key is None:
        return False
    target, enough = TABLES[table].column(key), SURE if sheet.header else _HEADER
    if any(column.unique and placer.fit(table, target, column, about=False) >= enough for column in sheet.columns):
        return True
    if table not in HEADERS:
        return False
    if len(TABLES[table].required) <= len(("key", "header")):
        return False  # anything may name a header; figures must say that these are its lines
    header = TABLES[table].column(HEADERS[table][1])
    return any(
        column.filled == column.rows and not column.unique and placer.fit(table, header, column, about=False) >= _HEADER
        for column in sheet.columns
    )


def _lacking(placer: Placer, sheet: Sheet, table: str, assigned: Assigned) -> Iterator[str]:
    if not sheet.header and file_fit(sheet, table) >= SURE:
        return  # what values prove is found when the tables are held against each other
    for target in TABLES[table]:
        if target.required and target.name not in assigned and target.name != TABLES[table].key:
            lines = target.refers_to in HEADERS and target.refers_to is not None
            header = TABLES[target.refers_to].column(HEADERS[target.refers_to][1]) if lines and target.refers_to else None
            named = header and target.refers_to and any(placer.fit(target.refers_to, header, column) >= SURE for column in sheet.columns)
            if not named:
                yield target.name


def choose(placer: Placer, known: Sequence[Feed]) -> tuple[list[Feed], dict[int, str]]:
    """Beside the feeds of known systems one a sheet that they do not read, where it is about a table that they do not feed; and, by sheet,
    why the others are about none."""
    read = {feed.sheet.number for feed in known}
    sheets = [sheet for sheet in placer.sheets if sheet.number not in read]
    ranked = {sheet.number: subjects(placer, sheet) for sheet in sheets}
    feeds = list(known)
    why: dict[int, str] = {}
    order = sorted(sheets, key=lambda sheet: -max((subject.score for subject in ranked[sheet.number]), default=0.0))
    for sheet in order:
        able = [subject for subject in ranked[sheet.number] if not subject.lacks and subject.score >= _LEAST]
        best = ranked[sheet.number][0] if ranked[sheet.number] else None
        if best and best.lacks and best.named >= LIKELY:
            why[sheet.number] = f"it looks like {best.table}, but nothing in it is clearly {', '.join(best.lacks)}"
            able = [subject for subject in able if subject.named >= SURE]
        chosen = able[0] if able else None
        if chosen is None:
            why.setdefault(sheet.number, _NOTHING)
            continue
        taken = [feed for feed in feeds if feed.table == chosen.table]
        if taken and not _same_kind(taken, sheet, chosen):
            already = f"it looks like {chosen.table}, which {taken[0].sheet.label} feeds already, with other columns"
            why[sheet.number] = already if chosen.named >= SURE else _NOTHING
            continue
        feed = placer.feed(sheet, chosen.table, chosen.assigned, chosen.score)
        if chosen.named < LIKELY and not _has_own_key(placer, sheet, chosen.table):
            feed.doubts.append(f"that {sheet.label} is about {chosen.table} is a guess from its columns")
        elif len(able) > 1 and able[1].score > chosen.score - 0.05:
            feed.doubts.append(f"{sheet.label} could be about {able[1].table} as well")
        feeds.append(feed)
    return feeds, why


def _same_kind(taken: list[Feed], sheet: Sheet, subject: Subject) -> bool:
    """True where a second sheet may feed the table too: the same header, or the name of its file says so and the keys are others. Never
    beside a known system, whose ids are its own."""
    if any(feed.system for feed in taken):
        return False
    if any([column.name for column in feed.sheet.columns] == [column.name for column in sheet.columns] for feed in taken):
        return True
    return subject.named >= SURE and all(subject.named >= SURE and feed.placed.keys() & subject.assigned.keys() for feed in taken)
