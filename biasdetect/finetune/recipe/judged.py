"""Reads edits of marked sentences that were judged one by one: offsets, what came instead, and a verdict, without the text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from biasdetect.errors import DataError
from biasdetect.finetune.recipe.standoff import SAMPLE, read_excerpts, texts

VERDICTS = {"g": True, "b": False, "m": False, "p": False}
"""Good; broken grammar; another meaning; pointless. What readers could not decide is left out."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An edit of a sentence and what a reader said of it.

    Attributes:
        digest: of the sentence.
        text: the sentence.
        start: first character of the words that give way.
        end: the character after their last one.
        new: what comes for them; empty where they are left out.
        kind: of the suggestion, as :class:`biasdetect.results.Suggestion` has it.
        category: of the wording.
        verdict: a key of :data:`VERDICTS`.
    """

    digest: str
    text: str
    start: int
    end: int
    new: str
    kind: str
    category: str
    verdict: str

    @property
    def good(self) -> bool:
        """Whether an editor would sign it."""
        return VERDICTS[self.verdict]

    @property
    def after(self) -> str:
        """The edited sentence."""
        return self.text[: self.start] + self.new + self.text[self.end :]

    @property
    def group(self) -> int:
        """A number from the sentence alone, by which it is kept together when parts are set apart."""
        return int(self.digest, 16)


def read_judged(file: Path, marks: Path, data: Path) -> list[Judged]:
    """The edits, with the texts of their sentences.

    Args:
        file: JSON Lines with the fields of :class:`Judged` but for the text.
        marks: folder of the marks, whose excerpts say where each sentence lies.
        data: the data folder that they point into.

    Raises:
        DataError: where something is missing, or the edits do not fit their sentences.
    """
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror}). Check the path.") from None
    wanted = {row["digest"] for row in rows}
    known = {
        key: text
        for excerpt in read_excerpts(marks / SAMPLE)
        if wanted & {key for *_, key in excerpt.sentences}
        for (_, text), (*_, key) in zip(texts(excerpt, data), excerpt.sentences, strict=True)
    }
    missing = wanted - set(known)
    if missing:
        raise DataError(f"{file}: {len(missing)} sentences are not among those of {marks}, such as {min(missing)}")
    return [Judged(text=known[row["digest"]], **row) for row in rows]


def to_rows(edits: Sequence[Judged]) -> list[str]:
    """Lines of the file, in order of the sentences, without their texts."""
    names = ("digest", "start", "end", "new", "kind", "category", "verdict")
    lines = [{name: getattr(edit, name) for name in names} for edit in edits]
    lines.sort(key=lambda row: (row["digest"], row["start"], row["end"], row["new"]))
    return [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in lines]
