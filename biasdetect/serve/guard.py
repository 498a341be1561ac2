"""ASGI middleware around every request: host check, security headers, log and metrics."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from biasdetect.serve.answers import RequestError, error_answer
from biasdetect.serve.metrics import Metrics
from biasdetect.serve.settings import ServerSettings

log = logging.getLogger("biasdetect.serve")

_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
POLICIES = {
    # the page: its own script, style and answers; markup never becomes part of it
    "/": f"{_POLICY}; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    # Swagger UI draws with inline styles, and pictures in its style sheet
    "/docs": f"{_POLICY}; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:",
}
"""Content-Security-Policy by path; all other answers are no pages and may load nothing."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """ASGI middleware: checks the host, adds headers, logs and counts, and turns what nobody expected into a 500.

    A line of the log has the method, the path where it is one of the server's own, the status, the time and the size
    of the answer. Neither text of an article nor the message of an exception, which may quote it, is ever logged.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: ServerSettings,
        metrics: Metrics,
        paths: Collection[str],
        refuse: Callable[[RequestError], Response] = error_answer,
    ) -> None:
        """Args: the application; who may use it; where it is counted; its own addresses; what answers to a refusal."""
        self._app = app
        self._hosts = {host.lower() for host in settings.hosts}
        self._metrics = metrics
        self._paths = paths
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        path = scope["path"] if scope["path"] in self._paths else "(other)"
        status, size = 0, 0

        async def watched(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(MutableHeaders(scope=message), path)
            size += len(message.get("body", b""))
            await send(message)

        try:
            if self._known_host(Headers(scope=scope).get("host", "")):
                await self._app(scope, receive, watched)
            else:
                await self._refuse(_unknown_host())(scope, receive, watched)
        except Exception as error:
            log.error("%s %s failed: %s\n%s", scope["method"], path, type(error).__name__, where_it_failed(error))
            if not status:  # else half of an answer is out: it is left so, and the server cuts the connection
                await self._refuse(unexpected())(scope, receive, watched)
        finally:
            seconds = time.monotonic() - started
            outcome = str(status) if status else "hung-up"
            self._metrics.requests.labels(path, outcome).inc()
            self._metrics.seconds.labels(path).observe(seconds)
            log.info("%s %s %s %.3f s %d bytes", scope["method"], path, outcome, seconds, size)

    def _known_host(self, header: str) -> bool:
        if not self._hosts:
            return True
        try:
            return (urlsplit(f"//{header}").hostname or "") in self._hosts
        except ValueError:
            return False


def _add_headers(headers: MutableHeaders, path: str) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", POLICIES.get(path, _POLICY))
    headers.setdefault("Cache-Control", "no-store")


def where_it_failed(error: Exception) -> str:
    """The lines of code that led to an exception, without its message."""
    return "".join(traceback.format_tb(error.__traceback__)).rstrip()


def _unknown_host() -> RequestError:
    return RequestError(
        421,
        "unknown-host",
        "This server does not answer to that name. Use http://127.0.0.1 with its port, or start it with --allow-host NAME.",
    )


def unexpected() -> RequestError:
    """The error for a mistake of our own."""
    return RequestError(
        500,
        "failed",
        "The server failed on this request; its log says where. Try another article, and report the lines of the log.",
    )
