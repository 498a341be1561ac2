"""Selects sentences for labelling (active learning): uncertain ones first, and not ten of a kind.

Three things are weighed, each against a known failure of the others:

- doubt: how unsure the model is of the sentence and of the words in it (Lewis and Gale 1994, uncertainty sampling),
  and how far quoted words move its judgement. Alone, it picks odd sentences, and many that ask the same question;
- coverage: of the most doubtful sentences, those are taken first that stand for many others of them and are unlike
  what is labelled already (Wei, Iyer and Bilmes 2015, filtered active submodular selection: the greedy maximum of
  facility location). An odd sentence stands for nothing but itself, and a second of a kind for nothing new;
- chance: every fifth sentence is drawn from all of them, since with few labels a model may be sure and wrong
  (Hacohen, Dekel and Weinshall 2022), and doubt alone would never show it what it has not thought of.

``benchmarks/selection.py`` measures whether that saves labels; docs/annotate/retraining.md shows what came out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biasdetect.errors import MissingExtraError

_PHRASES = 0.25  # weight of doubt about words beside doubt about the sentence, which is 1
_QUOTED = 0.25  # weight of the difference that quoted words make
_FLOOR = 0.05  # what a sentence that nobody doubts still counts: where all are such, coverage alone decides
_BATCH = 100  # sentences chosen from one shortlist
_SHORTLIST = 3  # times as many as are chosen from it
_CHANCE = 5  # every so manieth sentence is drawn from all
_COPY = 0.8  # sentences that share so many of their words (cosine) are one with a word changed: they come last
_REMEMBERED = 2000  # sentences labelled or chosen that new ones are compared with
_HASHES = 2**18

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SentenceCandidate:
    """A sentence that might be shown to a reviewer.

    Attributes:
        text: the sentence.
        score: calibrated probability that the outlet's own words are biased, 0 to 1.
        whole: the same of the sentence as it stands, quotations included.
        phrases: scores, 0 to 1, of possible phrases, also those below the threshold.
    """

    text: str
    score: float
    whole: float
    phrases: tuple[float, ...]


def select(
    candidates: Sequence[SentenceCandidate], limit: int, known: Collection[str] = (), seed: int = 0
) -> list[int]:
    """Indexes of the candidates worth labelling, the most useful first.

    Never two of the same text (case and space aside), and none whose text is in ``known``. Near-copies come after
    all else. The same arguments give the same answer; the time grows with the number of candidates and not with
    its square.

    Args:
        candidates: sentences with what the model says of them.
        limit: at most so many are chosen.
        known: texts that are labelled already.
        seed: of the sentences that are drawn by chance.

    Raises:
        MissingExtraError: without scikit-learn.
    """
    labelled = {_folded(text) for text in known}
    places: dict[str, int] = {}
    for index, candidate in enumerate(candidates):
        key = _folded(candidate.text)
        if key not in labelled:
            places.setdefault(key, index)
    if limit <= 0 or not places:
        return []
    generator = np.random.default_rng(seed)
    remembered = sorted(labelled)  # a set has no order that holds from one run to the next
    if len(remembered) > _REMEMBERED:
        remembered = [remembered[index] for index in generator.choice(len(remembered), _REMEMBERED, replace=False)]
    free = list(places.values())
    doubt, weight = _doubt([candidates[index] for index in free])
    choice = _Choice(*_vectors(list(places), remembered), doubt, weight, generator)
    return [free[row] for row in choice.rows(limit)]


class _Choice:
    """The state of one selection; rows are candidates, and behind them the labelled sentences that are remembered."""

    def __init__(
        self, words: Any, vectors: Any, doubt: _Floats, weight: _Floats, generator: np.random.Generator
    ) -> None:
        count = len(doubt)
        self._words = words
        self._vectors = vectors
        self._weight = weight
        self._covered = np.zeros(count)  # similarity to the most similar sentence that is labelled or chosen
        self._waiting = np.ones(count, dtype=bool)  # neither chosen nor set aside as a near-copy
        self._copies: list[int] = []
        self._references: deque[int] = deque(range(count, vectors.shape[0]), maxlen=_REMEMBERED)
        # in random order first, so that what is equally doubtful does not come in the order of the input
        shuffled = generator.permutation(count)
        self._doubtful = iter(shuffled[np.argsort(-doubt[shuffled], kind="stable")].tolist())
        self._drawn = iter(generator.permutation(count).tolist())

    def rows(self, limit: int) -> list[int]:
        """The rows chosen, in order."""
        chosen: list[int] = []
        shortlist: list[int] = []
        while len(chosen) < limit:
            batch = min(_BATCH, limit - len(chosen))
            shortlist = self._filled(shortlist, self._doubtful, _SHORTLIST * batch)
            if not shortlist:
                break
            by_chance = self._filled([], self._drawn, batch // _CHANCE)
            chosen += self._batch(shortlist, by_chance, batch)
            shortlist = [row for row in shortlist if self._waiting[row]]
        return [*chosen, *self._copies][:limit]

    def _filled(self, rows: list[int], source: Iterator[int], size: int) -> list[int]:
        """Rows that still wait, filled up from a source; near-copies of what is labelled or chosen are set aside."""
        while len(rows) < size:
            more = list(islice((row for row in source if self._waiting[row]), size - len(rows)))
            if not more:
                break
            self._compare(more)
            rows += [row for row in more if self._waiting[row]]
        return rows

    def _compare(self, rows: list[int]) -> None:
        if not self._references:
            return
        references = list(self._references)
        self._covered[rows] = np.maximum(self._covered[rows], _closest(self._vectors, rows, references))
        copies = _closest(self._words, rows, references) >= _COPY
        self._set_aside([row for row, copy in zip(rows, copies, strict=True) if copy])

    def _set_aside(self, copies: list[int]) -> None:
        self._waiting[copies] = False
        self._copies += copies

    def _batch(self, shortlist: list[int], by_chance: list[int], size: int) -> list[int]:
        """Choose from a shortlist, the sentence first that adds most to what the chosen ones stand for."""
        rows = np.array(list(dict.fromkeys([*shortlist, *by_chance])))
        similar, shared = (part @ part.T for part in (self._vectors[rows], self._words[rows]))
        similar, shared = similar.toarray(), shared.toarray()
        np.fill_diagonal(similar, 1.0)  # a text without words, too, stands for itself
        luck = iter([row for row, value in enumerate(rows.tolist()) if value in set(by_chance)])
        chosen: list[int] = []
        while len(chosen) < size and self._waiting[rows].any():
            turn = (len(chosen) + 1) % _CHANCE == 0
            drawn = next((place for place in luck if self._waiting[rows[place]]), None) if turn else None
            place = self._best(rows, similar) if drawn is None else drawn
            row = int(rows[place])
            chosen.append(row)
            self._waiting[row] = False
            self._references.append(row)
            self._covered[rows] = np.maximum(self._covered[rows], similar[place])
            self._set_aside(rows[(shared[place] >= _COPY) & self._waiting[rows]].tolist())
        return chosen

    def _best(self, rows: NDArray[np.int64], similar: _Floats) -> int:
        gain = self._weight[rows] @ np.maximum(similar - self._covered[rows, None], 0.0)
        return int(np.where(self._waiting[rows], gain, -1.0).argmax())


def _doubt(candidates: Sequence[SentenceCandidate]) -> tuple[_Floats, _Floats]:
    """How much a label would add about each sentence by itself: by which it is shortlisted, and weighs there.

    Doubt about words weighs and does not shortlist: sentences with many possible phrases are mostly biased, and a
    model that is taught on a choice of those calls too much biased.
    """
    scores, whole = (np.array([getattr(one, name) for one in candidates]) for name in ("score", "whole"))
    phrases = np.array([max(map(_unsure, candidate.phrases), default=0.0) for candidate in candidates])
    doubt = np.asarray(_unsure(scores) + _QUOTED * np.abs(whole - scores))
    return doubt, doubt + _PHRASES * phrases + _FLOOR


def _unsure(probability: Any) -> Any:
    """1 at one half, 0 at 0 and 1."""
    return 1.0 - abs(2.0 * probability - 1.0)


def _vectors(texts: Sequence[str], remembered: Sequence[str]) -> tuple[Any, Any]:
    """Sparse unit vectors of words, whose products are cosine similarities: all words alike, and rare ones more.

    What is rare in these very texts separates topics. It does not show a copy: where all sentences are copies of
    one, the year that differs is all that is rare.
    """
    try:
        from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
        from sklearn.preprocessing import normalize
    except ImportError as error:
        raise MissingExtraError("Choosing the sentences that are worth labelling", "train") from error
    # hashed, so that texts without a single word make no empty vocabulary
    counts = HashingVectorizer(n_features=_HASHES, alternate_sign=False, norm=None).transform([*texts, *remembered])
    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    return normalize(counts), weighted


def _closest(vectors: Any, rows: list[int], others: list[int]) -> _Floats:
    """Similarity of each row to the most similar one of the others."""
    return np.asarray((vectors[rows] @ vectors[others].T).max(axis=1).toarray().ravel())


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
