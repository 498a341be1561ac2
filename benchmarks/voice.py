"""Whose words: set by set, in whole articles that others marked, in articles of our own; how the time for a hostile line grows.

    python benchmarks/voice.py [--record]

The hand-written sets are those of tests/data, the articles of our own those of training/corpus/articles/dev. The articles
that others marked are the development part of PolNeAR (Newell et al. 2018) in ``../shared/data``: of every phrase that the
model barely flags it is asked whether it is somebody else's words, and of every attribution how many of its words are
heard to be. What “I” or “we” say, who may be the writer, is left out. With --record, the figures are written to
benchmarks/voice.json, and beside them, with the same texts and marks, those of the code and the model of commit
:data:`BEFORE`, taken from git.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

import biasdetect
from biasdetect.english.inflection import all_verb_forms
from biasdetect.evaluation.bootstrap import Array, intervals, ratio
from biasdetect.finetune.recipe.attributions import find_parts
from biasdetect.finetune.recipe.inline import parse
from biasdetect.finetune.recipe.standoff import records
from biasdetect.language.voice import Heard, QuotedSentence, VoiceMap, find_quotations, find_speakers
from biasdetect.model.phrases import find_words
from biasdetect.pipeline import Context, find_passages, find_phrases, make_context, read_sentences
from biasdetect.reading.text import read_text
from biasdetect.results import Voice

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT.parent / "shared" / "data" / "polnear" / "dev.jsonl.gz"
OWN_ARTICLES = ROOT / "training" / "corpus" / "articles" / "dev"
BEFORE = "90f976b3ae3bc444412758896a5c211e3d8138ed"
"""The last state in which patterns over cues of speech had their say."""

SETS = ("voice", "voice-2", "voice-3")
BARELY = 0.1  # score of a phrase from which on it is asked for
ALL, NONE = 0.9, 0.1  # share of a content's words in quotation marks from which on it is direct, up to which indirect
CUES = {
    "saying": (
        "accuse acknowledge add admit advise advocate allege announce answer apologize argue ask assert blame boast brag caution charge cite claim "
        "comment complain concede condemn confirm contend criticize declare defend demand denounce deny disclose discuss dismiss dispute echo emphasize "
        "endorse estimate explain express indicate insist invite joke lament maintain mention note point pledge praise preach predict promise "
        "propose question quote recall recommend reiterate reject remark repeat reply report request respond reveal say show speak state "
        "stress suggest swear talk tell testify tweet urge vow warn write",
        "according accusation allegation announcement charges comments remarks report statement statements testimony",
    ),
    "thinking, wanting": (
        "assume believe conclude consider deserve determine doubt envision fear favor feel find forget guess hate hear hope imagine "
        "know learn like love need oppose prefer realize regard regret remember see suppose support suspect think understand view "
        "want wish wonder worry",
        "belief concern fears hopes opinion view views thought aware certain concerned confident hopeful sure worried",
    ),
    "describing": ("brand call cast characterize compare deem depict describe dub frame label liken name paint portray refer term", ""),
}  # fmt: skip
"""Verbs, and other words, by which indirect speech is introduced; a cue with words of several is of the first."""

PIECES = (
    '"', "“", "'", "„‘", '"a ', "s' ", " a", "A ", ".” ", "he said, ", "accused of, ", "in a, b said c ", ", said A, ",
    "A, b, said ", "claims that was is ", "so-called ", "— he said ", "told x ",
)  # fmt: skip
LENGTH = 50_000  # characters
_BODY = "\n\nThe council met on Tuesday. The vote was postponed."  # below a headline

Place = tuple[int, int]


def share(right: float, count: int) -> float:
    """A share, in thousandths."""
    return round(right / count, 3) if count else 0.0


def share_of(hits: Sequence[float], counts: Sequence[float]) -> dict[str, float | int]:
    """The share of all that is right over articles, its 95 % interval where other articles had been drawn, and the number."""
    hit, count = np.array(hits, float), np.array(counts, float)

    def statistic(weights: Array) -> dict[str, Array]:
        return {"share": ratio(weights @ hit, weights @ count)}

    low, high = intervals(len(counts), statistic)["share"]
    return {"number": int(count.sum()), "right": share(hit.sum(), int(count.sum())), "low": round(low, 3), "high": round(high, 3)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What is made of a text, at its characters.

    Attributes:
        others: its words that are somebody else's.
        quoted: what stands in quotation marks in it.
        sentences: with whom the report names in them.
        phrases: what is barely flagged, with score and voice.
        asked: the voice of each place that was asked for; None where it is not read.
    """

    others: list[Place]
    quoted: list[Place]
    sentences: list[tuple[int, int, str | None]]
    phrases: list[tuple[int, int, float, str]]
    asked: list[str | None]


