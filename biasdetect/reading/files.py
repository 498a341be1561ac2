"""Bytes to a document: size, emptiness, binary content and encoding are settled here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

from biasdetect.errors import InputError
from biasdetect.reading.document import Document
from biasdetect.reading.text import read_text

STDIN = "-"
MAX_BYTES = 5_000_000
"""Larger files are refused: some 800,000 words, which no article has."""

_BINARY_SIGNATURES = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
)
_UTF_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_file(path: str) -> Document:
    """Read a file of plain text, or standard input for ``-``.

    Raises:
        InputError: where it is missing, a folder, empty, too large, binary or undecodable.
    """
    if path == STDIN:
        return read_bytes(_take(sys.stdin.buffer, "standard input"), STDIN)
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError(f"{path}: is a folder. Name the files in it, for example {file / '*.txt'}")
        with file.open("rb") as stream:
            return read_bytes(_take(stream, path), path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file. Check the path.") from None
    except PermissionError:
        raise InputError(f"{path}: may not be read. Check its permissions.") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        raise InputError(f"{path!r}: cannot be read ({error}).") from None


def read_bytes(data: bytes, name: str) -> Document:
    """Decode and read a document that is already in memory.

    Raises:
        InputError: as :func:`read_file`.
    """
    text = decode_text(data, name)
    if not any(char.isalnum() for char in text):
        raise InputError(f"{name}: holds no text. Give a file with an article in it.")
    return read_text(text, name)


def decode_text(data: bytes, name: str) -> str:
    """Bytes to text: UTF-8 where valid, else by its byte-order mark or by charset-normalizer.

    Raises:
        InputError: where the bytes are no text.
    """
    try:
        if not data.startswith(_BINARY_SIGNATURES) and not _looks_binary(data):
            return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for mark, encoding in _UTF_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    if data.startswith(_BINARY_SIGNATURES) or _looks_binary(data):
        raise InputError(f"{name}: is a binary file. Give plain text; extract the text of other formats first.")
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise InputError(f"{name}: its encoding cannot be told. Save it as UTF-8.")
    return str(best)


def _looks_binary(data: bytes) -> bool:
    """Many control bytes; a stray NUL in an article is tolerated."""
    sample = data[:65536]
    controls = sum(sample.count(byte) for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
    return controls > 0.02 * len(sample) and controls > 3


def _take(stream: BinaryIO, name: str) -> bytes:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(
            f"{name}: larger than {MAX_BYTES // 1_000_000} MB, which no article is. Split it into its articles and score those."
        )
    return data
