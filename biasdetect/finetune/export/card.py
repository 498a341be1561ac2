"""Writes the model card, in the sections of the hub's template, from what ``metrics.json`` and ``config.json`` record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

from biasdetect.english.language import base, language_name
from biasdetect.evaluation.figures import label
from biasdetect.model.folder import CARD, CONFIG, DEFAULT_MODEL, METRICS
from biasdetect.util.atomic import write_text


def write_card(folder: Path) -> None:
    """Write ``README.md`` of a model folder from its recorded facts."""
    metrics = json.loads((folder / METRICS).read_text(encoding="utf-8"))
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))["biasdetect"]
    write_text(folder / CARD, render_card(metrics, config))


def render_card(metrics: dict[str, Any], config: dict[str, Any]) -> str:
    """The card as Markdown.

    Args:
        metrics: content of ``metrics.json``.
        config: the ``"biasdetect"`` part of ``config.json``.
    """
    recipe = metrics["recipe"]
    inference = config["inference"]
    # of a model that users trained, the folder that it was written to, even where that is named as ours is
    ships = recipe["name"] == DEFAULT_MODEL and "data" not in metrics
    argument, place = ("", "") if ships else (json.dumps(recipe["name"], ensure_ascii=False), "  # path of this folder")
    language = language_name(recipe["language"])
    sections = [
        f"---\n{_metadata(metrics, config)}\n---",
        f"# Model Card for {recipe['name']}",
        "Finds editorializing in news prose: a calibrated score for every sentence, and the loaded phrases in it "
        f"with their category ({', '.join(inference['categories'])}).",
        "## Model Details",
        "### Model Description",
        f"- **Model type:** an encoder with a token head for phrases and a sentence head, "
        f"{metrics['parameters'] / 1e6:.1f} million parameters; runs on a processor with ONNX Runtime\n"
        f"- **Language(s) (NLP):** {language}\n"
        f"- **License:** {recipe['licence'] or 'the terms of its data, below'}\n"
        f"- **Finetuned from model:** {recipe['base']}. {recipe['base_terms']}".rstrip()
        + f"\n- **Fingerprint:** `{config['fingerprint']}`\n\n"
        "This card is generated from `metrics.json` and `config.json`.",
        *_own_categories(inference.get("own", ())),
        "## Uses",
        "### Direct Use",
        _DIRECT_USE,
        "### Downstream Use",
        _DOWNSTREAM_USE,
        "### Out-of-Scope Use",
        _OUT_OF_SCOPE,
        "## Bias, Risks, and Limitations",
        _limits(recipe["language"]),
        "### Recommendations",
        _RECOMMENDATIONS,
        "## How to Get Started with the Model",
        f"```python\nimport biasdetect\n\ndetector = biasdetect.load({argument}){place}\n"
        f"report = {_call(recipe['language'])}\n```",
        "## Training Details",
        "### Training Data",
        _table(
            ("source", "records", "published at", "terms"),
            [
                (name, str(metrics["records"][name]), source["published"], source["terms"])
                for name, source in recipe["sources"].items()
                if name in metrics["records"]
            ],
        ),
        "### Training Procedure",
        _training(metrics),
        "## Evaluation",
        "### Testing Data, Factors & Metrics",
        f"{_chosen_by(recipe)} also chose the epochs, the calibration and the phrase threshold "
        f"({inference['threshold']}), so their figures flatter a little. The intervals are 95 % bootstrap intervals. "
        "`biasdetect evaluate` takes the same figures on any labelled data.",
        "### Results",
        *_proof(metrics.get("proof")),
        *(_evaluation(result) for result in metrics.get("evaluation", ())),
        *_reports(metrics.get("reports"), f"{config['inference']['name']}@{config['fingerprint']}"),
        *_reliabilities(metrics),
        *(_groups(name, rows) for name, rows in metrics.get("groups", {}).items()),
        _published(metrics),
        "## Technical Specifications" if metrics.get("quantized") else "",
        _quantized(metrics.get("quantized")),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _own_categories(own: Sequence[dict[str, str]]) -> Iterator[str]:
    """What the categories of the model's own are, as whoever trained it defined them."""
    if own:
        yield "### Categories of the Model's Own"
        rows = [(f"`{one['name']}`", one["title"], one["definition"] or "–") for one in own]
        yield _table(("category", "title", "definition"), rows)
        yield "Wording is suggested for phrases of other categories alone."


def _metadata(metrics: dict[str, Any], config: dict[str, Any]) -> str:
    """What the hub reads of a card: its language, its kind, and the figures on annotated sentences."""
    recipe = metrics["recipe"]
    results = [
        EvalResult(
            task_type="text-classification",
            task_name="Sentences called biased",
            dataset_type=result["data"],
            dataset_name=result["data"],
            metric_type=name,
            metric_name=label(name),
            metric_value=round(result["figures"][name]["value"], 4),
        )
        for result in metrics.get("evaluation", ())
        for name in ("macro_f1", "mcc", "auc")
        if result["figures"].get(name, {}).get("value") is not None
    ]
    data = ModelCardData(
        language=recipe["language"],
        license="other",
        library_name="biasdetect",
        pipeline_tag="token-classification",
        tags=["media-bias", "loaded-language"],
        model_name=recipe["name"],
        eval_results=results or None,
    )
    return data.to_yaml()


