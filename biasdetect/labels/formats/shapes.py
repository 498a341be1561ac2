"""Lists the forms of JSON records that are recognised, and turns JSON records into rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from biasdetect.labels.formats import basil, doccano, gate, label_studio, labelbox, lighttag, prodigy, spacy_json
from biasdetect.labels.formats.protocol import Record, Shape
from biasdetect.labels.rows import Answered, Row, RowSource, tell_aside, value_trouble

PLAIN = Shape("JSON", lambda _: True, lambda record: [record])
SHAPES = (
    label_studio.TASKS,
    label_studio.FLAT,
    prodigy.SHAPE,
    labelbox.SHAPE,
    labelbox.OLD,
    lighttag.SHAPE,
    gate.BDOC,
    gate.JSON,
    spacy_json.SHAPE,
    doccano.SHAPE,
    basil.SHAPE,
    PLAIN,
)
"""In the order in which they are tried."""


def shape_of(record: Record) -> Shape:
    """The form that a record shows."""
    return next(shape for shape in SHAPES if shape.matches(record))


def shaped_rows(source: RowSource, records: Iterator[tuple[int, Any, Any]]) -> Iterator[Row]:
    """JSON records as rows.

    Args:
        source: takes the name of the form and the problems.
        records: line, value, and what goes into the file of rejected rows.
    """
    shape = PLAIN
    count = aside = 0
    for line, value, raw in records:
        if not isinstance(value, dict):
            source.reject("json", f"is {type(value).__name__} and no object with a text.", line, raw)
            continue
        if trouble := value_trouble(value):
            source.reject("value", trouble[1], line, raw, trouble[0])
            continue
        if shape is PLAIN:  # a first record may show too little
            shape = shape_of(value)
            source.format = shape.name
        try:
            rows = list(shape.rows(value))
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
            source.reject("format", f"is no record of {shape.name} ({error}).", line, raw)
            continue
        count += 1
        group = str(count) if shape.one_text and len(rows) > 1 else ""
        for fields in rows:
            answered = fields if isinstance(fields, Answered) else Answered(fields, ())
            aside += answered.aside
            own = raw if shape.one_text else dict(fields)  # of a file that is one record, each row has its own
            yield Row(line, fields, own, group, "", shape.overlaps, answered.questions, answered.markup)
    tell_aside(source, aside, "relations between marks")
