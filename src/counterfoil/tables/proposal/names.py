"""What names mean: a name is cut into words, words stand for ideas (`names.toml`), ideas make up the columns of the exchange tables."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Word = frozenset[str]
"""What one word of a name may stand for; empty where it is not known."""

Reading = tuple[Word, ...]
"""A name, word by word. A name that is also a field of a known system has several readings."""

_FORGIVEN, _STRANGE, _OTHER, _LATER, _LIKELY, _NAMED, _REPEATED = 0.9, 0.75, 0.3, 0.98, 0.6, 0.01, 0.98
FREE = "-"
"""Stands among the ideas of a word that need not be matched."""

GUESSED = "?"
"""Stands among the ideas of a word that may be short for them. A fit that rests on one is never sure."""
_GUESS = 0.78
_LEAST_SHORT, _MOST_SHORT, _MOST_GUESSES = 3, 6, 4

_LONGEST = 4
"""Words of the longest expression that is looked up as a whole."""
_SHORT = 8
"""Letters of a compound that may hold words of two."""
_NUMBERS = ("nr", "no", "id")
_JOINTS = ("", "s", "n", "en", "es", "e")
_ENDINGS = ("s", "e", "n", "es", "en", "er", "te", "ed")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Ideas that name one thing. `needed` and `optional`: one alternative of each; `own`: those of `needed` that no context replaces."""

    needed: tuple[frozenset[str], ...]
    optional: tuple[frozenset[str], ...]
    own: frozenset[frozenset[str]]
    likely: bool

    def fit(self, reading: Reading, context: frozenset[str]) -> float:
        """How well the phrase says what the reading says, from 0 to a little above 1; the context need not be named."""
        left = list(reading)
        fit, named = (_LIKELY if self.likely else 1.0), 0
        fit *= _GUESS if any(GUESSED in word for word in reading) else 1
        for slot in self.needed:
            word = next((word for word in left if word & slot), None)
            if word is not None:
                left.remove(word)
                named += 1
            elif slot in self.own or not slot & context:
                return 0.0
            else:
                fit *= _FORGIVEN
        for slot in self.optional:
            word = next((word for word in left if word & slot), None)
            if word is not None:
                left.remove(word)
                named += 1
        said = frozenset().union(*self.needed, *self.optional)
        for word in left:
            if word & context:
                fit *= _REPEATED
            elif not word & said and FREE not in word:
                fit *= _OTHER if word else _STRANGE
        return fit * (1 + _NAMED * named) if named else 0.0


