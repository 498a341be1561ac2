"""Reads exports of Prodigy: tasks with the answer of an annotator, who accepts, rejects or ignores."""

from __future__ import annotations

from collections.abc import Iterable

from biasdetect.labels.formats.protocol import Record, Shape
from biasdetect.labels.names import OppositeLabel
from biasdetect.labels.rows import Answered

_FIELDS = {
    "answer", "accept", "label", "spans", "options", "tokens", "config", "_annotator_id", "_session_id", "_view_id"
}  # fmt: skip


def _rows(task: Record) -> Iterable[Record]:
    """What an annotator accepted, rejected or chose; a rejected label is the other one, rejected spans are none."""
    answer = task.get("answer", "ignore")  # without one nobody has seen the task: what it holds is suggested
    row = {key: value for key, value in task.items() if key not in _FIELDS}
    row["annotator"] = task.get("_annotator_id") or task.get("_session_id") or ""
    row["label"] = None
    if answer != "accept":
        row["answer"] = answer  # so that a text whose labels do not count shows why
    if answer == "ignore":
        yield Answered({**row, "spans": None}, ["label"])
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
        row["label"] = task["label"] if answer == "accept" else OppositeLabel(task["label"])
    elif "spans" not in task:
        row["label"] = answer
    yield Answered(row, ["label"], aside=len(task.get("relations") or ()))


SHAPE = Shape("Prodigy", lambda record: "_input_hash" in record or "_task_hash" in record, _rows)
