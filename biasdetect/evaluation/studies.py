"""Says how far figures would be others with another seed, another part kept apart, or fewer labels. Needs scikit-learn.

Each study trains several models in the same way; what is here takes what they said of sentences and makes figures of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np

from biasdetect.evaluation.bootstrap import Array, Statistic, intervals
from biasdetect.evaluation.compare import Comparison, Difference, Side, compare
from biasdetect.evaluation.figures import (
    Figures,
    bare_spans,
    flagged_spans,
    label,
    measure,
    phrase_statistic,
    sentence_statistic,
    word_statistic,
)
from biasdetect.evaluation.labelled import Labelled
from biasdetect.evaluation.metrics import count_phrases
from biasdetect.results import Sentence

SHARES = (0.1, 0.25, 0.5, 1.0)
"""Of the labels, at which a learning curve is measured."""

CURVE = ("macro_f1", "auc", "word_f1")
"""The figures of a learning curve, as far as the labels allow them."""

_WORTH = 0.02  # a gain by doubling the labels that is worth the work of most
_SEED = 17


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over several models that differ in nothing but their seed, or in what they were trained on.

    Attributes:
        name: of the figure, for programs.
        mean: over the models.
        low: lower end of the 95 % interval of the mean, over sentences and models both; NaN where there is none.
        high: its upper end.
        lowest: of the models.
        highest: of the models.
        deviation: standard deviation between the models, of a sample.
        old: the value of the old model; NaN where there is none.
    """

    name: str
    mean: float
    low: float
    high: float
    lowest: float
    highest: float
    deviation: float
    old: float = math.nan


