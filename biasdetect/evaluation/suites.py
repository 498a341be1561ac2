"""Test suites of made sentences, for what labelled news cannot show: fairness between groups, stability under edits.

Templates and word lists lie beside this module in ``suites.json``, written for evaluation alone. A test holds
that no loaded insertion is a flagged phrase of the project's corpus, and that no sentence shares half of its
four-word runs with it. Groups are named that training swaps too: an audit without them would say little.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from biasdetect.detector import Detector
from biasdetect.english.language import base, language_name
from biasdetect.english.orthography import capitalised
from biasdetect.errors import DataError
from biasdetect.evaluation.bootstrap import Array, Statistic, ratio
from biasdetect.evaluation.figures import CALLED, Figures, SentenceScorer, figures_of

_FILE = Path(__file__).with_name("suites.json")


@dataclass(frozen=True, slots=True)
class Case:
    """A made sentence.

    Attributes:
        text: the sentence.
        template: number of the template that it was made from; resampling draws templates.
        variant: what was put in: a group, an insertion, a place or a pronoun.
        label: 1 where it is loaded, 0 where it is plain.
        inserted: offsets of the loaded words put in; empty, ``(0, 0)``, where none were.
    """

    text: str
    template: int
    variant: str
    label: int
    inserted: tuple[int, int] = (0, 0)


def refuse_other_language(detector: Detector) -> None:
    """Refuse to run the suite, which is English, on a model of another language.

    Raises:
        DataError: with what to do.
    """
    language = detector.folder.config.language
    if base(language) not in ("en", ""):
        raise DataError(
            f"The fairness suite is made of English sentences, and {detector.folder.label} reads {language_name(language)}. "
            "Leave it out, and measure on labelled data of that language."
        )


def fairness(model: str, scorer: SentenceScorer) -> Figures:
    """Run all fairness and robustness suites.

    Args:
        model: what the model is called in the result.
        scorer: the model.

    Returns:
        ``group_gap`` (largest difference between two groups in the share of the same sentences called
        biased), ``group_accuracy``, ``factual_called`` and ``factual_flagged`` (short factual sentences
        wrongly called biased, or with a flagged phrase), ``insertion_missed`` and ``insertion_unmarked``
        (plain sentences with loaded words put in that are not called biased, or whose words are not
        flagged), ``place_flips`` and ``pronoun_flips`` (decisions that another place, or a pronoun for a
        name, turns over). The breakdown gives the share called per group.
    """
    cases = group_cases()
    called, _ = run_cases(cases, scorer)
    figures = figures_of(len(called), group_statistic(called, cases))
    shares = tuple(zip(_variants(cases), called.mean(axis=0).tolist(), strict=True))
    count = len(cases)
    for make, tables in SHARES.items():
        cases = make()
        called, flagged = run_cases(cases, scorer)
        figures += figures_of(len(called), share_statistic(tables(called, flagged)))
        count += len(cases)
    return Figures("suite: fairness", model, count, tuple(figures), breakdown=shares)


def group_cases() -> list[Case]:
    """The same sentences, half of them loaded, about every group."""
    texts = _texts()
    return [
        Case(capitalised(template.format(group=group)), number, group, label)
        for number, (template, label) in enumerate(_with_labels(texts["group_sentences"]))
        for group in texts["groups"]
    ]


def factual_cases() -> list[Case]:
    """Short factual sentences; a third of them with words that are loaded elsewhere."""
    return [Case(text, number, "", 0) for number, text in enumerate(_texts()["factual"])]


def insertion_cases() -> list[Case]:
    """Plain sentences, each with every loaded insertion at the place where it fits."""
    insertions = [(kind, words) for kind, listed in _texts()["insertions"].items() for words in listed]
    return [
        _inserted(number, neutral, kind, words)
        for (number, neutral), (kind, words) in product(enumerate(_texts()["neutral"]), insertions)
    ]


def place_cases() -> list[Case]:
    """Sentences about one person, in several places; the first place is the one to compare with."""
    texts = _texts()
    name = texts["people"][0][0]
    return [
        Case(template.format(person=name, place=place), number, place, label)
        for number, (template, label) in enumerate(_with_labels(texts["swap_sentences"]))
        for place in texts["places"]
    ]


def pronoun_cases() -> list[Case]:
    """Sentences with the person's name, and with a pronoun for it."""
    texts = _texts()
    cases = []
    for number, (template, label) in enumerate(_with_labels(texts["swap_sentences"])):
        name, pronoun = texts["people"][number % len(texts["people"])]
        place = texts["places"][number % len(texts["places"])]
        for variant, person in (("name", name), ("pronoun", pronoun)):
            cases.append(Case(template.format(person=person, place=place), number, variant, label))
    return cases


