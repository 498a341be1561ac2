"""Reads, checks and writes labels of annotators: one record for training, evaluation, review and export."""

from __future__ import annotations

from biasdetect.labels.build import ReadOptions
from biasdetect.labels.columns import ColumnNames
from biasdetect.labels.export import FORMS, export_labels
from biasdetect.labels.read import Labels, read_labels, read_records
from biasdetect.labels.records import LabelRecord, LabelSpan, Place, Problem, Vote

__all__ = [
    "FORMS",
    "ColumnNames",
    "LabelRecord",
    "LabelSpan",
    "Labels",
    "Place",
    "Problem",
    "ReadOptions",
    "Vote",
    "export_labels",
    "read_labels",
    "read_records",
]
