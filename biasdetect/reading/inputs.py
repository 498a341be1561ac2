"""Resolves what a user names on the command line into documents: files, folders, patterns, addresses, stdin."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from biasdetect.errors import InputError
from biasdetect.reading.document import Document
from biasdetect.reading.files import STDIN, open_file, read, read_file
from biasdetect.reading.formats import SUFFIXES, Format
from biasdetect.reading.tables import SUFFIXES as TABLES
from biasdetect.reading.tables import Table, TableError, table_suffix
from biasdetect.reading.tables.columns import field_value, find_text_column, joined_paragraphs, refuse_half_characters
from biasdetect.util.patterns import lazy

_ADDRESS = lazy(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WILD = lazy(r"[*?\[]")
_ROW = lazy(r"(.+)#(\d{1,12})")


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


def names_table(name: str, text_column: str | None = None) -> bool:
    """Whether a name stands for all articles of a table: by its suffix, or because a column of texts is named."""
    if is_address(name):
        return False
    suffix = table_suffix(name)
    return suffix in TABLES or (text_column is not None and suffix not in SUFFIXES)


def read_inputs(
    name: str, format: Format | None = None, text_column: str | None = None, encoding: str | None = None
) -> Iterator[Document | InputError]:
    """Read a document, or the articles of a table one by one; or say why it, or one of them, cannot be read.

    Args:
        name: a path, ``-`` for standard input, a URL (http and https), or a row of a table: ``articles.csv#7``.
        format: of its content, recognised where left out; of the texts of a table, plain text where left out.
        text_column: of a table; found by its name where left out.
        encoding: of what is text; recognised where left out.

    Raises:
        MissingExtraError: where the library is missing that reads a table of this form.
    """
    try:
        if names_table(name, text_column):
            yield from _read_rows(name, format, text_column, encoding)
        elif (found := _ROW.fullmatch(name)) and names_table(found[1]) and not os.path.lexists(name):
            yield from _read_rows(found[1], format, text_column, encoding, int(found[2]))
        elif is_address(name):
            yield read_address(name, format, encoding)
        else:
            yield read_file(name, format, encoding)
    except TableError as error:
        yield InputError(f"{'standard input' if name == STDIN else name}: {error}")
    except InputError as error:
        yield error
    except OSError as error:
        yield InputError(f"{name}: cannot be read ({error.strerror or error}). Check the file and the disk.")


def read_address(
    address: str, format: Format | None = None, encoding: str | None = None, *, public_only: bool = False
) -> Document:
    """Fetch a page and read it.

    Args:
        address: of http or https.
        format: of the page; recognised where left out.
        encoding: of what is text; recognised where left out.
        public_only: as for :func:`biasdetect.reading.web.fetch`.

    Raises:
        InputError: where it cannot be fetched, or holds no article.
    """
    from biasdetect.reading.web import fetch

    page = fetch(address, public_only=public_only)
    return read(page.data, format, address, media_type=page.content_type, charset=page.charset, encoding=encoding)


def _read_rows(
    name: str, format: Format | None, text_column: str | None, encoding: str | None, only: int | None = None
) -> Iterator[Document | InputError]:
    with Table(open_file(name), name, encoding) as table:
        column = find_text_column(table.names, text_column)
        rows = table.rows(0 if only is None else only - 1, [column])
        if only is not None:
            rows = (row for row in islice(rows, 1) if row.number == only)
        empty = True
        for row in rows:
            empty = False
            place = f"{name}#{row.number}"
            text = joined_paragraphs(field_value(row.fields, column))
            if row.trouble:
                yield InputError(f"{place}: {row.trouble.message}")
            elif not isinstance(text, str):
                what = "missing" if text is None else "no text"
                yield InputError(f"{place}: its text, column {column!r}, is {what}.")
            else:
                try:
                    refuse_half_characters(text)
                    yield replace(read(text, format or "text", place), extracted=True)
                except InputError as error:
                    yield error
                except ValueError as error:
                    yield InputError(f"{place}: {error}")
    if empty:
        yield InputError(f"{name}: holds no row{'s' if only is None else f' {only}'}. Check the file.")


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
