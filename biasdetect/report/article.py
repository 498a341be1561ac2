"""The article on an HTML page: its paragraphs, each phrase a link to its card, quoted and left-out words in styles of their own."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from biasdetect.language.voice import QuotedSentence, find_quotations
from biasdetect.model.categories import UNLISTED, Category, table_of
from biasdetect.results import Phrase, Report, Sentence, Skipped
from biasdetect.util.display import clean

_LONG = 3  # pieces that were not scored, one after the other, that are shown unfolded
_BLOCK = re.compile(
    r"<\s*(?:/\s*)?(?:p|div|br|hr|h[1-6]|li|ul|ol|dl|dt|dd|table|tr|td|th|section|article|main|header|footer|aside|nav|"
    r"figure|figcaption|blockquote|pre|title|body|head|html)\b",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(r"(?:\r\n|[\n\r\v\f\x85\u2028\u2029])[^\S\n\r\v\f\x85\u2028\u2029]*[\n\r\v\f\x85\u2028\u2029]")
_BREAK = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
_QUOTATION_MARK = re.compile("[\"'“”„‟«»‹›‘’‚]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A phrase on the page: its number, the sentence it stands in, whether the report itself flags it, what its category is."""

    number: int
    phrase: Phrase
    sentence: Sentence
    weak: bool
    known: Category | None

    @property
    def look(self) -> str:
        """CSS classes that show category, strength and voice; a category that is not known looks like any wording."""
        return f"c-{self.known.name if self.known else UNLISTED} {self.phrase.severity}" + (
            "" if self.phrase.counts else " others"
        )

    @property
    def category(self) -> str:
        """What a reader sees of the category."""
        return self.known.shown if self.known else self.phrase.category or "loaded wording"


def find_marks(report: Report, lower: Report | None) -> list[Mark]:
    """All phrases in order: the report's, and of the lower threshold's those that lie apart from them."""
    weaker = {(sentence.start, sentence.end): sentence.phrases for sentence in lower.sentences} if lower else {}
    found = []
    for sentence in report.sentences:
        found += [(phrase, sentence, False) for phrase in sentence.phrases]
        found += [
            (phrase, sentence, True)
            for phrase in weaker.get((sentence.start, sentence.end), ())
            if phrase.score < report.settings.threshold
            and all(phrase.end <= other.start or other.end <= phrase.start for other in sentence.phrases)
        ]
    found.sort(key=lambda item: (item[1].start, item[0].position))
    table = table_of(report.categories)
    return [Mark(number, *item, table.get(item[0].category)) for number, item in enumerate(found, 1)]


def render_article(report: Report, source: str, marks: Sequence[Mark]) -> str:
    """The article as HTML.

    Args:
        report: of the document.
        source: which the report's offsets point into.
        marks: the phrases, see :func:`find_marks`.
    """
    numbers = {id(sentence): number for number, sentence in enumerate(report.sentences, 1)}
    inside: dict[int, list[Mark]] = {}
    for mark in marks:
        inside.setdefault(id(mark.sentence), []).append(mark)
    outside, left_out = _skipped(report)
    parts = []
    for boilerplate, group in groupby(_paragraphs(report, outside, source), lambda items: _is_boilerplate(items[0])):
        if boilerplate:
            parts.append(_boilerplate([item for items in group for item in items if isinstance(item, Skipped)]))
            continue
        for items in group:
            said = _said(items)
            pieces: list[str] = []
            for before, item in zip((None, *items), items, strict=False):
                if before and source[before.end : item.start]:
                    pieces.append(" ")
                if isinstance(item, Skipped):
                    pieces.append(_inline_skipped(item.text, item.reason))
                    continue
                key = id(item)
                content = _sentence(item, inside.get(key, []), said.get(key, []), left_out.get(key, []))
                pieces.append(f'<span class="sentence" id="s{numbers[key]}">{content}</span>')
            headline = any(isinstance(item, Sentence) and item.role == "headline" for item in items)
            tag = "h2" if headline else "p"
            parts.append(f"<{tag}>{''.join(pieces)}</{tag}>")
    # `dir` says that nothing in an article turns the page's own direction
    direction = "rtl" if _is_right_to_left(report) else "ltr"
    spoken = report.foreign_language or report.language
    # how a screen reader pronounces it; the page around it is English
    said_as = f' lang="{shown(spoken)}"' if spoken not in ("", "en", "und") else ""
    return (
        f'<article id="article" aria-label="The article" dir="{direction}"{said_as}>\n'
        + "\n".join(parts)
        + "\n</article>"
    )


def _is_right_to_left(report: Report) -> bool:
    """Whether most letters of an article are those of Arabic, Hebrew and other scripts written from the right."""
    text = "".join([sentence.text for sentence in report.sentences] + [piece.text for piece in report.skipped])
    if text.isascii():
        return False
    strong = Counter(map(unicodedata.bidirectional, text))
    return strong["R"] + strong["AL"] > strong["L"]


def _is_boilerplate(item: Sentence | Skipped) -> bool:
    return isinstance(item, Skipped) and item.reason != "quotation"


