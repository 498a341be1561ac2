"""Labelled files to sentences with what annotators said of them, in whichever of the usual forms they come.

A record is recognised by its fields: ``spans`` (the project's corpus, SemEval spans), ``biased_words`` (BABE),
``techniques`` (SemEval paragraphs), or a label alone; an article with ``body`` sentences is BASIL's. Loaded
wording in somebody else's voice, and techniques without a counterpart here, are neither right nor wrong to flag.
"""

from __future__ import annotations

import ast
import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biasdetect.errors import DataError
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.phrases import occurrences

TECHNIQUES = {
    "loaded language": "loaded-language",
    "name calling labeling": "labeling",
    "exaggeration minimisation": "exaggeration",
    "doubt": "doubt",
}
"""Persuasion techniques of SemEval, letters alone, and the category that each corresponds to."""

_SUFFIXES = (".jsonl", ".json", ".csv", ".tsv")
_LABELS = {"biased": 1, "non-biased": 0, "1": 1, "0": 0, "no agreement": None}
_OUTLET = ("outlet", "scare-quote")


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Characters ``start`` to ``end`` that annotators marked; the category is empty where they gave none."""

    start: int
    end: int
    category: str = ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence or paragraph with its labels.

    Attributes:
        text: as it is scored.
        label: 1 where annotators called it biased, 0 where not, None where nobody said.
        spans: the marked wording, in order; None where wording was not marked at all.
        ignored: offsets of wording that is neither right nor wrong to flag.
        techniques: the categories of the techniques in a paragraph; None where they were not labelled.
    """

    text: str
    label: int | None = None
    spans: tuple[GoldSpan, ...] | None = None
    ignored: tuple[tuple[int, int], ...] = ()
    techniques: frozenset[str] | None = None


def read_labelled(path: str | Path) -> list[Labelled]:
    """Read a labelled file, or all labelled files of a folder as one set (BASIL is a folder of articles).

    Args:
        path: JSON Lines, JSON, CSV or TSV, also with ``.gz`` behind it; or a folder of such files.

    Raises:
        DataError: where it cannot be read, or a record has no text, no labels or impossible ones; the
            message names file and line (for JSON, the record).
    """
    path = Path(path)
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if _form(file) in _SUFFIXES)
    labelled = [sentence for file in files for sentence in _read_file(file)]
    if not labelled:
        raise DataError(f"{path}: holds no labelled sentence. Give a {', '.join(_SUFFIXES)} file, or a folder of them.")
    return labelled


def _read_file(path: Path) -> Iterator[Labelled]:
    form = _form(path)
    if form not in _SUFFIXES:
        raise DataError(f"{path}: is none of {', '.join(_SUFFIXES)} (also .gz). Convert it to JSON Lines.")
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path}: cannot be read ({reason}). Check the path, and that the file is UTF-8.") from None
    reader: Callable[[Path, str], Iterable[tuple[str, Any]]] = {".jsonl": _json_lines, ".json": _json}.get(form, _table)
    for where, record in reader(path, text):
        try:
            yield from _sentences(record)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            fields = f" Its fields are {', '.join(map(str, record))}." if isinstance(record, dict) else ""
            problem = f"no field {error}" if isinstance(error, KeyError) else str(error)
            raise DataError(
                f"{path}, {where}: {problem}.{fields} See docs/evaluation.md for the forms; biasdetect labels export brings others into one of them."
            ) from None


def _form(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _json_lines(path: Path, text: str) -> Iterator[tuple[str, Any]]:
    # not splitlines: a JSON string may hold a bare U+2028
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"line {number}", _parse(path, line, number)


def _json(path: Path, text: str) -> Iterator[tuple[str, Any]]:
    data = _parse(path, text, 1)
    for number, record in enumerate(data if isinstance(data, list) else [data], 1):
        yield f"record {number}", record


def _parse(path: Path, text: str, first_line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise DataError(f"{path}, line {line}: is no JSON ({error.msg}). Correct it or leave the line out.") from None


def _table(path: Path, text: str) -> Iterator[tuple[str, Any]]:
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(";\t,", key=header.count))
    try:
        for record in reader:
            yield f"line {reader.line_num}", record
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num}: is no table row ({error}). Correct the line.") from None


