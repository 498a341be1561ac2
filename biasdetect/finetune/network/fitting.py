"""Runs one training: transformers' Trainer, judged by the project's own figures, safe against being stopped."""

from __future__ import annotations

import json
import logging
import math
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from accelerate import PartialState
from accelerate.utils.memory import should_reduce_batch_size
from datasets import Dataset
from safetensors.torch import load_file
from torch.utils.data import Sampler
from transformers import Trainer, TrainerCallback, TrainerState, TrainingArguments
from transformers.trainer_callback import PrinterCallback
from transformers.trainer_pt_utils import get_length_grouped_indices

from biasdetect.errors import DataError, InterruptedTrainingError, OutputError
from biasdetect.finetune.network.checksums import check_folder, write_checksums
from biasdetect.finetune.network.features import Collator
from biasdetect.finetune.recipe.schema import Stage
from biasdetect.model.network import BiasNetwork
from biasdetect.util.atomic import DISK_TROUBLE

logger = logging.getLogger(__name__)

Judge = Callable[[BiasNetwork], dict[str, float]]


def fit_network(
    network: BiasNetwork,
    dataset: Dataset,
    stage: Stage,
    seed: int,
    checkpoints: Path,
    *,
    pad_id: int,
    judge: Judge | None,
    judge_every: int | None = None,
    patience: int | None = None,
    save_seconds: float = 300.0,
    callbacks: Sequence[TrainerCallback] = (),
    run_name: str | None = None,
    say: Callable[[str], None] = logger.warning,
) -> None:
    """Train a network in place; what it ends with is its best state by ``stage.select_on``.

    A run that was stopped at any moment goes on from the last checkpoint when it is called again with the same
    arguments, and ends as it would have ended without the stop. Where a batch does not fit into memory, it is
    halved and its gradients are added up, so that a step sees as many sentences as before.

    Args:
        network: the start; fresh when called again.
        dataset: as :func:`biasdetect.finetune.network.features.build_dataset` makes it.
        stage: rates, epochs and batch size.
        seed: of order and dropout; on one machine the same seed gives the same weights.
        checkpoints: a folder for them.
        pad_id: the tokenizer's padding token.
        judge: development figures of a network; None to train to the end without looking.
        judge_every: steps between two looks; None for the end of each epoch.
        patience: so many looks without a better figure end the training, where looks are many a third of them;
            None for never.
        save_seconds: a killed run loses at most so much work.
        callbacks: further ones, such as a display of progress.
        run_name: what trackers of experiments call the run.
        say: told at once that a stop was asked for.

    Raises:
        InterruptedTrainingError: after Ctrl-C or SIGTERM.
        DataError: where not even one sentence fits into memory, checkpoints cannot be written, or were changed since, or the
            stage names weights that the network lacks.
    """
    names = [name for name, _ in network.named_parameters()]
    for beginning in stage.learning:
        if not any(name.startswith(beginning) for name in names):
            raise DataError(
                f"stage {stage.name!r}: no weights begin with {beginning!r} (learning). Those of heads are "
                + ", ".join(sorted({name.partition(".")[0] for name in names} - {"encoder"}))
                + "."
            )
    for name, parameter in network.named_parameters():
        frozen = stage.frozen_layers and name.startswith("encoder.") and _layer(name) <= stage.frozen_layers
        learns = not stage.learning or name.startswith(tuple(stage.learning))
        parameter.requires_grad_(learns and not frozen)
    start = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
    pieces = 1
    while True:
        trainer = _trainer(network, dataset, stage, seed, checkpoints, pad_id, judge, judge_every, pieces, run_name)
        for callback in (_SaveOften(save_seconds), *callbacks):
            trainer.add_callback(callback)
        if judge and patience:
            trainer.add_callback(_StopEarly(f"eval_{stage.select_on}", patience))
        last = last_checkpoint(checkpoints)
        if last:
            for checkpoint in checkpoints.glob("checkpoint-*"):  # the best one may be another than the last
                check_folder(checkpoint)
            logger.info("going on from %s", last)
            best = _ended_early(last, f"eval_{stage.select_on}", patience) if judge and patience else None
            if best:
                network.load_state_dict(load_file(best / "model.safetensors"))
                return
        try:
            with _stoppable(trainer, say), explained_training_writes(checkpoints):
                trainer.train(resume_from_checkpoint=str(last) if last else None)
            return
        except RuntimeError as error:
            if not should_reduce_batch_size(error):
                raise
            if math.ceil(stage.batch_size / pieces) <= 1:
                raise DataError(
                    "Not even one sentence fits into memory. Close other programs, take a smaller encoder "
                    "(--base), or a machine with more memory."
                ) from error
            pieces *= 2
            size = math.ceil(stage.batch_size / pieces)
            logger.warning("out of memory: batches are halved to %d sentences and the step is tried again", size)
        network.load_state_dict(start)