_DIRECT_USE = """\
For editors, media researchers and developers who want to see wording that readers may take as editorializing. \
A flag is a reason to look again, not a verdict."""

_DOWNSTREAM_USE = """\
`biasdetect train` goes on from these weights with labels of your own, and shows on which sentences the new model is \
better and on which worse."""

_OUT_OF_SCOPE = """\
- Pages of tables, lists, poetry or speech transcripts, and texts in other languages.
- Removing, punishing or blocking anybody's writing automatically."""

_RECOMMENDATIONS = """\
Do not rank journalists, outlets or authors by its scores without samples large enough for intervals."""

_LIMITS = """\
- It reads single sentences of {language} news. It does not check facts and does not see bias by omission, \
selection, placement or framing across sentences.
- What counts as loaded is a judgement on which trained annotators disagree; the scores estimate their majority.
- {annotated}"""


_ANNOTATED_ENGLISH = """\
The annotated news is mostly from the United States, 2017 to 2023. Other varieties of English, other times and \
genres such as reviews and opinion pieces are less well covered."""


def _call(language: str) -> str:
    """How a text is scored; a model of another language is shown no English one."""
    if base(language) == "en":
        return 'detector.score("The balding minister spoke on Monday.")'
    return f'detector.score(biasdetect.read_file("article.txt"))  # in {language_name(language)}'


def _limits(language: str) -> str:
    if base(language) == "en":
        return _LIMITS.format(language="English", annotated=_ANNOTATED_ENGLISH)
    return _LIMITS.format(language=language_name(language), annotated="Other outlets, topics, times and genres than those of its labels are less well covered.")  # fmt: skip


def _chosen_by(recipe: dict[str, Any]) -> str:
    return " and ".join(
        f"`{recipe[name]}`" for name in ("development", "own_development", "phrase_development") if recipe.get(name)
    )


def _proof(proof: dict[str, Any] | None) -> list[str]:
    """How the model compares with the one before, on sentences that neither was trained on."""
    if not proof:
        return []
    parts = [f"**Beside {proof['old']}**; differences with paired 95 % bootstrap intervals"]
    for data, rows in proof["differences"].items():
        defined = [row for row in rows if row["old"] is not None and row["new"] is not None]
        cells = [
            (label(row["name"]), *(f"{row[side]:.3f}" for side in ("old", "new")), *_interval(row), row["verdict"])
            for row in defined
        ]
        parts.append(f"{data}\n\n" + _table(("", "old", "new", "difference", "verdict"), cells))
    for data, counts in proof["regression"].items():
        parts.append(f"{data}: of {counts['sentences']} sentences of which something must stay true, the old model has {counts['old']} right, this one {counts['new']}.")  # fmt: skip
    return parts


def _quantized(record: dict[str, Any] | None) -> str:
    """How the graph in eight bits agrees with the exact one."""
    if not record:
        return ""
    ways = ("eight bits alone", "exact where near a decision")
    rows = [(name, *(f"{record[way][name]:.2g}" for way in ways)) for name in record[ways[0]]]
    return (
        '**Eight bits.** `precision="fast"` computes in eight bits, and again exactly where the answer is near a '
        f"decision. Beside the exact graph, on {record['sentences']:,} sentences that it was not fitted on, of which "
        f"{record['computed exactly']:.0%} were computed exactly:\n\n" + _table(("", *ways), rows)
    )


def _interval(row: dict[str, Any]) -> tuple[str]:
    value = f"{row['new'] - row['old']:+.3f}"
    known = row["low"] is not None and row["high"] is not None
    return (f"{value} ({row['low']:+.3f} to {row['high']:+.3f})" if known else value,)


def _training(metrics: dict[str, Any]) -> str:
    recipe = metrics["recipe"]
    lines = []
    for number, stage in enumerate(recipe["stages"], 1):
        text = f"{number}. **{stage['name']}**: "
        if stage["epochs"]:
            text += (
                f"{', '.join(stage['sources'])}; {stage['epochs']} epochs, learning rate {stage['learning_rate']:g}, "
                f"batch {stage['batch_size']}"
            )
        else:
            text += "weights averaged"
        if stage["start"]:
            shares = stage["start"]
            text += ", from " + " and ".join(
                name if len(shares) == 1 else f"{share:.0%} of {name}" for name, share in shares.items()
            )
        if len(stage["seeds"]) > 1:
            text += f", {len(stage['seeds'])} seeds" + (", weights averaged" if stage["merge"] else "")
        if stage["teachers"]:
            text += f", taught by {' and '.join(stage['teachers'])} (share {stage['teacher_share']:g})"
        if stage.get("old_share"):
            text += f"; of the result, {stage['old_share']:.0%} are the weights that it started from"
        lines.append(text + ".")
    names = ("macro_f1", "mcc", "auc", "word_f1", "phrase_recall", "plain_flagged")
    rows = [
        (item["stage"], str(item["seed"]), *(f"{item[name]:.3f}" if name in item else "" for name in names))
        for item in metrics["stages"]
    ]
    return "\n".join(lines) + "\n\n" + _table(("stage", "seed", *names), rows)


