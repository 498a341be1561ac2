"""Whose words: the outlet's own, quoted speech, scare quotes, a speaker's words in paraphrase.

Two steps, both on offsets into the source. :func:`find_quotations` pairs the quotation marks of a block;
:class:`VoiceMap` says, for any stretch of a sentence, who answers for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from biasdetect.results import Voice

# opening mark -> the marks that close it
_CLOSERS = {
    "“": '”"',
    "„": '“”"',
    "‟": '”"',
    "«": "»",
    "»": "«",
    "‹": "›",
    '"': '"”',
    "‘": "’'",
    "‚": "‘’",
    "'": "'’",
}
_SINGLE = "‘‚'‹"
_BEFORE_OPENING = re.compile(r"[\s(\[{—–\-/:“„«\"‘']")
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)")

_SAY = (
    r"(?:sa(?:id|ys?|ying)|told|tells?|add(?:ed|s)|stat(?:ed|es?)|wr(?:ote|ites)|claim(?:ed|s|ing)?|argu(?:ed|es|ing)|"
    r"insist(?:ed|s|ing)|warn(?:ed|s|ing)|announc(?:ed|es|ing)|assert(?:ed|s|ing)|maintain(?:ed|s)|contend(?:ed|s)|"
    r"alleg(?:ed|es|ing)|acknowledg(?:ed|es)|admit(?:ted|s)|conced(?:ed|es)|declar(?:ed|es|ing)|explain(?:ed|s)|"
    r"not(?:ed|es)|report(?:ed|s)|suggest(?:ed|s|ing)|believ(?:ed|es?)|testif(?:ied|ies)|predict(?:ed|s)|repl(?:ied|ies)|"
    r"respond(?:ed|s)|complain(?:ed|s|ing)|confirm(?:ed|s)|den(?:ied|ies)|promis(?:ed|es)|pledg(?:ed|es)|vow(?:ed|s)|"
    r"bleat(?:ed|s)|whin(?:ed|es)|moan(?:ed|s)|crow(?:ed|s)|gloat(?:ed|s)|boast(?:ed|s)|brag(?:ged|s)|rant(?:ed|s)|"
    r"gush(?:ed|es)|fum(?:ed|es)|sneer(?:ed|s)|thunder(?:ed|s)|blust(?:ered|ers))"
)
_SPEAKS = re.compile(
    rf"\b(?:{_SAY}|call(?:ed|s|ing)|describ(?:ed|es|ing)|dubb(?:ed|ing)|label(?:l?ed|s)|term(?:ed|s)|brand(?:ed|s)|"
    r"accus(?:ed|es|ing)|quot(?:ed|es|ing)|according\s+to|ask(?:ed|s)|tweet(?:ed|s)|post(?:ed|s)|spoke|speaking|"
    r"denounc(?:ed|es|ing)|prais(?:ed|es|ing)|criticis(?:ed|es)|criticiz(?:ed|es)|condemn(?:ed|s|ing)|cit(?:ed|es|ing)|"
    r"rul(?:ed|es|ing)|word(?:s|ed)|phrase|slogan|entitled|titled|known\s+as|named)\b",
    re.IGNORECASE,
)
_CLAUSE_END = r"(?=;|[,\x00]\s+(?:but|while|although|though|whereas|even\s+as)\b|$)"
_ATTRIBUTED = (
    # "The ministry said (that) ..."; the speaker stands before the verb, so something must precede it
    re.compile(rf"(?<=[\w’'),”\"]\s){_SAY}(?:\s+(?:reporters|journalists|the\s+\w+))?\s+that\s+(?P<words>.+?){_CLAUSE_END}", re.IGNORECASE | re.DOTALL),
    re.compile(rf"(?<=[\w’'])\s(?:said|says|claimed|argued|insisted|believes?|warned)\s+(?=(?:it|he|she|they|there|the|a|an|its|his|her|their|this|these|no|all)\b)(?P<words>.+?){_CLAUSE_END}", re.IGNORECASE | re.DOTALL),
    # "..., the minister said." closes the sentence
    re.compile(rf"^(?P<words>[^,“\"]{{12,}}),\s+(?:\w+[\s-]){{1,6}}{_SAY}(?:\s+(?:on|in|at|this|last|late)\s+\w+)?[.!]?$", re.IGNORECASE | re.DOTALL),
    re.compile(r"^according\s+to\s+[^,]+,\s*(?P<words>.+)$", re.IGNORECASE | re.DOTALL),
    re.compile(r"^(?P<words>.+?),?\s+according\s+to\s+[^,]+$", re.IGNORECASE | re.DOTALL),
    re.compile(r"\bwhat\s+(?:\w+\s+){1,4}(?:call(?:ed|s)|describ(?:ed|es)\s+as|term(?:ed|s)|saw\s+as)\s+(?P<words>[^,;.]+)", re.IGNORECASE),
    re.compile(r"\baccus(?:ed|es|ing)\s+[^,;.]+?\s+of\s+(?P<words>[^;.]+)", re.IGNORECASE),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words inside quotation marks: ``source[start:end]`` holds the marks too.

    Attributes:
        start: offset of the opening mark.
        end: offset after the closing mark, or of the end of the words where it is missing.
        opened: whether ``start`` is a mark (a quotation may go on from the paragraph before).
    """

    start: int
    end: int


