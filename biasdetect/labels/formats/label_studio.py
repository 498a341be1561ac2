"""Reads exports of Label Studio: JSON (a task with annotations) and JSON-MIN (a flat record)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from biasdetect.labels.formats.protocol import Record, Shape

_TASK_FIELDS = {"id", "data", "annotations", "completions", "predictions", "drafts"}
_ANNOTATION_FIELDS = ("id", "created_at", "updated_at", "lead_time", "ground_truth")
_REGIONS = ("labels", "hypertextlabels", "paragraphlabels")


def _is_task(record: Record) -> bool:
    return isinstance(record.get("data"), dict) and bool({"annotations", "completions", "predictions"} & set(record))


def _rows(task: Record) -> Iterable[Record]:
    """A row for every annotation of a task that was not cancelled; one without labels where there is none."""
    data = dict(task["data"])
    shared = {key: value for key, value in task.items() if key not in _TASK_FIELDS and value not in (None, [], {})}
    shared = {**shared, **data}
    if "id" not in shared and "id" in task:
        shared["id"] = task["id"]
    submitted = [
        annotation
        for annotation in (*(task.get("annotations") or ()), *(task.get("completions") or ()))
        if not annotation.get("was_cancelled")
    ]
    for annotation in submitted:
        own = {f"annotation_{key}": annotation[key] for key in _ANNOTATION_FIELDS if annotation.get(key) is not None}
        yield {**shared, **own, **_results(annotation)}
    if not submitted:
        yield {"label": None, **shared}


def _results(annotation: Record) -> Record:
    """Label, spans and annotator of one annotation; spans are None where no region was drawn or could be."""
    labels: list[Any] = []
    spans: list[Record] = []
    for result in annotation.get("result") or ():
        value = result.get("value") or {}
        kind = result.get("type")
        if kind == "choices":
            labels += value["choices"]
        elif kind in ("rating", "number"):
            labels.append(value[kind])
        elif kind in _REGIONS:
            span = {key: value[key] for key in ("start", "end", "text") if key in value}
            spans += [{**span, "category": name} for name in value.get(kind) or value.get("labels") or [""]]
    by = annotation.get("annotator") or annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    return {
        "label": labels[0] if len(labels) == 1 else labels or None,
        "spans": spans or (None if labels else []),
        "annotator": "" if by is None else str(by),
    }


TASKS = Shape("Label Studio", _is_task, _rows)
FLAT = Shape(
    "Label Studio (JSON-MIN)",
    lambda record: "annotation_id" in record and "annotator" in record,
    lambda record: [record],
)
