"""Reads Word documents: paragraphs, headings and table cells in their order."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from biasdetect.errors import InputError
from biasdetect.reading.document import Block, Document, build_document
from biasdetect.results import Metadata

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

MAX_UNPACKED = 50_000_000
"""Bytes that all files inside a DOCX may have together."""
MAX_ENTRIES = 2_000
"""Files inside a DOCX; an article with a hundred pictures has some 150."""
MAX_TAGS = 500_000
"""XML tags inside a DOCX. Each takes some hundred bytes of memory; a long article has 50,000."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_INVALID = "Open it in a word processor, save it as .docx again, or save it as plain text."

_QUOTING = ("quote", "intense quote", "block text", "quotations")  # styles of quoted paragraphs

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

# What else comes in a ZIP file: a file inside that gives it away, what it is, what to do.
_RELATIVES = (
    ("xl/workbook.xml", "an Excel workbook", "Save the sheet with the articles as CSV."),
    ("ppt/presentation.xml", "a PowerPoint presentation", "Save its text as plain text."),
    ("META-INF/container.xml", "an EPUB book", "Convert its chapters to HTML or plain text."),
    ("Index/Document.iwa", "a Pages document", "Export it as .docx."),
    ("content.xml", "an OpenDocument file", "Save it as .docx or as plain text."),
)


def read_docx(data: bytes, name: str) -> Document:
    """A Word document to a document whose source is the text that was taken out of it.

    Each paragraph is a block, in document order, those in tables and text boxes too. Tracked insertions are in, tracked
    deletions out; headers, footers, comments and footnotes are left out.

    Args:
        data: the bytes of the file.
        name: a path, a URL, or what else names the document.

    Raises:
        InputError: where it is no DOCX, encrypted, damaged, unreasonably large when unpacked, or without text.
    """
    _check_container(data, name)
    word, paragraphs = _open(data, name)
    headline = _headline([style for style, _ in paragraphs])
    blocks: list[Block] = []
    quoted: list[tuple[int, int]] = []
    lines: list[str] = []
    start = 0
    for number, (style, content) in enumerate(paragraphs):
        for line in [" ".join(content.split())] if number == headline else content.split("\n"):
            if inner := line.strip():
                blocks.append(Block(start, start + len(inner), "headline" if number == headline else "body"))
                lines.append(inner)
                if style in _QUOTING:
                    quoted.append((start, start + len(inner)))
                start += len(inner) + 1
    text = "\n".join(lines)
    if not any(char.isalnum() for char in text):
        raise InputError(f"{name}: holds no text. Give a file with an article in it.")
    return build_document(name, text, text, blocks, metadata=_metadata(word), quoted=quoted)


def _check_container(data: bytes, name: str) -> None:
    """Refuse what python-docx should never see; everything is unpacked once, since the directory may lie on sizes."""
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise InputError(f"{name}: is protected by a password. Save a copy without one.")
        raise InputError(f"{name}: is a Word document of the old kind (.doc). Save it as .docx.")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_entries(archive, name)
    except InputError:
        raise
    except Exception as error:  # zipfile lets errors of many kinds through from damaged files
        raise InputError(f"{name}: is a damaged DOCX file, or none at all ({_brief(error)}). {_INVALID}") from error


