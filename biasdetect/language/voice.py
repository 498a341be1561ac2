"""Decides whose words a stretch is: the outlet's own, quoted speech, scare quotes, a speaker's words in paraphrase.

The model says of every word whether it is somebody else's and whether it names who speaks. Quotation marks, found by their
pairs, say where speech is quoted. All on offsets into the source, and all in time that grows with the length of
the text: a :class:`QuotedSentence` is a sentence with its quotation marks, a :class:`VoiceMap` one of which the model has
said whose words it holds, and :func:`find_speakers` names the speakers.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from biasdetect.language.quotations import MARK, Quotation, Span, find_quotations
from biasdetect.language.speakers import is_person, name_of, topic_of
from biasdetect.results import Voice
from biasdetect.util.patterns import lazy
from biasdetect.util.stretches import masked

__all__ = ["Heard", "Quotation", "QuotedSentence", "VoiceMap", "find_quotations", "find_speakers", "with_said"]

_NEAR = 40  # characters that say what a quotation may be
_MOST_DOUBTFUL, _FEW = 4, 3  # words of scare quotes, and of those that it takes less to call so
# Logits of the network; chosen on PolNeAR's development part and on the hand-written sets.
_LOWEST = 0.0  # from which on a word is somebody else's
_ALONE = 1.5  # the same where nobody is named who might say it
_NAMES = -1.0  # from which on a word names who speaks
_NAMED = 0.0  # from which on one does for sure, so that quotations in his sentence are said
_SAID = 0.0  # mean of a quotation's words up to which few words are scare quotes, where nobody is named
_UNSAID = -1.0  # the same where somebody is, or they are more
_NAME_WORD = lazy(r"[^a-z]|(?:a|an|and|as|at|by|de|for|from|in|is|la|of|on|or|the|to|von)$")
_SO_CALLED = lazy(r"\bso-called\s*$", re.IGNORECASE)
_NO_NOUN = (
    r"(?:am|is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|did|does|do|say|says|said|claim|"
    r"and|or|but|nor|as|at|by|for|from|in|into|of|off|on|over|than|that|to|who|whose|which|with|under|\w+ly)\b"
)
# what so-called governs without quotation marks: a name, or a noun with one word before it
_SO_CALLED_WORDS = lazy(
    rf"\b[Ss]o-called\s+((?:[A-Z][\w’'-]*\s+){{1,3}}(?:[A-Z][\w’'-]*)|(?!{_NO_NOUN})[\w’'-]+(?:\s+(?!{_NO_NOUN}|\w+ed\b)[\w’'-]+)?)"
)
_GIVEN_NAME = lazy(r"\b[A-Z][\w.]*\s$")
_CAPITAL_NEXT = lazy(r"\s[A-Z]")
_CLOSING = "”\"’'»“›‘«"
_MARKS = f"{_CLOSING}„‚‹"


def with_said(quotations: Sequence[Quotation], said: Sequence[Quotation], start: int, end: int) -> Sequence[Quotation]:
    """The quotations of a block with what markup or layout gives as said in it; marks inside that are its own.

    Args:
        quotations: of the block.
        said: of the document, in order.
        start: of the block.
        end: of the block.
    """
    first = bisect_right(said, start, key=lambda one: one.end)
    last = bisect_left(said, end, key=lambda one: one.start)
    if first >= last:
        return quotations
    here = said[first:last]
    outside = []
    for quote in quotations:
        number = bisect_right(here, quote.start, key=lambda one: one.end)
        if number == len(here) or here[number].start >= quote.end:
            outside.append(quote)
    return sorted([*outside, *here], key=lambda one: one.start)


class QuotedSentence:
    """A sentence with its quotation marks.

    Attributes:
        start: offset of the sentence's first character in the source.
        end: offset after its last one.
        quotations: the parts of quotations in it, in order, at source offsets.
        headline: whether it is the article's headline.
    """

    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        quotations: Sequence[Quotation],
        prose: str | None = None,
        *,
        headline: bool = False,
    ) -> None:
        """Take a sentence out of its block.

        Args:
            text: the source.
            start: offset of the sentence in it.
            end: likewise.
            quotations: of its block, in order, not overlapping.
            prose: the source at the same length without what is no prose; the source where left out.
            headline: whether it is the article's headline.
        """
        self.headline = headline
        self.start = start
        self.end = end
        self._text = text
        self._prose = text if prose is None else prose
        self.quotations: list[Quotation] = []
        for index in range(bisect_right(quotations, start, key=lambda quote: quote.end), len(quotations)):
            quote = quotations[index]
            if quote.start >= end:
                break
            self.quotations.append(replace(quote, start=max(quote.start, start), end=min(quote.end, end)))

    @property
    def text(self) -> str:
        """The sentence."""
        return self._text[self.start : self.end]

    @property
    def prose(self) -> str:
        """The sentence at the same length, with ellipses for what is no prose in it."""
        return self._prose[self.start : self.end]

    @property
    def quoted(self) -> tuple[Span, ...]:
        """Where :attr:`quotations` stand, from the sentence's start."""
        return tuple((quote.start - self.start, quote.end - self.start) for quote in self.quotations)

    def quotation_at(self, start: int, end: int) -> Quotation | None:
        """The quotation that holds part of ``source[start:end]``; None where none does."""
        return next((quote for quote in self.quotations if quote.start < end and start < quote.end), None)

    def edited(self, start: int, end: int, new: str) -> QuotedSentence:
        """The sentence by itself with ``source[start:end]`` replaced; a quotation that loses a mark is none any more."""
        text, prose = (
            f"{whole[self.start : start]}{new}{whole[end : self.end]}" for whole in (self._text, self._prose)
        )
        longer = len(new) - (end - start)
        quotations = []
        for quote in self.quotations:
            first, last = quote.start, quote.end
            if end <= first:
                first, last = first + longer, last + longer
            elif start < last:
                if not (quote.sure or (first < start and end < last)):
                    continue
                # of what markup gives as said, the rest stays so
                first, last = min(first, start), max(last, end) + longer
                first = first if quote.start <= start else start + len(new)
                last = last if end <= quote.end else start
            if first < last:
                quotations.append(replace(quote, start=first - self.start, end=last - self.start))
        return QuotedSentence(text, 0, len(text), quotations, prose, headline=self.headline)

    def with_quotation(self, quotation: Quotation) -> QuotedSentence:
        """The sentence with one more quotation in it, at offsets from its start; it has none there yet."""
        here = replace(quotation, start=self.start + quotation.start, end=self.start + quotation.end)
        quotations = sorted([*self.quotations, here], key=lambda quote: quote.start)
        return QuotedSentence(self._text, self.start, self.end, quotations, self._prose, headline=self.headline)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the model says of the words of a sentence.

    Attributes:
        words: their offsets into the sentence.
        others: of each word the logit of being somebody else's; None where the model knows no voices.
        sources: of each word the logit of naming who speaks; None likewise.
    """

    words: Sequence[Span]
    others: Sequence[float] | None = None
    sources: Sequence[float] | None = None


class VoiceMap:
    """Who answers for which characters of one sentence.

    Attributes:
        sentence: it.
        quotes: source offsets of its quotations, marks included; scare quotes are none.
    """

    def __init__(self, sentence: QuotedSentence, heard: Heard) -> None:
        """Divide a sentence by its voices.

        Args:
            sentence: it.
            heard: what the model says; where it knows no voices, words in quotation marks alone are others'.
        """
        self.sentence = sentence
        text, start = sentence.text, sentence.start
        self._words = heard.words
        self._voices: list[Voice] = [Voice.OUTLET] * len(text)
        unknown = [-math.inf] * len(heard.words)
        self._sources = heard.sources if heard.sources is not None else unknown
        self._outside = masked(text, sentence.quoted, rest="…")
        self._hear(heard.others if heard.others is not None else unknown)
        for match in _SO_CALLED_WORDS.finditer(self._outside):
            if self._voices[match.start(1)] is Voice.OUTLET:
                self._voices[slice(*match.span(1))] = [Voice.SCARE_QUOTE] * (match.end(1) - match.start(1))
        said = not any(char.isalpha() for char in self._outside) or max(self._sources, default=-math.inf) > _NAMED
        self.quotes: list[Span] = []
        for quote in sentence.quotations:
            first, last = quote.start - start, quote.end - start
            words = heard.others[slice(*self._between(first, last))] if heard.others is not None else ()
            logit = sum(words) / len(words) if words else math.inf
            scare = not quote.sure and self._is_scare(first, last, _UNSAID if said else _SAID, logit)
            self._voices[first:last] = [Voice.SCARE_QUOTE if scare else Voice.QUOTE] * (last - first)
            if not scare:
                self.quotes.append((quote.start, quote.end))

    def _hear(self, others: Sequence[float]) -> None:
        """Put down whose words they are where the model says that they are somebody else's."""
        # where nobody is named who might say it, it takes more; and whoever is named is described by the outlet
        lowest = _LOWEST if max(self._sources, default=-math.inf) > _NAMES else _ALONE
        position = 0
        for (first, last), logit, source in zip(self._words, others, self._sources, strict=True):
            if logit > max(lowest, source):  # the space between two words of others is theirs
                begin = position if position and self._voices[position - 1] is Voice.ATTRIBUTED else first
                self._voices[begin:last] = [Voice.ATTRIBUTED] * (last - begin)
            position = last

    def _is_scare(self, first: int, last: int, unsaid: float, logit: float) -> bool:
        """Whether the quotation ``text[first:last]`` is the outlet's doubt: its form allows it, and the model hears nobody."""
        before, after = self._outside[max(0, first - _NEAR) : first], self._outside[last : last + _NEAR]
        inner = self.sentence.text[first:last].strip(_MARKS)
        words = len(inner.split())
        if not 0 < words <= _MOST_DOUBTFUL:
            return False
        so_called = _SO_CALLED.search(before)
        if so_called and self._voices[first - len(before) + so_called.start()] is Voice.OUTLET:
            return True
        return _may_be_doubted(inner, before, after) and logit < (_UNSAID if words > _FEW else unsaid)

    @property
    def start(self) -> int:
        """Of the sentence."""
        return self.sentence.start

    @property
    def end(self) -> int:
        """Of the sentence."""
        return self.sentence.end

    def _between(self, start: int, end: int) -> tuple[int, int]:
        """Numbers of the first word that reaches into ``text[start:end]``, and of the one behind the last."""
        return bisect_right(self._words, start, key=lambda word: word[1]), bisect_left(
            self._words, end, key=lambda word: word[0]
        )

    def voice(self, start: int, end: int) -> Voice:
        """Voice of ``source[start:end]``: the first that holds half of it."""
        voices = self._voices[max(start - self.start, 0) : max(end - self.start, 0)]
        for voice in (Voice.QUOTE, Voice.SCARE_QUOTE, Voice.ATTRIBUTED):
            if 2 * voices.count(voice) >= end - start:
                return voice
        return Voice.OUTLET

    @property
    def is_quotation(self) -> bool:
        """Whether one quotation holds the whole sentence."""
        return any(first <= self.start + 1 and last >= self.end - 1 for first, last in self.quotes)

    @property
    def is_quote(self) -> bool:
        """Whether the sentence is reported speech through and through, with quotation marks or without."""
        spoken = bool(self._words) and all(not self._voices[start].counts for start, _ in self._words)
        # of a headline with a speaker's label nothing else is left
        labelled = self.sentence.headline and any(quote.speaker for quote in self.sentence.quotations)
        return spoken or labelled or self.is_quotation

    @cached_property
    def has_others(self) -> bool:
        """Whether words of others are in it."""
        return any(not self._voices[start].counts for start, _ in self._words)

    @cached_property
    def said_by(self) -> str | None:
        """Who says what is not the outlet's, as this sentence names them, see :func:`find_speakers`.

        A name without its title, a description, or one of "he", "she" and "they"; None where it holds no such words or
        names nobody.
        """
        if not self.has_others:
            return None
        label = next((quote.speaker for quote in self.sentence.quotations if quote.speaker), None)
        if label:
            return name_of(label) or label
        named = sorted(self._named(), key=lambda found: -found[0])
        return next((name for _, phrase in named if (name := name_of(phrase))), None)

    def _named(self) -> Iterator[tuple[float, str]]:
        """What names a speaker, with the highest logit of its words."""
        text = self.sentence.text
        words = zip(self._words, self._sources, strict=True)
        for is_name, run in groupby(words, key=lambda word: word[1] > _NAMES):
            if is_name:
                found = list(run)
                yield max(logit for _, logit in found), text[found[0][0][0] : found[-1][0][1]]


