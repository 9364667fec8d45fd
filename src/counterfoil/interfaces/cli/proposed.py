"""What `counterfoil init` says: what was proposed, what is doubtful, how a check of it went, and the next command."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from counterfoil.tables.proposal import Proposal
from counterfoil.tables.proposal.placing import Feed
from counterfoil.tables.report.chain import chains
from counterfoil.tables.result import CheckResult
from counterfoil.tables.schema import TABLES
from counterfoil.tables.text import count, need, shortened, visible

_MOST_DOUBTS, _MOST_REJECTS, _MOST_NEEDS = 12, 3, 4
_LONGEST_DOUBT = 300


@dataclass(frozen=True, slots=True)
class Tried:
    """How a check with the proposed mapping went. `read`: rows kept and rejected by table; `rejects`: (table, reason, column, value, rows);
    `run`, `lacking`: rules that can run, and by need those that cannot; `tied`: the share that ties back, by currency. `part`: what was
    checked, where it was not all. `problems`: why it could not be checked."""

    read: dict[str, tuple[int, int]] = field(default_factory=dict)
    rejects: tuple[tuple[str, str, str, str, int], ...] = ()
    run: tuple[str, ...] = ()
    lacking: dict[str, list[str]] = field(default_factory=dict)
    tied: dict[str, str] = field(default_factory=dict)
    findings: int | None = None
    part: str = ""
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, result: CheckResult, part: str, *, whole: bool) -> Self:
        """What a check says; of its findings only where everything was checked."""
        lacking: dict[str, list[str]] = {}
        for outcome in result.outcomes:
            for name in outcome.needs:
                lacking.setdefault(name, []).append(outcome.rule.name)
        tables = result.landing.tables
        return cls(
            read={name: (tables[name].read, tables[name].rejected) for name in TABLES if name in tables},
            rejects=tuple(_rejects(result)),
            run=tuple(outcome.rule.name for outcome in result.outcomes if outcome.status == "run"),
            lacking=lacking,
            tied={chain.currency: str(chain.tied) for chain in chains(result.chain) if chain.tied},
            findings=sum(outcome.findings for outcome in result.outcomes) if whole else None,
            part=part,
        )


def _rejects(result: CheckResult) -> Iterator[tuple[str, str, str, str, int]]:
    for name, table in result.landing.tables.items():
        if table.rejected:
            rows = result.database.execute(
                f'SELECT reason, "column", min("value"), count(*) FROM rejected_{name}'
                f" GROUP BY ALL ORDER BY 4 DESC, 1, 2 LIMIT {_MOST_REJECTS}"
            ).fetchall()
            yield from ((name, str(row[0]), str(row[1]), str(row[2]), int(row[3])) for row in rows)


def on_terminal(proposal: Proposal, folder: Path, path: Path, tried: Tried) -> str:
    """The whole of it as text."""
    return "\n".join(visible(line) for line in _lines(proposal, folder, path, tried)) + "\n"


def _lines(proposal: Proposal, folder: Path, path: Path, tried: Tried) -> Iterator[str]:
    sure = Counter(placement.confidence for feed in proposal.feeds for placement in feed.placed.values())
    tables = len({feed.table for feed in proposal.feeds})
    yield from proposal.systems
    yield f"{path}: {count(tables, 'table')}, {count(sum(sure.values()), 'column')}: " + ", ".join(
        f"{sure[word]} {word}" for word in ("sure", "likely", "doubtful")
    )
    for feed in proposal.feeds:
        yield f"  {feed.table:<22}{feed.sheet.label} ({count(len(feed.placed), 'column')})"
    yield from _doubts(proposal)
    yield from _unplaced(proposal)
    yield from _trial(tried)
    yield ""
    if path.name != "mapping.toml":
        yield f"The folder has a mapping.toml already; it is left as it is. To use the proposal, rename {path.name}, or run with --force."
    if sure["doubtful"] or any(feed.doubts for feed in proposal.feeds):
        yield f"Next: look at what is marked doubtful in {path.name}, then"
    else:
        yield "Next:"
    yield f"  counterfoil check {folder}"


def _doubts(proposal: Proposal) -> Iterator[str]:
    doubts = [(f"{feed.table}", doubt) for feed in proposal.feeds for doubt in feed.doubts]
    for feed, placement in proposal.doubtful():
        source = " + ".join(placement.cell.sources) or placement.cell.constant or "row number"
        doubts.append((f"{feed.table}.{placement.target.name} = {source}", "; ".join(placement.doubts)))
    if doubts:
        yield ""
        yield "Doubtful"
    for what, doubt in doubts[:_MOST_DOUBTS]:
        yield f"  {what}: {shortened(doubt, _LONGEST_DOUBT)}"
    if len(doubts) > _MOST_DOUBTS:
        yield f"  … and {len(doubts) - _MOST_DOUBTS} more, each marked in the file"
    tables = [feed.table for feed in proposal.without_currency()]
    if tables:
        yield ""
        yield f"No column has the currency of {' and '.join(tables)}: amounts will stand without one."
        yield f'  Where all are in one, write under [{tables[0]}.columns]:  currency = {{ value = "EUR" }}'


def _unplaced(proposal: Proposal) -> Iterator[str]:
    sentences = proposal.unplaced
    columns = sum(len(proposal.left(sheet)) for sheet in proposal.sheets if sheet.number in proposal.fed)
    if sentences or columns:
        yield ""
        yield "Not used"
    for sentence in sentences[:_MOST_DOUBTS]:
        yield f"  {shortened(sentence, 200)}"
    if len(sentences) > _MOST_DOUBTS:
        yield f"  … and {count(len(sentences) - _MOST_DOUBTS, 'more file')}"
    if columns:
        yield f"  {count(columns, 'column')} of the files above; they are listed at the end of the file"


def _trial(tried: Tried) -> Iterator[str]:
    yield ""
    if tried.problems:
        yield "It cannot be checked yet"
        yield from (f"  {problem}" for problem in tried.problems)
        return
    yield f"Tried on {tried.part}"
    for table, (read, rejected) in tried.read.items():
        yield f"  {table:<22}{read:>9,} rows read" + (f", {rejected:,} rejected" if rejected else "")
        for _, reason, column, value, rows in (reject for reject in tried.rejects if reject[0] == table):
            where = f"{column} {shortened(value, 30)!r}: " if column else ""
            yield f"    {where}{reason} ({count(rows, 'row')})"
    for currency, share in tried.tied.items():
        yield f"  {share} of the {currency or 'invoiced'} money ties back to work, stock or exemption and approval"
    # What was cut away makes findings of its own: only a check of everything counts them.
    found = f", with {count(tried.findings, 'finding')}" if tried.findings is not None else ""
    yield f"  {count(len(tried.run), 'rule')} can run{found}; {count(_kept_back(tried), 'rule')} cannot"
    for name, rules in sorted(tried.lacking.items(), key=lambda item: -len(item[1]))[:_MOST_NEEDS]:
        yield f"    {need(name)}: needed by {count(len(rules), 'rule')}, such as {', '.join(rules[:3])}"


def _kept_back(tried: Tried) -> int:
    return len({rule for rules in tried.lacking.values() for rule in rules})


def as_json(proposal: Proposal, path: Path, tried: Tried) -> str:
    """The same for machines."""
    left = {sheet.label: [column.name for column in proposal.left(sheet)] for sheet in proposal.sheets if sheet.number in proposal.fed}
    trial = {
        "read": {table: {"read": read, "rejected": rejected} for table, (read, rejected) in tried.read.items()},
        "rejected": [
            {"table": table, "reason": reason, "column": column, "value": value, "rows": rows}
            for table, reason, column, value, rows in tried.rejects
        ],
        "rules": list(tried.run),
        "not_run": tried.lacking,
        "ties_back": tried.tied,
        "findings": tried.findings,
        "sample": tried.part,
        "problems": list(tried.problems),
    }
    document = {
        "mapping": str(path),
        "systems": proposal.systems,
        "sections": [_section(feed) for feed in proposal.feeds],
        "unused_files": proposal.unplaced,
        "unused_columns": left,
        "check": trial,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _section(feed: Feed) -> dict[str, object]:
    columns = {
        name: {
            "from": list(placement.cell.sources),
            "confidence": placement.confidence,
            "reason": placement.reason,
            "doubts": placement.doubts,
        }
        for name, placement in feed.placed.items()
    }
    told = {"table": feed.table, "file": feed.sheet.file, "sheet": feed.sheet.sheet, "system": feed.system or None}
    return {**told, "doubts": feed.doubts, "columns": columns}
