"""Stores the state of an unfinished run: a folder beside the output, with the scored parts and a database.

A part is there as soon as the database says so, which it does in one transaction with all that goes with it: how far the
inputs are read, what was wrong with them, what is known of the articles. So a run may be killed at any moment. Parts and
database carry checksums, which are compared before a run goes on, and those of the parts again before they are joined.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from biasdetect.corpus import reprints
from biasdetect.corpus.database import Database
from biasdetect.corpus.errors import CorpusError, DamagedRunError
from biasdetect.corpus.input_files import InputFile
from biasdetect.corpus.output_table import Kinds
from biasdetect.util.atomic import explained_writes
from biasdetect.util.hashing import file_sha256

_TABLES = (
    "job (settings TEXT)",
    "sources (number INTEGER PRIMARY KEY, path TEXT, size INTEGER, modified INTEGER)",
    "parts (number INTEGER PRIMARY KEY, state TEXT, size INTEGER, sha256 TEXT)",
    "errors (number INTEGER PRIMARY KEY, line TEXT)",
    *reprints.TABLES,
)


@dataclass(slots=True)
class RunState:
    """How far a run is.

    Attributes:
        source: number of the source that was read last, from 0.
        row: of that source, read last.
        number: of records read.
        done: bytes of the inputs that are read.
        articles: records without a problem, reprints among them.
        sentences: scored.
        reprints: articles that repeat another.
        errors: records with a problem.
        kinds: of values in the carried columns.
    """

    source: int = 0
    row: int = 0
    number: int = 0
    done: int = 0
    articles: int = 0
    sentences: int = 0
    reprints: int = 0
    errors: int = 0
    kinds: Kinds = field(default_factory=dict)


class RunFolder:
    """The work folder of an output, opened; closed with ``with``."""

    def __init__(self, out: Path) -> None:
        """Open the folder, or make it.

        Raises:
            DamagedRunError: where its database is none of this program's.
            OutputError: where it cannot be written.
        """
        self.path = run_folder_path(out)
        with explained_writes(self.path):
            self.path.mkdir(exist_ok=True)
        self.database = Database(self.path / "state.sqlite", _TABLES)

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self.database.close()
        if isinstance(error, sqlite3.Error):
            raise self.database.explained(error) from error

    def begin(self, settings: dict[str, Any], sources: Iterable[InputFile]) -> bool:
        """Take the folder for a job, or go on with it.

        Args:
            settings: all that decides the results, as plain data.
            sources: the files, in order.

        Returns:
            Whether there is something to go on with.

        Raises:
            CorpusError: where the folder is another job's, or a file was changed; it says what differs.
            DamagedRunError: where what is stored is no longer what was written.
        """
        row = self.database.read("SELECT settings FROM job").fetchone()
        if row is None:
            if next(self.path.glob("part-*"), None):
                raise DamagedRunError(f"{self.path}: holds parts, and a database that knows nothing of them.")
            for number, source in enumerate(sources):
                self.database.add("sources", number, source.path, source.size, source.modified)
            self.database.add("job", json.dumps(settings))
            self.database.commit()
            return False
        self.database.check()
        before = json.loads(row[0])
        differing = [
            f"{name}: {_shown(before.get(name))} there, {_shown(settings.get(name))} now"
            for name in dict.fromkeys([*before, *settings])
            if before.get(name) != settings.get(name)
        ]
        if not differing:
            differing = list(self._changed(sources))
        if differing:
            raise CorpusError(
                f"{self.path} holds an unfinished run of another command ({'; '.join(differing)}). Give that command to "
                "go on with it, or pass --restart to throw its work away."
            )
        for _ in self.checked_parts():  # better now than after days of scoring
            pass
        return self.parts > 0

    def checked_parts(self) -> Iterator[Path]:
        """The files of all parts, in order, each compared with its checksum.

        Raises:
            DamagedRunError: where one is missing or was changed.
        """
        for number, size, sha256 in self.database.read("SELECT number, size, sha256 FROM parts ORDER BY number"):
            path = self.part_path(number)
            try:
                found = path.stat().st_size
                if found != size:
                    raise DamagedRunError(f"{path}: was changed since it was written: {found:,} bytes instead of {size:,}.")  # fmt: skip
                if file_sha256(path) != sha256:
                    raise DamagedRunError(f"{path}: was changed since it was written: its checksum differs.")
            except FileNotFoundError:
                raise DamagedRunError(f"{path}: is missing.") from None
            except OSError as error:
                raise DamagedRunError(f"{path}: cannot be read ({error.strerror or error}).") from error
            yield path

    def _changed(self, sources: Iterable[InputFile]) -> Iterator[str]:
        before = (InputFile(*row) for row in self.database.read("SELECT path, size, modified FROM sources ORDER BY number"))  # fmt: skip
        for old, new in zip_longest(before, sources):
            if old != new:
                if old and new and old.path == new.path:
                    yield f"{old.path} was changed since"
                else:
                    yield f"files: {_shown(old and old.path)} there, {_shown(new and new.path)} now"
                return

    @property
    def parts(self) -> int:
        """How many parts are stored."""
        return int(self.database.read("SELECT count(*) FROM parts").fetchone()[0])

    @property
    def state(self) -> RunState:
        """After the last part that is stored."""
        row = self.database.read("SELECT state FROM parts ORDER BY number DESC LIMIT 1").fetchone()
        return RunState(**json.loads(row[0])) if row else RunState()

    @property
    def size(self) -> int:
        """Bytes of all inputs."""
        return int(self.database.read("SELECT coalesce(sum(size), 0) FROM sources").fetchone()[0])

    def sources(self, first: int) -> Iterator[tuple[int, InputFile, int]]:
        """The sources from a number on: number, source, bytes of those before."""
        before = int(
            self.database.read("SELECT coalesce(sum(size), 0) FROM sources WHERE number < ?", (first,)).fetchone()[0]
        )
        query = "SELECT path, size, modified FROM sources WHERE number = ?"
        while row := self.database.read(query, (first,)).fetchone():
            source = InputFile(*row)
            yield first, source, before
            before += source.size
            first += 1

    def part_path(self, number: int) -> Path:
        """The file of a part, numbered from 1."""
        return self.path / f"part-{number:06}.arrow"

    def note_error(self, number: int, error: dict[str, Any]) -> None:
        """Note what is wrong with a record; stored with the next part."""
        self.database.add("errors", number, json.dumps(error, ensure_ascii=False))

    def store(self, part: Path, state: RunState) -> None:
        """Store a part: its file, complete but under another name, and the state after it."""
        number = self.parts + 1
        with explained_writes(part):
            with part.open("rb") as file:
                os.fsync(file.fileno())
            size, sha256 = part.stat().st_size, file_sha256(part)
            part.replace(self.part_path(number))
        self.database.add("parts", number, json.dumps(asdict(state)), size, sha256)
        self.database.commit()

    def errors(self) -> Iterator[str]:
        """What is wrong with the inputs: lines of JSON, in order."""
        return (row[0] for row in self.database.read("SELECT line FROM errors ORDER BY number"))


def run_folder_path(out: Path) -> Path:
    """The work folder of an output."""
    return out.with_name(f".{out.name}.work")


def remove_run_folder(out: Path) -> None:
    """Throw the work of an output away, if there is any; what is half thrown away is never taken for work."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if run_folder_path(out).exists():
        run_folder_path(out).rename(old)
        shutil.rmtree(old, ignore_errors=True)


def _shown(value: Any) -> str:
    return "nothing" if value in (None, [], "") else value if isinstance(value, str) else json.dumps(value)
