"""Reads Word documents: paragraphs, headings, table cells, captions and notes in their order; comments are set aside."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

from biasdetect.errors import InputError
from biasdetect.reading.document import Block, Document, build_document
from biasdetect.reading.docx.container import INVALID, brief, check_container, content_types
from biasdetect.reading.docx.paragraphs import Paragraph, Piece, read_paragraphs
from biasdetect.results import Metadata, Role

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

COMMENT = "comment in the margin"
"""The reason of what stands in a comment."""

_QUOTING = ("quote", "intense quote", "block text", "quotations")  # styles of quoted paragraphs


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a Word document, which is a block of what is read.

    Attributes:
        text: what it says, without outer white space.
        start: offset of its first character in the text of the document.
        role: what it is in the article.
        paragraph: that it stands in.
        places: where its text comes from, stretch by stretch: offset into the line's text, offset into the paragraph's.
    """

    text: str
    start: int
    role: Role
    paragraph: Paragraph
    places: Sequence[tuple[int, int]]

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.start + len(self.text)

    def find(self, position: int) -> tuple[Piece, int]:
        """The piece that a character of the document's text stands in, no white space, and its place in the piece."""
        inner = position - self.start
        begin, place = self.places[bisect_right(self.places, inner, key=itemgetter(0)) - 1]
        offset = place + inner - begin
        ends = list(accumulate(len(piece.text) for piece in self.paragraph.pieces))
        number = bisect_right(ends, offset)
        piece = self.paragraph.pieces[number]
        return piece, offset - (ends[number] - len(piece.text))


def read_docx(data: bytes, name: str) -> Document:
    """A Word document to a document whose source is the text that was taken out of it.

    Each line of a paragraph is a block, in document order, those in tables and text boxes too; footnotes and endnotes
    follow the body. Captions and notes have a role of their own. Tracked insertions are in; tracked deletions, headers,
    footers, struck-out and hidden text are out. Comments are blocks with a reason.

    Args:
        data: the bytes of the file.
        name: a path, a URL, or what else names the document.

    Raises:
        InputError: where it is no DOCX, encrypted, damaged, unreasonably large when unpacked, or without text.
    """
    word, lines = open_docx(data, name)
    text = "\n".join(line.text for line in lines)
    if not any(char.isalnum() for line in lines if line.paragraph.place != "comment" for char in line.text):
        raise InputError(f"{name}: holds no text. Give a file with an article in it.")
    blocks = [
        Block(line.start, line.end, line.role, COMMENT if line.paragraph.place == "comment" else "") for line in lines
    ]
    quoted = [(line.start, line.end) for line in lines if line.paragraph.style in _QUOTING]
    return build_document(name, text, text, blocks, metadata=_metadata(word), quoted=quoted)


def open_docx(data: bytes, name: str) -> tuple[WordDocument, list[Line]]:
    """The opened document, and its lines, which stand below each other in the text of :func:`read_docx`.

    Raises:
        InputError: as :func:`read_docx`, save for one without text.
    """
    import docx

    check_container(data, name)
    try:
        word = docx.Document(BytesIO(data))
        paragraphs = list(read_paragraphs(word))
    except Exception as error:  # KeyError, ValueError, lxml's and python-docx's own: whatever a damaged part leads to
        kinds = content_types(data)
        if b"macroEnabled" in kinds or b"wordprocessingml.template.main" in kinds:
            raise InputError(f"{name}: is a Word template or has macros. Save it as .docx.") from error
        raise InputError(f"{name}: is a damaged DOCX file ({brief(error)}). {INVALID}") from error
    return word, _lines(paragraphs)


def _lines(paragraphs: Sequence[Paragraph]) -> list[Line]:
    headline = _headline(paragraphs)
    lines: list[Line] = []
    start = 0
    for paragraph in paragraphs:
        content = paragraph.text
        role: Role = "headline" if paragraph is headline else _role(paragraph)
        begin = 0
        for whole in [content] if role == "headline" else content.split("\n"):
            words = re.finditer(r"\S+", whole) if role == "headline" else re.finditer(r"\S(?:.*\S)?", whole, re.DOTALL)
            found = [(word.start(), word.group()) for word in words]
            if found:
                inner = accumulate((len(said) + 1 for _, said in found), initial=0)
                places = [(offset, begin + place) for offset, (place, _) in zip(inner, found, strict=False)]
                text = " ".join(said for _, said in found)
                lines.append(Line(text, start, role, paragraph, places))
                start += len(text) + 1
            begin += len(whole) + 1
    return lines


def _headline(paragraphs: Sequence[Paragraph]) -> Paragraph | None:
    """The paragraph that is the headline: the first title, or else the first heading of level 1."""
    body = [paragraph for paragraph in paragraphs if paragraph.place == "body"]
    for wanted in ("title", "heading 1"):
        for paragraph in body:
            if paragraph.style == wanted:
                return paragraph
    return None


def _role(paragraph: Paragraph) -> Role:
    if paragraph.place == "note":
        return "footnote"
    return "caption" if paragraph.style == "caption" else "body"


def _metadata(word: WordDocument) -> Metadata:
    """Title and language. The dates of a file are those of the work on it, not of publication."""
    try:
        properties = word.core_properties
        title, language = properties.title.strip(), properties.language
    except Exception:  # a damaged part that nothing else depends on
        return Metadata()
    code = re.match(r"([a-z]{2})(?:[-_]|$)", language, re.IGNORECASE)
    return Metadata(title="" if title == "Word Document" else title, language=code[1].lower() if code else "")
