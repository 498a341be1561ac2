"""Builds records from the rows of one file: rows checked one by one, labels on one scale, annotators joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from biasdetect.labels.categories import OwnNames, find_category
from biasdetect.labels.columns import ColumnNames, find_columns, find_layer, is_votes, join_raters, questions_of
from biasdetect.labels.grades import Grades
from biasdetect.labels.markup import ShownText
from biasdetect.labels.names import Classes, are_classes, listed, plain_name, shown
from biasdetect.labels.records import EMBEDDED, LabelRecord, LabelSpan, Place, Problem, Vote, column_key
from biasdetect.labels.round_trip import restored
from biasdetect.labels.rows import LayerSpan, Parsed, Row, RowSource, UnreadableError
from biasdetect.labels.spans import UNITS, parse_spans
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.phrases import occurrences
from biasdetect.reading.tables.columns import joined_paragraphs

MAX_TEXT = 100_000  # characters
_SILENT = ("Label Studio", "doccano", "Labelbox", "LightTag")  # tools that write nothing where nothing was marked


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How labelled files are read.

    Attributes:
        columns: those that the user named.
        names: the user's own names of labels and categories, and the known name or number that each stands for.
        categories: what names of spans stand for, in place of the known names: one category, or several where it
            is not said which. Names that are neither here nor ours are techniques without a counterpart. None for
            the known names.
        scale: lowest and highest label; None to take 0 to 1, or a scale that the values show.
        encoding: of text files; None where it is to be found.
        split: of sets of the ``datasets`` library; None for ``train``.
        annotator_from_file: each file is one annotator's, named as the file is.
        contradictions: of records of the same text with opposite labels: ``reject`` them, or take them for ``votes``.
        part: which rows of each file are read.
        own: which names of marks are categories of the user's own.
    """

    columns: ColumnNames = field(default_factory=ColumnNames)
    names: Mapping[str, str] = field(default_factory=dict)
    scale: tuple[float, float] | None = None
    encoding: str | None = None
    split: str | None = None
    annotator_from_file: bool = False
    categories: Mapping[str, Sequence[str]] | None = None
    contradictions: Literal["reject", "votes"] = "reject"
    part: slice = field(default_factory=lambda: slice(None))
    own: OwnNames = field(default_factory=OwnNames)


@dataclass(slots=True)
class Built:
    """A record and the rows that it was made from, so that rejecting it loses nothing."""

    record: LabelRecord
    rows: list[Row]


