"""Lists all formats that labels are read in, and reads a name by the first format that claims it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from biasdetect.labels import rows
from biasdetect.labels.formats import brat, datasets, docbin, gate, inception, tables, tokens, webanno
from biasdetect.labels.formats.protocol import FILE_SUFFIXES, Format, Input
from biasdetect.labels.names import shown
from biasdetect.labels.records import Place, Problem
from biasdetect.labels.rows import Row, RowSource, UnreadableError

FOLDERS = (datasets.SAVED, brat.FORMAT)
FILES = (
    inception.XMI,
    inception.JSON,
    webanno.FORMAT,
    docbin.FORMAT,
    gate.XML,
    tokens.CONLL,
    tables.FORMAT,
)
"""In the order in which they are tried; what nothing else claims is a table."""


_SPLITS = {
    "train": "train", "training": "train",
    "test": "test", "testing": "test", "eval": "test", "evaluation": "test",
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
}  # fmt: skip
"""Words in the names of files that say which split of a set they hold, as the datasets library takes them."""


def files_of(name: str, split: str | None = None) -> tuple[list[str], list[Problem]]:
    """The labelled files of a folder, also in its folders; the name alone where it is read as a whole.

    Where the names of files tell splits apart, as in a clone of a set on the hub (``data/train-00000-of-00001.parquet``),
    those of one are read.

    Args:
        name: path, or name on the hub.
        split: that is read; None for ``train``.

    Returns:
        The files, and what is to be told of them: a warning, or (fatal) that there is no such split.
    """
    given = Input(name)
    try:
        if not given.path.is_dir() or any(format.claims(given) for format in FOLDERS):
            return [name], []
        inside = sorted(file for file in given.path.rglob("*") if file.is_file())
        shown_ = [file for file in inside if not any(part.startswith(".") for part in file.relative_to(name).parts)]
        found = [file for file in shown_ if _is_labelled(Input(str(file)))]
    except OSError:  # reported where the name is read
        return [name], []
    splits = {file: _split_of(file.relative_to(name)) for file in found}
    named = sorted({splits[file] for file in found} - {""})
    wanted = _SPLITS.get(split or "train", split or "train")
    if len(named) < 2 and (split is None or not named):
        return [str(file) for file in found] or [name], []
    if wanted not in named:
        message = f"has no split {shown(wanted)}; it has {', '.join(named)}. Pass --split."
        return [], [Problem("split", message, Place(name), fatal=True)]
    taken = [str(file) for file in found if splits[file] == wanted]
    message = (
        f"holds the splits {', '.join(named)}; {wanted} is read, {len(taken)} of {len(found)} files. "
        "Pass --split for another."
    )
    return taken, [] if split else [Problem("split", message, Place(name))]


def _is_labelled(given: Input) -> bool:
    if given.suffix == ".xml":
        return given.path.stat().st_size <= rows.MAX_BYTES and gate.XML.claims(given)
    return given.suffix in FILE_SUFFIXES


def _split_of(file: Path) -> str:
    """The split that a file's name or the nearest of its folders' names says; empty where none does."""
    for part in (file.name, *(parent.name for parent in file.parents)):
        for word in re.split(r"[^a-z0-9]+", part.lower()):
            if word in _SPLITS:
                return _SPLITS[word]
    return ""


def open_rows(name: str, encoding: str | None = None, split: str | None = None) -> RowSource:
    """Rows of a file, a folder or a data set of the hub. Bad input is a problem of the result, never raised.

    Args:
        name: path, or ``owner/name`` of a data set on the hub.
        encoding: of text files; by default it is found.
        split: of a ``datasets`` folder or hub set; by default ``train``.

    Raises:
        MissingExtraError: where the format needs a library that is not installed.
    """
    source = RowSource(name)
    try:
        for row in _rows(source, Input(name, encoding, split)):
            if len(source.rows) >= rows.MAX_ROWS:
                raise UnreadableError(
                    "too-large", f"holds more than {rows.MAX_ROWS:,} rows. Split it into smaller files."
                )
            row.file = row.file or name
            source.rows.append(row)
    except UnreadableError as error:
        source.fail(error.kind, str(error), error.line)
    except OSError as error:
        source.fail("unreadable", f"cannot be read ({error.strerror or error}). Check the path and its rights.")
    return source


def _rows(source: RowSource, given: Input) -> Iterator[Row]:
    return _format_of(given).rows(source, given)


def _format_of(given: Input) -> Format:
    if datasets.HUB.claims(given):
        return datasets.HUB
    if not given.path.exists():
        raise UnreadableError("unreadable", "there is no such file or folder, and it is no name of a set on the hub.")
    if given.path.is_dir():
        for format in FOLDERS:
            if format.claims(given):
                return format
        raise UnreadableError("format", f"holds no labelled file ({', '.join(FILE_SUFFIXES)}, or .txt with .ann).")
    if not given.path.is_file():
        raise UnreadableError("unreadable", "is no regular file. Write its content into a file first.")
    if not given.data.strip():
        raise UnreadableError("empty", "is empty.")
    return next(format for format in FILES if format.claims(given))
