"""Features of a phrase and its neighbours, by which it is decided what may be done with the phrase.

The script that learns the weights (training/build_wording.py) and the search for suggestions read them alike.
"""

from __future__ import annotations

from collections.abc import Mapping

from biasdetect.english.function_words import FUNCTION_WORDS
from biasdetect.util.patterns import lazy

TOKEN = lazy(r"\w+(?:[-'’]\w+)*|[^\w\s]")
_NEAR = 80  # characters on either side in which the neighbours are looked for
_OPENING = "\"'“‘«„"


def features(text: str, start: int, end: int, category: str, classes: Mapping[str, str]) -> list[str]:
    """The features of ``text[start:end]`` in its sentence.

    Args:
        text: the sentence.
        start: the phrase's first character.
        end: the character after its last one.
        category: of the phrase.
        classes: letters of the word classes that a word in lower case may belong to (noun N, verb V,
            adjective A, adverb R).
    """
    words = TOKEN.findall(text[start:end])
    if not words:
        return []
    before = ["", "", *TOKEN.findall(text[max(0, start - _NEAR) : start])]
    after = [*TOKEN.findall(text[end : end + _NEAR]), "", ""]
    leads = not any(token not in _OPENING for token in before)
    left, left2 = word_class(before[-1], classes), word_class(before[-2], classes)
    right, right2 = word_class(after[0], classes), word_class(after[1], classes)
    first = word_class(words[0].lower() if leads else words[0], classes)
    last = word_class(words[-1].lower() if leads and len(words) == 1 else words[-1], classes)
    count = str(min(len(words), 4))
    return [
        f"category {category}",
        f"left {left}",
        f"right {right}",
        f"left2 {left2}",
        f"right2 {right2}",
        f"words {count}",
        f"first {first}",
        f"last {last}",
        f"begins {words[0][:3].lower()}",
        f"ends {words[-1][-3:].lower()}",
        f"left right {left} {right}",
        f"last right {last} {right}",
        f"left last {left} {last}",
        f"left first {left} {first}",
        f"right right2 {right} {right2}",
        f"category left {category} {left}",
        f"category right {category} {right}",
        f"category last {category} {last}",
        f"category words {category} {count}",
    ]


def word_class(token: str, classes: Mapping[str, str]) -> str:
    """A word's class: the word itself where it is a function word or a mark, letters as in ``classes``, or its ending."""
    lower = token.lower()
    if not token or not token[0].isalnum() or lower in FUNCTION_WORDS:
        return lower or "edge"
    if token[0].isdigit():
        return "number"
    if token[0].isupper():
        return "name"
    known = classes.get(lower, "")
    if not known:
        return _unknown(lower)
    if "V" in known:
        ending = next((ending for ending in ("ed", "ing", "s") if lower.endswith(ending)), "")
        return known + ending
    return known


def _unknown(word: str) -> str:
    if word.endswith("ly"):
        return "R"
    ending = word[-2:]
    if "-" in word:
        return f"compound {ending}" if ending in ("ed", "ng") else "compound"
    return f"unknown {ending}"