def _check_entries(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    names = set(archive.namelist())
    for member, what, advice in _RELATIVES:
        if member in names:
            raise InputError(f"{name}: is {what}, which cannot be read. {advice}")
    if "[Content_Types].xml" not in names:
        raise InputError(f"{name}: is a ZIP archive and no DOCX. Unpack it and give the articles in it.")
    too_large = f"{name}: is a DOCX that unpacks to an unreasonable size. Save the article alone as a new .docx file."
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise InputError(too_large)
    left = MAX_UNPACKED
    tags = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise InputError(f"{name}: is protected by a password. Save a copy without one.")
        # LZMA and its like may ask for gigabytes to unpack a few bytes; DOCX has no use for them.
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(f"{name}: is a DOCX packed in an unusual way. {_INVALID}")
        with archive.open(entry) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if not content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith((b"<", b"\0<")):
            continue  # a picture, a font
        tags += content.count(b"<")
        if left < 0 or tags > MAX_TAGS:
            raise InputError(too_large)
        # Entities come with a document type, which the standard forbids in a DOCX.
        if any(mark in content for mark in _DOCTYPES) and not entry.filename.endswith(".svg"):
            raise InputError(f"{name}: is a DOCX with XML entities in it, which may be an attack. {_INVALID}")


def _open(data: bytes, name: str) -> tuple[WordDocument, list[tuple[str, str]]]:
    import docx

    try:
        word = docx.Document(BytesIO(data))
        return word, list(_paragraphs(word))
    except Exception as error:  # KeyError, ValueError, lxml's and python-docx's own: whatever a damaged part leads to
        kinds = _content_types(data)
        if b"macroEnabled" in kinds or b"wordprocessingml.template.main" in kinds:
            raise InputError(f"{name}: is a Word template or has macros. Save it as .docx.") from error
        raise InputError(f"{name}: is a damaged DOCX file ({_brief(error)}). {_INVALID}") from error


def _brief(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:100] or type(error).__name__


def _content_types(data: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read("[Content_Types].xml")


def _paragraphs(word: WordDocument) -> Iterator[tuple[str, str]]:
    """Style and text of each paragraph, in document order.

    The style is its name in lower case, English in Word of whatever language; lines are parted by line feeds.
    """
    from docx.oxml.ns import qn
    from lxml.etree import iterwalk  # type: ignore[import-untyped]

    styles = {
        style.get(qn("w:styleId")): name.get(qn("w:val"), "").lower()
        for style in word.styles.element.iterchildren(qn("w:style"))
        for name in style.iterchildren(qn("w:name"))
    }
    paragraph, text = qn("w:p"), qn("w:t")
    marks = {
        qn("w:tab"): "\t",
        qn("w:ptab"): "\t",
        qn("w:br"): "\n",
        qn("w:cr"): "\n",
        qn("w:noBreakHyphen"): "-",
    }
    # Deleted, moved away, drawn a second time for old versions of Word, and settings, which have tabs of their own.
    skipped = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), _FALLBACK}
    found: list[tuple[Any, list[str]]] = []
    open_ones: list[list[str]] = []
    walk = iterwalk(word.element.body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "end":
            if tag == paragraph:
                open_ones.pop()
        elif tag in skipped:
            walk.skip_subtree()
        elif tag == paragraph:
            content: list[str] = []
            found.append((element, content))
            open_ones.append(content)
        elif open_ones and tag == text:
            open_ones[-1].append(element.text or "")
        elif open_ones and tag in marks:
            open_ones[-1].append(marks[tag])
    joined: list[str] = []
    for element, content in found:
        joined.extend(content)
        if element.find("./" + "/".join((qn("w:pPr"), qn("w:rPr"), qn("w:del")))) is not None:
            continue  # the paragraph's end is deleted: it runs on into the next one
        yield styles.get(element.style or "", ""), "".join(joined)
        joined.clear()
    if joined:
        yield "", "".join(joined)


def _headline(styles: list[str]) -> int | None:
    """Number of the paragraph that is the headline: the first title, or else the first heading of level 1."""
    for wanted in ("title", "heading 1"):
        if wanted in styles:
            return styles.index(wanted)
    return None


def _metadata(word: WordDocument) -> Metadata:
    """Title and language. The dates of a file are those of the work on it, not of publication."""
    try:
        properties = word.core_properties
        title, language = properties.title.strip(), properties.language
    except Exception:  # a damaged part that nothing else depends on
        return Metadata()
    code = re.match(r"([a-z]{2})(?:[-_]|$)", language, re.IGNORECASE)
    return Metadata(title="" if title == "Word Document" else title, language=code[1].lower() if code else "")
