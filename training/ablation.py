"""Record what each source adds, alone and together with the others: small trainings for each combination, ablation.json out.

    OMP_WAIT_POLICY=PASSIVE nohup python training/ablation.py wording --work runs/ablation > ablation.log &

Two questions, for some seeds each. ``wording``: a network learns expert labels (BABE) twice, our own sentences and part of the news
labels (anno-lexical). From there, once for each combination, it learns the expert labels and some of our own sentences again (``none``),
and beside them

* ``marks``: real sentences marked by hand,
* ``teacher``: real sentences of which a teacher (training/teach.py, which learned from marks, our articles and expert labels) says how
  biased they are and which words are loaded; those of anno-lexical keep half of their own label,
* ``spans``: paragraphs of the press with spans of loaded language, name-calling and exaggeration.

Where there are marks and a teacher, the teacher is heard about the marked sentences too, as in the recipe that ships. ``voices``: from
the pretrained encoder a network learns whose words they are, of

* ``PolNeAR``: sentences of articles in which others marked who says what,
* ``hand``: real sentences marked by hand, which tell whose words the marked wording is, and also which words are loaded,
* ``own``: paragraphs of our own in which it is marked who says what.

Sources differ in kind and in size, and what one adds mixes both. Some 90 and 40 minutes on two cores with bfloat16 for three seeds; what is
trained already is taken from the work folder. All figures are of development data; of the press only articles are measured of
which no paragraph was learned from here.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer
from transformers.utils.logging import disable_progress_bar
from voice_by_stage import counts_of as voice_counts

from biasdetect.evaluation.bootstrap import Array, Statistic, f1, intervals, ratio
from biasdetect.evaluation.figures import sentence_statistic
from biasdetect.evaluation.flags import Read, counts_of
from biasdetect.evaluation.metrics import word_marks
from biasdetect.finetune.network.development import Predictions, fit, predict
from biasdetect.finetune.recipe.attributions import read_attributions
from biasdetect.finetune.recipe.example import Example
from biasdetect.finetune.recipe.examples import read_source
from biasdetect.finetune.recipe.schema import Columns, DataSource, Losses, Recipe, Stage, read_recipe
from biasdetect.finetune.recipe.standoff import SAMPLE, Excerpt, marked_sentences, read_excerpts, records
from biasdetect.finetune.stages import resolve_base, train_stages, versions
from biasdetect.model.folder import Calibration
from biasdetect.model.network import BiasNetwork
from biasdetect.model.phrases import decode, sigmoid
from biasdetect.util.atomic import write_text

HERE = Path(__file__).resolve().parent
RECORDS = HERE / "ablation.json"
RECIPE = HERE / "recipes" / "en-small.toml"
MARKS = HERE / "marks"
DATA = HERE.parents[1] / "shared" / "data"
PRESS = DATA / "persuasion-spans"
UNCHANGED = Calibration()
PARTS = {"wording": ("marks", "teacher", "spans"), "voices": ("PolNeAR", "hand", "own")}
THRESHOLDS = [float(one) for one in (*np.geomspace(0.02, 0.1, 5), *np.arange(0.14, 0.98, 0.05))]
FOUND = 0.5  # share of the marks at which precision is told
SHORT: dict[str, Any] = {"max_tokens": 96, "bf16": True}
SPANS = DataSource(
    path=str(PRESS / "en-train.jsonl"),
    published="https://propaganda.math.unipd.it/semeval2023task3/",
    terms="research use (Piskorski et al. 2023)",
    columns=Columns(spans="spans"),
    categories={
        "Loaded_Language": ["loaded-language"],
        "Name_Calling-Labeling": ["labeling"],
        "Exaggeration-Minimisation": ["exaggeration"],
    },
    limit=3500,
)


Networks = Iterator[tuple[str, BiasNetwork]]
"""Those that were trained, each with the name of its combination."""


def name_of(parts: Sequence[str]) -> str:
    """Of a combination, and of its stage."""
    return "+".join(parts) or "none"


def combinations(parts: Sequence[str]) -> list[tuple[str, ...]]:
    """All ways to take some of the parts, none among them."""
    return [some for size in range(len(parts) + 1) for some in itertools.combinations(parts, size)]


def wording(recipe: Recipe, seed: int) -> Recipe:
    """The recipe that ships, with the stages and sources of one seed's small trainings."""
    sources = {
        "news": _some(recipe, "anno-lexical", 6000),
        "experts": recipe.sources["babe"],
        "own": recipe.sources["own"],
        "own-some": _some(recipe, "own", 1000),
        "marks": _some(recipe, "marks", 6000),
        "marks-taught": _some(recipe, "marks-taught", 6000),
        "told-agencies": _some(recipe, "attributions-taught", 4000),
        "told-news": _some(recipe, "anno-lexical-taught", 2000),
        "spans": SPANS,
    }
    stages = [Stage(name="before", sources=["experts", "experts", "own", "news"], learning_rate=1e-4, **SHORT)]
    for parts in combinations(PARTS["wording"]):
        marked = ["marks-taught" if "teacher" in parts else "marks"] if "marks" in parts else []
        told = ["told-agencies", "told-news"] if "teacher" in parts else []
        spans = ["spans"] if "spans" in parts else []
        learned = ["experts", "own-some", *marked, *told, *spans]
        stages.append(
            Stage(name=name_of(parts), start={"before": 1.0}, sources=learned, learning_rate=8e-5, head_rate=3.0, layer_decay=0.95, **SHORT)
        )  # fmt: skip
    return _with(recipe, seed, sources, stages, Losses())


