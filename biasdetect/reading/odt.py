"""Reads OpenDocument texts: paragraphs, headings, notes and table cells in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from biasdetect.reading.archive import Archive
from biasdetect.reading.document import Block, Document, build_document
from biasdetect.reading.prose import has_words, no_text
from biasdetect.results import Metadata, Role

_SPACES = {
    name: f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for name in ("office", "text", "style", "svg-compatible")
}
_TEXT, _STYLE, _OFFICE = _SPACES["text"], _SPACES["style"], _SPACES["office"]
_DC = "{http://purl.org/dc/elements/1.1/}"
_SVG = _SPACES["svg-compatible"]

_PARAGRAPHS = {f"{_TEXT}p", f"{_TEXT}h"}
# what is deleted, hidden, said about the text, or drawn beside it
_SKIPPED = {
    f"{_TEXT}tracked-changes", f"{_TEXT}hidden-text", f"{_TEXT}hidden-paragraph", f"{_TEXT}note-citation", f"{_TEXT}ruby-text",
    f"{_TEXT}sequence-decls", f"{_TEXT}variable-decls", f"{_TEXT}user-field-decls", f"{_OFFICE}annotation",
    f"{_OFFICE}forms", f"{_OFFICE}scripts", f"{_OFFICE}event-listeners", f"{_SVG}title", f"{_SVG}desc",
}  # fmt: skip
_APART = {f"{_TEXT}note": "", f"{_TEXT}index-body": "navigation"}
_MARKS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_MOST_SPACES = 100  # a number says how many stand in a row

_QUOTING = ("quotations", "quote", "intense quote", "intensequote", "block text", "blockquote")
_CAPTION = "caption"
_MIME = "application/vnd.oasis.opendocument.text"
_WHITE = re.compile(r"[ \t\r\n]+")


def read_odt(data: bytes, name: str) -> Document:
    """An OpenDocument text to a document whose source is the text that was taken out of it.

    Each paragraph is a block, in document order, those in tables and text boxes too; notes stand behind the paragraph
    that they belong to. Tracked changes are in as accepted; comments, headers, footers and hidden or struck-out words are
    left out; captions and tables of contents are kept with a reason.

    Args:
        data: the bytes of the file.
        name: a path, a URL, or what else names the document.

    Raises:
        InputError: where it is no ODT, encrypted, damaged, unreasonably large when unpacked, or without text.
    """
    archive = Archive(data, name, "ODT")
    if "mimetype" in archive and not archive.read("mimetype").strip().decode("ascii", "replace").startswith(_MIME):
        raise archive.damaged("it holds something else than a text")
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise archive.locked()
    root = archive.xml("content.xml")
    styles = _Styles()
    if "styles.xml" in archive:
        styles.read(archive.xml("styles.xml"))
    styles.read(root)
    body = root.find(f"./{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise archive.damaged("it holds no text document")
    found = list(_paragraphs(body, styles))
    headline = _headline(found)
    blocks: list[Block] = []
    quoted: list[tuple[int, int]] = []
    lines: list[str] = []
    start = 0
    for number, paragraph in enumerate(found):
        for line in [" ".join(paragraph.text.split())] if number == headline else paragraph.text.split("\n"):
            if inner := line.strip():
                role: Role = "headline" if number == headline else "body"
                blocks.append(Block(start, start + len(inner), role, paragraph.reason))
                lines.append(inner)
                if paragraph.styles & set(_QUOTING):
                    quoted.append((start, start + len(inner)))
                start += len(inner) + 1
    text = "\n".join(lines)
    if not has_words(text):
        raise no_text(name)
    return build_document(name, text, text, blocks, metadata=_metadata(archive), quoted=quoted)


@dataclass(slots=True)
class _Paragraph:
    """A paragraph as it is read.

    Attributes:
        styles: names of its style and of those that this one is made from, in small letters.
        level: of a heading, from 1; 0 for other paragraphs.
        reason: why it is no prose; empty where it is.
        hidden: how many of the elements around what is read next are not shown.
        parts: its text so far.
    """

    styles: set[str]
    level: int
    reason: str
    hidden: int = 0
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """White space as it is shown."""
        return "".join(self.parts)

    def add(self, text: str | None) -> None:
        """Text of the file, in which white space is one space."""
        if text and not self.hidden:
            text = _WHITE.sub(" ", text)
            self.parts.append(text[1:] if text[0] == " " and self.parts and self.parts[-1][-1:] == " " else text)

    def mark(self, mark: str) -> None:
        """White space that an element stands for."""
        if not self.hidden:
            self.parts.append(mark)


class _Styles:
    """The styles of a document."""

    def __init__(self) -> None:
        self._above: dict[str, tuple[str, ...]] = {}
        self._unseen: set[str] = set()
        self._seen: set[str] = set()

    def read(self, root: Any) -> None:
        """Take in those of a file."""
        for style in root.iter(f"{_STYLE}style"):
            name = style.get(f"{_STYLE}name", "")
            shown = style.get(f"{_STYLE}display-name", "")
            self._above[name] = (shown, style.get(f"{_STYLE}parent-style-name", ""))
            for look in style.iterchildren(f"{_STYLE}text-properties"):
                line = look.get(f"{_STYLE}text-line-through-style") or look.get(f"{_STYLE}text-line-through-type")
                if look.get(f"{_TEXT}display") == "none" or line not in (None, "none"):
                    self._unseen.add(name)

    def names(self, name: str) -> set[str]:
        """A style's name and those of the styles that it is made from, as they are shown, in small letters."""
        return {one.replace("_20_", " ").lower() for one in self._chain(name)}

    def hides(self, name: str) -> bool:
        """Whether text in a style is hidden or struck out."""
        return bool(self._unseen) and not self._unseen.isdisjoint(self._chain(name))

    def _chain(self, name: str) -> set[str]:
        found: set[str] = set()
        while name and name not in found and len(found) < 40:
            found.add(name)
            shown, above = self._above.get(name, ("", ""))
            found |= {shown} - {""}
            name = above
        return found


