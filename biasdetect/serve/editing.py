"""HTTP routes of the editor on the page: open what people have, and take the edited text along."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from biasdetect.detector import Detector
from biasdetect.errors import InputError
from biasdetect.reading.document import Document
from biasdetect.reading.files import read, recognise
from biasdetect.reading.formats import Format
from biasdetect.results import Report
from biasdetect.serve.answers import RequestError, answer
from biasdetect.serve.edits import Change
from biasdetect.serve.metrics import Metrics
from biasdetect.serve.opening import Draft, open_draft
from biasdetect.serve.pool import ScoringJob, ScoringPool, busy
from biasdetect.serve.requests import AddressRequest, OriginalRequest, TakeRequest
from biasdetect.serve.scoring import score_in_parts
from biasdetect.serve.settings import ServerSettings
from biasdetect.serve.takeaway import MEDIA_TYPES, Original, renamed, take_along

_FETCHES = 4  # at once; each may take its time
_BYTES = "application/octet-stream"  # which no form of another site can send


def editing_routes(detector: Detector, settings: ServerSettings, pool: ScoringPool, metrics: Metrics) -> APIRouter:
    """Opening, fetching, and taking along."""
    router = APIRouter(prefix="/v1", tags=["editing"])
    fetching = asyncio.Semaphore(_FETCHES)

    @router.post("/open")
    async def open_file(
        request: Request,
        name: Annotated[str, Query(max_length=300, description="Of the file.")] = "",
        format: Annotated[Format | None, Query(description="Recognised where left out.")] = None,
        whole: Annotated[bool, Query(description="Leave nothing out that looks like boilerplate.")] = False,
    ) -> Response:
        """Make a text to edit of a file, which is the body of the request, of type `application/octet-stream`."""
        if request.headers.get("content-type") != _BYTES:
            raise RequestError(422, "invalid", f"Send the bytes of the file, with the header Content-Type: {_BYTES}.")
        data = await request.body()
        return answer(await pool.run(request, lambda _: _opened(open_draft(data, format, name, whole=whole))))

    @router.post("/fetch")
    async def open_address(body: AddressRequest, request: Request) -> Response:
        """Fetch a page of the web, and make a text to edit of it."""
        if not settings.fetch:
            raise RequestError(
                403,
                "no-fetch",
                "This server fetches no pages. Open the page in a browser, and copy the article; or start the server with "
                "--fetch.",
            )
        if fetching.locked():
            raise busy(5)
        from biasdetect.reading.web import fetch

        async with fetching:
            page = await asyncio.to_thread(fetch, body.url, public_only=not settings.private)

        def work(_: ScoringJob) -> dict[str, Any]:
            return _opened(open_draft(page.data, None, page.url, media_type=page.content_type, charset=page.charset))

        return answer(await pool.run(request, work))

    @router.post("/take", response_class=Response)
    async def take(body: TakeRequest, request: Request) -> Response:
        """Take an edited text along as a file; a Word document has what is still flagged as comments."""

        def work(job: ScoringJob) -> bytes:
            def score(document: Document) -> Report:
                report = score_in_parts(detector, document, {**body.scoring(), "suggest": True}, job.check)
                metrics.sentences.inc(len(report.sentences))
                return report

            written_as = body.format or recognise(body.text[:5000].encode("utf-8", "replace"), body.name, body.name, "")
            document = read(body.text, written_as, body.name)
            kept = [(one.start, one.end) for one in body.kept]
            original = _original(body.original) if body.original else None
            return take_along(document, written_as, body.form, original, score, kept)

        media_type, suffix = MEDIA_TYPES[body.form]
        headers = {"Content-Disposition": f'attachment; filename="{renamed(body.name, suffix)}"'}
        return Response(await pool.run(request, work), headers={**headers, "Content-Type": media_type})

    return router


def _opened(draft: Draft) -> dict[str, Any]:
    document = draft.document
    return {
        "name": document.name,
        "text": draft.text,
        "format": draft.format,
        "html": document.source if draft.places and not document.extracted else None,
        "left_out": dict(draft.left_out),
    }


def _original(told: OriginalRequest) -> Original | None:
    changes = tuple(Change(one.start, one.end, one.new) for one in told.changes)
    if told.html is not None:
        return Original(told.html, told.name, told.whole, changes)
    if told.docx is None:
        return None
    try:
        data = base64.b64decode(told.docx, validate=True)
    except binascii.Error:
        raise InputError("The Word document is not in Base64. Open it again.") from None
    return Original(data, told.name, told.whole, changes)
