"""Decides whose words a stretch is: the outlet's own, quoted speech, scare quotes, a speaker's words in paraphrase.

All on offsets into the source: :func:`find_quotations` pairs the quotation marks of a block;
:class:`VoiceMap` says, for any stretch of a sentence, who answers for it; :func:`find_speakers` names
the speakers. All take time in proportion to the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import groupby

from biasdetect.language.attribution import Speech
from biasdetect.language.quotations import MARK, Quotation, Span, find_quotations
from biasdetect.language.speakers import PRONOUNS, is_person, speaker_of, topic_of
from biasdetect.results import Voice
from biasdetect.util.patterns import lazy

__all__ = ["Quotation", "VoiceMap", "find_quotations", "find_speakers"]

_NAME_WORD = lazy(r"[^a-z]|(?:a|an|and|as|at|by|de|for|from|in|is|la|of|on|or|the|to|von)$")
_CALLED_SO = lazy(r"\s+(?:is|was|were)\s+(?:how|what|the\s+(?:words?|phrase|term)\b)", re.IGNORECASE)
_CALLED = lazy(r"\b(?:motto|name|nickname|phrase|term|title|word)\b[^,;:]{0,30}\s(?:is|was)\s$", re.IGNORECASE)
_WORD_FOR = lazy(r"\b(?:hashtag|phrase|pronoun|slogan|term|word)s?\s$", re.IGNORECASE)
_SO_CALLED = lazy(r"\bso-called\s*$", re.IGNORECASE)
_NO_NOUN = (
    r"(?:am|is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|did|does|do|say|says|said|claim|"
    r"and|or|but|nor|as|at|by|for|from|in|into|of|off|on|over|than|that|to|who|whose|which|with|under|\w+ly)\b"
)
# what so-called governs without quotation marks: a name, or a noun with one word before it
_SO_CALLED_WORDS = lazy(
    rf"\b[Ss]o-called\s+((?:[A-Z][\w’'-]*\s+){{1,3}}(?:[A-Z][\w’'-]*)|(?!{_NO_NOUN})[\w’'-]+(?:\s+(?!{_NO_NOUN}|\w+ed\b)[\w’'-]+)?)"
)
_MODAL = lazy(r"\b(?:will|would|to|must|should|could|can|may|might)\s$")
_FIRST_PERSON = lazy(r"\b(?:I|I[’']\w+|me|my|we|us|you)\b")
_HOLDER = lazy(r"(?:^|\s)(?:the|an?|his|her|its|their|our|\S+[’']s|\S+s[’'])\s$", re.IGNORECASE)
_VERB_NEXT = lazy(r"\s[a-z]")
_SO_SAYS = lazy(r"(?:[Ss]o\s+)?(?:says|said)\s")
_SPACE = lazy(r"\s")  # a comma at the end of a line, or before a no-break space, is a comma still
_CLOSING = "”\"’'»“›‘«"
_EDGE = " \t\n\u00a0,;:.—–"


class VoiceMap:
    """Who answers for which characters of one sentence.

    Attributes:
        start: offset of the sentence's first character in the source.
        end: offset after its last one.
        quotes: source offsets of its quotations, marks included; scare quotes are none.
    """

    def __init__(
        self, text: str, start: int, end: int, quotations: Sequence[Quotation], prose: str | None = None
    ) -> None:
        """Divide a sentence by its voices.

        Args:
            text: the source.
            start: offset of the sentence in it.
            end: likewise.
            quotations: of its block.
            prose: the source at the same length without what is no prose; the source where left out.
        """
        self.start = start
        self.end = end
        self._text = text
        self._prose = text if prose is None else prose
        inside = []
        for index in range(bisect_right(quotations, start, key=lambda quote: quote.end), len(quotations)):
            quote = quotations[index]
            if quote.start >= end:
                break
            inside.append((max(quote.start, start), min(quote.end, end)))
        self._inside = inside
        outside = _without(text, start, end, inside)
        self._speech = Speech(outside)
        self._voices: list[Voice] = [Voice.ATTRIBUTED if told else Voice.OUTLET for told in self._speech.told]
        for match in _SO_CALLED_WORDS.finditer(outside):
            if not self._speech.told[match.start(1)]:
                self._voices[slice(*match.span(1))] = [Voice.SCARE_QUOTE] * (match.end(1) - match.start(1))
        alone = not any(char.isalpha() for char in outside)
        self.quotes: list[Span] = []
        for first, last in inside:
            heard = alone or bool(self._speech.heard[first - start])
            scare = _is_scare(text[first:last], outside, first - start, last - start, heard)
            self._voices[first - start : last - start] = [Voice.SCARE_QUOTE if scare else Voice.QUOTE] * (last - first)
            if not scare:
                self.quotes.append((first, last))

    def edited(self, start: int, end: int, new: str) -> VoiceMap:
        """The sentence by itself with ``source[start:end]`` replaced; a quotation that loses a mark is none any more."""
        text, prose = (
            f"{whole[self.start : start]}{new}{whole[end : self.end]}" for whole in (self._text, self._prose)
        )
        longer = len(new) - (end - start)
        quotations = []
        for first, last in self._inside:
            if last <= start:
                quotations.append(Quotation(first - self.start, last - self.start))
            elif end <= first:
                quotations.append(Quotation(first + longer - self.start, last + longer - self.start))
            elif first < start and end < last:
                quotations.append(Quotation(first - self.start, last + longer - self.start))
        return VoiceMap(text, 0, len(text), quotations, prose)

    def quoted(self, start: int, end: int) -> Span | None:
        """The words in quotation marks, marks included, that hold part of ``source[start:end]``; None where none do."""
        return next((span for span in self._inside if span[0] < end and start < span[1]), None)

    @property
    def text(self) -> str:
        """The sentence."""
        return self._text[self.start : self.end]

    @property
    def prose(self) -> str:
        """The sentence at the same length, with ellipses for what is no prose in it."""
        return self._prose[self.start : self.end]

    def voice(self, start: int, end: int) -> Voice:
        """Voice of ``source[start:end]``: the first that holds half of it."""
        voices = self._voices[max(start - self.start, 0) : max(end - self.start, 0)]
        for voice in (Voice.QUOTE, Voice.SCARE_QUOTE, Voice.ATTRIBUTED):
            if 2 * voices.count(voice) >= end - start:
                return voice
        return Voice.OUTLET

    @property
    def is_quote(self) -> bool:
        """Whether the sentence is reported speech through and through."""
        return any(first <= self.start + 1 and last >= self.end - 1 for first, last in self.quotes)

    @cached_property
    def others(self) -> list[Span]:
        """Source offsets of other people's words, quotations with their marks and paraphrases; neighbours are one."""
        text = self._text
        stretches: list[Span] = []
        position = self.start
        for voice, group in groupby(self._voices):
            first, position = position, position + sum(1 for _ in group)
            if voice.counts:
                continue
            last = position
            if voice is Voice.ATTRIBUTED:
                words = text[first:last]
                first += len(words) - len(words.lstrip(_EDGE))
                last -= len(words) - len(words.rstrip(_EDGE))
                if not any(char.isalnum() for char in text[first:last]):
                    continue
            if stretches and not text[stretches[-1][1] : first].strip(_EDGE):
                first = stretches.pop()[0]
            stretches.append((first, last))
        return stretches

    def without_marks(self) -> str:
        """The sentence with spaces for the marks around reported speech, so that every offset holds."""
        chars = list(self.prose)
        for first, last in self.quotes:
            for position in (first - self.start, last - self.start - 1):
                if MARK.match(chars[position]):
                    chars[position] = " "
        return "".join(chars)

    def without_quotes(self) -> str:
        """The sentence with an ellipsis in place of every quotation's words."""
        return self._with_ellipses(self.quotes)

    def without_others(self) -> str:
        """The sentence with an ellipsis in quotation marks for other people's words: 'She said that “…”.'."""
        return self._with_ellipses(self.others)

    @property
    def words_of_others(self) -> list[str]:
        """What others say in it: each stretch of :attr:`others` by itself."""
        return [self._prose[first:last] for first, last in self.others]

    @property
    def speaker(self) -> str | None:
        """Who says what is not the outlet's, as this sentence names them: a name without its title, or a description.

        None where the sentence holds no such words or names nobody; see :func:`find_speakers`.
        """
        return None if self.said_by in PRONOUNS else self.said_by

    @cached_property
    def said_by(self) -> str | None:
        """As :attr:`speaker`, or "he", "she", "they"."""
        if not self.others:
            return None
        return speaker_of(self._speech, _without(self._text, self.start, self.end, self.quotes))

    def _with_ellipses(self, spans: Sequence[Span]) -> str:
        text = self._prose
        pieces = []
        position = self.start
        for first, last in spans:
            pieces += [text[position:first], "“…”"]
            position = last
        return "".join([*pieces, text[position : self.end]])


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
        person = said or topic_of(text[voice.start : voice.end])
        if person:
            known, named_in = person if is_person(person) else None, paragraph
    return speakers


