"""Writes a report as one HTML page that needs nothing else: the article, a card per phrase, instant controls."""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from biasdetect.language.voice import QuotedSentence, find_quotations
from biasdetect.model.categories import UNLISTED, Category, table_of
from biasdetect.report.advice import advice, hint
from biasdetect.report.page import whole_page
from biasdetect.report.vocabulary import style as vocabulary_style
from biasdetect.results import Phrase, Report, Sentence, Skipped, Suggestion, Voice
from biasdetect.util.display import clean

LOWEST = 0.1
"""The threshold of the second report that the slider shows weaker phrases from."""

_BARS = 300  # of the strip; a longer article has several sentences to a bar
_LONG = 3  # pieces that were not scored, one after the other, that are shown unfolded
_HEIGHT = 40  # of the strip's bars
_BLOCK = re.compile(
    r"<\s*(?:/\s*)?(?:p|div|br|hr|h[1-6]|li|ul|ol|dl|dt|dd|table|tr|td|th|section|article|main|header|footer|aside|nav|"
    r"figure|figcaption|blockquote|pre|title|body|head|html)\b",
    re.IGNORECASE,
)
_BLANK_LINE = re.compile(r"(?:\r\n|[\n\r\v\f\x85\u2028\u2029])[^\S\n\r\v\f\x85\u2028\u2029]*[\n\r\v\f\x85\u2028\u2029]")
_BREAK = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
_QUOTATION_MARK = re.compile("[\"'“”„‟«»‹›‘’‚]")
_MEANING = """\
<section class="meaning" aria-labelledby="meaning">
<h2 id="meaning">What the figures mean</h2>
<ul>
<li><strong>Article score</strong>: the share of the article’s sentences that trained annotators would be expected to
call biased. It is the mean over the sentences, so one loaded sentence in a long article moves it little.</li>
<li><strong>Score of a sentence</strong>: the probability that trained annotators would call it biased.
<strong>Score of a phrase</strong>: the probability that they would mark the phrase.</li>
<li><strong>The outlet, and others</strong>: the same share for what the outlet says itself, and for the words that it
quotes or reports of others. What others say does not count for the article unless the report was made so.</li>
<li>The controls change which phrases are shown. They do not change the scores of the article.</li>
</ul>
<h2>What they do not mean</h2>
<ul>
<li>They measure wording. They say nothing about truth, balance, the choice of topic or what is left out.</li>
<li>A flagged phrase may be right where it stands, and a page without one may mislead all the same. The model errs in
both ways: read the sentence, then decide.</li>
<li>One article says nothing about an outlet or a writer.</li>
</ul>
</section>"""


@dataclass(frozen=True, slots=True)
class _Mark:
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


