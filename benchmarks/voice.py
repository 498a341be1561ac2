"""Whose words, set by set, in whole articles that others marked, and how the time for a hostile line grows.

    python benchmarks/voice.py [--record]

The hand-written sets are those of tests/data. The articles are the development part of PolNeAR (Newell et al. 2018) in
``../shared/data``: of every phrase that the model barely flags it is asked whether it is somebody else's words; what “I” or “we” say,
who may be the writer, is left out. With --record, the figures are written to benchmarks/voice.json.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import biasdetect
from biasdetect.finetune.recipe.attributions import find_parts
from biasdetect.finetune.recipe.standoff import records
from biasdetect.language.voice import Heard, QuotedSentence, VoiceMap, find_quotations, find_speakers
from biasdetect.model.phrases import find_words
from biasdetect.pipeline import Context, Reading, find_passages, find_phrases, make_context, read_sentences
from biasdetect.reading.text import read_text
from biasdetect.results import Voice

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT.parent / "shared" / "data" / "polnear" / "dev.jsonl.gz"
SETS = ("voice", "voice-2", "voice-3")
BARELY = 0.1  # score of a phrase from which on it is asked for
PIECES = (
    '"', "“", "'", "„‘", '"a ', "s' ", " a", "A ", ".” ", "he said, ", "accused of, ", "in a, b said c ", ", said A, ",
    "A, b, said ", "claims that was is ", "so-called ", "— he said ", "told x ",
)  # fmt: skip
LENGTH = 50_000  # characters


def share(right: float, count: int) -> float:
    """A share, in thousandths."""
    return round(right / count, 3) if count else 0.0


def same(found: str | None, speaker: str | None) -> bool:
    """Whether two ways to name a speaker are one but for capital letters and what stands before the name."""
    if found is None or speaker is None:
        return found is speaker
    one, other = found.casefold().replace("’", "'"), speaker.casefold().replace("’", "'")
    return one == other or f" {one}".endswith(f" {other}") or f" {other}".endswith(f" {one}")


def read_all(texts: Sequence[str], context: Context) -> list[list[Reading]]:
    """What the model makes of the sentences of texts."""
    found = [[passage.sentence for passage in find_passages(read_text(text), context)] for text in texts]
    readings = iter(read_sentences([sentence for sentences in found for sentence in sentences], context))
    return [[next(readings) for _ in sentences] for sentences in found]


def judged(name: str, context: Context) -> dict[str, Any]:
    """Marks and speakers of one set: how many, and the share right."""
    marks: Counter[str] = Counter()
    right: Counter[str] = Counter()
    speakers = named = 0
    lines = (ROOT / "tests" / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    for record, readings in zip(rows, read_all([row["text"] for row in rows], context), strict=True):
        maps = [reading.voice for reading in readings]
        at = record["text"].index(record["marks"][0]["phrase"])
        if "speaker" in record:
            speakers += 1
            said = find_speakers(maps, record["text"])
            found = next((who for m, who in zip(maps, said, strict=True) if m.start <= at < m.end), None)
            named += same(found, record["speaker"])
        for mark in record["marks"]:
            start = record["text"].index(mark["phrase"])
            holder = next((m for m in maps if m.start <= start < m.end), None)
            marks[mark["voice"]] += 1
            whose = holder and holder.voice(start, start + len(mark["phrase"]))
            right[mark["voice"]] += whose == mark["voice"]
    voices = {voice: {"marks": marks[voice], "right": share(right[voice], marks[voice])} for voice in tuple(Voice)}
    return {
        "voices": {**voices, "all": {"marks": marks.total(), "right": share(right.total(), marks.total())}},
        "speakers": {"records": speakers, "right": share(named, speakers)},
    }


@dataclass(frozen=True, slots=True)
class Judged:
    """A phrase of the articles.

    Attributes:
        others: it is somebody else's words.
        taken: it is taken for them.
        flagged: it reaches the model's threshold.
        quoted: it stands in quotation marks.
    """

    others: bool
    taken: bool
    flagged: bool
    quoted: bool


Articles = Sequence[tuple[dict[str, Any], Sequence[Reading]]]
"""Records, each with what the model makes of its sentences."""

_TELL_NOTHING = frozenset(
    "a an and as at by for from he her his i in it its of on or said she that the their they this to we who with".split()
)


def read_articles(context: Context) -> Articles:
    """The articles, and what the model makes of their sentences."""
    rows = records(ARTICLES)
    return list(zip(rows, read_all([row["text"] for row in rows], context), strict=True))


def names_in_articles(articles: Articles) -> dict[str, float | int]:
    """Of the sentences in which somebody is named who says something there, for how many the report names one of them.

    He is the right one where the last word of either name is a word of the other. Those whom a pronoun alone names are left out.
    """
    found = []
    for record, readings in articles:
        voices = [reading.voice for reading in readings]
        named = [(one["source"], one["content"]) for one in record["attributions"] if one["source"] and one["content"]]
        for voice, said in zip(voices, find_speakers(voices, record["text"]), strict=True):
            names = [
                words
                for source, content in named
                if all(voice.start <= start and end <= voice.end for start, end in source)
                and any(voice.start <= start < voice.end for start, _ in content)
                and (words := telling_words(" ".join(record["text"][start:end] for start, end in source)))
            ]
            if names:
                ours = telling_words(said or "")
                found.append(
                    (said is not None, bool(ours) and any(ours[-1] in one or one[-1] in ours for one in names))
                )
    return {
        "sentences": len(found),
        "right": share(sum(right for _, right in found), len(found)),
        "nobody": share(sum(not is_named for is_named, _ in found), len(found)),
    }


def telling_words(name: str) -> list[str]:
    """The words of a name that tell whose it is, in order."""
    return [word for word in re.findall(r"[\w’'-]+", name.casefold()) if word not in _TELL_NOTHING]


def phrases_of_articles(articles: Articles, context: Context) -> Iterator[Judged]:
    """Every phrase that the model barely flags."""
    lowest = context.runtime.folder.config.threshold
    barely = make_context(context.runtime, BARELY, "mark")
    for record, readings in articles:
        said, unknown = find_parts(record["text"], record["attributions"], "content")
        for reading in readings:
            voice = reading.voice
            for phrase in find_phrases(voice.sentence.prose, reading.output, barely):
                start, end = voice.start + phrase.start, voice.start + phrase.end
                if covered(unknown, start, end):
                    continue
                marks = [(quote.start, quote.end) for quote in voice.sentence.quotations]
                yield Judged(
                    2 * covered(said, start, end) >= end - start,
                    not voice.voice(start, end).counts,
                    phrase.score >= lowest,
                    2 * covered(marks, start, end) >= end - start,
                )


def covered(spans: Sequence[tuple[int, int]], start: int, end: int) -> int:
    """Characters of a stretch that lie in spans."""
    return sum(max(0, min(end, last) - max(start, first)) for first, last in spans)


def told(pairs: Sequence[tuple[bool, bool]]) -> dict[str, float | int]:
    """Precision, recall, F1 and accuracy of others' words, of what is so and what is taken to be so."""
    both = sum(others and taken for others, taken in pairs)
    are, taken_so = (sum(pair[part] for pair in pairs) for part in (0, 1))
    outlet = [others for others, taken in pairs if not taken]
    return {
        "phrases": len(pairs),
        "precision": share(both, taken_so),
        "recall": share(both, are),
        "f1": share(2 * both, taken_so + are),
        "accuracy": share(sum(others == taken for others, taken in pairs), len(pairs)),
        "wrongly the outlet's": share(sum(outlet), len(outlet)),
    }


