"""biasdetect finds editorializing in news prose: phrases with exact offsets and calibrated scores.

>>> import biasdetect
>>> detector = biasdetect.load()
>>> report = detector.score("The balding minister spoke on Monday.")
>>> [phrase.text for phrase in report.phrases]
['balding']
"""

from __future__ import annotations

from biasdetect import privacy as _privacy  # noqa: F401 - before any dependency, whose telemetry it turns off
from biasdetect.detector import Detector, load
from biasdetect.errors import BiasDetectError, DataError, InputError, MissingExtraError, ModelError
from biasdetect.model.categories import CATEGORIES
from biasdetect.reading.document import Document
from biasdetect.reading.files import read, read_file
from biasdetect.results import Metadata, Phrase, Report, Sentence, Settings, Skipped, Suggestion
from biasdetect.version import __version__

__all__ = [
    "CATEGORIES",
    "BiasDetectError",
    "DataError",
    "Detector",
    "Document",
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
    "__version__",
    "load",
    "read",
    "read_file",
]
