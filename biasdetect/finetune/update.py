"""A training from labels to a model in its place: one at a time, resumable, proven, and the old one kept."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from accelerate import PartialState
from filelock import FileLock, Timeout
from transformers import TrainerCallback

from biasdetect.atomic import write_text
from biasdetect.errors import DataError, ModelError
from biasdetect.evaluate.labelled import read_labelled
from biasdetect.evaluate.proof import Proof, prove
from biasdetect.evaluate.regression import Expectation, read_regressions
from biasdetect.finetune.annotations import as_labelled, corpus_folder, split
from biasdetect.finetune.card import write_card
from biasdetect.finetune.retrain import CORPUS, Settings, Start, open_start, retrain
from biasdetect.finetune.trainer import digest
from biasdetect.labels.records import LabelRecord
from biasdetect.model.folder import DEFAULT_MODEL, METRICS, file_sha256, open_model
from biasdetect.model.store import describe_model, install

KEPT_APART = "kept apart"
"""What the part of the labels that proves a model is called."""

_LEAST_RECORDS = 20
_RUN = "run.json"
_COPIES = 11  # of the weights in 32 bits: three checkpoints of weights and two moments, a network, a model folder


@dataclass(frozen=True, slots=True)
class Update:
    """What became of a training.

    Attributes:
        folder: where the new model lies.
        proof: how it compares with the old one; None where there is none of its language.
        reasons: why it did not take the old one's place, though it was to; empty otherwise.
        kept: where the old one lies now; None where none was replaced.
        metrics: what is recorded of the new model.
    """

    folder: Path
    proof: Proof | None
    reasons: tuple[str, ...]
    kept: Path | None
    metrics: dict[str, Any]


def update_model(
    records: Sequence[LabelRecord],
    out: Path,
    settings: Settings,
    *,
    test: Sequence[LabelRecord] = (),
    files: Sequence[str] = (),
    expectations: Mapping[str, Sequence[Expectation]] | None = None,
    replace_old: bool = False,
    resume: bool = False,
    work: Path | None = None,
    examples: int = 5,
    callbacks: Sequence[TrainerCallback] = (),
    say: Callable[[str], None] = print,
) -> Update | None:
    """Train a model on records, compare it with the old one, and put it in its place.

    Args:
        records: labelled sentences; a part is kept apart for the proof unless ``test`` is given.
        out: folder of the model. Where one is there, the new one takes its place only if it is not significantly
            worse; the old one is kept (:func:`biasdetect.model.store.rollback`).
        settings: how; by default training goes on from the model in ``out``, without one from the shipped model.
        test: labelled sentences for the proof.
        files: where the records come from, for the model's record.
        expectations: regression sentences by the name of their file; the project's own come beside them.
        replace_old: whether ``out`` may be there already.
        resume: go on with a training that was stopped.
        work: folder for checkpoints; beside ``out`` by default.
        examples: how many sentences the proof lists.
        callbacks: of the Trainer.
        say: told what happens.

    Returns:
        What became of it; None on processes but the first.

    Raises:
        DataError: where there are too few records, a folder cannot be used, or a stopped training is in the way.
        ModelError: where a model cannot be used.
        InterruptedTrainingError: after Ctrl-C or SIGTERM.
    """
    labelled = [record for record in records if record.target is not None or record.spans is not None]
    if len(labelled) < _LEAST_RECORDS:
        raise DataError(f"{len(labelled)} labelled sentences are too few: at least {_LEAST_RECORDS} are needed. Label more, for instance with biasdetect label.")  # fmt: skip
    if out.exists() and not replace_old:
        raise DataError(f"{out} is there already. Say --replace to put a better model in its place, or name another folder.")  # fmt: skip
    if out.exists() and describe_model(out).problem:
        raise DataError(f"{out} is there and is no whole model, so it is left alone. Name another folder with --out.")
    if out.exists() and not settings.model and not settings.base:
        settings = replace(settings, model=str(out))
    work = work or out.with_name(f".{out.name}.training")
    start = open_start(settings)
    parts = split(labelled, settings.seed, keep_test=not test)
    data = {
        "files": {name: file_sha256(Path(name)) if Path(name).is_file() else "" for name in files},
        "fingerprint": digest([record.to_dict() for record in labelled]),
        "records": len(labelled),
        "test_records": len(test),
    }
    fingerprint = digest([asdict(settings) | {"model": start.parent.fingerprint if start.parent else ""}, data["fingerprint"], bool(test)])  # fmt: skip
    first = PartialState().is_main_process
    with _workspace(work, out, fingerprint, start, resume) if first else nullcontext():
        staged = out.with_name(f".{out.name}.new")
        try:
            metrics = retrain(parts, settings, start, work, staged, data, callbacks, say)
        except OSError as error:
            raise DataError(f"{error.filename or work}: cannot be written ({error.strerror or error}). Make room, or name another folder with --work, and go on with --resume.") from error  # fmt: skip
        if not first:
            return None
        say("Comparing with the old model")
        proof = _prove(out, staged, start, test or parts.test, expectations or {}, examples)
        metrics = _record(staged, proof)
        reasons = tuple(proof.reasons) if proof and out.exists() else ()
        place = out.with_name(f"{out.name}.rejected") if reasons else out
        if reasons and place.exists():
            shutil.rmtree(place)
        _note(work, fingerprint, finished=describe_model(staged).fingerprint)
        kept = install(staged, place)
    shutil.rmtree(work, ignore_errors=True)
    return Update(place, proof, reasons, kept, metrics)


@contextmanager
def _workspace(work: Path, out: Path, fingerprint: str, start: Start, resume: bool) -> Iterator[None]:
    """The work folder, locked, and either empty or that of the stopped training that goes on."""
    need = sum(parameter.numel() for parameter in start.network.parameters()) * 4 * _COPIES
    for folder in (out.parent, work):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise DataError(f"{folder}: cannot be written to ({error.strerror or error}). Name another folder with {'--work' if folder == work else '--out'}.") from error  # fmt: skip
    try:
        with FileLock(work / "lock", timeout=0):
            _clear(work, out, fingerprint, resume)
            free = shutil.disk_usage(work).free
            if free < need:
                raise DataError(f"{work}: {free / 1e9:.1f} GB are free and about {need / 1e9:.1f} GB are needed. Make room, or name another folder with --work.")  # fmt: skip
            if not (work / _RUN).exists():
                _note(work, fingerprint)
            yield
    except Timeout:
        raise DataError(f"{out}: another training of this model is running. Wait for it, or name another folder with --out.") from None  # fmt: skip


def _clear(work: Path, out: Path, fingerprint: str, resume: bool) -> None:
    try:
        before = json.loads((work / _RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = {}
    if before.get("finished") and before["finished"] == describe_model(out).fingerprint:
        before = {}  # it was stopped when all but the tidying was done
    elif before and not resume:
        raise DataError(f"{work} holds a training of {before['started']} that was stopped. Say --resume to go on with it, or delete the folder to start anew.")  # fmt: skip
    elif before and before.get("fingerprint") != fingerprint:
        raise DataError(f"{work} holds a stopped training of other labels or settings, so it cannot go on. Give those again, or delete the folder to start anew.")  # fmt: skip
    if not before:
        for path in work.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()


def _note(work: Path, fingerprint: str, finished: str = "") -> None:
    note = {"fingerprint": fingerprint, "started": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"), "finished": finished}
    write_text(work / _RUN, json.dumps(note, indent=2) + "\n")


def _prove(
    out: Path,
    staged: Path,
    start: Start,
    test: Sequence[LabelRecord],
    expectations: Mapping[str, Sequence[Expectation]],
    examples: int,
) -> Proof | None:
    """The new model beside the one in its place, or beside the one it went on from or that ships."""
    old: Path | str = out if out.exists() else start.parent.path if start.parent else DEFAULT_MODEL
    try:
        if open_model(old).config.language != start.language:
            return None
    except ModelError:
        return None
    sets = {KEPT_APART: [as_labelled(record) for record in test]}
    if start.language == "en":
        sets[CORPUS] = read_labelled(corpus_folder() / "dev.jsonl")
    own = read_regressions([]) if start.language == "en" else {}
    return prove(old, staged, sets, {**own, **expectations}, told_only=frozenset({CORPUS}), examples=examples)


def _record(staged: Path, proof: Proof | None) -> dict[str, Any]:
    """Write the proof's figures, and the day, into the model's record and card."""
    metrics: dict[str, Any] = json.loads((staged / METRICS).read_text(encoding="utf-8"))
    metrics["trained"] = datetime.now(UTC).strftime("%Y-%m-%d")
    if proof:
        metrics["evaluation"] = [comparison.new.to_dict() for comparison in proof.comparisons]
        metrics["proof"] = {
            "old": proof.comparisons[0].old.model,
            "differences": {
                comparison.data: [
                    {"name": row.name, "old": _number(row.old), "new": _number(row.new), "low": _number(row.low), "high": _number(row.high), "verdict": row.verdict}
                    for row in comparison.differences
                ]
                for comparison in proof.comparisons
            },
            "regression": {one.data: {"sentences": one.sentences, "old": one.old_right, "new": one.new_right} for one in proof.regressions},
            "worse": proof.reasons,
        }  # fmt: skip
    write_text(staged / METRICS, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")
    write_card(staged)
    return metrics


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 5)
