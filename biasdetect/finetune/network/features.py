"""Turns examples into padded batches: token targets from character spans, for any fast tokenizer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from biasdetect.errors import DataError
from biasdetect.finetune.recipe.example import Example, TargetSpan
from biasdetect.language.quotations import find_quotations
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.network import IGNORE
from biasdetect.model.runtime import tokens_inside


def build_dataset(examples: Sequence[Example], tokenizer: PreTrainedTokenizerFast, max_tokens: int) -> Dataset:
    """Columns ``input_ids``, ``length``, and the network's targets; see :meth:`biasdetect.model.network.BiasNetwork.forward`.

    Raises:
        DataError: where the tokenizer gives no offsets.
    """
    if not tokenizer.is_fast:
        raise DataError(
            "The encoder has no fast tokenizer (tokenizer.json), so phrases cannot be located. Take another."
        )
    encoded = tokenizer(
        [example.text for example in examples], truncation=True, max_length=max_tokens, return_offsets_mapping=True
    )
    rows: dict[str, list[Any]] = {
        name: []
        for name in (
            "input_ids", "sentence_target", "token_target", "category_target", "weak_target", "length",
            "quoted", "part_target", "voice_target", "source_target", "remedy_target", "pattern_target",
        )
    }  # fmt: skip
    for example, ids, offsets in zip(examples, encoded["input_ids"], encoded["offset_mapping"], strict=True):
        targets, categories = token_targets(example, offsets)
        rows["input_ids"].append(ids)
        rows["sentence_target"].append(float(example.sentence))
        rows["token_target"].append(targets)
        rows["category_target"].append(categories)
        for name in ("remedy", "pattern"):
            rows[f"{name}_target"].append(_numbers(example, name, offsets))
        rows["weak_target"].append(list(example.weak) or [math.nan] * len(CATEGORIES))
        rows["length"].append(len(ids))
        rows["quoted"].append(in_quotation_marks(example.text, offsets, example.quoted))
        rows["part_target"].append([float(example.outlet), float(example.others)])
        rows["voice_target"].append(spread(example.voices, example.voice_rest, offsets))
        rows["source_target"].append(spread(example.sources, example.source_rest, offsets))
    return Dataset.from_dict(rows)


def token_targets(example: Example, offsets: Sequence[tuple[int, int]]) -> tuple[list[float], list[int]]:
    """Loaded probability and category of each token; a token belongs to a span that it touches."""
    return spread(example.spans, example.rest, offsets), _numbers(example, "category", offsets)


def _numbers(example: Example, name: str, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """Of each token the number that a span has by a name; later spans win."""
    numbers = [IGNORE] * len(offsets)
    for span in example.spans:
        number = getattr(span, name)
        for index in _touched(span, offsets):
            numbers[index] = IGNORE if number is None else number
    return numbers


def quotation_spans(text: str) -> tuple[tuple[int, int], ...]:
    """What stands inside quotation marks in a text by itself, marks included."""
    return tuple((quote.start, quote.end) for quote in find_quotations(text, 0, len(text)))


def in_quotation_marks(
    text: str, offsets: Sequence[tuple[int, int]], quoted: Sequence[tuple[int, int]] | None = None
) -> list[int]:
    """1 for each token inside quotation marks, 0 for the others.

    Args:
        text: that the tokens are of.
        offsets: of the tokens.
        quoted: what stands inside quotation marks, where more than the text tells it.
    """
    if quoted is None:
        quoted = quotation_spans(text)
    return tokens_inside(offsets, quoted)


def spread(spans: Sequence[TargetSpan], rest: float, offsets: Sequence[tuple[int, int]]) -> list[float]:
    """The target of each token; later spans win."""
    targets = [float(rest)] * len(offsets)
    for span in spans:
        for index in _touched(span, offsets):
            targets[index] = float(span.target)
    return targets


def _touched(span: TargetSpan, offsets: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Numbers of the tokens that share a character with a span; special tokens are empty."""
    for index, (start, end) in enumerate(offsets):
        if start < end and start < span.end and end > span.start:
            yield index


@dataclass(frozen=True, slots=True)
class Collator:
    """Pads a batch to its longest row; targets are padded with "unknown"."""

    pad_id: int

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
        """Tensors of shape (batch, longest) and (batch,)."""
        longest = max(len(row["input_ids"]) for row in rows)

        def padded(name: str, fill: float, dtype: torch.dtype) -> Tensor:
            whole = np.full((len(rows), longest), fill)
            for index, row in enumerate(rows):
                whole[index, : len(row[name])] = row[name]
            return torch.tensor(whole, dtype=dtype)

        ids = padded("input_ids", self.pad_id, torch.long)
        lengths = torch.tensor([len(row["input_ids"]) for row in rows])
        return {
            "input_ids": ids,
            "attention_mask": (torch.arange(longest)[None] < lengths[:, None]).long(),
            "sentence_target": torch.tensor([row["sentence_target"] for row in rows], dtype=torch.float32),
            "token_target": padded("token_target", math.nan, torch.float32),
            "category_target": padded("category_target", IGNORE, torch.long),
            "weak_target": torch.tensor([row["weak_target"] for row in rows], dtype=torch.float32),
            "quoted": padded("quoted", 0, torch.long),
            "part_target": torch.tensor([row["part_target"] for row in rows], dtype=torch.float32),
            "voice_target": padded("voice_target", math.nan, torch.float32),
            "source_target": padded("source_target", math.nan, torch.float32),
            "remedy_target": padded("remedy_target", IGNORE, torch.long),
            "pattern_target": padded("pattern_target", IGNORE, torch.long),
        }
