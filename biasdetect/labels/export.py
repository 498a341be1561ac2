"""Writes records in the forms that annotation tools and training read; reading them again loses nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from biasdetect.errors import DataError
from biasdetect.labels.names import shown
from biasdetect.labels.records import EMBEDDED, LabelRecord, LabelSpan, plain_number
from biasdetect.labels.rows import MAX_CELL, value_trouble
from biasdetect.util.atomic import write_text


def export_labels(records: Sequence[LabelRecord], form: str, path: str | Path) -> None:
    """Write records in one step: a reader finds the old file or the whole new one.

    Args:
        records: at least one.
        form: one of :data:`FORMS`.
        path: of the file.

    Raises:
        DataError: where there is no record, or one cannot be written (half a character, a NUL, a number beyond all
            bounds, a field that is no JSON data); the message names its place.
        ValueError: for an unknown form.
        OutputError: where the file cannot be written.
    """
    if form not in FORMS:
        raise ValueError(f"form {form!r} is none of {', '.join(FORMS)}")
    if not records:
        raise DataError("There is no record to write. Correct the problems first.")
    for number, record in enumerate(records, 1):
        _writable(record, number)
    try:
        write_text(Path(path), FORMS[form](records))
    except (TypeError, ValueError, RecursionError) as error:
        raise DataError(f"A further field of a record is no JSON data ({error}). Leave it out.") from None


def _writable(record: LabelRecord, number: int) -> None:
    data = record.to_dict()
    trouble = value_trouble(data)
    if not trouble and "\0" in record.text:
        trouble = ("text", "holds a NUL.")
    if trouble:
        place = str(record.place) if record.place.file else f"record {number}"
        raise DataError(f"{place}: {trouble[0]} {trouble[1]} It cannot be written.")


def _json_lines(records: Sequence[LabelRecord]) -> str:
    return _lines([record.to_dict() for record in records])


def _lines(data: Sequence[dict[str, Any]]) -> str:
    return "".join(_json(line) + "\n" for line in data)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _csv(records: Sequence[LabelRecord]) -> str:
    """A column for each part; lists and further fields as JSON, which keeps numbers apart from their digits."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    data = [record.to_dict() for record in records]
    columns = ["id", "text", "label"]
    columns += [
        name
        for name in ("votes", "annotators", "spans", "biased_words", "word_votes", "techniques")
        if any(name in row for row in data)
    ]
    columns += ["extra"] if any(record.extra for record in records) else []
    writer.writerow(columns)
    for row, record in zip(data, records, strict=True):
        cells = {**row, "extra": dict(record.extra) or None}
        line = [_cell(cells.get(name)) for name in columns]
        if longest := next((cell for cell in line if len(cell) > MAX_CELL), None):
            raise DataError(f"{record.place}: {shown(longest)} is too long for a cell. Export to jsonl.")
        writer.writerow(line)
    return stream.getvalue()


def _cell(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else _json(value)


def _doccano(records: Sequence[LabelRecord]) -> str:
    return _lines([tool_record(record, "doccano") for record in records])


def _label_studio(records: Sequence[LabelRecord]) -> str:
    return "[\n" + ",\n".join(_json(tool_record(record, "Label Studio")) for record in records) + "\n]\n"


def tool_record(record: LabelRecord, form: str, *, embedded: bool = True) -> dict[str, Any]:
    """A record as a tool imports it, with a field that holds all that the tool cannot show.

    Args:
        record: any.
        form: ``doccano``, or Label Studio by whichever name.
        embedded: False for what the tool can show alone.
    """
    own = {EMBEDDED: _all_but_text(record)} if embedded else {}
    if form.startswith("Label Studio"):
        return {"data": {"text": record.text, **own}, "annotations": _annotations(record)}
    names = [_label_name(record.target)] if record.target is not None else []
    spans = [[span.start, span.end, span.name] for span in _distinct(record.spans or ())]
    if record.spans is None:
        return {"text": record.text, "label": names, **own}
    if not names:
        return {"text": record.text, "label": spans, **own}
    return {"text": record.text, "cats": names, "entities": spans, **own}


def _all_but_text(record: LabelRecord) -> dict[str, Any]:
    """Everything but the text, which the tool's own form holds."""
    data = replace(record, extra={}).to_dict() | ({"extra": dict(record.extra)} if record.extra else {})
    return {key: value for key, value in data.items() if key != "text"}


def _distinct(spans: Sequence[LabelSpan]) -> list[LabelSpan]:
    return list({(span.start, span.end, span.name): span for span in spans}.values())


def _label_name(value: float | None) -> str:
    return "biased" if value is not None and value >= 0.5 else "non-biased"


def _annotations(record: LabelRecord) -> list[dict[str, Any]]:
    """One for each vote; marks and labels that belong to no single annotator stand in one without a name."""
    made = [
        {
            **({"annotator": vote.annotator} if vote.annotator else {}),
            "result": _results(record, vote.value, [s for s in record.spans or () if s.annotator == vote.annotator != ""]),
        }
        for vote in record.votes
    ]  # fmt: skip
    shared = [span for span in record.spans or () if not span.annotator]
    label = None if record.votes else record.label
    if shared or label is not None or (record.spans is not None and not record.votes):
        made.append({"result": _results(record, label, shared)})
    return made


def _results(record: LabelRecord, value: float | None, spans: Sequence[LabelSpan]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    if value is not None and value in (0, 1):
        choice = {"choices": [_label_name(value)]}
        results.append({"from_name": "label", "to_name": "text", "type": "choices", "value": choice})
    elif value is not None:
        number = {"number": plain_number(value)}
        results.append({"from_name": "grade", "to_name": "text", "type": "number", "value": number})
    for place, span in enumerate(spans, 1):
        region = {
            "start": span.start,
            "end": span.end,
            "text": record.text[span.start : span.end],
            "labels": [span.name],
        }
        results.append({"id": f"span{place}", "from_name": "spans", "to_name": "text", "type": "labels", "value": region})  # fmt: skip
    return results


FORMS: dict[str, Callable[[Sequence[LabelRecord]], str]] = {
    "jsonl": _json_lines,
    "csv": _csv,
    "label-studio": _label_studio,
    "doccano": _doccano,
}
"""What records can be written as, by name."""
