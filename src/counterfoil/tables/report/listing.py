"""The findings that people filter on the page: the worst of every rule and of all, as many as a page may carry."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import duckdb
from markupsafe import Markup

from counterfoil.tables.checks.registry import SEVERITIES, Rule
from counterfoil.tables.report import queries
from counterfoil.tables.report.page import data
from counterfoil.tables.text import brief, money

MOST, OF_EACH_RULE = 4000, 40
MOST_SIGNS = 2_500_000
"""Of all rows together, in bytes, so that the page stays below five megabytes whatever stands in the data."""


class _Row(NamedTuple):
    """A finding as the list shows it. `place`: from the worst; `names`: site, supplier, category, document; `ids`: document, line, work
    order; `amount`: None where there is none."""

    place: int
    rule: str
    severity: str
    names: tuple[str, ...]
    ids: tuple[str, ...]
    amount: Decimal | None
    currency: str
    day: str
    told: str
    others: str

    @property
    def shown(self) -> str:
        return money(self.amount, self.currency) if self.amount else ""

    @property
    def width(self) -> int:
        """Bytes of the row in the page, at most: 80 of figures, dates and signs between, and of the texts each time what they take once."""
        return 80 + sum(_width(text) for text in (*self.names, *self.ids, self.shown, self.told, self.others))


def listing(database: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule]) -> tuple[int, Markup]:
    """How many findings are listed, and they as JSON: rules, words and rows; a row has the numbers of its rule and words."""
    rows = sorted(_that_fit(queries.listed(database, MOST, OF_EACH_RULE)))
    numbers = {name: number for number, name in enumerate(rules)}
    letters = list(SEVERITIES)
    words: dict[str, int] = {}
    listed = []
    for row, rank in zip(rows, _ranks(rows), strict=True):
        coded = [words.setdefault(text, len(words)) for text in row.names]
        listed.append(
            [numbers[row.rule], letters.index(row.severity), *coded, *row.ids, row.shown, rank, row.day[:7], row.day, row.told, row.others]
        )
    said = [{"name": rule.name, "theme": rule.theme, "remedy": rule.remedy, "owner": rule.owner} for rule in rules.values()]
    return len(listed), data({"rules": said, "words": list(words), "rows": listed})


def _that_fit(found: Sequence[tuple[object, ...]]) -> Iterator[_Row]:
    signs = 0
    for place, rule, severity, *names, document_id, line_id, work, amount, currency, day, message, others in found:
        site, supplier, category, document = (brief(str(text or ""), 80) for text in names)
        row = _Row(
            int(str(place)),
            str(rule),
            str(severity),
            (site, supplier, category, document.replace("_", " ")),
            tuple(brief(str(text or ""), 80) for text in (document_id, line_id, work)),
            amount if isinstance(amount, Decimal) and amount else None,
            str(currency or ""),
            str(day or ""),
            brief(str(message or ""), 300),
            brief(str(others or ""), 120),
        )
        signs += row.width
        if signs > MOST_SIGNS:
            return
        yield row


def _ranks(rows: Sequence[_Row]) -> list[int]:
    """The place of each row by amount: currency by currency, since amounts of two cannot be compared, the largest first, none last."""

    def key(place: int) -> tuple[bool, str, Decimal]:
        row = rows[place]
        return (row.amount is None, row.currency if row.amount else "", -(row.amount or Decimal(0)))

    ranks = [0] * len(rows)
    for rank, place in enumerate(sorted(range(len(rows)), key=key)):
        ranks[place] = rank
    return ranks


def _width(text: str) -> int:
    """Bytes of a text in the page, at most: what JSON and the page escape takes six."""
    return len(text.encode()) + 5 * sum(text.count(sign) for sign in '<>&"\\')
