"""Finds what is no prose inside a paragraph: addresses, handles, file names, template code, formulas.

Such stretches stay in the text, so that every offset holds, and the model never sees them: no phrase lies in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from biasdetect.util.patterns import lazy

Stretch = tuple[int, int]
"""Offsets into a text, end exclusive."""

_FILE = (
    r"pdf|docx?|xlsx?|pptx?|odt|ods|rtf|txt|csv|tsv|json|xml|ya?ml|toml|html?|md|tex|jpe?g|png|gif|svg|webp|tiff?|mp[34]|mov|avi|wav|zip|gz"
    r"|rar|7z|exe|dmg|apk|py|js|css|sql|log|ini|bak"
)
_FOUND = lazy(
    r"(?P<address>\b(?:https?|ftp|file)://[^\s<>\"“”]+|\bmailto:\S+|\bwww\.[^\s<>\"“”]+|\b(?:[\w-]+\.)+[a-z]{2,12}/[^\s<>\"“”]*)"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8})"
    r"|(?P<handle>(?<![\w@])@\w{2,40}(?:\.\w{1,40}){0,3}(?:@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8})?)"
    rf"|(?P<file>(?<![\w./-])(?:[\w~-]{{1,60}}[./\\])*[\w~-]{{1,60}}\.(?i:{_FILE})\b(?!\.\w))"
    # Hugo, Liquid, Jinja, Handlebars
    r"|(?P<template>\{\{[^{}]{0,1000}\}\}|\{%[^{}]{0,1000}%\}|\{#[^{}]{0,1000}#\})"
    # LaTeX between its marks; dollars alone may be money
    r"|(?P<formula>\\\([^\n]{1,500}?\\\)|\\\[[^\n]{1,500}?\\\]|\$\$[^$\n]{1,500}\$\$|\$(?=[^$\n]{0,200}\\[a-z])[^$\n]{1,500}\$)"
)
_TRAILING = ".,;:!?'\"”’)]}…"
_ALONE = lazy(r"\S+")


def find_no_prose(text: str, marked: Iterable[Stretch] = ()) -> tuple[Stretch, ...]:
    """The stretches of a text that are no prose, in order, not overlapping.

    Args:
        text: any text.
        marked: further stretches that the markup gives, such as inline code.
    """
    found = list(marked)
    for match in _FOUND.finditer(text):
        end = match.end()
        if match.lastgroup in ("address", "handle", "mail"):
            end = match.start() + len(match.group().rstrip(_TRAILING))
        if end > match.start():
            found.append((match.start(), end))
    merged: list[Stretch] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def masked(text: str, stretches: Iterable[Stretch]) -> str:
    """The text at the same length with an ellipsis, and spaces after it, for each stretch."""
    pieces, position = [], 0
    for start, end in stretches:
        pieces += [text[position:start], "…", " " * (end - start - 1)]
        position = end
    return "".join([*pieces, text[position:]])


def sole_address(text: str) -> str:
    """The address, where a text is one and nothing else; empty where it is not."""
    inner = text.strip().strip("<>\ufeff")
    if _ALONE.fullmatch(inner) is None or not re.match(r"(?:https?://|www\.)\S+\.\S", inner):
        return ""
    return inner
