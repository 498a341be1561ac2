"""Finds the encoding of a table as text from its first bytes, as that of an article is found, and opens it in it."""

from __future__ import annotations

import codecs
import io
from typing import Any, BinaryIO

from biasdetect.errors import InputError
from biasdetect.reading.encoding import STRAY, find_encoding
from biasdetect.reading.tables.rows import TableError

_SAMPLE = 1 << 20  # bytes that are looked at
_TELLING = 65_536  # bytes of lines that are no UTF-8
_FEW = 16  # bytes beyond ASCII, of which nothing can be told: then, and later where there is none, it is English
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, which begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TextStart:
    """The beginning of a table as text, and the way to read all of it.

    Attributes:
        text: what it begins with, a megabyte at most.
        encoding: that it is read in.
        mixed: whether bytes were seen that are no UTF-8 and are read as Windows-1252.
    """

    def __init__(self, stream: BinaryIO, encoding: str | None = None) -> None:
        """Read the beginning.

        Args:
            stream: bytes that were not read from before.
            encoding: that the user names; None where it is to be found.

        Raises:
            TableError: where it is no text, or in no encoding that is recognised or known.
        """
        self._stream = stream
        self._bytes = stream.read(_SAMPLE)
        self.encoding, self._errors = _named(encoding) if encoding else _found(self._bytes)
        self.mixed = self._errors == STRAY[1] and not _is_utf8(_whole_lines(self._bytes))
        try:
            # what is cut at the end of the sample is left out
            decoder = codecs.getincrementaldecoder(self.encoding)(self._errors)
            text = decoder.decode(self._bytes)
        except UnicodeError as error:
            raise wrong_encoding(self.encoding, error) from None
        self.text = text.removeprefix("\ufeff")
        self._marked = len(self.text) < len(text)  # which only an encoding named by the user leaves there

    def open(self, newline: str) -> io.TextIOWrapper:
        """The whole as text; lines end as ``open`` has it. Reading raises UnicodeError where it is in another encoding."""
        whole = io.BufferedReader(_Rejoined(self._bytes, self._stream), 1 << 20)
        text = io.TextIOWrapper(whole, self.encoding, self._errors, newline)
        if self._marked:
            text.read(1)
        return text


def wrong_encoding(encoding: str, error: UnicodeError) -> TableError:
    """The error of a table that is not in the encoding that was named for it or found."""
    reason = getattr(error, "reason", error)
    return TableError("encoding", f"is no {encoding} ({reason}). Pass another --encoding.")


def _named(encoding: str) -> tuple[str, str]:
    try:
        "".encode(encoding)
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise TableError("encoding", f"{encoding} is no encoding that is known. Pass another --encoding.") from None
    # a row with bytes of another encoding is refused by itself
    return ("utf-8-sig", "surrogateescape") if name in ("utf-8", "utf-8-sig") else (name, "strict")


def _found(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, STRAY[1] if encoding == "utf-8-sig" else "strict"
    if 10 * data[:10_000].count(0) > len(data[:10_000]):
        raise TableError("encoding", "is binary, or UTF-16 without a mark. If it is text, pass --encoding utf-16-le.")
    telling = b"\n".join(line for line in _whole_lines(data).split(b"\n") if not _is_utf8(line))[:_TELLING]
    if sum(byte > 127 for byte in telling) < _FEW:
        return STRAY
    try:
        encoding, errors = find_encoding(telling, "")
    except InputError:
        raise TableError("encoding", "is binary, or in no encoding that is recognised. If it is text, name it with --encoding.") from None  # fmt: skip
    # row after row may be in UTF-8 or in Windows-1252, whichever of them there is more of
    west = encoding in ("utf-8", "cp1252") or "a".encode(encoding) != b"a"
    return STRAY if west else (encoding, errors)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _whole_lines(data: bytes) -> bytes:
    """Without the last line where there are several: the sample may end within a character."""
    return data if len(data) < _SAMPLE else data.rpartition(b"\n")[0] or data[:-3]


class _Rejoined(io.RawIOBase):
    """A stream, and in front of it what was read of it."""

    def __init__(self, start: bytes, rest: Any) -> None:
        self._start = memoryview(start)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._start:
            part, self._start = self._start[: len(buffer)], self._start[len(buffer) :]
            buffer[: len(part)] = part
            return len(part)
        data = self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
