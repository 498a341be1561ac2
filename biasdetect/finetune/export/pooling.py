"""Writes encoder and sentence head as a BART classifier of transformers, which needs no code of ours.

The head reads the mean of the encoder's states, their mean by how loaded each token is, and the log of the sum of that;
no classifier of one encoder pools so. A decoder that looks at the encoder's states does: an attention whose query is a
constant *is* a weighted mean. So the encoder becomes BART's encoder, weight for weight, and the pooling three layers of
its decoder, which ignore the words that a decoder otherwise writes:

1. the strength, log Σ exp(l): the number of tokens, which the position of the last one tells, and the integral over β
   from 0 to 1 of the mean of l under weights exp(β l), by Gauss and Legendre, one head a point;
2. the mean by weights exp(l);
3. the mean.

Each adds what it gives for the units of the sentence head, which BART's own head then takes through tanh to the logit. A
layer normalisation stands behind every step and must change nothing: beside the units a large constant with either sign
makes the variance all but the same for every text, and a number that evens out the units makes the mean nought. These three
take the places of three units, those of the least effect, which are written as a linear mixture of the others; that, and
the variance that is not quite the same, are what makes the scores differ at all, and it is measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from transformers import BartConfig, BartForSequenceClassification

from biasdetect.errors import DataError
from biasdetect.model.folder import Calibration
from biasdetect.model.network import BiasNetwork

LIKE_BERT = ("bert", "roberta", "xlm-roberta", "camembert")
"""Kinds of encoders that BART's computes as it is: absolute positions, normalised behind each step."""

_PLACES = 3  # for the constants and what evens out
_EPSILON = 1e-5  # of every layer normalisation of BART
_LARGE = 256.0  # the constants, beside the length of the units
_MOST_HEADS = 32
_OFFSET = 2  # of BART's positions
_LOUD = 2.0**28  # the decoder's positions beside its words, which are not to be heard


@dataclass(frozen=True, slots=True)
class _Head:
    """The sentence head, in double precision, as what it does to each input: (units, hidden), and (units,) for the rest."""

    mean: Tensor
    evidence: Tensor
    strength: Tensor
    bias: Tensor
    weight: Tensor
    offset: float
    loaded: Tensor
    loaded_bias: float


def as_bart(
    network: BiasNetwork, batches: Sequence[Tensor], calibration: Calibration, last: int
) -> BartForSequenceClassification:
    """Encoder and sentence head of a network as a classifier of two labels, plain (0) and biased (1).

    Args:
        network: with an encoder of a kind in :data:`LIKE_BERT`.
        batches: token numbers of texts, (texts, tokens), special ones included and nothing padded, by which the units of the
            least effect are found; more texts than there are units.
        calibration: of the sentence's logit; the probability of biased is the calibrated one.
        last: number of the token that ends every text and stands nowhere else.

    Raises:
        DataError: where the encoder is of another kind.
    """
    encoder = network.encoder.config
    if encoder.model_type not in LIKE_BERT or encoder.hidden_act != "gelu":
        raise DataError(
            f"Sentences can be exported of encoders of the kinds {', '.join(LIKE_BERT)}, and this is one of the kind "
            f"{encoder.model_type}. Export words or embeddings, or use the model with biasdetect."
        )
    positions = network.encoder.embeddings.position_embeddings.weight
    first = encoder.pad_token_id + 1 if encoder.model_type != "bert" else 0
    size = encoder.hidden_size
    config = BartConfig(
        vocab_size=encoder.vocab_size,
        max_position_embeddings=len(positions) - first,
        d_model=size,
        encoder_layers=encoder.num_hidden_layers,
        encoder_ffn_dim=encoder.intermediate_size,
        encoder_attention_heads=encoder.num_attention_heads,
        decoder_layers=3,
        decoder_ffn_dim=1,
        decoder_attention_heads=max(n for n in range(1, _MOST_HEADS + 1) if size % n == 0),
        activation_function="gelu",
        dropout=encoder.hidden_dropout_prob,
        attention_dropout=encoder.attention_probs_dropout_prob,
        pad_token_id=encoder.pad_token_id,
        bos_token_id=None,
        eos_token_id=last,
        decoder_start_token_id=last,
        forced_eos_token_id=None,
        id2label={0: "plain", 1: "biased"},
        label2id={"plain": 0, "biased": 1},
        use_cache=False,
    )
    bart = BartForSequenceClassification(config).eval()
    with torch.no_grad():
        scale = _copy_encoder(network, bart, first)
        _write_pooling(network, bart, batches, calibration, scale)
    return bart


