"""The neural network: one encoder, a token head that finds phrases, a sentence head that sees the evidence.

The token head gives, for every token, the logit that it belongs to loaded wording and the logits of
the categories of such wording. The sentence head reads the mean of the token states, the states that
the token head points at (attention pooling by the "loaded" logit) and the size of that evidence, so a
sentence is called biased because of words in it, and the word labels sharpen the sentence score.

With ``voice``, a third head says of every token whether it is somebody else's word, quoted or in paraphrase, and whether
it names who speaks; and the sentence head is applied three times to the states of one pass: to all tokens, to the outlet's,
and to those of others, each token by the share in which it is theirs. Tokens inside quotation marks, as rules or markup
find them, have an output of their own for that, so that marks can be trusted and need not be.

With ``reasons``, a fourth head says of loaded words what an editor would do about them (:data:`REMEDIES`) and what it is
that they do (:data:`PATTERNS`).

With ``edit_layers``, a linear head on the states of these layers says of an edit whether an editor would sign it: by the
words left of it, in its place and right of it, in the sentence after the edit and in the one before
(:mod:`biasdetect.finetune.network.edits`). It is fitted when all else has been learned, and changes nothing else.

With ``exit_layer``, heads of the same kind read the states of a lower layer too, and learn with the rest (deep supervision:
Lee et al. 2015), for a runtime that lets a sentence leave there in which nothing is to be found (Teerapittayanon et al. 2016).

Sentences that carry a label but no marked words still teach the token head: through the noisy-or of
their tokens (Dietterich et al. 1997, multiple-instance learning; Maron and Lozano-Pérez 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import ModelOutput

from biasdetect.model.categories import CATEGORIES, EDIT_PARTS, PATTERNS, REMEDIES
from biasdetect.model.folder import LOADING

_UNTAUGHT = 4.0  # by which the logit of a category that was never taught lies below the mean of the others
IGNORE = -100  # a category target of this value does not count; nor does a probability target of NaN


class BiasConfig(PretrainedConfig):
    """Configuration of :class:`BiasNetwork`: the encoder's own, the categories, and the loss weights."""

    model_type = "biasdetect"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        categories: list[str] | None = None,
        head_dropout: float = 0.1,
        token_weight: float = 5.0,
        category_weight: float = 0.5,
        tie_weight: float = 0.2,
        weak_weight: float = 0.3,
        voice: bool = False,
        voice_weight: float = 1.0,
        reasons: bool = False,
        reason_weight: float = 0.5,
        exit_layer: int = 0,
        exit_weight: float = 0.3,
        edit_layers: Sequence[int] = (),
        **kwargs: Any,
    ) -> None:
        kwargs.pop("edit_layer", None)  # of networks that judged edits in another way
        super().__init__(**kwargs)
        self.encoder = encoder or {}
        self.categories = categories or list(CATEGORIES)
        self.head_dropout = head_dropout
        self.token_weight = token_weight
        self.category_weight = category_weight
        self.tie_weight = tie_weight
        self.weak_weight = weak_weight
        self.voice = voice
        self.voice_weight = voice_weight
        self.reasons = reasons
        self.reason_weight = reason_weight
        self.exit_layer = exit_layer
        self.exit_weight = exit_weight
        self.edit_layers = list(edit_layers)


@dataclass
class BiasOutput(ModelOutput):
    """``sentence_logits`` (batch,), ``token_logits`` (batch, tokens, 1 + categories), ``loss`` (scalar).

    With voice, ``part_logits`` (batch, 2), the outlet's words and others', ``voice_logits`` (batch, tokens), that a token is
    somebody else's, and ``source_logits`` (batch, tokens), that it names who speaks. With reasons, ``reason_logits``
    (batch, tokens, remedies + patterns). With layers for edits, ``edit_logits`` (batch, tokens, :data:`EDIT_PARTS`), what a
    token says for an edit that it stands left of, in the place of and right of, afterwards and before.
    """

    loss: Tensor | None = None
    sentence_logits: Tensor | None = None
    token_logits: Tensor | None = None
    part_logits: Tensor | None = None
    voice_logits: Tensor | None = None
    source_logits: Tensor | None = None
    reason_logits: Tensor | None = None
    edit_logits: Tensor | None = None

    def arrays(self) -> dict[str, Tensor]:
        """All but the loss, by name, of the heads that the network has."""
        return {name: value for name, value in self.items() if name != "loss"}


