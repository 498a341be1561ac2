"""Makes text from elsewhere safe to print on a terminal."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # what emoji and the letters of several scripts are joined with, and kept apart


def clean(text: str) -> str:
    """No control character of the article reaches the terminal, and no invisible one is shown as a gap.

    What reverses or hides text is left out; joiners stay, without which an emoji or a word is another one.
    """
    return "".join(
        char
        if char.isprintable() or char in _JOINERS
        else ""
        if unicodedata.category(char) == "Cf"
        else "\ufffd"
        if ord(char) < 32 and not char.isspace()
        else " "
        for char in text
    )
