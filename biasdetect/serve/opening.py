"""Makes a text to edit of what people have: a file, a page of the web, what was copied with its formatting.

A format that people write by hand (Markdown, LaTeX) is edited as it is. Of all others the paragraphs are edited, with a
blank line between them, and :class:`Draft` knows where each character stands in the document that it was taken from.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from biasdetect.reading.document import Block, Document, Places
from biasdetect.reading.files import read, recognise
from biasdetect.reading.formats import TEXT_FORMATS, Format, TextFormat
from biasdetect.reading.said import find_said

QUOTED = "> "
"""Begins a paragraph that markup gives as quoted, as in e-mail; plain text is read so."""
_BETWEEN = "\n\n"
_WRITTEN_BY_HAND: tuple[Format, ...] = ("text", "markdown", "latex", "rst")


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to edit.

    Attributes:
        text: it.
        format: what the text is.
        document: what it was taken from.
        places: for each character of the text its place in the document's text; a place of no length stands for a
            character that the document has not. None where the text is the document's source.
        left_out: the number of paragraphs that are not in it, by the reason.
    """

    text: str
    format: TextFormat
    document: Document
    places: Places | None = None
    left_out: Counter[str] = field(default_factory=Counter)


def open_draft(
    data: str | bytes,
    form: Format | None = None,
    name: str = "",
    *,
    whole: bool = False,
    media_type: str = "",
    charset: str = "",
) -> Draft:
    """Read a document, and make a text to edit of it.

    Args:
        data: text, or bytes in any format.
        form: the format; recognised where left out.
        name: of the file, or an address.
        whole: whether paragraphs that look like boilerplate are in the text too, as for what somebody copied.
        media_type: what a server said it is.
        charset: the encoding that a server named.

    Raises:
        InputError: where it cannot be read, or holds no text.
    """
    start = data[:5000].encode("utf-8", "replace") if isinstance(data, str) else data[:5000]
    form = form or recognise(start, name, name or "the text", media_type)
    document = read(data, form, name, charset=charset)
    if form in _WRITTEN_BY_HAND:
        hand = next(known for known in TEXT_FORMATS if known == form)
        return Draft(document.source.replace("\r\n", "\n").replace("\r", "\n"), hand, document)
    return _of_blocks(document, whole)


def _of_blocks(document: Document, whole: bool) -> Draft:
    kept = [block for block in document.blocks if whole or not block.reason] or list(document.blocks)
    known, quoted = set(kept), set(_quoted(document, kept))
    places, pieces = Places(), []
    for number, block in enumerate(kept):
        before = (_BETWEEN if number else "") + (QUOTED if block in quoted else "")
        for _ in before:
            places.add(block.start, block.start)
        places.add_run(block.start, block.end - block.start)
        pieces += [before, document.text[block.start : block.end]]
    left_out = Counter(block.reason for block in document.blocks if block not in known)
    return Draft("".join(pieces), "text", document, places, left_out)


def _quoted(document: Document, blocks: list[Block]) -> Iterator[Block]:
    """The blocks that markup alone gives as quoted; what plain text tells by itself needs no sign."""
    if not document.said:
        return
    by_itself = {
        (one.start, one.end) for one in find_said(document.text, [(block.start, block.end) for block in blocks])
    }
    marked = [(one.start, one.end) for one in document.said if (one.start, one.end) not in by_itself]
    starts = [start for start, _ in marked]
    for block in blocks:
        number = bisect_right(starts, block.start) - 1
        if number >= 0 and block.end <= marked[number][1]:
            yield block
