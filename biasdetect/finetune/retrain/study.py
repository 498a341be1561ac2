"""Trains the same model several times, to say how sure its figures are: other seeds, folds, fewer labels."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from transformers import TrainerCallback

from biasdetect.detector import load
from biasdetect.evaluation.labelled import Labelled, as_labelled
from biasdetect.evaluation.studies import SHARES, Study, learning_curve, over_folds, over_seeds
from biasdetect.finetune.retrain.annotations import Parts, deal, first_share, split, with_label
from biasdetect.finetune.retrain.steps import Steps
from biasdetect.finetune.retrain.training import RetrainSettings, open_start, retrain
from biasdetect.labels.check import LEAST_TO_TRAIN
from biasdetect.labels.records import LabelRecord
from biasdetect.labels.seen import text_digest
from biasdetect.results import Sentence
from biasdetect.util.counting import count_of

_MODEL, _WORK = "model", "work"


@dataclass(frozen=True, slots=True)
class Studies:
    """Which studies are made beside the training of the model that is kept.

    Attributes:
        seeds: number of seeds, its own among them; 1 for no such study.
        folds: number of folds; 1 for no such study.
        curve: whether a learning curve is drawn.
    """

    seeds: int = 1
    folds: int = 1
    curve: bool = False


@dataclass(frozen=True, slots=True)
class Trained:
    """The training that a study goes on from.

    Attributes:
        parts: records to train on, to choose by, and to prove the model on.
        proving: records that its figures are of.
        settings: how it was trained.
        model: its folder.
        old: folder of the model that it is compared with; None where there is none of its language.
        seen: digests of texts that the old model was trained on; these are in no figure.
    """

    parts: Parts
    proving: Sequence[LabelRecord]
    settings: RetrainSettings
    model: Path
    old: Path | None
    seen: frozenset[str]


def make_studies(
    asked: Studies, trained: Trained, work: Path, callbacks: Sequence[TrainerCallback], steps: Steps
) -> tuple[Study, ...]:
    """Make the studies that were asked for; stopped at any moment, the same call goes on.

    Args:
        asked: which.
        trained: the model that is kept.
        work: a folder for the other models, of which each is put away once its training is done.
        callbacks: of the Trainer.
        steps: told of each training as it begins.

    Raises:
        DataError, ModelError, InterruptedTrainingError: see :func:`biasdetect.finetune.retrain.training.retrain`.
    """
    if asked == Studies():
        return ()
    steps.begin("training further models", told=False)
    runs = _Runs(trained, work, callbacks, steps.within())
    made: list[Study] = []
    if trained.proving and asked.seeds > 1:
        made.append(_seeds(runs, asked.seeds))
    if trained.proving and asked.curve:
        made.append(_curve(runs))
    if asked.folds > 1 and (study := _folds(runs, asked.folds)):
        made.append(study)
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Runs:
    trained: Trained
    work: Path
    callbacks: Sequence[TrainerCallback]
    steps: Steps

    def said(self, name: str, told: str, parts: Parts, settings: RetrainSettings, texts: Sequence[str]) -> list[Sentence]:  # fmt: skip
        """What a model that is trained on some parts says of texts."""
        folder = self.work / name
        if not (folder / _MODEL).is_dir():
            self.steps.say(told)
            (folder / _WORK).mkdir(parents=True, exist_ok=True)
            settings = replace(settings, fast=False)  # it is asked about some texts and put away
            retrain(parts, settings, open_start(settings), folder / _WORK, folder / _MODEL, {}, self.callbacks, self.steps)  # fmt: skip
            shutil.rmtree(folder / _WORK)
        return load(folder / _MODEL).score_sentences(texts)


def _seeds(runs: _Runs, count: int) -> Study:
    trained = runs.trained
    labelled = _measured(trained.proving)
    texts = [item.text for item in labelled]
    first = trained.settings.seed
    said = [load(trained.model).score_sentences(texts)]
    for seed in range(first + 1, first + count):
        told = f"Training with seed {seed}, {seed - first + 1} of {count}"
        said.append(runs.said(f"seed-{seed}", told, trained.parts, replace(trained.settings, seed=seed), texts))
    return over_seeds(labelled, said, range(first, first + count), _old_word(trained, texts))


def _curve(runs: _Runs) -> Study:
    trained = runs.trained
    labelled = _measured(trained.proving)
    texts = [item.text for item in labelled]
    points: list[tuple[int, float, list[Sentence]]] = []
    for share in SHARES[:-1]:
        parts = first_share(trained.parts, share)
        count = len(parts.train) + len(parts.development)
        if count < LEAST_TO_TRAIN:
            runs.steps.say(f"{share:.0%} of the labels are {count}, too few to train on: the learning curve begins behind them.")  # fmt: skip
            continue
        told = f"Training on {share:.0%} of the labels, {count_of(count, 'sentence')}"
        points.append((count, share, runs.said(f"share-{share}", told, parts, trained.settings, texts)))
    whole = len(trained.parts.train) + len(trained.parts.development)
    points.append((whole, 1.0, load(trained.model).score_sentences(texts)))
    return learning_curve(labelled, points, _old_word(trained, texts))


def _folds(runs: _Runs, count: int) -> Study | None:
    """Every text that the old model was not trained on, judged by a model that was not either; None where they are few."""
    trained = runs.trained
    records = (*trained.parts.train, *trained.parts.development, *trained.parts.test)
    known = [record for record in records if text_digest(record.text) in trained.seen]
    folds = deal([record for record in records if text_digest(record.text) not in trained.seen], count)
    if len(folds) < 2:
        runs.steps.say(
            "No folds are made: the old model was trained on nearly all of the labels, so they would prove nothing."
        )
        return None
    said: list[Sentence] = []
    for number, fold in enumerate(folds):
        others = [record for other in folds if other is not fold for record in other]
        parts = split([*others, *known], keep_test=False)
        texts = [record.text for record in fold]
        said += runs.said(f"fold-{number}", f"Training without fold {number + 1} of {count}", parts, trained.settings, texts)  # fmt: skip
    judged = [record for fold in folds for record in fold]
    labelled = _measured(judged)
    numbers = [number for number, fold in enumerate(folds) for _ in fold]
    old = _old_word(trained, [record.text for record in judged])
    name = trained.old.name if trained.old else ""
    return over_folds(labelled, said, numbers, trained.settings.name, (name, old) if old else None)


def _measured(records: Sequence[LabelRecord]) -> list[Labelled]:
    return [as_labelled(with_label(record)) for record in records]


def _old_word(trained: Trained, texts: Sequence[str]) -> list[Sentence] | None:
    return load(trained.old).score_sentences(texts) if trained.old else None