def _paragraphs(report: Report, outside: Sequence[Skipped], source: str) -> list[list[Sentence | Skipped]]:
    """Sentences and pieces that were not scored, in the paragraphs of the source."""
    items: list[Sentence | Skipped] = [*report.sentences, *outside]
    items.sort(key=lambda item: item.start)
    markup = source.lstrip("\ufeff \t\r\n").startswith("<")  # there a line break is a space
    paragraphs: list[list[Sentence | Skipped]] = []
    for item in items:
        if paragraphs and not _breaks(paragraphs[-1][-1], item, source, markup):
            paragraphs[-1].append(item)
        else:
            paragraphs.append([item])
    return paragraphs


def _breaks(before: Sentence | Skipped, item: Sentence | Skipped, source: str, markup: bool) -> bool:
    """Whether a paragraph ends between two neighbours."""
    if _is_boilerplate(before) or _is_boilerplate(item):
        return True
    if "headline" in (getattr(before, "role", ""), getattr(item, "role", "")):
        return True
    gap = source[before.end : item.start]
    if _BLANK_LINE.search(gap) or _BLOCK.search(gap):
        return True
    # in prose that is wrapped at a fixed width sentences run over the ends of lines; elsewhere a line is a paragraph
    wrapped = any(_BREAK.search(source, piece.start, piece.end) for piece in (before, item))
    return bool(_BREAK.search(gap)) and not markup and not wrapped


def _skipped(report: Report) -> tuple[list[Skipped], dict[int, list[Skipped]]]:
    """Skipped pieces that stand for themselves, and those that are part of a sentence."""
    outside: list[Skipped] = []
    inside: dict[int, list[Skipped]] = {}
    sentences = iter(report.sentences)
    sentence = next(sentences, None)
    for piece in report.skipped:
        while sentence and sentence.end <= piece.start:
            sentence = next(sentences, None)
        if sentence and sentence.start <= piece.start and piece.end <= sentence.end:
            inside.setdefault(id(sentence), []).append(piece)
        else:
            outside.append(piece)
    return outside, inside


def _boilerplate(pieces: Sequence[Skipped]) -> str:
    listed = "\n".join(
        f'<p class="skipped"><span class="reason">not scored, {shown(piece.reason)}:</span> {shown(piece.text)}</p>'
        for piece in pieces
    )
    if len(pieces) <= _LONG:
        return listed
    reasons = ", ".join(dict.fromkeys(piece.reason for piece in pieces))
    return (
        f'<details class="skipped"><summary>{len(pieces)} pieces not scored: {shown(reasons)}</summary>\n{listed}\n'
        "</details>"
    )


def _inline_skipped(text: str, reason: str) -> str:
    return f'<span class="skipped" title="not scored: {shown(reason)}">{shown(text)}</span>'


def _said(items: Sequence[Sentence | Skipped]) -> dict[int, list[tuple[int, int]]]:
    """By sentence of a paragraph, where in its text quoted speech stands."""
    sentences = [item for item in items if isinstance(item, Sentence)]
    text = " ".join(sentence.text for sentence in sentences)
    if not _QUOTATION_MARK.search(text):
        return {}
    quotations = find_quotations(text, 0, len(text))
    found = {}
    start = 0
    for sentence in sentences:
        end = start + len(sentence.text)
        doubted = [
            (phrase.position, phrase.position + len(phrase.text))
            for phrase in sentence.phrases
            if phrase.voice == "scare-quote"
        ]
        found[id(sentence)] = [
            (first, last)
            for first, last in QuotedSentence(text, start, end, quotations).quoted
            if not _meets(doubted, first, last)
        ]
        start = end + 1
    return found


def _meets(places: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a stretch shares a character with one of some places, which are in order."""
    number = bisect_right(places, start, key=lambda place: place[1])
    return number < len(places) and places[number][0] < end


def _sentence(
    sentence: Sentence, marks: Sequence[Mark], said: Sequence[tuple[int, int]], skipped: Sequence[Skipped]
) -> str:
    """The sentence with a link per phrase; quoted words, and those that were left out, in styles of their own."""
    text = sentence.text
    styles = [""] * len(text)
    for start, end in [(0, len(text))] if sentence.voice == "quote" else said:
        styles[start:end] = ["said"] * (end - start)
    start = 0
    for piece in skipped:
        found = text.find(piece.text, start)
        if found >= 0:
            start = found + len(piece.text)
            styles[found:start] = ["skipped"] * len(piece.text)

    def styled(start: int, end: int) -> str:
        runs = []
        for style, run in groupby(range(start, end), key=styles.__getitem__):
            places = list(run)
            words = shown(text[places[0] : places[-1] + 1])
            runs.append(f'<span class="{style}">{words}</span>' if style else words)
        return "".join(runs)

    pieces = []
    position = 0
    for mark in marks:
        start, end = mark.phrase.position, mark.phrase.position + len(mark.phrase.text)
        pieces += [styled(position, start), _link(mark, styled(start, end))]
        position = end
    return "".join([*pieces, styled(position, len(text))])


def _link(mark: Mark, words: str) -> str:
    number = mark.number
    if mark.weak:
        return f'<a class="phrase {mark.look} off" id="p{number}">{words}</a>'
    return (
        f'<a class="phrase {mark.look}" id="p{number}" href="#c{number}" aria-describedby="c{number}" '
        f'data-number="{number}">{words}</a>'
    )


def shown(text: str) -> str:
    """Text of an article as HTML, in which no markup can begin."""
    return escape(clean(text))
