"""Finds whole paragraphs that somebody else says, by layout: speaker labels of interviews, statements that are introduced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from biasdetect.reading.no_prose import Stretch
from biasdetect.util.patterns import lazy

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


def find_said(text: str, paragraphs: Sequence[Stretch], marked: Iterable[Stretch] = ()) -> tuple[Said, ...]:
    """What somebody else says, in order, not overlapping.

    Args:
        text: of the document.
        paragraphs: of its prose, in order.
        marked: further stretches that markup gives, such as block quotations.
    """
    found = [Said(*stretch) for stretch in marked]
    found += _labelled(text, paragraphs)
    if not found:  # else the markup says how far it goes
        found += _introduced(text, paragraphs)
    kept: list[Said] = []
    for one in sorted(found, key=lambda said: (said.start, -said.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


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
