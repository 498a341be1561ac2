"""Finds the words of a block that stand in quotation marks.

Time grows in proportion to the length of the text: every pattern is bounded or runs forward once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from biasdetect.language.sentences import split_sentences
from biasdetect.util.patterns import lazy

Span = tuple[int, int]

# opening mark -> the marks that close it
_CLOSERS = {
    "“": '”"',
    "”": "”",
    "„": '“”"',
    "‟": '”"',
    "«": "»",
    "»": "«»",
    "‹": "›",
    '"': '"”',
    "‘": "’'",
    "‚": "‘’",
    "'": "'’",
}
MARK = lazy("[“”„‟«»‹›\"‘’‚']")
_SINGLE = "‘’‚'‹›"
_BEFORE_OPENING = lazy(r"[\s(\[{—–\-/:“„«\"‘']")
_ELISION = lazy(r"['‘](?:\d0s|\d\d(?!\s+[a-z])|n['’]|(?:em|un|til|tis|twas|cause|bout|round)\b)", re.IGNORECASE)
_SENTENCE_END = lazy(r"[.!?…](?=\s|$)")
_SPEAKER_TAG = lazy(
    r",\s+(?:(?:said|says|added)\s|(?:he|she|they|[A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*){0,3})\s+(?:said|says|added)\b)"
)
_DEEPEST = 6  # quotations within quotations; a closing mark looks no further up


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words inside quotation marks: ``source[start:end]`` holds the marks too.

    Attributes:
        start: offset of the opening mark, or of the first word where it is missing.
        end: offset after the closing mark, or of the end of the words where it is missing.
        sure: markup or layout gives it as somebody's words, whatever the words are.
        speaker: as a label names them; empty where none does.
    """

    start: int
    end: int
    sure: bool = False
    speaker: str = ""


def find_quotations(text: str, start: int, end: int, next_char: str = "") -> list[Quotation]:
    """Quotations in one block, in order; nested ones belong to the outer.

    A quotation whose closing mark is missing runs to the end of the block where the next block opens
    with the same mark (speech over several paragraphs), and otherwise to the end of its sentence or to
    the speaker ("..., he said"). One whose opening mark is missing, as in a sentence cut out of its
    article, begins with its sentence.

    Args:
        text: the source.
        start: first character of the block.
        end: the block's end, exclusive.
        next_char: first character of the block after this one.
    """
    spans, unopened, unclosed = _pairs(text, start, end)
    spans += _without_opening(text, start, end, spans, unopened)
    for index, opening in enumerate(unclosed):
        following = unclosed[index + 1] if index + 1 < len(unclosed) else end
        if following == end and (next_char == text[opening] or next_char + text[opening] in ("«»", "»«")):
            spans.append((opening, end))
        elif text[opening] not in _SINGLE:  # a single one is an apostrophe after all
            sentence_end = _SENTENCE_END.search(text, opening, following)
            stop = sentence_end.end() if sentence_end else following
            tag = _SPEAKER_TAG.search(text, opening, stop)
            spans.append((opening, tag.start() + 1 if tag else stop))
    quotations: list[Quotation] = []
    for first, last in sorted(spans):
        if not quotations or first >= quotations[-1].end:
            quotations.append(Quotation(first, last))
    return quotations


def unpaired_marks(text: str, start: int, end: int) -> tuple[list[int], list[int]]:
    """Double quotation marks of one block that stand alone: those that close nothing, and those that nothing closes.

    Args:
        text: the source.
        start: first character of the block.
        end: the block's end, exclusive.
    """
    _, unopened, unclosed = _pairs(text, start, end)
    closing, opening = ([place for place in marks if text[place] not in _SINGLE] for marks in (unopened, unclosed))
    return closing, opening


def _pairs(text: str, start: int, end: int) -> tuple[list[Span], list[int], list[int]]:
    """Quotations with both their marks, nested ones too; closing marks without opening; opening ones without closing."""
    pairs: list[Span] = []
    unopened: list[int] = []
    stack: list[int] = []
    for position, opens, closes in _marks(text, start, end):
        opening = _opening(text, position, stack) if closes else None
        if opening is not None:
            pairs.append((stack[opening], position + 1))
            del stack[opening:]
        elif opens:
            stack.append(position)
        else:
            unopened.append(position)
    return pairs, unopened, stack


