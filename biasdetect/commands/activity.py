"""A progress line on the terminal for commands that take longer than two seconds."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from threading import Lock, Timer
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 2.0
"""Seconds after which the line appears: a command that ends sooner shows nothing."""


def shows_activity(*, machine: bool) -> bool:
    """Whether there is a terminal for the line, and nothing for programs is printed on it.

    Args:
        machine: whether standard output carries a form that programs read.
    """
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return False
    return not (machine and sys.stdout.isatty())


class Activity:
    """Shows on standard error which document is being worked on, how many there are, and the time so far.

    The line is erased by :meth:`pause`, which has to be called before anything else is printed, and at the end.
    """

    def __init__(self, shown: bool, count: Callable[[], int], patience: float = PATIENCE) -> None:
        """Prepare.

        Args:
            shown: whether to show anything at all, see :func:`shows_activity`.
            count: the number of documents; called once, when the line appears.
            patience: seconds after which it appears.
        """
        self._count = count
        self._lock = Lock()
        self._bar: Progress | None = None
        self._number = 0
        self._begun = time.monotonic()
        self._text = ""  # what is being done; empty while paused
        self._timer = Timer(patience, self._appear) if shown else None

    def __enter__(self) -> Self:
        """Count the seconds from here."""
        if self._timer:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Erase the line for good."""
        if self._timer:
            self._timer.cancel()
        self.pause()

    def begin(self, text: str) -> None:
        """Go on to the next document.

        Args:
            text: what is done and with what, such as ``reading article.txt``.
        """
        self._number += 1
        self.show(text)

    def show(self, text: str) -> None:
        """Say what is done with the document now."""
        with self._lock:
            self._text = text
            self._update()

    def pause(self) -> None:
        """Erase the line until :meth:`begin` or :meth:`show` is called again, so that something can be printed."""
        with self._lock:
            self._text = ""
            self._update()

    def _appear(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.table import Column

        total = self._count()
        counted = (BarColumn(20), MofNCompleteColumn()) if total > 1 else ()
        bar = Progress(
            SpinnerColumn(),
            *counted,
            TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            get_time=time.monotonic,
        )
        bar.add_task("", total=total)
        bar.tasks[0].start_time = self._begun
        with self._lock:
            self._bar = bar
            self._update()

    def _update(self) -> None:
        """Bring the line in step with what is being done; the lock is held."""
        if not self._bar:
            return
        if not self._text:
            self._bar.stop()
            return
        from biasdetect.util.display import clean

        self._bar.update(self._bar.task_ids[0], description=clean(self._text), completed=self._number - 1)
        self._bar.start()
