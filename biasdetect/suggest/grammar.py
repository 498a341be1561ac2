"""Small facts of English that an edit needs: a or an, capitals, and the regular forms of verbs and nouns."""

from __future__ import annotations

import re

from biasdetect.util.patterns import lazy

WORD = lazy(r"\w+(?:[-'’]\w+)*")
FUNCTION_WORDS = frozenset(
    (
        "a an the this that these those his her its their our my your and or but nor of to in on at by for with from as "
        "than is are was were be been being has have had do does did will would he she it they we you i who which whose "
        "not if when while after before since until over under into about out up off against during through between "
        "among because so yet can could may might must should there then also only just no"
    ).split()
)
FORMS = ("base", "s", "ing", "past", "participle")
"""The forms of a verb, as :func:`regular_verb` gives them."""

# as they are spoken: "an hour", "a union", "an MP", "a UN", "an X-ray", "an 8", "a NATO"
_SILENT_H = lazy(r"heir|hono|honest|hour", re.IGNORECASE)
_CONSONANT_SOUND = lazy(r"eu|ew|one\b|once\b|ubi|ufo|uk\b|uni(?!m|n)|ur[aio]|us[aeu]|ut[eio]|u-", re.IGNORECASE)
_LETTERS = lazy(r"(?:[A-Z]{1,3}|[B-DF-HJ-NP-TV-Z]+)s?\b|[A-Za-z]-")
_EIGHT = lazy(r"8|1[18](?:\D|$|,|\d{3}\b)")
_SIBILANT = lazy(r".*(?:s|x|z|ch|sh)$")
_CONSONANT_Y = lazy(r".*[^aeiou]y$")
# a short verb with one vowel doubles its last consonant: plan, planned
_DOUBLES = lazy(r"[^aeiou]*(?:qu)?[aeiou][bdgklmnprt]$")


def article(following: str) -> str:
    """``a`` or ``an``, as it is spoken before the text that follows."""
    if following[:1].isdigit():
        return "an" if _EIGHT.match(following) else "a"
    if _LETTERS.match(following):
        return "an" if following[0].upper() in "AEFHILMNORSX" else "a"
    vowel = following[:1].lower() in "aeiou" and not _CONSONANT_SOUND.match(following)
    return "an" if vowel or _SILENT_H.match(following) else "a"


def capitalised(text: str) -> str:
    """The text with its first letter in upper case."""
    for index, char in enumerate(text):
        if char.isalnum():
            return text[:index] + char.upper() + text[index + 1 :]
    return text


def with_case_of(words: str, model: str, first: bool) -> str:
    """Words in the case of others: all capitals, a headline's capitals, or a capital at the beginning.

    Args:
        words: in lower case but for names.
        model: what they take the place of.
        first: whether they begin their sentence.
    """
    letters = [char for char in model if char.isalpha()]
    if len(letters) > 3 and all(char.isupper() for char in letters):
        return words.upper()
    inner = [word for word in model.split() if word.lower() not in FUNCTION_WORDS]
    if all(word[:1].isupper() for word in inner) and (len(inner) > 1 or not first) and model[:1].isupper():
        return " ".join(word if word in FUNCTION_WORDS else capitalised(word) for word in words.split(" "))
    return capitalised(words) if first and model[:1].isupper() else words


def regular_verb(base: str) -> tuple[str, str, str, str, str]:
    """The forms of a regular verb: base, -s, -ing, past, participle."""
    if _SIBILANT.match(base) or base.endswith("o"):
        third = base + "es"
    elif _CONSONANT_Y.match(base):
        third = base[:-1] + "ies"
    else:
        third = base + "s"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        return base, third, base[:-1] + "ing", base + "d", base + "d"
    if base.endswith("e"):
        return base, third, base + "ing", base + "d", base + "d"
    if _DOUBLES.match(base):
        return base, third, base + base[-1] + "ing", base + base[-1] + "ed", base + base[-1] + "ed"
    past = base[:-1] + "ied" if _CONSONANT_Y.match(base) else base + "ed"
    return base, third, base + "ing", past, past


def regular_plural(noun: str) -> str:
    """The plural of a regular noun."""
    if _SIBILANT.match(noun):
        return noun + "es"
    return noun[:-1] + "ies" if _CONSONANT_Y.match(noun) else noun + "s"
