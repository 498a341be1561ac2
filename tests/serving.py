"""A server as a user starts it, for the tests that need a real one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent

# the command line with a model that takes its time, so that there is a queue on any machine
SLOW = """
from biasdetect.commands import serve
from slow_detector import load_slowly
serve.load = load_slowly
from biasdetect.commands.main import main
main()
"""


class Server:
    """A server that runs.

    Attributes:
        address: without a slash at its end.
        process: of the server.
        log: its lines so far.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.log: list[str] = []
        self.address = self._told_address()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _told_address(self) -> str:
        for line in self.process.stderr:
            self.log.append(line)
            if found := re.search(r"http://\S+:\d+", line):
                return found.group()
        raise AssertionError("".join(self.log))

    def _read(self) -> None:
        self.log.extend(self.process.stderr)

    def stop(self) -> int:
        """End it as a service manager does, and read the rest of its log."""
        self.process.terminate()
        code = self.process.wait(20)
        self._reader.join(5)
        return code


@contextmanager
def serving(*options: str, slow: bool = False, command: str = "serve", cwd: Path | None = None) -> Iterator[Server]:
    """A server on a free port, which is stopped in the end."""
    process = subprocess.Popen(
        [sys.executable, *(["-c", SLOW] if slow else ["-m", "biasdetect"]), command, "--port", "0", *options],
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join([str(ROOT), str(TESTS)])},
    )
    try:
        yield Server(process)
    finally:
        process.kill()
        process.wait()
