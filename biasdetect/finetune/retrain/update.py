"""Trains a model from labels and puts it in its place: one at a time, resumable, proven, the old one kept."""

from __future__ import annotations

import json
import math
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from accelerate import PartialState
from filelock import Timeout
from transformers import TrainerCallback

from biasdetect.detector import load
from biasdetect.english.language import UNKNOWN, language_name, other_language
from biasdetect.errors import DataError, InterruptedTrainingError, InvertedLabelsError, ModelError
from biasdetect.evaluation.figures import Figures, evaluate, measure
from biasdetect.evaluation.labelled import Labelled, as_labelled, read_labelled
from biasdetect.evaluation.proof import Proof, prove
from biasdetect.evaluation.regression import Expectation, read_regressions
from biasdetect.evaluation.studies import Study
from biasdetect.finetune.export.card import write_card
from biasdetect.finetune.network.fitting import explained_training_writes
from biasdetect.finetune.retrain.annotations import development_file, split, with_label, without_seen
from biasdetect.finetune.retrain.categories import told
from biasdetect.finetune.retrain.result import LeftOut, Training, Verdict
from biasdetect.finetune.retrain.steps import Steps
from biasdetect.finetune.retrain.study import Studies, Trained, make_studies
from biasdetect.finetune.retrain.training import CORPUS, LABELS, RetrainSettings, Start, open_start, retrain
from biasdetect.finetune.stages import digest
from biasdetect.labels.check import too_few
from biasdetect.labels.records import LabelRecord
from biasdetect.labels.seen import read_seen, text_digest, write_seen
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.folder import CONFIG, DEFAULT_MODEL, METRICS, open_model
from biasdetect.model.store import describe_model, install, whole_path
from biasdetect.results import Sentence
from biasdetect.util.atomic import write_text
from biasdetect.util.hashing import file_sha256
from biasdetect.util.locks import locked

_NO_STUDIES = Studies()

KEPT_APART = "kept apart"
"""What the part of the labels that proves a model is called."""

_FAR_BELOW = 0.4  # AUC; below it, and with its interval below one half, labels are taken for inverted
_ASKED = 400  # labels that the old model is asked about for this
_AT_ONCE = 50  # between two movements of a bar
_RUN = "run.json"
_COPIES = 12  # of the weights in 32 bits: three checkpoints of weights and two moments, a network, two model folders


