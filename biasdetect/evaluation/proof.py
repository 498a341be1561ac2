"""Compares two models on labelled sets, the fairness suite and regression sentences, each text scored once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from biasdetect.detector import load
from biasdetect.evaluation.compare import EXAMPLES, Comparison, Side, compare, compare_fairness, is_worse, record
from biasdetect.evaluation.labelled import Labelled
from biasdetect.evaluation.paired import suite_texts
from biasdetect.evaluation.regression import Expectation, Regression, breaks, check


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


def prove(
    old: str | Path,
    new: str | Path,
    sets: Mapping[str, Sequence[Labelled]],
    expectations: Mapping[str, Sequence[Expectation]],
    *,
    suite: bool = False,
    known: frozenset[str] = frozenset(),
    examples: int = EXAMPLES,
) -> Proof:
    """Compare two models.

    Args:
        old: folder or name of the model in use.
        new: the same of the one that may take its place.
        sets: labelled sets by name.
        expectations: regression sentences by the name of their file.
        suite: whether the fairness suite is run too.
        known: names of sets that stand for what the old model can do; see :class:`Proof`.
        examples: how many sentences and phrases a list shows.

    Raises:
        ModelError: where a model cannot be loaded, or a score is no number.
    """
    texts = [item.text for labelled in sets.values() for item in labelled]
    texts += suite_texts() if suite else []
    texts += [item.text for items in expectations.values() for item in items]
    # both are loaded before either scores: a name that cannot be loaded is told at once
    detectors = load(old), load(new)
    before, after = (record(Side(detector.folder.label, detector), texts) for detector in detectors)
    comparisons = [compare(name, labelled, before, after, examples) for name, labelled in sets.items()]
    if suite:
        comparisons.append(compare_fairness(before, after))
    regressions = [check(name, items, before, after) for name, items in expectations.items()]
    return Proof(tuple(comparisons), tuple(regressions), known)
