"""``biasdetect serve``: starts the HTTP server, with a page for the browser."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
from contextlib import suppress

import click

from biasdetect.commands import Exit
from biasdetect.commands.numbers import Number, Whole
from biasdetect.detector import load
from biasdetect.errors import BiasDetectError, MissingExtraError
from biasdetect.model.runtime import usable_cores

_EPILOG = """\b
Examples:
  biasdetect serve
  biasdetect serve --port 9000 --model models/mine
  biasdetect serve --host 0.0.0.0 --allow-host bias.example.org

\b
Exit codes: 0 stopped by Ctrl-C or SIGTERM; 2 wrong usage; 4 failure, such as a port that is taken.
"""
_CONNECTIONS = 1000  # at once; more are turned away before they cost memory


@click.command(epilog=_EPILOG)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="To listen on. The default is reached from this machine alone; 0.0.0.0 from all.")  # fmt: skip
@click.option("--port", type=Whole(0, 65535), metavar="N", default=8000, show_default=True, help="To listen on; 0 takes a free one.")  # fmt: skip
@click.option("--model", metavar="NAME", help="Model folder or hub name, also of a transformers classifier.  [default: the model that ships with biasdetect]")  # fmt: skip
@click.option("--workers", type=Whole(1, 256), metavar="N", help="Requests that are scored at the same time.  [default: as many as there are cores]")  # fmt: skip
@click.option("--threads", type=Whole(1, 256), default=1, show_default=True, metavar="N", help="That one request is scored on.")  # fmt: skip
@click.option("--queue", type=Whole(0, 10_000), default=32, show_default=True, metavar="N", help="Requests that may wait; more are refused with 503.")  # fmt: skip
@click.option("--max-body", type=Number(0.001, 1000), default=5.0, show_default=True, metavar="MB", help="Largest request; larger ones are refused with 413.")  # fmt: skip
@click.option("--upload-seconds", type=Number(0.1, 3600), default=30.0, show_default=True, metavar="S", help="What a request may take to arrive; slower ones are refused with 408.")  # fmt: skip
@click.option("--allow-host", multiple=True, metavar="NAME", help="Name by which clients may call the server; may be repeated.  [default: this machine's own names, and any name where --host is not of this machine alone]")  # fmt: skip
@click.option("--allow-origin", multiple=True, metavar="ORIGIN", help="Site whose pages may use the server, such as https://cms.example.org; may be repeated.  [default: none]")  # fmt: skip
def serve(
    host: str,
    port: int,
    model: str | None,
    workers: int | None,
    threads: int,
    queue: int,
    max_body: float,
    upload_seconds: float,
    allow_host: tuple[str, ...],
    allow_origin: tuple[str, ...],
) -> int:
    """Serve the model over HTTP, with a page for the browser.

    The page marks an article while it is scored and takes a review of the phrases. Programs use POST
    /v1/score and the other addresses that /docs lists. The server has no password and no TLS: put it
    behind one that has before others can reach it.
    """
    try:
        import uvicorn

        from biasdetect.serve.app import create_app
        from biasdetect.serve.protocol import protocol_with_timeout
        from biasdetect.serve.settings import LOOPBACK, ServerSettings
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("biasdetect"):
            raise
        raise MissingExtraError("Serving", "serve") from error
    local = _is_loopback(host)
    settings = ServerSettings(
        hosts=(*allow_host, *LOOPBACK) if local or allow_host else (),
        origins=allow_origin,
        max_body=int(max_body * 1_000_000),
        workers=workers or usable_cores(),
        queue=queue,
        upload_seconds=upload_seconds,
    )
    listening = _listen(host, port)  # before the model is loaded, so that a port that is taken is reported at once
    with listening:
        app = create_app(load(model, threads=threads), settings)
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        for noisy in ("uvicorn", "httpx"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        name = f"[{host}]" if ":" in host else host
        click.echo(f"biasdetect is served on http://{name}:{listening.getsockname()[1]} (Ctrl-C stops it).", err=True)
        if not local:
            click.echo("Whoever reaches this address may use it: it has no password.", err=True)
        config = uvicorn.Config(
            app,
            http=protocol_with_timeout(upload_seconds),
            log_config=None,
            access_log=False,  # the application's own log has no queries and no strange paths
            server_header=False,
            ws="none",
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=10,
        )
        # uvicorn finishes what is under way, and then sends itself the signal again
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
    return Exit.DONE


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise BiasDetectError(
            f"{host}:{port} cannot be listened on ({error.strerror or error}). Name another --port or --host."
        ) from None
