"""Converts a review made on the page into the training data that ``biasdetect label`` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from biasdetect.detector import Detector
from biasdetect.labels import LabelRecord
from biasdetect.reading.document import Document
from biasdetect.results import Report
from biasdetect.review.candidates import Item, find_items, portable
from biasdetect.review.session import Decision, Draft, as_record

Place = tuple[int, int]


def review_records(
    detector: Detector, document: Document, report: Report, decisions: Mapping[Place, bool], annotator: str = ""
) -> list[LabelRecord]:
    """The sentences of which every phrase of the report was decided, as records.

    A sentence with some phrases left undecided is left out: nobody said all that a record of it would say. Where all
    phrases were rejected, the sentence is plain.

    Args:
        detector: that made the report.
        document: the article.
        report: what the reader saw.
        decisions: by start and end of the phrase in the source, whether it was accepted.
        annotator: who decided; empty where nobody is named.
    """
    items = {(item.start, item.end): item for item in find_items(detector, document, report.settings.threshold)[0]}
    records = []
    for sentence in report.sentences:
        item = items.get((sentence.start, sentence.end))
        said = [decisions.get((phrase.start, phrase.end)) for phrase in sentence.phrases]
        # a genre or skipped quotations hide phrases of an item from the reader
        if item and said and None not in said and len(said) == len(item.marks):
            records.append(_record(item, [accepted is True for accepted in said], portable(annotator.strip())))
    return records


def _record(item: Item, accepted: Sequence[bool], annotator: str) -> LabelRecord:
    draft = Draft(item)
    draft.marks = [mark for mark, kept in zip(item.marks, accepted, strict=True) if kept]
    if any(mark.counts for mark in item.marks) and not any(mark.counts for mark in draft.marks):
        draft.set_label(0)
    decision: Decision = "accepted" if all(accepted) else "changed" if any(accepted) else "rejected"
    return as_record(draft, decision, annotator, plain=not any(accepted))


def as_lines(records: Iterable[LabelRecord]) -> str:
    """Records as JSON Lines."""
    return "".join(json.dumps(record.to_dict(), ensure_ascii=False, allow_nan=False) + "\n" for record in records)
