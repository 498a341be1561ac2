"""Makes training examples of a recipe's labelled data: sentence labels, votes, words, spans and techniques."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from biasdetect import labels as labelled_data
from biasdetect.errors import DataError
from biasdetect.finetune.recipe.attributions import AttributedSentence, read_attributions
from biasdetect.finetune.recipe.example import UNKNOWN, Example, TargetSpan
from biasdetect.finetune.recipe.inline import read_articles
from biasdetect.finetune.recipe.schema import DataSource
from biasdetect.finetune.recipe.standoff import Mark, Reason, digest, marked_sentences, read_reasons, sentence_label
from biasdetect.finetune.recipe.taught import Taught, read_taught, with_taught
from biasdetect.labels import ColumnNames, LabelRecord, LabelSpan, ReadOptions
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.phrases import occurrences

# Soft targets for words (probability that one more annotator would mark it). A word that the panel
# agreed on starts high, one that only some marked stays below one half; more votes move either up.
_AGREED, _AGREED_VOTES = 0.7, 0.3
_MARKED_VOTES, _MARKED_MOST = 0.6, 0.4
CLEAN = 0.01  # a word of a sentence labelled neutral, where labels may be wrong
_PANEL = 5  # annotators of a sentence whose single votes are not told
_ALL = slice(None)
_NONE: Mapping[tuple[str, int], Reason] = {}


def read_source(name: str, source: DataSource) -> list[Example]:
    """Examples of a source of a recipe.

    Raises:
        DataError: where neither path nor hub can be read, or records do not fit the columns.
    """
    first = source.skip
    part = slice(first, None if source.limit is None else first + source.limit)
    read: Iterator[Example]
    if source.form == "attributions":
        sentences = list(read_attributions(Path(source.path or ""), source.leave_out))[part]
        read = (attributed_example(sentence) for sentence in sentences)
    elif source.form == "labels":
        read = (as_example(record, source) for record in read_records(name, source, part))
    else:
        reasons = read_reasons(Path(source.reasons)) if source.reasons else {}
        read = (marked_example(text, marks, source, reasons) for text, marks in list(read_marked(source))[part])
    examples = [example for example in read if source.only_label is None or example.label == source.only_label]
    if source.taught:
        examples = list(_taught(examples, read_taught(Path(source.taught))))
    if not examples:
        raise DataError(f"source {name}: holds no usable record.")
    return examples


def _taught(examples: Iterable[Example], soft: Mapping[str, Taught]) -> Iterator[Example]:
    """The examples that a teacher knows, with what it says of them; others of which more is known than a label as they are."""
    for example in examples:
        known = soft.get(digest(example.text))
        if known:
            yield with_taught(example, known)
        elif example.marked or not math.isnan(example.voice_rest):
            yield example


def read_marked(source: DataSource) -> Iterator[tuple[str, Sequence[Mark]]]:
    """The texts of a source of marks, each with what was underlined in it.

    Raises:
        DataError: where marks or texts cannot be read, or do not fit each other.
    """
    path = Path(source.path or "")
    if source.form == "inline":
        for sentence in read_articles(path):
            yield sentence.text, sentence.marks
    else:
        for text, answer in marked_sentences(path, Path(source.texts or ""), source.split, source.below):
            yield text, answer.marks


def marked_example(
    text: str, marks: Sequence[Mark], source: DataSource, reasons: Mapping[tuple[str, int], Reason] = _NONE
) -> Example:
    """A sentence that somebody read whole: what is clear is loaded, whoever says it, and the rest is plain.

    Debatable wording is neither. The sentence is biased where the outlet's own words hold a clear mark and plain
    where nothing is marked; of others nothing is known.

    Args:
        text: the sentence.
        marks: what is underlined in it.
        source: how far labels are softened.
        reasons: what is known of marks, by digest of the sentence and start of the mark.
    """
    known = digest(text)
    unsure = [TargetSpan(mark.start, mark.end, UNKNOWN) for mark in marks if mark.level != "clear"]
    clear = [mark for mark in marks if mark.level == "clear"]
    sure = tuple(
        TargetSpan(
            mark.start,
            mark.end,
            1.0 - source.smoothing,
            CATEGORIES.index(mark.category),
            *(reasons.get((known, mark.start)) or (None, None)),
        )
        for mark in clear
    )
    label = sentence_label(marks)
    target = _sentence_target(None if label is None else float(label), (), source)
    own, theirs = ([mark for mark in marks if mark.voice.counts == counts] for counts in (True, False))
    return Example(
        text,
        target,
        (*unsure, *sure),
        rest=0.0,
        label=label,
        marked=sure,
        teacher_share=source.teacher_share,
        word_teacher_share=source.word_teacher_share,
        outlet=_part_target(own) if own else 0.0,
        others=_part_target(theirs) if theirs else UNKNOWN,  # whether there are any other words is not known
        voices=tuple(TargetSpan(mark.start, mark.end, float(not mark.voice.counts)) for mark in marks),
    )


def _part_target(marks: Sequence[Mark]) -> float:
    """Whether the words that hold some marks are biased; unknown where all of these are debatable."""
    return 1.0 if any(mark.level == "clear" for mark in marks) else UNKNOWN


def attributed_example(sentence: AttributedSentence) -> Example:
    """A sentence of which it is known whose words it holds, and not whether they are loaded."""
    unknown = [TargetSpan(start, end, UNKNOWN) for start, end in sentence.unknown]
    others, sources = (
        [TargetSpan(start, end, 1.0) for start, end in spans] for spans in (sentence.others, sentence.sources)
    )
    return Example(
        sentence.text,
        UNKNOWN,
        voices=(*unknown, *others),
        voice_rest=0.0,
        sources=(*unknown, *sources),
        source_rest=0.0,
        quoted=sentence.quoted,
        teacher_share=0.0,
    )


def read_records(name: str, source: DataSource, part: slice = _ALL) -> list[LabelRecord]:
    """A source's records, from its path or, where that is missing, the hub; rows without a text are left out.

    Args:
        name: of the source, for messages.
        source: where its records are and what its columns are called.
        part: which rows.

    Raises:
        DataError: where neither can be read, or a record does not fit the columns.
    """
    here = source.path is not None and Path(source.path).exists()
    if not here and not source.hub:
        raise DataError(f"source {name}: no file {source.path}. {_published(source)}")
    names = source.columns.model_dump()
    options = ReadOptions(
        columns=ColumnNames(**names, recognised=False),
        scale=(0, 1),
        split=source.split,
        categories=source.categories,
        part=part,
    )
    labels = labelled_data.read_records([str(source.path) if here else f"hub:{source.hub}"], options)
    problems = [problem for problem in labels.problems if problem.kind != "empty-text"]
    if problems and here:
        raise DataError(
            f"source {name}: {problems[0]} Correct the data, or map its columns under [sources.{name}.columns] "
            "in the recipe."
        )
    if problems:
        tried = f"no file {source.path}. " if source.path else ""
        raise DataError(f"source {name}: {tried}{problems[0]} {_published(source)}")
    return list(labels.records)


def _published(source: DataSource) -> str:
    return f"The data is published at {source.published}." if source.published else "Correct its path in the recipe."


def as_example(record: LabelRecord, source: DataSource) -> Example:
    """A record with the soft targets that a recipe asks for.

    Args:
        record: what annotators said.
        source: how far labels are softened, and which techniques stand for which category.
    """
    votes = [vote.value for vote in record.votes if vote.value is not None]
    label = None if record.label is None else record.hard
    spans: list[TargetSpan] = []
    marked: list[TargetSpan] = []
    rest = UNKNOWN
    if record.words is not None:
        spans, marked = _word_targets(record, len(votes))
        rest = 0.0
    elif record.spans is not None:
        spans, marked = _span_targets(record.spans, source)
        rest = 0.0
    elif label == 0:
        rest = CLEAN
    return Example(
        text=record.text,
        sentence=_sentence_target(record.label, votes, source),
        spans=tuple(spans),
        rest=rest,
        weak=() if record.techniques is None else _weak_targets(record.techniques, source),
        label=label,
        marked=tuple(marked),
        pair=str(record.extra.get("pair", "")),
        teacher_share=source.teacher_share,
        word_teacher_share=source.word_teacher_share,
    )


def _sentence_target(label: float | None, votes: Sequence[float], source: DataSource) -> float:
    if label is None:
        return UNKNOWN
    target = source.smoothing + (1 - 2 * source.smoothing) * label
    if votes:
        target = (1 - source.vote_share) * target + source.vote_share * sum(votes) / len(votes)
    return target


def _word_targets(record: LabelRecord, annotators: int) -> tuple[list[TargetSpan], list[TargetSpan]]:
    """Soft targets from word votes, then harder ones for the words that the panel agreed on."""
    votes = record.word_votes
    annotators = annotators or _PANEL
    spans = [
        TargetSpan(start, end, min(_MARKED_MOST, _MARKED_VOTES * count / annotators))
        for piece, count in votes.items()
        for start, end in occurrences(record.text, piece)
    ]
    marked = []
    for word in record.words or ():
        for start, end in occurrences(record.text, word):
            count = sum(number for piece, number in votes.items() if word.lower() in piece.lower())
            marked.append(TargetSpan(start, end, _AGREED + _AGREED_VOTES * min(1.0, count / annotators)))
    return spans + marked, marked


def _span_targets(marks: Iterable[LabelSpan], source: DataSource) -> tuple[list[TargetSpan], list[TargetSpan]]:
    spans: list[TargetSpan] = []
    for span in marks:
        if span.ignored:  # neither loaded nor plain
            spans.insert(0, TargetSpan(span.start, span.end, UNKNOWN))
        else:
            category = CATEGORIES.index(span.category) if span.category else None
            spans.append(TargetSpan(span.start, span.end, 1.0 - source.smoothing, category))
    return spans, [span for span in spans if not math.isnan(span.target)]


def _weak_targets(techniques: Iterable[str], source: DataSource) -> tuple[float, ...]:
    present = {name for technique in techniques for name in source.categories.get(technique, ())}
    # only what one technique alone stands for can be denied: where a technique covers two categories,
    # its presence does not say which
    certain = {names[0] for names in source.categories.values() if len(names) == 1}
    return tuple(float(name in present) if name in certain else UNKNOWN for name in CATEGORIES)
