"""What the free text of a work order speaks of: components, actions and failures, by rules and a dictionary (`worktext.toml`).

The text is cut into words; the longest expression that the dictionary knows wins. Component words in a row are a noun: its last word is the
part, the words before it say which one (`bucket cyl hose` is a hose). Whatever stands between two nouns (a verb, a failure, `on`, `L/H`, a
comma) parts them; so does a plural, since what only says which one is singular in English.

Which component counts first is a matter of rank: a small part gives way to the unit it sits on, and is what counts where no unit is named.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import ne

from counterfoil.rules.likeness import differ_by_a_slip

COMPONENT, ACTION, FAILURE, SYMPTOM, BETWEEN, NOTHING, UNKNOWN = (
    "component",
    "action",
    "failure",
    "symptom",
    "between",
    "nothing",
    "unknown",
)

_LONGEST = 4
"""Words of the longest expression that is looked up as a whole."""
_FORGIVING = 6
"""Letters from which on a word may hold one mistake: shorter ones are too often other words."""
_LAST_PART, _LAST_PART_ALONE = 3, 5
"""Letters of the last part of a compound, where its first part is known and where it is not."""
_ELECTRIC = {"electrical", "instruments"}
"""Groups of components of which "not working" is an electrical fault; of any other, it does not say what is wrong."""
_JOINTS = ("", "s", "n", "en")
# An article that is cut short (`l'arbre`) is a word; `no` before a number is short for number, and none.
_WORDS = re.compile(r"[dlnDLN](?=['’])|(?<![^\W_])(?!(?i:no)\W{0,3}\d)[^\W_]+(?:['’][^\W_]+)*")
_WITHIN = re.compile(r"[\s./'\"’\\-]*")
_APART = re.compile(r"[,;:()&+@/]|\.\.|\s-\s")


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of the text and what it stands for: `text[start:end]` says `word`; `kind` is component, action, failure or symptom.

    A symptom (`not working`) does not tell how a thing failed: see `read_text`.
    """

    kind: str
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WorkText:
    """Canonical words, each once, the one that counts first; `said`: what in the text says so, from its beginning to its end."""

    components: tuple[str, ...]
    actions: tuple[str, ...]
    failures: tuple[str, ...]
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word of the dictionary stands for."""

    kind: str
    word: str


_NO_MEANING = Meaning(UNKNOWN, "")


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the text, folded; `apart`: a mark stands before it that parts nouns; `joined`: it may go on an expression."""

    word: str
    start: int
    end: int
    apart: bool
    joined: bool


@dataclass(frozen=True, slots=True)
class _Unit:
    """Tokens with one meaning."""

    said: Said
    apart: bool
    plural: bool


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Folded words with their meanings; `groups`: the group of each component; `ranks`: its rank, the lowest counts first;
    `spelled`: each word by itself, those of expressions too."""

    words: Mapping[str, Meaning]
    groups: Mapping[str, str]
    ranks: Mapping[str, int]
    spelled: frozenset[str]

    def find(self, word: str) -> tuple[Meaning, bool] | None:
        """(what a folded word or expression stands for, whether it stands there in another form); None where it is not known."""
        if word in self.words:
            return self.words[word], False
        verbs = (form for form in _verbs(word) if form in self.words and self.words[form].kind != COMPONENT)
        known = next((form for form in (*_singulars(word), *verbs) if form in self.words), None)
        return (self.words[known], True) if known else None

    def spell(self, word: str) -> str:
        """The known word that an unknown one is with one mistake: a letter more, less, other, or two swapped; the first letter stays.

        The word itself where it is known, in any form, and where it has fewer than six letters or is like no known word.
        """
        forms = (word, *_singulars(word), *_verbs(word))
        if len(word) < _FORGIVING or any(form in self.spelled for form in forms) or self.find_compound(word):
            return word
        for form in forms:
            near = min((known for known in self.spelled if _is_misspelt(form, known)), default=None)
            if near:
                return near + word[len(form) :] if word.startswith(form) else near
        return word

    def find_compound(self, word: str) -> tuple[Meaning, ...]:
        """What the parts of a word written as one stand for (`Pumpenlager`, `waterpump`); nothing where it is not put together."""
        for cut in range(2, len(word) - _LAST_PART + 1):
            last = self.find(word[cut:])
            if last is None or last[0].kind not in (COMPONENT, ACTION, FAILURE):
                continue
            first = [self.words[part] for joint in _JOINTS if (part := word[:cut].removesuffix(joint)) in self.words]
            known = [meaning for meaning in first if meaning.kind == COMPONENT]
            if known:
                return known[0], last[0]
            if last[0].kind == COMPONENT and any(len(form) >= _LAST_PART_ALONE and form in self.words for form in _plain(word[cut:])):
                return (last[0],)
        return ()


def read_text(text: str) -> WorkText:
    """What the text of a work order says; empty tuples where it says nothing that the dictionary knows.

    A symptom is an electrical fault where the first component is electric, and otherwise no failure.
    """
    units = tuple(_units(_tokens(text)))
    by_kind = {kind: [unit.said.word for unit in units if unit.said.kind == kind] for kind in (ACTION, FAILURE, SYMPTOM)}
    components = _rank(units)
    electric = by_kind[SYMPTOM] and components and find_group(components[0]) in _ELECTRIC
    return WorkText(
        components=components,
        actions=tuple(dict.fromkeys(by_kind[ACTION])),
        failures=tuple(dict.fromkeys(by_kind[FAILURE] + (["electrical fault"] if electric else []))),
        said=tuple(unit.said for unit in units if unit.said.kind in (COMPONENT, ACTION, FAILURE, SYMPTOM)),
    )


def find_group(component: str) -> str:
    """The group under which the spend on a component is shown. KeyError where it is not one of the dictionary."""
    return dictionary().groups[component]


def fold(text: str) -> str:
    """In lower case, without accents; umlauts are one letter, however they are written: `Öl`, `OEL` and `ol` are one."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub("([aou])e", r"\1", bare)


