"""Computes figures on development data after each epoch, and fits calibration and threshold at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from accelerate.utils.memory import should_reduce_batch_size
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from transformers import PreTrainedTokenizerFast

from biasdetect.evaluation.metrics import phrase_metrics, reliability, sentence_metrics, word_marks, word_metrics
from biasdetect.finetune.network.features import in_quotation_marks, spread
from biasdetect.finetune.recipe.example import Example
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.folder import Calibration
from biasdetect.model.network import BiasNetwork
from biasdetect.model.phrases import Floats, Span, decode, find_words, sigmoid, word_logits

Offsets = list[tuple[int, int]]

_SHOWN = ("macro_f1", "mcc", "auc", "ece", "word_f1", "phrase_recall", "plain_flagged", "category_macro_f1")
_SHOWN_REAL = ("auc", "phrase_precision", "phrase_recall", "plain_flagged")
_PRIOR = 100.0  # texts that the calibration before counts as
_ENOUGH_PHRASES = 50  # marked phrases from which on a threshold can be chosen
_FEW_FALSE_ALARMS = 0.5  # beta of the F measure: precision weighs twice as much as recall
_FLAT = 0.01  # word-level F1; smaller differences are noise on development data of some hundred sentences


@dataclass(frozen=True, slots=True)
class Predictions:
    """Raw outputs for some examples: sentence logits (examples,), and per example offsets and token logits.

    ``voices`` are per example (2, tokens), that a token is somebody else's and that it names who speaks, ``reasons``
    (tokens, remedies + patterns); both empty where the network knows of no such thing.
    """

    logits: Floats
    offsets: list[Offsets]
    tokens: list[Floats]
    voices: list[Floats] = field(default_factory=list)
    reasons: list[Floats] = field(default_factory=list)

    def take(self, order: Sequence[int]) -> Predictions:
        """The outputs of some of the examples, in a given order."""
        return Predictions(
            self.logits[list(order)],
            [self.offsets[index] for index in order],
            [self.tokens[index] for index in order],
            [self.voices[index] for index in order] if self.voices else [],
            [self.reasons[index] for index in order] if self.reasons else [],
        )


@dataclass(frozen=True, slots=True)
class Fit:
    """Calibration and threshold, fitted on development data."""

    sentence: Calibration
    phrase: Calibration
    threshold: float


def predict(
    network: BiasNetwork,
    tokenizer: PreTrainedTokenizerFast,
    texts: Sequence[str],
    max_tokens: int = 512,
    batch_size: int = 64,
    count: Callable[[int, int], None] | None = None,
    quoted: Sequence[Sequence[tuple[int, int]]] | None = None,
) -> Predictions:
    """Run the network over texts, longest last, on the device it is on; in smaller batches where memory is short.

    ``quoted`` is of each what stands in quotation marks; left out, the text alone tells. ``count`` is called after each batch with how many texts are done, and how many there are.
    """
    try:
        return _predict(network, tokenizer, texts, max_tokens, batch_size, count, quoted)
    except RuntimeError as error:
        if batch_size == 1 or not should_reduce_batch_size(error):
            raise
    return predict(network, tokenizer, texts, max_tokens, batch_size // 2, count, quoted)


def _predict(
    network: BiasNetwork,
    tokenizer: PreTrainedTokenizerFast,
    texts: Sequence[str],
    max_tokens: int,
    batch_size: int,
    count: Callable[[int, int], None] | None,
    quoted: Sequence[Sequence[tuple[int, int]]] | None,
) -> Predictions:
    encoded = tokenizer(list(texts), truncation=True, max_length=max_tokens, return_offsets_mapping=True)
    ids: list[list[int]] = encoded["input_ids"]
    order = sorted(range(len(texts)), key=lambda index: len(ids[index]))
    logits = np.zeros(len(texts), np.float32)
    tokens: list[Floats] = [np.zeros((0, 0), np.float32)] * len(texts)
    voices: list[Floats] = [np.zeros((2, 0), np.float32)] * len(texts) if network.config.voice else []
    reasons: list[Floats] = [np.zeros((0, 0), np.float32)] * len(texts) if network.config.reasons else []
    was_training = network.training
    network.eval()
    pad = tokenizer.pad_token_id or 0
    with torch.no_grad():
        for first in range(0, len(order), batch_size):
            batch = order[first : first + batch_size]
            longest = max(len(ids[index]) for index in batch)
            rows = torch.full((len(batch), longest), pad)
            mask, marked = torch.zeros_like(rows), torch.zeros_like(rows)
            for row, index in enumerate(batch):
                length = len(ids[index])
                rows[row, :length] = torch.tensor(ids[index])
                mask[row, :length] = 1
                if network.config.voice:
                    places = encoded["offset_mapping"][index]
                    known = None if quoted is None else quoted[index]
                    marked[row, :length] = torch.tensor(in_quotation_marks(texts[index], places, known))
            inputs = (tensor.to(network.device) for tensor in (rows, mask, marked))
            output = network(**dict(zip(("input_ids", "attention_mask", "quoted"), inputs, strict=True)))
            arrays = {name: array.float().cpu().numpy() for name, array in output.arrays().items()}
            sentence, token = arrays["sentence_logits"], arrays["token_logits"]
            for row, index in enumerate(batch):
                length = len(ids[index])
                logits[index] = sentence[row]
                tokens[index] = token[row, :length]
                if reasons:
                    reasons[index] = arrays["reason_logits"][row, :length]
                if voices:
                    voices[index] = np.stack([arrays[name][row, :length] for name in ("voice_logits", "source_logits")])
            if count:
                count(first + len(batch), len(order))
    network.train(was_training)
    offsets = [[(start, end) for start, end in row] for row in encoded["offset_mapping"]]
    return Predictions(logits, offsets, tokens, voices, reasons)


def fit(
    examples: Sequence[Example],
    predictions: Predictions,
    phrases: tuple[Sequence[Example], Predictions] | None = None,
) -> Fit:
    """Platt scaling of sentence and word logits, and the threshold of phrases.

    Args:
        examples: development data with labelled sentences, and marked wording where ``phrases`` is left out.
        predictions: a network's outputs for it.
        phrases: other data with marked wording, texts as they come, and the outputs for it. There the threshold has
            the best word-level F0.5, since a false alarm costs a reader more than a miss; else the best F1.
    """
    sentence = platt(*_sentences(examples, predictions))
    logits, labels = _marked_words(*(phrases or (examples, predictions)))
    phrase = platt(logits, labels)
    return Fit(sentence, phrase, _best_threshold(logits, labels, phrase, _FEW_FALSE_ALARMS if phrases else 1.0))


@dataclass(frozen=True, slots=True)
class PriorPredictions:
    """What a model said before it was trained on, of some texts: calibrated probabilities, and its threshold.

    Attributes:
        examples: the texts.
        sentences: (examples,) probability that a text is biased.
        words: (all words of all texts,) probability that a word is loaded.
        threshold: of its phrases.
    """

    examples: Sequence[Example]
    sentences: Floats
    words: Floats
    threshold: float


def prior_predictions(examples: Sequence[Example], predictions: Predictions, fitted: Fit) -> PriorPredictions:
    """What a model with this calibration says of the examples."""
    words, _ = _words(examples, predictions)
    return PriorPredictions(
        examples, sigmoid(predictions.logits, fitted.sentence), sigmoid(words, fitted.phrase), fitted.threshold
    )


def refit(examples: Sequence[Example], predictions: Predictions, prior: PriorPredictions, outputs: Predictions) -> Fit:
    """Calibration on few examples, held near to what the model said before.

    The new labels count as they are many; what the model said before counts as much as a hundred texts. The
    threshold stays, since scores keep their meaning, until enough phrases are marked to choose another.

    Args:
        examples: new development data.
        predictions: the trained network's outputs for it.
        prior: what the model said of other texts before.
        outputs: the trained network's outputs for the texts of ``prior``.
    """
    weight = _PRIOR / max(1, len(prior.examples))
    sentence = platt(*_sentences(examples, predictions), (outputs.logits, prior.sentences, weight))
    logits, labels = _marked_words(examples, predictions)
    phrase = platt(logits, labels, (_words(prior.examples, outputs)[0], prior.words, weight))
    threshold = prior.threshold
    if sum(len(example.marked) for example in examples) >= _ENOUGH_PHRASES:
        threshold = _best_threshold(logits, labels, phrase)
    return Fit(sentence, phrase, threshold)


def best_voice_shift(examples: Sequence[Example], predictions: Predictions) -> float:
    """What to add to the logits of being somebody else's word, outside of quotation marks, for the best F1 of tokens.

    Args:
        examples: texts of which it is known whose words they are.
        predictions: a network's outputs for them.
    """
    logits, labels = [], []
    for example, offsets, (others, _) in zip(examples, predictions.offsets, predictions.voices, strict=True):
        targets = np.array(spread(example.voices, example.voice_rest, offsets))
        real = np.array([start < end for start, end in offsets])
        outside = np.array(in_quotation_marks(example.text, offsets, example.quoted)) == 0
        known = ~np.isnan(targets) & real & outside
        logits.append(others[known])
        labels.append(targets[known] > 0.5)
    precision, recall, thresholds = precision_recall_curve(np.concatenate(labels), np.concatenate(logits))
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return -round(float(thresholds[f1[:-1].argmax()]), 2)


def _sentences(examples: Sequence[Example], predictions: Predictions) -> tuple[Floats, np.ndarray[Any, Any]]:
    labelled = [index for index, example in enumerate(examples) if example.label is not None]
    return predictions.logits[labelled], np.array([examples[index].label for index in labelled], dtype=int)


def _best_threshold(logits: Floats, labels: np.ndarray[Any, Any], phrase: Calibration, beta: float = 1.0) -> float:
    if not labels.any():
        return 0.5
    precision, recall, thresholds = precision_recall_curve(labels, sigmoid(logits, phrase))
    f = (1 + beta**2) * precision * recall / np.maximum(beta**2 * precision + recall, 1e-9)
    # the curve is flat at its top: of thresholds as good as the best, the highest raises the fewest false alarms
    best = thresholds[f[:-1] >= f.max() - _FLAT].max()
    return round(float(np.clip(best, 0.05, 0.95)), 3)


def platt(
    logits: Floats, labels: np.ndarray[Any, Any], before: tuple[Floats, Floats, float] | None = None
) -> Calibration:
    """Slope and intercept by logistic regression (Platt 1999); identity where one class alone is there.

    Args:
        logits: (n,) of a network.
        labels: (n,) 0 or 1.
        before: further logits, their probabilities (each counts as both classes, by its share), and the weight
            of one of them.
    """
    weights = np.ones(len(logits))
    if before:
        more, soft, weight = before
        logits = np.concatenate([logits, more, more])
        labels = np.concatenate([labels, np.ones(len(more), int), np.zeros(len(more), int)])
        weights = np.concatenate([weights, weight * soft, weight * (1 - soft)])
    if len(set(labels.tolist())) < 2:
        return Calibration()
    model = LogisticRegression(C=1e4).fit(logits[:, None], labels, sample_weight=weights)
    slope = round(float(model.coef_[0, 0]), 5)
    return Calibration(slope, round(float(model.intercept_[0]), 5)) if slope > 0 else Calibration()


def measure(
    examples: Sequence[Example], predictions: Predictions, fitted: Fit, categories: Sequence[str] = CATEGORIES
) -> dict[str, Any]:
    """All figures that the examples' labels allow; ``categories`` are the network's, in its order."""
    texts = [example.text for example in examples]
    found = [
        decode(text, offsets, tokens, fitted.threshold, fitted.phrase)
        for text, offsets, tokens in zip(texts, predictions.offsets, predictions.tokens, strict=True)
    ]
    figures: dict[str, Any] = {"sentences": len(examples)}
    labelled = [index for index, example in enumerate(examples) if example.label is not None]
    if labelled:
        labels = np.array([examples[index].label for index in labelled], dtype=int)
        scores = sigmoid(predictions.logits[labelled], fitted.sentence)
        figures |= sentence_metrics(labels, scores)
        figures["reliability"] = reliability(labels, scores)
    logits, marks = _words(examples, predictions)
    figures["word_reliability"] = reliability(marks, sigmoid(logits, fitted.phrase))
    figures |= word_metrics(
        texts,
        [[(span.start, span.end) for span in example.marked] for example in examples],
        [[(span.start, span.end) for span in spans] for spans in found],
    )
    if any(span.category is not None for example in examples for span in example.marked):
        figures |= _phrase_figures(examples, found, predictions, fitted, categories)
    return figures


def judge(sets: Sequence[Sequence[Example]], outputs: Sequence[Predictions]) -> dict[str, float]:
    """The figures that networks are told apart by; calibration and threshold are fitted anew each time.

    Args:
        sets: the development data with labels by experts, the project's own, and real texts with marked wording where
            a recipe has any.
        outputs: a network's outputs for each.
    """
    real = (sets[2], outputs[2]) if len(sets) > 2 else None
    fitted = fit(sets[0], outputs[0], real)
    expert, own, *marked = (measure(examples, output, fitted) for examples, output in zip(sets, outputs, strict=True))
    merged = {**own, **expert}
    shown = {name: round(float(merged[name]), 4) for name in _SHOWN if name in merged}
    for figures in marked:
        shown |= {f"real_{name}": round(float(figures[name]), 4) for name in _SHOWN_REAL if name in figures}
    return {**shown, "selection": round(selection(expert, own, *marked), 4)}


def selection(babe: dict[str, Any], own: dict[str, Any], real: dict[str, Any] | None = None) -> float:
    """One number to choose an epoch by: sentences, words, our own phrases, and phrases of real texts weigh the same."""
    shared = babe["macro_f1"] + babe["word_f1"] + own["phrase_recall"] - own["plain_flagged"]
    return float(shared + (real["phrase_precision"] + real["phrase_recall"] if real else 0.0))


def _phrase_figures(
    examples: Sequence[Example],
    found: Sequence[list[Span]],
    predictions: Predictions,
    fitted: Fit,
    categories: Sequence[str],
) -> dict[str, Any]:
    marked = [
        [(span.start, span.end, categories[span.category]) for span in example.marked if span.category is not None]
        for example in examples
    ]
    called = [
        [
            (span.start, span.end, categories[span.category])
            for span in spans
            # somebody else's words, marked as such in the labels, are neither right nor wrong
            if not any(other.target != other.target and other.start < span.end and span.start < other.end for other in example.spans)
        ]
        for example, spans in zip(examples, found, strict=True)
    ]  # fmt: skip
    figures: dict[str, Any] = phrase_metrics(marked, called)
    scores = sigmoid(predictions.logits, fitted.sentence)
    plain = [index for index, spans in enumerate(marked) if not spans]
    figures["plain_sentences_called"] = float(np.mean(scores[plain] >= 0.5)) if plain else float("nan")
    for category in categories:
        hits = [
            any(a < end and start < b for a, b, _ in spans)
            for gold, spans in zip(marked, called, strict=True)
            for start, end, name in gold
            if name == category
        ]
        if hits:
            figures[f"recall_{category}"] = float(np.mean(hits))
    return figures


def _marked_words(examples: Sequence[Example], predictions: Predictions) -> tuple[Floats, np.ndarray[Any, Any]]:
    """The words of the texts in which somebody marked, or could have: of others the words say nothing."""
    read = [index for index, example in enumerate(examples) if example.rest == 0]
    return _words([examples[index] for index in read], predictions.take(read))


def _words(examples: Sequence[Example], predictions: Predictions) -> tuple[Floats, np.ndarray[Any, Any]]:
    logits, marks = [np.zeros(0, np.float32)], [np.zeros(0, bool)]
    for example, offsets, tokens in zip(examples, predictions.offsets, predictions.tokens, strict=True):
        logits.append(word_logits(find_words(example.text), offsets, tokens)[0])
        marks.append(word_marks(example.text, [(span.start, span.end) for span in example.marked]))
    return np.concatenate(logits), np.concatenate(marks)