def update_model(
    records: Sequence[LabelRecord],
    out: Path,
    settings: RetrainSettings,
    *,
    test: Sequence[LabelRecord] = (),
    files: Sequence[str] = (),
    expectations: Mapping[str, Sequence[Expectation]] | None = None,
    replace_old: bool = False,
    resume: bool = False,
    trust_labels: bool = False,
    work: Path | None = None,
    examples: int = 5,
    studies: Studies = _NO_STUDIES,
    callbacks: Sequence[TrainerCallback] = (),
    reporting: Sequence[TrainerCallback] = (),
    steps: Steps | None = None,
) -> Training:
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
        trust_labels: train also where the labels say the opposite of what the old model says.
        work: folder in which a folder for checkpoints is made; that of ``out`` by default.
        examples: how many sentences the proof lists.
        studies: which are made too, of the same labels; what they say is recorded with the model.
        callbacks: of the Trainer, in the studies too.
        reporting: further ones, which see the training of the model that is kept alone.
        steps: told of each step as it begins; nothing is said without.

    Returns:
        What became of it; on processes but the first its folder alone.

    Raises:
        DataError: where there are too few records or all are of one kind, a folder cannot be used, or a stopped
            training is in the way.
        InvertedLabelsError: where the old model ranks the labels the wrong way round, unless ``trust_labels``.
        ModelError: where a model cannot be used.
        InterruptedTrainingError: after Ctrl-C or SIGTERM.
    """
    steps = steps or Steps()
    out = whole_path(out)
    labelled = _trainable(records)
    work = (work or out.parent) / f".{out.name}.training"
    first = PartialState().is_main_process
    say = steps.say if first else _silent
    if studies != _NO_STUDIES and PartialState().num_processes > 1:
        raise DataError("Seeds, folds and a learning curve are trained by one process. Start it without a launcher.")
    for folder in (out.parent, work.parent):
        _make_writable(folder)
    with _interruptible(), _locked(out) if first else nullcontext():
        done = _finish(work, out) if first else None
        if done and resume:
            return done
        start, settings = _start(out, settings, replace_old)
        _refuse_other_language(labelled, start, settings)
        for line in told(labelled, start.categories, start.parent.config.categories if start.parent else CATEGORIES):
            say(line)
        old = _old_model(out, start)
        asks_the_same = start.keeps or start.categories.has_ours
        if old and first and asks_the_same and not trust_labels:
            steps.begin("asking the old model about the labels")
            _refuse_inverted(labelled, old, steps)
        seen = _seen_by(out, start, say)
        parts, known = without_seen(split(labelled, keep_test=not test), seen)
        proving = parts.test
        if test:
            proving = tuple(record for record in test if text_digest(record.text) not in seen)
            known = len(test) - len(proving)
        data = {
            "files": {name: file_sha256(Path(name)) if Path(name).is_file() else "" for name in files},
            "fingerprint": digest([record.to_dict() for record in labelled]),
            "records": len(labelled),
            "test_records": len(test),
        }
        fingerprint = digest(
            [_decisive(settings, start), data["fingerprint"], bool(test), PartialState().num_processes]
        )
        if first:
            _prepare_work(work, fingerprint, start, resume, say)
        staged = out.with_name(f".{out.name}.new")
        with explained_training_writes(work):
            retrain(parts, settings, start, work, staged, data, (*callbacks, *reporting), steps)
            if not first:
                return Training(out)
            steps.begin("comparing with the old model" if old else "measuring the model")
            learned = [record.text for record in (*parts.train, *parts.development)]
            write_seen(staged, learned, seen if start.parent else ())
            proof = _prove(old, staged, start, proving, expectations or {}, examples)
            worse = tuple(proof.reasons) if proof else ()
            if not proving:
                worse = (f"{KEPT_APART}: no sentence is left that the old model was not trained on, so nothing proves the new one", *worse)  # fmt: skip
            metrics, figures = _record(staged, proof, proving, known, worse)
            trained = Trained(parts, proving, settings, staged, old, seen)
            made = make_studies(studies, trained, work / "studies", callbacks, steps)
            steps.end()
            metrics = _record_studies(staged, metrics, made, steps)
            rejected = bool(worse) and out.exists()
            place, previous = _placed(staged, out, work, fingerprint, rejected=rejected)
    return Training(
        place,
        "worse" if rejected or (proof and worse) else proof.verdict if proof else "not compared",
        worse if rejected or proof else (),
        proof,
        figures,
        previous,
        rejected,
        LeftOut(unlabelled=len(records) - len(labelled), known=known),
        made,
        steps.seconds,
        metrics,
    )


def _trainable(records: Sequence[LabelRecord]) -> list[LabelRecord]:
    """The records that a model can learn from.

    Raises:
        DataError: where they are too few, or all of one kind.
    """
    labelled = [record for record in records if record.trainable]
    if few := too_few(len(labelled)):
        raise DataError(f"{few}. Label more, for instance with biasdetect label.")
    kinds = {record.decision for record in labelled} - {None}
    if len(kinds) < 2:
        only = "biased" if 1 in kinds else "plain" if 0 in kinds else "undecided"
        raise DataError(f"All labelled sentences are {only}. A model needs both kinds to learn from.")
    return labelled


def _silent(_: str) -> None:
    """What a process but the first says."""


def _old_model(out: Path, start: Start) -> Path | None:
    """The model that the new one is compared with: in its place, else that it goes on from, else the one that ships.

    None where that cannot be used or is of another language.
    """
    place = out if out.exists() else start.parent.path if start.parent else DEFAULT_MODEL
    try:
        old = open_model(place)
    except ModelError:
        return None
    return old.path if old.config.language == start.language else None


def _refuse_other_language(records: Sequence[LabelRecord], start: Start, settings: RetrainSettings) -> None:
    """Stop where nobody said which language the labels are in, and it is another one than the model would say that it reads.

    Raises:
        DataError: with what to say.
    """
    some = sorted((record.text for record in records), key=text_digest)[:_ASKED]
    foreign = other_language("\n".join(some), start.language) if settings.language is None else None
    if foreign:
        reads = language_name(start.language)
        code = "CODE" if foreign == UNKNOWN else foreign
        raise DataError(
            f"The labels look like {language_name(foreign)}, and the model would say that it reads {reads}. "
            f"Pass --language {code}, with --base for an encoder that knows the language; if they are {reads} all the same, "
            f"--language {start.language}."
        )


def _refuse_inverted(records: Sequence[LabelRecord], old: Path, steps: Steps) -> None:
    """Stop where the old model ranks labels the wrong way round: then they were most likely read or written inverted.

    Raises:
        InvertedLabelsError: where its AUC lies far below one half, and the whole interval does.
    """
    judged = [Labelled(record.text, record.decision) for record in records if record.decision is not None]
    some = sorted(judged, key=lambda item: text_digest(item.text))[:_ASKED]
    detector = load(old)
    said: list[Sentence] = []
    for first in range(0, len(some), _AT_ONCE):
        said += detector.score_sentences([item.text for item in some[first : first + _AT_ONCE]])
        steps.count(len(said), len(some))
    auc = next(figure for figure in measure(LABELS, detector.folder.label, some, said).figures if figure.name == "auc")
    if auc.value < _FAR_BELOW and auc.high < 0.5:
        raise InvertedLabelsError(
            f"The labels say the opposite of what {detector.folder.label} says: on {len(some)} of them its AUC is "
            f"{auc.value:.2f} ({auc.low:.2f} to {auc.high:.2f}), where 0.50 is chance. Look whether biased and plain "
            "are the wrong way round; if so, correct them, or swap them with --map. If they are meant so, pass "
            "--trust-labels."
        )


def _seen_by(out: Path, start: Start, say: Callable[[str], None]) -> frozenset[str]:
    """Digests of the texts that the old model, or the one that training goes on from, was trained on."""
    places = {out} if out.exists() else set()
    places |= {start.parent.path} if start.parent else set()
    found = {place: read_seen(place) for place in places}
    for place, digests in found.items():
        if digests is None:
            say(f"{place.name} does not record which texts it was trained on: labels that it knows flatter it in the comparison.")  # fmt: skip
    return frozenset().union(*(digests or () for digests in found.values()))


def _start(out: Path, settings: RetrainSettings, replace_old: bool) -> tuple[Start, RetrainSettings]:
    """Where training starts, once it is sure that its result may lie in ``out``."""
    if not out.exists():
        return open_start(settings), settings
    if not replace_old:
        raise DataError(f"{out} is there already. Pass --replace to put a better model in its place, or name another folder.")  # fmt: skip
    try:
        language = open_model(out).config.language
    except ModelError:
        raise DataError(f"{out} is there and is no whole model, so it is left alone. Name another folder with --out.") from None  # fmt: skip
    if not settings.model and not settings.base:
        settings = replace(settings, model=str(out))
    start = open_start(settings)
    if language != start.language:
        raise DataError(f"{out} reads {language!r} and the new model is to read {start.language!r}, so they cannot be compared. Name another folder with --out.")  # fmt: skip
    return start, settings


def _decisive(settings: RetrainSettings, start: Start) -> dict[str, Any]:
    """What decides what is trained; a stopped training may go on with other settings than these."""
    decisive = asdict(settings) | {"model": start.parent.fingerprint if start.parent else ""}
    del decisive["fast"]
    return decisive


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C and SIGTERM end with a word on how to go on, wherever they come."""
    message = "Stopped. Run the same command with --resume to go on."

    def stop(_: int, __: FrameType | None) -> None:
        raise InterruptedTrainingError(message)

    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, stop) if main else None
    try:
        yield
    except KeyboardInterrupt:
        raise InterruptedTrainingError(message) from None
    finally:
        if main:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """One training of a model at a time."""
    try:
        with locked(out):
            yield
    except Timeout:
        raise DataError(f"{out}: another training of this model is running. Wait for it, or name another folder with --out.") from None  # fmt: skip