def record_of_sets(context: Context) -> dict[str, Any]:
    """All that --record writes."""
    articles = read_articles(context)
    rows = list(phrases_of_articles(articles, context))
    return {
        "model": context.runtime.folder.label,
        "sets": {name: judged(name, context) for name in SETS},
        "articles": {
            "all": told([(row.others, row.taken) for row in rows]),
            "in quotation marks": told([(row.others, row.taken) for row in rows if row.quoted]),
            "without": told([(row.others, row.taken) for row in rows if not row.quoted]),
            "flagged": told([(row.others, row.taken) for row in rows if row.flagged]),
            "by quotation marks alone": told([(row.others, row.quoted) for row in rows]),
        },
        "names": names_in_articles(articles),
    }


def seconds(text: str) -> float:
    """Time for the quotations, voices and speakers of one line."""
    start = time.perf_counter()
    words = find_words(text)
    every_second = [1.0 if number % 2 else -1.0 for number in range(len(words))]
    sentence = QuotedSentence(text, 0, len(text), find_quotations(text, 0, len(text), "“"))
    find_speakers([VoiceMap(sentence, Heard(words, every_second, every_second))], text)
    return time.perf_counter() - start


def main() -> None:
    """Print the shares of each set; then, for each piece, the time for a line of it and the ratio to half the length."""
    record = record_of_sets(make_context(biasdetect.load().runtime, None, "mark"))
    table = Table("set", *tuple(Voice), "all", "speakers")
    for name, figures in record["sets"].items():
        shares = [f"{figure['right']:.1%} of {figure['marks']}" for figure in figures["voices"].values()]
        table.add_row(name, *shares, f"{figures['speakers']['right']:.1%} of {figures['speakers']['records']}")
    Console().print(table)
    for name, figures in record["articles"].items():
        Console().print(name, figures)
    Console().print("speakers named", record["names"])
    if "--record" in sys.argv:
        path = ROOT / "benchmarks" / "voice.json"
        path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return
    table = Table("piece", "seconds", "twice the length takes")
    for piece in PIECES:
        short, long = (
            min(seconds(piece * (length // len(piece))) for _ in range(3)) for length in (LENGTH, 2 * LENGTH)
        )
        table.add_row(repr(piece), f"{long:.2f}", f"{long / short:.1f} times")
    Console().print(table)


if __name__ == "__main__":
    main()
