"""Stretches of a text: offsets that hold while what stands there is hidden."""

from __future__ import annotations

from collections.abc import Iterable

Stretch = tuple[int, int]
"""Offsets into a text, end exclusive."""


def masked(text: str, stretches: Iterable[Stretch], rest: str = " ") -> str:
    """The text at the same length with an ellipsis for each stretch.

    Args:
        text: any text.
        stretches: in order, not overlapping.
        rest: a character that stands for each further one of a stretch.
    """
    pieces, position = [], 0
    for start, end in stretches:
        pieces += [text[position:start], "…", rest * (end - start - 1)]
        position = end
    return "".join([*pieces, text[position:]])