def _make_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise DataError(f"{folder}: cannot be written to ({error.strerror or error}). Name another folder with --out or --work.") from error  # fmt: skip


def _prepare_work(work: Path, fingerprint: str, start: Start, resume: bool, say: Callable[[str], None]) -> None:
    """The work folder, which is this module's own: empty, or that of the stopped training that goes on."""
    before = _noted(work)
    if before and not resume:
        raise DataError(f"{work} holds a training of {before['started']} that was stopped. Pass --resume to go on with it, or delete the folder to start anew.")  # fmt: skip
    if before and before["fingerprint"] != fingerprint:
        raise DataError(f"{work} holds a stopped training of other labels or settings, so it cannot go on. Give those again, or delete the folder to start anew.")  # fmt: skip
    if resume and not before:
        say("There is no stopped training to go on with, so it begins.")
    if not before:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
    weights = 4 * sum(parameter.numel() for parameter in start.network.parameters())
    held = sum(path.stat().st_size for path in work.rglob("*") if path.is_file())
    need, free = _COPIES * weights - held, shutil.disk_usage(work).free
    if free < need:
        raise DataError(f"{work}: {free / 1e9:.1f} GB are free and about {need / 1e9:.1f} GB are needed. Make room, or name another folder with --work.")  # fmt: skip
    if not before:
        _note(work, fingerprint)


