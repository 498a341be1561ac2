"""Types that a module of this folder provides: a format (file or folder to rows) or a shape (record to rows)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from biasdetect.labels.rows import Row, RowSource, decode, read_bytes
from biasdetect.reading.tables import SUFFIXES, table_suffix

Record = dict[str, Any]

FILE_SUFFIXES = (*SUFFIXES, ".xmi", ".conll", ".bio", ".iob", ".iob2", ".spacy", ".bdocjs")
"""The suffixes by which labelled files in a folder are known, also with ``.gz`` or ``.zst`` behind them."""


class Input:
    """What a name stands for; content is read when a format asks for it.

    Attributes:
        name: as the caller gave it.
        path: the same as a path, which need not exist.
        suffix: in small letters, without ``.gz`` or ``.zst``.
        encoding: of text; None where it is to be found.
        split: of a data set; None for ``train``.
    """

    def __init__(self, name: str, encoding: str | None = None, split: str | None = None) -> None:
        self.name = name
        self.path = Path(name)
        self.suffix = table_suffix(self.path.name)
        self.encoding = encoding
        self.split = split

    @cached_property
    def data(self) -> bytes:
        """Content of the file, unpacked; raises UnreadableError and OSError."""
        return read_bytes(self.path)

    @property
    def start(self) -> bytes:
        """Its first bytes, unpacked; raises as ``data``."""
        return self.data[:2000]

    @cached_property
    def text(self) -> str:
        """Content of the file as text; raises UnreadableError and OSError."""
        return decode(self.data, self.encoding)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file or folder.

    Attributes:
        claims: whether an input is of this kind; the first format of the registry that says so reads it.
        rows: its rows. Notes the format's name and whatever cannot be read in the source; raises UnreadableError
            where the rest cannot be read, MissingExtraError where a library is missing.
    """

    claims: Callable[[Input], bool]
    rows: Callable[[RowSource, Input], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Shape:
    """A form of JSON record that is no plain row, such as a tool's export.

    Attributes:
        name: as it is shown.
        matches: whether a record has this form.
        rows: the record as rows with the usual columns; AttributeError, KeyError, TypeError, ValueError or
            IndexError where it is broken.
        one_text: several rows of a record are several annotators' labels of one text; otherwise they are texts.
        overlaps: spans of one category may overlap, as published data has them.
    """

    name: str
    matches: Callable[[Record], bool]
    rows: Callable[[Record], Iterable[Record]]
    one_text: bool = True
    overlaps: bool = False
