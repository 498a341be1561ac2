"""The command line: one module per command; the one place where errors become messages and exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

import click

Command = Callable[..., Any]


class Exit(IntEnum):
    """Exit codes, one per outcome, each with what it means; ``biasdetect --help`` and docs/integrate/cli.md list them."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> Exit:
        """An exit code with its meaning."""
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code

    DONE = 0, "done"
    FAIL_ABOVE = 1, "a limit that you set was exceeded, or a new model is worse"
    USAGE = 2, "wrong usage, or a house style that cannot be used"
    UNREADABLE = 3, "an input could not be read; the others were processed"
    FAILURE = 4, "failure; the message says what to do"
    INTERRUPTED = 5, "interrupted"
    OTHER_LANGUAGE = (
        6,
        "--fix or --comments refused a text that is not in the language of the model; the others were done",
    )


def print_error(error: object, kind: str = "Error") -> None:
    """Print on standard error what went wrong; no control character of a file's name reaches the terminal."""
    from biasdetect.util.display import clean

    message = "\n".join(clean(line) for line in f"{kind}: {error}".split("\n"))
    click.echo(message, err=True)


def with_options(options: Sequence[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    """A decorator that gives a command several options, which its help lists in this order."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def print_json(data: Any, *, indent: int | None = 2, allow_nan: bool = True) -> None:
    """Print plain data as JSON in UTF-8, whatever the terminal's encoding; lone surrogates as escapes.

    Args:
        data: what is printed.
        indent: spaces of each level; None for one line.
        allow_nan: whether numbers that JSON has no form for are written all the same.

    Raises:
        ValueError: for a number that JSON has no form for, unless ``allow_nan``.
    """
    text = json.dumps(data, ensure_ascii=False, indent=indent, allow_nan=allow_nan)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