def voices(recipe: Recipe, seed: int) -> Recipe:
    """Likewise, of whose words they are."""
    of = {"PolNeAR": "articles", "hand": "marks", "own": "own-voices"}
    sources = {
        "articles": _some(recipe, "attributions", 3000),
        "marks": _some(recipe, "marks", 3000),
        "own-voices": recipe.sources["own-voices"].model_copy(update={"repeat": 1}),
    }
    stages = [
        Stage(name=name_of(parts), sources=[of[part] for part in parts], learning_rate=1e-4, **SHORT)
        for parts in combinations(PARTS["voices"])[1:]
    ]
    return _with(recipe, seed, sources, stages, Losses(voice=True, voice_weight=2.0))


def _some(recipe: Recipe, name: str, limit: int) -> DataSource:
    return recipe.sources[name].model_copy(update={"limit": limit})


def _with(recipe: Recipe, seed: int, sources: dict[str, DataSource], stages: list[Stage], losses: Losses) -> Recipe:
    judged = {"babe-dev": recipe.sources["babe-dev"], "own-dev": _some(recipe, "own-dev", 200)}
    changes = {"seed": seed, "losses": losses, "sources": {**sources, **judged}, "stages": stages}
    return recipe.model_copy(update={**changes, "phrase_development": None, "voice_development": None, "edits": None})


# ---- what is measured


def excerpts_of(split: str) -> Iterator[Excerpt]:
    """Of each marked sentence of a split the excerpt that it stands in, in the order of the recipe's sources."""
    excerpts = {one.id: one for one in read_excerpts(MARKS / SAMPLE)}
    return (excerpts[one.sentence.rpartition("-")[0]] for _, one in marked_sentences(MARKS, DATA, split))


def unseen(recipe: Recipe) -> dict[str, tuple[list[Example], list[str]]]:
    """Development examples, each with its article, but of the press those of articles that some network here learned from.

    The parts of persuasion-spans hold other paragraphs of the same articles.
    """
    marked = itertools.islice(excerpts_of("train"), wording(recipe, 0).sources["marks"].limit)
    learned = {one.article for one in marked if one.source.startswith(PRESS.name)}
    learned |= {row["article"] for row in records(PRESS / "en-train.jsonl")[: SPANS.limit]}
    press = read_source("press", SPANS.model_copy(update={"path": str(PRESS / "en-dev.jsonl"), "limit": None}))
    pairs: dict[str, Iterator[tuple[Example, str]]] = {
        "marks-dev": zip(
            read_source("marks-dev", recipe.sources["marks-dev"]),
            (one.article for one in excerpts_of("dev")),
            strict=True,
        ),
        "press": zip(press, (row["article"] for row in records(PRESS / "en-dev.jsonl")), strict=True),
    }
    found = {}
    for name, of in pairs.items():
        kept = [(one, article) for one, article in of if article not in learned]
        found[name] = ([one for one, _ in kept], [article for _, article in kept])
    return found


def flag_counts(examples: Sequence[Example], found: Predictions, threshold: float) -> Array:
    """(sentences, 4), flags that are right, flags that are judged, marks found, marks; in the outlet's voice or not."""
    table = np.zeros((len(examples), 4))
    for row, one, places, tokens in zip(table, examples, found.offsets, found.tokens, strict=True):
        marks = [(span.start, span.end) for span in one.marked]
        unsure = [(span.start, span.end) for span in one.spans if np.isnan(span.target)]
        flags = [(span.start, span.end) for span in decode(one.text, places, tokens, threshold, UNCHANGED)]
        right, _, judged, hit, number = counts_of(Read(flags, marks, unsure))
        row[:] = right, judged, hit, number
    return table


