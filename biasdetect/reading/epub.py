"""Reads EPUB books and articles: their chapters in reading order."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from biasdetect.reading.archive import Archive
from biasdetect.reading.document import MAX_BLOCKS, Block, Document, build_document, too_many_blocks
from biasdetect.reading.encoding import decode_text
from biasdetect.reading.prose import has_words, no_text
from biasdetect.results import Metadata

_CONTAINER = "META-INF/container.xml"
_XHTML = ("application/xhtml+xml", "text/html")
_DC = "{http://purl.org/dc/elements/1.1/}"
_ASIDE = "sidebar"  # a note or a box of the book
# fonts may be obfuscated, and are named in this file too
_LOCKED = re.compile(
    rb"EncryptionMethod[^>]{0,200}Algorithm\s*=\s*[\"'](?![^\"']{0,200}(?:obfuscation|embedding|RC\"))", re.DOTALL
)


def read_epub(data: bytes, name: str) -> Document:
    """An EPUB to a document whose source is the text that was taken out of it.

    Its chapters come in the order of its spine, and all that they show is read, by the reader of HTML; what their markup
    calls navigation or a caption is kept with a reason. Its table of contents is left out.

    Args:
        data: the bytes of the file.
        name: a path, a URL, or what else names the document.

    Raises:
        InputError: where it is no EPUB, encrypted, damaged, unreasonably large when unpacked, or without text.
    """
    from biasdetect.reading.html.text import read_page

    archive = Archive(data, name, "EPUB")
    if "META-INF/encryption.xml" in archive and _LOCKED.search(archive.read("META-INF/encryption.xml")):
        raise archive.locked()
    place = _package(archive)
    package = archive.xml(place)
    text: list[str] = []
    blocks: list[Block] = []
    code: list[tuple[int, int]] = []
    quoted: list[tuple[int, int]] = []
    start = 0
    headline: int | None = None
    for member in _spine(package, place, archive):
        content = archive.read(member)
        if not content.strip():
            continue
        page = read_page(decode_text(content, f"{name}, {member}", "utf-8"))
        for piece in page.pieces:
            region = piece.region
            reason = region.reason if region is not None and region.certain and region.reason != _ASIDE else ""
            if piece.tag == "h1" and headline is None and not reason:
                headline = len(blocks)
            blocks.append(Block(start + piece.start, start + piece.end, reason=reason))
        if len(blocks) > MAX_BLOCKS:
            raise too_many_blocks(name)
        code += [(start + begin, start + end) for begin, end in page.code]
        quoted += [(start + begin, start + end) for begin, end in page.quoted]
        text += [page.text, "\n"]
        start += len(page.text) + 1
    if headline is not None:
        blocks[headline] = Block(blocks[headline].start, blocks[headline].end, "headline")
    whole = "".join(text)
    if not has_words(whole):
        raise no_text(name)
    return build_document(name, whole, whole, blocks, metadata=_metadata(package), marked=code, quoted=quoted)


def _package(archive: Archive) -> str:
    """The place of the file that lists what is in the book."""
    for element in archive.xml(_CONTAINER).iter("{*}rootfile"):
        if path := element.get("full-path"):
            return str(path)
    raise archive.damaged(f"{_CONTAINER} names no package")


def _spine(package: Any, place: str, archive: Archive) -> Iterator[str]:
    """The chapters in reading order, each once."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    seen = set()
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _XHTML or "nav" in (item.get("properties") or "").split():
            continue
        path = unquote((item.get("href") or "").partition("#")[0])
        member = posixpath.normpath(posixpath.join(posixpath.dirname(place), path))
        if member not in seen:
            seen.add(member)
            yield member


def _metadata(package: Any) -> Metadata:
    said = {
        name: " ".join((package.findtext(f".//{_DC}{name}") or "").split())[:1000]
        for name in ("title", "date", "publisher", "language")
    }
    day = re.match(r"\d{4}-\d{2}-\d{2}", said["date"])
    code = re.match(r"([a-z]{2})(?:[-_]|$)", said["language"], re.IGNORECASE)
    return Metadata(said["title"], day[0] if day else "", said["publisher"], code[1].lower() if code else "")