def hear(texts: Sequence[str], places: Sequence[Sequence[Place]], context: Context) -> list[Said]:
    """What the model makes of texts, and of places in each."""
    found = [[passage.sentence for passage in find_passages(read_text(text), context)] for text in texts]
    readings = iter(read_sentences([sentence for sentences in found for sentence in sentences], context))
    barely = make_context(context.runtime, BARELY, "mark")
    told = []
    for text, sentences, asked in zip(texts, found, places, strict=True):
        here = [next(readings) for _ in sentences]
        maps = [reading.voice for reading in here]
        words = [(one, one.start + a, one.start + b) for one in maps for a, b in find_words(one.sentence.text)]
        phrases = [
            (one.voice.start + phrase.start, one.voice.start + phrase.end, phrase.score)
            for one in here
            for phrase in find_phrases(one.voice.sentence.prose, one.output, barely)
        ]
        told.append(
            Said(
                [(start, end) for one, start, end in words if not one.voice(start, end).counts],
                [(quote.start, quote.end) for one in maps for quote in one.sentence.quotations],
                [(one.start, one.end, who) for one, who in zip(maps, find_speakers(maps, text), strict=True)],
                [(a, b, score, _voice_at(maps, a, b) or "") for a, b, score in phrases],
                [_voice_at(maps, *place) for place in asked],
            )
        )
    return told


def _voice_at(maps: Sequence[VoiceMap], start: int, end: int) -> str | None:
    return next((one.voice(start, end).value for one in maps if one.start <= start < one.end), None)


