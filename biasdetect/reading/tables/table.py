"""Opens a table: recognises what it is by its first bytes and its name, and gives its rows whatever it is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import PurePosixPath
from types import TracebackType
from typing import Any, Literal

from biasdetect.reading.tables import packed
from biasdetect.reading.tables.columns import field_names
from biasdetect.reading.tables.delimited import DelimitedTable
from biasdetect.reading.tables.encoding import TextStart, wrong_encoding
from biasdetect.reading.tables.json_records import json_rows, looks_like_json
from biasdetect.reading.tables.packed import unpacked
from biasdetect.reading.tables.parquet import ParquetTable
from biasdetect.reading.tables.rows import Limits, TableError, TableRow
from biasdetect.reading.tables.spreadsheet import Spreadsheet

Form = Literal["CSV", "JSON", "Parquet", "xlsx"]

SUFFIXES: dict[str, Form] = {
    ".jsonl": "JSON",
    ".ndjson": "JSON",
    ".json": "JSON",
    ".csv": "CSV",
    ".tsv": "CSV",
    ".tab": "CSV",
    ".parquet": "Parquet",
    ".xlsx": "xlsx",
}
"""The forms of tables by suffix; what stands in a file decides where the two differ."""

_PICKLE = "pickled, and reading that could run anything. Save it as CSV, Parquet or JSON Lines"
_PICTURE = "a picture and no table. Give the text that it shows"
_OTHERS = (
    (b"%PDF-", "a PDF and no table. Score it under a name that ends in .pdf"),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (.xls). Save it as .xlsx or CSV"),
    (b"ARROW1", "an Arrow file. Save it as Parquet"),
    (b"Obj\x01", "an Avro file. Save it as Parquet or JSON Lines"),
    (b"\x80\x02", _PICKLE),
    (b"\x80\x03", _PICKLE),
    (b"\x80\x04", _PICKLE),
    (b"\x80\x05", _PICKLE),
    (b"RDX", "data of R. Save it as CSV: write.csv"),
    (b"RDA", "data of R. Save it as CSV: write.csv"),
    (b"X\n\x00\x00\x00", "data of R. Save it as CSV: write.csv"),
    (b"$FL", "data of SPSS (.sav). Save it as CSV"),
    (b"<stata_dta>", "data of Stata (.dta). Save it as CSV"),
    (b"\x89HDF", "an HDF5 file. Save it as Parquet or CSV"),
    (b"SQLite format 3", "an SQLite database. Export the table as CSV"),
    (b"7z\xbc\xaf", "a 7z archive. Unpack it"),
    (b"Rar!", "a RAR archive. Unpack it"),
    (b"BZh91AY&SY", "packed with bzip2. Unpack it, or pack it as .gz"),
    (b"\xfd7zXZ", "packed with xz. Unpack it, or pack it as .gz"),
    (b"version https://git-lfs", "a pointer of Git LFS. Fetch the file itself: git lfs pull"),
)
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b")
_AHEAD = 20  # rows that are looked at for the names of columns
_AHEAD_SIZE = 8_000_000  # characters of them


def table_suffix(name: str) -> str:
    """The suffix of a file's name in small letters, without one of packing."""
    path = PurePosixPath(name.replace("\\", "/"))
    while path.suffix.lower() in packed.SUFFIXES:
        path = path.with_suffix("")
    return path.suffix.lower()


