"""Reads exports of LightTag: one object with all examples, and who marked and classified what in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from biasdetect.labels.formats.protocol import Record, Shape
from biasdetect.labels.rows import Answered


def _rows(export: Record) -> Iterator[Record]:
    """A row for every annotator of every example; what a reviewer called wrong is left out."""
    tagged = any(example.get("annotations") for example in export["examples"])
    for number, example in enumerate(export["examples"], 1):
        marks = [mark for mark in example.get("annotations") or () if mark.get("correct") is not False]
        classes = [one for one in example.get("classifications") or () if one.get("correct") is not False]
        about = example.get("metadata") if isinstance(example.get("metadata"), dict) else {}
        shared = {**(about or {}), "text": example["content"], "id": str(example.get("example_id") or number)}
        seen = [_name(person) for person in example.get("seen_by") or ()]
        people = dict.fromkeys([*seen, *(name for one in (*marks, *classes) for name in _people(one))])
        aside = len(example.get("relations") or ())
        for annotator in people or {"": None}:
            own = [mark for mark in marks if annotator in _people(mark)]
            named = [one.get("classname") or one.get("tag") for one in classes if annotator in _people(one)]
            cells = {**shared, "annotator": annotator, "label": named or None, "spans": [_span(mark) for mark in own]}
            if not own and (named or annotator not in seen or not tagged):
                cells["spans"] = None
            yield Answered(cells, ["label"], aside=aside)
            aside = 0


def _people(mark: Record) -> list[str]:
    return [_name(person) for person in mark.get("annotated_by") or ()] or [""]


def _name(person: Any) -> str:
    return str(person.get("annotator") or person.get("annotator_id") or "") if isinstance(person, dict) else str(person)


def _span(mark: Record) -> Record:
    return {"start": mark["start"], "end": mark["end"], "category": mark.get("tag") or "", "text": mark.get("value")}


def _matches(record: Record) -> bool:
    examples = record.get("examples")
    return isinstance(examples, list) and bool(examples) and isinstance(examples[0], dict) and "content" in examples[0]


SHAPE = Shape("LightTag", _matches, _rows, one_text=False)
