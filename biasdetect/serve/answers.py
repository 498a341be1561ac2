"""JSON responses: reports, and errors with a message that says what to do."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response


class RequestError(Exception):
    """A request that is not answered with what it asked for.

    Attributes:
        status: of HTTP.
        code: a short fixed name for programs.
        message: for people; says what to do.
        headers: further ones of the answer.
    """

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


class ClientDisconnectedError(Exception):
    """The client is gone: nobody waits for the answer."""


def encode(data: Any) -> bytes:
    """Plain data as JSON on one line; half characters, which UTF-8 has no form for, as escapes."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer of plain data."""
    return Response(encode(data), status, headers, "application/json")


def error_answer(error: RequestError) -> Response:
    """The answer to a request that failed."""
    return answer(error_data(error.code, error.message), error.status, error.headers)


def error_data(code: str, message: str) -> dict[str, str]:
    """An error as plain data."""
    return {"error": code, "message": message}