class FileBuilder:
    """Builds the records of one file."""

    def __init__(self, source: RowSource, options: ReadOptions) -> None:
        self.source = source
        self.options = options
        self.names = {plain_name(name): known for name, known in options.names.items()}
        self.columns: dict[str, str] = {}
        self.layer = ""
        self.markup = False
        self.scale = options.scale or (0.0, 1.0)
        self.reasons: dict[int, list[str]] = {}
        self.raws: dict[int, Row] = {}
        self.converted = Counter[str]()
        self.unlike = 0
        self.unknown_techniques: set[str] = set()

    def problem(self, kind: str, message: str, row: Row, part: str = "") -> None:
        """Note what is wrong with a row, in the column of a part; the row makes no record."""
        part = "label" if part == "votes" and part not in self.columns else part
        column = self.columns.get(part, part)
        self.source.problems.append(Problem(kind, message, Place(row.file, row.line, column)))
        self.reasons.setdefault(id(row), []).append(f"{column}: {message}" if column else message)
        self.raws[id(row)] = row

    def warn(self, kind: str, message: str, line: int | None = None, part: str = "") -> None:
        """Note what is worth knowing of a row or of the file."""
        place = Place(self.source.name, line, self.columns.get(part, part))
        self.source.warnings.append(Problem(kind, message, place))

    def build(self) -> list[Built]:
        """The good records; problems and warnings stand in the source, reasons for rejected rows here."""
        rows = self.source.rows
        if not rows:
            if not self.source.problems:
                self.source.fail("empty", "holds no rows.")
            return []
        try:
            votes = join_raters(rows, self.options.columns)
            self.columns = find_columns(rows, replace(self.options.columns, votes=votes or self.options.columns.votes))
            self.layer = find_layer(rows, self.options.columns)
        except UnreadableError as error:
            if not self.source.problems:  # what broke the file says more
                self.source.fail(error.kind, str(error))
            self.source.rejected += [(row.file, row.line, row.raw, str(error)) for row in rows]
            return []
        self.markup = any(row.markup for row in rows)
        questions = questions_of(rows)
        if len(questions) > 1 and not self.options.columns.label and self.columns.get("label") in questions:
            others = ", ".join(shown(name) for name in questions if name != self.columns["label"])
            self.warn("questions", f"of several questions this one is taken for the label, by its name or its answers; beside it there are {others}. Pass --label-column for another.", None, "label")  # fmt: skip
        parsed = [part for row in rows if (part := self._parse(row))]
        grades = Grades(self.names, self.options.scale)
        grades.bring_to_scale(parsed, self.problem)
        self.scale = grades.scale
        for kind, message in grades.told():
            self.warn(kind, message, None, "label" if "label" in self.columns else "votes")
        groups: dict[Any, list[Parsed]] = {}
        for part in parsed:
            if id(part.row) not in self.reasons:
                key = part.row.group or (("text", part.text) if part.annotator else id(part))
                groups.setdefault(key, []).append(part)
        built = [made for group in groups.values() for made in self._record(group)]
        for unit, count in self.converted.items():
            said = "1 span counts" if count == 1 else f"{count} spans count"
            self.warn(UNITS[unit], f"{said} {unit}; the offsets are read as characters.", None, "spans")
        if self.unlike:
            self.warn("span-text", f"{self.unlike} spans of techniques have another wording stored than what stands at their offsets; the offsets hold.", None, "spans")  # fmt: skip
        for name in sorted(self.unknown_techniques):
            self.warn("unknown-technique", f"{shown(name)} is no known technique. Its spans are neither right nor wrong to flag.", None, "spans")  # fmt: skip
        return self._marked_where_others_are(built)

    def _parse(self, row: Row) -> Parsed | None:
        """Everything of a row but its label's number, which the scale of the file decides."""
        missing = [column for column in self.columns.values() if column not in row.fields]
        if missing and not self.options.columns.recognised:
            self.problem("columns", f"has no {shown(missing[0])}; it has {', '.join(map(shown, row.fields))}.", row)
            return None
        cells = {part: row.fields.get(column) for part, column in self.columns.items()}
        get = cells.get
        marks = self._of_layer(get("spans"))
        markup = cells.get("text")
        if self.markup and isinstance(markup, str):
            shown_text = ShownText(markup)
            cells["text"] = shown_text.text
            marks = [shown_text.shown_span(span) for span in marks] if isinstance(marks, list) else marks
        text = self._text(get("text"), row)
        if text is None:
            return None
        spans = parse_spans(marks, text, self._category, overlaps=row.overlaps)
        for kind, message in spans.problems:
            self.problem(kind, message, row, "spans")
        self.converted += spans.converted
        self.unlike += spans.unlike
        self.unknown_techniques |= spans.unknown_techniques
        words, techniques = (self._texts(get(part), row, part) for part in ("words", "techniques"))
        extra = {name: value for name, value in row.fields.items() if name not in (*self.columns.values(), EMBEDDED)}
        hidden = listed(get("extra"))
        if isinstance(hidden, dict):
            extra |= hidden
        elif hidden not in (None, ""):
            extra[self.columns["extra"]] = get("extra")
        annotator = get("annotator")
        if self.options.annotator_from_file:
            annotator = Path(self.source.name).stem
        embedded = listed(row.fields.get(EMBEDDED))
        label, votes = get("label"), get("votes")
        column = self.columns.get("label", "")
        if isinstance(classes := listed(label), dict) and (column_key(column) == "cats" or are_classes(classes)):
            label = Classes(classes)
        elif votes is None and column not in row.questions and is_votes(classes):
            label, votes = None, label
        return Parsed(
            row,
            text,
            votes=self._votes(votes, get("annotators"), row),
            spans=_places(text, words) if spans.spans is None and words is not None else spans.spans,
            words=words,
            word_votes=self._word_votes(get("word_votes"), row),
            techniques=techniques,
            annotator="" if annotator is None else str(annotator),
            id="" if get("id") is None else str(get("id")),
            extra=extra,
            embedded=embedded if isinstance(embedded, dict) else None,
            label=label,
        )

    def _of_layer(self, cell: Any) -> Any:
        """The spans of a cell, only those of the layer that the user named where there are layers."""
        if not self.layer or not isinstance(cell, list):
            return cell
        return [span for span in cell if not isinstance(span, LayerSpan) or span.layer == self.layer]

    def _text(self, text: Any, row: Row) -> str | None:
        """The text of a row; None where it is none."""
        text = joined_paragraphs(text)
        if text is not None and not isinstance(text, str):
            kind = "an object" if isinstance(text, dict) else "a list" if isinstance(text, list) else "a number"
            self.problem("text", f"holds {kind} and no text. Name the column of texts with --text-column.", row, "text")
            return None
        if not text or not text.strip():
            self.problem("empty-text", "the text is empty.", row, "text")
            return None
        if not any(map(str.isalnum, text)):
            self.warn("no-word", "the text holds no word.", row.line, "text")
        if "\0" in text:
            place = text.index("\0") + 1
            self.problem("nul", f"the text holds a NUL at character {place}. Take it out.", row, "text")
        if len(text) > MAX_TEXT:
            self.problem("too-long", f"the text has {len(text):,} characters, more than {MAX_TEXT:,}.", row, "text")
            return None
        return text

    def _category(self, name: str) -> tuple[str, str] | None:
        """Category and technique of a span's name, None to leave it out; ValueError where it is unknown."""
        if self.options.categories is None:
            return find_category(name, self.names, self.options.own)
        ours = self.options.categories.get(name, [name] if name in CATEGORIES else [])
        return ("", name) if not ours else (ours[0] if len(ours) == 1 else "", "")

    def _texts(self, cell: Any, row: Row, part: str) -> list[str] | None:
        """A list of words or techniques; None where the cell says nothing."""
        value = listed(cell)
        if value is None or value == "":
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.problem(part, f"{shown(cell)} is no list of strings.", row, part)
            return None
        return value

    def _word_votes(self, cell: Any, row: Row) -> dict[str, int]:
        """A marked piece of text and the number of annotators who marked it."""
        value = listed(cell)
        if value is None or value == "":
            return {}
        if not isinstance(value, dict) or not all(isinstance(count, int) and count >= 0 for count in value.values()):
            self.problem("word-votes", f"{shown(cell)} gives no number of annotators for each word.", row, "word_votes")
            return {}
        return value

    def _votes(self, cell: Any, annotators: Any, row: Row) -> list[tuple[Any, str]]:
        votes = listed(cell)
        names = listed(annotators)
        if votes is None or votes == "":
            return []
        if isinstance(votes, str) and len(parts := votes.replace(";", ",").replace("|", ",").split(",")) > 1:
            votes = [part.strip() for part in parts]
        if isinstance(votes, dict):
            return [(value, str(name)) for name, value in votes.items()]
        if not isinstance(votes, list):
            self.problem("votes", f"{shown(cell)} is no list of votes.", row, "votes")
            return []
        if all(isinstance(vote, dict) for vote in votes):
            return [
                (next((vote[key] for key in ("label", "value", "vote") if key in vote), None), str(vote.get("annotator", "")))
                for vote in votes
            ]  # fmt: skip
        if not isinstance(names, list) or not names:
            names = [""] * len(votes)
        if len(names) != len(votes):
            self.problem("votes", f"{len(votes)} votes, but {len(names)} annotators.", row, "votes")
            return []
        return list(zip(votes, map(str, names), strict=True))

    def _record(self, group: list[Parsed]) -> list[Built]:
        first = group[0]
        parts = self._without_repeats(group) if len(group) > 1 else group
        if not parts:
            return []
        if any(part.text != first.text for part in parts):
            self.problem("group", "annotations of one task have different texts.", first.row, "text")
            return []
        try:
            record = self._joined(parts)
        except ValueError as error:
            self.problem("record", f"{error}.", first.row)
            return []
        if first.embedded is not None:
            record = restored(record, first.embedded, self.source.format, [part.row.fields for part in group])
        return [Built(record, [part.row for part in parts])]

    def _without_repeats(self, group: list[Parsed]) -> list[Parsed]:
        """One row for each annotator; where somebody said two things of a text, neither counts."""
        by: dict[str, list[Parsed]] = {}
        for part in group:
            by.setdefault(part.annotator, []).append(part)
        single: list[Parsed] = []
        for annotator, parts in by.items():
            if not annotator:
                single += parts
            elif all((part.label, part.spans) == (parts[0].label, parts[0].spans) for part in parts):
                single.append(parts[0])
                for part in parts[1:]:
                    self.warn("duplicate", f"{shown(annotator)} said the same of this text in line {parts[0].row.line}.", part.row.line, "text")  # fmt: skip
            else:
                lines = ", ".join(str(part.row.line) for part in parts)
                for part in parts:
                    self.problem("contradiction", f"{shown(annotator)} labels this text differently in lines {lines}.", part.row, "label")  # fmt: skip
        order = {id(part): number for number, part in enumerate(group)}
        return sorted(single, key=lambda part: order[id(part)])

    def _joined(self, group: list[Parsed]) -> LabelRecord:
        first = group[0]
        place = Place(first.row.file, first.row.line, self.columns["text"])
        alone = len(group) == 1 and not first.annotator
        spans = [
            replace(span, annotator=span.annotator or part.annotator) for part in group for span in part.spans or ()
        ]
        votes = [Vote(value, name) for part in group for value, name in part.votes]
        if not alone:
            votes += [Vote(part.label, part.annotator) for part in group if part.annotator or part.label is not None]
        named = {vote.annotator for vote in votes}
        votes += [Vote(None, name) for name in dict.fromkeys(span.annotator for span in spans) if name and name not in named]  # fmt: skip
        return LabelRecord(
            text=first.text,
            label=first.label if alone else None,
            votes=tuple(votes),
            spans=None
            if all(part.spans is None for part in group)
            else tuple(spans if len(group) == 1 else sorted(spans, key=lambda span: (span.start, span.end))),
            words=None if first.words is None or len(group) > 1 else tuple(first.words),
            word_votes=first.word_votes if len(group) == 1 else {},
            techniques=None if first.techniques is None else tuple(first.techniques),
            id=first.id,
            extra=common_extra([(part.annotator, part.id, part.extra) for part in group]),
            place=place,
        )

    def _marked_where_others_are(self, built: list[Built]) -> list[Built]:
        """Tools write nothing where nothing was marked; beside marked texts that means no mark, not unknown."""
        if not self.source.format.startswith(_SILENT) or not any(made.record.spans for made in built):
            return built
        for made in built:
            seen = made.record.target is not None or self.source.format == "doccano"
            if made.record.spans is None and seen and EMBEDDED not in made.rows[0].fields:
                made.record = replace(made.record, spans=())
        return built


def _places(text: str, words: Iterable[str]) -> list[LabelSpan]:
    """Every place of every word; words that annotators misspelt have none."""
    return [
        LabelSpan(start, end) for start, end in sorted({place for word in words for place in occurrences(text, word)})
    ]


def common_extra(annotations: Sequence[tuple[str, str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Fields that all annotators' rows share; those in which they differ, a list with one entry for each row.

    Args:
        annotations: annotator, id and further fields of each row.
    """
    if len(annotations) == 1:
        return dict(annotations[0][2])
    rows = [{**extra, **({"id": own} if own != annotations[0][1] else {})} for _, own, extra in annotations]
    shared = {key: value for key, value in rows[0].items() if all(key in row and row[key] == value for row in rows)}
    own = [
        {"annotator": annotator} | {key: value for key, value in row.items() if key not in shared}
        for (annotator, *_), row in zip(annotations, rows, strict=True)
    ]
    return {**shared, "annotations": own} if any(len(entry) > 1 for entry in own) else shared