def find_speakers(voices: Sequence[VoiceMap], text: str) -> list[str | None]:
    """Who says, in each sentence of a document, what is not the outlet's: a name, else a description.

    A sentence that is a quotation through and through takes the speaker of its quotation's next sentence
    or of the sentence before it; "he" and "she" are the last person named in this paragraph or the one before.

    Args:
        voices: the sentences, in order.
        text: the source.

    Returns:
        One entry a sentence; None where nobody else speaks, or nobody is named.
    """
    speakers: list[str | None] = []
    known: str | None = None  # the last one named, where it is a person
    named_in = paragraph = 0
    waiting = 0  # so many sentences before this one wait for the speaker at the end of their quotation
    for index, voice in enumerate(voices):
        begins = index > 0 and "\n" in text[voices[index - 1].end : voice.start]
        paragraph += begins
        if paragraph > named_in + 1:
            known = None
        if index > 0 and waiting and not _goes_on(voices[index - 1], voice, text, begins):
            waiting = 0
        said_by = voice.said_by
        said = known if said_by in ("he", "she") else None if said_by == "they" else said_by
        if said_by is None and voice.is_quote:
            before = speakers[-1] if index > 0 and (not begins or voices[index - 1].quotes) else None
            said = before or (known if named_in == paragraph else None)
            open_ended = text[voice.end - 1] not in _CLOSING
            if said is None or (open_ended and (begins or index == 0)):
                said = None
                waiting += 1
            speakers.append(said)
            continue
        speakers.append(said)
        if said and waiting:
            speakers[-1 - waiting : -1] = [said] * waiting
        waiting = 0
        person = said or topic_of(voice.sentence.text)
        if person:
            known, named_in = person if is_person(person) else None, paragraph
    return speakers


def _goes_on(before: VoiceMap, voice: VoiceMap, text: str, begins: bool) -> bool:
    """Whether the speaker of a sentence is that of the quotation before it."""
    opens = bool(MARK.match(text, voice.start))
    return not begins and opens if text[before.end - 1] in _CLOSING else not begins or opens


def _may_be_doubted(inner: str, before: str, after: str) -> bool:
    """Whether a few words in quotation marks can be the outlet's doubt: no sentence, and no name, nickname or title."""
    if inner[-1] in "!?" or before.rstrip().endswith(":"):
        return False
    capital = inner[0].isupper()
    spoken = inner[-1] in ".," and (capital or not before.strip())  # "“A sham,” he laughed"
    if spoken or (not before.strip() and after.startswith(",")):
        return False
    words = inner.split()
    nickname = _GIVEN_NAME.search(before) and _CAPITAL_NEXT.match(after)
    name = capital and all(_NAME_WORD.match(word) for word in words) and (len(words) > 1 or before)
    return not (nickname or name)
