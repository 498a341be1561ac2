"""Checks arguments that have to be texts: anything else is a TypeError that gives its position."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TypeVar

_Text = TypeVar("_Text")


def iterate_texts(name: str, texts: Iterable[_Text], types: tuple[type, ...]) -> Iterator[_Text]:
    """The texts of any iterable, each checked when its turn comes.

    Args:
        name: of the argument, for messages.
        texts: a list, a generator, a column of a table, …
        types: that a text may have.

    Raises:
        TypeError: at once where there is one text and no iterable of them; later for what is no text.
    """
    if isinstance(texts, (str, bytes, *types)) or not isinstance(texts, Iterable):
        raise TypeError(f"{name} must be an iterable of texts, such as a list, not one {_kind(texts)}")
    return _checked(name, texts, types)


def _checked(name: str, texts: Iterable[_Text], types: tuple[type, ...]) -> Iterator[_Text]:
    for number, text in enumerate(texts):
        refuse_other_types(f"{name}[{number}]", text, types)
        yield text


def refuse_other_types(name: str, value: object, types: tuple[type, ...]) -> None:
    """Refuse a value that has none of some types.

    Raises:
        TypeError: with what it is and what it should be.
    """
    if isinstance(value, types):
        return
    wanted = " or ".join(kind.__name__ for kind in types)
    hint = "; decode bytes, or read them with biasdetect.read" if isinstance(value, (bytes, bytearray)) else ""
    raise TypeError(f"{name} must be {wanted}, not {_kind(value)}{hint}")


def _kind(value: object) -> str:
    """A value's type, and the value itself where a table has it for an empty cell."""
    if value is None:
        return "None"
    return "NaN" if isinstance(value, float) and math.isnan(value) else type(value).__name__
