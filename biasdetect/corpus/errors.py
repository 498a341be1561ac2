"""Errors of scoring a corpus."""

from __future__ import annotations

from biasdetect.errors import BiasDetectError


class CorpusError(BiasDetectError):
    """The inputs, the output or the settings cannot be used as given; nothing is scored."""


class DamagedRunError(BiasDetectError):
    """What an unfinished run has stored was changed, cut short or removed by something else."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem} What was scored cannot be trusted: pass --restart to throw it away and begin anew, "
            "and check the disk."
        )
        self.problem = problem

    def __reduce__(self) -> tuple[type[DamagedRunError], tuple[str]]:
        """What another process is sent instead of the message."""
        return type(self), (self.problem,)


class WorkerError(BiasDetectError):
    """A worker process died. What was scored before is stored, and the same command goes on."""
