"""Numbers, names and words by which one paper points at another, brought into forms that compare equal however they were written.

A text says a number in many ways: `PO 4500123`, `#45 001 23`, `4500123/10`, `EQ-0077`, `45OO123`. What a text says (`numbers_in`) and the
forms of an id (`number_forms`) are sets of the same kind of tokens: they meet where the text may mean the id.
"""

import re
import string
from collections.abc import Iterator, Sequence
from itertools import pairwise

from counterfoil.rules.number_key import upper
from counterfoil.rules.worktext import fold

LEAST_DIGITS = 4
"""A number of fewer digits, standing by itself, points at nothing."""
LONGEST_TEXT = 2000
"""Characters of a text that are looked at."""
MOST_RUNS = 4
"""Groups of digits that may be one number written with gaps."""
MOST_LETTERS = 9
"""Letters that may belong to a number that follows."""
LINE = "#"
"""Between the number of a document and that of its line."""

_RUN = re.compile(r"[0-9A-Z]+")
_LOOK_ALIKE = str.maketrans("OILSB", "01158")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[OILSB]+(?=[0-9])|(?<=[0-9]{3})[OILSB]+$")
_PIECES = re.compile(r"[0-9]+|[A-Z]+")
_GAP = re.compile(r"[ .,\-/_#:]{1,3}|")
_LEGAL = frozenset(
    "ab ag bv co corp gbr gmbh inc kg kgaa limited llc llp ltd mbh nv oy oyj plc pte pty sa sarl sas se sl spa spzoo srl sro".split()
)
_ASSET_WORDS = ("ANL", "ANLAGE", "ASSET", "EQ", "EQUI", "EQUIP", "MACH", "MACHINE", "MASCHINE", "UNIT")
_SIGNS = set(string.ascii_uppercase + string.digits)


def numbers_in(text: str) -> tuple[str, ...]:
    """The tokens of the numbers that a text may mean, each once, sorted; none where it has no number of four digits.

    A token is a number without leading zeros (also one that is written in up to four groups), letters and a number (`EQ77`), or the number
    of a document and of a line in it (`4500123#10`).
    """
    pieces = list(_pieces(upper(text[:LONGEST_TEXT])))
    return tuple(sorted({token for at in range(len(pieces)) for token in _from(pieces, at)}))


def number_forms(id_text: str, line: str = "") -> tuple[str, ...]:
    """The tokens under which a text may mean an id: all of its digits; of an id with fewer than four, its letters and digits. With `line`,
    the number of a line of that document, what names this line."""
    pieces = [piece for piece, _ in _pieces(upper(id_text[:LONGEST_TEXT]))]
    digits = "".join(piece for piece in pieces if piece.isdigit()).lstrip("0")
    if len(digits) < LEAST_DIGITS:
        return () if line else tuple(_lettered(pieces))
    if line:
        return (f"{digits}{LINE}{line.lstrip('0')}",) if line.isdigit() and line.strip("0") else ()
    return (digits,)


def asset_forms(asset_id: str) -> tuple[str, ...]:
    """The tokens under which a text may mean an asset: as any id, and its digits after a word for an asset."""
    digits = "".join(piece for piece, _ in _pieces(upper(asset_id[:LONGEST_TEXT])) if piece.isdigit()).lstrip("0")
    words = [f"{word}{digits}" for word in _ASSET_WORDS] if len(digits) >= 2 else []
    return tuple(sorted({*number_forms(asset_id), *words}))


def name_key(name: str) -> str:
    """A company's name without case, accents, punctuation and legal form; empty where nothing is left."""
    return "".join(word for word in re.findall(r"[^\W_]+", fold(name)) if word not in _LEGAL)


def tax_key(tax_id: str) -> str:
    """A tax id without blanks and punctuation, upper-cased."""
    return "".join(sign for sign in upper(tax_id) if sign in _SIGNS)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Runs of digits and of letters, with what stands before each; letters that look like digits are digits between digits."""
    last = 0
    for run in _RUN.finditer(text):
        gap = text[last : run.start()]
        for piece in _PIECES.findall(_BETWEEN_DIGITS.sub(lambda found: found[0].translate(_LOOK_ALIKE), run[0])):
            yield piece, gap
            gap = ""
        last = run.end()


def _from(pieces: Sequence[tuple[str, str]], at: int) -> Iterator[str]:
    """The tokens that begin at a piece."""
    piece, _ = pieces[at]
    if not piece.isdigit():
        if at + 1 < len(pieces) and pieces[at + 1][0].isdigit() and _GAP.fullmatch(pieces[at + 1][1]):
            yield from _lettered([piece, pieces[at + 1][0]])
        return
    joined = ""
    for number, (run, gap) in enumerate(pieces[at : at + MOST_RUNS]):
        if number and not (run.isdigit() and _GAP.fullmatch(gap)):
            break
        whole = joined.lstrip("0")
        if number and len(whole) >= LEAST_DIGITS and len(run) <= LEAST_DIGITS + 1 and run.strip("0"):
            yield f"{whole}{LINE}{run.lstrip('0')}"
        joined += run
        if len(joined.lstrip("0")) >= LEAST_DIGITS + 2 * bool(number):
            yield joined.lstrip("0")
    yield from _line_in_words(pieces, at)


def _line_in_words(pieces: Sequence[tuple[str, str]], at: int) -> Iterator[str]:
    """`4500123 pos 10`."""
    if at + 2 < len(pieces) and pieces[at + 1][0] in ("POS", "LINE", "ITEM") and pieces[at + 2][0].isdigit():
        number, line = pieces[at][0].lstrip("0"), pieces[at + 2][0].lstrip("0")
        if len(number) >= LEAST_DIGITS and line:
            yield f"{number}{LINE}{line}"


def _lettered(pieces: Sequence[str]) -> Iterator[str]:
    """Letters before a number belong to it: `EQ-0077` is EQ77."""
    for letters, digits in pairwise(pieces):
        if not letters.isdigit() and len(letters) <= MOST_LETTERS and digits.isdigit() and len(digits.lstrip("0")) >= 2:
            yield f"{letters}{digits.lstrip('0')}"
