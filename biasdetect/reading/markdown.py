"""Reads Markdown: the prose without its markup, each character with its offset in the source."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from biasdetect.reading.document import Document, build_document
from biasdetect.reading.genre import Genre, genre_of_section
from biasdetect.reading.prose import Prose, find_headline, has_words, metadata_of, no_text
from biasdetect.reading.text import read_text

if TYPE_CHECKING:
    from pyromark import Options

MAX_EVENTS = 1_000_000
"""Pieces of markup and text. A book has fewer; what has more is no Markdown, and is read as plain text."""

# pulldown-cmark would take any prose between two "---" lines for metadata; ours is at the top and opens with a field.
_FRONT_MATTER = re.compile(
    r"\ufeff?(?:(?P<fence>---|\+\+\+)[ \t]*\r?\n(?P<fields>[\w-]+[ \t]*[:=](?:.*\r?\n)+?)(?:(?P=fence)|\.\.\.)[ \t]*(?:\r?\n|\Z))?"
)
_FIELD = re.compile(
    r"^(title|date|lang|language|section|category|categories|type|genre)[ \t]*[:=][ \t]*(['\"]?)(.+?)\2[ \t\r]*$",
    re.MULTILINE,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)

_INLINE = {"Emphasis", "Strong", "Link"}
_UNSEEN = {"Image", "Strikethrough"}
_MODULE = re.compile(
    r"""import\s(?:.{0,500}\sfrom\s+)?["'].{1,300}["'];?|export\s+(?:const|let|default|function|async|\{)"""
)
_NO_PROSE = {"CodeBlock": "code block", "HtmlBlock": "raw HTML"}


def read_markdown(source: str, name: str = "") -> Document:
    """Markdown to a document whose offsets point into the Markdown.

    Headings, paragraphs, list items, table cells and footnotes are blocks, the last with a role of their own; so are code blocks and raw HTML, with the
    reason why they are no prose. Link targets, images and front matter are no part of the text; front matter gives the
    metadata. Wrapped lines come together, and a hard break ends a block as a line of plain text does.

    Args:
        source: the Markdown, CommonMark with tables, footnotes, task lists and strikethrough.
        name: a path, a URL, or what else names the document.

    Raises:
        InputError: where there is no text in it.
    """
    if not has_words(source):
        raise no_text(name)
    begin, fields = _front_matter(source)
    prose = _Prose(source)
    headings = _read_events(prose, begin)
    if headings is None:
        return read_text(source, name)
    text = prose.text
    if not has_words(text):
        raise no_text(name)
    headline = find_headline(headings)
    blocks = [
        replace(block, role="headline") if index == headline else block for index, block in enumerate(prose.blocks)
    ]
    return build_document(
        name, source, text, blocks, prose.places, metadata_of(fields), prose.code, prose.quoted, _genre(fields)
    )


class _Prose(Prose):
    def nest(self, tag: str, *, begins: bool) -> None:
        """An element begins or ends that says something of the blocks in it."""
        if tag == "BlockQuote":
            self.quotations += 1 if begins else -1
        elif tag == "FootnoteDefinition":
            self.role = "footnote" if begins else "body"

    def reason(self, content: str, reason: str) -> str:
        """Imports and exports of MDX are no prose either."""
        return reason or ("template code" if _MODULE.match(content.lstrip()) else "")


def _read_events(prose: _Prose, begin: int) -> list[tuple[int, int]] | None:
    """Read the Markdown from ``begin`` on; returns level and block number of each heading, None if markup is all over.

    The parser counts in bytes of UTF-8, which has no lone surrogates.
    """
    from pyromark import events_with_range

    readable = _SURROGATE.sub("\ufffd", prose.source[begin:])
    place = _characters_before(readable)
    headings: list[tuple[int, int]] = []
    reason = ""
    level = 0
    unseen = 0  # open ones: images, whose alternative text may hold another, and what is struck out
    for count, (event, span) in enumerate(events_with_range(readable, options=_options())):
        if count > MAX_EVENTS:
            return None
        kind, value = _named(event)
        if kind in ("Start", "End"):
            tag, data = _named(value)
            prose.nest(tag, begins=kind == "Start")
            if tag in _UNSEEN:
                unseen += 1 if kind == "Start" else -1
            elif tag not in _INLINE:
                if prose.close(reason) and level:
                    headings.append((level, len(prose.blocks) - 1))
                reason = _NO_PROSE.get(tag, "") if kind == "Start" else ""
                level = int(data["level"][1]) if tag == "Heading" and kind == "Start" else 0
            continue
        if unseen:
            continue
        start, end = int(place[span["start"]]), int(place[span["end"]])
        breaks = kind == "HardBreak" or (kind == "InlineHtml" and _LINE_BREAK_TAG.fullmatch(value) is not None)
        if kind == "SoftBreak" or (breaks and level):
            prose.add(" ", begin + start, begin + end, same=False)
        elif breaks:
            prose.close(reason)
        elif kind in ("Text", "Code", "Html"):
            if kind == "Code":  # the range has the backticks in it
                inner = readable.find(value, start, end)
                start, end = (inner, inner + len(value)) if inner >= 0 else (start, end)
            prose.add(value, begin + start, begin + end, same=value == readable[start:end], code=kind == "Code")
    prose.close(reason)
    return headings


def _named(value: Any) -> tuple[str, Any]:
    """Name and data of an event or a tag, which is a dictionary of one entry, or the name alone."""
    if isinstance(value, str):
        return value, None
    [named] = value.items()
    return named


@cache
def _options() -> Options:
    from pyromark import Options

    return (
        Options.ENABLE_TABLES
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_GFM
    )


def _characters_before(text: str) -> Sequence[int] | Any:
    """For each byte of the text in UTF-8 at which a character starts, and for the end: the characters before it."""
    if text.isascii():
        return range(len(text) + 1)
    import numpy as np

    encoded = np.frombuffer(text.encode(), dtype=np.uint8)
    before = np.zeros(len(encoded) + 1, dtype=np.int32)
    np.cumsum((encoded & 0xC0) != 0x80, out=before[1:])
    return before


def _front_matter(source: str) -> tuple[int, dict[str, str]]:
    """Where the text begins, behind front matter in YAML, TOML or JSON, and the fields of that."""
    begin = len(source) - len(source.removeprefix("\ufeff"))
    if source.startswith("{", begin):
        try:
            fields, end = json.JSONDecoder().raw_decode(source, begin)
        except (ValueError, RecursionError):
            return 0, {}
        alone = not source[end : end + 200].split("\n", 1)[0].strip()
        return (end, {name: str(value) for name, value in fields.items()}) if alone else (0, {})
    opening = _FRONT_MATTER.match(source)
    assert opening is not None  # every part of it is optional
    return opening.end(), {match[1]: match[3] for match in _FIELD.finditer(opening["fields"] or "")}


def _genre(fields: dict[str, str]) -> Genre | None:
    """What front matter says of the kind of text."""
    names = ("section", "category", "categories", "type", "genre")
    said = (genre_of_section(name, fields[name]) for name in names if name in fields)
    return next((genre for genre in said if genre), None)
