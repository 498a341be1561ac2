"""Annotators' records as training examples: parts to train on and to keep apart, balance, and what was known before."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from biasdetect.evaluate.labelled import GoldSpan, Labelled
from biasdetect.finetune.examples import CLEAN, UNKNOWN, Example, TargetSpan, read_source
from biasdetect.finetune.recipe import Columns, Source
from biasdetect.labels.checks import same_text
from biasdetect.labels.records import LabelRecord
from biasdetect.model.categories import CATEGORIES

_TEST_SHARE, _LEAST_TEST, _MOST_TEST = 0.2, 10, 2000
_DEVELOPMENT_SHARE, _LEAST_DEVELOPMENT, _MOST_DEVELOPMENT = 0.12, 5, 1000
_ENOUGH_ARTICLES = 10
_RARE = 0.25  # the rarer class is repeated until it makes up so much of the sentences
_MOST_REPEATS = 8  # more would teach those few sentences by heart
_MARKED = 0.5  # from this share of the annotators on, marked wording counts as marked


@dataclass(frozen=True, slots=True)
class Parts:
    """Records to train on, to choose the epoch and the calibration by, and to prove the model on."""

    train: tuple[LabelRecord, ...]
    development: tuple[LabelRecord, ...]
    test: tuple[LabelRecord, ...]


def split(records: Sequence[LabelRecord], seed: int, *, keep_test: bool) -> Parts:
    """Put some of the records apart, the same for the same seed, each class by its share.

    Records of the same text stay together, and so do those of one ``article``, where records name one and there are
    enough articles.

    Args:
        records: all of them.
        seed: of the choice.
        keep_test: whether a part is kept for the proof too; not where there is other test data.
    """
    rng = random.Random(seed)
    by_class: dict[int | None, list[list[LabelRecord]]] = {}
    for group in _groups(records):
        by_class.setdefault(group[0].hard if len({one.hard for one in group}) == 1 else None, []).append(group)
    count = len(records)
    wanted = (
        min(_MOST_TEST, max(_LEAST_TEST, round(_TEST_SHARE * count))) if keep_test else 0,
        min(_MOST_DEVELOPMENT, max(_LEAST_DEVELOPMENT, round(_DEVELOPMENT_SHARE * count))),
    )
    parts: tuple[list[LabelRecord], ...] = ([], [], [])
    for _, those in sorted(by_class.items(), key=lambda item: str(item[0])):
        rng.shuffle(those)
        size = sum(map(len, those))
        room = [round(part * size / count) for part in wanted]
        for group in those:
            part = next((index for index in (0, 1) if len(group) <= room[index]), 2)
            parts[part].extend(group)
            if part < 2:
                room[part] -= len(group)
    order = {id(record): number for number, record in enumerate(records)}
    test, development, train = (tuple(sorted(part, key=lambda record: order[id(record)])) for part in parts)
    return Parts(train, development, test)


def _groups(records: Sequence[LabelRecord]) -> list[list[LabelRecord]]:
    """Records that must not be torn apart."""
    names = [str(record.extra.get("article") or "") for record in records]
    by_article = all(names) and len(set(names)) >= _ENOUGH_ARTICLES
    groups: dict[str, list[LabelRecord]] = {}
    joined: dict[str, str] = {}
    for record, name in zip(records, names, strict=True):
        text = same_text(record.text)
        # a sentence that stands in two articles goes with the first
        key = joined.setdefault(text, name if by_article else text)
        groups.setdefault(key, []).append(record)
    return list(groups.values())


def as_example(record: LabelRecord) -> Example:
    """A record with soft targets: annotators' shares for the sentence and for each marked piece.

    Somebody else's words and techniques without a counterpart are unknown, and so are the words of a biased
    sentence whose wording nobody marked. Where wording alone was marked, a sentence with some is biased.
    """
    categories = {(span.start, span.end): span.category for span in record.spans or () if span.category}
    unknown = [TargetSpan(span.start, span.end, UNKNOWN) for span in record.spans or () if span.ignored]
    pieces = [
        TargetSpan(start, end, share, _category(start, end, categories)) for start, end, share in record.soft_spans
    ]
    marked = tuple(piece for piece in pieces if piece.target >= _MARKED)
    target, label = record.target, record.hard
    if target is None and record.spans is not None:
        target, label = max((piece.target for piece in pieces), default=0.0), int(bool(marked))
    return Example(
        text=record.text,
        sentence=UNKNOWN if target is None else target,
        spans=(*unknown, *pieces),
        rest=0.0 if record.spans is not None else CLEAN if label == 0 else UNKNOWN,
        label=label,
        marked=marked,
        pair=str(record.extra.get("pair", "")),
        teacher_share=0.0,
    )


def as_labelled(record: LabelRecord) -> Labelled:
    """A record as evaluation reads it: hard label, marked wording, wording that does not count."""
    example = as_example(record)
    if record.spans is None:
        return Labelled(record.text, example.label)
    spans = tuple(
        GoldSpan(span.start, span.end, CATEGORIES[span.category] if span.category is not None else "")
        for span in example.marked
    )
    ignored = tuple((span.start, span.end) for span in record.spans if span.ignored)
    return Labelled(record.text, example.label, spans, ignored)


def balanced(examples: Sequence[Example]) -> list[Example]:
    """The examples, those of a rare class several times, so that a step sees enough of it.

    What that does to the share of biased sentences is undone by the calibration.
    """
    classes = [[example for example in examples if example.label == label] for label in (0, 1)]
    rare, common = sorted(classes, key=len)
    result = list(examples)
    if rare and len(rare) < _RARE * (len(rare) + len(common)):
        times = min(_MOST_REPEATS, round(_RARE / (1 - _RARE) * len(common) / len(rare)))
        result += rare * (times - 1)
    return result


def replay(count: int, seed: int) -> list[Example]:
    """Sentences of the project's own corpus, both sides of a minimal pair together, the same for the same seed."""
    files = sorted(corpus_folder().glob("train*.jsonl"))
    examples = [example for file in files for example in _corpus(file)]
    pairs: dict[str, list[Example]] = {}
    for number, example in enumerate(examples):
        pairs.setdefault(example.pair or str(number), []).append(example)
    order = list(pairs.values())
    random.Random(seed).shuffle(order)
    chosen: list[Example] = []
    for pair in order:
        if len(chosen) >= count:
            break
        chosen += pair
    return [replace(example, teacher_share=None) for example in chosen]


def corpus_development() -> list[Example]:
    """The development part of the project's own corpus."""
    return _corpus(corpus_folder() / "dev.jsonl")


def corpus_folder() -> Path:
    """The project's own corpus: inside the installed package, or in a checkout."""
    here = Path(__file__).resolve()
    places = (here.with_name("corpus"), here.parents[2] / "training" / "corpus")
    return next(place for place in places if place.is_dir())


def _corpus(file: Path) -> list[Example]:
    return read_source(file.stem, Source(path=str(file), columns=Columns(label="label", spans="spans")))


def _category(start: int, end: int, categories: dict[tuple[int, int], str]) -> int | None:
    """The category of the mark that a piece lies in, the shortest where several do."""
    around = [(last - first, name) for (first, last), name in categories.items() if first <= start and end <= last]
    return CATEGORIES.index(min(around)[1]) if around else None


def has_words(examples: Sequence[Example]) -> bool:
    """Whether any wording is marked."""
    return any(not math.isnan(span.target) for example in examples for span in example.spans)
