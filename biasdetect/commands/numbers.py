"""Types of numeric options: a number within a range, and a whole one; NaN and infinity are neither."""

from __future__ import annotations

from typing import Any

import click

from biasdetect.util.numbers import PROBABILITY, Range

_MOST = 1_000_000_000  # of what has no limit of its own


class Number(click.FloatRange):
    """A number from ``least`` to ``most``."""

    def __init__(self, least: float, most: float, *, above: bool = False) -> None:
        """With ``above``, it has to be greater than ``least``."""
        super().__init__(least, most, min_open=above)
        self._allowed = Range(least, most, above=above)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; a usage error that says what is allowed where it is none of those."""
        try:
            number = float(value)
        except ValueError:
            number = None
        if number is None or number not in self._allowed:
            self.fail(f"{value!r} is not {self._allowed}.", param, ctx)
        return number


class Whole(click.IntRange):
    """A whole number from ``least`` to ``most``; help shows no upper end where none is given."""

    def __init__(self, least: int, most: int | None = None) -> None:
        super().__init__(least, most)
        self._allowed = Range(least, _MOST if most is None else most, whole=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """As :meth:`Number.convert`."""
        try:
            number = int(value)
        except ValueError:
            number = None
        if number is None or number not in self._allowed:
            self.fail(f"{value!r} is not {self._allowed}.", param, ctx)
        return number


SCORE = Number(PROBABILITY.least, PROBABILITY.most)
"""A score or a threshold, 0 to 1."""
