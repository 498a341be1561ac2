"""What can go wrong, each with a message that says what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class BiasDetectError(Exception):
    """Base of every error that biasdetect raises on purpose."""


class InputError(BiasDetectError):
    """A document cannot be read: missing, empty, binary, too large, or in an unknown encoding."""


class LanguageError(InputError):
    """A document is not in the language that the model reads, and cannot be changed by it."""


class HouseStyleError(BiasDetectError):
    """A house style cannot be used.

    Attributes:
        path: of its file.
        problems: what is wrong, in order: the key (empty where it is the file), and what to do about it.
    """

    def __init__(self, path: Path, problems: Sequence[tuple[str, str]]) -> None:
        self.path = path
        self.problems = tuple(problems)
        told = [f"{key}: {problem}" if key else problem for key, problem in problems]
        super().__init__(
            f"{path}: {told[0]}" if len(told) == 1 else "\n  ".join([f"{path}: {len(told)} mistakes", *told])
        )


class ModelError(BiasDetectError):
    """A model folder or hub name cannot be used: missing, incomplete, altered, or of another version."""


class DataError(BiasDetectError):
    """A recipe or its labelled data cannot be used."""


class RevisionError(BiasDetectError):
    """Git cannot say what changed since a revision: no repository, no such revision, no file of it."""


class InterruptedTrainingError(BiasDetectError):
    """Training was asked to stop (Ctrl-C, SIGTERM); a checkpoint of the last step is stored."""


class MissingExtraError(BiasDetectError):
    """A part of biasdetect needs an optional dependency that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs the "{extra}" extra. Install it with: pip install "biasdetect[{extra}]"')