def fast_bf16() -> bool:
    """Whether the processor computes products in bfloat16 (AVX-512 BF16); others would only imitate it, slowly."""
    return torch.cpu._is_avx512_bf16_supported()


def last_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint: the Trainer writes its state last, so one without was cut off."""
    found = []
    for path in folder.glob("checkpoint-*"):
        try:
            found.append((int(json.loads((path / "trainer_state.json").read_bytes())["global_step"]), path))
        except (OSError, ValueError, KeyError):
            continue
    return max(found)[1] if found else None


def _trainer(
    network: BiasNetwork,
    dataset: Dataset,
    stage: Stage,
    seed: int,
    checkpoints: Path,
    pad_id: int,
    judge: Judge | None,
    judge_every: int | None,
    pieces: int,
    run_name: str | None,
) -> _StageTrainer:
    cpu_bf16 = stage.bf16 and fast_bf16() and not torch.cuda.is_available()
    looks = "no" if judge is None else "steps" if judge_every else "epoch"
    arguments = TrainingArguments(
        output_dir=str(checkpoints),
        run_name=run_name,
        seed=seed,
        num_train_epochs=stage.epochs,
        learning_rate=stage.learning_rate,
        per_device_train_batch_size=math.ceil(stage.batch_size / pieces / PartialState().num_processes),
        gradient_accumulation_steps=pieces,
        warmup_steps=stage.warmup,
        weight_decay=stage.weight_decay,
        eval_strategy=looks,
        save_strategy=looks,
        eval_steps=judge_every,
        save_steps=judge_every or 500,
        save_total_limit=2,
        load_best_model_at_end=judge is not None,
        metric_for_best_model=f"eval_{stage.select_on}" if judge else None,
        greater_is_better=True if judge else None,
        logging_steps=10,
        bf16=torch.cuda.is_bf16_supported() if torch.cuda.is_available() else cpu_bf16,
        use_cpu=cpu_bf16,  # what the Trainer wants to hear before it takes bfloat16 there
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=torch.cuda.is_available(),
        ddp_find_unused_parameters=True,  # a batch may hold no target for one of the heads
    )
    # without a launcher one GPU is used: DataParallel would multiply the batch
    arguments._n_gpu = min(1, arguments.n_gpu)
    return _StageTrainer(
        model=network,
        args=arguments,
        train_dataset=dataset,
        eval_dataset=dataset,  # required by the Trainer; evaluate() judges by figures of its own
        data_collator=Collator(pad_id),
        stage=stage,
        judge=judge,
    )


class _StageTrainer(Trainer):
    """transformers' Trainer with layer-wise learning rates, judged by the project's own figures."""

    optimizer: torch.optim.Optimizer | None
    control: Any

    def __init__(self, *, stage: Stage, judge: Judge | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.remove_callback(PrinterCallback)
        self._stage = stage
        self._judge_network = judge

    def create_optimizer(self, *_: Any, **__: Any) -> torch.optim.Optimizer:
        """AdamW; every layer learns a little slower than the one above, the heads faster than all."""
        if self.optimizer is None:
            stage = self._stage
            layers = max((_layer(name) for name, _ in self.model.named_parameters()), default=0)
            groups = []
            for name, parameter in self.model.named_parameters():
                if not parameter.requires_grad:
                    continue
                head = not name.startswith("encoder.")
                depth = 0 if head else layers - _layer(name)
                rate = stage.learning_rate * (stage.head_rate if head else stage.layer_decay**depth)
                decay = 0.0 if parameter.ndim < 2 else stage.weight_decay
                groups.append({"params": [parameter], "lr": rate, "weight_decay": decay})
            self.optimizer = torch.optim.AdamW(groups, lr=stage.learning_rate, fused=True)
        return self.optimizer

    def _get_train_sampler(self, *_: Any, **__: Any) -> Sampler[int]:
        return _ByLength(list(self.train_dataset["length"]), self._stage.batch_size, self.args.seed)

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Development figures in place of the loss."""
        assert self._judge_network is not None
        figures = {f"eval_{name}": value for name, value in self._judge_network(self.model).items()}
        self.log(dict(figures))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, figures)
        return figures


