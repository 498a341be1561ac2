"""Converts character offsets to lines and columns, and back.

Lines end with LF, CRLF or CR, as the Language Server Protocol and SARIF count them; a line separator (U+2028), a form
feed and the like are characters of a line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from biasdetect.util.patterns import lazy

NEWLINES = ("\r\n", "\n", "\r")
"""What ends a line."""

_NEWLINE = lazy(r"\r\n?|\n")
_ASTRAL = lazy("[\U00010000-\U0010ffff]")  # two UTF-16 code units each


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text; all numbers begin at 0.

    Attributes:
        line: number of the line.
        column: code points before it in the line.
        character: UTF-16 code units before it in the line.
    """

    line: int
    column: int
    character: int


class Lines:
    """The lines of a text. Both ways take the logarithm of its length, however long a line is."""

    def __init__(self, text: str) -> None:
        breaks = [match.span() for match in _NEWLINE.finditer(text)]
        self._starts = [0, *(end for _, end in breaks)]
        self._ends = [*(start for start, _ in breaks), len(text)]  # without the line break
        self._length = len(text)
        self._astral = [match.start() for match in _ASTRAL.finditer(text)]

    def __len__(self) -> int:
        return len(self._starts)

    def position(self, offset: int) -> Position:
        """Where the character at an offset stands; the length of the text is the place after its last character.

        Raises:
            ValueError: for an offset outside of the text.
        """
        if not 0 <= offset <= self._length:
            raise ValueError(f"offset {offset} lies outside of a text of {self._length} characters")
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        column = offset - start
        return Position(line, column, column + bisect_left(self._astral, offset) - bisect_left(self._astral, start))

    def offset_of(self, line: int, character: int) -> int:
        """The offset of a place that a language client names.

        Args:
            line: number of the line, from 0; one after the last is the end of the text.
            character: UTF-16 code units before it in the line; more than the line has is the line's end, and the
                middle of a surrogate pair is its beginning.

        Raises:
            ValueError: for negative numbers.
        """
        if line < 0 or character < 0:
            raise ValueError(f"line {line} and character {character} must not be negative")
        if line >= len(self._starts):
            return self._length
        start, end = self._starts[line], self._ends[line]
        first = bisect_left(self._astral, start)
        # the line's astral characters that end at the place or before it; the n-th of them ends at this unit
        units = range(len(self._astral) - first)
        before = bisect_right(units, character, key=lambda n: self._astral[first + n] - start + n + 2)
        offset = start + character - before
        if before < len(units) and offset > self._astral[first + before]:
            offset = self._astral[first + before]
        return min(offset, end)
