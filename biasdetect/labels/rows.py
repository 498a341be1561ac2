"""Rows of labelled data before they are records, the bounds they are read within, and what could not be read."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from biasdetect.labels.names import shown
from biasdetect.labels.records import LabelSpan, Place, Problem
from biasdetect.reading.tables import TableError
from biasdetect.reading.tables.encoding import TextStart
from biasdetect.reading.tables.packed import unpacked

MAX_BYTES = 200_000_000
MAX_ROWS = 1_000_000
MAX_DEPTH = 50
MAX_CELL = 1_000_000
"""Bounds: bytes of a file (unpacked), rows of a file, depth of nested JSON, characters of a table's cell."""

TOO_DEEP = f"is nested too deeply (more than {MAX_DEPTH} levels). Records are flat objects."


@dataclass(slots=True)
class Row:
    """A row as it was read.

    Attributes:
        line: first line of it, from 1; row number where a format has no lines.
        fields: its cells by column.
        raw: what goes into the file of rejected rows.
        group: rows of one group are several annotators' labels of one text; empty where the row says nothing.
        file: that it stands in: the source, or a file of it where it is a folder.
        overlaps: spans of one category may overlap, as published data has them.
        questions: columns that hold one annotator's answers, each to a question of its own: never several votes.
        markup: its text is HTML, and the offsets of its spans are those of the text that the markup shows.
    """

    line: int
    fields: dict[str, Any]
    raw: Any = None
    group: str = ""
    file: str = ""
    overlaps: bool = False
    questions: tuple[str, ...] = ()
    markup: bool = False


class Answered(dict[str, Any]):
    """Cells of a row from an annotation tool, with the columns that hold answers to its questions.

    ``aside`` is the number of relations that are not read, ``markup`` as of :class:`Row`.
    """

    __slots__ = ("aside", "markup", "questions")

    def __init__(
        self, cells: Mapping[str, Any], questions: Iterable[str], *, aside: int = 0, markup: bool = False
    ) -> None:
        super().__init__(cells)
        self.questions = tuple(questions)
        self.aside = aside
        self.markup = markup


class LayerSpan(dict[str, Any]):
    """Marked wording, with the layer (or the control of a tool) that it was marked on."""

    __slots__ = ("layer",)

    def __init__(self, span: Mapping[str, Any], layer: str) -> None:
        super().__init__(span)
        self.layer = layer


@dataclass(slots=True)
class Parsed:
    """A row in parts, each checked by itself."""

    row: Row
    text: str
    label: Any = None
    votes: list[tuple[Any, str]] = field(default_factory=list)
    spans: list[LabelSpan] | None = None
    words: list[str] | None = None
    word_votes: dict[str, int] = field(default_factory=dict)
    techniques: list[str] | None = None
    annotator: str = ""
    id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    embedded: dict[str, Any] | None = None


@dataclass(slots=True)
class RowSource:
    """A file, folder or data set of the hub: its format by name, its rows, and what could not be read."""

    name: str
    format: str = ""
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


def tell_aside(source: RowSource, count: int, what: str) -> None:
    """Warn of what a file holds and nothing here reads."""
    if count:
        source.warnings.append(Problem("left-aside", f"{what} are not read ({count}).", Place(source.name)))


class UnreadableError(Exception):
    """A file cannot be read at all; the message says why and what to do."""

    def __init__(self, kind: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.line = line


def read_bytes(path: Path) -> bytes:
    """A file's content, unpacked where it is packed.

    Raises:
        UnreadableError: where it is larger than the bound, or damaged.
        MissingExtraError: where nothing that is installed unpacks it.
        OSError: where it cannot be read.
    """
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableError("too-large", f"is larger than {MAX_BYTES // 1_000_000} MB. Split it into smaller files.")
    try:
        with path.open("rb") as file:
            return unpacked(file, MAX_BYTES).read()
    except TableError as error:
        raise UnreadableError(error.kind, str(error), error.line) from None


def decode(data: bytes, encoding: str | None) -> str:
    """Text, in the encoding that is named, or found as that of a table is.

    Args:
        data: of a text file.
        encoding: its encoding; None where it is to be found.

    Raises:
        UnreadableError: where the file is no text in that encoding.
    """
    try:
        return TextStart(io.BytesIO(data), encoding).open("").read()
    except TableError as error:
        raise UnreadableError(error.kind, str(error), error.line) from None
    except UnicodeError as error:
        raise UnreadableError("encoding", f"is in another encoding than {encoding} ({error}). Pass another --encoding.") from None  # fmt: skip


def encoding_trouble(row: str) -> str:
    """What is wrong with a row in which undecodable bytes stand, empty where there are none."""
    found = _BYTES.search(row)
    if not found:
        return ""
    raw = found.group().encode("utf-8", "surrogateescape")
    guess = raw.decode("cp1252", "replace")
    return (
        f"byte 0x{raw[0]:02X} at character {found.start() + 1} is no UTF-8 "
        f"(in cp1252 it would be {shown(guess)}). Save the file as UTF-8, or pass --encoding cp1252."
    )


_BYTES = re.compile("[\udc80-\udcff]+")


def value_trouble(value: Mapping[str, Any]) -> tuple[str, str] | None:
    """Field and description of what no record may hold: deep nesting, half characters, numbers beyond floats."""
    for key, top in value.items():
        stack: list[tuple[Any, int]] = [(key, 0), (top, 0)]
        while stack:
            item, depth = stack.pop()
            if depth > MAX_DEPTH:
                return key, TOO_DEEP
            if isinstance(item, str):
                if found := HALF_CHARACTER.search(item):
                    message = f"holds half a character (U+{ord(found.group()):04X} at character {found.start() + 1})"
                    return key, f"{message}. Write the character anew."
            elif isinstance(item, float) and not math.isfinite(item):
                return key, "holds a number beyond all bounds."
            elif isinstance(item, dict):
                stack += [(part, depth + 1) for pair in item.items() for part in pair]
            elif isinstance(item, list):
                stack += [(part, depth + 1) for part in item]
    return None


HALF_CHARACTER = re.compile("[\ud800-\udfff]")
