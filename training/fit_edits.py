"""Teach a model to judge edits: python training/fit_edits.py [--model FOLDER] (--measure: only tell how well it can be learned).

With --words only what words say is learned anew, beside the head that the model has; its weights stay.

From training/edits/judged.jsonl, whose sentences lie in ../shared/data, it learns what words say of an edit, written to
biasdetect/suggest/signed.json, and fits the head of the model's network that judges the place (training/finetune.py does
the same at the end of a recipe). Nothing else in the model changes; the graph in eight bits is to be made anew after it:
python training/quantize.py.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from sklearn.metrics import roc_auc_score
from transformers import AutoTokenizer

from biasdetect.finetune.export.folder import export_model, record_metrics
from biasdetect.finetune.network.edits import (
    edit_features,
    edit_states,
    fit_states,
    fit_words,
    with_edit_head,
    words_apart,
)
from biasdetect.finetune.recipe.judged import Judged, read_judged
from biasdetect.finetune.recipe.schema import read_recipe
from biasdetect.model.folder import METRICS, TRAINED_ON, open_model
from biasdetect.model.network import BiasNetwork
from biasdetect.util.atomic import write_bytes, write_text

ROOT = Path(__file__).resolve().parent.parent
RECIPE = ROOT / "training" / "recipes" / "en-small.toml"
EDITS = ROOT / "training" / "edits" / "judged.jsonl"
MARKS = ROOT / "training" / "marks"
DATA = ROOT.parent / "shared" / "data"
WORDS = ROOT / "biasdetect" / "suggest" / "signed.json"
PARTS = 5


def measure(edits: list[Judged], states: tuple[NDArray[np.float32], NDArray[np.float32]]) -> dict[str, Any]:
    """How well edits are judged that were not learned from, by kind: sentences apart, five parts."""
    seen, good = edit_features(edits), np.array([edit.good for edit in edits])
    groups = [edit.group for edit in edits]
    words = words_apart(seen, good.tolist(), groups)
    after, before = states
    both = np.zeros(len(edits))
    parts = np.array(groups) % PARTS
    for part in range(PARTS):
        own, others = parts == part, np.flatnonzero(parts != part)
        inner = words_apart([seen[i] for i in others], good[others].tolist(), [groups[i] // PARTS for i in others])
        weights = fit_states(after[others], before[others], inner, good[others]).reshape(2, *after.shape[1:])
        both[own] = words[own] + np.tensordot(after[own], weights[0]) + np.tensordot(before[own], weights[1])
    kinds = np.array([edit.kind for edit in edits])
    figures: dict[str, Any] = {}
    for kind in ("deletion", "word", "rephrasing"):
        chosen = kinds == kind
        figures[kind] = {"edits": int(chosen.sum()), "good": int(good[chosen].sum())}
        for name, logits in (("words alone", words), ("with the network", both)):
            figures[kind][name] = _figures(logits[chosen], good[chosen])
    return figures


def _figures(logits: NDArray[np.float64], good: NDArray[np.bool_]) -> dict[str, Any]:
    """AUC, and for each least probability the share that passes and the share of it that is good."""
    chances = 1 / (1 + np.exp(-logits))
    curve = {}
    for least in (0.5, 0.7, 0.8, 0.85, 0.9, 0.95):
        passing = chances >= least
        curve[str(least)] = [int(passing.sum()), round(float(good[passing].mean()), 3) if passing.any() else None]
    return {"auc": round(float(roc_auc_score(good, logits)), 3), "passing and good by least probability": curve}


def main() -> None:
    """Fit words and head, write both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "biasdetect-en-small")
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--words", action="store_true")
    chosen = parser.parse_args()
    settings = read_recipe(RECIPE).edits
    assert settings is not None
    edits, layers = read_judged(EDITS, MARKS, DATA), settings.layers
    network = BiasNetwork.from_pretrained(chosen.model, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(chosen.model)
    states = edit_states(network, tokenizer, edits, layers)
    figures = measure(edits, states)
    Console().print(figures)
    if chosen.measure:
        return
    words = fit_words(edit_features(edits), [edit.good for edit in edits])
    write_text(WORDS, json.dumps(words.weights, ensure_ascii=False, indent=0) + "\n")
    if chosen.words:
        record_metrics(chosen.model, edits=figures)
        return
    network = with_edit_head(network, edits, states, layers)
    opened = open_model(chosen.model)
    metrics = json.loads((chosen.model / METRICS).read_text(encoding="utf-8"))
    config = replace(opened.config, edits=True, margins=None)
    texts = [edit.text for edit in edits[:200]]
    seen = (chosen.model / TRAINED_ON).read_bytes()  # it was trained on the same texts as before
    export_model(network, tokenizer, config, {**metrics, "edits": figures}, chosen.model, texts)
    write_bytes(chosen.model / TRAINED_ON, seen)


if __name__ == "__main__":
    main()
