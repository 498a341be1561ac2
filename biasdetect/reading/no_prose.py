"""Finds what is no prose inside a paragraph: addresses, handles, file names, datelines, template code, formulas.

Such stretches stay in the text, so that every offset holds, and the model never sees them: no phrase lies in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from biasdetect.util.patterns import lazy
from biasdetect.util.stretches import Stretch, masked

_FILE = (
    r"pdf|docx?|xlsx?|pptx?|odt|ods|rtf|txt|csv|tsv|json|xml|ya?ml|toml|html?|md|tex|jpe?g|png|gif|svg|webp|tiff?|mp[34]|mov|avi|wav|zip|gz"
    r"|rar|7z|exe|dmg|apk|py|js|css|sql|log|ini|bak"
)
# "LIRNA, June 3 (Reuters) -", "MOSCOW, December 26. /TASS/.": where a report comes from, and whose it is
_PLACE_OR_DAY = r"(?:[A-Z][\w’'.-]{0,30}|\d{1,4}(?:st|nd|rd|th)?\.?|d[aeiou]s?|of|the)"
_DATELINE = (
    rf"(?:^|(?<=[\n\r]))(?:{_PLACE_OR_DAY}(?:[ ,]{{1,3}}{_PLACE_OR_DAY}){{0,9}},?\s{{1,3}})?"
    r"(?:/[A-Z][\w-]{1,24}/\.?(?=\s)|\((?![A-Z]-[A-Z])[A-Z][\w&-]{1,24}(?:\s[A-Z][\w&-]{1,24}){0,2}\)\.?\s?[–—-]{1,2}(?=\s+[^\Wa-z]|\s+[“\"‘']))"
)
_FOUND = lazy(
    rf"(?P<dateline>{_DATELINE})"
    r"|(?P<ticker>\((?:[A-Z][A-Za-z]{1,9}:\s?)[A-Z0-9][A-Z0-9.=-]{0,9}\)|(?<![\w$])\$[A-Z]{1,5}(?![\w.]\w|\w))"
    r"|(?P<address>\b(?:https?|ftp|file)://[^\s<>\"“”]+|\bmailto:\S+|\bwww\.[^\s<>\"“”]+"
    # a run of names and dots is looked at once, from where it begins: time stays in proportion to the length
    r"|(?<![\w.-])(?:[\w-]{1,63}\.){1,8}[a-z]{2,12}/[^\s<>\"“”]*)"
    r"|(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8})"
    r"|(?P<handle>(?<![\w@])@\w{2,40}(?:\.\w{1,40}){0,3}(?:@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8})?)"
    rf"|(?P<file>(?<![\w./\\~-])(?:[\w~-]{{1,60}}[./\\]){{0,20}}[\w~-]{{1,60}}\.(?i:{_FILE})\b(?!\.\w))"
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
        marked: further stretches that the markup gives, such as inline code; nothing is looked for in them.
    """
    found = _merged(marked)
    for match in _FOUND.finditer(masked(text, found) if found else text):
        end = match.end()
        if match.lastgroup in ("address", "handle", "mail"):
            end = match.start() + len(match.group().rstrip(_TRAILING))
        if end > match.start():
            found.append((match.start(), end))
    return tuple(_merged(found))


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches in order, those that overlap as one."""
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def sole_address(text: str) -> str:
    """The address, where a text is one and nothing else; empty where it is not."""
    inner = text.strip().strip("<>\ufeff")
    if _ALONE.fullmatch(inner) is None or not re.match(r"(?:https?://|www\.)\S+\.\S", inner):
        return ""
    return inner
