"""What can go wrong, each with a message that says what to do next."""

from __future__ import annotations


class BiasDetectError(Exception):
    """Base of every error that biasdetect raises on purpose."""


class InputError(BiasDetectError):
    """A document cannot be read: missing, empty, binary, too large, or in an unknown encoding."""


class ModelError(BiasDetectError):
    """A model folder or hub name cannot be used: missing, incomplete, altered, or of another version."""


class DataError(BiasDetectError):
    """A recipe or its labelled data cannot be used."""


class InterruptedTrainingError(BiasDetectError):
    """Training was asked to stop (Ctrl-C, SIGTERM); a checkpoint of the last step is stored."""


class MissingExtraError(BiasDetectError):
    """A part of biasdetect needs an optional dependency that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs the "{extra}" extra. Install it with: pip install "biasdetect[{extra}]"')
