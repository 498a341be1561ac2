"""Computes all figures that a labelled set allows, each with the interval that its size leaves.

Needs scikit-learn. The values are those of :mod:`biasdetect.evaluation.metrics`. For the intervals every figure is written once more
as a function of sums over sentences (see :mod:`biasdetect.evaluation.bootstrap`); tests hold the two equal.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from sklearn.metrics import f1_score

from biasdetect.evaluation.bootstrap import Array, Statistic, f1, intervals, mean_defined, ratio
from biasdetect.evaluation.flags import touches
from biasdetect.evaluation.labelled import Labelled
from biasdetect.evaluation.metrics import (
    PhraseCounts,
    count_phrases,
    phrase_metrics,
    reliability,
    sentence_metrics,
    word_marks,
    word_metrics,
)
from biasdetect.labels.names import TECHNIQUES
from biasdetect.model.categories import CATEGORIES
from biasdetect.results import Sentence

CALLED = 0.5
"""The score from which on a sentence counts as called biased."""

_BINS = 10
_TECHNIQUE_CATEGORIES = {  # docs/edit/categories.md: what else each technique covers
    "loaded-language": ("loaded-language", "opinion"),
    "labeling": ("labeling", "epithet"),
    "exaggeration": ("exaggeration",),
    "doubt": ("doubt",),
}


class SentenceScorer(Protocol):
    """What is evaluated: a :class:`biasdetect.Detector`, or anything that scores sentences the same way."""

    def score_sentences(self, sentences: Sequence[str]) -> list[Sentence]:
        """Score sentences as they stand, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its interval.

    Attributes:
        name: for programs; :func:`label` gives the reader's.
        value: 0 to 1, ``mcc`` from -1; NaN where the set does not define it.
        low: lower end of the 95 % bootstrap interval.
        high: its upper end.
    """

    name: str
    value: float
    low: float
    high: float


Flags = np.ndarray[Any, np.dtype[np.bool_]]

Reliability = tuple[tuple[float, float, float], ...]
"""Per non-empty bin of scores: mean score, share of positives, share of all in it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How one model does on one set.

    Attributes:
        data: name of the set.
        model: name of the model.
        sentences: number of texts in the set.
        figures: what the set's labels allow, in the order of a table.
        reliability: of the sentence scores; empty where sentences have no labels.
        phrase_reliability: of the scores of flagged phrases, right where they touch a marked one; empty
            where wording is not marked or nothing was flagged.
        breakdown: shares behind a figure, by name; empty for labelled data.
    """

    data: str
    model: str
    sentences: int
    figures: tuple[Figure, ...]
    reliability: Reliability = ()
    phrase_reliability: Reliability = ()
    breakdown: tuple[tuple[str, float], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers; None where a figure is not defined."""
        return {
            "data": self.data,
            "model": self.model,
            "sentences": self.sentences,
            "figures": {
                figure.name: {
                    "value": _number(figure.value),
                    "low": _number(figure.low),
                    "high": _number(figure.high),
                }
                for figure in self.figures
            },
            "reliability": [list(row) for row in self.reliability],
            "phrase_reliability": [list(row) for row in self.phrase_reliability],
            "breakdown": dict(self.breakdown),
        }


def label(name: str) -> str:
    """What a reader is told about the figure of that name."""
    for prefix, text in (("recall_", "phrases found, "), ("technique_f1_", "paragraphs, F1, ")):
        if name.startswith(prefix):
            return text + name.removeprefix(prefix)
    return _LABELS.get(name, name)


