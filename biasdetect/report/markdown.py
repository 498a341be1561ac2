"""Writes a report as Markdown for chats and pull requests: the answer, the worst, the sentences in which something is flagged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from biasdetect.report.advice import hint
from biasdetect.report.overview import Row, headline, overview
from biasdetect.report.wording import capital, figures
from biasdetect.results import Phrase, Report, Sentence
from biasdetect.util.display import clean

_MARKUP = re.compile(r"([\\`*_\[\]|<>~&$]|^#|^[-+](?=\s)|(?<=^\d)[.)]|(?<=^\d\d)[.)])")
_MENTION = re.compile(r"@(?=\w)")


def render_markdown(report: Report, level: int = 2) -> str:
    """A report as Markdown.

    Args:
        report: what is written.
        level: of its heading, 1 to 5.
    """
    answer = report.answer
    sentence = _told(answer.lead)
    if answer.words:
        sentence += f"*{_told(answer.words)}*{_told(answer.tail)}"
    parts = [f"{'#' * level} {_told(report.source or 'article')}", f"**{sentence}**"]
    parts += [f"Warning: {_told(warning)}" for warning in report.warnings]
    if answer.worst:
        parts.append("\n".join(f"{number}. {_item(phrase)}" for number, phrase in enumerate(answer.worst, 1)))
    parts += [_told(note) for note in report.notes]
    flagged = [sentence for sentence in report.sentences if sentence.phrases]
    if len(report.phrases) > len(answer.worst) or len(flagged) > 1:
        parts += [f"> {_marked(sentence)}" for sentence in flagged]
    if report.sentences:
        listed = "; ".join(f"{name.lower()} {value}" for name, value, _ in figures(report))
        parts.append(f"Scores, 0 to 1: {_told(listed)}.")
    return "\n\n".join(parts) + "\n"


def render_markdown_of(reports: Sequence[Report]) -> str:
    """Several reports: a table, the worst first, then each."""
    rows = overview(reports)
    table = "\n".join(_table(rows))
    ordered = "\n".join(render_markdown(reports[row.place], 3) for row in rows)
    return f"## {_told(headline(rows))}\n\n{table}\n\n{ordered}"


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| document | to change | the worst | what to do |"
    yield "|---|---|---|---|"
    for row in rows:
        yield f"| {_told(row.name)} | {row.own or '–'} | {_told(row.words)} | {_told(row.remedy)} |"


def _item(phrase: Phrase) -> str:
    check = hint(phrase.suggestions[0]) if phrase.suggestions else ""
    told = [
        f"{capital(phrase.remedy)}{check}." if phrase.remedy else "",
        f"{capital(phrase.why)}." if phrase.why else "",
    ]
    return f"*{_told(phrase.text)}*: {_told(' '.join(filter(None, told)))}"


def _marked(sentence: Sentence) -> str:
    """The sentence with its phrases bold; those that others say in italics."""
    pieces, position = [], 0
    for phrase in sentence.phrases:
        start, end = phrase.position, phrase.position + len(phrase.text)
        mark = "**" if phrase.counts else "*"
        pieces += [_told(sentence.text[position:start]), f"{mark}{_told(sentence.text[start:end])}{mark}"]
        position = end
    return "".join([*pieces, _told(sentence.text[position:])])


def _told(text: str) -> str:
    """Text in which nothing is markup, on one line; nobody is notified by a name in it."""
    line = re.sub(r"\s+", " ", clean(text))
    return _MENTION.sub("@\u2060", _MARKUP.sub(r"\\\1", line))
