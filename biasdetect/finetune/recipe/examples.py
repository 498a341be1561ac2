"""Labelled data to training examples: one form for sentence labels, votes, words, spans and techniques."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biasdetect.errors import DataError
from biasdetect.finetune.recipe.schema import Source
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.phrases import occurrences

UNKNOWN = math.nan

# Soft targets for words (probability that one more annotator would mark it). A word that the panel
# agreed on starts high, one that only some marked stays below one half; more votes move either up.
_AGREED, _AGREED_VOTES = 0.7, 0.3
_MARKED_VOTES, _MARKED_MOST = 0.6, 0.4
CLEAN = 0.01  # a word of a sentence labelled neutral, where labels may be wrong
_OUTLET = ("outlet", "scare-quote")


@dataclass(frozen=True, slots=True)
class TargetSpan:
    """Characters ``start`` to ``end`` with the probability of being loaded (NaN: unknown) and category."""

    start: int
    end: int
    target: float
    category: int | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text.

    Attributes:
        text: the text.
        sentence: probability that it is biased; NaN where unknown.
        spans: targets of its parts; later ones win where they overlap.
        rest: target of every character outside the spans; NaN where unknown.
        weak: per category, 1 where the text has such a phrase somewhere, 0 where not, NaN unknown;
            empty where nothing is known.
        label: the hard label, None where there is none; evaluation uses it.
        marked: the spans that count as loaded in evaluation.
        pair: minimal pair or group that the text belongs to, empty where none.
        teacher_share: weight of a stage's teachers beside the labels, None for the stage's own.
        swapped_from: the text that this one is a counterfactual copy of, empty where it is none.
    """

    text: str
    sentence: float
    spans: tuple[TargetSpan, ...] = ()
    rest: float = UNKNOWN
    weak: tuple[float, ...] = ()
    label: int | None = None
    marked: tuple[TargetSpan, ...] = ()
    pair: str = ""
    teacher_share: float | None = None
    swapped_from: str = ""


def read_source(name: str, source: Source) -> list[Example]:
    """Examples of a source of a recipe.

    Raises:
        DataError: where neither path nor hub can be read, or records do not fit the columns.
    """
    records = read_records(name, source)
    records = records[source.skip :][: source.limit]
    examples = []
    for number, record in enumerate(records, 1):
        try:
            example = _example(record, source)
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(
                f"source {name}, record {number}: {error!r}. Its columns are {sorted(record)}; "
                f"map them under [sources.{name}.columns] in the recipe."
            ) from error
        if example.text.strip() and (source.only_label is None or example.label == source.only_label):
            examples.append(example)
    if not examples:
        raise DataError(f"source {name}: holds no usable record.")
    return examples


def read_records(name: str, source: Source) -> list[dict[str, Any]]:
    """A source's records as they are, from its path or, where that is missing, the hub.

    Raises:
        DataError: where neither can be read.
    """
    path = Path(source.path) if source.path else None
    if path and path.is_file():
        return _read_file(name, path)
    if source.hub:
        from datasets import load_dataset

        try:
            return list(load_dataset(source.hub, split=source.split))  # type: ignore[arg-type]
        except Exception as error:  # datasets raises many kinds for an unreachable or renamed set
            tried = f"no file {path}, and " if path else ""
            raise DataError(
                f"source {name}: {tried}{source.hub!r} cannot be loaded from the hub ({type(error).__name__}). "
                f"{_published(source)}"
            ) from error
    raise DataError(f"source {name}: no file {path}. {_published(source)}")


def _published(source: Source) -> str:
    return f"The data is published at {source.published}." if source.published else "Correct its path in the recipe."


