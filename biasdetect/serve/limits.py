"""ASGI middleware that limits request bodies: their size, the time to arrive, and the memory of all together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from biasdetect.serve.answers import RequestError, error_answer
from biasdetect.serve.metrics import Metrics
from biasdetect.serve.pool import busy
from biasdetect.serve.settings import ServerSettings

_LINGER_SECONDS = 3.0
_LINGER_BYTES = 64_000_000


class BodyLimit:
    """Reads a request's body before the application sees it, chunk by chunk, and refuses it as soon as it is too much.

    It is an ASGI middleware. The length that a client declares is believed where it is over the limit, and not
    otherwise: what counts is what arrives.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: ServerSettings,
        metrics: Metrics,
        refuse: Callable[[RequestError], Response] = error_answer,
    ) -> None:
        """Args: the application; the limits; where refusals are counted; what answers to one."""
        self._app = app
        self._refuse = refuse
        self._settings = settings
        self._metrics = metrics
        self._held = 0  # bytes of all bodies that are being read

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(Headers(scope=scope), receive)
        except RequestError as error:
            # who is too slow is not waited for once more
            await _answer_early(
                self._refuse(error), scope, receive, send, 0 if error.status == 408 else _LINGER_SECONDS
            )
            return
        if body is None:  # hung up in the middle of it
            self._metrics.refused.labels("hung-up").inc()
            return
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, headers: Headers, receive: Receive) -> bytes | None:
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self._settings.max_body:
            raise self._too_large()
        body = bytearray()
        try:
            async with asyncio.timeout(self._settings.upload_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    chunk = message.get("body", b"")
                    self._held += len(chunk)
                    body += chunk
                    if len(body) > self._settings.max_body:
                        raise self._too_large()
                    if self._held > self._settings.max_held:
                        self._metrics.refused.labels("queue-full").inc()
                        raise busy(5)
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            self._metrics.refused.labels("too-slow").inc()
            raise RequestError(
                408,
                "too-slow",
                f"The request did not arrive within {self._settings.upload_seconds:g} s. Send it again over a faster "
                "line, or in smaller pieces.",
            ) from None
        finally:
            self._held -= len(body)

    def _too_large(self) -> RequestError:
        self._metrics.refused.labels("too-large").inc()
        return RequestError(
            413,
            "too-large",
            f"The request is larger than {self._settings.max_body:,} bytes, the limit of this server. Send the "
            "articles one by one, or start the server with a higher --max-body.",
        )


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body once more, then whatever comes: that the client hangs up."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again


async def _answer_early(response: Response, scope: Scope, receive: Receive, send: Send, linger: float) -> None:
    """Answer before the body is there, and then take what still comes for some seconds.

    A client that is still sending when the connection is closed may never see the answer.
    """
    response.headers["Connection"] = "close"
    held_back: list[Message] = []

    async def hold(message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body"):
            held_back.append({"type": "http.response.body", "body": b"", "more_body": False})
            message = {**message, "more_body": True}
        await send(message)

    await response(scope, receive, hold)
    taken = 0
    try:
        async with asyncio.timeout(linger):
            while taken <= _LINGER_BYTES:
                message = await receive()
                taken += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    break
    except TimeoutError:
        pass
    for message in held_back:
        await send(message)
