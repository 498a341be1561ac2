"""Scores records in small batches: prepare, compare with earlier articles, score. Any worker can run each step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from biasdetect.corpus.output_table import Kinds, note_kinds, to_batch
from biasdetect.corpus.records import Record
from biasdetect.corpus.reprints import ReprintIndex, Signature
from biasdetect.corpus.scoring import ScoringOptions, count_sentences, prepare_record, score_record
from biasdetect.detector import Detector

BATCH_ARTICLES = 8
"""Articles that a worker gets at a time, at most."""

_BATCH_SIZE = 50_000  # characters or bytes

Prepared = Sequence[tuple[Record, Signature | None]]


@dataclass(frozen=True, slots=True)
class ScoredBatch:
    """A batch that is scored.

    Attributes:
        batch: its rows, a RecordBatch.
        errors: number of a record and what is wrong with it.
        kinds: of the carried values.
        articles: without a problem.
        sentences: scored.
        reprints: of the articles.
        last: its last record, without text.
    """

    batch: Any
    errors: list[tuple[int, dict[str, Any]]]
    kinds: Kinds
    articles: int
    sentences: int
    reprints: int
    last: Record


def batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Records in batches of a few, or of one that is large."""
    batch: list[Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += len(record.text) if isinstance(record.text, (str, bytes)) else 0
        if len(batch) == BATCH_ARTICLES or size > _BATCH_SIZE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def prepare_batch(_: Detector, batch: Sequence[Record], *, options: ScoringOptions) -> Prepared:
    """The records read to documents, with their signatures."""
    return [prepare_record(record, options) for record in batch]


def compare(record: Record, signature: Signature | None, index: ReprintIndex) -> Record:
    """The record, marked where it is a reprint, refused where its id is taken.

    Args:
        record: prepared; records come in the order of their numbers.
        signature: of its text, where reprints are looked for.
        index: the records before it; it knows this one from now on.
    """
    if record.problem or record.article is None:
        return record
    if index.is_repeated_id(record.number, record.article):
        return replace(record, text="", problem="its id stands at an earlier article. Ids have to be different.")
    first = index.first_of(record.number, record.article, signature) if signature else None
    return replace(record, text="", reprint_of=first) if first else record


def score_batch(detector: Detector, records: Sequence[Record], *, options: ScoringOptions) -> ScoredBatch:
    """Score the records; those with a problem become errors."""
    rows: list[dict[str, Any]] = []
    errors: list[tuple[int, dict[str, Any]]] = []
    kinds: Kinds = {}
    articles = sentences = reprints = 0
    for record in records:
        problem = record.problem
        if not problem:
            try:
                found = score_record(detector, record, options)
            except Exception as error:  # one article must not end a run of days; it is reported like any other problem
                problem = f"could not be scored ({type(error).__name__}: {error}). This is a mistake in biasdetect: please report it."  # fmt: skip
        if problem:
            errors.append((record.number, {"place": record.place, "article": record.article, "reason": problem}))
            continue
        rows += found
        note_kinds(kinds, record.carried)
        articles += 1
        sentences += count_sentences(found)
        reprints += record.reprint_of is not None
    last = replace(records[-1], text="", carried={})
    return ScoredBatch(to_batch(rows, options.rows), errors, kinds, articles, sentences, reprints, last)
