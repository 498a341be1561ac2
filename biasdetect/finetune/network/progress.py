"""Shows the progress of a training: a bar with loss, figures and time left; plain lines where there is no terminal."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from transformers import TrainerCallback

from biasdetect.util.counting import count_of

_SECONDS = 60.0  # between two lines of a log
_SHOWN = (("macro_f1", "macro-F1"), ("word_f1", "word F1"), ("ece", "calibration error"))


class TrainingProgress(TrainerCallback):
    """Shows a training on a console; on several processes the first one shows it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._task: Any = None
        self._loss = ""
        self._figures = ""
        self._told = time.monotonic()

    def count(self, name: str, done: int, total: int) -> None:
        """Show how far a step before or after the training is.

        Args:
            name: of the step.
            done: how much of it.
            total: how much there is.
        """
        if not self._progress:
            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
                disable=not self._console.is_terminal,
            )
            self._progress.start()
            self._task = self._progress.add_task(name[:1].upper() + name[1:], total=total)
        self._progress.update(self._task, completed=done, total=total)
        if done >= total:
            self.close()

    def on_train_begin(self, *arguments: Any, **_: Any) -> None:
        """Start the bar, at the step that a resumed run goes on from."""
        state = arguments[1]
        if not state.is_world_process_zero:
            return
        self.close()  # of a try that did not fit into memory
        self._progress = Progress(
            TextColumn("Training"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[loss]} {task.fields[figures]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._progress.start()
        self._task = self._progress.add_task(
            "", total=state.max_steps, completed=state.global_step, loss="", figures=""
        )

    def on_step_end(self, *arguments: Any, **_: Any) -> None:
        """Move the bar."""
        if self._progress:
            self._progress.update(self._task, completed=arguments[1].global_step)

    def on_log(self, *arguments: Any, logs: dict[str, float] | None = None, **_: Any) -> None:
        """Take the loss; a log file gets a line now and then."""
        if not (self._progress and logs and "loss" in logs):
            return
        self._loss = f"loss {float(logs['loss']):.3f}"
        self._progress.update(self._task, loss=self._loss, figures=self._figures)
        if not self._console.is_terminal and time.monotonic() - self._told >= _SECONDS:
            self._told = time.monotonic()
            state = arguments[1]
            self._console.print(f"  step {state.global_step} of {state.max_steps}: {self._loss}", highlight=False)

    def on_evaluate(self, *arguments: Any, metrics: dict[str, float] | None = None, **_: Any) -> None:
        """Show the development figures, and keep them as a line."""
        state = arguments[1]
        figures = metrics or (arguments[3] if len(arguments) > 3 else {})
        shown = [f"{label} {figures[f'eval_{name}']:.3f}" for name, label in _SHOWN if f"eval_{name}" in figures]
        if self._progress and shown:
            self._figures = " · ".join(shown[:2])
            self._progress.update(self._task, figures=self._figures)
            line = f"  epoch {state.epoch:.1f}, step {state.global_step} of {state.max_steps}: {', '.join(shown)}"
            if count := figures.get("eval_sentences"):
                line += f" (on {count_of(int(count), 'sentence')})"
            self._console.print(line + (f", {self._loss}" if self._loss else ""), highlight=False)

    def on_train_end(self, *_: Any, **__: Any) -> None:
        """Leave the bar as it stands."""
        self.close()

    def close(self) -> None:
        """Give the terminal back, also after an error."""
        if self._progress:
            self._progress.stop()
            self._progress = None
