"""The outlet's score in one pass beside leaving others' words out: python benchmarks/outlet.py (--record: write benchmarks/outlet.json).

Where others speak in a sentence, the network gives a score of the outlet's words in the pass that gives all else. Before, the
sentence was run once more without the words of others, an ellipsis in their place. Both are compared where others and the
outlet speak, on real sentences with marks (``training/marks``, development part) and on BABE's development part where
the sentence holds a quotation, and on PolNeAR's where somebody's words are marked in it. Whose words they are is heard by
the model in both ways. The labels of BABE are of whole sentences; of the marks, clear ones of the outlet's own words count.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from scipy.stats import rankdata

import biasdetect
from biasdetect.evaluation.bootstrap import Array, intervals, ratio
from biasdetect.evaluation.figures import CALLED, sentence_statistic
from biasdetect.finetune.recipe.attributions import AttributedSentence, read_attributions
from biasdetect.finetune.recipe.standoff import Mark, marked_sentences, records
from biasdetect.language.voice import Quotation, QuotedSentence, find_quotations
from biasdetect.model.phrases import find_words
from biasdetect.pipeline import Context, Reading, make_context, read_sentences
from biasdetect.util.stretches import masked

ROOT = Path(__file__).resolve().parent.parent
RECORD = Path(__file__).with_suffix(".json")
DATA = ROOT.parent / "shared" / "data"
POLNEAR = DATA / "polnear" / "dev.jsonl.gz"
WAYS = ("one pass", "others' words left out", "all words")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence, and whether its outlet's words are biased; None where nobody says."""

    sentence: QuotedSentence
    label: int | None


def outlet_label(marks: Sequence[Mark]) -> int | None:
    """1 where the outlet's own words hold a clear mark, 0 where nothing of them is marked, None elsewhere."""
    own = [mark for mark in marks if mark.voice.counts]
    return 1 if any(mark.is_own for mark in own) else None if own else 0


def sets() -> Iterator[tuple[str, list[Labelled]]]:
    """The sentences of each set that may hold words of others."""
    marks = [
        (text, outlet_label(one.marks)) for text, one in marked_sentences(ROOT / "training" / "marks", DATA, "dev")
    ]
    babe = [(row["text"], row["label"]) for row in records(DATA / "babe" / "dev.jsonl")]
    for name, rows in (("marked sentences", marks), ("BABE", babe)):
        found = (Labelled(_alone(text), label) for text, label in rows)
        yield name, [one for one in found if one.sentence.quotations]
    yield "PolNeAR", [Labelled(_quoted(one), None) for one in read_attributions(POLNEAR) if one.others]


def _quoted(one: AttributedSentence) -> QuotedSentence:
    return QuotedSentence(one.text, 0, len(one.text), [Quotation(*place) for place in one.quoted])


def _alone(text: str) -> QuotedSentence:
    return QuotedSentence(text, 0, len(text), find_quotations(text, 0, len(text)))


def without_others(readings: Sequence[Reading], context: Context) -> list[float]:
    """Scores of sentences in which an ellipsis stands for each run of others' words."""
    texts = []
    for reading in readings:
        voice = reading.voice
        words = find_words(voice.sentence.text)
        runs: list[tuple[int, int]] = []
        before = False
        for start, end in words:
            theirs = not voice.voice(voice.start + start, voice.start + end).counts
            if theirs:
                runs = [*runs[:-1], (runs[-1][0], end)] if before else [*runs, (start, end)]
            before = theirs
        texts.append(masked(voice.sentence.prose, runs))
    return [context.probability(output.logit) for output in context.runtime.run(texts)]


def correlation(one: Array, other: Array) -> Callable[[Array], Array]:
    """Pearson's r as a function of how often each sentence was drawn."""

    def value(weights: Array) -> Array:
        share = weights / weights.sum(-1, keepdims=True)
        mean, means = share @ one, share @ other
        spread = np.sqrt((share @ one**2 - mean**2) * (share @ other**2 - means**2))
        return ratio(share @ (one * other) - mean * means, spread)

    return value


def compared(rows: Sequence[Labelled], context: Context) -> dict[str, Any]:
    """How far the two ways agree, and how well each tells biased sentences; every figure with its 95 % interval."""
    found = read_sentences([row.sentence for row in rows], context, held=False)
    both = [index for index, one in enumerate(found) if one.outlet is not None and one.others is not None]
    readings, labels = [found[index] for index in both], [rows[index].label for index in both]
    scores = {
        WAYS[0]: np.array([reading.outlet or 0.0 for reading in readings]),
        WAYS[1]: np.array(without_others(readings, context)),
        WAYS[2]: np.array([reading.whole for reading in readings]),
    }
    one, other = (scores[way] for way in WAYS[:2])
    apart = ((one >= CALLED) != (other >= CALLED)).astype(float)
    agreement = {
        "Pearson": correlation(one, other),
        "Spearman": correlation(rankdata(one), rankdata(other)),
        "mean difference": lambda weights: ratio(weights @ np.abs(one - other), weights.sum(-1)),
        "decided otherwise, per 1,000": lambda weights: 1000 * ratio(weights @ apart, weights.sum(-1)),
    }
    result: dict[str, Any] = {"sentences": len(both), "agreement": _with_intervals(len(both), agreement)}
    known = np.array([label is not None for label in labels], dtype=bool)
    if known.any():
        truth = np.array([label for label in labels if label is not None], dtype=int)
        areas = {way: sentence_statistic(truth, part[known]) for way, part in scores.items()}
        statistics: dict[str, Callable[[Array], Array]] = {
            way: lambda weights, area=area: area(weights)["auc"]  # type: ignore[misc]
            for way, area in areas.items()
        }
        statistics["one pass, gained"] = lambda weights: areas[WAYS[0]](weights)["auc"] - areas[WAYS[1]](weights)["auc"]
        result |= {
            "labelled": len(truth),
            "biased": int(truth.sum()),
            "auc": _with_intervals(len(truth), statistics),
            "right at 0.5": {way: round(float(np.mean((part[known] >= CALLED) == truth)), 3) for way, part in scores.items()},
        }  # fmt: skip
    return result


def passes(context: Context) -> dict[str, int]:
    """The sentences of PolNeAR's part, and those in which the outlet and others speak, for which two more runs were needed."""
    found = read_sentences([_quoted(one) for one in read_attributions(POLNEAR)], context)
    both = sum(one.outlet is not None and one.others is not None for one in found)
    return {"sentences": len(found), "both speak": both}


def _with_intervals(count: int, statistics: dict[str, Callable[[Array], Array]]) -> dict[str, list[float]]:
    ends = intervals(count, lambda weights: {name: value(weights) for name, value in statistics.items()})
    once = np.ones((1, count))
    return {name: [round(float(value(once)[0]), 3), *(round(end, 3) for end in ends[name])] for name, value in statistics.items()}  # fmt: skip


def main() -> None:
    """Compare, show, and write the record where asked to."""
    context = make_context(biasdetect.load().runtime, None, "mark")
    record = {
        "model": context.runtime.folder.label,
        "sets": {name: {"of": len(rows), **compared(rows, context)} for name, rows in sets()},
        "passes": passes(context),
    }
    Console().print(record)
    if "--record" in sys.argv:
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
