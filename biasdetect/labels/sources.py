"""Files, folders and hub names to rows, within bounds; whatever cannot be read is one problem with a clear message."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from biasdetect.labels.names import shown
from biasdetect.labels.records import Place, Problem

MAX_BYTES = 200_000_000
MAX_ROWS = 1_000_000
MAX_DEPTH = 50
MAX_CELL = 1_000_000
"""Bounds: bytes of a file (unpacked), rows of a file, depth of nested JSON, characters of a table's cell."""

SUFFIXES = (".csv", ".tsv", ".jsonl", ".json", ".parquet", ".xmi")
_BINARY = {
    b"PK\x03\x04": "a zip archive (a spreadsheet is one too). Unpack it, or save the sheet as CSV",
    b"%PDF": "a PDF. Labels are read from CSV, TSV, JSON Lines, JSON and Parquet",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet. Save it as CSV",
    b"ARROW1": "an Arrow file. Give the folder that datasets saved, or save as Parquet",
}
_HUB = re.compile(r"(?:hub:)?[\w.-]+/[\w.-]+|hub:[\w.-]+")


@dataclass(slots=True)
class Row:
    """A row as it was read.

    Attributes:
        line: first line of it, from 1; row number where a form has no lines.
        fields: its cells by column.
        raw: what goes into the file of rejected rows.
        group: rows of one group are several annotators' labels of one text; empty where the row says nothing.
        file: that it stands in: the source, or a file of it where it is a folder.
    """

    line: int
    fields: dict[str, Any]
    raw: Any = None
    group: str = ""
    file: str = ""


@dataclass(slots=True)
class Source:
    """What a name stood for: its form, its rows, and what could not be read."""

    name: str
    form: str = ""
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    rejected: list[tuple[str, int, Any, str]] = field(default_factory=list)

    def fail(self, kind: str, message: str, line: int | None = None) -> None:
        """Note that the file, or the rest of it, cannot be read."""
        self.problems.append(Problem(kind, message, Place(self.name, line), fatal=True))

    def reject(self, kind: str, message: str, line: int, raw: Any, column: str = "", file: str = "") -> None:
        """Note that a row cannot be read; the others can."""
        self.problems.append(Problem(kind, message, Place(file or self.name, line, column)))
        self.rejected.append((file or self.name, line, raw, message))


