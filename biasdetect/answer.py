"""The answer that every report begins with: how many phrases to change, which is the worst, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from biasdetect.results import Phrase, Report

Verdict = Literal["change", "quoted", "clean", "nothing", "unread"]
"""``change``: some of the writer's own words are flagged; ``quoted``: words of others alone; ``clean``: none;
``nothing``: there was no sentence to score; ``unread``: the text is in a language that the model does not read."""

WORST = 5
"""Phrases that are named first, at most."""

_LONGEST = 60  # characters of a phrase in the sentence
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one report.

    Attributes:
        verdict: which kind of answer it is.
        lead: the sentence up to the worst phrase; all of it where there is none.
        words: the worst phrase, cut where it is long; empty where there is none.
        tail: the sentence after it.
        own: number of flagged phrases that are the writer's own words.
        quoted: number of flagged phrases in the words of others.
        worst: the worst of the writer's own, at most :data:`WORST`, the worst first; of several with the same words the first.
    """

    verdict: Verdict
    lead: str
    words: str = ""
    tail: str = ""
    own: int = 0
    quoted: int = 0
    worst: tuple[Phrase, ...] = ()

    @property
    def text(self) -> str:
        """The sentence: "Two phrases to change; the worst is “potbellied”: leave it out."."""
        return f"{self.lead}“{self.words}”{self.tail}" if self.words else self.lead


def answer_of(report: Report) -> Answer:
    """The answer of a report. Where quotations are counted, the words of others are among the writer's own."""
    own = [phrase for phrase in report.phrases if phrase.counts or report.settings.quotes == "count"]
    quoted = len(report.phrases) - len(own)
    if report.foreign_language:
        return Answer("unread", "No verdict: the model does not read the language of this text.", own=len(own), quoted=quoted)  # fmt: skip
    if not own:
        if not report.sentences:
            return Answer("nothing", "Nothing to judge: no sentence of this text was scored.")
        if not quoted:
            return Answer("clean", "Nothing to change: this text is clean.")
        flagged = "the one flagged phrase is" if quoted == 1 else f"all {_number(quoted).lower()} flagged phrases are"
        return Answer("quoted", f"Nothing to change: {flagged} in quoted words.", quoted=quoted)
    worst = tuple(worst_of(own))
    remedy = worst[0].remedy
    lead = f"{to_change(len(own))}: " if len(own) == 1 else f"{to_change(len(own))}; the worst is "
    return Answer("change", lead, _cut(worst[0].text), f": {remedy}." if remedy else ".", len(own), quoted, worst)


def to_change(number: int) -> str:
    """How many phrases there are to change: "Two phrases to change"."""
    return f"{_number(number)} phrase{'' if number == 1 else 's'} to change"


def remedy_of(phrase: Phrase) -> str:
    """What to do about a phrase, as a clause without a full stop: its first suggestion, or the advice; empty without either."""
    if not phrase.suggestions:
        return phrase.advice[:1].lower() + phrase.advice[1:].removesuffix(".")
    first = phrase.suggestions[0]
    if not first.words:
        return "leave it out"
    if first.words == phrase.text:  # scare quotes: the words stay
        return "leave out the quotation marks"
    return f"write “{first.words}”"


def worst_of(phrases: Sequence[Phrase]) -> Iterator[Phrase]:
    """The phrases with the highest scores, at most :data:`WORST`, each wording once."""
    seen = set[str]()
    for phrase in sorted(phrases, key=lambda phrase: (-phrase.score, phrase.start)):
        words = " ".join(phrase.text.casefold().split())
        if words not in seen:
            seen.add(words)
            yield phrase
        if len(seen) == WORST:
            return


def _number(number: int) -> str:
    """A number in words where it is small, as the first word of a sentence."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def _cut(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"
