"""When two invoice numbers are one: the key that spelling does not change."""

import re
import string

_UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
_BLANKS = " \t\r\n"
_RUNS = re.compile(r"[0-9]+|(?:[A-Z]|[^\x00-\x7f])+")


def upper(text: str) -> str:
    """Trimmed of blanks, a–z upper-cased; letters beyond ASCII stay as they are."""
    return text.strip(_BLANKS).translate(_UPPER)


def number_key(text: str) -> str:
    """The number key of an invoice number: runs of digits without their leading zeros and runs of other letters, joined by `|`.

    `INV-0077`, `inv 77` and `INV77` are one; `INV-77/2024` is another; `A12` is not `A1-2`. Every character beyond ASCII is a letter.
    A text without letters and digits is its own key.
    """
    return "|".join(run.lstrip("0") or "0" for run in _RUNS.findall(upper(text))) or text
