"""Applies edits to a text, and makes the diff and the bytes of the result."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from biasdetect.errors import InputError
from biasdetect.results import Report, Suggestion


def safe_edits(report: Report) -> list[Suggestion]:
    """Each phrase's first safe suggestion, in the order of the source; they can be made together.

    Args:
        report: from :meth:`biasdetect.Detector.score`, with suggestions.
    """
    firsts = (next((one for one in phrase.suggestions if one.grade == "safe"), None) for phrase in report.phrases)
    return longest_apart(one for one in firsts if one)


def first_edits(report: Report) -> list[Suggestion]:
    """Each phrase's first suggestion of any grade, in the order of the source, save those that others overlap."""
    return longest_apart(phrase.suggestions[0] for phrase in report.phrases if phrase.suggestions)


def longest_apart(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Those that lie apart, in the order of the source: of two that overlap the one that replaces more."""
    chosen: list[Suggestion] = []
    for suggestion in sorted(suggestions, key=lambda found: (found.start, found.end)):
        if not chosen or suggestion.start >= chosen[-1].end:
            chosen.append(suggestion)
        elif suggestion.end - suggestion.start > chosen[-1].end - chosen[-1].start:
            chosen[-1] = suggestion
    return chosen


def apply(source: str, edits: Iterable[Suggestion]) -> str:
    """The source with edits made.

    Args:
        source: what was scored: the offsets of the edits point into it.
        edits: of a report of it, in any order, none over another: :func:`safe_edits`, or those that somebody chose.

    Raises:
        ValueError: where the edits are of a longer text, or overlap.
    """
    pieces = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.end > len(source):
            raise ValueError("the edits are of another text: one lies behind the source's end")
        if edit.start < position:
            raise ValueError("two edits overlap: choose one of them")
        pieces += [source[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, source[position:]])


def unified_diff(name: str, source: str, edits: Sequence[Suggestion], before: Report, after: Report) -> Iterator[str]:
    """The lines of a unified diff; each hunk names the scores of its changed sentences before and after.

    Args:
        name: of the file.
        source: its text.
        edits: that are made.
        before: report of the source.
        after: report of the edited text.
    """
    changes = _changed_sentences(edits, before, after)
    lines = _lines(source), _lines(apply(source, edits))
    starts = [0, *accumulate(map(len, lines[0]))]
    for text in difflib.unified_diff(*lines, f"a/{name}", f"b/{name}"):
        if text.startswith("@@"):
            first, _, number = text.split()[1][1:].partition(",")
            line = max(int(first) - 1, 0)
            span = starts[line], starts[min(line + int(number or 1), len(starts) - 1)]
            scores = [f"{old:.2f} → {new:.2f}" for start, end, old, new in changes if start < span[1] and span[0] < end]
            yield f"{text.rstrip()} {', '.join(scores)}".rstrip() + "\n"
        else:
            yield text if text.endswith("\n") else f"{text}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Lines as the tools know them that apply a diff: a form feed or a line separator (U+2028) ends none."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _changed_sentences(
    edits: Sequence[Suggestion], before: Report, after: Report
) -> list[tuple[int, int, float, float]]:
    """Start and end in the source of each sentence with an edit, and its scores."""
    found = []
    for sentence in before.sentences:
        mine = [edit for edit in edits if sentence.start <= edit.start < sentence.end]
        if mine:
            shift = sum(len(edit.text) - (edit.end - edit.start) for edit in edits if edit.end <= sentence.start)
            start = sentence.start + shift
            same = min(after.sentences, key=lambda other: abs(other.start - start), default=None)
            if same:
                found.append((sentence.start, sentence.end, sentence.score, same.score))
    return found


def encode_like(data: bytes, source: str, fixed: str, name: str) -> bytes:
    """The fixed text in the encoding of its file.

    Args:
        data: the file's bytes.
        source: its text, as it was read.
        fixed: the text to encode.
        name: for messages.

    Raises:
        InputError: where the file's own text does not come back as its bytes, or the fixed text has no form in them.
    """
    for encoding, mark in _encodings(data):
        try:
            if mark + source.encode(encoding) == data:
                return mark + fixed.encode(encoding)
        except (UnicodeEncodeError, LookupError):
            continue
    raise InputError(
        f"{name}: cannot be written back as it was encoded, or changed meanwhile. Save it as UTF-8 and try again."
    )


def _encodings(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Encodings that a file may be in, with the mark at its beginning that is no text; the likeliest first."""
    yield "utf-8", b""
    yield "utf-16-le", b"\xff\xfe"
    yield "utf-16-be", b"\xfe\xff"
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best:
        yield best.encoding, b""
    for encoding in ("cp1252", "latin-1", "cp1250", "cp1251", "iso8859-2", "iso8859-15"):
        yield encoding, b""
