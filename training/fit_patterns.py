"""Fit what tells what loaded wording does: python training/fit_patterns.py, which writes biasdetect/model/patterns.json.

The model has a head for it, which is right for one mark of three. Here the category and the form of the words come in
beside what it says (:func:`biasdetect.model.reasons.features`), by a multinomial logistic regression over the marks of
the training part (training/marks). The development part says how sure to be, and how good it is, which flatters a
little. The texts are in ``../shared/data``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

import biasdetect
from biasdetect.finetune.recipe import standoff
from biasdetect.model.categories import PATTERNS
from biasdetect.model.phrases import softmax
from biasdetect.model.reasons import SURE, features, reasons_of
from biasdetect.util.atomic import write_text

ROOT = Path(__file__).resolve().parent.parent
MARKS = ROOT / "training" / "marks"
DATA = next(folder / "shared" / "data" for folder in ROOT.parents if (folder / "shared" / "data").exists())
OUT = ROOT / "biasdetect" / "model" / "patterns.json"
_HEATS = np.arange(1.0, 6.0, 0.1)  # tried; the marks that the network learned from would say 1
_NEVER = -100.0  # of patterns that no mark has
_STRENGTH = 0.3  # inverse of the penalty on large weights; chosen among 0.03, 0.1, 0.3 and 1 on the development part


def main() -> None:
    """Fit it, print how good it is, and write it."""
    parts = {split: _examples(split) for split in ("train", "dev")}
    inputs, outputs = (np.array(values) for values in parts["train"])
    fitted = LogisticRegression(C=_STRENGTH, max_iter=3000).fit(inputs, outputs)
    weights = np.zeros((inputs.shape[1], len(PATTERNS)))
    intercepts = np.full(len(PATTERNS), _NEVER)
    weights[:, fitted.classes_] = fitted.coef_.T
    intercepts[fitted.classes_] = fitted.intercept_
    # the network learned from the same marks and is sure of them, so how sure to be is told by the development part
    given, wanted = parts["dev"]
    heat = _temperature(np.array(given) @ weights + intercepts, np.array(wanted))
    weights, intercepts = (weights / heat).round(3), (intercepts / heat).round(3)
    for split, (given, wanted) in parts.items():
        shares = softmax(np.array(given) @ weights + intercepts)
        right = shares.argmax(axis=1) == np.array(wanted)
        sure = shares.max(axis=1) >= SURE
        alone = np.array(given)[:, : len(PATTERNS)].argmax(axis=1) == np.array(wanted)
        print(
            f"{split}: n={len(wanted)}, the head alone {alone.mean():.3f}, this {right.mean():.3f}; "
            f"named {sure.mean():.3f}, of them right {right[sure].mean():.3f}"
        )
    data = {"patterns": PATTERNS, "intercepts": intercepts.tolist(), "weights": weights.tolist()}
    write_text(OUT, json.dumps(data, separators=(",", ":")).replace("],[", "],\n[") + "\n")


def _temperature(logits: NDArray[np.float64], wanted: NDArray[np.int_]) -> float:
    """By what to divide logits, (marks, patterns), so that the right ones are likeliest (Guo et al. 2017)."""
    rows = np.arange(len(wanted))
    return float(min(_HEATS, key=lambda heat: -np.log(softmax(logits / heat)[rows, wanted] + 1e-12).mean()))


def _examples(split: str) -> tuple[list[list[float]], list[int]]:
    """Features and pattern of each clear mark of the writer's own words."""
    known = {}
    for line in (MARKS / "patterns.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        known[row["digest"], row["start"]] = row["pattern"]
    marks = {row.sentence: row for row in standoff.read_marks(MARKS / standoff.MERGED)}
    runtime = biasdetect.load().runtime
    inputs, outputs = [], []
    for excerpt in standoff.read_excerpts(MARKS / standoff.SAMPLE):
        if excerpt.split != split:
            continue
        for number, text in standoff.texts(excerpt, DATA):
            if number not in marks:
                continue
            found = [
                (mark, known[marks[number].digest, mark.start])
                for mark in marks[number].marks
                if mark.is_own and known.get((marks[number].digest, mark.start)) in PATTERNS
            ]
            if not found:
                continue
            (output,) = runtime.run([text])
            for mark, pattern in found:
                reasons = reasons_of(output, mark.start, mark.end)
                if reasons:
                    inputs.append(features(text, mark.start, mark.end, mark.category, reasons.patterns))
                    outputs.append(PATTERNS.index(pattern))
    return inputs, outputs


if __name__ == "__main__":
    sys.exit(main())
