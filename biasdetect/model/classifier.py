"""Runs any transformers sequence classifier: its probability, and phrases by occlusion. Needs torch."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils.logging import disable_progress_bar
from yaml import YAMLError  # type: ignore[import-untyped]

from biasdetect.errors import ModelError
from biasdetect.model.folder import CARD, CONFIG, LOADING, Calibration, InferenceConfig, ModelFolder
from biasdetect.model.phrases import Floats, find_words
from biasdetect.model.runtime import Offsets, Scored, usable
from biasdetect.util.numbers import Range

_DROP = 0.1  # a word counts where the probability falls by so much without it
_NO_FALL = -20.0  # logit of a word without which the probability does not fall
_BATCH = 32
_TOKENS = Range(8, 1_000_000, whole=True)
_CODE = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_DENIED = re.compile(r"(?:non|un|not?)[\W_]*bias")


class ClassifierRuntime:
    """Scores texts with a classifier that says biased or not, and names no phrases by itself.

    A word's score is the fall of the probability without it (occlusion: Zeiler and Fergus 2014; Li et al. 2016),
    so that phrases come out of the same decoding as those of a biasdetect model. They have no category.
    """

    def __init__(self, name: str) -> None:
        """Raises ModelError where the folder or hub name holds no trained sequence classifier."""
        disable_progress_bar()  # of loading: the figures are what the user waits for
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
            model, info = AutoModelForSequenceClassification.from_pretrained(name, output_loading_info=True, **LOADING)
        except Exception as error:  # transformers raises many kinds for what it cannot load
            raise ModelError(
                f"{name} is no biasdetect model, and as a transformers classifier it cannot be loaded ({_reason(error)}). "
                "Check the name, and that the folder is whole."
            ) from error
        if info["missing_keys"]:  # transformers would fill them with random numbers
            raise ModelError(
                f"{name} is no trained sequence classifier: {', '.join(sorted(info['missing_keys']))} missing. "
                "Give a model that was fine-tuned to classify sentences."
            )
        self._model = model.eval()
        labels = model.config.id2label
        if sorted(labels) != list(range(len(labels))) or not all(isinstance(label, str) for label in labels.values()):
            raise ModelError(
                f"{name} has labels that are not numbered names ({str(labels)[:200]}). Correct id2label in {CONFIG}."
            )
        self._biased = biased_label(labels)
        # position numbers of the RoBERTa family start at two
        positions = getattr(model.config, "max_position_embeddings", 514) - 2
        self._max_tokens = min(self._tokenizer.model_max_length, positions)
        if self._max_tokens not in _TOKENS:
            raise ModelError(
                f"{name} takes {self._max_tokens} tokens, and must take {_TOKENS}. Correct {CONFIG} and tokenizer_config.json."
            )
        self.folder = ModelFolder(Path(name), self._config(name), self._fingerprint())

    def run(self, texts: Sequence[str], quoted: Sequence[Offsets] | None = None) -> list[Scored]:
        """Score texts as they stand, in order, wherever quotation marks stand; longer ones than the classifier takes are cut.

        The offsets are those of the words, and the token logits have one nameless category.
        """
        return [
            self._occlude(text, probability)
            for text, probability in zip(texts, self._probabilities(texts), strict=True)
        ]

    def settle(
        self, texts: Sequence[str], quoted: Sequence[Offsets], outputs: list[Scored], lifts: Sequence[float]
    ) -> list[Scored]:
        """As :meth:`Runtime.settle`: what is computed exactly is sure."""
        del texts, quoted, lifts
        return outputs

    def embed(self, texts: Sequence[str]) -> Floats:
        """Raises ModelError: of a classifier made elsewhere it is not known what stands for a text."""
        raise ModelError(
            f"{self.folder.path} is a transformers classifier, which has no embeddings here. Give a biasdetect model, or read "
            "the classifier's own with sentence-transformers."
        )

    def _occlude(self, text: str, probability: float) -> Scored:
        words = find_words(text)
        logits = np.zeros((len(words), 2), np.float32)
        logits[:, 0] = _NO_FALL
        if probability > _DROP:  # else it cannot fall by as much
            without = self._probabilities([text[:start] + text[end:] for start, end in words])
            logits[:, 0] = [_logit(probability - rest) for rest in without]
        return Scored(_logit(probability), [], words, logits)

    def _probabilities(self, texts: Sequence[str]) -> list[float]:
        with usable(self.folder):
            probabilities = self._computed(texts)
            if not all(map(math.isfinite, probabilities)):
                raise ValueError("its outputs are no finite numbers")
        return probabilities

    def _computed(self, texts: Sequence[str]) -> list[float]:
        probabilities: list[float] = []
        for first in range(0, len(texts), _BATCH):
            batch = self._tokenizer(
                list(texts[first : first + _BATCH]),
                padding=True,
                truncation=True,
                max_length=self._max_tokens,
                return_tensors="pt",
            )
            with torch.no_grad():
                logits = self._model(**batch).logits.float()
            # a single output is the logit of biased
            rows = torch.sigmoid(logits[:, 0]) if logits.shape[1] == 1 else logits.softmax(-1)[:, self._biased]
            probabilities += rows.tolist()
        return probabilities

    def _config(self, name: str) -> InferenceConfig:
        return InferenceConfig(
            name=name.rstrip("/").rpartition("/")[2],
            categories=("",),
            language=_language_of(Path(name)),
            max_tokens=self._max_tokens,
            threshold=_DROP,
            sentence=Calibration(),
            phrase=Calibration(),
        )

    def _fingerprint(self) -> str:
        digest = hashlib.sha256(json.dumps([self._biased, self._max_tokens]).encode())
        for tensor in self._model.state_dict().values():
            digest.update(tensor.contiguous().view(torch.uint8).numpy().data)
        return digest.hexdigest()[:12]


def biased_label(names: dict[int, str]) -> int:
    """Number of the label that stands for biased: the one whose name says so, else the last."""
    for number, name in names.items():
        if "bias" in name.lower() and not _DENIED.search(name.lower()):
            return number
    return max(names)


def _language_of(folder: Path) -> str:
    """The one language that the card of a classifier names; empty where there is no card here, or it names none or several.

    Nobody is told then that the classifier reads English.
    """
    from huggingface_hub import metadata_load

    try:
        named = (metadata_load(folder / CARD) or {}).get("language")
    except (OSError, ValueError, AttributeError, YAMLError):
        return ""
    languages = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    return languages[0] if len(languages) == 1 and _CODE.fullmatch(str(languages[0])) else ""


def _reason(error: Exception) -> str:
    """Why a model cannot be loaded; transformers would advise to switch off what protects from it."""
    message = str(error)
    if "trust_remote_code" in message:
        return "it needs code of its own, and biasdetect runs none that comes with a model"
    if "use_safetensors" in message or "safetensors" in message:
        return "it has no model.safetensors; weights in another form are pickled, and reading them could run anything"
    return message


def _logit(probability: float) -> float:
    if probability <= 0:
        return _NO_FALL
    return max(_NO_FALL, min(-_NO_FALL, math.log(probability) - math.log1p(-min(probability, 1 - 1e-9))))
