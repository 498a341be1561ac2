"""Brings labels to 0 (plain) to 1 (biased): names, numbers on a scale that the file shows, words for degrees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from biasdetect.labels.names import (
    LABELS,
    Classes,
    OppositeLabel,
    graded,
    is_numbered,
    label_value,
    plain_name,
    shown,
    single,
)
from biasdetect.labels.rows import Parsed, Row

Found = Callable[[str, str, Row, str], None]
"""Takes the kind of a problem, what is wrong, the row, and the part of it."""
_Read = tuple[float | None, bool, str]  # a value, whether it stands on the scale of all already, its annotator


class Grades:
    """The labels of one file.

    Attributes:
        scale: lowest and highest label.
    """

    def __init__(self, names: Mapping[str, str], scale: tuple[float, float] | None) -> None:
        """Prepare for a file.

        Args:
            names: the user's own, by :func:`biasdetect.labels.names.plain_name`, and what each stands for.
            scale: lowest and highest label; None to find it.
        """
        self.scale = scale or (0.0, 1.0)
        self._names = names
        self._fixed = scale is not None
        self._found = False
        self._degrees: dict[str, float] = {}
        self._numbered: dict[str, float] = {}

    def bring_to_scale(self, parsed: Iterable[Parsed], found: Found) -> None:
        """Turn labels and votes into numbers from 0 to 1, once all of the file's are known."""
        levels: list[tuple[Parsed, str, list[_Read]]] = []
        for part in parsed:
            for column, cells in (("label", [(part.label, "")]), ("votes", part.votes)):
                levels.append((part, column, list(self._values(part, column, cells, found))))
        if not self._fixed:
            self._find_scale(
                [value for *_, values in levels for value, named, _ in values if value is not None and not named]
            )
        for part, column, values in levels:
            scaled = [pair for value in values for pair in self._scaled(part, column, value, found)]
            if column == "label":
                part.label = scaled[0][0] if scaled else None
            else:
                part.votes = scaled

    def told(self) -> Iterator[tuple[str, str]]:
        """Kind and message of what was read as more than it says."""
        low, high = self.scale
        if self._found:
            yield "scale", f"labels are read as a scale from {low:g} (plain) to {high:g} (biased). Pass --scale if it is another."  # fmt: skip
        if self._numbered:
            yield "numbered-labels", f"labels without a name are read by their number: {_listed(self._numbered)}, where {low:g} is plain. If it is the other way round, pass --map {min(self._numbered)}=biased and so on."  # fmt: skip
        if self._degrees:
            yield "degrees", f"words for degrees are read as grades from 0 (plain) to 1 (biased): {_listed(self._degrees)}. Pass --map NAME=NUMBER for another grade."  # fmt: skip

    def _values(self, part: Parsed, column: str, cells: Iterable[tuple[Any, str]], found: Found) -> Iterator[_Read]:
        for cell, annotator in cells:
            try:
                cell = single(cell)  # noqa: PLW2901
                value = label_value(cell, self._names)
            except ValueError as error:
                kind = "unknown-label" if "known label" in str(error) or "category" in str(error) else "label"
                found(kind, f"{error}.", part.row, column)
                continue
            named = isinstance(cell, Classes) or (isinstance(cell, str) and not self._is_number(cell))
            self._remember(cell, value)
            yield 1 - value if value is not None and isinstance(cell, OppositeLabel) else value, named, annotator

    def _scaled(self, part: Parsed, column: str, read: _Read, found: Found) -> Iterator[tuple[float | None, str]]:
        value, named, annotator = read
        low, high = self.scale
        if value is not None and not named:
            if not low <= value <= high:
                hint = f"Correct it, or pass --scale, such as --scale 0..{max(2, round(value))}."
                found("label-range", f"{value:g} lies outside {low:g} to {high:g}. {hint}", part.row, column)
                return
            value = (value - low) / (high - low)
        yield value, annotator

    def _is_number(self, cell: str) -> bool:
        """Whether a label is a number that a scale applies to, by itself or as the user maps it."""
        known = self._names.get(plain_name(cell))
        if known is None and is_numbered(cell):
            return True
        try:
            float(cell if known is None else known)
        except ValueError:
            return False
        return True

    def _remember(self, cell: Any, value: float | None) -> None:
        """Keep a label that is read as more than it says, so that the user is told."""
        for name in cell if isinstance(cell, Classes) else [cell]:
            if value is None or not isinstance(name, str) or plain_name(name) in self._names:
                continue
            if is_numbered(name):
                self._numbered[name] = label_value(name, {}) or 0.0
            elif plain_name(name) not in LABELS and (degree := graded(name)) is not None:
                self._degrees[name] = degree

    def _find_scale(self, values: Sequence[float]) -> None:
        """A scale such as 0 to 4 or 1 to 5 where most of its levels occur; one stray 7 makes none."""
        seen = {value for value in values if not 0 <= value <= 1}
        if not seen:
            return
        levels = set(values)
        low, high = min(levels), max(levels)
        whole = all(value.is_integer() for value in levels)
        if whole and low in (0, 1) and high <= 10 and len(levels) >= 3 and 2 * len(levels) > high - low + 1:
            self.scale = (low, high)
            self._found = True


def _listed(values: Mapping[str, float]) -> str:
    return ", ".join(f"{shown(name)} {value:g}" for name, value in sorted(values.items(), key=lambda pair: pair[1]))
