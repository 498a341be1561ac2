"""Turns label records into what evaluation measures: gold label, gold phrases, wording that does not count.

Loaded wording in somebody else's voice, and techniques without a counterpart here, are neither right nor wrong to flag.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from biasdetect.errors import DataError
from biasdetect.labels import LabelRecord, Labels, LabelSpan, ReadOptions, read_records
from biasdetect.labels.names import technique_category

_MAJORITY = 0.5  # from this share of the annotators on, marked wording counts as marked
_DEFAULT = ReadOptions()
_SHOWN = 3  # problems in a message


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Characters ``start`` to ``end`` that annotators marked; the category is empty where they gave none."""

    start: int
    end: int
    category: str = ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence or paragraph with its labels.

    Attributes:
        text: as it is scored.
        label: 1 where annotators called it biased, 0 where not, None where nobody said or they are divided.
        spans: the marked wording, in order; None where wording was not marked at all.
        ignored: offsets of wording that is neither right nor wrong to flag.
        techniques: the categories of the techniques in a paragraph; None where they were not labelled.
    """

    text: str
    label: int | None = None
    spans: tuple[GoldSpan, ...] | None = None
    ignored: tuple[tuple[int, int], ...] = ()
    techniques: frozenset[str] | None = None


def read_labelled(path: str | Path, options: ReadOptions = _DEFAULT) -> list[Labelled]:
    """Read a labelled file, or all labelled files of a folder as one set.

    Args:
        path: whatever :func:`biasdetect.labels.read_records` reads.
        options: columns, names, scale, encoding.

    Raises:
        DataError: where it cannot be read, or any row of it is wrong; the message names the places.
        MissingExtraError: where its format needs a library that is not installed.
    """
    labels = read_records([path], options)
    refuse_problems(labels, str(path))
    return [as_labelled(record) for record in labels.records]


def refuse_problems(labels: Labels, name: str) -> None:
    """Stop where labels have problems.

    Raises:
        DataError: the message holds the first of them.
    """
    if not labels.problems:
        return
    said = " ".join(map(str, labels.problems[:_SHOWN]))
    if (number := len(labels.problems) - _SHOWN) > 0:
        said += f" ({number} more problems" + (f": biasdetect labels check {name})" if Path(name).exists() else ")")
    raise DataError(said)


def as_labelled(record: LabelRecord) -> Labelled:
    """What of a record is measured. Votes count by their majority, and so does wording that named annotators marked."""
    spans = record.spans
    techniques = record.techniques
    return Labelled(
        record.text,
        record.hard,
        None if spans is None else _gold_spans(record),
        tuple((span.start, span.end) for span in spans or () if span.ignored),
        None if techniques is None else frozenset(filter(None, map(technique_category, techniques))),
    )


def _gold_spans(record: LabelRecord) -> tuple[GoldSpan, ...]:
    spans = [span for span in record.spans or () if not span.ignored]
    by_one = [span for span in spans if span.annotator]
    if len({vote.annotator for vote in record.votes if vote.annotator}) < 2:
        by_one = []  # a single annotator is all annotators
    gold = {GoldSpan(span.start, span.end, span.category): None for span in spans if span not in by_one}
    if by_one:
        agreed = list(gold)
        for piece in _majority(record, by_one):
            if not any(span.start <= piece.start and piece.end <= span.end for span in agreed):
                gold[piece] = None
    return tuple(sorted(gold, key=lambda span: span.start))


def _majority(record: LabelRecord, spans: list[LabelSpan]) -> Iterator[GoldSpan]:
    """The wording that at least half of the annotators marked; pieces of one category that touch are one."""
    attributed = replace(record, spans=tuple(spans))
    last: GoldSpan | None = None
    for start, end, share in attributed.soft_spans:
        if share < _MAJORITY:
            continue
        piece = GoldSpan(start, end, attributed.piece_category(start, end))
        if last and (last.end, last.category) == (piece.start, piece.category):
            last = replace(last, end=piece.end)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
