"""Ways of writing days and instants, by the shape of a cell: digits as 9, letters as a."""

import re
from collections.abc import Iterator

from counterfoil.tables.reading.mapped import dated

ISO = "ISO"
"""Stands among formats for the spelling of the contract."""


_CLOCKS = {
    "": "",
    "9:9": "%H:%M",
    "9:9:9": "%H:%M:%S",
    "9:9:9.9": "%H:%M:%S.%f",
    "9:9 a": "%I:%M %p",
    "9:9:9 a": "%I:%M:%S %p",
}
_DAYS = {
    "9.9.9": ("%d.%m.%Y", "%d.%m.%y", "%Y.%m.%d"),
    "9/9/9": ("%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%Y/%m/%d"),
    "9-9-9": (ISO, "%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y"),
    "9-a-9": ("%d-%b-%y", "%d-%b-%Y", "%d-%B-%Y"),
    "9 a 9": ("%d %b %Y", "%d %B %Y", "%d %b %y"),
    "a 9, 9": ("%b %d, %Y", "%B %d, %Y"),
    "9": ("%Y%m%d",),
}


def turned(form: str) -> str | None:
    other = form.translate(str.maketrans("dm", "md"))
    return other if other != form and other.count("%") == form.count("%") and ("/" in form or "-%" in form) else None


def candidates(shape: str) -> Iterator[str]:
    for day, forms in _DAYS.items():
        if not shape.startswith(day):
            continue
        rest = shape[len(day) :]
        between = re.match(r"(, | |T)?", rest)
        joint = between[0] if between else ""
        clock = _CLOCKS.get(rest[len(joint) :])
        if (clock and joint) or (clock == "" and not rest):
            yield from (ISO if form == ISO else f"{form}{joint}{clock}" for form in forms)
        if day == "9-9-9" and rest.startswith(("T", "a9", " 9")):
            yield ISO


def fits(form: str) -> str:
    """SQL that is true where a value is written in that way."""
    if form == ISO:
        clock = r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
        return f"(regexp_full_match(plain, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{clock}') AND TRY_CAST(left(plain, 10) AS DATE) IS NOT NULL)"
    likely = " AND left(plain, 2) BETWEEN '19' AND '20'" if form.startswith("%Y%m%d") else ""
    return f"((CASE {dated('plain', form)} END) IS NOT NULL{likely})"
