"""Writes a report as one HTML page that needs nothing else: the answer, the article with a card per phrase, the figures folded away."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from biasdetect.english.language import base, language_name
from biasdetect.model.categories import UNLISTED, table_of
from biasdetect.report.advice import advice, hint, to_check
from biasdetect.report.article import Mark, find_marks, render_article, shown
from biasdetect.report.page import whole_page
from biasdetect.report.vocabulary import style as vocabulary_style
from biasdetect.report.wording import capital, figures
from biasdetect.results import SEVERITIES, Phrase, Report, Suggestion, Voice
from biasdetect.util.display import clean

LOWEST = 0.1
"""The threshold of the second report that the slider shows weaker phrases from."""

_BARS = 300  # of the strip; a longer article has several sentences to a bar
_HEIGHT = 40  # of the strip's bars
_QUOTED = "Quoted: leave it as it is."
_MEANING = """\
<h2>What they do not mean</h2>
<ul>
<li>They measure wording. They say nothing about truth, balance, the choice of topic or what is left out.</li>
<li>A flagged phrase may be right where it stands, and a page without one may mislead all the same. The model errs in
both ways: read the sentence, then decide.</li>
<li>One article says nothing about a newspaper or a writer.</li>
</ul>"""


def render_page(report: Report, source: str, lower: Report | None = None) -> str:
    """The page of one report.

    Args:
        report: of the document.
        source: the document's source, which the report's offsets point into.
        lower: a report on the same document at a lower threshold. Its phrases that lie apart from the
            report's are shown as the reader lowers the threshold on the page.
    """
    marks = find_marks(report, lower)
    floor = min(report.settings.threshold, lower.settings.threshold if lower else 1.0)
    name = clean(report.source) or "article"
    parts = [
        _about(report),
        *(f'<p class="warning"><strong>Warning:</strong> {shown(warning)}</p>' for warning in report.warnings),
        _answer(report, marks),
        *(f'<p class="note">{shown(note)}</p>' for note in report.notes),
        _legend(report, marks),
        '<div class="columns">',
        render_article(report, source, marks),
        _cards(report, marks),
        "</div>",
        _figures(report, marks, floor),
        f'<script type="application/json" id="data">{_data(report, marks)}</script>',
    ]
    folder = Path(__file__).parent
    style, script = ((folder / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return whole_page(
        f"{name}: wording", f"Wording of {name}", parts, vocabulary_style(report.categories) + style, script
    )


def _about(report: Report) -> str:
    said = report.metadata
    other = base(report.language) not in ("en", "")
    facts = [
        said.outlet,
        said.date,
        f"read as {report.settings.kind}" + (f" in {language_name(report.language)}" if other else ""),
    ]
    listed = shown(" · ".join(fact for fact in facts if fact))
    return f'<p class="about">{listed} <span class="link">· <a href="#scores">figures and what they mean</a></span></p>'


def _answer(report: Report, marks: Sequence[Mark]) -> str:
    """The sentence that answers, and the worst phrases with what to do about each."""
    answer = report.answer
    sentence = shown(answer.lead)
    if answer.words:
        sentence += f"<em>{shown(answer.words)}</em>{shown(answer.tail)}"
    numbers = {id(mark.phrase): mark for mark in marks}
    worst = "\n".join(_worst(numbers[id(phrase)]) for phrase in answer.worst if id(phrase) in numbers)
    listed = f'\n<ol class="worst" aria-label="The worst of your own words">\n{worst}\n</ol>' if worst else ""
    return f'<section id="answer" aria-label="Answer"><p class="sentence-answer {answer.verdict}">{sentence}</p>{listed}</section>'


def _worst(mark: Mark) -> str:
    phrase = mark.phrase
    do = f'<span class="do">{shown(capital(phrase.remedy))}.{_check(phrase)}</span>' if phrase.remedy else ""
    told = f' <span class="why">{shown(capital(phrase.why))}.</span>' if phrase.why else ""
    return (
        f'<li class="{mark.look}"><a href="#p{mark.number}"><span class="sample">{shown(phrase.text)}</span></a> '
        f"{do}{told}</li>"
    )


def _legend(report: Report, marks: Sequence[Mark]) -> str:
    """The categories with the number of their phrases, each of which can be hidden. Hidden until the script is there."""
    if not marks:
        return ""
    boxes = []
    order = list(table_of(report.categories))
    present = {mark.phrase.category: mark for mark in marks}
    counts = Counter(mark.phrase.category for mark in marks if not mark.weak)
    for name in sorted(present, key=lambda name: order.index(name) if name in order else len(order)):
        known = present[name].known
        boxes.append(
            f'<label><input type="checkbox" checked name="category" value="{shown(name)}"> '
            f'<span class="sample medium c-{known.name if known else UNLISTED}">{shown(present[name].category)}</span> '
            f'<span class="count" data-category="{shown(name)}">{counts[name]}</span></label>'
        )
    quoted = sum(not mark.phrase.counts and not mark.weak for mark in marks)
    others = ""
    if any(not mark.phrase.counts for mark in marks):
        others = (
            '<label><input type="checkbox" checked id="others"> <span class="said">quoted words</span> '
            f'<span class="count" id="quoted">{quoted}</span></label>'
        )
    clean_page = "" if any(not mark.weak for mark in marks) else ' class="clean"'
    return f"""\