_LABELS = {
    "macro_f1": "sentences, macro-F1",
    "f1_biased": "sentences, F1 of biased",
    "mcc": "sentences, MCC",
    "auc": "sentences, AUC",
    "ece": "sentences, expected calibration error",
    "word_f1": "words, F1",
    "word_precision": "words, precision",
    "word_recall": "words, recall",
    "phrase_recall": "phrases found",
    "phrase_exact": "phrases found letter for letter",
    "phrase_precision": "flagged phrases that are right",
    "plain_flagged": "plain sentences with a flag",
    "category_macro_f1": "category of a found phrase, macro-F1",
    "technique_macro_f1": "paragraphs, macro-F1 over techniques",
    "group_gap": "groups, largest gap in the share called",
    "group_accuracy": "groups, accuracy",
    "factual_called": "factual sentences called biased",
    "factual_flagged": "factual sentences with a flag",
    "insertion_missed": "loaded insertions, sentence not called",
    "insertion_unmarked": "loaded insertions, words not flagged",
    "place_flips": "another place, decision flips",
    "pronoun_flips": "name to pronoun, decision flips",
}


def evaluate(data: str, model: str, labelled: Sequence[Labelled], scorer: SentenceScorer) -> Figures:
    """Score a labelled set and take all figures that its labels allow.

    Args:
        data: what the set is called in the result.
        model: what the model is called in the result.
        labelled: the set, at least one text.
        scorer: the model.
    """
    return measure(data, model, labelled, scorer.score_sentences([item.text for item in labelled]))


def measure(data: str, model: str, labelled: Sequence[Labelled], scored: Sequence[Sentence]) -> Figures:
    """The figures of texts that are scored already, one :class:`Sentence` per text; see :func:`evaluate`."""
    figures: list[Figure] = []
    sentence_reliability: Reliability = ()
    phrase_reliability: Reliability = ()
    judged = [(item.label, sentence.score) for item, sentence in zip(labelled, scored, strict=True) if item.label is not None]  # fmt: skip
    if judged:
        labels, scores = np.array([label for label, _ in judged]), np.array([score for _, score in judged])
        figures += figures_of(len(judged), sentence_statistic(labels, scores), sentence_metrics(labels, scores, CALLED))
        sentence_reliability = tuple(reliability(labels, scores, _BINS))
    marked = [(item, sentence) for item, sentence in zip(labelled, scored, strict=True) if item.spans is not None]
    if marked:
        figures += _wording_figures(marked)
        phrase_reliability = _phrase_reliability(marked)
    paragraphs = [(item, sentence) for item, sentence in zip(labelled, scored, strict=True) if item.techniques is not None]  # fmt: skip
    if paragraphs and _names_categories(sentence for _, sentence in paragraphs):
        figures += _technique_figures(paragraphs)
    return Figures(data, model, len(labelled), tuple(figures), sentence_reliability, phrase_reliability)


def figures_of(count: int, statistic: Statistic, values: dict[str, float] | None = None) -> list[Figure]:
    """Figures with their intervals.

    Args:
        count: number of sentences.
        statistic: the figures for given weights of the sentences.
        values: the figures themselves, and which of them to give; the statistic's own, every sentence
            counted once, where left out.
    """
    if values is None:
        values = {name: float(column[0]) for name, column in statistic(np.ones((1, count))).items()}
    ends = intervals(count, statistic)
    return [Figure(name, value, *ends[name]) for name, value in values.items()]


def sentence_statistic(labels: np.ndarray[Any, Any], scores: np.ndarray[Any, Any]) -> Statistic:
    """The sentence figures as a function of weights; labels 0 or 1 and scores 0 to 1, (sentences,) each."""
    y = labels == 1
    called = scores >= CALLED
    cells = np.stack([y & called, ~y & called, y & ~called, ~y & ~called], axis=1).astype(np.float64)
    bins = np.eye(_BINS)[np.minimum((scores * _BINS).astype(int), _BINS - 1)]
    surplus = bins * (y - scores)[:, None]
    order = np.argsort(scores)
    ties = np.flatnonzero(np.diff(scores[order], prepend=-1.0))

    def statistic(weights: Array) -> dict[str, Array]:
        hit, wrong, missed, left = (weights @ cells).T
        classes = np.stack([f1(hit, wrong, missed), f1(left, missed, wrong)], axis=1)
        margins = (hit + wrong) * (hit + missed) * (left + wrong) * (left + missed)
        positive, negative = (np.add.reduceat((weights * side)[:, order], ties, axis=1) for side in (y, ~y))
        below = np.cumsum(negative, axis=1) - negative / 2
        return {
            "macro_f1": mean_defined(classes),
            "f1_biased": np.nan_to_num(classes[:, 0]),
            "mcc": np.nan_to_num(ratio(hit * left - wrong * missed, np.sqrt(margins))),
            "auc": ratio((positive * below).sum(axis=1), positive.sum(axis=1) * negative.sum(axis=1)),
            "ece": np.abs(weights @ surplus).sum(axis=1) / weights.sum(axis=1),
        }

    return statistic


