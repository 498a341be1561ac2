"""Checksums beside what a training stores, so that nothing that was changed since is trained on."""

from __future__ import annotations

import json
from pathlib import Path

from biasdetect.errors import DataError
from biasdetect.util.atomic import write_text
from biasdetect.util.hashing import file_sha256

_CHECKSUMS = "checksums.json"


def write_checksums(folder: Path) -> None:
    """Store the SHA-256 of every file of a folder in it.

    Files of single processes (``rng_state_0.pth``), which others may still be writing, are left out.

    Raises:
        OutputError: where it cannot be written.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.match("rng_state_*")]
    sums = {path.relative_to(folder).as_posix(): file_sha256(path) for path in files if path.name != _CHECKSUMS}
    write_text(folder / _CHECKSUMS, json.dumps(sums, indent=2) + "\n")


def check_folder(folder: Path) -> None:
    """Compare a folder's files with its checksums; one that has none, of a run killed before they were, passes.

    Raises:
        DataError: where a file is missing or was changed.
    """
    path = folder / _CHECKSUMS
    if not path.exists():
        return
    try:
        sums: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        wrong = [name for name, sha256 in sums.items() if file_sha256(folder / name) != sha256]
    except FileNotFoundError as error:
        raise _damaged(Path(error.filename), "is missing") from None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise _damaged(path, f"cannot be read ({error})") from None
    if wrong:
        raise _damaged(folder / wrong[0], "was changed since it was written: its checksum differs")


def _damaged(path: Path, problem: str) -> DataError:
    return DataError(
        f"{path} {problem}. What the stopped training has stored cannot be trusted: delete its work folder to begin anew, "
        "and check the disk."
    )
