"""Prints a digest of what an installation is made from; the action caches under it: python digest.py FOLDER."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

PARTS = ("biasdetect", "models/biasdetect-en-small", "training/corpus", "training/regression.jsonl", "docs/edit/categories.md", "pyproject.toml", "hatch_build.py", "constraints.txt")  # fmt: skip


def main(folder: Path) -> str:
    """The digest of all files, by name and content."""
    digest = hashlib.sha256()
    for part in PARTS:
        whole = folder / part
        for file in [whole] if whole.is_file() else sorted(path for path in whole.rglob("*") if path.is_file()):
            if "__pycache__" not in file.parts:
                data = file.read_bytes()
                digest.update(f"{file.relative_to(folder).as_posix()}\0{len(data)}\0".encode())
                digest.update(data)
    return digest.hexdigest()


if __name__ == "__main__":
    print(main(Path(sys.argv[1])))
