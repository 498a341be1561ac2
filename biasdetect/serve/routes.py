"""HTTP routes that score articles and return reports and reviews."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from biasdetect.detector import Detector
from biasdetect.errors import BiasDetectError
from biasdetect.reading.document import Document
from biasdetect.report.html import LOWEST, render_page
from biasdetect.results import Report
from biasdetect.serve.answers import RequestError, answer, error_data
from biasdetect.serve.metrics import Metrics
from biasdetect.serve.pool import ScoringJob, ScoringPool
from biasdetect.serve.requests import (
    BatchRequest,
    BatchResult,
    Failure,
    ReviewRequest,
    ScoredReport,
    ScoreRequest,
    StreamRequest,
)
from biasdetect.serve.review import as_lines, review_records
from biasdetect.serve.scoring import read_article, score_in_parts
from biasdetect.serve.settings import ServerSettings
from biasdetect.serve.stream import Event, lines, score_streaming

_FAILURES: dict[int | str, dict[str, Any]] = {
    status: {"model": Failure, "description": description}
    for status, description in (
        (408, "The request took too long to arrive."),
        (413, "The request is larger than the server takes."),
        (422, "The request, or the article in it, cannot be read."),
        (503, "Too many requests are waiting; Retry-After says when to try again."),
    )
}


def scoring_routes(detector: Detector, settings: ServerSettings, pool: ScoringPool, metrics: Metrics) -> APIRouter:
    """Scoring, by itself, aloud and in batches."""
    router = APIRouter(prefix="/v1", tags=["scoring"], responses=_FAILURES)

    @router.post("/score", responses={200: {"model": ScoredReport, "description": "The report of the article."}})
    async def score(body: ScoreRequest, request: Request) -> Response:
        """Score an article. The answer is the wire format that `biasdetect score --format json` prints."""
        return answer(await pool.run(request, lambda job: _scored(detector, body, job, metrics)[1].to_dict()))

    @router.post("/score/stream", response_class=StreamingResponse)
    async def stream(body: StreamRequest, request: Request) -> Response:
        """Score an article and send JSON Lines meanwhile: first its paragraphs, then the sentences of each part as it
        is scored, then the report of `/v1/score`, last the phrases at other thresholds.
        """  # noqa: D205 - shown as one paragraph
        loop = asyncio.get_running_loop()
        events: asyncio.Queue[Event | None] = asyncio.Queue()

        def say(event: Event | None) -> None:
            loop.call_soon_threadsafe(events.put_nowait, event)

        def work(job: ScoringJob) -> None:
            try:
                document = read_article(body.article)
                report = score_streaming(
                    detector,
                    document,
                    body.scoring(),
                    body.thresholds,
                    job.check,
                    say,
                    kept=[(one.start, one.end) for one in body.kept],
                    changed=(body.changed.start, body.changed.end) if body.changed else None,
                    assist=pool.assist,
                )
                metrics.sentences.inc(len(report.sentences))
            finally:
                say(None)

        job, finished = pool.submit(work)

        def drop() -> None:
            job.drop()
            finished.cancel()

        async def sent(first: Event) -> AsyncIterator[bytes]:
            try:
                async for line in lines(first, events, finished):
                    yield line
            finally:  # also where the client hangs up
                if not finished.done():
                    metrics.refused.labels("hung-up").inc()
                drop()

        # the answer begins with the first event, so that what cannot be read has its status
        try:
            first = await pool.wait(request, asyncio.ensure_future(events.get()))
            if first is None:
                await finished
                raise RuntimeError("an article was scored without a word")
        except BaseException:
            drop()
            raise
        return StreamingResponse(sent(first), media_type="application/x-ndjson", headers={"X-Accel-Buffering": "no"})

    @router.post("/score/batch", responses={200: {"model": dict[str, list[BatchResult]]}})
    async def batch(body: BatchRequest, request: Request) -> Response:
        """Score several articles, in order. An article that cannot be read has an error in the place of a report."""
        if len(body.articles) > settings.max_documents:
            raise RequestError(
                413,
                "too-many",
                f"A batch holds at most {settings.max_documents} articles, and this one has {len(body.articles)}. "
                "Send several batches.",
            )

        def work(job: ScoringJob) -> list[dict[str, Any]]:
            results: list[dict[str, Any]] = []
            for article in body.articles:
                one = ScoreRequest(**article.model_dump(), **body.scoring())
                try:
                    results.append({"report": _scored(detector, one, job, metrics)[1].to_dict()})
                except BiasDetectError as error:
                    results.append(error_data("unreadable", str(error)))
            return results

        return answer({"results": await pool.run(request, work)})

    return router


def review_routes(detector: Detector, pool: ScoringPool, metrics: Metrics) -> APIRouter:
    """What a reader takes along: the report as a page, the review as training data."""
    router = APIRouter(prefix="/v1", tags=["to take along"], responses=_FAILURES)

    @router.post("/report", response_class=Response)
    async def report(body: ScoreRequest, request: Request) -> Response:
        """The report of an article as a page that stands for itself, to be stored."""

        def work(job: ScoringJob) -> str:
            document, found = _scored(detector, body, job, metrics)
            lower = min(LOWEST, found.settings.threshold)
            weaker = detector.score(document, **{**body.scoring(), "threshold": lower, "suggest": False})
            return render_page(found, document.source, weaker)

        page = await pool.run(request, work)
        return _download(page, "text/html; charset=utf-8", "biasdetect-report.html")

    @router.post("/review", response_class=Response)
    async def review(body: ReviewRequest, request: Request) -> Response:
        """A review of an article as training data, in the form that `biasdetect label` writes: JSON Lines, one for
        each sentence of which a phrase was decided. The words of phrases that were not are marked as unknown.
        """  # noqa: D205 - shown as one paragraph
        decisions = {(decision.start, decision.end): decision.accepted for decision in body.decisions}

        def work(job: ScoringJob) -> str:
            document, found = _scored(detector, body.model_copy(update={"suggest": False}), job, metrics)
            return as_lines(review_records(detector, document, found, decisions, body.annotator))

        text = await pool.run(request, work)
        return _download(text, "application/x-ndjson", "biasdetect-review.jsonl")

    return router


def _scored(detector: Detector, request: ScoreRequest, job: ScoringJob, metrics: Metrics) -> tuple[Document, Report]:
    """An article, and its report."""
    document = read_article(request.article)
    report = score_in_parts(detector, document, request.scoring(), job.check)
    metrics.sentences.inc(len(report.sentences))
    return document, report


def _download(text: str, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Type": media_type}
    return Response(text.encode("utf-8", "backslashreplace"), headers=headers)
