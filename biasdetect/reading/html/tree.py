"""Tracks which elements are open at a token: HTML's implied end tags, without a tree and without recursion.

Each step costs the same however deep the nesting and however wrong the markup.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from biasdetect.reading.html.regions import Region

HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
VOID = frozenset("area base br col embed hr img input link meta source track wbr param keygen bgsound frame".split())
BLOCK = HEADINGS | frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " button form frameset header hgroup hr html legend li listing main menu nav ol p plaintext pre search section summary"
    " table tbody td tfoot th thead tr ul xmp amp-accordion amp-sidebar amp-consent".split()
)
_CLOSES_PARAGRAPH = BLOCK - {"button", "caption", "tbody", "td", "tfoot", "th", "thead", "tr", "body", "html", "legend"}
_SCOPE = frozenset("table td th caption template object".split())
_TABLE_PART = frozenset("table caption tbody thead tfoot tr td th".split())
# What a start tag closes (first) and where the search for it stops (second).
_CLOSED_BY: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "li": (("li",), ("ul", "ol", "menu", "dir")),
    "dt": (("dt", "dd"), ("dl",)),
    "dd": (("dt", "dd"), ("dl",)),
    "td": (("td", "th", "caption"), ("table", "tr")),
    "th": (("td", "th", "caption"), ("table", "tr")),
    "tr": (("tr", "caption"), ("table",)),
    "tbody": (("tbody", "thead", "tfoot", "caption"), ("table",)),
    "thead": (("tbody", "thead", "tfoot", "caption"), ("table",)),
    "tfoot": (("tbody", "thead", "tfoot", "caption"), ("table",)),
    **{tag: (tuple(HEADINGS), tuple(BLOCK - HEADINGS)) for tag in HEADINGS},
}
# A paragraph inside one of these is none of its own: the browser would show it as page text.
_LEFT_BY_BLOCKS = ("svg", "math", "select")


@dataclass(slots=True)
class Element:
    """An open element, with what it inherits from those around it.

    Attributes:
        tag: its tag.
        hidden: it is not shown, or what it holds is no text.
        region: the boilerplate it belongs to.
        in_article: it stands in an ``article`` or ``main``.
        in_link: it stands in a link.
        preformatted: its line breaks count.
        in_code: it stands in code, which is no prose.
        in_quotation: it is quoted.
        block: the nearest block element's tag.
        written: its tag was written into the outline.
    """

    tag: str
    hidden: bool = False
    region: Region | None = None
    in_article: bool = False
    in_link: bool = False
    preformatted: bool = False
    in_code: bool = False
    in_quotation: bool = False
    block: str = ""
    written: bool = False

    @property
    def outlined(self) -> bool:
        """Whether trafilatura is to see what it holds: what is boilerplate beyond doubt only costs it time."""
        return self.region is None or not self.region.certain or self.region.doubted


class OpenElements:
    """The stack of open elements."""

    def __init__(self) -> None:
        self._stack = [Element("")]
        self._at: defaultdict[str, list[int]] = defaultdict(list)
        self._blocks: list[int] = [0]
        self._scopes: list[int] = [0]

    @property
    def top(self) -> Element:
        """The innermost open element."""
        return self._stack[-1]

    def before(self, tag: str) -> list[Element]:
        """Close what a start tag closes; the closed elements, innermost first."""
        closed: list[Element] = []
        if tag in BLOCK:
            for left in _LEFT_BY_BLOCKS:
                if self._at[left]:
                    closed += self._cut(self._at[left][-1])
        if tag in _CLOSES_PARAGRAPH and self._last("p") > self._scopes[-1]:
            closed += self._cut(self._last("p"))
        if tag in _CLOSED_BY:
            tags, stops = _CLOSED_BY[tag]
            place = max(map(self._last, tags))
            if place > max(map(self._last, stops)) and (tag in _TABLE_PART or place > self._scopes[-1]):
                closed += self._cut(place)
        return closed

    def push(self, element: Element) -> None:
        """Open an element."""
        place = len(self._stack)
        self._stack.append(element)
        self._at[element.tag].append(place)
        if element.tag in BLOCK:
            self._blocks.append(place)
        if element.tag in _SCOPE:
            self._scopes.append(place)

    def close(self, tag: str) -> list[Element]:
        """Close what an end tag closes; the closed elements, innermost first."""
        place = self._last(tag)
        if tag in _TABLE_PART:
            limit = self._last("table") - (tag == "table")
        elif tag in BLOCK or tag in _SCOPE:
            limit = self._scopes[-1] - (tag in _SCOPE)
        else:
            limit = self._blocks[-1]
        return self._cut(place) if place > max(limit, 0) else []

    def close_all(self) -> list[Element]:
        """Close everything at the end of the source."""
        return self._cut(1)

    def _last(self, tag: str) -> int:
        places = self._at.get(tag)
        return places[-1] if places else 0

    def _cut(self, place: int) -> list[Element]:
        closed = self._stack[: place - 1 : -1]
        del self._stack[place:]
        for element in closed:
            self._at[element.tag].pop()
        for marks in (self._blocks, self._scopes):
            while marks[-1] >= place:
                marks.pop()
        return closed
