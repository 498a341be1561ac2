"""Write the generated parts of README and docs, and docs/integrate/cli.md whole: python docs/generate.py (--check: only compare)."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console

import biasdetect
from biasdetect.commands.main import cli
from biasdetect.evaluation.figures import Figure, label
from biasdetect.evaluation.tables import shown
from biasdetect.reading.files import read_file
from biasdetect.reading.formats import FORMATS, REFUSED
from biasdetect.report.terminal import print_report
from biasdetect.results import Voice

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "biasdetect-en-small"
_ROWS = (
    "macro_f1",
    "mcc",
    "auc",
    "ece",
    "word_f1",
    "phrase_recall",
    "category_macro_f1",
    "plain_flagged",
)


def report() -> str:
    """The example article's report, as a pipe shows it."""
    stream = io.StringIO()
    document = replace(read_file(str(ROOT / "examples" / "article.txt")), name="examples/article.txt")
    print_report(biasdetect.load(MODEL).score(document), Console(file=stream, width=100, highlight=False))
    return f"```\n{stream.getvalue().strip()}\n```"


def formats() -> str:
    """The example article in three formats: what is flagged, and what that is in the source."""
    lines = ["| | article score | flagged, and where it stands in the source |", "|---|---|---|"]
    for form in ("txt", "md", "html"):
        document = read_file(str(ROOT / "examples" / f"article.{form}"))
        report = biasdetect.load(MODEL).score(document)
        cells = "<br>".join(
            f"{phrase.category} {phrase.score:.2f}: `{document.source[phrase.start : phrase.end]}` "
            f"({phrase.start} to {phrase.end})"
            for phrase in report.phrases
            if phrase.counts
        )
        lines.append(f"| examples/article.{form} | {report.score:.2f} | {cells} |")
    return "\n".join(lines)


def real_article() -> str:
    """What is flagged in a real article, which may not be shown itself; recorded where it is at hand."""
    record = ROOT / "docs" / "real-article.json"
    # a text with its suggestions taken lies beside it under the name that score --fix gives
    found = sorted(
        path for path in (ROOT.parent / "shared" / "articles").glob("*.txt") if ".fixed" not in path.suffixes
    )
    if found:
        report = biasdetect.load(MODEL).score(read_file(str(found[0])))
        phrases = [[phrase.text, phrase.category, round(phrase.score, 2), phrase.voice] for phrase in report.phrases]
        facts = {
            "score": round(report.score, 2),
            "others_score": round(report.others_score or 0.0, 2),
            "sentences": len(report.sentences),
            "skipped": len(report.skipped),
            "phrases": phrases,
        }
        record.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    facts = json.loads(record.read_text(encoding="utf-8"))
    phrases = "; ".join(
        f"“{text}” ({category} {score:.2f}, {Voice(voice).description})"
        for text, category, score, voice in facts["phrases"]
    )
    return (
        f"In a real agency report of {facts['sentences']} sentences, pasted with {facts['skipped']} lines of page "
        f"boilerplate, it flags {phrases}. Score of the writer’s own words {facts['score']:.2f}, of quoted words "
        f"{facts['others_score']:.2f}."
    )


def documents() -> dict[str, str]:
    """The formats of documents: what is read, and what is refused with what to do."""
    lines = ["| format | suffix | offsets point into | at most | by |", "|---|---|---|---|---|"]
    for known in FORMATS.values():
        suffixes = ", ".join(f"`{suffix}`" for suffix in known.suffixes)
        by = f"{known.by}, with the `{known.extra}` extra" if known.extra else known.by
        lines.append(f"| {known.title} | {suffixes} | {known.offsets} | {known.max_bytes / 1_000_000:g} MB | {by} |")
    refused: dict[tuple[str, str], list[str]] = {}
    for suffix, told in REFUSED.items():
        refused.setdefault(told, []).append(f"`{suffix}`")
    rows = [f"| {', '.join(suffixes)} | {what} | {advice} |" for (what, advice), suffixes in refused.items()]
    return {
        "documents": "\n".join(lines),
        "refused": "\n".join(["| suffix | what it is | what to do |", "|---|---|---|", *rows]),
    }


_WRONGLY = "wrongly the outlet's"


