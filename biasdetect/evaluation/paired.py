"""Computes intervals of differences between two models on the same texts, resampled together. Needs scikit-learn.

A text that is hard for both models widens no interval of their difference, as it would where each has an interval of
its own. The figures are those of :mod:`biasdetect.evaluation.figures` and :mod:`biasdetect.evaluation.suites` as functions
of weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, compress

import numpy as np

from biasdetect.evaluation import suites
from biasdetect.evaluation.bootstrap import Array, Statistic, intervals
from biasdetect.evaluation.figures import (
    CALLED,
    Flags,
    SentenceScorer,
    bare_spans,
    called_techniques,
    flagged_spans,
    marked_techniques,
    phrase_statistic,
    sentence_statistic,
    technique_statistic,
    word_statistic,
)
from biasdetect.evaluation.labelled import Labelled
from biasdetect.evaluation.metrics import count_phrases
from biasdetect.results import Sentence

Interval = tuple[float, float, int]
"""Both ends of the 95 % interval of new less old, NaN where no resample defines it; and the number of texts (of the
suite: templates) on which the models differ in what the figure sees."""

_DECIDED = ("macro_f1", "f1_biased", "mcc")  # they see decisions alone; AUC and ECE see every score

_Pairs = Sequence[tuple[Sentence, Sentence]]


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


def paired_fairness(old: SentenceScorer, new: SentenceScorer) -> dict[str, Interval]:
    """By figure of the fairness suite, the interval of its difference; templates are resampled."""
    found: dict[str, Interval] = {}
    for (rows, before), (other, after) in zip(_suite(old), _suite(new), strict=True):
        found |= _differences(before, after, (rows != other).any(axis=1))
    return found


def suite_texts() -> Iterator[str]:
    """All sentences of the fairness suite."""
    return (case.text for case in chain(suites.group_cases(), *(make() for make in suites.SHARES)))


def _differences(old: Statistic, new: Statistic, changed: Flags) -> dict[str, Interval]:
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
    old, new = ([flagged_spans(item, pair[side]) for item, pair in zip(items, pairs, strict=True)] for side in (0, 1))
    changed = np.array([before != after for before, after in zip(old, new, strict=True)])
    texts = [item.text for item in items]
    gold = [[(span.start, span.end, span.category) for span in item.spans or ()] for item in items]
    words = [word_statistic(texts, bare_spans(gold), bare_spans(found)) for found in (old, new)]
    phrases = [phrase_statistic(gold, [count_phrases(*row) for row in zip(gold, found, strict=True)]) for found in (old, new)]  # fmt: skip
    return _differences(words[0], words[1], changed) | _differences(phrases[0], phrases[1], changed)


def _techniques(items: Sequence[Labelled], pairs: _Pairs) -> dict[str, Interval]:
    y = marked_techniques(items)
    old, new = (called_techniques(pair[side] for pair in pairs) for side in (0, 1))
    return _differences(technique_statistic(y, old), technique_statistic(y, new), (old != new).any(axis=1))


def _suite(scorer: SentenceScorer) -> Iterator[tuple[Array, Statistic]]:
    """Per part of the suite its outcomes, (templates, variants), and the figures as a function of weights."""
    cases = suites.group_cases()
    called, _ = suites.run_cases(cases, scorer)
    yield called, suites.group_statistic(called, cases)
    for make, tables in suites.SHARES.items():
        called, flagged = suites.run_cases(make(), scorer)
        yield np.hstack([called, flagged]), suites.share_statistic(tables(called, flagged))
