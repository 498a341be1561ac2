"""Trains a model on labels of any form: what ``biasdetect.train`` and the command of that name do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

from biasdetect.errors import MissingExtraError
from biasdetect.finetune.retrain.result import Training
from biasdetect.labels.memory import LabelData, as_sources, is_name
from biasdetect.labels.options import Reading, given_categories, known_to, read_options
from biasdetect.labels.read import Labels, read_labels

if TYPE_CHECKING:
    from transformers import TrainerCallback

    from biasdetect.finetune.retrain.steps import Counted
    from biasdetect.labels.build import ReadOptions
    from biasdetect.labels.records import Problem

Tracker = Literal["wandb", "mlflow", "tensorboard"]


def train(
    data: LabelData | Labels,
    out: str | Path,
    *,
    model: str | Path | None = None,
    base: str | Path | None = None,
    language: str | None = None,
    test: LabelData | Labels | None = None,
    regression: str | Path | Sequence[str | Path] = (),
    replace_old: bool = False,
    resume: bool = False,
    epochs: int | None = None,
    learning_rate: float | None = None,
    batch_size: int = 32,
    seed: int = 13,
    corpus: bool = True,
    fast: bool = True,
    trust_labels: bool = False,
    skip_bad: bool = False,
    seeds: int = 1,
    folds: int = 1,
    learning_curve: bool = False,
    log: Tracker | Sequence[Tracker] = (),
    work: str | Path | None = None,
    examples: int = 5,
    callbacks: Sequence[TrainerCallback] = (),
    say: Callable[[str], None] | None = None,
    count: Counted | None = None,
    **reading: Unpack[Reading],
) -> Training:
    """Train a model on labels, prove it, and put it in its place: what ``biasdetect train`` does.

    Args:
        data: labels: a data frame, a set of the datasets library, records, a path or several; or what
            :func:`biasdetect.labels.read_labels` made of them, whose problems are then passed over.
        out: folder of the new model.
        model: model to go on from; the one in ``out``, or the one that ships, by default.
        base: start from a pretrained encoder instead: a folder or a name on the hub.
        language: of the texts, such as ``de``; the model's by default.
        test: labels for the proof, in any of the forms; a fifth of the labels is kept apart by default.
        regression: files of sentences of which something must stay true, beside the project's own.
        replace_old: where ``out`` is there: put the new model in its place, unless it is significantly worse.
        resume: go on with a training that was stopped.
        epochs: passes over the labels, at most; by their number by default.
        learning_rate: highest, after the warm-up; 5e-5, with ``base`` or for another language 1e-4, by default.
        batch_size: sentences per step, at least 1.
        seed: the same seed gives the same model on the same machine.
        corpus: mix in sentences of the project's own corpus, where the model reads English.
        fast: give the model a graph in eight bits too, for ``precision="fast"``, where it can be made: a minute or two.
        trust_labels: train also where the labels say the opposite of what the old model says.
        skip_bad: leave out rows that cannot be read or contradict each other; without it they are an error.
        seeds: train with so many seeds, and say how far the figures go apart; the first model is kept.
        folds: judge every label by a model that was not trained on it, in so many parts; 1 for no such study.
        learning_curve: train on 10, 25 and 50 % of the labels too, and say whether more labels pay.
        log: trackers of experiments that the training reports to; nothing is reported otherwise.
        work: folder in which a folder for checkpoints is made; that of ``out`` by default.
        examples: how many sentences each list of the proof holds.
        callbacks: transformers' ``TrainerCallback``s, which see every step of every training.
        say: called with each line on what is being done, such as ``print``; nothing is said by default.
        count: called with the name of a step, how much of it is done, and how much there is.
        **reading: how labels are read, see :class:`biasdetect.labels.options.Reading`: ``text_column``, ``map``,
            ``categories``, …

    Returns:
        The folder, the figures of the new and the old model, the verdict, and what was left out.

    Raises:
        DataError: where labels have problems (none of which is passed over unless ``skip_bad``), are too few or of one
            kind, a folder cannot be used, or a stopped training is in the way.
        InvertedLabelsError: where the old model ranks the labels the wrong way round, unless ``trust_labels``.
        ModelError: where a model cannot be used.
        InterruptedTrainingError: after Ctrl-C or SIGTERM; ``resume`` goes on.
        MissingExtraError: where the ``train`` extra, or the library of a tracker, is not installed.
        TypeError, ValueError: for an argument that says nothing.
    """
    need_train_extra()
    from biasdetect.evaluation.regression import read_regressions
    from biasdetect.finetune.retrain.categories import to_train
    from biasdetect.finetune.retrain.steps import Steps
    from biasdetect.finetune.retrain.study import Studies
    from biasdetect.finetune.retrain.training import RetrainSettings
    from biasdetect.finetune.retrain.update import update_model

    out = Path(out)
    _check(model=model, base=base, epochs=epochs, batch_size=batch_size, seeds=seeds, folds=folds)
    expectations = read_regressions([str(file) for file in as_sources(regression)]) if regression else {}
    options = read_options(None if base else known_to([model or (out if out.exists() else None)]), **reading)
    labels, apart, files = _read(data, test, options, skip_bad=skip_bad)
    instead = reading.get("new_categories") == "instead"
    own, instead = to_train(labels.records, options, given_categories(reading.get("categories")), instead=instead)
    reporting = _trackers([log] if isinstance(log, str) else log, out)
    settings = RetrainSettings(
        out.resolve().name,
        None if model is None else str(model),
        None if base is None else str(base),
        language,
        seed,
        epochs,
        batch_size,
        learning_rate,
        corpus,
        own,
        instead,
        fast,
    )
    training = update_model(
        labels.records,
        out,
        settings,
        test=apart.records if apart else (),
        files=files,
        expectations=expectations,
        replace_old=replace_old,
        resume=resume,
        trust_labels=trust_labels,
        work=None if work is None else Path(work),
        examples=examples,
        studies=Studies(seeds, folds, learning_curve),
        callbacks=callbacks,
        reporting=reporting,
        steps=Steps(say, count) if say else Steps(counted=count),
    )
    rejected = (*labels.rejected, *(apart.rejected if apart else ()))
    return replace(training, left_out=replace(training.left_out, rejected=rejected))


def need_train_extra() -> None:
    """Check that models can be trained.

    Raises:
        MissingExtraError: where torch, transformers or what else it takes is not installed.
    """
    try:
        import biasdetect.finetune.retrain.update  # noqa: F401 - it needs torch and more
    except ImportError as error:
        raise MissingExtraError("Training", "train") from error


def _check(*, model: object, base: object, epochs: int | None, batch_size: int, seeds: int, folds: int) -> None:
    """Refuse what would fail late, or mean nothing."""
    if model is not None and base is not None:
        raise ValueError("model and base exclude each other; give one of them")
    for name, value in (("epochs", epochs), ("batch_size", batch_size), ("seeds", seeds), ("folds", folds)):
        if value is not None and (not isinstance(value, int) or value < 1):
            raise ValueError(f"{name} must be a whole number from 1 on, not {value!r}")


def _read(
    data: LabelData | Labels, test: LabelData | Labels | None, options: ReadOptions, *, skip_bad: bool
) -> tuple[Labels, Labels | None, list[str]]:
    """The labels, those for the proof, and the names of the files that they stand in."""
    if isinstance(data, Labels):
        return data, test, [file.name for file in data.files]
    from biasdetect.evaluation.labelled import refuse_problems

    sources, proving = as_sources(data), [] if test is None else as_sources(test)
    labels = read_labels(sources, options, proving)
    apart = read_labels(proving, options) if proving else None
    for read, name in ((labels, data), (apart, test)):
        if read and (not skip_bad or any(stops_training(problem) for problem in read.problems)):
            refuse_problems(read, str(name) if is_name(name) else "")
    return labels, apart, [str(source) for source in sources if is_name(source)]


def stops_training(problem: Problem) -> bool:
    """Whether a problem of labels is none of single rows, which could be left out."""
    return problem.fatal or problem.kind == "one-class"


def _trackers(names: Sequence[Tracker], out: Path) -> list[TrainerCallback]:
    if not names:
        return []
    from biasdetect.finetune.retrain.trackers import trackers

    return trackers(names, out)