def _evaluation(result: dict[str, Any]) -> str:
    rows = [
        (label(name), *_shown(figure["value"], figure["low"], figure["high"]))
        for name, figure in result["figures"].items()
        if figure["value"] is not None
    ]
    return f"**{result['data']}**, {result['sentences']} texts\n\n" + _table(("", "figure", "interval"), rows)


def _shown(value: float, low: float | None, high: float | None) -> tuple[str, str]:
    return f"{value:.3f}", "" if low is None or high is None else f"{low:.3f} to {high:.3f}"


def _groups(name: str, groups: Sequence[dict[str, Any]]) -> str:
    rows = [
        (item["group"], str(item["sentences"]), *(f"{item[share]:.0%}" for share in ("labelled", "called", "right")))
        for item in groups
    ]
    header = (name, "sentences", "labelled biased", "called biased", "judged rightly")
    return f"**By {name}**, development data; groups this small leave wide intervals\n\n" + _table(header, rows)


def _published(metrics: dict[str, Any]) -> str:
    published = metrics["recipe"].get("published", ())
    if not published:
        return ""
    names = list(dict.fromkeys(name for item in published for name in item["figures"]))
    ours = metrics["figures"]["development"]
    rows = [
        (f"{item['model']} (published)", item["on"], *(_cell(item["figures"].get(name)) for name in names))
        for item in published
    ]
    here = f"{metrics['recipe']['development']}, {ours['sentences']} sentences"
    rows.append((f"this model, {metrics['parameters'] / 1e6:.1f} M parameters", here, *(_cell(ours.get(name)) for name in names)))  # fmt: skip
    return (
        "**Beside other models.** Their figures are as published and not on the same sentences, so small differences mean "
        "nothing.\n\n" + _table(("model", "measured on", *(label(name) for name in names)), rows)
    )


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


_PLACES = {
    "all": "all",
    "news": "news articles (PolNeAR: politico, west-journal)",
    "press": "partisan press (SemEval-2023)",
    "unseen": "all but the next, of which it learned without the marks how biased they are",
    "lexical": "single sentences of many outlets (anno-lexical)",
    "wikibias": "Wikipedia (WIKIBIAS)",
}


def _reports(measured: dict[str, Any] | None, label: str) -> Iterator[str]:
    """Flags of whole reports by threshold, beside what readers marked; nothing where another model was measured."""
    if not measured or measured["model"] != label:
        return
    thresholds = measured["thresholds"]
    default = next(iter(thresholds))
    header = ("flags that are right", "interval", "of", "clear marks found", "interval", "of")
    curve = sorted(thresholds.items(), key=lambda item: float(item[0]))
    yield (
        f"**Whole reports, by threshold**: flags in the outlet's voice against the clear marks of the {measured['split']} part "
        f"of training/marks, read by two readers; the model flags from {default} on. What is debatable counts neither way.\n\n"
        + _table(("threshold", *header), [(threshold, *_counted(row)) for threshold, row in curve])
    )
    places = measured["places"]
    rows = [(title, *_counted(places[name])) for name, title in _PLACES.items() if name in places]
    yield f"At {default}, by where the text comes from; groups this small leave wide intervals:\n\n" + _table(("", *header), rows)  # fmt: skip


def _counted(row: dict[str, Sequence[Any]]) -> tuple[str, ...]:
    """Precision and recall with their intervals and numbers."""
    cells: list[str] = []
    for value, low, high, count in (row["precision"], row["recall"]):
        cells += ("", "") if value is None else _shown(value, low, high)
        cells.append(str(count))
    return tuple(cells)


_RELIABILITY = {
    "reliability": "Reliability of sentence scores",
    "word_reliability": "Reliability of phrase scores (per word)",
}


def _reliabilities(metrics: dict[str, Any]) -> Iterator[str]:
    """How often what has a score is marked, by score: of the development data, and of real sentences where those are known."""
    recipe = metrics["recipe"]
    for part in ("development", "phrase_development"):
        for name, title in _RELIABILITY.items():
            rows = [
                (f"{score:.2f}", f"{share:.2f}", f"{weight:.1%}", "█" * round(share * 20))
                for score, share, weight in metrics["figures"].get(part, {}).get(name, ())
            ]
            if rows or part == "development":
                data = f"`{recipe[part]}`" if recipe.get(part) else "development data"
                yield f"**{title}**, {data}\n\n" + _table(("mean score", "share marked", "of all", ""), rows)


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )
