"""Reads input files into records, one at a time: text, id, carried columns and place in the file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from biasdetect.corpus.errors import CorpusError
from biasdetect.corpus.input_files import InputFile, open_as_stored
from biasdetect.errors import InputError
from biasdetect.reading.document import Document
from biasdetect.reading.encoding import decode_named
from biasdetect.reading.formats import FORMATS, SUFFIXES, TEXT_FORMATS, Format, suffix_of
from biasdetect.reading.tables import Limits, Table, TableError
from biasdetect.reading.tables.columns import (
    field_value,
    find_text_column,
    joined_paragraphs,
    refuse_half_characters,
)
from biasdetect.reading.tables.packed import unpacked

Carried = str | int | float | bool | date | datetime | None

_LIMITS = Limits(cell=FORMATS["html"].max_bytes)
_LARGEST = max(known.max_bytes for known in FORMATS.values())
_MAX_COLUMNS = 1000
_MAX_INT = 2**63


@dataclass(frozen=True, slots=True)
class Record:
    """An article on its way.

    Attributes:
        place: ``path#number``, or the path of a document.
        article: its id: a column's value or the place; None where it could not be read.
        text: as it was read; a document once it is prepared.
        carried: further columns, by name.
        format: of the text; None where it is recognised.
        problem: why it cannot be scored; empty where it can.
        reprint_of: id of the article that it repeats.
        row: line or row in its source, from 1.
        done: bytes of its source that are read.
        source: number of its source, from 0.
        number: in the whole corpus, from 1.
    """

    place: str
    article: str | None
    text: str | bytes | Document
    carried: dict[str, Carried] = field(default_factory=dict)
    format: Format | None = None
    problem: str = ""
    reprint_of: str | None = None
    row: int = 1
    done: int = 0
    source: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns that the user named; None where they are found.

    Attributes:
        text: column of texts.
        id: column of ids.
        carried: columns to carry along; all others of scalar type by default.
        format: of the texts of a table (plain text by default), or of all documents (recognised by default).
        encoding: of all that is text; found by default.
    """

    text: str | None = None
    id: str | None = None
    carried: tuple[str, ...] | None = None
    format: Format | None = None
    encoding: str | None = None

    @property
    def others(self) -> tuple[str, ...]:
        """The columns beside that of texts."""
        return (*((self.id,) if self.id is not None else ()), *(self.carried or ()))


def text_column(source: InputFile, wanted: Wanted) -> str | None:
    """Name of the column of texts of a table; None for a document.

    Raises:
        CorpusError: where it cannot be read, or has not the columns that are wanted.
    """
    if source.form == "document":
        return None
    try:
        with _opened(source, wanted) as table:
            return find_text_column(table.names, wanted.text, wanted.others)
    except TableError as error:
        raise CorpusError(f"{source.path}: {error}") from None
    except OSError as error:
        raise CorpusError(f"{source.path}: cannot be read ({_one_line(error)}). Check the file.") from None


def read_input_file(source: InputFile, wanted: Wanted, after: int = 0) -> Iterator[Record]:
    """The records of a source behind a row; a problem with one, or with the rest of the file, is stated in it.

    Args:
        source: the file.
        wanted: columns.
        after: number of the row behind which reading goes on.
    """
    row = after
    try:
        for record in (_document if source.form == "document" else _table_records)(source, wanted, after):
            row = record.row
            yield record
    except (TableError, OSError) as error:
        problem = (
            str(error) if isinstance(error, TableError) else f"cannot be read ({_one_line(error)}). Check the file."
        )
        begun = row > after or after
        place = f"{source.path}#{row + 1}" if begun else source.path
        if begun:
            problem = f"nothing is read from here on: the file {problem}"
        yield Record(place, None, "", problem=problem, row=row + 1, done=source.size)


