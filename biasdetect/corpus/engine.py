"""Runs scoring tasks in this process or in a pool of processes, and returns their results in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any, Protocol, TypeVar

from biasdetect.corpus.errors import WorkerError
from biasdetect.detector import Detector

T = TypeVar("T")
R = TypeVar("R")
_AHEAD = 3  # tasks in flight for each worker, of each kind

_opened: list[Detector] = []  # the one of this worker process


class Engine(Protocol):
    """Runs tasks with a detector at hand."""

    def map(self, task: Callable[[Detector, T], R], items: Iterable[T]) -> Iterator[R]:
        """Results of a task for each item, in order; a bounded number of items is taken ahead of the results.

        Raises:
            WorkerError: where a worker process died.
        """
        ...

    def close(self) -> None:
        """Let the workers go."""
        ...


class OneProcess:
    """Everything in this process."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    def map(self, task: Callable[[Detector, T], R], items: Iterable[T]) -> Iterator[R]:
        """As :class:`Engine` says."""
        return (task(self._detector, item) for item in items)

    def close(self) -> None:
        """As :class:`Engine` says."""


class Processes:
    """Several processes on this machine. They end with this one, however it ends."""

    def __init__(self, workers: int, opener: Callable[[], Detector]) -> None:
        """Each worker opens its own detector; ``opener`` has to survive pickling."""
        self._ahead = workers * _AHEAD
        self._pool = ProcessPoolExecutor(
            workers, multiprocessing.get_context("spawn"), initializer=_start_worker, initargs=(opener,)
        )

    def map(self, task: Callable[[Detector, T], R], items: Iterable[T]) -> Iterator[R]:
        """As :class:`Engine` says."""
        waiting: deque[Future[R]] = deque()
        try:
            for item in items:
                with _interrupts_kept_from_workers():
                    waiting.append(self._pool.submit(_run, task, item))
                if len(waiting) > self._ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise WorkerError(
                "A worker process died; perhaps memory ran out. What was scored is stored: the same command goes on. "
                "With fewer --workers it needs less memory."
            ) from error

    def close(self) -> None:
        """As :class:`Engine` says; what runs is finished, what waits is dropped."""
        self._pool.shutdown(cancel_futures=True)


def _run(task: Callable[[Detector, Any], Any], item: Any) -> Any:
    return task(_opened[0], item)


def _start_worker(opener: Callable[[], Detector]) -> None:
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    # a thread of each library in each worker: the workers are as many as the cores
    os.environ.update(OMP_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")
    _opened.append(opener())


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


@contextmanager
def _interrupts_kept_from_workers() -> Iterator[None]:
    """Ctrl-C reaches every process of a terminal; workers, which may be started inside, shall leave it to this one."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
