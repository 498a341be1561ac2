"""Finds which column holds what: by name, and where names say nothing, by what stands in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from biasdetect.labels.names import are_classes, is_label_name, listed, shown
from biasdetect.labels.records import COLUMNS, EMBEDDED, SPAN_FIELDS, column_key
from biasdetect.labels.rows import LayerSpan, Row, UnreadableError

_SAMPLE = 200  # rows
_STARTS = {column_key(name) for name in SPAN_FIELDS["start"]}


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """The columns that hold the parts of a record, as far as the user named them.

    Attributes:
        text: the sentence or paragraph.
        label: of the whole text.
        spans: marked wording.
        annotator: who labelled.
        raters: columns that each hold the labels of one annotator.
        votes: list of the single annotators' labels.
        words: list of the words that annotators agreed on.
        word_votes: mapping of a marked piece to the number of annotators who marked it.
        techniques: list of the persuasion techniques in the text.
        recognised: whether the other parts are looked for; without it, the data has them not, and every row has
            to have the named columns.
    """

    text: str | None = None
    label: str | None = None
    spans: str | None = None
    annotator: str | None = None
    _: KW_ONLY
    raters: tuple[str, ...] = ()
    votes: str | None = None
    words: str | None = None
    word_votes: str | None = None
    techniques: str | None = None
    recognised: bool = True


_PARTS = ("text", "label", "spans", "annotator", "votes", "words", "word_votes", "techniques")
_LABELS = ("label", "votes", "spans", "words", "techniques")
_RATER = re.compile(
    r"(raters?|annotators?|coders?|judges?|workers?|reviewers?|experts?|labell?ers?|ann?|anno|a|r)(\d{1,3}|[a-z])"
)
"""The key of a column that is one of several annotators."""
_SUGGESTED = re.compile("suggest|predict|prelabel|preannotat")
"""In the key of a column that holds what a model said, which is nobody's label unless the user names it."""
_LEVELS = frozenset(map(str, range(11)))
_ABOUT_BIAS = ("label", "labelbias", "bias", "biased", "isbiased", "biaslabel")
"""Names of questions that ask for bias and nothing else."""


def find_columns(rows: Sequence[Row], named: ColumnNames, *, text_alone: bool = False) -> dict[str, str]:
    """For each part of a record, the column that holds it.

    Args:
        rows: of one file.
        named: columns that the user named.
        text_alone: the file's labels are not asked for, and a named column may be missing.

    Raises:
        UnreadableError: where there is no column of texts, none of labels, or one that the user named is missing.
    """
    names = list(dict.fromkeys(name for row in rows for name in row.fields))
    found: dict[str, str] = {}
    for part in _PARTS:
        name = getattr(named, part)
        if name is None or (text_alone and name not in names):
            continue
        if part == "spans" and name not in names and name in _layers(rows):
            name = "spans"  # all layers stand in it
        if name not in names:
            raise _missing(name, names)
        found[part] = name
    if not named.recognised:
        return found
    for part in ("text", "id", "annotator", "annotators", "extra"):
        candidates = _named(part, names, found)
        if candidates and part not in found:
            found[part] = candidates[0]
    if "text" not in found:
        hint = "The first line has to name the columns." if len(names) < 2 else "Name the one with --text-column."
        raise UnreadableError("columns", f"has no column of texts that is recognised; it has {_some(names)}. {hint}")
    if "label" in found and "votes" not in found and _shape(rows, found["label"]) == "votes":
        found["votes"] = found.pop("label")
    questions = questions_of(rows)
    if questions and not text_alone and not {"label", "votes"} & set(found):
        found["label"] = _the_question(rows, questions)
    _find_labels(rows, [name for name in names if name not in questions], found, named, text_alone=text_alone)
    if not text_alone and not set(_LABELS) & set(found):
        hint = "Name one with --label-column or --spans-column, or those of single annotators with --votes-columns."
        raise UnreadableError("columns", f"has no column of labels or spans that is recognised; it has {_some(names)}. {hint}")  # fmt: skip
    return found


