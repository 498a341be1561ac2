"""Reads WebAnno TSV 3, as WebAnno and INCEpTION export it: sentences, their words, and a column for each feature.

The form is that of INCEpTION's user guide, "WebAnno TSV 3.3 File format". Offsets count UTF-16 units.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from biasdetect.labels.formats.documents import Mark, document_rows
from biasdetect.labels.formats.inception import is_structure, named_by
from biasdetect.labels.formats.protocol import Format, Input
from biasdetect.labels.names import shown
from biasdetect.labels.rows import Row, RowSource, UnreadableError, tell_aside

_START = b"#FORMAT=WebAnno TSV"
_BEFORE = re.compile(rb"^#id=\d+\r?\n#text=", re.MULTILINE)
"""How a sentence begins in version 2, which has no places of words."""
_UNIT = re.compile(r"\d+-\d+(?:\.\d+)?")
_PLACE = re.compile(r"(\d{1,9})-(\d{1,9})")
_STACKED = re.compile(r"(?<!\\)\|")
_IDENTIFIED = re.compile(r"(.*?)(?<!\\)\[(\d{1,9})\]", re.DOTALL)
_ESCAPED = re.compile(r"\\(->|.)", re.DOTALL)
_LETTERS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}
_NONE, _NO_VALUE = "_", "*"


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer of marks: its name, and the columns of its features."""

    name: str
    columns: range
    features: tuple[str, ...]


@dataclass(slots=True)
class _Marked:
    """A mark as far as its words are read: offsets, values of its features."""

    start: int
    end: int
    values: dict[str, str]
    line: int


@dataclass(slots=True)
class _Sentence:
    """A sentence as far as it is read; ``begin`` is where the file counts its first unit."""

    texts: list[str] = field(default_factory=list)
    begin: int | None = None
    marks: dict[tuple[str, str], _Marked] = field(default_factory=dict)


def _rows(source: RowSource, given: Input) -> Iterator[Row]:
    source.format = "WebAnno TSV"
    if not _is_third(given.start):
        raise UnreadableError("format", "is WebAnno TSV of before version 3, which tells no places of words. Export as WebAnno TSV 3.3 or UIMA CAS JSON.")  # fmt: skip
    lines = given.text.replace("\r\n", "\n").split("\n")
    layers, chains = _layers(lines)
    tell_aside(source, chains, "layers of chains or relations")
    text = ""
    sentences: list[tuple[int, int]] = []
    marks: list[Mark] = []
    for sentence in _sentences(source, lines, layers):
        own = "\n".join(sentence.texts)
        begin = len(text)
        sentences.append((begin, begin + len(own)))
        text += f"{own}\n"
        marks += _marks(source.name, sentence, own, begin)
    yield from document_rows(source, Path(source.name), text, sentences, marks)


def _layers(lines: Sequence[str]) -> tuple[list[_Layer], int]:
    """The layers of marks that people may have made, and the number of those that are not read."""
    found: list[_Layer] = []
    column, others = 3, 0  # behind number, place and word
    for line in lines:
        kind, _, declared = line.partition("=")
        if kind in ("#T_SP", "#T_CH", "#T_RL"):
            name, *features = declared.split("|")
            columns = range(column, column + max(len(features), 1))
            column = columns.stop
            if kind != "#T_SP":
                others += 1
            elif not is_structure(name):
                found.append(_Layer(name, columns, tuple(features)))
        elif line.startswith("#Text="):
            break
    return found, others


def _sentences(source: RowSource, lines: Sequence[str], layers: Sequence[_Layer]) -> Iterator[_Sentence]:
    sentence = _Sentence()
    for number, line in enumerate(lines, 1):
        cells = line.split("\t")
        place = _PLACE.fullmatch(cells[1]) if len(cells) > 2 and _UNIT.fullmatch(cells[0]) else None
        if line.startswith("#Text="):
            if sentence.begin is not None:
                yield sentence
                sentence = _Sentence()
            sentence.texts.append(_plain(line.removeprefix("#Text=")))
        elif place:
            start, end = int(place[1]), int(place[2])
            sentence.begin = start if sentence.begin is None else sentence.begin
            for layer in layers:
                _read_layer(sentence, layer, cells, start, end, number)
        elif line.strip() and not line.startswith("#"):
            source.reject("format", f"{shown(line)} is no word of WebAnno TSV.", number, line)
    if sentence.texts:
        yield sentence


def _read_layer(sentence: _Sentence, layer: _Layer, cells: Sequence[str], start: int, end: int, line: int) -> None:
    """Begin marks of a layer that stand at a word, or make those longer that began before it."""
    values = [_STACKED.split(cells[column]) for column in layer.columns if column < len(cells)]
    for place in range(max(map(len, values), default=0)):
        stacked = [several[place] if place < len(several) else _NONE for several in values]
        if all(value in (_NONE, "") for value in stacked):
            continue
        pairs = [_IDENTIFIED.fullmatch(value) for value in stacked]
        number = next((pair[2] for pair in pairs if pair), "")
        key = (layer.name, f"[{number}]" if number else f"{line}.{place}")
        plain = [pair[1] if pair else value for pair, value in zip(pairs, stacked, strict=True)]
        mark = sentence.marks.setdefault(key, _Marked(start, end, {}, line))
        mark.end = max(mark.end, end)
        mark.values |= {
            feature: _plain(value)
            for feature, value in zip(layer.features, plain, strict=False)
            if value not in (_NONE, _NO_VALUE, "")
        }


def _marks(file: str, sentence: _Sentence, text: str, begin: int) -> Iterator[Mark]:
    """The marks of a sentence, their offsets characters of the whole text."""
    units = text.encode("utf-16-le", "surrogatepass")
    for (layer, _), mark in sentence.marks.items():
        start, end = (
            begin + len(units[: 2 * (place - (sentence.begin or 0))].decode("utf-16-le", "replace"))
            for place in (mark.start, mark.end)
        )
        if start < end:  # a mark between words marks none
            for name, layer_ in named_by(layer.rpartition(".")[2], mark.values):
                yield Mark(start, end, name, file=file, line=mark.line, layer=layer_)


def _plain(escaped: str) -> str:
    return _ESCAPED.sub(lambda found: _LETTERS.get(found[1], found[1]), escaped)


def _is_third(start: bytes) -> bool:
    return start.removeprefix(codecs.BOM_UTF8).startswith(_START + b" 3")


FORMAT = Format(lambda given: _START in given.start[:100] or bool(_BEFORE.search(given.start)), _rows)