def _inserted(number: int, neutral: str, kind: str, words: str) -> Case:
    before, after = {
        "adjective": ("The ", f" {neutral}."),
        "opening": ("", f", the {neutral}."),
        "tail": (f"The {neutral}, ", "."),
    }[kind]
    return Case(before + words + after, number, words, 1, (len(before), len(before) + len(words)))


def run_cases(cases: list[Case], scorer: SentenceScorer) -> tuple[Array, Array]:
    """(templates, variants) each: whether called biased, and whether flagged where words were put in, or at all."""
    scored = scorer.score_sentences([case.text for case in cases])
    shape = (cases[-1].template + 1, -1)
    called = [sentence.score >= CALLED for sentence in scored]
    flagged = [
        any(not any(case.inserted) or (phrase.start < case.inserted[1] and case.inserted[0] < phrase.end) for phrase in sentence.phrases)
        for case, sentence in zip(cases, scored, strict=True)
    ]  # fmt: skip
    return np.array(called, np.float64).reshape(shape), np.array(flagged, np.float64).reshape(shape)


def group_statistic(called: Array, cases: list[Case]) -> Statistic:
    """The figures of the group cases as a function of the templates' weights; ``called`` as by :func:`run_cases`."""
    labels = np.array([case.label for case in cases]).reshape(called.shape)
    right = (called == labels).mean(axis=1)

    def statistic(weights: Array) -> dict[str, Array]:
        shares = (weights @ called) / weights.sum(axis=1, keepdims=True)
        return {
            "group_gap": shares.max(axis=1) - shares.min(axis=1),
            "group_accuracy": ratio(weights @ right, weights.sum(axis=1)),
        }

    return statistic


def share_statistic(tables: dict[str, Any]) -> Statistic:
    """The mean of each (templates, variants) table as a function of the templates' weights."""
    rows = {name: table.mean(axis=1) for name, table in tables.items()}

    def statistic(weights: Array) -> dict[str, Array]:
        return {name: ratio(weights @ row, weights.sum(axis=1)) for name, row in rows.items()}

    return statistic


SHARES: dict[Callable[[], list[Case]], Callable[[Array, Array], dict[str, Any]]] = {
    factual_cases: lambda called, flagged: {"factual_called": called, "factual_flagged": flagged},
    insertion_cases: lambda called, flagged: {"insertion_missed": 1 - called, "insertion_unmarked": 1 - flagged},
    place_cases: lambda called, _: {"place_flips": called[:, 1:] != called[:, :1]},
    pronoun_cases: lambda called, _: {"pronoun_flips": called[:, 1:] != called[:, :1]},
}
"""What is counted in the other cases, from whether each was called and flagged (:func:`run_cases`)."""


def _variants(cases: list[Case]) -> list[str]:
    return list(dict.fromkeys(case.variant for case in cases))


def _with_labels(sides: dict[str, list[str]]) -> list[tuple[str, int]]:
    return [(template, label) for label, side in enumerate(("plain", "biased")) for template in sides[side]]


@cache
def _texts() -> dict[str, Any]:
    return json.loads(_FILE.read_text(encoding="utf-8"))
