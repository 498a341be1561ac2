r"""How many labels the choice of sentences saves: python benchmarks/selection.py continued (or: probe, network).

Labels are added 100 at a time to a start of 100 random ones, once by biasdetect.review.selection.select, on the scores
of the model trained in the round before, and once at random. Both arms of a seed start from the same sentences. The
pool is BABE's training part, macro-F1 is measured on its development part.

probe      mean states of the pretrained encoder, as they are, under logistic regression: seconds a run. It has no
           phrases. Its strength of regularization, and the strategy, were chosen on folds of the training part.
network    the project's network from the pretrained encoder, fine-tuned anew each round on the labels of sentences and
           words: what `biasdetect train --base` begins with.
continued  the same from weights that know the task and have never seen BABE, as `biasdetect train` goes on from a
           model. They are those of training/recipes/own-corpus.toml, whose stage --start names.

Each run is a file under --work, written after each round; the same command goes on where it was stopped. When all runs
of a learner are there, its part of benchmarks/selection.json and the picture are written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from transformers import AutoModel, AutoTokenizer, set_seed

from biasdetect.errors import BiasDetectError
from biasdetect.finetune.network.development import predict
from biasdetect.finetune.network.features import build_dataset
from biasdetect.finetune.network.fitting import fit_network
from biasdetect.finetune.recipe.examples import read_source
from biasdetect.finetune.recipe.schema import Recipe, Stage, read_recipe
from biasdetect.finetune.stages import resolve_base
from biasdetect.language.quotations import find_quotations
from biasdetect.model.folder import WEIGHTS, Calibration
from biasdetect.model.network import BiasNetwork
from biasdetect.model.phrases import Floats, decode, sigmoid
from biasdetect.review import selection
from biasdetect.review.candidates import POSSIBLE
from biasdetect.review.selection import SentenceCandidate, select
from biasdetect.util.atomic import write_text
from biasdetect.util.hashing import file_sha256

ROOT = Path(__file__).resolve().parent.parent
RECIPE = ROOT / "training" / "recipes" / "en-small.toml"
RECORD = ROOT / "benchmarks" / "selection.json"
PICTURE = ROOT / "docs" / "pictures" / "selection.svg"
ROUNDS = {
    "probe": (100, 200, 300, 400, 500, 600),
    "network": (100, 200, 300),
    "continued": (100, 200, 300, 400),
}
SCORED = 1000  # sentences of the pool that a round chooses from
SEEDS = {"probe": 20, "network": 5, "continued": 5}
ARMS = ("random", "selection")
STRENGTH = 3.0  # C of the probe's logistic regression, on vectors of length 1
FRESH = Stage(name="round", sources=["babe"], epochs=4, learning_rate=2e-4, batch_size=16)
CONTINUED = Stage(name="round", sources=["babe"], epochs=3, learning_rate=5e-5, batch_size=16)
RESAMPLES = 10_000
AS_IT_IS = Calibration()


class Data:
    """The pool, the outlet's own words of its sentences, and what macro-F1 is measured on."""

    def __init__(self) -> None:
        self.recipe: Recipe = read_recipe(RECIPE)
        self.pool, self.held_out = (read_source(name, self.recipe.sources[name]) for name in ("babe", "babe-dev"))
        self.own_words = [own_words(example.text) for example in self.pool]

    def macro_f1(self, scores: Floats) -> float:
        """Of scores of the held-out sentences."""
        return float(f1_score([example.label for example in self.held_out], scores >= 0.5, average="macro"))


def own_words(text: str) -> str:
    """A sentence without what stands in quotation marks in it; one that is all quotation as it is."""
    pieces, position = [], 0
    for quote in find_quotations(text, 0, len(text)):
        pieces += [text[position : quote.start], "“…”"]
        position = quote.end
    left = "".join([*pieces, text[position:]])
    return left if any(map(str.isalnum, left)) else text


