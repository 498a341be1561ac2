"""Measures flags against what readers marked: how many are right, how much of what is clear is found, and to the letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from biasdetect.evaluation.bootstrap import Array, intervals, ratio

Place = tuple[int, int]
"""Start and end of wording, characters."""

Estimate = tuple[float | None, float | None, float | None, int]
"""A figure, 0 to 1, the ends of its 95 % interval, and the number that it is of; None where there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Read:
    """A text that was read whole.

    Attributes:
        flags: what is flagged in the outlet's voice.
        own: the clear marks in the outlet's voice.
        unsure: the debatable marks; a flag that touches nothing else counts neither way.
    """

    flags: Sequence[Place]
    own: Sequence[Place]
    unsure: Sequence[Place] = ()


def touches(place: Place, others: Iterable[Place]) -> bool:
    """Whether a place shares a character with one of others."""
    return any(place[0] < end and start < place[1] for start, end in others)


def flag_figures(texts: Sequence[Read]) -> dict[str, Estimate]:
    """Precision, recall and F1 of flags, by overlap with clear marks and, under ``exact``, letter for letter.

    Args:
        texts: which are what is resampled for the intervals.
    """
    counts = np.array([counts_of(text) for text in texts], np.float64).T
    right, exact, judged, found, marked = counts

    def f1(precision: Array, recall: Array) -> Array:
        return ratio(2 * precision * recall, precision + recall)

    def figures(drawn: Array) -> dict[str, Array]:
        flagged, gold = drawn @ judged, drawn @ marked
        by_overlap = ratio(drawn @ right, flagged), ratio(drawn @ found, gold)
        to_the_letter = ratio(drawn @ exact, flagged), ratio(drawn @ exact, gold)
        return {
            "precision": by_overlap[0],
            "recall": by_overlap[1],
            "f1": f1(*by_overlap),
            "exact precision": to_the_letter[0],
            "exact recall": to_the_letter[1],
            "exact f1": f1(*to_the_letter),
        }

    whole = figures(np.ones((1, len(texts))))
    ends = intervals(len(texts), figures)
    sizes = {"precision": judged.sum(), "recall": marked.sum(), "f1": judged.sum() + marked.sum()}
    return {
        name: (*_known(float(value[0]), *ends[name]), int(sizes[name.removeprefix("exact ")]))
        for name, value in whole.items()
    }


def share(part: ArrayLike, of: ArrayLike) -> Estimate:
    """A share, of all units together, with its interval over them.

    Args:
        part: (units,) how much of each is so.
        of: (units,) how much of each there is.
    """
    above, below = np.asarray(part, np.float64), np.asarray(of, np.float64)
    (ends,) = intervals(len(above), lambda drawn: {"": ratio(drawn @ above, drawn @ below)}).values()
    return (*_known(float(ratio(above.sum(), below.sum())), *ends), int(below.sum()))


def counts_of(text: Read) -> tuple[int, int, int, int, int]:
    """Flags that are right, right to the letter, and judged at all; marks that are found, and all of them."""
    right = [flag for flag in text.flags if touches(flag, text.own)]
    wrong = sum(not touches(flag, (*text.own, *text.unsure)) for flag in text.flags)
    own = set(text.own)
    found = sum(touches(mark, text.flags) for mark in text.own)
    return len(right), sum(flag in own for flag in right), len(right) + wrong, found, len(text.own)


def _known(*values: float) -> tuple[float | None, float | None, float | None]:
    value, low, high = (None if np.isnan(one) else round(one, 3) for one in values)
    return value, low, high