def _copy_encoder(network: BiasNetwork, bart: BartForSequenceClassification, first: int) -> float:
    """The encoder, with its states times a power of two, so that BART's larger epsilon counts as little as its own.

    Returns:
        The power.
    """
    epsilon = network.encoder.config.layer_norm_eps
    scale = 2.0 ** round(math.log2(math.sqrt(_EPSILON / epsilon)))
    old, new = network.encoder.embeddings, bart.model.encoder
    bart.model.shared.weight.copy_(old.word_embeddings.weight * scale)
    table = old.position_embeddings.weight[first:] + old.token_type_embeddings.weight[0]
    new.embed_positions.weight.zero_()
    new.embed_positions.weight[_OFFSET:].copy_(table * scale)
    _scaled_norm(old.LayerNorm, new.layernorm_embedding, scale)
    for theirs, ours in zip(network.encoder.encoder.layer, new.layers, strict=True):
        attention = theirs.attention
        for source, target in (
            (attention.self.query, ours.self_attn.q_proj),
            (attention.self.key, ours.self_attn.k_proj),
            (attention.self.value, ours.self_attn.v_proj),
            (theirs.intermediate.dense, ours.fc1),
        ):
            _linear(target, source.weight / scale, source.bias)
        for source, target in ((attention.output.dense, ours.self_attn.out_proj), (theirs.output.dense, ours.fc2)):
            _linear(target, source.weight * scale, source.bias * scale)
        _scaled_norm(attention.output.LayerNorm, ours.self_attn_layer_norm, scale)
        _scaled_norm(theirs.output.LayerNorm, ours.final_layer_norm, scale)
    return scale


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the decoder's states hold the units of the sentence head.

    In order: the units that are kept, the number that evens them out, the two constants.

    Attributes:
        kept: the units that have a place, in order.
        dropped: those that are mixed from them.
        mixture: (dropped, kept) shares.
        rest: (dropped,) what is added to them.
        center: (kept,) mean of each over texts, which is taken off.
        length: usual length of what stands beside the constants.
        large: the constants.
    """

    kept: Tensor
    dropped: Tensor
    mixture: Tensor
    rest: Tensor
    center: Tensor
    length: float
    large: float

    def placed(self, of_units: Tensor) -> Tensor:
        """What is added to the units, (units, …), as what is added to the places."""
        kept = of_units[self.kept]
        nothing = torch.zeros(2, *of_units.shape[1:], dtype=torch.float64)
        return torch.cat([kept, -kept.sum(0, keepdim=True), nothing])

    def constants(self) -> Tensor:
        """The constants, at their places."""
        whole = torch.zeros(len(self.kept) + _PLACES, dtype=torch.float64)
        whole[-2:] = torch.tensor([self.large, -self.large])
        return whole

    def write_norm(self, norm: nn.LayerNorm) -> None:
        """Make a layer normalisation change nothing: it divides by what its weight gives back."""
        norm.weight.fill_(math.sqrt((2 * self.large**2 + self.length**2) / len(norm.weight) + _EPSILON))
        norm.weight[-2:] = 0.0
        norm.bias.copy_(self.constants())


def _write_pooling(
    network: BiasNetwork,
    bart: BartForSequenceClassification,
    batches: Sequence[Tensor],
    calibration: Calibration,
    scale: float,
) -> None:
    """Decoder and head."""
    head = _head(network)
    places = _places(_units(network, head, batches), head.weight)
    decoder = bart.model.decoder
    lengths = torch.arange(1, bart.config.max_position_embeddings + 1, dtype=torch.float64)
    start = head.bias[:, None] + head.strength[:, None] * lengths.log()
    start[places.kept] -= places.center[:, None]
    decoder.embed_positions.weight.zero_()
    decoder.embed_positions.weight[_OFFSET:].copy_((_LOUD * (places.placed(start) + places.constants()[:, None])).T)
    places.write_norm(decoder.layernorm_embedding)
    for layer, step in zip(
        decoder.layers, _steps(head, places, bart.config.decoder_attention_heads, scale), strict=True
    ):
        for part in (*layer.self_attn.children(), layer.fc1, layer.fc2):
            nn.init.zeros_(part.weight)
            nn.init.zeros_(part.bias)
        for part, (weight, bias) in zip(("q_proj", "k_proj", "v_proj", "out_proj"), step, strict=True):
            _linear(getattr(layer.encoder_attn, part), weight, bias)
        for norm in (layer.self_attn_layer_norm, layer.encoder_attn_layer_norm, layer.final_layer_norm):
            places.write_norm(norm)
    _write_head(bart, head, places, calibration)


_Linear = tuple[Tensor, Tensor]


def _steps(
    head: _Head, places: _Places, heads: int, scale: float
) -> Iterator[tuple[_Linear, _Linear, _Linear, _Linear]]:
    """Query, key, value and output, each weight and bias, of the attention of each layer."""
    size = len(head.weight)
    width = size // heads
    none, no_bias = torch.zeros(size, size, dtype=torch.float64), torch.zeros(size, dtype=torch.float64)
    every = torch.eye(size, dtype=torch.float64)
    # the first number of each head is how loaded a token is
    loaded, loaded_bias = none.clone(), no_bias.clone()
    loaded[::width], loaded_bias[::width] = head.loaded / scale, head.loaded_bias
    points, weights = (torch.from_numpy(values) for values in np.polynomial.legendre.leggauss(heads))
    ask, ask_each, integral = no_bias.clone(), no_bias.clone(), none.clone()
    ask[::width] = math.sqrt(width)  # by which the attention divides
    ask_each[::width] = math.sqrt(width) * (points + 1) / 2
    integral[:, ::width] = places.placed(head.strength)[:, None] * weights / 2
    token = loaded, loaded_bias
    yield (none, ask_each), token, token, (integral, no_bias)
    yield (none, ask), token, (places.placed(head.evidence) / scale, no_bias), (every, no_bias)
    yield (none, no_bias), (none, no_bias), (places.placed(head.mean) / scale, no_bias), (every, no_bias)


def _write_head(bart: BartForSequenceClassification, head: _Head, places: _Places, calibration: Calibration) -> None:
    """The units again from their places, and the calibrated logit beside nought."""
    count = len(places.kept)
    dense, bias = bart.classification_head.dense, torch.zeros(len(head.weight), dtype=torch.float64)
    bias[places.kept], bias[places.dropped] = places.center, places.mixture @ places.center + places.rest
    weight = torch.zeros(len(bias), len(bias), dtype=torch.float64)
    weight[places.kept, :count] = torch.eye(count, dtype=torch.float64)
    weight[places.dropped, :count] = places.mixture
    _linear(dense, weight, bias)
    out = bart.classification_head.out_proj
    nn.init.zeros_(out.weight)
    nn.init.zeros_(out.bias)
    out.weight[1].copy_(calibration.slope * head.weight)
    out.bias[1] = calibration.slope * head.offset + calibration.intercept


def _head(network: BiasNetwork) -> _Head:
    size = network.encoder.config.hidden_size
    dense = network.sentence_dense.weight.detach().double()
    return _Head(
        mean=dense[:, :size],
        evidence=dense[:, size : 2 * size],
        strength=dense[:, 2 * size],
        bias=network.sentence_dense.bias.detach().double(),
        weight=network.sentence_head.weight[0].detach().double(),
        offset=float(network.sentence_head.bias),
        loaded=network.token_head.weight[0].detach().double(),
        loaded_bias=float(network.token_head.bias[0]),
    )


def _units(network: BiasNetwork, head: _Head, batches: Sequence[Tensor]) -> Tensor:
    """What the units of the sentence head are given for texts, before tanh: (texts, units)."""
    found = []
    for ids in batches:
        states = network.encoder(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state.double()
        loaded = states @ head.loaded + head.loaded_bias
        evidence = (torch.softmax(loaded, 1)[:, None] @ states)[:, 0]
        strength = torch.logsumexp(loaded, 1)[:, None]
        found.append(states.mean(1) @ head.mean.T + evidence @ head.evidence.T + strength * head.strength + head.bias)
    return torch.cat(found)


def _places(units: Tensor, weight: Tensor) -> _Places:
    """Places for the units that texts give, (texts, units): all but those of the least effect on the logit."""
    order = (weight * torch.tanh(units)).std(0).argsort()
    dropped, kept = order[:_PLACES].sort().values, order[_PLACES:].sort().values
    known = torch.cat([units[:, kept], torch.ones(len(units), 1, dtype=torch.float64)], 1)
    solution = torch.linalg.lstsq(known, units[:, dropped], driver="gelsd").solution.T
    center = units[:, kept].mean(0)
    spread = units[:, kept] - center
    length = float((spread.square().sum(1) + spread.sum(1).square()).mean().sqrt())
    large = 2.0 ** round(math.log2(_LARGE * length))
    return _Places(kept, dropped, solution[:, :-1], solution[:, -1], center, length, large)


def _linear(target: nn.Linear, weight: Tensor, bias: Tensor) -> None:
    target.weight.copy_(weight)
    target.bias.copy_(bias)


def _scaled_norm(source: nn.LayerNorm, target: nn.LayerNorm, scale: float) -> None:
    target.weight.copy_(source.weight * scale)
    target.bias.copy_(source.bias * scale)
