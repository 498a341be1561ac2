"""Exports of annotation tools to rows with the usual columns: Label Studio, doccano, Prodigy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from biasdetect.labels.columns import KEEPSAKE

Converter = Callable[[dict[str, Any]], Iterable[dict[str, Any]]]
"""A record to rows with the usual columns; several are several annotators' labels of one text."""


def converter(record: dict[str, Any]) -> tuple[str, Converter]:
    """The form that a first record shows, by name, and what brings such records to columns."""
    if isinstance(record.get("data"), dict) and ({"annotations", "completions", "predictions"} & set(record)):
        return "Label Studio", label_studio_rows
    if "annotation_id" in record and "annotator" in record:
        return "Label Studio (JSON-MIN)", plain_rows
    if "_input_hash" in record or "_task_hash" in record:
        return "Prodigy", prodigy_rows
    if "Comments" in record or "cats" in record or KEEPSAKE in record or _are_triples(record.get("label")):
        return "doccano", doccano_rows
    return "JSON", plain_rows


def _are_triples(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, list) for item in value)


def plain_rows(record: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The record as it is."""
    yield record


def doccano_rows(record: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Classes as the label and marks as spans, whichever of the fields they stand in."""
    row = {key: value for key, value in record.items() if key not in _DOCCANO_FIELDS}
    classes, marks = record.get("cats"), record.get("entities")
    listed = record.get("label") or record.get("labels")
    if _are_triples(listed):
        marks = listed
    elif listed:
        classes = listed
    yield {**row, "label": classes, "spans": marks}


_DOCCANO_FIELDS = {"label", "labels", "cats", "entities"}
_REGIONS = ("labels", "hypertextlabels", "paragraphlabels")


def label_studio_rows(task: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """A row for every annotation of a task that was not cancelled; one without labels where there is none."""
    data = dict(task["data"])
    shared = {key: value for key, value in task.items() if key not in _TASK_FIELDS and value not in (None, [], {})}
    shared = {**shared, **data}
    if "id" not in shared and "id" in task:
        shared["id"] = task["id"]
    kept = [
        annotation
        for annotation in (*(task.get("annotations") or ()), *(task.get("completions") or ()))
        if not annotation.get("was_cancelled")
    ]
    for annotation in kept:
        own = {f"annotation_{key}": annotation[key] for key in _ANNOTATION_FIELDS if annotation.get(key) is not None}
        yield {**shared, **own, **_results(annotation)}
    if not kept:
        yield {"label": None, **shared}


_TASK_FIELDS = {"id", "data", "annotations", "completions", "predictions", "drafts"}
_ANNOTATION_FIELDS = ("id", "created_at", "updated_at", "lead_time", "ground_truth")


def _results(annotation: dict[str, Any]) -> dict[str, Any]:
    """Label, spans and annotator of one annotation; spans are None where no region was drawn or could be."""
    labels: list[Any] = []
    spans: list[dict[str, Any]] = []
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


def prodigy_rows(task: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """What an annotator accepted, rejected or chose; a rejected label is the other one, rejected spans are none."""
    answer = task.get("answer", "accept")
    row = {key: value for key, value in task.items() if key not in _PRODIGY_FIELDS}
    row["annotator"] = task.get("_annotator_id") or task.get("_session_id") or ""
    row["label"] = None
    if answer == "ignore":
        yield {**row, "spans": None}
        return
    if "spans" in task:
        row["spans"] = (
            [{k: v for k, v in span.items() if k not in ("token_start", "token_end")} for span in task["spans"] or ()]
            if answer == "accept"
            else None
        )
    if "accept" in task:
        if answer == "accept":
            row["label"] = list(task["accept"])
    elif "label" in task:
        row["label"] = task["label"] if answer == "accept" else _Opposite(task["label"])
    elif "spans" not in task:
        row["label"] = answer
    yield row


_PRODIGY_FIELDS = {
    "answer", "accept", "label", "spans", "options", "tokens", "config", "_annotator_id", "_session_id", "_view_id"
}  # fmt: skip


class _Opposite(str):
    """The name of a label that an annotator rejected: the other one of the two holds."""


def is_opposite(value: Any) -> bool:
    """Whether a label stands for its opposite."""
    return isinstance(value, _Opposite)
