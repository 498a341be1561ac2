"""Walks docutils' tree of a document and writes the prose in it, with the place of each character."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from docutils import nodes

from biasdetect.reading.prose import Prose, metadata_of
from biasdetect.reading.rst_parse import Inline, Parsed
from biasdetect.results import Metadata

_CHUNK = re.compile(r"\s+|\0\S|\0\s|[^\s\0]+")
_UNSEEN = (
    nodes.comment, nodes.substitution_definition, nodes.target, nodes.pending, nodes.meta, nodes.label, nodes.image,
    nodes.option_group, nodes.footnote_reference, nodes.citation_reference, nodes.colspec,
)  # fmt: skip
_CODE = {nodes.literal_block: "code block", nodes.doctest_block: "code block", nodes.math_block: "formula"}
_REASONS = {
    nodes.caption: "caption", nodes.field_name: "name of a field", nodes.attribution: "attribution", nodes.header: "page header",
    nodes.footer: "page footer",
}  # fmt: skip
_NO_PROSE = (nodes.literal, nodes.math, nodes.substitution_reference, nodes.raw)
_ROLE = re.compile(r":[\w.:+-]+:`|`.*`:[\w.:+-]+:$", re.DOTALL)


class TreeReader:
    """Reads a tree in its order.

    Attributes:
        prose: what was read.
        headings: level and number of the block of each heading.
        metadata: what the fields at the top say.
    """

    def __init__(self, source: str, parsed: Parsed) -> None:
        """Args: the source, and what docutils makes of it."""
        self.prose = Prose(source)
        self.headings: list[tuple[int, int]] = []
        self.metadata = Metadata()
        self._parsed = parsed
        self._space: tuple[int, int] | None = None
        self._level = 0
        self._top = True

    def read(self) -> None:
        """All of it."""
        self._read(self._parsed.tree, "")

    def _read(self, node: Any, reason: str) -> None:
        """A node and all below it; ``reason`` says why what is in it is no prose."""
        reason = reason or _REASONS.get(type(node), "")
        if isinstance(node, _UNSEEN):
            return
        if isinstance(node, nodes.system_message):
            for child in node.children:
                if isinstance(child, nodes.literal_block):
                    child.line = node.get("line")
                    self._listing(child, "unknown directive")
        elif type(node) in _CODE or isinstance(node, nodes.raw):
            self._listing(node, reason or _CODE.get(type(node), "raw HTML"))
        elif isinstance(node, nodes.TextElement):
            self._block(node, reason)
        elif isinstance(node, nodes.field_list) and self._top:
            self.metadata = metadata_of({field[0].astext().lower(): field[1].astext() for field in node.children})
        elif isinstance(node, nodes.block_quote):
            self._quotation(node, reason)
        else:
            self._level += isinstance(node, nodes.section)
            for child in node.children:
                self._read(child, reason)
            self._level -= isinstance(node, nodes.section)

    def _block(self, node: Any, reason: str) -> None:
        if not node.children or (isinstance(node.parent, nodes.topic) and "contents" in node.parent["classes"]):
            return  # nothing, or the title that docutils gives to a table of contents
        inline = self._parsed.inlines.get(id(node.children[0]))
        self._inline(inline or self._found(node.astext(), node))  # a term's classifiers are parted after it was parsed
        self._space = None
        closed = self.prose.close(reason)
        heading = isinstance(node, nodes.title) and isinstance(node.parent, nodes.section)
        if closed and heading:
            self.headings.append((self._level, len(self.prose.blocks) - 1))
        self._top = self._top and heading

    def _quotation(self, node: Any, reason: str) -> None:
        """A block quotation, whose speaker is named behind it."""
        first = len(self.prose.quoted)
        self.prose.quotations += 1
        own = [child for child in node.children if not isinstance(child, nodes.attribution)]
        for child in own:
            self._read(child, reason)
        self.prose.quotations -= 1
        for child in node.children:
            if isinstance(child, nodes.attribution):
                self._read(child, reason)
                speaker = " ".join(child.astext().split())[:100]
                self.prose.quoted[first:] = [replace(said, speaker=speaker) for said in self.prose.quoted[first:]]

    def _inline(self, inline: Inline) -> None:
        at = 0
        for part in inline.parts:
            raw = str(part) if isinstance(part, nodes.Text) else part.rawsource
            end = at + len(raw)
            if isinstance(part, nodes.Text):
                self._text(inline, at, end)
            elif isinstance(part, nodes.target) and not _stands(raw, inline, at):
                continue  # it is a part of the reference before it
            elif isinstance(part, (nodes.footnote_reference, nodes.citation_reference)):
                self._space = None
            else:
                self._element(inline, part, at, end)
            at = end

    def _element(self, inline: Inline, part: Any, start: int, end: int) -> None:
        """Marked text: what is shown of it stands somewhere between its marks."""
        shown = "".join(str(child) for child in part.findall(nodes.Text)) if not isinstance(part, nodes.raw) else ""
        inner = -1
        for written in (shown, shown.replace("\\", "\0")):
            if shown and inner < 0:
                inner = inline.escaped.find(written, start, end)
        if _stands_for_another(part):
            self._raw(inline, start, end)
        elif isinstance(part, _NO_PROSE):
            self._raw(inline, *((inner, inner + len(shown)) if inner >= 0 else (start, end)))
        elif inner >= 0:
            self._text(inline, inner, inner + len(shown))
        elif start < end:
            self._spaced()
            self.prose.add(part.astext(), inline.starts[start], inline.ends[end - 1], same=False)

    def _text(self, inline: Inline, start: int, end: int) -> None:
        for chunk in _CHUNK.finditer(inline.escaped, start, end):
            first, last = inline.starts[chunk.start()], inline.ends[chunk.end() - 1]
            content = chunk.group()
            if content[0] == "\0":
                if not content[1].isspace():  # an escaped space is none
                    self._spaced()
                    self.prose.add(content[1], first, last, same=False)
            elif content.isspace():
                self._space = self._space or (first, last)
            else:
                self._spaced()
                self.prose.add(content, first, last, same=self.prose.source[first:last] == content)

    def _raw(self, inline: Inline, start: int, end: int) -> None:
        """What stands in the text as it is, and is no prose."""
        if start >= end:
            return
        self._spaced()
        content = inline.escaped[start:end].replace("\0", "\\").replace("\n", " ")
        first, last = inline.starts[start], inline.ends[end - 1]
        same = self.prose.source[first:last] == content
        self.prose.add(content, first, last, same=same, code=True)

    def _spaced(self) -> None:
        if self._space and self.prose.is_open:
            self.prose.add(" ", *self._space, same=False)
        self._space = None

    def _listing(self, node: Any, reason: str) -> None:
        """What is no prose, as it stands."""
        inline = self._found(node.astext().strip("\n"), node)
        self._raw(inline, 0, len(inline.escaped))
        self._space = None
        self.prose.close(reason)

    def _found(self, text: str, node: Any) -> Inline:
        """A text that was not parsed as inline markup, or was divided since."""
        line = node.line or node.parent.children[0].line or node.parent.line
        return Inline(text, [nodes.Text(text)], *self._parsed.lines.find(text, line))


def _stands(raw: str, inline: Inline, at: int) -> bool:
    """Whether the source of a part is what stands at a place."""
    return bool(raw) and inline.escaped.replace("\0", "\\").startswith(raw, at)


def _stands_for_another(part: Any) -> bool:
    """Whether a part is a reference to a substitution, or has a role that docutils does not know."""
    if isinstance(part, nodes.reference) and part.children:
        part = part[0]
    if isinstance(part, nodes.problematic):
        return bool(_ROLE.match(part.rawsource))
    return isinstance(part, nodes.substitution_reference)
