"""Reads Parquet, some rows at a time; pyarrow comes with the corpus and the train extra."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from biasdetect.errors import MissingExtraError
from biasdetect.reading.encoding import STRAY
from biasdetect.reading.tables.rows import Limits, TableError, TableRow, too_large

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 64  # at a time: texts are long
_BUFFER = 1 << 20  # bytes


class ParquetTable:
    """A Parquet file, its schema read.

    Attributes:
        names: of the columns; of a field in a column as ``article.body``.
        rows_in_all: number of rows.
    """

    def __init__(self, file: Any, limits: Limits) -> None:
        """Open it.

        Raises:
            TableError: where it is none, or beyond the bounds.
            MissingExtraError: without pyarrow.
        """
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise MissingExtraError("Reading Parquet", "corpus") from error
        self._limits = limits
        bounded = limits.unpacked is not None
        try:
            # pages are read one after another, so that a row group may be of any size
            self._file = pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
            metadata = self._file.metadata
            if bounded:
                # a file of some bytes can repeat one long text in every row; as a dictionary it is unpacked once
                schema = self._file.schema
                leaves = [schema.column(number) for number in range(len(schema.names))]
                texts = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
                self._file = pq.ParquetFile(file, read_dictionary=texts, buffer_size=_BUFFER, pre_buffer=False)
            self._schema = self._file.schema_arrow
        except (pa.ArrowException, OSError) as error:
            raise _damaged(error) from None
        self._classes = _classes(self._schema.metadata or {})
        self.rows_in_all = metadata.num_rows
        if limits.rows is not None and self.rows_in_all > limits.rows:
            raise TableError("too-large", f"holds {self.rows_in_all:,} rows, more than {limits.rows:,}. Split it.")
        size = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
        if limits.unpacked is not None and size > limits.unpacked:
            raise too_large(limits.unpacked)
        self.names = [name for column in self._schema for name in _names(column.name, column.type)]

    def rows(
        self, after: int = 0, columns: Sequence[str] | None = None, *, scalars: bool = False
    ) -> Iterator[TableRow]:
        """The rows behind a row.

        Args:
            after: its number.
            columns: to read beside the others; None for all.
            scalars: of the columns that are not named, those are read too that hold neither lists, records nor bytes.
        """
        import pyarrow as pa

        wanted = None
        if columns is not None:
            roots = {name if name in self._schema.names else name.partition(".")[0] for name in columns}
            wanted = [
                column.name
                for column in self._schema
                if column.name in roots
                or (scalars and not pa.types.is_nested(column.type) and not _is_binary(column.type))
            ]
        groups, number = self._groups_behind(after)
        try:
            for batch in self._file.iter_batches(_ROWS, row_groups=groups, columns=wanted):
                self._check(batch)
                values = {name: _values(column) for name, column in zip(batch.schema.names, batch.columns, strict=True)}
                for name, classes in self._classes.items():
                    if name in values:
                        values[name] = [_class(value, classes) for value in values[name]]
                for index in range(batch.num_rows):
                    number += 1
                    if number > after:
                        yield TableRow(number, number, {name: column[index] for name, column in values.items()})
        except (pa.ArrowException, OSError) as error:
            raise _damaged(error) from None

    def _groups_behind(self, row: int) -> tuple[list[int], int]:
        """The row groups that hold rows behind a row, and the number of rows before them."""
        before = 0
        for group in range(self._file.num_row_groups):
            rows = self._file.metadata.row_group(group).num_rows
            if before + rows > row:
                return list(range(group, self._file.num_row_groups)), before
            before += rows
        return [], before

    def _check(self, batch: pa.RecordBatch) -> None:
        """Refuse cells beyond the bound before they are repeated."""
        if self._limits.unpacked is None:
            return
        import pyarrow as pa
        import pyarrow.compute as pc

        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if not pa.types.is_dictionary(column.type):
                continue
            if (pc.max(pc.binary_length(column.dictionary)).as_py() or 0) > self._limits.cell:
                message = f'has a cell of more than {self._limits.cell:,} characters in column "{name}". Shorten it.'
                raise TableError("too-large", message)


def _names(name: str, kind: Any, depth: int = 4) -> Iterator[str]:
    import pyarrow as pa

    if depth > 1 and pa.types.is_struct(kind) and kind.num_fields:
        for place in range(kind.num_fields):
            field = kind.field(place)
            yield from _names(f"{name}.{field.name}", field.type, depth - 1)
    else:
        yield name


def _classes(metadata: dict[bytes, bytes]) -> dict[str, list[str]]:
    """Names of the classes whose numbers stand in columns, as the datasets library notes them."""
    try:
        features = json.loads(metadata.get(b"huggingface", b"{}"))["info"]["features"]
        found = {name: feature.get("feature", feature).get("names") for name, feature in features.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return {name: list(map(str, names)) for name, names in found.items() if isinstance(names, list)}


def _class(value: Any, names: list[str]) -> Any:
    """The number of a class says nothing: 0 may be "biased"."""
    if isinstance(value, list):
        return [_class(part, names) for part in value]
    return names[value] if isinstance(value, int) and 0 <= value < len(names) else value


def _is_binary(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _values(column: Any) -> list[Any]:
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":  # finer than Python's
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    try:
        return column.to_pylist()  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        if pa.types.is_nested(column.type):
            raise TableError("encoding", "holds text that is no UTF-8. Write it anew.") from None
        if pa.types.is_dictionary(column.type):
            texts = _values(column.dictionary)
            return [None if index is None else texts[index] for index in column.indices.to_pylist()]
        return [scalar.as_buffer().to_pybytes().decode(*STRAY) if scalar.is_valid else None for scalar in column]


def _damaged(error: Exception) -> TableError:
    reason = " ".join(str(error).split())[:200].rstrip(".")
    return TableError("format", f"is no readable Parquet file ({reason}). Check the file.")