def find_quotations(text: str, start: int, end: int, next_char: str = "") -> list[Quotation]:
    """Quotations in one block, in order; nested ones belong to the outer.

    A quotation whose closing mark is missing runs to the end of the block where the next block opens
    with a mark too (speech over several paragraphs), and otherwise to the end of its sentence.

    Args:
        text: the source.
        start: first character of the block.
        end: the block's end, exclusive.
        next_char: first character of the block after this one.
    """
    quotations = []
    position = start
    while position < end:
        mark = text[position]
        if mark not in _CLOSERS or not _opens(text, position, start, end):
            position += 1
            continue
        close = _closing(text, position, end)
        if close is None:
            if mark in _SINGLE:  # an apostrophe after all
                position += 1
                continue
            if next_char and next_char in _CLOSERS and next_char not in "'":
                close = end - 1
            else:
                stop = _SENTENCE_END.search(text, position, end)
                close = (stop.end() if stop else end) - 1
        quotations.append(Quotation(position, close + 1))
        position = close + 1
    return quotations


def _opens(text: str, position: int, start: int, end: int) -> bool:
    before = text[position - 1] if position > start else " "
    after = text[position + 1] if position + 1 < end else " "
    if after.isspace() or not _BEFORE_OPENING.match(before):
        return False
    # '90s and 'twas are apostrophes; a real opening single mark stands before a letter
    return text[position] != "'" or (after.isalpha() and not before.isalnum())


def _closing(text: str, opening: int, end: int) -> int | None:
    mark = text[opening]
    closers = _CLOSERS[mark]
    for position in range(opening + 1, end):
        char = text[position]
        if char not in closers:
            continue
        before = text[position - 1]
        after = text[position + 1] if position + 1 < end else " "
        if char in "'’":
            if not after.isalnum() and not before.isspace() and position > opening + 1:
                return position
        elif char == '"':
            if not after.isalnum() and not before.isspace():
                return position
        else:
            return position
    return None


class VoiceMap:
    """Who answers for which characters of one sentence."""

    def __init__(self, text: str, start: int, end: int, quotations: Sequence[Quotation]) -> None:
        """Args: the source, the sentence's offsets in it, and the quotations of its block."""
        self.start = start
        self.end = end
        inside = [quote for quote in quotations if quote.start < end and quote.end > start]
        sentence = text[start:end]
        plain = list(sentence)
        for quote in inside:
            for position in range(max(quote.start, start), min(quote.end, end)):
                plain[position - start] = "\x00"
        outside = "".join(plain)
        speaker = bool(_SPEAKS.search(outside))
        self.quotes: list[tuple[int, int]] = []
        self._scares: list[tuple[int, int]] = []
        for quote in inside:
            span = (max(quote.start, start), min(quote.end, end))
            if _is_scare(text, quote, outside[: span[0] - start], speaker):
                self._scares.append(span)
            else:
                self.quotes.append(span)
        self._attributed = [
            (start + match.start("words"), start + match.end("words"))
            for pattern in _ATTRIBUTED
            for match in pattern.finditer(outside)
        ]

    def voice(self, start: int, end: int) -> Voice:
        """Voice of ``source[start:end]``."""
        for spans, voice in ((self.quotes, "quote"), (self._scares, "scare-quote"), (self._attributed, "attributed")):
            if any(first < end and start < last and _covers(first, last, start, end) for first, last in spans):
                return voice  # type: ignore[return-value]
        return "outlet"

    @property
    def is_quote(self) -> bool:
        """Whether the sentence is reported speech through and through."""
        return any(first <= self.start + 1 and last >= self.end - 1 for first, last in self.quotes)

    def without_quotes(self, text: str) -> str:
        """The sentence with an ellipsis in place of every quotation's words."""
        pieces = []
        position = self.start
        for first, last in self.quotes:
            pieces += [text[position:first], "“…”"]
            position = last
        return "".join([*pieces, text[position : self.end]])


def _covers(first: int, last: int, start: int, end: int) -> bool:
    """Whether first..last holds at least half of start..end."""
    return 2 * (min(last, end) - max(first, start)) >= end - start


def _is_scare(text: str, quote: Quotation, before: str, speaker: bool) -> bool:
    inner = text[quote.start + 1 : quote.end].rstrip("”\"’'»“›")
    if not inner or len(inner.split()) > 3 or inner[-1] in ".!?":
        return False
    if re.search(r"\bso-called\s*$", before, re.IGNORECASE):
        return True
    return not speaker and not inner.istitle()
