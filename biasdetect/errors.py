"""The errors that biasdetect raises, each with a message that says what to do next."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

_FULL = "Make room on the disk, or write to another place."
_RIGHTS = "Check the rights of file and folder, or write to another place."
_ADVICE = "Check the path and the disk, or write to another place."
_WRITING_ADVICE = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: "It grew beyond what the disk or a limit of this process allows: make room, or write to another place.",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "The disk can only be read: write to another place.",
    errno.EBADF: "It is closed: open it, or send it to a file.",
}


class BiasDetectError(Exception):
    """Base of every error that biasdetect raises on purpose."""


class InputError(BiasDetectError):
    """A document cannot be read: missing, empty, binary, too large, or in an unknown encoding."""


class LanguageError(InputError):
    """A document is not in the language that the model reads, and cannot be changed by it."""


class OutputError(BiasDetectError):
    """Something cannot be written: the disk is full, the right to write is missing, or a stream is closed.

    Attributes:
        place: the file, folder or stream.
        error: what the system said.
    """

    def __init__(self, place: Path | str, error: OSError) -> None:
        self.place = place
        self.error = error
        # libraries put their own words, and the path once more, around what the system says
        reason = os.strerror(error.errno) if error.errno else str(error) or type(error).__name__
        super().__init__(f"{place}: cannot be written ({reason}). {_WRITING_ADVICE.get(error.errno or 0, _ADVICE)}")

    def __reduce__(self) -> tuple[type[OutputError], tuple[Path | str, OSError]]:
        """What a worker process sends instead of the message."""
        return type(self), (self.place, self.error)


class HouseStyleError(BiasDetectError):
    """A house style cannot be used.

    Attributes:
        path: of its file.
        problems: what is wrong, in order: the key (empty where it is the file), and what to do about it.
    """

    def __init__(self, path: Path, problems: Sequence[tuple[str, str]]) -> None:
        self.path = path
        self.problems = tuple(problems)
        mistakes = [f"{key}: {problem}" if key else problem for key, problem in problems]
        super().__init__(
            f"{path}: {mistakes[0]}"
            if len(mistakes) == 1
            else "\n  ".join([f"{path}: {len(mistakes)} mistakes", *mistakes])
        )


class ModelError(BiasDetectError):
    """A model folder or hub name cannot be used: missing, incomplete, altered, or of another version."""


class DataError(BiasDetectError):
    """A recipe or its labelled data cannot be used."""


class InvertedLabelsError(DataError):
    """Labels say the opposite of what the model in use says, far more often than chance would."""


class RevisionError(BiasDetectError):
    """Git cannot say what changed since a revision: no repository, no such revision, no file of it."""


class InterruptedTrainingError(BiasDetectError):
    """Training was asked to stop (Ctrl-C, SIGTERM); a checkpoint of the last step is stored."""


class MissingExtraError(BiasDetectError):
    """A part of biasdetect needs an optional dependency that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs the "{extra}" extra. Install it with: pip install "biasdetect[{extra}]"')


class MissingLibraryError(MissingExtraError):
    """A part of biasdetect needs a library that none of its extras brings."""

    def __init__(self, what: str, library: str) -> None:
        BiasDetectError.__init__(
            self, f"{what} needs {library}, which is not installed. Install it with: pip install {library}"
        )


class MissingReaderError(InputError, MissingExtraError):
    """A document cannot be read since the library that reads its format is not installed."""

    def __init__(self, name: str, title: str, extra: str) -> None:
        MissingExtraError.__init__(self, f"{name}: reading {title}", extra)
