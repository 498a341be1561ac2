"""How well documents are read: python benchmarks/reading.py (--record: write benchmarks/reading.json).

On the project's own hand-written sets in tests/data: single lines of pasted pages, whole pasted pages, web pages, and
paragraphs with hard boundaries. benchmarks/sentences.py compares libraries on the last.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from biasdetect.language.sentences import split_sentences
from biasdetect.reading.boilerplate import boilerplate_reason, boilerplate_reasons
from biasdetect.reading.files import read_file

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
RECORD = Path(__file__).with_suffix(".json")
ASIDE, KEPT, SPLIT = "boilerplate set aside", "prose kept", "paragraphs split as marked"

Outcome = tuple[str, str, str, bool]
"""What is measured, the set, the kind of record, and whether it is right."""


def records(name: str) -> list[dict[str, Any]]:
    """The records of a set."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def lines(name: str) -> Iterator[Outcome]:
    """Lines by themselves."""
    for line in records(name):
        boilerplate = line["label"] == "boilerplate"
        right = (boilerplate_reason(line["text"]) is not None) == boilerplate
        yield ASIDE if boilerplate else KEPT, name, line["kind"], right


def pasted_pages(name: str) -> Iterator[Outcome]:
    """The lines of whole pages, which their neighbours help to judge."""
    for page in records(name):
        reasons = boilerplate_reasons([line["text"] for line in page["lines"]])
        for line, reason in zip(page["lines"], reasons, strict=True):
            boilerplate = line["label"] == "boilerplate"
            yield ASIDE if boilerplate else KEPT, name, page["style"], (reason is not None) == boilerplate


def web_pages(name: str) -> Iterator[Outcome]:
    """The blocks of HTML pages."""
    expected = json.loads((DATA / name / "expected.json").read_text(encoding="utf-8"))
    for page, parts in expected.items():
        document = read_file(str(DATA / name / page))
        kept = {document.text[block.start : block.end] for block in document.blocks if not block.reason}
        for text in parts["prose"]:
            yield KEPT, f"{name}/*.html", page, text in kept
        for text in parts["furniture"]:
            yield ASIDE, f"{name}/*.html", page, text not in kept


def sentences(name: str) -> Iterator[Outcome]:
    """Paragraphs, right where every boundary is."""
    for item in records(name):
        found = [item["text"][start:end] for start, end in split_sentences(item["text"], 0, len(item["text"]))]
        yield SPLIT, name, item["kind"], found == item["sentences"]


def main() -> None:
    """Print the share that is right, and the kinds in which something is wrong."""
    outcomes = [
        *lines("boilerplate.jsonl"),
        *lines("boilerplate-2.jsonl"),
        *pasted_pages("pages.jsonl"),
        *web_pages("pages"),
        *sentences("boundaries.jsonl"),
        *sentences("boundaries-2.jsonl"),
    ]
    total = Counter((what, name) for what, name, _, _ in outcomes)
    right = Counter((what, name) for what, name, _, ok in outcomes if ok)
    wrong = Counter((what, name, kind) for what, name, kind, ok in outcomes if not ok)
    table = Table("what", "set", "number", "right", "wrong, by kind")
    for (what, name), count in total.items():
        kinds = ", ".join(f"{kind} {n}" for (*place, kind), n in wrong.most_common() if place == [what, name])
        table.add_row(what, name, str(count), f"{right[what, name] / count:.1%}", kinds)
    Console().print(table)
    if "--record" in sys.argv:
        rows = [
            {"what": what, "set": name, "number": count, "right": round(right[what, name] / count, 4)}
            for (what, name), count in total.items()
        ]
        RECORD.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
