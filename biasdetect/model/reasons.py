"""What the model makes of a phrase: what an editor would do about it, and what the words do.

The model has learned from marks of which an editor said whether the words can go, can be said plainly in their place, or
ask for the sentence to be written anew, and what it is that they do. By itself it names what they do rightly for one mark of
three; with the category and the form of the words beside it (``patterns.json``, fitted by ``training/fit_patterns.py``)
for almost one of two, and for seven of ten where it is sure enough to be told. Elsewhere the category has to do.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from biasdetect.english.classes import is_known, verb_lemmas, word_classes
from biasdetect.english.function_words import FUNCTION_WORDS
from biasdetect.model.categories import CATEGORIES, PATTERNS, REMEDIES
from biasdetect.model.patterns import BY_PATTERN, TABLE
from biasdetect.model.phrases import softmax
from biasdetect.model.runtime import Scored

SURE = 0.45
"""Lowest probability, 0 to 1, of what words do, from which on a reader is told so."""

_WORD = re.compile(r"[\w'’-]+")
_MANY_WORDS = 4
_SHOUTED = 4  # letters
_LONGEST_ABBREVIATION = 6  # letters: UNESCO; what is shorter shouts only where it is a word of the language
_ABSOLUTE = frozenset("all always any entire ever every everyone never no nobody none only".split())
_DEMAND = frozenset("let must need needs should".split())
_MIND = frozenset("believe desperate desperately fear fears hope hopes know knows obsessed think want wants".split())
_NICKNAME = re.compile(r"(?:Crazy|Crooked|Dodgy|Lyin[’'g]|Shifty|Sleepy|Slippery|Tricky|Wacky)\s+[A-Z][a-z]")
_SO_CALLED = re.compile(r"\b(?:so[- ]called|self[- ](?:styled|proclaimed|declared|appointed))\b", re.IGNORECASE)
_QUOTATION_MARK = re.compile('["“”]')

_DETERMINERS = frozenset("the a an this that these those his her its their our your my".split())
_NAME = re.compile(r"\s+((?:[A-Z][\w’'-]*)(?:\s+(?:(?:of|the|de|van|von|al)\s+)?[A-Z][\w’'-]*){0,3})")
_NAME_BEFORE = re.compile(r"([A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){1,3}),\s+(?:an?\s+|the\s+)?$")
_NOUNS = re.compile(r"\s+([a-z][a-z-]+)(?:\s+([a-z][a-z-]+))?")


@dataclass(frozen=True, slots=True)
class Reasons:
    """What the model makes of a phrase.

    Attributes:
        leave_out: probability that an editor would let the words go, 0 to 1.
        replace: the same of plainer words in their place.
        patterns: probability of each of :data:`biasdetect.model.categories.PATTERNS`, by the model alone.
    """

    leave_out: float
    replace: float
    patterns: tuple[float, ...]


def reasons_of(output: Scored, start: int, end: int) -> Reasons | None:
    """What the model makes of ``text[start:end]``; None where it knows no reasons.

    Args:
        output: for the sentence.
        start: of the phrase in the sentence.
        end: of the phrase in the sentence.
    """
    if output.reasons is None:
        return None
    # between the special tokens at both ends, whose offsets are empty, tokens stand in order
    last = len(output.offsets) - 1
    first = bisect_right(output.offsets, start, lo=1, hi=last, key=lambda offsets: offsets[1])
    behind = bisect_left(output.offsets, end, lo=1, hi=last, key=lambda offsets: offsets[0])
    if first >= behind:
        return None
    remedies, patterns = np.split(output.reasons[first:behind].mean(axis=0), [len(REMEDIES)])
    leave_out, replace, _ = softmax(remedies).tolist()
    return Reasons(leave_out, replace, tuple(softmax(patterns).tolist()))


def pattern_of(text: str, start: int, end: int, category: str, reasons: Reasons | None) -> str:
    """What ``text[start:end]`` does, one of :data:`PATTERNS`; empty where that is not sure enough.

    Args:
        text: of the sentence.
        start: of the phrase in it.
        end: of the phrase in it.
        category: of the phrase, one of :data:`CATEGORIES`.
        reasons: of the model; None where it knows none.
    """
    words = text[start:end]
    if _SO_CALLED.search(words):
        return "so-called"
    if _shouts(text, start, end):
        return "shouting"
    if _NICKNAME.match(text, start):
        return "nickname"
    if known := _by_words(words, category):
        return known
    if reasons is None:
        return ""
    table = _table()
    shares = softmax(
        np.array(features(text, start, end, category, reasons.patterns)) @ table["weights"] + table["intercepts"]
    )
    best = int(np.argmax(shares))
    return PATTERNS[best] if shares[best] >= SURE else ""


def why(pattern: str, text: str, start: int, end: int) -> str:
    """What ``text[start:end]`` does, as a clause for the reader; of whom or what, where that stands beside it."""
    told = BY_PATTERN[pattern]
    about = told.of and find_subject(text, start, end)
    return told.of.format(about) if about else told.why


def find_subject(text: str, start: int, end: int) -> str:
    """Whom or what a description or label is about: a name or a noun beside it; empty where there is none.

    "The **potbellied** deputy mayor": "the deputy mayor". "The **city hall mouthpiece** Lirna Kurier": "Lirna Kurier".
    """
    behind = text[end:].lstrip("\"'”’»")
    if name := _NAME.match(behind):
        return re.sub(r"['’]s?$", "", name[1])
    if before := _NAME_BEFORE.search(text[:start]):
        return before[1]
    nouns = _NOUNS.match(behind)
    if not nouns or not _is_noun(nouns[1]):
        return ""
    found = nouns[1]
    described = "A" in word_classes(found)  # "young engineer" is one thing, "young" is none
    if nouns[2] and _is_noun(nouns[2]) and (described or "V" not in word_classes(nouns[2])):
        found = f"{found} {nouns[2]}"
    elif described:
        return ""
    words = _WORD.findall(text[:end])
    opening = _WORD.findall(text[start:end])[:1]
    before_it = words[-len(_WORD.findall(text[start:end])) - 1 :][:1]
    if any(word.lower() in _DETERMINERS for word in (*opening, *before_it)):
        return f"the {found}"
    return found if found.endswith("s") else ""


def _is_noun(word: str) -> bool:
    return word not in FUNCTION_WORDS and "N" in word_classes(word)


def _shouts(text: str, start: int, end: int) -> bool:
    """Whether words stand in capitals, or before an exclamation mark; what may be a name or an abbreviation does not count."""
    if "!" in text[start:end] or text[end : end + 1] == "!":
        return True
    if text.isupper():
        return False
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text[start:end]) if word.isupper()]
    parts = [part for word in words for part in word.removesuffix("'s").split("-") if len(part) >= _SHOUTED]
    return any(len(part) > _LONGEST_ABBREVIATION or _is_english(part) for part in parts)


def _is_english(word: str) -> bool:
    return word in FUNCTION_WORDS or word.endswith("n't") or is_known(word)


def _by_words(words: str, category: str) -> str:
    """The pattern of which a phrase holds words of its table; empty where there is none."""
    found = [word.lower() for word in _WORD.findall(words)]
    forms = {form for word in found for form in (word, word.removesuffix("s"), *verb_lemmas(word))}
    joined = f" {' '.join(found)} "
    for pattern in TABLE:
        if any(joined.startswith(f" {opener} ") for opener in pattern.openers):
            return pattern.name
        if pattern.categories and category not in pattern.categories:
            continue
        if len(found) < _MANY_WORDS and not pattern.words.isdisjoint(forms):
            return pattern.name
        if any(f" {phrase} " in joined for phrase in pattern.phrases):
            return pattern.name
    return ""


def features(text: str, start: int, end: int, category: str, shares: Sequence[float]) -> list[float]:
    """What tells what words do: what the model makes of them, their category and their form; see :func:`pattern_of`."""
    phrase = text[start:end]
    words = [word.lower() for word in _WORD.findall(phrase)]
    last = words[-1] if words else ""
    classes = word_classes(last) if last else ""
    around = text[max(0, start - 2) : end + 2]
    form = (
        min(len(words), 6) / 3,
        len(words) == 1,
        len(words) >= _MANY_WORDS,
        last.endswith("ly"),
        "!" in phrase,
        phrase[:1].isupper() and start > 0,
        "-" in phrase,
        any(map(str.isdigit, phrase)),
        start < 3,
        not _DEMAND.isdisjoint(words),
        not _ABSOLUTE.isdisjoint(words),
        not _MIND.isdisjoint(words),
        bool(_QUOTATION_MARK.search(around)),
        bool(_QUOTATION_MARK.search(text)),
        "?" in text,
        *(letter in classes for letter in "ANRV"),
    )
    return [
        *(float(np.log(share + 1e-4)) for share in shares),
        *(float(category == name) for name in CATEGORIES),
        *map(float, form),
    ]


@cache
def _table() -> dict[str, Any]:
    data = json.loads(Path(__file__).with_name("patterns.json").read_text(encoding="utf-8"))
    return {name: np.array(data[name]) for name in ("weights", "intercepts")}
