"""training/experiments.md: what was tried for the shipped model, and what each of its stages knows."""

from __future__ import annotations

import statistics
from typing import Any

from blocks.shared import between, record, table

_COLUMNS = {
    "macro_f1": "macro-F1",
    "mcc": "MCC",
    "auc": "AUC",
    "ece": "ECE",
    "word_f1": "word F1",
    "phrase_recall": "own phrases found",
    "plain_flagged": "own plain flagged",
    "category_macro_f1": "category F1",
    "real_phrase_precision": "real sentences, right flags",
    "real_phrase_recall": "real sentences, marks found",
}


def experiments() -> str:
    """training/experiments.md from what training/experiments.py recorded."""
    tried = record("training/experiments.json")
    rows = (
        (
            experiment["name"],
            str(len(experiment["seeds"])),
            *(_spread([seed[name] for seed in experiment["seeds"] if name in seed]) for name in _COLUMNS),
        )
        for experiment in tried
    )
    parts = [
        "# Experiments",
        "What was tried for the shipped model, on development data (docs/develop/training.md). Figures are the mean over the "
        "seeds, with the standard deviation where there is more than one; calibration and threshold are fitted for each "
        "network. A difference is paired, sentence by sentence, with its 95 % bootstrap interval: an interval that "
        "holds 0 decides nothing. Generated from `experiments.json` by `docs/generate.py`.",
        table(f"| experiment | seeds | {' | '.join(_COLUMNS.values())} |", rows),
    ]
    for experiment in tried:
        text = f"**{experiment['name']}.** {experiment['tried']} {experiment['verdict']}"
        for name, difference in experiment.get("difference", {}).items():
            text += f" Paired difference in {_COLUMNS.get(name, name)}: {between(*difference, form='+.3f')}."
        parts.append(text)
    ablation = record("training/ablation.json")
    parts += ["## Marks, teacher and spans, each alone and together", _wording(ablation["wording"])]
    parts += ["## Whose words, by stage", _voice_by_stage()]
    parts += ["## Whose words, by source", _voices(ablation["voices"])]
    return "\n\n".join(parts) + "\n"


def _spread(values: list[float]) -> str:
    if not values:  # of a time when nothing of the kind was measured
        return ""
    mean = statistics.mean(values)
    return f"{mean:.3f}" + (f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else "")


def _wording(told: dict[str, Any]) -> str:
    """Small trainings of all combinations, as training/ablation.py recorded them."""
    measured, learned = told["measured"], told["learned"]
    marks, press = measured["marks-dev"], measured["press"]
    return (
        "Small trainings, made for this question alone (`python training/ablation.py wording`), "
        f"{len(told['seeds'])} seeds each. Each seed's network learns {learned['experts']:,} expert labels twice, {learned['own']:,} sentences of our own and "
        f"{learned['news']:,} news labels first; from there, one pass over the expert labels and {learned['own-some']:,} of our own (`none`), and beside "
        f"them {learned['marks']:,} real sentences that were marked by hand (`marks`), {learned['told-agencies'] + learned['told-news']:,} that a teacher was "
        f"asked about (`teacher`; with `marks`, about those too), {learned['spans']:,} paragraphs of the press in which spans are marked (`spans`). Sources "
        "differ in size and so in steps; the teacher learned from marks, our articles and expert labels, so what it adds is theirs too.\n\n"
        f"Precision at half: of flags on {marks['texts']:,} sentences of {marks['units']:,} articles of marks-dev, in the outlet's voice or not, where half of the "
        f"{marks['marks']} clear marks are found. Words of the press: F1 of words in spans of loaded language, name-calling and exaggeration, {press['texts']:,} paragraphs "
        f"of {press['units']:,} articles ({press['marks']} spans), each network at its best threshold; words of other techniques count neither way. Of the press, here "
        f"and in marks-dev, only articles are measured from which nothing was learned here. Expert labels: {measured['babe-dev']['texts']:,} sentences, scores "
        "calibrated on them.\n\n" + _combined(told)
    )  # fmt: skip


def _voices(told: dict[str, Any]) -> str:
    """The same of whose words they are."""
    learned, (measured,) = told["learned"], told["measured"].values()
    return (
        f"Small trainings from the pretrained encoder, {len(told['seeds'])} seeds each, one pass (`python training/ablation.py voices`). PolNeAR: "
        f"{learned['articles']:,} sentences in which others marked who says what; hand: {learned['marks']:,} real sentences, of which the marked wording alone "
        f"says whose it is, and which teach what is loaded beside; own: {learned['own-voices']:,} sentences of paragraphs of our own in which it is marked. F1 of words that are "
        f"somebody else's, as in the table above ({measured['texts']:,} sentences of {measured['units']} articles of PolNeAR, so the first source has their "
        "guideline).\n\n" + _combined(told)
    )  # fmt: skip


def _combined(told: dict[str, Any]) -> str:
    """By combination, mean and spread of each figure; then the paired differences."""
    figures = told["figures"]
    first, *_ = figures.values()
    rows = ((name, *(_spread(figures[figure][name]["seeds"]) for figure in figures)) for name in first)
    differences = (
        (f"{name}, less {other}", *(_apart(figures[figure][name]["against"][other]) for figure in figures))
        for name, found in first.items()
        for other in found["against"]
    )
    header = " | ".join(figures)
    return (
        table(f"| learned from | {header} |", rows)
        + "\n\nPaired differences of the seeds' means, with 95 % intervals over articles (over sentences, of expert labels), the networks being what "
        "they are; behind them, how far the differences of single seeds lie apart, from the lowest to the highest. What is no larger than "
        "that may be chance of the training, whatever its interval says:\n\n"
        + table(f"| | {header} |", differences)
    )  # fmt: skip


def _apart(difference: dict[str, list[float]]) -> str:
    seeds = difference["seeds"]
    return f"{between(*difference['interval'], form='+.3f')}; {min(seeds):+.3f} to {max(seeds):+.3f}"


def _voice_by_stage() -> str:
    """How well each stage's network tells whose words they are, as training/voice_by_stage.py recorded it."""
    stages = record("training/voice-by-stage.json")
    parts = ("others", "others, outside of marks", "sources")
    first = next(iter(stages.values()))
    rows = (
        (
            stage,
            *(
                f"{found[part]['precision']:.3f} | {found[part]['recall']:.3f} | "
                + between(*(found[part][figure] for figure in ("f1", "low", "high")))
                for part in parts
            ),
        )
        for stage, found in stages.items()
    )
    return (
        f"Words of PolNeAR's development part ({first['sentences']:,} sentences) that are somebody else's ({first[parts[0]]['words']:,}; "
        f"{first[parts[1]]['words']:,} of them outside of quotation marks) or name who speaks ({first[parts[2]]['words']:,}), by the network "
        "alone, a word where its mean logit is above 0; F1 with 95 % intervals over articles "
        "(`python training/voice_by_stage.py`). A stage has learned what those before it did and more, and some are interpolated from "
        "others (`training/recipes/en-small.toml`): the table tells stages apart, not sources.\n\n"
        + table(
            "| stage | others' words: precision | recall | F1 | outside of marks: precision | recall | F1 | who speaks: precision | recall | F1 |",
            rows,
        )
    )
