"""Any transformers sequence classifier as something to compare with. Needs torch and transformers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from biasdetect.errors import ModelError
from biasdetect.model.phrases import find_words
from biasdetect.results import Phrase, Sentence

_DROP = 0.1  # a word counts where the probability falls by more than this without it
_BATCH = 32
_DENIED = re.compile(r"(?:non|un|not?)[\W_]*bias")


class Classifier:
    """Scores sentences with a classifier that says biased or not, and names no phrases by itself."""

    def __init__(self, name: str) -> None:
        """Raises ModelError where the folder or hub name holds no trained sequence classifier."""
        disable_progress_bar()  # of loading: the figures are what the user waits for
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(name)
            model, info = AutoModelForSequenceClassification.from_pretrained(name, output_loading_info=True)
        except Exception as error:  # transformers raises many kinds for what it cannot load
            raise ModelError(
                f"{name} is no biasdetect model, and as a transformers classifier it cannot be loaded ({error}). "
                "Check the name, and that the folder is whole."
            ) from error
        if info["missing_keys"]:  # transformers would fill them with random numbers
            raise ModelError(
                f"{name} is no trained sequence classifier: {', '.join(sorted(info['missing_keys']))} missing. "
                "Give a model that was fine-tuned to classify sentences."
            )
        self._model = model.eval()
        self._biased = biased_label(model.config.id2label)
        # position numbers of the RoBERTa family start at two
        positions = getattr(model.config, "max_position_embeddings", 514) - 2
        self._max_tokens = min(self._tokenizer.model_max_length, positions)

    def score_sentences(self, sentences: Sequence[str]) -> list[Sentence]:
        """Score sentences as they stand, as :meth:`biasdetect.Detector.score_sentences` does.

        ``score`` is the classifier's probability, calibrated or not. Phrases are runs of words without each
        of which the probability falls by more than 0.1 (occlusion); a phrase's score is the largest fall,
        and its category is empty.
        """
        return [
            Sentence(text, 0, len(text), score, phrases=tuple(self._phrases(text, score)))
            for text, score in zip(sentences, self._probabilities(sentences), strict=True)
        ]

    def _phrases(self, text: str, score: float) -> list[Phrase]:
        if score <= _DROP:  # it cannot fall by more
            return []
        words = find_words(text)
        without = self._probabilities([text[:start] + text[end:] for start, end in words])
        falls = [(start, end, score - rest) for (start, end), rest in zip(words, without, strict=True)]
        runs: list[list[tuple[int, int, float]]] = [[]]
        for previous, current in pairwise([(0, 0, 0.0), *falls]):
            if current[2] > _DROP:
                if previous[2] <= _DROP or text[previous[1] : current[0]].strip(" -–"):
                    runs.append([])
                runs[-1].append(current)
        return [
            Phrase(text[run[0][0] : run[-1][1]], run[0][0], run[-1][1], max(fall for _, _, fall in run), "")
            for run in runs
            if run
        ]

    def _probabilities(self, texts: Sequence[str]) -> list[float]:
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


def biased_label(names: dict[int, str]) -> int:
    """Number of the label that stands for biased: the one whose name says so, else the last."""
    for number, name in names.items():
        if "bias" in name.lower() and not _DENIED.search(name.lower()):
            return number
    return max(names)
