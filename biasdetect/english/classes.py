"""Which classes an English word may belong to, without its sentence: noun, verb, adjective, adverb.

lemminflect's table of lemmas knows, for each form. Of what it does not know the ending tells. No line is parsed before its
word is asked for, as with the table of forms (:mod:`biasdetect.english.inflection`).
"""

from __future__ import annotations

import gzip
from bisect import bisect_left
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from biasdetect.english.function_words import COMMON_PARTICLES, FUNCTION_WORDS

_LETTERS = {"noun": "N", "propn": "N", "verb": "V", "aux": "V", "adj": "A", "adv": "R"}
_PARTICLES = COMMON_PARTICLES | {"in", "on"}
_ENDINGS = (
    (("ly",), "R"),
    (("ous", "ful", "less", "able", "ible", "ive", "ish", "esque", "ic", "al", "ian", "ist", "est"), "A"),
    (("ed", "ing"), "AV"),
    (("ness", "ment", "tion", "sion", "ity", "ism", "ship", "hood", "er", "or", "ist", "s"), "N"),
)


@lru_cache(maxsize=4000)
def word_classes(word: str) -> str:
    """Letters of the classes that a word may belong to, sorted: adjective A, noun N, adverb R, verb V.

    Empty for function words and what is no word. Of a compound with a hyphen its last part tells, and one that ends in a
    participle (hate-filled) is an adjective; a verb's base form with a particle (cover-up) may be a noun too.

    Args:
        word: in lower case, inflected or not.
    """
    word = word.replace("’", "'").removesuffix("'s").removesuffix("s'")
    if word in FUNCTION_WORDS or not word[:1].isalpha():
        return ""
    known = _known(word)
    if known:
        return known
    before, hyphen, last = word.rpartition("-")
    if hyphen and last in _PARTICLES and before in verb_lemmas(before):
        return "AN"
    if hyphen and before and last:
        return "A" if last.endswith(("ed", "ing")) else word_classes(last) or "A"
    return next((letters for endings, letters in _ENDINGS if word.endswith(endings)), "N")


def is_known(word: str) -> bool:
    """Whether the table has a word as it is written; names stand there with their capital."""
    return bool(_lines(word))


def verb_lemmas(word: str) -> tuple[str, ...]:
    """The base forms of the verbs that a word may be a form of; empty where none is known.

    Args:
        word: in lower case.
    """
    return tuple(lemma for kind, lemma in _lines(word) if kind in ("verb", "aux"))


def is_plural_noun(word: str) -> bool:
    """Whether a word may be the plural of a noun.

    Args:
        word: in lower case.
    """
    lemmas = [lemma for kind, lemma in _lines(word) if kind in ("noun", "propn")]
    if lemmas:
        return word == "people" or any(lemma.lower() != word for lemma in lemmas)
    return not _lines(word) and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))


def _known(word: str) -> str:
    return "".join(sorted({_LETTERS[kind] for kind, _ in _lines(word) if kind in _LETTERS}))


@lru_cache(maxsize=4000)
def _lines(word: str) -> tuple[tuple[str, str], ...]:
    """The kinds of a word with its lemma as each."""
    table = _table()
    found = []
    for index in range(bisect_left(table, f"{word},"), len(table)):
        form, kind, lemmas = table[index].split(",")
        if form != word:
            break
        found.append((kind, lemmas.partition("/")[0]))
    return tuple(found)


@cache
def _table() -> list[str]:
    # found without importing lemminflect, which takes longer than to read the table
    package = find_spec("lemminflect")
    if package is None or package.origin is None:
        raise ImportError("lemminflect is not installed. Install the package again: pip install biasdetect")
    file = Path(package.origin).parent / "resources" / "lemma_lu.csv.gz"
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    lines.sort()
    return lines
