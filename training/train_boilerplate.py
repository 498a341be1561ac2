"""Make biasdetect/reading/line_classifier.json, the classifier of boilerplate: python training/train_boilerplate.py (a minute).

It learns from the hand-written lines of training/boilerplate, and also from: copies of the short ones in capitals and in
title case, so that neither proves anything; the sentences of training/corpus, all prose; and snippets of one to eight
words of them, so that a short line of words never seen is prose.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from biasdetect.reading import line_classifier
from biasdetect.util.atomic import write_text

ROOT = Path(__file__).resolve().parent
STORED = ROOT.parent / "biasdetect" / "reading" / "line_classifier.json"

REASONS = {
    "pointer to other articles": "related",
    "newsletter or follow-us line": "newsletter follow app",
    "subscription or donation appeal": "paywall subscription login donate",
    "share bar": "share views print print_save",
    "comment section": "comments",
    "photo credit": "photo photo_credit photocredit",
    "byline or time stamp": "byline timestamp",
    "agency or source line": "agencies wire_end wireend source first_published",
    "copyright line": "copyright",
    "advertisement": "advert ad_label sponsor",
    "cookie notice": "cookie",
    "menu or page control": "nav back_to_top search edition lang",
    "list of topics": "tags",
    "audio, video or live-blog label": "av av_label live",
    "contact, correction or legal notice": "contact typo editors_note disclaimer legal",
    "poll, weather or market box": "poll widget weather_stock",
}
_REASON = {kind: reason for reason, kinds in REASONS.items() for kind in kinds.split()}
_WORD = re.compile(r"[A-Za-z’'-]+")
_LABEL = re.compile(r"^\W*(?:[\w’'&-]+ ){0,3}[\w’'&-]+(?:\s?[:|»–]|\s-)\s(?=\S+ \S)")
_LABELLED = frozenset("related av av_label headline".split())
_EMPTY_WORDS = frozenset("the and with that from their".split())


@dataclass(frozen=True, slots=True)
class Line:
    """A line to learn from.

    Attributes:
        text: the line.
        boilerplate: whether it is boilerplate.
        kind: what sort of boilerplate or prose, as the data call it; empty for the corpus.
        weight: what it counts.
    """

    text: str
    boilerplate: bool
    kind: str
    weight: float

    @property
    def short(self) -> bool:
        """Three words or fewer: such prose is rarer in the data than in articles, so it counts double."""
        return len(_WORD.findall(self.text)) <= 3


def hand_written() -> list[Line]:
    """The lines of training/boilerplate."""
    return [
        Line(record["text"], record["label"] == "boilerplate", record["kind"], 1.0)
        for path in data_files()
        for record in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]


def data_files() -> list[Path]:
    """The files of hand-written lines."""
    return sorted((ROOT / "boilerplate").glob("*.jsonl"))


def recapitalised(lines: Iterable[Line]) -> list[Line]:
    """Copies of short lines in capitals and in title case."""
    return [
        replace(line, text=text, weight=line.weight / 2)
        for line in lines
        if len(line.text.split()) <= 8
        for text in sorted({line.text.upper(), _titled(line.text)} - {line.text})
    ]


def _titled(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:] if len(word) > 3 else word for word in text.split(" "))


def relabelled(lines: list[Line]) -> list[Line]:
    """Copies of labelled lines ("Read also: ...", "Revealed: ...") with other headlines: the label tells, not what it is of."""
    headlines = [
        line.text for line in lines if line.kind == "headline" and ":" not in line.text and "|" not in line.text
    ]
    copies = []
    for line in lines:
        label = _LABEL.match(line.text)
        if label and line.kind in _LABELLED:
            dice = zlib.crc32(line.text.encode())
            for turn in range(3):
                headline = headlines[(dice + turn * 7919) % len(headlines)]
                copies.append(replace(line, text=label.group() + headline, weight=line.weight / 2))
    return copies


def corpus_lines(boilerplate_texts: frozenset[str]) -> list[Line]:
    """The corpus's sentences, and snippets of them that are no known line of boilerplate."""
    sentences = [
        json.loads(record)["text"]
        for path in sorted((ROOT / "corpus").glob("train*.jsonl"))
        for record in path.read_text(encoding="utf-8").splitlines()
    ]
    snippets: dict[str, None] = {}
    for sentence in sentences:
        snippet, dice = _snippet(sentence)
        if snippet and snippet.lower() not in boilerplate_texts:
            snippets[snippet] = None
            if dice % 3 == 0:
                snippets[snippet.upper()] = None
            elif dice % 3 == 1:
                snippets[snippet.title()] = None
    paragraphs = [" ".join(sentences[place : place + 3]) for place in range(0, len(sentences), 3)]
    return (
        [Line(text, False, "", 0.5) for text in sentences]
        + [Line(text, False, "", 0.1) for text in snippets]
        + [Line(text, False, "", 0.2) for text in paragraphs]
    )


