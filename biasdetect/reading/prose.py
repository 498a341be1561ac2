"""The readable text of a source in markup as it grows, with the place of each character, and its blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from biasdetect.errors import InputError
from biasdetect.reading.document import Block, Places
from biasdetect.reading.said import Said
from biasdetect.results import Metadata, Role

_INNER = re.compile(r"[^\s\ufeff\u200b\x00](?:.*[^\s\ufeff\u200b\x00])?", re.DOTALL)


class Prose:
    """A text that is read piece by piece.

    Attributes:
        source: what the places point into.
        places: of the text's characters in the source.
        blocks: that are closed, in order.
        code: stretches of the text that are code, or otherwise no prose.
        quoted: stretches of the text that are quoted.
        quotations: how many quotations are open; set by the reader.
        role: of the blocks that are closed; set by the reader.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.places = Places()
        self.blocks: list[Block] = []
        self.code: list[tuple[int, int]] = []
        self.quoted: list[Said] = []
        self.quotations = 0
        self.role: Role = "body"
        self._done: list[str] = []
        self._open: list[str] = []
        self._end = 0  # of what was read of the source

    @property
    def text(self) -> str:
        """What was read so far; every block has to be closed."""
        return "".join(self._done)

    @property
    def is_open(self) -> bool:
        """Whether a block is."""
        return bool(self._open)

    def add(self, content: str, start: int, end: int, *, same: bool, code: bool = False) -> None:
        """The open block goes on with ``content``, read from ``source[start:end]``, or the ``same`` one for one."""
        if not content:
            return
        if not self._open and len(self.places):
            self._done.append("\n")
            self.places.add(min(self._end, start), start)  # a footnote stands before what is read before it
        if same:
            self._open.append(self.source[start:end])
            self.places.add_run(start, end - start)
        else:
            self._open.append(content)
            for _ in content:
                self.places.add(start, end)
        self._end = end
        if code:
            self.code.append((len(self.places) - len(content), len(self.places)))
        if self.quotations:
            begin = len(self.places) - len(content)
            if self.quoted and self.quoted[-1].end == begin:
                begin = self.quoted.pop().start
            self.quoted.append(Said(begin, len(self.places)))

    def close(self, reason: str = "") -> bool:
        """The open block ends, where there is one; returns whether anything is in it."""
        if not self._open:
            return False
        content = "".join(self._open)
        self._open.clear()
        self._done.append(content)
        inner = _INNER.search(content)
        if inner is None:
            return False
        start = len(self.places) - len(content)
        self.blocks.append(Block(start + inner.start(), start + inner.end(), self.role, self.reason(content, reason)))
        return True

    def reason(self, content: str, reason: str) -> str:
        """Why a block is no prose, where the markup around it says ``reason``."""
        return reason


def find_headline(headings: Sequence[tuple[int, int]]) -> int | None:
    """Number of the block that is the headline: the first level-1 heading, or else a heading that all stands under.

    Args:
        headings: level and number of the block of each, in order.
    """
    for level, block in headings:
        if level == 1:
            return block
    levels = [level for level, _ in headings]
    if headings and headings[0][1] == 0 and levels.count(min(levels)) == 1 and levels[0] == min(levels):
        return 0
    return None


def no_text(name: str) -> InputError:
    """The error for a document without any."""
    return InputError(f"{name or 'the text'}: holds no text. Give a file with an article in it.")


def has_words(text: str) -> bool:
    """Whether there is a letter or a figure in a text."""
    return any(map(str.isalnum, text))


def metadata_of(found: dict[str, str]) -> Metadata:
    """What the fields at the top of a document say, by their names in small letters."""
    try:
        day = date.fromisoformat(found.get("date", "")[:10]).isoformat()
    except ValueError:
        day = ""
    language = re.match(r"([a-z]{2})(?:[-_]|$)", found.get("lang", found.get("language", "")), re.IGNORECASE)
    title = found.get("title", "")
    return Metadata(
        title="" if title in ("|", ">", "|-", ">-") else title,
        date=day,
        language=language[1].lower() if language else "",
    )