@dataclass(frozen=True, slots=True)
class Names:
    """The dictionary. Words and expressions are folded (`fold`)."""

    words: Mapping[str, Word]
    fields: Mapping[str, tuple[Reading, ...]]
    files: Mapping[str, Reading]
    noise: frozenset[str]
    tables: Mapping[str, tuple[Phrase, ...]]
    columns: Mapping[str, Mapping[str, tuple[Phrase, ...]]]
    values: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, Mapping[str, tuple[str, ...]]]
    signs: Mapping[str, tuple[str, ...]]

    def read(self, name: str) -> tuple[Reading, ...]:
        """Every reading of the name of a column."""
        bare = re.sub(r"^[A-Za-z0-9]+[-_.~](?=[A-Za-z0-9_]+$)", lambda found: "" if found[0][:-1].upper() in self.files else found[0], name)
        return (*self.fields.get(bare.strip().upper(), ()), self._ideas(bare))

    def read_file(self, name: str) -> Reading:
        """The ideas of the name of a file or sheet."""
        parts = [part for part in re.split(r"[^A-Za-z0-9_]+", name.upper()) if part in self.files]
        parts = parts or [part for part in name.upper().split("_") if part in self.files]
        return self.files[parts[0]] if parts else self._ideas(name)

    def table(self, name: str, reading: Reading) -> float:
        """How well the name of a file says that it holds that exchange table."""
        return _best(self.tables[name], reading, frozenset())

    def column(self, table: str, column: str, readings: Sequence[Reading], *, about: bool) -> float:
        """How well a name says that it is that column. `about`: of a file about that table, where names may be short."""
        context = self.context(table) if about else frozenset[str]()
        return max((_best(self.columns[table][column], reading, context) for reading in readings), default=0.0)

    def context(self, table: str) -> frozenset[str]:
        """The ideas that the columns of a file about that table need not repeat."""
        first = self.tables[table][0]
        return frozenset().union(*first.needed, *first.optional)

    def said(self, table: str, column: str, readings: Sequence[Reading]) -> str:
        """The ideas of a name that speak for a column, to be shown."""
        wanted = frozenset().union(*(slot for phrase in self.columns[table][column] for slot in (*phrase.needed, *phrase.optional)))
        texts = (" ".join(min((word & wanted) - {FREE, GUESSED}) for word in reading if word & wanted) for reading in readings)
        return max(texts, key=len, default="")

    def word(self, value: str, allowed: Sequence[str]) -> str | None:
        """Which of the words of a column a cell means; None where it is not known."""
        plain = " ".join(pieces(value))
        if plain.replace(" ", "_") in allowed:
            return plain.replace(" ", "_")
        return next((word for word in self.values.get(plain, ()) if word in allowed), None)

    def _ideas(self, name: str) -> Reading:
        found: list[Word] = []
        if len(name.strip()) < 2:
            return (frozenset(),)
        left = [piece for token in re.findall(r"[^\W_]+|[#№]", name) for piece in self._whole(token)]
        while left:
            for length in range(min(_LONGEST, len(left)), 0, -1):
                known = self._lookup(" ".join(left[:length])) if length > 1 else None
                if known is not None:
                    found.append(known)
                    left = left[length:]
                    break
            else:
                found += self._one(left[0])
                left = left[1:]
        return tuple(found)

    def _whole(self, token: str) -> list[str]:
        """A token in one piece where it is known so, else cut at its capitals."""
        cut = pieces(token)
        plain = "".join(cut)
        return [plain] if len(cut) > 1 and plain in self.words else cut

    def _one(self, piece: str) -> list[Word]:
        known = self._lookup(piece)
        if known is not None:
            return [known | {FREE} if piece in self.noise or "document" in known else known]
        if piece in self.noise or piece.isdigit():
            return []
        # Tables and fields that companies add to SAP begin with Z or ZZ.
        own = piece.lstrip("z") if piece.startswith("z") else ""
        compound = self._compound(piece) or ([own] if own and self._lookup(own) else self._compound(own))
        return [word for part in compound if (word := self._lookup(part))] if compound else [self._short_for(piece)]

    def _short_for(self, piece: str) -> Word:
        """The ideas of the words that an unknown one may be short for: its beginning, or its consonants from the first to the last."""
        if not _LEAST_SHORT <= len(piece) <= _MOST_SHORT:
            return frozenset()
        ideas = frozenset().union(*(self.words[word] for word in self.words if _is_short_for(piece, word)))
        return ideas | {GUESSED} if 0 < len(ideas) <= _MOST_GUESSES else frozenset()

    def _lookup(self, piece: str) -> Word | None:
        for text in (piece, _plain_vowels(piece)):
            if text in self.words:
                return self.words[text]
            for ending in _ENDINGS if len(text) > 4 else ():
                if text.endswith(ending) and text[: -len(ending)] in self.words:
                    return self.words[text[: -len(ending)]]
                if text + ending in self.words:
                    return self.words[text + ending]
        return None

    def _compound(self, piece: str) -> list[str]:
        """The fewest known words that a word is put together from; none where it is not."""
        for text in dict.fromkeys((piece, _plain_vowels(piece))):
            best: dict[int, list[str]] = {0: []}
            for end in range(1, len(text) + 1):
                found = [[*best[start], part] for start in best for part in self._parts(text, start, end)]
                if found:
                    best[end] = min(found, key=len)
            if len(text) in best:
                return best[len(text)]
        return []

    def _parts(self, text: str, start: int, end: int) -> Iterator[str]:
        """The known words that a stretch of a compound may be, with what joins it to the next cut off."""
        for joint in _JOINTS:
            part = text[start : end - len(joint)] if text[start:end].endswith(joint) else ""
            short = 2 if len(text) <= _SHORT or (end == len(text) and part in _NUMBERS) else 3
            if len(part) >= short and (part in self.words or part in self.noise):
                yield part


