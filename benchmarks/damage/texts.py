"""Texts as people write them: names of parts, of work and of suppliers, and numbers of documents inside of sentences.

What is imitated was counted in two published lists, of which nothing but these figures and single words of the trade is carried over:

- 1,168 short texts of maintenance orders for two mining excavators (NIST, public domain, in the package nist-nestor): 5 / 50 / 95 % of them
  are up to 12 / 26 / 39 characters long, none is above 41, 4.5 words on average; 40 % are in capitals alone and 39 % begin with a small
  letter; 21 % have a slash (R/H, A/C, U/S), 7 % a digit, 8 % end with a full stop, 4.5 % have two blanks in a row, 11 % are the same as
  another one. Left and right are written in six ways (L/H, LH, LHS, left hand …), cylinder, hydraulic and engine now in full and now as
  cyl, hyd and eng.
- 400 order lines of medical supplies (USAID, public domain): 48 characters in the middle, all with a comma, a digit and a size; only 87
  different ones, so that most orders share their text with others. A third of the suppliers' names are in capitals, a fifth have a comma, a
  tenth a remark in brackets; one firm is `Ltd`, `LTD` and `Limited`. Other papers are named inside of fields: `See ASN-93 (ID#:1281)`,
  `DN-1147`.

Every function draws from the `Random` that it is given, and so gives the same text for the same one.
"""

import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST = 40
"""Characters of a short text in most systems; what is longer is cut."""


def dice(*key: object) -> random.Random:
    """Random numbers that depend on the key alone, whatever was drawn for others."""
    return random.Random("|".join(map(str, key)))  # noqa: S311


@dataclass(frozen=True, slots=True)
class Thing:
    """What a part is: `noun` of `component` ('' where it fits many), in a size."""

    noun: str
    component: str
    size: str


_WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))

_CUSTOM = {"upper": 40, "lower": 37, "as written": 23}


def make_thing(category: str, roll: random.Random) -> Thing:
    """A thing of that category: seven of ten are for one component; services are, and have no size."""
    noun = roll.choice(_WORDS["nouns"].get(category, ["spare part"]))
    sizes = _WORDS["sizes"].get(category, [])
    component = roll.choice(_WORDS["components"]) if not sizes or roll.random() < 0.7 else ""
    numbers = {"mm": roll.randrange(10, 85, 5), "number": roll.randrange(205, 320), "power": roll.choice((8, 10, 12, 16, 20, 24))}
    return Thing(noun, component, roll.choice(sizes).format(**numbers) if sizes else "")


def master_text(thing: Thing) -> str:
    """The name in the list of parts: noun, component, size. In orders it is copied from there."""
    return ", ".join(word for word in (thing.noun, thing.component, thing.size) if word).upper()[:LONGEST].rstrip(" ,")


def item_text(thing: Thing, roll: random.Random) -> str:
    """The thing on one line of a paper, typed by hand: words left out, turned round, shortened."""
    component = thing.component if roll.random() < 0.65 else ""
    if component and roll.random() < 0.3:
        component = f"{roll.choice(_WORDS['sides'])} {component}"
    size = thing.size if roll.random() < 0.75 else ""
    words = roll.choice(
        (
            (thing.noun, component and f"for {component}", size),
            (component, thing.noun, size),
            (f"{thing.noun}," if component else thing.noun, component, size),
            (size, thing.noun, component),
        )
    )
    return messy(" ".join(word for word in words if word), roll)


def work_text(thing: Thing, roll: random.Random) -> str:
    """What is to be done, or what somebody saw: of the component of the thing in two of three texts, of the thing itself in half of them;
    some are standing texts."""
    if roll.random() < 0.1:
        return messy(roll.choice(_WORDS["standing"]), roll)
    component = thing.component or roll.choice(_WORDS["components"])
    if roll.random() < 0.35:
        component = roll.choice(_WORDS["components"])
    where = f"{roll.choice(_WORDS['sides'])} {component}" if roll.random() < 0.4 else component
    text = roll.choice(
        (
            f"{roll.choice(_WORDS['actions'])} {where}",
            f"{roll.choice(_WORDS['actions'])} {thing.noun} on {where}",
            f"{roll.choice(_WORDS['actions'])} {where} {thing.noun}",
            f"{where} {roll.choice(_WORDS['faults'])}",
            f"{where} {thing.noun} {roll.choice(_WORDS['faults'])}",
            f"{thing.noun} {roll.choice(_WORDS['faults'])} on {where}",
        )
    )
    return messy(text, roll)


def generic_text(roll: random.Random) -> str:
    """A text that says nothing of what was bought."""
    return messy(roll.choice(_WORDS["generic"]), roll)


def freight_text(roll: random.Random) -> str:
    """A line for the way, not for goods."""
    return messy(roll.choice(_WORDS["freight"]), roll)


