"""The list of proposals as it comes back from a person: what they accept, and what cannot be understood."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from counterfoil.tables.landing import Unusable
from counterfoil.tables.output import without_apostrophe
from counterfoil.tables.sheet import decode, rows_of

NEEDED = ("proposal_id", "group", "kind", "document_id", "line_id", "target_id", "target_line_id", "quantity", "probability", "accept")
YES_WORDS = frozenset("yes y x 1 true ja j wahr oui o vrai".split())
NO_WORDS = frozenset(("", *"no n 0 false nein falsch non faux".split()))
MOST_PROBLEMS = 20
"""Of a file, told one by one."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One row that was accepted. `line`: where it stands in the file, the header is 1. `quantity`: for an allocation, None = not given."""

    line: int
    proposal_id: str
    group: str
    kind: str
    document_id: str
    line_id: str
    target_id: str
    target_line_id: str
    quantity: Decimal | None
    probability: str

    @property
    def entry(self) -> tuple[str, str, str]:
        """The line that is to be linked."""
        return self.kind, self.document_id, self.line_id


@dataclass(frozen=True, slots=True)
class Edited:
    """A file that was given back. `sha256`: of its bytes; `ignored`: columns that nobody here knows."""

    name: str
    sha256: str
    rows: tuple[Accepted, ...]
    ignored: tuple[str, ...]


def read_edited(path: Path) -> Edited:
    """The accepted rows of an edited proposals.csv, separated by commas, semicolons or tabs.

    Raises:
        Unusable: it cannot be read, or a row says what cannot be understood; one sentence a problem.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path.name} cannot be opened: {error.strerror}.") from None
    lines = rows_of(decode(data, path.name), path.name)
    _, header = next(lines, (1, []))
    if missing := [name for name in NEEDED if name not in header]:
        raise Unusable(f"{path.name} lacks the column {', '.join(missing)}; give the proposals.csv of a run, with its header.")
    problems: list[str] = []
    rows = list(_rows(lines, header, path.name, problems))
    refuse(path.name, [*problems, *_clashes(rows, path.name)])
    from counterfoil.tables.links.files import CSV_COLUMNS

    return Edited(path.name, hashlib.sha256(data).hexdigest(), tuple(rows), tuple(name for name in header if name not in CSV_COLUMNS))


def refuse(file: str, problems: Sequence[str]) -> None:
    """Raises `Unusable` with the first problems of a file, where there are any, and how many more."""
    if problems:
        more = len(problems) - MOST_PROBLEMS
        raise Unusable(*problems[:MOST_PROBLEMS], *([f"{file}: and {more} more problems of this kind."] if more > 0 else []))


def _rows(lines: Iterator[tuple[int, list[str]]], header: Sequence[str], file: str, problems: list[str]) -> Iterator[Accepted]:
    places = {name: header.index(name) for name in NEEDED}
    for number, cells in lines:
        if not any(cells):
            continue
        said = {name: without_apostrophe(cells[place]) if place < len(cells) else "" for name, place in places.items()}
        word = said["accept"].strip().casefold()
        if word not in YES_WORDS | NO_WORDS:
            problems.append(f"{file}, line {number}, accept: {said['accept']!r} is neither yes nor no; write yes, or leave it empty.")
        elif word in YES_WORDS:
            row = _accepted(said, number)
            if isinstance(row, str):
                problems.append(f"{file}, line {number}, {row}")
            else:
                yield row


def _accepted(said: Mapping[str, str], number: int) -> Accepted | str:
    """The row, or what is wrong with it."""
    quantity = said["quantity"].strip()
    if said["kind"] == "order_line" and not _is_quantity(quantity):
        return f"quantity: {quantity!r} is no quantity above 0; write it with a point and at most six decimals."
    texts = {
        name: said[name]
        for name in ("proposal_id", "group", "kind", "document_id", "line_id", "target_id", "target_line_id", "probability")
    }
    return Accepted(line=number, quantity=Decimal(quantity) if _is_quantity(quantity) else None, **texts)


def _is_quantity(text: str) -> bool:
    whole, _, decimals = text.partition(".")
    plain = whole.isascii() and whole.isdigit() and len(whole) <= 11 and (not decimals or (decimals.isascii() and decimals.isdigit()))
    return plain and len(decimals.rstrip("0")) <= 6 and Decimal(text) > 0


def _clashes(rows: Sequence[Accepted], file: str) -> Iterator[str]:
    """Lines of which more is accepted than one answer, and groups of which a part is."""
    groups: dict[tuple[str, str, str], Accepted] = {}
    seen: dict[str, int] = {}
    for row in rows:
        first = groups.setdefault(row.entry, row)
        if row.kind != "order_line" and first.group != row.group:
            what = f"{row.document_id} {row.line_id}".strip()
            yield f"{file}, line {row.line}, accept: line {first.line} is accepted for {what} already; leave yes on one of them."
        if row.proposal_id in seen:
            yield f"{file}, line {row.line}, proposal_id: {row.proposal_id} stands in line {seen[row.proposal_id]} too; remove one of them."
        seen[row.proposal_id] = row.line
