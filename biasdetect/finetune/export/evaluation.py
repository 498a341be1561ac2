"""Measures a finished model as its users have it, with intervals, for its record and card."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from biasdetect.detector import Detector, load
from biasdetect.evaluation.figures import CALLED, evaluate
from biasdetect.evaluation.labelled import GoldSpan, Labelled, read_labelled
from biasdetect.evaluation.suites import fairness
from biasdetect.finetune.export.card import write_card
from biasdetect.finetune.recipe.examples import read_marked, read_records
from biasdetect.finetune.recipe.schema import DataSource, Recipe
from biasdetect.finetune.recipe.standoff import sentence_label
from biasdetect.labels import LabelRecord
from biasdetect.model.folder import METRICS
from biasdetect.util.atomic import write_text

logger = logging.getLogger(__name__)

_GROUP_SENTENCES = 15  # smaller groups tell nothing


def record_evaluation(folder: Path, recipe: Recipe) -> None:
    """Measure a model folder on the recipe's evaluation sets; write the figures and the card anew.

    Sets that are not on this machine are left out and told.
    """
    detector = load(folder)
    label = recipe.name
    results = []
    for name in recipe.evaluation.sets:
        source = recipe.sources[name]
        if source.path and Path(source.path).exists() and (source.texts is None or Path(source.texts).exists()):
            labelled = read_labelled(source.path) if source.form == "labels" else _as_marked(source)
            results.append(evaluate(name, label, labelled, detector).to_dict())
        else:
            logger.warning("evaluation set %s is left out: no file %s", name, source.path)
    if recipe.evaluation.fairness:
        results.append(fairness(label, detector).to_dict())
    metrics = json.loads((folder / METRICS).read_text(encoding="utf-8"))
    metrics["evaluation"] = results
    metrics["groups"] = _groups(detector, recipe)
    write_text(folder / METRICS, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")
    write_card(folder)


def _as_marked(source: DataSource) -> list[Labelled]:
    """Sentences that somebody read whole; debatable wording, and loaded words of others, are neither right nor wrong to flag."""
    labelled = []
    for text, marks in read_marked(source):
        spans = tuple(GoldSpan(mark.start, mark.end, mark.category) for mark in marks if mark.is_own)
        ignored = tuple((mark.start, mark.end) for mark in marks if not mark.is_own)
        labelled.append(Labelled(text, sentence_label(marks), spans, ignored))
    return labelled


def _groups(detector: Detector, recipe: Recipe) -> dict[str, list[dict[str, Any]]]:
    """Per field and value of it: sentences, share labelled biased, share called, share judged rightly."""
    if not recipe.evaluation.groups:
        return {}
    records = read_records(recipe.development, recipe.sources[recipe.development])
    called = [item.score >= CALLED for item in detector.score_sentences([record.text for record in records])]
    return {field: _by(field, records, called) for field in recipe.evaluation.groups}


def _by(field: str, records: Sequence[LabelRecord], called: Sequence[bool]) -> list[dict[str, Any]]:
    groups: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for record, decision in zip(records, called, strict=True):
        groups[str(record.extra.get(field) or "")].append((record.hard == 1, decision))
    return [
        {
            "group": group,
            "sentences": len(pairs),
            "labelled": sum(labelled for labelled, _ in pairs) / len(pairs),
            "called": sum(decision for _, decision in pairs) / len(pairs),
            "right": sum(labelled == decision for labelled, decision in pairs) / len(pairs),
        }
        for group, pairs in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
        if group and len(pairs) >= _GROUP_SENTENCES
    ]
