"""Soft labels of a teacher: what a larger network says of sentences that were read, beside the marks (Hinton et al. 2015).

A file of them, JSON Lines with gzip, is written by training/teach.py. It holds no text: a sentence is known by its digest, and a
word by its offsets. A line is ``{"digest": …, "sentence": …, "words": [[start, end, probability], …]}``; of words that are not
named the teacher says that they are not loaded.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from biasdetect.errors import DataError
from biasdetect.finetune.recipe.example import Example, TargetSpan, mix

NOT_LOADED = 0.005
"""Probability of the words that a teacher does not name."""
WORD_SHARE = 0.7
"""Weight of the teacher beside the marks, of words."""
SENTENCE_SHARE = 0.5
"""The same of how biased a sentence is."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What a teacher says of a sentence: the probability that it is biased, and of pieces of it that they are loaded."""

    sentence: float
    words: tuple[tuple[int, int, float], ...]


@lru_cache(maxsize=2)
def read_taught(file: Path) -> Mapping[str, Taught]:
    """Soft labels by the digest of the sentence.

    Raises:
        DataError: where there is no such file, or it holds something else.
    """
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        return {
            row["digest"]: Taught(
                float(row["sentence"]),
                tuple((int(start), int(end), float(probability)) for start, end, probability in row["words"]),
            )
            for row in rows
        }
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror or error}). Check the path.") from None
    except (EOFError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{file}: holds no soft labels ({error}). Make it anew with training/teach.py.") from None


def with_taught(example: Example, taught: Taught) -> Example:
    """The example with the teacher's probabilities mixed into its targets; alone where nothing is known."""
    spans = [replace(span, target=mix(span.target, NOT_LOADED, WORD_SHARE)) for span in example.spans]
    for start, end, probability in taught.words:
        last = _last_at(example.spans, start, end)
        known = example.rest if last is None else last.target
        target = mix(known, probability, WORD_SHARE)
        spans.append(_piece(start, end, target, last))
    return replace(
        example,
        sentence=mix(example.sentence, taught.sentence, SENTENCE_SHARE),
        spans=tuple(spans),
        rest=mix(example.rest, NOT_LOADED, WORD_SHARE),
    )


def _piece(start: int, end: int, target: float, below: TargetSpan | None) -> TargetSpan:
    """A target of its own for a piece of the text; category and reasons are those of the span that it lies in."""
    return replace(below, start=start, end=end, target=target) if below else TargetSpan(start, end, target)


def _last_at(spans: Sequence[TargetSpan], start: int, end: int) -> TargetSpan | None:
    """The span that a piece touches; later ones win, as they do for the tokens."""
    return next((span for span in reversed(spans) if span.start < end and start < span.end), None)