def _opening(text: str, position: int, stack: Sequence[int]) -> int | None:
    """Which open quotation a mark closes; an apostrophe closes none but the innermost."""
    mark = text[position]
    reach = 1 if mark in "'’" else _DEEPEST
    for depth in range(len(stack) - 1, max(len(stack) - reach, 0) - 1, -1):
        if mark in _CLOSERS[text[stack[depth]]] and position > stack[depth] + 1:
            return depth
    return None


def _without_opening(text: str, start: int, end: int, pairs: Sequence[Span], unopened: Sequence[int]) -> Iterator[Span]:
    """Quotations of which only the closing mark is there: from the beginning of their sentence."""
    closing = [position for position in unopened if _ends_speech(text, position, start, end)]
    if not closing:
        return
    sentences = [begin for begin, _ in split_sentences(text, start, end)]
    whole = sorted(pairs)
    index = 0
    floor = start  # nothing before it belongs to the quotation
    for position in closing:
        while index < len(whole) and whole[index][0] < position:
            last = whole[index][1]
            # one that ends where the lone mark stands lies within the quotation
            if last > position or (last < position and text[last - 2] in ",.!?"):
                floor = max(floor, last)
            index += 1
        begin = sentences[bisect_left(sentences, position) - 1]
        if floor <= begin < position:
            yield begin, position + 1
        floor = max(floor, position + 1)


def _ends_speech(text: str, position: int, start: int, end: int) -> bool:
    """Whether a lone closing mark stands beside a comma or a full stop; an apostrophe and inches do not."""
    last = position - 2 if text[position - 1 : position] in ("’", "'") else position - 1  # “... ‘no way,’” she said
    before = text[last] if last >= start else " "
    after = text[position + 1] if position + 1 < end else " "
    if before in ",.!?…":
        return after.isspace() or not after.isalnum()
    return text[position] in "”»“" and not before.isspace() and (after in ",." or position + 1 >= end)


def _marks(text: str, start: int, end: int) -> list[tuple[int, bool, bool]]:
    """Quotation marks with whether each may open and may close; apostrophes and inches are left out."""
    marks = []
    closes_next = {True: False, False: False}  # single marks, double marks: the next sure one closes
    for match in reversed(list(MARK.finditer(text, start, end))):
        position = match.start()
        mark = match.group()
        opens = _opens(text, position, start, end)
        closes = _closes(text, position, start, end)
        single = mark in _SINGLE
        # the players' union, doin' fine, a 12" record: no closing mark if a better one follows
        tail = text[max(start, position - 2) : position].lower()
        doubtful = closes and mark in "'’\"" and (tail.endswith("s") or tail == "in" if single else tail[-1:].isdigit())
        if doubtful and closes_next[single]:
            closes = False
        if opens or closes:
            marks.append((position, opens, closes))
            if not doubtful:
                closes_next[single] = closes and not opens
    return marks[::-1]


def _opens(text: str, position: int, start: int, end: int) -> bool:
    mark = text[position]
    before = text[position - 1] if position > start else " "
    after = text[position + 1] if position + 1 < end else " "
    if mark not in _CLOSERS or after.isspace() or not _BEFORE_OPENING.match(before):
        return False
    if mark in "'‘" and _ELISION.match(text, position, end):
        return False
    # a real opening single mark stands before a word; so does ” where it stands for “
    return mark not in "'”" or (after.isalnum() and not before.isalnum())


def _closes(text: str, position: int, start: int, end: int) -> bool:
    mark = text[position]
    before = text[position - 1] if position > start else " "
    after = text[position + 1] if position + 1 < end else " "
    if mark not in "'’\"":
        return True
    rock_n_roll = text[max(start, position - 2) : position].lower() in ("'n", "’n", "‘n")
    return not (after.isalnum() or before.isspace() or rock_n_roll)
