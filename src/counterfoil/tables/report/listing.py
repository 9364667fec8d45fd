"""The findings that people filter on the page: the worst of every rule and of all, as many as a page may carry."""

from collections.abc import Mapping
from decimal import Decimal

import duckdb
from markupsafe import Markup

from counterfoil.tables.checks.registry import SEVERITIES, Rule
from counterfoil.tables.report import queries
from counterfoil.tables.report.page import data
from counterfoil.tables.report.text import money, shortened, visible

MOST, OF_EACH_RULE = 4000, 40
MOST_SIGNS = 3_000_000
"""Of all texts together, so that the page stays below five megabytes whatever stands in the data."""


def listing(database: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule]) -> tuple[int, Markup]:
    """How many findings are listed, and they as JSON: rules, words and rows; a row has the numbers of its rule and words."""
    rows = queries.listed(database, MOST, OF_EACH_RULE)
    numbers = {name: number for number, name in enumerate(rules)}
    ranks = _ranks(rows)
    words: dict[str, int] = {}
    listed, signs = [], 0
    for place, (rule, severity, *texts, amount, currency, day, message) in enumerate(rows):
        site, supplier, category, document, *ids = (shortened(visible(str(text or "")), 80) for text in texts)
        coded = [words.setdefault(text, len(words)) for text in (site, supplier, category, document.replace("_", " "))]
        shown = money(amount, str(currency or "")) if isinstance(amount, Decimal) and amount else ""
        told = shortened(visible(str(message or "")), 300)
        date = str(day or "")
        one = [numbers[str(rule)], list(SEVERITIES).index(str(severity)), *coded, *ids, shown, ranks[place], date[:7], date, told]
        signs += 40 + sum(_width(text) for text in (*ids, shown, told)) + sum(_width(text) for text in (site, supplier, category))
        if signs > MOST_SIGNS:
            break
        listed.append(one)
    said = [{"name": rule.name, "theme": rule.theme, "remedy": rule.remedy, "owner": rule.owner} for rule in rules.values()]
    return len(listed), data({"rules": said, "words": list(words), "rows": listed})


def _ranks(rows: list[tuple[object, ...]]) -> list[int]:
    """The place of each row by amount: currency by currency, since amounts of two cannot be compared, the largest first, none last."""

    def key(place: int) -> tuple[bool, str, Decimal]:
        amount, currency = rows[place][9], rows[place][10]
        known = isinstance(amount, Decimal) and bool(amount)
        return (not known, str(currency or ""), -amount if isinstance(amount, Decimal) else Decimal(0))

    ranks = [0] * len(rows)
    for rank, place in enumerate(sorted(range(len(rows)), key=key)):
        ranks[place] = rank
    return ranks


def _width(text: str) -> int:
    """Bytes of a text in the page, at most: what JSON and the page escape takes six."""
    return len(text.encode()) + 5 * sum(text.count(sign) for sign in '<>&"\\')
