"""A proposal as `mapping.toml`: each line with its reason, what is doubtful marked, what found no place at the end."""

import json
from collections.abc import Iterator, Mapping, Sequence

from counterfoil.tables.mapping import Cell, Condition
from counterfoil.tables.proposal.placing import Feed, Placement
from counterfoil.tables.proposal.profile import Column, Sheet
from counterfoil.tables.proposal.result import Proposal
from counterfoil.tables.schema import TABLES

_HEAD = """\
# Proposed by `counterfoil init`: what each column of the export is, and why it is thought so.
# A line marked "doubtful" wants a look; correct it or remove it. How to write one: docs/guides/own-export.md.
"""
_WIDTH = 60
_LONGEST_COMMENT = 300


def written(proposal: Proposal) -> str:
    """The text of mapping.toml. It is valid whatever the names and values hold."""
    parts = [_HEAD + "".join(f"# {comment(sentence)}.\n" for sentence in proposal.systems)]
    for table in TABLES:
        feeds = [feed for feed in proposal.feeds if feed.table == table]
        parts += ["\n".join(_section(feed, several=len(feeds) > 1)) for feed in feeds]
    parts.append("\n".join(_left(proposal)))
    return "\n".join(parts).rstrip("\n") + "\n"


def _section(feed: Feed, *, several: bool) -> Iterator[str]:
    sheet = feed.sheet
    if feed.as_it_is and not several:
        yield f"# {comment(sheet.file)} is read as it is: it has the name and the columns of {feed.table}.\n"
        return
    yield from (f"# {comment(note)}" for note in sheet.notes)
    yield from (f"# {comment(reason)}" for reason in feed.reasons)
    yield from (f"# doubtful: {comment(doubt)}" for doubt in feed.doubts)
    yield f"[[{feed.table}]]" if several else f"[{feed.table}]"
    yield f"file = {text(sheet.file)}"
    if sheet.sheet:
        yield f"sheet = {text(sheet.sheet)}"
    if sheet.encoding:
        yield f"encoding = {text(sheet.encoding)}"
    if not sheet.header:
        yield "header = false"
    if feed.conditions:
        tests = ", ".join(map(_condition, feed.conditions))
        yield f"where = [{tests}]" if len(feed.conditions) > 1 else f"where = {tests}"
    if feed.unique:
        yield "unique = true"
    yield f"[{feed.table}.columns]"
    for target in TABLES[feed.table]:
        if target.name in feed.placed:
            yield from _line(feed.placed[target.name])
    yield ""


def _line(placement: Placement) -> Iterator[str]:
    yield from (f"# doubtful: {comment(doubt)}" for doubt in placement.doubts)
    line = f"{placement.target.name} = {cell(placement.cell)}"
    yield f"{line:<{_WIDTH}}  # {placement.confidence}: {comment(placement.reason)}"


def cell(given: Cell) -> str:
    """A cell as the mapping writes it."""
    if given.constant is not None:
        return _table({"value": text(given.constant)})
    if given.row_number is not None:
        return _table({"row_number": text(given.row_number)})
    keys: dict[str, str] = {}
    if len(given.columns) > 1:
        keys |= {"join": _texts(given.columns), "with": text(given.between)}
    else:
        keys["column"] = text(given.columns[0])
    if given.null:
        keys["null"] = _texts(given.null)
    if given.strip:
        keys["strip"] = text("leading-zeros")
    if given.words:
        keys["map"] = _table({text(old): text(new) for old, new in given.words.items()})
    if given.decimal != ".":
        keys["decimal"] = text(given.decimal)
    if given.thousands:
        keys["thousands"] = text(given.thousands)
    if given.sign:
        keys["sign"] = _table({"column": text(given.sign.column), "minus": _texts(given.sign.minus)})
    if given.formats:
        keys["formats"] = _texts(given.formats)
    return keys["column"] if set(keys) == {"column"} else _table(keys)


def _condition(given: Condition) -> str:
    keys = {"column": text(given.column)}
    if given.presence:
        keys["present"] = "true" if given.wanted else "false"
    else:
        keys["in" if given.wanted else "not_in"] = _texts(given.words)
    return _table(keys)


def _table(keys: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {value}" for key, value in keys.items()) + " }"


def _texts(given: Sequence[str]) -> str:
    return f"[{', '.join(map(text, given))}]"


def text(given: str) -> str:
    """A text as a TOML string."""
    return json.dumps(given, ensure_ascii=False).replace("\x7f", "\\u007f")


def comment(given: str) -> str:
    """A text that stays on its line, cut where it is long."""
    plain = "".join(sign if sign.isprintable() else sign.encode("unicode_escape", "replace").decode("ascii") for sign in given)
    return plain if len(plain) <= _LONGEST_COMMENT else plain[: _LONGEST_COMMENT - 1] + "…"


def _left(proposal: Proposal) -> Iterator[str]:
    lines = [f"#   {comment(sentence)}" for sentence in proposal.unplaced]
    if lines:
        yield "# ---- files that feed no table"
        yield from lines
    columns = [(sheet, column) for sheet in proposal.sheets if sheet.number in proposal.fed for column in proposal.left(sheet)]
    if columns:
        yield "# ---- columns that found no place"
        yield from (f"#   {comment(_looks(sheet, column))}" for sheet, column in columns)
    if proposal.lacking:
        yield "# ---- tables that no file feeds"
        yield f"#   {', '.join(proposal.lacking)}"


def _looks(sheet: Sheet, column: Column) -> str:
    if not column.filled:
        return f"{sheet.label}: {column.name} is always empty"
    shown = ", ".join(value[:20] for value in column.words[:3])
    return f"{sheet.label}: {column.name} ({column.distinct:,} different values, such as {shown})"
