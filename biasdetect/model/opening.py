"""Opens a model by name on a runtime: ONNX Runtime, exact or fast, or torch."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from biasdetect.errors import MissingExtraError
from biasdetect.model.folder import is_classifier, open_model
from biasdetect.model.runtime import FastRuntime, OnnxRuntime, Runtime
from biasdetect.results import Precision
from biasdetect.util.numbers import THREADS


def open_runtime(
    name_or_path: str | Path | None = None,
    threads: int | None = None,
    device: str | None = None,
    precision: Precision = "exact",
    threshold: float | None = None,
    *,
    in_reports: bool = False,
) -> Runtime:
    """What :func:`biasdetect.load` puts a detector on; arguments and errors as there.

    ``threshold`` is that of the phrases that will be looked for, and ``in_reports`` whether the outputs go into reports alone,
    both of which ``fast`` has to know (:class:`FastRuntime`).
    """
    if precision not in get_args(Precision):
        raise ValueError(f"precision must be one of {', '.join(get_args(Precision))}, not {precision!r}")
    if threads is not None:
        THREADS.check("threads", threads)
    if is_classifier(name_or_path):
        try:
            from biasdetect.model.classifier import ClassifierRuntime
        except ImportError as error:
            raise MissingExtraError("Scoring with a transformers classifier", "train") from error
        return ClassifierRuntime(str(name_or_path))
    if device is not None:
        if precision == "fast":
            raise ValueError("precision fast is for the processor; leave it or the device out")
        try:
            from biasdetect.model.torch_runtime import TorchRuntime
        except ImportError as error:
            raise MissingExtraError("Scoring with torch", "train") from error
        return TorchRuntime(open_model(name_or_path), device)
    if precision == "fast":
        return FastRuntime(open_model(name_or_path), threads, threshold, in_reports=in_reports)
    return OnnxRuntime(open_model(name_or_path), threads)
