"""What the sentences around a sentence say of it: the same word weighs more in a polemic than in an agency's report.

A model reads every sentence by itself. How loaded its neighbours are raises or lowers, by a little, how loaded its own words
are taken to be. The weight is fitted on whole articles (training/fit_surroundings.py); a sentence that stands alone keeps
its scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from biasdetect.model.folder import InferenceConfig, Surroundings
from biasdetect.model.runtime import Scored

REACH = 4
"""Sentences whose scores count: two before and two after, at an end of the article the nearest."""
_MOST = 4.0  # logit beyond which a neighbour says no more


def mean_of_neighbours(outputs: Sequence[Scored], config: InferenceConfig) -> list[float | None]:
    """Of each sentence of an article the mean calibrated logit of what the outlet says in those next to it.

    Args:
        outputs: of the sentences of one article, in order.
        config: of the model that they are by.

    Returns:
        From -4 to 4; None for a sentence that stands alone.
    """
    calibration = config.sentence
    raw = np.array([output.parts[0] if output.parts else output.logit for output in outputs])
    logits = np.clip(calibration.slope * raw + calibration.intercept, -_MOST, _MOST)
    total = np.concatenate([[0.0], np.cumsum(logits)])
    found: list[float | None] = []
    for index in range(len(logits)):
        first = max(0, min(index - REACH // 2, len(logits) - REACH - 1))
        last = min(len(logits), first + REACH + 1)
        others = last - first - 1
        found.append(float(total[last] - total[first] - logits[index]) / others if others else None)
    return found


def find_lifts(outputs: Sequence[Scored], config: InferenceConfig) -> list[float]:
    """By how much each sentence's loaded logits rise for what stands around it; nought where the model knows no such thing.

    Arguments as of :func:`mean_of_neighbours`.
    """
    around = config.surroundings
    if around is None:
        return [0.0] * len(outputs)
    return [lift(mean, around) for mean in mean_of_neighbours(outputs, config)]


def lift(neighbours: float | None, around: Surroundings) -> float:
    """What neighbours of this mean add to the loaded logits of a sentence; a sentence without any is as it is."""
    return 0.0 if neighbours is None else around.weight * (neighbours - around.usual)


def lifted(output: Scored, lift: float) -> Scored:
    """The output with all its tokens' loaded logits higher by so much."""
    if not lift:
        return output
    logits = output.token_logits.copy()
    logits[:, 0] += lift
    return replace(output, token_logits=logits)
