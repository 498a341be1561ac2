"""Reads texts that are HTML as a browser shows them, and the offsets that a tool counted in them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from biasdetect.reading.html.tree import BLOCK

_BREAKS = BLOCK | {"br"}


class ShownText(HTMLParser):
    """The text that markup shows, its blocks on lines of their own.

    Attributes:
        text: what is shown.
        places: for every character of all text in the markup, a ``br`` being one too, where it stands in ``text``.
    """

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.places: list[int] = []
        self._parts: list[str] = []
        self._length = 0
        self._inside = ""
        self.feed(markup.replace("\r\n", "\n").replace("\r", "\n"))
        self.close()
        self.text = "".join(self._parts).rstrip("\n")

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Start what is shown on a line of its own."""
        self._inside = tag
        if tag == "br":
            self.places.append(self._length)
        if tag in _BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        """End what is shown on a line of its own."""
        self._inside = ""
        if tag in _BREAKS and tag != "br":
            self._break()

    def handle_data(self, data: str) -> None:
        """Show a piece of text; style sheets are text to a tool that counts, and scripts are taken out by it."""
        if self._inside == "style":
            self.places += [self._length] * len(data)
        elif self._inside != "script":
            self.places += range(self._length, self._length + len(data))
            self._add(data)

    def _break(self) -> None:
        if self._parts and not self._parts[-1][-1:].isspace():
            self._add("\n")

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def shown_span(self, span: dict[str, Any]) -> dict[str, Any]:
        """A span with the offsets that it has in the text; as it is where they lie outside of the markup's."""
        start, end = span.get("start"), span.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(self.places):
            return span
        return {**span, "start": self.places[start], "end": self.places[end - 1] + 1}
