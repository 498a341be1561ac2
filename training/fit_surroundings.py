"""Fit what the sentences around one say of it: python training/fit_surroundings.py [--model FOLDER] [--measure].

From the development marks of training/marks, whose articles lie in ../shared/data: a logistic regression of whether a word is
clearly loaded on its logit and on the mean of the sentences next to it, then calibration and threshold anew. It changes the
model's config.json alone; the margins of its graph in eight bits are to be found anew after it: python training/quantize.py.
With --measure it only tells, for each threshold, how many flags are right, articles apart.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold

from biasdetect.evaluation.metrics import word_marks
from biasdetect.finetune.export.folder import record_metrics, write_config
from biasdetect.finetune.network.development import platt
from biasdetect.finetune.recipe.standoff import MERGED, SAMPLE, Mark, read_excerpts, read_marks, records
from biasdetect.model.folder import InferenceConfig, Surroundings, open_model
from biasdetect.model.opening import open_runtime
from biasdetect.model.phrases import find_words, word_logits
from biasdetect.model.runtime import Runtime, Scored
from biasdetect.model.surroundings import lift, mean_of_neighbours
from biasdetect.pipeline import as_document, find_passages, make_context

ROOT = Path(__file__).resolve().parent.parent
MARKS = ROOT / "training" / "marks"
DATA = ROOT.parent / "shared" / "data"
PARTS = 5


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence that somebody read, in its article."""

    text: str
    article: str
    marks: Sequence[Mark]
    output: Scored
    neighbours: float | None


def read_split(runtime: Runtime, split: str) -> list[Read]:
    """The sentences of a split that were read, scored in their articles as a report's are."""
    context = make_context(runtime, None, "mark", keep_boilerplate=True)
    answers = {one.sentence: one for one in read_marks(MARKS / MERGED)}
    wanted: dict[tuple[str, int], dict[tuple[int, int], str]] = defaultdict(dict)
    articles = {}
    for excerpt in (one for one in read_excerpts(MARKS / SAMPLE) if one.split == split):
        articles[excerpt.source, excerpt.record] = excerpt.article
        for number, (start, end, _) in enumerate(excerpt.sentences, start=1):
            if (name := f"{excerpt.id}-{number:02d}") in answers:
                wanted[excerpt.source, excerpt.record][start, end] = name
    found = []
    for (source, record), places in wanted.items():
        document = as_document(records(DATA / source)[record]["text"])
        sentences = [passage.sentence for passage in find_passages(document, context)]
        outputs = runtime.run([one.prose for one in sentences], [one.quoted for one in sentences])
        around = mean_of_neighbours(outputs, runtime.folder.config)
        for sentence, output, mean in zip(sentences, outputs, around, strict=True):
            if name := places.get((sentence.start, sentence.end)):
                article = f"{source} {articles[source, record]}"
                found.append(Read(sentence.text, article, answers[name].marks, output, mean))
    return found


def words_of(one: Read) -> tuple[np.ndarray, np.ndarray]:
    """Logits of the words that count, and whether each is clearly loaded: what is debatable says nothing."""
    words = find_words(one.text)
    logits, _ = word_logits(words, one.output.offsets, one.output.token_logits)
    clear = [(mark.start, mark.end) for mark in one.marks if mark.level == "clear"]
    unsure = [(mark.start, mark.end) for mark in one.marks if mark.level != "clear"]
    known = ~word_marks(one.text, unsure) | word_marks(one.text, clear)
    return logits[known], word_marks(one.text, clear)[known]


def fit(sentences: Sequence[Read]) -> Surroundings:
    """Weight of the neighbours, and what they usually are."""
    usual = float(np.mean([one.neighbours for one in sentences if one.neighbours is not None]))
    rows, labels = [], []
    for one in sentences:
        if one.neighbours is None:
            continue
        logits, clear = words_of(one)
        rows += [(logit, one.neighbours - usual) for logit in logits]
        labels += clear.tolist()
    slopes = LogisticRegression(C=10.0, max_iter=1000).fit(rows, labels).coef_[0]
    return Surroundings(round(max(0.0, float(slopes[1] / slopes[0])), 3), round(usual, 3))


def measure(sentences: Sequence[Read]) -> dict[str, Any]:
    """Average precision of words with and without, the weight fitted on other articles."""
    groups = [one.article for one in sentences]
    lifts = np.zeros(len(sentences))
    for train, test in GroupKFold(PARTS).split(sentences, groups=groups):
        around = fit([sentences[index] for index in train])
        lifts[test] = [lift(sentences[index].neighbours, around) for index in test]
    told: dict[str, Any] = {"sentences": len(sentences)}
    beside = [index for index, one in enumerate(sentences) if one.neighbours is not None]
    for name, chosen in (("all", range(len(sentences))), ("in an article", beside)):
        words = [words_of(sentences[index]) for index in chosen]
        labels = np.concatenate([clear for _, clear in words])
        alone = np.concatenate([logits for logits, _ in words])
        among = np.concatenate([logits + lifts[index] for (logits, _), index in zip(words, chosen, strict=True)])
        told[name] = {
            "sentences": len(words),
            "clear words": int(labels.sum()),
            "average precision alone": round(float(average_precision_score(labels, alone)), 4),
            "average precision among its neighbours": round(float(average_precision_score(labels, among)), 4),
        }
    return told


def calibrated(
    config: InferenceConfig, sentences: Sequence[Read], around: Surroundings, threshold: float | None
) -> InferenceConfig:
    """The config with these surroundings, words calibrated anew; the threshold stays at its logit where none is given."""
    words = [words_of(one) for one in sentences]
    logits = np.concatenate(
        [found + lift(one.neighbours, around) for (found, _), one in zip(words, sentences, strict=True)]
    )
    phrase = platt(logits, np.concatenate([clear for _, clear in words]).astype(int))
    return replace(
        config, phrase=phrase, surroundings=around, threshold=config.threshold if threshold is None else threshold
    )


def main() -> None:
    """Fit and write, or measure alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "biasdetect-en-small")
    parser.add_argument("--threshold", type=float, help="lowest score of a phrase, 0 to 1")
    parser.add_argument("--measure", action="store_true")
    chosen = parser.parse_args()
    runtime = open_runtime(chosen.model)
    sentences = read_split(runtime, "dev")
    figures = measure(sentences)
    around = fit(sentences)
    Console().print(figures, around)
    if chosen.measure:
        return
    folder = open_model(chosen.model)
    config = calibrated(folder.config, sentences, around, chosen.threshold)
    write_config(folder.path, config)
    record_metrics(folder.path, surroundings=figures)
    Console().print(config)


if __name__ == "__main__":
    main()
