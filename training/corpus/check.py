"""Check the project's corpus (python training/corpus/check.py).

Valid spans, known values, no duplicate or near-duplicate sentence, no flagged phrase on both sides of the
split, and the balance of roles, countries and openings.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from biasdetect.model.categories import CATEGORIES
from biasdetect.results import Voice

HERE = Path(__file__).resolve().parent
FIELDS = {"id", "pair", "text", "label", "spans", "topic", "country", "genre", "target", "stance"}
ALLOWED = {
    "genre": {"headline", "lead", "body", "brief", "feature", "translated", "tabloid", "blog"},
    "target": {"left", "right", "centre", "government", "opposition", "institution", "company", "person", "group", "country", "event", "other"},
    "stance": {"against", "favour", "neutral"},
}  # fmt: skip
VOICES = set(Voice)
OWN = {voice for voice in Voice if voice.counts}


def read(name: str) -> list[dict[str, Any]]:
    """Records of one side of the corpus, ``train`` (all of its files) or ``dev``."""
    files = sorted(HERE.glob(f"{name}*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def problems() -> list[str]:
    """Everything that is wrong with the corpus, one line each; empty where all is well."""
    sides = {name: read(name) for name in ("train", "dev")}
    found = [
        problem for name, records in sides.items() for record in records for problem in _record_problems(name, record)
    ]
    everything = [record for records in sides.values() for record in records]
    found += [
        f"id {name} stands twice" for name, count in Counter(record["id"] for record in everything).items() if count > 1
    ]
    found += _near_duplicates(everything)
    shared = phrases(sides["train"]) & phrases(sides["dev"])
    found += [f"phrase {phrase!r} is flagged on both sides of the split" for phrase in sorted(shared)]
    split = {record["pair"] for record in sides["train"]} & {record["pair"] for record in sides["dev"]}
    found += [f"pair {pair} is on both sides of the split" for pair in sorted(split)]
    return found


def phrases(records: list[dict[str, Any]]) -> set[str]:
    """The flagged phrases of some records, in lower case."""
    return {record["text"][span["start"] : span["end"]].lower() for record in records for span in record["spans"]}


def _record_problems(name: str, record: dict[str, Any]) -> list[str]:
    where = f"{name} {record.get('id')}"
    if set(record) != FIELDS:
        return [f"{where}: fields {sorted(set(record) ^ FIELDS)} missing or unknown"]
    found = [f"{where}: {field} {record[field]!r}" for field, values in ALLOWED.items() if record[field] not in values]
    text = record["text"]
    own = 0
    end = 0
    for span in record["spans"]:
        phrase = text[span["start"] : span["end"]]
        if not (end <= span["start"] < span["end"] <= len(text)) or phrase != phrase.strip():
            found.append(f"{where}: span {span['start']}-{span['end']} {phrase!r}")
        if span["category"] not in CATEGORIES or span["voice"] not in VOICES:
            found.append(f"{where}: category {span['category']!r} or voice {span['voice']!r}")
        end = span["end"]
        own += span["voice"] in OWN
    if record["label"] != int(own > 0):
        found.append(f"{where}: label {record['label']} with {own} phrases in the outlet's voice")
    return found


def _near_duplicates(records: list[dict[str, Any]]) -> list[str]:
    """Sentences of different pairs that share half of their four-word runs."""
    seen: dict[tuple[str, ...], list[int]] = defaultdict(list)
    runs: list[set[tuple[str, ...]]] = []
    found = []
    for number, record in enumerate(records):
        words = re.findall(r"\w+", record["text"].lower())
        mine = {tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))}
        common = Counter(other for run in mine for other in seen[run])
        for other, count in common.items():
            if count >= 0.5 * min(len(mine), len(runs[other])) and records[other]["pair"] != record["pair"]:
                found.append(f"{record['id']} nearly repeats {records[other]['id']}")
        for run in mine:
            seen[run].append(number)
        runs.append(mine)
    return found


def main() -> int:
    """Print problems and balance; exit code 1 where there is a problem."""
    found = problems()
    records = read("train") + read("dev")
    print(f"{len(records)} sentences ({len(read('dev'))} for development), {sum(r['label'] for r in records)} biased")
    print(f"{len(phrases(records))} different phrases in {len({r['pair'] for r in records})} groups")
    spans = Counter(span["category"] for record in records for span in record["spans"])
    distinct = {
        category: len({r["text"][s["start"] : s["end"]].lower() for r in records for s in r["spans"] if s["category"] == category})
        for category in CATEGORIES
    }  # fmt: skip
    for category in CATEGORIES:
        print(f"  {category}: {spans[category]} spans, {distinct[category]} different phrases")
    for field in ("genre", "target", "stance"):
        counts = Counter(record[field] for record in records if record["label"])
        print(
            f"  {field} of biased sentences: {', '.join(f'{value} {count}' for value, count in counts.most_common())}"
        )
    countries = Counter(record["country"] for record in records)
    print(
        f"  {len(countries)} countries, the most frequent: {', '.join(f'{c} {n}' for c, n in countries.most_common(8))}"
    )
    openings = Counter(" ".join(record["text"].split()[:2]).lower() for record in records)
    print(f"  commonest openings: {', '.join(f'{o!r} {n / len(records):.2%}' for o, n in openings.most_common(5))}")
    for problem in found:
        print(f"PROBLEM {problem}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
