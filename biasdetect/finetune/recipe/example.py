"""A training example: a text, and what is known of it and of its parts, as probabilities."""

from __future__ import annotations

import math
from dataclasses import dataclass

UNKNOWN = math.nan


@dataclass(frozen=True, slots=True)
class TargetSpan:
    """Characters ``start`` to ``end`` with the probability of being loaded (NaN: unknown) and category.

    ``remedy`` and ``pattern`` are numbers in :data:`biasdetect.model.categories.REMEDIES` and ``PATTERNS``.
    """

    start: int
    end: int
    target: float
    category: int | None = None
    remedy: int | None = None
    pattern: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text.

    Attributes:
        text: the text.
        sentence: probability that it is biased; NaN where unknown.
        spans: targets of its parts; later ones win where they overlap.
        rest: target of every character outside the spans; NaN where unknown.
        weak: per category, 1 where the text has such a phrase somewhere, 0 where not, NaN unknown;
            empty where nothing is known.
        label: the hard label, None where there is none; evaluation uses it.
        marked: the spans that count as loaded in evaluation.
        pair: minimal pair or group that the text belongs to, empty where none.
        teacher_share: weight of a stage's teachers beside the labels, None for the stage's own.
        word_teacher_share: the same for words, None for ``teacher_share``; with 0 teachers say nothing of them.
        swapped_from: the text that this one is a counterfactual copy of, empty where it is none.
        outlet: probability that the outlet's words in it are biased; NaN where unknown.
        others: the same of the words of others; NaN where unknown, or there are none.
        voices: targets of parts of the text: probability that they are somebody else's words.
        voice_rest: the same of every character outside these; NaN where unknown.
        sources: targets of parts of the text: probability that they name who speaks.
        source_rest: the same of every character outside these; NaN where unknown.
        quoted: what stands inside quotation marks, marks included; None where the text alone tells.
    """

    text: str
    sentence: float
    spans: tuple[TargetSpan, ...] = ()
    rest: float = UNKNOWN
    weak: tuple[float, ...] = ()
    label: int | None = None
    marked: tuple[TargetSpan, ...] = ()
    pair: str = ""
    teacher_share: float | None = None
    word_teacher_share: float | None = None
    swapped_from: str = ""
    outlet: float = UNKNOWN
    others: float = UNKNOWN
    voices: tuple[TargetSpan, ...] = ()
    voice_rest: float = UNKNOWN
    sources: tuple[TargetSpan, ...] = ()
    source_rest: float = UNKNOWN
    quoted: tuple[tuple[int, int], ...] | None = None


def mix(hard: float, soft: float, share: float) -> float:
    """A target with a teacher's probability mixed in, in which it has this share; it has all where nothing is known."""
    return soft if math.isnan(hard) else (1 - share) * hard + share * soft
