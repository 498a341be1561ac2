"""Writes result rows: an Arrow file for each part of a run, and all parts as one Parquet, CSV or JSON Lines table."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from biasdetect.corpus.errors import CorpusError
from biasdetect.corpus.records import Carried
from biasdetect.corpus.scoring import Row, Rows
from biasdetect.util.atomic import explained_writes

FORMS = (".parquet", ".csv", ".csv.gz", ".jsonl", ".jsonl.gz")
"""What an output may end in."""

Kinds = dict[str, list[str]]
"""The kinds of values that were seen in each carried column, in order of appearance."""

_GROUP = 16_384  # rows of a row group: readers hold one at a time
_ZSTD = pa.ipc.IpcWriteOptions(compression="zstd")

_SPAN = [("text", pa.string()), ("start", pa.int64()), ("end", pa.int64())]
_PHRASE = [*_SPAN, ("score", pa.float64()), ("category", pa.string()), ("voice", pa.string())]
_RESULTS: dict[Rows, list[tuple[str, Any]]] = {
    "articles": [
        ("score", pa.float64()),
        ("outlet_score", pa.float64()),
        ("others_score", pa.float64()),
        ("words", pa.int32()),
        ("sentences", pa.int32()),
        ("outlet_sentences", pa.int32()),
        ("flagged_sentences", pa.int32()),
        ("skipped", pa.int32()),
        ("phrases", pa.list_(pa.struct([*_PHRASE, ("sentence", pa.int32())]))),
        ("warning", pa.string()),
    ],
    "sentences": [
        ("sentence", pa.int32()),
        *_SPAN,
        ("score", pa.float64()),
        ("voice", pa.string()),
        ("role", pa.string()),
        ("speaker", pa.string()),
        ("words", pa.int32()),
        ("phrases", pa.list_(pa.struct([*_PHRASE, ("position", pa.int64())]))),
        ("warning", pa.string()),
    ],
}
_START = [("article", pa.string()), ("reprint_of", pa.string())]
_END = [("model", pa.string()), ("settings", pa.string())]
# carried values are JSON text until all of them are seen: only then the types of their columns are known
_CARRIED = [("carried", pa.dictionary(pa.int32(), pa.string()))]
_TYPES = {
    "bool": pa.bool_(),
    "int": pa.int64(),
    "float": pa.float64(),
    "date": pa.date32(),
    "time": pa.timestamp("us"),
}
_ZONED = "time with zone "  # and its name: a column keeps the local time that its source gives


def to_batch(rows: Sequence[Row], form: Rows) -> Any:
    """Rows of :func:`biasdetect.corpus.scoring.score_record` as a RecordBatch, the same whatever the process."""
    texts: dict[str, int] = {}
    places = []
    for row in rows:
        text = json.dumps(row["carried"], ensure_ascii=False, default=_iso)
        places.append(texts.setdefault(text, len(texts)))
    columns = [pa.array([row.get(name) for row in rows], kind) for name, kind in (*_START, *_RESULTS[form])]
    carried = pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(list(texts), pa.string()))
    return pa.RecordBatch.from_arrays([*columns, carried], schema=_part_schema(form))


def note_kinds(kinds: Kinds, carried: dict[str, Carried]) -> None:
    """Add the kinds of values that a record carries."""
    for name, value in carried.items():
        seen = kinds.setdefault(name, [])
        kind = _kind(value)
        if kind and kind not in seen:
            seen.append(kind)


class PartWriter:
    """Writes record batches to the file of one part, one after another; closed with ``with``, it is whole.

    Raises:
        OutputError: where it cannot be written.
    """

    def __init__(self, path: Path, form: Rows) -> None:
        self._path = path
        with explained_writes(path):
            self._file = pa.OSFile(str(path), "wb")
            self._stream = pa.ipc.new_stream(self._file, _part_schema(form), options=_ZSTD)

    def __enter__(self) -> PartWriter:
        return self

    def write(self, batch: Any) -> None:
        """Add a batch that :func:`to_batch` made."""
        with explained_writes(self._path):
            self._stream.write_batch(batch)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:  # it will not be used, and on a full disk its end could not be written either
            self._file.close()
            return
        with explained_writes(self._path):
            self._stream.close()
            self._file.close()


@dataclass(frozen=True, slots=True)
class JoinedTable:
    """The parts of a run as one table.

    Attributes:
        parts: files, in order; read once.
        form: what a row is.
        kinds: of the carried columns.
        model: of all rows.
        settings: of all rows.
    """

    parts: Iterable[Path]
    form: Rows
    kinds: Kinds
    model: str
    settings: str

    @property
    def schema(self) -> Any:
        """Names and types of the columns."""
        carried = [(name, self._type(column)) for column, name in self._names().items()]
        return pa.schema([*_START, *carried, *_RESULTS[self.form], *_END])

    def tables(self) -> Iterator[Any]:
        """The rows, some thousands at a time, cut at the same rows wherever the parts end."""
        waiting: list[Any] = []
        rows = 0
        for path in self.parts:
            with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
                for batch in reader:
                    waiting.append(self._finished(batch))
                    rows += batch.num_rows
                    while rows >= _GROUP:
                        table = pa.Table.from_batches(waiting)
                        yield table.slice(0, _GROUP)
                        waiting = table.slice(_GROUP).to_batches()
                        rows -= _GROUP
        yield pa.Table.from_batches(waiting, self.schema)

    def _names(self) -> dict[str, str]:
        """Each carried column's name in the output: not one of the result's own."""
        taken = {name for name, _ in (*_START, *_RESULTS[self.form], *_END)}
        names = {}
        for column in self.kinds:
            name = column
            while name in taken or (name != column and name in self.kinds):
                name = f"input_{name}"
            taken.add(name)
            names[column] = name
        return names

    def _type(self, column: str) -> Any:
        kinds = set(self.kinds[column])
        if kinds == {"int", "float"}:
            return pa.float64()
        if len(kinds) > 1 or not kinds:
            return pa.string()
        (kind,) = kinds
        if kind.startswith(_ZONED):
            return pa.timestamp("us", kind.removeprefix(_ZONED))
        return _TYPES.get(kind, pa.string())

    def _finished(self, batch: Any) -> Any:
        carried = batch.column("carried")
        records = [json.loads(text) for text in carried.dictionary.to_pylist()]
        columns = [batch.column(name) for name, _ in _START]
        for column in self.kinds:
            kind = self._type(column)
            values = pa.array([_typed(record.get(column), kind) for record in records], kind)
            columns.append(values.take(carried.indices))
        columns += [batch.column(name) for name, _ in _RESULTS[self.form]]
        columns += [pa.repeat(pa.scalar(text), batch.num_rows) for text in (self.model, self.settings)]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def output_form(out: Path) -> str:
    """The form of an output, by its name.

    Raises:
        CorpusError: where there is none of that name.
    """
    name = out.name.lower()
    if form := next((form for form in FORMS if name.endswith(form)), ""):
        return form
    raise CorpusError(f"{out}: the name of the output decides its format: end it in {', '.join(FORMS)}.")


def write_joined(joined: JoinedTable, path: Path, form: str) -> Iterator[int]:
    """Write the table to a file, yielding the number of rows after each step.

    Args:
        joined: the table.
        path: of the file; it is whole when the iterator ends.
        form: one of ``FORMS``.

    Raises:
        OutputError: where it cannot be written.
        DamagedRunError: where a part is not what was written.
    """
    with explained_writes(path), path.open("wb") as file:
        writer = _write_parquet if form == ".parquet" else _write_csv if form.startswith(".csv") else _write_json
        if form.endswith(".gz"):
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:  # no name and no time, so that runs are equal
                yield from writer(joined, cast(BinaryIO, packed))
        else:
            yield from writer(joined, file)
        file.flush()
        os.fsync(file.fileno())  # the parts are thrown away next


def _write_parquet(joined: JoinedTable, file: BinaryIO) -> Iterator[int]:
    schema = joined.schema
    # statistics of texts would hold whole sentences
    own = {name for name, _ in _RESULTS[joined.form]}
    repeated = [name for name in schema.names if name not in own or name in ("voice", "role", "speaker", "warning")]
    with pq.ParquetWriter(
        file, schema, compression="zstd", use_dictionary=repeated, write_statistics=["score", "words"]
    ) as writer:
        for table in joined.tables():
            if table.num_rows:
                writer.write_table(table, row_group_size=_GROUP)
            yield table.num_rows


def _write_csv(joined: JoinedTable, file: BinaryIO) -> Iterator[int]:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(joined.schema.names)
    for table in joined.tables():
        writer.writerows([_cell(value) for value in row.values()] for row in table.to_pylist())
        yield table.num_rows
    text.detach()


def _write_json(joined: JoinedTable, file: BinaryIO) -> Iterator[int]:
    for table in joined.tables():
        for row in table.to_pylist():
            file.write(json.dumps(row, ensure_ascii=False, default=_iso).encode() + b"\n")
        yield table.num_rows


def _cell(value: Any) -> Any:
    if isinstance(value, (list, bool)):
        return json.dumps(value, ensure_ascii=False)
    return _iso(value) if isinstance(value, date) else value


def _part_schema(form: Rows) -> Any:
    return pa.schema([*_START, *_RESULTS[form], *_CARRIED])


def _kind(value: Carried) -> str:
    """Name of a value's kind; empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, datetime):
        return f"{_ZONED}{_zone(value)}" if value.tzinfo else "time"
    return {int: "int", float: "float", date: "date"}.get(type(value), "string")


def _zone(value: datetime) -> str:
    """Name of a time's zone, or its offset from UTC."""
    if name := getattr(value.tzinfo, "key", None) or getattr(value.tzinfo, "zone", None):
        return str(name)
    return value.isoformat()[-6:] if value.utcoffset() else "UTC"


def _typed(value: Any, kind: Any) -> Any:
    """A value that came back from JSON, in its column's type."""
    if value is None:
        return None
    if kind == pa.string():
        return value if isinstance(value, str) else json.dumps(value)
    if pa.types.is_date(kind):
        return date.fromisoformat(value)
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    return float(value) if kind == pa.float64() else value


def _iso(value: Any) -> str:
    return cast(str, value.isoformat())
