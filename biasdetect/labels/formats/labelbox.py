"""Reads exports of Labelbox: JSON Lines, a data row each, with the labels of all its projects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from biasdetect.labels.formats.protocol import Record, Shape
from biasdetect.labels.rows import Answered, LayerSpan

_ADDRESSES = ("http://", "https://", "gs://", "s3://")
_OLD = ("Labeled Data", "DataRow ID")


def _rows(record: Record) -> Iterator[Record]:
    """A row for every label of a data row; one without labels where there is none."""
    about = record["data_row"]
    text = about["row_data"]
    if isinstance(text, str) and text.startswith(_ADDRESSES) and not any(map(str.isspace, text)):
        raise ValueError("its text lies at an address, which is not fetched; put the text itself into row_data")
    shared = {"text": text, "id": about.get("external_id") or about.get("global_key") or about.get("id") or ""}
    given = [label for project in (record.get("projects") or {}).values() for label in project.get("labels") or ()]
    for label in given:
        annotations = label.get("annotations") or {}
        answers = _answers(annotations.get("classifications") or ())
        spans = [
            _span(mark) for mark in annotations.get("objects") or () if mark.get("annotation_kind") == "TextEntity"
        ]
        by = (label.get("label_details") or {}).get("created_by") or ""
        cells = {**shared, **answers, "annotator": by, "spans": spans or (None if answers else [])}
        yield Answered(cells, answers, aside=len(annotations.get("relationships") or ()))
    if not given:
        yield Answered({**shared, "label": None}, ())


def _span(mark: Record) -> LayerSpan:
    """A mark; its end is that of the last character, which counts."""
    place = mark["location"]
    span = {"start": place["start"], "end": place["end"] + 1, "category": mark.get("name") or ""}
    return LayerSpan(span | ({"text": place["token"]} if place.get("token") else {}), "objects")


def _answers(classifications: Any) -> dict[str, Any]:
    """Answers to questions on the whole text, by the name of the question."""
    answers: dict[str, Any] = {}
    for asked in classifications:
        if "radio_answer" in asked:
            answers[asked["name"]] = [asked["radio_answer"]["name"]]
        elif "checklist_answers" in asked:
            answers[asked["name"]] = [answer["name"] for answer in asked["checklist_answers"]]
        elif "text_answer" in asked:
            answers[asked["name"]] = asked["text_answer"]["content"]
    return answers


def _refused(_: Record) -> Iterator[Record]:
    raise ValueError("its old export is not supported; export NDJSON (Export v2), which has data_row and projects")  # fmt: skip


SHAPE = Shape("Labelbox", lambda record: isinstance(record.get("data_row"), dict) and "projects" in record, _rows)
OLD = Shape("Labelbox", lambda record: any(name in record for name in _OLD), _refused)