def _paragraphs(body: Any, styles: _Styles) -> Iterator[_Paragraph]:
    """The paragraphs in document order; one that stands in another, as a note's or a text box's, comes behind it."""
    from lxml.etree import iterwalk  # type: ignore[import-untyped]

    open_ones: list[_Paragraph] = []
    inner: list[_Paragraph] = []
    reasons: list[str] = []
    walk = iterwalk(body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        here = open_ones[-1] if open_ones else None
        if event == "start":
            if tag in _SKIPPED:
                walk.skip_subtree()
            elif tag in _APART:
                reasons.append(_APART[tag])
            elif tag in _PARAGRAPHS:
                open_ones.append(_opened(element, styles, next(filter(None, reversed(reasons)), "")))
                open_ones[-1].add(element.text)
            elif here:
                _inside(here, element, styles)
            continue
        if tag in _APART:
            reasons.pop()
        elif tag in _PARAGRAPHS:
            inner.append(open_ones.pop())
            if not open_ones:
                # the paragraph around the others was closed last, and comes first
                yield inner.pop()
                yield from inner
                inner.clear()
        elif here and tag == f"{_TEXT}span":
            here.hidden -= styles.hides(element.get(f"{_TEXT}style-name", ""))
        if open_ones:
            open_ones[-1].add(element.tail)


def _inside(here: _Paragraph, element: Any, styles: _Styles) -> None:
    """An element inside a paragraph starts."""
    if element.tag in _MARKS:
        here.mark(_MARKS[element.tag])
    elif element.tag == f"{_TEXT}s":
        here.mark(" " * _count(element.get(f"{_TEXT}c", "1")))
    else:
        here.hidden += element.tag == f"{_TEXT}span" and styles.hides(element.get(f"{_TEXT}style-name", ""))
        here.add(element.text)


def _opened(element: Any, styles: _Styles, reason: str) -> _Paragraph:
    style = element.get(f"{_TEXT}style-name", "")
    names = styles.names(style)
    level = _count(element.get(f"{_TEXT}outline-level", "1")) if element.tag == f"{_TEXT}h" else 0
    return _Paragraph(names, level, reason or ("caption" if _CAPTION in names else ""), int(styles.hides(style)))


def _count(number: str) -> int:
    """A number of a file, within reason."""
    return min(int(number), _MOST_SPACES) if number.isascii() and number.isdigit() and len(number) < 10 else 1


def _headline(paragraphs: list[_Paragraph]) -> int | None:
    """Number of the paragraph that is the headline: the first title, or else the first heading of level 1."""
    for number, paragraph in enumerate(paragraphs):
        if "title" in paragraph.styles and has_words(paragraph.text):
            return number
    return next((number for number, one in enumerate(paragraphs) if one.level == 1 and has_words(one.text)), None)


def _metadata(archive: Archive) -> Metadata:
    """Title and language. The dates of a file are those of the work on it, not of publication."""
    if "meta.xml" not in archive:
        return Metadata()
    root = archive.xml("meta.xml")
    said = {name: (root.findtext(f".//{_DC}{name}") or "").strip() for name in ("title", "language")}
    code = re.match(r"([a-z]{2})(?:[-_]|$)", said["language"], re.IGNORECASE)
    return Metadata(title=said["title"][:1000], language=code[1].lower() if code else "")
