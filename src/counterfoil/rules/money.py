"""Exact amounts and quantities. Nothing is rounded but shares (`share`); a result that is not exact is no result."""

import decimal
from decimal import Decimal

PLACES = 6
"""Decimals of a quantity, price, amount and share."""

EXACT = decimal.Context(prec=60, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow])
"""Arithmetic that refuses to round: raises `decimal.Inexact` instead."""

_WIDE = decimal.Context(prec=120, traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow])
_STEP = Decimal(1).scaleb(-PLACES)

_NO_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND".split()
_FOUR_DIGITS = "CLF UYW".split()
MINOR_DIGITS = {
    **dict.fromkeys(_NO_MINOR_UNIT, 0),
    **dict.fromkeys(_THREE_DIGITS, 3),
    **dict.fromkeys(_FOUR_DIGITS, 4),
}
"""Digits after the point of a currency's smallest unit (ISO 4217); every currency that is not here has two."""


def smallest_unit(currency: str | None) -> Decimal:
    """One of the currency's smallest unit: 0.01 for EUR, 1 for JPY, 0.001 for KWD; 0.01 where the currency is unknown."""
    return Decimal(1).scaleb(-MINOR_DIGITS.get(currency or "", 2))


def exact_ratio(quantity: Decimal, numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """quantity × numerator ÷ denominator, where that has at most six decimals; None where it has more, or where
    numerator or denominator is not above zero."""
    if numerator <= 0 or denominator <= 0:
        return None
    try:
        ratio = EXACT.divide(EXACT.multiply(quantity, numerator), denominator)
    except decimal.Inexact:
        return None
    return ratio if ratio == _WIDE.quantize(ratio, _STEP) else None


def share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """amount × part ÷ whole, rounded half away from zero to six decimals: the only rounding there is. The whole of an
    amount is the amount itself. `whole` is not zero."""
    if part == whole:
        return amount
    exact = _WIDE.divide(_WIDE.multiply(amount, part), whole)
    return exact.quantize(_STEP, rounding=decimal.ROUND_HALF_UP, context=_WIDE)


def plain(number: Decimal) -> str:
    """As text, without exponent, without zeros at the end, never "-0"."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
