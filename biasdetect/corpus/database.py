"""An SQLite database that notices when its rows were changed by anything but itself."""

from __future__ import annotations

import errno
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from biasdetect.corpus.errors import DamagedRunError
from biasdetect.errors import BiasDetectError, OutputError

_APPLICATION = 0x62644377  # stands in the file's header and tells whose database it is
_CACHE = 8192  # KiB of database pages in memory; what lies beyond is left to the system
_CHECKSUM = "checksum (total INTEGER)"
_SYSTEM_ERRORS = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_BUSY: errno.EBUSY,
}


class Database:
    """Tables to which rows are added, and from which none is ever taken.

    A checksum over all rows is stored with every commit. It is a sum of the rows' own, so that it is kept up row by
    row, whatever the order in which rows are added and read.
    """

    def __init__(self, path: Path | str, tables: Iterable[str]) -> None:
        """Open a database, or make one.

        Args:
            path: of the file; ``:memory:`` for none.
            tables: a name and columns each, as SQL.

        Raises:
            DamagedRunError: where the file is no such database.
            OutputError: where it cannot be written.
        """
        self.path = Path(path)
        self._tables = tuple(tables)
        try:
            self._connection = sqlite3.connect(path)
        except sqlite3.Error as error:
            raise self.explained(error) from error
        try:
            self._open()
            row = self._connection.execute("SELECT total FROM checksum").fetchone()
            self._total = int(row[0])
        except (sqlite3.Error, TypeError, ValueError) as error:
            self.close()
            raise self.explained(error) from error
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        if application != _APPLICATION:
            if application or self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise DamagedRunError(f"{self.path}: is no database of this version of biasdetect corpus.")
            tables = "".join(f"CREATE TABLE {table};" for table in (*self._tables, _CHECKSUM))
            self._connection.executescript(
                f"BEGIN; {tables} INSERT INTO checksum VALUES (0); PRAGMA application_id = {_APPLICATION}; COMMIT;"
            )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(f"PRAGMA cache_size = -{_CACHE}")

    def read(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """The rows that a query finds."""
        return self._connection.execute(query, values)

    def add(self, table: str, *row: Any) -> None:
        """Add a row, unless there is one with its key; stored by the next :meth:`commit`."""
        places = ", ".join("?" * len(row))
        if self._connection.execute(f"INSERT OR IGNORE INTO {table} VALUES ({places})", row).rowcount:
            self._total += _checksum(table, row)

    def commit(self) -> None:
        """Store what was added, all of it or nothing."""
        self._connection.execute("UPDATE checksum SET total = ?", (self._total,))
        self._connection.commit()

    def check(self) -> None:
        """Compare all rows with the checksum; takes some 15 seconds for a million articles.

        Raises:
            DamagedRunError: where they differ.
        """
        total = 0
        try:
            for name in (table.partition(" ")[0] for table in self._tables):
                with closing(self.read(f"SELECT * FROM {name}")) as rows:
                    total += sum(_checksum(name, row) for row in rows)
        except (sqlite3.Error, MemoryError) as error:
            raise self.explained(error) from error
        if total != self._total:
            raise DamagedRunError(f"{self.path}: was changed since it was written: its checksum differs.")

    def close(self) -> None:
        """Let go of the file; what was not committed is dropped."""
        self._connection.close()

    def explained(self, error: Exception) -> BiasDetectError:
        """The error to raise in place of one of SQLite's."""
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF  # the rest says more about it
        if code in _SYSTEM_ERRORS:
            return OutputError(self.path, OSError(_SYSTEM_ERRORS[code], str(error)))
        return DamagedRunError(f"{self.path}: is damaged ({error}).")


def _checksum(table: str, row: Sequence[Any]) -> int:
    return zlib.crc32(f"{table} {row}".encode("utf-8", "backslashreplace"))
