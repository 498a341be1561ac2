"""Opens packed files, gzip and Zstandard: told by their first bytes, unpacked as they are read, up to a bound."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Any, BinaryIO, cast

from biasdetect.errors import MissingExtraError
from biasdetect.reading.tables.rows import TableError, too_large

SUFFIXES = (".gz", ".zst")
_GZIP, _ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_BUFFER = 1 << 20  # bytes


def unpacked(file: Any, limit: int | None = None) -> BinaryIO:
    """The bytes of a file, unpacked where it is packed.

    Args:
        file: a binary file that stands at its beginning and can be read from there again.
        limit: most bytes that may come out; any number by default.

    Returns:
        A stream whose reading raises TableError where the file is damaged or larger than the bound.

    Raises:
        MissingExtraError: for Zstandard where nothing that is installed unpacks it.
        OSError: where the file cannot be read.
    """
    start = file.read(4)
    file.seek(0)
    damage: tuple[type[Exception], ...] = (EOFError, OSError, ValueError, zlib.error)
    if start.startswith(_GZIP):
        file = gzip.GzipFile(fileobj=file, mode="rb")
    elif start == _ZSTANDARD:
        file = _zstandard(file)
    else:
        damage = ()
    return cast(BinaryIO, io.BufferedReader(_Unpacked(file, limit, damage), _BUFFER))


def _zstandard(file: Any) -> Any:
    try:
        from compression import zstd  # type: ignore[import-not-found]  # since Python 3.14
    except ImportError:
        pass
    else:
        return zstd.ZstdFile(file)
    try:
        import pyarrow as pa
    except ImportError as error:
        raise MissingExtraError("Unpacking .zst", "corpus") from error
    return pa.CompressedInputStream(file, "zstd")


class _Unpacked(io.RawIOBase):
    def __init__(self, file: Any, limit: int | None, damage: tuple[type[Exception], ...]) -> None:
        self._file = file
        self._limit = limit
        self._damage = damage
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._file.read(len(buffer))
        except self._damage as error:
            raise TableError("unreadable", f"is no whole packed file ({error}). Pack it again.") from None
        self._read += len(data)
        if self._limit is not None and self._read > self._limit:
            raise too_large(self._limit)
        buffer[: len(data)] = data
        return len(data)
