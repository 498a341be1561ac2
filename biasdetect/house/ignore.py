"""Finds the marks in Markdown, HTML, LaTeX and reStructuredText that silence findings.

``<!-- biasdetect: ignore -->`` in a paragraph silences it; standing by itself, the paragraph after it.
``<!-- biasdetect: ignore-next-line -->`` silences the next line of the source. Comments of LaTeX (``% biasdetect: ignore``)
and of reStructuredText (``.. biasdetect: ignore``) say the same.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache, partial

from biasdetect.results import Sentence
from biasdetect.util.patterns import lazy

IGNORE, NEXT_LINE = "ignore", "ignore-next-line"
_MARK = lazy(
    r"<!--\s{0,40}biasdetect\s{0,40}:\s{0,40}([\w-]{1,40})\s{0,40}-->"
    r"|(?:%{1,40}|^[ \t]{0,40}\.\.)[ \t]{0,40}biasdetect[ \t]{0,40}:[ \t]{0,40}([\w-]{1,40})[ \t]{0,40}\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_LINE_END = lazy(r"\r\n|\n|\r")
_HEADING = lazy(r"[ ]{0,3}#{1,6}[ \t]")
# what ends a paragraph: a blank line, the start of a list item, heading or quotation, any tag that is not inline, a
# macro of LaTeX that is none
_BREAK = lazy(
    r"(?:\r\n|\n|\r(?!\n))[ \t]*(?:[\r\n]|(?:[-*+>]|\d{1,9}[.)]|\#{1,6})\s|[=-]{2,})"
    r"|</?(?!(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|time|tt|u|var|wbr)\b)[a-z]"
    r"|\\(?:begin|end|item|par|(?:sub){0,2}section|chapter)\b",
    re.IGNORECASE,
)


def find_ignored(source: str, sentences: Sequence[Sentence]) -> tuple[list[tuple[int, int]], list[str]]:
    """The stretches of a source that its marks silence.

    Args:
        source: in Markdown, HTML, LaTeX or reStructuredText.
        sentences: of its report, in order.

    Returns:
        Offsets into the source; a warning for each mark that is none.
    """
    if "biasdetect" not in source.lower():
        return [], []
    ignored, warnings = [], []
    paragraphs = _paragraphs(source, sentences)
    end = cache(partial(_end, source))  # a paragraph may be followed by any number of marks
    for mark in _MARK.finditer(source):
        name = (mark[1] or mark[2]).lower()
        if name == NEXT_LINE:
            ignored.append(_next_line(source, mark.end()))
        elif name == IGNORE:
            paragraph = _paragraph_of(mark.start(), paragraphs, end)
            ignored += [paragraph] if paragraph else []
        else:
            from difflib import get_close_matches

            near = (get_close_matches(name, (IGNORE, NEXT_LINE), 1) or [f"{IGNORE} or {NEXT_LINE}"])[0]
            warnings.append(f"The mark “biasdetect: {name}” is unknown and ignores nothing. Did you mean {near}?")
    return ignored, warnings


def paragraph_end(source: str, sentences: Sequence[Sentence], offset: int) -> int:
    """Where a mark goes that silences what stands at an offset: behind the last sentence of its paragraph."""
    paragraphs = _paragraphs(source, sentences)
    return paragraphs[max(bisect_right(paragraphs, (offset, len(source) + 1)) - 1, 0)][1]


def _paragraphs(source: str, sentences: Sequence[Sentence]) -> list[tuple[int, int]]:
    """Sentences between which no paragraph ends, together."""
    paragraphs: list[tuple[int, int]] = []
    for sentence in sorted(sentences, key=lambda found: found.start):  # a footnote stands amid its paragraph
        if paragraphs and not _ends(source, paragraphs[-1], sentence.start):
            paragraphs[-1] = (paragraphs[-1][0], max(paragraphs[-1][1], sentence.end))
        else:
            paragraphs.append((sentence.start, sentence.end))
    return paragraphs


def _paragraph_of(
    mark: int, paragraphs: list[tuple[int, int]], end: Callable[[tuple[int, int]], int]
) -> tuple[int, int] | None:
    """The paragraph that a mark stands in or right behind, else the one after it."""
    following = bisect_right(paragraphs, (mark, mark))
    if following and mark < end(paragraphs[following - 1]):
        return paragraphs[following - 1]
    return paragraphs[following] if following < len(paragraphs) else None


def _ends(source: str, paragraph: tuple[int, int], position: int) -> bool:
    """Whether a paragraph, as far as it is known, has ended before a position."""
    start, end = paragraph
    if _BREAK.search(source, end, position):
        return True
    return bool(_LINE_END.search(source, end, position)) and _is_heading(source, start)


def _end(source: str, paragraph: tuple[int, int]) -> int:
    """The first place at which a paragraph, as far as it is known, has ended."""
    start, end = paragraph
    found = [_BREAK.search(source, end), _LINE_END.search(source, end) if _is_heading(source, start) else None]
    return min((match.end() for match in found if match), default=len(source) + 1)


def _is_heading(source: str, start: int) -> bool:
    line = max(source.rfind("\n", 0, start), source.rfind("\r", 0, start)) + 1
    return bool(_HEADING.match(source, line, start))


def _next_line(source: str, position: int) -> tuple[int, int]:
    first = _LINE_END.search(source, position)
    if first is None:
        return len(source), len(source)
    last = _LINE_END.search(source, first.end())
    return first.end(), last.start() if last else len(source)
