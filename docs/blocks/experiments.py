"""training/experiments.md: what was tried for the shipped model, and what each of its stages knows."""

from __future__ import annotations

import statistics

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
    parts += ["## Whose words, by stage", _voice_by_stage()]
    return "\n\n".join(parts) + "\n"


def _spread(values: list[float]) -> str:
    if not values:  # of a time when nothing of the kind was measured
        return ""
    mean = statistics.mean(values)
    return f"{mean:.3f}" + (f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else "")


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
        "others (`training/recipes/en-small.toml`): the table tells stages apart, not sources. What a source adds by itself would "
        "take a training without it for each, which was not done.\n\n"
        + table(
            "| stage | others' words: precision | recall | F1 | outside of marks: precision | recall | F1 | who speaks: precision | recall | F1 |",
            rows,
        )
    )
