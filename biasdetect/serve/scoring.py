"""Scores an article part by part, so that first results can be shown, and work be cancelled, before all of it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
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
) -> Report:
    """Score an article part by part, and then as a whole from what was computed.

    The report is that of the whole: what a quotation that runs on or a speaker named before decides is right in it,
    and may be missing in a part.

    Args:
        detector: remembers what it scored in a part.
        document: the article.
        settings: of :meth:`Detector.score`.
        check: called before each part; raises where the work is to stop.
        on_part: gets the blocks of each part, and its report.
    """
    for blocks in _parts(document):
        check()
        report = detector.score(replace(document, blocks=tuple(blocks)), **settings)
        if on_part:
            on_part(blocks, report)
    check()
    return detector.score(document, **settings)


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
