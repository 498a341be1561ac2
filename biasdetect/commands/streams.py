"""Guards a command's standard output and standard error: full disks, closed streams, readers that have left.

A failure to write to standard output ends the command, with a clear error. One to write to standard error is passed
over: messages and progress never decide how a run of hours ends, and the exit code says what they would have said.
"""

from __future__ import annotations

import os
import sys
from io import BufferedWriter, FileIO, RawIOBase, TextIOWrapper
from typing import Any, TextIO

from biasdetect.errors import OutputError


class ReaderGoneError(Exception):
    """The program that reads standard output through a pipe, such as ``head``, has ended: there is no more to do."""


class _Guarded(RawIOBase):
    """The bytes of a standard stream. The first failure is kept, and whatever is written after it is dropped.

    So nothing fails a second time where Python flushes its streams at exit.
    """

    def __init__(self, raw: Any, *, required: bool) -> None:
        self._raw = raw
        self._required = required
        self.failure: Exception | None = None

    def write(self, data: Any) -> int | None:
        if self.failure is None:
            try:
                written: int | None = self._raw.write(data)
                return written
            except BrokenPipeError:
                # no OSError: click and rich would end the process with exit code 1, that of an article above a limit
                self.failure = ReaderGoneError()
            except OSError as error:
                self.failure = OutputError("standard output", error)
            if self._required:
                raise self.failure from None
        return len(data)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def isatty(self) -> bool:
        return bool(self._raw.isatty())


def guard_streams() -> None:
    """Put guards in the place of ``sys.stdout`` and ``sys.stderr``; call it before anything is printed."""
    _fill_closed()
    # a pipe on Windows has no form for much of what is printed
    sys.stdout = _guard(sys.stdout, 1, errors="replace", required=True)
    sys.stderr = _guard(sys.stderr, 2, errors="backslashreplace", required=False)


def finish_output() -> None:
    """Flush standard output.

    Raises:
        OutputError: where it cannot be written, now or at any time before.
        ReaderGoneError: where nobody reads it any more.
    """
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if isinstance(raw, _Guarded) and raw.failure is not None:
        raise raw.failure


def _fill_closed() -> None:
    """Take the place of descriptors that the caller has closed (``>&-``), or the next file to be opened would.

    Standard output is opened for reading and the other way round, so that using them fails as if they were closed.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            opened = os.open(os.devnull, os.O_RDONLY if descriptor else os.O_WRONLY)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)


def _guard(stream: TextIO | None, descriptor: int, *, errors: str, required: bool) -> TextIO:
    if stream is not None and not isinstance(stream, TextIOWrapper):
        return stream  # in the hands of another program
    raw: Any
    if stream is None:
        raw, encoding, line_buffering = FileIO(descriptor, "w", closefd=False), "utf-8", False
    else:
        stream.flush()
        buffer: Any = stream.buffer
        raw, encoding = getattr(buffer, "raw", buffer), stream.encoding
        line_buffering = stream.line_buffering or stream.write_through
    guarded = BufferedWriter(_Guarded(raw, required=required))  # type: ignore[arg-type]
    return TextIOWrapper(guarded, encoding, errors, line_buffering=line_buffering)
