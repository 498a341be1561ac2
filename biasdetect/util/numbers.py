"""Ranges of numbers, against which options, settings, files and arguments are all checked."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import TypeGuard


@dataclass(frozen=True, slots=True)
class Range:
    """Which numbers are allowed. NaN, infinity, booleans and texts are in no range.

    Attributes:
        least: the smallest number, finite.
        most: the largest number, finite.
        whole: whether only whole numbers are allowed; 2.0 is none.
        above: whether numbers have to be greater than ``least``.
    """

    least: float
    most: float
    whole: bool = False
    above: bool = False

    def __contains__(self, value: object) -> bool:
        if not _is_number(value) or (self.whole and not isinstance(value, Integral)):
            return False
        return self.least <= value <= self.most and not (self.above and value == self.least)

    def __str__(self) -> str:
        """What is allowed, as a message says it: "a number from 0 to 1"."""
        kind = "a whole number" if self.whole else "a number"
        least, most = _shown(self.least), _shown(self.most)
        return f"{kind} above {least}, at most {most}" if self.above else f"{kind} from {least} to {most}"

    def check(self, name: str, value: object) -> None:
        """Check an argument.

        Args:
            name: of the argument, for the message.
            value: what was given.

        Raises:
            TypeError: where it is no number, or no whole one where only those are allowed.
            ValueError: for a number out of the range, NaN among them.
        """
        if value in self:
            return
        kind = ValueError if _is_number(value) and (not self.whole or isinstance(value, Integral)) else TypeError
        raise kind(f"{name} must be {self}, not {value!r}")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, Real) and not isinstance(value, bool)


def _shown(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


PROBABILITY = Range(0, 1)
"""Scores and thresholds."""

THREADS = Range(1, 256, whole=True)
"""Threads that one model computes on, or documents that are scored at the same time."""
