"""Finds the place for a new text in the one folder that the server may write to, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

from biasdetect.errors import InputError
from biasdetect.reading.formats import FORMATS, TEXT_FORMATS

_SUFFIXES = tuple(suffix for form in TEXT_FORMATS for suffix in FORMATS[form].suffixes)


def new_file(folder: Path, name: str) -> Path:
    """Where a new text may be written.

    Neither ``..`` nor a link leads out of the folder. Hidden files and folders are left alone, and so is what has another
    suffix than articles have: programs of others read settings there, and run what they find.

    Args:
        folder: that may be written to.
        name: of the file: a path in the folder, from there or absolute.

    Returns:
        The path, without links.

    Raises:
        InputError: where it may not be written there, where there is no such folder, or where it exists.
    """
    root = Path(os.path.realpath(folder))
    if PurePath(name).name in ("", "..") or "\0" in name:
        raise _refused(name, "names no file")
    try:
        # the folders are resolved and the name is not: a link of that name exists, and nothing is written over
        target = Path(os.path.realpath((root / name).parent), PurePath(name).name)
        inside = target.relative_to(root)
    except ValueError:
        raise _refused(name, "lies outside of the folder that may be written to") from None
    if any(part.startswith(".") for part in inside.parts):
        raise _refused(name, "is hidden")
    if inside.suffix.lower() not in _SUFFIXES:
        raise _refused(name, f"has not the suffix of a text ({', '.join(_SUFFIXES)})")
    if not target.parent.is_dir():
        raise _refused(name, "lies in a folder that does not exist")
    if os.path.lexists(target):
        raise _refused(name, "exists, and nothing is overwritten")
    return target


def _refused(name: str, why: str) -> InputError:
    return InputError(f"{name!r}: {why}. Nothing was written: name another file in save_as.")