@dataclass(frozen=True, slots=True)
class Marked:
    """An article of our own.

    Attributes:
        text: without its brackets.
        marks: place and voice of each.
        whole: it is an article, and not a list of single sentences.
        place: its file and its number there, from 1.
    """

    text: str
    marks: list[tuple[int, int, str]]
    whole: bool
    place: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of the benchmark.

    Attributes:
        sets: the records of the hand-written sets.
        own: articles of our own, with their marks.
        headlines: those with a speaker in their label, and those with a topic in it.
        articles: the records of those that others marked.
    """

    sets: dict[str, list[dict[str, Any]]]
    own: list[Marked]
    headlines: dict[str, list[str]]
    articles: list[dict[str, Any]]

    @property
    def asked(self) -> list[tuple[str, list[Place]]]:
        """Each text with the places of which it is asked whose words they are, in the order of the parts above."""
        in_sets = [
            (row["text"], [_place(row, mark) for mark in row["marks"]]) for rows in self.sets.values() for row in rows
        ]
        own = [(one.text, [(start, end) for start, end, _ in one.marks]) for one in self.own]
        headlines = [(line + _BODY, [(0, len(line))]) for lines in self.headlines.values() for line in lines]
        return [*in_sets, *own, *headlines, *((row["text"], []) for row in self.articles)]  # fmt: skip


def _place(row: dict[str, Any], mark: dict[str, str]) -> Place:
    start = row["text"].index(mark["phrase"])
    return start, start + len(mark["phrase"])


def read_texts() -> Texts:
    """The sets and articles as they lie there."""
    files = {name: ROOT / "tests" / "data" / f"{name}.jsonl" for name in SETS}
    sets = {
        name: [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        for name, file in files.items()
    }
    headlines = json.loads((ROOT / "tests" / "data" / "headlines.json").read_text(encoding="utf-8"))
    return Texts(sets, list(own_articles()), headlines, records(ARTICLES))  # fmt: skip


def own_articles() -> Iterator[Marked]:
    """The articles of our own."""
    for file in sorted(OWN_ARTICLES.glob("*.txt")):
        for number, article in enumerate(file.read_text(encoding="utf-8").split("## ")[1:], start=1):
            header, *lines = filter(None, map(str.strip, article.splitlines()))
            text, found = "", []
            for line in lines:
                paragraph, marks = parse(line.removeprefix("# "))
                found += [(len(text) + mark.start, len(text) + mark.end, mark.voice.value) for mark in marks]
                text += f"{paragraph}\n\n"
            yield Marked(text, found, not header.endswith("| sentences"), f"{file.stem} {number}")


def same(found: str | None, speaker: str | None) -> bool:
    """Whether two ways to name a speaker are one but for capital letters and what stands before the name."""
    if found is None or speaker is None:
        return found is speaker
    one, other = found.casefold().replace("’", "'"), speaker.casefold().replace("’", "'")
    return one == other or f" {one}".endswith(f" {other}") or f" {other}".endswith(f" {one}")


def judged(rows: Sequence[dict[str, Any]], said: Sequence[Said]) -> dict[str, Any]:
    """Marks and speakers of one set: how many, and the share right."""
    marks: Counter[str] = Counter()
    right: Counter[str] = Counter()
    speakers = named = 0
    for record, one in zip(rows, said, strict=True):
        if "speaker" in record:
            speakers += 1
            at, _ = _place(record, record["marks"][0])
            found = next((who for start, end, who in one.sentences if start <= at < end), None)
            named += same(found, record["speaker"])
        for mark, voice in zip(record["marks"], one.asked, strict=True):
            marks[mark["voice"]] += 1
            right[mark["voice"]] += voice == mark["voice"]
    voices = {voice: {"marks": marks[voice], "right": share(right[voice], marks[voice])} for voice in tuple(Voice)}
    return {
        "voices": {**voices, "all": {"marks": marks.total(), "right": share(right.total(), marks.total())}},
        "speakers": {"records": speakers, "right": share(named, speakers)},
    }


def judged_own(own: Sequence[Marked], said: Sequence[Said], lowest: float) -> dict[str, Any]:
    """Marked wording of our own articles: whether it is laid at the right door, the outlet's or somebody else's.

    A mark in a sentence that is not read counts as wrong. ``exactly`` asks for the same of the four voices; ``flagged`` are
    marks that a flag touches, judged by the flag's voice.
    """
    doors: dict[str, list[tuple[int, int]]] = defaultdict(list)  # right and number, of each article
    lost = 0
    for article, one in zip(own, said, strict=True):
        rows: dict[str, list[bool]] = defaultdict(list)
        for (start, end, voice), found in zip(article.marks, one.asked, strict=True):
            lost += found is None
            at_door = found is not None and Voice(found).counts == Voice(voice).counts
            where = "in whole articles" if article.whole else "in single sentences"
            for name in ("all", where, "the outlet's" if Voice(voice).counts else "others'", voice):
                rows[name].append(at_door)
            rows["exactly"].append(found == voice)
            touching = [whose for first, last, score, whose in one.phrases if score >= lowest and first < end and start < last]  # fmt: skip
            rows["flagged"] += [Voice(whose).counts == Voice(voice).counts for whose in touching[:1]]
        for name, values in rows.items():
            doors[name].append((sum(values), len(values)))
    found_rows = {name: share_of(*zip(*doors[name], strict=True)) for name in doors}
    return {"rows": found_rows, "lost": lost, "articles": len(own)}


def differing(own: Sequence[Marked], now: Sequence[Said], before: Sequence[Said]) -> list[dict[str, Any]]:
    """The marks of our own articles that are laid at another door than before."""
    return [
        {"place": article.place, "text": article.text[start:end], "marked": voice, "now": new, "before": old, "right now": Voice(new).counts == Voice(voice).counts}
        for article, heard, then in zip(own, now, before, strict=True)
        for (start, end, voice), new, old in zip(article.marks, heard.asked, then.asked, strict=True)
        if new and old and Voice(new).counts != Voice(old).counts
    ]  # fmt: skip


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


_TELL_NOTHING = frozenset(
    "a an and as at by for from he her his i in it its of on or said she that the their they this to we who with".split()
)


def names_in_articles(articles: Sequence[dict[str, Any]], said: Sequence[Said]) -> dict[str, float | int]:
    """Of the sentences in which somebody is named who says something there, for how many the report names one of them.

    He is the right one where the last word of either name is a word of the other. Those whom a pronoun alone names are left out.
    """
    found = []
    for record, one in zip(articles, said, strict=True):
        named = [
            (part["source"], part["content"]) for part in record["attributions"] if part["source"] and part["content"]
        ]
        for first, last, who in one.sentences:
            names = [
                words
                for source, content in named
                if all(first <= start and end <= last for start, end in source)
                and any(first <= start < last for start, _ in content)
                and (words := telling_words(" ".join(record["text"][start:end] for start, end in source)))
            ]
            if names:
                ours = telling_words(who or "")
                found.append(
                    (who is not None, bool(ours) and any(ours[-1] in name or name[-1] in ours for name in names))
                )
    return {
        "sentences": len(found),
        "right": share(sum(right for _, right in found), len(found)),
        "nobody": share(sum(not is_named for is_named, _ in found), len(found)),
    }


def telling_words(name: str) -> list[str]:
    """The words of a name that tell whose it is, in order."""
    return [word for word in re.findall(r"[\w’'-]+", name.casefold()) if word not in _TELL_NOTHING]


def phrases_of_articles(articles: Sequence[dict[str, Any]], said: Sequence[Said], lowest: float) -> Iterator[Judged]:
    """Every phrase that the model barely flags."""
    for record, one in zip(articles, said, strict=True):
        theirs, unknown = find_parts(record["text"], record["attributions"], "content")
        for start, end, score, voice in one.phrases:
            if covered(unknown, start, end):
                continue
            yield Judged(
                2 * covered(theirs, start, end) >= end - start,
                not Voice(voice).counts,
                score >= lowest,
                2 * covered(one.quoted, start, end) >= end - start,
            )


def covered(spans: Sequence[Place], start: int, end: int) -> int:
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


def kinds_of_speech(articles: Sequence[dict[str, Any]], said: Sequence[Said]) -> dict[str, Any]:
    """Of the words of each kind of attribution the share that is heard to be somebody else's; words that are not read are missed.

    An attribution is direct where its words stand in quotation marks, indirect where they do not, mixed where some do.
    ``attributions`` counts those of which half of the words are heard.
    """
    words: dict[str, list[tuple[int, int]]] = defaultdict(list)
    whole: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for record, one in zip(articles, said, strict=True):
        text = record["text"]
        theirs, marked = (_inside(len(text), spans) for spans in (one.others, list(quotations_of(text))))
        here: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for attribution in record["attributions"]:
            known, _ = find_parts(text, [attribution], "content")
            places = [first + start for start, end in known for first, _ in find_words(text[start:end])]
            if places:
                kind = kind_of(text, attribution, float(np.mean(marked[places])))
                for name in {kind, kind.partition(",")[0], "all"}:
                    here[name].append((int(theirs[places].sum()), len(places)))
        for name, found in here.items():
            words[name].append((sum(hit for hit, _ in found), sum(count for _, count in found)))
            whole[name].append((sum(2 * hit >= count for hit, count in found), len(found)))
    return {
        name: {"attributions": share_of(*zip(*whole[name], strict=True)), "words": share_of(*zip(*words[name], strict=True))}
        for name in sorted(words)
    }  # fmt: skip


def quotations_of(text: str) -> Iterator[Place]:
    """What stands in quotation marks in a plain text, by its paragraphs."""
    document = read_text(text)
    for block in document.blocks:
        yield from ((quote.start, quote.end) for quote in find_quotations(document.text, block.start, block.end))


def _inside(length: int, spans: Sequence[Place]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    inside = np.zeros(length, bool)
    for start, end in spans:
        inside[start:end] = True
    return inside


def kind_of(text: str, attribution: dict[str, Any], in_marks: float) -> str:
    """The kind of an attribution; indirect ones by what their cue is a word for."""
    if in_marks >= ALL:
        return "direct"
    if in_marks > NONE:
        return "mixed"
    cue = " ".join(text[start:end] for start, end in attribution["cue"]).lower()
    words = re.findall(r"[a-z]+", cue)
    if re.search(r"\bcall\w*\s+(?:for|on|upon)\b", cue):  # a demand
        return "indirect, saying"
    found = next((name for name, known in _cue_words().items() if not known.isdisjoint(words)), "other")
    return f"indirect, {found}"


@cache
def _cue_words() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(form for verb in verbs.split() for form in all_verb_forms(verb)) | set(others.split())
        for name, (verbs, others) in CUES.items()
    }


def figures_of(texts: Texts, said: Sequence[Said], lowest: float) -> dict[str, Any]:
    """All figures of one model; ``lowest`` is the threshold of its phrases."""
    rest = iter(said)
    sets = {name: judged(rows, [next(rest) for _ in rows]) for name, rows in texts.sets.items()}
    own = judged_own(texts.own, [next(rest) for _ in texts.own], lowest)
    heard = {
        kind: {"headlines": len(lines), "somebody's": sum(next(rest).asked == ["quote"] for _ in lines)}
        for kind, lines in texts.headlines.items()
    }
    of_articles = list(rest)
    rows = list(phrases_of_articles(texts.articles, of_articles, lowest))
    return {
        "sets": sets,
        "own articles": own,
        "headlines": heard,
        "articles": {
            "all": told([(row.others, row.taken) for row in rows]),
            "in quotation marks": told([(row.others, row.taken) for row in rows if row.quoted]),
            "without": told([(row.others, row.taken) for row in rows if not row.quoted]),
            "flagged": told([(row.others, row.taken) for row in rows if row.flagged]),
            "by quotation marks alone": told([(row.others, row.quoted) for row in rows]),
        },
        "kinds": kinds_of_speech(texts.articles, of_articles),
        "names": names_in_articles(texts.articles, of_articles),
    }


def heard_today(texts: Texts) -> tuple[str, float, list[Said]]:
    """What the checkout makes of the texts."""
    context = make_context(biasdetect.load().runtime, None, "mark")
    folder = context.runtime.folder
    asked = texts.asked
    said = hear([text for text, _ in asked], [places for _, places in asked], context)
    return folder.label, folder.config.threshold, said


@contextmanager
def state_of(commit: str) -> Iterator[str]:
    """A folder with the code and the model of a commit."""
    packed = subprocess.run(
        ["git", "archive", commit, "biasdetect", "models", "docs", "training/regression.jsonl"], cwd=ROOT, check=True, capture_output=True
    ).stdout  # fmt: skip
    with tempfile.TemporaryDirectory() as tree:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(tree, filter="data")
        yield tree


def heard_before(texts: Texts) -> tuple[str, float, list[Said]]:
    """The same of the code and the model of :data:`BEFORE`, in a process of their own."""
    with state_of(BEFORE) as tree:
        told = subprocess.run(
            [sys.executable, __file__, "--hear", tree],
            env={**os.environ, "PYTHONPATH": tree}, input=json.dumps(texts.asked).encode(), check=True, stdout=subprocess.PIPE,
        ).stdout  # fmt: skip
    label, lowest, found = json.loads(told)
    return label, lowest, [Said(**one) for one in found]


def hear_for_another(tree: str) -> None:
    """Texts and places from standard input, what this process's package and the model in its tree make of them to standard output."""
    if not biasdetect.__file__.startswith(tree):
        raise SystemExit(f"{biasdetect.__file__} is not of {tree}")
    context = make_context(biasdetect.load(f"{tree}/models/biasdetect-en-small").runtime, None, "mark")
    folder = context.runtime.folder
    texts, places = zip(*json.load(sys.stdin), strict=True)
    said = hear(texts, places, context)
    print(json.dumps([folder.label, folder.config.threshold, [asdict(one) for one in said]]))