def _goes_on(before: VoiceMap, voice: VoiceMap, text: str, begins: bool) -> bool:
    """Whether the speaker of a sentence is that of the quotation before it."""
    if text[before.end - 1] not in _CLOSING:
        return not begins or bool(MARK.match(text, voice.start))
    return not begins and bool(MARK.match(text, voice.start) or _SO_SAYS.match(text, voice.start))


def _without(text: str, start: int, end: int, quotes: Sequence[Span]) -> str:
    """The sentence with NUL for what stands in quotation marks, save a comma before the closing one; all space is one."""
    pieces = []
    position = start
    for first, last in quotes:
        comma = last - first > 3 and text[last - 2] in ",!?"
        pieces += [text[position:first], "\x00" * (last - first - comma), "," * comma]
        position = last
    return _SPACE.sub(" ", "".join([*pieces, text[position:end]]))


def _is_scare(quoted: str, outside: str, start: int, end: int, heard: bool) -> bool:
    """Whether a quotation without a speaker is the outlet's doubt: no name and no exclamation."""
    inner = quoted[1:].rstrip(_CLOSING)
    words = inner.split(maxsplit=5)
    before, after = outside[max(0, start - 40) : start], outside[end : end + 40]
    subject = _HOLDER.search(before) and _VERB_NEXT.match(after)  # The "grown-ups in the room" left.
    if not words or len(words) > (4 if subject else 3):
        return False
    if _SO_CALLED.search(before):
        return True
    capital = inner[0].isupper()
    if heard or _FIRST_PERSON.search(inner) or inner[-1] in "!?" or (inner[-1] in ".," and capital):
        return False
    leads = not before.strip() or before.rstrip()[-1] in ";—"
    if leads and (outside[end - 1] == "," or after.startswith(",")):  # "..., he laughed"
        return False
    if len(words) > 1 and _MODAL.search(before):  # "will 'wait and see'"
        return False
    if before.rstrip().endswith(":") or _CALLED_SO.match(after) or _CALLED.search(before) or _WORD_FOR.search(before):
        return False
    nickname = re.search(r"\b[A-Z][\w.]*\s$", before) and re.match(r"\s[A-Z]", after)
    name = capital and all(_NAME_WORD.match(word) for word in words) and (len(words) > 1 or before)
    return not (nickname or name)