class UnreadableError(Exception):
    """A file cannot be read at all; the message says why and what to do."""

    def __init__(self, kind: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.line = line


def open_source(name: str, encoding: str | None = None, split: str | None = None) -> Source:
    """Rows of a file, a folder or a set of the hub. Bad input is told in the source's problems, never raised.

    Args:
        name: path, or ``owner/name`` of a data set on the hub.
        encoding: of text files; by default UTF-8 or what a byte-order mark says.
        split: of a ``datasets`` folder or hub set; by default ``train``.

    Raises:
        MissingExtraError: where the form needs a library that is not installed.
    """
    source = Source(name)
    try:
        for row in _rows(source, Path(name), encoding, split):
            if len(source.rows) >= MAX_ROWS:
                raise UnreadableError("too-large", f"holds more than {MAX_ROWS:,} rows. Split it into smaller files.")
            row.file = row.file or name
            source.rows.append(row)
    except UnreadableError as error:
        source.fail(error.kind, str(error), error.line)
    except OSError as error:
        source.fail("unreadable", f"cannot be read ({error.strerror or error}). Check the path and its rights.")
    return source


def _rows(source: Source, path: Path, encoding: str | None, split: str | None) -> Iterator[Row]:
    if not path.exists():
        if _HUB.fullmatch(source.name) and path.suffix.lower() not in SUFFIXES:
            from biasdetect.labels.datasets import hub_rows

            return hub_rows(source, source.name.removeprefix("hub:"), split)
        raise UnreadableError("unreadable", "there is no such file or folder, and it is no name of a set on the hub.")
    if path.is_dir():
        return _folder(source, path, split)
    if not path.is_file():
        raise UnreadableError("unreadable", "is no regular file. Write its content into a file first.")
    data = read_bytes(path)
    for magic, what in _BINARY.items():
        if data.startswith(magic):
            raise UnreadableError("format", f"is {what}.")
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix == ".parquet" or data.startswith(b"PAR1"):
        from biasdetect.labels.datasets import parquet_rows

        return parquet_rows(source, data)
    if suffix == ".xmi":
        from biasdetect.labels.inception import xmi_rows

        return xmi_rows(source, path, data)
    return _text_rows(source, suffix, _decoded(source, data, encoding))


def _folder(source: Source, path: Path, split: str | None) -> Iterator[Row]:
    if any((path / name).is_file() for name in ("dataset_info.json", "dataset_dict.json", "state.json")):
        from biasdetect.labels.datasets import saved_rows

        return saved_rows(source, path, split)
    if any(path.glob("*.ann")):
        from biasdetect.labels.brat import brat_rows

        return brat_rows(source, path)
    inside = sorted(file.name for file in path.iterdir() if file.suffix.lower() in SUFFIXES)[:3]
    hint = f"Name its files, such as {', '.join(inside)}." if inside else f"Name a file ({', '.join(SUFFIXES)})."
    raise UnreadableError("format", f"is neither a folder of datasets nor one of brat (.txt with .ann). {hint}")


def _text_rows(source: Source, suffix: str, text: str) -> Iterator[Row]:
    start = text[:1000].lstrip()[:1]
    if not text.strip():
        raise UnreadableError("empty", "is empty.")
    if suffix == ".json" or (suffix not in (".csv", ".tsv", ".jsonl") and start == "["):
        return _json_rows(source, text)
    if suffix == ".jsonl" or (suffix not in (".csv", ".tsv") and start == "{"):
        return _tools(source, _json_lines(source, text))
    return _table_rows(source, text)


def read_bytes(path: Path) -> bytes:
    """A file's content, unpacked where it is gzipped.

    Raises:
        UnreadableError: where it is larger than the bound, or damaged.
    """
    size = path.stat().st_size
    data = b"" if size > MAX_BYTES else path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(data)) as unpacked:
                data = unpacked.read(MAX_BYTES + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableError("unreadable", f"is no whole gzip file ({error}). Pack it again.") from None
    if max(size, len(data)) > MAX_BYTES:
        raise UnreadableError("too-large", f"is larger than {MAX_BYTES // 1_000_000} MB. Split it into smaller files.")
    return data


def _decoded(source: Source, data: bytes, encoding: str | None) -> str:
    """Text in which bytes of another encoding are left as surrogates, so that their rows alone are rejected."""
    if encoding is None:
        marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
        encoding = next((name for mark, name in marks if data.startswith(mark)), "utf-8")
        zeros = data[:10_000].count(0)
        if encoding == "utf-8" and zeros > len(data[:10_000]) // 10:
            raise UnreadableError(
                "encoding", "is binary, or UTF-16 without a mark. If it is text, say --encoding utf-16-le."
            )
    try:
        return data.decode(encoding, "surrogateescape" if encoding.startswith("utf-8") else "strict")
    except (UnicodeError, LookupError) as error:
        raise UnreadableError("encoding", f"is no {encoding} ({error}). Say another --encoding.") from None


def encoding_trouble(row: str) -> str:
    """What is wrong with a row in which undecodable bytes stand, empty where there are none."""
    found = _BYTES.search(row)
    if not found:
        return ""
    raw = found.group().encode("utf-8", "surrogateescape")
    guess = raw.decode("cp1252", "replace")
    return (
        f"byte 0x{raw[0]:02X} at character {found.start() + 1} is no UTF-8 "
        f"(in cp1252 it would be {shown(guess)}). Save the file as UTF-8, or say --encoding cp1252."
    )


_BYTES = re.compile("[\udc80-\udcff]+")


def _json_lines(source: Source, text: str) -> Iterator[tuple[int, Any, Any]]:
    # not splitlines: a JSON string may hold a bare U+2028
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if trouble := encoding_trouble(line):
            source.reject("encoding", trouble, number, line)
            continue
        try:
            value = _DECODER.decode(line)
        except json.JSONDecodeError as error:
            source.reject(
                "json", f"is no JSON ({error.msg} at character {error.colno}). Correct the line.", number, line
            )
        except ValueError as error:
            source.reject("json", f"is no usable JSON ({error}). Correct the line.", number, line)
        except RecursionError:
            source.reject("json", _TOO_DEEP, number, line[:1000])
        else:
            yield number, value, value


def _json_rows(source: Source, text: str) -> Iterator[Row]:
    """An array of records, one record, a UIMA CAS, or JSON Lines under another suffix."""
    start = len(text) - len(text.lstrip())
    if text[start] == "[":
        return _tools(source, _array(source, text, start + 1))
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError:
        raise UnreadableError("json", _TOO_DEEP, 1) from None
    except json.JSONDecodeError as error:
        place = f"{error.msg} at character {error.colno}"
        raise UnreadableError("json", f"is no JSON ({place}). Correct it.", error.lineno) from None
    except ValueError as error:
        raise UnreadableError("json", f"is no usable JSON ({error}). Correct it.") from None
    if isinstance(value, dict) and "%FEATURE_STRUCTURES" in value:
        from biasdetect.labels.inception import json_rows

        return json_rows(source, text)
    if text[end:].strip():
        return _tools(source, _json_lines(source, text))
    return _tools(source, iter([(1, value, value)]))


def _array(source: Source, text: str, position: int) -> Iterator[tuple[int, Any, Any]]:
    """The elements one by one, so that each has its line and one that is broken is told by it."""
    line, counted = 1, 0
    while True:
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]
        line, counted = line + text.count("\n", counted, position), position
        if text[position : position + 1] == "]":
            if text[position + 1 :].strip():
                raise UnreadableError("json", "goes on behind the end of its list. Correct it.", line)
            return
        try:
            value, end = _DECODER.raw_decode(text, position)
        except RecursionError:
            raise UnreadableError("json", _TOO_DEEP, line) from None
        except json.JSONDecodeError as error:
            where = f"{error.msg} at line {error.lineno}, character {error.colno}"
            raise UnreadableError("json", f"is no JSON from here on ({where}). Correct it.", line) from None
        except ValueError as error:
            raise UnreadableError("json", f"is no usable JSON from here on ({error}). Correct it.", line) from None
        if trouble := encoding_trouble(text[position:end]):
            source.reject("encoding", trouble, line, value)
        else:
            yield line, value, value
        position = _SPACE.match(text, end).end()  # type: ignore[union-attr]
        if text[position : position + 1] == ",":
            position += 1
        elif text[position : position + 1] != "]":
            raise UnreadableError("json", "breaks off: a comma or the end of the list is missing.", line)


