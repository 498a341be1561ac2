"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file in one step, as :func:`write_bytes` does.

    Lone surrogates, which have no UTF-8 form, are written as escapes.

    Raises:
        OSError: where the folder cannot be written to.
    """
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader, or a run killed in between, finds the old content or the new.

    Raises:
        OSError: where the folder cannot be written to.
    """
    # resolved first, so that a link stays a link; Path.resolve raises in a ring of links
    path = Path(os.path.realpath(path))
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