def messy(text: str, roll: random.Random, shorten: float = 0.45, slips: float = 0.04) -> str:
    """The text as it comes out of a keyboard: shortened words, a slip of the finger, capitals by custom, a full stop or blank too many,
    cut."""
    for word, forms in _WORDS["short"].items():
        if word in text and roll.random() < shorten:
            text = re.sub(rf"\b{word}\b", roll.choice(forms), text)
    if roll.random() < slips:
        text = slip_word(text, roll)
    custom = roll.choices([*_CUSTOM], [*_CUSTOM.values()])[0]
    text = text.upper() if custom == "upper" else text.lower() if custom == "lower" else text[:1].upper() + text[1:]
    if roll.random() < 0.05:
        text = text.replace(" ", "  ", 1)
    text = text[:LONGEST].rstrip()
    return f"{text}." if roll.random() < 0.08 and len(text) < LONGEST else text


def slip_word(text: str, roll: random.Random) -> str:
    """One slip in one of the longer words."""
    words = text.split(" ")
    long = [number for number, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if long:
        at = roll.choice(long)
        words[at] = slip(words[at], roll)
    return " ".join(words)


def slip(word: str, roll: random.Random) -> str:
    """Neighbours swapped, a character dropped, doubled, or (in a number) another one; never at the beginning, always a change."""
    at = roll.randrange(1, len(word) - 1)
    ways = [word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :], word[: at + 1] + word[at:]]
    if word[at].isdigit():
        ways.append(word[:at] + str((int(word[at]) + roll.randrange(1, 10)) % 10) + word[at + 1 :])
    return roll.choice([way for way in ways if way != word])


def too_long_or_short(number: str, roll: random.Random) -> str:
    """A slip that drops or doubles a character, so that no other number is hit where all are of one length."""
    while len(slipped := slip(number, roll)) == len(number):
        pass
    return slipped


# ---- numbers of documents ----------------------------------------------------------------------------------------------------------------


def order_number(order_id: str, line_no: str, roll: random.Random, slips: bool) -> str:
    """The number of an order as suppliers write it; of three, one names the line. `slips`: with a slip of the finger."""
    number = slip(order_id, roll) if slips else order_id
    if roll.random() < 0.3:
        number = f"{number[:4]} {number[4:7]} {number[7:]}".strip()
    elif roll.random() < 0.1 and number.startswith("45"):
        number = number[2:].lstrip("0")
    line = line_no.lstrip("0")
    behind = roll.choice((f"/{line}", f"-{line}", f" Pos. {line}", f" pos {line.zfill(3)}")) if line and roll.random() < 0.33 else ""
    before = roll.choice(
        ("re your PO ", "Best.-Nr. ", "P.O.#", "PO", "PO ", "Ihre Bestellung ", "order no ", "your ref ", "Bestell-Nr ", "p/o ", "")
    )
    return f"{before}{number}{behind}"


def work_number(work_order_id: str, roll: random.Random, slips: bool) -> str:
    """The number of a work order as requesters write it: without its zeros, often without what all numbers begin with."""
    number = work_order_id.lstrip("0")
    number = slip(number, roll) if slips else number
    if roll.random() < 0.25:
        number = number[2:].lstrip("0")
    elif roll.random() < 0.3:
        number = f"{number[:4]} {number[4:]}"
    return str(roll.choice(_WORDS["numbers"]["work"])) + number


def asset_name(asset_id: str, roll: random.Random) -> str:
    """A machine as people call it: its number, with or without zeros, behind some word."""
    number = asset_id.rpartition("-")[2]
    return str(roll.choice(_WORDS["numbers"]["asset"])) + (number.lstrip("0") if roll.random() < 0.6 else number)


def other_number(roll: random.Random) -> str:
    """A number that is none of an order or of work: of a delivery note, a series, a quotation."""
    return f"{roll.choice(_WORDS['numbers']['other'])}{roll.randrange(10_000, 10_000_000)}"


def join_texts(text: str, more: str, roll: random.Random, longest: int = LONGEST) -> str:
    """Both in one field; the number is what people care for, so that the text is cut and not the number."""
    room = max(0, longest - len(more) - 3)
    parts = (more, text[:room].rstrip()) if roll.random() < 0.4 else (text[:room].rstrip(), more)
    return roll.choice((" ", " ", ", ", " - "))[: 1 if room < 3 else None].join(part for part in parts if part)


# ---- suppliers ---------------------------------------------------------------------------------------------------------------------------

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "AE", "Ö": "OE", "Ü": "UE"})


def supplier_name(country: str, roll: random.Random) -> str:
    """A made-up firm: two or three letters, its trade, its form."""
    firms = _WORDS["suppliers"]
    letters = "".join(roll.choice("ABDEFGHKLMNRSTVW") for _ in range(roll.choice((2, 3))))
    return f"{letters} {roll.choice(firms['trades'])} {roll.choice(firms['forms'].get(country, ['Ltd']))}"


def other_spelling(name: str, roll: random.Random) -> str:
    """The same firm entered a second time: in capitals, without its dots, with a shorter form or none."""
    name = name.translate(_LETTERS) if roll.random() < 0.7 else name
    name = roll.choice(
        (name, name.replace(" & Co. KG", ""), re.sub(r"(GmbH|Ltd|Limited|Inc\.|LLC|S\.A\.|AG|B\.V\.|BV).*$", "", name).strip())
    )
    name = roll.choice((name.upper(), name.replace(".", ""), name.replace("&", "+"), slip_word(name, roll)))
    return f"{name} (formerly {roll.choice('ABCDEFGH')}{roll.choice('KLMNRST')} Handel)" if roll.random() < 0.1 else name