_SPACE = re.compile(r"\s*")
_TOO_DEEP = f"is nested too deeply (more than {MAX_DEPTH} levels). Records are flat objects."


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"field {shown(twice)} stands twice in an object")
    return data


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=lambda _: None)


def _tools(source: Source, records: Iterator[tuple[int, Any, Any]]) -> Iterator[Row]:
    """Records as rows: those of annotation tools that have a shape of their own are brought to columns."""
    from biasdetect.labels.tools import converter

    convert: Callable[[dict[str, Any]], Iterable[dict[str, Any]]] | None = None
    count = 0
    for line, value, raw in records:
        if not isinstance(value, dict):
            source.reject("json", f"is {type(value).__name__} and no object with a text.", line, raw)
            continue
        if trouble := value_trouble(value):
            source.reject("value", trouble[1], line, raw, trouble[0])
            continue
        if convert is None or source.form == "JSON":  # a first record may show too little
            source.form, convert = converter(value)
        try:
            rows = list(convert(value))
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
            source.reject("format", f"is no record of {source.form} ({error}).", line, raw)
            continue
        count += 1
        for fields in rows:
            yield Row(line, fields, raw, str(count) if len(rows) > 1 else "")


def value_trouble(value: Mapping[str, Any]) -> tuple[str, str] | None:
    """Field and description of what no record may hold: deep nesting, half characters, numbers beyond floats."""
    for key, top in value.items():
        stack: list[tuple[Any, int]] = [(key, 0), (top, 0)]
        while stack:
            item, depth = stack.pop()
            if depth > MAX_DEPTH:
                return key, _TOO_DEEP
            if isinstance(item, str):
                if found := _SURROGATE.search(item):
                    message = f"holds half a character (U+{ord(found.group()):04X} at character {found.start() + 1})"
                    return key, f"{message}. Write the character anew."
            elif isinstance(item, float) and not math.isfinite(item):
                return key, "holds a number beyond all bounds."
            elif isinstance(item, dict):
                stack += [(part, depth + 1) for pair in item.items() for part in pair]
            elif isinstance(item, list):
                stack += [(part, depth + 1) for part in item]
    return None


_SURROGATE = re.compile("[\ud800-\udfff]")


def _table_rows(source: Source, text: str) -> Iterator[Row]:
    source.form = "table"
    header_line = text.partition("\n")[0]
    delimiter = max(",\t;|", key=header_line[:10_000].count)
    previous = csv.field_size_limit(MAX_CELL)  # a setting of the whole process
    try:
        yield from _table(source, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    finally:
        csv.field_size_limit(previous)


def _table(source: Source, reader: Any) -> Iterator[Row]:
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _table_trouble(source, str(error), line)
            continue
        if not cells:
            continue
        if header is None:
            header = [name.strip() for name in cells]
            if trouble := encoding_trouble(" ".join(header)):
                raise UnreadableError("encoding", f"in the names of the columns, {trouble}", line)
            twice = {name for name in header if header.count(name) > 1}
            if twice:
                names = ", ".join(shown(name) for name in sorted(twice)[:3])
                raise UnreadableError("columns", f"has two columns named {names}. Rename one.", 1)
            continue
        row = dict(zip(header, cells, strict=False))
        if trouble := next((found for cell in cells if (found := encoding_trouble(cell))), ""):
            column = next((name for name, cell in row.items() if encoding_trouble(cell)), "")
            source.reject("encoding", trouble, line, row, column)
        elif len(cells) != len(header):
            message = f"has {len(cells)} of {len(header)} cells. Correct it, or quote the delimiter."
            source.reject("cells", message, line, cells)
        elif trouble := next(
            (f"holds half a character: {shown(cell)}" for cell in cells if _SURROGATE.search(cell)), ""
        ):
            source.reject("value", trouble, line, row)
        else:
            yield Row(line, row, row)


def _table_trouble(source: Source, message: str, line: int) -> None:
    if "field limit" in message:
        raise UnreadableError(
            "too-large",
            f"has a cell of more than {MAX_CELL:,} characters; nothing is read from there on. "
            "Shorten it, or close a quotation mark that stays open.",
            line,
        )
    if "unexpected end" in message:
        raise UnreadableError("csv", "opens a quotation mark here that is never closed; the rest is not read.", line)
    source.reject("csv", f"is no table row ({message}). Double the quotation marks inside a cell.", line, None)
