"""Fits the head that judges edits: a logistic regression on the states of some layers, which stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from torch import nn
from transformers import PreTrainedTokenizerFast

from biasdetect.finetune.recipe.judged import Judged
from biasdetect.model.network import BiasNetwork
from biasdetect.suggest.edits import Edit
from biasdetect.suggest.signed import place_of, signed_features

_PENALTY = 1600.0  # on the squared weights of the states, in units of their deviation
_BATCH = 64
_PARTS = 5
_RAREST = 3  # a feature of fewer edits is left out
_LIGHTEST = 0.03  # and one with less weight


@dataclass(frozen=True, slots=True)
class SignedWords:
    """What words alone say of edits.

    Attributes:
        weights: of the features of an edit (:func:`biasdetect.suggest.signed.signed_features`), the intercept under "".
    """

    weights: dict[str, float]

    def logit(self, features: Sequence[str]) -> float:
        """Of an edit being one to sign."""
        return self.weights[""] + sum(self.weights.get(feature, 0.0) for feature in set(features))


def fit_words(seen: Sequence[Sequence[str]], good: Sequence[bool]) -> SignedWords:
    """A logistic regression on the features of edits.

    Args:
        seen: features of each edit.
        good: whether an editor would sign it.
    """
    vectors = CountVectorizer(analyzer=list, min_df=_RAREST, binary=True)
    table = vectors.fit_transform(seen)
    fitted = LogisticRegression(C=0.3, max_iter=3000, tol=1e-6).fit(table, good)
    weights = {
        name: round(float(weight), 3)
        for name, weight in zip(vectors.get_feature_names_out(), fitted.coef_[0], strict=True)
        if abs(weight) >= _LIGHTEST
    }
    return SignedWords({"": round(float(fitted.intercept_[0]), 3), **dict(sorted(weights.items()))})


def words_apart(seen: Sequence[Sequence[str]], good: Sequence[bool], groups: Sequence[int]) -> NDArray[np.float64]:
    """The logit of each edit by words, learned from edits of other sentences alone.

    Args:
        seen: features of each edit.
        good: whether an editor would sign it.
        groups: a number that edits of one sentence share.
    """
    parts = np.array(groups) % _PARTS
    found = np.zeros(len(seen))
    for part in range(_PARTS):
        others = np.flatnonzero(parts != part).tolist()
        words = fit_words([seen[index] for index in others], [good[index] for index in others])
        for index in np.flatnonzero(parts == part).tolist():
            found[index] = words.logit(seen[index])
    return found


def edit_features(edits: Sequence[Judged]) -> list[list[str]]:
    """Of every edit, by which its words are judged."""
    return [
        signed_features(edit.text, Edit(edit.start, edit.end, edit.new), edit.category, edit.kind) for edit in edits
    ]


def with_edit_head(
    network: BiasNetwork,
    edits: Sequence[Judged],
    states: tuple[NDArray[np.float32], NDArray[np.float32]],
    layers: Sequence[int],
) -> BiasNetwork:
    """The same network with a head for edits.

    Args:
        network: trained in all else; none of its other outputs changes.
        edits: some thousands, both kinds among them.
        states: of the network at their places (:func:`edit_states`).
        layers: whose states these are and the head reads, from 1 for the lowest.
    """
    good = [edit.good for edit in edits]
    words = words_apart(edit_features(edits), good, [edit.group for edit in edits])
    weights = fit_states(*states, words, np.array(good))
    extended = BiasNetwork(type(network.config)(**{**network.config.to_dict(), "edit_layers": list(layers)}))
    kept = {name: value for name, value in network.state_dict().items() if not name.startswith("edit_head.")}
    extended.load_state_dict(kept, strict=False)
    with torch.no_grad():
        extended.edit_head.weight.copy_(torch.from_numpy(weights))
    return extended.eval()


def edit_states(
    network: BiasNetwork, tokenizer: PreTrainedTokenizerFast, edits: Sequence[Judged], layers: Sequence[int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(edits, 3, layers * hidden) mean states left of, in and right of the place of each edit, after it and before."""
    after = [(edit.after, (edit.start, edit.start + len(edit.new))) for edit in edits]
    before = [(edit.text, (edit.start, edit.end)) for edit in edits]
    return places(network, tokenizer, after, layers), places(network, tokenizer, before, layers)


def fit_states(
    after: NDArray[np.float32], before: NDArray[np.float32], words: NDArray[np.float64], good: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Weights of the states at the place of an edit, (EDIT_PARTS, layers * hidden): left of it, in it, right of it; after, before.

    There is no intercept, which the words have, and states are not centred: a place without words adds nothing.

    Args:
        after: (edits, 3, layers * hidden) mean states of the place in the edited sentence.
        before: the same in the sentence as it was.
        words: (edits,) logits that are given beside them, with the weight of one.
        good: (edits,) whether an editor would sign it.
    """
    # what stands there now and what the edit changed are learned better than what stood there
    joined = np.stack([after, after - before], 1).reshape(len(after), -1).astype(np.float64)
    deviation = joined.std(0) + 1e-6
    scaled = joined / deviation
    signs = np.where(good, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (scaled @ weights + words)
        slopes = -signs * expit(-margins)
        value = np.logaddexp(0, -margins).sum() + _PENALTY / 2 * weights @ weights
        return float(value), scaled.T @ slopes + _PENALTY * weights

    learned = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    now, change = (learned / deviation).reshape(2, *after.shape[1:])
    return np.concatenate([now + change, -change]).astype(np.float32)


def places(
    network: BiasNetwork,
    tokenizer: PreTrainedTokenizerFast,
    texts: Sequence[tuple[str, tuple[int, int]]],
    layers: Sequence[int],
) -> NDArray[np.float32]:
    """(texts, 3, layers * hidden) mean states left of, in and right of a place in each text; of no tokens they are 0."""
    encoded = tokenizer([text for text, _ in texts], return_offsets_mapping=True, truncation=True, max_length=512)
    ids: list[list[int]] = encoded["input_ids"]
    found = np.zeros((len(texts), 3, len(layers) * network.encoder.config.hidden_size), np.float32)
    order = sorted(range(len(texts)), key=lambda index: len(ids[index]))
    network.eval()
    with torch.no_grad():
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            rows = nn.utils.rnn.pad_sequence([torch.tensor(ids[index]) for index in batch], batch_first=True)
            mask = nn.utils.rnn.pad_sequence(
                [torch.ones(len(ids[index]), dtype=torch.long) for index in batch], batch_first=True
            )
            hidden = network.encoder(input_ids=rows, attention_mask=mask, output_hidden_states=True).hidden_states
            states = torch.cat([hidden[layer] for layer in layers], -1)
            for row, index in enumerate(batch):
                for part, place in enumerate(place_of(encoded["offset_mapping"][index], *texts[index][1])):
                    if place:
                        found[index, part] = states[row, place].mean(0).numpy()
    return found
