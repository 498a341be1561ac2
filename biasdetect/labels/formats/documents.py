"""Cuts annotated documents into rows, one for each line or sentence, with the annotations that lie in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biasdetect.labels.names import is_label_name, shown
from biasdetect.labels.rows import LayerSpan, Row, RowSource


@dataclass(frozen=True, slots=True)
class Mark:
    """An annotation of a document: offsets into its text, its name, where it stands in the file, and on which layer."""

    start: int
    end: int
    name: str
    text: str | None = None
    file: str = ""
    line: int = 0
    layer: str = ""


def document_rows(
    source: RowSource, document: Path, text: str, sentences: Sequence[tuple[int, int]], marks: Sequence[Mark]
) -> Iterator[Row]:
    """A row for each sentence.

    A mark on a whole sentence whose name is that of a label (``biased``, ``neutral``) is the sentence's label; all
    others are spans. A mark that lies in no sentence, or in two, is a problem.

    Args:
        source: takes the problems.
        document: path of the text; its name with the sentence's number is the row's id.
        text: of the document.
        sentences: offsets, in order, not overlapping.
        marks: in any order.
    """
    starts = [start for start, _ in sentences]
    inside: dict[int, list[Mark]] = {}
    for mark in marks:
        number = bisect_right(starts, mark.start) - 1
        if number < 0 or mark.end > sentences[number][1] or mark.start >= mark.end:
            message = f"{shown(mark.name)} at {mark.start}–{mark.end} does not lie within one sentence."
            raw = {"name": mark.name, "start": mark.start, "end": mark.end}
            file = mark.file or str(document)
            source.reject("span-range", message, mark.line or 1, raw, file=file)
            continue
        inside.setdefault(number, []).append(mark)
    for number, (start, end) in enumerate(sentences):
        if not text[start:end].strip():
            continue
        label: Any = None
        spans: list[LayerSpan] = []
        for mark in inside.get(number, ()):
            if is_label_name(mark.name) and _whole(text, mark, start, end):
                label = mark.name if label is None else [label, mark.name]
            else:
                span = {"start": mark.start - start, "end": mark.end - start, "category": mark.name}
                spans.append(LayerSpan(span if mark.text is None else {**span, "text": mark.text}, mark.layer))
        fields = {"id": f"{document.stem}:{number + 1}", "text": text[start:end], "label": label, "spans": spans}
        yield Row(text.count("\n", 0, start) + 1, fields, fields, file=str(document), questions=("label",))


def _whole(text: str, mark: Mark, start: int, end: int) -> bool:
    return text[mark.start : mark.end].strip(" .") == text[start:end].strip(" .")
