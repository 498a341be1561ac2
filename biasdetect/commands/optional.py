"""Options whose value may be left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click


class OptionalValue(click.Option):
    """An option whose value may be left out, of a command of :class:`biasdetect.commands.groups.GroupedOptions`: ``--fix`` and ``--fix=safe``.

    It never takes the next argument for its value.

    Args:
        names: as for every option.
        values: what it may be.
        bare: the one of them that is meant where none is given.
    """

    def __init__(self, names: Sequence[str], *, values: Sequence[str], bare: str, **kwargs: Any) -> None:
        super().__init__(names, type=click.Choice(values), **kwargs)
        self.values, self.bare = values, bare

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Name and help, with no space before the value."""
        record = super().get_help_record(ctx)
        return record and (record[0].replace(" [=", "[="), record[1])
