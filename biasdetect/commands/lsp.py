"""``biasdetect lsp``: starts the language server for editors."""

from __future__ import annotations

import click

from biasdetect.commands import Exit
from biasdetect.errors import MissingExtraError

_EPILOG = """\b
The editor starts it; docs/integrate/editors.md shows the set-up for VS Code, Neovim and Helix.
Nothing leaves the machine, and no text is logged.
"""


@click.command(epilog=_EPILOG)
@click.option("--model", metavar="NAME", help="Model folder or hub name, also of a transformers classifier.  [default: the model that ships with biasdetect]")  # fmt: skip
@click.option("--stdio", is_flag=True, help="Speak over standard input and output, which it does anyway; many editors add this.")  # fmt: skip
def lsp(model: str | None, stdio: bool) -> int:
    """Mark loaded phrases in an editor (a language server)."""
    del stdio
    try:
        from biasdetect.lsp.server import serve
    except ImportError as error:
        raise MissingExtraError("The language server", "lsp") from error
    serve(model)
    return Exit.DONE
