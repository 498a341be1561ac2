"""Shows a report in a notebook: a small piece of HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from biasdetect.model.categories import Category, table_of
from biasdetect.report.advice import hint, suggestion_text
from biasdetect.report.wording import capital, figures
from biasdetect.results import Phrase, Report, Sentence, Voice
from biasdetect.util.display import clean

_SENTENCES = 30  # that the piece of HTML shows


def render_fragment(report: Report) -> str:
    """A piece of HTML without script and style sheet: the answer, the sentences in which something is flagged, and the figures."""
    flagged = [sentence for sentence in report.sentences if sentence.phrases]
    answer = report.answer
    worst = f"<em>{_shown(answer.words)}</em>{_shown(answer.tail)}" if answer.words else ""
    parts = [
        f"<p style='margin:0 0 .3em'>{_shown(report.source or 'article')}</p>",
        *(f"<p><strong>Warning:</strong> {_shown(warning)}</p>" for warning in report.warnings),
        f"<p style='margin:0 0 .5em;font-size:1.25em'>{_shown(answer.lead)}{worst}</p>",
    ]
    categories = table_of(report.categories)
    listed = "".join(_worst(phrase, categories) for phrase in answer.worst)
    if listed:
        parts.append(f"<ol style='margin:0 0 1em;padding-left:1.5em'>{listed}</ol>")
    parts += [_sentence(sentence, categories) for sentence in flagged[:_SENTENCES]]
    if len(flagged) > _SENTENCES:
        parts.append(f"<p>… and {len(flagged) - _SENTENCES} more sentences: see <code>report.to_frame()</code>.</p>")
    scores = "; ".join(f"{name.lower()} {value}" for name, value, _ in figures(report))
    parts.append(f"<details><summary>Figures</summary><p>{_shown(scores)}</p></details>")
    return f"<div style='max-width:50em;line-height:1.5'>{''.join(parts)}</div>"


def _worst(phrase: Phrase, categories: Mapping[str, Category]) -> str:
    """One of the worst phrases, with what to do and why."""
    remedy = phrase.remedy + (hint(phrase.suggestions[0]) if phrase.suggestions else "")
    told = [capital(part) + "." for part in (remedy, phrase.why) if part]
    look = f"text-decoration:underline {_line(categories.get(phrase.category))} 2px"
    return f"<li><span style='{look}'>{_shown(phrase.text)}</span>: {_shown(' '.join(told))}</li>"


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
        voice = "" if phrase.voice == "outlet" else Voice(phrase.voice).description
        facts += [part for part in (voice, phrase.why, suggestion_text(phrase)) if part]
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
