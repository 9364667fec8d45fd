"""When two invoice numbers look as if one were the other with a slip of the pen. Texts come trimmed and upper-cased
(`number_key.upper`)."""

import string

_LOOK_ALIKE = ("0O", "1IL", "5S", "8B")


def _places_that_differ(a: str, b: str) -> list[int]:
    return [place for place, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]


def differ_by_a_slip(a: str, b: str) -> bool:
    """True where the two differ by one swap of neighbours, one character dropped or doubled, or one look-alike (0/O, 1/I/L, 5/S, 8/B)."""
    if len(a) == len(b):
        places = _places_that_differ(a, b)
        if len(places) == 1:
            x, y = a[places[0]], b[places[0]]
            return any(x in group and y in group for group in _LOOK_ALIKE)
        if len(places) != 2 or places[1] != places[0] + 1:
            return False
        first, second = places
        return a[first] == b[second] and a[second] == b[first]
    short, long = sorted((a, b), key=len)
    return len(long) == len(short) + 1 and any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def differ_by_one_digit(a: str, b: str) -> bool:
    """True where they have one length and differ in one place, with a digit on both sides."""
    if len(a) != len(b):
        return False
    places = _places_that_differ(a, b)
    return len(places) == 1 and a[places[0]] in string.digits and b[places[0]] in string.digits
