"""Words and figures for people: text from data made visible and short, amounts with their currency, shares that never flatter."""

import decimal
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from counterfoil.rules.money import smallest_unit

# Marks that turn the direction of the text around them: they can make one id look like another.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset(("Cc", "Cs", "Zl", "Zp"))
_WIDE = decimal.Context(prec=120)
_TENTH = Decimal("0.1")


def visible(text: str) -> str:
    """The text with control characters, lone surrogates and direction marks written out (\\n, \\x1b, \\u202e): safe for a terminal,
    and what a person sees is what is there."""
    if text.isprintable() and text.isascii():
        return text
    return "".join(_written_out(sign) if _hides(sign) else sign for sign in text)


def _hides(sign: str) -> bool:
    return sign in _TURNING or unicodedata.category(sign) in _INVISIBLE


def _written_out(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")


def shortened(text: str, limit: int = 160) -> str:
    """The text, cut to `limit` characters with … where it is longer."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def brief(text: str, limit: int) -> str:
    """`visible` and `shortened`, looking no further into the text than what is shown of it."""
    return shortened(visible(text[: limit + 1]), limit)


def money(amount: Decimal | None, currency: str | None) -> str:
    """An amount with its currency, such as 1,234.50 EUR; "-" where unknown."""
    if amount is None:
        return "-"
    return f"{figure(amount, currency)} {brief(currency, 12) if currency else '(no currency)'}"


def figure(amount: Decimal, currency: str | None) -> str:
    """An amount to read, rounded to the smallest unit of its currency. What is not zero never shows as zero."""
    unit = smallest_unit(currency)
    shown = amount.quantize(unit, rounding=decimal.ROUND_HALF_UP, context=_WIDE)
    if amount and not shown:
        return f"< {unit:f}" if amount > 0 else f"> -{unit:f}"
    return f"{shown:,f}"


def amounts(by_currency: Mapping[str, Decimal], most: int = 3) -> list[str]:
    """The amounts above zero by currency, at most `most` of them and one line that counts the others."""
    known_first = sorted(by_currency.items(), key=lambda item: (not item[0], item[0]))
    return some_currencies([money(amount, currency) for currency, amount in known_first if amount], most)


def some_currencies(figures: list[str], most: int) -> list[str]:
    """Figures of one currency each: at most `most` of them and one line that counts the others."""
    rest = len(figures) - most
    return figures if rest <= 0 else [*figures[:most], f"+ {rest:,} more currenc{'y' if rest == 1 else 'ies'}"]


def share(part: Decimal, whole: Decimal) -> str:
    """part ÷ whole, such as 61.4 %, rounded towards zero: 100 % only where nothing is missing, 0 % only where there is nothing. "n/a" where
    the whole is not above zero."""
    if whole <= 0:
        return "n/a"
    percent = _WIDE.divide(_WIDE.multiply(part, Decimal(100)), whole)
    shown = percent.quantize(_TENTH, rounding=decimal.ROUND_DOWN, context=_WIDE)
    if part and not shown:
        return "< 0.1 %" if part > 0 else "> -0.1 %"
    return f"{shown:,f} %"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 row, 2,345 rows."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def need(name: str) -> str:
    """A need of a rule in words: a table, a column of a table, a setting of the policy; `a|b` either."""
    return " or ".join(_one_need(part) for part in name.split("|"))


def _one_need(name: str) -> str:
    table, _, column = name.partition(".")
    if table == "policy":
        return f"{column} in the policy"
    return f"column {column} of {table}" if column else f"table {table}"
