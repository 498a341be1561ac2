"""Reads articles in which marks stand inline: ``the [[bungling|opinion]] minister``, one paragraph a line.

An article begins with ``## genre | country | kind of outlet``; a line with ``# `` before it is its headline. Behind the
words stand the category and, where they differ from ``clear`` and ``outlet``, the level and whose words they are:
``[[thugs|labeling|debatable]]``, ``[[a disgrace|opinion|quote]]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from biasdetect.errors import DataError
from biasdetect.finetune.recipe.standoff import Level, Mark
from biasdetect.language.sentences import split_sentences
from biasdetect.model.categories import CATEGORIES
from biasdetect.results import Voice

_MARK = re.compile(r"\[\[(.+?)\]\]")


@dataclass(frozen=True, slots=True)
class InlineSentence:
    """A sentence of such an article with its marks, without their brackets.

    Attributes:
        text: the sentence.
        marks: in order.
        article: file and number of the article.
        genre: as its header says.
    """

    text: str
    marks: tuple[Mark, ...]
    article: str
    genre: str


def read_articles(path: Path) -> Iterator[InlineSentence]:
    """The sentences of a file, or of all ``.txt`` files of a folder, in order.

    Raises:
        DataError: where it cannot be read, or a line is no such text.
    """
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise DataError(f"{file}: cannot be read ({error.strerror}). Check the path.") from None
        article, genre = 0, ""
        for number, line in enumerate(lines, start=1):
            if line.startswith("## "):
                article += 1
                genre = line[3:].split("|")[0].strip()
            elif line.strip():
                try:
                    text, marks = parse(line.removeprefix("# ").strip())
                except ValueError as error:
                    raise DataError(f"{file}, line {number}: {error}") from None
                places = [(0, len(text))] if line.startswith("# ") else split_sentences(text, 0, len(text))
                for start, end in places:
                    inside = tuple(
                        Mark(mark.start - start, min(mark.end, end) - start, mark.category, mark.level, mark.voice)
                        for mark in marks
                        if start <= mark.start < end
                    )
                    yield InlineSentence(text[start:end], inside, f"{file.stem}-{article}", genre)


def parse(line: str) -> tuple[str, list[Mark]]:
    """A paragraph without its brackets, and the marks that stood in it.

    Raises:
        ValueError: for brackets that are no mark.
    """
    pieces: list[str] = []
    marks: list[Mark] = []
    length = position = 0
    for match in _MARK.finditer(line):
        words, *said = match.group(1).split("|")
        pieces += [line[position : match.start()], words]
        start = length + match.start() - position
        length = start + len(words)
        position = match.end()
        marks.append(_mark(start, length, said, match.group()))
    text = "".join([*pieces, line[position:]])
    if "[[" in text or "]]" in text:
        raise ValueError("a bracket that opens or closes nothing")
    return text, marks


def _mark(start: int, end: int, said: list[str], shown: str) -> Mark:
    category, *others = said or [""]
    level = next((one for one in others if one in get_args(Level)), "clear")
    voice = next((one for one in others if one in tuple(Voice)), Voice.OUTLET)
    if category not in CATEGORIES or not set(others) <= {level, voice} or start == end:
        raise ValueError(f"{shown} is no mark: write [[words|category]], and level or voice behind it")
    return Mark(start, end, category, cast(Level, level), Voice(voice))