def _snippet(sentence: str) -> tuple[str, int]:
    """One to eight neighbouring words of a sentence, if they could stand alone, and the number that chose them."""
    words = _WORD.findall(sentence)
    dice = zlib.crc32(sentence.encode())
    size = 1 + dice % 8 if dice % 16 > 7 else 1 + dice % 4
    start = (dice >> 8) % max(1, len(words) - size)
    piece = words[start : start + size]
    if len(piece) < size or any(len(word) < 4 or word.lower() in _EMPTY_WORDS for word in (piece[0], piece[-1])):
        return "", dice
    text = " ".join(piece)
    return text[0].upper() + text[1:], dice


def matrix(rows: Iterable[list[int]], size: int = line_classifier.BUCKETS) -> sparse.csr_matrix:
    """Buckets of lines as a sparse matrix."""
    places = [sorted(row) for row in rows]
    lengths = np.asarray([len(row) for row in places])
    values = np.repeat([line_classifier.scale(length) for length in lengths], lengths)
    columns = np.asarray([place for row in places for place in row], np.int32)
    return sparse.csr_matrix((values, columns, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(places), size))


def fit(lines: list[Line]) -> dict[str, Any]:
    """A classifier from lines, as ``line_classifier.json`` stores it."""
    features = [line_classifier.line_features(line.text) for line in lines]
    form = [line_classifier.buckets(one.flags + one.form) for one in features]
    words = [line_classifier.buckets(one.words + one.phrases) for one in features]
    both = [one + two for one, two in zip(form, words, strict=True)]
    fitted = {name: _regression(lines, view) for name, view in (("form", form), ("words", words), ("joint", both))}
    told = [(one, _REASON[line.kind]) for line, one in zip(lines, features, strict=True) if line.kind in _REASON]
    kinds = LogisticRegression(C=0.5, max_iter=200)
    size = line_classifier.KIND_BUCKETS
    kinds.fit(
        matrix((line_classifier.buckets(one.flags + one.words, size) for one, _ in told), size).sign(),
        [reason for _, reason in told],
    )
    return {
        **{name: line_classifier.packed(weights) for name, (weights, _) in fitted.items()},
        "biases": [bias for _, bias in fitted.values()],
        "kinds": list(kinds.classes_),
        "kind_weights": line_classifier.packed(kinds.coef_.astype(np.float32)),
        "kind_bias": kinds.intercept_.round(4).tolist(),
    }


def _regression(lines: list[Line], buckets: list[list[int]]) -> tuple[NDArray[np.float32], float]:
    """Weights and bias that tell boilerplate from prose."""
    weights = [line.weight * (1.0 if line.boilerplate else 2.0 * (1 + line.short)) for line in lines]
    model = LogisticRegression(C=0.2, solver="liblinear", max_iter=300, random_state=0)
    model.fit(matrix(buckets), [line.boilerplate for line in lines], weights)
    return model.coef_.ravel().astype(np.float32), round(float(model.intercept_[0]), 4)


def all_lines() -> list[Line]:
    """All that the classifier learns from."""
    lines = hand_written()
    known = frozenset(line.text.lower() for line in lines if line.boilerplate)
    return lines + recapitalised(lines) + relabelled(lines) + corpus_lines(known)


def fingerprint() -> str:
    """Of the hand-written lines and of what the features make of them: where it changes, the classifier must be made again."""
    digest = hashlib.sha256()
    for path in data_files():
        digest.update(path.read_bytes())
    for line in hand_written()[::100]:
        digest.update(json.dumps(asdict(line_classifier.line_features(line.text))).encode())
    return digest.hexdigest()


def main() -> None:
    """Write the classifier."""
    stored = {"made_from": fingerprint(), **fit(all_lines())}
    write_text(STORED, json.dumps(stored, indent=1) + "\n")


if __name__ == "__main__":
    main()
