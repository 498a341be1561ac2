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
from transformers import AutoTokenizer

from biasdetect.evaluation.bootstrap import Array
from biasdetect.evaluation.figures import CALLED, figures_of, sentence_statistic
from biasdetect.finetune.network.development import Predictions, fit, judge, predict
from biasdetect.finetune.recipe.example import Example
from biasdetect.finetune.recipe.examples import read_source
from biasdetect.finetune.recipe.schema import read_recipe
from biasdetect.finetune.stages import resolve_base
from biasdetect.model.network import BiasNetwork
from biasdetect.model.phrases import sigmoid
from biasdetect.util.atomic import write_text

HERE = Path(__file__).resolve().parent
RECORDS = HERE / "experiments.json"


def main() -> int:
    """Measure and record; an experiment of the same name is replaced."""
    parser = argparse.ArgumentParser(description="Record the development figures of an experiment's networks.")
    parser.add_argument("name")
    parser.add_argument("networks", nargs="+", type=Path, metavar="NETWORK")
    parser.add_argument("--recipe", type=Path, default=HERE / "recipes" / "en-small.toml")
    parser.add_argument("--tried", required=True)
    parser.add_argument("--verdict", required=True)
    parser.add_argument("--against", type=Path, metavar="NETWORK")
    parser.add_argument("--tokenizer", help="of networks on another encoder; that of the recipe's where left out")
    arguments = parser.parse_args()
    recipe = read_recipe(arguments.recipe)
    kept = (recipe.development, recipe.own_development, recipe.phrase_development)
    sets = [read_source(name, recipe.sources[name]) for name in kept if name]
    ours = AutoTokenizer.from_pretrained(resolve_base(recipe.base))
    theirs = AutoTokenizer.from_pretrained(arguments.tokenizer) if arguments.tokenizer else ours

    def predictions(path: Path, tokenizer: Any = ours) -> list[Predictions]:
        network = BiasNetwork.from_pretrained(path, dtype=torch.float32)
        return [predict(network, tokenizer, [example.text for example in examples]) for examples in sets]

    outputs = [predictions(path, theirs) for path in arguments.networks]
    record: dict[str, Any] = {
        "name": arguments.name,
        "tried": arguments.tried,
        "verdict": arguments.verdict,
        "seeds": [judge(sets, output) for output in outputs],
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


def _difference(examples: list[Example], ours: Predictions, theirs: Predictions) -> dict[str, list[float]]:
    """AUC and accuracy, ours minus theirs on the same sentences, with 95 % bootstrap intervals."""
    labels = np.array([example.label for example in examples])
    scores = [sigmoid(output.logits, fit(examples, output).sentence) for output in (ours, theirs)]
    auc, their_auc = (sentence_statistic(labels, part) for part in scores)
    right, their_right = ((part >= CALLED) == labels for part in scores)
    gained = right.astype(float) - their_right

    def statistic(weights: Array) -> dict[str, Array]:
        return {
            "auc": auc(weights)["auc"] - their_auc(weights)["auc"],
            "accuracy": weights @ gained / len(labels),
        }

    return {
        figure.name: [round(value, 4) for value in (figure.value, figure.low, figure.high)]
        for figure in figures_of(len(labels), statistic)
    }


if __name__ == "__main__":
    sys.exit(main())
