"""docs/integrate/cli.md and editors.md: the command line's own help, and a session of the language server."""

from __future__ import annotations

from collections.abc import Iterator

import click

from biasdetect.commands.main import cli
from blocks.shared import record


def command_line() -> str:
    """docs/integrate/cli.md from the commands' own help."""
    parts = ["# Command line", _COMMAND_LINE]
    # the settings of the command line itself: click remembers the options for help that it made first
    settings = {**cli.context_settings, "max_content_width": 100, "terminal_width": 100}
    for context in _contexts(click.Context(cli, info_name="biasdetect", **settings)):
        with context:
            parts += [f"## {context.command_path}", f"```\n{context.command.get_help(context).strip()}\n```"]
    return "\n\n".join(parts) + "\n"


_COMMAND_LINE = """\
`biasdetect article.txt` scores a file; a folder, an address and `-` for standard input do as well, and the options of
`biasdetect score` may follow. Where a file bears the name of a command, write `./score`. `biasdetect help COMMAND`
shows what follows here, and an option or a command that does not exist is answered with the nearest one.

**Completion.** The Tab key completes commands, options, their values and files, once the shell has read this line, in
`~/.bashrc` or `~/.zshrc`:

```
eval "$(_BIASDETECT_COMPLETE=bash_source biasdetect)"
eval "$(_BIASDETECT_COMPLETE=zsh_source biasdetect)"
```

or this one, in `~/.config/fish/completions/biasdetect.fish`:

```
_BIASDETECT_COMPLETE=fish_source biasdetect | source
```

**Progress.** Where `score` takes longer than two seconds, a line on standard error says which document it is at. It is
shown on a terminal alone, and erased at the end.

Generated from the commands by `docs/generate.py`."""


def _contexts(context: click.Context) -> Iterator[click.Context]:
    """A command as it is called, and those below it."""
    yield context
    if isinstance(context.command, click.Group):
        for name, inner in sorted(context.command.commands.items()):
            yield from _contexts(click.Context(inner, info_name=name, parent=context))


def editors() -> dict[str, str]:
    """The blocks of docs/integrate/editors.md, from what the language server's benchmark recorded."""
    recorded = record("benchmarks/lsp.json")
    times = recorded["changes"]
    lines = [
        f"{'→' if sender == 'editor' else '←'} {name}{f'  {_short(said)}' if said else ''}"
        for sender, name, said in recorded["session"]
    ]
    return {
        "lsp-time": (
            f"In an article of {times['words']} words, from the end of that pause to the marks of a changed paragraph of three "
            f"new sentences: {times['median']} ms in the median of {times['changes']} changes, {times['slowest']} ms in the "
            f"slowest, on a machine of {times['cores']} cores; {times['processor_time']} ms of processor time each; {times['opened']} ms where the whole article is new."
        ),
        "lsp-session": "```\n" + "\n".join(lines) + "\n```",
    }  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= 700 else f"{text[:699]}…"
