"""Prints a report in a terminal: the answer, the article with its loaded phrases marked, the figures, and what to do next."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import PurePath

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

from biasdetect.answer import Answer
from biasdetect.model.categories import Category, table_of
from biasdetect.report.advice import hint, suggestion_text
from biasdetect.report.overview import Row, headline
from biasdetect.report.wording import figures
from biasdetect.results import Phrase, Report, Sentence, Voice
from biasdetect.util.counting import count_of
from biasdetect.util.display import clean

_MARGIN = 4  # columns of a sentence's score
_TEXT = 96  # columns of a line of the article, at most
_BESIDE = 120  # columns from which on notes stand beside the article
_SHARE = 0.56  # of the columns that the article takes there
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
    _print(_render(report, console.width, console.color_system is None, following), console)


def print_overview(rows: Sequence[Row], console: Console) -> None:
    """Print which of several documents need work, the worst first."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("to change", "document", "the worst", "what to do"):
        table.add_column(name, justify="right" if name == "to change" else "left", overflow="fold")
    for row in rows:
        table.add_row(str(row.own or "–"), *(Text(part) for part in (row.name, row.words, row.remedy)))
    _print(Group(Text(headline(rows), style="bold"), table, Text("")), console)


def _print(content: RenderableType, console: Console) -> None:
    lines = console.render_lines(content, pad=False)
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
    beside = width >= _BESIDE
    room = max(1, width - _MARGIN - 2)
    text_width = min(_TEXT, int(room * _SHARE) if beside else room)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=_MARGIN, justify="right")
    # what is wider than it is counted is folded, never cut off
    table.add_column(width=text_width if beside else room, overflow="fold")
    if beside:
        table.add_column(width=room - text_width - 4, overflow="fold")
    categories = table_of(report.categories)
    for sentence in report.sentences:
        text = Constrain(_sentence(sentence, plain, categories), text_width)
        notes = [_note(phrase, categories) for phrase in sentence.phrases]
        if beside:
            table.add_row(_score(sentence), text, Group(*notes))
        else:
            table.add_row(_score(sentence), Group(text, *notes))
    title = Text(clean(report.source) or "article", style="bold")
    head: list[RenderableType] = [
        title,
        *(Text(f"Warning: {warning}", style="bold red") for warning in report.warnings),
    ]
    head += [_answer(report.answer), *_worst(report.answer, categories)]
    head += [Text(note, style="italic") for note in report.notes]
    foot = [Text(_figures(report), style="dim")] if report.sentences else []
    if report.sentences and text_width >= 50:
        foot.append(_strip(report, min(_STRIP, text_width - 30)))
    if report.skipped:
        foot.append(Text(_skipped(report), style="dim"))
    if following:
        foot.append(Text(following, style="bold cyan"))
    end = Constrain(Group(*foot, Text("")), _TEXT + _MARGIN + 2)
    return Group(*head, Text(""), table, Text(""), end) if report.sentences else Group(*head, Text(""), end)


def _answer(answer: Answer) -> Text:
    text = Text(answer.lead, style="bold")
    if answer.words:
        text.append(f"“{clean(answer.words)}”", style="bold italic")
    return text.append(clean(answer.tail))


def _worst(answer: Answer, categories: Mapping[str, Category]) -> list[RenderableType]:
    """The worst phrases, each with what to do, and why where that is known."""
    if len(answer.worst) < 2:  # the sentence has said it
        return []
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=2)
    table.add_column(overflow="fold", ratio=2)
    table.add_column(overflow="fold", ratio=3)
    for phrase in answer.worst:
        words = Text(clean(phrase.text), style=colour_of(phrase.category, categories))
        check = hint(phrase.suggestions[0]) if phrase.suggestions else ""
        table.add_row("", words, Text(clean(phrase.remedy or phrase.why) + check))
    return [Constrain(table, _TEXT + _MARGIN + 2)]


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
    voice = "" if phrase.voice == "outlet" else f", {Voice(phrase.voice).description}"
    text = Text()
    text.append(clean(phrase.text), style=f"bold {style}")
    text.append(f"  {clean(category)} {phrase.severity} {phrase.score:.2f}{voice}", style=style)
    if phrase.why:
        text.append(f"  {clean(phrase.why)}", style="dim")
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


def _figures(report: Report) -> str:
    """The figures in a line."""
    listed = [f"{name.lower()} {value}" for name, value, _ in figures(report) if name != "Phrases"]
    line = f"Scores (0 to 1): {', '.join(listed)}. " if listed else ""
    answer = report.answer
    line += f"{count_of(answer.own, 'phrase')} flagged"
    if answer.quoted:
        line += f", and {answer.quoted} in quoted words"
    return f"{line}, in {count_of(len(report.sentences), 'sentence')}."


def _skipped(report: Report) -> str:
    reasons = Counter(piece.reason for piece in report.skipped)
    listed = ", ".join(f"{count} × {reason}" for reason, count in reasons.items())
    pieces = "; ".join(_shorten(clean(piece.text)) for piece in report.skipped[:6])
    more = "; …" if len(report.skipped) > 6 else ""
    return f"Skipped {count_of(len(report.skipped), 'piece')} ({listed}): {pieces}{more}"


def _next(report: Report, fixable: bool, commentable: bool) -> str:
    """The one line that says what to do next, by what was found; empty where there is nothing to do."""
    file = f" {shlex.quote(clean(report.source))}" if report.source else ""
    if report.foreign_language:
        return f"With a model of that language: biasdetect score --model NAME{file}"
    own = [phrase for phrase in report.phrases if phrase.counts]
    if fixable and any(phrase.suggestions for phrase in own):
        return f"To use the suggestions: biasdetect score --fix{file}"
    if own and commentable:
        copy = shlex.quote(str(PurePath(clean(report.source)).with_suffix(".comments.docx")))
        return f"As comments in the document: biasdetect score --comments {copy}{file}"
    return f"As a page: biasdetect score --format html --out report.html{file}" if own else ""


def _shorten(text: str) -> str:
    return text if len(text) <= 50 else text[:49] + "…"
