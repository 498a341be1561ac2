"""Takes phrases out of a report that the writer keeps as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from biasdetect.results import Report

Place = tuple[int, int]
"""Start and end of a phrase in the source."""


def without_kept(report: Report, kept: Iterable[Place]) -> Report:
    """A report without the phrases at some places; the scores of sentences stay what they are."""
    places = set(kept)
    if not places:
        return report
    sentences = [
        replace(
            sentence,
            phrases=tuple(phrase for phrase in sentence.phrases if (phrase.start, phrase.end) not in places),
        )
        for sentence in report.sentences
    ]
    return replace(report, sentences=tuple(sentences))
