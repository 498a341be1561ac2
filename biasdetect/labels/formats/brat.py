"""Reads folders of brat: for each document a .txt and, beside it, a .ann with the marks; a line is a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from biasdetect.labels.formats.documents import Mark, document_rows
from biasdetect.labels.formats.protocol import Format, Input
from biasdetect.labels.names import shown
from biasdetect.labels.rows import Row, RowSource, read_bytes, tell_aside

_MARK = re.compile(r"T\S*\t(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)(?:\t(.*))?")


def _rows(source: RowSource, given: Input) -> Iterator[Row]:
    """Rows of all documents of a folder. Relations, events, attributes and notes are left aside, with a warning."""
    source.format = "brat"
    others = 0
    for marked in sorted(given.path.glob("*.ann")):
        document = marked.with_suffix(".txt")
        if not document.is_file():
            source.fail("unreadable", f"{marked.name} has no {document.name} beside it.")
            continue
        texts = []
        for file in (document, marked):
            try:
                texts.append(read_bytes(file).decode("utf-8-sig"))
            except UnicodeDecodeError as error:
                source.fail("encoding", f"{file.name} is no UTF-8 ({error.reason} at byte {error.start}). Save it so.")
        if len(texts) < 2:
            continue
        marks, aside = _marks(source, marked, texts[1])
        others += aside
        lines = [match.span() for match in re.finditer(r"[^\r\n]+", texts[0])]
        yield from document_rows(source, document, texts[0], lines, marks)
    tell_aside(source, others, "relations, events, attributes or notes")


def _marks(source: RowSource, path: Path, text: str) -> tuple[list[Mark], int]:
    marks: list[Mark] = []
    aside = 0
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.rstrip("\r")
        if not stripped.strip():
            continue
        if not stripped.startswith("T"):
            aside += 1
            continue
        match = _MARK.fullmatch(stripped)
        if not match:
            source.reject("format", f"{shown(stripped)} is no mark of brat.", number, stripped, file=str(path))
            continue
        pieces = [tuple(map(int, piece.split())) for piece in match[2].split(";")]
        # the stored text of a mark in several pieces is all of them joined, which says nothing about one
        stored = match[3] if len(pieces) == 1 else None
        marks += [Mark(start, end, match[1], stored, str(path), number) for start, end in pieces]
    return marks, aside


FORMAT = Format(lambda given: given.path.is_dir() and any(given.path.glob("*.ann")), _rows)
