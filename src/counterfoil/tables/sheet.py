"""CSV files that this program wrote and that people, and spreadsheet programs, have been at since."""

import csv
import io
from collections.abc import Iterator

from counterfoil.tables.landing import Unusable


def decode(raw: bytes, file: str) -> str:
    """The text of a file. UTF-8, or what spreadsheet programs call Unicode text. Raises `Unusable` for another encoding."""
    try:
        return raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable(f"{file}: is not UTF-8; save the sheet as “CSV UTF-8”.") from None


def rows_of(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """(line at which it begins, cells) of each row, with comma, semicolon or tab between cells, whichever the first line has most of.
    Raises `Unusable` at a row that is none."""
    first = text.splitlines()[0] if text.strip() else ""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unusable(f"{file}, line {line}: is no row of a CSV file ({error}); save it again as CSV.") from None