def _sentences(record: Any) -> Iterator[Labelled]:
    if not isinstance(record, dict):
        raise TypeError(f"{type(record).__name__} where an object with a text was expected")
    if "body" in record:
        for number, sentence in enumerate(record["body"], 1):
            try:
                if sentence["sentence"].strip():
                    yield _basil(sentence)
            except KeyError as error:
                raise ValueError(f"sentence {number}: no field {error}") from None
            except (AttributeError, TypeError, ValueError) as error:
                raise ValueError(f"sentence {number}: {error}") from None
        return
    text = record["text"]
    if not isinstance(text, str) or not text.strip():
        raise ValueError("text is empty" if isinstance(text, str) else f"text is {type(text).__name__}")
    label = _label(record)
    if "spans" in record:
        spans, ignored = _spans(text, record["spans"])
        yield Labelled(text, label, spans, ignored)
    elif "biased_words" in record:
        yield Labelled(text, label, _words(text, record["biased_words"]))
    elif "techniques" in record:
        yield Labelled(text, label, techniques=_techniques(record["techniques"]))
    elif "label" in record or "label_bias" in record:
        yield Labelled(text, label)
    else:
        raise ValueError("no labels: neither label, label_bias, spans, biased_words nor techniques")


def _label(record: dict[str, Any]) -> int | None:
    label = record.get("label_bias", record.get("label"))
    if label is None or label == "":
        return None
    name = str(int(label) if isinstance(label, bool | float) else label).strip().lower()
    if name not in _LABELS:
        raise ValueError(f"label {label!r} is none of 0, 1, Biased, Non-biased")
    return _LABELS[name]


def _spans(text: str, raw: Iterable[dict[str, Any]]) -> tuple[tuple[GoldSpan, ...], tuple[tuple[int, int], ...]]:
    spans = []
    ignored = []
    for span in raw:
        start, end = _inside(text, span)
        name = str(span.get("category") or span.get("technique") or "")
        category = name if name in CATEGORIES else _technique(name)
        if span.get("voice", "outlet") in _OUTLET and (category or not name):
            spans.append(GoldSpan(start, end, category or ""))
        else:
            ignored.append((start, end))
    return tuple(sorted(spans, key=lambda span: span.start)), tuple(ignored)


def _basil(sentence: dict[str, Any]) -> Labelled:
    text = sentence["sentence"]
    spans = []
    for annotation in sentence.get("annotations") or ():
        # informational bias is a matter of what is told, not of wording
        if not str(annotation["bias"]).lower().startswith("lex"):
            continue
        start, end = _inside(text, annotation)
        marked = annotation.get("txt") or ""
        if marked and text[start:end] != marked and marked in text:  # some offsets are off by a few characters
            start = text.index(marked)
            end = start + len(marked)
        spans.append(GoldSpan(start, end))
    return Labelled(text, int(bool(spans)), tuple(sorted(spans, key=lambda span: span.start)))


def _inside(text: str, span: dict[str, Any]) -> tuple[int, int]:
    start, end = int(span["start"]), int(span["end"])
    if not 0 <= start < end <= len(text):
        raise ValueError(f"span {start} to {end} does not lie in a text of {len(text)} characters")
    return start, end


def _words(text: str, raw: Any) -> tuple[GoldSpan, ...]:
    """Every place of every marked word; words that annotators misspelt have none."""
    words = _listed(raw, "biased_words")
    places = {place for word in words for place in occurrences(text, word)}
    return tuple(GoldSpan(start, end) for start, end in sorted(places))


def _techniques(raw: Any) -> frozenset[str]:
    return frozenset(category for name in _listed(raw, "techniques") if (category := _technique(name)))


def _listed(raw: Any, field: str) -> list[str]:
    listed = raw
    if isinstance(raw, str):  # tables hold a list as Python prints it
        try:
            listed = ast.literal_eval(raw) if raw.strip() else []
        except (ValueError, SyntaxError):
            raise ValueError(f"{field} {raw[:60]!r} is no list") from None
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise TypeError(f"{field} {str(raw)[:60]!r} is no list of strings")
    return listed


def _technique(name: str) -> str | None:
    return TECHNIQUES.get(re.sub(r"[^a-z]+", " ", name.lower()).strip())
