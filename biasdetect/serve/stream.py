"""Streams the result of scoring an article as JSON Lines, part by part.

``{"event": "start", "paragraphs": […]}``: the article as it is read, before anything is scored.
``{"event": "part", "first": n, "paragraphs": [[sentence, …], …]}``: sentences of paragraph ``n`` and those behind it. Where
something was changed since the text was last scored, there is one part alone, of the paragraphs that were changed.
``{"event": "report", "report": {…}, "paragraphs": […]}``: the report that ``/v1/score`` gives, and for each of its
sentences the number of its paragraph.
``{"event": "phrases", "threshold": t, "phrases": [[n, phrase], …]}``: for each of the thresholds asked for, the phrases,
each with the number of its sentence in the report.
``{"event": "error", "error": …, "message": …}``: it could not be finished.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from biasdetect.detector import Detector
from biasdetect.reading.document import Block, Document
from biasdetect.results import Report, Sentence
from biasdetect.serve.answers import encode, error_data
from biasdetect.serve.kept import Place, without_kept
from biasdetect.serve.scoring import score_in_parts

Event = dict[str, Any]


def score_streaming(
    detector: Detector,
    document: Document,
    settings: dict[str, Any],
    thresholds: Sequence[float],
    check: Callable[[], None],
    send: Callable[[Event], None],
    *,
    kept: Sequence[Place] = (),
    changed: tuple[int, int] | None = None,
    assist: Callable[[Callable[[], None]], None] | None = None,
) -> Report:
    """Score an article and send each result as soon as it is known.

    Args:
        detector: of this document alone.
        document: the article.
        settings: of :meth:`Detector.score`.
        thresholds: for which further events list the phrases.
        check: raises where the work is to stop.
        send: gets every event.
        kept: places of phrases that are not to be reported.
        changed: the stretch of the source that was changed since it was last scored; None where all is new.
        assist: has something done in a worker that is idle, or not at all.
    """
    starts = [document.span(block.start, block.end)[0] for block in document.blocks]
    send({"event": "start", "model": detector.folder.label, "paragraphs": _paragraphs(document)})
    numbers = {block: number for number, block in enumerate(document.blocks)}

    def send_part(blocks: Sequence[Block], report: Report) -> None:
        first = numbers[blocks[0]]
        sentences: list[list[Any]] = [[] for _ in blocks]
        for sentence in without_kept(report, kept).sentences:
            sentences[_paragraph(starts, sentence) - first].append(sentence.to_dict())
        send({"event": "part", "first": first, "paragraphs": sentences})

    report = score_in_parts(detector, document, settings, check, send_part, changed, assist)
    report = without_kept(report, kept)
    send(
        {
            "event": "report",
            "report": report.to_dict(),
            "paragraphs": [_paragraph(starts, sentence) for sentence in report.sentences],
        }
    )
    for threshold in thresholds:
        check()
        phrases = _phrases(detector, document, {**settings, "threshold": threshold})
        send({"event": "phrases", "threshold": threshold, "phrases": phrases})
    return report


async def lines(
    first: Event, events: asyncio.Queue[Event | None], finished: asyncio.Future[Any]
) -> AsyncIterator[bytes]:
    """Events as lines, until there are no more; where the work failed, the last line says so before it is raised."""
    event: Event | None = first
    while event is not None:
        yield encode(event) + b"\n"
        event = await events.get()
    try:
        await finished
    except Exception:
        yield encode({"event": "error", **error_data("failed", "Scoring failed midway. Try it again.")}) + b"\n"
        raise


def _paragraphs(document: Document) -> list[dict[str, Any]]:
    paragraphs = []
    for block in document.blocks:
        start, end = document.span(block.start, block.end)
        text = document.text[block.start : block.end]
        paragraphs.append({"text": text, "start": start, "end": end, "role": block.role, "reason": block.reason})
    return paragraphs


def _paragraph(starts: Sequence[int], sentence: Sentence) -> int:
    """Number of the paragraph that a sentence stands in."""
    return max(0, bisect_right(starts, sentence.start) - 1)


def _phrases(detector: Detector, document: Document, settings: dict[str, Any]) -> list[list[Any]]:
    """Phrases, each behind the number of its sentence; without suggestions, which take time."""
    report = detector.score(document, **{**settings, "suggest": False})
    return [
        [number, phrase.to_dict()] for number, sentence in enumerate(report.sentences) for phrase in sentence.phrases
    ]
