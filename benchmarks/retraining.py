"""What retraining costs, what it keeps, and what it refuses: python benchmarks/retraining.py [--only NAME] (needs ../shared).

Writes benchmarks/retraining.json, from which docs/annotate/retraining.md takes its figures. Every step is recorded as it ends;
one that is recorded is not run again unless it is named.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import platform
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from biasdetect.detector import load
from biasdetect.evaluation.figures import evaluate
from biasdetect.evaluation.labelled import as_labelled, read_labelled
from biasdetect.finetune.retrain import training as retrain
from biasdetect.finetune.retrain.annotations import Parts, split
from biasdetect.finetune.retrain.training import RetrainSettings, open_start
from biasdetect.labels import LabelRecord, read_labels
from biasdetect.util.atomic import write_text

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
RESULT = Path(__file__).with_suffix(".json")
FIGURES = ("macro_f1", "auc", "ece", "word_f1", "phrase_recall", "plain_flagged")
CLIMATE = ("climate", "emission", "carbon")
WALK = (
    "biasdetect labels check transport.csv",
    "biasdetect train transport.csv --out models/mine",
    "biasdetect score --model models/mine article.txt",
    "biasdetect train transport.csv --out models/mine --replace --seed 2 --regression transport-regression.jsonl",
    "biasdetect models list",
    "biasdetect models show models/mine",
    "biasdetect models rollback models/mine",
    "biasdetect label three-articles --limit 20 --format label-studio --out tasks.json",
)
"""What docs/annotate/retraining.md shows, in a folder with the files of examples/."""
ARMS = {
    "as biasdetect train does it": {},
    "without corpus, teacher and old weights": {"replay": False, "taught": False, "averaged": False},
}


def main() -> None:
    """Run what is not recorded yet, or what is named."""
    steps: dict[str, Callable[[], Any]] = {
        "walk": walk,
        "speed": speed,
        "german": german,
        "forgetting": forgetting,
        "refusal": refusal,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=steps, help="run this step, recorded or not")
    only = parser.parse_args().only
    recorded = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    recorded["machine"] = f"{os.cpu_count()} cores, {platform.machine()}"
    for name, step in steps.items():
        if only == name or (not only and name not in recorded):
            recorded[name] = step()
            write_text(RESULT, json.dumps(recorded, indent=1) + "\n")


def walk() -> list[dict[str, Any]]:
    """The commands of docs/annotate/retraining.md and what they print."""
    shown = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        examples(folder)
        environment = {**os.environ, "COLUMNS": "100", "PYTHONUTF8": "1"}
        for command in WALK:
            arguments = [sys.executable, "-m", *command.split()]
            process = subprocess.run(
                arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            print(command, process.returncode, process.stderr[-500:], flush=True)
            shown.append({"command": command, "exit_code": process.returncode, "output": _without_root(process.stdout)})
    return shown


def _without_root(text: str) -> str:
    """Without the path of this checkout, columns as they were."""
    root = f"{ROOT}/"
    return re.sub(rf"{re.escape(root)}(\S*)", lambda match: match[1] + " " * len(root), text)


def examples(folder: Path) -> None:
    """The files that the commands of docs/annotate/retraining.md read."""
    shutil.copy(ROOT / "examples" / "article.txt", folder)
    shutil.copytree(ROOT / "examples" / "three-articles", folder / "three-articles")
    for file in ("transport.csv", "transport-regression.jsonl"):
        shutil.copy(ROOT / "examples" / "labels" / file, folder)


def speed() -> dict[str, Any]:
    """A thousand sentence labels, from the start of the command to its end."""
    rows = _babe()[:1000]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "labels.csv", rows)
        return {"labels": len(rows), **_timed(folder, "labels.csv", "--out", "mine")}


def german() -> dict[str, Any]:
    """Four hundred German sentences: what a model of another language makes of them, going on from the English one."""
    labels = ROOT / "examples" / "labels" / "german.jsonl"
    records = read_labels([labels]).records
    apart = [as_labelled(record) for record in split(records, keep_test=True).test]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(labels, folder)
        timed = _timed(folder, "german.jsonl", "--language", "de", "--out", "mine")
        metrics = json.loads((folder / "mine" / "metrics.json").read_text(encoding="utf-8"))
    before = evaluate("kept apart", "", apart, load()).to_dict()
    return {
        "labels": len(records),
        "split": metrics["split"],
        "texts": len(apart),
        "before": before["figures"],
        "after": metrics["evaluation"][0]["figures"],
        **timed,
    }


def _timed(folder: Path, *arguments: str) -> dict[str, Any]:
    """A training by the clock on the wall, by the processor's, and by its steps; how busy the machine was meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.time()
    process = _train(folder, *arguments)
    seconds = time.time() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert process.returncode == 0, process.stderr
    print(process.stdout[-3000:], flush=True)
    metrics = json.loads((folder / "mine" / "metrics.json").read_text(encoding="utf-8"))
    return {
        "seconds": round(seconds),
        "processor_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime),
        "steps": metrics["steps"],
        "load": round(os.getloadavg()[0], 1),
    }


