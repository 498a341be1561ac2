"""Reads tokens with BIO tags as texts with spans: columns of CoNLL, and lists of tokens and tags in a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from biasdetect.labels.formats.protocol import Format, Input, Record
from biasdetect.labels.names import listed
from biasdetect.labels.rows import Row, RowSource, UnreadableError, encoding_trouble

_SUFFIXES = (".conll", ".bio", ".iob", ".iob2")
_TEXT_SUFFIXES = ("", ".txt", ".tsv")
_FEW_LINES = 3
_HEADER = "-DOCSTART-"
_TOKENS = ("tokens", "words")
_TEXTS = ("text", "sentence")
_TAG = re.compile(r"O|[BILUESM](?:[-_](.+))?")
_CHUNKS = frozenset("NP VP PP ADJP ADVP SBAR PRT CONJP INTJ LST UCP".split())  # of syntax, which say nothing here
_NO_SPACE_BEFORE = re.compile(r"[.,;:!?%…)\]}’”»]+|n['’]t|['’](?:s|t|m|d|re|ve|ll)", re.IGNORECASE)
_NO_SPACE_AFTER = re.compile(r"[(\[{‘“«$£€]+")


def as_text(fields: Record) -> Record:
    """A row of tokens and tags as one of a text and spans; any other row as it is."""
    if any(isinstance(fields.get(name), str) for name in _TEXTS):
        return fields
    name = next((name for name in _TOKENS if name in fields), None)
    tokens = listed(fields.get(name)) if name else None
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        return fields
    columns = {
        column: [_named(tag) for tag in tags]
        for column, value in fields.items()
        if column != name and isinstance(tags := listed(value), list) and len(tags) == len(tokens)
    }
    chosen = _tags({column: tags for column, tags in columns.items() if all(map(_is_tag, tags))})
    if chosen is None:
        return fields
    text, spans = _marked(tokens, columns[chosen])
    return {key: value for key, value in fields.items() if key not in (name, chosen)} | {"text": text, "spans": spans}


def _conll_rows(source: RowSource, given: Input) -> Iterator[Row]:
    source.format = "CoNLL"
    sentences = [(line, cells) for line, cells in _sentences(given.text) if cells]
    columns = {
        str(place): [tag for _, cells in sentences for tag in (row[place] for row in cells)]
        for place in range(1, min((len(row) for _, cells in sentences for row in cells), default=0))
    }
    chosen = _tags({place: tags for place, tags in columns.items() if all(map(_is_tag, tags))})
    if chosen is None:
        raise UnreadableError("format", "has no column of tags such as O, B-loaded, I-loaded. Write a token and its tags on each line.")  # fmt: skip
    for line, cells in sentences:
        text, spans = _marked([row[0] for row in cells], [row[int(chosen)] for row in cells])
        fields = {"text": text, "spans": spans}
        if trouble := encoding_trouble(text):
            source.reject("encoding", trouble, line, fields, "text")
        else:
            yield Row(line, fields, fields)


def _sentences(text: str) -> Iterator[tuple[int, list[list[str]]]]:
    """Sentences with their first lines; empty lines stand between them."""
    start, cells = 1, list[list[str]]()
    for number, line in enumerate(text.split("\n"), 1):
        parts = line.rstrip("\r").split("\t") if "\t" in line else line.split()
        if not line.strip() or parts[0] == _HEADER:
            yield start, cells
            start, cells = number + 1, []
        elif not line.startswith("# "):
            cells.append(parts)
    yield start, cells


def _named(tag: Any) -> Any:
    """A tag that is a number without a name: 0 is outside."""
    return ("I" if tag else "O") if isinstance(tag, int) else tag


def _is_tag(tag: Any) -> bool:
    return isinstance(tag, str) and bool(_TAG.fullmatch(tag))


def _tags(columns: dict[str, list[str]]) -> str | None:
    """The column of marks: the last whose tags name a kind that is none of syntax, else the last without kinds."""
    kinds = {
        name: {found[1] for tag in tags if (found := _TAG.fullmatch(tag))} - {None} for name, tags in columns.items()
    }
    fitting = [name for name, found in kinds.items() if not found or not found <= _CHUNKS]
    named = [name for name in fitting if kinds[name]]
    return next(reversed(named or fitting), None)


def _marked(tokens: Sequence[str], tags: Sequence[str]) -> tuple[str, list[Record]]:
    """The text of the tokens, and a span for each run of tags."""
    text = ""
    spans: list[Record] = []
    before = "O"
    for number, (token, tag) in enumerate(zip(tokens, tags, strict=True)):
        close = _NO_SPACE_BEFORE.fullmatch(token) or (number and _NO_SPACE_AFTER.fullmatch(tokens[number - 1]))
        text += token if not text or close else f" {token}"
        kind = tag[2:]
        if tag != "O":
            goes_on = before != "O" and kind == before[2:] and tag[0] not in "BUS" and before[0] not in "LUES"
            if goes_on:
                spans[-1]["end"] = len(text)
            else:
                spans.append({"start": len(text) - len(token), "end": len(text), "category": kind})
        before = tag
    return text, spans


def _is_conll(given: Input) -> bool:
    if given.suffix in _SUFFIXES or given.start.startswith(_HEADER.encode()):
        return True
    return given.suffix in _TEXT_SUFFIXES and _tags_each_line(given.start.decode("utf-8", "replace"))


def _tags_each_line(start: str) -> bool:
    """Whether lines are words with tags, and empty ones between sentences, as no table with names of columns has them."""
    lines = [line.split() for line in start.splitlines()[:-1] if not line.startswith("# ")]
    tags = [cells[-1] for cells in lines if cells]
    plain = sum(len(cells) > 1 and _is_tag(cells[-1]) for cells in lines)
    return len(tags) >= _FEW_LINES and plain == len(tags) and "O" in tags


CONLL = Format(_is_conll, _conll_rows)
