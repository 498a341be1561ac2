"""A row of a table as it was read, the bounds it is read within, and the error of a table that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from biasdetect.errors import InputError


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is read.

    Attributes:
        cell: characters of a cell.
        line: characters of a line of JSON, of a JSON value in several lines, or of a line of a table as text.
        unpacked: bytes of the whole table once it is unpacked; None for a table that is streamed.
        rows: of the whole table; None for any number.
        spreadsheet: bytes of a spreadsheet once it is unpacked: its texts are in memory together.
    """

    cell: int = 32_000_000
    line: int = 64_000_000
    unpacked: int | None = None
    rows: int | None = None
    spreadsheet: int = 500_000_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a row cannot be read: a short fixed name, what is wrong and what to do, the column where it is one."""

    kind: str
    message: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row.

    Attributes:
        number: of the row, from 1; of a file of JSON Lines, the line.
        line: first line of it, from 1; the row where a form has no lines.
        fields: its cells by column.
        raw: the row where it is not in ``fields``, as far as it was read.
        trouble: why it cannot be read; None where it can.
    """

    number: int
    line: int
    fields: dict[str, Any]
    raw: Any = None
    trouble: Trouble | None = None


class TableError(InputError):
    """A table, or the rest of it, cannot be read; the message says why and what to do, and does not name the file.

    Attributes:
        kind: a short fixed name.
        line: where it is, from 1; None for the whole table.
    """

    def __init__(self, kind: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.line = line


def too_large(limit: int) -> TableError:
    """The error of a table that is larger than a bound once it is unpacked."""
    return TableError(
        "too-large", f"is larger than {limit // 1_000_000} MB once unpacked. Split it into smaller files."
    )
