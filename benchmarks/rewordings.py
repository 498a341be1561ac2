"""What is offered for flagged phrases of real sentences, to be read; and how it stands to edits that people made.

    python benchmarks/rewordings.py draw --seed 3 --phrases 200    # phrase, suggestion, edited sentence, one a paragraph
    python benchmarks/rewordings.py coverage                       # of the phrases that editors marked and the model finds
    python benchmarks/rewordings.py wikibias [--record] [--read]   # against Wikipedia's neutral versions
    python benchmarks/rewordings.py sheet FOLDER                   # first suggestions on the data's dev side, for blind readers
    python benchmarks/rewordings.py judged FOLDER [--record]       # what the readers wrote there

The texts are research data (../shared/data, see training/marks/README.md) and stay where they are: what is recorded names
file, record and offsets. Steering draws from nothing that is kept for development, which a sheet is made of. Each reader
writes answers-NAME.txt there, a line ``NUMBER<TAB>LETTER`` for each edit: g, an editor would sign it; b, it breaks the sentence;
m, it says something else; p, it helps nothing. A reader sees neither scores nor what others wrote.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

import biasdetect
from biasdetect.finetune.recipe import standoff
from biasdetect.results import Phrase, Report, Sentence, Suggestion

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
if not DATA.exists():
    DATA = ROOT.parents[1] / "shared" / "data"
MARKS = ROOT / "training" / "marks"
RECORD = ROOT / "benchmarks" / "rewordings.json"
DEV_PUBLISHERS = ("politico", "west-journal")
SOURCES = ("polnear/train.jsonl.gz", "persuasion-spans/en-train.jsonl", "anno-lexical/train.jsonl.gz")
SHORTEST, LONGEST = 40, 1500  # characters of a paragraph


def paragraphs(source: str, rng: random.Random) -> Iterator[str]:
    """The paragraphs of a file in an order by chance, without those of outlets that are kept for development."""
    found = []
    for record in standoff.records(DATA / source):
        outlet = str(record.get("publisher") or record.get("outlet") or "")
        if outlet in DEV_PUBLISHERS or (source.startswith("anno") and _is_kept(outlet)):
            continue
        found += [part for part in re.split(r"\n\s*\n", record["text"]) if SHORTEST <= len(part) <= LONGEST]
    rng.shuffle(found)
    return iter(found)


def _is_kept(outlet: str) -> bool:
    return int(hashlib.sha256(outlet.encode()).hexdigest(), 16) % 4 == 0  # as training/marks/marks.py splits them


def flagged(report: Report) -> Iterator[tuple[Sentence, Phrase]]:
    """The phrases that the outlet answers for, with their sentences."""
    for sentence in report.sentences:
        for phrase in sentence.phrases:
            if phrase.counts:
                yield sentence, phrase


def edited(text: str, suggestion: Suggestion, sentence: Sentence) -> str:
    """The sentence with a suggestion in place, which stands in double square brackets."""
    new = f"[[{suggestion.text}]]"
    return text[sentence.start : suggestion.start] + new + text[suggestion.end : sentence.end]


def draw(detector: biasdetect.Detector, seed: int, phrases: int, every: bool) -> None:
    """Print first suggestions (with ``every`` also phrases without one) from each source in turn."""
    rng = random.Random(seed)
    number = 0
    flags = offers = 0
    for source in SOURCES:
        wanted = phrases // len(SOURCES)
        for text in paragraphs(source, rng):
            if wanted <= 0:
                break
            report = detector.score(text)
            for sentence, phrase in flagged(report):
                flags += 1
                offers += bool(phrase.suggestions)
                if not phrase.suggestions and not every:
                    continue
                number += 1
                wanted -= 1
                print(f"\n#{number} {phrase.category} [{phrase.text}] {source[:5]}")
                if not phrase.suggestions:
                    print(f"   {' '.join(sentence.text.split())}\n   none: {phrase.advice}")
                    continue
                first = phrase.suggestions[0]
                old = " ".join(text[first.start : first.end].split())
                grade = getattr(first, "relation", "")
                print(f"   {first.kind} {grade} [{old}] > [{first.text}]  {first.before:.2f} > {first.after:.2f}")
                print(f"   {' '.join(edited(text, first, sentence).split())}")
    print(f"\n{flags} flagged, {offers} with a suggestion")


def coverage(detector: biasdetect.Detector, side: str, sentences: int, seed: int) -> dict[str, Any]:
    """Of clear marks of a side that the model finds: how many have a suggestion, by what an editor would do where that is known."""
    actions = {}
    for line in (MARKS / "patterns.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        actions[row["digest"], row["start"]] = row["action"]
    marks = {row.sentence: row for row in standoff.read_marks(MARKS / standoff.MERGED)}
    texts = [
        (number, text)
        for excerpt in standoff.read_excerpts(MARKS / standoff.SAMPLE)
        if excerpt.split == side
        for number, text in standoff.texts(excerpt, DATA)
        if number in marks and any(mark.is_own for mark in marks[number].marks)
    ]
    random.Random(seed).shuffle(texts)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for number, text in texts[:sentences]:
        report = detector.score(text)
        for mark in marks[number].marks:
            if not mark.is_own:
                continue
            action = actions.get((marks[number].digest, mark.start), "none")
            counts[action]["marks"] += 1
            found = [phrase for _, phrase in flagged(report) if mark.touches(phrase.start, phrase.end)]
            counts[action]["found"] += bool(found)
            counts[action]["with a suggestion"] += any(phrase.suggestions for phrase in found)
    total: Counter[str] = sum(counts.values(), Counter())
    return {"side": side, **{action: dict(found) for action, found in counts.items()}, "all": dict(total)}


def plain(text: str) -> list[str]:
    """The words of a sentence in lower case, a and an as one: marks, capitals and spaces are no difference."""
    return ["a" if word == "an" else word for word in re.findall(r"\w+(?:[-'’]\w+)*", text.lower())]


def wikibias(detector: biasdetect.Detector, read: bool) -> dict[str, Any]:
    """How the first suggestions stand to the edit that made a Wikipedia sentence neutral.

    A pair counts where the edit replaced or left out words and nothing else; a phrase where the model finds words of it.
    """
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for record in standoff.records(DATA / "wikibias" / "train.jsonl"):
        counts["pairs"] += 1
        spans = record["spans"]
        if len(spans) != 1:
            continue
        counts["with one edit"] += 1
        (span,) = spans
        report = detector.score(record["text"], keep_boilerplate=True)
        found = [
            (sentence, phrase)
            for sentence, phrase in flagged(report)
            if phrase.start < span["end"] and span["start"] < phrase.end
        ]
        if not found:
            continue
        counts["of them found"] += 1
        sentence, phrase = found[0]
        if not phrase.suggestions:
            counts["none offered"] += 1
            continue
        first = phrase.suggestions[0]
        ours = record["text"][: first.start] + first.text + record["text"][first.end :]
        same = plain(ours) == plain(record["neutral"])
        counts["same" if same else "another"] += 1
        kinds[f"{first.kind}, {'same' if same else 'another'}"] += 1
        if read and not same:
            print(f"\n[{span['text']}] > [{span['neutral']}]  ours [{phrase.text}] {first.kind} > [{first.words}]")
            print(f"   {edited(record['text'], first, sentence)}")
    return {**counts, "kinds": dict(sorted(kinds.items()))}


DEV_SOURCES = ("polnear/dev.jsonl.gz", "persuasion-spans/en-dev.jsonl")
FLAGS_EACH = 1000  # of a source


def shown(text: str, sentence: Sentence, edit: Suggestion) -> str:
    """A line of a sheet: the sentence with what gives way and what comes in double square brackets."""
    change = f"[[{text[edit.start : edit.end]} => {edit.text}]]"
    return " ".join(f"{text[sentence.start : edit.start]}{change}{text[edit.end : sentence.end]}".split())


def sheet(detector: biasdetect.Detector, folder: Path, seed: int) -> None:
    """Write sheet.txt, an edit a line, and sheet.json, where each stands."""
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    counts: Counter[str] = Counter()
    for source in DEV_SOURCES:
        records = list(enumerate(standoff.records(DATA / source)))
        random.Random(seed).shuffle(records)
        for number, record in records:
            if counts[source] >= FLAGS_EACH:
                break
            text = record["text"]
            for sentence, phrase in flagged(detector.score(text, keep_boilerplate=True)):
                counts[source] += 1
                if not phrase.suggestions:
                    counts["advice alone"] += bool(phrase.advice)
                    continue
                first = phrase.suggestions[0]
                lines.append(f"{len(rows)}\t{shown(text, sentence, first)}")
                rows.append(
                    {
                        "source": source, "record": number, "start": first.start, "end": first.end, "text": first.text,
                        "kind": first.kind, "grade": first.grade, "digest": standoff.digest(text[sentence.start : sentence.end]),
                    }
                )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sheet.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = {"model": detector.folder.label, "flagged": dict(counts), "edits": rows}
    (folder / "sheet.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def judged(folder: Path) -> dict[str, Any]:
    """What blind readers said of a sheet: by reader and kind, where they agree, and the rejected edits."""
    told = json.loads((folder / "sheet.json").read_text(encoding="utf-8"))
    return {
        "model": told["model"],
        "flagged": sum(told["flagged"][source] for source in DEV_SOURCES),
        **judgements(folder, told["edits"]),
    }


def judgements(folder: Path, edits: list[dict[str, Any]]) -> dict[str, Any]:
    """What the readers of a folder wrote of the edits of its sheet, each with its kind and grade."""
    readers = {}
    for file in sorted(folder.glob("answers-*.txt")):
        pairs = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
        readers[file.stem.removeprefix("answers-")] = {int(pair[0]): pair[1] for pair in pairs if len(pair) == 2}
    by_reader = {name: dict(Counter(answers.values())) for name, answers in readers.items()}
    all_sign = [number for number in range(len(edits)) if all(found.get(number) == "g" for found in readers.values())]
    any_signs = [number for number in range(len(edits)) if any(found.get(number) == "g" for found in readers.values())]
    first, second = [*readers.values(), {}, {}][:2]
    both = [(first[n] == "g", second[n] == "g") for n in range(len(edits)) if n in first and n in second]
    agree = sum(one == other for one, other in both) / max(1, len(both))
    shares = [sum(side) / max(1, len(both)) for side in zip(*both, strict=True)] if both else [0.0, 0.0]
    by_chance = shares[0] * shares[1] + (1 - shares[0]) * (1 - shares[1])
    groups: dict[str, dict[str, int]] = {}
    for field in ("kind", "grade"):
        for number, edit in enumerate(edits):
            group = groups.setdefault(edit[field], {"edits": 0, "both sign": 0, "one signs": 0, "another meaning": 0})
            group["edits"] += 1
            group["both sign"] += number in set(all_sign)
            group["one signs"] += number in set(any_signs)
            group["another meaning"] += any(found.get(number) == "m" for found in readers.values())
    return {
        "with a suggestion": len(edits),
        "readers": by_reader,
        "agreement": {
            "edits": len(both),
            "share": round(agree, 3),
            "kappa": round((agree - by_chance) / (1 - by_chance), 3) if by_chance < 1 else 1.0,
        },
        "both sign": len(all_sign),
        "one signs": len(any_signs),
        "groups": groups,
        "rejected": [
            {**edits[number], "verdicts": "".join(found.get(number, "-") for found in readers.values())}
            for number in range(len(edits))
            if number not in all_sign
        ],
    }


def main() -> None:
    """Run one of the measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("draw", "coverage", "wikibias", "sheet", "judged"))
    parser.add_argument("folder", type=Path, nargs="?", help="of a sheet")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--phrases", type=int, default=150)
    parser.add_argument("--side", choices=("train", "dev"), default="dev", help="of the marks, for coverage")
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--every", action="store_true", help="also phrases without a suggestion")
    parser.add_argument("--read", action="store_true", help="print what differs")
    parser.add_argument("--record", action="store_true", help=f"write the figures to {RECORD.name}")
    options = parser.parse_args()
    if options.what == "judged":
        _tell("blind", judged(options.folder), options.record)
        return
    detector = biasdetect.load()
    if options.what == "sheet":
        sheet(detector, options.folder, options.seed)
        return
    if options.what == "draw":
        draw(detector, options.seed, options.phrases, options.every)
        return
    figures = (
        coverage(detector, options.side, options.sentences, options.seed)
        if options.what == "coverage"
        else wikibias(detector, options.read)
    )
    _tell(options.what, {"model": detector.folder.label, **figures}, options.record)


def _tell(what: str, figures: dict[str, Any], record: bool) -> None:
    Console().print({name: value for name, value in figures.items() if name != "rejected"})
    if record:
        known = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
        known[what] = figures
        RECORD.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
