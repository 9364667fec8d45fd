"""From accepted proposals to tables: the folder as it was read, with the links that were accepted, in a new folder."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import duckdb
import pyarrow as pa

from counterfoil.rules.money import plain
from counterfoil.tables.check import Progress, one_state, open_facts
from counterfoil.tables.database import literal, take_in
from counterfoil.tables.facts.run import Facts
from counterfoil.tables.landing import Landing, Unusable
from counterfoil.tables.links.edited import Accepted, Edited, read_edited, refuse
from counterfoil.tables.links.kinds import KINDS, Kind
from counterfoil.tables.links.sides import make_lines_without, make_suppliers
from counterfoil.tables.links.written import HEADERS, write_tables
from counterfoil.tables.output import output_folder, writing
from counterfoil.tables.policy import Policy
from counterfoil.tables.schema import TABLES

LINKS = "links.csv"
"""What was accepted, by which file; a row a link. That of the folder that was read goes on in the new one."""
LINK_COLUMNS = (
    "file", "sha256", "proposal_id", "group", "kind", "document_id", "line_id", "target_id", "target_line_id", "quantity", "probability",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file. `links`: accepted lines by kind; `by_header`: invoices that name an order now and did not, those without lines
    and those of which a line is several order lines together; `rejected`: rows by table that could not be read, and so are not in the new
    folder; `aside`: columns and files of the old folder that are not either; `ignored`: columns of the edited file."""

    links: dict[str, int]
    by_header: int
    rejected: dict[str, int]
    aside: tuple[str, ...]
    ignored: tuple[str, ...]


def accept(folder: Path, file: Path, out: Path, policy: Policy, progress: Progress) -> Taken:
    """Write the tables of a folder with the links that a file accepts into a new or empty folder, all or nothing.

    Raises:
        Unusable: the file cannot be understood, a proposal does not fit the folder any more, or the new folder is not empty.
    """
    edited = read_edited(file)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Unusable(f"{out} is not empty; name a new folder with --out: the one that was read stays as it is.")
    files = (*(f"{table}.csv" for table in TABLES), LINKS)
    with (
        output_folder(out, files) as space,
        open_facts(folder, policy, lambda what: progress(what, 0, 2), memory_limit="3GB") as facts,
        one_state(facts.landing),
    ):
        _bring(facts.database, edited.rows)
        refuse(edited.name, [*_strangers(facts, edited), *_half_groups(edited), *_headers(facts, edited)])
        progress("writing the tables", 1, 2)
        with writing(out):
            write_tables(facts.database, facts.landing, space)
            _write_links(folder, space, edited)
        by_header = facts.one(f"SELECT count(*) FROM ({HEADERS})")
        return _told(facts.landing, edited, by_header)


def _told(landing: Landing, edited: Edited, by_header: int) -> Taken:
    links = {kind.name: len({(row.document_id, row.line_id) for row in edited.rows if row.kind == kind.name}) for kind in KINDS}
    rejected = {table: landed.rejected for table, landed in landing.tables.items() if landed.rejected}
    aside = [
        f"{report.file}{', ' + report.column if report.column else ''}"
        for report in landing.reports
        if not report.value and not report.count
    ]
    return Taken(links, by_header, rejected, tuple(dict.fromkeys(aside)), edited.ignored)


def _bring(database: duckdb.DuckDBPyConnection, rows: Sequence[Accepted]) -> None:
    """Makes the table `accepted`."""
    names = [field.name for field in fields(Accepted)]
    columns = list(zip(*map(astuple, rows), strict=True)) or [() for _ in names]
    types = {"line": pa.int64(), "quantity": pa.decimal128(18, 6)}
    arrays = {one: pa.array(list(column), types.get(one, pa.string())) for one, column in zip(names, columns, strict=True)}
    take_in(database, "accepted", pa.table(arrays))


# ---- what does not fit ------------------------------------------------------------------------------------------------------------------


def _strangers(facts: Facts, edited: Edited) -> Iterator[str]:
    """Rows whose line is not without a link (any more), or whose target is not there."""
    make_suppliers(facts)
    for kind in KINDS:
        if not any(row.kind == kind.name for row in edited.rows):
            continue
        make_lines_without(facts, kind.sides)
        yield from _of_kind(facts, kind, edited.name)
    known = {kind.name for kind in KINDS}
    for row in edited.rows:
        if row.kind not in known:
            yield f"{edited.name}, line {row.line}, kind: {row.kind!r} is none of {', '.join(sorted(known))}; leave it as it was."


