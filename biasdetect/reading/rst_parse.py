"""Parses reStructuredText with docutils, and finds the place in the source of each piece of inline text.

docutils knows the line of a paragraph and no columns. What it gives to its parser of inline markup is whole lines without
their indentation, so each is found again in its line, and inside it every character keeps its place.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from threading import Lock
from typing import Any

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser, roles
from docutils.parsers.rst.states import Inliner
from docutils.utils import escape2null, new_document

from biasdetect.errors import InputError
from biasdetect.reading.document import too_many_blocks

MAX_TEXTS = 20_000
"""Paragraphs, titles, items, cells; each takes some ten thousand bytes of memory, and a book's chapter has some hundred."""
MAX_DIRECTIVES = 5_000
"""Directives, comments, targets, notes and lines of tables; docutils takes a millisecond for each, and a long text has some
hundred."""

_DIRECTIVE = re.compile(r"^[ \t]*(?:\.\. |\+[-=]|={2,}[ \t]+=)", re.MULTILINE)
_LONGEST = 20_000  # characters of a paragraph in which inline markup is looked for: the search takes squares of it
_MOST_MARKS = 400  # that may open inline markup, in a paragraph; likewise
_MARKS = "*`|_"
_NEAR = (0, -1, 1, -2, 2, -3, 3)  # lines by which docutils may be off
_AHEAD = 400  # lines in which a text is looked for that does not stand near where docutils has it
_LOCK = Lock()  # docutils keeps the roles that a document defines for the whole process


@dataclass(frozen=True, slots=True)
class Inline:
    """A piece of inline text.

    Attributes:
        escaped: its lines without indentation, a NUL for each backslash that escapes.
        parts: what docutils made of it, in order.
        starts: where each of its characters starts in the source.
        ends: where each ends.
    """

    escaped: str
    parts: Sequence[Any]
    starts: Sequence[int]
    ends: Sequence[int]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document as docutils reads it.

    Attributes:
        tree: of the document.
        inlines: its inline texts, by the identity of their first part.
        lines: of its source.
    """

    tree: Any
    inlines: dict[int, Inline]
    lines: Lines


class Lines:
    """The lines of a source, as docutils divides them, with their places."""

    def __init__(self, source: str) -> None:
        begin = len(source) - len(source.removeprefix("\ufeff"))
        self._starts = array("q")
        self._texts: list[str] = []
        self._taken: set[tuple[int, int]] = set()
        self._last = 0
        for line in source[begin:].splitlines(keepends=True):
            self._starts.append(begin)
            self._texts.append(line)
            begin += len(line)
        self._expanded = [line.expandtabs(8).replace("\v", " ").replace("\f", " ") for line in self._texts]

    def find(self, text: str, line: int | None) -> tuple[array[int], array[int]]:
        """Start and end in the source of each character of a text of one or more lines.

        Args:
            text: its lines without indentation.
            line: number of its first line, from 1, about; None where it is not known.

        Where the text does not stand there as it is, each of its characters stands for all of that line.
        """
        wanted = text.split("\n")
        ahead = range(self._last, min(self._last + _AHEAD, len(self._texts)))
        near = [line - 1 + off for off in _NEAR] if line else []
        for first in chain(near, ahead):
            columns = self._columns(wanted, first)
            if columns is not None:
                self._taken.add((first, columns[0]))
                self._last = max(self._last, first)
                return self._places(wanted, first, columns)
        first = min(max((line or self._last + 1) - 1, 0), len(self._texts) - 1)
        start, end = self._starts[first], self._starts[first] + len(self._texts[first].rstrip())
        return array("q", [start]) * len(text), array("q", [end]) * len(text)

    def _columns(self, wanted: list[str], first: int) -> list[int] | None:
        """The column of each line of a text, where it stands in the lines from ``first`` on; None where it does not."""
        if first < 0 or first + len(wanted) > len(self._expanded):
            return None
        column = self._expanded[first].find(wanted[0])
        while (first, column) in self._taken:
            column = self._expanded[first].find(wanted[0], column + 1)
        if column < 0:
            return None
        columns = [column]
        for number, line in enumerate(wanted[1:], first + 1):
            columns.append(self._expanded[number].find(line))
            if columns[-1] < 0:
                return None
        return columns

    def _places(self, wanted: list[str], first: int, columns: list[int]) -> tuple[array[int], array[int]]:
        starts, ends = array("q"), array("q")
        for number, (line, column) in enumerate(zip(wanted, columns, strict=True), first):
            inside = self._inside(number, column, len(line))
            if number > first:  # the break between two lines
                starts.append(ends[-1] if ends else inside[0])
                ends.append(inside[0])
            starts.extend(inside[:-1])
            ends.extend(inside[1:])
        return starts, ends

    def _inside(self, number: int, column: int, length: int) -> Sequence[int]:
        """Places of the columns from ``column`` on of a line, in which a tab stands for several."""
        start, text = self._starts[number], self._texts[number]
        if "\t" not in text:
            return range(start + column, start + column + length + 1)
        places: list[int] = []
        for at, char in enumerate(text):
            places += [start + at] * (8 - len(places) % 8 if char == "\t" else 1)
        places.append(start + len(text))
        return places[column : column + length + 1]


def parse_rst(source: str, name: str) -> Parsed:
    """Parse a document. Nothing is included or expanded.

    Args:
        source: the reStructuredText.
        name: for messages.

    Raises:
        InputError: where it has more paragraphs, or more directives, than any article.
        RecursionError: where it is nested deeper.
    """
    if sum(1 for _ in _DIRECTIVE.finditer(source)) > MAX_DIRECTIVES:
        raise InputError(
            f"{name or 'the text'}: has more than {MAX_DIRECTIVES:,} directives or table lines, which no article has. Split it into its articles."
        )
    source = source.replace("\0", "\ufffd")
    lines = Lines(source)
    found: dict[int, Inline] = {}
    inliner = Inliner()
    inliner.parse = partial(_inlines, inliner.parse, lines, found, name)  # type: ignore[method-assign]
    document = new_document(name, _settings(len(source)))
    with _LOCK:
        known = dict(roles._roles)
        try:
            Parser(inliner=inliner).parse(source.removeprefix("\ufeff"), document)
        finally:
            roles._roles.clear()
            roles._roles.update(known)
    return Parsed(document, found, lines)


def _settings(longest: int) -> Any:
    settings = get_default_settings(Parser)
    settings.report_level = settings.halt_level = 5  # nothing is printed, nothing ends it
    settings.file_insertion_enabled = settings.raw_enabled = False
    settings.syntax_highlight = "none"
    settings.line_length_limit = 8 * longest + 1  # a tab stands for up to eight columns
    return settings


def _inlines(
    parse: Any, lines: Lines, found: dict[int, Inline], name: str, text: str, line: int, memo: Any, parent: Any
) -> tuple[list[Any], list[Any]]:
    """Parse inline markup, and note where it stands."""
    if len(found) > MAX_TEXTS:
        raise too_many_blocks(name, MAX_TEXTS)
    escaped = escape2null(text)
    if len(text) > _LONGEST or sum(map(text.count, _MARKS)) > _MOST_MARKS:
        parts, messages = [nodes.Text(escaped)], []
    else:
        parts, messages = parse(text, line, memo, parent)
    if parts:
        found[id(parts[0])] = Inline(escaped, parts, *lines.find(text, line))
    return parts, messages