def reading() -> str:
    """How well documents are read, as the benchmarks recorded it."""
    recorded = {
        name: json.loads((ROOT / "benchmarks" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("reading", "voice", "stages")
    }
    lines = ["| what | set | number | right |", "|---|---|---|---|"]
    lines += [f"| {row['what']} | {row['set']} | {row['number']} | {row['right']:.1%} |" for row in recorded["reading"]]
    voice = recorded["voice"]
    for name, figures in voice["sets"].items():
        marks = figures["voices"]["all"]
        lines.append(f"| voice of a phrase | {name}.jsonl | {marks['marks']} | {marks['right']:.1%} |")
        said = figures["speakers"]
        lines.append(f"| speaker of a sentence | {name}.jsonl | {said['records']} | {said['right']:.1%} |")
    steps = recorded["stages"]
    shares = "; ".join(f"{name} {step['share']:.1%}" for name, step in steps.items() if "model" not in name)
    columns = ("phrases", "number", "precision", "recall", "F1", "accuracy", _WRONGLY)
    rows = [
        (
            name + shown,
            str(found["phrases"]),
            *(f"{found[figure]:.3f}" for figure in ("precision", "recall", "f1", "accuracy", _WRONGLY)),
        )
        for name, now in voice["articles"].items()
        for found, shown in ((now, ""), (voice["before"]["articles"][name], ", before"))
    ]
    return (
        "\n".join([*lines, "", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"])
        + "\n"
        + "\n".join("| " + " | ".join(row) + " |" for row in rows)
        + (
            "\n\n`boilerplate-2.jsonl` was written before any result on it was seen: the soberer figure for "
            "boilerplate in styles never seen. The second table is of whole articles that others marked (PolNeAR, development "
            "part, Newell et al. 2018): of every phrase that the model barely flags, whether it is somebody else's words; "
            "what “I” or “we” say, who may be the writer, is left out. Of the "
            f"{voice['names']['sentences']} sentences there in which somebody is named who says something, the report names one of "
            f"them for {voice['names']['right']:.1%} and nobody for {voice['names']['nobody']:.1%} (before: "
            f"{voice['before']['names']['right']:.1%} and {voice['before']['names']['nobody']:.1%}). The limits of the model's logits "
            "were chosen on these articles and on the three sets, which flatters. Before is the last state in which patterns over "
            f"cues of speech had their say (commit {voice['before']['commit']}, {voice['before']['model']}), its barely flagged phrases "
            "other ones.\n\n"
            f"{_kinds(voice)}\n\n{_own_articles(voice)}\n\n"
            f"Time beside the model's own for the same article{_of_model(steps)}: {shares}."
        )
    )


def _of_model(steps: dict[str, Any]) -> str:
    return f" ({steps['model']})" if "model" in steps else ", of the model before the one that ships"


def _kinds(voice: dict[str, Any]) -> str:
    """Attributions by kind, now and before."""
    lines = [
        "In the same articles, by kind of attribution, the share of its words that are taken for somebody else's, with 95 % intervals "
        "over articles. Direct speech stands in quotation marks, mixed speech in part; indirect speech is told apart by its cue. "
        "What is left after words for saying, thinking and describing is what somebody does or stands for "
        "(“imposed”, “is afraid”, “in”), which PolNeAR counts in:",
        "",
        "| kind | attributions | words | taken for others' | before | half of the words or more, attributions | before |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, now in voice["kinds"].items():
        then = voice["before"]["kinds"][name]
        cells = [_between(kind[of]) for of in ("words", "attributions") for kind in (now, then)]
        lines.append(
            f"| {name} | {now['attributions']['number']:,} | {now['words']['number']:,} | {' | '.join(cells)} |"
        )
    return "\n".join(lines)


def _own_articles(voice: dict[str, Any]) -> str:
    """Marks of our own articles, and labels of headlines."""
    own, then, heard = voice["own articles"], voice["before"]["own articles"], voice["headlines"]
    lines = [
        f"In {own['articles']} articles and lists of single sentences of our own that no model learned from "
        "(`training/corpus/articles/dev`), marked wording that is laid at the right door, the outlet's or somebody else's; a mark in a "
        f"sentence that is not read would count as wrong ({own['lost']} of them). Last, of the marks that a flag touches:",
        "",
        "| marks | number | right | before |",
        "|---|---|---|---|",
        *(
            f"| {shown} | {own['rows'][name]['number']} | {_between(own['rows'][name])} | {_between(then['rows'][name])} |"
            for name, shown in _OWN_ROWS.items()
        ),
        "",
        f"Of {heard['speakers']['headlines']} headlines with a speaker in their label the model hears {heard['speakers'][_SOMEBODYS]}, "
        f"of {heard['topics']['headlines']} with a topic in it it takes {heard['topics'][_SOMEBODYS]} for a speaker.",
        "",
        "| aim | reached on development data | |",
        "|---|---|---|",
    ]
    flagged, phrases = own["rows"]["flagged"], voice["articles"]["all"]
    aims = (
        ("F1 of others' words at 0.91 over barely flagged phrases", f"{phrases['f1']:.3f}", phrases["f1"] >= 0.91),
        ("accuracy at 0.93", f"{phrases['accuracy']:.3f}", phrases["accuracy"] >= 0.93),
        ("8 % of the outlet's flags at most in others' words", f"{voice['articles']['flagged'][_WRONGLY]:.1%}", voice["articles"]["flagged"][_WRONGLY] <= 0.08),
        ("5 % of flags at most with the wrong voice, in our own articles", f"{1 - flagged['right']:.1%}", flagged["right"] >= 0.95),
        ("96 % of marks of whole articles right", f"{own['rows']['in whole articles']['right']:.1%}", own["rows"]["in whole articles"]["right"] >= 0.96),
        ("all hand-written cases right", "; ".join(f"{name} {found['voices']['all']['right']:.1%}" for name, found in voice["sets"].items()), all(found["voices"]["all"]["right"] == 1 for found in voice["sets"].values())),
    )  # fmt: skip
    return "\n".join(
        [
            *lines,
            *(f"| {aim} | {reached} | {'' if met else 'short of it'} |" for aim, reached, met in aims),
            "",
            "What is missing is indirect speech that no word for saying introduces, where PolNeAR's notion is wider than ours, and a "
            "network of this size and training has reached its level: stages with more speech to learn from told PolNeAR's words no better "
            "([by stage](../../training/experiments.md#whose-words-by-stage)).",
        ]
    )


_SOMEBODYS = "somebody's"
_OWN_ROWS = {
    "all": "all",
    "in whole articles": "in whole articles",
    "in single sentences": "in single sentences",
    "outlet": "of the outlet",
    "scare-quote": "in scare quotes",
    "quote": "in quotations",
    "attributed": "in paraphrase",
    "flagged": "that are flagged, by the flag's voice",
}


def _between(found: dict[str, float]) -> str:
    return f"{found['right']:.1%} ({found['low']:.1%} to {found['high']:.1%})"


def one_pass() -> str:
    """The outlet's score of the one pass beside leaving others' words out, as benchmarks/outlet.py recorded it."""
    recorded = json.loads((ROOT / "benchmarks" / "outlet.json").read_text(encoding="utf-8"))
    lines = [
        f"{recorded['model']}, sentences in which others and the outlet speak, development data, 95 % intervals:",
        "",
        "| set | sentences | r | rank r | mean difference | decided otherwise at 0.5, per 1,000 | AUC, one pass | AUC, words left out | gained | AUC, all words |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, found in recorded["sets"].items():
        agreement, auc = found["agreement"], found.get("auc", {})
        areas = ("one pass", "others' words left out", "one pass, gained", "all words")
        cells = [_ends(agreement[figure], digits) for figure, digits in (("Pearson", 3), ("Spearman", 3), ("mean difference", 3), ("decided otherwise, per 1,000", 0))]  # fmt: skip
        cells += [_ends(auc[way], 3) if way in auc else "" for way in areas]
        labelled = f", {found['labelled']} with a label ({found['biased']} biased)" if auc else ""
        lines.append(f"| {name} | {found['sentences']:,}{labelled} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _ends(figure: list[float], digits: int) -> str:
    value, low, high = (f"{number:.{digits}f}" for number in figure)
    return f"{value} ({low} to {high})"


def pages() -> str:
    """How well the article of a page is found, with other libraries in trafilatura's place and without each rule."""
    recorded = json.loads((ROOT / "benchmarks" / "pages.json").read_text(encoding="utf-8"))
    lines = [
        f"| {recorded[0]['pages']} pages | precision | recall | F1 | lost | F1 against ours |",
        "|---|---|---|---|---|---|",
    ]
    shown = {"as it is": "", "alone": ", by itself", "in its place": ", in trafilatura's place", "without": ""}
    for row in recorded:
        gained, low, high = row["gained"]
        against = f"{gained:+.3f} ({low:+.3f} to {high:+.3f})" if row["table"] != "as it is" else ""
        name = f"without: {row['reader']}" if row["table"] == "without" else row["reader"] + shown[row["table"]]
        figures = " | ".join(f"{row[figure]:.3f}" for figure in ("precision", "recall", "f1"))
        lines.append(f"| {name} | {figures} | {row['lost']} | {against} |")
    return "\n".join(lines)


def figures() -> str:
    """The shipped model's development figures as a table."""
    metrics = json.loads((MODEL / "metrics.json").read_text(encoding="utf-8"))
    expert, own = metrics["figures"]["development"], metrics["figures"]["own_development"]
    lines = [
        f"On development data ({expert['sentences']} sentences annotated by experts, and {own['sentences']} of the "
        "project's own with no phrase in them that was trained on):",
        "",
        "| | expert labels | own corpus |",
        "|---|---|---|",
    ]
    for name in _ROWS:
        cells = (f"{side[name]:.3f}" if name in side else "" for side in (expert, own))
        lines.append(f"| {label(name)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def real_sentences() -> str:
    """Flags on real sentences beside what readers marked in them, as training/marks/marks.py recorded it."""
    recorded = json.loads((ROOT / "training" / "marks" / "figures.json").read_text(encoding="utf-8"))
    lines = ["| | flags that are right | clear marks found |", "|---|---|---|"]
    for name, result in sorted(recorded.items(), key=lambda item: item[0] != "shipped model"):
        for place, figures in next(iter(result["thresholds"].values())).items():
            if place == "all" or name == "shipped model":
                shown = name if place == "all" else f"{name}, {_PLACES[place]}"
                lines.append(f"| {shown} | {_interval(*figures['precision'])} | {_interval(*figures['recall'])} |")
    return "\n".join(lines)


_PLACES = {
    "all": "all",
    "news": "news, both outlets",
    "unseen": "all but single sentences",
    "lexical": "single sentences of many outlets",
    "polnear politico": "Politico",
    "polnear west-journal": "Western Journal",
    "press": "partisan press",
}


def _interval(value: float | None, low: float | None, high: float | None, count: int) -> str:
    if value is None:
        return f"{_UNWRITTEN} (n {count})"
    ends = "" if low is None or high is None else f"{low:.2f} to {high:.2f}, "
    return f"{value:.2f} ({ends}n {count})"


_BEFORE = "model before the marks"
_UNWRITTEN = "none"  # where there is nothing to measure


def real_text() -> dict[str, str]:
    """The blocks of docs/research/real-text.md: what was asked of the model beside what was measured, and its parts."""
    real = json.loads((ROOT / "benchmarks" / "real.json").read_text(encoding="utf-8"))
    marks = json.loads((ROOT / "training" / "marks" / "figures.json").read_text(encoding="utf-8"))
    now, before = (next(iter(marks[name]["thresholds"].values())) for name in ("shipped model", _BEFORE))
    return {
        "asked": _asked(real, now),
        "spans": _spans(real["spans"]),
        "places": _side_by_side(now, before),
        "boundaries": _boundaries(now, real["names"]),
        "desks": _columns(
            ("desk", "flags that are right", "clear marks found", "F1", "F1, exact"),
            ((f"{desk}, {row['sentences']} sentences", row, ("precision", "recall", "f1", "exact f1")) for desk, row in real["desks"].items()),
        ),
        "agree": _columns(
            ("", *(name for name in _AGREE)),
            (
                (f"{source}, {way}", row[way], _AGREE)
                for source, row in real["agree"].items()
                for way in ("reports", "sentences as they stand")
            ),
        ),
        "order": _columns(
            ("", "AUC"),
            ((f"{name}, {row['articles'][1]} and {row['articles'][0]}", row, ("auc",)) for name, row in real["order"].items()),
        ),
    }  # fmt: skip


_AGREE = (
    "above one half without a flag",
    "a flag at one half or below",
    "of those above, without a flag",
    "of those with a flag, at one half or below",
)


def _columns(header: tuple[str, ...], rows: Iterable[tuple[str, dict[str, Any], tuple[str, ...]]]) -> str:
    """A table of figures with their intervals, from rows of a title, figures, and the names of those to show."""
    lines = [f"| {' | '.join(header)} |", "|---" * len(header) + "|"]
    lines += [f"| {title} | {' | '.join(_interval(*row[name]) for name in names)} |" for title, row, names in rows]
    return "\n".join(lines)


def _boundaries(now: dict[str, Any], names: dict[str, Any]) -> str:
    figures = ("precision", "recall", "f1")
    table = _columns(
        ("", *(f"{figure}, {how}" for how in ("exact", "overlap") for figure in ("precision", "recall", "F1"))),
        ((_PLACES.get(name, name), row, (*(f"exact {one}" for one in figures), *figures)) for name, row in now.items()),
    )
    cut = "; ".join(f"in {source} {_finely(*found['cut'])}" for source, found in names.items())
    return (
        f"{table}\n\nOf the flags in whole reports, whosesoever words they are, these begin or end inside of what looks by its capitals like a name "
        f"of several words: {cut}."
    )


def _spans(recorded: dict[str, Any]) -> str:
    figures = ("span precision", "span recall", "span f1", "overlap f1", "word f1")
    table = _columns(
        ("flagged from", *(figure.replace("f1", "F1") for figure in figures)),
        (
            (f"**{threshold}**, by default" if threshold == recorded["default"] else threshold, row, figures)
            for threshold, row in recorded["thresholds"].items()
        ),
    )
    chosen, best = (
        " and ".join(f"{at} for {name.replace('f1', 'F1')}" for name, at in recorded[how].items())
        for how in ("chosen", "best on dev")
    )
    return (
        f"{table}\n\nEnglish development part, {recorded['paragraphs']:,} paragraphs of {recorded['articles']} articles, which are "
        f"what is resampled. On {recorded['chosen on']:,} paragraphs of the training part, some of whose sentences the model learned "
        f"from, the best threshold is {chosen}; on the development part itself it is {best}."
    )


def _side_by_side(now: dict[str, Any], before: dict[str, Any]) -> str:
    """The shipped model and the one before the marks, by source."""
    news = [row for name, row in before.items() if name.startswith("polnear ")]
    pools = {"news": news, "unseen": [*news, before["press"]]}
    before = {
        **before,
        **{
            name: {figure: _pooled([row[figure] for row in rows]) for figure in ("precision", "recall")}
            for name, rows in pools.items()
        },
    }
    lines = ["| | flags that are right: before | now | clear marks found: before | now |", "|---|---|---|---|---|"]
    for name, row in now.items():
        cells = (_interval(*side[name][figure]) for figure in ("precision", "recall") for side in (before, {name: row}))
        lines.append(f"| {_PLACES.get(name, name)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _pooled(estimates: list[Any]) -> tuple[float, None, None, int]:
    """One share of several, from their counts."""
    count = sum(estimate[3] for estimate in estimates)
    return sum(round(estimate[0] * estimate[3]) for estimate in estimates) / count, None, None, count


def _asked(real: dict[str, Any], now: dict[str, Any]) -> str:
    """Every figure that was asked for, whether it is reached, and why it may not be or what it is worth."""
    metrics = json.loads((MODEL / "metrics.json").read_text(encoding="utf-8"))["evaluation"]

    def of(data: str, figure: str, *, counted: bool = True) -> tuple[Any, ...]:
        (result,) = (one for one in metrics if one["data"] == data)
        return (
            *(result["figures"][figure][part] for part in ("value", "low", "high")),
            result["sentences"] if counted else None,
        )

    suite = "suite: fairness"  # of its sentences each figure is of some
    spans = real["spans"]["thresholds"][real["spans"]["default"]]
    agree, order, swaps = real["agree"]["articles (PolNeAR, dev)"], real["order"], real["swaps"]
    # what, what was asked (at most, where negative), what was measured, a remark for either outcome
    rows: list[tuple[str, float, Any, str, str]] = [
        ("real sentences: flags that are right", 0.80, now["all"]["precision"], _THRESHOLD, _CHOSEN),
        ("real sentences: clear marks found", 0.65, now["all"]["recall"], _THRESHOLD, _CHOSEN),
        ("news alone: flags that are right", 0.75, now["news"]["precision"], _THRESHOLD, _CHOSEN),
        ("news alone: clear marks found", 0.60, now["news"]["recall"], _THRESHOLD, _CHOSEN),
        ("sentences of experts (babe-dev): macro-F1", 0.85, of("babe-dev", "macro_f1"), _EXPERTS, ""),
        ("sentences of experts: MCC", 0.71, of("babe-dev", "mcc"), _EXPERTS, ""),
        ("sentences of experts: AUC", 0.925, of("babe-dev", "auc"), _EXPERTS, ""),
        (
            "sentences of experts: calibration error, at most",
            -0.03,
            of("babe-dev", "ece"),
            "Two numbers calibrate all scores; over so few sentences the error is overestimated.",
            "",
        ),
        (
            "words of experts: F1",
            0.60,
            of("babe-dev", "word_f1"),
            "Their guideline is another than the one that the model learned from last: what it flags and what it misses both differ.",
            "",
        ),
        ("MCC where 6 % are biased", 0.22, real["rare"]["unseen"]["mcc"]["score above one half"], _STAND_IN, _STAND_IN),
        ("spans of the press: span F1", 0.40, spans["span f1"], _GUIDELINES, ""),
        ("spans of the press: words, F1", 0.38, spans["word f1"], _GUIDELINES, ""),
        (
            "subjectivity: AUC",
            0.85,
            real["subjectivity"]["dev"]["auc"],
            "Another question than loaded wording, and no set of it was learned from.",
            "",
        ),
        ("groups: accuracy", 0.85, of(suite, "group_accuracy", counted=False), _OWN_SUITE, _OWN_SUITE),
        ("groups: largest gap, at most", -0.10, of(suite, "group_gap", counted=False), _OWN_SUITE, _OWN_SUITE),
        (
            "short facts called biased, at most",
            -0.02,
            of(suite, "factual_called", counted=False),
            _OWN_SUITE,
            _OWN_SUITE,
        ),
        (
            "loaded insertions missed, at most",
            -0.20,
            of(suite, "insertion_missed", counted=False),
            _OWN_SUITE,
            _OWN_SUITE,
        ),
        (
            "other places in real sentences: verdicts that flip, at most",
            -0.01,
            swaps["places"]["verdict"],
            _SWAPPED,
            "",
        ),
        (
            "other persons in real sentences: verdicts that flip, at most",
            -0.015,
            swaps["persons"]["verdict"],
            _SWAPPED,
            "",
        ),
        (
            "reports: score and flags disagree, at most",
            -0.03,
            agree["reports"]["either"],
            "",
            "By construction, below.",
        ),
        (
            "sentences as they stand: score and flags disagree, at most",
            -0.03,
            agree["sentences as they stand"]["either"],
            "Held in reports alone; these are the model's own probabilities.",
            "",
        ),
        (
            "articles: opinion and partisan press above news, AUC",
            0.95,
            order["opinion and partisan press against news (PolNeAR)"]["auc"],
            "Most of the press is a paragraph or two and tells little; its long articles fall short as well, below.",
            "",
        ),
    ]
    lines = ["| what | asked | measured | | why it may fall short, or what it is worth |", "|---|---|---|---|---|"]
    for what, target, estimate, short, worth in rows:
        met = estimate[0] >= target if target > 0 else estimate[0] <= -target
        lines.append(
            f"| {what} | {abs(target):g} | {_finely(*estimate)} | {'reached' if met else '**short**'} | {worth if met else short} |"
        )
    return "\n".join([*lines, "", _beside_what_was_asked(real, now)])  # fmt: skip


def _beside_what_was_asked(real: dict[str, Any], now: dict[str, Any]) -> str:
    """What has to be said of the sets, and further figures of them."""
    rare, unseen = real["rare"], now["unseen"]
    flips = "; ".join(
        f"{what}, {found['sentences']} sentences: {_finely(*found['flag'])} with flags where there were none or none where there were, the score "
        f"moving by {found['mean change']:.3f} in the mean; where the verdict flips it stood {found['mean distance from one half there before']:.3f} "
        f"from one half and moved by {found['mean change where the verdict flips']:.3f}"
        for what, found in real["swaps"].items()
    )
    others = "; ".join(
        f"{part}, {rare[part]['sentences']:,} sentences: "
        + ", ".join(f"{way} {_interval(*estimate)}" for way, estimate in rare[part]["mcc"].items())
        for part in ("unseen", "all")
    )
    return (
        "**What was seen before.** The single sentences of anno-lexical in marks-dev were never learned from with their marks, but nearly all of "
        "them with a label, by other models, of how biased the sentence is: early stages read that collection whole. So what is said of sentences "
        f"of marks-dev as a whole may flatter. Flags where nothing of the kind was learned: right {_interval(*unseen['precision'])}, clear marks found "
        f"{_interval(*unseen['recall'])}.\n\n"
        f"**Where few are biased.** MCC, weighted so that 6 % are, by what decides: {others}.\n\n"
        f"**Subjectivity.** On the training part of that set, which the model did not learn from either: AUC {_interval(*real['subjectivity']['train']['auc'])}.\n\n"
        f"**Swaps** are those of the training code: a country, city or state, or a name or pronoun, for another, each sentence of marks-dev "
        f"three times. {flips[0].upper()}{flips[1:]}."
    )  # fmt: skip


_THRESHOLD = "Flags of lower scores would find more and be wrong more often: the curve in the card."
_CHOSEN = "The threshold was chosen on these sentences."
_EXPERTS = (
    "Stages that learn what editors mark lose some of what these experts called biased: stage by stage in the card."
)
_STAND_IN = "A stand-in: the set that was meant is kept apart. What is debatable is left out, which makes it easier."
_OWN_SUITE = "Of the project's own suite, which shares its making with the training data and says little."
_GUIDELINES = (
    "Another guideline than editors', and a threshold for news; a lower one does better, and not enough, below."
)
_SWAPPED = "It learned from swapped copies of labelled sentences, not of these."


def _finely(value: float | None, low: float | None, high: float | None, count: int | None) -> str:
    if value is None or low is None or high is None:
        return _UNWRITTEN
    return f"{value:.3f} ({low:.3f} to {high:.3f}{'' if count is None else f', n {count:,}'})"


_COMMAND_LINE = """\
`biasdetect article.txt` scores a file; a folder, an address and `-` for standard input do as well, and the options of
`biasdetect score` may follow. Where a file bears the name of a command, write `./score`. `biasdetect help COMMAND`
shows what follows here, and an option or a command that does not exist is answered with the nearest one.

**Completion.** The Tab key completes commands, options, their values and files, once the shell has read this line, in
`~/.bashrc` or `~/.zshrc`:

```
eval "$(_BIASDETECT_COMPLETE=bash_source biasdetect)"
eval "$(_BIASDETECT_COMPLETE=zsh_source biasdetect)"
```

or this one, in `~/.config/fish/completions/biasdetect.fish`:

```
_BIASDETECT_COMPLETE=fish_source biasdetect | source
```

**Progress.** Where `score` takes longer than two seconds, a line on standard error says which document it is at. It is
shown on a terminal alone, and erased at the end.

Generated from the commands by `docs/generate.py`."""


def label_formats() -> str:
    """Exports of annotation tools: what is read, what is told, what is refused; a test holds each line true."""
    exports = json.loads((ROOT / "tests" / "data" / "exports" / "table.json").read_text(encoding="utf-8"))
    lines = ["| export | result | what is said |", "|---|---|---|"]
    for export in exports:
        said = export.get("says", "").replace("|", "\\|")
        lines.append(f"| {export['what']} | {export['result']} | {said} |")
    counts = Counter(export["result"] for export in exports)
    listed = ", ".join(f"{counts[result]} {result}" for result in ("right", "told", "refused"))
    return "\n".join([*lines, "", f"{len(exports)} exports: {listed}."])


def command_line() -> str:
    """docs/integrate/cli.md from the commands' own help."""
    parts = ["# Command line", _COMMAND_LINE]
    # the settings of the command line itself: click remembers the options for help that it made first
    settings = {**cli.context_settings, "max_content_width": 100, "terminal_width": 100}
    for context in _contexts(click.Context(cli, info_name="biasdetect", **settings)):
        with context:
            parts += [f"## {context.command_path}", f"```\n{context.command.get_help(context).strip()}\n```"]
    return "\n\n".join(parts) + "\n"


def _contexts(context: click.Context) -> Iterator[click.Context]:
    """A command as it is called, and those below it."""
    yield context
    if isinstance(context.command, click.Group):
        for name, inner in sorted(context.command.commands.items()):
            yield from _contexts(click.Context(inner, info_name=name, parent=context))


def experiments() -> str:
    """training/experiments.md from what training/experiments.py recorded."""
    records = json.loads((ROOT / "training" / "experiments.json").read_text(encoding="utf-8"))
    columns = list(_COLUMNS)
    parts = [
        "# Experiments",
        "What was tried for the shipped model, on development data (docs/develop/training.md). Figures are the mean over the "
        "seeds, with the standard deviation where there is more than one; calibration and threshold are fitted for each "
        "network. A difference is paired, sentence by sentence, with its 95 % bootstrap interval: an interval that "
        "holds 0 decides nothing. Generated from `experiments.json` by `docs/generate.py`.",
        "| experiment | seeds | " + " | ".join(_COLUMNS[name] for name in columns) + " |\n"
        "|---|---|" + "---|" * len(columns) + "\n"
        + "\n".join(
            f"| {record['name']} | {len(record['seeds'])} | "
            + " | ".join(_spread([seed[name] for seed in record["seeds"] if name in seed]) for name in columns)
            + " |"
            for record in records
        ),
    ]  # fmt: skip
    for record in records:
        text = f"**{record['name']}.** {record['tried']} {record['verdict']}"
        for name, (value, low, high) in record.get("difference", {}).items():
            text += f" Paired difference in {_COLUMNS.get(name, name)}: {value:+.3f} ({low:+.3f} to {high:+.3f})."
        parts.append(text)
    parts += ["## Whose words, by stage", _voice_by_stage()]
    return "\n\n".join(parts) + "\n"


def _voice_by_stage() -> str:
    """How well each stage's network tells whose words they are, as training/voice_by_stage.py recorded it."""
    recorded = json.loads((ROOT / "training" / "voice-by-stage.json").read_text(encoding="utf-8"))
    parts = ("others", "others, outside of marks", "sources")
    first = next(iter(recorded.values()))
    lines = [
        f"Words of PolNeAR's development part ({first['sentences']:,} sentences) that are somebody else's ({first[parts[0]]['words']:,}; "
        f"{first[parts[1]]['words']:,} of them outside of quotation marks) or name who speaks ({first[parts[2]]['words']:,}), by the network "
        "alone, a word where its mean logit is above 0; F1 with 95 % intervals over articles "
        "(`python training/voice_by_stage.py`). A stage has learned what those before it did and more, and some are interpolated from "
        "others (`training/recipes/en-small.toml`): the table tells stages apart, not sources. What a source adds by itself would "
        "take a training without it for each, which was not done.",
        "",
        "| stage | others' words: precision | recall | F1 | outside of marks: precision | recall | F1 | who speaks: precision | recall | F1 |",
        "|---" * 10 + "|",
    ]
    for stage, found in recorded.items():
        cells = [
            f"{found[part]['precision']:.3f} | {found[part]['recall']:.3f} | {found[part]['f1']:.3f} ({found[part]['low']:.3f} to {found[part]['high']:.3f})"
            for part in parts
        ]
        lines.append(f"| {stage} | {' | '.join(cells)} |")
    return "\n".join(lines)


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


def _spread(values: list[float]) -> str:
    if not values:  # of a time when nothing of the kind was measured
        return ""
    mean = statistics.mean(values)
    return f"{mean:.3f}" + (f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else "")


def own_corpus() -> str:
    """The shipped model and the one of the own corpus alone, on the sets that both were measured on."""
    shipped = json.loads((MODEL / "metrics.json").read_text(encoding="utf-8"))["evaluation"]
    recorded = json.loads((ROOT / "training" / "own-corpus.json").read_text(encoding="utf-8"))
    own = recorded["evaluation"]
    lines = []
    for ours in shipped:
        theirs = next((result for result in own if result["data"] == ours["data"]), None)
        if theirs:
            lines += [f"| **{ours['data']}**, {ours['sentences']} texts | | |"]
            lines += [
                f"| {label(name)} | {shown(Figure(name, **ours['figures'][name]))} | "
                f"{shown(Figure(name, **theirs['figures'][name]))} |"
                for name in ours["figures"]
                if name in theirs["figures"] and ours["figures"][name]["value"] is not None
            ]
    table = "\n".join(["| | shipped model | own corpus alone |", "|---|---|---|", *lines])
    return f"{table}\n\n{_learned_from(recorded['records'])}"


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
    recorded = json.loads((ROOT / "benchmarks" / "retraining.json").read_text(encoding="utf-8"))
    blocks = {
        name: "\n\n".join(_shell(recorded["walk"][number]) for number in numbers) for name, numbers in _WALK.items()
    }
    blocks["retraining"] = "\n\n".join(
        made(recorded[name])
        for name, made in (("speed", _speed), ("german", _german), ("forgetting", _forgetting), ("refusal", _refusal))
        if name in recorded  # a step that was not run yet says nothing
    )  # fmt: skip
    blocks["selection"] = selection()
    return blocks


def selection() -> str:
    """How many labels the choice of sentences saves, from what the simulation recorded."""
    recorded = json.loads((ROOT / "benchmarks" / "selection.json").read_text(encoding="utf-8"))
    parts = [
        "![Macro-F1 by number of labelled sentences, chosen and random](../pictures/selection.svg)",
        "| learner, starting from 100 random labels | so many random labels | macro-F1 | reached by so many chosen ones | mean gain in macro-F1 (95 %) |\n|---|---|---|---|---|",
    ]
    titles = {
        "continued": "the network, going on from weights that know the task",
        "network": "the network, from the pretrained encoder",
        "probe": "logistic regression on the pretrained encoder",
    }
    rows = []
    for name, title in titles.items():
        result = recorded[name]
        gain = result["gain in macro_f1, mean over the rounds after the first"]
        shown_gain = f"{gain['mean']:+.3f} ({gain['interval'][0]:+.3f} to {gain['interval'][1]:+.3f}), {gain['seeds that gain']} of {result['seeds']} seeds"  # fmt: skip
        for number, row in enumerate(result["labels that do what random ones do"]):
            needed = row["labels when chosen"]
            first, last = ("", "") if number else (title, shown_gain)
            rows.append(f"| {first} | {row['random labels']} | {row['macro_f1']:.3f} | {'not reached' if needed is None else needed} | {last} |")  # fmt: skip
    parts[1] += "\n" + "\n".join(rows)
    verdicts = []
    for name, title in titles.items():
        low, high = recorded[name]["gain in macro_f1, mean over the rounds after the first"]["interval"]
        word = "helped" if low > 0 else "did harm" if high < 0 else "made no certain difference"
        verdicts.append(f"for {title}, choosing {word}")
    parts.append(f"So {'; '.join(verdicts)}. The first is what `biasdetect train` does on the shipped model, save that the simulation's weights had not seen these labels.")  # fmt: skip
    return "\n\n".join(parts)


def editors() -> dict[str, str]:
    """The blocks of docs/integrate/editors.md, from what the language server's benchmark recorded."""
    recorded = json.loads((ROOT / "benchmarks" / "lsp.json").read_text(encoding="utf-8"))
    times = recorded["changes"]
    lines = [
        f"{'→' if sender == 'editor' else '←'} {name}{f'  {_short(said)}' if said else ''}"
        for sender, name, said in recorded["session"]
    ]
    return {
        "lsp-time": (
            f"In an article of {times['words']} words, from the end of that pause to the marks of a changed paragraph of three "
            f"new sentences: {times['median']} ms in the median of {times['changes']} changes, {times['slowest']} ms in the "
            f"slowest, on a machine of {times['cores']} cores; {times['processor_time']} ms of processor time each; {times['opened']} ms where the whole article is new."
        ),
        "lsp-session": "```\n" + "\n".join(lines) + "\n```",
    }  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= 700 else f"{text[:699]}…"


_ARTICLES = [
    {"url": "n1", "outlet": "Lirna Post", "text": "The shameless mayor left. She will return in May."},
    {"url": "n2", "outlet": "Orsa Daily", "text": "The council met on Monday."},
    {"url": "n3", "outlet": "Orsa Daily", "text": "The shameless mayor left; she will return in May!"},
    {"url": "n4", "outlet": "Orsa Daily", "text": ""},
]


def corpora() -> dict[str, str]:
    """The blocks of docs/research/corpora.md: an example that is run, and what the benchmark recorded."""
    command = ["corpus", "articles.jsonl", "--out", "scored.jsonl", "--id-column", "url", "--workers", "1"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = "".join(json.dumps(article) + "\n" for article in _ARTICLES)
        (folder / "articles.jsonl").write_text(given, encoding="utf-8")
        whole = [sys.executable, "-m", "biasdetect", *command]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        code = subprocess.run(whole, cwd=folder, env=environment, stderr=subprocess.PIPE, check=False).returncode
        rows = [json.loads(line) for line in (folder / "scored.jsonl").read_text(encoding="utf-8").splitlines()]
        errors = (folder / "scored.jsonl.errors.jsonl").read_text(encoding="utf-8")
    columns = ("article", "reprint_of", "outlet", "sentence", "text", "score", "phrases")
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for row in rows:
        found = "; ".join(
            f"{phrase['text']} ({phrase['category']} {phrase['score']:.2f})" for phrase in row["phrases"] or []
        )
        cells = ["" if row[column] is None else str(row[column]) for column in columns[:-1]]
        lines.append(f"| {' | '.join(cells)} | {found} |")
    example = (
        f"```console\n$ cat articles.jsonl\n{given}$ biasdetect {' '.join(command)}\n```\n\nSome of the columns of `scored.jsonl`:\n\n"
        + "\n".join(lines)
        + f"\n\nThe exit code is {code}, and `scored.jsonl.errors.jsonl` says why:\n\n```json\n{errors.strip()}\n```"
    )
    return {"corpora-example": example, "corpora-cost": _corpus_cost()}


def _corpus_cost() -> str:
    recorded = json.loads((ROOT / "benchmarks" / "corpus.json").read_text(encoding="utf-8"))
    small, large = recorded["memory"]
    lines = [
        "![Time per article and peak of memory by number of articles](../pictures/corpus.svg)",
        "",
        f"**Memory** does not grow with the corpus: at its peak {small['peak_mb']:,.0f} MB at {small['articles']:,} articles and "
        f"{large['peak_mb']:,.0f} MB at {large['articles']:,} ({large['peak_mb'] / small['peak_mb'] - 1:+.1%}), all processes of "
        f"{large['workers']} workers together. The articles are generated, of "
        f"{large['sentences'] / (large['articles'] - large['reprints']):.0f} sentences; the model was run on the first "
        f"{large['run_by_model']:,}, whose reports were given back for the rest; reading, signatures, the index of reprints, rows, parts and the table were done for all. Pages that processes share are counted for each.",
        "",
        "**Time** is proportional to the articles:",
        "",
        "| articles | ms per article | of which all but the model |",
        "|---|---|---|",
        *(
            f"| {run['articles']:,} | {run['ms_per_article']:.1f} | {run['ms_per_article_without_model']:.2f} |"
            for run in recorded["time"]
        ),
        "",
        f"CPU time, generated articles of {recorded['time'][-1]['sentences'] / (recorded['time'][-1]['articles'] - recorded['time'][-1]['reprints']):.0f} "
        f"sentences, one worker. The model was run on the first {recorded['time'][-1]['run_by_model']}; for the rest its recorded cost per "
        "token was added, so what the table shows to be proportional is all but the model, which keeps nothing from one article to the next.",
    ]
    return "\n".join(lines)


_PRICE = 0.04  # of a core for an hour: a parameter of the table
_ARTICLE = 20  # sentences
_MANY = 100_000_000  # articles


def scaling() -> str:
    """What many articles cost, from the measured rates."""
    recorded = json.loads((ROOT / "benchmarks" / "corpus.json").read_text(encoding="utf-8"))
    one, two = recorded["speed"]
    rate = two["sentences_per_cpu_second"]
    hours = _MANY * _ARTICLE / rate / 3600
    compared = recorded["compare"]["articles_per_second_up_to"]
    slowest = min(compared.values())
    lines = [
        f"Measured: **{rate:.0f} sentences per second and core** with {two['workers']} workers of one core each, "
        f"{one['sentences_per_cpu_second']:.0f} with one (CPU time, everything from the file to the stored rows; {two['articles']} and "
        f"{one['articles']} articles of {two['sentences'] / (two['articles'] - two['reprints']):.0f} sentences).",
        "",
        f"{_MANY / 1e6:.0f} million articles of {_ARTICLE} sentences then take {_MANY / 1e6:.0f}e6 × {_ARTICLE} / {rate:.0f} / 3600 = {hours:,.0f} "
        f"core hours. At {_PRICE} a core and hour, which is a number to replace by your own, that is {hours * _PRICE:,.0f}. Reprints cost nothing of it. "
        "This is computed from the rate, and was not run:",
        "",
        "| cluster | days | sentences per second |",
        "|---|---|---|",
        *(f"| {cores:,} cores | {hours / cores / 24:.1f} | {rate * cores:,.0f} |" for cores in (64, 256, 1024)),
        "",
        f"Comparing for reprints is done by one process, before the scoring begins. Looking up and storing alone went from "
        f"{max(compared.values()):,} signatures a second to {slowest:,} while the index grew to {max(map(int, compared)):,}, and it was measured "
        f"no further: at that last rate {_MANY / 1e6:.0f} million would take {_MANY / slowest / 3600:.1f} hours, and it will be more. For so many "
        "articles, score by year or by outlet, a run each, where reprints need not be found across them.",
        "",
        "All of it was measured on a machine of two cores that had other work to do at the time; CPU time grows somewhat by that.",
    ]
    return "\n".join(lines)


def speed() -> dict[str, str]:
    """The blocks of docs/develop/speed.md and README's, from what the benchmark and the model recorded."""
    recorded = json.loads((ROOT / "benchmarks" / "speed.json").read_text(encoding="utf-8"))
    return {
        "speed": f"{_machine(recorded['machine'])}\n\n{_starts(recorded['start'])}\n\n{_rates(recorded)}",
        "parity": _parity(json.loads((MODEL / "metrics.json").read_text(encoding="utf-8"))["quantized"]),
        "eight-bits": _eight_bits(json.loads((ROOT / "benchmarks" / "eight-bits.json").read_text(encoding="utf-8"))),
        "early-exit": _early_exit(json.loads((ROOT / "benchmarks" / "eight-bits.json").read_text(encoding="utf-8"))),
        "speed-in-short": _in_short(recorded),
        "targets": _targets(recorded),
    }


def _machine(machine: dict[str, Any]) -> str:
    libraries = ", ".join(f"{name} {machine[name]}" for name in ("onnxruntime", "torch", "transformers", "python"))
    return f"{machine['processor']}, {machine['cores']} cores ({', '.join(machine['instructions'])}); {libraries}; {machine['model']}."  # fmt: skip


def _starts(start: dict[str, Any]) -> str:
    lines = [
        f"**One article** of {start['words']} words, {start['sentences']} sentences, from the start of the process to its end:",
        "",
        "| | seconds | peak memory, MB |",
        "|---|---|---|",
        *(f"| `{name}` | {row['seconds']:.2f} | {row['peak MB']:.0f} |" for name, row in start["rows"].items()),
        "",
        "Where the time goes, one step after the other (the command loads the model while it reads): "
        + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in start["steps"].items()) + ".",
    ]  # fmt: skip
    return "\n".join(lines)


def _rates(recorded: dict[str, Any]) -> str:
    rates, lengths, again = recorded["throughput"], recorded["lengths"], recorded["again"]
    lines = [
        f"**Many sentences** of {rates['tokens']:.0f} tokens on average, all distinct, in articles; reading, sentences, voice "
        "and phrases are in our figures:",
        "",
        "| | which | sentences a second | times the first |",
        "|---|---|---|---|",
        *(f"| {row['what']} | {row.get('mix', '')} | {row['rate']:.1f} | {row['ratio']:.1f} |" for row in rates["rows"]),
        "",
        f"Short and long sentences together take {lengths['together / apart']:.2f} of the time that they take apart. Articles "
        f"scored a second time take {again['again / first']:.0%} of the first.",
        "",
        "| threads of one process, plain sentences, loading included | exact | fast |",
        "|---|---|---|",
        *(f"| {row['threads']} | {row['OnnxRuntime']:.0f} a second | {row['FastRuntime']:.0f} a second |" for row in recorded["threads"]),
    ]  # fmt: skip
    return "\n".join(lines)


def _parity(record: dict[str, Any]) -> str:
    ways = ("eight bits alone", "exact where near a decision")
    lines = [
        f"Beside the exact graph, on {record['sentences']:,} sentences that it was not fitted on:",
        "",
        f"| | {' | '.join(ways)} |",
        "|---|---|---|",
        *(f"| {name} | {' | '.join(f'{record[way][name]:.2g}' for way in ways)} |" for name in record[ways[0]]),
        "",
        f"Of these sentences, most of them chosen for being hard to tell, {record['computed exactly']:.0%} were computed exactly.",
    ]
    return "\n".join(lines)


def _eight_bits(recorded: dict[str, Any]) -> str:
    lines = [
        f"On {recorded['sentences']} sentences ({recorded['of']}), one thread; the exact graph does {recorded['exact a second']:.0f} a second:",
        "",
        "| | sentences a second | mean difference | largest | decided otherwise, per 1,000 |",
        "|---|---|---|---|---|",
        *(
            f"| {row['what']} | {row['a second']:.0f} | {row['mean difference']:.4f} | {row['largest difference']:.2f} | "
            f"{row['decided otherwise, per 1,000']:.0f} |"
            for row in recorded["rows"]
        ),
        "",
        "Mean difference with one thing in eight bits and all else exact: "
        + "; ".join(f"{row['what']} {row['mean difference']:.4f}" for row in recorded["alone"]) + ".",
    ]  # fmt: skip
    return "\n".join(lines)


def _early_exit(recorded: dict[str, Any]) -> str:
    tried = recorded["early exit"]
    lines = [
        f"{tried['model']}, limits chosen on {tried['chosen on']:,} sentences of PolNeAR's development part and measured on "
        f"{tried['measured on']:,} others:",
        "",
        f"| limits | leave after layer {tried['layer']} | decided otherwise, per 1,000 | a word's voice decided otherwise, per 1,000 | speed |",
        "|---|---|---|---|---|",
        *(
            f"| {row['limits']} | {row['leave']:.0%} | {row['decided otherwise, per 1,000']:.1f} | "
            f"{row['words of another voice, per 1,000']:.1f} | {row['rate']:.2f} times |"
            for row in tried["rows"]
        ),
    ]
    return "\n".join(lines)


def _in_short(recorded: dict[str, Any]) -> str:
    score, machine = recorded["start"]["rows"]["biasdetect score article.txt"], recorded["machine"]
    slowest, *_, fastest = sorted(_corpus_rows(recorded, "fast"), key=lambda row: row["rate"])
    return (
        f"On {machine['cores']} cores of {machine['processor']} ({', '.join(machine['instructions'])}), `biasdetect corpus` does "
        f"{slowest['rate']:.0f} sentences a second of {slowest['mix']}, {slowest['ratio']:.0f} times a roberta-base classifier in a "
        f"transformers pipeline with its defaults, and {fastest['rate']:.0f} ({fastest['ratio']:.0f} times) of {fastest['mix']}. An "
        f"article of {recorded['start']['words']} words takes {score['seconds']:.2f} s and {score['peak MB']:.0f} MB from the start of "
        "the process to its end. On a processor with AVX2 alone it was not measured."
    )


def _corpus_rows(recorded: dict[str, Any], precision: str) -> list[dict[str, Any]]:
    return [row for row in recorded["throughput"]["rows"] if f"corpus, {precision}" in row["what"]]


def _targets(recorded: dict[str, Any]) -> str:
    """What speed was aimed at beside what was reached, and what each step gave where that is recorded."""
    read = {name: json.loads((ROOT / "benchmarks" / f"{name}.json").read_text(encoding="utf-8")) for name in ("stages", "eight-bits", "outlet")}  # fmt: skip
    start = recorded["start"]["rows"]["biasdetect score article.txt"]
    lines = ["| aim, on two cores | reached |", "|---|---|"]
    for aim, precision, share in _AIMS:
        found = [row for row in _corpus_rows(recorded, precision) if share in row["mix"]]
        reached = "; ".join(f"{row['ratio']:.1f} times ({row['mix']})" for row in found) or "not recorded yet"
        lines.append(f"| `biasdetect corpus`{', exact' if precision == 'exact' else ''}, {aim} | {reached} |")
    lines += [
        f"| one article in 0.5 s and 250 MB at most | {start['seconds']:.2f} s, {start['peak MB']:.0f} MB |",
        "| the same on a processor with AVX2 alone | not measured: the machine at hand has "
        f"{', '.join(recorded['machine']['instructions'])} |",
    ]
    eight = {row["mix"]: row["rate"] for row in _corpus_rows(recorded, "fast")}
    gains = [rate / row["rate"] for row in _corpus_rows(recorded, "exact") if (rate := eight.get(row["mix"]))]
    exits, passes = read["eight-bits"]["early exit"]["rows"], read["outlet"]["passes"]
    threads = recorded["threads"][0]
    before = passes["sentences"] + 2 * passes["both speak"]
    model = read["stages"]["the model, each sentence once"]["milliseconds"] / read["stages"]["all of it: detector.score"]["milliseconds"]  # fmt: skip
    inside = (
        "; ".join(f"{share:.0%} {precision}" for precision, share in recorded["inside onnxruntime"].items())
        if "inside onnxruntime" in recorded
        else f"not recorded yet; with tokens and decoding, {model:.0%} of one article's (`benchmarks/stages.py`{_of_model(read['stages'])})"
    )
    lines += [
        "",
        "| step | what it gave |",
        "|---|---|",
        f"| one pass for the words of the outlet and of others | {passes['sentences']:,} texts run for PolNeAR's development part and not {before:,}: "
        f"in {passes['both speak']:,} of its sentences both speak |",
        f"| eight bits, whole runs of `biasdetect corpus` | {min(gains):.2f} to {max(gains):.2f} times |",
        f"| eight bits, plain sentences, one thread | {threads['FastRuntime'] / threads['OnnxRuntime']:.2f} times |",
        "| early exit, built and left out | "
        + "; ".join(f"{row['rate']:.2f} times ({row['limits']})" for row in exits)
        + " |",
        "",
        f"Share of `Detector.score` inside ONNX Runtime: {inside}. For each token the layers of roberta-base multiply "
        f"{_weights('roberta-base') / 1e6:.0f} million weights, ours {_weights('same encoder') / 1e6:.1f} million, "
        f"{_weights('roberta-base') / _weights('same encoder'):.0f} times fewer.",
    ]
    return "\n".join(lines)


_AIMS = (
    ("60 times where one sentence in six is loaded", "fast", "one in six"),
    ("40 times where half are", "fast", "half of the sentences"),
    ("40 times where half are, of real news", "fast", "news sentences (anno-lexical)"),
    ("25 times", "exact", ""),
)
_SIZES = {"roberta-base": (12, 768, 3072), "same encoder": (6, 384, 1536)}  # layers, width, inner width


def _weights(encoder: str) -> int:
    """Weights of an encoder's layers by which the state of every token is multiplied."""
    layers, width, inner = _SIZES[encoder]
    return layers * (4 * width * width + 2 * width * inner)


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
    split, texts = recorded["split"], recorded["texts"]
    lines = ["| | the English model | trained on the German labels |", "|---|---|---|"]
    for name, figure in recorded["after"].items():
        if name in ("macro_f1", "auc", "ece", "word_f1", "phrase_recall", "plain_flagged"):
            cells = (shown(Figure(name, **values)) for values in (recorded["before"][name], figure))
            lines.append(f"| {label(name)} | {' | '.join(cells)} |")
    return (
        f"**{recorded['labels']} German sentences** (`examples/labels/german.jsonl`, our own), `biasdetect train german.jsonl "
        f"--language de --out models/german`: {split['train']} to train on, {split['development']} for the epoch and the "
        f"calibration, {texts} kept apart for these figures, with 95 % intervals.\n\n"
        + "\n".join(lines)
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
    lines = [
        "**What labels of one narrow topic do to the old development figures**; in brackets the change:",
        "",
        "| | " + " | ".join(names.values()) + " |",
        "|---" * (len(names) + 1) + "|",
        "| before | " + " | ".join(f"{recorded['before'][data][name]:.3f}" for data, name in names) + " |",
    ]
    for topic, result in recorded["topics"].items():
        for arm, figures in result["arms"].items():
            cells = [
                f"{figures[data][name]:.3f} ({figures[data][name] - recorded['before'][data][name]:+.3f})"
                for data, name in names
            ]
            lines.append(f"| {result['labels']} on {topic}: {arm} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _refusal(recorded: dict[str, Any]) -> str:
    reasons = "\n".join(f"- {reason}" for reason in recorded["reasons"])
    code = recorded.get("stopped_with")
    stopped = f"exit code {code} before any training; with `--trust-labels` " if code else ""
    return (
        f"**Labels turned into their opposite**, {recorded['labels']} of them, with `--replace`: {stopped}exit code "
        f"{recorded['exit_code']}, the old model stays.\n\n{reasons}"
    )


def _filled(path: Path, blocks: dict[str, str]) -> str:
    text = path.read_text(encoding="utf-8")
    for name, content in blocks.items():
        block = f"<!-- generated: {name} -->\n{content}\n<!-- end -->"
        text = re.sub(
            rf"<!-- generated: {name} -->.*?<!-- end -->", lambda _, block=block: block, text, flags=re.DOTALL
        )
    return text


def suggestions() -> str:
    """How good the suggestions are, as benchmarks/suggestions.py recorded it."""
    recorded = json.loads((ROOT / "benchmarks" / "suggestions.json").read_text(encoding="utf-8"))
    told = recorded["figures"]
    flagged, offered = told["flagged"], told["with a suggestion"]
    times = recorded["milliseconds for the example article"]
    rows = {
        "phrases of the outlet in development data, none of which wording was learned from": f"{told['phrases']}",
        "found by the model": f"{flagged}",
        "of these, with a suggestion": f"{offered} ({offered / flagged:.0%})",
        "of these, with the corpus's own neutral wording": f"{told['corpus wording among them']} ({told['corpus wording among them'] / offered:.0%})",
        "overlap with that wording (F1 of words taken out and put in), mean of the best": f"{told['overlap with the corpus wording, the best']:.2f}",
        "sentences whose score falls below 0.5 with the best": f"{told['lowest score below 0.5']} ({told['lowest score below 0.5'] / offered:.0%})",
        "score before, and after the first suggestion, mean": f"{told['score before, mean']:.2f}, {told['score after the first, mean']:.2f}",
        "scoring the example article, with suggestions and without": f"{times['with suggestions']:.0f} and {times['without']:.0f} ms ({recorded['machine']})",
    }
    table = "\n".join(["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows.items())])
    kinds = ", ".join(
        f"{category} {counts['with a suggestion']} of {counts['flagged']}"
        for category, counts in told["by category"].items()
    )
    return f"{table}\n\nPhrases with a suggestion, by category: {kinds}.\n\n{_read_blind()}"


def _read_blind() -> str:
    """What readers who saw no scores said of first suggestions on research data, as benchmarks/rewordings.py recorded it."""
    recorded = json.loads((ROOT / "benchmarks" / "rewordings.json").read_text(encoding="utf-8"))
    blind, wikibias = recorded["blind"], recorded["wikibias"]
    edits, agreement, safe = blind["with a suggestion"], blind["agreement"], blind["groups"]["safe"]
    readers = "; ".join(
        f"{answers.get('g', 0)} of {edits} signed, {answers.get('b', 0)} break the sentence, {answers.get('m', 0)} say something else, "
        f"{answers.get('p', 0)} help nothing"
        for answers in blind["readers"].values()
    )
    return (
        f"**Read blind, on real text.** In articles and paragraphs of the development parts of research data, "
        f"{blind['flagged']} phrases were flagged and {edits} ({edits / blind['flagged']:.0%}) had wording. Two readers judged the "
        f"first suggestion of each without seeing scores: {readers}. They agree on {agreement['share']:.0%} (Cohen's kappa "
        f"{agreement['kappa']:.2f}); both sign {blind['both sign']} ({blind['both sign'] / edits:.0%}), at least one "
        f"{blind['one signs']} ({blind['one signs'] / edits:.0%}). Of the {safe['edits']} that are safe, both sign {safe['both sign']}, "
        f"and {safe['another meaning']} say something else to one of them.\n\n"
        f"**Beside edits that people made.** Of {wikibias['of them found']} sentences of Wikipedia (WIKIBIAS) that one edit made neutral "
        f"and in which the model flags the words, {wikibias.get('none offered', 0)} get no wording, {wikibias.get('same', 0)} the editor's "
        f"own and {wikibias.get('another', 0)} another."
    )


def suggestions_asked() -> str:
    """What suggestions were asked to reach, and what was measured."""
    read = json.loads((ROOT / "benchmarks" / "rewordings.json").read_text(encoding="utf-8"))
    made = json.loads((ROOT / "benchmarks" / "edits.json").read_text(encoding="utf-8"))
    speed = json.loads((ROOT / "benchmarks" / "speed.json").read_text(encoding="utf-8"))
    judge = json.loads((MODEL / "metrics.json").read_text(encoding="utf-8"))["edits"]
    blind, found, own = read["blind"], read["coverage"]["all"], made["blind"]
    edits = blind["with a suggestion"]
    signed = " and ".join(f"{answers.get('g', 0) / edits:.1%}" for answers in blind["readers"].values())
    first_read, own_read = read["blind, as read"], made["blind, as read"]
    as_read = " and ".join(
        f"{answers.get('g', 0) / first_read['with a suggestion']:.1%}" for answers in first_read["readers"].values()
    )
    meant = " and ".join(str(answers.get("m", 0)) for answers in blind["readers"].values())
    sets = {name: made[name] for name in ("caution", "negation-number", "predicates")}
    touched = ", ".join(f"{one['harmful']} of {one['with a suggestion']} ({name})" for name, one in sets.items())
    apart = own["sets"]
    own_meant = ", ".join(f"{apart[name]['another meaning']} of {apart[name]['edits']}" for name in sets)
    read_sets = own_read["sets"]
    read_meant = ", ".join(f"{read_sets[name]['another meaning']} of {read_sets[name]['edits']}" for name in sets)
    step = speed["start"]["steps"]["suggestions"]
    auc = ", ".join(
        f"{judge[kind]['with the network']['auc']:.2f} for {what}"
        for kind, what in (("deletion", "deletions"), ("word", "words"), ("rephrasing", "rephrasings"))
    )
    passing = ", ".join(
        f"{made['verdicts'][name]['pass'] / made['verdicts'][name]['edits']:.0%} of {made['verdicts'][name]['edits']}"
        for name in ("good", "grammar", "meaning")
    )
    rows = [
        (
            "first suggestions that a blind reader signs, real text",
            "97 %",
            f"{as_read} as read (n {first_read['with a suggestion']}); {signed} of those that rules made since leave (n {edits})",
        ),
        ("of these, that say something else to a reader", "0", f"{meant} of {edits}"),
        (
            f"marked wording that is found and has a suggestion, {read['coverage']['side']} side of the marks",
            "50 %",
            f"{found['with a suggestion'] / found['found']:.0%} ({found['with a suggestion']} of {found['found']})",
        ),
        ("written traps: edits that take away what is marked as staying", "0", touched),
        (
            "the same sets read blind: edits that say something else to one of two readers",
            "0",
            f"{read_meant} as read; {own_meant} of those left",
        ),
        (
            "written pairs that differ in one place and pass the bare judge at two bounds: good, broken, of another meaning",
            "70 %, 1 %, 1 %",
            passing,
        ),
        ("how well a judge learned so ranks edits of sentences that it did not see (AUC)", "", auc),
        ("time that suggestions add to one article", "60 ms", f"{step * 1000:.0f} ms"),
    ]
    lines = [
        "| what | asked | measured |",
        "|---|---|---|",
        *(f"| {what} | {asked} | {figure} |" for what, asked, figure in rows),
    ]
    return "\n".join(lines)


def suggestions_in_full() -> str:
    """What is offered in three written reports with much loaded wording, and the written edits that a reader rejects."""
    made = json.loads((ROOT / "benchmarks" / "edits.json").read_text(encoding="utf-8"))
    parts = []
    for name, case in made["cases"].items():
        offered = "; ".join(
            f"*{words}* → {f'*{new}*' if new else 'nothing'} ({'wider, ' if relation == 'wider' else ''}{grade})"
            for words, new, grade, relation in case["offered"]
        )
        diff = "\n".join(f"- {before}\n+ {after}" for before, after in case["changed"])
        parts.append(
            f"**`{name}.txt`**: {case['flagged']} flagged, {len(case['offered'])} with wording, {case['advice alone']} with advice. "
            f"Offered: {offered}. What `--fix=safe` changes:\n\n```diff\n{diff}\n```"
        )
    rejected = [f"- `{edit['verdicts']}` {edit['line']}" for edit in made["blind"]["rejected"]]
    total = made["blind"]["with a suggestion"]
    parts.append(
        f"Of {total} first suggestions in the written sets both readers sign {made['blind']['both sign']}. The others, with both "
        "verdicts (`g` signed, `b` breaks the sentence, `m` says something else, `p` helps nothing):\n\n"
        + "\n".join(rejected)
    )
    return "\n\n".join(parts)


def privacy() -> str:
    """What commands left behind and whom they called, as the benchmark recorded it."""
    recorded = json.loads((ROOT / "benchmarks" / "privacy.json").read_text(encoding="utf-8"))
    lines = ["| run | seconds | files left | called |", "|---|---|---|---|"]
    lines += [
        f"| {row['what']} | {row['seconds']} | {'<br>'.join(row['left']) or 'none'} | {'<br>'.join(row['called']) or 'nobody'} |"
        for row in recorded["checks"]
    ]
    return "\n".join(lines) + "\n\nFiles beside those that the table above names."


def rooms() -> str:
    """The rooms of the package from the top down, from the contracts that import-linter holds them to."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    lines = ["| | room | what it does |", "|---|---|---|"]
    for contract in contracts:
        for container in contract.get("containers", ()):
            folder = ROOT.joinpath(*container.split("."))
            for level, layer in enumerate(contract["layers"], start=1):
                for name in layer.split(" | "):
                    place = folder / name
                    module = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
                    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
                    shown_name = f"`{place.relative_to(ROOT / 'biasdetect')}{'/' if place.is_dir() else '.py'}`"
                    what = docstring.split("\n")[0].replace("``", "`")
                    lines.append(f"| {level if container == 'biasdetect' else ''} | {shown_name} | {what} |")
    return "\n".join(lines)


def mutation() -> str:
    """How many small mistakes in central modules the tests notice, room by room, as the benchmark recorded it."""
    recorded = json.loads((ROOT / "benchmarks" / "mutation.json").read_text(encoding="utf-8"))
    rooms: dict[str, list[dict[str, Any]]] = {}
    for module, figures in recorded.items():
        rooms.setdefault(module.partition("/")[0], []).append(figures)
    lines = ["| room | modules | possible | tried | killed |", "|---|---|---|---|---|"]
    for room, modules in [*rooms.items(), ("all", list(recorded.values()))]:
        possible, tried, killed = (sum(figures[name] for figures in modules) for name in ("mutants", "tried", "killed"))
        lines.append(f"| {room} | {len(modules)} | {possible} | {tried} | {killed} ({killed / tried:.0%}) |")
    return "\n".join(lines)


def generated() -> dict[Path, str]:
    """Every generated file with the content that it should have."""
    how_fast = speed()
    blocks = {
        "README.md": {
            "report": report(),
            "real-article": real_article(),
            "formats": formats(),
            "figures": figures(),
            "real-sentences": real_sentences(),
            "speed-in-short": how_fast["speed-in-short"],
        },
        "docs/privacy.md": {"privacy": privacy()},
        "docs/edit/documents.md": {"reading": reading(), "pages": pages(), **documents()},
        "docs/edit/suggestions.md": {
            "suggestions": suggestions(),
            "suggestions-asked": suggestions_asked(),
            "suggestions-in-full": suggestions_in_full(),
        },
        "docs/research/corpora.md": corpora(),
        "docs/research/real-text.md": real_text(),
        "docs/research/scaling.md": {"scaling": scaling()},
        "docs/integrate/editors.md": editors(),
        "docs/annotate/formats.md": {"label-formats": label_formats()},
        "docs/annotate/retraining.md": retraining(),
        "docs/develop/architecture.md": {"rooms": rooms(), "one-pass": one_pass()},
        "docs/develop/tests.md": {"mutation": mutation()},
        "docs/develop/training.md": {"own-corpus": own_corpus()},
        "docs/develop/speed.md": how_fast,
    }
    return {
        **{ROOT / page: _filled(ROOT / page, filling) for page, filling in blocks.items()},
        ROOT / "docs" / "integrate" / "cli.md": command_line(),
        ROOT / "training" / "experiments.md": experiments(),
    }


def main() -> int:
    """Write what has changed; with --check, exit with 1 where something has."""
    stale = {
        path: text
        for path, text in generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        print(f"{'stale' if '--check' in sys.argv else 'wrote'}: {path.relative_to(ROOT)}")
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