class _Heads(nn.Module):
    """What reads the states of a layer."""

    def __init__(self, hidden: int, config: BiasConfig) -> None:
        super().__init__()
        self.dropout = nn.Dropout(config.head_dropout)
        self.token_head = nn.Linear(hidden, 1 + len(config.categories))
        if config.voice:
            self.voice_head = nn.Linear(hidden, 3)  # another's outside and inside quotation marks; who speaks
        if config.reasons:
            self.reason_head = nn.Linear(hidden, len(REMEDIES) + len(PATTERNS))
        self.sentence_dense = nn.Linear(2 * hidden + 1, hidden)
        self.sentence_head = nn.Linear(hidden, 1)


class BiasNetwork(PreTrainedModel):
    """Encoder with a token head ("loaded at all" plus one output per category) and a sentence head."""

    config_class = BiasConfig
    base_model_prefix = "encoder"
    _keys_to_ignore_on_load_unexpected = (r"^edit_head\.",)  # of networks that judged edits in another way

    def __init__(self, config: BiasConfig) -> None:
        super().__init__(config)
        settings = dict(config.encoder)
        encoder_config = AutoConfig.for_model(settings.pop("model_type"), **settings)
        # the pooler of BERT-like encoders is never used here; other encoders do not know the argument
        try:
            self.encoder = AutoModel.from_config(encoder_config, add_pooling_layer=False)
        except TypeError:
            self.encoder = AutoModel.from_config(encoder_config)
        heads = _Heads(encoder_config.hidden_size, config)
        for name, module in heads.named_children():  # they stand beside the encoder
            self.add_module(name, module)
        if config.edit_layers:
            hidden = encoder_config.hidden_size * len(config.edit_layers)
            self.edit_head = nn.Linear(hidden, EDIT_PARTS, bias=False)
        if config.exit_layer:
            self.exit = _Heads(encoder_config.hidden_size, config)
            if config.reasons:  # a phrase is found at the top
                del self.exit.reason_head
        self.post_init()

    @classmethod
    def from_encoder(cls, name_or_path: str, **kwargs: Any) -> BiasNetwork:
        """Pretrained encoder (a local folder or a hub name) with fresh heads.

        Raises:
            OSError: where neither a folder nor a hub model of that name can be read, or its weights are no safetensors.
            ValueError: where it needs code of its own.
        """
        encoder = AutoModel.from_pretrained(name_or_path, dtype=torch.float32, **LOADING)
        network = cls(BiasConfig(encoder=encoder.config.to_dict(), **kwargs))
        network.encoder.load_state_dict(encoder.state_dict(), strict=False)
        # loaded words are rare (about one in forty): starting there spares the first steps
        nn.init.constant_(network.token_head.bias[:1], -3.0)
        return network

    def with_categories(self, categories: Sequence[str], *, reasons: bool) -> BiasNetwork:
        """The same network for other categories: what it knows of those it keeps, the others begin as their mean.

        A new category's logit begins low (:data:`_UNTAUGHT`), so that none is named before it was taught. A lower exit
        keeps its place.

        Args:
            categories: in order, those of the network among them or not.
            reasons: whether a head for reasons stays.
        """
        old = self.config.categories
        config = BiasConfig(**{**self.config.to_dict(), "categories": list(categories), "reasons": reasons})
        network = type(self)(config)
        state = {name: value for name, value in self.state_dict().items() if reasons or "reason_head" not in name}
        for name in [name for name in state if name.endswith(("token_head.weight", "token_head.bias"))]:
            rows = state[name]
            begin = rows[1:].mean(0) - (_UNTAUGHT if name.endswith("bias") else 0.0)
            kept = [rows[1 + old.index(category)] if category in old else begin for category in categories]
            state[name] = torch.stack([rows[0], *kept])
        network.load_state_dict(state)
        return network

    def extended(self, *, voice: bool = False, reasons: bool = False, exit_layer: int = 0) -> BiasNetwork:
        """The same network with heads that it lacks: for voices and reasons untaught, at a lower layer like the top's."""
        wanted = {
            "voice": voice or self.config.voice,
            "reasons": reasons or self.config.reasons,
            "exit_layer": exit_layer or self.config.exit_layer,
        }
        if all(getattr(self.config, name) == value for name, value in wanted.items()):
            return self
        network = type(self)(BiasConfig(**{**self.config.to_dict(), **wanted}))
        network.load_state_dict(self.state_dict(), strict=False)
        if exit_layer and not self.config.exit_layer:
            heads = {name: value for name, value in network.state_dict().items() if name in network.exit.state_dict()}
            network.exit.load_state_dict(heads)
        return network

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        sentence_target: Tensor | None = None,
        token_target: Tensor | None = None,
        category_target: Tensor | None = None,
        weak_target: Tensor | None = None,
        quoted: Tensor | None = None,
        part_target: Tensor | None = None,
        voice_target: Tensor | None = None,
        source_target: Tensor | None = None,
        remedy_target: Tensor | None = None,
        pattern_target: Tensor | None = None,
        **_: Any,
    ) -> BiasOutput:
        """Score a batch; with targets, also the loss.

        Args:
            input_ids: (batch, tokens) token numbers.
            attention_mask: (batch, tokens), 1 for real tokens.
            sentence_target: (batch,) probability that the sentence is biased; NaN where unknown.
            token_target: (batch, tokens) probability that the token is loaded; NaN where unknown.
            category_target: (batch, tokens) category of a loaded token; -100 where unknown.
            weak_target: (batch, categories) 1 where the text has such a phrase somewhere; NaN unknown.
            quoted: (batch, tokens), 1 for tokens inside quotation marks; for a network with voice.
            part_target: (batch, 2) probability that the outlet's words in it, and those of others, are biased; NaN
                where unknown.
            voice_target: (batch, tokens) probability that the token is somebody else's; NaN where unknown.
            source_target: (batch, tokens) probability that the token names who speaks; NaN where unknown.
            remedy_target: (batch, tokens) what to do about a loaded token; -100 where unknown.
            pattern_target: (batch, tokens) what a loaded token does; -100 where unknown.
        """
        layers = bool(self.config.exit_layer or self.config.edit_layers)
        encoded = self.encoder(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=layers)
        output = self._read(self, encoded.last_hidden_state, attention_mask, quoted)
        if self.config.edit_layers:
            states = [encoded.hidden_states[layer] for layer in self.config.edit_layers]
            output["edit_logits"] = self.edit_head(torch.cat(states, -1))
        if sentence_target is None:
            return output
        targets = (
            sentence_target,
            token_target,
            category_target,
            weak_target,
            part_target,
            voice_target,
            source_target,
        )
        loss = self._loss(output, attention_mask, *targets)
        if output.reason_logits is not None and remedy_target is not None and pattern_target is not None:
            parts = output.reason_logits[..., : len(REMEDIES)], output.reason_logits[..., len(REMEDIES) :]
            for logits, target in zip(parts, (remedy_target, pattern_target), strict=True):
                if (target != IGNORE).any():
                    loss = loss + self.config.reason_weight * F.cross_entropy(
                        logits.flatten(0, 1), target.flatten(), ignore_index=IGNORE
                    )
        if self.config.exit_layer:
            early = self._read(self.exit, encoded.hidden_states[self.config.exit_layer], attention_mask, quoted)
            loss = loss + self.config.exit_weight * self._loss(early, attention_mask, *targets)
        return BiasOutput(loss=loss, **output)

    def _read(self, heads: Any, states: Tensor, attention_mask: Tensor, quoted: Tensor | None) -> BiasOutput:
        """What heads make of the states of a layer, (batch, tokens, hidden)."""
        mask = attention_mask.to(states.dtype)
        token_logits = heads.token_head(heads.dropout(states))
        loaded = token_logits[..., 0].masked_fill(attention_mask == 0, -1e4)
        sentence_logits = _pooled(heads, states, mask / mask.sum(1, keepdim=True), loaded)
        part_logits = voice = source = None
        reasons = heads.reason_head(heads.dropout(states)) if self.config.reasons and heads is self else None
        if self.config.voice:
            outside, inside, source = heads.voice_head(heads.dropout(states)).unbind(-1)
            voice = outside if quoted is None else torch.where(quoted > 0, inside, outside)
            # logarithms of the shares in which a token is the outlet's and others'
            logs = torch.log_softmax(torch.stack([torch.zeros_like(voice), voice], -1), -1)
            logs = logs.masked_fill((attention_mask == 0)[..., None], -1e4)
            part_logits = torch.stack(
                [_pooled(heads, states, torch.softmax(part, 1), loaded + part) for part in logs.unbind(-1)], 1
            )
        return BiasOutput(
            sentence_logits=sentence_logits,
            token_logits=token_logits,
            part_logits=part_logits,
            voice_logits=voice,
            source_logits=source,
            reason_logits=reasons,
        )

    def _loss(
        self,
        output: BiasOutput,
        attention_mask: Tensor,
        sentence_target: Tensor,
        token_target: Tensor | None,
        category_target: Tensor | None,
        weak_target: Tensor | None,
        part_target: Tensor | None,
        voice_target: Tensor | None,
        source_target: Tensor | None,
    ) -> Tensor:
        assert output.sentence_logits is not None and output.token_logits is not None
        token_logits = output.token_logits
        mask = attention_mask.to(token_logits.dtype)
        loss = _masked_bce(output.sentence_logits, sentence_target)
        if output.part_logits is not None and part_target is not None:
            loss = loss + _masked_bce(output.part_logits, part_target)
        for logits, target in ((output.voice_logits, voice_target), (output.source_logits, source_target)):
            if logits is not None and target is not None:
                loss = loss + self.config.voice_weight * _masked_bce(logits, target)
        loaded = token_logits[..., 0]
        if token_target is not None:
            loss = loss + self.config.token_weight * _masked_bce(loaded, token_target)
            # labelled sentences whose words nobody marked: some token must explain the label
            unmarked = torch.isnan(token_target).all(dim=1) & ~torch.isnan(sentence_target)
            if self.config.tie_weight and unmarked.any():
                none = -(F.softplus(loaded) * mask).sum(1)[unmarked]  # log P(no token is loaded)
                target = sentence_target[unmarked]
                tie = -(target * _log1mexp(none) + (1 - target) * none).mean()
                loss = loss + self.config.tie_weight * tie * unmarked.float().mean()
        if category_target is not None and (category_target != IGNORE).any():
            loss = loss + self.config.category_weight * F.cross_entropy(
                token_logits[..., 1:].flatten(0, 1), category_target.flatten(), ignore_index=IGNORE
            )
        if weak_target is not None and not torch.isnan(weak_target).all():
            rows = ~torch.isnan(weak_target).all(dim=1)
            joint = F.logsigmoid(loaded[rows])[..., None] + torch.log_softmax(token_logits[rows][..., 1:], -1)
            none = (_log1mexp(joint) * mask[rows][..., None]).sum(1)
            target = weak_target[rows]
            known = ~torch.isnan(target)
            target = torch.nan_to_num(target)
            weak = -(target * _log1mexp(none) + (1 - target) * none)
            loss = loss + self.config.weak_weight * weak[known].mean() * rows.float().mean()
        return loss


