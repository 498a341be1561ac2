"""Turns one record into result rows. It knows nothing of processes, files or order, so any worker can do it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from biasdetect.corpus.records import Record
from biasdetect.corpus.reprints import Signature, signature
from biasdetect.detector import Detector
from biasdetect.errors import InputError
from biasdetect.model.phrases import find_words
from biasdetect.pipeline import prose
from biasdetect.reading.document import Document
from biasdetect.reading.files import read
from biasdetect.reading.tables.columns import refuse_half_characters
from biasdetect.results import Kind, Phrase, Precision, Quotes, Report, Sentence
from biasdetect.version import __version__

Rows = Literal["articles", "sentences"]
Row = dict[str, Any]

_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class ScoringOptions:
    """How a corpus is scored.

    Attributes:
        threshold: lowest score of a flagged phrase, 0 to 1.
        quotes: as :meth:`biasdetect.Detector.score` takes it.
        kind: likewise.
        keep_boilerplate: likewise.
        reprints: ``mark`` sets articles that repeat an earlier one apart, ``ignore`` scores them like any other.
        rows: a row for each article or for each sentence.
        precision: as :func:`biasdetect.load` takes it.
        device: likewise.
    """

    threshold: float
    quotes: Quotes = "mark"
    kind: Kind = "news"
    keep_boilerplate: bool = False
    reprints: Literal["mark", "ignore"] = "mark"
    rows: Rows = "sentences"
    precision: Precision = "exact"
    device: str | None = None

    @property
    def settings(self) -> str:
        """What stands in every row: compact JSON with sorted keys."""
        data = {
            "biasdetect": __version__,
            "device": self.device,
            "keep_boilerplate": self.keep_boilerplate,
            "kind": self.kind,
            "precision": self.precision,
            "quotes": self.quotes,
            "reprints": self.reprints,
            "rows": self.rows,
            "threshold": self.threshold,
        }
        return json.dumps(data, sort_keys=True, separators=(",", ":"))


def prepare_record(record: Record, options: ScoringOptions) -> tuple[Record, Signature | None]:
    """A record with its text read to a document, and the text's signature where reprints are looked for.

    One that cannot be read comes back with the problem.
    """
    if record.problem:
        return record, None
    try:
        document = _document(record)
        refuse_half_characters(document.text)  # a page can name one by its number
    except (InputError, ValueError) as error:
        return replace(record, text="", problem=str(error).removeprefix(f"{record.place}: ")), None
    # what is scored is compared: two sites print one article amid different boilerplate
    text = prose(document, keep_boilerplate=options.keep_boilerplate) if options.reprints == "mark" else None
    compared = None if text is None else signature(text)
    return replace(record, text=document), compared


def score_record(detector: Detector, record: Record, options: ScoringOptions) -> list[Row]:
    """The rows of a record, in order; a reprint has one, whose results are None.

    Keys are ``article``, ``reprint_of``, ``carried`` (a dictionary) and the columns of results.

    Raises:
        InputError: where its text cannot be read.
    """
    start = {"article": record.article, "reprint_of": record.reprint_of, "carried": record.carried}
    if record.reprint_of is not None:
        return [start]
    report = detector.score(
        _document(record),
        threshold=options.threshold,
        quotes=options.quotes,
        kind=options.kind,
        keep_boilerplate=options.keep_boilerplate,
        suggest=False,
    )
    if options.rows == "articles":
        return [{**start, **_article(report), "warning": _warning(report)}]
    start["warning"] = _warning(report)
    return [{**start, "sentence": index, **_sentence(found)} for index, found in enumerate(report.sentences)] or [start]


def count_sentences(rows: Sequence[Row]) -> int:
    """How many sentences the rows of a record stand for."""
    return sum(row.get("sentences", int("sentence" in row)) for row in rows)


def _document(record: Record) -> Document:
    return record.text if isinstance(record.text, Document) else read(record.text, record.format, record.place)


def _article(report: Report) -> Row:
    own = [sentence for sentence in report.sentences if sentence.voice == "outlet"]
    return {
        "score": _rounded(report.score) if report.sentences else None,
        "outlet_score": _rounded(report.outlet_score),
        "others_score": _rounded(report.others_score),
        "words": sum(_words(sentence) for sentence in report.sentences),
        "sentences": len(report.sentences),
        "outlet_sentences": len(own),
        "flagged_sentences": sum(any(phrase.counts for phrase in sentence.phrases) for sentence in own),
        "skipped": len(report.skipped),
        "phrases": [
            {**_phrase(phrase), "sentence": index}
            for index, sentence in enumerate(report.sentences)
            for phrase in sentence.phrases
        ],
    }


def _sentence(sentence: Sentence) -> Row:
    return {
        "text": sentence.text,
        "start": sentence.start,
        "end": sentence.end,
        "score": _rounded(sentence.score),
        "voice": sentence.voice,
        "role": sentence.role,
        "speaker": sentence.speaker,
        "words": _words(sentence),
        "phrases": [{**_phrase(phrase), "position": phrase.position} for phrase in sentence.phrases],
    }


def _phrase(phrase: Phrase) -> Row:
    return {
        "text": phrase.text,
        "start": phrase.start,
        "end": phrase.end,
        "score": _rounded(phrase.score),
        "category": phrase.category,
        "voice": phrase.voice,
    }


def _warning(report: Report) -> str | None:
    return " ".join(report.warnings) or None


def _words(sentence: Sentence) -> int:
    return len(find_words(sentence.text))


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(float(score), _DECIMALS)