@dataclass(frozen=True, slots=True)
class SeedStudy:
    """Models that were trained on the same sentences with different seeds, measured on the same part.

    Attributes:
        seeds: of the models; the first is that of the model that is kept.
        texts: number of texts that they are measured on.
        spreads: one a figure.
    """

    seeds: tuple[int, ...]
    texts: int
    spreads: tuple[Spread, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers; None where a figure is not defined."""
        return {
            "study": "seeds",
            "seeds": list(self.seeds),
            "texts": self.texts,
            "figures": {spread.name: _spread(spread) for spread in self.spreads},
        }


@dataclass(frozen=True, slots=True)
class FoldStudy:
    """Cross-validation: every text judged by a model that was not trained on it.

    Attributes:
        folds: number of parts, and of models.
        texts: number of texts, in all folds together.
        figures: of the new models, all texts together, with intervals over texts.
        comparison: with the old model on the same texts; None where there is none of the language.
        spreads: one a figure, from fold to fold.
    """

    folds: int
    texts: int
    figures: Figures
    comparison: Comparison | None
    spreads: tuple[Spread, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers; None where a figure is not defined."""
        return {
            "study": "folds",
            "folds": self.folds,
            "texts": self.texts,
            "figures": self.figures.to_dict()["figures"],
            "differences": {row.name: _difference(row) for row in self.comparison.differences} if self.comparison else None,
            "by_fold": {spread.name: _spread(spread) for spread in self.spreads},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """A model of a learning curve: trained on so many labels, a share of all, with its figures."""

    labels: int
    share: float
    figures: Figures


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """What more labels brought so far, always measured on the same part.

    Attributes:
        texts: number of texts that the models are measured on.
        points: from the fewest labels to all.
        old: figures of the model that training went on from; None where there is none of the language.
        gain: the differences between the last two points.
    """

    texts: int
    points: tuple[Point, ...]
    old: Figures | None
    gain: tuple[Difference, ...]

    @property
    def verdict(self) -> str:
        """Whether more labels pay, in words."""
        if len(self.points) < 2:
            return "There are too few labels for a curve."
        first, last = self.points[-2].labels, self.points[-1].labels
        step = f"from {first} to {last} labels"
        rows = [row for row in self.gain if row.name in CURVE and not math.isnan(row.value)]
        better = [row for row in rows if row.verdict == "better"]
        worse = [row for row in rows if row.verdict == "worse"]
        if better and not worse:
            return f"More labels pay: {step}, {_listed(better)}."
        if rows and all(row.high < _WORTH for row in rows):
            return f"More labels of this kind hardly pay: {step}, {_listed(rows)}."
        told = f" ({_listed(rows)})" if rows else ""
        return (
            f"Whether more labels pay cannot be told from {self.texts} sentences kept apart: {step} the figures are not "
            f"beyond chance{told}. More sentences for the proof (--test) would tell."
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers; None where a figure is not defined."""
        return {
            "study": "learning curve",
            "texts": self.texts,
            "old": self.old.to_dict()["figures"] if self.old else None,
            "points": [
                {"labels": point.labels, "share": point.share, "figures": point.figures.to_dict()["figures"]}
                for point in self.points
            ],
            "gain": {row.name: _difference(row) for row in self.gain},
            "verdict": self.verdict,
        }


Study = SeedStudy | FoldStudy | LearningCurve


def over_seeds(
    labelled: Sequence[Labelled],
    runs: Sequence[Sequence[Sentence]],
    seeds: Sequence[int],
    old: Sequence[Sentence] | None = None,
) -> SeedStudy:
    """What models of different seeds say of the same texts.

    Args:
        labelled: the texts, at least one.
        runs: by model, what it says of each.
        seeds: of the models.
        old: what the old model says, if there is one.
    """
    figures = [measure("", "", labelled, scored) for scored in runs]
    before = measure("", "", labelled, old) if old else None
    ends: dict[str, tuple[float, float]] = {}
    for count, statistics in _statistics(labelled, runs):
        ends |= intervals(count, _mean_of(statistics))
    return SeedStudy(tuple(seeds), len(labelled), _spreads(figures, ends, before))


def over_folds(
    labelled: Sequence[Labelled],
    scored: Sequence[Sentence],
    fold_of: Sequence[int],
    model: str,
    old: tuple[str, Sequence[Sentence]] | None = None,
) -> FoldStudy:
    """What models say of texts that they were not trained on.

    Args:
        labelled: all texts, at least one.
        scored: what the model that was not trained on it says of each.
        fold_of: by text, the number of its fold.
        model: what the models together are called.
        old: name of the old model, and what it says of each text.
    """
    name = f"{len(set(fold_of))} folds"
    by_fold = [
        measure("", "", list(compress(labelled, inside)), list(compress(scored, inside)))
        for fold in sorted(set(fold_of))
        if any(inside := [one == fold for one in fold_of])
    ]
    figures = measure(name, model, labelled, scored)
    comparison = None
    if old:
        comparison = compare(name, labelled, Side(old[0], _Given(old[1])), Side(model, _Given(scored)), examples=0)
    return FoldStudy(len(by_fold), len(labelled), figures, comparison, _spreads(by_fold))


def learning_curve(
    labelled: Sequence[Labelled],
    runs: Sequence[tuple[int, float, Sequence[Sentence]]],
    old: Sequence[Sentence] | None = None,
) -> LearningCurve:
    """What models of more and more labels say of the same texts.

    Args:
        labelled: the texts, at least one.
        runs: number of labels, share of all, and what the model says of each text; the fewest first.
        old: what the model says that training went on from.
    """
    points = tuple(Point(count, share, measure("", "", labelled, scored)) for count, share, scored in runs)
    gain: tuple[Difference, ...] = ()
    if len(runs) > 1:
        before, after = (Side(str(count), _Given(scored)) for count, _, scored in runs[-2:])
        gain = compare("", labelled, before, after, examples=0).differences
    return LearningCurve(len(labelled), points, measure("", "", labelled, old) if old else None, gain)


@dataclass(frozen=True, slots=True)
class _Given:
    """Scores that were taken before, of the very texts that are asked for."""

    scored: Sequence[Sentence]

    def score_sentences(self, _: Sequence[str]) -> list[Sentence]:
        return list(self.scored)


def _statistics(
    labelled: Sequence[Labelled], runs: Sequence[Sequence[Sentence]]
) -> Iterator[tuple[int, list[Statistic]]]:
    """For each kind of figure, the number of texts that have it, and the figures of each model as a function of weights."""
    judged = [item.label is not None for item in labelled]
    if any(judged):
        labels = np.array([item.label for item in compress(labelled, judged)])
        scores = [np.array([one.score for one in compress(run, judged)]) for run in runs]
        yield len(labels), [sentence_statistic(labels, one) for one in scores]
    marked = [item.spans is not None for item in labelled]
    if any(marked):
        items = list(compress(labelled, marked))
        texts = [item.text for item in items]
        gold = [[(span.start, span.end, span.category) for span in item.spans or ()] for item in items]
        found = [
            [flagged_spans(item, one) for item, one in zip(items, compress(run, marked), strict=True)] for run in runs
        ]
        yield len(items), [word_statistic(texts, bare_spans(gold), bare_spans(one)) for one in found]
        counts = [[count_phrases(*pair) for pair in zip(gold, one, strict=True)] for one in found]
        yield len(items), [phrase_statistic(gold, one) for one in counts]


def _mean_of(statistics: Sequence[Statistic]) -> Statistic:
    """The mean over models, of which each resample draws as many as there are, as it draws sentences."""
    generator = np.random.default_rng(_SEED)
    count = len(statistics)

    def statistic(weights: Array) -> dict[str, Array]:
        values = [one(weights) for one in statistics]
        drawn = generator.multinomial(count, np.full(count, 1 / count), size=len(weights)) / count
        return {name: _weighted(np.stack([value[name] for value in values], axis=1), drawn) for name in values[0]}

    return statistic


def _weighted(values: Array, weights: Array) -> Array:
    """Mean over models, (resamples,); NaN where one that counts is not defined."""
    return (np.where(weights > 0, values, 0.0) * weights).sum(axis=1)


def _spreads(
    figures: Sequence[Figures], ends: Mapping[str, tuple[float, float]] | None = None, old: Figures | None = None
) -> tuple[Spread, ...]:
    values: dict[str, list[float]] = {}
    for one in figures:
        for figure in one.figures:
            values.setdefault(figure.name, []).append(figure.value)
    before = {figure.name: figure.value for figure in old.figures} if old else {}
    return tuple(_spread_of(name, column, (ends or {}).get(name), before.get(name)) for name, column in values.items())


def _spread_of(name: str, column: Sequence[float], ends: tuple[float, float] | None, old: float | None) -> Spread:
    defined = [value for value in column if not math.isnan(value)]
    if not defined:
        return Spread(name, *[math.nan] * 6)
    deviation = float(np.std(defined, ddof=1)) if len(defined) > 1 else math.nan
    low, high = ends or (math.nan, math.nan)
    mean = float(np.mean(defined))
    return Spread(name, mean, low, high, min(defined), max(defined), deviation, math.nan if old is None else old)


def _listed(rows: Sequence[Difference]) -> str:
    return ", ".join(f"{label(row.name)} {row.value:+.3f} ({row.low:+.3f} to {row.high:+.3f})" for row in rows)


def _spread(spread: Spread) -> dict[str, float | None]:
    names = ("mean", "low", "high", "lowest", "highest", "deviation", "old")
    return {name: _number(getattr(spread, name)) for name in names}


def _difference(row: Difference) -> dict[str, Any]:
    return {"value": _number(row.value), "low": _number(row.low), "high": _number(row.high), "verdict": row.verdict}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 5)
