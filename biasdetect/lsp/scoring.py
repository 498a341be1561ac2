"""Scores open documents in one background thread, and stops where a newer version makes the result outdated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Event

from biasdetect.detector import Detector
from biasdetect.errors import BiasDetectError, HouseStyleError, InputError, MissingReaderError
from biasdetect.house import HouseStyle, Rules, find_house_style
from biasdetect.model.opening import open_runtime
from biasdetect.model.phrases import Floats
from biasdetect.model.runtime import Offsets, Runtime, Scored
from biasdetect.reading.files import read
from biasdetect.reading.formats import TextFormat
from biasdetect.results import Report
from biasdetect.util.lines import Lines

MAX_CHARACTERS = 300_000
"""Some 50,000 words: what is longer is no article, and would not be scored as one types."""
TOO_LONG = (
    f"Longer than {MAX_CHARACTERS:,} characters, so it is not scored as one types. Split it into its articles, "
    "or use: biasdetect score"
)
_AT_ONCE = 32  # texts between two looks at whether the result is still wanted


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of a document.

    Attributes:
        uri: the editor's name for it.
        version: the editor's number of it.
        source: its text.
        format: what it is read as.
        path: where it is stored; None for what was never saved.
        root: the folder that the editor works in, where it has one.
    """

    uri: str
    version: int | None
    source: str
    format: TextFormat
    path: Path | None
    root: Path | None


@dataclass(frozen=True)
class ScoredSnapshot:
    """What became of a snapshot.

    Attributes:
        snapshot: what was scored.
        report: None where there is nothing to score, or too much of it.
        style: the house style that it was scored by.
        mistake: why its house style could not be used; it was scored without one.
    """

    snapshot: Snapshot
    report: Report | None
    style: HouseStyle | None = None
    mistake: HouseStyleError | None = None

    @cached_property
    def lines(self) -> Lines:
        """Of the text."""
        return Lines(self.snapshot.source)


class OutdatedError(BiasDetectError):
    """Nobody waits for the result any more."""


class DocumentScorer:
    """Scores snapshots, one at a time. The model is loaded when it is first needed."""

    def __init__(self, model: str | None) -> None:
        self._model = model

    @cached_property
    def _runtime(self) -> _Stoppable:
        return _Stoppable(open_runtime(self._model))

    def load(self) -> None:
        """Load the model now.

        Raises:
            ModelError: where it cannot be used.
        """
        _ = self._runtime

    def score(self, snapshot: Snapshot, outdated: Event, *, suggest: bool) -> ScoredSnapshot:
        """Score a snapshot as the command line would score its file.

        Args:
            snapshot: to be scored.
            outdated: set by another thread where the outcome is no longer wanted.
            suggest: look for wording to use instead.

        Raises:
            OutdatedError: some time after ``outdated`` was set.
            ModelError: where the model cannot be used.
            MissingReaderError: where the library is missing that reads the format.
        """
        if len(snapshot.source) > MAX_CHARACTERS:
            return ScoredSnapshot(snapshot, None)
        style, mistake = None, None
        place = snapshot.path or snapshot.root
        try:
            style = find_house_style(place) if place else None
        except HouseStyleError as error:
            mistake = error
        rules = style.for_path(snapshot.path) if style else Rules()
        try:
            document = read(snapshot.source, snapshot.format, str(snapshot.path or snapshot.uri))
        except MissingReaderError:
            raise
        except InputError:  # it holds no text yet
            return ScoredSnapshot(snapshot, None, style, mistake)
        self._runtime.outdated = outdated
        report = Detector(self._runtime).score(document, rules=rules, suggest=suggest)
        return ScoredSnapshot(snapshot, report, style, mistake)


class _Stoppable:
    """A runtime that looks now and then whether its result is still wanted."""

    def __init__(self, runtime: Runtime) -> None:
        self.folder = runtime.folder
        self.outdated = Event()
        self._runtime = runtime

    def run(self, texts: Sequence[str], quoted: Sequence[Offsets] | None = None) -> list[Scored]:
        """Score texts as they stand, in order; see :meth:`Runtime.run`."""
        scored: list[Scored] = []
        for first in range(0, len(texts), _AT_ONCE):
            if self.outdated.is_set():
                raise OutdatedError("This version of the text is outdated.")
            part = slice(first, first + _AT_ONCE)
            scored += self._runtime.run(texts[part], None if quoted is None else quoted[part])
        return scored

    def settle(
        self, texts: Sequence[str], quoted: Sequence[Offsets], outputs: list[Scored], lifts: Sequence[float]
    ) -> list[Scored]:
        """As :meth:`Runtime.settle`: few texts, so that nothing is asked meanwhile."""
        return self._runtime.settle(texts, quoted, outputs, lifts)

    def embed(self, texts: Sequence[str]) -> Floats:
        """As :meth:`Runtime.embed`; an editor asks for none."""
        return self._runtime.embed(texts)
