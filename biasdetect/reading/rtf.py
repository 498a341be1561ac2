"""Reads RTF: the text that striprtf takes out of it, each paragraph and each table cell a line."""

from __future__ import annotations

import re
from functools import partial

from biasdetect.errors import InputError
from biasdetect.reading.document import Document
from biasdetect.reading.formats import FORMATS, missing_reader, too_large
from biasdetect.reading.prose import has_words, no_text
from biasdetect.reading.text import read_text

_START = re.compile(rb"\s*\{\\rtf")
_PICTURE = re.compile(r"[0-9a-fA-F\r\n]{500,}")
# Control words that striprtf reads otherwise than a reader of articles would; the first is a backslash that is text.
_CONTROL = re.compile(r"\\(?:\\|(?P<word>nestcell|cell|fldinst|deleted|v|strike1?|strikd1?)(?P<end>[ {\\}\r\n]))")


def read_rtf(data: bytes, name: str) -> Document:
    """An RTF document to a document whose source is the text that was taken out of it.

    Deleted, hidden and struck-out words are left out where they stand in a group of their own, as word processors write
    them; so are headers, footers, notes, comments and the addresses of links. Styles are not known: the headline is told
    as in plain text.

    Args:
        data: the bytes of the file.
        name: a path, a URL, or what else names the document.

    Raises:
        InputError: where it is no RTF, damaged, or without text.
        MissingReaderError: without striprtf.
    """
    try:
        from striprtf.striprtf import rtf_to_text
    except ImportError as error:
        raise missing_reader("rtf", name) from error
    if not _START.match(data):
        raise InputError(f"{name}: is no RTF file. Open it in a word processor and save it again, or as plain text.")
    raw = _PICTURE.sub("", data.decode("cp1252", "replace")).lstrip()
    if len(raw) > FORMATS["text"].max_bytes:
        raise too_large(name, FORMATS["text"].max_bytes)
    struck = not re.search(r"\\striked?0", raw)
    try:
        text: str = rtf_to_text(  # type: ignore[no-untyped-call]
            _CONTROL.sub(partial(_rewritten, struck), raw), errors="replace"
        )
    except Exception as error:  # a number that is none, an encoding that is none: whatever a damaged file leads to
        raise InputError(
            f"{name}: is a damaged RTF file ({_brief(error)}). Save it again, or as plain text."
        ) from error
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
    if not has_words(text):
        raise no_text(name)
    return read_text(text, name)


def _rewritten(struck: bool, found: re.Match[str]) -> str:
    """A control word as striprtf has to see it.

    A cell ends a paragraph. What is deleted, hidden or struck out is a destination that is passed over, to the end of its
    group. The space behind ``fldinst`` keeps striprtf from writing the address of each link into the sentence, and from
    a search for it that takes a time that grows with the square of a line's length.
    """
    word, end = found["word"], found["end"]
    if word is None:
        return found[0]
    if word in ("cell", "nestcell"):
        return f"\\par{end}"
    if word == "fldinst":
        return f"\\fldinst {end}"
    if word in ("deleted", "v") or struck:
        return f"\\*\\{word}{end}"
    return found[0]


def _brief(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:100] or type(error).__name__
