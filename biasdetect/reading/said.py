"""Finds whole paragraphs that somebody else says, by layout.

Speaker labels of interviews, dialogues in dashes, statements that are introduced; and who says what markup gives as quoted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile

from biasdetect.util.patterns import lazy
from biasdetect.util.stretches import Stretch

_LABEL = lazy(
    r"(?P<name>[A-Z]|[A-Z][A-Z.’'-]{1,40}(?:\s[A-Z][A-Z.’'-]{1,40}){0,4}|[A-Z][\w’'-]{1,40}(?:\s[A-Z][\w.’'-]{0,40}){0,3})"
    r"(?:\s\([^()\n]{1,60}\))?:\s+(?=\S)"
)
_NOBODY = lazy(r"(?:[A-Z]|Question|Answer)$")  # "Q: ...", "A: ..."
_INTRODUCES = lazy(
    r"(?P<whole>\b(?:statement|letter|e-?mail|memo|resolution|declaration|tweet|post|message|press\s+release)\b[^.!?:]{0,60}"
    r"\b(?:reads?|says|said|wrote|writes|stated|states|follows)\b[^.!?:]{0,20}:$|\b(?:reads?|said|says)\s+in\s+(?:full|part):$)"
    r"|\b(?:reads?|says|said|wrote|writes|stated):$"
)
_OUTLET_AGAIN = lazy(r"\b(?:said|says|told|according\s+to|declined\s+to\s+comment)\b|[“\"«]")
_MOST_INTRODUCED = 8  # paragraphs of a statement
_TURN = lazy(r"(?P<dash>[–—―]|-)\s+(?=\S)")
_QUESTION = lazy(r"\?[\"”’»)\]]*$")
# who is credited with a quotation, behind it: "— Ann Veldt (@annveldt) June 3", "Ann Veldt, councillor"
_CREDIT = lazy(
    r"(?:^|\s)(?P<dash>(?:[–—―]|--?)\s*)?(?P<name>[A-Z][\w.’'-]{0,40}(?:\s(?:[A-Z][\w.’'-]{0,40}|d[aei]|el|of|the|v[ao]n)){0,5})"
    r"(?:\s*[,(|][^.!?]{0,100}|\s*)$"
)
_LONGEST_CREDIT = 160  # characters
_MOST_CREDITED = 40  # stretches of one quotation


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of a text that layout or markup gives as somebody else's words.

    Attributes:
        start: offset into the text.
        end: end, exclusive.
        speaker: as a label names them; empty where none does.
    """

    start: int
    end: int
    speaker: str = ""


def find_said(text: str, paragraphs: Sequence[Stretch], marked: Iterable[Stretch | Said] = ()) -> tuple[Said, ...]:
    """What somebody else says, in order, not overlapping.

    Args:
        text: of the document.
        paragraphs: of its prose, in order.
        marked: further stretches that markup gives, such as block quotations, with who speaks where it says so.
    """
    given = [one if isinstance(one, Said) else Said(*one) for one in marked]
    found = [one for one in given if one.speaker]
    found += _credited(text, [(one.start, one.end) for one in given if not one.speaker])
    found += _labelled(text, paragraphs) or _in_turns(text, paragraphs)
    if not found:  # else the markup says how far it goes
        found += _introduced(text, paragraphs)
    kept: list[Said] = []
    for one in sorted(found, key=lambda said: (said.start, -said.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _credited(text: str, marked: Sequence[Stretch]) -> Iterator[Said]:
    """What markup gives as quoted, without the line that says whose words they are, and with them as the speaker."""
    first = 0
    while first < len(marked):
        last = first + 1  # what stands between stretches of one quotation is white space
        while (
            last < len(marked)
            and last - first < _MOST_CREDITED
            and not text[marked[last - 1][1] : marked[last][0]].strip()
        ):
            last += 1
        group = list(marked[first:last])
        start, end = group[-1]
        begin = max(start, end - _LONGEST_CREDIT)
        credit = _CREDIT.search(text[begin:end])
        speaker = ""
        if credit and (credit["dash"] or (len(group) > 1 and not credit.start() and begin == start)):
            speaker = credit["name"]
            group[-1] = start, begin + credit.start()
        yield from (Said(one, two, speaker) for one, two in group if text[one:two].strip())
        first = last


def _in_turns(text: str, paragraphs: Sequence[Stretch]) -> list[Said]:
    """A dialogue whose turns begin with a dash, as many languages write it: paragraphs in a row, some of them asking."""
    turns = [_TURN.match(text, start, end) for start, end in paragraphs]
    found: list[Said] = []
    for begins, run in groupby(range(len(paragraphs)), key=lambda number: turns[number] is not None):
        numbers = list(run)
        asks = [_QUESTION.search(text, *paragraphs[number]) is not None for number in numbers]
        answered = sum(one and not following for one, following in pairwise(asks))
        # a hyphen may list things as well
        dashed = any(turn and turn["dash"] != "-" for turn in (turns[number] for number in numbers))
        if begins and answered > (0 if dashed else 1):
            found += [Said(turn.end(), paragraphs[number][1]) for number in numbers if (turn := turns[number])]
    return found


def _labelled(text: str, paragraphs: Sequence[Stretch]) -> list[Said]:
    labels = [(_LABEL.match(text, start, end), end) for start, end in paragraphs]
    found = [
        Said(label.end(), end, "" if _NOBODY.match(label["name"]) else label["name"].strip())
        for label, end in labels
        if label
    ]
    names = [label["name"] for label, _ in labels if label]
    taking_turns = len(set(names)) > 1 and len(names) > len(set(names))  # a list of names has each of them once
    return found if taking_turns and 2 * len(found) >= len(paragraphs) else []


def _introduced(text: str, paragraphs: Sequence[Stretch]) -> Iterator[Said]:
    for index, (start, end) in enumerate(paragraphs):
        introduction = _INTRODUCES.search(text[max(start, end - 200) : end]) if text[end - 1] == ":" else None
        if not introduction:
            continue
        most = _MOST_INTRODUCED if introduction["whole"] else 1
        following = paragraphs[index + 1 : index + 1 + most]
        for first, last in takewhile(lambda place: not _OUTLET_AGAIN.search(text, *place), following):
            yield Said(first, last)