def join_raters(rows: Sequence[Row], named: ColumnNames) -> str:
    """Put labels that stand in a column for each annotator into one, as votes by the names of the columns.

    Args:
        rows: of one file; they are changed.
        named: columns that the user named; without any, columns such as ``rater_1`` and ``rater_2`` are found.

    Returns:
        The name of the column of votes; empty where there are no such columns.

    Raises:
        UnreadableError: where one that the user named is missing.
    """
    names = list(dict.fromkeys(name for row in rows for name in row.fields))
    raters = named.raters
    if missing := next((name for name in raters if name not in names), None):
        raise _missing(missing, names)
    if not raters and not named.label and not named.votes and named.recognised:
        raters = _found_raters(rows, names)
    if not raters:
        return ""
    joined = ", ".join(raters)
    for row in rows:
        votes = {name: value for name in raters if (value := row.fields.get(name)) not in (None, "")}
        row.fields = {name: value for name, value in row.fields.items() if name not in raters} | {joined: votes or None}
    return joined


def _found_raters(rows: Sequence[Row], names: Sequence[str]) -> tuple[str, ...]:
    """Columns that are numbered annotators and hold labels; none where several kinds of them are."""
    families: dict[str, list[str]] = {}
    for name in names:
        if (found := _RATER.fullmatch(column_key(name))) and _all_labels(rows, name):
            families.setdefault(found[1], []).append(name)
    several = [family for family in families.values() if len(family) > 1]
    return tuple(several[0]) if len(several) == 1 else ()


def _all_labels(rows: Sequence[Row], name: str) -> bool:
    """Whether all values are labels: names of them, or whole numbers up to ten."""
    values = _sampled(rows, name)
    return bool(values) and all(is_label_name(value) or _is_level(value) for value in values)


def _is_level(value: Any) -> bool:
    return str(value).strip().removesuffix(".0") in _LEVELS


def _missing(name: str, names: list[str]) -> UnreadableError:
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {shown(near[0])}?" if near else f"it has {_some(names)}."
    return UnreadableError("columns", f"has no column {shown(name)}; {hint}")


def questions_of(rows: Sequence[Row]) -> list[str]:
    """The columns that hold answers to the questions of a tool."""
    return list(dict.fromkeys(name for row in rows for name in row.questions))


def find_layer(rows: Sequence[Row], named: ColumnNames) -> str:
    """The layer that holds the marks, where marks stand on several; empty where they are not told apart.

    Raises:
        UnreadableError: where there are several and the user named none.
    """
    layers = _layers(rows)
    if named.spans in layers:
        return named.spans or ""
    if len(layers) > 1:
        raise UnreadableError("columns", f"has marks of several kinds, {_some(layers)}. Say which are loaded wording: --spans-column {layers[0]}")  # fmt: skip
    return ""


def _layers(rows: Sequence[Row]) -> list[str]:
    cells = (row.fields.get("spans") for row in rows)
    spans = (span for cell in cells if isinstance(cell, list) for span in cell if isinstance(span, LayerSpan))
    return list(dict.fromkeys(span.layer for span in spans))


def _the_question(rows: Sequence[Row], questions: list[str]) -> str:
    """Which of a tool's questions is that for bias: the only one, or the only one whose name or answers say so.

    Raises:
        UnreadableError: where that is left open.
    """
    if len(questions) == 1:
        return questions[0]
    by_name = [name for name in questions if column_key(name) in _ABOUT_BIAS]
    by_answers = [name for name in questions if _all_label_names(rows, name, about_bias=True)]
    for fitting in (by_name, by_answers):
        if len(fitting) == 1:
            return fitting[0]
    raise UnreadableError("columns", f"asks several questions, {_some(questions)}. Say which answer is the label: --label-column {questions[0]}")  # fmt: skip


