"""Trackers of experiments that a training may report to: transformers' own callbacks, where the user asks for one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from transformers import TrainerCallback
from transformers.integrations import (
    MLflowCallback,
    TensorBoardCallback,
    WandbCallback,
    is_mlflow_available,
    is_tensorboard_available,
    is_wandb_available,
)

from biasdetect.errors import MissingLibraryError

_AVAILABLE = {"wandb": is_wandb_available, "mlflow": is_mlflow_available, "tensorboard": is_tensorboard_available}
_PROJECT = "biasdetect"


def trackers(names: Sequence[str], out: Path) -> list[TrainerCallback]:
    """The callbacks that report a training.

    Weights & Biases and MLflow send to wherever their own settings say; TensorBoard writes into ``runs`` beside the
    model's folder, or where ``TENSORBOARD_LOGGING_DIR`` says.

    Args:
        names: ``wandb``, ``mlflow``, ``tensorboard``.
        out: folder of the model.

    Raises:
        ValueError: for another name.
        MissingLibraryError: where the library is not installed.
    """
    for name in names:
        if name not in _AVAILABLE:
            raise ValueError(f"{name!r} is no tracker; there are {', '.join(_AVAILABLE)}")
        if not _AVAILABLE[name]():
            raise MissingLibraryError(f"Logging to {name}", name)
    os.environ.setdefault("WANDB_PROJECT", _PROJECT)
    os.environ.setdefault("MLFLOW_EXPERIMENT_NAME", _PROJECT)
    return [_callback(name, out) for name in dict.fromkeys(names)]


def _callback(name: str, out: Path) -> TrainerCallback:
    if name == "wandb":
        return WandbCallback()
    if name == "mlflow":
        return MLflowCallback()
    callback = TensorBoardCallback()
    if callback.logging_dir is None:
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S")
        callback.logging_dir = str(out.absolute().parent / "runs" / f"{out.name}-{stamp}")
    return callback
