"""Labels of annotators, in and out: one record for training, evaluation, review and export."""

from __future__ import annotations

from biasdetect.labels.building import ReadOptions
from biasdetect.labels.export import FORMS, export_labels
from biasdetect.labels.reading import Labels, read_labels
from biasdetect.labels.records import LabelRecord, LabelSpan, Place, Problem, Vote

__all__ = [
    "FORMS",
    "LabelRecord",
    "LabelSpan",
    "Labels",
    "Place",
    "Problem",
    "ReadOptions",
    "Vote",
    "export_labels",
    "read_labels",
]
