"""Settings of the server: limits, workers, allowed hosts and origins."""

from __future__ import annotations

from dataclasses import dataclass

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names under which a browser reaches a server that listens on this machine alone."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Limits of a server, and who may talk to it.

    Attributes:
        hosts: names that a request may give for the server; empty for any. A page of another site that had its
            own name point to this machine would send that name.
        origins: other sites whose pages may use the server; none by default.
        max_body: largest request, in bytes.
        max_documents: most documents of a batch.
        workers: documents that are scored at the same time, at least 1.
        queue: requests that wait for a worker; more are refused, at least 0.
        upload_seconds: what a request may take to arrive.
        fetch: whether pages of the web are fetched for those who ask.
        private: whether pages of this machine and the local network are fetched too.
    """

    hosts: tuple[str, ...] = LOOPBACK
    origins: tuple[str, ...] = ()
    max_body: int = 5_000_000
    max_documents: int = 100
    workers: int = 2
    queue: int = 32
    upload_seconds: float = 30.0
    fetch: bool = False
    private: bool = False

    @property
    def max_held(self) -> int:
        """Bytes of requests on their way in, all together: what the queue could hold, within reason."""
        return self.max_body * min(self.workers + self.queue, 16)