def pieces(name: str) -> list[str]:
    """The words of a name: cut at punctuation and capitals, in lower case, without accents."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name.replace("ß", "ss")) if not unicodedata.combining(sign))
    plain = re.sub(r"[#№]", " no ", plain)
    return [piece.lower() for piece in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+", plain)]


def _is_short_for(piece: str, word: str) -> bool:
    if len(word) <= len(piece) or word[0] != piece[0]:
        return False
    if word.startswith(piece):
        return True
    bones = word[0] + re.sub("[aeiou ]", "", word[1:])
    rest = iter(bones)
    return (bones.startswith(piece) or bones[-1] == piece[-1]) and all(letter in rest for letter in piece)


def _plain_vowels(text: str) -> str:
    return text.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _best(phrases: Sequence[Phrase], reading: Reading, context: frozenset[str]) -> float:
    return max((phrase.fit(reading, context) * _LATER**at for at, phrase in enumerate(phrases)), default=0.0)


def _phrases(text: str) -> tuple[Phrase, ...]:
    return tuple(_phrase(part.strip()) for part in text.split(";"))


def _phrase(text: str) -> Phrase:
    slots = text.removeprefix("~").split()
    sets = {slot: frozenset(slot.strip("()!").split("|")) for slot in slots}
    return Phrase(
        needed=tuple(sets[slot] for slot in slots if not slot.startswith("(")),
        optional=tuple(sets[slot] for slot in slots if slot.startswith("(")),
        own=frozenset(sets[slot] for slot in slots if slot.startswith("!")),
        likely=text.startswith("~"),
    )


def _listed(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(folded word, what it stands for), one by one."""
    for meaning, text in texts.items():
        for word in re.split("[,;]", text):
            yield " ".join(pieces(word)), meaning


@cache
def names() -> Names:
    """The dictionary of the package."""
    given = tomllib.loads(files(__package__).joinpath("names.toml").read_text("utf-8"))
    words: dict[str, set[str]] = {}
    for word, idea in _listed(given["words"]):
        words.setdefault(word, set()).add(idea)
    fields: dict[str, list[Reading]] = {}
    for system in given["fields"].values():
        for field, ideas in system.items():
            fields.setdefault(field.upper(), []).append(tuple(frozenset((idea,)) for idea in ideas.split()))
    values: dict[str, list[str]] = {}
    for word, meanings in _listed(given["values"]):
        values.setdefault(word, []).extend(meanings.split())
    return Names(
        words={word: frozenset(ideas) for word, ideas in words.items()},
        fields={field: tuple(dict.fromkeys(readings)) for field, readings in fields.items()},
        files={file: tuple(frozenset((idea,)) for idea in ideas.split()) for file, ideas in given["files"].items()},
        noise=frozenset(word for word, _ in _listed(given["noise"])),
        tables={table: _phrases(text) for table, text in given["tables"].items()},
        columns={table: {column: _phrases(text) for column, text in columns.items()} for table, columns in given["columns"].items()},
        values={word: tuple(dict.fromkeys(meanings)) for word, meanings in values.items()},
        rows={table: {field: tuple(counted) for field, counted in fields.items()} for table, fields in given["rows"].items()},
        signs={field: tuple(minus) for field, minus in given["signs"].items()},
    )
