"""Reads JSON of spaCy: a text with ``cats``, which give every class a number from 0 to 1, and entities."""

from __future__ import annotations

from collections.abc import Iterable

from biasdetect.labels.formats.protocol import Record, Shape
from biasdetect.labels.names import Classes
from biasdetect.labels.rows import Answered

_FIELDS = {"cats", "entities", "spans", "tokens"}


def _rows(record: Record) -> Iterable[Record]:
    row = {key: value for key, value in record.items() if key not in _FIELDS}
    yield Answered({**row, "label": Classes(record["cats"]), "spans": record.get("spans", record.get("entities"))}, ["label"])  # fmt: skip


SHAPE = Shape("spaCy", lambda record: isinstance(record.get("cats"), dict), _rows)
