"""Carries the edits of a draft into the document that it was taken from, so that its markup stays as it was."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any

from biasdetect.errors import InputError
from biasdetect.reading.docx import Line, open_docx
from biasdetect.serve.opening import Draft


@dataclass(frozen=True, slots=True)
class Change:
    """``text[start:end]`` gave way to other words.

    Attributes:
        start: character offset.
        end: end, exclusive.
        new: the words.
    """

    start: int
    end: int
    new: str


def edited(draft: Draft, changes: Sequence[Change]) -> str:
    """The text of a draft after changes.

    Args:
        draft: as it was opened.
        changes: in order, none over another.

    Raises:
        InputError: where they are no changes of that text.
    """
    pieces, position = [], 0
    for change in changes:
        if not position <= change.start <= change.end <= len(draft.text):
            raise InputError("The changes do not fit the document that was opened. Open it again.")
        pieces += [draft.text[position : change.start], change.new]
        position = change.end
    return "".join([*pieces, draft.text[position:]])


def edited_html(draft: Draft, changes: Iterable[Change]) -> str:
    """The HTML that a draft was taken from, after changes: characters go and come, and no tag is touched."""
    source = draft.document.source
    edits: list[tuple[int, int, str]] = []
    for change in _in_document(draft, changes):
        runs = list(_runs(draft, change.start, change.end))
        new = escape(change.new, quote=False).replace("\n", "<br>")
        if runs:
            (first, last), *others = runs
            edits += [(first, last, new), *((start, end, "") for start, end in others)]
        elif new:
            place = _place(draft, change.start)
            edits.append((place, place, new))
    pieces, position = [], 0
    for start, end, new in sorted(edits):
        pieces += [source[position : max(start, position)], new]
        position = max(end, position)
    return "".join([*pieces, source[position:]])


def edited_docx(data: bytes, draft: Draft, changes: Iterable[Change]) -> bytes:
    """The bytes of the Word document that a draft was taken from, after changes; runs keep how they look."""
    word, lines = open_docx(data, draft.document.name)
    starts = [line.start for line in lines]
    for change in reversed(list(_in_document(draft, changes))):  # so that places before it hold
        _change_line(lines[max(0, bisect_right(starts, change.start) - 1)], change)
    packed = BytesIO()
    word.save(packed)
    return packed.getvalue()


def _in_document(draft: Draft, changes: Iterable[Change]) -> Iterator[Change]:
    """Changes as those of the document's text, each within one block; new blank lines that part nothing are left out."""
    places = draft.places
    assert places is not None, "the draft is no source"
    for change in changes:
        held = [places.span(index, index + 1) for index in range(change.start, change.end)]
        real = [span for span in held if span[0] < span[1]]
        new = change.new
        if not real:
            if new:
                at = _insertion(draft, change)
                yield Change(at, at, new)
            continue
        for start, end in _joined(real):
            yield Change(start, end, new)
            new = ""


def _insertion(draft: Draft, change: Change) -> int:
    """Where in the document's text words come that take no other's place: behind the character before, if there is one."""
    places = draft.places
    assert places is not None
    for index in range(change.start - 1, -1, -1):
        start, end = places.span(index, index + 1)
        if start < end:
            return end
        break
    for index in range(change.end, len(places)):
        start, end = places.span(index, index + 1)
        if start < end:
            return start
    return places.span(len(places) - 1, len(places))[1] if len(places) else 0


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _runs(draft: Draft, start: int, end: int) -> list[tuple[int, int]]:
    """Stretches of the source, without markup, that characters of the document's text stand in."""
    return _joined(draft.document.span(index, index + 1) for index in range(start, end))


def _place(draft: Draft, position: int) -> int:
    """Where in the source something may be put in before a character of the document's text."""
    text = draft.document.text
    if position and not text[position - 1].isspace():
        return draft.document.span(position - 1, position)[1]
    return draft.document.span(position, position + 1)[0] if position < len(text) else len(draft.document.source)


def _change_line(line: Line, change: Change) -> None:
    """Take characters of a line out of the runs that they stand in, and put the new ones where the first of them stood."""
    at = min(change.start, line.end)
    if change.start == change.end:
        before = at > line.start
        piece, offset = line.find(at - 1 if before else at)
        _put(piece.element, offset + before, offset + before, change.new)
        return
    touched: dict[Any, list[int]] = {}
    for position in range(at, min(change.end, line.end)):
        piece, offset = line.find(position)
        touched.setdefault(piece.element, []).append(offset)
    first = next(iter(touched), None)
    for element, offsets in touched.items():
        _put(element, offsets[0], offsets[-1] + 1, change.new if element is first else "")


def _put(element: Any, start: int, end: int, new: str) -> None:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    first, *more = new.split("\n")
    if element.tag != qn("w:t"):  # a tab, a dash: one character as an element
        if first or more:
            other = OxmlElement("w:t")
            element.addnext(other)
            other.text = new
        if end > start:
            element.getparent().remove(element)
        return
    text = element.text or ""
    rest = text[end:]
    element.text = text[:start] + first + ("" if more else rest)
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for index, words in enumerate(more):
        line_break, following = OxmlElement("w:br"), OxmlElement("w:t")
        following.text = words + (rest if index == len(more) - 1 else "")
        following.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        element.addnext(line_break)
        line_break.addnext(following)
        element = following
