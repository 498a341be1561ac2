"""Trains the model in use on new labels so that it keeps what it knew.

Four things keep it. Sentences of the project's own corpus are mixed in (replay, Robins 1995); on them, and on words
that nobody marked, the model is also taught by what it said before (Li and Hoiem 2016, learning without forgetting);
where labels are few, the trained weights are averaged with the old ones (Wortsman et al. 2022, WiSE-FT); and the
calibration is held near to the old one.
"""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from accelerate import PartialState
from datasets import Dataset, concatenate_datasets
from transformers import AutoTokenizer, PreTrainedTokenizerFast, TrainerCallback, set_seed

from biasdetect.errors import DataError
from biasdetect.finetune.export.folder import export_model, inference_config, replace_folder
from biasdetect.finetune.network.checksums import check_folder
from biasdetect.finetune.network.development import Fit, Predictions, fit, measure, predict, prior_predictions, refit
from biasdetect.finetune.network.features import build_dataset
from biasdetect.finetune.network.fitting import fit_network
from biasdetect.finetune.recipe.example import Example
from biasdetect.finetune.recipe.schema import Losses, Stage
from biasdetect.finetune.retrain.annotations import (
    Parts,
    as_example,
    as_open_example,
    balanced,
    corpus_development,
    of_new_alone,
    replay,
)
from biasdetect.finetune.retrain.categories import ModelCategories, planned
from biasdetect.finetune.retrain.fast import add_fast_graph
from biasdetect.finetune.retrain.steps import Steps
from biasdetect.finetune.stages import (
    HEADS,
    keep_heads,
    load_targets,
    mix_targets,
    read_record,
    resolve_base,
    save_network,
    store_targets,
    versions,
)
from biasdetect.model.folder import METRICS, TOKENIZER, Calibration, ModelFolder, is_classifier, open_model
from biasdetect.model.network import BiasNetwork
from biasdetect.results import OwnCategory

LABELS, CORPUS = "labels", "own corpus"
"""Names of the two sources in a model's record."""

_TEACHER_SHARE = 0.5  # of the old model's word on a corpus sentence that has a label
_SEES_NOTHING = 0.5  # a biased sentence in which the old model finds no word this likely is not taught by it
_LEAST_REPLAY, _MOST_REPLAY = 400, 8000
_OLD_WEIGHTS = ((500, 0.5), (5000, 0.25))
"""Share of the old weights in the result, for at most so many labels."""
_THRESHOLD = 0.5  # of phrases, where there are too few to choose one by and no model before
_KNOWN_TEXTS = 500  # that the calibration is held near on, where there is no corpus
_JUDGE_STEPS = 600  # a long epoch is looked at in between
_TAUGHT = 50_000  # more labels need no teacher, and asking it would take long
_PATIENCE = 2
_SAVE_SECONDS = 60.0
_PARITY_SENTENCES = 60
_FIGURES = ("macro_f1", "mcc", "auc", "ece", "word_f1")


@dataclass(frozen=True, slots=True)
class RetrainSettings:
    """How a model is trained on new labels; None for what suits their number.

    Attributes:
        name: of the new model.
        model: folder or name of the model to go on from, None for the one that ships.
        base: pretrained encoder to start from instead: a folder or hub name.
        language: ISO 639-1 code; None for that of the model, English for an encoder.
        seed: of order, dropout and the choice from the corpus.
        epochs: passes over the labels, at most; training ends early where it stops helping.
        batch_size: sentences per step.
        learning_rate: of the encoder's top layer.
        replay: whether sentences of the project's own corpus are mixed in; English alone.
        own: categories of the user's own.
        instead: whether these stand in place of the model's categories. Then nothing of what those mean is kept: no corpus
            is mixed in, the old model teaches no wording, and the head for reasons, which are those of our categories, goes.
        fast: whether the model gets a graph in eight bits too, where that can be made.
    """

    name: str
    model: str | None = None
    base: str | None = None
    language: str | None = None
    seed: int = 13
    epochs: int | None = None
    batch_size: int = 32
    learning_rate: float | None = None
    replay: bool = True
    own: tuple[OwnCategory, ...] = ()
    instead: bool = False
    fast: bool = True


