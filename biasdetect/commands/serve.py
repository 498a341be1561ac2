"""``biasdetect serve``: starts the HTTP server, with a page for the browser."""

from __future__ import annotations

from typing import Any

import click

from biasdetect.commands import Exit, serving
from biasdetect.detector import load

_EPILOG = """\b
Examples:
  biasdetect serve
  biasdetect serve --port 9000 --model models/mine
  biasdetect serve --host 0.0.0.0 --allow-host bias.example.org

\b
Exit codes: 0 stopped by Ctrl-C or SIGTERM; 2 wrong usage; 4 failure, such as a port that is taken.
"""


@click.command(epilog=_EPILOG)
@click.option("--fetch/--no-fetch", default=None, help="Open pages of the public web by their address.  [default: where the server is reached from this machine alone]")  # fmt: skip
@click.option("--allow-private", is_flag=True, help="Open pages of this machine and the local network too.")
@serving.options
def serve(fetch: bool | None, allow_private: bool, model: str | None, **options: Any) -> int:
    """Serve the model over HTTP, with an editor for the browser.

    The page marks a text while it is written, offers wording to use instead, and takes files, pages of the
    web and what was copied. Programs use POST /v1/score and the other addresses that /docs lists. The
    server has no password and no TLS: put it behind one that has before others can reach it.
    """
    if fetch is False and allow_private:
        raise click.UsageError("--allow-private and --no-fetch exclude each other.")
    with serving.needing("serve", "Serving"):
        from biasdetect.serve.app import create_app
    server = serving.ServingOptions(**options)
    settings = server.settings(fetch=server.local if fetch is None else fetch, private=allow_private)
    with server.listen() as listening:  # before the model is loaded, so that a port that is taken is reported at once
        server.run(create_app(load(model, threads=server.threads), settings), listening)
    return Exit.DONE
