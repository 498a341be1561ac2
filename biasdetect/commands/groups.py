"""Command groups that suggest the nearest command, and a command whose help lists options under headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from biasdetect.commands.optional import OptionalValue

_WIDEST = 30  # characters of the column of options, at most: what click gives it


class CommandGroup(click.Group):
    """A group that answers a command it does not have with the nearest one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names, and the arguments for it.

        Raises:
            click.UsageError: where there is no such command.
        """
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            from biasdetect.commands.nearest import no_such_command

            raise no_such_command(args[0], self, ctx)
        return super().resolve_command(ctx, args)


class ScoringGroup(CommandGroup):
    """A group that scores what its first argument names where that is no command but a file or an address."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As any group; ``article.txt`` is read as ``score article.txt``. A command's name wins."""
        if self.get_command(ctx, args[0]) is None and names_input(args[0]):
            args = ["score", *args]
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Files beside commands."""
        return [*complete_files(ctx, None, incomplete), *super().shell_complete(ctx, incomplete)]


class GroupedOptions(click.Command):
    """A command whose help lists its options under headings.

    Args:
        headings: names of parameters by heading; what is left over stands under "Other options".
    """

    def __init__(self, *args: Any, headings: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = headings

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, in which some options may stand without their values.

        Raises:
            click.UsageError: for a value that stands apart from such an option.
        """
        optional = {name: param for param in self.params if isinstance(param, OptionalValue) for name in param.opts}
        end = args.index("--") if "--" in args else len(args)
        for name, value in pairwise(args[:end]):
            if name in optional and value in optional[name].values and not Path(value).exists():
                raise click.UsageError(
                    f"{name} {value} names a file that does not exist. Did you mean {name}={value}?", ctx
                )
        args = [*(f"{arg}={optional[arg].bare}" if arg in optional else arg for arg in args[:end]), *args[end:]]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, heading by heading, all in the same columns."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        shown = {param.name: record for param in options if (record := param.get_help_record(ctx))}
        width = min(max(len(name) for name, _ in shown.values()), _WIDEST)
        placed = {name for names in self.headings.values() for name in names}
        headings = {**self.headings, "Other options": [name for name in shown if name not in placed]}
        for heading, names in headings.items():
            with formatter.section(heading):
                formatter.write_dl([(shown[name][0].ljust(width), shown[name][1]) for name in names])


def names_input(name: str) -> bool:
    """Whether an argument names something to score rather than a command.

    A path, existing or not, is recognised by a separator, a wildcard or a suffix, so that a misspelt
    file is answered with "no such file".
    """
    from biasdetect.reading.files import STDIN
    from biasdetect.reading.inputs import is_address, names_many

    path = Path(name)
    return (
        name == STDIN
        or is_address(name)
        or names_many(name)
        or path.exists()
        or bool(path.suffix)
        or path.parent != Path()
    )


def complete_files(_ctx: click.Context, _param: click.Parameter | None, incomplete: str) -> list[CompletionItem]:
    """For ``shell_complete`` of an argument that names files: the shell completes their names."""
    return [CompletionItem(incomplete, type="file")]
