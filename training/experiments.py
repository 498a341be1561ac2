r"""Record what a stage or an experiment gave: networks in, figures with their spread out, in experiments.json.

python training/experiments.py NAME --tried "what was done" --verdict "what came of it" \
    --against runs/en-small/finish/seed-13/network runs/trial/seed-*/network

Each NETWORK is one seed's. All are measured on the recipe's development data, with calibration and threshold
fitted for each, and compared sentence by sentence with the network that --against names. docs/generate.py makes
training/experiments.md of the records.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from transformers import AutoTokenizer

from biasdetect.atomic import write_text
from biasdetect.finetune.development import Predictions, fit, measure, predict
from biasdetect.finetune.examples import Example, read_source
from biasdetect.finetune.network import BiasNetwork
from biasdetect.finetune.recipe import read_recipe
from biasdetect.finetune.trainer import resolve_base
from biasdetect.model.phrases import sigmoid

HERE = Path(__file__).resolve().parent
RECORDS = HERE / "experiments.json"
_SHOWN = ("macro_f1", "mcc", "auc", "ece", "word_f1", "phrase_recall", "plain_flagged", "category_macro_f1")
_RESAMPLES = 2000


def main() -> int:
    """Measure and record; an experiment of the same name is replaced."""
    parser = argparse.ArgumentParser(description="Record the development figures of an experiment's networks.")
    parser.add_argument("name")
    parser.add_argument("networks", nargs="+", type=Path, metavar="NETWORK")
    parser.add_argument("--recipe", type=Path, default=HERE / "recipes" / "en-small.toml")
    parser.add_argument("--tried", required=True)
    parser.add_argument("--verdict", required=True)
    parser.add_argument("--against", type=Path, metavar="NETWORK")
    arguments = parser.parse_args()
    recipe = read_recipe(arguments.recipe)
    sets = [read_source(name, recipe.sources[name]) for name in (recipe.development, recipe.own_development)]
    tokenizer = AutoTokenizer.from_pretrained(resolve_base(recipe.base))

    def predictions(path: Path) -> list[Predictions]:
        network = BiasNetwork.from_pretrained(path, dtype=torch.float32)
        return [predict(network, tokenizer, [example.text for example in examples]) for examples in sets]

    outputs = [predictions(path) for path in arguments.networks]
    record: dict[str, Any] = {
        "name": arguments.name,
        "tried": arguments.tried,
        "verdict": arguments.verdict,
        "seeds": [_figures(sets, output) for output in outputs],
    }
    if arguments.against:
        record["difference"] = _difference(sets[0], outputs[0][0], predictions(arguments.against)[0])
    records = json.loads(RECORDS.read_text(encoding="utf-8")) if RECORDS.exists() else []
    names = [item["name"] for item in records]
    if arguments.name in names:
        records[names.index(arguments.name)] = record
    else:
        records.append(record)
    write_text(RECORDS, json.dumps(records, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(record, indent=1, ensure_ascii=False))
    return 0


def _figures(sets: list[list[Example]], outputs: list[Predictions]) -> dict[str, float]:
    fitted = fit(sets[0], outputs[0])
    expert, own = (measure(examples, output, fitted) for examples, output in zip(sets, outputs, strict=True))
    figures = {**own, **expert}
    return {name: round(float(figures[name]), 4) for name in _SHOWN}


def _difference(examples: list[Example], ours: Predictions, theirs: Predictions) -> dict[str, list[float]]:
    """Paired bootstrap over sentences: difference and 95 % interval of AUC and accuracy."""
    labels = np.array([example.label for example in examples])
    decisions = [sigmoid(output.logits, fit(examples, output).sentence) >= 0.5 for output in (ours, theirs)]
    rng = np.random.default_rng(0)
    samples = []
    for resample in [np.arange(len(labels)), *(rng.integers(len(labels), size=(_RESAMPLES, len(labels))))]:
        picked = labels[resample]
        auc = [roc_auc_score(picked, output.logits[resample]) for output in (ours, theirs)]
        right = [np.mean(decision[resample] == picked) for decision in decisions]
        samples.append((auc[0] - auc[1], right[0] - right[1]))
    table = np.array(samples)
    low, high = np.percentile(table[1:], [2.5, 97.5], axis=0)
    return {
        name: [round(float(value), 4) for value in (table[0, column], low[column], high[column])]
        for column, name in enumerate(("auc", "accuracy"))
    }


if __name__ == "__main__":
    sys.exit(main())
