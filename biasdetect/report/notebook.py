"""Shows a report in a notebook: a small piece of HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from biasdetect.model.categories import Category, table_of
from biasdetect.report.advice import suggestion_text
from biasdetect.report.terminal import summary
from biasdetect.results import Report, Sentence
from biasdetect.util.display import clean

_SENTENCES = 30  # that the piece of HTML shows


def render_fragment(report: Report) -> str:
    """A piece of HTML without script and style sheet: the figures, and the sentences in which something is flagged."""
    flagged = [sentence for sentence in report.sentences if sentence.phrases]
    parts = [
        f"<p style='margin:0 0 .5em'><strong>{_shown(report.source or 'article')}</strong><br>{_shown(summary(report))}</p>"
    ]
    parts += [f"<p><strong>Warning:</strong> {_shown(warning)}</p>" for warning in report.warnings]
    categories = table_of(report.categories)
    parts += [_sentence(sentence, categories) for sentence in flagged[:_SENTENCES]]
    if len(flagged) > _SENTENCES:
        parts.append(f"<p>… and {len(flagged) - _SENTENCES} more sentences: see <code>report.to_frame()</code>.</p>")
    return f"<div style='max-width:50em;line-height:1.5'>{''.join(parts)}</div>"


def _sentence(sentence: Sentence, categories: Mapping[str, Category]) -> str:
    pieces = []
    notes = []
    position = 0
    for phrase in sentence.phrases:
        start, end = phrase.position, phrase.position + len(phrase.text)
        known = categories.get(phrase.category)
        look = f"text-decoration:underline {_line(known)} {1 + 2 * phrase.score:.1f}px"
        pieces += [
            _shown(sentence.text[position:start]),
            f"<span style='{look}'>{_shown(sentence.text[start:end])}</span>",
        ]
        position = end
        facts = [f"{known.shown if known else phrase.category or 'loaded wording'} {phrase.score:.2f}"]
        facts += [part for part in (phrase.voice.replace("outlet", ""), phrase.why, suggestion_text(phrase)) if part]
        notes.append(f"<br><small><strong>{_shown(phrase.text)}</strong> {_shown(', '.join(facts))}</small>")
    pieces.append(_shown(sentence.text[position:]))
    return (
        "<div style='display:flex;gap:1em;margin:0 0 .5em'>"
        f"<span>{sentence.score:.2f}</span><span>{''.join(pieces)}{''.join(notes)}</span></div>"
    )


def _line(known: Category | None) -> str:
    """The kind and colour of the line under a phrase."""
    return f"{'overline ' if known.overlined else ''}{known.line} {known.middle}" if known else "solid"


def _shown(text: str) -> str:
    return escape(clean(text))
