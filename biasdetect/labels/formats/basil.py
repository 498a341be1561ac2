"""Reads BASIL (Fan et al. 2019): articles whose sentences carry lexical and informational bias."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from biasdetect.labels.formats.protocol import Record, Shape


def _rows(article: Record) -> Iterable[Record]:
    """A row for each sentence; a sentence with lexical bias is biased."""
    about = {"article": article.get("uuid") or article.get("title"), "outlet": article.get("source")}
    shared = {name: value for name, value in about.items() if isinstance(value, str)}
    for number, sentence in enumerate(article["body"], 1):
        try:
            if sentence["sentence"].strip():
                spans = [_span(sentence["sentence"], annotation) for annotation in _lexical(sentence)]
                yield {"text": sentence["sentence"], "label": int(bool(spans)), "spans": spans, **shared}
        except KeyError as error:
            raise ValueError(f"sentence {number}: no field {error}") from None
        except (AttributeError, TypeError, ValueError) as error:
            raise ValueError(f"sentence {number}: {error}") from None


def _lexical(sentence: Record) -> Iterable[Record]:
    # informational bias is a matter of what is told, not of wording
    return (mark for mark in sentence.get("annotations") or () if str(mark["bias"]).lower().startswith("lex"))


def _span(text: str, annotation: Record) -> dict[str, Any]:
    start, end = int(annotation["start"]), int(annotation["end"])
    marked = annotation.get("txt") or ""
    if marked and text[start:end] != marked and marked in text:  # some offsets are off by a few characters
        start = text.index(marked)
        end = start + len(marked)
    return {"start": start, "end": end}


SHAPE = Shape("BASIL", lambda record: isinstance(record.get("body"), list), _rows, one_text=False, overlaps=True)
