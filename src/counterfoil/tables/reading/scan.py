"""The shape of a CSV file, found by looking at its bytes once: which reader may read it, and on which line a record begins.

Works through UTF-8 bytes in pieces that end with a line, in memory of a few times `PIECE` (or the longest line).
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from counterfoil.tables.landing import Unusable

PIECE = 1 << 20
LONGEST_LINE = 16 << 20
"""Bytes. A longer line is no table: most often a quote that was never closed, or no text at all."""

BOM = codecs.BOM_UTF8
_LF, _CR, _QUOTE = 10, 13, 34

Bytes = NDArray[np.uint8]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a scan found.

    `even`: quotes stand only around whole cells and the line ends outside them are all alike, so that any reader agrees on the cells;
    `quoting`: false where there are quotes and none begins a cell, so that all of them are text; `quoted_lines`: a cell holds a line
    end; `numbered`: record n stands on line n, the header being 1 (no empty line, no cell with a line end).
    """

    even: bool
    quoting: bool
    quoted_lines: bool
    numbered: bool


def examine(path: Path, file: str, delimiter: str, *, quoting: bool = True) -> Shape:
    """The shape of a UTF-8 file; `quoting` False takes quotes for text. Raises `Unusable` (naming `file` and the line) for bytes that are
    no UTF-8, NUL characters, and lines beyond `LONGEST_LINE`."""
    even, begin_cells, quoted_lines, empty_lines, inside = True, False, False, False, False
    line_ends: set[bytes] = set()
    seen = 0
    for piece in pieces(path, file):
        if problem := _no_text(piece):
            at, what = problem
            raise Unusable(f"{file}, line {_lines_before(path, file, seen + at) + 1}: {what}")
        seen += len(piece)
        part = Part(piece, inside, quoting=quoting)
        even = even and part.even(delimiter)
        begin_cells = begin_cells or part.quotes_begin_cells(delimiter)
        quoted_lines = quoted_lines or part.quoted_lines
        empty_lines = empty_lines or part.empty_lines
        line_ends |= part.line_ends
        inside = part.ends_inside
    if quoting and not even and not begin_cells:
        return examine(path, file, delimiter, quoting=False)
    return Shape(even and not inside and len(line_ends) <= 1, quoting, quoted_lines, not (quoted_lines or empty_lines))


def record_lines(path: Path, file: str, quoting: bool, records: Positions) -> Positions:
    """The line on which each record begins. `records`: ascending numbers, 0 is the first after the header. The file must be `even`."""
    found: list[Positions] = []
    line, record, inside = 1, -1, False
    for piece in pieces(path, file):
        part = Part(piece, inside, quoting=quoting)
        starts = part.record_starts()
        wanted = records[(records >= record) & (records < record + len(starts))]
        found.append(starts[wanted - record] + line)
        record += len(starts)
        line += len(part.ends)
        inside = part.ends_inside
    return np.concatenate(found) if found else np.empty(0, np.int64)


def pieces(path: Path, file: str) -> Iterator[bytes]:
    """The bytes of a file, without its byte order mark, cut after line ends."""
    with path.open("rb") as handle:
        rest, first = b"", True
        while block := handle.read(PIECE):
            rest = (rest + block).removeprefix(BOM) if first else rest + block
            first = False
            # A final \r may be the half of a \r\n that the next block completes.
            cut = max(rest.rfind(b"\n"), rest.rfind(b"\r", 0, -1)) + 1
            if cut:
                yield rest[:cut]
                rest = rest[cut:]
            elif len(rest) > LONGEST_LINE:
                raise Unusable(f"{file}: a line is longer than {LONGEST_LINE >> 20} MB; look for a quote that is never closed.")
        if rest:
            yield rest


