"""``biasdetect help``: the help of a command, as ``--help`` shows it."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from biasdetect.commands import Exit
from biasdetect.commands.nearest import no_such_command


def _complete_commands(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    context = _context_of(ctx, ctx.params.get("command") or ())
    names = context.command.list_commands(context) if isinstance(context.command, click.Group) else []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.command(name="help")
@click.argument("command", nargs=-1, metavar="[COMMAND]...", shell_complete=_complete_commands)
@click.pass_context
def help(ctx: click.Context, command: tuple[str, ...]) -> int:
    """Show the help of a command: biasdetect help score."""
    click.echo(_context_of(ctx, command).get_help())
    return Exit.DONE


def _context_of(ctx: click.Context, names: tuple[str, ...]) -> click.Context:
    """The context of the command that names lead to from the root.

    Raises:
        click.UsageError: where they lead to no command.
    """
    context = ctx.find_root()
    for name in names:
        if not isinstance(context.command, click.Group):
            raise click.UsageError(f"{context.command_path} has no commands below it: leave {name} out.", ctx)
        command = context.command.get_command(context, name)
        if command is None:
            raise no_such_command(name, context.command, context)
        context = click.Context(command, parent=context, info_name=name)
    return context
