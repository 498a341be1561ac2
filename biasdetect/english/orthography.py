"""How English words are written beside each other: a or an, and in whose capitals."""

from __future__ import annotations

import re

from biasdetect.english.function_words import FUNCTION_WORDS
from biasdetect.util.patterns import lazy

WORD = lazy(r"\w+(?:[-'’]\w+)*")
_HYPHENS = str.maketrans("\u2010\u2011", "--")  # as typesetters have them, the second one so that no line ends there
# as they are spoken: "an hour", "a union", "an MP", "a UN", "an X-ray", "an 8", "a NATO"
_SILENT_H = lazy(r"heir|hono|honest|hour", re.IGNORECASE)
_CONSONANT_SOUND = lazy(r"eu|ew|one\b|once\b|ubi|ufo|uk\b|uni(?!m|n)|ur[aio]|us[aeu]|ut[eio]|u-", re.IGNORECASE)
_LETTERS = lazy(r"(?:[A-Z]{1,3}|[B-DF-HJ-NP-TV-Z]+)s?\b|[A-Za-z]-")
_EIGHT = lazy(r"8|1[18](?:\D|$|,|\d{3}\b)")


def article(following: str) -> str:
    """``a`` or ``an``, as it is spoken before the text that follows."""
    if following[:1].isdigit():
        return "an" if _EIGHT.match(following) else "a"
    if _LETTERS.match(following):
        return "an" if following[0].upper() in "AEFHILMNORSX" else "a"
    vowel = following[:1].lower() in "aeiou" and not _CONSONANT_SOUND.match(following)
    return "an" if vowel or _SILENT_H.match(following) else "a"


def with_plain_hyphens(text: str) -> str:
    """The text, at the same length, with typesetters' hyphens (U+2010 and U+2011) as keyboards have them."""
    return text.translate(_HYPHENS)


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
