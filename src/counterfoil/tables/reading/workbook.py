"""XLSX: one sheet, its cells as the text that the spreadsheet shows, after a look that it does not unpack into more than it should."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from counterfoil.tables.landing import Unusable, Watch
from counterfoil.tables.reading.scan import PIECE
from counterfoil.tables.reading.source import Row, Source, check_header, numbered_header, spool

LARGEST_UNPACKED = 512 << 20
LARGEST_RATIO = 200
SMALL = 16 << 20
"""Bytes; below this the ratio does not matter."""
MOST_CELLS = 20_000_000

_LOCAL_HEADER = 30
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_OVERLAP = 256

Value = int | float | str | bool | time | date | datetime | object


def open_workbook(path: Path, file: str, table: str, spare: Path, *, sheet: str | None = None, header: bool = True) -> Source:
    """Read that sheet; where none is named, the one named as the table, else the only visible one. Raises `Unusable`."""
    watch = Watch.on(file, path)
    _check_size(path, file)
    try:
        with CalamineWorkbook.from_path(path) as book:
            chosen = _sheet(book, file, table, sheet)
            names, first = _header(chosen, file, header)
            rows = _rows(chosen, len(names), first)
            return Source(file, tuple(names), spool(rows, len(names), spare.with_suffix(".parquet")), watch, points=True)
    except (CalamineError, OSError) as error:
        raise Unusable(f"{file} cannot be read as XLSX; save it again. ({error})") from None


def visible_sheets(path: Path, file: str) -> list[str]:
    """The names of the sheets that a person sees. Raises `Unusable`."""
    _check_size(path, file)
    try:
        with CalamineWorkbook.from_path(path) as book:
            return _visible(book)
    except (CalamineError, OSError) as error:
        raise Unusable(f"{file} cannot be read as XLSX; save it again. ({error})") from None


def _visible(book: CalamineWorkbook) -> list[str]:
    return [
        sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _sheet(book: CalamineWorkbook, file: str, table: str, asked: str | None) -> CalamineSheet:
    names = _visible(book)
    if asked is not None and asked not in names:
        raise Unusable(f"{file} has no visible sheet {asked!r}; its sheets are {', '.join(names)}.")
    if asked is not None or table in names:
        return book.get_sheet_by_name(asked or table)
    if len(names) == 1:
        return book.get_sheet_by_name(names[0])
    raise Unusable(
        f"{file} has {len(names)} sheets ({', '.join(names)}); name the one to read {table!r}, or say sheet = … in mapping.toml."
    )


def _header(sheet: CalamineSheet, file: str, named: bool) -> tuple[list[str], int]:
    """The names of the columns that count, and the row of the names (from 0); where there are none, the row before the first."""
    for number, cells in enumerate(_texts(sheet)):
        if any(cells):
            width = max(at for at, cell in enumerate(cells, start=1) if cell)
            if not named:
                return numbered_header(width), number - 1
            check_header(file, cells[:width])
            return cells[:width], number
    raise Unusable(f"{file}: the sheet {sheet.name!r} is empty; it needs a first row with the names of the columns.")


def _rows(sheet: CalamineSheet, width: int, header_row: int) -> Iterator[Row]:
    for number, cells in enumerate(_texts(sheet)):
        if number > header_row and any(cells):
            yield number + 1, (cells + [""] * width)[:width], any(cells[width:])


def _texts(sheet: CalamineSheet) -> Iterator[list[str]]:
    for cells in sheet.iter_rows():
        yield [_text(cell) for cell in cells]


def _text(value: Value) -> str:
    """What the spreadsheet shows: numbers to fifteen digits and without an exponent, dates and instants as the contract writes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        shown = format(value, ".15g")
        return format(Decimal(shown), "f") if "e" in shown else shown
    if isinstance(value, datetime):
        return value.isoformat() if value.time() != time(0) else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _check_size(path: Path, file: str) -> None:
    """Unpack the whole workbook once, piece by piece, without believing what it says about its sizes."""
    too_large = Unusable(
        f"{file} unpacks to more than it should (over {LARGEST_UNPACKED >> 20} MB, {LARGEST_RATIO} times its size, or {MOST_CELLS:,} "
        "cells); save the table as CSV."
    )
    packed, unpacked = path.stat().st_size, 0
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as handle:
            for member in archive.infolist():
                corner, tail = [0, 0], b""
                for piece in _unpack(handle, member):
                    unpacked += len(piece)
                    if unpacked > LARGEST_UNPACKED or (unpacked > SMALL and unpacked > packed * LARGEST_RATIO):
                        raise too_large
                    if member.filename.startswith("xl/worksheets/"):
                        tail = _grow(corner, tail + piece)
                if corner[0] * corner[1] > MOST_CELLS:
                    raise too_large
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        raise Unusable(f"{file} cannot be read as XLSX; save it again. ({error})") from None


def _grow(corner: list[int], text: bytes) -> bytes:
    """Widen the corner (column, row) to the cells named in the text; return what may be the beginning of a cell."""
    for column, row in _CELL.findall(text):
        number = 0
        for letter in column:
            number = number * 26 + letter - 64
        corner[0], corner[1] = max(corner[0], number), max(corner[1], int(row))
    return text[-_OVERLAP:]


def _unpack(handle: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one member, as long as its compressed data lasts: its declared size may be a lie."""
    handle.seek(member.header_offset)
    head = handle.read(_LOCAL_HEADER)
    if head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(f"no member at byte {member.header_offset}")
    handle.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError(f"compression method {member.compress_type}")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if member.compress_type == zipfile.ZIP_DEFLATED else None
    left = member.compress_size
    while left > 0 and (block := handle.read(min(PIECE, left))):
        left -= len(block)
        while inflate and block:
            yield inflate.decompress(block, PIECE)
            block = inflate.unconsumed_tail
        if not inflate:
            yield block
