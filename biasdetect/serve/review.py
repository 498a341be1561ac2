"""Converts a review made on the page into the training data that ``biasdetect label`` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from biasdetect.detector import Detector
from biasdetect.labels import LabelRecord
from biasdetect.reading.document import Document
from biasdetect.results import Phrase, Report
from biasdetect.review.candidates import Item, Mark, find_items, portable
from biasdetect.review.session import Decision, Draft, as_record

Place = tuple[int, int]
UNDECIDED = "undecided"
"""The technique of words of which nothing was said: none that has a counterpart here."""


def review_records(
    detector: Detector, document: Document, report: Report, decisions: Mapping[Place, bool], annotator: str = ""
) -> list[LabelRecord]:
    """The sentences of which any phrase was decided, as records.

    A phrase that is left undecided counts neither way: its words are marked as unknown, and training passes over them. Where
    none was accepted and some are undecided, nobody said whether the sentence is biased: its label is 0.5. Where all phrases
    were rejected, the sentence is plain.

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
        said = [(phrase, decisions.get((phrase.start, phrase.end))) for phrase in sentence.phrases]
        if item and any(answer is not None for _, answer in said):
            # a genre or skipped quotations hide phrases of an item from the reader: they are undecided
            answers = [_answer(item.words, mark, said) for mark in item.marks]
            records.append(_record(item, answers, portable(annotator.strip())))
    return records


def _answer(words: Sequence[Place], mark: Mark, said: Iterable[tuple[Phrase, bool | None]]) -> bool | None:
    """What was said of the phrase that a mark stands for."""
    start, end = words[mark.first][0], words[mark.stop - 1][1]
    return next((answer for one, answer in said if one.position < end and start < one.position + len(one.text)), None)


def _record(item: Item, answers: Sequence[bool | None], annotator: str) -> LabelRecord:
    draft = Draft(item)
    marks = list(zip(item.marks, answers, strict=True))
    draft.marks = [mark for mark, answer in marks if answer]
    accepted, undecided = bool(draft.marks), [mark for mark, answer in marks if answer is None]
    if any(mark.counts for mark in item.marks) and not any(mark.counts for mark in draft.marks):
        draft.set_label(0)
    decision: Decision = "accepted" if all(answers) else "changed" if accepted or undecided else "rejected"
    record = as_record(draft, decision, annotator, plain=not accepted and not undecided)
    return _with_unknown(record, item, undecided, annotator) if undecided else record


def _with_unknown(record: LabelRecord, item: Item, undecided: Sequence[Mark], annotator: str) -> LabelRecord:
    """A record in which some words are neither right nor wrong to flag."""
    unknown = [replace(span, category="", technique=UNDECIDED) for span in item.spans(undecided, annotator)]
    spans = tuple(sorted((*(record.spans or ()), *unknown), key=lambda span: span.start))
    if any(not span.ignored for span in spans):
        return replace(record, spans=spans)
    votes = tuple(replace(vote, value=0.5) for vote in record.votes)
    return replace(record, label=0.5, votes=votes, spans=spans)


def as_lines(records: Iterable[LabelRecord]) -> str:
    """Records as JSON Lines."""
    return "".join(json.dumps(record.to_dict(), ensure_ascii=False, allow_nan=False) + "\n" for record in records)
