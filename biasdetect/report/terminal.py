"""Prints a report in a terminal: the article with its loaded phrases marked, the figures, and what to do next."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import PurePath

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

from biasdetect.model.categories import Category, table_of
from biasdetect.report.advice import suggestion_text
from biasdetect.results import Phrase, Report, Sentence
from biasdetect.util.counting import count_of
from biasdetect.util.display import clean

_MARGIN = 4  # columns of a sentence's score
_TEXT = 96  # columns of a line of the article, at most
_NOTES = 80  # columns of the notes beside it, at most
_BESIDE = 140  # columns from which on notes stand beside the article
_STRIP = 60  # columns of the strip, at most
_LEVELS = "▁▂▃▄▅▆▇█"
_OTHERS = "·"


def print_report(report: Report, console: Console, *, fixable: bool = True, commentable: bool = False) -> None:
    """Print a report. Without colour the marks are brackets, so that nothing is lost in a pipe.

    Args:
        report: what is printed.
        console: where to.
        fixable: whether ``--fix`` can write a copy of the document, so that it may be named as what to do next.
        commentable: whether ``--comments`` can, likewise.
    """
    following = _next(report, fixable, commentable)
    lines = console.render_lines(_render(report, console.width, console.color_system is None, following), pad=False)
    console.print(Segments(_trimmed(lines)), end="")


def _trimmed(lines: Iterable[list[Segment]]) -> Iterator[Segment]:
    """The lines without the spaces that a table fills its cells with."""
    for line in lines:
        while line and not line[-1].text.strip():
            line.pop()
        if line:
            yield from line[:-1]
            yield Segment(line[-1].text.rstrip(), line[-1].style)
        yield Segment.line()


def _render(report: Report, width: int, plain: bool, following: str) -> RenderableType:
    text_width = max(1, min(_TEXT, width - _MARGIN - 2))
    beside = width >= _BESIDE
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=_MARGIN, justify="right")
    # what is wider than it is counted is folded, never cut off
    table.add_column(width=text_width, overflow="fold")
    if beside:
        table.add_column(width=min(_NOTES, width - text_width - _MARGIN - 6), overflow="fold")
    if report.sentences and text_width >= 50:
        table.add_row("", _strip(report, min(_STRIP, text_width - 30)))
    categories = table_of(report.categories)
    for sentence in report.sentences:
        text = _sentence(sentence, plain, categories)
        notes = [_note(phrase, categories) for phrase in sentence.phrases]
        if beside:
            table.add_row(_score(sentence), text, Group(*notes))
        else:
            table.add_row(_score(sentence), Group(text, *notes))
    figures = [Text(summary(report), style="bold"), *(Text(line) for line in _shares(report))]
    figures += [Text(note, style="italic") for note in report.notes]
    if report.skipped:
        figures.append(Text(_skipped(report), style="dim"))
    figures += [Text(f"Warning: {warning}", style="bold red") for warning in report.warnings]
    figures.append(Text(following, style="bold cyan"))
    title = Text(clean(report.source) or "article", style="bold")
    return Group(title, table, Text(""), Constrain(Group(*figures), text_width + _MARGIN + 2), Text(""))


def _strip(report: Report, columns: int) -> Text:
    """The article from start to end in a line, as high as the scores of its sentences."""
    ends = list(accumulate(len(sentence.text) + 1 for sentence in report.sentences))
    strip = Text()
    first = 0
    for column in range(columns):
        last = first
        while last < len(ends) - 1 and ends[last] * columns < (column + 1) * ends[-1]:
            last += 1
        own = [sentence.score for sentence in report.sentences[first : last + 1] if _counts(sentence, report)]
        level = min(len(_LEVELS) - 1, int(max(own, default=0.0) * len(_LEVELS)))
        strip.append(_LEVELS[level] if own else _OTHERS, style="bold red" if max(own, default=0.0) >= 0.5 else "dim")
        first = last
    highest = max((sentence.score for sentence in report.sentences if _counts(sentence, report)), default=None)
    strip.append("  start to end" + ("" if highest is None else f", highest {highest:.2f}"), style="dim")
    return strip


def _counts(sentence: Sentence, report: Report) -> bool:
    return sentence.voice != "quote" or report.settings.quotes == "count"


def _score(sentence: Sentence) -> Text:
    if sentence.voice == "quote":
        return Text("“ ”", style="dim")
    return Text(f"{sentence.score:.2f}", style="bold red" if sentence.score >= 0.5 else "dim")


def _sentence(sentence: Sentence, plain: bool, categories: Mapping[str, Category]) -> Text:
    text = Text(style="dim italic" if sentence.voice == "quote" else "")
    position = 0
    for phrase in sentence.phrases:
        start, end = phrase.position, phrase.position + len(phrase.text)
        text.append(clean(sentence.text[position:start]))
        if plain:
            text.append(f"[{clean(phrase.text)}]")
        else:
            colour = colour_of(phrase.category, categories)
            text.append(clean(phrase.text), style=f"underline {'bold ' if phrase.counts else ''}{colour}")
        position = end
    text.append(clean(sentence.text[position:]))
    return text


def _note(phrase: Phrase, categories: Mapping[str, Category]) -> RenderableType:
    """What is said of a phrase, its later lines indented."""
    known = categories.get(phrase.category)
    category = known.shown if known else phrase.category or "loaded wording"
    style = colour_of(phrase.category, categories) if phrase.counts else "dim"
    voice = "" if phrase.voice == "outlet" else f", {phrase.voice}"
    text = Text()
    text.append(clean(phrase.text), style=f"bold {style}")
    text.append(f"  {clean(category)} {phrase.score:.2f}{voice}", style=style)
    if phrase.why:
        text.append(f"  {phrase.why}", style="dim")
    suggestions = suggestion_text(phrase)
    grid = Table.grid()
    grid.add_column(width=4)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(Text("  └ ", style="dim"), text)
    if suggestions:
        grid.add_row(Text("  → ", style="dim"), Text(suggestions))
    return grid


def colour_of(category: str, categories: Mapping[str, Category]) -> str:
    """The colour of a category, red for one that is not among those known."""
    return categories[category].terminal if category in categories else "red"


def summary(report: Report) -> str:
    """The article's score and how much is flagged, in a sentence."""
    own = sum(phrase.counts for phrase in report.phrases)
    others = len(report.phrases) - own
    counted = "quotations counted" if report.settings.quotes == "count" else "the outlet's own words"
    line = f"Article score {report.score:.2f} ({counted}): {count_of(own, 'phrase')} flagged"
    if others:
        line += f", and {others} in the words of others"
    return f"{line}, in {count_of(len(report.sentences), 'sentence')}."