def _noted(work: Path) -> dict[str, Any]:
    try:
        note = json.loads((work / _RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) and {"fingerprint", "started", "finished", "place"} <= set(note) else {}


def _note(work: Path, fingerprint: str, finished: str = "", place: Path | None = None) -> None:
    started = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    note = {"fingerprint": fingerprint, "started": started, "finished": finished, "place": str(place or "")}
    write_text(work / _RUN, json.dumps(note, indent=2) + "\n")


def _finish(work: Path, out: Path) -> Training | None:
    """Take the last steps of a training that was stopped within them; None where there is none."""
    note = _noted(work)
    if not note.get("finished"):
        return None
    place, staged = Path(note["place"]), out.with_name(f".{out.name}.new")
    previous = None
    if not (place.is_dir() and describe_model(place).fingerprint == note["finished"]):
        if not (staged.is_dir() and describe_model(staged).fingerprint == note["finished"]):
            return None
        previous = _put(staged, place, rejected=place.name != out.name)
    metrics = json.loads((place / METRICS).read_text(encoding="utf-8"))
    shutil.rmtree(work)
    rejected = place.name != out.name
    reasons = tuple(metrics.get("proof", {}).get("worse", ()))
    verdict: Verdict = "worse" if reasons else "no worse" if "proof" in metrics else "not compared"
    return Training(place, verdict, reasons, previous=previous, rejected=rejected, metrics=metrics)


def _placed(staged: Path, out: Path, work: Path, fingerprint: str, *, rejected: bool) -> tuple[Path, Path | None]:
    """Put the finished model where it belongs: its place, and where the one that was there lies now."""
    place = out.with_name(f"{out.name}.rejected") if rejected else out
    _note(work, fingerprint, describe_model(staged).fingerprint, place)
    previous = _put(staged, place, rejected=rejected)
    shutil.rmtree(work)
    return place, previous


def _put(staged: Path, place: Path, *, rejected: bool) -> Path | None:
    """The new model into its place; of rejected ones the last is kept."""
    if rejected and place.exists():
        if not (place / CONFIG).is_file():
            raise DataError(f"{place} is there and is no model. Move it away; the new model lies in {staged}.")
        shutil.rmtree(place)
    return install(staged, place)


def _prove(
    old: Path | None,
    staged: Path,
    start: Start,
    test: Sequence[LabelRecord],
    expectations: Mapping[str, Sequence[Expectation]],
    examples: int,
) -> Proof | None:
    """The new model beside the old one; None where there is none, or nothing to compare them on."""
    sets = {KEPT_APART: [as_labelled(with_label(record)) for record in test]} if test else {}
    ours = start.language == "en" and start.categories.has_ours  # what our corpus asks is no question to other models
    if old is None or not (sets or ours):
        return None
    if ours:
        sets[CORPUS] = read_labelled(development_file())
    own = read_regressions([]) if ours else {}
    return prove(old, staged, sets, {**own, **expectations}, known=frozenset({CORPUS}), examples=examples)


def _record(
    staged: Path, proof: Proof | None, test: Sequence[LabelRecord], known: int, worse: Sequence[str]
) -> tuple[dict[str, Any], tuple[Figures, ...]]:
    """Write the proof's figures, and the day, into the model's record and card; without an old one the new one's alone.

    Args:
        staged: folder of the new model.
        proof: the comparison with the old one, if any.
        test: records that prove the model.
        known: how many more there were, left out since the old one was trained on them.
        worse: what speaks against the new model.
    """
    figures: tuple[Figures, ...] = ()
    metrics: dict[str, Any] = json.loads((staged / METRICS).read_text(encoding="utf-8"))
    metrics["trained"] = datetime.now(UTC).strftime("%Y-%m-%d")
    metrics["split"] = {**metrics.get("split", {}), "test": len(test), "left_out": known}
    if proof:
        figures = tuple(comparison.new for comparison in proof.comparisons)
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
            "worse": list(worse),
        }  # fmt: skip
    elif test:
        detector = load(staged)
        labelled = [as_labelled(with_label(record)) for record in test]
        figures = (evaluate(KEPT_APART, detector.folder.label, labelled, detector),)
    if figures:
        metrics["evaluation"] = [one.to_dict() for one in figures]
    write_text(staged / METRICS, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")
    write_card(staged)
    return metrics, figures


def _record_studies(staged: Path, metrics: dict[str, Any], made: Sequence[Study], steps: Steps) -> dict[str, Any]:
    """Write what studies say, and how long each step took, into the model's record."""
    metrics = {**metrics, "steps": {name: round(seconds, 1) for name, seconds in steps.seconds.items()}}
    if made:
        metrics["studies"] = [study.to_dict() for study in made]
    write_text(staged / METRICS, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")
    return metrics


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 5)
