"""Decodes token logits into phrases, and calibrates their scores."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biasdetect.english.function_words import NEVER_LOADED
from biasdetect.model.folder import Calibration

Floats = NDArray[np.float32]

# accents and joiners belong to the letter before them
_ACCENT = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\u200c\u200d"
# also over hyphens that do not break, soft ones, and zero-width marks
_WORD = re.compile(rf"\w[\w{_ACCENT}]*(?:[-'’\u2010\u2011\u00ad\u200b\u2060]\w[\w{_ACCENT}]*)*")
_NO_TOKEN = -20.0  # logit of a word without one
EXTENSION = 0.5  # a neighbour belongs to a phrase from this share of the threshold on


@dataclass(frozen=True, slots=True)
class Span:
    """A phrase before it has a text: offsets into the sentence, calibrated score, category number."""

    start: int
    end: int
    score: float
    category: int


def sigmoid(logits: Floats | float, calibration: Calibration) -> Floats:
    """Calibrated probabilities of logits; any shape."""
    scaled = calibration.slope * np.asarray(logits, np.float32) + calibration.intercept
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * scaled)), np.float32)


def logit(probability: float, calibration: Calibration) -> float:
    """The logit whose calibrated probability this is; the inverse of :func:`sigmoid`."""
    inside = min(max(probability, 1e-9), 1 - 1e-9)
    return (math.log(inside / (1 - inside)) - calibration.intercept) / calibration.slope


def find_words(text: str) -> list[tuple[int, int]]:
    """Offsets of the words of a text; hyphens and apostrophes inside a word belong to it."""
    return [match.span() for match in _WORD.finditer(text)]


def occurrences(text: str, piece: str) -> list[tuple[int, int]]:
    """Offsets of a word or piece of text wherever it stands as a whole, in any case."""
    if not piece.strip():
        return []
    return [match.span() for match in re.finditer(rf"(?<!\w){re.escape(piece)}(?!\w)", text, re.IGNORECASE)]


def word_logits(
    words: Sequence[tuple[int, int]], offsets: Sequence[tuple[int, int]], logits: Floats
) -> tuple[Floats, Floats]:
    """From tokens to words: the strongest token speaks for a word.

    Args:
        words: word offsets, in order.
        offsets: token offsets, in order; empty ones (special tokens) belong to no word.
        logits: (tokens, 1 + categories).

    Returns:
        (words,) logit of being loaded; (words, categories) logits of the strongest token.
    """
    loaded = np.full(len(words), -20.0, np.float32)
    categories = np.zeros((len(words), logits.shape[1] - 1), np.float32)
    word = 0
    for token, (start, end) in enumerate(offsets):
        if start == end:
            continue
        while word < len(words) and words[word][1] <= start:
            word += 1
        reach = word
        while reach < len(words) and words[reach][0] < end:
            if logits[token, 0] > loaded[reach]:
                loaded[reach] = logits[token, 0]
                categories[reach] = logits[token, 1:]
            reach += 1
    return loaded, categories


def decode(
    text: str,
    offsets: Sequence[tuple[int, int]],
    logits: Floats,
    threshold: float,
    calibration: Calibration,
) -> list[Span]:
    """Phrases of one sentence, in order, not overlapping.

    Words from the threshold on make phrases; a neighbour that comes close joins the phrase, so that
    "propaganda agency" is one phrase and not half of one. Articles and the like are trimmed off the ends.

    Args:
        text: the sentence.
        offsets: token offsets into it.
        logits: (tokens, 1 + categories) from the token head.
        threshold: lowest calibrated score of a phrase, 0 to 1.
        calibration: of the token logit.
    """
    words = find_words(text)
    if not words:
        return []
    loaded, categories = word_logits(words, offsets, logits)
    scores = sigmoid(loaded, calibration)
    spans = []
    index = 0
    while index < len(words):
        if scores[index] < threshold * EXTENSION:
            index += 1
            continue
        stop = index + 1
        while stop < len(words) and scores[stop] >= threshold * EXTENSION and _adjacent(text, words, stop):
            stop += 1
        span = _phrase(text, words, index, stop, scores, categories, threshold)
        if span:
            spans.append(span)
        index = stop
    return spans


def without(offsets: Sequence[tuple[int, int]], logits: Floats, spans: Sequence[Span]) -> Floats:
    """The logits of the token head with nothing loaded where phrases stand already, for a look at the rest.

    Args:
        offsets: token offsets.
        logits: (tokens, 1 + categories).
        spans: the phrases.
    """
    rest = logits.copy()
    for token, (start, end) in enumerate(offsets):
        if any(start < span.end and span.start < end for span in spans):
            rest[token, 0] = -20.0
    return rest


def _adjacent(text: str, words: Sequence[tuple[int, int]], index: int) -> bool:
    return not text[words[index - 1][1] : words[index][0]].strip(" \t\n\r\xa0-–'’")


def _phrase(
    text: str,
    words: Sequence[tuple[int, int]],
    first: int,
    stop: int,
    scores: Floats,
    categories: Floats,
    threshold: float,
) -> Span | None:
    while first < stop and text[slice(*words[first])].lower() in NEVER_LOADED:
        first += 1
    while stop > first and text[slice(*words[stop - 1])].lower() in NEVER_LOADED:
        stop -= 1
    if first == stop or scores[first:stop].max() < threshold:
        return None
    weights = scores[first:stop, None]
    category = int((softmax(categories[first:stop]) * weights).sum(axis=0).argmax())
    return Span(words[first][0], words[stop - 1][1], float(scores[first:stop].max()), category)


def softmax(logits: Floats) -> Floats:
    """Shares of the last axis that sum to 1."""
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponents / exponents.sum(axis=-1, keepdims=True)  # type: ignore[no-any-return]


def word_means(words: Sequence[tuple[int, int]], offsets: Sequence[tuple[int, int]], logits: Floats) -> list[float]:
    """The mean logit of each word's tokens, in order; very low where a word has none."""
    tokens = [(start, end, float(logit)) for (start, end), logit in zip(offsets, logits, strict=True) if start < end]
    found = []
    first = 0
    for start, end in words:
        while first < len(tokens) and tokens[first][1] <= start:
            first += 1
        last, total = first, 0.0
        while last < len(tokens) and tokens[last][0] < end:
            total += tokens[last][2]
            last += 1
        found.append(total / (last - first) if last > first else _NO_TOKEN)
    return found