def seconds(text: str) -> float:
    """Time for the quotations, voices and speakers of one line."""
    start = time.perf_counter()
    words = find_words(text)
    every_second = [1.0 if number % 2 else -1.0 for number in range(len(words))]
    sentence = QuotedSentence(text, 0, len(text), find_quotations(text, 0, len(text), "“"))
    find_speakers([VoiceMap(sentence, Heard(words, every_second, every_second))], text)
    return time.perf_counter() - start


def show_shares(record: dict[str, Any]) -> None:
    """Kinds of speech, and marks of our own articles."""
    table = Table(record["model"], "number", "right", "95 %")
    rows = {f"words, {name}": kind["words"] for name, kind in record["kinds"].items()}
    rows |= {f"attributions, {name}": kind["attributions"] for name, kind in record["kinds"].items()}
    rows |= {f"our articles, {name}": row for name, row in record["own articles"]["rows"].items()}
    for name, row in rows.items():
        table.add_row(name, str(row["number"]), f"{row['right']:.1%}", f"{row['low']:.1%} to {row['high']:.1%}")
    Console().print(table, f"marks that are not read: {record['own articles']['lost']}")


def main() -> None:
    """Print the shares of each set; then, for each piece, the time for a line of it and the ratio to half the length."""
    if "--hear" in sys.argv:
        hear_for_another(sys.argv[-1])
        return
    texts = read_texts()
    label, lowest, said = heard_today(texts)
    record = {"model": label, **figures_of(texts, said, lowest)}
    table = Table("set", *tuple(Voice), "all", "speakers")
    for name, figures in record["sets"].items():
        shares = [f"{figure['right']:.1%} of {figure['marks']}" for figure in figures["voices"].values()]
        table.add_row(name, *shares, f"{figures['speakers']['right']:.1%} of {figures['speakers']['records']}")
    Console().print(table)
    for name, figures in record["articles"].items():
        Console().print(name, figures)
    Console().print("speakers named", record["names"])
    show_shares(record)
    if "--record" in sys.argv:
        label, lowest, before = heard_before(texts)
        record["before"] = {"commit": BEFORE[:7], "model": label, **figures_of(texts, before, lowest)}
        own = slice(first := sum(map(len, texts.sets.values())), first + len(texts.own))
        record["differing"] = differing(texts.own, said[own], before[own])
        show_shares(record["before"])
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
