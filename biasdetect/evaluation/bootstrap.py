"""Computes bootstrap intervals: how far a figure may lie from what another sample of sentences would give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
LEVEL = 0.95
_SEED = 13
_CHUNK = 100  # resamples at a time: keeps the memory flat for large sets

Array = NDArray[np.float64]
Statistic = Callable[[Array], dict[str, Array]]
"""From (resamples, sentences) weights, how often each sentence was drawn, to (resamples,) values per figure."""


def intervals(count: int, statistic: Statistic) -> dict[str, tuple[float, float]]:
    """Percentile intervals (Efron 1979) of 1,000 resamples of the sentences, the same ones on every call.

    A resample is given as weights and not as indices: a figure that is made of sums over sentences is then
    one matrix product for many resamples, which is what makes intervals affordable for large sets.

    Args:
        count: number of sentences, at least 1.
        statistic: the figures for given weights; NaN where a resample leaves one undefined.

    Returns:
        Per figure, the lower and upper end of its 95 % interval; NaN where no resample defines it.
    """
    generator = np.random.default_rng(_SEED)
    values: dict[str, list[Array]] = defaultdict(list)
    for _ in range(RESAMPLES // _CHUNK):
        weights = generator.multinomial(count, np.full(count, 1 / count), size=_CHUNK).astype(np.float64)
        for name, column in statistic(weights).items():
            values[name].append(column)
    ends = {}
    for name, columns in values.items():
        defined = np.concatenate(columns)
        defined = defined[~np.isnan(defined)]
        tail = 100 * (1 - LEVEL) / 2
        low, high = np.percentile(defined, [tail, 100 - tail]) if len(defined) else (np.nan, np.nan)
        ends[name] = (float(low), float(high))
    return ends


def ratio(part: Array, whole: Array) -> Array:
    """``part / whole``, NaN where the whole is zero."""
    return np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, np.nan), where=whole != 0)


def f1(hit: Array, wrong: Array, missed: Array) -> Array:
    """F1 from counts, NaN where there was nothing to find and nothing found."""
    return ratio(2 * hit, 2 * hit + wrong + missed)


def mean_defined(columns: Array) -> Array:
    """Mean over the last axis of what is defined; NaN where nothing is."""
    defined = ~np.isnan(columns)
    return ratio(np.where(defined, columns, 0.0).sum(axis=-1), defined.sum(axis=-1).astype(np.float64))
