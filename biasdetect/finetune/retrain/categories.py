"""Decides which categories a model to be trained has: those before it, and the user's beside or in place of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from biasdetect.errors import DataError
from biasdetect.labels.build import ReadOptions
from biasdetect.labels.categories import OwnCategories, named_alone
from biasdetect.labels.check import LEAST_TO_TRAIN
from biasdetect.labels.records import LabelRecord
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.config import MOST_CATEGORIES
from biasdetect.model.folder import InferenceConfig
from biasdetect.results import OwnCategory
from biasdetect.util.counting import count_of


@dataclass(frozen=True, slots=True)
class ModelCategories:
    """Categories of a model.

    Attributes:
        names: all, in the order of the network's outputs.
        own: what those that are the user's own are.
    """

    names: tuple[str, ...]
    own: tuple[OwnCategory, ...] = ()

    @property
    def has_ours(self) -> bool:
        """Whether ours are all there, first and in order, so that data with their numbers can be trained on."""
        return self.names[: len(CATEGORIES)] == CATEGORIES


def planned(before: InferenceConfig | None, given: Sequence[OwnCategory], *, instead: bool) -> ModelCategories:
    """The categories of a model that goes on from another.

    Args:
        before: of the model to go on from; None for an encoder.
        given: the user's.
        instead: whether those stand in place of the model's and ours.

    Raises:
        DataError: where they are too many, or none is given to stand in place of the others.
    """
    if instead and not given:
        raise DataError("No category is given to stand in place of the model's. Name some with --categories.")
    names = () if instead else before.categories if before else CATEGORIES
    own = {} if instead or not before else {category.name: category for category in before.own}
    own |= {category.name: category for category in given}
    names = tuple(dict.fromkeys((*names, *own)))
    if len(names) > MOST_CATEGORIES:
        raise DataError(f"{len(names)} categories are more than {MOST_CATEGORIES}. Join some with --map.")
    return ModelCategories(names, tuple(own.values()))


def found_in(records: Sequence[LabelRecord], known: Sequence[str] = CATEGORIES) -> tuple[OwnCategory, ...]:
    """The categories of marks that are none of those known, the most frequent first."""
    counts = _counts(records)
    return named_alone([name for name, _ in counts.most_common() if name not in known])


def to_train(
    records: Sequence[LabelRecord], options: ReadOptions, given: OwnCategories | None, *, instead: bool
) -> tuple[tuple[OwnCategory, ...], bool]:
    """The categories of the user's own that a model is to have, and whether these stand in place of the others.

    Args:
        records: of the labels; what marks are named beside the given categories is one too, where that was asked for.
        options: that these were read with.
        given: those that the user defined.
        instead: whether names found in the labels stand in place of the others.
    """
    defined = given.categories if given else ()
    instead = instead or bool(given and given.instead)
    if not options.own.any:
        return defined, instead
    known = [*options.own.names, *(() if options.own.instead else CATEGORIES)]
    return (*defined, *found_in(records, known)), instead


def told(records: Sequence[LabelRecord], categories: ModelCategories, before: Sequence[str]) -> Iterator[str]:
    """A line on each category that is new: how often it is marked.

    Args:
        records: to train on.
        categories: of the model.
        before: those that it knows already.

    Raises:
        DataError: where one was never marked, so that nothing could be learned of it.
    """
    counts = _counts(records)
    new = [name for name in categories.names if name not in before]
    if missing := [name for name in new if not counts[name]]:
        raise DataError(f"No mark in the labels is named {', '.join(missing)}, so nothing can be learned of it. Mark some wording so, or leave it out.")  # fmt: skip
    for name in new:
        few = ": it will hardly be found" if counts[name] < LEAST_TO_TRAIN else ""
        yield f"new category {name}, {count_of(counts[name], 'mark')}{few}"


def _counts(records: Sequence[LabelRecord]) -> Counter[str]:
    return Counter(
        span.category for record in records for span in record.spans or () if span.category and not span.ignored
    )
