"""The record of a labelled text: labels, votes, marked wording; the one form that all readers and writers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from itertools import pairwise
from typing import Any, Self

from biasdetect.model.config import OWN_CATEGORY
from biasdetect.reading.tables import columns
from biasdetect.results import Voice

EMBEDDED = "biasdetect"
"""The field of an export to a tool that holds what the tool's own form cannot show."""

VOICES = tuple(voice.value for voice in Voice)
_OWN = ("", *(voice.value for voice in Voice if voice.counts))


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was read.

    Attributes:
        file: as the caller named it.
        line: first line of the record, from 1; for Parquet and datasets, the row. None for the whole file.
        column: name of the column or field, empty for the whole row.
    """

    file: str
    line: int | None = None
    column: str = ""

    def __str__(self) -> str:
        parts = [self.file]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with labelled data, or (a warning) worth knowing.

    Attributes:
        kind: a short fixed name, such as ``unknown-label``.
        message: what is wrong and what to do.
        place: where.
        fatal: the whole file could not be read.
    """

    kind: str
    message: str
    place: Place
    fatal: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "kind": self.kind,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Vote:
    """One annotator's label: 0 (plain) to 1 (biased), None where only wording was marked. The name may be empty."""

    value: float | None
    annotator: str = ""


@dataclass(frozen=True, slots=True)
class LabelSpan:
    """Marked wording.

    Attributes:
        start: first character, from 0.
        end: behind the last character.
        category: one of :data:`biasdetect.CATEGORIES` or of the user's own; empty where annotators named none, or a
            technique that has no counterpart here.
        technique: a persuasion technique of SemEval without a counterpart, as annotated; otherwise empty.
        voice: whose words, one of :data:`VOICES`; empty where nobody said.
        annotator: who marked it; empty where it was not one annotator, or nobody said who.
        extra: further fields, plain JSON data.
    """

    start: int
    end: int
    category: str = ""
    technique: str = ""
    voice: str = ""
    annotator: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def ignored(self) -> bool:
        """Neither right nor wrong to flag: somebody else's words, or a technique without a counterpart."""
        return bool(self.technique) or self.voice not in _OWN

    @property
    def name(self) -> str:
        """What an annotation tool shows: the category or technique, ``loaded`` where there is neither."""
        return self.category or self.technique or "loaded"

    def to_dict(self) -> dict[str, Any]:
        """As plain data, in the form of the project's corpus; empty fields are left out."""
        data: dict[str, Any] = {"start": self.start, "end": self.end, "category": self.category}
        data |= {key: getattr(self, key) for key in ("technique", "voice", "annotator") if getattr(self, key)}
        return data | split_extra(self.extra, _SPAN_FIELDS)


