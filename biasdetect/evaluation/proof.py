"""Compares two models on labelled sets, the fairness suite and regression sentences, each text scored once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from biasdetect.english.language import base
from biasdetect.evaluation.compare import EXAMPLES, Comparison, Side, compare, compare_fairness, is_worse, record
from biasdetect.evaluation.labelled import Labelled
from biasdetect.evaluation.models import Model, open_detector
from biasdetect.evaluation.paired import suite_texts
from biasdetect.evaluation.regression import Expectation, Regression, breaks, check, read_regressions
from biasdetect.evaluation.suites import refuse_other_language

ProofVerdict = Literal["better", "no worse", "worse"]
"""What a comparison says of the new model as a whole."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What speaks for and against a new model.

    Attributes:
        comparisons: one a set, in order, the fairness suite last.
        regressions: one a file of regression sentences.
        known: names of sets that stand for what the old model can do. A loss there counts as on any other; the
            calibration does not, since it follows the texts that the new model is for.
    """

    comparisons: tuple[Comparison, ...]
    regressions: tuple[Regression, ...]
    known: frozenset[str] = frozenset()

    @property
    def reasons(self) -> list[str]:
        """Why the new model must not take the old one's place; empty where nothing speaks against it."""
        found = [
            reason
            for comparison in self.comparisons
            for reason in is_worse(comparison, calibration=comparison.data not in self.known)
        ]
        return found + [reason for regression in self.regressions for reason in breaks(regression)]

    @property
    def verdict(self) -> ProofVerdict:
        """What it says as a whole.

        ``worse`` where something speaks against the new model; else ``better`` where a figure of a set that is not known
        is better beyond chance and none is worse; else ``no worse``.
        """
        if self.reasons:
            return "worse"
        found = {row.verdict for one in self.comparisons if one.data not in self.known for row in one.differences}
        return "better" if "better" in found and "worse" not in found else "no worse"

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a figure of a set: both values, the difference with its interval, the verdict."""
        return [
            {
                "data": one.data,
                "texts": one.old.sentences,
                "figure": row.name,
                "old": row.old,
                "new": row.new,
                "difference": row.value,
                "low": row.low,
                "high": row.high,
                "verdict": row.verdict,
            }
            for one in self.comparisons
            for row in one.differences
        ]

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers; None where a figure is not defined."""
        return {
            "comparisons": [comparison.to_dict() for comparison in self.comparisons],
            "regressions": [regression.to_dict() for regression in self.regressions],
            "verdict": self.verdict,
            "worse": self.reasons,
        }

    def to_html(self) -> str:
        """A page that needs nothing else: differences, reliability diagrams, and the texts behind them."""
        from biasdetect.evaluation.comparison_page import render_proof

        return render_proof(self)


def prove(
    old: Model,
    new: Model,
    sets: Mapping[str, Sequence[Labelled]],
    expectations: Mapping[str, Sequence[Expectation]],
    *,
    suite: bool = False,
    known: frozenset[str] = frozenset(),
    examples: int = EXAMPLES,
) -> Proof:
    """Compare two models.

    Args:
        old: the model in use.
        new: the same of the one that may take its place.
        sets: labelled sets by name.
        expectations: regression sentences by the name of their file.
        suite: whether the fairness suite is run too.
        known: names of sets that stand for what the old model can do; see :class:`Proof`.
        examples: how many sentences and phrases a list shows.

    Raises:
        ModelError: where a model cannot be loaded, or a score is no number.
        DataError: for the fairness suite where a model reads another language than English.
    """
    # both are loaded before either scores: a name that cannot be loaded is told at once
    detectors = open_detector(old), open_detector(new)
    if suite:
        for detector in detectors:
            refuse_other_language(detector)
    if not all(base(detector.folder.config.language) in ("en", "") for detector in detectors):
        own = read_regressions([])  # English sentences say nothing of them
        expectations = {name: items for name, items in expectations.items() if items != own.get(name)}
    texts = [item.text for labelled in sets.values() for item in labelled]
    texts += suite_texts() if suite else []
    texts += [item.text for items in expectations.values() for item in items]
    before, after = (record(Side(detector.folder.label, detector), texts) for detector in detectors)
    comparisons = [compare(name, labelled, before, after, examples) for name, labelled in sets.items()]
    if suite:
        comparisons.append(compare_fairness(before, after))
    regressions = [check(name, items, before, after) for name, items in expectations.items()]
    return Proof(tuple(comparisons), tuple(regressions), known)
