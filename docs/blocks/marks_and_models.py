"""README and docs/develop/training.md: the shipped model's figures, its flags beside readers' marks, and other models."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from biasdetect.evaluation.figures import Figure, label
from biasdetect.evaluation.tables import shown
from blocks.shared import ROOT, interval, metrics, record, table

_FIGURES = (
    "macro_f1",
    "mcc",
    "auc",
    "ece",
    "word_f1",
    "phrase_recall",
    "category_macro_f1",
    "plain_flagged",
)
PLACES = {
    "all": "all",
    "news": "news, both outlets",
    "unseen": "all but single sentences",
    "lexical": "single sentences of many outlets",
    "polnear politico": "Politico",
    "polnear west-journal": "Western Journal",
    "press": "partisan press",
}
"""Where marked sentences are from, as tables name it."""


def figures() -> str:
    """The shipped model's development figures as a table."""
    measured = metrics()["figures"]
    expert, own = measured["development"], measured["own_development"]
    rows = (
        (label(name), *(f"{side[name]:.3f}" if name in side else "" for side in (expert, own))) for name in _FIGURES
    )
    return (
        f"On development data ({expert['sentences']} sentences annotated by experts, and {own['sentences']} of the "
        f"project's own with no phrase in them that was trained on):\n\n{table('| | expert labels | own corpus |', rows)}"
    )


def real_sentences() -> str:
    """Flags on real sentences beside what readers marked in them, as training/marks/marks.py recorded it."""
    models = record("training/marks/figures.json")
    rows = (
        (
            name if place == "all" else f"{name}, {PLACES[place]}",
            interval(*figures["precision"]),
            interval(*figures["recall"]),
        )
        for name, result in sorted(models.items(), key=lambda item: item[0] != "shipped model")
        for place, figures in next(iter(result["thresholds"].values())).items()
        if place == "all" or name == "shipped model"
    )
    return table("| | flags that are right | clear marks found |", rows)


def own_corpus() -> str:
    """The shipped model and the one of the own corpus alone, on the sets that both were measured on."""
    own = record("training/own-corpus.json")
    rows = _side_by_side(metrics()["evaluation"], own["evaluation"])
    return f"{table('| | shipped model | own corpus alone |', rows)}\n\n{_learned_from(own['records'])}"


def _side_by_side(shipped: list[dict[str, Any]], own: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    for ours in shipped:
        theirs = next((result for result in own if result["data"] == ours["data"]), None)
        if theirs:
            yield (f"**{ours['data']}**, {ours['sentences']} texts | |",)  # the whole row
            for name, figure in ours["figures"].items():
                if name in theirs["figures"] and figure["value"] is not None:
                    yield label(name), *(shown(Figure(name, **of)) for of in (figure, theirs["figures"][name]))


def _learned_from(records: dict[str, int]) -> str:
    """What the recorded run of the own corpus learned from, and what the recipe has got since."""
    recipe = tomllib.loads((ROOT / "training" / "recipes" / "own-corpus.toml").read_text(encoding="utf-8"))
    sources = list(dict.fromkeys(name for stage in recipe["stages"] for name in stage.get("sources", ())))
    learned = ", ".join(f"{name} {records[name]:,}" for name in sources if name in records)
    since = [f"`{name}`" for name in sources if name not in records]
    stale = (
        f" Since then the recipe learns from {', '.join(since)} too, so its figures are of an older state: a run as it stands now gives others."
        if since
        else ""
    )
    return f"The recorded run learned from these records: {learned}.{stale}"