class Learner(Protocol):
    """Trains on some of the pool."""

    settings: str

    def train(self, labelled: Sequence[int], free: Sequence[int], seed: int) -> tuple[float, list[SentenceCandidate]]:
        """Macro-F1 on the held-out sentences, and what the model says of the free ones."""
        ...


class Probe:
    """Logistic regression on the mean states of the pretrained encoder."""

    def __init__(self, data: Data, work: Path) -> None:
        self._data = data
        self.settings = f"C {STRENGTH}"
        texts = [example.text for example in data.pool]
        held_out = [example.text for example in data.held_out]
        self._whole, self._own, self._held_out = embeddings(
            data.recipe.base, (texts, data.own_words, held_out), work / "embeddings.npz"
        )
        self._labels = np.array([example.label for example in data.pool])

    def train(self, labelled: Sequence[int], free: Sequence[int], seed: int) -> tuple[float, list[SentenceCandidate]]:
        """As :class:`Learner` says."""
        model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(self._whole[labelled], self._labels[labelled])
        macro_f1 = self._data.macro_f1(model.predict_proba(self._held_out)[:, 1])
        if not free:
            return macro_f1, []
        own, whole = (model.predict_proba(part[free])[:, 1] for part in (self._own, self._whole))
        return macro_f1, [
            SentenceCandidate(self._data.pool[index].text, float(own[place]), float(whole[place]), ())
            for place, index in enumerate(free)
        ]


class Network:
    """The project's network, from the pretrained encoder or from a trained network's folder."""

    def __init__(self, data: Data, start: Path | None = None) -> None:
        self._data = data
        self._start = start
        self._stage = CONTINUED if start else FRESH
        self.settings = self._stage.model_dump_json()
        if start:
            self.settings += file_sha256(start / WEIGHTS)
        self._base = resolve_base(data.recipe.base)
        self._tokenizer = AutoTokenizer.from_pretrained(self._base)

    def train(self, labelled: Sequence[int], free: Sequence[int], seed: int) -> tuple[float, list[SentenceCandidate]]:
        """As :class:`Learner` says."""
        set_seed(seed)
        losses = self._data.recipe.losses.model_dump()
        if self._start:
            network = BiasNetwork.from_pretrained(self._start, dtype=torch.float32)
            for name, value in losses.items():
                setattr(network.config, name, value)
        else:
            network = BiasNetwork.from_encoder(self._base, **losses)
        examples = [self._data.pool[index] for index in labelled]
        dataset = build_dataset(examples, self._tokenizer, self._stage.max_tokens)
        with tempfile.TemporaryDirectory() as checkpoints:
            pad_id = self._tokenizer.pad_token_id or 0
            fit_network(network, dataset, self._stage, seed, Path(checkpoints), pad_id=pad_id, judge=None)
        held_out = predict(network, self._tokenizer, [example.text for example in self._data.held_out])
        macro_f1 = self._data.macro_f1(sigmoid(held_out.logits, AS_IT_IS))
        if not free:
            return macro_f1, []
        texts = [self._data.pool[index].text for index in free]
        whole = predict(network, self._tokenizer, texts)
        scores = sigmoid(whole.logits, AS_IT_IS)
        own = scores.copy()
        mixed = [place for place, index in enumerate(free) if self._data.own_words[index] != texts[place]]
        apart = predict(network, self._tokenizer, [self._data.own_words[free[place]] for place in mixed])
        own[mixed] = sigmoid(apart.logits, AS_IT_IS)
        return macro_f1, [
            SentenceCandidate(
                text,
                float(own[place]),
                float(scores[place]),
                tuple(span.score for span in decode(text, offsets, tokens, POSSIBLE, AS_IT_IS)),
            )
            for place, (text, offsets, tokens) in enumerate(zip(texts, whole.offsets, whole.tokens, strict=True))
        ]