def _named(part: str, names: list[str], found: dict[str, str]) -> list[str]:
    keys = {column_key(name): name for name in reversed(names) if name not in found.values()}
    return [keys[key] for candidate in COLUMNS[part] if (key := column_key(candidate)) in keys]


def _find_labels(
    rows: Sequence[Row], names: list[str], found: dict[str, str], named: ColumnNames, *, text_alone: bool
) -> None:
    """Columns of labels, votes, spans, words and techniques; a column named label may hold labels, votes or spans.

    Raises:
        UnreadableError: where several columns could be that of labels, and no name says which.
    """
    for part in ("label", "votes", "spans", "words", "word_votes", "techniques"):
        for name in _named(part, names, found):
            holds = _shape(rows, name) if part == "label" else part
            if part == "label" and (named.label or (holds == "votes" and "votes" in found)):
                continue
            if holds not in found:
                found[holds] = name
    fitting, marked = list[str](), list[str]()
    for name in names:
        if name in found.values() or name == EMBEDDED or _SUGGESTED.search(column_key(name)):
            continue
        holds = _shape(rows, name)
        if holds == "spans" and "spans" not in found:
            marked.append(name)
        elif holds == "label" and not {"label", "votes"} & set(found) and _all_label_names(rows, name):
            fitting.append(name)
    if len(fitting) > 1:
        fitting = [name for name in fitting if _all_label_names(rows, name, about_bias=True)] or fitting
    if len(fitting) > 1 and not text_alone:
        raise UnreadableError("columns", f"has several columns that could be labels, {_some(fitting)}. Say which are: --label-column {fitting[0]}; or, where each is one annotator's: --votes-columns {','.join(fitting[:2])}")  # fmt: skip
    if len(marked) > 1 and not text_alone:
        raise UnreadableError("columns", f"has several columns of marks, {_some(marked)}. Say which are loaded wording: --spans-column {marked[0]}")  # fmt: skip
    found |= {part: names[0] for part, names in (("label", fitting), ("spans", marked)) if names}


def _sampled(rows: Sequence[Row], name: str) -> list[Any]:
    values = (row.fields.get(name) for row in rows)
    filled = (listed(value) for value in values if value not in (None, "", []))
    return [value for value, _ in zip(filled, range(_SAMPLE), strict=False)]


def _shape(rows: Sequence[Row], name: str) -> str:
    """What a column's values look like: spans, votes, or a label."""
    values = _sampled(rows, name)
    if column_key(name) == "cats" or any(name in row.questions for row in rows[:_SAMPLE]):
        return "label"  # classes, or the answers of one annotator
    for holds, fits in (("spans", _are_spans), ("votes", is_votes)):
        if 2 * sum(map(fits, values)) > len(values):  # a few broken rows do not turn a column into another
            return holds
    return "label"


def _is_span(item: Any) -> bool:
    if isinstance(item, dict):
        return bool(_STARTS & {column_key(key) for key in item})
    return isinstance(item, list) and len(item) >= 3 and all(isinstance(part, int) for part in item[:2])


def _are_spans(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_span(item) for item in value)


def is_votes(value: Any) -> bool:
    """Whether what stands in a column of labels is several annotators' votes: many in a list, or by name."""
    if isinstance(value, dict):
        return bool(value) and set(value) != {"choices"} and not are_classes(value)
    return isinstance(value, list) and bool(value) and (len(value) > 1 or isinstance(value[0], dict))


def _all_label_names(rows: Sequence[Row], name: str, *, about_bias: bool = False) -> bool:
    """Whether all values are names of labels; at will only names that no other question would be answered with."""
    values = [value["choices"][:1] if isinstance(value, dict) else value for value in _sampled(rows, name) if value]
    values = [value[0] if isinstance(value, list) and value else value for value in values]
    return bool(values) and all(is_label_name(value, about_bias=about_bias) for value in values)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return ", ".join(shown(name, 30) for name in names[:12]) + more
