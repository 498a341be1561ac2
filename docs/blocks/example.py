"""README: the example article and a real one, scored by the shipped model."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

from rich.console import Console

import biasdetect
from biasdetect.reading.files import read_file
from biasdetect.report.terminal import print_report
from biasdetect.results import Voice
from blocks.shared import MODEL, ROOT, record, table


def report() -> str:
    """The example article's report, as a pipe shows it."""
    stream = io.StringIO()
    document = replace(read_file(str(ROOT / "examples" / "article.txt")), name="examples/article.txt")
    print_report(biasdetect.load(MODEL).score(document), Console(file=stream, width=100, highlight=False))
    return f"```\n{stream.getvalue().strip()}\n```"


def formats() -> str:
    """The example article in three formats: what is flagged, and what that is in the source."""
    rows = []
    for form in ("txt", "md", "html"):
        document = read_file(str(ROOT / "examples" / f"article.{form}"))
        report = biasdetect.load(MODEL).score(document)
        flagged = "<br>".join(
            f"{phrase.category} {phrase.score:.2f}: `{document.source[phrase.start : phrase.end]}` "
            f"({phrase.start} to {phrase.end})"
            for phrase in report.phrases
            if phrase.counts
        )
        rows.append((f"examples/article.{form}", f"{report.score:.2f}", flagged))
    return table("| | article score | flagged, and where it stands in the source |", rows)


def real_article() -> str:
    """What is flagged in a real article, which may not be shown itself; recorded where it is at hand."""
    _record_real_article()
    facts = record("docs/real-article.json")
    phrases = "; ".join(
        f"“{text}” ({category} {score:.2f}, {Voice(voice).description})"
        for text, category, score, voice in facts["phrases"]
    )
    return (
        f"In a real agency report of {facts['sentences']} sentences, pasted with {facts['skipped']} lines of page "
        f"boilerplate, it flags {phrases}. Score of the writer’s own words {facts['score']:.2f}, of quoted words "
        f"{facts['others_score']:.2f}."
    )


def _record_real_article() -> None:
    # a text with its suggestions taken lies beside it under the name that score --fix gives
    found = sorted(
        path for path in (ROOT.parent / "shared" / "articles").glob("*.txt") if ".fixed" not in path.suffixes
    )
    if not found:
        return
    report = biasdetect.load(MODEL).score(read_file(str(found[0])))
    facts: dict[str, Any] = {
        "score": round(report.score, 2),
        "others_score": round(report.others_score or 0.0, 2),
        "sentences": len(report.sentences),
        "skipped": len(report.skipped),
        "phrases": [[phrase.text, phrase.category, round(phrase.score, 2), phrase.voice] for phrase in report.phrases],
    }
    (ROOT / "docs" / "real-article.json").write_text(
        json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