def embeddings(base: str, parts: Sequence[Sequence[str]], stored: Path) -> list[Floats]:
    """Mean states of the pretrained encoder, of length 1, for lists of texts; computed once."""
    digest = hashlib.sha256(json.dumps([base, parts]).encode()).hexdigest()
    if stored.is_file():
        with np.load(stored) as arrays:
            if str(arrays["digest"]) == digest:
                return [arrays[f"part{number}"] for number in range(len(parts))]
    folder = resolve_base(base)
    tokenizer, encoder = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    texts = sorted({text for part in parts for text in part}, key=len)
    rows: dict[str, Floats] = {}
    for first in range(0, len(texts), 64):
        batch = texts[first : first + 64]
        encoded = tokenizer(batch, truncation=True, max_length=256, padding=True, return_tensors="pt")
        with torch.no_grad():
            states = encoder(**encoded).last_hidden_state
        mask = encoded["attention_mask"][..., None].float()
        means = torch.nn.functional.normalize((states * mask).sum(1), dim=1).numpy()
        rows.update(zip(batch, means, strict=True))
    arrays = [np.stack([rows[text] for text in part]) for part in parts]
    stored.parent.mkdir(parents=True, exist_ok=True)
    np.savez(stored, digest=digest, **{f"part{number}": array for number, array in enumerate(arrays)})
    return arrays


def run(data: Data, learner: Learner, arm: str, seed: int, rounds: Sequence[int], stored: Path) -> list[float]:
    """Macro-F1 after each of the first rounds of one arm; what was done before is taken from the file."""
    settings = learner.settings
    if arm == "selection":
        settings += hashlib.sha256(Path(selection.__file__).read_bytes()).hexdigest()
    settings = hashlib.sha256(f"{settings} {len(data.pool)} {SCORED} {list(rounds)}".encode()).hexdigest()[:12]
    order = np.random.default_rng(seed).permutation(len(data.pool)).tolist()
    state: dict[str, Any] = {"settings": settings, "macro_f1": [], "labelled": order[: rounds[0]]}
    if stored.is_file():
        before = json.loads(stored.read_text(encoding="utf-8"))
        if before["settings"] == settings:
            state = before
    for number in range(len(state["macro_f1"]), len(rounds)):
        started = time.time()
        labelled = state["labelled"]
        wanted = (*rounds, rounds[-1])[number + 1] - len(labelled)
        taken = set(labelled)
        free = [index for index in order if index not in taken][:SCORED]
        by_model = arm == "selection" and wanted > 0
        macro_f1, candidates = learner.train(labelled, free if by_model else [], seed)
        if by_model:
            known = [data.pool[index].text for index in labelled]
            added = [free[place] for place in select(candidates, wanted, known)]
        else:
            added = free[:wanted]
        state["macro_f1"].append(round(macro_f1, 4))
        state["labelled"] = labelled + added
        stored.parent.mkdir(parents=True, exist_ok=True)
        write_text(stored, json.dumps(state) + "\n")
        print(f"{stored.stem}: {len(labelled)} labels, {macro_f1:.3f}, {time.time() - started:.0f} s", flush=True)
    return list(state["macro_f1"][: len(rounds)])


