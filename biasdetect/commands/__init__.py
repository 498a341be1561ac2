"""The command line: one thin module per command over a callable that returns a result."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes, one per outcome; `docs/cli.md` lists them for users."""

    DONE = 0
    FAIL_ABOVE = 1
    USAGE = 2
    UNREADABLE = 3
    FAILURE = 4
    INTERRUPTED = 5