def _read_file(name: str, path: Path) -> list[dict[str, Any]]:
    suffixes = path.suffixes
    if ".csv" in suffixes or ".parquet" in suffixes:
        from datasets import load_dataset

        form = "csv" if ".csv" in suffixes else "parquet"
        return list(load_dataset(form, data_files=str(path), split="train"))  # type: ignore[arg-type]
    opener = gzip.open if path.suffix == ".gz" else open
    records = []
    with opener(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                if line.strip():
                    records.append(json.loads(line))
            except ValueError as error:
                raise DataError(f"source {name}: {path}, line {number} is no JSON ({error}).") from None
    return records


def _example(record: dict[str, Any], source: Source) -> Example:
    columns = source.columns
    text = record[columns.text]
    if not isinstance(text, str):
        raise TypeError(f"{columns.text} is {type(text).__name__}, not text")
    label = None if columns.label is None or record[columns.label] is None else int(record[columns.label])
    if label not in (None, 0, 1):
        raise ValueError(f"label {label!r} is neither 0 nor 1")
    votes = [float(vote) for vote in record[columns.votes] or ()] if columns.votes else []
    spans: list[TargetSpan] = []
    marked: list[TargetSpan] = []
    rest = UNKNOWN
    if columns.words:
        spans, marked = _word_targets(record, source, text, len(votes))
        rest = 0.0
    elif columns.spans:
        spans, marked = _span_targets(record[columns.spans], source)
        rest = 0.0
    elif label == 0:
        rest = CLEAN
    weak = _weak_targets(record[columns.techniques], source) if columns.techniques else ()
    return Example(
        text=text,
        sentence=_sentence_target(label, votes, source),
        spans=tuple(spans),
        rest=rest,
        weak=weak,
        label=label,
        marked=tuple(marked),
        pair=str(record.get("pair", "")),
        teacher_share=source.teacher_share,
    )


def _sentence_target(label: int | None, votes: Sequence[float], source: Source) -> float:
    if label is None:
        return UNKNOWN
    target = source.smoothing + (1 - 2 * source.smoothing) * label
    if votes:
        target = (1 - source.vote_share) * target + source.vote_share * sum(votes) / len(votes)
    return target


def _word_targets(
    record: dict[str, Any], source: Source, text: str, annotators: int
) -> tuple[list[TargetSpan], list[TargetSpan]]:
    """Soft targets from word votes, then harder ones for the words that the panel agreed on."""
    columns = source.columns
    assert columns.words
    votes = (record[columns.word_votes] or {}) if columns.word_votes else {}
    annotators = annotators or 5
    spans = [
        TargetSpan(start, end, min(_MARKED_MOST, _MARKED_VOTES * count / annotators))
        for piece, count in votes.items()
        for start, end in occurrences(text, piece)
    ]
    agreed = record[columns.words] or ()
    marked = []
    for word in agreed:
        for start, end in occurrences(text, word):
            count = sum(number for piece, number in votes.items() if word.lower() in piece.lower())
            marked.append(TargetSpan(start, end, _AGREED + _AGREED_VOTES * min(1.0, count / annotators)))
    return spans + marked, marked


def _span_targets(raw: Iterable[dict[str, Any]], source: Source) -> tuple[list[TargetSpan], list[TargetSpan]]:
    spans: list[TargetSpan] = []
    for span in raw:
        start, end = int(span["start"]), int(span["end"])
        name = str(span.get("category") or span.get("technique") or "")
        ours = source.categories.get(name, [name] if name in CATEGORIES else [])
        if ours and span.get("voice", "outlet") in _OUTLET:
            category = CATEGORIES.index(ours[0]) if len(ours) == 1 else None
            spans.append(TargetSpan(start, end, 1.0 - source.smoothing, category))
        else:  # a technique without a counterpart, or somebody else's words: neither loaded nor plain
            spans.insert(0, TargetSpan(start, end, UNKNOWN))
    return spans, [span for span in spans if not math.isnan(span.target)]


def _weak_targets(techniques: Iterable[str], source: Source) -> tuple[float, ...]:
    present = {name for technique in techniques for name in source.categories.get(technique, ())}
    # only what one technique alone stands for can be denied: where a technique covers two categories,
    # its presence does not say which
    certain = {names[0] for names in source.categories.values() if len(names) == 1}
    return tuple(float(name in present) if name in certain else UNKNOWN for name in CATEGORIES)
