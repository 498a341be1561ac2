"""Makes text from elsewhere safe to print on a terminal."""

from __future__ import annotations

import unicodedata


def clean(text: str) -> str:
    """No control character of the article reaches the terminal, and no invisible one is shown as a gap."""
    return "".join(
        char
        if char.isprintable()
        else ""
        if unicodedata.category(char) == "Cf"
        else "\ufffd"
        if ord(char) < 32 and not char.isspace()
        else " "
        for char in text
    )
