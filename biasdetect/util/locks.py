"""A lock file beside an output, so that one process writes it at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the lock that lies beside an output; that of a dead process is none.

    Raises:
        filelock.Timeout: where another process holds it.
        OSError: where it cannot be written.
    """
    path = out.with_name(f".{out.name}.lock")
    with FileLock(path, timeout=0):
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
