"""What a model to be measured may be given as."""

from __future__ import annotations

from pathlib import Path

from biasdetect.detector import Detector, load

Model = str | Path | Detector | None
"""A model folder or hub name, also of a transformers classifier; a detector; None for the model that ships."""


def open_detector(model: Model) -> Detector:
    """The detector of a model; a detector is one itself.

    Raises:
        ModelError: where it cannot be loaded.
    """
    return model if isinstance(model, Detector) else load(model)