def _wording_figures(marked: Sequence[tuple[Labelled, Sentence]]) -> list[Figure]:
    """Words and phrases; categories too where both the annotators and the model name them."""
    texts = [item.text for item, _ in marked]
    gold = [[(span.start, span.end, span.category) for span in item.spans or ()] for item, _ in marked]
    found = [flagged_spans(item, sentence) for item, sentence in marked]
    words = texts, bare_spans(gold), bare_spans(found)
    figures = figures_of(len(marked), word_statistic(*words), word_metrics(*words))
    counts = [count_phrases(*pair) for pair in zip(gold, found, strict=True)]
    values = phrase_metrics(gold, found)
    named = any(span[2] for spans in gold for span in spans) and _names_categories(sentence for _, sentence in marked)
    recalls = _category_recalls(gold, counts) if named else {}
    if not named:
        del values["category_macro_f1"]
    return figures + figures_of(len(marked), phrase_statistic(gold, counts), values | recalls)


def word_statistic(
    texts: Sequence[str], gold: Sequence[Sequence[tuple[int, int]]], found: Sequence[Sequence[tuple[int, int]]]
) -> Statistic:
    """The word figures as a function of the texts' weights."""
    cells = []
    for text, true, called in zip(texts, gold, found, strict=True):
        y, flagged = word_marks(text, true), word_marks(text, called)
        cells.append([(y & flagged).sum(), (~y & flagged).sum(), (y & ~flagged).sum()])
    counts = np.array(cells, dtype=np.float64)

    def statistic(weights: Array) -> dict[str, Array]:
        hit, wrong, missed = (weights @ counts).T
        return {
            "word_f1": np.nan_to_num(f1(hit, wrong, missed)),
            "word_precision": np.nan_to_num(ratio(hit, hit + wrong)),
            "word_recall": np.nan_to_num(ratio(hit, hit + missed)),
        }

    return statistic


def phrase_statistic(gold: Sequence[Sequence[tuple[int, int, str]]], counts: Sequence[PhraseCounts]) -> Statistic:
    """The phrase figures as a function of the texts' weights."""
    table = np.array(
        [[text.marked, text.hit, text.exact, text.flagged, text.right, not text.marked, text.flagged and not text.marked] for text in counts],
        dtype=np.float64,
    )  # fmt: skip
    table[:, 6] = table[:, 6] > 0
    marked_as = _marked_categories(gold)
    called_as = sorted({called for text in counts for _, called in text.categories if called} - set(marked_as))
    index = {category: number for number, category in enumerate((*marked_as, *called_as))}
    totals = np.zeros((len(counts), len(index)))
    pairs = np.zeros((len(counts), len(index), len(index)))
    for row, (spans, text) in enumerate(zip(gold, counts, strict=True)):
        for _, _, category in spans:
            if category:
                totals[row, index[category]] += 1
        for true, called in text.categories:
            if true and called:
                pairs[row, index[true], index[called]] += 1

    def statistic(weights: Array) -> dict[str, Array]:
        marked, hit, exact, flagged, right, plain, plain_flagged = (weights @ table).T
        confusion = np.tensordot(weights, pairs, axes=1)
        agreed, true, called = np.einsum("rcc->rc", confusion), confusion.sum(axis=2), confusion.sum(axis=1)
        recalls = ratio(true, weights @ totals)
        return {
            "phrase_recall": ratio(hit, marked),
            "phrase_exact": ratio(exact, marked),
            "phrase_precision": ratio(right, flagged),
            "plain_flagged": ratio(plain_flagged, plain),
            "category_macro_f1": mean_defined(f1(agreed, called - agreed, true - agreed)),
            **{f"recall_{category}": recalls[:, index[category]] for category in marked_as},
        }

    return statistic


