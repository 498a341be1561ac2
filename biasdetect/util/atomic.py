"""Atomic writes: a file is there whole or not at all, and a clear error where it cannot be written."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from biasdetect.errors import OutputError

DISK_TROUBLE = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO,
})  # fmt: skip
"""What the system says (``OSError.errno``) where a disk is full, broken or not to be written to."""


@contextmanager
def explained_writes(place: Path) -> Iterator[None]:
    """Around steps that do nothing but write to a place: their errors name it and say what to do next.

    Raises:
        OutputError: in place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(place, error) from error


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file in one step, as :func:`write_bytes` does.

    Lone surrogates, which have no UTF-8 form, are written as escapes.

    Raises:
        OutputError: where it cannot be written.
    """
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader, or a run killed in between, finds the old content or the new.

    A device or a pipe, such as ``/dev/stdout``, is written to as it is.

    Raises:
        OutputError: where it cannot be written; what was there before is left as it was.
    """
    with explained_writes(path):
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            # resolved first, so that a link stays a link; Path.resolve raises in a ring of links
            _replace(Path(os.path.realpath(path)), data)


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