def read_input_files(
    sources: Iterable[tuple[int, InputFile, int]], wanted: Wanted, after: int = 0, number: int = 0
) -> Iterator[Record]:
    """The records of several sources, with their places in the corpus.

    Args:
        sources: number, source, bytes of those before; in order.
        wanted: columns.
        after: number of the row of the first source behind which reading goes on.
        number: of records before.
    """
    for index, source, before in sources:
        for record in read_input_file(source, wanted, after):
            number += 1
            yield replace(record, source=index, number=number, done=before + record.done)
        after = 0


def _document(source: InputFile, wanted: Wanted, after: int) -> Iterator[Record]:
    if after:
        return
    with open_as_stored(source) as file:
        data: str | bytes = unpacked(file).read(_LARGEST + 1)
    problem, form = "", wanted.format
    named = SUFFIXES.get(suffix_of(source.name))
    if form is None and named != "text" and not source.path.endswith(source.name):  # what it is packed as hides it
        form = named
    if wanted.encoding and (form or named) in TEXT_FORMATS:
        try:
            data = decode_named(data, wanted.encoding, source.path)  # type: ignore[arg-type]
        except InputError as error:
            data, problem = "", str(error).removeprefix(f"{source.path}: ")
    yield Record(source.path, source.path, data, format=form, problem=problem, done=source.size)


def _opened(source: InputFile, wanted: Wanted) -> Table:
    return Table(open_as_stored(source), source.name, wanted.encoding, _LIMITS)


def _table_records(source: InputFile, wanted: Wanted, after: int) -> Iterator[Record]:
    with _opened(source, wanted) as table:
        chosen = find_text_column(table.names, wanted.text, wanted.others)
        columns = (chosen, *wanted.others)
        for row in table.rows(after, columns, scalars=wanted.carried is None):
            place, done = f"{source.path}#{row.number}", table.position(source.size)
            if row.trouble:
                yield Record(place, None, "", problem=row.trouble.message, row=row.number, done=done)
            else:
                yield _record(place, row.fields, chosen, wanted, row.number, done)


def _record(
    place: str, fields: dict[str, Any], text_name: str, wanted: Wanted, number: int, done: int
) -> Record:  # fmt: skip
    article: str | None = place
    if wanted.id is not None:
        value = _plain(field_value(fields, wanted.id), named=False)
        article = None if value in (None, "") else str(value)
    text = joined_paragraphs(field_value(fields, text_name))
    try:
        if article is None:
            raise ValueError(f"has no id in column {wanted.id!r}.")
        if not isinstance(text, str):
            raise ValueError(f"its text, column {text_name!r}, is {'missing' if text is None else 'no string'}.")
        carried = _carried(fields, text_name, wanted)
        for value in (article, text, *carried, *carried.values()):
            if isinstance(value, str):
                refuse_half_characters(value)
    except ValueError as error:
        named = article if article is not None and _is_whole(article) else None
        return Record(place, named, "", problem=str(error), row=number, done=done)
    return Record(place, article, text, carried, wanted.format or "text", row=number, done=done)


def _carried(fields: dict[str, Any], text_name: str, wanted: Wanted) -> dict[str, Carried]:
    if wanted.carried is not None:
        return {name: _plain(field_value(fields, name), named=True) for name in wanted.carried}
    others = {
        name: _plain(value, named=False)
        for name, value in fields.items()
        if name not in (text_name, wanted.id) and not isinstance(value, (list, dict, bytes))
    }
    if len(others) > _MAX_COLUMNS:
        raise ValueError(f"has more than {_MAX_COLUMNS} columns. Name those to carry along with --columns.")
    return others


def _plain(value: Any, *, named: bool) -> Carried:
    """A cell as a type that every table has; what is nested is JSON text where the user named its column."""
    if value is None or isinstance(value, (str, bool, date)):
        return value
    if isinstance(value, int):
        return value if -_MAX_INT <= value < _MAX_INT else str(value)
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str) if named else None
    return None if isinstance(value, bytes) else str(value)


def _is_whole(text: str) -> bool:
    try:
        refuse_half_characters(text)
    except ValueError:
        return False
    return True


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300].rstrip(".")
