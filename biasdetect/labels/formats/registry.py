"""Lists all formats that labels are read in, and reads a name by the first format that claims it."""

from __future__ import annotations

from collections.abc import Iterator

from biasdetect.labels import rows
from biasdetect.labels.formats import brat, datasets, inception, tables, tokens
from biasdetect.labels.formats.protocol import FILE_SUFFIXES, Format, Input
from biasdetect.labels.rows import Row, RowSource, UnreadableError

FOLDERS = (datasets.SAVED, brat.FORMAT)
FILES = (inception.XMI, inception.JSON, inception.TSV, tokens.CONLL, tables.FORMAT)
"""In the order in which they are tried; what nothing else claims is a table."""


def files_of(name: str) -> list[str]:
    """The labelled files of a folder, also in its folders; the name alone where it is read as a whole."""
    given = Input(name)
    try:
        if not given.path.is_dir() or any(format.claims(given) for format in FOLDERS):
            return [name]
        inside = sorted(file for file in given.path.rglob("*") if file.is_file())
    except OSError:  # reported where the name is read
        return [name]
    shown = [file for file in inside if not any(part.startswith(".") for part in file.relative_to(name).parts)]
    return [str(file) for file in shown if Input(str(file)).suffix in FILE_SUFFIXES] or [name]


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