@dataclass(frozen=True, slots=True)
class LabelRecord:
    """A text with everything that was said of it.

    Attributes:
        text: as annotated; offsets point into it.
        label: 0 (plain) to 1 (biased) where there is one label for all; None where there is none.
        votes: one for each annotator who saw the text, in the order of the file.
        spans: the marked wording, in the order of the data; None where wording was not marked at all.
        words: the words that annotators agreed on, where the data lists words (as BABE does); ``spans`` holds
            every place of them. None where it does not.
        word_votes: a marked piece of text, and the number of annotators who marked it.
        techniques: the persuasion techniques that occur somewhere in the text, as annotated; None where they were
            not labelled.
        id: empty where the data has none.
        extra: all other fields, plain JSON data: outlet, topic, article, the answer of a rejected annotation.
        place: where it was read; not compared.

    Raises:
        ValueError: where a value or offset is out of range, a span's annotator has no vote, or words have no spans.
    """

    text: str
    label: float | None = None
    votes: tuple[Vote, ...] = ()
    spans: tuple[LabelSpan, ...] | None = None
    id: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    _: KW_ONLY
    words: tuple[str, ...] | None = None
    word_votes: Mapping[str, int] = field(default_factory=dict, hash=False)
    techniques: tuple[str, ...] | None = None
    place: Place = field(default=Place(""), compare=False)

    def __post_init__(self) -> None:
        for value in (self.label, *(vote.value for vote in self.votes)):
            if value is not None and not 0 <= value <= 1:
                raise ValueError(f"label {value!r} does not lie between 0 and 1")
        named = [vote.annotator for vote in self.votes if vote.annotator]
        if len(set(named)) < len(named):
            raise ValueError("an annotator votes twice")
        for span in self.spans or ():
            if not 0 <= span.start < span.end <= len(self.text):
                raise ValueError(f"span {span.start} to {span.end} does not lie in {len(self.text)} characters")
            if (span.category and span.category not in OWN_CATEGORY["name"]) or (span.voice and span.voice not in VOICES):  # fmt: skip
                raise ValueError(f"{span.category!r} is no name for a category, or {span.voice!r} no voice")
            if span.annotator and span.annotator not in named:
                raise ValueError(f"annotator {span.annotator!r} of a span has no vote")
        if self.words is not None and self.spans is None:
            raise ValueError("words are marked wherever they stand, so there are spans where there are words")
        if not all(isinstance(name, str) for name in (*(self.words or ()), *self.word_votes, *(self.techniques or ()))):
            raise ValueError("words and techniques are text")
        if not all(isinstance(count, int) and count >= 0 for count in self.word_votes.values()):
            raise ValueError("votes for a word are a number of annotators")

    @property
    def target(self) -> float | None:
        """Soft target, 0 to 1: the mean of the votes, without votes the label; None where nobody said."""
        values = [vote.value for vote in self.votes if vote.value is not None]
        return sum(values) / len(values) if values else self.label

    @property
    def hard(self) -> int | None:
        """0 or 1 by the label, without one by the majority of the votes; None for a tie or no label."""
        value = self.target if self.label is None else self.label
        return None if value is None or value == 0.5 else int(value > 0.5)

    @property
    def decision(self) -> int | None:
        """As :attr:`hard`; where wording alone was marked, 1 for a text with a mark and 0 for one without."""
        if self.target is not None or self.spans is None:
            return self.hard
        return int(any(not span.ignored for span in self.spans))

    def decided(self) -> Self:
        """The same record with the label :attr:`hard`, for readers that know 0 and 1 alone; a tie has no label."""
        return replace(self, label=None if self.hard is None else float(self.hard))

    @property
    def labelled(self) -> bool:
        """Whether anybody said anything of the text: label, votes, marked wording or techniques."""
        return self.target is not None or self.spans is not None or self.techniques is not None

    @property
    def trainable(self) -> bool:
        """Whether a model can learn from it: it has a label, or its wording was marked."""
        return self.target is not None or self.spans is not None

    @property
    def soft_spans(self) -> tuple[tuple[int, int, float], ...]:
        """Pieces ``(start, end, target)``: the share of annotators, 0 to 1, who marked the piece.

        Ignored spans do not count. Marks that belong to no single annotator count as agreed by all.
        """
        spans = [span for span in self.spans or () if not span.ignored]
        annotators = len({vote.annotator for vote in self.votes if vote.annotator}) or 1
        edges = sorted({edge for span in spans for edge in (span.start, span.end)})
        pieces = []
        for start, end in pairwise(edges):
            marked = {span.annotator for span in spans if span.start <= start and end <= span.end}
            if marked:
                pieces.append((start, end, 1.0 if "" in marked else len(marked) / annotators))
        return tuple(pieces)

    def piece_category(self, start: int, end: int) -> str:
        """The category of the mark that a piece of the text lies in, the shortest where several do; empty without."""
        marks = {(span.start, span.end): span.category for span in self.spans or () if span.category}
        around = [(last - first, name) for (first, last), name in marks.items() if first <= start and end <= last]
        return min(around)[1] if around else ""

    def to_dict(self) -> dict[str, Any]:
        """As plain data, in the form of the project's corpus (``votes`` and ``annotators`` where there are any)."""
        data: dict[str, Any] = {"id": self.id, "text": self.text, "label": plain_number(self.label)}
        if self.votes:
            data["votes"] = [plain_number(vote.value) for vote in self.votes]
            if any(vote.annotator for vote in self.votes):
                data["annotators"] = [vote.annotator for vote in self.votes]
        if self.spans is not None:
            data["spans"] = [span.to_dict() for span in self.spans]
        if self.words is not None:
            data["biased_words"] = list(self.words)
        if self.word_votes:
            data["word_votes"] = dict(self.word_votes)
        if self.techniques is not None:
            data["techniques"] = list(self.techniques)
        return data | split_extra(self.extra, RECORD_FIELDS)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The record that :meth:`to_dict` made the data from.

        Raises:
            ValueError, TypeError, KeyError: where the data was not made by it.
        """
        votes = data.get("votes") or []
        annotators = data.get("annotators") or [""] * len(votes)
        spans, words, techniques = (data.get(name) for name in ("spans", "biased_words", "techniques"))
        return cls(
            text=data["text"],
            label=_number(data.get("label")),
            votes=tuple(Vote(_number(value), str(name)) for value, name in zip(votes, annotators, strict=True)),
            spans=None if spans is None else tuple(_span(span) for span in spans),
            words=None if words is None else tuple(words),
            word_votes=dict(data.get("word_votes") or {}),
            techniques=None if techniques is None else tuple(techniques),
            id=str(data.get("id", "")),
            extra=_joined_extra(data, _WRITTEN),
        )


_WRITTEN = ("id", "text", "label", "votes", "annotators", "spans", "biased_words", "word_votes", "techniques")


def _span(data: Mapping[str, Any]) -> LabelSpan:
    category, technique, voice, annotator = (
        str(data.get(key, "")) for key in ("category", "technique", "voice", "annotator")
    )
    return LabelSpan(
        int(data["start"]),
        int(data["end"]),
        category,
        technique,
        voice,
        annotator,
        extra=_joined_extra(data, ("start", "end", "category", "technique", "voice", "annotator")),
    )


def plain_number(value: float | None) -> float | None:
    """1 and not 1.0, as hard labels are usually written."""
    return value if value is None or value != int(value) else int(value)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


column_key = columns.column_key

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "sentence_id", "text_id", "doc_id", "uuid", "uid"),
    "text": ("text", "sentence", "content", "paragraph", "headline", "body", "article", "document"),
    "label": ("label_bias", "label", "bias", "biased", "is_biased", "bias_label", "labels", "cats", "class", "choice", "rating"),
    "votes": ("votes", "ratings", "label_votes", "bias_votes"),
    "annotators": ("annotators",),
    "spans": ("spans", "entities", "highlights", "phrases"),
    "words": ("biased_words",),
    "word_votes": ("word_votes",),
    "techniques": ("techniques",),
    "annotator": ("annotator", "annotator_id", "annotated_by", "completed_by", "coder", "rater", "worker", "worker_id", "username"),
    "extra": ("extra",),
}  # fmt: skip
"""For each part of a record, the column names that it goes by, the likeliest first."""

RECORD_FIELDS = frozenset(column_key(name) for names in COLUMNS.values() for name in names) | {EMBEDDED}
SPAN_FIELDS: dict[str, tuple[str, ...]] = {
    "start": ("start", "start_offset", "startOffset", "begin"),
    "end": ("end", "end_offset", "endOffset", "stop"),
    "name": ("category", "technique", "label", "labels", "name", "type", "value"),
    "text": ("text", "txt", "phrase", "surface"),
    "voice": ("voice",),
    "annotator": ("annotator",),
    "extra": ("extra",),
}
"""For each part of a span, the field names that it goes by."""
_SPAN_FIELDS = frozenset(column_key(name) for names in SPAN_FIELDS.values() for name in names)


def split_extra(extra: Mapping[str, Any], taken: frozenset[str]) -> dict[str, Any]:
    """Extra fields beside the known ones; under ``extra`` those that a reader could take for something else."""
    hidden = {
        key for key, value in extra.items() if column_key(key) in taken or key.startswith("_") or not _flat(value)
    }
    data = {key: value for key, value in extra.items() if key not in hidden}
    return data | ({"extra": {key: extra[key] for key in extra if key in hidden}} if hidden else {})


def _flat(value: Any) -> bool:
    return value is None or isinstance(value, int | float) or (isinstance(value, str) and value[:1] not in "[{")


def _joined_extra(data: Mapping[str, Any], taken: tuple[str, ...]) -> dict[str, Any]:
    hidden = data.get("extra")
    return {key: value for key, value in data.items() if key not in (*taken, "extra")} | dict(hidden or {})
