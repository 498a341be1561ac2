"""Finds the words of a headline that somebody says: "Opposition: Mayor's plan is a swindle", "... is a swindle: Reed".

The same form serves topics ("Ferry crash: Captain was asleep") and kinds of text ("Analysis: ..."), so the form alone says
nothing: the model has to hear a speaker in the label, and somebody else's words in the rest. Where the label is a word for
people or a body that speaks, it takes less.
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
# Forms, each with the lowest sum of two mean logits, the label's of naming a speaker and the rest's of being somebody
# else's words: where the label is a word for who speaks, and where it is another. The model has seen few labels behind.
_FORMS = (
    (lazy(rf"{_LABEL}:\s+(?P<words>\S.*)"), -0.5, 5.0),
    (lazy(rf"(?P<words>\S.*?)(?::|\s[–—-])\s+{_LABEL}"), -5.5, 0.3),
)
_SPEAKERS = lazy(
    r"\b(?:activists?|agency|aides?|allies|ambassador|analysts?|army|association|authorities|bank|bishops?|board|boss|campaigners?"
    r"|captain|CEO|charity|charities|chief|church|coach|commission|committee|company|coroner|council|councillors?|court|critics"
    r"|diplomats?|director|doctors?|drivers|economists?|envoy|experts?|families|family|fans|farmers|father|firm|government|governor"
    r"|group|head|historian|husband|inquiry|investigators|judges?|lawyers?|leaders?|locals|manager|mayor|ministers?|ministry|monitors"
    r"|mother|MPs?|neighbou?rs|nurses|officials?|opposition|owners?|parents|party|patients|pilots?|players?|PM|police|president|professor"
    r"|prosecutors?|protesters|rebels?|regulator|relatives|researchers?|residents|rivals?|scientists?|senators?|sources?|spokes\w+"
    r"|students|survivors?|teachers|unions?|university|victims?|villagers|voters|watchdog|widow|wife|witness(?:es)?|workers)$",
    re.IGNORECASE,
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
    for form, of_speakers, of_others in _FORMS:
        found = form.fullmatch(headline)
        if found is None or _EXPLAINS.match(found["words"]):
            continue
        name = found["label"].strip()
        label, said = (
            [at for at, word in enumerate(words) if _inside(word, found.span(part))] for part in ("label", "words")
        )
        if not 0 < len(label) <= _LONGEST_LABEL or len(said) < _SHORTEST:
            continue
        heard = _mean(sources, label) + _mean(others, said)
        if heard > (of_speakers if _SPEAKERS.search(name) else of_others):
            return Quotation(*found.span("words"), sure=True, speaker=name_of(name) or name)
    return None


def _inside(word: Span, stretch: Span) -> bool:
    return stretch[0] <= word[0] and word[1] <= stretch[1]


def _mean(logits: Sequence[float], places: Sequence[int]) -> float:
    return sum(logits[place] for place in places) / len(places)
