"""Resolves what a user names on the command line into documents: files, folders, patterns, addresses, stdin."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from pathlib import Path

from biasdetect.errors import InputError
from biasdetect.reading.document import Document
from biasdetect.reading.files import STDIN, SUFFIXES, Format, read, read_file
from biasdetect.util.patterns import lazy

_ADDRESS = lazy(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WILD = lazy(r"[*?\[]")


def is_address(name: str) -> bool:
    """Whether a name is a URL."""
    return bool(_ADDRESS.match(name))


def names_many(name: str) -> bool:
    """Whether a name stands for any number of documents: a folder or a pattern."""
    return not is_address(name) and name != STDIN and (_is_folder(name) or _is_pattern(name))


def find_inputs(name: str) -> Iterator[str]:
    """The documents that a name stands for, in order: the files of a folder and below, of a pattern, or itself.

    Raises:
        InputError: where a folder or pattern holds no document.
    """
    if not names_many(name):
        yield name
        return
    found = _in_folder(name) if _is_folder(name) else _fitting(name)
    empty = True
    for path in found:
        empty = False
        yield path
    if empty:
        what = "fits no file" if _is_pattern(name) else f"holds no document ({', '.join(SUFFIXES)})"
        raise InputError(f"{name}: {what}. Check the path.")


def read_input(name: str, format: Format | None = None) -> Document:
    """Read one document.

    Args:
        name: a path, ``-`` for standard input, or a URL (http and https).
        format: of its content; recognised where left out.

    Raises:
        InputError: where it cannot be fetched or read.
    """
    if not is_address(name):
        return read_file(name, format)
    from biasdetect.reading.web import fetch

    page = fetch(name)
    return read(page.data, format, name, media_type=page.content_type, charset=page.charset)


def _is_folder(name: str) -> bool:
    return os.path.isdir(name)  # noqa: PTH112 - Path.is_dir raises where the folder above may not be looked into


def _is_pattern(name: str) -> bool:
    return bool(_WILD.search(name)) and not os.path.lexists(name)


def _fitting(pattern: str) -> Iterator[str]:
    paths = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - a pattern may be absolute
    return (path for path in paths if Path(path).is_file())


def _in_folder(folder: str) -> Iterator[str]:
    """Documents by their suffix, folder by folder; hidden ones and links to folders are left alone."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent) / name
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES:
                continue
            if os.path.isfile(path) or not os.path.exists(path):  # noqa: PTH110, PTH113 - a pipe would be waited for
                yield str(path)
