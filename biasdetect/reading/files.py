"""Reads bytes into a document: size, format, encoding and binary content are settled here."""

from __future__ import annotations

import codecs
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from biasdetect.errors import InputError
from biasdetect.reading.document import Document
from biasdetect.reading.encoding import decode_named, decode_text, page_encoding
from biasdetect.reading.formats import (
    FORMATS,
    MEDIA_TYPES,
    REFUSED,
    SUFFIXES,
    TEXT_FORMATS,
    Format,
    suffix_of,
    too_large,
)
from biasdetect.reading.no_prose import sole_address
from biasdetect.reading.text import read_text

STDIN = "-"
_MOST = max(known.max_bytes for known in FORMATS.values())

_OLE = b"\xd0\xcf\x11\xe0"
# what a file is by its beginning, whatever its name or a server says
_SURE: tuple[tuple[re.Pattern[bytes], Format], ...] = (
    (re.compile(rb"\s*%PDF-"), "pdf"),
    (re.compile(rb"\s*\{\\rtf"), "rtf"),
    (re.compile(rb"PK\x03\x04.{26}mimetypeapplication/epub\+zip", re.DOTALL), "epub"),
    (re.compile(rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text", re.DOTALL), "odt"),
)
_HTML_START = re.compile(rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*(?:<!doctype\s+html|<html[\s>]|<(?:head|body|article|main|div|p)[\s>])", re.IGNORECASE | re.DOTALL)  # fmt: skip


def read_file(path: str, format: Format | None = None, encoding: str | None = None) -> Document:
    """Read a file, or standard input for ``-``.

    Args:
        path: of the file.
        format: of its content; recognised where left out.
        encoding: of a file that is text; recognised where left out.

    Raises:
        InputError: where it is missing, a folder, empty, too large, in no format that is read here, or undecodable.
    """
    if path == STDIN:
        return read(_take(sys.stdin.buffer, "standard input"), format, STDIN, encoding=encoding)
    try:
        with open_file(path) as stream:
            data = _take(stream, path)
    except OSError as error:
        raise InputError(f"{path!r}: cannot be read ({error}).") from None
    return read(data, format, path, encoding=encoding)


def open_file(path: str) -> BinaryIO:
    """Open a file, or standard input for ``-``, to be read from any place.

    Raises:
        InputError: where it is missing, a folder, or may not be read.
    """
    if path == STDIN:
        copy = tempfile.SpooledTemporaryFile(max_size=_MOST)  # noqa: SIM115 - the caller closes it
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.seek(0)
        return cast(BinaryIO, copy)
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError(f"{path}: is a folder. Name the files in it, for example {file / '*.txt'}")
        return file.open("rb")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file. Check the path.") from None
    except PermissionError:
        raise InputError(f"{path}: may not be read. Check its permissions.") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        raise InputError(f"{path!r}: cannot be read ({error}).") from None


def read(
    data: str | bytes,
    format: Format | None = None,
    name: str = "",
    *,
    media_type: str = "",
    charset: str = "",
    encoding: str | None = None,
) -> Document:
    """Read a document that is already in memory.

    Args:
        data: text (in a format that is text), or bytes in any format.
        format: a key of :data:`biasdetect.reading.formats.FORMATS`; where left out, bytes tell by their
            first characters, ``media_type`` and the name's suffix; text is plain text unless it begins
            as HTML does.
        name: what reports call it.
        media_type: what a server said it is.
        charset: the encoding that a server named.
        encoding: the one that the user names, whatever else is said.

    Raises:
        InputError: as :func:`read_file`.
        MissingReaderError: where the library is missing that reads the format.
        ValueError: for a format that does not exist.
    """
    if format is not None and format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {format!r}")
    label = "standard input" if name == STDIN else name or "the text"
    start = data[:5000].encode("utf-8", "replace") if isinstance(data, str) else data[:5000]
    form = format or recognise(start, name, label, media_type)
    most = FORMATS[form].max_bytes
    if len(data) > most:
        raise too_large(label, most)
    if form not in TEXT_FORMATS:
        if isinstance(data, str):
            raise InputError(f"{label}: a file of {FORMATS[form].title} is bytes, not text. Read it in binary mode.")
        return replace(_binary_reader(form)(data, label), extracted=True)
    if isinstance(data, str):
        text = data
    elif encoding:
        text = decode_named(data, encoding, label)
    else:
        text = decode_text(data, label, charset or (page_encoding(start) if form == "html" else ""))
    if not any(char.isalnum() for char in text):
        raise InputError(f"{label}: holds no text. Give a file with an article in it.")
    if form == "text" and (address := sole_address(text)):
        raise InputError(
            f"{label}: is nothing but an address. To score the page that is there, name it: biasdetect score {address}"
        )
    return _text_reader(form)(text, name)


def _binary_reader(form: Format) -> Callable[[bytes, str], Document]:
    # the readers of formats are imported where they are needed: plain text should not wait for them
    match form:
        case "docx":
            from biasdetect.reading.docx import read_docx

            return read_docx
        case "odt":
            from biasdetect.reading.odt import read_odt

            return read_odt
        case "rtf":
            from biasdetect.reading.rtf import read_rtf

            return read_rtf
        case "epub":
            from biasdetect.reading.epub import read_epub

            return read_epub
        case "email":
            from biasdetect.reading.mail import read_mail

            return read_mail
    from biasdetect.reading.pdf import read_pdf

    return read_pdf


def _text_reader(form: Format) -> Callable[[str, str], Document]:
    match form:
        case "html":
            from biasdetect.reading.html import read_html

            return read_html
        case "markdown":
            from biasdetect.reading.markdown import read_markdown

            return read_markdown
        case "latex":
            from biasdetect.reading.latex import read_latex

            return read_latex
        case "rst":
            from biasdetect.reading.rst import read_rst

            return read_rst
    return read_text


def recognise(start: bytes, name: str, label: str, media_type: str) -> Format:
    """Format by content where that is sure, else by what a server or the name says.

    Raises:
        InputError: for one that is known and not read.
    """
    for beginning, form in _SURE:
        if beginning.match(start):
            return form
    declared = MEDIA_TYPES.get(media_type) or SUFFIXES.get(suffix_of(name))  # an address may end in anything
    if start.startswith(b"PK\x03\x04"):
        return declared if declared in ("odt", "epub") else "docx"  # which says what else it is
    if start.startswith(_OLE) and declared == "docx":
        return "docx"
    if declared is not None and declared not in TEXT_FORMATS:
        return declared  # its reader says what is wrong with it
    if declared in (None, "text") and _HTML_START.match(start.removeprefix(codecs.BOM_UTF8)):
        return "html"
    if declared is None and (refused := REFUSED.get(suffix_of(name))):
        what, advice = refused
        raise InputError(f"{label}: is {what}, which cannot be read. {advice}")
    return declared or "text"


def _take(stream: BinaryIO, name: str) -> bytes:
    data = stream.read(_MOST + 1)
    if len(data) > _MOST:
        raise InputError(
            f"{name}: larger than {_MOST // 1_000_000} MB, which no article is. Score its articles one by one."
        )
    return data