class Table:
    """A table, opened; closed with ``with``.

    Attributes:
        form: what it is.
        encoding: of one that is text; empty for the others.
        mixed: whether it holds bytes that are no UTF-8 and are read as Windows-1252.
        note: which sheet of a spreadsheet is read; empty for the others.
        names: of the columns, of a field in a field as ``article.body``; of JSON as its first records show.
    """

    def __init__(self, file: Any, name: str, encoding: str | None = None, limits: Limits | None = None) -> None:
        """Look at what a table begins with.

        Args:
            file: a binary file at its beginning that can be read from any place; it is closed with the table.
            name: of the file; its suffix tells a table from JSON where the beginning does not.
            encoding: of text; None where it is to be found.
            limits: bounds; those for a table of any length by default.

        Raises:
            TableError: where it cannot be read as a table; the message does not name the file.
            MissingExtraError: where a library is missing that reads it.
            OSError: where the file cannot be read.
        """
        self._raw = file
        self._limits = limits or Limits()
        self._done = 0
        self.encoding, self.mixed, self.note = "", False, ""
        self._rows: Iterator[TableRow] | None = None
        self._parquet: ParquetTable | None = None
        try:
            self.form = self._open(name, encoding)
        except UnicodeError as error:
            self.close()
            raise wrong_encoding(self.encoding, error) from None
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def _open(self, name: str, encoding: str | None) -> Form:
        start = self._raw.read(1024)
        self._raw.seek(0)
        if start.startswith(b"PAR1") or (table_suffix(name) == ".parquet" and not start.startswith(b"PK")):
            self._parquet = ParquetTable(self._raw, self._limits)
            self.names = self._parquet.names
            return "Parquet"
        if start.startswith(b"PK\x03\x04"):
            sheet = Spreadsheet(self._raw, self._limits)
            self.names, self.note = sheet.names, f"sheet {sheet.sheet}"
            self._rows = sheet.rows()
            return "xlsx"
        stream = unpacked(self._raw, self._limits.unpacked)
        start = stream.peek(1024)  # type: ignore[attr-defined]
        _refuse_others(start.removeprefix(codecs.BOM_UTF8))
        text = TextStart(stream, encoding)
        self.encoding, self.mixed = text.encoding, text.mixed
        if not text.text.strip("\ufeff \t\r\n"):
            raise TableError("empty", "is empty.")
        if _is_json(text.text, table_suffix(name)):
            ahead, self._rows = _with_ahead(json_rows(text.open("\n"), text.text, self._limits))
            self.names = field_names(row.fields for row in ahead)
            return "JSON"
        table = DelimitedTable(text.open(""), self._limits)
        self.names = table.names
        self._rows = table.rows()
        return "CSV"

    def rows(
        self, after: int = 0, columns: Sequence[str] | None = None, *, scalars: bool = False
    ) -> Iterator[TableRow]:
        """The rows behind a row; once.

        Args:
            after: its number.
            columns: that are asked for, which of Parquet alone are read; None for all.
            scalars: whether all others of single values are too.

        Raises:
            TableError: where the rest cannot be read.
            OSError: as well.
        """
        try:
            if self._parquet:
                for row in self._parquet.rows(after, columns, scalars=scalars):
                    self._done = row.number
                    yield row
                return
            for row in self._rows or ():
                if row.number > after:
                    yield row
        except UnicodeError as error:
            raise wrong_encoding(self.encoding, error) from None

    def position(self, size: int) -> int:
        """How many of its bytes are read; a file of so many bytes."""
        if self._parquet:
            return size * self._done // max(self._parquet.rows_in_all, 1)
        return size if self._raw.closed else min(int(self._raw.tell()), size)


def _is_json(start: str, suffix: str) -> bool:
    """Whether a text is JSON; its name counts where it could be a table too."""
    if looks_like_json(start):
        return True
    lines = (line.lstrip()[:1] for line in start.split("\n"))
    if SUFFIXES.get(suffix) == "JSON":
        return any(first in ("{", "[") for first in lines)  # a line of it may be broken
    return suffix not in SUFFIXES and next(filter(None, lines), "") in ("{", "[")


def _with_ahead(rows: Iterator[TableRow]) -> tuple[list[TableRow], Iterator[TableRow]]:
    """Some first rows, and all rows, among them what makes the reading end."""
    ahead: list[TableRow] = []
    good = size = 0
    try:
        for row in rows:
            ahead.append(row)
            good += row.trouble is None
            size += len(str(row.fields))
            if good == _AHEAD or size > _AHEAD_SIZE:
                break
    except (TableError, UnicodeError, OSError) as error:
        return ahead, _failing(ahead, error)
    return ahead, chain(ahead, rows)


def _failing(rows: list[TableRow], error: Exception) -> Iterator[TableRow]:
    yield from rows
    raise error


def _refuse_others(start: bytes) -> None:
    for magic, what in _OTHERS:
        if start.startswith(magic):
            raise TableError("format", f"is {what}.")
    if _PAGE.match(start):
        raise TableError("format", "is a web page and no table. Download the file itself.")
    if _XML.match(start):
        raise TableError("format", "is XML and no table. Save it as CSV or JSON.")
