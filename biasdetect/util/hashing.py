"""Checksums of files."""

from __future__ import annotations

import hashlib
from pathlib import Path


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal.

    Raises:
        OSError: where it cannot be read; what that means is known to who asks.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
