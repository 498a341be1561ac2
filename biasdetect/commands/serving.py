"""What every command that listens for HTTP shares: its options, its limits, and how it runs."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from biasdetect.commands import with_options
from biasdetect.commands.numbers import Number, Whole
from biasdetect.errors import BiasDetectError, MissingExtraError
from biasdetect.model.runtime import usable_cores

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from biasdetect.serve.settings import ServerSettings

_CONNECTIONS = 1000  # at once; more are turned away before they cost memory

_OPTIONS = (
    click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="To listen on. The default is reached from this machine alone; 0.0.0.0 from all."),
    click.option("--port", type=Whole(0, 65535), metavar="N", default=8000, show_default=True, help="To listen on; 0 takes a free one."),
    click.option("--model", metavar="NAME", help="Model folder or hub name, also of a transformers classifier.  [default: the model that ships with biasdetect]"),
    click.option("--workers", type=Whole(1, 256), metavar="N", help="Requests that are scored at the same time.  [default: as many as there are cores]"),
    click.option("--threads", type=Whole(1, 256), default=1, show_default=True, metavar="N", help="That one request is scored on."),
    click.option("--queue", type=Whole(0, 10_000), default=32, show_default=True, metavar="N", help="Requests that may wait; more are refused with 503."),
    click.option("--max-body", type=Number(0.001, 1000), default=5.0, show_default=True, metavar="MB", help="Largest request; larger ones are refused with 413."),
    click.option("--upload-seconds", type=Number(0.1, 3600), default=30.0, show_default=True, metavar="S", help="What a request may take to arrive; slower ones are refused with 408."),
    click.option("--allow-host", multiple=True, metavar="NAME", help="Name by which clients may call the server; may be repeated.  [default: this machine's own names, and any name where --host is not of this machine alone]"),
    click.option("--allow-origin", multiple=True, metavar="ORIGIN", help="Site whose pages may use the server, such as https://cms.example.org; may be repeated.  [default: none]"),
)  # fmt: skip

options = with_options(_OPTIONS)
"""Gives a command the options of a server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingOptions:
    """The options of a server but for its model, see ``--help`` of a command that has them."""

    host: str
    port: int
    workers: int | None
    threads: int
    queue: int
    max_body: float
    upload_seconds: float
    allow_host: tuple[str, ...]
    allow_origin: tuple[str, ...]

    @property
    def local(self) -> bool:
        """Whether the server is reached from this machine alone."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def settings(self, *, fetch: bool = False, private: bool = False) -> ServerSettings:
        """The limits, and who may use the server.

        Args:
            fetch: whether pages of the web are fetched for those who ask.
            private: whether pages of this machine and the local network are fetched too.
        """
        from biasdetect.serve.settings import LOOPBACK, ServerSettings

        return ServerSettings(
            hosts=(*self.allow_host, *LOOPBACK) if self.local or self.allow_host else (),
            origins=self.allow_origin,
            max_body=int(self.max_body * 1_000_000),
            workers=self.workers or usable_cores(),
            queue=self.queue,
            upload_seconds=self.upload_seconds,
            fetch=fetch,
            private=private,
        )

    def listen(self) -> socket.socket:
        """Take the port.

        Raises:
            BiasDetectError: where it cannot be had.
        """
        try:
            family = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0][0]
            return socket.create_server((self.host, self.port), family=family, backlog=2048)
        except OSError as error:
            raise BiasDetectError(
                f"{self.host}:{self.port} cannot be listened on ({error.strerror or error}). Name another --port or --host."
            ) from None

    def run(self, app: ASGIApp, listening: socket.socket, path: str = "") -> None:
        """Serve until Ctrl-C or SIGTERM.

        Args:
            app: what answers.
            listening: the port, see :meth:`listen`.
            path: of the address that the user is told.
        """
        import uvicorn

        from biasdetect.serve.protocol import protocol_with_timeout

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        for noisy in ("uvicorn", "httpx2"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        name = f"[{self.host}]" if ":" in self.host else self.host
        address = f"http://{name}:{listening.getsockname()[1]}{path}"
        click.echo(f"biasdetect is served on {address} (Ctrl-C stops it).", err=True)
        if not self.local:
            click.echo("Whoever reaches this address may use it: it has no password.", err=True)
        config = uvicorn.Config(
            app,
            http=protocol_with_timeout(self.upload_seconds),
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


@contextmanager
def needing(extra: str, what: str) -> Iterator[None]:
    """Around imports of what an extra brings.

    Args:
        extra: its name.
        what: needs it, for people.

    Raises:
        MissingExtraError: where a module of others is missing; one of our own is a mistake of ours.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("biasdetect"):
            raise
        raise MissingExtraError(what, extra) from error