def summary(curves: dict[str, np.ndarray[Any, Any]], rounds: Sequence[int]) -> dict[str, Any]:
    """Figures of both arms, (seeds, rounds) each."""
    chance, chosen = (curves[arm] for arm in ARMS)
    seeds = len(chance)
    drawn = np.random.default_rng(13).integers(seeds, size=(RESAMPLES, seeds))
    gained = (chosen - chance)[:, 1:].mean(axis=1)  # the first round is the same in both
    means = {arm: curve.mean(axis=0) for arm, curve in curves.items()}
    resampled = {arm: curve[drawn].mean(axis=1) for arm, curve in curves.items()}
    lowest = max(mean[0] for mean in means.values())
    highest = max(mean.max() for mean in means.values())
    targets = [step / 100 for step in range(math.ceil(100 * lowest), math.floor(100 * highest) + 1)]
    saved = []
    for number, labels in enumerate(rounds[1:], 1):
        needed = [
            labels_for(mean[number], curve, rounds)
            for mean, curve in zip(resampled["random"], resampled["selection"], strict=True)
        ]
        saved.append(
            {
                "random labels": labels,
                "macro_f1": rounded(means["random"][number]),
                "labels when chosen": whole(labels_for(means["random"][number], means["selection"], rounds)),
                "interval": [whole(value) for value in spread(needed)],
            }
        )
    return {
        "seeds": seeds,
        "rounds": list(rounds),
        "arms": {
            arm: {
                "mean": rounded(means[arm]),
                "standard deviation": rounded(curve.std(axis=0, ddof=1)),
                "runs": rounded(curve),
            }
            for arm, curve in curves.items()
        },
        "gain in macro_f1, mean over the rounds after the first": {
            "mean": rounded(gained.mean()),
            "interval": rounded(spread(gained[drawn].mean(axis=1))),
            "seeds that gain": int((gained > 0).sum()),
        },
        "labels that do what random ones do": saved,
        "labels needed": [
            {
                "macro_f1": target,
                **{arm: whole(labels_for(target, means[arm], rounds)) for arm in ARMS},
                "by seed": {arm: [whole(labels_for(target, curve, rounds)) for curve in curves[arm]] for arm in ARMS},
            }
            for target in targets
        ],
    }


def labels_for(target: float, curve: np.ndarray[Any, Any], rounds: Sequence[int]) -> float:
    """Labels at which a curve first reaches a value, between rounds on a straight line; infinite where it never does."""
    reached = np.flatnonzero(curve >= target)
    if not len(reached):
        return math.inf
    number = int(reached[0])
    if number == 0:
        return float(rounds[0])
    low, high = curve[number - 1], curve[number]
    return float(rounds[number - 1] + (rounds[number] - rounds[number - 1]) * (target - low) / (high - low))


def spread(values: Any) -> np.ndarray[Any, Any]:
    """Ends of the 95 % interval; without interpolation, since a value may be infinite."""
    return np.percentile(values, [2.5, 97.5], method="closest_observation")


def rounded(value: Any) -> Any:
    """To four places, as lists."""
    return np.round(value, 4).tolist()


def whole(labels: float) -> int | None:
    """None for what is never reached."""
    return round(labels) if math.isfinite(labels) else None


# ---- the picture -----------------------------------------------------------------------------------------------------