def forgetting() -> dict[str, Any]:
    """Labels of one topic, by other kinds of annotators: what becomes of the old development figures."""
    sets = {"babe-dev": DATA / "babe" / "dev.jsonl", "own-dev": ROOT / "training" / "corpus" / "dev.jsonl"}
    labelled = {name: read_labelled(path) for name, path in sets.items()}
    shipped = load()
    topics = {
        "climate, sentence labels by machine": _climate(),
        "city transport, sentences and words by a person": read_labels(
            [ROOT / "examples" / "labels" / "transport.csv"]
        ).records,
    }
    result: dict[str, Any] = {"before": _figures(labelled, shipped), "topics": {}}
    for topic, records in topics.items():
        result["topics"][topic] = {"labels": len(records), "arms": {}}
        for arm, choice in ARMS.items():
            with tempfile.TemporaryDirectory() as name:
                _retrained(records, Path(name), **choice)
                result["topics"][topic]["arms"][arm] = _figures(labelled, load(Path(name) / "model"))
            print(topic, arm, result["topics"][topic]["arms"][arm], flush=True)
    return result


def refusal() -> dict[str, Any]:
    """Labels turned into their opposite: are they noticed, and is the model kept out where the user insists?"""
    rows = [{**row, "label": 1 - row["label"]} for row in _babe()[:600]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "turned.csv", rows)
        _write(folder / "right.csv", _babe("dev"))
        command = ("turned.csv", "--test", "right.csv", "--out", "mine", "--replace")
        stopped = _train(folder, *command, before=True)
        process = _train(folder, *command, "--trust-labels")
        # the start of each reason: a narrow terminal breaks the line behind it
        reasons = re.findall(r"^Worse: (kept apart: .+? \d\.\d+ to \d\.\d+)", process.stdout, re.MULTILINE)
    return {
        "labels": len(rows),
        "stopped_with": stopped.returncode,
        "exit_code": process.returncode,
        "reasons": reasons,
    }


def _retrained(
    records: Sequence[LabelRecord],
    folder: Path,
    *,
    replay: bool = True,
    taught: bool = True,
    averaged: bool = True,
) -> None:
    """Train on all of the records but the development part; the model lies in ``folder / "model"``."""
    settings = RetrainSettings("benchmark", replay=replay)
    parts: Parts = split(records, keep_test=False)
    kept = {name: getattr(retrain, name) for name in ("_TAUGHT", "_OLD_WEIGHTS")}
    changed: dict[str, Any] = {} if taught else {"_TAUGHT": -1}
    changed |= {} if averaged else {"_OLD_WEIGHTS": ()}
    for name, value in changed.items():
        setattr(retrain, name, value)
    try:
        retrain.retrain(
            parts, settings, open_start(settings), folder / "work", folder / "model", {"records": len(records)}
        )
    finally:
        for name, value in kept.items():
            setattr(retrain, name, value)


def _figures(labelled: dict[str, Any], detector: Any) -> dict[str, dict[str, float]]:
    result = {}
    for name, items in labelled.items():
        values = {figure.name: figure.value for figure in evaluate(name, "", items, detector).figures}
        result[name] = {key: round(values[key], 4) for key in FIGURES if values.get(key) is not None}
    return result


def _train(folder: Path, *arguments: str, before: bool = False) -> subprocess.CompletedProcess[str]:
    if before:
        shutil.copytree(ROOT / "models" / "biasdetect-en-small", folder / "mine")
    command = [sys.executable, "-m", "biasdetect", "train", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _babe(part: str = "train") -> list[dict[str, Any]]:
    lines = (DATA / "babe" / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    random.Random(1).shuffle(rows)
    return rows


def _anno_lexical(part: str) -> list[dict[str, Any]]:
    with gzip.open(DATA / "anno-lexical" / f"{part}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _climate() -> list[LabelRecord]:
    rows = [row for part in ("dev", "test", "train") for row in _anno_lexical(part)]
    fitting = [row for row in rows if any(word in row["text"].lower() for word in CLIMATE) and row["label"] in (0, 1)]
    random.Random(2).shuffle(fitting)
    return [LabelRecord(row["text"], row["label"]) for row in {row["text"]: row for row in fitting}.values()][:200]


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows([row["text"], row["label"]] for row in rows)


if __name__ == "__main__":
    main()
