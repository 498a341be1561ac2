"""Finds the sentences of articles that can be reviewed, each with the model's suggestion."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from biasdetect.detector import Detector
from biasdetect.labels import FORMS, LabelRecord, LabelSpan
from biasdetect.labels.check import LONG
from biasdetect.labels.export import tool_record
from biasdetect.model.phrases import find_words
from biasdetect.pipeline import find_passages, make_context, make_report, read_article
from biasdetect.reading.document import Document
from biasdetect.results import Voice
from biasdetect.review.selection import SentenceCandidate, select
from biasdetect.util.atomic import write_text

POSSIBLE = 0.05  # phrases from this score on show how unsure the model is of a sentence's words
_OTHERS = ("quote", "attributed")


@dataclass(frozen=True, slots=True)
class Mark:
    """Marked wording of a sentence, in whole words.

    Attributes:
        first: number of its first word in the sentence, from 0.
        stop: number of the word behind its last one.
        category: one of :data:`biasdetect.CATEGORIES`; empty where nobody named one.
        voice: whose words they are.
        score: the model's, 0 to 1; None where a person marked it or moved its ends.
    """

    first: int
    stop: int
    category: str
    voice: Voice
    score: float | None = None

    @property
    def counts(self) -> bool:
        """Whether the outlet answers for these words."""
        return self.voice not in _OTHERS


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence of an article, with what the model suggests.

    Attributes:
        text: the sentence.
        article: name of the article that it stands in.
        start: character offset of the sentence in the article's source.
        end: offset behind its last character.
        model: name and fingerprint of the model.
        label: what the model suggests for the outlet's own words: 0 (plain) or 1 (biased).
        score: the model's probability, 0 to 1, for the outlet's own words.
        whole: the same for the sentence as it stands.
        voices: whose words, for each word.
        marks: the suggested phrases, in order.
        possible: scores, 0 to 1, of phrases that the model thinks possible, the suggested ones among them.
        before: the sentence before it, empty where there is none.
        after: the sentence behind it.
    """

    text: str
    article: str
    start: int
    end: int
    model: str
    label: int
    score: float
    whole: float
    voices: tuple[Voice, ...] = ()
    marks: tuple[Mark, ...] = ()
    possible: tuple[float, ...] = ()
    before: str = ""
    after: str = ""

    @property
    def words(self) -> list[tuple[int, int]]:
        """Offsets of the sentence's words."""
        return find_words(self.text)

    @property
    def id(self) -> str:
        """The same whenever this sentence stands at this place of an article of this name."""
        place = "\0".join((self.article, str(self.start), str(self.end), self.text))
        return hashlib.sha256(place.encode()).hexdigest()[:16]

    @property
    def extra(self) -> dict[str, Any]:
        """Where it stands and what the model says, as further fields of a record."""
        return {
            "article": self.article,
            "start": self.start,
            "end": self.end,
            "model": self.model,
            "model_label": self.label,
            "model_score": round(self.score, 4),
        }

    def voice(self, first: int, stop: int) -> Voice:
        """Whose the words from number ``first`` to before ``stop`` are: the voice that holds half of them."""
        said = [(self.voices[word], end - start) for word, (start, end) in enumerate(self.words)][first:stop]
        length = sum(letters for _, letters in said)
        for kind in (Voice.QUOTE, Voice.SCARE_QUOTE, Voice.ATTRIBUTED):
            if 2 * sum(letters for voice, letters in said if voice == kind) >= length:
                return kind
        return Voice.OUTLET

    def spans(self, marks: Iterable[Mark], annotator: str = "") -> tuple[LabelSpan, ...]:
        """Marks of its words as a record holds them."""
        words = self.words
        return tuple(
            LabelSpan(
                words[mark.first][0],
                words[mark.stop - 1][1],
                mark.category,
                voice=mark.voice,
                annotator=annotator,
            )
            for mark in marks
        )