class _ByLength(Sampler[int]):
    """Batches of texts of like length, in an order that depends on seed and epoch alone.

    The Trainer's own sampler draws from the global generator, whose state at the start of an epoch is not
    in a checkpoint: a run resumed in mid-epoch would see other batches than an undisturbed one.
    """

    def __init__(self, lengths: list[int], batch_size: int, seed: int) -> None:
        self._lengths = lengths
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Called by the Trainer before each epoch."""
        self._epoch = int(epoch)

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed * 1000 + self._epoch)
        return iter(get_length_grouped_indices(self._lengths, self._batch_size, generator=generator))


class _SaveOften(TrainerCallback):
    """Checkpoints by the clock, beside those after each look at the figures; fewer where the disk is slow."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._saved = time.monotonic()
        self._asked: float | None = None

    def on_step_end(self, *arguments: Any, **_: Any) -> None:
        """Ask for a checkpoint where the last one is old."""
        due = time.monotonic() - self._saved >= self._seconds
        if _on_any_process(due, arguments[0].device) and not _ends_epoch(arguments[0], arguments[1]):
            arguments[2].should_save = True
            self._asked = time.monotonic()

    def on_save(self, arguments: TrainingArguments, state: TrainerState, *_: Any, **__: Any) -> None:
        """The checkpoint gets its checksums; the next is due after a while of training, not of writing."""
        if state.is_world_process_zero:
            write_checksums(Path(arguments.output_dir) / f"checkpoint-{state.global_step}")
        now = time.monotonic()
        took = 0.0 if self._asked is None else now - self._asked
        self._saved = now + 9 * took if self._seconds and took > self._seconds / 10 else now
        self._asked = None


class _StopEarly(TrainerCallback):
    """Ends a training that gets no better; it counts in the recorded history, which a resumed run has too."""

    def __init__(self, figure: str, patience: int) -> None:
        self._figure = figure
        self._patience = patience

    def on_evaluate(self, *arguments: Any, **_: Any) -> None:
        """End the training where the last looks found nothing better."""
        state, control = arguments[1], arguments[2]
        if _no_better(state.log_history, state.global_step / state.max_steps, self._figure, self._patience):
            control.should_training_stop = True


def _no_better(history: Sequence[dict[str, Any]], done: float, figure: str, patience: int) -> bool:
    """Whether so many looks found nothing better; of many looks, it takes a third of them all."""
    values = [entry[figure] for entry in history if figure in entry]
    in_all = len(values) / max(done, 1e-9)
    needed = max(patience, math.ceil(in_all / 3)) if in_all > 3 * patience else patience
    return bool(values) and len(values) - 1 - values.index(max(values)) >= needed


def _ended_early(checkpoint: Path, figure: str, patience: int) -> Path | None:
    """The best checkpoint of a run that was stopped between the look that ended its training and its end."""
    state = json.loads((checkpoint / "trainer_state.json").read_bytes())
    if _no_better(state["log_history"], state["global_step"] / state["max_steps"], figure, patience):
        return Path(state["best_model_checkpoint"])
    return None


