"""Uvicorn's HTTP protocol with a timeout for the head of a request, so that idle clients are disconnected."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


def protocol_with_timeout(seconds: float) -> type[H11Protocol]:
    """Uvicorn's protocol, which hangs up where the head of a request has not come within a time.

    Uvicorn by itself waits for ever, and counts who is waited for among its connections: with enough of them it serves
    nobody else.

    Args:
        seconds: from the connection, or from the answer before, to the end of a request's head.
    """

    class Protocol(H11Protocol):
        _waiting: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            self._stop()

        def _wait(self) -> None:
            self._stop()
            if not self.transport.is_closing():
                self._waiting = self.loop.call_later(seconds, self._hang_up)

        def _stop(self) -> None:
            if self._waiting:
                self._waiting.cancel()

        def _hang_up(self) -> None:
            cycle: Any = self.cycle
            if cycle is None or cycle.response_complete:  # else a request is under way
                self.transport.close()

    return Protocol