def _shares(report: Report) -> list[str]:
    """Who says what, and what the headline says, where there is something to tell apart."""
    lines = []
    if report.difference is not None:
        lines.append(
            f"What the outlet says {report.outlet_score:.2f}, what it lets others say {report.others_score:.2f}: "
            f"difference {report.difference:+.2f}."
        )
    if report.headline and len(report.sentences) > 1:
        lines.append(f"The headline by itself: {report.headline.score:.2f}.")
    return lines


def _skipped(report: Report) -> str:
    reasons = Counter(piece.reason for piece in report.skipped)
    listed = ", ".join(f"{count} × {reason}" for reason, count in reasons.items())
    pieces = "; ".join(_shorten(clean(piece.text)) for piece in report.skipped[:6])
    more = "; …" if len(report.skipped) > 6 else ""
    return f"Skipped {count_of(len(report.skipped), 'piece')} ({listed}): {pieces}{more}"


def _next(report: Report, fixable: bool, commentable: bool) -> str:
    """The one line that says what to do next, by what was found."""
    file = f" {shlex.quote(clean(report.source))}" if report.source else ""
    if report.foreign_language:
        return (
            f"No verdict: the model does not read this language. With another one: biasdetect score --model NAME{file}"
        )
    own = [phrase for phrase in report.phrases if phrase.counts]
    if fixable and any(phrase.suggestions for phrase in own):
        return f"To use the suggestions: biasdetect score --fix{file}"
    if own and commentable:
        copy = shlex.quote(str(PurePath(clean(report.source)).with_suffix(".comments.docx")))
        return f"As comments in the document: biasdetect score --comments {copy}{file}"
    if own:
        return f"As a page: biasdetect score --format html --out report.html{file}"
    if report.phrases:
        return f"Nothing to change. The words of others too: biasdetect score --quotes count{file}"
    lower = report.settings.threshold / 2
    if lower < 0.01 or not report.sentences:
        return "Nothing to change."
    return f"Nothing to change. Weaker wording: biasdetect score --threshold {lower:.2g}{file}"


def _shorten(text: str) -> str:
    return text if len(text) <= 50 else text[:49] + "…"
