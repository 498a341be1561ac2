"""Shows the progress of a run: a bar on a terminal, a line a minute in a log."""

from __future__ import annotations

import time
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from biasdetect.corpus.run_folder import RunState
from biasdetect.util.counting import count_of

_SECONDS = 60.0  # between two lines of a log


class CorpusProgress:
    """Shows a run on a console. The end is estimated by the bytes of the inputs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            BarColumn(20),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.description}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._begun = self._reported = time.monotonic()
        self._size = 0
        self._first = RunState()

    def begin(self, state: RunState, size: int, column: str | None) -> None:
        """Tell what is read, and show the bar."""
        if column is not None:
            self._say(f'text <- "{column}"')
        if state.number:
            self._say(f"Going on after {state.number:,} records.")
        self._begun = self._reported = time.monotonic()
        self._size, self._first = size, RunState(done=state.done, articles=state.articles)
        self._bar.add_task("", total=max(size, 1), completed=state.done)
        self._bar.start()

    def compare(self, done: int) -> None:
        """Move the bar of what comes before the scoring."""
        self._begun = time.monotonic()
        self._bar.update(self._bar.task_ids[0], completed=done, description="looking for reprints")

    def advance(self, state: RunState) -> None:
        """Move the bar; a log gets a line each minute."""
        now = time.monotonic()
        line = self._line(state, now - self._begun)
        self._bar.update(self._bar.task_ids[0], completed=state.done, description=line)
        if not self._console.is_terminal and now - self._reported >= _SECONDS:
            self._reported = now
            self._say(f"  {state.done / max(self._size, 1):.0%}: {line}")

    def join(self) -> None:
        """Tell that the table is written."""
        self.close()
        self._say("Writing the table.")

    def summary(self, state: RunState) -> str:
        """What was done, in a line."""
        seconds = time.monotonic() - self._begun
        parts = [
            count_of(state.articles, "article", grouped=True),
            count_of(state.sentences, "sentence", grouped=True),
            f"{count_of(state.reprints, 'reprint', grouped=True)} ({_share(state)})",
            count_of(state.errors, "error", grouped=True),
        ]
        new = state.articles - self._first.articles
        return f"{', '.join(parts)}. {_time(seconds)}, {new / max(seconds, 1e-9):.1f} articles a second."

    def close(self) -> None:
        """Give the terminal back."""
        self._bar.stop()

    def _line(self, state: RunState, seconds: float) -> str:
        rate = (state.articles - self._first.articles) / max(seconds, 1e-9)
        done = state.done - self._first.done
        left = _time(seconds * (self._size - state.done) / done) if done > 0 else "?"
        return (
            f"{state.articles:,} articles, {state.sentences:,} sentences, {rate:.1f} articles/s, "
            f"reprints {_share(state)}, errors {state.errors:,}, {left} left"
        )

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)


def _share(state: RunState) -> str:
    return f"{state.reprints / max(state.articles, 1):.1%}"


def _time(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
