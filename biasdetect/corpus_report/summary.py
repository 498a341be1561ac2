"""Summarizes scored rows: for each group, rates with intervals and the most used phrases.

Rows are summed per article as they come, so that memory grows with the articles and not with their sentences. The
intervals are of the bootstrap over articles, and not over sentences: the sentences of an article have one writer and one
topic, so they tell less than as many sentences of different articles.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from biasdetect.corpus_report.frequent import Frequent, Phrases, count_pairs
from biasdetect.corpus_report.grouping import UNKNOWN, GroupingColumn, labels
from biasdetect.corpus_report.scored_rows import Floats, Integers, RowBatch, ScoredTable, read_scored
from biasdetect.errors import DataError
from biasdetect.evaluation.bootstrap import LEVEL, RESAMPLES, Array, intervals, ratio
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.config import MOST_CATEGORIES, OWN_CATEGORY

Reprints = Literal["leave", "count"]

PER_WORDS = 1000
NO_CATEGORY = "no category"
"""Of the phrases that a model without categories finds."""

MAIN = ("flagged", "score", "phrases")
"""Share of flagged sentences, mean sentence score, and counting phrases per 1,000 words, which follow per category."""

_GROUPS = 2000
_KINDS = (*CATEGORIES, NO_CATEGORY)
_TEXT_SUMS = ("sentences", "flagged", "score", "scored", "words")
_SUMS = (*_TEXT_SUMS, *_KINDS)  # behind them, the categories of a model's own
_COLUMN = {name: number for number, name in enumerate(_SUMS)}
_WITHIN_RUNS = ("rows",)  # settings in which files of one report may differ


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure of a cell.

    Attributes:
        name: one of :data:`MAIN`, or a category.
        value: ``flagged`` and ``score`` 0 to 1, the others per 1,000 words; NaN where there is nothing to divide by.
        low: lower end of the 95 % bootstrap interval, clustered by article.
        high: its upper end.
    """

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the tables.

    Attributes:
        key: the values of what the corpus is divided by, in that order.
        articles: number of articles that the figures are of.
        reprints: number of reprints, whether or not they are among the articles.
        sentences: number of sentences in the outlet's own voice.
        words: number of words of all scored sentences.
        rates: the main ones, then those of the categories; empty where the cell has too few articles.
        phrases: the most used ones, at most 10, each in at least 2 articles.
    """

    key: tuple[str, ...]
    articles: int
    reprints: int
    sentences: int
    words: int
    rates: tuple[Rate, ...] = ()
    phrases: tuple[Frequent, ...] = ()

    @property
    def too_few(self) -> bool:
        """Whether it has too few articles for figures."""
        return not self.rates

    def rate(self, name: str) -> Rate | None:
        """The figure of a name; None where the cell has none."""
        return next((rate for rate in self.rates if rate.name == name), None)


@dataclass(frozen=True, slots=True)
class Summary:
    """All that a report shows.

    Attributes:
        files: what was read.
        model: name and fingerprint of the model that scored it.
        settings: what it was scored with.
        parts: what it is divided by.
        cells: in the order of their keys.
        min_articles: cells with fewer different articles have no figures.
        reprints: whether reprints were left out or counted.
        lost: reprints to count whose first article is not in the files.
        undated: articles among the cells whose date is missing or cannot be read.
        names: the figures to show; phrases without a category only where there are any.
    """

    files: tuple[str, ...]
    model: str
    settings: dict[str, Any]
    parts: tuple[GroupingColumn, ...]
    cells: tuple[Cell, ...]
    min_articles: int
    reprints: Reprints
    lost: int
    undated: int
    names: tuple[str, ...]

    def sorted(self, by: str) -> Summary:
        """With the cells by ``articles``, ``sentences`` or a figure, the highest first.

        Cells without the figure come last, and those that are alike stay in the order of their keys.
        """

        def value(cell: Cell) -> float:
            if by in ("articles", "sentences"):
                return float(getattr(cell, by))
            rate = cell.rate(by)
            return -np.inf if rate is None or np.isnan(rate.value) else rate.value

        return replace(self, cells=tuple(sorted(self.cells, key=value, reverse=True)))

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers; None for a figure that is not defined."""
        return {
            "files": list(self.files),
            "model": self.model,
            "settings": self.settings,
            "by": [asdict(part) for part in self.parts],
            "min_articles": self.min_articles,
            "reprints": self.reprints,
            "reprints_without_first": self.lost,
            "articles_without_date": self.undated,
            "intervals": {"level": LEVEL, "resamples": RESAMPLES, "clustered_by": "article"},
            "cells": [self._cell(cell) for cell in self.cells],
        }

    def _cell(self, cell: Cell) -> dict[str, Any]:
        return {
            "cell": dict(zip((part.name for part in self.parts), cell.key, strict=True)),
            "articles": cell.articles,
            "reprints": cell.reprints,
            "sentences": cell.sentences,
            "words": cell.words,
            "too_few": cell.too_few,
            "figures": {
                name: {end: _defined(getattr(rate, end)) for end in ("value", "low", "high")}
                for name in self.names
                if (rate := cell.rate(name))
            },
            "phrases": [asdict(phrase) for phrase in cell.phrases],
        }


