"""A model by name to something that scores sentences: a biasdetect model, or any transformers classifier."""

from __future__ import annotations

import json
from pathlib import Path

from biasdetect.detector import load
from biasdetect.errors import MissingExtraError
from biasdetect.evaluate.figures import Scorer
from biasdetect.model.folder import CONFIG


def open_scorer(name: str | None) -> tuple[str, Scorer]:
    """What a model is called in results, and the model.

    Args:
        name: a model folder or hub name, of biasdetect or of a transformers sequence classifier; None for
            the model that ships with the package.

    Raises:
        ModelError: where it is missing, incomplete, altered or no classifier.
        MissingExtraError: for a classifier, where torch or transformers is not installed.
    """
    if name is None or not _is_classifier(name):
        detector = load(name)
        return detector.folder.label, detector
    try:
        from biasdetect.evaluate.classifier import Classifier
    except ImportError as error:
        raise MissingExtraError("Evaluating a transformers classifier", "train") from error
    return name.rstrip("/").rpartition("/")[2], Classifier(name)


def _is_classifier(name: str) -> bool:
    """Whether a configuration is there and has no part for biasdetect; :func:`load` tells what else is wrong."""
    folder = Path(name)
    config = folder / CONFIG if folder.is_dir() else _hub_config(name)
    try:
        return config is not None and "biasdetect" not in json.loads(config.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False


def _hub_config(name: str) -> Path | None:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    if "/" not in name:
        return None
    try:
        return Path(hf_hub_download(name, CONFIG))
    except (HfHubHTTPError, HFValidationError, OSError):
        return None
