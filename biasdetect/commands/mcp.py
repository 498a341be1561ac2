"""``biasdetect mcp``: starts the server for agents (Model Context Protocol)."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import click

from biasdetect.commands import Exit, serving
from biasdetect.commands.styles import Styles
from biasdetect.detector import load

_EPILOG = """\b
Examples:
  biasdetect mcp
  biasdetect mcp --allow-write drafts/
  biasdetect mcp --transport http --port 8001

\b
Exit codes: 0 the client ended the session, or stopped by SIGTERM; 2 wrong usage, or a
house style that cannot be used; 4 failure, such as a port that is taken; 5 interrupted.
"""


@click.command(epilog=_EPILOG)
@click.option("--transport", type=click.Choice(["stdio", "http"]), default="stdio", show_default=True, help="stdio: the client starts the server and talks to it over pipes; http: clients connect to it (streamable HTTP, at /mcp).")  # fmt: skip
@click.option("--allow-write", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER", help="Folder that tools may write new texts to.  [default: none]")  # fmt: skip
@click.option("--fetch/--no-fetch", default=None, help="Offer to score pages of the public web.  [default: where the server is reached from this machine alone]")  # fmt: skip
@click.option("--allow-private", is_flag=True, help="Score pages of this machine and the local network too.")
@click.option("--house-style", type=click.Path(path_type=Path), metavar="FILE", help="House style to score by.  [default: .biasdetect.toml, or pyproject.toml, upwards from a text's name or the working folder]")  # fmt: skip
@click.option("--no-house-style", is_flag=True, help="Score by no house style, and obey no marks in the text.")
@serving.options
def mcp(
    transport: str,
    allow_write: Path | None,
    fetch: bool | None,
    allow_private: bool,
    house_style: Path | None,
    no_house_style: bool,
    model: str | None,
    **options: Any,
) -> int:
    """Serve agents and assistants (Model Context Protocol).

    Tools score a text or a page of the web, rewrite a text, and compare two versions; resources tell the
    categories and the house style. docs/integrate/agents.md shows how clients are set up. Nothing but a page
    that is asked for is fetched, no text is logged, and no file is written without --allow-write.
    """
    server = serving.ServingOptions(**options)
    over_http = transport == "http"
    local = server.local or not over_http
    if not local and not server.allow_host:
        raise click.UsageError("--host of other machines needs --allow-host NAME: the name by which clients call it.")
    if fetch is False and allow_private:
        raise click.UsageError("--allow-private and --no-fetch exclude each other.")
    styles = Styles(house_style, no_house_style)
    with serving.needing("mcp", "The server for agents"):
        from biasdetect.mcp.server import McpSettings, create_server
        from biasdetect.mcp.tools import ToolSettings
        from biasdetect.mcp.transports import PATH, create_http_app, output_kept, serve_stdio
        from biasdetect.serve.metrics import Metrics
    limits = server.settings()
    tools = ToolSettings(
        # who comes over HTTP may be anybody: a name leads to no folder then
        rules=styles.rules_here if over_http else styles.rules,
        max_bytes=limits.max_body,
        fetch=local if fetch is None else fetch,
        private=allow_private,
        folder=allow_write,
    )
    settings, metrics = McpSettings(limits, tools, styles.file), Metrics()
    if not over_http:
        with output_kept():
            detector = load(model, threads=server.threads)
        # a thread waits for the client's next line, and nothing else interrupts it
        signal.signal(signal.SIGINT, lambda *_: os._exit(Exit.INTERRUPTED))
        serve_stdio(create_server(detector, settings, metrics))
        return Exit.DONE
    with server.listen() as listening:  # before the model is loaded, so that a port that is taken is reported at once
        agents = create_server(load(model, threads=server.threads), settings, metrics)
        server.run(create_http_app(agents, limits, metrics), listening, PATH)
    return Exit.DONE
