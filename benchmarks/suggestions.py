r"""How good the suggestions are: python benchmarks/suggestions.py (--record: write benchmarks/suggestions.json).

Measured on the labelled phrases of training/corpus/dev.jsonl, of which no wording was learned: what is offered for those
that the model finds, whether it is the corpus's own neutral wording, and how far the score falls. How
good they are on text of others, readers say who see no scores: benchmarks/rewordings.py.
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import biasdetect
from biasdetect.results import Phrase, Sentence, Suggestion, Voice

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "biasdetect-en-small"
RECORD = ROOT / "benchmarks" / "suggestions.json"
OWN = tuple(voice for voice in Voice if voice.counts)
RUNS = 9


def items(detector: biasdetect.Detector) -> list[dict[str, Any]]:
    """The labelled phrases of the outlet, each with what was offered in its place."""
    found = []
    for line in (ROOT / "training" / "corpus" / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        spans = [span for span in record["spans"] if span["voice"] in OWN]
        if not spans:
            continue
        report = detector.score(record["text"])
        for span in spans:
            flagged = next(
                (
                    (sentence, phrase)
                    for sentence in report.sentences
                    for phrase in sentence.phrases
                    if phrase.counts and phrase.start < span["end"] and span["start"] < phrase.end
                ),
                None,
            )
            found.append(_item(record, span, flagged))
    return found


def _item(record: dict[str, Any], span: dict[str, Any], flagged: tuple[Sentence, Phrase] | None) -> dict[str, Any]:
    text = record["text"]
    neutral = text[: span["start"]] + span["neutral"] + text[span["end"] :]
    offered = [
        {
            "kind": suggestion.kind,
            "words": suggestion.words,
            "before": suggestion.before,
            "after": suggestion.after,
            "edited": _edited(text, suggestion),
        }
        for suggestion in (flagged[1].suggestions if flagged else ())
    ]
    for each in offered:
        each["same"] = plain(each["edited"]) == plain(neutral)
        each["overlap"] = overlap(text, each["edited"], neutral)
    return {
        "id": f"{record['id']}:{span['start']}",
        "phrase": text[span["start"] : span["end"]],
        "category": span["category"],
        "neutral": span["neutral"],
        "text": text,
        "found": flagged is not None,
        "offered": offered,
    }


def _edited(text: str, suggestion: Suggestion) -> str:
    return text[: suggestion.start] + suggestion.text + text[suggestion.end :]


def plain(text: str) -> list[str]:
    """The words of a sentence in lower case, a and an as one: marks, capitals and spaces are no difference."""
    return ["a" if word == "an" else word for word in re.findall(r"\w+(?:[-'’]\w+)*", text.lower())]


def overlap(text: str, edited: str, neutral: str) -> float:
    """F1 of the words that two edits of a sentence leave out and put in, 0 to 1."""
    old = plain(text)
    changes = []
    for new in (plain(edited), plain(neutral)):
        changes.append(
            {("out", word) for word in old if word not in new} | {("in", word) for word in new if word not in old}
        )
    both = len(changes[0] & changes[1])
    return 2 * both / (len(changes[0]) + len(changes[1])) if changes[0] or changes[1] else 1.0


def figures(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Shares and means over the phrases."""
    flagged = [item for item in found if item["found"]]
    offered = [item for item in flagged if item["offered"]]
    firsts = [item["offered"][0] for item in offered]
    kinds = [each["kind"] for each in firsts]
    return {
        "phrases": len(found),
        "flagged": len(flagged),
        "with a suggestion": len(offered),
        "first suggestions": {kind: kinds.count(kind) for kind in ("deletion", "word", "rephrasing")},
        "corpus wording among them": sum(any(each["same"] for each in item["offered"]) for item in offered),
        "corpus wording first": sum(each["same"] for each in firsts),
        "overlap with the corpus wording, the best": round(
            statistics.mean(max(each["overlap"] for each in item["offered"]) for item in offered), 3
        ),
        "lowest score below 0.5": sum(min(each["after"] for each in item["offered"]) < 0.5 for item in offered),
        "score before, mean": round(statistics.mean(each["before"] for each in firsts), 3),
        "score after the first, mean": round(statistics.mean(each["after"] for each in firsts), 3),
        "fall of the score, mean of the largest": round(
            statistics.mean(max(each["before"] - each["after"] for each in item["offered"]) for item in offered), 3
        ),
        "by category": {
            category: {
                "flagged": sum(item["category"] == category for item in flagged),
                "with a suggestion": sum(item["category"] == category for item in offered),
            }
            for category in biasdetect.CATEGORIES
        },
    }


def seconds() -> dict[str, float]:
    """Median time of scoring the example article with suggestions and without, in milliseconds.

    A runtime remembers what it scored: each time is of a detector of its own that has seen another text alone.
    """
    document = biasdetect.read_file(str(ROOT / "examples" / "article.txt"))
    times: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(RUNS):
        for suggest in (True, False):
            detector = biasdetect.load(MODEL)
            detector.score("A hapless clerk spoke to the press on Monday.")
            start = time.perf_counter()
            detector.score(document, suggest=suggest)
            times[suggest].append(time.perf_counter() - start)
    return {
        "with suggestions": round(1000 * statistics.median(times[True]), 1),
        "without": round(1000 * statistics.median(times[False]), 1),
    }


def main() -> None:
    """Print the figures; with --read, all that is offered; with --record, keep the figures."""
    detector = biasdetect.load(MODEL)
    found = items(detector)
    told = figures(found)
    table = Table("what", "figure")
    for name, value in told.items():
        table.add_row(name, str(value))
    Console().print(table)
    if "--read" in sys.argv:
        for item in (item for item in found if item["offered"]):
            print(
                f"\n{item['id']} {item['category']}: {item['text']}\n  [{item['phrase']}] corpus: {item['neutral']!r}"
            )
            for each in item["offered"]:
                print(f"  {each['before']:.2f} > {each['after']:.2f} {each['kind']}: {each['edited']}")
    if "--record" in sys.argv:
        record = {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
            "figures": told,
            "milliseconds for the example article": seconds(),
        }
        RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
