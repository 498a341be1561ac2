"""A thread pool for scoring, with a queue of bounded length."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import TypeVar

from starlette.requests import Request

from biasdetect.serve.answers import ClientDisconnectedError, RequestError
from biasdetect.serve.metrics import Metrics

Result = TypeVar("Result")
_LONGEST_WAIT = 60  # seconds that a refused client is asked to wait at most


class ScoringJob:
    """One request's work, as its thread sees it."""

    def __init__(self) -> None:
        self._dropped = Event()

    def drop(self) -> None:
        """Nobody wants the result any more."""
        self._dropped.set()

    def check(self) -> None:
        """Stop here if nobody wants the result. Raises ClientDisconnectedError then; called between pieces of work."""
        if self._dropped.is_set():
            raise ClientDisconnectedError


class ScoringPool:
    """Runs jobs in threads, first come, first served. All but the work itself happens on the event loop."""

    def __init__(self, workers: int, queue: int, metrics: Metrics) -> None:
        """Args: threads, at least 1; requests that may wait for one, at least 0; where it is counted."""
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="scoring")
        self._workers = workers
        self._queue = queue
        self._metrics = metrics
        self._jobs: set[ScoringJob] = set()
        self._seconds = 0.5  # that a job takes, by those of late

    def submit(self, work: Callable[[ScoringJob], Result]) -> tuple[ScoringJob, asyncio.Future[Result]]:
        """Put work into the queue.

        Returns:
            The job, to be dropped where the result is not wanted any more, and the result to come.

        Raises:
            RequestError: 503 with Retry-After where the queue is full.
        """
        if len(self._jobs) >= self._workers + self._queue:
            self._metrics.refused.labels("queue-full").inc()
            wait = math.ceil(self._seconds * len(self._jobs) / self._workers)
            raise busy(min(max(wait, 1), _LONGEST_WAIT))
        job = ScoringJob()
        loop = asyncio.get_running_loop()
        future = self._executor.submit(self._run, job, work)
        self._jobs.add(job)
        self._count()
        # a dropped job keeps its place until its thread is free
        future.add_done_callback(lambda _: _notify(loop, self._leave, job))
        return job, asyncio.wrap_future(future)

    def assist(self, work: Callable[[], None]) -> None:
        """Do a part of a job's work in a worker that is idle; where there is none, nothing is done. For any thread.

        Args:
            work: may be left undone; what it raises is left unsaid, since the job does the same work itself.
        """
        if len(self._jobs) < self._workers:
            with suppress(RuntimeError):  # it is being closed
                self._executor.submit(work)

    async def run(self, request: Request | None, work: Callable[[ScoringJob], Result]) -> Result:
        """Do work for a request, and drop it where the client hangs up, or whoever awaits it is cancelled, meanwhile.

        Args:
            request: None where others watch the client.
            work: to be done in a thread.

        Raises:
            RequestError: where the queue is full.
            ClientDisconnectedError: where the client is gone.
        """
        job, result = self.submit(work)
        try:
            return await (self.wait(request, result) if request else result)
        finally:
            job.drop()
            result.cancel()

    async def wait(self, request: Request, result: asyncio.Future[Result]) -> Result:
        """Wait for something as long as the client does. Raises ClientDisconnectedError where it is gone."""
        gone = asyncio.ensure_future(_disconnected(request))
        try:
            await asyncio.wait((result, gone), return_when=asyncio.FIRST_COMPLETED)
            if not result.done():
                self._metrics.refused.labels("hung-up").inc()
                raise ClientDisconnectedError
            return result.result()
        finally:
            gone.cancel()

    def close(self) -> None:
        """Drop all work and let the threads end."""
        for job in self._jobs:
            job.drop()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self, job: ScoringJob, work: Callable[[ScoringJob], Result]) -> Result:
        job.check()
        started = time.monotonic()
        try:
            return work(job)
        finally:
            seconds = time.monotonic() - started
            self._seconds += 0.2 * (seconds - self._seconds)
            self._metrics.scoring.observe(seconds)

    def _leave(self, job: ScoringJob) -> None:
        self._jobs.discard(job)
        self._count()

    def _count(self) -> None:
        self._metrics.waiting.set(max(0, len(self._jobs) - self._workers))
        self._metrics.running.set(min(len(self._jobs), self._workers))


def busy(seconds: int) -> RequestError:
    """The error for a client that comes while there is no room: it says when to try again."""
    return RequestError(
        503,
        "busy",
        f"More articles are waiting than this server takes. Try again in {seconds} s.",
        {"Retry-After": str(seconds)},
    )


def _notify(loop: asyncio.AbstractEventLoop, what: Callable[[ScoringJob], None], job: ScoringJob) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(what, job)


async def _disconnected(request: Request) -> None:
    """Returns when the client is gone; a request that was read to its end brings nothing else."""
    receive: Callable[[], Awaitable[dict[str, object]]] = request.receive  # type: ignore[assignment]
    while (await receive())["type"] != "http.disconnect":
        pass
