"""A document: the source, the text to read in it, and the blocks of that text."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from biasdetect.errors import InputError
from biasdetect.reading.boilerplate import BYLINE, boilerplate_reasons
from biasdetect.reading.genre import Genre, genre_of_text
from biasdetect.reading.no_prose import find_no_prose
from biasdetect.reading.said import Said, find_said
from biasdetect.results import Metadata, Role
from biasdetect.util.stretches import Stretch, masked

MAX_BLOCKS = 50_000
"""Paragraphs; no article has as many, and a hostile file may have millions."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item or heading: ``text[start:end]`` of a document, without outer white space.

    Attributes:
        start: character offset into the document's text.
        end: end of the block, exclusive.
        role: ``headline`` for the article's title, ``caption`` and ``footnote`` where the format tells them, else ``body``.
        reason: why it is boilerplate and no prose; empty where it is prose.
    """

    start: int
    end: int
    role: Role = "body"
    reason: str = ""


class Places:
    """Where each character of a text stands in its source.

    A character of the text may stand for several of the source (``&amp;``, a run of white space), and
    between two neighbours there may be any amount of markup.
    """

    __slots__ = ("_ends", "_starts")

    def __init__(self) -> None:
        self._starts = array("q")
        self._ends = array("q")

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, start: int, end: int) -> None:
        """The text's next character is ``source[start:end]``."""
        self._starts.append(start)
        self._ends.append(end)

    def add_run(self, start: int, length: int) -> None:
        """The text's next characters are ``source[start:start + length]``, one for one."""
        self._starts.extend(range(start, start + length))
        self._ends.extend(range(start + 1, start + length + 1))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """``text[start:end]``, not empty, as offsets into the source."""
        return self._starts[start], self._ends[end - 1]


@dataclass(frozen=True, slots=True)
class Document:
    """A document to score.

    Attributes:
        name: a path, a URL, or what the caller gave.
        source: what the offsets of a report point into: a format that is text as it is, such as Markdown or HTML;
            for others (DOCX, PDF, e-mail), the text that was taken out of them.
        text: what is read: the source without its markup.
        blocks: the text's paragraphs, in order, boilerplate among them.
        places: from text to source; None where the two are one.
        metadata: what the document says about itself.
        extracted: whether the source was taken out of a file that is no text (DOCX, PDF, e-mail, a row of a table), so that
            offsets point into no file.
        no_prose: stretches of the text, in order, that are not scored and in which no phrase lies: addresses, handles,
            file names, code, formulas.
        said: stretches of the text, in order, that markup or layout gives as somebody else's words: block quotations, what
            stands behind a speaker's name, a statement that the text introduces.
        genre: what it calls itself, where it calls itself an opinion piece or a review.
    """

    name: str
    source: str
    text: str
    blocks: tuple[Block, ...]
    places: Places | None = None
    metadata: Metadata = field(default_factory=Metadata)
    extracted: bool = False
    no_prose: tuple[Stretch, ...] = ()
    said: tuple[Said, ...] = ()
    genre: Genre | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """``text[start:end]`` as offsets into the source."""
        return self.places.span(start, end) if self.places and start < end else (start, end)


def build_document(
    name: str,
    source: str,
    text: str,
    blocks: Sequence[Block],
    places: Places | None = None,
    metadata: Metadata | None = None,
    marked: Sequence[Stretch] = (),
    quoted: Sequence[Stretch | Said] = (),
    genre: Genre | None = None,
) -> Document:
    """A document of blocks as a reader found them: boilerplate among them is recognised here.

    A reason that the reader gave is kept; a block that it knows to be the headline is prose.

    Args:
        name: as in :class:`Document`, like the rest.
        source: likewise.
        text: likewise.
        blocks: likewise, with reasons where the reader has any.
        places: likewise.
        metadata: likewise.
        marked: stretches of the text that its markup says are no prose.
        quoted: stretches of the text that its markup says are quoted, with who speaks where it says so.
        genre: what it calls itself beside the text; else its first lines, or its title, may say.

    Raises:
        InputError: where it has more than ``MAX_BLOCKS`` blocks.
    """
    if len(blocks) > MAX_BLOCKS:
        raise too_many_blocks(name)
    no_prose = find_no_prose(text, marked)
    prose = masked(text, no_prose)
    reasons = boilerplate_reasons([text[block.start : block.end] for block in blocks])
    recognised = [
        block
        if block.reason or block.role == "headline"
        else replace(block, reason=_without_prose(text, prose, block) or reason or "")
        for block, reason in zip(blocks, reasons, strict=True)
    ]
    said = find_said(text, [(block.start, block.end) for block in recognised if not block.reason], quoted)
    metadata = metadata or Metadata()
    lines = (text[block.start : block.end] for block in blocks if block.reason in ("", BYLINE))
    genre = genre or genre_of_text(lines, (metadata.title,))
    return Document(name, source, text, tuple(recognised), places, metadata, no_prose=no_prose, said=said, genre=genre)


def _without_prose(text: str, prose: str, block: Block) -> str:
    """The reason for a block of which nothing is left without what is no prose; empty where something is."""
    left, said = (any(map(str.isalnum, whole[block.start : block.end])) for whole in (prose, text))
    return "address or code" if said and not left else ""


def too_many_blocks(name: str, most: int = MAX_BLOCKS) -> InputError:
    """The error for a document of more blocks than are read."""
    return InputError(
        f"{name or 'the text'}: has more than {most:,} paragraphs, which no article has. Split it into its articles."
    )
