"""Serves agents at standard input and output, or over HTTP (MCP's streamable HTTP) within the limits of the HTTP server."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any

import anyio
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import INVALID_REQUEST
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from biasdetect.serve.answers import RequestError
from biasdetect.serve.guard import Guard
from biasdetect.serve.limits import BodyLimit
from biasdetect.serve.metrics import Metrics
from biasdetect.serve.settings import ServerSettings
from biasdetect.util.patterns import lazy

PATH = "/mcp"
"""Where the server is found."""
_HALF = lazy("[\\ud800-\\udfff]")


@contextmanager
def output_kept() -> Iterator[None]:
    """What prints meanwhile, at the level of the file descriptor too, prints on standard error."""
    sys.stdout.flush()
    output = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(output, 1)
        os.close(output)


def serve_stdio(server: Server[Any]) -> None:
    """Serve one client at standard input and output until it closes them. The protocol alone is on standard output."""

    async def serve() -> None:
        lines = anyio.wrap_file(_Input(sys.stdin.buffer, encoding="utf-8", errors="replace"))
        async with stdio_server(lines) as (received, sent):  # what prints meanwhile prints on standard error
            await server.run(received, sent, server.create_initialization_options())

    quiet()
    anyio.run(serve)


class _Input(TextIOWrapper):
    """Messages, one a line. Half a character, as a text has that was cut within an emoji, becomes U+FFFD.

    The SDK takes such a message for no message, and its client would wait for ever.
    """

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        line = super().readline(size)
        if "\\ud" not in line.lower():
            return line
        try:
            message = json.dumps(json.loads(line), ensure_ascii=False)
        except (ValueError, RecursionError):
            return line
        return f"{_HALF.sub(chr(0xFFFD), message)}\n"


def create_http_app(server: Server[Any], settings: ServerSettings, metrics: Metrics) -> Starlette:
    """The application that serves any number of clients.

    No session is kept: each request stands for itself, so that an abandoned one costs nothing.

    Args:
        server: what answers.
        settings: the limits, and who may use it; ``hosts`` may not be empty.
        metrics: where it is counted.
    """
    hosts = [f"[{host}]" if ":" in host else host for host in settings.hosts]
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        max_request_body_size=settings.max_body,
        transport_security=TransportSecuritySettings(
            allowed_hosts=[*hosts, *(f"{host}:*" for host in hosts)], allowed_origins=list(settings.origins)
        ),
    )
    # the last one is the outermost
    app.add_middleware(BodyLimit, settings=settings, metrics=metrics, refuse=_refusal)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=["POST"],
            allow_headers=["*"],
            expose_headers=["Retry-After"],
        )
    app.add_middleware(Guard, settings=settings, metrics=metrics, paths={PATH}, refuse=_refusal)
    quiet()
    return app


def quiet() -> None:
    """The SDK would log what it cannot read, and with it the texts."""
    logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)


def _refusal(error: RequestError) -> Response:
    """The answer to a request that was refused before its message was read: an error that the protocol knows."""
    told = {"code": INVALID_REQUEST, "message": error.message, "data": {"error": error.code}}
    body = json.dumps({"jsonrpc": "2.0", "id": None, "error": told})
    return Response(body, error.status, error.headers, "application/json")
