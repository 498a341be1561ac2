"""Lists models side by side in a folder, puts one in the place of another, and goes back.

A model that is replaced is put aside whole, in ``.history/NAME/TIME-FINGERPRINT`` beside it. Every step is the
renaming of a folder, so a model is at every moment the old one, the new one, or (between two renamings) not there,
with the old one in the history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from biasdetect.errors import ModelError
from biasdetect.model.config import read_json
from biasdetect.model.folder import CONFIG, METRICS, open_model

_HISTORY = ".history"
_STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True, slots=True)
class Entry:
    """A model folder as it is listed.

    Attributes:
        path: the folder.
        name: the model's name, empty where the folder cannot be read.
        fingerprint: of weights and settings.
        problem: why it cannot be used; empty where it can.
        metrics: what was recorded when it was trained.
        put_aside: when another model took its place, ISO 8601; empty for a model in use.
    """

    path: Path
    name: str = ""
    fingerprint: str = ""
    problem: str = ""
    metrics: dict[str, Any] | None = None
    put_aside: str = ""


def whole_path(place: Path) -> Path:
    """A path with a name of its own, and the folder itself where it is a link: what stands beside it is found."""
    return place.resolve() if place.is_symlink() or place.name in ("", "..") else place


def install(staged: Path, place: Path) -> Path | None:
    """Put a finished model folder in its place; the one that was there goes into the history.

    Args:
        staged: the new folder, on the same file system.
        place: where it belongs.

    Returns:
        Where the old one lies now, None where there was none.

    Raises:
        ModelError: where the folders cannot be renamed; then all is as it was.
    """
    aside: Path | None = None
    try:
        if place.exists():
            aside = _aside(place)
            aside.parent.mkdir(parents=True, exist_ok=True)
            place.rename(aside)
        try:
            staged.rename(place)
        except OSError:
            if aside:
                aside.rename(place)
            raise
    except OSError as error:
        raise ModelError(
            f"{place}: cannot be replaced ({error.strerror or error}). The new model lies in {staged}."
        ) from error
    return aside


def rollback(place: Path, fingerprint: str | None = None) -> tuple[Entry, Path | None]:
    """Bring back a model that was replaced; the one in its place is put aside in turn.

    Args:
        place: folder of the model in use.
        fingerprint: of the one to bring back, or how it begins; None for the one that was put aside last.

    Returns:
        The model that is in use now, and where the other one lies.

    Raises:
        ModelError: where there is none, or it is not whole.
    """
    place = whole_path(place)
    kept = history(place)
    if not kept:
        raise ModelError(f"{place}: no model was put aside here, so there is nothing to go back to.")
    fitting = [entry for entry in kept if not fingerprint or entry.fingerprint.startswith(fingerprint)]
    if not fitting:
        known = ", ".join(entry.fingerprint or entry.path.name for entry in kept)
        raise ModelError(f"{place}: no earlier model {fingerprint}. There are {known}.")
    chosen = fitting[0]
    if chosen.problem:
        raise ModelError(f"{chosen.path}: cannot be brought back. {chosen.problem}")
    aside = install(chosen.path, place)
    return describe_model(place), aside


def history(place: Path) -> list[Entry]:
    """The models that were in a place before, the last one first."""
    place = whole_path(place)
    folder = place.parent / _HISTORY / place.name
    return [
        describe_model(path, _time(path))
        for path in sorted(folder.glob("*-*"), reverse=True)
        if (path / CONFIG).exists()
    ]


def models_in(folder: Path) -> list[Entry]:
    """The models that lie in a folder, by name; also one of which the history alone is there."""
    paths = {path.parent for path in folder.glob(f"[!.]*/{CONFIG}")}
    paths |= {folder / path.name for path in folder.glob(f"{_HISTORY}/*")}
    return [describe_model(path) for path in sorted(paths)]


def describe_model(path: Path, put_aside: str = "") -> Entry:
    """What is recorded of a model folder; also of one that cannot be used, with the reason."""
    if not path.is_dir():  # nothing of that name is looked for elsewhere
        return Entry(path, problem=f"There is no folder {path}.", put_aside=put_aside)
    try:
        opened = open_model(path)
    except ModelError as error:
        return Entry(path, problem=str(error), put_aside=put_aside)
    try:
        metrics = read_json(path / METRICS)
    except ModelError:
        metrics = None
    return Entry(path, opened.config.name, opened.fingerprint, metrics=metrics, put_aside=put_aside)


def _aside(place: Path) -> Path:
    entry = describe_model(place)
    stamp = datetime.now(UTC).strftime(_STAMP)
    return place.parent / _HISTORY / place.name / f"{stamp}-{entry.fingerprint or 'unreadable'}"


def _time(path: Path) -> str:
    try:
        return datetime.strptime(path.name.partition("-")[0], _STAMP).replace(tzinfo=UTC).isoformat(timespec="seconds")
    except ValueError:
        return ""
