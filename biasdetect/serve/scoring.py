"""Scores an article part by part, so that first results can be shown, and work be cancelled, before all of it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from biasdetect.detector import Detector
from biasdetect.reading.document import Block, Document
from biasdetect.reading.files import read
from biasdetect.results import Report
from biasdetect.serve.requests import Article

_PART = 1500  # characters at least
_MOST_PARTS = 40  # each costs a look at the whole article


def read_article(article: Article) -> Document:
    """The document that a request holds.

    Raises:
        InputError: where there is no text in it, or too much.
    """
    return read(article.text, article.format, article.name)


def score_in_parts(
    detector: Detector,
    document: Document,
    settings: dict[str, Any],
    check: Callable[[], None],
    on_part: Callable[[Sequence[Block], Report], None] | None = None,
    first: tuple[int, int] | None = None,
    assist: Callable[[Callable[[], None]], None] | None = None,
) -> Report:
    """Score an article part by part, and then as a whole from what was computed.

    The report is that of the whole: what a quotation that runs on or a speaker named before decides is right in it,
    and may be missing in a part, as wording to use instead is.

    Args:
        detector: remembers what it scored in a part.
        document: the article.
        settings: of :meth:`Detector.score`.
        check: called before each part; raises where the work is to stop.
        on_part: gets the blocks of each part, and its report.
        first: a stretch of the source that was changed since the rest was scored: one part, its paragraphs, goes before
            the whole.
        assist: has something done in a worker that is idle, or not at all.
    """
    # wording to use instead is looked for once, in the whole, unless it is little that was changed
    of_parts = settings if first else {**settings, "suggest": False}

    def score(blocks: Sequence[Block]) -> Report:
        check()
        return detector.score(replace(document, blocks=tuple(blocks)), **of_parts)

    parts = [_touched(document, *first)] if first else list(_parts(document))
    turns = _Turns(len(parts))
    if assist and len(parts) > 2:
        assist(lambda: _score_ahead(parts, turns, score))
    for number, blocks in enumerate(parts):
        turns.begin(number)
        report = score(blocks) if blocks else None
        if on_part and report:
            on_part(blocks, report)
    check()
    return detector.score(document, **settings)


class _Turns:
    """Which parts two threads have taken: one goes from the first on, the other from the last."""

    def __init__(self, parts: int) -> None:
        self._lock = Lock()
        self._next, self._last = 0, parts

    def begin(self, number: int) -> None:
        """The one that goes forward takes a part; it may be scored already, which the detector remembers."""
        with self._lock:
            self._next = number + 1

    def take_last(self) -> int | None:
        """The number of the last part that nobody has taken; None where they meet."""
        with self._lock:
            if self._last - 1 < self._next:
                return None
            self._last -= 1
            return self._last


def _score_ahead(parts: Sequence[Sequence[Block]], turns: _Turns, score: Callable[[Sequence[Block]], Report]) -> None:
    while (number := turns.take_last()) is not None:
        score(parts[number])


def _touched(document: Document, start: int, end: int) -> list[Block]:
    """The blocks that a stretch of the source shares characters with, or lies beside."""
    spans = [(block, document.span(block.start, block.end)) for block in document.blocks]
    return [block for block, (first, last) in spans if first <= end and start <= last]


def _parts(document: Document) -> Iterator[list[Block]]:
    """Blocks in order, cut so that the parts are of about one size."""
    least = max(_PART, sum(block.end - block.start for block in document.blocks) // _MOST_PARTS)
    part: list[Block] = []
    for block in document.blocks:
        part.append(block)
        if sum(block.end - block.start for block in part) >= least:
            yield part
            part = []
    if part:
        yield part
