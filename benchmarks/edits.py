"""Whether suggestions leave alone what no edit may touch, and how they stand to edits judged by hand.

    python benchmarks/edits.py [--record]
    python benchmarks/edits.py sheet FOLDER                 # every edit that is offered in these sets, for blind readers
    python benchmarks/edits.py judged FOLDER [--record]     # what the readers wrote there

It also writes down what is offered in three reports with loaded wording (tests/data/cases), and what the safe edits make of them.
The sets are those of training/edits: sentences in which caution, negation, numbers, names, predicates and idioms are
marked, and edits judged good or bad for their grammar or meaning. With --record, the figures are written to
benchmarks/edits.json. A sheet has an edit a line; readers answer as in benchmarks/rewordings.py.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rewordings import flagged, judgements, shown
from rich.console import Console

import biasdetect
from biasdetect.suggest import fix
from biasdetect.suggest.edits import Edit
from biasdetect.suggest.signed import LEAST, LEAST_REPHRASED, probability, signed_features, words_logit

ROOT = Path(__file__).resolve().parent.parent
EDITS = ROOT / "training" / "edits"
RECORD = ROOT / "benchmarks" / "edits.json"
ADVERSARIAL = ("caution", "negation-number", "predicates")
PAIRS = ("pairs-1", "pairs-2")
LONGEST = 8  # words that one edit takes out
CASES = ("moderate", "heavy", "rewording")
_LOADED = re.compile(r"\[\[(.+?)(?:\|[a-z-]+)?\]\]")
_KEPT = re.compile(r"\{\{(.+?)\}\}")


def lines(name: str) -> Iterator[str]:
    """The lines of a set that are not empty."""
    return filter(None, (EDITS / f"{name}.txt").read_text(encoding="utf-8").splitlines())


def plain(line: str) -> str:
    """A line of an adversarial set without its marks."""
    return _KEPT.sub(r"\1", _LOADED.sub(r"\1", line))


def count(words: str, text: str) -> int:
    """How often words stand in a text, whole and in either case."""
    return len(re.findall(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE))


def adversarial(detector: biasdetect.Detector, name: str) -> dict[str, Any]:
    """Of one set: sentences, flagged phrases, those with a suggestion, and edits that touch what is to stay.

    Each first suggestion is made by itself, and all of a sentence together.
    """
    counts: Counter[str] = Counter()
    harmful = []
    for line in lines(name):
        kept, text = _KEPT.findall(line), plain(line)
        report = detector.score(text)
        counts["sentences"] += 1
        counts["flagged"] += sum(phrase.counts for phrase in report.phrases)
        counts["with a suggestion"] += sum(bool(phrase.suggestions) for phrase in report.phrases)
        edits = fix.first_edits(report)
        for fixed in dict.fromkeys(fix.apply(text, made) for made in (*([edit] for edit in edits), edits)):
            lost = [words for words in kept if count(words, fixed) < count(words, text)]
            if lost:
                harmful.append([text, fixed, lost])
    return {**counts, "harmful": len(harmful), "edits": harmful}


def pairs(detector: biasdetect.Detector, name: str) -> dict[str, Any]:
    """How often the first suggestions make of a sentence an edit that was judged, by its verdict."""
    known: dict[str, dict[str, str]] = {}
    for line in lines(name):
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


def one_place(before: str, after: str) -> Edit | None:
    """The edit that makes one sentence of another, from the first word that differs to the last; None where it is most of it."""
    old, new = [list(re.finditer(r"\S+\s*", text)) for text in (before, after)]
    words = [[match.group().strip() for match in found] for found in (old, new)]
    first = next((i for i, pair in enumerate(zip(*words, strict=False)) if pair[0] != pair[1]), min(map(len, words)))
    last = next(
        (
            i
            for i, pair in enumerate(zip(words[0][first:][::-1], words[1][first:][::-1], strict=False))
            if pair[0] != pair[1]
        ),
        min(map(len, words)) - first,
    )
    if len(old) - last - first > LONGEST:
        return None

    def place(found: list[re.Match[str]], number: int, text: str) -> int:
        return found[number].start() if number < len(found) else len(text)

    start, end = place(old, first, before), place(old, len(old) - last, before)
    return Edit(start, end, after[place(new, first, after) : place(new, len(new) - last, after)])


def verdicts(detector: biasdetect.Detector) -> dict[str, Any]:
    """Of judged pairs that differ in one place, how many the judge of edits by itself lets pass, by verdict.

    None of them was learned from, nor was any sentence of theirs. Two bounds stand for all: of what is left out, and of
    what is put otherwise; what rules, table and the fall of the score would stop is not asked.
    """
    found: dict[str, list[tuple[float, bool]]] = {}
    for line in (line for name in PAIRS for line in lines(name)):
        verdict, before, after, *_ = (piece.strip() for piece in line.split(" | "))
        edit = one_place(before, after)
        if edit is None:
            continue
        kind = "rephrasing" if edit.new else "deletion"
        old, new = detector.runtime.run([before, after])
        words = words_logit(signed_features(before, edit, "loaded-language", kind))
        place = (edit.start, edit.start + len(edit.new))
        found.setdefault(verdict, []).append(
            (probability(words, old, (edit.start, edit.end), new, place), bool(edit.new))
        )
    least = {True: LEAST_REPHRASED, False: LEAST["same"]}
    return {
        verdict: {"edits": len(ones), "pass": sum(sure >= least[comes] for sure, comes in ones)}
        for verdict, ones in found.items()
    }


def case(detector: biasdetect.Detector, name: str) -> dict[str, Any]:
    """What is offered in a report, and the diff of the edits that scripts make."""
    text = (ROOT / "tests" / "data" / "cases" / f"{name}.txt").read_text(encoding="utf-8")
    report = detector.score(text)
    found = [phrase for _, phrase in flagged(report)]
    firsts = [(phrase.text, phrase.suggestions[0]) for phrase in found if phrase.suggestions]
    safe = fix.apply(text, fix.safe_edits(report))
    old, new = text.splitlines(), safe.splitlines()
    return {
        "flagged": len(found),
        "offered": [[words, first.words, first.grade, first.relation] for words, first in firsts],
        "advice alone": sum(bool(phrase.advice) for phrase in found),
        "changed": [[before, after] for before, after in zip(old, new, strict=True) if before != after],
    }


def sheet(detector: biasdetect.Detector, folder: Path) -> None:
    """Write sheet.txt and sheet.json: the first suggestion of every phrase in every set."""
    texts = {plain(line): name for name in ADVERSARIAL for line in lines(name)}
    texts |= {line.split(" | ")[1].strip(): name for name in PAIRS for line in lines(name)}
    rows = [
        {"set": name, "line": shown(text, sentence, first), "kind": first.kind, "grade": first.grade}
        for text, name in texts.items()
        for sentence, phrase in flagged(detector.score(text))
        for first in phrase.suggestions[:1]
    ]
    folder.mkdir(parents=True, exist_ok=True)
    numbered = (f"{number}\t{row['line']}\n" for number, row in enumerate(rows))
    (folder / "sheet.txt").write_text("".join(numbered), encoding="utf-8")
    told = {"model": detector.folder.label, "edits": rows}
    (folder / "sheet.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def judged(folder: Path) -> dict[str, Any]:
    """What blind readers said of the edits in these sets, whole and by set, with every edit that one of them rejects."""
    told = json.loads((folder / "sheet.json").read_text(encoding="utf-8"))
    whole = judgements(folder, told["edits"])
    rejected = Counter(edit["set"] for edit in whole["rejected"])
    meant = Counter(edit["set"] for edit in whole["rejected"] if "m" in edit["verdicts"])
    sets = {
        name: {"edits": number, "both sign": number - rejected[name], "another meaning": meant[name]}
        for name, number in Counter(edit["set"] for edit in told["edits"]).items()
    }
    return {"model": told["model"], "sets": sets, **whole}


def record(figures: dict[str, Any]) -> None:
    """Write figures into the record, in the place of those of the same name."""
    known = json.loads(RECORD.read_text(encoding="utf-8"))
    RECORD.write_text(json.dumps({**known, **figures}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Print the figures; with --record, write them down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("measure", "sheet", "judged"), nargs="?", default="measure")
    parser.add_argument("folder", type=Path, nargs="?", help="of a sheet")
    parser.add_argument("--record", action="store_true", help=f"write the figures to {RECORD.name}")
    options = parser.parse_args()
    figures: dict[str, Any]
    if options.what == "judged":
        figures = {"blind": judged(options.folder)}
    else:
        detector = biasdetect.load()
        if options.what == "sheet":
            sheet(detector, options.folder)
            return
        figures = {"model": detector.folder.label}
        figures |= {name: adversarial(detector, name) for name in ADVERSARIAL}
        figures |= {name: pairs(detector, name) for name in PAIRS}
        figures["verdicts"] = verdicts(detector)
        figures["cases"] = {name: case(detector, name) for name in CASES}
    for name, found in figures.items():
        if isinstance(found, dict):
            Console().print(name, {key: value for key, value in found.items() if key not in ("edits", "rejected")})
            for edit in found.get("edits", ()):  # written by us, and to be read
                Console().print("  ", *edit, sep="\n    ", markup=False)
    if options.record:
        record(figures)


if __name__ == "__main__":
    main()