def find_items(
    detector: Detector, document: Document, threshold: float | None = None
) -> tuple[list[Item], tuple[str, ...]]:
    """The sentences of an article that can be labelled, in order, and the warnings of its report.

    What no labelled data may hold is left out: sentences without a letter or digit, with a NUL or half a
    character, or of more than 1,000 characters.

    Args:
        detector: gives the scores and the suggestions.
        document: the article.
        threshold: lowest score of a suggested phrase, 0 to 1; the model's own by default.
    """
    context = make_context(detector.runtime, threshold, "mark")
    passages = find_passages(document, context)
    readings = read_article(passages, context)
    report = make_report(document, passages, readings, context)
    sentences = report.sentences
    as_they_stand = detector.score_sentences([sentence.text for sentence in sentences], threshold=POSSIBLE)
    items = []
    for index, (sentence, whole, reading) in enumerate(zip(sentences, as_they_stand, readings, strict=True)):
        if not _can_be_labelled(sentence.text):
            continue
        words = find_words(sentence.text)
        marks = tuple(
            Mark(*words_within(words, phrase.position, phrase.position + len(phrase.text)), phrase.category, phrase.voice, phrase.score)
            for phrase in sentence.phrases
        )  # fmt: skip
        biased = any(mark.counts for mark in marks) or (sentence.voice != "quote" and sentence.score >= 0.5)
        item = Item(
            text=sentence.text,
            article=portable(report.source),
            start=sentence.start,
            end=sentence.end,
            model=portable(report.model),
            label=int(biased),
            score=sentence.score,
            whole=whole.score,
            voices=tuple(
                reading.voice.voice(reading.voice.start + start, reading.voice.start + end) for start, end in words
            ),
            marks=marks,
            possible=tuple(phrase.score for phrase in whole.phrases),
            before=sentences[index - 1].text if index else "",
            after=sentences[index + 1].text if index + 1 < len(sentences) else "",
        )
        items.append(item)
    return items, report.warnings


def choose(items: Sequence[Item], limit: int, known: Collection[str] = ()) -> list[Item]:
    """The sentences that are most worth a person's time, the most useful first.

    Args:
        items: to choose from.
        limit: the most that are chosen.
        known: texts that are decided already.
    """
    candidates = [SentenceCandidate(item.text, item.score, item.whole, item.possible) for item in items]
    return [items[index] for index in select(candidates, limit, known)]


def export_suggestions(items: Sequence[Item], form: Literal["label-studio", "doccano"], path: Path) -> None:
    """Write sentences for an annotation tool, with what the model suggests as pre-annotations.

    In Label Studio they are predictions, which become labels only when an annotator takes them over. doccano has
    no such thing, and what stands in the place of labels would come back as labels that nobody gave: there they are
    a field of the text, which annotators see beside it.

    Args:
        items: at least one.
        form: of the tool.
        path: of the file, which is there whole or not at all.

    Raises:
        OutputError: where the file cannot be written.
    """
    if form == "doccano":
        bare = [LabelRecord(item.text, id=item.id, extra=item.extra) for item in items]
        lines = [{**tool_record(record, form), "suggestion": _suggestion(item)} for record, item in zip(bare, items, strict=True)]  # fmt: skip
        write_text(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
        return
    records = [
        LabelRecord(item.text, float(item.label), spans=item.spans(item.marks), id=item.id, extra=item.extra)
        for item in items
    ]
    tasks = json.loads(FORMS[form](records))
    predicted = [_prediction(task, item) for task, item in zip(tasks, items, strict=True)]
    write_text(path, json.dumps(predicted, ensure_ascii=False, indent=1) + "\n")


def _suggestion(item: Item) -> str:
    """What the model says of a sentence, for a reader."""
    phrases = ", ".join(f"{item.text[span.start : span.end]} ({span.name})" for span in item.spans(item.marks))
    return f"{'biased' if item.label else 'non-biased'} ({item.score:.2f})" + (f": {phrases}" if phrases else "")


def _prediction(task: dict[str, Any], item: Item) -> dict[str, Any]:
    """A task whose annotation, which would pass for a person's, is a prediction of the model."""
    results = [result for annotation in task.pop("annotations") for result in annotation["result"]]
    marked = [result for result in results if result["type"] == "labels"]
    for result, mark in zip(marked, item.marks, strict=True):
        result["score"] = mark.score
    return {**task, "predictions": [{"model_version": item.model, "score": item.score, "result": results}]}


def words_within(words: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Number of the first word that reaches into ``start`` to ``end``, and of the one behind the last that does."""
    inside = [number for number, (first, last) in enumerate(words) if first < end and last > start]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def portable(name: str) -> str:
    """A name that UTF-8 can hold: that of a file may have bytes of another encoding in it."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _can_be_labelled(text: str) -> bool:
    return (
        len(text) <= LONG
        and any(char.isalnum() for char in text)
        and "\0" not in text
        and not any("\ud800" <= char <= "\udfff" for char in text)
    )
