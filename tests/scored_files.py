"""Small scored corpora in every kind and form that ``biasdetect corpus`` writes, from plain dictionaries."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

MODEL = "tiny@0123"
SETTINGS = {
    "biasdetect": "0",
    "keep_boilerplate": False,
    "kind": "news",
    "quotes": "mark",
    "reprints": "mark",
    "threshold": 0.3,
}
COUNTED = ("outlet", "scare-quote")


def sentence(score=0.1, *phrases, voice="outlet", words=10):
    """A scored sentence; a phrase is a text, or text, category and voice."""
    whole = [phrase if isinstance(phrase, tuple) else (phrase, "opinion", "outlet") for phrase in phrases]
    return {"score": score, "voice": voice, "words": words, "phrases": whole}


def article(name, *sentences, reprint_of=None, **carried):
    return {"article": name, "reprint_of": reprint_of, "carried": carried, "sentences": list(sentences)}


def rows_of(articles, kind, model=MODEL, settings=SETTINGS) -> list[dict[str, Any]]:
    last = {"model": model, "settings": json.dumps({**settings, "rows": kind}, sort_keys=True)}
    rows = []
    for one in articles:
        first = {"article": one["article"], "reprint_of": one["reprint_of"], **one["carried"]}
        made = _sentences(one) if kind == "sentences" else [_article(one)]
        rows += [{**first, **row, **last} for row in made]
    return rows


def _article(one):
    names = (
        *("score", "outlet_score", "others_score", "words", "sentences", "outlet_sentences", "flagged_sentences"),
        *("skipped", "phrases"),
    )
    if one["reprint_of"]:
        return dict.fromkeys(names)
    own = [each for each in one["sentences"] if each["voice"] == "outlet"]
    score = round(sum(each["score"] for each in own) / len(own), 4) if own else 0.0
    flagged = sum(any(voice in COUNTED for _, _, voice in each["phrases"]) for each in own)
    phrases = [_phrase(*phrase, sentence=number) for number, each in enumerate(one["sentences"]) for phrase in each["phrases"]]  # fmt: skip
    words = sum(each["words"] for each in one["sentences"])
    values = (score, score, None, words, len(one["sentences"]), len(own), flagged, 0, phrases)
    return dict(zip(names, values, strict=True))


def _sentences(one):
    names = ("sentence", "text", "start", "end", "score", "voice", "role", "speaker", "words", "phrases")
    if one["reprint_of"] or not one["sentences"]:
        return [dict.fromkeys(names)]
    return [
        {
            **dict.fromkeys(names),
            "sentence": number,
            "text": 'A "made" sentence,\nof two lines.',
            "role": "body",
            "score": each["score"],
            "voice": each["voice"],
            "words": each["words"],
            "phrases": [_phrase(*phrase, position=0) for phrase in each["phrases"]],
        }
        for number, each in enumerate(one["sentences"])
    ]


def _phrase(text, category, voice, **more):
    return {"text": text, "start": 0, "end": len(text), "score": 0.5, "category": category, "voice": voice, **more}


def write(path: Path, rows) -> Path:
    """In the form that the name ends with."""
    if path.name.endswith(".parquet"):
        _parquet(path, rows)
        return path
    stream = io.StringIO()
    if ".csv" in path.name:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "phrases": "" if row["phrases"] is None else json.dumps(row["phrases"])})
    else:
        stream.writelines(json.dumps(row, default=str) + "\n" for row in rows)
    data = stream.getvalue().encode()
    path.write_bytes(gzip.compress(data) if path.name.endswith(".gz") else data)
    return path


def _parquet(path, rows):
    import pyarrow as pa
    import pyarrow.parquet as pq

    place = "position" if "sentence" in rows[0] else "sentence"
    parts = [("text", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("score", pa.float64())]
    parts += [("category", pa.string()), ("voice", pa.string()), (place, pa.int32())]
    types = {
        "phrases": pa.list_(pa.struct(parts)),
        **dict.fromkeys(("article", "reprint_of", "text", "voice", "role", "speaker"), pa.string()),
        **dict.fromkeys(("score", "outlet_score", "others_score"), pa.float64()),
        **dict.fromkeys(("words", "sentences", "outlet_sentences", "flagged_sentences", "skipped", "sentence"), pa.int32()),
    }  # fmt: skip
    columns = {name: pa.array([row[name] for row in rows], types.get(name)) for name in rows[0]}
    for name in ("model", "settings"):
        columns[name] = columns[name].dictionary_encode()
    pq.write_table(pa.table(columns), path)
