"""Applies a house style to a report: what is reported beyond what the model finds, and what is not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from biasdetect.house.ignore import find_ignored
from biasdetect.house.terms import Terms
from biasdetect.results import KindChoice, Phrase, Report
from biasdetect.util.numbers import PROBABILITY

_WHY = "house style"  # begins the reason of a phrase that is flagged because a house style asks for it


@dataclass(frozen=True, slots=True)
class Rules:
    """What a house style says of one document; without arguments, nothing but to obey marks in the text.

    Attributes:
        threshold: lowest score of a flagged phrase, 0 to 1; None for the model's own.
        kind: what the text is read as, ``auto`` for what it calls itself; None for news.
        categories: by name, the lowest score of its phrases, 0 to 1, or False where none is reported.
        allow: wording that is never flagged by itself.
        flag: wording that is always flagged.
        marks: whether ``<!-- biasdetect: ignore -->`` counts in formats that have comments.
        name: of the file that this comes from; empty where there is none.

    Raises:
        ValueError: for a threshold out of range; TypeError for one that is no number.
    """

    threshold: float | None = None
    kind: KindChoice | None = None
    categories: Mapping[str, float | bool] = field(default_factory=dict)
    allow: Terms = field(default_factory=Terms)
    flag: Terms = field(default_factory=Terms)
    marks: bool = True
    name: str = ""

    def __post_init__(self) -> None:
        if self.threshold is not None:
            PROBABILITY.check("threshold", self.threshold)
        for category, lowest in self.categories.items():
            if not isinstance(lowest, bool):
                PROBABILITY.check(f"threshold of {category}", lowest)

    def lowered(self, threshold: float) -> dict[str, float]:
        """The categories of which phrases below a threshold are reported, and their lowest scores."""
        return {
            category: lowest
            for category, lowest in self.categories.items()
            if not isinstance(lowest, bool) and lowest < threshold
        }

    def without_thresholds(self) -> Rules:
        """The same, where a threshold is given for the document: categories are then on or off."""
        categories = {name: lowest for name, lowest in self.categories.items() if isinstance(lowest, bool)}
        return replace(self, threshold=None, categories=categories)

    def flagged(self, text: str, phrases: Iterable[Phrase]) -> list[Phrase]:
        """The phrases of a sentence, as the model finds them, and the terms to flag, in order.

        A phrase that shares words with a term becomes one with it.
        """
        coming = deque(sorted(phrases, key=lambda phrase: phrase.start))
        found: list[Phrase] = []
        for start, end, term in self.flag.find(text):
            while coming and coming[0].end <= start:
                found.append(coming.popleft())
            touched = [found.pop()] if found and found[-1].end > start else []  # it grew by the term before
            while coming and coming[0].start < end:
                touched.append(coming.popleft())
            first = min([start, *(phrase.start for phrase in touched)])
            last = max([end, *(phrase.end for phrase in touched)])
            why = f"{_WHY}: {term.why}" if term.why else _WHY
            words = text[first:last]
            found.append(Phrase(words, first, last, 1.0, term.category, why=why, position=first, origin="house"))
        return [*found, *coming]

    def silences(self, phrase: Phrase, allowed: Sequence[tuple[int, int]]) -> bool:
        """Whether a phrase is not reported: its category is off, its score too low, or its wording allowed.

        Args:
            phrase: of a report.
            allowed: offsets into its sentence's text of what is allowed there.
        """
        if phrase.origin == "house":
            return False
        lowest = self.categories.get(phrase.category, True)
        if phrase.score < lowest if not isinstance(lowest, bool) else not lowest:
            return True
        start, end = phrase.position, phrase.position + len(phrase.text)
        return any(first <= start and end <= last for first, last in allowed)


def apply_rules(report: Report, source: str, rules: Rules) -> Report:
    """A report without what a house style and marks in the text silence; its notes say how much that is.

    Scores of sentences stay what they are. What the rules flag beyond the model's findings is in the report
    already, where it was made with them: ``detector.score(document, rules=rules)``, which calls this too.

    Args:
        report: as the detector made it.
        source: what its offsets point into.
        rules: of the document; marks count where ``rules.marks`` is set.
    """
    ignored, warnings = find_ignored(source, report.sentences) if rules.marks else ([], [])
    silenced = by_marks = 0
    sentences = []
    for sentence in report.sentences:
        allowed = [(start, end) for start, end, _ in rules.allow.find(sentence.text)] if sentence.phrases else []
        kept = []
        for phrase in sentence.phrases:
            if any(phrase.start < end and start < phrase.end for start, end in ignored):
                by_marks += 1
            elif rules.silences(phrase, allowed):
                silenced += 1
            else:
                kept.append(phrase)
        sentences.append(sentence if len(kept) == len(sentence.phrases) else replace(sentence, phrases=tuple(kept)))
    added = sum(phrase.origin == "house" for sentence in sentences for phrase in sentence.phrases)
    notes = list(report.notes)
    if silenced or added:
        name = f"House style ({rules.name})" if rules.name else "House style"
        counts = ((silenced, "silenced"), (added, "added"))
        notes.append(f"{name}: {', '.join(f'{_findings(count)} {what}' for count, what in counts if count)}.")
    if by_marks:
        notes.append(f"{_findings(by_marks)} ignored by marks in the text.")
    return replace(report, sentences=tuple(sentences), notes=tuple(notes), warnings=(*report.warnings, *warnings))


def _findings(number: int) -> str:
    return f"{number} finding" + ("" if number == 1 else "s")
