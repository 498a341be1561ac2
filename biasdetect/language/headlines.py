"""Finds the words of a headline that somebody says: "Opposition: Mayor's plan is a swindle", "... is a swindle: Reed".

The same form serves topics ("Ferry crash: Captain was asleep") and kinds of text ("Analysis: ..."), so the form alone says
nothing: the model has to hear a speaker in the label, and somebody else's words in the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from biasdetect.language.quotations import Quotation, Span
from biasdetect.language.speakers import name_of
from biasdetect.util.patterns import lazy

_LONGEST_LABEL = 4  # words
_SHORTEST = 2  # words that are said
_LABEL = r"(?P<label>[^:–—|]{1,60}?)"
# Forms, each with the sum from which on it is said: of the label's mean logit of naming a speaker, and of the rest's of
# being somebody else's words. The model has seen few labels behind.
_FORMS = (
    (lazy(rf"{_LABEL}:\s+(?P<words>\S.*)"), 5.0),
    (lazy(rf"(?P<words>\S.*?)(?::|\s[–—-])\s+{_LABEL}"), -4.0),
)
# "Explainer: How the tax works" is the outlet's
_EXPLAINS = lazy(r"(?:how|what|why|when|where|who|which|inside)\b", re.IGNORECASE)


def said_in_headline(
    headline: str, words: Sequence[Span], others: Sequence[float], sources: Sequence[float]
) -> Quotation | None:
    """What a headline gives as the words of the one whom its label names; None where it does not.

    Args:
        headline: the whole of it.
        words: offsets of its words.
        others: of each word the model's logit of being somebody else's.
        sources: of each word the model's logit of naming who speaks.
    """
    for form, lowest in _FORMS:
        found = form.fullmatch(headline)
        if found is None or _EXPLAINS.match(found["words"]):
            continue
        name = found["label"].strip()
        label, said = (
            [at for at, word in enumerate(words) if _inside(word, found.span(part))] for part in ("label", "words")
        )
        if not 0 < len(label) <= _LONGEST_LABEL or len(said) < _SHORTEST:
            continue
        if _mean(sources, label) + _mean(others, said) > lowest:
            return Quotation(*found.span("words"), sure=True, speaker=name_of(name) or name)
    return None


def _inside(word: Span, stretch: Span) -> bool:
    return stretch[0] <= word[0] and word[1] <= stretch[1]


def _mean(logits: Sequence[float], places: Sequence[int]) -> float:
    return sum(logits[place] for place in places) / len(places)
