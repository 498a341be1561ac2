"""Counts which phrases articles have, and finds the most used ones of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from biasdetect.corpus_report.scored_rows import Integers

TOP = 10  # phrases that a cell shows
_LEAST_ARTICLES = 2  # in which a phrase of the list stands


@dataclass(frozen=True, slots=True)
class Frequent:
    """A phrase in folded case, how often a cell has it, and in how many of its articles."""

    text: str
    count: int
    articles: int


class Phrases:
    """Which phrases each article has."""

    def __init__(self, occurrences: Sequence[Integers], texts: Sequence[str]) -> None:
        self._texts = np.array(texts, object)
        empty = np.zeros((3, 0), np.int64)
        # an article may have come in several batches
        self._article, self._phrase, self._count = count_pairs(*np.concatenate([empty, *occurrences], axis=1))

    def top(self, articles: Integers, copies: Integers) -> tuple[Frequent, ...]:
        """The most used phrases of some articles, each of which is there so many times."""
        starts = np.searchsorted(self._article, articles)
        lengths = np.searchsorted(self._article, articles, "right") - starts
        ends = lengths.cumsum()
        # positions of all their phrases: each article's range, one behind the other
        positions = np.arange(lengths.sum()) + np.repeat(starts - ends + lengths, lengths)
        times = np.repeat(copies, lengths)
        phrases, local = np.unique(self._phrase[positions], return_inverse=True)
        counts = np.bincount(local, self._count[positions] * times, len(phrases)).astype(int)
        standing = np.bincount(local, times, len(phrases)).astype(int)
        common = np.flatnonzero(standing >= _LEAST_ARTICLES)
        if len(common) > TOP:  # what may be among the first; those that tie are told apart by their text
            common = common[counts[common] >= np.sort(counts[common])[-TOP]]
        found = [Frequent(str(self._texts[phrases[i]]), int(counts[i]), int(standing[i])) for i in common]
        return tuple(sorted(found, key=lambda phrase: (-phrase.count, -phrase.articles, phrase.text))[:TOP])


def count_pairs(articles: Integers, phrases: Integers, times: Integers) -> Integers:
    """Every pair of article and phrase once, sorted, with the sum of its times."""
    order = np.lexsort((phrases, articles))
    articles, phrases, times = articles[order], phrases[order], times[order]
    new = np.ones(len(order), bool)
    new[1:] = (articles[1:] != articles[:-1]) | (phrases[1:] != phrases[:-1])
    starts = np.flatnonzero(new)
    sums = np.add.reduceat(times, starts) if len(starts) else times
    return np.stack([articles[starts], phrases[starts], sums])
