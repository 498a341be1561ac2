"""How labels are read, by the names that the command line has for it: the keyword arguments of the Python functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypedDict, Unpack

from biasdetect.errors import ModelError
from biasdetect.labels.build import ReadOptions
from biasdetect.labels.categories import OwnCategories, OwnNames, is_category_name, names_of_models, read_categories
from biasdetect.labels.columns import ColumnNames
from biasdetect.labels.names import known_target
from biasdetect.model.folder import is_classifier, open_model


class Reading(TypedDict, total=False):
    """How labels are read; what is left out is recognised.

    Attributes:
        text_column: the column of texts.
        label_column: the column of labels.
        spans_column: the column of marked wording.
        annotator_column: the column that says who labelled; rows of one text become one record with votes.
        votes_columns: columns that each hold one annotator's labels.
        map: names of labels and marks of yours, and what each stands for: ``biased``, ``non-biased``, a number, a
            category, ``ignore``.
        scale: lowest and highest label.
        encoding: of text files.
        split: of a set that has several; ``train`` by default.
        annotator_from_file: each file holds one annotator's labels of the same texts.
        contradictions: of rows of the same text with opposite labels: ``reject`` them, or take them for ``votes``.
        new_categories: names of marks that are unknown are categories of your own, ``beside`` ours or ``instead``.
        categories: a file that defines such, or what it says.
    """

    text_column: str | None
    label_column: str | None
    spans_column: str | None
    annotator_column: str | None
    votes_columns: Sequence[str]
    map: Mapping[str, str]
    scale: tuple[float, float] | None
    encoding: str | None
    split: str | None
    annotator_from_file: bool
    contradictions: Literal["reject", "votes"]
    new_categories: Literal["beside", "instead"] | None
    categories: str | Path | OwnCategories | None


def read_options(known: OwnNames | None = None, **reading: Unpack[Reading]) -> ReadOptions:
    """The options for :func:`biasdetect.labels.read_labels`.

    Args:
        known: the categories of the models that the labels are for.
        **reading: see :class:`Reading`.

    Raises:
        TypeError: for an argument that does not exist.
        ValueError: where ``map`` or ``scale`` says nothing that could be read.
        DataError: where the file of categories cannot be used.
    """
    if unknown := set(reading) - set(Reading.__annotations__):
        raise TypeError(f"there is no argument {', '.join(sorted(unknown))}; how labels are read is said by {', '.join(Reading.__annotations__)}")  # fmt: skip
    own = own_names(given_categories(reading.get("categories")), reading.get("new_categories"), known)
    names = dict(reading.get("map") or {})
    for name, target in names.items():
        new = target in own.names or (own.any and is_category_name(target))
        if not name or not (new or known_target(target)):
            raise ValueError(f"{f'{name}={target}'!r}: write NAME=KNOWN, where KNOWN is biased, non-biased, a number or a category.")  # fmt: skip
    scale = reading.get("scale")
    if scale and not -1e6 <= scale[0] < scale[1] <= 1e6:
        raise ValueError(f"{scale} is no scale: the lowest label comes first, such as (1, 5).")
    return ReadOptions(
        ColumnNames(
            reading.get("text_column"),
            reading.get("label_column"),
            reading.get("spans_column"),
            reading.get("annotator_column"),
            raters=tuple(reading.get("votes_columns") or ()),
        ),
        names,
        scale,
        reading.get("encoding"),
        reading.get("split"),
        reading.get("annotator_from_file", False),
        contradictions=reading.get("contradictions", "reject"),
        own=own,
    )


def given_categories(categories: str | Path | OwnCategories | None) -> OwnCategories | None:
    """The user's categories, read where they stand in a file.

    Raises:
        DataError: where that cannot be used.
    """
    return read_categories(categories) if isinstance(categories, str | Path) else categories


def own_names(given: OwnCategories | None, new_categories: str | None, known: OwnNames | None) -> OwnNames:
    """Which names of marks are categories of the user's own.

    Args:
        given: those that the user defined.
        new_categories: whether all unknown names are some, ``beside`` ours or ``instead``.
        known: the categories of the models that labels are for.
    """
    instead = bool(given and given.instead) or new_categories == "instead"
    before = known if known and not instead else OwnNames()
    names = [*before.names, *(category.name for category in (given.categories if given else ()))]
    return OwnNames(tuple(dict.fromkeys(names)), new_categories is not None, instead or before.instead)


def known_to(models: Iterable[str | Path | None]) -> OwnNames:
    """The names of marks that the categories of models explain, as far as they can be opened.

    Of one that cannot, the error is told where it is loaded, once the labels were read.
    """
    configs = []
    for name in models:
        with suppress(ModelError):
            if not is_classifier(name):
                configs.append(open_model(name).config)
    return names_of_models(configs)
