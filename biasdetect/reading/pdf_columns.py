"""Puts what stands in columns on a page of a PDF into reading order, where the file draws it row by row.

Most files draw a column after the other, and their order is kept. Where rows are drawn across, a gutter is looked for: a
place at which text begins in row after row, and over which none runs. It is the vertical half of an XY cut (Nagy and Seth
1984, "Hierarchical representation of optically scanned documents"), made on text alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

_COLUMNS = 10  # gutters that are looked at; a page has some few columns
_ROWS = 4  # in which text begins at a gutter, at least
_MOST_ACROSS = 0.3  # for each of them, rows that pass over it
_MOST_BESIDE = 0.6  # likewise, rows in which it begins elsewhere, at an indent
_NEAR = 2.0  # points by which beginnings of one column differ
_SHORTEST = 12  # characters that a line of a column usually has; tables have less
_FILLED = 0.5  # share of a column's width that its lines usually fill, by the width of narrow characters
_CHARACTER = 0.4  # width of a narrow character, in sizes of type
_WIDER = 0.15  # by which a character is usually wider than that
_WORD = 10  # characters of a long word
_SPACE = 0.6  # width of a wide word space, in sizes of type
_INDENT = 6  # farthest indent, in sizes of type
_LEVEL = 0.9  # difference in height of what stands side by side, in sizes of type
_GAP = 3  # farthest line below the one before it in its column, in sizes of type


class Piece(NamedTuple):
    """Text that is drawn at once; where it begins, in points, y going up; and the size of its type."""

    text: str
    x: float
    y: float
    size: float


Row = list[Piece]


def in_reading_order(rows: Sequence[Row]) -> list[Row]:
    """The lines of a page as they are read.

    Args:
        rows: lines as they are drawn, neither they nor pieces of them blank; one line may go through several columns.

    Returns:
        The same pieces. Where there are columns, each line is of one of them, and those of the left one come first, down to
        the next line that goes over all of them.
    """
    joined = _on_one_level(rows)
    gutters = _gutters(joined)
    if not gutters:
        return list(rows)
    ordered: list[Row] = []
    block = _Block(gutters)
    for row in joined:
        if not block.take(row):
            ordered += block.lines()
            block = _Block(gutters)
            if not block.take(row):
                ordered.append(row)
        while ordered and block.take_above(ordered[-1]):
            ordered.pop()
    return ordered + block.lines()


class _Block:
    """Rows below each other that go through columns."""

    def __init__(self, gutters: Sequence[float]) -> None:
        self._gutters = gutters
        self._rows: list[Row] = []
        self._columns: list[list[Row]] = [[] for _ in range(len(gutters) + 1)]
        self._parted = 0
        self._left = 0.0  # where the first column begins

    def take(self, row: Row) -> bool:
        """Take one more row, where it belongs here: it is parted, or is one more line of a column."""
        if any(_passes(row, gutter - _NEAR, gutter + _NEAR) for gutter in self._gutters):
            return False  # over several columns, as a headline is
        parts = _parted(row, self._gutters)
        if not (self._rows or len(parts) > 1) or (self._rows and not any(map(self._goes_on, parts))):
            return False
        self._left = min(self._left, row[0].x) if self._rows else row[0].x
        self._rows.append(row)
        self._parted += len(parts) > 1
        for part in parts:
            self._columns[_column(part[0], self._gutters)].append(part)
        return True

    def take_above(self, row: Row) -> bool:
        """Take the row before the first one, where it is a line of another column than the first."""
        number = _column(row[0], self._gutters)
        column = self._columns[number]
        if self._parted > 1 or not (number and column) or len(_parted(row, self._gutters)) > 1:
            return False
        up, right = row[0].y - column[0][0].y, row[0].x - self._gutters[number - 1]
        if not (0 < up <= _GAP * row[0].size and right < _INDENT * row[0].size):
            return False
        self._rows.insert(0, row)
        column.insert(0, row)
        return True

    def lines(self) -> list[Row]:
        """The lines of column after column; the rows as they are where few are parted, as they may be by chance."""
        return [line for column in self._columns for line in column] if self._parted >= _ROWS else self._rows

    def _goes_on(self, line: Row) -> bool:
        """Whether a line is one more of its column: near below the last one, and not far to the right of the others."""
        number = _column(line[0], self._gutters)
        column = self._columns[number] or max(self._columns, key=len)
        left = self._gutters[number - 1] if number else self._left
        down = column[-1][0].y - line[0].y
        return -line[0].size < down <= _GAP * line[0].size and -_NEAR <= line[0].x - left < _INDENT * line[0].size


def _on_one_level(rows: Sequence[Row]) -> list[Row]:
    """Pieces that stand side by side, together: lines of two columns need not be on one level to the point.

    Where they are not, pypdf may take several for one, going back to the left in the middle.
    """
    levels: list[Row] = []
    for row in rows:
        for number, piece in enumerate(row):
            last = levels[-1][-1] if levels else None
            if last is None:
                joins = False
            elif number:
                joins = piece.x > last.x - piece.size
            else:
                joins = abs(last.y - piece.y) < _LEVEL * piece.size and _is_apart(last, piece)
            if joins:
                levels[-1].append(piece)
            else:
                levels.append([piece])
    return levels


def _gutters(rows: Sequence[Row]) -> list[float]:
    """Where columns begin, from left to right, the first one left out; empty where there are no columns."""
    beginnings = sorted(later.x for row in rows for earlier, later in pairwise(row) if _is_apart(earlier, later))
    likely = sorted((group for group in _groups(beginnings) if len(group) >= _ROWS), key=len)[-_COLUMNS:]
    return sorted(group[0] for group in likely if _is_gutter(group[0], group[-1], rows))


def _groups(places: Sequence[float]) -> Iterator[list[float]]:
    """Places, in order, that are near to each other."""
    group: list[float] = []
    for place in places:
        if group and place - group[0] > _NEAR:
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _is_gutter(first: float, last: float, rows: Sequence[Row]) -> bool:
    """Whether prose stands left and right of a place, and none that begins left of it passes over it.

    From the first row that is parted there to the last. A column of figures, and one of bullets or labels, is no prose:
    its lines are short, or do not fill it.
    """
    sides = [(number, *found) for number, row in enumerate(rows) if (found := _sides(row, first, last))]
    if len(sides) < _ROWS:
        return False
    between = rows[sides[0][0] : sides[-1][0] + 1]
    across = sum(_passes(row, first, last) for row in between)
    beside = sum(row[0].x < first and row[-1].x > last for row in between) - len(sides)
    if across > _MOST_ACROSS * len(sides) or beside > _MOST_BESIDE * len(sides):
        return False
    shortest = min(median(_length(side) for side in column) for column in list(zip(*sides, strict=True))[1:])
    filled = median((_end(left[-1]) - left[0].x) / (first - left[0].x) for _, left, _ in sides)
    return shortest >= _SHORTEST and filled >= _FILLED


def _sides(row: Row, first: float, last: float) -> tuple[Row, Row] | None:
    """What stands left and right of a place where text begins apart from what is left of it; None where none does."""
    for number, (earlier, later) in enumerate(pairwise(row), 1):
        if first <= later.x <= last and _is_apart(earlier, later):
            return row[:number], row[number:]
    return None


def _length(row: Row) -> int:
    return sum(len(piece.text.strip()) for piece in row)


def _passes(row: Row, first: float, last: float) -> bool:
    """Whether what begins left of a place runs on over it; a column's line that is indented does not."""
    left = [piece for piece in row if piece.x < first]
    if not left or any(first <= piece.x <= last for piece in row):
        return False
    right = next((piece for piece in row if piece.x > last), None)
    if right is None:
        return _end(left[-1]) > last
    return right.x - last > _INDENT * right.size or not _is_apart(left[-1], right)


def _parted(row: Row, gutters: Sequence[float]) -> list[Row]:
    """A row in its columns."""
    parts: list[Row] = [[row[0]]]
    for earlier, later in pairwise(row):
        if _column(later, gutters) > _column(earlier, gutters):
            parts.append([later])
        else:
            parts[-1].append(later)
    return parts


def _column(piece: Piece, gutters: Sequence[float]) -> int:
    return sum(piece.x >= gutter - _NEAR for gutter in gutters)


def _is_apart(earlier: Piece, later: Piece) -> bool:
    """Whether there is more than a word space between two pieces.

    The width of a word is known well enough by its letters; that of a line is not, and then it is taken to be narrow.
    """
    in_doubt = _WIDER * min(len(earlier.text.strip()), _WORD) + _SPACE
    return later.x > _end(earlier) + in_doubt * earlier.size


def _end(piece: Piece) -> float:
    """Where a piece ends at the earliest: widths of letters are not known."""
    return piece.x + _CHARACTER * piece.size * len(piece.text.strip())
