"""Whether suggestions leave alone what no edit may touch, and how they stand to edits judged by hand.

    python benchmarks/edits.py [--record]

The sets are those of training/edits: sentences in which caution, negation, numbers, names, predicates and idioms are
marked, and edits judged good or bad for their grammar or meaning. With --record, the figures are written to
benchmarks/edits.json.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console

import biasdetect
from biasdetect.suggest import fix

ROOT = Path(__file__).resolve().parent.parent
EDITS = ROOT / "training" / "edits"
ADVERSARIAL = ("caution", "negation-number", "predicates")
_LOADED = re.compile(r"\[\[(.+?)(?:\|[a-z-]+)?\]\]")
_KEPT = re.compile(r"\{\{(.+?)\}\}")


def adversarial(detector: biasdetect.Detector, name: str) -> dict[str, Any]:
    """Of one set: sentences, flagged phrases, those with a suggestion, and edits that touch what is to stay."""
    lines = (EDITS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    counts: Counter[str] = Counter()
    harmful = []
    for line in filter(None, lines):
        kept = _KEPT.findall(line)
        text = _KEPT.sub(r"\1", _LOADED.sub(r"\1", line))
        report = detector.score(text)
        counts["sentences"] += 1
        counts["flagged"] += sum(phrase.counts for phrase in report.phrases)
        counts["with a suggestion"] += sum(bool(phrase.suggestions) for phrase in report.phrases)
        fixed = fix.apply(text, fix.first_edits(report))
        lost = [words for words in kept if words.casefold() not in fixed.casefold()]
        if lost:
            harmful.append([text, fixed, lost])
    return {**counts, "harmful": len(harmful), "edits": harmful}


def pairs(detector: biasdetect.Detector, name: str) -> dict[str, Any]:
    """How often the first suggestions make of a sentence an edit that was judged, by its verdict."""
    known: dict[str, dict[str, str]] = {}
    for line in (EDITS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        verdict, before, after, *_ = (piece.strip() for piece in line.split(" | "))
        known.setdefault(before, {})[after] = verdict
    verdicts: Counter[str] = Counter()
    others = []
    for before, judged in known.items():
        fixed = fix.apply(before, fix.first_edits(detector.score(before)))
        verdict = "no edit" if fixed == before else judged.get(fixed, "not judged")
        verdicts[verdict] += 1
        if verdict not in ("no edit", "good"):
            others.append([verdict, before, fixed])
    return {"sentences": len(known), **verdicts, "edits": others}


def main() -> None:
    """Print the figures; with --record, write them down."""
    detector = biasdetect.load()
    record: dict[str, Any] = {"model": detector.folder.label}
    record |= {name: adversarial(detector, name) for name in ADVERSARIAL}
    record |= {name: pairs(detector, name) for name in ("pairs-1", "pairs-2")}
    for name, found in record.items():
        if isinstance(found, dict):
            Console().print(name, {key: value for key, value in found.items() if key != "edits"})
            for edit in found["edits"]:
                Console().print("  ", *edit, sep="\n    ", markup=False)
    if "--record" in sys.argv:
        path = ROOT / "benchmarks" / "edits.json"
        path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
