"""The report for a terminal: the article with its loaded phrases marked, and the figures in the margin."""

from __future__ import annotations

import unicodedata
from collections import Counter

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from biasdetect.results import Phrase, Report, Sentence

STYLES = {
    "loaded-language": "red",
    "labeling": "magenta",
    "epithet": "yellow",
    "exaggeration": "blue",
    "opinion": "cyan",
    "doubt": "green",
}


def print_report(report: Report, console: Console) -> None:
    """Print a report. Without colour the marks are brackets, so that nothing is lost in a pipe."""
    console.print(_render(report, plain=console.color_system is None))


def _render(report: Report, plain: bool) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, expand=True)
    table.add_column(width=4, justify="right")
    table.add_column(ratio=1)
    for sentence in report.sentences:
        table.add_row(_score(sentence), _sentence(sentence, plain))
    parts: list[RenderableType] = [
        Text(report.source or "article", style="bold"),
        table,
        Text(_summary(report), style="bold"),
        *(Text(line) for line in _shares(report)),
        *(Text(note, style="italic") for note in report.notes),
    ]
    if report.skipped:
        parts.append(Text(_skipped(report), style="dim"))
    parts += [Text(f"Warning: {warning}", style="bold red") for warning in report.warnings]
    return Group(*parts, Text(""))


def _score(sentence: Sentence) -> Text:
    if sentence.voice == "quote":
        return Text("“ ”", style="dim")
    return Text(f"{sentence.score:.2f}", style="bold red" if sentence.score >= 0.5 else "dim")


def _sentence(sentence: Sentence, plain: bool) -> RenderableType:
    text = Text(style="dim italic" if sentence.voice == "quote" else "")
    position = 0
    for phrase in sentence.phrases:
        start, end = phrase.position, phrase.position + len(phrase.text)
        text.append(clean(sentence.text[position:start]))
        if plain:
            text.append(f"[{clean(phrase.text)}]")
        else:
            text.append(clean(phrase.text), style=f"underline bold {STYLES.get(phrase.category, 'red')}")
        position = end
    text.append(clean(sentence.text[position:]))
    if not sentence.phrases:
        return text
    return Group(text, *(Padding(_phrase(phrase), (0, 0, 0, 2)) for phrase in sentence.phrases))


def _phrase(phrase: Phrase) -> Text:
    style = STYLES.get(phrase.category, "red") if phrase.counts else "dim"
    voice = "" if phrase.voice == "outlet" else f", {phrase.voice}"
    text = Text("└ ", style="dim")
    text.append(clean(phrase.text), style=style)
    text.append(f"  {phrase.category} {phrase.score:.2f}{voice}", style=style)
    text.append(f"  {phrase.why}", style="dim")
    return text


def _summary(report: Report) -> str:
    own = sum(phrase.counts for phrase in report.phrases)
    others = len(report.phrases) - own
    counted = "quotations counted" if report.settings.quotes == "count" else "the outlet's own words"
    summary = f"Article score {report.score:.2f} ({counted}): {_count(own, 'phrase')} flagged"
    if others:
        summary += f", and {others} in the words of others"
    return f"{summary}, in {_count(len(report.sentences), 'sentence')}."


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
    return f"Skipped {_count(len(report.skipped), 'piece')} ({listed}): {pieces}{more}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _shorten(text: str) -> str:
    return text if len(text) <= 50 else text[:49] + "…"


def clean(text: str) -> str:
    """No control character of the article reaches the terminal, and no invisible one is shown as a gap."""
    return "".join(
        char
        if char.isprintable()
        else ""
        if unicodedata.category(char) == "Cf"
        else "\ufffd"
        if ord(char) < 32 and not char.isspace()
        else " "
        for char in text
    )
