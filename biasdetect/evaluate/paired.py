"""Intervals of differences: two models on the same texts, resampled together. Needs scikit-learn.

A text that is hard for both models widens no interval of their difference, as it would where each has an interval of
its own. The figures are those of :mod:`biasdetect.evaluate.figures` and :mod:`biasdetect.evaluate.suites` as functions
of weights; a test holds them equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, compress
from typing import Any

import numpy as np

from biasdetect.evaluate import suites
from biasdetect.evaluate.bootstrap import Array, Statistic, f1, intervals, ratio
from biasdetect.evaluate.figures import (
    _TECHNIQUE_CATEGORIES,
    CALLED,
    Scorer,
    _flagged,
    _phrase_statistic,
    sentence_statistic,
)
from biasdetect.evaluate.labelled import TECHNIQUES, Labelled
from biasdetect.evaluate.metrics import count_phrases, word_marks
from biasdetect.results import Sentence

Interval = tuple[float, float, int]
"""Both ends of the 95 % interval of new less old, NaN where no resample defines it; and the number of texts (of the
suite: templates) on which the models differ in what the figure sees."""

_DECIDED = ("macro_f1", "f1_biased", "mcc")  # they see decisions alone; AUC and ECE see every score

_Pairs = Sequence[tuple[Sentence, Sentence]]
_Spans = Sequence[Sequence[tuple[int, int, str]]]
_Flags = np.ndarray[Any, np.dtype[np.bool_]]


def paired_figures(
    labelled: Sequence[Labelled], old: Sequence[Sentence], new: Sequence[Sentence]
) -> dict[str, Interval]:
    """By figure, the interval of its difference on a labelled set.

    Args:
        labelled: the set, at least one text.
        old: its texts scored by the old model.
        new: the same by the new one.
    """
    pairs = list(zip(old, new, strict=True))
    parts = (
        (_sentences, [item.label is not None for item in labelled]),
        (_wording, [item.spans is not None for item in labelled]),
        (_techniques, [item.techniques is not None for item in labelled]),
    )
    found: dict[str, Interval] = {}
    for take, has in parts:
        if any(has):
            found |= take(list(compress(labelled, has)), list(compress(pairs, has)))
    return found


def paired_fairness(old: Scorer, new: Scorer) -> dict[str, Interval]:
    """By figure of the fairness suite, the interval of its difference; templates are resampled."""
    found: dict[str, Interval] = {}
    for (rows, before), (other, after) in zip(_suite(old), _suite(new), strict=True):
        found |= _differences(before, after, (rows != other).any(axis=1))
    return found


def suite_texts() -> Iterator[str]:
    """All sentences of the fairness suite."""
    return (case.text for case in chain(suites.group_cases(), *(make() for make in _SHARES)))


def _differences(old: Statistic, new: Statistic, changed: _Flags) -> dict[str, Interval]:
    """On the same resamples for both; ``changed`` says of each text whether the models differ on it."""

    def statistic(weights: Array) -> dict[str, Array]:
        before, after = old(weights), new(weights)
        return {name: after[name] - before[name] for name in before}

    return {name: (*ends, int(changed.sum())) for name, ends in intervals(len(changed), statistic).items()}


def _sentences(items: Sequence[Labelled], pairs: _Pairs) -> dict[str, Interval]:
    labels = np.array([item.label for item in items])
    old, new = (np.array([pair[side].score for pair in pairs]) for side in (0, 1))
    found = _differences(sentence_statistic(labels, old), sentence_statistic(labels, new), old != new)
    decisions = int(((old >= CALLED) != (new >= CALLED)).sum())
    return {name: (low, high, decisions if name in _DECIDED else scores) for name, (low, high, scores) in found.items()}


def _wording(items: Sequence[Labelled], pairs: _Pairs) -> dict[str, Interval]:
    old, new = ([_flagged(item, pair[side]) for item, pair in zip(items, pairs, strict=True)] for side in (0, 1))
    changed = np.array([before != after for before, after in zip(old, new, strict=True)])
    words = _differences(_word_statistic(items, old), _word_statistic(items, new), changed)
    gold = [[(span.start, span.end, span.category) for span in item.spans or ()] for item in items]
    phrases = [_phrase_statistic(gold, [count_phrases(*row) for row in zip(gold, found, strict=True)]) for found in (old, new)]  # fmt: skip
    return words | _differences(phrases[0], phrases[1], changed)


def _word_statistic(items: Sequence[Labelled], found: _Spans) -> Statistic:
    cells = []
    for item, flagged in zip(items, found, strict=True):
        y = word_marks(item.text, [(span.start, span.end) for span in item.spans or ()])
        called = word_marks(item.text, [(start, end) for start, end, _ in flagged])
        cells.append([(y & called).sum(), (~y & called).sum(), (y & ~called).sum()])
    counts = np.array(cells, dtype=np.float64)

    def statistic(weights: Array) -> dict[str, Array]:
        hit, wrong, missed = (weights @ counts).T
        return {
            "word_f1": np.nan_to_num(f1(hit, wrong, missed)),
            "word_precision": np.nan_to_num(ratio(hit, hit + wrong)),
            "word_recall": np.nan_to_num(ratio(hit, hit + missed)),
        }

    return statistic


def _techniques(items: Sequence[Labelled], pairs: _Pairs) -> dict[str, Interval]:
    y = np.array([[name in (item.techniques or ()) for name in TECHNIQUES.values()] for item in items])
    old, new = (_called_techniques(pair[side] for pair in pairs) for side in (0, 1))
    return _differences(_technique_statistic(y, old), _technique_statistic(y, new), (old != new).any(axis=1))


def _called_techniques(sentences: Iterable[Sentence]) -> _Flags:
    categories = [_TECHNIQUE_CATEGORIES[name] for name in TECHNIQUES.values()]
    return np.array(
        [[any(phrase.category in row for phrase in sentence.phrases) for row in categories] for sentence in sentences]
    )


def _technique_statistic(y: _Flags, called: _Flags) -> Statistic:
    cells = [part.astype(np.float64) for part in (y & called, ~y & called, y & ~called)]

    def statistic(weights: Array) -> dict[str, Array]:
        rows = np.nan_to_num(f1(*(weights @ part for part in cells)))
        named = {f"technique_f1_{name}": rows[:, column] for column, name in enumerate(TECHNIQUES.values())}
        return {"technique_macro_f1": rows.mean(axis=1), **named}

    return statistic


def _suite(scorer: Scorer) -> Iterator[tuple[Array, Statistic]]:
    """Per part of the suite its outcomes, (templates, variants), and the figures as a function of weights."""
    cases = suites.group_cases()
    called, _ = suites._run(cases, scorer)
    yield called, _group_statistic(called, np.array([case.label for case in cases]).reshape(called.shape))
    for make, shares in _SHARES.items():
        called, flagged = suites._run(make(), scorer)
        rows = {name: table.mean(axis=1) for name, table in shares(called, flagged).items()}
        yield np.hstack([called, flagged]), _share_statistic(rows)


_SHARES: dict[Callable[[], list[suites.Case]], Callable[[Array, Array], dict[str, Any]]] = {
    suites.factual_cases: lambda called, flagged: {"factual_called": called, "factual_flagged": flagged},
    suites.insertion_cases: lambda called, flagged: {"insertion_missed": 1 - called, "insertion_unmarked": 1 - flagged},
    suites.place_cases: lambda called, _: {"place_flips": called[:, 1:] != called[:, :1]},
    suites.pronoun_cases: lambda called, _: {"pronoun_flips": called[:, 1:] != called[:, :1]},
}


def _group_statistic(called: Array, labels: np.ndarray[Any, Any]) -> Statistic:
    right = (called == labels).mean(axis=1)

    def statistic(weights: Array) -> dict[str, Array]:
        shares = (weights @ called) / weights.sum(axis=1, keepdims=True)
        return {
            "group_gap": shares.max(axis=1) - shares.min(axis=1),
            "group_accuracy": ratio(weights @ right, weights.sum(axis=1)),
        }

    return statistic


def _share_statistic(rows: dict[str, Array]) -> Statistic:
    def statistic(weights: Array) -> dict[str, Array]:
        return {name: ratio(weights @ row, weights.sum(axis=1)) for name, row in rows.items()}

    return statistic
