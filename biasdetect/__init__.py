"""biasdetect finds editorializing in news prose: phrases with exact offsets and calibrated scores.

>>> import biasdetect
>>> detector = biasdetect.load()
>>> report = detector.score("The balding minister spoke on Monday.")
>>> [phrase.text for phrase in report.phrases]
['balding']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from biasdetect import privacy as _privacy  # noqa: F401 - before any dependency, whose telemetry it turns off
from biasdetect.version import __version__

if TYPE_CHECKING:
    from biasdetect.detector import Detector, load
    from biasdetect.errors import BiasDetectError, DataError, InputError, MissingExtraError, ModelError
    from biasdetect.evaluation.api import Evaluation, compare, evaluate
    from biasdetect.finetune.retrain.api import train
    from biasdetect.finetune.retrain.result import Training
    from biasdetect.model.categories import CATEGORIES
    from biasdetect.reading.document import Document
    from biasdetect.reading.files import read, read_file
    from biasdetect.results import Metadata, Phrase, Report, Sentence, Settings, Skipped, Suggestion, Word

__all__ = [
    "CATEGORIES",
    "BiasDetectError",
    "DataError",
    "Detector",
    "Document",
    "Evaluation",
    "InputError",
    "Metadata",
    "MissingExtraError",
    "ModelError",
    "Phrase",
    "Report",
    "Sentence",
    "Settings",
    "Skipped",
    "Suggestion",
    "Training",
    "Word",
    "__version__",
    "compare",
    "evaluate",
    "load",
    "read",
    "read_file",
    "train",
]

# Where each name stands. It is imported when it is first asked for, so that `biasdetect --version`, the help and the
# completion of the command line do not wait for numpy and the detector.
_MODULES = {
    "detector": ("Detector", "load"),
    "errors": ("BiasDetectError", "DataError", "InputError", "MissingExtraError", "ModelError"),
    "evaluation.api": ("Evaluation", "compare", "evaluate"),
    "finetune.retrain.api": ("train",),
    "finetune.retrain.result": ("Training",),
    "model.categories": ("CATEGORIES",),
    "reading.document": ("Document",),
    "reading.files": ("read", "read_file"),
    "results": ("Metadata", "Phrase", "Report", "Sentence", "Settings", "Skipped", "Suggestion", "Word"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    import_module(f"{__name__}.results").show_in_notebooks(_as_html)
    return value


def _as_html(report: Report) -> str:
    """What a notebook shows of a report, which knows no form of output itself."""
    from biasdetect.report.notebook import render_fragment

    return render_fragment(report)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
