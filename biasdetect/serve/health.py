"""Asks the server of a container whether it is up: ``python -m biasdetect.serve.health``, which ends with 0 where it is.

The port is the one that the server was started with, taken from the command line of the container's first process, so
that a health check need not be told of it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

_FIRST = Path("/proc/1/cmdline")
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_SECONDS = 4.0


def address_of(command: Sequence[str]) -> str:
    """The address of ``/health`` of a server on this machine.

    Args:
        command: that the server was started with, ``serve`` among its words.
    """
    options = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    known, _ = options.parse_known_args(command[command.index("serve") :])
    host = _ANY.get(known.host, known.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{known.port}/health"


def is_up(address: str) -> bool:
    """Whether the server answers, without any proxy of the environment between."""
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=_SECONDS) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def main(first: Path = _FIRST) -> int:
    """Ask; returns the exit code."""
    command = [word.decode("utf-8", "replace") for word in first.read_bytes().split(b"\0")]
    return 0 if is_up(address_of(command)) else 1


if __name__ == "__main__":
    sys.exit(main())