@dataclass(frozen=True, slots=True)
class Start:
    """Where training starts: a network with its tokenizer, and what it was made from.

    Attributes:
        network: with the categories that the model will have.
        tokenizer: its.
        language: ISO 639-1 code.
        categories: that the model will have.
        parent: the model that training goes on from; None for an encoder.
        keeps: whether the new model is to find what the parent finds too: not where other categories take their place, nor
            where it is to read another language, of which the parent knows nothing.
        licence: of the parent.
    """

    network: BiasNetwork
    tokenizer: PreTrainedTokenizerFast
    language: str
    categories: ModelCategories
    parent: ModelFolder | None = None
    keeps: bool = False
    licence: str = ""


@dataclass
class _Run:
    settings: RetrainSettings
    parts: Parts
    start: Start
    work: Path
    stage: Stage
    training: list[Example] = field(default_factory=list)
    development: list[Example] = field(default_factory=list)
    corpus: list[Example] = field(default_factory=list)

    @cached_property
    def replayed(self) -> list[Example]:
        """Sentences of the project's own corpus that are trained on too."""
        if not self.corpus:
            return []
        return replay(min(_MOST_REPLAY, max(_LEAST_REPLAY, len(self.parts.train) // 2)), self.settings.seed)


def open_start(settings: RetrainSettings) -> Start:
    """The network to go on from, or a pretrained encoder with fresh heads.

    Raises:
        ModelError: where the model cannot be used.
        DataError: where the encoder cannot be loaded, or the categories are too many.
    """
    set_seed(settings.seed)  # fresh heads are drawn
    if settings.base:
        base = resolve_base(settings.base)
        categories = planned(None, settings.own, instead=settings.instead)
        try:
            tokenizer = AutoTokenizer.from_pretrained(base, trust_remote_code=False)
            network = BiasNetwork.from_encoder(base, categories=list(categories.names), **Losses().model_dump())
        except (OSError, ValueError, ImportError) as error:
            raise DataError(f"base {settings.base!r} cannot be loaded: {error}") from None
        return Start(network, tokenizer, settings.language or "en", categories)
    if is_classifier(settings.model):
        raise DataError(f"{settings.model} is a classifier of sentences and no biasdetect model. Start from its encoder: --base {settings.model}")  # fmt: skip
    parent = open_model(settings.model)
    categories = planned(parent.config, settings.own, instead=settings.instead)
    language = settings.language or parent.config.language
    keeps = set(parent.config.categories) <= set(categories.names) and language == parent.config.language
    network = BiasNetwork.from_pretrained(parent.path, dtype=torch.float32)
    for name, value in Losses().model_dump(exclude=set(HEADS)).items():  # the heads are those that the model has
        setattr(network.config, name, value)
    if categories.names != parent.config.categories:
        network = network.with_categories(categories.names, reasons=network.config.reasons and keeps)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(parent.path / TOKENIZER))
    pad = network.encoder.config.pad_token_id or 0
    tokenizer.pad_token = tokenizer.convert_ids_to_tokens(pad)
    try:
        licence = json.loads((parent.path / METRICS).read_text(encoding="utf-8"))["recipe"]["licence"]
    except (OSError, ValueError, KeyError, TypeError):
        licence = ""
    return Start(network, tokenizer, language, categories, parent, keeps, licence)


def plan(count: int, settings: RetrainSettings, *, fresh: bool = False) -> Stage:
    """Rates and passes for so many labels: few are seen often, many once or twice.

    Args:
        count: labels to train on.
        settings: what they name is taken.
        fresh: whether there is nothing that is known already: an encoder, or a model of another language.
    """
    passes = next(passes for most, passes in ((200, 6), (500, 3), (50_000, 2), (math.inf, 1)) if count <= most)
    return Stage(
        name=LABELS,
        sources=[LABELS],
        epochs=settings.epochs or passes * (2 if fresh else 1),
        learning_rate=settings.learning_rate or (1e-4 if fresh else 5e-5),
        head_rate=5.0 if fresh else 2.0,
        layer_decay=0.9,
        batch_size=settings.batch_size,
        teacher_share=_TEACHER_SHARE,
    )


def retrain(
    parts: Parts,
    settings: RetrainSettings,
    start: Start,
    work: Path,
    out: Path,
    data: dict[str, Any],
    callbacks: Sequence[TrainerCallback] = (),
    steps: Steps | None = None,
) -> None:
    """Train on records and write a model folder; stopped at any moment, the same call goes on.

    Of several processes, the first one writes it. It is whole as soon as it is there. Where ``settings.fast`` is set and it
    has no fast graph all the same, its record says why.

    Args:
        parts: records to train on and to choose by; the part for the proof is not looked at.
        settings: how.
        start: from :func:`open_start`.
        work: a folder for checkpoints; what it holds must be of the same call.
        out: the model folder.
        data: what is recorded of the labels: name, fingerprint, records.
        callbacks: of the Trainer, such as a display.
        steps: told of each step as it begins.

    Raises:
        DataError, ModelError, InterruptedTrainingError: see :func:`biasdetect.finetune.network.fitting.fit_network`.
    """
    if not parts.train:
        raise DataError("There is no record to train on. Label more sentences.")
    steps = steps or Steps()
    run = _prepare(parts, settings, start, work)
    if not read_record(work):
        _train(run, callbacks, steps)
    if not PartialState().is_main_process:
        return
    steps.begin("calibrating, exporting and checking the model")
    check_folder(work / "network")
    network = BiasNetwork.from_pretrained(work / "network", dtype=torch.float32)
    unfinished = out.with_name(f"{out.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)  # of a training that was killed here
    unfinished.mkdir(parents=True)
    try:
        model = unfinished / "model"
        _export(run, network, read_record(work), data, model)
        if settings.fast:
            trained_on, others = (*run.training, *run.replayed), (*run.development, *run.corpus)
            add_fast_graph(model, _texts(trained_on), _texts(others), settings.seed, steps)
        replace_folder(model, out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _texts(examples: Sequence[Example]) -> list[str]:
    return [example.text for example in examples]


def _prepare(parts: Parts, settings: RetrainSettings, start: Start, work: Path) -> _Run:
    fresh = start.parent is None or start.parent.config.language != start.language
    run = _Run(settings, parts, start, work, plan(len(parts.train), settings, fresh=fresh))
    known = start.parent.config.categories if start.parent and start.keeps else ()
    made = as_open_example if known and of_new_alone((*parts.train, *parts.development), known) else as_example
    run.training = balanced([made(record, start.categories.names) for record in parts.train])
    run.development = [made(record, start.categories.names) for record in parts.development]
    if settings.replay and start.language == "en" and start.categories.has_ours:
        run.corpus = corpus_development()
    return run


def _train(run: _Run, callbacks: Sequence[TrainerCallback], steps: Steps) -> None:
    started = time.time()
    network, tokenizer = run.start.network, run.start.tokenizer
    device = PartialState().device
    steps.begin("reading what the model says so far" if run.start.parent else "preparing the labels")
    with PartialState().main_process_first():
        dataset = _dataset(run, network.to(device), steps)
    steps.begin("training", told=False)
    batches = math.ceil(len(dataset) / run.settings.batch_size)
    judge_every = _JUDGE_STEPS if batches > _JUDGE_STEPS * 1.5 else None
    set_seed(run.settings.seed)
    fit_network(
        network,
        dataset,
        run.stage,
        run.settings.seed,
        run.work / "checkpoints",
        pad_id=tokenizer.pad_token_id or 0,
        judge=lambda trained: _judge(run, trained),
        judge_every=judge_every,
        patience=_PATIENCE,
        save_seconds=_SAVE_SECONDS,
        callbacks=callbacks,
        run_name=run.settings.name,
        say=steps.say,
    )
    if PartialState().is_main_process:
        _keep_old(run, network)
        figures = _judge(run, network)
        save_network(network, run.work, {"figures": figures, "seconds": round(time.time() - started), "replayed": len(dataset) - len(run.training)})  # fmt: skip


def _old_share(run: _Run) -> float:
    count = len(run.parts.train)
    return next((share for most, share in _OLD_WEIGHTS if run.start.keeps and count <= most), 0.0)


def _keep_old(run: _Run, network: BiasNetwork) -> None:
    """Average the trained weights with those that training began with; what is new has no old ones."""
    share = _old_share(run)
    if not (share and run.start.parent):
        return
    names, known = run.start.categories.names, run.start.parent.config.categories
    old = BiasNetwork.from_pretrained(run.start.parent.path, dtype=torch.float32)
    before = old.with_categories(names, reasons=old.config.reasons).to(network.device).state_dict()
    new = network.state_dict()
    mixed = {name: torch.lerp(value, before[name], share) for name, value in new.items()}
    rows = [1 + number for number, name in enumerate(names) if name not in known]
    for name, value in mixed.items():
        if rows and "token_head" in name:
            value[rows] = new[name][rows]
    network.load_state_dict(mixed)


def _dataset(run: _Run, network: BiasNetwork, steps: Steps) -> Dataset:
    """Targets of labels and replayed sentences; what the old model says is asked once and stored."""
    stored = run.work / "targets"
    if stored.is_dir():
        return load_targets(stored)
    dataset = _targets(run, network, [*run.training, *run.replayed], steps)
    store_targets(dataset, stored)
    return dataset


def _targets(run: _Run, network: BiasNetwork, examples: Sequence[Example], steps: Steps) -> Dataset:
    """Targets, with the old model's word mixed in where replay or unmarked words leave it room."""
    asked, alone = list[Example](), list[Example]()
    for example in examples:
        unmarked = math.isnan(example.rest) and len(run.training) <= _TAUGHT
        taught = run.start.keeps and (example.teacher_share is None or unmarked)
        (asked if taught else alone).append(example)
    tokenizer, most = run.start.tokenizer, run.stage.max_tokens
    parts = [build_dataset(alone, tokenizer, most)] if alone else []
    # labels say nothing of whose words they are and why they are loaded; without a word of that the network forgets it
    heads = bool(run.start.parent) and (network.config.voice or network.config.reasons)
    texts = [example.text for example in ((*alone, *asked) if heads else asked)]
    said = predict(network, tokenizer, texts, most, count=steps.count) if texts else None
    if asked and said:
        outputs = said.take(range(len(texts) - len(asked), len(texts)))
        plain = build_dataset(asked, tokenizer, most)
        shares = [run.stage.teacher_share if example.teacher_share is None else 0.0 for example in asked]
        mixed = mix_targets(plain, [outputs], [outputs], shares, [example.text for example in asked]).to_dict()
        rows = plain.to_dict()
        for index, example in enumerate(asked):
            likely = max(mixed["token_target"][index], default=0.0)
            if math.isnan(example.rest) and example.label == 1 and likely < _SEES_NOTHING:
                continue  # the label says there is something that the old model does not see: find it
            for name in ("sentence_target", "token_target", "category_target"):
                rows[name][index] = mixed[name][index]
        parts.append(Dataset.from_dict(rows))
    dataset = concatenate_datasets(parts)
    return keep_heads(dataset, said) if heads and said else dataset


def _judge(run: _Run, network: BiasNetwork) -> dict[str, float]:
    """Figures on the labels' development part, and one number that the best epoch is chosen by.

    That number adds how well sentences are ranked, new ones and ones of the corpus, and the words where they are
    marked: ranking is told from fewer labels than decisions are.
    """
    outputs = _predict(run, network, run.development)
    figures = _measured(run, run.development, outputs, fit(run.development, outputs))
    shown = {name: float(figures[name]) for name in _known_figures(run.development, figures)}
    chosen = [shown[name] for name in ("auc", "word_f1") if math.isfinite(shown.get(name, math.nan))]
    if run.corpus:
        some = run.corpus[::6]
        outputs = _predict(run, network, some)
        chosen.append(float(_measured(run, some, outputs, fit(some, outputs))["auc"]))
    known = {name: value for name, value in shown.items() if math.isfinite(value)}
    return {**known, "sentences": len(run.development), "selection": sum(chosen)}


def _known_figures(examples: Sequence[Example], figures: dict[str, Any]) -> list[str]:
    words = any(example.marked for example in examples)
    return [name for name in _FIGURES if name in figures and (words or not name.startswith("word"))]


def _predict(run: _Run, network: BiasNetwork, examples: Sequence[Example]) -> Predictions:
    return predict(network, run.start.tokenizer, _texts(examples))


def _measured(run: _Run, examples: Sequence[Example], outputs: Predictions, fitted: Fit) -> dict[str, Any]:
    return measure(examples, outputs, fitted, run.start.categories.names)


def _export(run: _Run, network: BiasNetwork, record: dict[str, Any], data: dict[str, Any], out: Path) -> None:
    parent = run.start.parent
    outputs = _predict(run, network, run.development)
    texts = run.corpus or run.training[:_KNOWN_TEXTS]
    now = _predict(run, network, texts)
    fitted = _calibrated(run, outputs, texts, now)
    figures = {"development": _shown(run.development, _measured(run, run.development, outputs, fitted))}
    if run.corpus:
        figures["own_development"] = _measured(run, run.corpus, now, fitted)
    stage = run.stage.model_dump()
    if run.corpus:
        stage["sources"] = [LABELS, CORPUS]
    if parent:
        stage["start"] = {parent.label: 1.0}
        stage["teachers"] = [parent.label]
        stage["old_share"] = _old_share(run)
        if not run.start.keeps:
            stage["teachers"] = []
    metrics = {
        "recipe": {
            "name": run.settings.name,
            "base": parent.label if parent else run.settings.base,
            "base_terms": "",
            "language": run.start.language,
            "licence": _licence(run.start),
            "seed": run.settings.seed,
            "development": f"{LABELS}, development part ({len(run.development)} sentences)",
            "own_development": f"{CORPUS}, development part ({len(run.corpus)} sentences)" if run.corpus else "",
            "sources": {
                LABELS: {"published": "", "terms": "those of their owner"},
                CORPUS: {"published": "", "terms": "Apache-2.0, the project's own"},
            },
            "stages": [stage],
        },
        "records": {LABELS: len(run.parts.train), **({CORPUS: record["replayed"]} if run.corpus else {})},
        "data": data,
        "parent": parent.label if parent else "",
        "split": {name: len(getattr(run.parts, name)) for name in ("train", "development", "test")},
        "fit": asdict(fitted),
        "figures": figures,
        "stages": [{"stage": LABELS, "seed": run.settings.seed, "seconds": record["seconds"], **record["figures"]}],
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "seconds": record["seconds"],
        "versions": versions(),
    }
    checked = _texts((*run.development, *run.corpus))[:_PARITY_SENTENCES]
    # the calibration is held near the parent's, so what surroundings weigh holds as well
    kept = parent.config.surroundings if parent and run.start.keeps else None
    config = inference_config(run.settings.name, run.start.language, network, fitted, run.start.categories.own, kept)
    export_model(network, run.start.tokenizer, config, metrics, out, checked)


def _shown(examples: Sequence[Example], figures: dict[str, Any]) -> dict[str, Any]:
    """Without the figures of words where nobody marked any."""
    if any(example.marked for example in examples):
        return figures
    return {name: value for name, value in figures.items() if not name.startswith("word")}


def _calibrated(run: _Run, outputs: Predictions, texts: Sequence[Example], now: Predictions) -> Fit:
    """The calibration refitted, held near the old model's on texts that it was trained on; near the corpus without one.

    Args:
        run: the training.
        outputs: of the trained network for the development part.
        texts: such texts; the development part itself where there are none.
        now: outputs of the trained network for these.
    """
    if run.start.parent and run.start.keeps:
        config = run.start.parent.config
        old = BiasNetwork.from_pretrained(run.start.parent.path, dtype=torch.float32)
        prior = prior_predictions(
            texts, _predict(run, old, texts), Fit(config.sentence, config.phrase, config.threshold)
        )
    elif run.corpus:
        prior = prior_predictions(texts, now, fit(texts, now))
    else:
        # few sentences alone would call any separation certainty; a network's own probabilities hold them back
        texts, now = run.development, outputs
        prior = prior_predictions(texts, now, Fit(Calibration(), Calibration(), _THRESHOLD))
    return refit(run.development, outputs, prior, now)


def _licence(start: Start) -> str:
    if start.parent is None:
        return ""
    inherited = f"Trained on from {start.parent.label}, whose terms hold for this model too"
    return f"{inherited}: {start.licence}" if start.licence else f"{inherited}."
