"""CSV: encoding, delimiter, header; then the fast reader of the database where it agrees with RFC 4180, else Python's, row by row."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from secrets import token_hex

from counterfoil.tables.database import literal
from counterfoil.tables.landing import Unusable, Watch
from counterfoil.tables.reading.scan import LONGEST_LINE, PIECE, Positions, Shape, examine, record_lines
from counterfoil.tables.reading.source import Row, Source, check_header, column_names, numbered_header, quoted_path, spool

DELIMITERS = ",;\t"
LARGEST_HEADER = 1 << 20
SPARE_COLUMNS = 16
"""How many cells beyond the header the fast reader can see. A row with still more sends the file to the slow one."""
_BUFFER = 16 << 20
"""Bytes. Twice as large, the engine's own choice, buffers leave so little of the memory for reading that one processor waits."""


def open_delimited(path: Path, file: str, encoding: str | None, spare: Path, *, header: bool = True) -> Source:
    """Look through a CSV file and make it ready. `spare` is a path prefix for temporary files; `header` False: the first row is data.
    Raises `Unusable`."""
    watch = Watch.on(file, path)
    if encoding and encoding != "utf-8":
        path = _as_utf8(path, file, encoding, spare.with_suffix(".csv"))
    delimiter, names = _header(path, file)
    shape = examine(path, file, delimiter)
    check_header(file, names if header else numbered_header(len(names)))
    if not header:
        return _slow(path, file, delimiter, numbered_header(len(names)), watch, spare.with_suffix(".parquet"), named=False)
    slow = partial(_slow, path, file, delimiter, names, watch, spare.with_suffix(".parquet"))
    return _fast(path, file, delimiter, names, watch, shape, slow) if _fast_reader_agrees(path, shape, names) else slow()


def _fast_reader_agrees(path: Path, shape: Shape, header: list[str]) -> bool:
    """An empty first line, and empty lines under a single column, are read differently."""
    with path.open("rb") as handle:
        start = handle.read(len(codecs.BOM_UTF8) + 1).removeprefix(codecs.BOM_UTF8)
    return shape.even and len(header) > 1 and start[:1] not in (b"\n", b"\r")


def _fast(path: Path, file: str, delimiter: str, header: list[str], watch: Watch, shape: Shape, slow: partial[Source]) -> Source:
    width = len(header)
    names = column_names(width + SPARE_COLUMNS)
    # Cells that are there are never NULL, because no cell is equal to the null string: so a missing cell can be told from an empty one.
    options = {
        "auto_detect": "false",
        "header": "true",
        "delim": literal(delimiter),
        "quote": "'\"'" if shape.quoting else "''",
        "escape": "'\"'" if shape.quoting else "''",
        "nullstr": literal(token_hex(16)),
        "null_padding": "true",
        "strict_mode": "true",
        "compression": "'none'",
        "hive_partitioning": "false",
        "buffer_size": str(_BUFFER),
        "parallel": "false" if shape.quoted_lines else "true",
        "columns": "{" + ", ".join(f"{name}: 'VARCHAR'" for name in names) + "}",
    }
    given = ", ".join(f"{key} = {text}" for key, text in options.items())
    cells = ", ".join(names[:width])
    relation = f"(SELECT {cells}, {names[width]} IS NOT NULL AS too_many, NULL::BIGINT AS line FROM read_csv({quoted_path(path)}, {given}))"
    lines = _numbered_lines if shape.numbered else partial(record_lines, path, file, shape.quoting)
    return Source(file, tuple(header), relation, watch, lines, slow)


def _numbered_lines(records: Positions) -> Positions:
    return records + 2


def _slow(path: Path, file: str, delimiter: str, header: list[str], watch: Watch, spool_file: Path, *, named: bool = True) -> Source:
    return Source(file, tuple(header), spool(_rows(path, file, delimiter, len(header), named), len(header), spool_file), watch)


def _rows(path: Path, file: str, delimiter: str, width: int, named: bool) -> Iterator[Row]:
    """The rows below the header, or all where there are no names. Raises `Unusable` with the line where quotes do not fit."""
    with path.open(encoding="utf-8-sig", newline="") as handle, _long_cells():
        reader = csv.reader(handle, delimiter=delimiter, strict=True)
        header_seen, line = not named, 1
        try:
            for cells in reader:
                if cells and header_seen:
                    missing = width - len(cells)
                    yield line, cells[:width] + [""] * missing, missing < 0
                header_seen = header_seen or bool(cells)
                line = reader.line_num + 1
        except csv.Error as error:
            raise Unusable(_quote_problem(file, line, str(error))) from None


def _quote_problem(file: str, line: int, error: str) -> str:
    if "unexpected end" in error:
        return f"{file}, line {line}: a quote is opened in this row and never closed; close it, or double the quotes inside a cell."
    if "field larger" in error:
        return f"{file}, line {line}: a cell is longer than {LONGEST_LINE >> 20} MB; look for a quote that is never closed."
    if "expected after" in error:
        return f"{file}, line {line}: text follows a closing quote; double the quotes inside a cell."
    return f"{file}, line {line}: this row cannot be read as CSV ({error})."


@contextmanager
def _long_cells() -> Iterator[None]:
    before = csv.field_size_limit(LONGEST_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _header(path: Path, file: str) -> tuple[str, list[str]]:
    """The delimiter and the names of the columns: the first line that is not empty."""
    with path.open("rb") as handle:
        start = handle.read(LARGEST_HEADER)
    # Bytes that are no UTF-8 are found, with their line, by the scan of the whole file.
    text = start.decode("utf-8-sig", errors="replace").lstrip("\r\n")
    delimiter = _delimiter(text)
    with _long_cells():
        try:
            return delimiter, next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            raise Unusable(_quote_problem(file, 1, str(error))) from None


def _delimiter(text: str) -> str:
    """The one of comma, semicolon and tab that the header line has most of, outside quotes; a comma where it has none."""
    counts = dict.fromkeys(DELIMITERS, 0)
    inside = False
    for letter in text:
        if letter == '"':
            inside = not inside
        elif inside:
            continue
        elif letter in counts:
            counts[letter] += 1
        elif letter in "\r\n":
            break
    return max(counts, key=counts.__getitem__)


def _as_utf8(path: Path, file: str, encoding: str, copy: Path) -> Path:
    """Write the file again in UTF-8, piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as handle, copy.open("wb") as target:
        while True:
            block = handle.read(PIECE)
            try:
                text = decoder.decode(block, final=not block)
                target.write(text.encode("utf-8"))
            except UnicodeError as error:
                at = error.object[: error.start].count(b"\n") if isinstance(error, UnicodeDecodeError) else 0
                raise Unusable(f"{file}, line {lines + at + 1}: this is not {encoding}; name its encoding in mapping.toml.") from None
            lines += text.count("\n")
            if not block:
                return copy