class Part:
    """One piece, split by its quotes into what is inside and outside of quoted cells.

    `ends`: the last byte of each line end; `free_ends`: of those outside quotes; `line_ends`: how the latter are written.
    """

    def __init__(self, piece: bytes, inside: bool, *, quoting: bool) -> None:
        self.bytes: Bytes = np.frombuffer(piece, np.uint8)
        self.begins_inside = inside
        self.quotes: Positions = np.flatnonzero(self.bytes == _QUOTE) if quoting else np.empty(0, np.int64)
        self.ends_inside = inside ^ bool(len(self.quotes) % 2)
        returns = b"\r" in piece
        marks = np.flatnonzero((self.bytes == _LF) | (self.bytes == _CR) if returns else self.bytes == _LF)
        free = marks
        if len(self.quotes) or inside:
            free = marks[(np.searchsorted(self.quotes, marks) + inside) % 2 == 0]
        self.quoted_lines = len(free) < len(marks)
        self.ends = self._last_bytes(marks) if returns else marks
        self.free_ends = self._last_bytes(free) if returns else free
        self.line_ends = self._line_ends() if returns else ({b"\n"} if len(free) else set())

    @property
    def empty_lines(self) -> bool:
        """True where a line outside quotes is empty."""
        return len(self._after_ends()) > len(self.record_starts())

    def even(self, delimiter: str) -> bool:
        """True where each quote that opens follows a delimiter, a line end or a quote, and each that closes is followed by one."""
        if not len(self.quotes):
            return True
        border = np.zeros(256, np.bool_)
        border[[ord(delimiter), _LF, _CR, _QUOTE]] = True
        opening = self.quotes[int(self.begins_inside) :: 2]
        closing = self.quotes[1 - int(self.begins_inside) :: 2]
        # A piece begins after a line end; a quote that is the last byte of the file closes.
        before = self.bytes[opening[opening > 0] - 1]
        after = self.bytes[closing[closing < len(self.bytes) - 1] + 1]
        return bool(border[before].all() and border[after].all())

    def quotes_begin_cells(self, delimiter: str) -> bool:
        """True where some quote follows a delimiter or a line end."""
        before = self.bytes[self.quotes[self.quotes > 0] - 1]
        return bool(np.isin(before, (ord(delimiter), _LF, _CR)).any()) or self.quotes[:1].tolist() == [0]

    def record_starts(self) -> Positions:
        """The lines of the piece, counted from 0, on which a record begins. An empty line is no record."""
        after = self._after_ends()
        first = self.bytes[after]
        starts: Positions = np.searchsorted(self.ends, after[(first != _LF) & (first != _CR)])
        return starts

    def _after_ends(self) -> Positions:
        """Where lines begin outside quotes."""
        begin = np.zeros(0 if self.begins_inside else 1, np.int64)
        after = np.concatenate((begin, self.free_ends + 1))
        begins: Positions = after[after < len(self.bytes)]
        return begins

    def _last_bytes(self, marks: Positions) -> Positions:
        """Line ends by their last byte: a \\r that has its \\n behind it is no end of its own."""
        following = self.bytes[np.minimum(marks + 1, len(self.bytes) - 1)]
        half = (self.bytes[marks] == _CR) & (following == _LF) & (marks + 1 < len(self.bytes))
        last: Positions = marks[~half]
        return last

    def _line_ends(self) -> set[bytes]:
        last = self.bytes[self.free_ends]
        pair = (last == _LF) & (self.free_ends > 0) & (self.bytes[self.free_ends - 1] == _CR)
        found = {b"\r\n": pair, b"\n": (last == _LF) & ~pair, b"\r": last == _CR}
        return {end for end, where in found.items() if where.any()}


def _no_text(piece: bytes) -> tuple[int, str] | None:
    """Where and why a piece is no UTF-8 text, None where it is."""
    nul = piece.find(0)
    if nul >= 0:
        return nul, 'a NUL character; where the file is UTF-16, say encoding = "utf-16" in mapping.toml, else remove it.'
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"byte 0x{piece[error.start]:02X} is not UTF-8"
        return error.start, f'{byte}; save the file as UTF-8, or name its encoding in mapping.toml (such as encoding = "cp1252").'
    return None


def _lines_before(path: Path, file: str, offset: int) -> int:
    """How many lines end before that byte."""
    lines = 0
    for piece in pieces(path, file):
        lines += len(Part(piece[:offset], inside=False, quoting=False).ends) if offset > 0 else 0
        offset -= len(piece)
    return lines
