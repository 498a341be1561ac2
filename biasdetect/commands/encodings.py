"""Type of the option ``--encoding``: a name of an encoding of text that Python knows."""

from __future__ import annotations

from typing import Any

import click


class Encoding(click.ParamType):
    """The name of an encoding."""

    name = "encoding"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as it was given; a usage error where it is none."""
        try:
            "".encode(value)
        except (LookupError, ValueError):  # ValueError: a NUL character in it
            self.fail(f"{value!r} is no encoding. Name one such as utf-8, utf-16-le or cp1252.", param, ctx)
        return str(value)
