"""What a run has done so far: a folder beside the output with the parts that are scored, and a database.

A part is there as soon as the database says so, which it does in one transaction with all that goes with it: how far the
inputs are read, what was wrong with them, what is known of the articles. So a run may be killed at any moment.
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

from biasdetect.corpus.errors import CorpusError
from biasdetect.corpus.sources import Source
from biasdetect.corpus.tables import Kinds

_CACHE = 8192  # KiB of database pages in memory; what lies beyond is left to the system


@dataclass(slots=True)
class State:
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


class Work:
    """The work folder of an output, opened; closed with ``with``."""

    def __init__(self, out: Path) -> None:
        self.path = work_path(out)
        self.path.mkdir(exist_ok=True)
        self.database = sqlite3.connect(self.path / "state.sqlite")
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = NORMAL")
        self.database.execute(f"PRAGMA cache_size = -{_CACHE}")
        for table in (
            "job (said TEXT)",
            "sources (number INTEGER PRIMARY KEY, path TEXT, size INTEGER, modified INTEGER)",
            "parts (number INTEGER PRIMARY KEY, state TEXT)",
            "errors (number INTEGER PRIMARY KEY, line TEXT)",
        ):
            self.database.execute(f"CREATE TABLE IF NOT EXISTS {table}")

    def __enter__(self) -> Work:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def begin(self, said: dict[str, Any], sources: Iterable[Source]) -> bool:
        """Take the folder for a job, or go on with it.

        Args:
            said: what decides the results, as plain data.
            sources: the files, in order.

        Returns:
            Whether there is something to go on with.

        Raises:
            CorpusError: where the folder is another job's, or a file was changed; it says what differs.
        """
        row = self.database.execute("SELECT said FROM job").fetchone()
        if row is None:
            rows = ((number, s.path, s.size, s.modified) for number, s in enumerate(sources))
            self.database.executemany("INSERT INTO sources VALUES (?, ?, ?, ?)", rows)
            self.database.execute("INSERT INTO job VALUES (?)", (json.dumps(said),))
            self.database.commit()
            return False
        before = json.loads(row[0])
        differing = [
            f"{name}: {_told(before.get(name))} there, {_told(said.get(name))} now"
            for name in dict.fromkeys([*before, *said])
            if before.get(name) != said.get(name)
        ]
        if not differing:
            differing = list(self._changed(sources))
        if differing:
            raise CorpusError(
                f"{self.path} holds an unfinished run of another command ({'; '.join(differing)}). Give that command to "
                "go on with it, or say --restart to throw its work away."
            )
        return self.parts > 0

    def _changed(self, sources: Iterable[Source]) -> Iterator[str]:
        before = (Source(*row) for row in self.database.execute("SELECT path, size, modified FROM sources ORDER BY number"))  # fmt: skip
        for old, new in zip_longest(before, sources):
            if old != new:
                if old and new and old.path == new.path:
                    yield f"{old.path} was changed since"
                else:
                    yield f"files: {_told(old and old.path)} there, {_told(new and new.path)} now"
                return

    @property
    def parts(self) -> int:
        """How many parts are stored."""
        return int(self.database.execute("SELECT count(*) FROM parts").fetchone()[0])

    @property
    def state(self) -> State:
        """After the last part that is stored."""
        row = self.database.execute("SELECT state FROM parts ORDER BY number DESC LIMIT 1").fetchone()
        return State(**json.loads(row[0])) if row else State()

    @property
    def size(self) -> int:
        """Bytes of all inputs."""
        return int(self.database.execute("SELECT coalesce(sum(size), 0) FROM sources").fetchone()[0])

    def sources(self, first: int) -> Iterator[tuple[int, Source, int]]:
        """The sources from a number on: number, source, bytes of those before."""
        before = int(
            self.database.execute("SELECT coalesce(sum(size), 0) FROM sources WHERE number < ?", (first,)).fetchone()[0]
        )
        query = "SELECT path, size, modified FROM sources WHERE number = ?"
        while row := self.database.execute(query, (first,)).fetchone():
            source = Source(*row)
            yield first, source, before
            before += source.size
            first += 1

    def part_path(self, number: int) -> Path:
        """The file of a part, numbered from 1."""
        return self.path / f"part-{number:06}.arrow"

    def note_error(self, number: int, error: dict[str, Any]) -> None:
        """Note what is wrong with a record; stored with the next part."""
        line = json.dumps(error, ensure_ascii=False)
        self.database.execute("INSERT OR REPLACE INTO errors VALUES (?, ?)", (number, line))

    def store(self, part: Path, state: State) -> None:
        """Store a part: its file, complete but under another name, and the state after it."""
        number = self.parts + 1
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(self.part_path(number))
        self.database.execute("INSERT INTO parts VALUES (?, ?)", (number, json.dumps(asdict(state))))
        self.database.commit()

    def errors(self) -> Iterator[str]:
        """What is wrong with the inputs: lines of JSON, in order."""
        return (row[0] for row in self.database.execute("SELECT line FROM errors ORDER BY number"))


def work_path(out: Path) -> Path:
    """The work folder of an output."""
    return out.with_name(f".{out.name}.work")


def remove_work(out: Path) -> None:
    """Throw the work of an output away, if there is any; what is half thrown away is never taken for work."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if work_path(out).exists():
        work_path(out).rename(old)
        shutil.rmtree(old, ignore_errors=True)


def _told(value: Any) -> str:
    return "nothing" if value in (None, [], "") else value if isinstance(value, str) else json.dumps(value)