WIDTH, HEIGHT = 430, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 22, 58, 46
NAMES = {"random": "random", "selection": "chosen"}
TITLES = {"continued": "network, continued", "network": "network, from the encoder", "probe": "logistic regression"}
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 } .small { font-size: 11.5px }
.grid { stroke: #d0d7de; stroke-width: 1 } .random { --c: #6e7781 } .selection { --c: #0a62c9 }
.line { fill: none; stroke: var(--c); stroke-width: 2.2 } .dot { fill: var(--c) } .band { fill: var(--c); opacity: .16 }
text.random, text.selection { fill: var(--c); font-weight: 600 } .random .line { stroke-dasharray: 6 4 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .grid { stroke: #3d444d } .random { --c: #9ea7b1 } .selection { --c: #6cb0ff } .band { opacity: .22 } }
"""


def picture(record: dict[str, Any]) -> str:
    """Both learners side by side, as SVG that is readable on light and dark ground."""
    learners = [name for name in TITLES if name in record]
    panels = [
        f'<g transform="translate({number * WIDTH} 0)">{panel(TITLES[name], record[name])}</g>'
        for number, name in enumerate(learners)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(learners) * WIDTH} {HEIGHT}" role="img">',
            "<title>Macro-F1 by number of labelled sentences, chosen and random</title>",
            f"<style>{STYLE}</style>",
            *panels,
            "</svg>\n",
        ]
    )


def panel(title: str, figures: dict[str, Any]) -> str:
    """One learner: axes, and for each arm its mean with one standard deviation over the seeds on either side."""
    rounds = figures["rounds"]
    arms = {
        arm: (np.array(figures["arms"][arm]["mean"]), np.array(figures["arms"][arm]["standard deviation"]))
        for arm in ARMS
    }
    step = 0.02
    low = step * math.floor(min((mean - deviation).min() for mean, deviation in arms.values()) / step)
    high = step * math.ceil(max((mean + deviation).max() for mean, deviation in arms.values()) / step)
    if high - low > 0.2:
        step, low, high = 0.05, 0.05 * math.floor(low / 0.05), 0.05 * math.ceil(high / 0.05)

    def x(labels: float) -> float:
        return LEFT + (labels - rounds[0]) / (rounds[-1] - rounds[0]) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def points(values: Any) -> list[str]:
        return [f"{x(labels):.1f},{y(value):.1f}" for labels, value in zip(rounds, values, strict=True)]

    parts = [
        f'<text class="title" x="{LEFT}" y="20">{title}</text>',
        f'<text class="small" x="{LEFT}" y="38">macro-F1, mean and standard deviation of {figures["seeds"]} seeds</text>',
    ]
    for number in range(round((high - low) / step) + 1):
        value = low + number * step
        parts.append(f'<path class="grid" d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text class="small" text-anchor="end" x="{LEFT - 8}" y="{y(value) + 4:.1f}">{value:.2f}</text>')
    for labels in rounds:
        parts.append(
            f'<text class="small" text-anchor="middle" x="{x(labels):.1f}" y="{HEIGHT - BOTTOM + 18}">{labels}</text>'
        )
    parts.append(
        f'<text class="small" text-anchor="middle" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}">labelled sentences</text>'
    )
    for number, (arm, (mean, deviation)) in enumerate(arms.items()):
        band = points(mean + deviation) + points(mean - deviation)[::-1]
        dots = "".join(
            f'<circle class="dot" cx="{point.split(",")[0]}" cy="{point.split(",")[1]}" r="3"/>'
            for point in points(mean)
        )
        key = HEIGHT - BOTTOM - 14 - 20 * number
        parts += [
            f'<g class="{arm}"><polygon class="band" points="{" ".join(band)}"/>',
            f'<polyline class="line" points="{" ".join(points(mean))}"/>{dots}',
            f'<path class="line" d="M{WIDTH - RIGHT - 112} {key - 4}h34"/></g>',
            f'<text class="{arm}" x="{WIDTH - RIGHT - 72}" y="{key}">{NAMES[arm]}</text>',
        ]
    return "\n".join(parts)


def main() -> int:
    """Run what is missing, then write the record and the picture."""
    parser = argparse.ArgumentParser(description="Measure how many labels the choice of sentences saves.")
    parser.add_argument("learner", choices=list(SEEDS))
    parser.add_argument("--work", type=Path, default=Path("runs/selection"), help="a folder for the runs")
    parser.add_argument("--seeds", type=int, help="runs of each arm [default: 20 for the probe, 5 for the network]")
    parser.add_argument("--start", type=Path, help="for continued: the folder of the network to go on from")
    arguments = parser.parse_args()
    rounds = ROUNDS[arguments.learner]
    if (arguments.learner == "continued") != bool(arguments.start):
        parser.error("--start belongs to continued, which needs it: the network that own-corpus.toml trains")
    try:
        data = Data()
        learner: Learner = (
            Probe(data, arguments.work) if arguments.learner == "probe" else Network(data, arguments.start)
        )
        curves: dict[str, list[list[float]]] = {arm: [] for arm in ARMS}
        for seed in range(arguments.seeds or SEEDS[arguments.learner]):
            for arm in ARMS:
                stored = arguments.work / arguments.learner / f"{arm}-{seed}.json"
                curves[arm].append(run(data, learner, arm, seed, rounds, stored))
    except BiasDetectError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 3
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    record[arguments.learner] = summary({arm: np.array(runs) for arm, runs in curves.items()}, rounds)
    write_text(RECORD, json.dumps(record, indent=1) + "\n")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    write_text(PICTURE, picture(record))
    return 0


if __name__ == "__main__":
    sys.exit(main())