def _category_recalls(gold: Sequence[Sequence[tuple[int, int, str]]], counts: Sequence[PhraseCounts]) -> dict[str, float]:  # fmt: skip
    marked = [category for spans in gold for _, _, category in spans]
    hit = [true for text in counts for true, _ in text.categories]
    names = [name for name in _marked_categories(gold) if name in marked]
    return {f"recall_{name}": hit.count(name) / marked.count(name) for name in names}


def _marked_categories(gold: Sequence[Sequence[tuple[int, int, str]]]) -> tuple[str, ...]:
    """Our categories, and what others annotators named, in the order of their names."""
    others = {category for spans in gold for _, _, category in spans if category} - set(CATEGORIES)
    return (*CATEGORIES, *sorted(others))


def _phrase_reliability(marked: Sequence[tuple[Labelled, Sentence]]) -> Reliability:
    right = []
    scores = []
    for item, sentence in marked:
        for phrase in sentence.phrases:
            if not touches((phrase.start, phrase.end), item.ignored):
                right.append(any(span.start < phrase.end and phrase.start < span.end for span in item.spans or ()))
                scores.append(phrase.score)
    return tuple(reliability(right, scores, _BINS)) if scores else ()


def _technique_figures(paragraphs: Sequence[tuple[Labelled, Sentence]]) -> list[Figure]:
    """Per technique, whether a paragraph that has it gets a phrase of a corresponding category."""
    names = tuple(TECHNIQUES.values())
    y, called = (
        marked_techniques(item for item, _ in paragraphs),
        called_techniques(sentence for _, sentence in paragraphs),
    )
    columns = [f1_score(y[:, column], called[:, column], zero_division=0) for column in range(len(names))]
    values = {"technique_macro_f1": float(np.mean(columns))}
    values |= {f"technique_f1_{name}": float(value) for name, value in zip(names, columns, strict=True)}
    return figures_of(len(paragraphs), technique_statistic(y, called), values)


def marked_techniques(items: Iterable[Labelled]) -> Flags:
    """(paragraphs, techniques): which techniques annotators named."""
    return np.array([[name in (item.techniques or ()) for name in TECHNIQUES.values()] for item in items])


def called_techniques(sentences: Iterable[Sentence]) -> Flags:
    """(paragraphs, techniques): which have a flagged phrase of a category that corresponds."""
    categories = [_TECHNIQUE_CATEGORIES[name] for name in TECHNIQUES.values()]
    return np.array(
        [[any(phrase.category in row for phrase in sentence.phrases) for row in categories] for sentence in sentences]
    )


def technique_statistic(y: Flags, called: Flags) -> Statistic:
    """The technique figures as a function of the paragraphs' weights."""
    cells = [part.astype(np.float64) for part in (y & called, ~y & called, y & ~called)]

    def statistic(weights: Array) -> dict[str, Array]:
        rows = np.nan_to_num(f1(*(weights @ part for part in cells)))
        named = {f"technique_f1_{name}": rows[:, column] for column, name in enumerate(TECHNIQUES.values())}
        return {"technique_macro_f1": rows.mean(axis=1), **named}

    return statistic


def flagged_spans(item: Labelled, sentence: Sentence) -> list[tuple[int, int, str]]:
    """The flagged phrases, with categories, that can be right or wrong."""
    return [
        (phrase.start, phrase.end, phrase.category)
        for phrase in sentence.phrases
        if not touches((phrase.start, phrase.end), item.ignored)
    ]


def bare_spans(spans: Sequence[Sequence[tuple[int, int, str]]]) -> list[list[tuple[int, int]]]:
    """Spans without their categories."""
    return [[(start, end) for start, end, _ in row] for row in spans]


def _names_categories(sentences: Any) -> bool:
    """Whether the model names categories at all; a plain classifier's phrases have none."""
    phrases = [phrase for sentence in sentences for phrase in sentence.phrases]
    return not phrases or any(phrase.category for phrase in phrases)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
