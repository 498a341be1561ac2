"""Checks what ``--encoding`` names, before anything is read."""

from __future__ import annotations

import click


def known_encoding(_ctx: click.Context, _param: click.Parameter, name: str | None) -> str | None:
    """The name as it was given; a usage error where Python knows no such encoding of text."""
    try:
        "".encode(name or "utf-8")
    except (LookupError, ValueError):  # ValueError: a NUL character in it
        raise click.BadParameter(f"{name!r} is no encoding. Name one such as utf-8, utf-16-le or cp1252.") from None
    return name