def word_counts(examples: Sequence[Example], found: Predictions, threshold: float) -> Array:
    """(paragraphs, 3), words flagged in spans, words flagged, words in spans; words in spans of other techniques count neither way."""
    table = np.zeros((len(examples), 3))
    for row, one, places, tokens in zip(table, examples, found.offsets, found.tokens, strict=True):
        flags = [(span.start, span.end) for span in decode(one.text, places, tokens, threshold, UNCHANGED)]
        marked = word_marks(one.text, [(span.start, span.end) for span in one.marked])
        open_ = word_marks(one.text, [(span.start, span.end) for span in one.spans if np.isnan(span.target)])
        called = word_marks(one.text, flags) & (marked | ~open_)
        row[:] = (called & marked).sum(), called.sum(), marked.sum()
    return table


def by_threshold(
    counts: Callable[[Sequence[Example], Predictions, float], Array],
    examples: Sequence[Example],
    found: Predictions,
    articles: Sequence[str],
) -> Array:
    """(thresholds, articles, figures): what is counted at each threshold, summed over what belongs to one article."""
    order = {name: number for number, name in enumerate(dict.fromkeys(articles))}
    places = [order[name] for name in articles]
    tables = []
    for threshold in THRESHOLDS:
        rows = counts(examples, found, threshold)
        tables.append(np.zeros((len(order), rows.shape[1])))
        np.add.at(tables[-1], places, rows)
    return np.array(tables)


def precision_at_half(flags: Array) -> Statistic:
    """Precision at the threshold at which half of the marks are found, as a function of weights; NaN where none is so low or high."""

    def statistic(weights: Array) -> dict[str, Array]:
        right, judged, hit, marks = (weights @ flags[..., column].T for column in range(4))
        found, precision = ratio(hit, marks), np.nan_to_num(ratio(right, judged), nan=1.0)
        # the share that is found falls as the threshold rises
        return {
            "": np.array(
                [
                    np.interp(FOUND, one[::-1], other[::-1], left=np.nan, right=np.nan)
                    for one, other in zip(found, precision, strict=True)
                ]
            )
        }

    return statistic


def word_f1(words: Array) -> Statistic:
    """F1 of words at the threshold that is best for all articles together."""
    both, called, marked = words.sum(axis=1).T
    best = words[np.argmax(np.nan_to_num(f1(both, called - both, marked - both)))]

    def statistic(weights: Array) -> dict[str, Array]:
        both, called, marked = (weights @ best).T
        return {"": f1(both, called - both, marked - both)}

    return statistic


def compared(seeds_of: dict[str, list[Statistic]], count: int) -> dict[str, Any]:
    """Of each combination its seeds' values, and how far it is from others, paired.

    Args:
        seeds_of: by combination, the figure of each seed's network as a function of weights.
        count: number of units that are resampled.

    Returns:
        Under ``against``, by the other combination, the difference of the seeds' means, its interval over the units, the
        networks being what they are, and each seed's own difference.
    """
    once = np.ones((1, count))

    def differences(name: str, other: str, weights: Array) -> Array:
        pairs = zip(seeds_of[name], seeds_of[other], strict=True)
        return np.array([one(weights)[""] - another(weights)[""] for one, another in pairs])

    def mean(name: str, other: str, weights: Array) -> dict[str, Array]:
        return {"": differences(name, other, weights).mean(axis=0)}

    told: dict[str, Any] = {}
    for name, seeds in seeds_of.items():
        told[name] = {"seeds": [round(float(one(once)[""][0]), 4) for one in seeds], "against": {}}
        parts = name.split("+")
        without = [name_of([one for one in parts if one != part]) for part in parts]
        for other in dict.fromkeys(["none", *without]):
            if other in seeds_of and other != name:
                each = differences(name, other, once)[:, 0]
                low, high = intervals(count, partial(mean, name, other))[""]
                told[name]["against"][other] = {
                    "interval": [round(float(one), 4) for one in (each.mean(), low, high)],
                    "seeds": [round(float(one), 4) for one in each],
                }
    return told


