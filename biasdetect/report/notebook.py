"""Shows a report in a notebook: a small piece of HTML, and its sentences or phrases as a table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from biasdetect.errors import MissingExtraError
from biasdetect.report.advice import suggestion_text
from biasdetect.report.terminal import summary
from biasdetect.results import Phrase, Report, Rows, Sentence
from biasdetect.util.display import clean

if TYPE_CHECKING:
    import pandas

_SENTENCES = 30  # that the piece of HTML shows
# colours that stand out from white and from black alike: a notebook is either
_LOOKS = {
    "loaded-language": "wavy #d0473c",
    "labeling": "solid #b04fb0",
    "epithet": "double #a9720a",
    "exaggeration": "dashed #3f76d8",
    "opinion": "dotted #0b8a90",
    "doubt": "overline solid #4c8f2f",
}
_COLUMNS: dict[Rows, tuple[str, ...]] = {
    "sentences": ("source", "outlet", "date", "sentence", "role", "voice", "speaker", "score", "flagged", "others", "text", "start", "end"),
    "phrases": ("source", "outlet", "date", "sentence", "phrase", "category", "score", "voice", "counts", "sentence_score", "why", "instead", "start", "end"),
}  # fmt: skip


def to_frame(report: Report, rows: Rows = "sentences") -> pandas.DataFrame:
    """See :meth:`biasdetect.Report.to_frame`."""
    try:
        import pandas
    except ImportError as error:
        raise MissingExtraError("A report as a table", "notebook") from error
    if rows not in _COLUMNS:
        raise ValueError(f"rows must be one of {', '.join(_COLUMNS)}, not {rows!r}")
    lines = []
    for number, sentence in enumerate(report.sentences, 1):
        about = (report.source, report.metadata.outlet, report.metadata.date, number)
        if rows == "sentences":
            lines.append((*about, *_of_sentence(sentence)))
        else:
            lines += [(*about, *_of_phrase(phrase, sentence)) for phrase in sentence.phrases]
    return pandas.DataFrame(lines, columns=list(_COLUMNS[rows]))


def _of_sentence(sentence: Sentence) -> tuple[Any, ...]:
    own = sum(phrase.counts for phrase in sentence.phrases)
    others = len(sentence.phrases) - own
    said = (sentence.role, sentence.voice, sentence.speaker)
    return *said, sentence.score, own, others, sentence.text, sentence.start, sentence.end


def _of_phrase(phrase: Phrase, sentence: Sentence) -> tuple[Any, ...]:
    instead = phrase.suggestions[0].words if phrase.suggestions else None
    found = (phrase.text, phrase.category, phrase.score, phrase.voice, phrase.counts)
    return *found, sentence.score, phrase.why, instead, phrase.start, phrase.end


def render_fragment(report: Report) -> str:
    """A piece of HTML without script and style sheet: the figures, and the sentences in which something is flagged."""
    flagged = [sentence for sentence in report.sentences if sentence.phrases]
    parts = [
        f"<p style='margin:0 0 .5em'><strong>{_shown(report.source or 'article')}</strong><br>{_shown(summary(report))}</p>"
    ]
    parts += [f"<p><strong>Warning:</strong> {_shown(warning)}</p>" for warning in report.warnings]
    parts += [_sentence(sentence) for sentence in flagged[:_SENTENCES]]
    if len(flagged) > _SENTENCES:
        parts.append(f"<p>… and {len(flagged) - _SENTENCES} more sentences: see <code>report.to_frame()</code>.</p>")
    return f"<div style='max-width:50em;line-height:1.5'>{''.join(parts)}</div>"


def _sentence(sentence: Sentence) -> str:
    pieces = []
    notes = []
    position = 0
    for phrase in sentence.phrases:
        start, end = phrase.position, phrase.position + len(phrase.text)
        look = f"text-decoration:underline {_LOOKS.get(phrase.category, 'solid')} {1 + 2 * phrase.score:.1f}px"
        pieces += [
            _shown(sentence.text[position:start]),
            f"<span style='{look}'>{_shown(sentence.text[start:end])}</span>",
        ]
        position = end
        facts = [f"{phrase.category or 'loaded wording'} {phrase.score:.2f}"]
        facts += [part for part in (phrase.voice.replace("outlet", ""), phrase.why, suggestion_text(phrase)) if part]
        notes.append(f"<br><small><strong>{_shown(phrase.text)}</strong> {_shown(', '.join(facts))}</small>")
    pieces.append(_shown(sentence.text[position:]))
    return (
        "<div style='display:flex;gap:1em;margin:0 0 .5em'>"
        f"<span>{sentence.score:.2f}</span><span>{''.join(pieces)}{''.join(notes)}</span></div>"
    )


def _shown(text: str) -> str:
    return escape(clean(text))