<form id="controls"{clean_page} hidden aria-label="Which phrases are shown">
<fieldset><legend>Marks</legend>{"".join(boxes)}{others}</fieldset>
<p id="status" role="status"></p>
</form>"""


def _cards(report: Report, marks: Sequence[Mark]) -> str:
    if not marks:
        return ""
    cards = "\n".join(_card(mark, report) for mark in marks)
    return f"""\
<aside aria-labelledby="cards"><h2 id="cards">Notes</h2>
<p id="steps" hidden><button type="button" data-by="-1" aria-label="Previous phrase">‹</button>
<span id="at"></span>
<button type="button" data-by="1" aria-label="Next phrase">›</button>
<button type="button" id="close" aria-label="Close the note">×</button></p>
<ol id="list">
{cards}
</ol></aside>"""


def _card(mark: Mark, report: Report) -> str:
    """A phrase and what to do about it; below, for the card that is chosen, why, the facts, and further wording."""
    phrase = mark.phrase
    voice = Voice(phrase.voice).description
    if not phrase.counts:
        voice += f": {mark.sentence.speaker}" if mark.sentence.speaker else ""
    lines = [
        f'<p class="words"><span class="number">{mark.number}</span> <a href="#p{mark.number}">{shown(phrase.text)}</a></p>'
    ]
    if phrase.remedy:
        told = f" <small>{_effect(phrase.suggestions[0])}</small>" if phrase.suggestions else ""
        lines.append(f'<p class="do">{shown(capital(phrase.remedy))}.{_check(phrase)}{told}</p>')
    elif not phrase.counts and report.settings.quotes != "count":
        lines.append(f'<p class="do">{_QUOTED}</p>')
    if phrase.why:
        # what the category is, and not what these words do, is told where there is room
        general = "" if phrase.pattern or phrase.origin == "house" else " general"
        lines.append(f'<p class="why{general}">{shown(capital(phrase.why))}.</p>')
    if others := phrase.suggestions[1:]:
        listed = "".join(f"<li>{_suggestion(phrase, suggestion)}</li>" for suggestion in others)
        lines.append(f'<ul class="instead" aria-label="Or">{listed}</ul>')
    lines.append(
        f'<p class="facts"><strong class="category">{shown(mark.category)}</strong> '
        f"{phrase.severity} {phrase.score:.2f} · {shown(voice)}</p>"
    )
    hidden = " hidden" if mark.weak else ""
    return f'<li class="card {mark.look}" id="c{mark.number}"{hidden}>\n' + "\n".join(lines) + "\n</li>"


def _suggestion(phrase: Phrase, suggestion: Suggestion) -> str:
    wording = suggestion.words not in ("", phrase.text)
    words = f"<q>{shown(suggestion.words)}</q>" if wording else advice(phrase, suggestion)
    return f"or {words} <small>{_effect(suggestion)}{hint(suggestion)}</small>"


def _check(phrase: Phrase) -> str:
    """What is to be said behind the first suggestion where it may not be taken unread."""
    first = next(iter(phrase.suggestions), None)
    return f' <span class="check">{capital(to_check(first))}.</span>' if first and first.grade == "check" else ""


def _effect(suggestion: Suggestion) -> str:
    return f"sentence {suggestion.before:.2f} → {suggestion.after:.2f}"


def _figures(report: Report, marks: Sequence[Mark], floor: float) -> str:
    """All figures with what each means, the strip, the threshold and the categories' definitions, folded away."""
    listed = "".join(
        f"<div><dt>{shown(name)}</dt><dd><strong>{value}</strong> {meaning}</dd></div>"
        for name, value, meaning in figures(report)
    )
    table = table_of(report.categories)
    present = [name for name in table if any(mark.phrase.category == name for mark in marks)]
    defined = "".join(
        f'<div><dt><span class="sample medium c-{name}">{shown(table[name].shown)}</span></dt>'
        f"<dd>{shown(capital(table[name].definition))}.</dd></div>"
        for name in present
    )
    scale = ", ".join(f"{name} from {least:.2f}" if least else f"{name} below" for name, least in SEVERITIES)
    definitions = f"<h2>What the marks mean</h2>\n<dl>{defined}</dl>\n<p>How thick a line is tells the score: {scale}.</p>" if defined else ""  # fmt: skip
    return f"""\
<details id="figures"><summary id="scores">Figures and what they mean</summary>
<dl>{listed}</dl>
{_threshold(report, floor) if marks else ""}
{_strip(report, marks)}
{definitions}
{_MEANING}
<p class="about">Model {shown(report.model)}</p>
</details>"""


def _threshold(report: Report, floor: float) -> str:
    threshold = report.settings.threshold
    return f"""\
<p id="threshold-row" hidden><label>Show phrases from a score of
<input type="range" id="threshold" form="controls" min="{floor:.2f}" max="1" step="0.01" value="{threshold:.2f}"></label>
<output for="threshold" id="level">{threshold:.2f}</output> <button type="reset" form="controls">Reset</button></p>"""


def _strip(report: Report, marks: Sequence[Mark]) -> str:
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
            f'<rect class="bar{look}" x="{x:.2f}" y="{_HEIGHT - height:.2f}" '
            f'width="{max(0.4, (end - x) * 0.9):.2f}" height="{height:.2f}"/>'
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


def _data(report: Report, marks: Sequence[Mark]) -> str:
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