def measure_wording(recipe: Recipe, tokenizer: Any, networks: Networks) -> dict[str, Any]:
    """Flags on real sentences, words of the press, expert labels."""
    experts = read_source("babe-dev", recipe.sources["babe-dev"])
    sets = {**unseen(recipe), "babe-dev": (experts, [str(number) for number in range(len(experts))])}
    labels = np.array([one.label for one in experts], np.float64)
    found: dict[str, dict[str, list[Statistic]]] = {figure: {} for figure in ("precision at half", "words of the press, F1", "expert labels, macro-F1", "expert labels, AUC")}  # fmt: skip
    for name, network in networks:
        outputs = {
            of: predict(network, tokenizer, [one.text for one in examples]) for of, (examples, _) in sets.items()
        }
        fitted = fit(experts, outputs["babe-dev"])
        (marks, articles), (press, papers) = sets["marks-dev"], sets["press"]
        scores = sentence_statistic(labels, sigmoid(outputs["babe-dev"].logits, fitted.sentence).astype(np.float64))
        statistics: tuple[Statistic, ...] = (
            precision_at_half(by_threshold(flag_counts, marks, outputs["marks-dev"], articles)),
            word_f1(by_threshold(word_counts, press, outputs["press"], papers)),
            *(partial(_only, scores, figure) for figure in ("macro_f1", "auc")),
        )
        for figure, statistic in zip(found.values(), statistics, strict=True):
            figure.setdefault(name, []).append(statistic)
    units = {of: len(set(articles)) for of, (_, articles) in sets.items()}
    counts = (units["marks-dev"], units["press"], units["babe-dev"], units["babe-dev"])
    return {
        "measured": {of: {"texts": len(examples), "units": units[of], "marks": sum(len(one.marked) for one in examples)} for of, (examples, _) in sets.items()},
        "figures": {figure: compared(seeds_of, count) for (figure, seeds_of), count in zip(found.items(), counts, strict=True)},
    }  # fmt: skip


def _only(statistic: Statistic, figure: str, weights: Array) -> dict[str, Array]:
    return {"": statistic(weights)[figure]}


def measure_voices(recipe: Recipe, tokenizer: Any, networks: Networks) -> dict[str, Any]:
    """Words that are somebody else's, as training/voice_by_stage.py has them; who speaks is told by two of the sources alone."""
    sentences = list(read_attributions(Path(recipe.sources[recipe.voice_development or ""].path or "")))
    found: dict[str, dict[str, list[Statistic]]] = {}
    articles = 0
    for name, network in networks:
        told = predict(network, tokenizer, [one.text for one in sentences], quoted=[one.quoted for one in sentences])
        for figure, rows in voice_counts(sentences, told.offsets, told.voices).items():
            articles = len(rows)
            if figure != "sources":
                found.setdefault(figure, {}).setdefault(name, []).append(_f1(rows))
    return {
        "measured": {"PolNeAR, dev": {"texts": len(sentences), "units": articles}},
        "figures": {figure: compared(seeds_of, articles) for figure, seeds_of in found.items()},
    }


def _f1(rows: Array) -> Statistic:
    return lambda weights: {"": f1(*(weights @ rows).T)}


QUESTIONS = {"wording": (wording, measure_wording), "voices": (voices, measure_voices)}


def main() -> int:
    """Train what is not trained yet, measure and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("question", choices=list(QUESTIONS))
    parser.add_argument("--work", type=Path, required=True, help="for checkpoints and networks")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    disable_progress_bar()
    recipe = read_recipe(RECIPE)
    trainings, measure = QUESTIONS[given.question]
    folders = [train_stages(trainings(recipe, seed), given.work / given.question) for seed in given.seeds]
    networks = (
        (name, BiasNetwork.from_pretrained(of_seed[name][0], dtype=torch.float32))
        for name in map(name_of, combinations(PARTS[given.question]))
        for of_seed in folders
        if name in of_seed
    )
    sources = trainings(recipe, 0)
    used = {name for stage in sources.stages for name in stage.sources}
    told = {
        "seeds": given.seeds,
        "learned": {name: len(read_source(name, sources.sources[name])) for name in sorted(used)},
        "taught": hashlib.sha256((HERE / "taught.jsonl.gz").read_bytes()).hexdigest()[:12],
        "versions": versions(),
        **measure(recipe, AutoTokenizer.from_pretrained(resolve_base(recipe.base)), networks),
    }
    before = json.loads(RECORDS.read_text(encoding="utf-8")) if RECORDS.exists() else {}
    write_text(RECORDS, json.dumps({**before, given.question: told}, indent=1, allow_nan=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
