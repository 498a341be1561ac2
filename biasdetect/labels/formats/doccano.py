"""Reads exports of doccano: marks and classes, in whichever of the fields its projects put them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from biasdetect.labels.formats.protocol import Record, Shape
from biasdetect.labels.records import EMBEDDED
from biasdetect.labels.rows import Answered

_FIELDS = {"label", "labels", "cats", "entities"}


def _matches(record: Record) -> bool:
    return "Comments" in record or "cats" in record or EMBEDDED in record or _are_triples(record.get("label"))


def _are_triples(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, list) for item in value)


def _rows(record: Record) -> Iterable[Record]:
    """Classes as the label and marks as spans, whichever of the fields they stand in."""
    row = {key: value for key, value in record.items() if key not in _FIELDS}
    classes, marks = record.get("cats"), record.get("entities")
    listed = record.get("label") or record.get("labels")
    if _are_triples(listed):
        marks = listed
    elif listed:
        classes = listed
    yield Answered({**row, "label": classes, "spans": marks}, ["label"], aside=len(record.get("relations") or ()))


SHAPE = Shape("doccano", _matches, _rows)
