"""Walks the nodes that pylatexenc finds in LaTeX and writes the prose in them, with the place of each character."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexMathNode,
    LatexSpecialsNode,
)

from biasdetect.reading import latex_markup as markup
from biasdetect.reading.boilerplate import BYLINE
from biasdetect.reading.document import MAX_BLOCKS, too_many_blocks
from biasdetect.reading.prose import Prose

_CHUNK = re.compile(r"\s+|[^\s`']+(?: [^\s`']+)*|[`']")
_BLANK_LINE = re.compile(r"(?:\r\n?|\n)[ \t]*[\r\n]")
_BEGIN = re.compile(r"\\begin\s*\{[^{}]*\}")
_ARGUMENTS = re.compile(r"(?:\[[^\[\]\n]{0,200}\]|\{[^{}\n]{0,200}\})+")
_OPENING, _CLOSING = "“‘", "”’"
_DEPTHS = 2  # of quotations in quotations that have marks of their own


class NodeReader:
    """Reads nodes in their order.

    Attributes:
        prose: what was read.
        headings: level and number of the block of each heading.
    """

    def __init__(self, source: str, name: str) -> None:
        """Args: the LaTeX, and what messages call it."""
        self.prose = Prose(source)
        self.headings: list[tuple[int, int]] = []
        self._source, self._name = source, name
        self._own = markup.defined_macros(source)
        self._space: tuple[int, int] | None = None
        self._reason = ""  # of the blocks that are being read
        self._notes: list[Any] = []  # of the paragraph
        self._quotes = 0  # that are open
        self._single = False  # whether a single quotation mark is
        self._off = 0  # how many conditions are open that do not hold

    def read(self, nodes: Sequence[Any]) -> None:
        """All nodes of a document."""
        self._read(nodes)
        self._close()

    def _read(self, nodes: Sequence[Any]) -> None:
        for node in nodes:
            if self._off:
                if isinstance(node, LatexMacroNode):
                    self._off += node.macroname.startswith("if") - (node.macroname == "fi")
            elif isinstance(node, LatexCharsNode):
                self._chars(node.pos, node.pos + node.len)
            elif isinstance(node, LatexMacroNode):
                self._macro(node)
                if _BLANK_LINE.search(node.macro_post_space or ""):
                    self._close()
            elif isinstance(node, LatexGroupNode):
                self._read(node.nodelist)
            elif isinstance(node, LatexSpecialsNode):
                self._special(node)
            elif isinstance(node, LatexEnvironmentNode):
                self._environment(node)
            elif isinstance(node, LatexMathNode):
                self._math(node)

    def _chars(self, start: int, end: int) -> None:
        for chunk in _CHUNK.finditer(self._source, start, end):
            content = chunk.group()
            if content.isspace():
                if _BLANK_LINE.search(content):
                    self._close()
                else:
                    self._space = self._space or chunk.span()
            elif content in "`'":
                self._single_mark(content, *chunk.span())
            else:
                self._spaced()
                self.prose.add(content, *chunk.span(), same=True)

    def _single_mark(self, mark: str, start: int, end: int) -> None:
        """`Such' marks; where none was opened, it is an apostrophe."""
        closes = mark == "'" and self._single and not self._source[end : end + 1].isalnum()
        self._spaced()
        if mark == "`" or closes:
            self._single = mark == "`"
            self.prose.add("‘" if mark == "`" else "’", start, end, same=False)
        else:
            self.prose.add(mark, start, end, same=True)

    def _glyph(self, text: str, start: int, end: int) -> None:
        """Text that markup stands for."""
        if text.isspace():
            self._space = self._space or (start, end)
        elif text:
            self._spaced()
            self.prose.add(text, start, end, same=False)

    def _raw(self, start: int, end: int) -> None:
        """Markup that stands in the text as it is, and is no prose."""
        content = self._source[start:end].rstrip()
        end = start + len(content)
        self._spaced()
        same = not re.search(r"[\r\n\t]", content)
        self.prose.add(content if same else " ".join(content.split()), start, end, same=same, code=True)

    def _spaced(self) -> None:
        """The white space before what is read next."""
        if self._space and self.prose.is_open:
            self.prose.add(" ", *self._space, same=False)
        self._space = None

    def _close(self, reason: str = "") -> bool:
        """The paragraph ends, and its notes follow; returns whether anything is in it."""
        self._space, self._single = None, False
        closed = self.prose.close(reason or self._reason)
        if len(self.prose.blocks) > MAX_BLOCKS:
            raise too_many_blocks(self._name)
        notes, self._notes = self._notes, []
        for note in notes:
            self._read([note])
            self._close()
        return closed

    def _apart(self, nodes: Sequence[Any], reason: str = "") -> bool:
        """Read nodes as a block of their own, or several; returns whether there is any."""
        self._close()
        before, self._reason = self._reason, reason or self._reason
        blocks = len(self.prose.blocks)
        self._read(nodes)
        self._close()
        self._reason = before
        return len(self.prose.blocks) > blocks

    def _block(self, node: Any, reason: str) -> None:
        """What is no prose, as it stands."""
        self._close()
        self._raw(node.pos, node.pos + node.len)
        self._close(reason)

    def _special(self, node: Any) -> None:
        text = markup.special(node.specials_chars)
        self._glyph(text if text.strip() else " ", node.pos, node.pos + node.len)

    def _math(self, node: Any) -> None:
        if node.displaytype == "display":
            self._block(node, "formula")
        elif _BLANK_LINE.search(self._source, node.pos, node.pos + node.len):  # a dollar that is money
            self._glyph("$", node.pos, node.pos + 1)
            self._read(node.nodelist)
        else:
            self._raw(node.pos, node.pos + node.len)

    def _macro(self, node: Any) -> None:
        name, start, end = node.macroname, node.pos, node.pos + node.len
        last = _last_argument(node)
        if name == "iffalse":
            self._off = 1
        elif name in markup.UNSEEN:
            pass
        elif name == "item":
            self._close()
            self._label(node)
        elif name in markup.POINTERS or name in self._own:
            self._raw(start, end)
        elif name in markup.SPACES:
            self._space = self._space or (start, end)
        elif name in markup.ENDS:
            self._close()
        elif last is None:
            self._glyph(markup.symbol(name) or "", start, end)
        else:
            self._with_argument(node, last)

    def _with_argument(self, node: Any, last: Any) -> None:
        name, end = node.macroname, node.pos + node.len
        text = markup.accented(node)
        if text is not None:
            self._glyph(text, node.pos, end)
        elif name in markup.HEADINGS:
            self._heading(last, markup.HEADINGS[name])
        elif name in markup.BYLINES:
            self._apart([last], BYLINE)
        elif name in markup.NOTES:
            self._notes.append(last)
        elif name.startswith("caption"):
            self._apart([last], "caption")
        elif name == "epigraph":
            self._epigraph(node)
        elif name in markup.QUOTED:
            self._quotation(node, last)
        elif name in markup.CODE:
            inner = isinstance(last, LatexGroupNode)
            self._raw(last.pos + inner, last.pos + last.len - inner)
        elif name in markup.FIRST:
            self._read(_arguments(node)[:1])
        elif markup.has_text_argument(name):
            self._read([last])

    def _heading(self, title: Any, level: int) -> None:
        first = len(self.prose.blocks)
        if self._apart([title]):
            self.headings.append((level, first))

    def _label(self, node: Any) -> None:
        r"""``\item[label]``: the label stands in the text."""
        label = next((one for one in node.nodeargd.argnlist if one is not None), None) if node.nodeargd else None
        if label is not None:
            self._read([label])
            self._space = (label.pos + label.len, label.pos + label.len)

    def _quotation(self, node: Any, inner: Any) -> None:
        r"""``\enquote{...}``: the macro and its brace are the opening mark."""
        end = inner.pos + inner.len
        opened = inner.nodelist[0].pos if isinstance(inner, LatexGroupNode) and inner.nodelist else inner.pos
        depth = min(self._quotes, _DEPTHS - 1)
        self._glyph(_OPENING[depth], node.pos, opened)
        self._quotes += 1
        self._read([inner])
        self._quotes -= 1
        self._space = None
        self._glyph(_CLOSING[depth], end - isinstance(inner, LatexGroupNode), end)

    def _epigraph(self, node: Any) -> None:
        words, *source = _arguments(node)
        self._close()
        self.prose.quotations += 1
        self._apart([words])
        self.prose.quotations -= 1
        self._apart(source, "attribution")

    def _environment(self, node: Any) -> None:
        name = node.environmentname.rstrip("*")
        if name in markup.COMMENTS:
            return
        for names, reason in (
            (markup.FORMULAS, "formula"),
            (markup.LISTINGS, "code block"),
            (markup.TABLES, "table"),
            (markup.PICTURES, "picture"),
        ):
            if name in names:
                self._block(node, reason)
                return
        quoted = name in markup.QUOTATIONS
        self._close()
        self.prose.quotations += quoted
        self._apart(self._inside(node), "list of sources" if name in markup.SOURCES else "")
        self.prose.quotations -= quoted

    def _inside(self, node: Any) -> Sequence[Any]:
        """What stands in an environment, without arguments that pylatexenc takes for text since it does not know it."""
        begin = _BEGIN.match(self._source, node.pos)
        given = _ARGUMENTS.match(self._source, begin.end()) if begin else None
        if not begin or not given or not node.nodelist or node.nodelist[0].pos != begin.end():
            return node.nodelist
        inside = [one for one in node.nodelist if one.pos >= given.end()]
        before = node.nodelist[len(node.nodelist) - len(inside) - 1]
        if isinstance(before, LatexCharsNode) and before.pos + before.len > given.end():
            self._chars(given.end(), before.pos + before.len)
        return inside


def _arguments(node: Any) -> list[Any]:
    """The arguments in braces."""
    given = node.nodeargd
    if given is None or not given.argspec:
        return []
    return [one for spec, one in zip(given.argspec, given.argnlist, strict=False) if spec == "{" and one is not None]


def _last_argument(node: Any) -> Any:
    return next(reversed(_arguments(node)), None)
