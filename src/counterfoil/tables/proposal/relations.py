"""How the tables hang together: ids, references, the headers that lines repeat, and what figures and days prove."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from counterfoil.tables.mapping import Cell
from counterfoil.tables.proposal.beside import beside
from counterfoil.tables.proposal.evidence import ALWAYS, Evidence
from counterfoil.tables.proposal.lists import repeated
from counterfoil.tables.proposal.names import names
from counterfoil.tables.proposal.placing import HEADERS, LIKELY, SURE, Feed, Placement, Placer, refers_to
from counterfoil.tables.proposal.profile import Column, Sheet
from counterfoil.tables.proposal.proofs import Proofs, percent, settled
from counterfoil.tables.proposal.values import allows
from counterfoil.tables.schema import TABLES
from counterfoil.tables.schema import Column as Target

_ALMOST_ALL, _MOST = 0.9, 0.5
_TELLING = 3
"""Different values from which on an overlap says something."""
_NAMED_ALIKE = "named like the id of the other file, of which only the beginning was looked at"
_NAMED = ("sites", "suppliers", "parts", "lots")
_NAME_AS_ID = "no column has ids: the names are taken for them"
_MOST_PARTS = 7
_KEY_IDEAS = frozenset(("id", "number", "line", "step", "year", "document"))
_LINE_IDEAS = frozenset(("line", "step"))
"""What numbers the lines of a document never names the document."""
_BETWEEN = "/"


class Relations:
    """Works on feeds in place. Keys first: references need them. Feeds of known systems stay as they are; the others agree with them."""

    def __init__(self, placer: Placer, evidence: Evidence, feeds: list[Feed], lists: Sequence[Feed]) -> None:
        """`lists`: the sections of lists, which hang together already."""
        self.placer = placer
        self.evidence = evidence
        self.feeds = feeds
        self.lists = lists
        self.listed = {feed.sheet.number for feed in lists}

    def settle(self) -> None:
        for feed in self._own():
            self._set_key(feed)
            self._name_as_system(feed)
        self.feeds += self.lists
        self._repeat_headers()
        self.feeds += beside(self.placer, self.evidence, self.feeds)
        for feed in self._own():
            for target in TABLES[feed.table]:
                self._refer(feed, target)
        Proofs(self.placer, self.evidence).prove(self._own())

    def _own(self) -> list[Feed]:
        """The feeds that no worked mapping made."""
        return [feed for feed in self.feeds if not feed.system]

    # ---- ids ------------------------------------------------------------------------------------------------------------------------

    def _set_key(self, feed: Feed) -> None:
        key = TABLES[feed.table].key
        if key is None:
            return
        target = TABLES[feed.table].column(key)
        placed = feed.placed.get(key)
        if placed and feed.columns(key)[0].unique:
            return
        single = self._unique_column(feed)
        if single is not None:
            column, told, doubts = single
            feed.placed = {name: other for name, other in feed.placed.items() if other.sources != (column.number,)}
            reason = f"{told}; {column.distinct:,} values, none twice"
            feed.placed[key] = Placement(target, Cell(columns=(column.name,)), (column.number,), SURE, reason, doubts)
            return
        parts = self._unique_parts(feed)
        if parts:
            told = ", ".join(part.name for part in parts)
            cell = Cell(columns=tuple(part.name for part in parts), between=_BETWEEN)
            numbers = tuple(part.number for part in parts)
            feed.placed[key] = Placement(target, cell, numbers, 1.0, f"{told} together: {feed.sheet.rows:,} rows, none twice")
        elif placed and feed.table not in HEADERS:
            column = feed.columns(key)[0]
            feed.unique = True
            feed.reasons.append(f"{column.name} repeats: one row of each is taken")
            placed.doubts.append(f"{column.distinct:,} different values in {column.filled:,} rows: of rows that disagree the first is kept")
        elif feed.table in _NAMED:
            # Rows that others refer to: a number that nobody writes would refer to nothing.
            name = next((other for other in ("name", "description") if other in feed.placed and feed.columns(other)[0].unique), None)
            if name is not None:
                own = feed.placed[name]
                feed.placed[key] = Placement(target, Cell(columns=own.cell.columns), own.sources, LIKELY, own.reason, [_NAME_AS_ID])
        else:
            prefix = "".join(word[0] for word in feed.table.split("_")).upper()
            feed.placed[key] = Placement(
                target, Cell(row_number=prefix), (), 0.0, "nothing in the file names its rows", ["rows are numbered"]
            )

    def _unique_column(self, feed: Feed) -> tuple[Column, str, list[str]] | None:
        """One column that names the rows though its name does not say so: what the document is named by, or the only unknown name."""
        name = TABLES[feed.table].key or ""
        document = name.replace("_line_id", "_id")
        if document != name and document in feed.placed and feed.columns(document)[0].unique and feed.table not in HEADERS:
            return feed.columns(document)[0], feed.placed[document].reason.split(";")[0], []
        if not feed.sheet.header:
            return self._first_unique(feed, TABLES[feed.table].column(name))
        used = {number for placement in feed.placed.values() for number in placement.sources}
        strange = [
            column
            for column in feed.sheet.columns
            if column.unique and column.number not in used and allows(TABLES[feed.table].column(name), column)
            if all(not any(reading) for reading in self.placer.readings(column))
        ]
        if len(strange) == 1:
            return strange[0], "the only column that names each row", ["its name is not known"]
        return None

    def _first_unique(self, feed: Feed, target: Target) -> tuple[Column, str, list[str]] | None:
        able = [column for column in feed.sheet.columns[:2] if column.unique and allows(target, column)]
        return (able[0], "the first column that names each row", ["it has no name"]) if able else None

    def _unique_parts(self, feed: Feed) -> tuple[Column, ...]:
        """The fewest columns that together name a row: the header's id first, then numbers of lines, documents and years."""
        header = HEADERS.get(feed.table, ("", ""))[1]
        first = list(feed.columns(header))
        rest = [
            column
            for column in feed.sheet.columns
            if column not in first
            and column.filled == column.rows
            and not column.decimals
            and not column.moments
            and self._names_part(feed, column)
        ]
        parts = (first + rest)[:_MOST_PARTS]
        for length in (2, 3, 4):
            for chosen in combinations(parts, length):
                if (not first or chosen[0] in first) and self.evidence.unique_together(feed.sheet, chosen):
                    return chosen
        return ()

    def _names_part(self, feed: Feed, column: Column) -> bool:
        """True where a name says a number, a line, a year of the document itself, and of no other."""
        own = names().context(feed.table) | (_KEY_IDEAS if "line" in names().context(feed.table) else _KEY_IDEAS - _LINE_IDEAS)
        return any(
            any(word & _KEY_IDEAS for word in reading) and all(word & own for word in reading) for reading in self.placer.readings(column)
        )

    def _name_as_system(self, home: Feed) -> None:
        """Files of a known system refer to its rows: the id is written as they write it."""
        key = home.placed.get(TABLES[home.table].key or "")
        telling = [
            (feed, feed.placed[target.name].cell, feed.columns(target.name))
            for feed in self.feeds
            for target in TABLES[feed.table]
            if feed.system and refers_to(target) == home.table and feed.placed.get(target.name, key) is not key
        ]
        if key is None or not telling:
            return
        named = {column.name.strip().lower(): column for column in home.sheet.columns}
        for feed, cell, columns in telling:
            parts = [named[column.name.strip().lower()] for column in columns if column.name.strip().lower() in named]
            if len(parts) == len(columns) and self.evidence.unique_together(home.sheet, parts):
                written = replace(cell, columns=tuple(part.name for part in parts))
                reason = f"{feed.sheet.label} refers to it by the same name"
                home.placed[key.target.name] = Placement(key.target, written, tuple(part.number for part in parts), 1.0, reason)
                return
        feed, cell, columns = telling[0]
        names = [column for column in home.sheet.columns if column.unique and len(columns) == 1]
        fits = [(max(self.evidence.overlap(columns[0], name), self._stripped(columns[0], name)), name.number, name) for name in names]
        share, number, best = max(fits, key=lambda fit: (fit[0], -fit[1]), default=(0.0, 0, None))
        if best is not None and share >= _ALMOST_ALL:
            reason = f"{percent(share)} of what {feed.sheet.label} refers to by {columns[0].name} are in it"
            written = Cell(columns=(best.name,), strip=cell.strip)
            home.placed = {name: other for name, other in home.placed.items() if other.sources != (number,)}
            home.placed[key.target.name] = Placement(key.target, written, (number,), SURE, reason)
        else:
            key.doubts.append(f"{feed.sheet.label} refers to it by {', '.join(cell.columns)}, which is not clearly the same")

    # ---- headers that stand in the file of their lines ------------------------------------------------------------------------------

    def _repeat_headers(self) -> None:
        for feed in self._own():
            if feed.table not in HEADERS:
                continue
            table, reference = HEADERS[feed.table]
            key = feed.columns(reference)
            if key and not any(other.table == table for other in self.feeds):
                self._add_header(feed, table, key)

    def _add_header(self, lines: Feed, table: str, key: tuple[Column, ...]) -> None:
        """One row a header from the file of the lines: what is the same in all lines of a header may be the header's."""
        name = TABLES[table].key or ""
        used = {number for placement in lines.placed.values() for number in placement.sources}
        feed = repeated(self.placer, self.evidence, lines, table, key, tuple(used))
        source = lines.placed[HEADERS[lines.table][1]]
        feed.placed = {name: replace(source, target=TABLES[table].column(name)), **feed.placed}
        feed.reasons.append("no file of its own has the headers: one row of each is taken from the lines")
        if not feed.missing:
            self.feeds.append(feed)

    # ---- references -----------------------------------------------------------------------------------------------------------------

    def _refer(self, feed: Feed, target: Target) -> None:
        table = refers_to(target)
        if table is None or target.name == TABLES[feed.table].key or table == feed.table:
            return
        home = next((other for other in self.feeds if other.table == table), None)
        if home and {home.sheet.number, feed.sheet.number} <= self.listed:
            return
        key = home.columns(TABLES[table].key or TABLES[table].columns[0].name) if home else ()
        if home and key and home.sheet.number == feed.sheet.number and target.required:
            if target.name not in feed.placed:
                own = home.placed[TABLES[table].key or ""]
                feed.placed[target.name] = replace(own, target=target, reason="the same row", doubts=[])
        elif home and len(key) > 1:
            self._refer_by_several(feed, target, home, key)
        elif home and key:
            self._refer_by_one(feed, target, home, key[0])
        elif home is None and table in HEADERS:
            self._refer_to_absent_lines(feed, target, table)
        elif home and target.name in feed.placed:
            feed.placed[target.name].doubts.append(f"the rows of {home.sheet.label} have no id that it could refer to")

    def _refer_by_one(self, feed: Feed, target: Target, home: Feed, key: Column) -> None:
        placed = feed.placed.get(target.name)
        columns = feed.columns(target.name)
        used = {number for other in feed.placed.values() for number in other.sources} - {column.number for column in columns}
        able = [
            column
            for column in feed.sheet.columns
            if column.number not in used and self.placer.fit(feed.table, target, column) >= LIKELY and len(columns) <= 1
        ]
        if not able:
            if placed is None and not feed.sheet.header:
                self._refer_by_values(feed, target, home, key)
            return
        best = max(able, key=lambda column: (round(self.evidence.overlap(column, key), 2), self.placer.fit(feed.table, target, column)))
        share = self.evidence.overlap(best, key)
        if placed is None or best.number != columns[0].number:
            placed = self.placer.placement(feed.table, target, best, self.placer.fit(feed.table, target, best))
            feed.placed[target.name] = placed
        where = f"{home.sheet.label} {key.name}"
        home_key = home.placed[TABLES[home.table].key or TABLES[home.table].columns[0].name]
        free = share < _ALMOST_ALL and not home.system
        if home_key.cell.strip or (free and self._stripped(best, key) >= _ALMOST_ALL):
            placed.cell = replace(placed.cell, strip=True)
            home_key.cell = replace(home_key.cell, strip=True)
            share, where = self._stripped(best, key), f"{where} without leading zeros"
        told = f"{percent(share)} of {best.distinct:,} different values are in {where}"
        if share < _ALMOST_ALL and (feed.sheet.sampled or home.sheet.sampled):
            return  # two beginnings of large files need not hold the same ids
        if share >= _ALMOST_ALL:
            placed.reason = f"{told}; {placed.reason}"
            settled(placed)
            if best.distinct >= _TELLING and feed.sheet.number != home.sheet.number:
                settled(home_key)
        else:
            placed.doubts.append(f"only {told}")

    def _refer_by_values(self, feed: Feed, target: Target, home: Feed, key: Column) -> None:
        """No name says it: the one column whose values are ids of the other table, and could hardly be so by accident."""
        used = {number for other in feed.placed.values() for number in other.sources}
        able = [
            column
            for column in feed.sheet.columns
            if column.number not in used and allows(target, column) and self.evidence.overlap(column, key) >= ALWAYS
            if column.distinct >= _TELLING and (_lettered(column) or column.distinct * 2 > key.distinct)
        ]
        if len(able) == 1:
            placed = self.placer.placement(feed.table, target, able[0], LIKELY)
            placed.reason = f"all of {able[0].distinct:,} different values are in {home.sheet.label} {key.name}"
            feed.placed[target.name] = placed

    def _stripped(self, column: Column, key: Column) -> float:
        """The overlap when leading zeros do not count."""
        plain = "SELECT DISTINCT ltrim(value, '0') FROM seen WHERE sheet = {0.sheet} AND col = {0.number}"
        here, there = plain.format(column), plain.format(key)
        row = self.evidence.database.execute(f"SELECT count(*) FROM ({here} INTERSECT {there})").fetchone()
        return int(row[0]) / column.distinct if row and column.distinct else 0.0

    def _refer_by_several(self, feed: Feed, target: Target, home: Feed, key: Sequence[Column]) -> None:
        parts = [self._part(feed.sheet, home, column) for column in key]
        found = [part for part in parts if part is not None]
        if len(found) < len(key):
            if target.name in feed.placed:
                told = ", ".join(column.name for column in key)
                feed.placed[target.name].doubts.append(f"the rows of {home.sheet.label} are named by {told}, which are not all here")
            return
        share = self.evidence.together_in(found, key)
        cell = replace(home.placed[TABLES[home.table].key or ""].cell, columns=tuple(part.name for part in found))
        told = f"{percent(share)} of the different combinations are in {home.sheet.label}"
        placed = Placement(target, cell, tuple(part.number for part in found), 1.0, told)
        if share < _ALMOST_ALL and (feed.sheet.sampled or home.sheet.sampled):
            placed = replace(placed, fit=SURE, reason=_NAMED_ALIKE)
        elif share < _ALMOST_ALL:
            placed = replace(placed, reason="named like the id of the lines", doubts=[f"only {told}"])
        feed.placed[target.name] = placed

    def _part(self, sheet: Sheet, home: Feed, column: Column) -> Column | None:
        """The column of a sheet that is the same part of an id: by its very name, else by what it is in the other file."""
        for own in sheet.columns:
            if own.filled and sheet.header and own.name.strip().lower() == column.name.strip().lower():
                return own
        roles = [name for name, placement in home.placed.items() if placement.sources == (column.number,)]
        fits = [
            (self.placer.fit(home.table, TABLES[home.table].column(role), own, about=False), own) for role in roles for own in sheet.columns
        ]
        fit, best = max(fits, key=lambda pair: pair[0], default=(0.0, None))
        return best if fit >= LIKELY else None

    def _refer_to_absent_lines(self, feed: Feed, target: Target, table: str) -> None:
        """The lines have no file: their id is put together as it would be."""
        lines = TABLES[table]
        parts = []
        for name in (HEADERS[table][1], "line_no" if table == "purchase_order_lines" else ""):
            fits = [(self.placer.fit(table, lines.column(name), column, about=False), column) for column in feed.sheet.columns if name]
            fit, best = max(fits, key=lambda pair: pair[0], default=(0.0, None))
            if best is not None and fit >= SURE:
                parts.append(best)
        own = feed.columns(target.name)
        if len(parts) == 2 and parts[0] is not parts[1] and (not own or own[0] in parts):
            cell = Cell(columns=tuple(part.name for part in parts), between=_BETWEEN)
            numbers = tuple(part.number for part in parts)
            feed.placed[target.name] = Placement(target, cell, numbers, 1.0, f"no file has {table}: put together from what names them")


def _lettered(column: Column) -> bool:
    return all(any(sign.isalpha() for sign in value) for value in column.words)
