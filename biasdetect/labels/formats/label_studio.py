"""Reads exports of Label Studio: JSON (a task with annotations) and JSON-MIN (a flat record).

Marks in HTML are read by ``globalOffsets``: characters of all text of the markup, a ``<br>`` being one too
(``rangeToGlobalOffset`` of its editor). Relations between marks are left aside.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from biasdetect.labels.formats.protocol import Record, Shape
from biasdetect.labels.names import unnamed
from biasdetect.labels.rows import Answered, LayerSpan

_TASK_FIELDS = {"id", "data", "annotations", "completions", "predictions", "drafts"}
_ANNOTATION_FIELDS = ("id", "created_at", "updated_at", "lead_time", "ground_truth")
_REGIONS = ("labels", "hypertextlabels")
_ANSWERS = ("choices", "rating", "number")
_OWN = ("", "label", "grade")  # as this project's exports name the question, whose answer is a choice or a number


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
        yield _answered(annotation, {**shared, **own, "annotator": _annotator(annotation)})
    if not submitted:
        yield {"label": None, **shared}


def _answered(annotation: Record, shared: Record) -> Answered:
    """A row of one annotation: its answers, a column for each question; its spans, None where none could be drawn."""
    answers: dict[str, Any] = {}
    others: dict[str, Any] = {}
    spans: list[LayerSpan] = []
    aside, markup = 0, False
    for result in annotation.get("result") or ():
        value = result.get("value") or {}
        kind = result.get("type")
        asked = str(result.get("from_name") or "")
        if kind == "paragraphlabels":
            raise ValueError("marks in turns of a dialogue are not supported; import each turn as a task of its own")
        if kind in _REGIONS:
            span, in_markup = _region(value)
            markup |= in_markup
            names = value.get(kind) or value.get("labels") or [unnamed(asked)]
            spans += [LayerSpan({**span, "category": name}, asked) for name in names]
        elif kind == "relation":
            aside += 1
        elif kind in value:
            question = "label" if asked in _OWN else asked if asked not in shared else f"{asked}_answer"
            whole = kind in _ANSWERS and "start" not in value  # not a question on marked wording, nor a remark
            column = answers if whole else others
            column[question] = _both(column.get(question), value[kind])
    cells = {**shared, **others, **answers, "spans": spans or (None if answers else [])}
    return Answered(cells, answers, aside=aside, markup=markup)


def _region(value: Record) -> tuple[Record, bool]:
    """Offsets and wording of a mark, and whether it counts in the text that markup shows.

    Raises:
        ValueError: where it names places in markup by paths alone.
    """
    span: Record = {key: value[key] for key in ("start", "end", "text") if key in value}
    if not str(span.get("start", "")).startswith("/"):
        return span, False
    places = value.get("globalOffsets")
    if not isinstance(places, dict):
        raise ValueError("HTML labels are read by their globalOffsets, which this export lacks; export with a newer Label Studio")  # fmt: skip
    return {**span, "start": places.get("start"), "end": places.get("end")}, True


def _both(before: Any, answer: Any) -> Any:
    """An answer, and those to the same question before it."""
    if before is None:
        return answer
    return [*(before if isinstance(before, list) else [before]), *(answer if isinstance(answer, list) else [answer])]


def _annotator(annotation: Record) -> str:
    by = annotation.get("annotator") or annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    return "" if by is None else str(by)


TASKS = Shape("Label Studio", _is_task, _rows)
FLAT = Shape(
    "Label Studio (JSON-MIN)",
    lambda record: "annotation_id" in record and "annotator" in record,
    lambda record: [record],
)