def summarise(
    sources: Sequence[ScoredTable],
    parts: Sequence[GroupingColumn] = (),
    *,
    min_articles: int = 20,
    reprints: Reprints = "leave",
) -> Summary:
    """Sum up scored files of one model and one setting.

    Args:
        sources: the files, from :func:`biasdetect.corpus_report.scored_rows.open_scored`; of both kinds of rows if need be.
        parts: what to divide them by, from :func:`biasdetect.corpus_report.grouping.resolve`; one cell without.
        min_articles: cells with fewer different articles have no figures, at least 1.
        reprints: ``leave`` them out, or ``count`` each with the figures of the article that it repeats.

    Raises:
        DataError: where a file is damaged, has no rows, was scored with another model or other settings than the
            rest, or has an article that is there already.
    """
    corpus = _Corpus(parts)
    for source in sources:
        for batch in read_scored(source, list(dict.fromkeys(part.column for part in parts))):
            corpus.add(batch, source.path)
    corpus.check()
    made, lost, undated = corpus.cells(min_articles, reprints)
    cells = sorted(made, key=lambda cell: [_natural(label) for label in cell.key])
    names = _shown_figures(cells, corpus.kinds)
    return Summary(
        files=tuple(str(source.path) for source in sources),
        model=corpus.model,
        settings=corpus.settings,
        parts=tuple(parts),
        cells=tuple(cells),
        min_articles=min_articles,
        reprints=reprints,
        lost=lost,
        undated=undated,
        names=names,
    )


def _shown_figures(cells: Sequence[Cell], kinds: Sequence[str]) -> tuple[str, ...]:
    """The figures to show: of phrases without a category, and of ours beside a model's own, only where there are any."""
    found = {rate.name for cell in cells for rate in cell.rates if rate.value > 0}
    own = sorted(set(kinds) - set(_KINDS))
    ours = [name for name in CATEGORIES if name in found or not own]
    return (*MAIN, *ours, *own, *([NO_CATEGORY] if NO_CATEGORY in found else []))


