"""The options that say how the text of files and tables is found: ``--text-column`` and ``--encoding``."""

from __future__ import annotations

import click

from biasdetect.commands import with_options


def known_encoding(_ctx: click.Context, _param: click.Parameter, name: str | None) -> str | None:
    """The name as it was given; a usage error where Python knows no such encoding of text."""
    try:
        "".encode(name or "utf-8")
    except (LookupError, ValueError):  # ValueError: a NUL character in it
        raise click.BadParameter(f"{name!r} is no encoding. Name one such as utf-8, utf-16-le or cp1252.") from None
    return name


table_options = with_options((
    click.option("--text-column", metavar="NAME", help="Column of the texts in a table; article.body for a field in a field.  [default: found by its name]"),
    click.option("--encoding", callback=known_encoding, metavar="NAME", help="Encoding of what is text, such as cp1252.  [default: recognised]"),
))  # fmt: skip
"""Gives a command both options."""
