"""What can go wrong with a corpus."""

from __future__ import annotations

from biasdetect.errors import BiasDetectError


class CorpusError(BiasDetectError):
    """The inputs, the output or the settings cannot be used as given; nothing is scored."""


class WorkerError(BiasDetectError):
    """A worker process died. What was scored before is stored, and the same command goes on."""