class _StopAfterStep(TrainerCallback):
    """Once asked to, stores a checkpoint at the end of the step and leaves the training from there."""

    def __init__(self) -> None:
        self.asked: int | None = None
        self._leaving = False

    def on_step_end(self, *arguments: Any, **_: Any) -> None:
        """Ask for a checkpoint; the last step of an epoch has one coming, after the look at the figures."""
        self._leaving = _on_any_process(self.asked is not None, arguments[0].device)
        if self._leaving and not _ends_epoch(arguments[0], arguments[1]):
            arguments[2].should_save = True

    def on_save(self, *_: Any, **__: Any) -> None:
        """Leave: whatever the Trainer does after its loop would not belong to an undisturbed run."""
        if self._leaving:
            raise self.error()

    def error(self) -> InterruptedTrainingError:
        """What the user is told."""
        name = signal.Signals(self.asked or signal.SIGTERM).name
        return InterruptedTrainingError(
            f"Stopped by {name}; a checkpoint is stored. Run the same command with --resume to go on."
        )


def _ends_epoch(arguments: TrainingArguments, state: TrainerState) -> bool:
    """Whether the figures are looked at after this step, with a checkpoint behind.

    A checkpoint before that look would be resumed behind it: the look would be missing from the history.
    """
    steps = round(state.max_steps / arguments.num_train_epochs)
    return str(arguments.eval_strategy.value) == "epoch" and state.global_step % steps == 0


def _on_any_process(flag: bool, device: torch.device) -> bool:
    """Whether a flag is set on any of the processes that train together: they have to store and leave as one."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return flag
    shared = torch.tensor(int(flag), device=device)
    torch.distributed.all_reduce(shared, op=torch.distributed.ReduceOp.MAX)
    return bool(shared.item())


@contextmanager
def _stoppable(trainer: Trainer, say: Callable[[str], None]) -> Iterator[None]:
    """Turn the first Ctrl-C or SIGTERM into a stop after the step; the same once more acts at once."""
    if threading.current_thread() is not threading.main_thread():  # signals reach the main thread alone
        yield
        return
    stop = _StopAfterStep()
    trainer.add_callback(stop)
    numbers = (signal.SIGINT, signal.SIGTERM)
    before: dict[int, Any] = {number: signal.getsignal(number) for number in numbers}

    def ask(number: int, _: FrameType | None) -> None:
        stop.asked = number
        signal.signal(number, before[number])
        again = "Ctrl-C once more" if number == signal.SIGINT else "the same signal once more"
        say(f"Stopping after this step, to store a checkpoint; {again} stops at once.")

    for number in numbers:
        signal.signal(number, ask)
    try:
        yield
        if stop.asked is not None:  # asked in the last step, or while the figures were looked at
            raise stop.error()
    finally:
        for number in numbers:
            signal.signal(number, before[number])


@contextmanager
def explained_training_writes(folder: Path) -> Iterator[None]:
    """Tell a full disk and the like so that it can be mended, whatever library met it.

    Raises:
        DataError: in place of the library's error.
    """
    try:
        yield
    except Exception as error:
        cause = error.error if isinstance(error, OutputError) else error
        text = str(cause)
        # torch's zip writer and safetensors have errors of their own for what the system says
        disk = isinstance(cause, OSError) and cause.errno in DISK_TROUBLE
        disk = (
            disk
            or type(error).__name__ == "SafetensorError"
            or "inline_container" in text
            or "PytorchStreamWriter" in text
        )
        if not disk:
            raise
        place = getattr(cause, "filename", None) or folder
        reason = getattr(cause, "strerror", None) or text.splitlines()[0]
        raise DataError(
            f"{place}: cannot be written ({reason}). Make room, or name another folder with --work; what was trained "
            "until the last checkpoint is kept, go on with --resume."
        ) from error


def _layer(name: str) -> int:
    """Number of an encoder layer, from 1; 0 for the embeddings below."""
    match = re.search(r"\.layers?\.(\d+)\.", name)
    return int(match.group(1)) + 1 if match else 0
