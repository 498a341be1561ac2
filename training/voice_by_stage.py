"""Record how well each stage's network tells whose words they are: networks in, voice-by-stage.json out.

    python training/voice_by_stage.py runs/en-small/*/seed-13/network

Each network alone, by its stage's name, without quotation marks as a rule and without what the pipeline makes of it: for
every word of PolNeAR's development part of which it is known, whether it is somebody else's, and whether it names who
speaks; a word is where its mean logit is above 0. A stage has all that those before it learned and more, so the
differences are of stages and not of sources: what a source by itself adds only trainings without it could tell.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer

from biasdetect.evaluation.bootstrap import Array, f1, intervals, ratio
from biasdetect.finetune.network.development import predict
from biasdetect.finetune.recipe.attributions import AttributedSentence, read_attributions
from biasdetect.finetune.recipe.schema import read_recipe
from biasdetect.finetune.stages import resolve_base
from biasdetect.model.network import BiasNetwork
from biasdetect.model.phrases import find_words, word_means
from biasdetect.util.atomic import write_text

HERE = Path(__file__).resolve().parent
RECORDS = HERE / "voice-by-stage.json"
RECIPE = HERE / "recipes" / "en-small.toml"

Counts = dict[str, Array]
"""By what is asked, of each article how many words are rightly so, wrongly so, and missed."""


def main() -> int:
    """Measure and record; a stage that is recorded already is replaced."""
    parser = argparse.ArgumentParser(description="Record how well networks tell whose words they are.")
    parser.add_argument("networks", nargs="+", type=Path, metavar="NETWORK", help="…/STAGE/seed-N/network")
    arguments = parser.parse_args()
    recipe = read_recipe(RECIPE)
    tokenizer = AutoTokenizer.from_pretrained(resolve_base(recipe.base))
    sentences = list(read_attributions(Path(recipe.sources[recipe.voice_development or ""].path or "")))
    records = json.loads(RECORDS.read_text(encoding="utf-8")) if RECORDS.exists() else {}
    for path in arguments.networks:
        network = BiasNetwork.from_pretrained(path, dtype=torch.float32)
        found = predict(network, tokenizer, [one.text for one in sentences], quoted=[one.quoted for one in sentences])
        figures = figures_of(counts_of(sentences, found.offsets, found.voices))
        records[path.parent.parent.name] = {"sentences": len(sentences), **figures}
        print(path.parent.parent.name, figures)
    order = [stage.name for stage in recipe.stages]
    write_text(RECORDS, json.dumps(dict(sorted(records.items(), key=lambda one: order.index(one[0]))), indent=1) + "\n")
    return 0


def counts_of(sentences: Sequence[AttributedSentence], offsets: Sequence[Any], voices: Sequence[Any]) -> Counts:
    """What a network says of the words of sentences, by article."""
    articles = 1 + max(one.article for one in sentences)
    counts = {name: np.zeros((articles, 3)) for name in ("others", "others, outside of marks", "sources")}
    for sentence, places, (others, sources) in zip(sentences, offsets, voices, strict=True):
        words = [word for word in find_words(sentence.text) if not _holds(sentence.unknown, word)]
        for name, logits, marked in (("others", others, sentence.others), ("sources", sources, sentence.sources)):
            for word, logit in zip(words, word_means(words, places, logits), strict=True):
                is_so, taken = _holds(marked, word), logit > 0
                outcome = [is_so and taken, taken and not is_so, is_so and not taken]
                counts[name][sentence.article] += outcome
                if name == "others" and not _holds(sentence.quoted, word):
                    counts["others, outside of marks"][sentence.article] += outcome
    return counts


def _holds(spans: Sequence[tuple[int, int]], word: tuple[int, int]) -> bool:
    return any(start <= word[0] and word[1] <= end for start, end in spans)


def figures_of(counts: Counts) -> dict[str, Any]:
    """Precision, recall and F1 with its 95 % interval over articles, and the number of words that are so."""
    figures: dict[str, Any] = {}
    for name, rows in counts.items():
        hit, wrong, missed = rows.sum(0)

        def statistic(weights: Array, rows: Array = rows) -> dict[str, Array]:
            return {"f1": f1(*(weights @ rows).T)}

        low, high = intervals(len(rows), statistic)["f1"]
        once = {"precision": ratio(hit, hit + wrong), "recall": ratio(hit, hit + missed), "f1": f1(hit, wrong, missed)}
        figures[name] = {
            "words": int(hit + missed),
            **{figure: round(float(value), 3) for figure, value in once.items()},
            "low": round(low, 3),
            "high": round(high, 3),
        }
    return figures


if __name__ == "__main__":
    sys.exit(main())
