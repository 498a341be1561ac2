"""Computes figures of merit for sentences, words and phrases, from labels and scores. Needs scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import f1_score, matthews_corrcoef, precision_score, recall_score, roc_auc_score

from biasdetect.model.phrases import find_words

Offsets = Sequence[tuple[int, int]]


def sentence_metrics(labels: ArrayLike, scores: ArrayLike, threshold: float = 0.5) -> dict[str, float]:
    """Macro-F1, F1 of the biased class, MCC, AUC and calibration error of sentence scores.

    Args:
        labels: (sentences,) 0 or 1.
        scores: (sentences,) probabilities, 0 to 1.
        threshold: from which on a sentence counts as called biased.
    """
    y = np.asarray(labels)
    p = np.asarray(scores, dtype=np.float64)
    called = p >= threshold
    return {
        "macro_f1": float(f1_score(y, called, average="macro")),
        "f1_biased": float(f1_score(y, called, zero_division=0)),
        "mcc": float(matthews_corrcoef(y, called)),
        "auc": float(roc_auc_score(y, p)) if 0 < y.sum() < len(y) else float("nan"),
        "ece": expected_calibration_error(y, p),
    }


def expected_calibration_error(labels: ArrayLike, scores: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error over equally wide bins (Guo et al. 2017), 0 to 1."""
    return float(
        sum(share * abs(accuracy - confidence) for confidence, accuracy, share in reliability(labels, scores, bins))
    )


def reliability(labels: ArrayLike, scores: ArrayLike, bins: int = 10) -> list[tuple[float, float, float]]:
    """Per non-empty bin: mean score, share of positives, share of all examples in it."""
    y = np.asarray(labels, dtype=np.float64)
    p = np.asarray(scores, dtype=np.float64)
    index = np.minimum((p * bins).astype(int), bins - 1)
    rows = []
    for number in range(bins):
        inside = index == number
        if inside.any():
            rows.append((float(p[inside].mean()), float(y[inside].mean()), float(inside.mean())))
    return rows


def word_marks(text: str, spans: Offsets) -> NDArray[np.bool_]:
    """Per word of a text, whether any of the spans touches it."""
    return np.array([any(a < end and start < b for a, b in spans) for start, end in find_words(text)], dtype=bool)


def word_metrics(texts: Sequence[str], marked: Sequence[Offsets], found: Sequence[Offsets]) -> dict[str, float]:
    """Precision, recall and F1 over all words of all texts: marked by annotators against found."""
    y = np.concatenate([word_marks(text, spans) for text, spans in zip(texts, marked, strict=True)])
    called = np.concatenate([word_marks(text, spans) for text, spans in zip(texts, found, strict=True)])
    return {
        "word_f1": float(f1_score(y, called, zero_division=0)),
        "word_precision": float(precision_score(y, called, zero_division=0)),
        "word_recall": float(recall_score(y, called, zero_division=0)),
    }


@dataclass(frozen=True, slots=True)
class PhraseCounts:
    """How the phrases flagged in one text meet the marked ones; a match is an overlap.

    Attributes:
        marked: number of marked phrases.
        hit: of those, the matched ones.
        exact: of those, the ones matched with exact boundaries.
        flagged: number of flagged phrases.
        right: of those, the ones that match a marked phrase.
        categories: per matched phrase, its category and that of the flagged phrase it shares most with.
    """

    marked: int
    hit: int
    exact: int
    flagged: int
    right: int
    categories: tuple[tuple[str, str], ...]


def count_phrases(marked: Sequence[tuple[int, int, str]], found: Sequence[tuple[int, int, str]]) -> PhraseCounts:
    """Match the phrases ``(start, end, category)`` found in one text against those marked in it."""
    exact = 0
    categories = []
    for start, end, category in marked:
        matches = [span for span in found if span[0] < end and start < span[1]]
        exact += any(span[:2] == (start, end) for span in matches)
        if matches:
            closest = max(matches, key=lambda span: min(span[1], end) - max(span[0], start))
            categories.append((category, closest[2]))
    right = sum(any(a < end and start < b for a, b, _ in marked) for start, end, _ in found)
    return PhraseCounts(len(marked), len(categories), exact, len(found), right, tuple(categories))


def phrase_metrics(
    marked: Sequence[Sequence[tuple[int, int, str]]], found: Sequence[Sequence[tuple[int, int, str]]]
) -> dict[str, float]:
    """How phrases with categories are found; a found phrase matches a marked one where they overlap.

    Args:
        marked: per text, ``(start, end, category)`` of the phrases in it.
        found: the same of the phrases that were flagged.

    Returns:
        ``phrase_recall`` and ``phrase_precision`` by overlap, ``phrase_exact`` (recall of exact
        boundaries), ``plain_flagged`` (share of texts without any marked phrase that got one), and
        ``category_macro_f1`` over matched phrases.
    """
    counts = [count_phrases(gold, called) for gold, called in zip(marked, found, strict=True)]
    total = sum(text.marked for text in counts)
    flagged = sum(text.flagged for text in counts)
    plain = [text for text in counts if not text.marked]
    categories = [pair for text in counts for pair in text.categories]
    return {
        "phrase_recall": sum(text.hit for text in counts) / total if total else float("nan"),
        "phrase_exact": sum(text.exact for text in counts) / total if total else float("nan"),
        "phrase_precision": sum(text.right for text in counts) / flagged if flagged else float("nan"),
        "plain_flagged": sum(text.flagged > 0 for text in plain) / len(plain) if plain else float("nan"),
        "category_macro_f1": float(
            f1_score([true for true, _ in categories], [called for _, called in categories], average="macro", zero_division=0)
        )
        if categories
        else float("nan"),
    }  # fmt: skip