def _tokens(text: str) -> list[_Token]:
    tokens, last = [], 0
    for found in _WORDS.finditer(text):
        gap = text[last : found.start()]
        word = fold(re.sub("['’]", "", found[0]))
        tokens.append(_Token(word, found.start(), found.end(), bool(_APART.search(gap)), bool(_WITHIN.fullmatch(gap))))
        last = found.end()
    return tokens


def _units(tokens: Sequence[_Token]) -> Iterator[_Unit]:
    at = 0
    while at < len(tokens):
        length, meanings, plural = _longest(tokens[at : at + _LONGEST])
        for meaning in meanings:
            said = Said(meaning.kind, meaning.word, tokens[at].start, tokens[at + length - 1].end)
            yield _Unit(said, tokens[at].apart and meaning is meanings[0], plural)
        at += length


def _longest(tokens: Sequence[_Token]) -> tuple[int, tuple[Meaning, ...], bool]:
    """(how many of the tokens are one expression, what it stands for, whether it is a plural). There is a token."""
    for length in range(len(tokens), 0, -1):
        if all(token.joined for token in tokens[1:length]):
            found = dictionary().find(" ".join(_spell(token.word) for token in tokens[:length]))
            if found:
                return length, (found[0],), found[1]
    return 1, dictionary().find_compound(tokens[0].word) or (_NO_MEANING,), False


@cache
def _spell(word: str) -> str:
    return dictionary().spell(word)


def _nouns(units: Sequence[_Unit]) -> list[list[str]]:
    """Component words in a row."""
    nouns: list[list[str]] = [[]]
    for unit in units:
        if unit.apart or unit.said.kind not in (COMPONENT, UNKNOWN, NOTHING):
            nouns.append([])
        if unit.said.kind == COMPONENT:
            nouns[-1].append(unit.said.word)
            if unit.plural:
                nouns.append([])
    return [noun for noun in nouns if noun]


def _rank(units: Sequence[_Unit]) -> tuple[str, ...]:
    """By rank; in one rank the parts of the nouns in the order of the text, then what says which one, nearest first."""
    ranks = dictionary().ranks
    parts, rest = [], []
    for noun in _nouns(units):
        part = min(reversed(noun), key=ranks.__getitem__)
        parts.append(part)
        rest += [word for word in reversed(noun) if word != part]
    return tuple(dict.fromkeys(sorted(parts + rest, key=ranks.__getitem__)))


def _singulars(word: str) -> Iterator[str]:
    if word.endswith("s") and len(word) > 3:
        yield word[:-1]
    for ending in ("es", "n", "en", "e") if len(word) > 5 else ():
        if word.endswith(ending):
            yield word.removesuffix(ending)


def _plain(word: str) -> tuple[str, ...]:
    return (word, *_singulars(word))


def _verbs(word: str) -> Iterator[str]:
    for ending in ("ed", "ing"):
        stem = word.removesuffix(ending)
        if len(stem) > 2 and stem != word:
            yield stem
            yield stem + "e"
            if stem[-1] == stem[-2]:
                yield stem[:-1]


def _is_misspelt(word: str, known: str) -> bool:
    if len(word) < _FORGIVING or word[0] != known[0]:
        return False
    return differ_by_a_slip(word, known) or (len(word) == len(known) and sum(map(ne, word, known)) == 1)


def _listed(texts: Mapping[str, str], kind: str) -> Iterator[tuple[str, Meaning]]:
    for canonical, text in texts.items():
        for word in (canonical, *re.split("[,;]", text)):
            yield " ".join(token.word for token in _tokens(word)), Meaning(kind, canonical)


def _refusals(refuses: str, to_move: str) -> str:
    return ",".join(f"{one} {other}" for one in refuses.split(",") for other in to_move.split(","))


@cache
def dictionary() -> Dictionary:
    """The dictionary of the package."""
    given = tomllib.loads(files(__package__).joinpath("worktext.toml").read_text("utf-8"))
    components = {component: text for group in given["components"].values() for component, text in group.items()}
    kinds = ((NOTHING, "nothing"), (BETWEEN, "between"), (SYMPTOM, "symptoms"), (FAILURE, "failures"), (ACTION, "actions"))
    words = {word: meaning for kind, table in kinds for word, meaning in _listed(given[table], kind)}
    words |= dict(_listed(components, COMPONENT)) | dict(_listed({"seized": _refusals(**given["refusals"])}, FAILURE))
    rank = {component: number for number, listed in enumerate(given["ranks"].values()) for component in listed}
    others = list(given["ranks"]).index("others")
    return Dictionary(
        words=words,
        groups={component: group for group, listed in given["components"].items() for component in listed},
        ranks={component: rank.get(component, others) for component in components},
        spelled=frozenset(part for word in words for part in word.split()),
    )
