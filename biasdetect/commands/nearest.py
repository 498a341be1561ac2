"""Suggests the option or command that was probably meant for one that does not exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches

import click

from biasdetect.commands.optional import OptionalValue

_MOST = 3  # suggestions in one message

OPTION_MEANINGS: Mapping[str, Sequence[str]] = {
    # what other tools call it: what it is called here, with the value where one is meant
    "address": ("host",),
    "annotate": ("comments",),
    "apply": ("fix",),
    "autofix": ("fix",),
    "bind": ("host",),
    "c": ("house-style",),
    "checkpoint": ("model",),
    "concurrency": ("workers",),
    "confidence": ("threshold",),
    "config": ("house-style",),
    "cutoff": ("threshold",),
    "destination": ("out",),
    "diff": ("changed-since",),
    "dir": ("out", "work"),
    "f": ("format",),
    "fail-over": ("fail-above",),
    "fail-under": ("fail-above",),
    "folder": ("out", "work"),
    "force": ("overwrite", "replace"),
    "genre": ("kind",),
    "i": ("in-place",),
    "j": ("workers",),
    "jobs": ("workers",),
    "max-score": ("fail-above",),
    "min-score": ("threshold",),
    "o": ("out",),
    "no-config": ("no-house-style",),
    "no-quotes": ("quotes skip",),
    "outfile": ("out",),
    "output": ("out",),
    "output-file": ("out",),
    "output-format": ("format",),
    "overwrite": ("in-place", "replace"),
    "parallel": ("workers",),
    "processes": ("workers",),
    "replace": ("in-place", "overwrite"),
    "save": ("out",),
    "skip-quotes": ("quotes skip",),
    "to": ("out",),
    "type": ("format", "input-format"),
    "weights": ("model",),
}
COMMAND_MEANINGS: Mapping[str, Sequence[str]] = {
    "analyse": ("score",),
    "analyze": ("score",),
    "annotate": ("label",),
    "batch": ("corpus",),
    "check": ("score",),
    "detect": ("score",),
    "diff": ("compare",),
    "finetune": ("train",),
    "fine-tune": ("train",),
    "lint": ("score",),
    "ls": ("list",),
    "review": ("label",),
    "run": ("score",),
    "scan": ("score",),
    "summary": ("report",),
    "test": ("evaluate",),
    "web": ("serve",),
}


def with_nearest(error: click.ClickException) -> click.ClickException:
    """The same error, naming the option that was probably meant where the error is an unknown option."""
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return error
    context, typed = error.ctx, error.option_name
    message = f"No such option: {typed}."
    found = nearest_options(typed, context.command.get_params(context))
    if not found and context.parent is None and isinstance(context.command, click.Group):
        # an option of the command for files, given before the command's name
        score = context.command.get_command(context, "score")
        exact = [typed] if score and any(typed in option.opts for option in score.params) else []
        found = exact or (nearest_options(typed, score.params) if score else [])
        found = [f"{context.info_name} score {option}" for option in found]
    return click.UsageError(f"{message} Did you mean {_one_of(found)}?" if found else message, context)


def no_such_command(name: str, group: click.Group, context: click.Context) -> click.UsageError:
    """The error for a command that a group does not have, with the nearest one.

    Args:
        name: what was typed.
        group: where it was looked for.
        context: of the group.
    """
    known = group.list_commands(context)
    root = context.parent is None
    message = f'"{name}" is neither a command nor a file.' if root else f'No such command: "{name}".'
    found = _nearest(name.casefold(), known, COMMAND_MEANINGS)
    advice = f"Did you mean {_one_of(found)}?" if found else f"The commands: {', '.join(known)}."
    return click.UsageError(f"{message} {advice}", context)


def nearest_options(typed: str, params: Sequence[click.Parameter]) -> list[str]:
    """The options that were probably meant, best first; empty where none comes near.

    Args:
        typed: what the user typed, such as ``--fmt``.
        params: of the command.

    Returns:
        Options as a user would type them, such as ``--format``, or ``--format json`` for ``--json``.
    """
    options = [param for param in params if isinstance(param, click.Option) and not param.hidden]
    known = [name[2:] for option in options for name in option.opts if name.startswith("--")]
    values = {
        choice: f"{option.opts[0][2:]}{'=' if isinstance(option, OptionalValue) else ' '}{choice}"
        for option in reversed(options)  # where two options have the value, the first one is meant
        if isinstance(option.type, click.Choice)
        for choice in map(str, option.type.choices)
    }
    name = typed.lstrip("-").casefold().replace("_", "-")
    meanings = {**{value: (option,) for value, option in values.items()}, **OPTION_MEANINGS}
    if len(name) == 1 and name not in meanings:
        return [f"--{option}" for option in known if option.startswith(name)][:_MOST]
    return [f"--{option}" for option in _nearest(name, known, meanings)]


def _nearest(name: str, known: Collection[str], meanings: Mapping[str, Sequence[str]]) -> list[str]:
    """The known names that come nearest by the first way that gives any: meaning, words, letters."""
    meant = [target for target in meanings.get(name, ()) if target.split()[0] in known]
    if name in known:  # as a value's name may be: an option of the same name is the better answer
        meant = [name]
    return (
        meant
        or [other for other in known if other.startswith(name) or (len(other) > 2 and name.startswith(other))]
        or [other for other in known if _words(name) & _words(other)]
        or [other for other in known if len(name) > 1 and _abbreviates(name, other)]
        or get_close_matches(name, known, n=1)
    )[:_MOST]


def _words(name: str) -> set[str]:
    return {word for word in name.split("-") if len(word) > 2}


def _abbreviates(short: str, name: str) -> bool:
    """Whether a name's first letter and some of the others, in order, make the short form."""
    letters: Iterator[str] = iter(name)
    return short[0] == name[0] and all(letter in letters for letter in short)


def _one_of(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
