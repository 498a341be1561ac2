"""Reads marks that lie apart from their texts: which excerpts of research data were read, and what was underlined in them.

A folder of such marks holds ``sample.jsonl``, the excerpts by file, record and character offsets with digests of their
sentences, and ``merged.jsonl``, one answer for each sentence. The texts stay where the data lies.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from biasdetect.errors import DataError
from biasdetect.model.categories import PATTERNS
from biasdetect.results import Voice

Level = Literal["clear", "debatable"]

SAMPLE = "sample.jsonl"
MERGED = "merged.jsonl"
_ACTIONS = ("del", "rep", "recast")  # as REMEDIES has them


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some sentences of one record, one below the other.

    Attributes:
        id: of the excerpt, such as ``polnear-0031``.
        source: file below the data folder.
        record: number of the line in it.
        outlet: who published it; empty where the data does not say.
        article: what the excerpts of one article share.
        split: ``train`` or ``dev``; no outlet is in both where it is known. Of persuasion-spans other paragraphs of an
            article may be.
        portion: in which it is read.
        sentences: start and end of each in the record's text, and the first 12 digits of the SHA-256 of its text.
    """

    id: str
    source: str
    record: int
    outlet: str
    article: str
    split: str
    portion: int
    sentences: tuple[tuple[int, int, str], ...]

    @property
    def pool(self) -> str:
        """What it was drawn from, the first part of its name."""
        return self.id.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Mark:
    """Wording that a marker underlined: offsets into the sentence, category, level, and whose words they are."""

    start: int
    end: int
    category: str
    level: Level
    voice: Voice

    @property
    def is_own(self) -> bool:
        """Whether it is clear, and the outlet answers for it."""
        return self.level == "clear" and self.voice.counts

    def touches(self, start: int, end: int) -> bool:
        """Whether it shares a character with a stretch of the sentence."""
        return self.start < end and start < self.end

    def meets(self, other: Mark) -> bool:
        """Whether it shares a character with another mark of the sentence."""
        return self.touches(other.start, other.end)


@dataclass(frozen=True, slots=True)
class Marked:
    """What one marker says of a sentence; no marks: plain."""

    sentence: str
    digest: str
    marks: tuple[Mark, ...] = ()


def sentence_label(marks: Sequence[Mark]) -> int | None:
    """1 where the outlet's own words hold a clear mark, 0 where nothing is marked, None elsewhere."""
    return 1 if any(mark.is_own for mark in marks) else None if marks else 0


def read_excerpts(file: Path) -> list[Excerpt]:
    """The excerpts, in order.

    Raises:
        DataError: where there is no such file.
    """
    return [Excerpt(**{**row, "sentences": tuple(tuple(place) for place in row["sentences"])}) for row in _rows(file)]


def read_marks(file: Path) -> list[Marked]:
    """What a marker said, as stored.

    Raises:
        DataError: where there is no such file.
    """
    return [
        Marked(
            row["sentence"],
            row["digest"],
            tuple(Mark(**{**mark, "voice": Voice(mark["voice"])}) for mark in row["marks"]),
        )
        for row in _rows(file)
    ]


class Reason(NamedTuple):
    """What an editor would do about a mark, and what it does: numbers in ``REMEDIES`` and ``PATTERNS``."""

    remedy: int
    pattern: int | None


def read_reasons(file: Path) -> dict[tuple[str, int], Reason]:
    """What is known of marks, by digest of the sentence and start of the mark.

    Raises:
        DataError: where there is no such file, or it holds something else.
    """
    try:
        return {
            (row["digest"], row["start"]): Reason(
                _ACTIONS.index(row["action"]), PATTERNS.index(row["pattern"]) if row["pattern"] in PATTERNS else None
            )
            for row in _rows(file)
        }
    except (KeyError, ValueError) as error:
        raise DataError(f"{file}: holds no reasons of marks ({error}). Check the path.") from None


@lru_cache(maxsize=8)
def records(file: Path) -> list[dict[str, Any]]:
    """The records of a file of the data folder, JSON Lines, also with gzip.

    Raises:
        DataError: where there is no such file.
    """
    if not file.is_file():
        raise DataError(
            f"{file} is not there. The marks point into research data, which has to lie there: see training/marks/README.md."
        )
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return [json.loads(line) for line in content.decode("utf-8").split("\n") if line]


def digest(text: str) -> str:
    """By which a sentence is known again."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def texts(excerpt: Excerpt, data: Path) -> Iterator[tuple[str, str]]:
    """Sentence numbers, such as ``polnear-0031-04``, and texts.

    Args:
        excerpt: what was read.
        data: the data folder.

    Raises:
        DataError: where the data is not what was marked.
    """
    whole = records(data / excerpt.source)[excerpt.record]["text"]
    for number, (start, end, expected) in enumerate(excerpt.sentences, start=1):
        text = whole[start:end]
        if digest(text) != expected:
            raise DataError(f"{excerpt.source}, record {excerpt.record}: the text is not the one that was marked")
        yield f"{excerpt.id}-{number:02d}", text


def marked_sentences(folder: Path, data: Path, split: str, below: str = "") -> Iterator[tuple[str, Marked]]:
    """The sentences of a split that were read, with their answers, in the order of the excerpts.

    Args:
        folder: of the marks.
        data: the data folder.
        split: ``train`` or ``dev``.
        below: a folder of the data; excerpts of other files are left out.

    Raises:
        DataError: where marks or data are missing, or do not fit each other.
    """
    answers = {one.sentence: one for one in read_marks(folder / MERGED)}
    for excerpt in read_excerpts(folder / SAMPLE):
        if excerpt.split == split and Path(excerpt.source).is_relative_to(below):
            for number, text in texts(excerpt, data):
                if number in answers:
                    yield text, answers[number]


def _rows(file: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror}). Check the path.") from None