def render_page(report: Report, source: str, lower: Report | None = None) -> str:
    """The page of one report.

    Args:
        report: of the document.
        source: the document's source, which the report's offsets point into.
        lower: a report on the same document at a lower threshold. Its phrases that lie apart from the
            report's are shown as the reader lowers the threshold on the page.
    """
    marks = _marks(report, lower)
    floor = min(report.settings.threshold, lower.settings.threshold if lower else 1.0)
    name = clean(report.source) or "article"
    parts = [
        _about(report),
        *(f'<p class="warning"><strong>Warning:</strong> {_shown(warning)}</p>' for warning in report.warnings),
        *(f"<p>{_shown(note)}</p>" for note in report.notes),
        _figures(report),
        _controls(report, marks, floor),
        _strip(report, marks),
        '<div class="columns">',
        _article(report, source, marks),
        _cards(report, marks),
        "</div>",
        _MEANING,
        f'<script type="application/json" id="data">{_data(report, marks)}</script>',
    ]
    folder = Path(__file__).parent
    style, script = ((folder / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return whole_page(
        f"{name}: wording", f"Wording of {name}", parts, vocabulary_style(report.categories) + style, script
    )


def _marks(report: Report, lower: Report | None) -> list[_Mark]:
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
    return [_Mark(number, *item, table.get(item[0].category)) for number, item in enumerate(found, 1)]


def _about(report: Report) -> str:
    said = report.metadata
    facts = [said.outlet, said.date, f"read as {report.settings.kind}", f"model {report.model}"]
    return f'<p class="about">{_shown(" · ".join(fact for fact in facts if fact))}</p>'


def _figures(report: Report) -> str:
    flagged = sum(phrase.counts for phrase in report.phrases)
    tiles = [("article score", f"{report.score:.2f}")]
    if report.difference is not None:
        tiles += [("what the outlet says", f"{report.outlet_score:.2f}")]
        tiles += [
            ("what it lets others say", f"{report.others_score:.2f}"),
            ("difference", f"{report.difference:+.2f}"),
        ]
    if report.headline and len(report.sentences) > 1:
        tiles.append(("the headline by itself", f"{report.headline.score:.2f}"))
    tiles += [
        ("phrases flagged", str(flagged)),
        ("in the words of others", str(len(report.phrases) - flagged)),
        ("sentences", str(len(report.sentences))),
    ]
    listed = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in tiles)
    return (
        f'<dl class="figures">{listed}</dl>\n'
        '<p class="hint"><a href="#meaning">What these figures mean, and what they do not</a></p>'
    )


def _controls(report: Report, marks: Sequence[_Mark], floor: float) -> str:
    """Hidden until the script, without which they do nothing, is there."""
    if not marks:
        return ""
    boxes = []
    order = list(table_of(report.categories))
    present = {mark.phrase.category: mark for mark in marks}
    for name in sorted(present, key=lambda name: order.index(name) if name in order else len(order)):
        known = present[name].known
        boxes.append(
            f'<label><input type="checkbox" checked name="category" value="{_shown(name)}"> '
            f'<span class="sample c-{known.name if known else UNLISTED} medium">{_shown(present[name].category)}</span></label>'
        )
    others = ""
    if any(not mark.phrase.counts for mark in marks):
        others = '<label><input type="checkbox" checked id="others"> <span class="said">words of others</span></label>'
    threshold = report.settings.threshold
    return f"""\
<form id="controls" hidden aria-label="Which phrases are shown">
<label class="threshold">Threshold <output for="threshold" id="level">{threshold:.2f}</output>
<input type="range" id="threshold" min="{floor:.2f}" max="1" step="0.01" value="{threshold:.2f}"></label>
<fieldset><legend>Show</legend>{"".join(boxes)}{others}</fieldset>
<button type="reset">Reset</button>
<p id="status" role="status"></p>
</form>"""


def _strip(report: Report, marks: Sequence[_Mark]) -> str:
    """Sentences from start to end, as wide as they are long and as high as their score; below them the phrases."""
    sentences = report.sentences
    if not sentences:
        return ""
    starts = []
    length = 0
    for sentence in sentences:
        starts.append(length)
        length += len(sentence.text) + 1
    scale = 1000 / length
    group = -(-len(sentences) // _BARS)
    bars = []
    for first in range(0, len(sentences), group):
        score = max(sentence.score for sentence in sentences[first : first + group])
        last = first + group
        x, end = starts[first] * scale, (starts[last] if last < len(starts) else length) * scale
        height = max(1.0, score * _HEIGHT)
        look = " others" if all(sentence.voice == "quote" for sentence in sentences[first:last]) else ""
        look += " high" if score >= 0.5 else ""
        bars.append(
            f'<a href="#s{first + 1}" tabindex="-1"><title>sentence {first + 1}: {score:.2f}</title>'
            f'<rect class="room" x="{x:.2f}" y="0" width="{end - x:.2f}" height="{_HEIGHT}"/>'
            f'<rect class="bar{look}" x="{x:.2f}" y="{_HEIGHT - height:.2f}" '
            f'width="{max(0.4, (end - x) * 0.9):.2f}" height="{height:.2f}"/></a>'
        )
    place = dict(zip(map(id, sentences), starts, strict=True))
    for mark in marks:
        x = (place[id(mark.sentence)] + mark.phrase.position) * scale
        bars.append(
            f'<rect class="tick {mark.look}{" off" if mark.weak else ""}" data-tick="{mark.number}" x="{x:.2f}" '
            f'y="{_HEIGHT + 3}" width="{max(3.0, len(mark.phrase.text) * scale):.2f}" height="7"/>'
        )
    highest = max(range(len(sentences)), key=lambda number: sentences[number].score)
    label = (
        f"Scores of the sentences from the article’s start to its end. The highest is "
        f"{sentences[highest].score:.2f}, sentence {highest + 1} of {len(sentences)}."
    )
    return (
        f'<figure class="strip"><svg role="img" aria-label="{label}" viewBox="0 0 1000 {_HEIGHT + 10}" '
        f'preserveAspectRatio="none">{"".join(bars)}</svg>'
        "<figcaption>Start to end of the article: a bar per sentence, as high as its score, hollow where others "
        "speak; below, the phrases.</figcaption></figure>"
    )


def _article(report: Report, source: str, marks: Sequence[_Mark]) -> str:
    numbers = {id(sentence): number for number, sentence in enumerate(report.sentences, 1)}
    inside: dict[int, list[_Mark]] = {}
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
    return f'<article id="article" aria-label="The article" dir="{direction}">\n' + "\n".join(parts) + "\n</article>"


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
    shown = "\n".join(
        f'<p class="skipped"><span class="reason">not scored, {_shown(piece.reason)}:</span> {_shown(piece.text)}</p>'
        for piece in pieces
    )
    if len(pieces) <= _LONG:
        return shown
    reasons = ", ".join(dict.fromkeys(piece.reason for piece in pieces))
    return (
        f'<details class="skipped"><summary>{len(pieces)} pieces not scored: {_shown(reasons)}</summary>\n{shown}\n'
        "</details>"
    )


def _inline_skipped(text: str, reason: str) -> str:
    return f'<span class="skipped" title="not scored: {_shown(reason)}">{_shown(text)}</span>'


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
    sentence: Sentence, marks: Sequence[_Mark], said: Sequence[tuple[int, int]], skipped: Sequence[Skipped]
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
            words = _shown(text[places[0] : places[-1] + 1])
            runs.append(f'<span class="{style}">{words}</span>' if style else words)
        return "".join(runs)

    pieces = []
    position = 0
    for mark in marks:
        start, end = mark.phrase.position, mark.phrase.position + len(mark.phrase.text)
        pieces += [styled(position, start), _link(mark, styled(start, end))]
        position = end
    return "".join([*pieces, styled(position, len(text))])


def _link(mark: _Mark, words: str) -> str:
    number = mark.number
    if mark.weak:
        return f'<a class="phrase {mark.look} off" id="p{number}">{words}</a>'
    return (
        f'<a class="phrase {mark.look}" id="p{number}" href="#c{number}" aria-describedby="c{number}" '
        f'data-number="{number}">{words}</a>'
    )


def _cards(report: Report, marks: Sequence[_Mark]) -> str:
    if not marks:
        nothing = f"No phrase reaches the threshold of {report.settings.threshold:.2f}."
        if report.foreign_language:
            nothing = "No verdict: the model does not read the language of this text."
        return f'<aside><h2 id="cards">Flagged wording</h2>\n<p>{nothing}</p></aside>'
    cards = "\n".join(_card(mark) for mark in marks)
    return f'<aside aria-labelledby="cards"><h2 id="cards">Flagged wording</h2>\n<ol id="list">\n{cards}\n</ol></aside>'


def _card(mark: _Mark) -> str:
    phrase, sentence = mark.phrase, mark.sentence
    voice = Voice(phrase.voice).description
    if not phrase.counts:
        voice += f": {sentence.speaker}" if sentence.speaker else ""
    category = mark.category
    lines = [
        f'<p class="words"><span class="number">{mark.number}</span> <a href="#p{mark.number}">{_shown(phrase.text)}</a></p>',
        f'<p class="facts"><strong class="category">{_shown(category)}</strong> <span>{phrase.score:.2f}</span> '
        f"{_meter(phrase.score)} <small>in a sentence of {sentence.score:.2f}</small></p>",
        f"<p>{_shown(_capital(voice))}</p>",
    ]
    if phrase.why:
        lines.append(f"<p>Why: {_shown(phrase.why)}</p>")
    if mark.known and mark.known.definition != phrase.why:
        lines.append(f'<p class="definition">{_shown(_capital(category))}: {_shown(mark.known.definition)}</p>')
    if phrase.suggestions:
        listed = "".join(f"<li>{_suggestion(phrase, suggestion)}</li>" for suggestion in phrase.suggestions)
        lines.append(f'<p class="instead">Instead:</p>\n<ul class="instead">{listed}</ul>')
    elif phrase.advice:
        lines.append(f'<p class="instead">Advice: {_shown(phrase.advice)}</p>')
    hidden = " hidden" if mark.weak else ""
    return f'<li class="card {mark.look}" id="c{mark.number}"{hidden}>\n' + "\n".join(lines) + "\n</li>"


def _meter(score: float) -> str:
    return (
        '<svg class="meter" aria-hidden="true" viewBox="0 0 60 6"><rect class="room" width="60" height="6"/>'
        f'<rect class="value" width="{60 * score:.1f}" height="6"/></svg>'
    )


def _suggestion(phrase: Phrase, suggestion: Suggestion) -> str:
    wording = suggestion.words not in ("", phrase.text)
    words = f"<q>{_shown(suggestion.words)}</q>" if wording else advice(phrase, suggestion)
    return f"{words} <small>sentence {suggestion.before:.2f} → {suggestion.after:.2f}{hint(suggestion)}</small>"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _data(report: Report, marks: Sequence[_Mark]) -> str:
    """What the script needs, as JSON in ASCII in which no markup can begin."""
    data = {
        "threshold": report.settings.threshold,
        "phrases": [
            {
                "number": mark.number,
                "score": mark.phrase.score,
                "category": clean(mark.phrase.category),
                "counts": mark.phrase.counts,
                "weak": mark.weak,
            }
            for mark in marks
        ],
    }
    return json.dumps(data).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _shown(text: str) -> str:
    return escape(clean(text))
