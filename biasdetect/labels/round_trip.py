"""Restores what an annotation tool cannot show: records that were exported to it and are read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from biasdetect.labels.export import tool_record
from biasdetect.labels.formats.shapes import shape_of
from biasdetect.labels.records import EMBEDDED, LabelRecord


def restored(
    record: LabelRecord, embedded: Mapping[str, Any], form: str, rows: Sequence[Mapping[str, Any]]
) -> LabelRecord:
    """What was exported to a tool, with what the tool's form cannot hold.

    Where the rows are still those that were exported, it is the exported record; where they were changed in the
    tool, the tool's labels hold, and id and further fields come from the export.
    """
    try:
        stored = LabelRecord.from_dict({**embedded, "text": record.text})
        exported = tool_record(stored, form, embedded=False)
        as_exported = [_labels(row) for row in shape_of({**exported, EMBEDDED: {}}).rows(exported)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return replace(record, extra={**record.extra, EMBEDDED: dict(embedded)})
    extra = {**record.extra, **stored.extra}
    if [_labels(row) for row in rows] == as_exported:
        return replace(stored, extra=extra, place=record.place)
    before = {(span.start, span.end, span.name): span for span in stored.spans or ()}
    spans = record.spans and tuple(
        replace(before.get((span.start, span.end, span.name), span), annotator=span.annotator) for span in record.spans
    )
    return replace(record, id=stored.id, extra=extra, spans=spans, techniques=stored.techniques)


def _labels(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(part) for part in ("text", "label", "spans", "annotator"))