class _Corpus:
    """Sums per article, and in which cell each one stands."""

    def __init__(self, parts: Sequence[GroupingColumn]) -> None:
        self.model = ""
        self.settings: dict[str, Any] = {}
        self._parts = parts
        self._names: dict[str, int] = {}  # of articles, also of such as are only named by their reprints
        self._keys: dict[tuple[str, ...], int] = {}
        self._texts: dict[str, int] = {}  # of phrases, in folded case
        self._own: dict[str, int] = {}  # columns of categories of the model's own
        self._sums = np.zeros((0, len(_SUMS)))
        self._cell = np.zeros(0, np.int64)
        self._first = np.zeros(0, np.int64)  # the article that it repeats; -1 where none
        self._rows = np.zeros(0, np.int64)
        self._last = np.zeros(0, np.int64)  # the highest number of a sentence
        self._undated = np.zeros(0, bool)
        self._occurrences: list[Integers] = []  # (3, ...): article, phrase, how often

    def add(self, batch: RowBatch, path: Path) -> None:
        """Sum up some rows."""
        for name in ("model", "settings"):
            for value in batch.columns[name].unique().to_pylist():
                self._agree(name, value or "", path)
        names = self._encode(batch.columns["article"], self._names, path)
        firsts = self._encode(batch.columns["reprint_of"], self._names, None)
        self._grow()
        np.maximum.at(self._first, names, firsts)
        np.add.at(self._rows, names, 1)
        np.maximum.at(self._last, names, np.nan_to_num(batch.numbers.get("sentence", np.zeros(1))).astype(np.int64))
        self._place(batch, names)
        present, local = np.unique(names, return_inverse=True)
        for column, values in self._columns(batch).items():
            self._sums[present, _COLUMN[column]] += np.bincount(local, np.nan_to_num(values), len(present))
        self._add_phrases(batch, names)

    def check(self) -> None:
        """Refuse what would be counted twice, and nothing at all.

        Raises:
            DataError: for both.
        """
        if not self._rows.any():
            raise DataError("No rows: there is nothing to report. Did biasdetect corpus score anything?")
        twice = np.flatnonzero(self._rows > self._last + 1)
        if len(twice):
            self._refuse(int(twice[0]), "is there more than once")

    def cells(self, least: int, reprints: Reprints) -> tuple[Iterator[Cell], int, int]:
        """The cells, the number of reprints without a first article, and that of articles without a date."""
        there = self._rows > 0
        again = there & (self._first >= 0)
        scored = there & ~again
        counted = scored | (again & scored[self._first]) if reprints == "count" else scored
        articles = np.flatnonzero(counted)
        origins = np.where(again, self._first, np.arange(len(again)))[articles]
        # a cell has an article and its reprints as one: they tell no more than it does alone
        pairs, copies = np.unique(self._cell[articles] * len(again) + origins, return_counts=True)
        places, origins = np.divmod(pairs, len(again))
        order = np.lexsort((self._shuffled()[origins], places))
        places, origins, copies = places[order], origins[order], copies[order]
        bounds = np.searchsorted(places, np.arange(len(self._keys) + 1))
        repeats = np.bincount(self._cell[again], minlength=len(self._keys))
        phrases = Phrases(self._occurrences, list(self._texts))
        self._occurrences = []

        def made() -> Iterator[Cell]:
            for number, key in enumerate(self._keys):
                inside = slice(bounds[number], bounds[number + 1])
                sums = self._sums[origins[inside]] * copies[inside, None]
                enough = len(sums) >= least
                yield Cell(
                    key,
                    int(copies[inside].sum()),
                    int(repeats[number]),
                    int(sums[:, _COLUMN["sentences"]].sum()),
                    int(sums[:, _COLUMN["words"]].sum()),
                    _rates(sums, self.kinds) if enough else (),
                    phrases.top(origins[inside], copies[inside]) if enough else (),
                )

        lost = int((again & ~counted).sum()) if reprints == "count" else 0
        return made(), lost, int((self._undated & counted).sum())

    def _agree(self, name: str, value: str, path: Path) -> None:
        """One model and one setting: figures of different ones cannot be compared."""
        if name == "model":
            before, given = {"the model": self.model} if self.model else {}, {"the model": value}
            self.model = value
        else:
            before, given = self.settings, _settings(value, path)
            self.settings = given
        different = sorted(key for key in {*before, *given} if before.get(key) != given.get(key))
        if before and different:
            key = different[0]
            raise DataError(
                f"{path} is scored with {key} {given.get(key)}, and what comes before it with {before.get(key)}. "
                "Score all of it alike, or report on each by itself."
            )

    def _encode(self, column: Any, numbers: dict[str, int], path: Path | None) -> Integers:
        """Values as numbers, the same ones in every batch; a missing one is -1, or refused where there is a path."""
        encoded = column.dictionary_encode()
        if path and encoded.null_count:
            raise DataError(
                f"{path} has rows without a name in the column article. Is it as biasdetect corpus wrote it?"
            )
        known = [numbers.setdefault(value, len(numbers)) for value in encoded.dictionary.to_pylist()]
        codes = encoded.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)
        return np.array([*known, -1], np.int64)[codes]

    def _grow(self) -> None:
        """Room for all articles that have a name, and for as many again."""
        size, needed = len(self._rows), len(self._names)
        if needed <= size:
            return
        more = 2 * needed - size
        self._sums = np.concatenate([self._sums, np.zeros((more, self._sums.shape[1]))])
        self._cell = np.concatenate([self._cell, np.full(more, -1)])
        self._first = np.concatenate([self._first, np.full(more, -1)])
        self._rows = np.concatenate([self._rows, np.zeros(more, np.int64)])
        self._last = np.concatenate([self._last, np.zeros(more, np.int64)])
        self._undated = np.concatenate([self._undated, np.zeros(more, bool)])

    def _place(self, batch: RowBatch, names: Integers) -> None:
        """Find the cells of the articles."""
        found: list[list[str]] = []
        # without parts, one row of zeros: the same cell for all
        codes = np.zeros((max(1, len(self._parts)), len(names)), np.int64)
        for number, part in enumerate(self._parts):
            texts, codes[number] = labels(part, batch.columns[part.column])
            found.append(texts)
            if part.time:
                self._undated[names] |= np.array([text == UNKNOWN for text in texts])[codes[number]]
        combinations, local = np.unique(codes, axis=1, return_inverse=True)
        keys = [tuple(texts[code] for texts, code in zip(found, column, strict=False)) for column in combinations.T]
        places = np.array([self._keys.setdefault(key, len(self._keys)) for key in keys], np.int64)[local.ravel()]
        before = self._cell[names]
        self._cell[names] = places
        moved = np.flatnonzero(((before >= 0) & (before != places)) | (self._cell[names] != places))
        if len(moved):
            self._refuse(int(names[moved[0]]), "stands in two cells")

    def _columns(self, batch: RowBatch) -> dict[str, Floats]:
        """What of each row is summed, the same from both kinds of rows but for the phrases."""
        numbers = batch.numbers
        if batch.rows == "articles":
            own, every, flagged = (numbers[name] for name in ("outlet_sentences", "sentences", "flagged_sentences"))
        else:
            every = (~np.isnan(numbers["sentence"])).astype(np.float64)
            own = every * _equals(batch.columns["voice"], "outlet")
            flagged = own * (np.bincount(batch.phrase_row, minlength=len(own)) > 0)
        # an article's score is the mean over the sentences that count, and so is the figure
        scored = every if self.settings.get("quotes") == "count" else own
        return {
            "sentences": own,
            "flagged": flagged,
            "score": numbers["score"] * scored,
            "scored": scored,
            "words": numbers["words"],
        }

    def _add_phrases(self, batch: RowBatch, names: Integers) -> None:
        if not len(batch.phrase_row):
            return
        articles = names[batch.phrase_row]
        encoded = batch.phrase_category.dictionary_encode()
        columns = np.array([self._column(value) for value in encoded.dictionary.to_pylist()])[
            encoded.indices.to_numpy(zero_copy_only=False)
        ]
        np.add.at(self._sums, (articles, columns), 1)
        encoded = batch.phrase_text.dictionary_encode()
        folded = [" ".join(text.casefold().split()) for text in encoded.dictionary.to_pylist()]
        known = np.array([self._texts.setdefault(text, len(self._texts)) for text in folded])
        texts = known[encoded.indices.to_numpy(zero_copy_only=False)]
        self._occurrences.append(count_pairs(articles, texts, np.ones(len(texts), np.int64)))

    def _column(self, category: str) -> int:
        """The column of a category, a new one for one of the model's own."""
        if category in CATEGORIES:
            return _COLUMN[category]
        full = category not in self._own and len(self._own) == MOST_CATEGORIES
        if full or category not in OWN_CATEGORY["name"] or category in (*_SUMS, *MAIN):
            return _COLUMN[NO_CATEGORY]
        if category not in self._own:
            self._own[category] = self._sums.shape[1]
            self._sums = np.pad(self._sums, ((0, 0), (0, 1)))
        return self._own[category]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The categories in the order of their columns."""
        return (*_KINDS, *self._own)

    def _shuffled(self) -> NDArray[np.uint64]:
        """A number per article that depends on its name alone, so that the order of rows changes no interval."""
        digests = b"".join(hashlib.blake2b(name.encode(), digest_size=8).digest() for name in self._names)
        return np.frombuffer(digests, np.uint64)

    def _refuse(self, article: int, what: str) -> None:
        name = list(self._names)[article]
        raise DataError(
            f"The article {name!r} {what}. Name every file once; where runs gave different articles the same name, "
            "score them again with --id-column."
        )


def _rates(sums: Floats, kinds: Sequence[str]) -> tuple[Rate, ...]:
    """Ratios of sums over articles, which come in random order.

    More than 2,000 articles are first summed in 2,000 groups of one size, and the groups are drawn (the method of
    random groups, Wolter 2007, chapter 2): what a cell costs does not grow with its articles.
    """
    if len(sums) > _GROUPS:
        sums = np.add.reduceat(sums, np.arange(_GROUPS) * len(sums) // _GROUPS)

    def statistic(weights: Array) -> dict[str, Array]:
        drawn = weights @ sums
        names = (*_TEXT_SUMS, *kinds)
        part: Mapping[str, Array] = {name: drawn[:, number] for number, name in enumerate(names)}
        return {
            "flagged": ratio(part["flagged"], part["sentences"]),
            "score": ratio(part["score"], part["scored"]),
            "phrases": PER_WORDS * ratio(drawn[:, len(_TEXT_SUMS) :].sum(axis=1), part["words"]),
            **{kind: PER_WORDS * ratio(part[kind], part["words"]) for kind in kinds},
        }

    values = statistic(np.ones((1, len(sums))))
    ends = intervals(len(sums), statistic)
    return tuple(Rate(name, float(value[0]), *ends[name]) for name, value in values.items())


def _settings(text: str, path: Path) -> dict[str, Any]:
    """What a row was scored with, as far as it bears on the figures."""
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise DataError(f"{path} has settings that are no JSON object: {text[:80]!r}.")
    return {key: value for key, value in given.items() if key not in _WITHIN_RUNS}


def _equals(column: Any, text: str) -> NDArray[np.bool_]:
    values: NDArray[np.bool_] = pc.equal(column, text).fill_null(False).to_numpy(zero_copy_only=False)
    return values


def _natural(label: str) -> tuple[int, float, list[tuple[int, str]]]:
    """Numbers by their size, then text with the numbers in it by theirs, then what is unknown."""
    if label == UNKNOWN:
        return 2, 0.0, []
    # every other piece is digits
    pieces = enumerate(re.split(r"([0-9]+)", label.casefold()))
    text = [(int(piece[:15]), piece) if number % 2 else (0, piece) for number, piece in pieces]
    try:
        number = float(label)
    except ValueError:
        number = np.nan
    return (0, number, text) if np.isfinite(number) else (1, 0.0, text)


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else value
