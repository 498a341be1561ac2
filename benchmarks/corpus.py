r"""What a corpus costs: python benchmarks/corpus.py memory time speed compare (or some; writes benchmarks/corpus.json).

The articles are generated: sentences of the project's own corpus in which every third word is replaced, so that no two
articles are alike, and each 20th repeats an earlier article. All runs go through the job that `biasdetect corpus` runs.

memory   Peak of the memory of all processes at 10,000 and at 1,000,000 short articles, with two workers. The model is run
         on the first 2,000; for the rest a stand-in gives back the reports of those, so that neither the model is run
         nor sentences are looked for. Done for all: reading, signatures, the index of reprints, rows, parts, the table.
time     Time per article at 1,000, 10,000 and 100,000 articles of 4 sentences, with one worker. The model is run on the
         first 300; for the rest the tokens are counted and the seconds per token of those 300 are added. All else is done
         and timed. So what this shows to be linear is all but the model, which keeps nothing between articles.
speed    Sentences per second and core with the model run on all, articles of 20 sentences, with one and two workers.
         CPU time of all processes is counted, which depends little on what else the machine does.
compare  Articles per second whose signatures the driver of a cluster looks up and stores, after so many others.

The picture is docs/pictures/corpus.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil

import biasdetect
from biasdetect.corpus.job import CorpusJob, run_job
from biasdetect.corpus.records import Wanted
from biasdetect.corpus.reprints import ReprintIndex, signature
from biasdetect.corpus.run_folder import RunState
from biasdetect.corpus.scoring import ScoringOptions
from biasdetect.detector import Detector
from biasdetect.model.folder import open_model
from biasdetect.model.runtime import BatchingRuntime, Offsets, Scored
from biasdetect.results import Report
from biasdetect.util.atomic import write_text

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "benchmarks" / "corpus.json"
PICTURE = ROOT / "docs" / "pictures" / "corpus.svg"
MEMORY = (10_000, 1_000_000)
TIME = (1_000, 10_000, 100_000)
RUN_BY_MODEL = {"memory": 2_000, "time": 300}
SENTENCES = {"memory": 3, "time": 4, "speed": 20}
SPEED = {1: 120, 2: 240}
"""Articles for so many workers."""
COMPARED = 300_000
REPRINT = 20  # each so-manieth article repeats an earlier one


def articles(number: int, sentences: int, seed: int = 3) -> Iterator[str]:
    """So many texts of so many sentences."""
    lines = (ROOT / "training" / "corpus" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    known = [json.loads(line)["text"].split() for line in lines]
    words = [word for sentence in known for word in sentence if word.isalpha()]
    source = random.Random(seed)
    latest: deque[str] = deque(maxlen=1000)
    for index in range(number):
        if index % REPRINT == REPRINT - 1:
            yield source.choice(latest)
            continue
        text = " ".join(
            " ".join(
                source.choice(words) if place % 3 == 1 and word.isalpha() else word
                for place, word in enumerate(source.choice(known))
            )
            for _ in range(sentences)
        )
        latest.append(text)
        yield text


def write_articles(path: Path, number: int, sentences: int) -> None:
    """A file of JSON Lines with so many articles."""
    with path.open("w", encoding="utf-8") as file:
        for index, text in enumerate(articles(number, sentences)):
            file.write(json.dumps({"id": index, "outlet": f"outlet {index % 50}", "text": text}) + "\n")


class RecordedReports(Detector):
    """Scores so many articles and gives their reports back for those that follow."""

    def __init__(self, first: int) -> None:
        super().__init__(biasdetect.load(threads=1, precision="fast").runtime)
        self._first = first
        self._reports: list[Report] = []
        self._given = 0

    def score(self, *arguments: Any, **settings: Any) -> Report:
        """As the detector does, at first."""
        if len(self._reports) < self._first:
            self._reports.append(super().score(*arguments, **settings))
            return self._reports[-1]
        self._given += 1
        return self._reports[self._given % self._first]


_OF_TOKENS = ("token_logits", "others", "sources", "reasons")


class RecordedCost:
    """A runtime that runs the model for so many articles, and then counts what it would take."""

    def __init__(self, runtime: BatchingRuntime, first: int) -> None:
        self.folder = runtime.folder
        self._runtime = runtime
        self.left = first  # articles
        self.tokens = 0
        self.seconds = 0.0
        self.counted = 0
        self._longest: Scored | None = None

    def run(self, texts: Sequence[str], quoted: Sequence[Offsets] | None = None) -> list[Scored]:
        """As the runtime does, at first; then logits of the right form, those of a text that was run."""
        if self.left > 0:
            begun = time.process_time()
            found = self._runtime.run(texts, quoted)
            self.seconds += time.process_time() - begun
            self.tokens += sum(len(scored.ids) for scored in found)
            for scored in found:
                if self._longest is None or len(scored.ids) > len(self._longest.ids):
                    self._longest = scored
            return found
        encodings = self._runtime._tokenizer.encode_batch(list(texts))
        self.counted += sum(len(encoding.ids) for encoding in encodings)
        longest = self._longest
        assert longest is not None
        rows = [np.arange(len(encoding.ids)) % len(longest.ids) for encoding in encodings]
        return [
            replace(
                longest,
                logit=-3.0,
                ids=encoding.ids,
                offsets=encoding.offsets,
                **{name: values[row] for name in _OF_TOKENS if (values := getattr(longest, name)) is not None},
            )
            for encoding, row in zip(encodings, rows, strict=True)
        ]


class Timed(Detector):
    """A detector over a runtime of recorded cost."""

    def __init__(self, first: int) -> None:
        runtime = biasdetect.load(threads=1, precision="fast").runtime
        assert isinstance(runtime, BatchingRuntime)
        self.cost = RecordedCost(runtime, first)
        super().__init__(self.cost)

    def score(self, *arguments: Any, **settings: Any) -> Report:
        """As the detector does."""
        report = super().score(*arguments, **settings)
        self.cost.left -= 1
        return report


class Clock:
    """Notes time and CPU time of all processes at the first and at the last results."""

    def __init__(self, watched: bool) -> None:
        self.watched = watched
        self.first: tuple[float, float, int] | None = None
        self.last = (0.0, 0.0, 0)

    def begin(self, state: RunState, size: int, column: str | None) -> None:
        """As :class:`biasdetect.corpus.job.Watcher` says."""

    def compare(self, done: int) -> None:
        """Likewise."""

    def advance(self, state: RunState) -> None:
        """Likewise."""
        if self.watched and time.monotonic() > self.last[0] + 0.2:  # to ask all processes takes some time
            self.last = (time.monotonic(), cpu_seconds(), state.sentences)
            self.first = self.first or self.last

    def join(self) -> None:
        """Likewise."""


def processes() -> list[psutil.Process]:
    """This process and those below it."""
    own = psutil.Process()
    return [own, *own.children(recursive=True)]


def cpu_seconds() -> float:
    """Of all of them so far."""
    return sum(sum(process.cpu_times()[:2]) for process in processes())


class Peak:
    """Watches the memory of all processes."""

    def __init__(self) -> None:
        self.highest = 0
        self.end = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self.end.wait(0.1):
            total = 0
            for process in processes():
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.highest = max(self.highest, total)


def run(kind: str, number: int, workers: int) -> dict[str, Any]:
    """One run, in a process of its own: what it took."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "in.jsonl")
        write = [sys.executable, __file__, "--write", str(source), str(number), str(SENTENCES[kind])]
        subprocess.run(write, check=True)  # elsewhere, so that its memory is not counted
        timed: Timed | None = None
        opener: Callable[[], Detector] = partial(biasdetect.load, threads=1, precision="fast")
        if kind == "memory":
            opener = partial(RecordedReports, RUN_BY_MODEL[kind] // workers)
        elif kind == "time":
            timed = Timed(RUN_BY_MODEL[kind])
            opener = lambda: timed  # noqa: E731 - in this process
        folder_of_model = open_model(None)
        options = ScoringOptions(folder_of_model.config.threshold, precision="fast")
        job = CorpusJob((str(source),), Path(folder, "out.parquet"), options, Wanted(id="id"), workers=workers)
        clock = Clock(kind == "speed")
        peak = Peak() if kind == "memory" else None  # watching takes time itself
        begun, cpu_begun = time.monotonic(), time.process_time()
        outcome = run_job(job, folder_of_model.label, clock, opener)
        found: dict[str, Any] = {
            "articles": outcome.state.articles,
            "sentences": outcome.state.sentences,
            "reprints": outcome.state.reprints,
            "workers": workers,
            "seconds": round(time.monotonic() - begun, 1),
            "input_mb": round(source.stat().st_size / 1e6, 1),
        }
        if peak is not None:
            peak.end.set()
            found["peak_mb"] = round(peak.highest / 1e6, 1)
        if kind == "speed" and clock.first is not None:
            seconds, cpu, sentences = (last - first for first, last in zip(clock.first, clock.last, strict=True))
            found["sentences_per_second"] = round(sentences / seconds, 1)
            found["sentences_per_cpu_second"] = round(sentences / cpu, 1)
        else:
            found["run_by_model"] = RUN_BY_MODEL[kind]
        if timed is not None:
            cost = timed.cost
            per_token = cost.seconds / cost.tokens
            own = time.process_time() - cpu_begun - cost.seconds  # of all but the model
            found |= {
                "seconds_per_token": per_token,
                "ms_per_article_without_model": round(1000 * own / number, 3),
                "ms_per_article": round(1000 * (own + per_token * (cost.tokens + cost.counted)) / number, 3),
            }
        return found


def compare(number: int) -> dict[str, Any]:
    """How fast signatures are looked up and stored, as the index grows."""
    signatures = [signature(text) for text in articles(20_000, 4)]
    source = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder, "state.sqlite"))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -8192")
        index = ReprintIndex(connection)
        rates = {}
        begun = time.monotonic()
        for at in range(1, number + 1):
            found = signatures[at % len(signatures)]
            if at > len(signatures):  # others like these, that none repeats
                found = type(found)(source.randbytes(16), source.randbytes(len(found.near)))
            index.is_repeated_id(at, str(at))
            index.first_of(at, str(at), found)
            if at % (number // 3) == 0:
                rates[str(at)] = round((number // 3) / (time.monotonic() - begun))
                begun = time.monotonic()
        connection.close()
    return {"articles_per_second_up_to": rates}


def in_process(kind: str, number: int, workers: int) -> dict[str, Any]:
    """A run in a new process."""
    command = [sys.executable, __file__, "--run", kind, str(number), str(workers)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout)
    print(kind, found, flush=True)
    return found


def draw(recorded: dict[str, Any]) -> None:
    """The picture of time and memory by number of articles."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "corpus", "font.size": 9})
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(8, 3))
    runs = recorded["time"]
    numbers = [run["articles"] for run in runs]
    left.plot(numbers, [run["ms_per_article"] for run in runs], "o-", label="with the model's recorded cost")
    left.plot(numbers, [run["ms_per_article_without_model"] for run in runs], "s--", label="all but the model")
    left.set(xscale="log", ylim=(0, None), xlabel="articles", ylabel="ms per article", title="Time")
    left.legend(frameon=False)
    runs = recorded["memory"]
    right.plot([run["articles"] for run in runs], [run["peak_mb"] for run in runs], "o-")
    right.set(xscale="log", ylim=(0, None), xlabel="articles", ylabel="MB, all processes", title="Peak of memory")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(PICTURE, metadata={"Date": None})
    text = PICTURE.read_text(encoding="utf-8")
    write_text(PICTURE, re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE))


def main() -> None:
    """Run what is asked for and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", metavar="memory, time, speed, compare")
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--write", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        write_articles(Path(asked.write[0]), int(asked.write[1]), int(asked.write[2]))
        return
    if asked.run:
        print(json.dumps(run(asked.run[0], int(asked.run[1]), int(asked.run[2]))))
        return
    measures: dict[str, Callable[[], Any]] = {
        "memory": lambda: [in_process("memory", number, 2) for number in MEMORY],
        "time": lambda: [in_process("time", number, 1) for number in TIME],
        "speed": lambda: [in_process("speed", number, workers) for workers, number in SPEED.items()],
        "compare": lambda: compare(COMPARED),
    }
    recorded: dict[str, Any] = {}
    for what in asked.what:
        found = measures[what]()
        recorded = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
        recorded[what] = found
        write_text(RECORD, json.dumps(recorded, indent=1) + "\n")
    if {"memory", "time"} <= recorded.keys():
        draw(recorded)


if __name__ == "__main__":
    main()
