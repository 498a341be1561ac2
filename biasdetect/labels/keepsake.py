"""What travels with an export to a tool, and how it comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from biasdetect.labels.columns import KEEPSAKE
from biasdetect.labels.records import LabelRecord


def restored(
    record: LabelRecord, keepsake: Mapping[str, Any], form: str, rows: Sequence[Mapping[str, Any]]
) -> LabelRecord:
    """What was exported to a tool, with what the tool's form cannot hold.

    Where the rows are still those that were exported, it is the exported record; where they were changed in the
    tool, the tool's labels hold, and id and further fields come from the export.
    """
    from biasdetect.labels.export import tool_record
    from biasdetect.labels.tools import converter

    try:
        stored = LabelRecord.from_dict({**keepsake, "text": record.text})
        exported = tool_record(stored, form, keepsake=False)
        as_exported = [_said(row) for row in converter({**exported, KEEPSAKE: {}})[1](exported)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return replace(record, extra={**record.extra, KEEPSAKE: dict(keepsake)})
    extra = {**record.extra, **stored.extra}
    if [_said(row) for row in rows] == as_exported:
        return replace(stored, extra=extra, place=record.place)
    known = {(span.start, span.end, span.name): span for span in stored.spans or ()}
    spans = record.spans and tuple(
        replace(known.get((span.start, span.end, span.name), span), annotator=span.annotator) for span in record.spans
    )
    return replace(record, id=stored.id, extra=extra, spans=spans)


def _said(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(part) for part in ("text", "label", "spans", "annotator"))
