"""Checks records beside each other: duplicates, contradictions, one class, sentences that test data holds too."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from biasdetect.labels.names import shown
from biasdetect.labels.records import LabelRecord, Place, Problem
from biasdetect.util.counting import count_of

LEAST_TO_TRAIN = 20
"""Labelled sentences without which no model is trained: with fewer, no part can be kept apart that proves anything."""

LONG = 1000  # characters; a sentence of news prose rarely has 400
_RUN = 4  # words
_NEAR = 0.8  # share of common runs from which on two sentences are nearly the same
_NAMED = 4  # places named in one message
_COMMONEST = 50  # a run in more test sentences than this is an idiom and tells nothing


@dataclass(slots=True)
class CheckResult:
    """Problems, warnings, and the reasons for which a record, by number, is rejected."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    rejected: dict[int, list[str]] = field(default_factory=dict)


def check(records: Sequence[LabelRecord], test: Sequence[tuple[str, Place]]) -> CheckResult:
    """What is wrong with records that are each right by themselves.

    Args:
        records: of all files.
        test: texts of test data and their places.
    """
    findings = CheckResult()
    _lengths(records, findings)
    _unlabelled(records, findings)
    _duplicates(records, findings)
    _classes(records, findings)
    _by_marks_alone(records, findings)
    if test:
        _overlap(records, test, findings)
    return findings


def same_text(text: str) -> str:
    """A text without what a copy may change: case, kinds of quotation marks and dashes, spaces.

    Quotation marks stay: a word in scare quotes is another label than the same word without.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub("[–—−]", "-", re.sub("[“”„«»‟]", '"', re.sub("[‘’‚‹›`´]", "'", plain))).split())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def _lengths(records: Sequence[LabelRecord], findings: CheckResult) -> None:
    for record in records:
        if len(record.text) > LONG:
            message = f"{len(record.text):,} characters are far too long for a sentence. Label sentences one by one."
            findings.warnings.append(Problem("long-text", message, _text(record)))


def _unlabelled(records: Sequence[LabelRecord], findings: CheckResult) -> None:
    missing: dict[str, list[int]] = defaultdict(list)
    for record in records:
        if not record.labelled:
            missing[record.place.file].append(record.place.line or 0)
    for file, lines in missing.items():
        where = ", ".join(map(str, lines[:5])) + (" …" if len(lines) > 5 else "")
        rows = "1 row has" if len(lines) == 1 else f"{len(lines)} rows have"
        message = f"{rows} no label (line {where}). They are kept, and nothing is trained or measured on them."
        findings.warnings.append(Problem("no-label", message, Place(file)))


def _duplicates(records: Sequence[LabelRecord], findings: CheckResult) -> None:
    groups: dict[str, list[int]] = defaultdict(list)
    for number, record in enumerate(records):
        groups[same_text(record.text)].append(number)
    for numbers in groups.values():
        if len(numbers) == 1:
            continue
        if contradict([records[number] for number in numbers]):
            for number in numbers:
                others = "; ".join(_said(records[other]) for other in numbers[:_NAMED] if other != number)
                message = f"the same text has another label elsewhere ({others}). Decide, or give the votes of both (--contradictions votes)."
                _reject(findings, number, records[number], "contradiction", message)
            continue
        first = records[numbers[0]].place
        for number in numbers[1:]:
            message = f"the same text as in {first}."
            findings.warnings.append(Problem("duplicate", message, _text(records[number])))


def too_few(labelled: int) -> str:
    """That so many labelled sentences are too few to train a model on; empty where they are enough."""
    if labelled >= LEAST_TO_TRAIN:
        return ""
    return f"{count_of(labelled, 'labelled sentence')}; to train a model at least {LEAST_TO_TRAIN} are needed"


def one_kind(records: Sequence[LabelRecord]) -> str:
    """That all labelled texts are biased, or all plain; empty where both kinds are there, or only one text is."""
    seen = Counter(label for record in records if (label := record.decision) is not None)
    if len(seen) != 1 or sum(seen.values()) < 2:
        return ""
    return f"all {sum(seen.values())} labelled texts are {'biased' if 1 in seen else 'plain'}"


def contradict(records: Sequence[LabelRecord]) -> bool:
    """Whether records of one text say opposite things of it."""
    targets = [target for record in records if (target := record.target) is not None]
    return bool(targets) and min(targets) < 0.5 < max(targets) and max(targets) - min(targets) >= 0.5


def _said(record: LabelRecord) -> str:
    return f"{record.place}" + ("" if record.target is None else f": {record.target:.2g}")


def _classes(records: Sequence[LabelRecord], findings: CheckResult) -> None:
    if said := one_kind(records):
        message = f"{said}. A model needs both kinds to learn from."
        findings.problems.append(Problem("one-class", message, Place(records[0].place.file)))


def _by_marks_alone(records: Sequence[LabelRecord], findings: CheckResult) -> None:
    """Where wording alone was marked, a text without a mark counts as plain, whether anybody read it or not."""
    unmarked: Counter[str] = Counter()
    for record in records:
        if record.target is None and record.spans is not None and not record.decision:
            unmarked[record.place.file] += 1
    for file, count in unmarked.items():
        texts = "1 text has" if count == 1 else f"{count} texts have"
        message = f"{texts} no mark and no label, and so count as plain. Leave out those that nobody read, or label them."  # fmt: skip
        findings.warnings.append(Problem("plain-by-marks", message, Place(file)))


def _overlap(records: Sequence[LabelRecord], test: Sequence[tuple[str, Place]], findings: CheckResult) -> None:
    """Sentences that test data holds word for word (a problem) or nearly so (a warning)."""
    exact: dict[str, Place] = {}
    runs: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sizes = []
    for number, (text, place) in enumerate(test):
        words = _words(text)
        exact.setdefault(" ".join(words), place)
        mine = _runs(words)
        sizes.append(len(mine))
        for run in mine:
            if len(runs[run]) <= _COMMONEST:
                runs[run].append(number)
    for number, record in enumerate(records):
        words = _words(record.text)
        found = exact.get(" ".join(words))
        if found:
            _reject(findings, number, record, "in-test", f"stands in the test data too ({found}). Take it out of one.")
            continue
        mine = _runs(words)
        common = Counter(other for run in mine if len(runs.get(run, ())) <= _COMMONEST for other in runs.get(run, ()))
        for other, count in common.most_common(1):
            if count >= _NEAR * max(len(mine), sizes[other]):
                text, place = test[other]
                message = f"nearly stands in the test data ({place}: {shown(text)})."
                findings.warnings.append(Problem("near-test", message, _text(record)))


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)}


def _reject(findings: CheckResult, number: int, record: LabelRecord, kind: str, message: str) -> None:
    findings.problems.append(Problem(kind, message, _text(record)))
    findings.rejected.setdefault(number, []).append(message)


def _text(record: LabelRecord) -> Place:
    return Place(record.place.file, record.place.line, record.place.column)
