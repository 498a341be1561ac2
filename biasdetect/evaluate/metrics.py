"""Figures of merit for sentences, words and phrases, from labels and scores. Needs scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence

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
    total = hit = exact = flagged = right = plain = plain_flagged = 0
    true_categories: list[str] = []
    called_categories: list[str] = []
    for gold, called in zip(marked, found, strict=True):
        if not gold:
            plain += 1
            plain_flagged += bool(called)
        for start, end, category in gold:
            total += 1
            matches = [span for span in called if span[0] < end and start < span[1]]
            exact += any(span[:2] == (start, end) for span in matches)
            if matches:
                hit += 1
                true_categories.append(category)
                called_categories.append(max(matches, key=lambda span: min(span[1], end) - max(span[0], start))[2])
        for start, end, _ in called:
            flagged += 1
            right += any(a < end and start < b for a, b, _ in gold)
    return {
        "phrase_recall": hit / total if total else float("nan"),
        "phrase_exact": exact / total if total else float("nan"),
        "phrase_precision": right / flagged if flagged else float("nan"),
        "plain_flagged": plain_flagged / plain if plain else float("nan"),
        "category_macro_f1": float(f1_score(true_categories, called_categories, average="macro", zero_division=0))
        if true_categories
        else float("nan"),
    }
