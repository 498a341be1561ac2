"""Extracts the readable text of HTML in one pass over turbohtml's tokens, with the offset of every character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from biasdetect.reading.document import MAX_BLOCKS, Places
from biasdetect.reading.html.outline import Outline
from biasdetect.reading.html.regions import BYLINE, Attributes, Region, byline_of, is_hidden, region_of
from biasdetect.reading.html.tree import BLOCK, VOID, Element, OpenElements

if TYPE_CHECKING:
    from turbohtml import Token

_MAX_TOKENS = 500_000  # tags, references, runs of text; a long page has 20,000, and what stands after these is not read
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_CHUNK = re.compile(r"[^ \t\n\f\r]+(?: [^ \t\n\f\r]+)*|[ \t\n\f\r]+")
_BLANK_LINE = re.compile(r"(?:\r\n|\r(?!\n)|\n)[ \t\f]*[\r\n]")
_SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
_EDGE = _SPACES + "\0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"  # never part of a block's edge
_NO_TEXT = frozenset(
    "audio canvas datalist embed iframe math noembed noframes noscript object script select style svg template"
    " textarea title video amp-analytics amp-ad del s strike".split()
)
_CODE = frozenset("code kbd samp tt var".split())
_QUOTATION = frozenset(("blockquote", "q", "cite"))  # the title of a work is its maker's
_ROOT = frozenset(("html", "head", "body"))


@dataclass(slots=True)
class Piece:
    """A block as its markup has it.

    Attributes:
        start: offset into the text.
        end: end, exclusive.
        tag: the innermost block element around its first character.
        region: the boilerplate that it stands in.
        in_article: it stands in an ``article`` or ``main``.
        linked: how many of its characters are links.
    """

    start: int
    end: int
    tag: str
    region: Region | None
    in_article: bool
    linked: int = 0


@dataclass(slots=True)
class Page:
    """The readable text of some HTML.

    Attributes:
        text: the text without markup; pieces are separated by a line break.
        places: from the text to the source.
        pieces: its blocks, in order.
        outline: the page again, reduced to its structure.
        is_fragment: it has neither head nor body: a piece of a page, as content systems store it.
        code: offsets into the text of what is code in it.
        quoted: the same of what stands in a quotation's element.
    """

    text: str
    places: Places
    pieces: list[Piece]
    outline: Outline
    is_fragment: bool
    code: list[tuple[int, int]]
    quoted: list[tuple[int, int]]

    def said(self, number: int) -> str:
        """The text of a block."""
        piece = self.pieces[number]
        return self.text[piece.start : piece.end]


def read_page(source: str) -> Page:
    """Read HTML, however broken. Time and memory grow with its length, and nothing is read beyond what a page may hold."""
    from turbohtml import TokenType, tokenize

    reader = _Reader()
    tokens = _placed(tokenize(source, resolve_references=False), source)
    for token, start, end in islice(tokens, _MAX_TOKENS):
        if reader.blocks > MAX_BLOCKS:
            break
        match token.type:
            case TokenType.TEXT:
                reader.text(token.data or "", source, start, end)
            case TokenType.CHARACTER_REFERENCE:
                reader.reference(token.data or "", start, end)
            case TokenType.START_TAG:
                reader.start_tag(token.tag or "", token, start, end)
            case TokenType.END_TAG:
                reader.end_tag(token.tag or "", start, end)
            case TokenType.DOCTYPE:
                reader.is_fragment = False
    return reader.page()


def _placed(tokens: Iterator[Token], source: str) -> Iterator[tuple[Token, int, int]]:
    """Tokens with where they start and where the next one does, as offsets into the source."""
    lines = [0, *(match.end() for match in _LINE_BREAK.finditer(source))]
    before, start = None, 0
    for token in tokens:
        place = lines[token.line - 1] + token.col
        if before is not None:
            yield before, start, place
        before, start = token, place
    if before is not None:
        yield before, start, len(source)


@dataclass(slots=True)
class _Reader:
    """What has been read so far; a block is open where ``_piece`` is not None."""

    is_fragment: bool = True
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _places: Places = field(default_factory=Places)
    _pieces: list[Piece] = field(default_factory=list)
    _piece: Piece | None = None
    _space: tuple[int, int] | None = None
    _breaks: int = 0
    _open: OpenElements = field(default_factory=OpenElements)
    _outline: Outline = field(default_factory=Outline)
    _code: list[tuple[int, int]] = field(default_factory=list)
    _quoted: list[tuple[int, int]] = field(default_factory=list)

    @property
    def blocks(self) -> int:
        """How many have been read."""
        return len(self._pieces)

    def text(self, data: str, source: str, start: int, end: int) -> None:
        """A run of text: ``data`` is what ``source[start:end]`` says."""
        top = self._open.top
        if top.hidden:
            self._outline.hidden_text(top.tag, data)
            return
        raw = source[start:end]
        if raw == data or ("\r" in raw and _LINE_BREAK.sub("\n", raw) == data):
            for chunk in _CHUNK.finditer(raw):
                self._chunk(chunk.group(), start + chunk.start(), start + chunk.end())
            return
        for char, char_start, char_end in _in_step(data, source, start, end):
            self._chunk(char, char_start, char_end)

    def reference(self, data: str, start: int, end: int) -> None:
        """A character reference, for one or more characters."""
        top = self._open.top
        if top.hidden:
            self._outline.hidden_text(top.tag, data)
            return
        for char in data:
            self._chunk(char, start, end)

    def start_tag(self, tag: str, token: Token, start: int, end: int) -> None:
        """A start tag; in HTML, ``<p/>`` is one too."""
        if tag in _ROOT or (tag == "title" and not self._open.top.hidden):  # an icon may have a title too
            self.is_fragment = False
        attributes: Attributes = dict(token.attrs) if token.attrs else {}
        if tag in _ROOT:
            self._outline.root(tag, attributes)
            self._end_piece()
            return
        if tag == "br":
            self._break(start, end)
            return
        for element in self._open.before(tag):
            self._leave(element)
        if tag in BLOCK:
            self._end_piece()
        if tag in VOID:
            if tag == "meta":
                self._outline.meta(tag, attributes)
            return
        foreign = tag in ("svg", "math") and token.self_closing
        if not foreign:
            self._enter(tag, attributes)

    def end_tag(self, tag: str, start: int, end: int) -> None:
        """An end tag; one that closes nothing is left out."""
        if tag == "br":
            self._break(start, end)
            return
        if tag in BLOCK:
            self._end_piece()
        for element in self._open.close(tag):
            self._leave(element)

    def page(self) -> Page:
        """All that was read."""
        self._end_piece()
        for element in self._open.close_all():
            self._leave(element)
        text = "".join(self._parts)
        return Page(text, self._places, self._pieces, self._outline, self.is_fragment, self._code, self._quoted)

    def _enter(self, tag: str, attributes: Attributes) -> None:
        around = self._open.top
        element = Element(
            tag,
            hidden=around.hidden or tag in _NO_TEXT or is_hidden(tag, attributes),
            region=around.region,
            in_article=around.in_article,
            in_link=around.in_link or tag == "a",
            preformatted=around.preformatted or tag in ("pre", "xmp", "plaintext", "listing"),
            in_code=around.in_code or tag in _CODE,
            in_quotation=around.in_quotation or tag in _QUOTATION,
            block=around.block,
        )
        if tag in BLOCK and not element.hidden:
            self._enter_block(element, attributes)
        elif attributes:
            element.region = byline_of(attributes, element.region)
        if tag == "time" and (element.region is None or element.region.reason == BYLINE):
            self._outline.meta(tag, attributes)
        if not element.hidden:
            element.written = element.outlined and self._outline.start(tag, attributes)
        elif not around.hidden:
            self._outline.hidden_start(tag, attributes)
        self._open.push(element)

    def _enter_block(self, element: Element, attributes: Attributes) -> None:
        tag = element.tag
        element.block = tag
        element.region = region_of(tag, attributes, element.region, element.in_article)
        is_body = tag == "main" or (attributes.get("itemprop") or "").lower() == "articlebody"
        if element.region and (is_body or tag in ("h1", "article")):
            element.region.doubt(tag if tag in ("h1", "article") else "main")
        element.in_article |= is_body or tag == "article"

    def _leave(self, element: Element) -> None:
        if element.tag in BLOCK:
            self._end_piece()
        if element.written:
            self._outline.end(element.tag)

    def _break(self, start: int, end: int) -> None:
        """``<br>``: one is a space, two in a row end the block."""
        if self._open.top.hidden:
            return
        if self._open.top.outlined:
            self._outline.line_break()
        self._breaks += 1
        if self._breaks > 1:
            self._end_piece()
        elif self._space is None:
            self._space = start, end

    def _chunk(self, chunk: str, start: int, end: int) -> None:
        """White space, or words with single spaces between them."""
        if chunk[0] in " \t\n\f\r":
            self._space = self._space or (start, end)
            if self._open.top.preformatted and _BLANK_LINE.search(chunk):
                self._end_piece()
            return
        visible = chunk.lstrip(_EDGE)
        if visible:
            self._breaks = 0
        piece = self._piece
        if piece is None:
            if not visible:
                return
            if end - start == len(chunk):
                start = end - len(visible)
            chunk = visible
            piece = self._start_piece(start)
        elif self._space is not None:
            self._add(piece, " ", *self._space)
        self._space = None
        self._add(piece, chunk, start, end)

    def _start_piece(self, place: int) -> Piece:
        if self._pieces:
            self._parts.append("\n")
            self._length += 1
            self._places.add(place, place)
        top = self._open.top
        if top.outlined:
            self._outline.mark(len(self._pieces))
        self._piece = Piece(self._length, self._length, top.block, top.region, top.in_article)
        return self._piece

    def _add(self, piece: Piece, chunk: str, start: int, end: int) -> None:
        self._parts.append(chunk)
        self._length += len(chunk)
        if end - start == len(chunk):
            self._places.add_run(start, len(chunk))
        else:
            self._places.add(start, end)
        top = self._open.top
        if top.in_code:
            self._code.append((self._length - len(chunk), self._length))
        if top.in_quotation:
            begin = self._length - len(chunk)
            if self._quoted and self._quoted[-1][1] == begin:
                begin = self._quoted.pop()[0]
            self._quoted.append((begin, self._length))
        if top.outlined:
            self._outline.text(chunk)
        if top.in_link:
            piece.linked += len(chunk)
        if top.region is None:  # an inline byline that the sentence goes on after is none
            piece.region = None

    def _end_piece(self) -> None:
        self._space = None
        self._breaks = 0
        piece, self._piece = self._piece, None
        if piece is None:
            return
        piece.end = self._length
        for part in reversed(self._parts):
            visible = len(part.rstrip(_EDGE))
            piece.end -= len(part) - visible
            if visible:
                break
        self._pieces.append(piece)


def _in_step(data: str, source: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """The characters of a run of text with their places, where the source says it in other characters.

    Line breaks are normalised, ``</>`` is left out, and NUL is replaced in some elements. Where that does
    not explain it, every character stands for the whole run, which is coarse and never wrong.
    """
    steps: list[tuple[str, int, int]] = []
    place = start
    for char in data:
        while source.startswith("</>", place, end):
            place += 3
        raw = source[place] if place < end else ""
        width = 2 if source.startswith("\r\n", place, end) else 1
        if raw != char and not (raw == "\r" and char == "\n") and not (raw == "\0" and char == "\ufffd"):
            return [(char, start, end) for char in data]
        steps.append((char, place, place + width))
        place += width
    return steps
