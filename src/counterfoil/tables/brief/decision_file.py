"""decisions.csv: written for spreadsheets, and read again after people and spreadsheet programs have been at it."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from counterfoil.tables.brief.decisions import DECIDES, Decision, Status
from counterfoil.tables.landing import Unusable
from counterfoil.tables.output import harmless_text, without_apostrophe
from counterfoil.tables.sheet import decode, rows_of
from counterfoil.tables.text import brief

COLUMNS = ("decision_id", "about", "what", "worth", "owner", "person", "due_on", "status", "note")
"""The columns of decisions.csv, in their order; those that people added follow."""

OWNERS = tuple(dict.fromkeys(DECIDES.values()))

_OWN = "own-"
"""How the id begins that a row without one is given."""

_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y",
          "%d-%b-%y", "%d-%b-%Y", "%d %b %Y")  # fmt: skip
"""What spreadsheet programs make of a date. One that two of these read differently is not guessed."""

_MIDNIGHT = (" 00:00:00", "T00:00:00", " 00:00", " 0:00")


def write_decisions(path: Path, decisions: Iterable[Decision]) -> None:
    """Writes the file, in UTF-8 with a byte order mark, by which spreadsheet programs know it. Raises `OSError`."""
    rows = list(decisions)
    more = list(dict.fromkeys(name for row in rows for name in row.more))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([*COLUMNS, *map(harmless_text, more)])
        for row in rows:
            due = row.due_on.isoformat() if row.due_on else ""
            cells = (row.id, row.about, row.what, row.worth, row.owner, row.person, due, row.status.value, row.note)
            writer.writerow(map(harmless_text, (*cells, *(row.more.get(name, "") for name in more))))


def read_decisions(path: Path, rules: Sequence[str]) -> list[Decision]:
    """What stands in the file. Comma, semicolon or tab between cells; dates as spreadsheet programs write them; empty rows are passed over.
    `rules`: the names that `about` may begin with.

    Raises:
        Unusable: one sentence a problem, with file, line, column and remedy.
    """
    rows = _rows(path)
    _, header = next(rows, (1, []))
    names = [name.strip().lower() if name.strip().lower() in COLUMNS else name.strip() for name in header]
    lacking = [name for name in COLUMNS if name not in names]
    twice = [name for name, times in Counter(names).items() if name and times > 1]
    if lacking or twice:
        missing = f"has no column {', '.join(lacking)}" if lacking else f"has the column {brief(twice[0], 40)} twice"
        raise Unusable(f"{path.name}, line 1: {missing}; take the header from the file that the last brief wrote.")
    reading = _Reading(path.name, rules)
    found = [reading.row(line, names, cells) for line, cells in rows if any(cells)]
    if reading.problems:
        raise Unusable(*reading.problems)
    return list(_named(found))


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line at which it begins, cells) of each row."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path}: cannot be read ({error.strerror}); name the folder or file of the last brief.") from None
    for line, cells in rows_of(decode(raw, path.name), path.name):
        yield line, [without_apostrophe(cell.strip()) for cell in cells]


class _Reading:
    """Reads rows and keeps every problem, so that all are told at once."""

    def __init__(self, file: str, rules: Sequence[str]) -> None:
        self.file, self.rules = file, rules
        self.problems: list[str] = []
        self.seen: set[str] = set()

    def problem(self, line: int, column: str, what: str) -> None:
        self.problems.append(f"{self.file}, line {line}, {column}: {what}.")

    def row(self, line: int, names: Sequence[str], cells: Sequence[str]) -> Decision:
        if any(cells[len(names) :]):
            self.problem(line, f"cell {len(names) + 1}", "has no column in the header; move what it says into the note")
        filled = [*cells, *[""] * (len(names) - len(cells))]
        return self.decision(line, dict(zip(names, filled, strict=False)))

    def decision(self, line: int, row: Mapping[str, str]) -> Decision:
        id_ = row["decision_id"]
        if id_ and id_ in self.seen:
            self.problem(line, "decision_id", f"{brief(id_, 40)!r} stands here a second time; delete one of the rows, or empty the cell")
        self.seen.add(id_)
        if not row["what"]:
            self.problem(line, "what", "is empty; say what is to be decided")
        rule = row["about"].partition(" ")[0]
        if rule and rule not in self.rules:
            self.problem(line, "about", f"there is no rule {brief(rule, 40)!r}; leave the cell as it was, empty for a decision of your own")
        return Decision(
            id=id_,
            about=row["about"],
            what=row["what"],
            owner=self.word(line, "owner", row["owner"], OWNERS),
            worth=row["worth"],
            person=row["person"],
            due_on=self.day(line, row["due_on"]),
            status=Status(self.word(line, "status", row["status"] or Status.OPEN, [status.value for status in Status])),
            note=row["note"],
            more={name: cell for name, cell in row.items() if name and name not in COLUMNS},
        )

    def word(self, line: int, column: str, text: str, words: Sequence[str]) -> str:
        if text.lower() in words:
            return text.lower()
        self.problem(line, column, f"{brief(text, 40)!r} is none of {', '.join(words)}; write one of them")
        return words[0]

    def day(self, line: int, text: str) -> date | None:
        """The date that the text is; None where it is empty or wrong."""
        if not text:
            return None
        for midnight in _MIDNIGHT:
            text = text.removesuffix(midnight)
        days = {day for form in _DATES if (day := _parsed(text, form))}
        if len(days) == 1:
            return days.pop()
        why = f"may be {' or '.join(map(str, sorted(days)))}" if days else "is no date"
        self.problem(line, "due_on", f"{brief(text, 40)!r} {why}; write it as year-month-day, such as 2025-03-31")
        return None


def _parsed(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        return None


def _named(decisions: Sequence[Decision]) -> Iterator[Decision]:
    """The decisions; those that people wrote without an id get one."""
    taken = {one.id for one in decisions}
    free = (f"{_OWN}{number}" for number in range(1, 2 * len(decisions) + 2) if f"{_OWN}{number}" not in taken)
    for one in decisions:
        yield one if one.id else replace(one, id=next(free))
