"""Reduces a page to its structure for trafilatura: well nested, not deep, not large, each block marked.

Pages carry images in attributes, megabytes of scripts and markup that breaks parsers. Trafilatura is given
none of that, and the marks tell exactly which blocks it took for the article.
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from biasdetect.reading.html.regions import Attributes

MAX_LENGTH = 1_000_000
"""Characters of an outline; larger ones are dropped, since trafilatura would take minutes over them."""
MAX_PARTS = 40_000
"""Tags and blocks of an outline."""

_DEEPEST = 80
_TAGS = frozenset(
    "a article aside blockquote center dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header li main"
    " nav ol p pre section summary table tbody td tfoot th thead tr ul address hgroup".split()
)
_ATTRIBUTES = ("class", "id", "role", "itemprop")
_LONGEST_ATTRIBUTE = 200
_META_ATTRIBUTES = ("name", "property", "itemprop", "http-equiv", "content", "datetime", "pubdate", "class")
_LONGEST_META = 1000
_MAX_META = 300
_MAX_TITLES = 4
_MAX_SCRIPT = 100_000
_SECTIONS = {
    "article:section": "section",
    "section": "section",
    "parsely-section": "section",
    "og:type": "type",
    "genre": "genre",
}
_MAX_SECTIONS = 20

# A mark is two syllables of the Yi script: letters to every test that trafilatura makes, and hardly ever in a page.
_FIRST, _COUNT = 0xA000, 1165
_SYLLABLE = re.compile("[\ua000-\ua48c]")
_MARK = re.compile("([\ua000-\ua48c])([\ua000-\ua48c])")


class Outline:
    """What is written of a page while it is read.

    Attributes:
        language: what the page says of its language, as it says it.
        titles: its title and other names that it gives itself.
        address: its own, where it gives one.
        sections: what it says of its section and type: what that is, for people, and what stands there.
    """

    def __init__(self) -> None:
        self.language = ""
        self.titles: list[str] = []
        self.address = ""
        self.sections: list[tuple[str, str]] = []
        self._parsed: list[Any] = []
        self._head: list[str] = []
        self._body: list[str] = []
        self._length = 0
        self._depth = 0
        self._has_time = False
        self._has_title = False
        self._captured: list[str] | None = None
        self._captured_tag = ""
        self._captured_length = 0

    @property
    def data(self) -> list[Any]:
        """Structured data (JSON-LD) as it was parsed, in order."""
        self._finish_capture()
        return self._parsed

    @property
    def head(self) -> str:
        """Meta data, title and structured data as HTML; empty where the page has none."""
        self._finish_capture()
        if not self._head:
            return ""
        return f"<html><head>{''.join(self._head)}</head><body><p></p></body></html>"

    @property
    def body(self) -> str:
        """The page's blocks as HTML, each behind its mark; empty where there are too many."""
        if self._is_too_large:
            return ""
        return f"<html><body>{''.join(self._body)}</body></html>".replace("\0", " ")

    @property
    def _is_too_large(self) -> bool:
        return self._length > MAX_LENGTH or len(self._body) > MAX_PARTS

    def root(self, tag: str, attributes: Attributes) -> None:
        """``html``, ``head`` or ``body``."""
        if tag == "html":
            self.language = self.language or attributes.get("lang") or attributes.get("xml:lang") or ""

    def start(self, tag: str, attributes: Attributes) -> bool:
        """A start tag; whether it was written, and its end tag is to be."""
        if tag not in _TAGS or self._depth >= _DEEPEST:
            return False
        self._depth += 1
        self._write(f"<{tag}{_written(attributes, _ATTRIBUTES, _LONGEST_ATTRIBUTE)}>")
        return True

    def end(self, tag: str) -> None:
        """The end tag of an element whose start tag was written."""
        self._depth -= 1
        self._write(f"</{tag}>")

    def text(self, text: str) -> None:
        """Text that is shown."""
        self._write(escape(_SYLLABLE.sub("·", text), quote=False))

    def mark(self, number: int) -> None:
        """The start of block ``number``."""
        high, low = divmod(number % _COUNT**2, _COUNT)
        self._write(f" {chr(_FIRST + high)}{chr(_FIRST + low)}")

    def line_break(self) -> None:
        """``<br>``."""
        self._write("<br>")

    def meta(self, tag: str, attributes: Attributes) -> None:
        """``meta`` or ``time``: what the page says about itself."""
        if len(self._head) >= _MAX_META or (tag == "time" and (self._has_time or not attributes.get("datetime"))):
            return
        self._has_time |= tag == "time"
        name = (attributes.get("property") or attributes.get("name") or attributes.get("http-equiv") or "").lower()
        content = (attributes.get("content") or "").strip()[:_LONGEST_META]
        if name in ("og:title", "twitter:title", "dc.title", "headline") and len(self.titles) < _MAX_TITLES:
            self.titles.append(content)
        elif name in ("content-language", "language", "dc.language", "og:locale"):
            self.language = self.language or content
        elif name in ("og:url", "twitter:url"):
            self.address = self.address or content
        elif name in _SECTIONS and len(self.sections) < _MAX_SECTIONS:
            self.sections.append((_SECTIONS[name], content))
        self._head.append(f"<{tag}{_written(attributes, _META_ATTRIBUTES, _LONGEST_META)}>")

    def hidden_start(self, tag: str, attributes: Attributes) -> None:
        """An element that is not shown: the title and structured data are read for what the page says about itself."""
        self._finish_capture()
        is_title = tag == "title" and not self._has_title
        self._has_title |= is_title
        is_data = tag == "script" and (attributes.get("type") or "").lower() == "application/ld+json"
        if is_title or is_data:
            self._captured, self._captured_tag, self._captured_length = [], tag, 0

    def hidden_text(self, tag: str, text: str) -> None:
        """Text in an element that is not shown."""
        if self._captured is not None and tag == self._captured_tag:
            self._captured_length += len(text)
            if self._captured_length <= _MAX_SCRIPT:
                self._captured.append(text)

    def _finish_capture(self) -> None:
        captured, self._captured = self._captured, None
        if captured is None:
            return
        text = "".join(captured)
        if self._captured_tag == "title":
            title = " ".join(text.split())[:_LONGEST_META]
            self.titles.append(title)
            self._head.append(f"<title>{escape(title)}</title>")
        elif self._captured_length <= _MAX_SCRIPT:
            try:
                self._parsed.append(json.loads(text))
            except (ValueError, RecursionError):
                return
            self._head.append(f'<script type="application/ld+json">{text}</script>')

    def _write(self, text: str) -> None:
        self._length += len(text)
        if self._is_too_large:
            self._body.clear()
            self._length = MAX_LENGTH + 1
        else:
            self._body.append(text)


def marks_in(text: str) -> set[int]:
    """Numbers of the blocks whose marks stand in a text."""
    return {(ord(high) - _FIRST) * _COUNT + ord(low) - _FIRST for high, low in _MARK.findall(text)}


def _written(attributes: Attributes, names: tuple[str, ...], longest: int) -> str:
    return "".join(
        f' {name}="{escape(value[:longest])}"' for name in names if (value := attributes.get(name)) is not None
    ).replace("\0", "")
