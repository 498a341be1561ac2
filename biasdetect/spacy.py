"""A component for spaCy: ``nlp.add_pipe("biasdetect")`` marks loaded wording and scores sentences.

It sets two groups of spans and the extensions by which they are asked:

- ``doc.spans["biasdetect"]``: the flagged phrases, each labelled with its category;
- ``doc.spans["biasdetect_sentences"]``: the scored sentences, labelled ``sentence``;
- ``span._.bias``: the score of such a span, 0 to 1; None for any other;
- ``span._.bias_phrase``: the :class:`biasdetect.Phrase` of a flagged span, with its voice, reason and suggestions; or None;
- ``doc._.bias``: the document's score, 0 to 1; ``doc._.bias_report``: the whole :class:`biasdetect.Report`; None before the
  component saw it.

Spans are made of whole tokens; ``phrase.start`` and ``phrase.end`` are exact in any case. What is kept in a document is plain
data, so documents go through ``DocBin``, ``to_bytes`` and ``nlp.pipe(n_process=2)``. An installed spaCy finds the component
by its entry point; in a checkout ``import biasdetect.spacy`` registers it.
"""

from __future__ import annotations

from typing import Any

from biasdetect.detector import load
from biasdetect.errors import MissingExtraError
from biasdetect.results import KindChoice, Phrase, Quotes, Report

try:
    from spacy.language import Language
    from spacy.tokens import Doc, Span
except ImportError as error:
    raise MissingExtraError("The spaCy component", "spacy") from error

PHRASES, SENTENCES = "biasdetect", "biasdetect_sentences"
"""Names of the groups of spans."""

_KEPT = "biasdetect"  # in the data of a document
_SENTENCE = "sentence"


class BiasComponent:
    """Scores documents as articles, as :meth:`biasdetect.Detector.score` does; arguments are those of the pipe's config.

    Args:
        model: a folder or name, as for :func:`biasdetect.load`.
        threshold: lowest score of a flagged phrase, 0 to 1; None for the model's own.
        quotes: what becomes of the words of others, see :class:`biasdetect.Settings`.
        kind: what texts are read as; None for news.
        suggest: whether wording to use instead is looked for.
        threads: of the processor; None as for :func:`biasdetect.load`.

    Raises ModelError where the model cannot be used.
    """

    def __init__(
        self,
        model: str | None = None,
        threshold: float | None = None,
        quotes: Quotes = "mark",
        kind: KindChoice | None = None,
        suggest: bool = False,
        threads: int | None = None,
    ) -> None:
        self._loading = model, threads
        self._settings: dict[str, Any] = {"threshold": threshold, "quotes": quotes, "kind": kind, "suggest": suggest}
        self._detector = load(model, threads=threads)

    def __call__(self, doc: Doc) -> Doc:
        """The document, with what was found."""
        report = self._detector.score(doc.text, **self._settings)
        doc.user_data[_KEPT] = report.to_dict()
        phrases = [_span(doc, phrase.start, phrase.end, phrase.category) for phrase in report.phrases]
        sentences = [_span(doc, sentence.start, sentence.end, _SENTENCE) for sentence in report.sentences]
        doc.spans[PHRASES] = [span for span in phrases if span is not None]
        doc.spans[SENTENCES] = [span for span in sentences if span is not None]
        return doc

    def __getstate__(self) -> dict[str, Any]:
        """What a worker process is sent: how the model is loaded, and not the model."""
        return {"loading": self._loading, "settings": self._settings}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._loading, self._settings = state["loading"], state["settings"]
        model, threads = self._loading
        self._detector = load(model, threads=threads)


@Language.factory(  # type: ignore[untyped-decorator]
    "biasdetect",
    default_config={
        "model": None,
        "threshold": None,
        "quotes": "mark",
        "kind": None,
        "suggest": False,
        "threads": None,
    },
    assigns=["doc.spans", "doc._.bias", "doc._.bias_report", "span._.bias", "span._.bias_phrase"],
)
def make_component(
    nlp: Language,
    name: str,
    model: str | None,
    threshold: float | None,
    quotes: str,
    kind: str | None,
    suggest: bool,
    threads: int | None,
) -> BiasComponent:
    """The component of a pipeline; spaCy calls it with the pipe's config."""
    return BiasComponent(model, threshold, quotes, kind, suggest, threads)  # type: ignore[arg-type]


def _span(doc: Doc, start: int, end: int, label: str) -> Span | None:
    """The whole tokens around a stretch of text; None where there are none."""
    return doc.char_span(start, end, label=label, alignment_mode="expand")


def _report(doc: Doc) -> Report | None:
    kept = doc.user_data.get(_KEPT)
    return Report.from_dict(kept) if kept else None


def _document_score(doc: Doc) -> float | None:
    kept = doc.user_data.get(_KEPT)
    return kept["score"] if kept else None


def _phrase(span: Span) -> Phrase | None:
    found = _of(span, "phrases")
    return Phrase.from_dict(found) if found else None


def _score(span: Span) -> float | None:
    found = _of(span, "sentences" if span.label_ == _SENTENCE else "phrases")
    return found["score"] if found else None


def _of(span: Span, kind: str) -> dict[str, Any] | None:
    """What was found where a span stands, among the phrases or the sentences of its document."""
    sentences = span.doc.user_data.get(_KEPT, {}).get("sentences", ())
    every = sentences if kind == "sentences" else [phrase for one in sentences for phrase in one["phrases"]]
    for one in every:
        if one["start"] < span.end_char and span.start_char < one["end"]:
            whole = _span(span.doc, one["start"], one["end"], span.label_)
            if whole is not None and (whole.start, whole.end) == (span.start, span.end):
                return one
    return None


Doc.set_extension("bias", getter=_document_score, force=True)
Doc.set_extension("bias_report", getter=_report, force=True)
Span.set_extension("bias", getter=_score, force=True)
Span.set_extension("bias_phrase", getter=_phrase, force=True)
