"""Reads bytes into a document: size, format, encoding and binary content are settled here."""

from __future__ import annotations

import codecs
import re
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Literal, cast, get_args

from biasdetect.errors import InputError
from biasdetect.reading.document import Document
from biasdetect.reading.no_prose import sole_address
from biasdetect.reading.text import read_text
from biasdetect.util.patterns import lazy

Format = Literal["text", "markdown", "html", "docx", "pdf"]

STDIN = "-"
SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
}
MAX_BYTES: dict[Format, int] = {
    "text": 5_000_000,  # some 800,000 words, which no article has
    "markdown": 5_000_000,
    "html": 32_000_000,  # pages that were saved with their pictures inside
    "docx": 64_000_000,
    "pdf": 64_000_000,
}
_MOST = max(MAX_BYTES.values())

MEDIA_TYPES: dict[str, Format] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "text/plain": "text",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
_BINARY_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"PK\x03\x04")
_UTF_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_HTML_START = re.compile(rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*(?:<!doctype\s+html|<html[\s>]|<(?:head|body|article|main|div|p)[\s>])", re.IGNORECASE | re.DOTALL)  # fmt: skip
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
# what pages are written in; Python knows more, some of it slow on hostile bytes
_WEB_ENCODING = re.compile(r"(?:iso8859|cp|koi8|mac|gb|big5|euc|shift_jis|iso2022_jp|utf-16)")
# what the web reads under a name (encoding.spec.whatwg.org), where Python reads another
_WEB_NAMES = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
_ENGLISH = re.compile(rb"\b(?:the|and|of|for|said)\b", re.IGNORECASE)
# what another encoding looks like that is read as Windows-1252: a sign in a word, a capital after a small letter
_NOT_WESTERN = lazy(r"[^\W\d_][¡-©«-±´-¹»-¿×÷][^\W\d_]|[a-zß-öø-ÿ][À-ÖØ-Þ]")
_HIGH = bytes(range(128, 256))
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def read_file(path: str, format: Format | None = None, encoding: str | None = None) -> Document:
    """Read a file, or standard input for ``-``.

    Args:
        path: of the file.
        format: of its content; recognised where left out.
        encoding: of a text, Markdown or HTML file; recognised where left out.

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
        data: text (of plain text, Markdown or HTML), or bytes in any format.
        format: ``text``, ``markdown``, ``html``, ``docx`` or ``pdf``; where left out, bytes tell by their
            first characters, ``media_type`` and the name's suffix; text is plain text unless it begins
            as HTML does.
        name: what reports call it.
        media_type: what a server said it is.
        charset: the encoding that a server named.
        encoding: the one that the user names, whatever else is said.

    Raises:
        InputError: as :func:`read_file`.
        ValueError: for a format that does not exist.
    """
    if format is not None and format not in get_args(Format):
        raise ValueError(f"format must be one of {', '.join(get_args(Format))}, not {format!r}")
    label = "standard input" if name == STDIN else name or "the text"
    start = data[:5000].encode("utf-8", "replace") if isinstance(data, str) else data[:5000]
    form = format or _recognise(start, name, media_type)
    if len(data) > MAX_BYTES[form]:
        raise InputError(
            f"{label}: larger than {MAX_BYTES[form] // 1_000_000} MB, which no article is. "
            "Split it into its articles and score those."
        )
    if form in ("docx", "pdf"):
        if isinstance(data, str):
            raise InputError(f"{label}: a {form.upper()} file is bytes, not text. Read it in binary mode.")
        return replace(_read_binary(data, form, label), extracted=True)
    if isinstance(data, str):
        text = data
    elif encoding:
        text = decode_named(data, encoding, label)
    else:
        text = decode_text(data, label, charset or _declared(start, form))
    if not any(char.isalnum() for char in text):
        raise InputError(f"{label}: holds no text. Give a file with an article in it.")
    if form == "text" and (address := sole_address(text)):
        raise InputError(
            f"{label}: is nothing but an address. To score the page that is there, name it: biasdetect score {address}"
        )
    return _read_markup(text, form, name)


def _read_binary(data: bytes, form: Format, name: str) -> Document:
    # the readers of formats are imported where they are needed: plain text should not wait for them
    if form == "docx":
        from biasdetect.reading.docx import read_docx

        return read_docx(data, name)
    from biasdetect.reading.pdf import read_pdf

    return read_pdf(data, name)


def _read_markup(text: str, form: Format, name: str) -> Document:
    if form == "html":
        from biasdetect.reading.html import read_html

        return read_html(text, name)
    if form == "markdown":
        from biasdetect.reading.markdown import read_markdown

        return read_markdown(text, name)
    return read_text(text, name)


def _recognise(start: bytes, name: str, media_type: str) -> Format:
    """Format by content where that is sure, else by what a server or the name says."""
    if start.lstrip()[:5] == b"%PDF-":
        return "pdf"
    suffix = SUFFIXES.get(Path(name).suffix.lower())
    if start.startswith(b"PK\x03\x04") or (start.startswith(b"\xd0\xcf\x11\xe0") and suffix == "docx"):
        return "docx"
    declared = MEDIA_TYPES.get(media_type) or suffix  # an address may end in anything
    if declared in ("docx", "pdf"):
        return declared  # its reader says what is wrong with it
    if declared in (None, "text") and _HTML_START.match(start.removeprefix(codecs.BOM_UTF8)):
        return "html"
    return declared or "text"


def _declared(start: bytes, form: Format) -> str:
    """The encoding that a page names itself."""
    found = _META_CHARSET.search(start) if form == "html" else None
    return found[1].decode("ascii") if found else ""


def decode_text(data: bytes, name: str, declared: str = "") -> str:
    """Bytes to text, in the encoding that :func:`find_encoding` finds; raises InputError as it does."""
    encoding, errors = find_encoding(data, name, declared)
    return data.decode(encoding, errors)


def decode_named(data: bytes, encoding: str, name: str) -> str:
    """Bytes to text in an encoding that the user names.

    Raises:
        InputError: where they are none in it, or it is not known.
    """
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        raise InputError(f"{name}: is no {encoding} ({error.args[-1]}). Pass another --encoding.") from None
    except LookupError:
        raise InputError(f"{name}: {encoding} is no encoding that is known. Pass another --encoding.") from None


def find_encoding(data: bytes, name: str, declared: str = "") -> tuple[str, str]:
    """UTF-8 where valid, then what is declared, English as Windows-1252, then what charset-normalizer finds.

    Text that is UTF-8 but for some stray bytes is read as such, the strays as Windows-1252.

    Args:
        data: the bytes.
        name: for messages.
        declared: name of an encoding that the document or its server gives; unknown ones are passed over.

    Returns:
        The encoding, and how what is wrong in it is decoded: both as ``bytes.decode`` takes them.

    Raises:
        InputError: where the bytes are no text.
    """
    binary = data.startswith(_BINARY_SIGNATURES) or _looks_binary(data)
    if not binary and _is_in(data, "utf-8"):
        return "utf-8", "strict"
    for mark, encoding in _UTF_MARKS:
        if data.startswith(mark):
            if _is_in(data, encoding):
                return encoding, "strict"
            break
    if binary:
        raise InputError(
            f"{name}: is a binary file. Give plain text, Markdown, HTML, DOCX or PDF; extract the text of other formats first."
        )
    multibyte = _MULTIBYTE.findall(data)
    strays = len(data) - len(data.translate(None, _HIGH)) - sum(map(len, multibyte))
    if strays < len(multibyte):
        return STRAY
    try:
        declared = codecs.lookup(declared).name if declared else ""
    except (LookupError, ValueError):  # ValueError: a NUL character in the name
        declared = ""
    declared = _WEB_NAMES.get(declared, declared)
    if _WEB_ENCODING.match(declared):
        return declared, "replace"
    if _is_western(data):
        return "cp1252", "strict"
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise InputError(f"{name}: its encoding cannot be recognised. Save it as UTF-8.")
    return best.encoding, "strict"


def _is_in(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_western(data: bytes) -> bool:
    """Whether it is English in Windows-1252, which is what it is in if not in UTF-8, and looks right so.

    Of so few high bytes charset-normalizer makes Central European letters as readily.
    """
    if 100 * len(_ENGLISH.findall(data)) < len(data) or not _is_in(data, "cp1252"):
        return False
    return not _NOT_WESTERN.search(data.decode("cp1252"))


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", "replace"), error.end


STRAY = ("utf-8", "biasdetect-stray")
"""Encoding and handling of errors of text that is UTF-8 but for bytes of Windows-1252."""

codecs.register_error(STRAY[1], _as_windows_1252)


def _looks_binary(data: bytes) -> bool:
    """Many control bytes; a stray NUL in an article is tolerated."""
    sample = data[:65536]
    controls = sum(sample.count(byte) for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
    return controls > 0.02 * len(sample) and controls > 3


def _take(stream: BinaryIO, name: str) -> bytes:
    data = stream.read(_MOST + 1)
    if len(data) > _MOST:
        raise InputError(
            f"{name}: larger than {_MOST // 1_000_000} MB, which no article is. Score its articles one by one."
        )
    return data