def _pooled(heads: Any, states: Tensor, shares: Tensor, loaded: Tensor) -> Tensor:
    """Logit of a sentence head, (batch,), over some of the tokens.

    Args:
        heads: of the layer.
        states: (batch, tokens, hidden).
        shares: (batch, tokens) of each token in the mean; they sum to 1.
        loaded: (batch, tokens) logits of being loaded, low for tokens that do not count.
    """
    # sums over tokens as one matrix product, log-sum-exp by the largest share: so neither padding nor the other rows
    # change their rounding
    mean_and_evidence = torch.stack([shares, torch.softmax(loaded, dim=1)], dim=1) @ states
    strength = loaded.amax(1, keepdim=True) - torch.log_softmax(loaded, dim=1).amax(1, keepdim=True)
    features = torch.cat([mean_and_evidence.flatten(1), strength], dim=1)
    hidden = torch.tanh(heads.sentence_dense(heads.dropout(features)))
    # not as a product with one column, whose rounding depends on the number of rows
    return (heads.dropout(hidden) * heads.sentence_head.weight[0]).sum(1) + heads.sentence_head.bias


def _masked_bce(logits: Tensor, target: Tensor) -> Tensor:
    known = ~torch.isnan(target)
    if not known.any():
        return logits.sum() * 0.0
    return F.binary_cross_entropy_with_logits(logits[known], target[known])


def _log1mexp(x: Tensor) -> Tensor:
    """log(1 - exp(x)) for x < 0, without loss of precision (Mächler 2012)."""
    # not in bfloat16, in which exp(-1e-6) is 1, and the gradient of the branch that is not taken no number
    x = x.float().clamp(max=-1e-6)
    return torch.where(x > -0.693, torch.log(-torch.expm1(x)), torch.log1p(-torch.exp(x)))
