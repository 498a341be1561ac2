"""Finds out what encoding bytes are text in, and decodes them."""

from __future__ import annotations

import codecs
import re

from biasdetect.errors import InputError
from biasdetect.reading.formats import titles
from biasdetect.util.patterns import lazy

_BINARY_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"PK\x03\x04")
_UTF_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
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


def page_encoding(start: bytes) -> str:
    """The encoding that a page names itself in its first bytes; empty where it names none."""
    found = _META_CHARSET.search(start)
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
        raise InputError(f"{name}: is a binary file. Give {titles()}; extract the text of other formats first.")
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
