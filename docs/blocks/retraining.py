"""docs/annotate/retraining.md: a walk through it, what it takes and does, and what the choice of sentences saves."""

from __future__ import annotations

from typing import Any

from biasdetect.evaluation.figures import Figure, label
from biasdetect.evaluation.tables import shown
from blocks.shared import between, record, table

_WALK = {
    "walk-labels": (0,),
    "walk-train": (1,),
    "walk-score": (2,),
    "walk-replace": (3,),
    "walk-models": (4, 5, 6),
    "walk-label": (7,),
}


def retraining() -> dict[str, str]:
    """The blocks of docs/annotate/retraining.md, from what its benchmarks recorded."""
    recorded = record("benchmarks/retraining.json")
    steps = (("speed", _speed), ("german", _german), ("forgetting", _forgetting), ("refusal", _refusal))
    return {
        **{
            name: "\n\n".join(_shell(recorded["walk"][number]) for number in numbers) for name, numbers in _WALK.items()
        },
        # a step that was not run yet says nothing
        "retraining": "\n\n".join(told(recorded[name]) for name, told in steps if name in recorded),
        "selection": _selection(record("benchmarks/selection.json")),
    }


def _shell(step: dict[str, Any]) -> str:
    lines = [line.rstrip() for line in step["output"].strip().splitlines()]
    return "\n".join(["```console", f"$ {step['command']}", *lines, "```"])


def _speed(recorded: dict[str, Any]) -> str:
    return f"**{recorded['labels']:,} sentence labels** from the start of the command to its end, proof included: {_took(recorded)}"


def _took(recorded: dict[str, Any]) -> str:
    """Wall and processor time, and the wall time of each step."""
    steps = ", ".join(f"{name} {seconds:.0f}" for name, seconds in recorded["steps"].items())
    busy = recorded["load"]
    shared = f", of a machine that was shared (load {busy})" if busy > 2.5 else ""
    return (
        f"{recorded['processor_seconds']} s of processor time, {recorded['seconds']} s on the clock on the wall{shared}; "
        f"by step: {steps}."
    )


def _german(recorded: dict[str, Any]) -> str:
    """What going on from the English model makes of German labels."""
    split = recorded["split"]
    rows = (
        (label(name), *(shown(Figure(name, **values)) for values in (recorded["before"][name], figure)))
        for name, figure in recorded["after"].items()
        if name in ("macro_f1", "auc", "ece", "word_f1", "phrase_recall", "plain_flagged")
    )
    return (
        f"**{recorded['labels']} German sentences** (`examples/labels/german.jsonl`, our own), `biasdetect train german.jsonl "
        f"--language de --out models/german`: {split['train']} to train on, {split['development']} for the epoch and the "
        f"calibration, {recorded['texts']} kept apart for these figures, with 95 % intervals.\n\n"
        + table("| | the English model | trained on the German labels |", rows)
        + f"\n\nThat took {_took(recorded)}"
    )


def _forgetting(recorded: dict[str, Any]) -> str:
    names = {
        ("babe-dev", "macro_f1"): "babe-dev, macro-F1",
        ("babe-dev", "auc"): "AUC",
        ("babe-dev", "word_f1"): "word F1",
        ("own-dev", "phrase_recall"): "own-dev, phrases found",
        ("own-dev", "plain_flagged"): "plain with a flag",
    }
    before = {(data, name): recorded["before"][data][name] for data, name in names}
    rows = [("before", *(f"{figure:.3f}" for figure in before.values()))]
    for topic, result in recorded["topics"].items():
        for arm, figures in result["arms"].items():
            after = {(data, name): figures[data][name] for data, name in names}
            changes = (f"{after[name]:.3f} ({after[name] - before[name]:+.3f})" for name in names)
            rows.append((f"{result['labels']} on {topic}: {arm}", *changes))
    return (
        "**What labels of one narrow topic do to the old development figures**; in brackets the change:\n\n"
        + table(f"| | {' | '.join(names.values())} |", rows)
    )  # fmt: skip


def _refusal(recorded: dict[str, Any]) -> str:
    reasons = "\n".join(f"- {reason}" for reason in recorded["reasons"])
    code = recorded.get("stopped_with")
    stopped = f"exit code {code} before any training; with `--trust-labels` " if code else ""
    return (
        f"**Labels turned into their opposite**, {recorded['labels']} of them, with `--replace`: {stopped}exit code "
        f"{recorded['exit_code']}, the old model stays.\n\n{reasons}"
    )


_GAIN = "gain in macro_f1, mean over the rounds after the first"
_LEARNERS = {
    "continued": "the network, going on from weights that know the task",
    "network": "the network, from the pretrained encoder",
    "probe": "logistic regression on the pretrained encoder",
}


def _selection(recorded: dict[str, Any]) -> str:
    """How many labels the choice of sentences saves, from what the simulation recorded."""
    rows, verdicts = [], []
    for name, learner in _LEARNERS.items():
        gain = recorded[name][_GAIN]
        low, high = gain["interval"]
        first = learner
        last = f"{between(gain['mean'], low, high, form='+.3f')}, {gain['seeds that gain']} of {recorded[name]['seeds']} seeds"
        for row in recorded[name]["labels that do what random ones do"]:
            needed = row["labels when chosen"]
            reached = "not reached" if needed is None else str(needed)
            rows.append((first, str(row["random labels"]), f"{row['macro_f1']:.3f}", reached, last))
            first = last = ""  # a learner's name and gain stand in its first row
        verdict = "helped" if low > 0 else "did harm" if high < 0 else "made no certain difference"
        verdicts.append(f"for {learner}, choosing {verdict}")
    header = "| learner, starting from 100 random labels | so many random labels | macro-F1 | reached by so many chosen ones | mean gain in macro-F1 (95 %) |"
    return (
        "![Macro-F1 by number of labelled sentences, chosen and random](../pictures/selection.svg)\n\n"
        f"{table(header, rows)}\n\n"
        f"So {'; '.join(verdicts)}. The first is what `biasdetect train` does on the shipped model, save that the simulation's weights "
        "had not seen these labels."
    )