def _of_kind(facts: Facts, kind: Kind, file: str) -> Iterator[str]:
    rows = facts.database.execute(
        f"""WITH lines AS (
                SELECT document_id, coalesce(line_id, '') AS line_id, entry IN (SELECT entry FROM link_entries) AS without
                FROM ({kind.papers}) AS papers),
            targets AS (SELECT DISTINCT owner_id, coalesce(line_id, '') AS line_id FROM link_targets)
            SELECT line, a.document_id, a.line_id, a.target_id, a.target_line_id, bool_or(lines.without), count(targets.owner_id) > 0
            FROM accepted AS a LEFT JOIN lines USING (document_id, line_id)
            LEFT JOIN targets ON targets.owner_id = a.target_id AND targets.line_id = a.target_line_id
            WHERE a.kind = {literal(kind.name)} GROUP BY ALL ORDER BY line"""
    ).fetchall()
    for line, document, line_id, target, target_line, without, there in rows:
        what, to = (" ".join(filter(None, pair)) for pair in ((document, line_id), (target, target_line)))
        if without is None:
            yield f"{file}, line {line}: {kind.name} {what} is not in the folder; a spreadsheet may have changed its ids, or propose anew."
        elif not without:
            yield f"{file}, line {line}: {kind.name} {what} has its link already; remove the row, or propose anew."
        elif not there:
            yield f"{file}, line {line}: {to} is not there to be linked to; a spreadsheet may have changed its ids, or propose anew."


def _half_groups(edited: Edited) -> Iterator[str]:
    """Groups that are not accepted whole: their id says what they were made of."""
    members: dict[str, list[Accepted]] = {}
    for row in edited.rows:
        members.setdefault(row.group, []).append(row)
    for group, rows in members.items():
        one = rows[0]
        lines = "\x1f".join(sorted((row.target_line_id for row in rows), key=str.encode))
        if group != digest("G", one.kind, one.document_id, one.line_id, one.target_id, lines):
            yield (
                f"{edited.name}, line {one.line}, group: {group} is no longer what was proposed; accept all of its rows or none, and"
                " leave the ids as they were."
            )


def _headers(facts: Facts, edited: Edited) -> Iterator[str]:
    """Invoices that would come to name two orders."""
    for document, target, line, orders, named in facts.database.execute(
        f"""SELECT h.document_id, target_id, line, orders, purchase_order_id FROM ({HEADERS}) AS h
            JOIN invoices ON invoice_id = document_id LEFT JOIN purchase_orders USING (purchase_order_id)
            WHERE orders > 1 OR (purchase_orders.status IS NOT NULL AND purchase_order_id <> target_id) ORDER BY line"""
    ).fetchall():
        other = "other rows of this file" if orders > 1 else f"order {named}"
        yield f"{edited.name}, line {line}: invoice {document} would name order {target}, but names {other} too; accept one of them."


def _write_links(folder: Path, space: Path, edited: Edited) -> None:
    """links.csv: the links of the folder that was read, then those of this file."""
    before: list[list[str]] = []
    if (folder / LINKS).is_file():
        with (folder / LINKS).open(encoding="utf-8", newline="") as file:
            header, *before = list(csv.reader(file)) or [[]]
        if tuple(header) != LINK_COLUMNS:
            raise Unusable(f"{LINKS}: its columns are not {', '.join(LINK_COLUMNS)}; move it out of {folder}, nothing else reads it.")
    with (space / LINKS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(LINK_COLUMNS)
        writer.writerows(before)
        writer.writerows(_link(row, edited) for row in edited.rows)


def _link(row: Accepted, edited: Edited) -> tuple[str, ...]:
    quantity = "" if row.quantity is None else plain(row.quantity)
    texts = (row.kind, row.document_id, row.line_id, row.target_id, row.target_line_id)
    return (edited.name, edited.sha256, row.proposal_id, row.group, *texts, quantity, row.probability)


def digest(letter: str, *parts: str) -> str:
    """As `choosing.digest`."""
    return letter + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:15]
