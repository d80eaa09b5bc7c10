"""Finding terms in names: whole words in English, runs of characters in Chinese."""

import re
from collections import defaultdict
from functools import cache

from provident.charter.words import EXCUSES, Excuse

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@cache
def words_of(name: str) -> tuple[str, ...]:
    """Return a name's English words, lower case and singular: `gpsTracks` gives gps, track."""
    return tuple(_singular(word.lower()) for word in _WORD.findall(name))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")) and len(word) > 3:
        return word[:-1]
    return word


def holds(name: str, term: str) -> bool:
    """Say whether a name holds a term."""
    return bool(_spans(name, term))


@cache  # catalogues say the same few words in every row
def terms_in(name: str, terms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the terms a name holds, in their order."""
    begun = _by_first_word(terms)
    likely = {term for word in words_of(name) for term in begun.get(word, ())}
    likely.update(term for term in begun.get("", ()) if term in name)
    return tuple(term for term in terms if term in likely and holds(name, term)) if likely else ()


@cache
def _by_first_word(terms: tuple[str, ...]) -> dict[str, list[str]]:
    """Return terms by the word a name must have to hold them; a Chinese term may stand anywhere."""
    found: dict[str, list[str]] = defaultdict(list)
    for term in terms:
        found["" if _HAN.search(term) else words_of(term)[0]].append(term)
    return dict(found)


def first_term(name: str, terms: tuple[str, ...]) -> str | None:
    """Return the first of the terms a name holds."""
    return next(iter(terms_in(name, terms)), None)


def excuse_for(name: str, term: str) -> Excuse | None:
    """Return the excuse that covers every place where the name holds the term."""
    spans = _spans(name, term)
    for excuse in EXCUSES:
        covers = _spans(name, excuse.phrase)
        if spans and all(any(low <= start and end <= high for low, high in covers) for start, end in spans):
            return excuse
    return None


def _spans(name: str, term: str) -> tuple[tuple[int, int], ...]:
    """Return where a term stands in a name: positions of characters (Chinese) or of words."""
    if _HAN.search(term):
        return tuple((found.start(), found.end()) for found in re.finditer(re.escape(term), name))
    words, wanted = words_of(name), words_of(term)
    size = len(wanted)
    return tuple((at, at + size) for at in range(len(words) - size + 1) if words[at : at + size] == wanted)
