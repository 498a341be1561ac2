"""Asks trafilatura which blocks of a page are the article, and what the page says about itself."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from biasdetect.reading.genre import Genre, genre_of_address, genre_of_data, genre_of_section, genre_of_text
from biasdetect.reading.html.outline import Outline, marks_in
from biasdetect.results import Metadata

_LANGUAGE = re.compile(r"\s*([a-z]{2})(?:$|[^a-z])", re.IGNORECASE)


def article_pieces(outline: Outline) -> set[int]:
    """Numbers of the blocks that trafilatura takes for the article; empty where it finds none."""
    body = _encodable(outline.body)
    if not body:
        return set()
    from trafilatura import bare_extraction

    text = ""
    with _guarded():
        # in recall mode it asks readability and justext about short finds alone, so the others cost no more
        found = bare_extraction(body, favor_recall=True, include_comments=False, include_tables=True)
        text = (found.text or "") if found is not None and not isinstance(found, dict) else ""
    return marks_in(text)


def page_metadata(outline: Outline) -> Metadata:
    """Title, date, outlet and language as the page gives them; nothing is looked up or guessed from its text."""
    language = _LANGUAGE.match(outline.language)
    code = language[1].lower() if language else ""
    head = _encodable(outline.head)
    if not head:
        return Metadata(language=code)
    from trafilatura.metadata import extract_metadata

    metadata = Metadata(title=outline.titles[0] if outline.titles else "", language=code)
    with _guarded():
        found = extract_metadata(head, date_config={"original_date": True, "extensive_search": False})
        metadata = Metadata(found.title or "", found.date or "", found.sitename or "", code)
    return metadata


def page_genre(outline: Outline, address: str) -> Genre | None:
    """What the page calls itself: by its structured data, the section that it gives, its address, its titles.

    Args:
        outline: of the page.
        address: that it was fetched from; empty where it was not, then the one that it gives counts.
    """
    for data in outline.data:
        is_article, genre = genre_of_data(data)
        if genre:
            return genre
        if is_article:  # further ones are other articles
            break
    said = (genre_of_section(*section) for section in outline.sections)
    found = next((genre for genre in said if genre), None)
    return found or genre_of_address(address or outline.address) or genre_of_text((), outline.titles)


@contextmanager
def _guarded() -> Iterator[None]:
    """Whatever the libraries raise, the page is still read; what they log of it helps nobody.

    Their level is set for good, as changing it back and forth is not safe between threads, and not where
    somebody has set it already.
    """
    for name in ("trafilatura", "htmldate"):
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.CRITICAL + 1)
    with suppress(Exception):  # lxml and htmldate each raise their own; RecursionError is among them
        yield


def _encodable(html: str) -> str:
    """Without lone surrogates, which lxml refuses."""
    return html.encode("utf-8", "replace").decode("utf-8")
