"""Writes findings as the review of a pull request: a comment for each stretch of lines, with a suggestion to commit.

The form is what GitHub's REST API takes ("Create a review for a pull request"). Nothing is sent here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from biasdetect.findings.finding import Finding
from biasdetect.findings.markdown import code, what_to_do, why
from biasdetect.reading.document import Document
from biasdetect.reading.files import STDIN
from biasdetect.reading.inputs import is_address
from biasdetect.util.counting import count_of

MOST = 30
"""Comments of a review: nobody reads more of them."""
MARKER = "biasdetect:"
"""Begins the invisible comment that names the findings of a suggestion, so that none is made twice."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """The first suggestion for a finding, in place: characters and lines of the file, lines from 0."""

    finding: Finding
    start: int
    end: int
    text: str
    first: int
    last: int


class Review:
    """Comments on the files of a pull request, file by file."""

    def __init__(self) -> None:
        self._comments: list[tuple[float, dict[str, Any]]] = []
        self._phrases = 0

    def add(self, document: Document, findings: Sequence[Finding]) -> None:
        """Add what is suggested in a document; one that is no text file of the repository has no lines to comment on."""
        if document.extracted or document.name == STDIN or is_address(document.name):
            return
        source = document.source.removeprefix("\ufeff")
        starts = [0, *(match.end() for match in re.finditer("\n", source))]  # what git and GitHub take for a line
        for group in _groups(list(_edits(findings, starts))):
            self._phrases += len(group)
            score = max(edit.finding.phrase.score for edit in group)
            self._comments.append((score, _comment(source, starts, group)))

    def finish(self) -> dict[str, Any]:
        """The review: where there are more comments than anybody reads, those with the highest scores."""
        ranked = sorted(self._comments, key=lambda comment: -comment[0])[:MOST]
        body = f"biasdetect suggests other wording for {count_of(self._phrases, 'phrase')}. Commit what you agree with."
        left = len(self._comments) - len(ranked)
        if left:
            body += f" {left} more are among the annotations and in the summary."
        return {"event": "COMMENT", "body": body, "comments": [comment for _, comment in ranked]}


def _edits(findings: Sequence[Finding], starts: Sequence[int]) -> Iterator[_Edit]:
    """The first suggestion for each finding, in order; of two that overlap the first."""
    reached = 0
    for finding in sorted(findings, key=lambda finding: finding.phrase.start):
        for suggestion, span in zip(finding.phrase.suggestions[:1], finding.edits, strict=False):
            start, end = span.offset, span.offset + span.length
            if start >= reached:
                reached = end
                # an edit that takes a line break away has the next line in it
                first, last = (bisect_right(starts, place) - 1 for place in (start, end))
                yield _Edit(finding, start, end, suggestion.text, first, last)


def _groups(edits: Sequence[_Edit]) -> Iterator[list[_Edit]]:
    """Edits that share a line, together: two suggestions for one line cannot both be committed."""
    group: list[_Edit] = []
    for edit in edits:
        if group and edit.first > group[-1].last:
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _comment(source: str, starts: Sequence[int], group: Sequence[_Edit]) -> dict[str, Any]:
    first, last = group[0].first, max(edit.last for edit in group)
    start, end = starts[first], starts[last + 1] if last + 1 < len(starts) else len(source)
    lines = source[start:end]
    for edit in reversed(group):
        lines = lines[: edit.start - start] + edit.text + lines[edit.end - start :]
    lines = lines.removesuffix("\n").replace("\r", "")  # GitHub keeps the ends of lines as the file has them
    fence = "`" * max(3, max(map(len, re.findall("`+", lines)), default=0) + 1)
    told = [_told(edit.finding) for edit in group]
    names = ",".join(edit.finding.fingerprint for edit in group)
    body = "\n".join([*told, "", f"{fence}suggestion", *([lines] if lines else []), fence, f"<!-- {MARKER}{names} -->"])
    place: dict[str, Any] = {"path": group[0].finding.path, "line": last + 1, "side": "RIGHT"}
    if last > first:
        place |= {"start_line": first + 1, "start_side": "RIGHT"}
    return {**place, "body": body}


def _told(finding: Finding) -> str:
    phrase = finding.phrase
    scores = f"({phrase.suggestions[0].before:.2f} → {phrase.suggestions[0].after:.2f})"
    reason = f": {why(finding)}" if phrase.why else ""
    return f"- {code(phrase.text)} ({code(phrase.category)} {phrase.score:.2f}){reason}. Instead: {what_to_do(finding)} {scores}."
