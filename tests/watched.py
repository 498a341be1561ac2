"""Processes that are watched: what they leave in an empty home, and whom they would reach if they were let.

Three watches, since none sees everything: a proxy that answers nobody, which programs in any language ask by the
environment; an audit hook, which sees every address that Python connects to or looks up; and the folders that stood
empty before.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_HOOK = """
import ipaddress, os, sys

def _is_here(host):
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host in ("", "localhost")
    return address.is_loopback or address.is_unspecified or host == os.environ["WATCHED_HOST"]

def _hook(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]  # of another family than the internet's: bytes, or a path
        if not isinstance(address, tuple) or not isinstance(address[0], str) or _is_here(address[0]):
            return
        asked = address
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
        if host is None or _is_here(host):
            return
        asked = host
    else:
        return
    with open(os.environ["WATCHED_LOG"], "a") as log:
        print(event, asked, file=log)

sys.addaudithook(_hook)
"""


class Watch:
    """An environment for processes, and what they did in it.

    Attributes:
        environment: to run them with.
        folder: empty, to run them in; what they write there is theirs.
    """

    def __init__(self, base: Path, **environment: str) -> None:
        """Take an empty folder for everything, and variables beside those of the watch."""
        self.folder, self._home, self._temporary, self._hooks, self._log = (
            base / name for name in ("work", "home", "tmp", "hooks", "addresses.txt")
        )
        for folder in (self.folder, self._home, self._temporary, self._hooks):
            folder.mkdir(parents=True)
        (self._hooks / "sitecustomize.py").write_text(_HOOK, encoding="utf-8")
        self._asked: list[str] = []
        self._proxy = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._take_calls, daemon=True).start()
        host = _own_address()
        proxy = f"http://127.0.0.1:{self._proxy.getsockname()[1]}"
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("XDG_", "HF_", "RAY_", "ORT_", "TRANSFORMERS_", "OTEL_", "DISABLE_"))
            and name not in ("MPLCONFIGDIR", "CI")  # under CI, ONNX Runtime keeps quiet by itself
        }
        self.environment = {
            **kept,
            **{name: proxy for kind in ("HTTP", "HTTPS", "ALL") for name in (f"{kind}_PROXY", f"{kind.lower()}_proxy")},
            **dict.fromkeys(("NO_PROXY", "no_proxy"), f"localhost,127.0.0.1,::1,{host}"),
            "HOME": str(self._home),
            "TMPDIR": str(self._temporary),
            "PYTHONPATH": os.pathsep.join(map(str, (self._hooks, ROOT, ROOT / "tests"))),
            "PYTHONUTF8": "1",
            "WATCHED_LOG": str(self._log),
            "WATCHED_HOST": host,
            **environment,
        }

    def run(self, *command: str | Path, seconds: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a command of Python to its end and check that it went well."""
        process = subprocess.run(
            [sys.executable, *map(str, command)], cwd=self.folder, env=self.environment, timeout=seconds,
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert process.returncode == 0, process.stderr
        return process

    def left(self) -> list[str]:
        """Files outside the folder that they were run in: in the home and the folder for temporary files."""
        return sorted(
            path.relative_to(folder.parent).as_posix()
            for folder in (self._home, self._temporary)
            for path in folder.rglob("*")
            if not path.is_dir()
        )

    def calls(self) -> list[str]:
        """What would have left the machine: what the proxy was asked for, what Python looked up or connected to."""
        by_python = self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []
        return [*self._asked, *by_python]

    def _take_calls(self) -> None:
        while True:
            connection, _ = self._proxy.accept()
            with connection:
                connection.settimeout(5)
                try:
                    asked = connection.recv(4096)
                except OSError as error:
                    asked = repr(error).encode()
                self._asked.append(asked.split(b"\r\n")[0].decode("latin-1"))


def _own_address() -> str:
    """By which Ray's processes speak to each other; a datagram's socket is connected without a word."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:  # no network at all
            return "127.0.0.1"
        return str(probe.getsockname()[0])
