"""Splits annotators' records into parts, and makes training examples of them and of the project's own corpus."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from biasdetect.finetune.recipe.example import UNKNOWN, Example, TargetSpan
from biasdetect.finetune.recipe.examples import CLEAN, read_source
from biasdetect.finetune.recipe.schema import Columns, DataSource
from biasdetect.labels.check import same_text
from biasdetect.labels.records import LabelRecord
from biasdetect.labels.seen import text_digest
from biasdetect.model.categories import CATEGORIES

_TEST_SHARE, _MOST_TEST = 0.2, 2000
_DEVELOPMENT_SHARE, _MOST_DEVELOPMENT = 0.12, 1000
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


def split(records: Sequence[LabelRecord], *, keep_test: bool) -> Parts:
    """Put some of the records apart, each class by its share.

    Where a sentence goes depends on its text (or article) alone: with more labels later, what proves a model is still
    nothing that an earlier one was trained on. Records of the same text stay together, and so do those of one
    ``article``, where records name one and there are enough articles.

    Args:
        records: all of them.
        keep_test: whether a part is kept for the proof too; not where there is other test data.
    """
    for by_article in (True, False):
        parts = _parts(records, by_article, keep_test)
        if not _too_small(parts, keep_test):
            break
    return parts


def without_seen(parts: Parts, seen: Collection[str]) -> tuple[Parts, int]:
    """The same parts, records of texts that an earlier model was trained on out of the proof; and how many these are.

    They are trained on instead.
    """
    known = [record for record in parts.test if text_digest(record.text) in seen]
    if not known:
        return parts, 0
    test = tuple(record for record in parts.test if record not in known)
    return replace(parts, train=(*parts.train, *known), test=test), len(known)


def first_share(parts: Parts, share: float) -> Parts:
    """A share of the records to train on and to choose by, each class by its share; the proof stays as it is.

    A smaller share is part of every larger one, as if labelling had stopped earlier.

    Args:
        parts: all.
        share: 0 to 1.
    """
    return replace(parts, train=_first(parts.train, share), development=_first(parts.development, share))


def _first(records: Sequence[LabelRecord], share: float) -> tuple[LabelRecord, ...]:
    taken: set[int] = set()
    for stratum in _strata(records, by_article=False).values():
        most = max(1, round(share * sum(len(group) for _, group in stratum)))
        last = _reach(stratum, 0, 2.0, 0.0, most)
        taken |= {id(record) for _, group in stratum[:last] for record in group}
    return tuple(record for record in records if id(record) in taken)


def deal(records: Sequence[LabelRecord], count: int) -> list[list[LabelRecord]]:
    """The records in parts of like size, each class by its share; what must not be torn apart is not.

    Args:
        records: all of them.
        count: number of parts, at least 2; there are fewer where there are fewer texts.
    """
    by_article = len({str(record.extra.get("article") or "") for record in records} - {""}) >= max(_ENOUGH_ARTICLES, 2 * count)  # fmt: skip
    parts: list[list[LabelRecord]] = [[] for _ in range(count)]
    for stratum in _strata(records, by_article).values():
        for _, group in stratum:
            min(parts, key=len).extend(group)
    return [part for part in parts if part]


def _strata(
    records: Sequence[LabelRecord], by_article: bool
) -> dict[int | None, list[tuple[float, list[LabelRecord]]]]:
    """Groups that must not be torn apart, by their class, in an order that depends on their texts alone."""
    strata: dict[int | None, list[tuple[float, list[LabelRecord]]]] = {}
    for key, group in _groups(records, by_article).items():
        # articles hold both classes
        label = None if by_article else as_example(group[0]).label
        strata.setdefault(label, []).append((_draw(key), group))
    for stratum in strata.values():
        stratum.sort(key=lambda pair: pair[0])
    return strata


def _parts(records: Sequence[LabelRecord], by_article: bool, keep_test: bool) -> Parts:
    parts: tuple[list[LabelRecord], ...] = ([], [], [])
    for stratum in _strata(records, by_article).values():
        size = sum(len(group) for _, group in stratum)
        first = 0
        low = 0.0
        shares = ((_TEST_SHARE if keep_test else 0.0, _MOST_TEST), (_DEVELOPMENT_SHARE, _MOST_DEVELOPMENT))
        for part, (share, most) in zip(parts, shares, strict=False):
            last = _reach(stratum, first, low + share, 0.6 * share * size, most * size / len(records))
            part.extend(record for _, group in stratum[first:last] for record in group)
            first, low = last, low + share
        parts[2].extend(record for _, group in stratum[first:] for record in group)
    order = {id(record): number for number, record in enumerate(records)}
    test, development, train = (tuple(sorted(part, key=lambda record: order[id(record)])) for part in parts)
    return Parts(train, development, test)


def _reach(
    stratum: Sequence[tuple[float, list[LabelRecord]]], first: int, high: float, least: float, most: float
) -> int:
    """Up to which group a part reaches: by the draws alone, unless these leave far less than its share."""
    last, taken = first, 0
    while last < len(stratum) and taken < most and (stratum[last][0] < high or taken < least):
        taken += len(stratum[last][1])
        last += 1
    return last


def _too_small(parts: Parts, keep_test: bool) -> bool:
    """Whether articles are too few or too unlike in length for parts of some size."""
    count = sum(len(part) for part in (parts.train, parts.development, parts.test))
    return (
        len(parts.train) < 0.5 * count
        or len(parts.development) < 0.5 * _DEVELOPMENT_SHARE * count
        or (keep_test and len(parts.test) < 0.5 * _TEST_SHARE * count)
    )


def _draw(key: str) -> float:
    """0 to 1, the same for the same text everywhere."""
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "backslashreplace")).digest()[:7]) / 256**7


def _groups(records: Sequence[LabelRecord], by_article: bool) -> dict[str, list[LabelRecord]]:
    """Records that must not be torn apart."""
    names = [str(record.extra.get("article") or "") for record in records]
    by_article = by_article and len(set(names) - {""}) >= _ENOUGH_ARTICLES
    groups: dict[str, list[LabelRecord]] = {}
    joined: dict[str, str] = {}
    for record, name in zip(records, names, strict=True):
        text = same_text(record.text)
        # a sentence that stands in two articles goes with the first
        key = joined.setdefault(text, f"article {name}" if by_article and name else text)
        groups.setdefault(key, []).append(record)
    return groups


def as_example(record: LabelRecord, categories: Sequence[str] = CATEGORIES) -> Example:
    """A record with soft targets: annotators' shares for the sentence and for each marked piece.

    ``categories`` are the network's, in its order; a mark of another one has none.

    Somebody else's words and techniques without a counterpart are unknown, and so are the words of a biased
    sentence whose wording nobody marked. Where wording alone was marked, a sentence with some is biased.
    """
    unknown = [TargetSpan(span.start, span.end, UNKNOWN) for span in record.spans or () if span.ignored]
    pieces = [
        TargetSpan(start, end, share, _category(record, start, end, categories))
        for start, end, share in record.soft_spans
    ]
    marked = tuple(piece for piece in pieces if piece.target >= _MARKED)
    target, label = record.target, record.hard
    if target is None and record.spans is not None:
        target, label = max((piece.target for piece in pieces), default=0.0), int(bool(marked))
    return Example(
        text=record.text,
        sentence=UNKNOWN if target is None else float(target),
        spans=(*unknown, *pieces),
        rest=0.0 if record.spans is not None else CLEAN if label == 0 else UNKNOWN,
        label=label,
        marked=marked,
        pair=str(record.extra.get("pair", "")),
        teacher_share=0.0,
    )


def of_new_alone(records: Sequence[LabelRecord], known: Collection[str]) -> bool:
    """Whether annotators marked wording of new categories and none of those known: nobody asked them for that.

    Args:
        records: all that are trained on.
        known: categories that the model finds already.
    """
    marked = {span.category for record in records for span in record.spans or () if not span.ignored}
    return bool(marked) and not marked & {"", *known}


def as_open_example(record: LabelRecord, categories: Sequence[str]) -> Example:
    """As :func:`as_example`, of a record by annotators who looked for something else than loaded wording.

    What is marked and a label that was given are known, and whether the rest is loaded is not.
    """
    example = as_example(record, categories)
    unknown = record.target is None and not example.marked
    return replace(example, sentence=UNKNOWN if unknown else example.sentence, rest=UNKNOWN)


def with_label(record: LabelRecord) -> LabelRecord:
    """The record with the label that it was trained on: where wording alone was marked, a sentence with some is biased."""
    label = as_example(record).label
    return record if record.target is not None or label is None else replace(record, label=float(label))


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
    files = sorted(corpus_folder().glob("train*.jsonl*"))
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
    return _corpus(development_file())


def development_file() -> Path:
    """The development part of the project's own corpus, as a file."""
    return next(corpus_folder().glob("dev.jsonl*"))


def corpus_folder() -> Path:
    """The project's own corpus: inside the installed package, packed with gzip, or in a checkout."""
    here = Path(__file__).resolve()
    places = (here.parents[1] / "corpus", here.parents[3] / "training" / "corpus")
    return next(place for place in places if place.is_dir())


def _corpus(file: Path) -> list[Example]:
    return read_source(file.stem, DataSource(path=str(file), columns=Columns(label="label", spans="spans")))


def _category(record: LabelRecord, start: int, end: int, categories: Sequence[str]) -> int | None:
    name = record.piece_category(start, end)
    return categories.index(name) if name in categories else None
