"""Real sentences marked by hand: drawn, shown to a marker, checked, compared, merged, and joined with their texts.

The texts are research data and stay where they are (``../shared/data``, see training/marks/README.md). What is stored
here points into them: ``sample.jsonl`` names excerpts by source, record and character offsets, with digests of their
sentences; ``marks/NAME.jsonl`` holds what one marker underlined in them.

    python training/marks/marks.py draw                       # once: chooses the excerpts (needs the model)
    python training/marks/marks.py draw --more                # further excerpts to train on, in portions of their own
    python training/marks/marks.py draw --rest                # the same, all that is left there, whatever the model thinks
    python training/marks/marks.py show PORTION                # the sentences of a portion, to read and mark
    python training/marks/marks.py check FILE                  # a marker's lines, checked; nothing is stored
    python training/marks/marks.py take MARKER FILE            # a marker's lines, checked, to marks/MARKER.jsonl
    python training/marks/marks.py agreement                   # how far markers agree where two marked the same
    python training/marks/marks.py disputes                    # where they differ, for a third reading
    python training/marks/marks.py merge                       # one answer a sentence: merged.jsonl
    python training/marks/marks.py join --split dev OUT.jsonl  # with the texts, to train on and to measure by
    python training/marks/marks.py measure                     # a model's flags, or a word list's, against the marks
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

from biasdetect.evaluation.flags import Estimate, Place, Read, flag_figures
from biasdetect.finetune.recipe import standoff
from biasdetect.finetune.recipe.standoff import (
    Excerpt,
    Level,
    Mark,
    Marked,
    digest,
    read_excerpts,
    read_marks,
    sentence_label,
)
from biasdetect.language.sentences import split_sentences
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.phrases import find_words
from biasdetect.results import Voice
from biasdetect.util.atomic import write_text

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[2] / "shared" / "data"
SAMPLE = HERE / standoff.SAMPLE
MARKS = HERE / "marks"
MERGED = HERE / standoff.MERGED
FIGURES = HERE / "figures.json"
SECOND = HERE / "second.jsonl"  # a second reader's answer to clear marks: clear, debatable, plain

PORTION = 150  # sentences that one marker reads at a time
SEED = 17


def read_sample() -> list[Excerpt]:
    """The excerpts, in order."""
    return read_excerpts(SAMPLE)


def texts(excerpt: Excerpt) -> Iterator[tuple[str, str]]:
    """Sentence numbers, such as ``polnear-0031-04``, and texts."""
    return standoff.texts(excerpt, DATA)


def records(source: str) -> list[dict[str, Any]]:
    """The records of a file of the data folder."""
    return standoff.records(DATA / source)


# ---- draw


@dataclass(frozen=True, slots=True)
class _Pool:
    """Where excerpts are drawn from, and how many sentences.

    Attributes:
        name: of the excerpts.
        sources: files, with the split of what is drawn from them; None where the outlet decides.
        sentences: how many to draw.
        length: sentences of an excerpt at most.
        dev_outlets: outlets whose texts are kept for development.
        per_outlet: sentences of one outlet at most.
    """

    name: str
    sources: dict[str, str | None]
    sentences: int
    length: int
    dev_outlets: tuple[str, ...] = ()
    per_outlet: int = 10**6


_POOLS = (
    _Pool("polnear", {"polnear/train.jsonl.gz": None}, 2900, 14, ("politico", "west-journal")),
    _Pool("press", {"persuasion-spans/en-train.jsonl": "train"}, 950, 12),
    _Pool("press-dev", {"persuasion-spans/en-dev.jsonl": "dev"}, 350, 12),
    _Pool("lexical", {"anno-lexical/train.jsonl.gz": None}, 1650, 1, (), 30),
    _Pool("wikibias", {"wikibias/train.jsonl": "train"}, 250, 1),
)
# Further sentences to train on; news, press and Wikipedia are used up. Development outlets and articles stay out of them.
_MORE = (
    _Pool(
        "lexical",
        {f"anno-lexical/{part}.jsonl.gz": "train" for part in ("test", "dev", "train")},
        6000,
        1,
        per_outlet=160,
    ),
)
_SHORTEST = 20  # characters of what is worth reading
_TORN = (0.25, 0.75)  # scores between which today's model is torn


@dataclass(slots=True)
class _Candidate:
    source: str
    record: int
    outlet: str
    article: str
    split: str
    sentences: list[tuple[int, int, str]]
    torn: float


def draw(more: bool, rest: bool) -> None:
    """Choose the excerpts: half of them where the model is torn, half where it is sure, spread over outlets.

    With ``more``, excerpts of what is in no portion yet are added to those that are there; with ``rest``, all of them.
    """
    import biasdetect

    more = more or rest
    if SAMPLE.exists() and not more:
        raise SystemExit(f"{SAMPLE} is there, and marks point into it. Add to it with: draw --more")
    before = read_sample() if more else []
    seen: dict[tuple[str, int], dict[int, int]] = defaultdict(
        dict
    )  # starts and ends of what is in a portion, by record
    for one in before:
        seen[one.source, one.record] |= {start: end for start, end, _ in one.sentences}
    rng = random.Random(SEED + len(before))
    detector = None if rest else biasdetect.load(precision="fast")
    chosen: list[tuple[str, _Candidate]] = []
    for pool in _MORE if more else _POOLS:
        candidates = list(_candidates(pool, detector, rng, seen))
        found = candidates if rest else _choose(pool, candidates, rng)
        print(f"{pool.name}: {sum(len(one.sentences) for one in found)} sentences of {len(candidates)} excerpts")
        chosen += [(pool.name, one) for one in found]
    if not chosen:
        raise SystemExit("Nothing is left to draw from. Name other files in _MORE.")
    articles: dict[tuple[str, str], list[tuple[str, _Candidate]]] = defaultdict(list)
    for name, one in chosen:
        articles[one.source, one.article].append((name, one))
    groups = [sorted(group, key=lambda entry: entry[1].record) for group in articles.values()]
    rng.shuffle(groups)  # so that a portion holds something of everything, and an article stays together
    chosen = [entry for group in groups for entry in group]
    chosen.sort(key=lambda entry: entry[1].split == "train")  # development first: its portions are read twice
    numbers = Counter(one.pool for one in before)
    rows = [*before]
    count, portion, split = 0, max((one.portion for one in before), default=0) + 1, chosen[0][1].split
    for name, one in chosen:
        if count >= PORTION or one.split != split:
            count, portion, split = 0, portion + 1, one.split
        numbers[name] += 1
        count += len(one.sentences)
        rows.append(
            Excerpt(
                f"{name}-{numbers[name]:04d}",
                one.source,
                one.record,
                one.outlet,
                one.article,
                one.split,
                portion,
                tuple(one.sentences),
            )
        )
    write_text(SAMPLE, "".join(json.dumps(asdict(row), separators=(",", ":")) + "\n" for row in rows))
    print(f"{sum(len(row.sentences) for row in rows)} sentences in {portion} portions")


def _candidates(
    pool: _Pool, detector: Any, rng: random.Random, seen: Mapping[tuple[str, int], Mapping[int, int]]
) -> Iterator[_Candidate]:
    """Twice what is needed, of sentences that were not seen, scored by today's model; all of them where it is None."""
    for source, split in pool.sources.items():
        numbered = list(enumerate(records(source)))
        groups: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        for number, record in numbered:
            groups[str(record.get("article") or number)].append((number, record))
        keys = sorted(groups)
        rng.shuffle(keys)
        taken = 0
        by_outlet: dict[str, int] = defaultdict(int)
        for key in keys:
            if detector and taken >= 2 * pool.sentences:
                break
            number, record = groups[key][0]
            outlet = str(record.get("publisher") or record.get("outlet") or "")
            if seen and _held_out(pool, outlet):  # development has its portions already
                continue
            if detector and by_outlet[outlet] >= 2 * pool.per_outlet:
                continue
            left = pool.length
            for member, row in groups[key]:  # an article's paragraphs, or the one text
                taken_before = seen.get((source, member), {})
                found = _excerpt(row["text"], min(left, pool.length), detector, rng, taken_before)
                if found is None:
                    continue
                sentences, torn = found
                where = split or ("dev" if _held_out(pool, outlet) else "train")
                article = _article(source, member, row)
                yield _Candidate(source, member, outlet, article, where, sentences, torn)
                taken += len(sentences)
                by_outlet[outlet] += len(sentences)
                left -= len(sentences)
                if left <= 0:
                    break


def _article(source: str, number: int, record: dict[str, Any]) -> str:
    """What the records of one article share."""
    return str(record.get("article") or record.get("id") or f"{source}:{number}")


def _held_out(pool: _Pool, outlet: str) -> bool:
    if pool.dev_outlets:
        return outlet in pool.dev_outlets
    return int(hashlib.sha256(outlet.encode()).hexdigest(), 16) % 4 == 0


def _excerpt(
    text: str, length: int, detector: Any, rng: random.Random, seen: Mapping[int, int]
) -> tuple[list[tuple[int, int, str]], float] | None:
    """Neighbouring sentences of a text, and how many of them the model is torn about, 0 to 1.

    Sentences that start where ``seen`` says are left out.
    """
    if seen and len(text) - sum(seen[start] - start for start in seen) < _SHORTEST:
        return None
    text = text[:20_000]
    if detector is None:
        places = [place for place in split_sentences(text, 0, len(text)) if place[0] not in seen]
        read = [(*place, digest(text[slice(*place)])) for place in places if len(find_words(text[slice(*place)])) >= 4]
        return (read, 0.0) if read else None
    report = detector.score(text, threshold=_TORN[0], keep_boilerplate=True, suggest=False)
    sentences = [one for one in report.sentences if len(find_words(one.text)) >= 4 and one.start not in seen]
    if not sentences:
        return None
    first = rng.randrange(max(1, len(sentences) - length + 1))
    part = sentences[first : first + length]
    torn = sum(
        _TORN[0] <= one.score <= _TORN[1] or any(phrase.score <= _TORN[1] for phrase in one.phrases) for one in part
    )
    return [(one.start, one.end, digest(text[one.start : one.end])) for one in part], torn / len(part)


def _choose(pool: _Pool, candidates: list[_Candidate], rng: random.Random) -> list[_Candidate]:
    """Half of the sentences from the excerpts with most doubt in them, half from the others by chance."""
    by_article: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
    for one in candidates:
        by_article[one.source, one.article].append(one)
    groups = list(by_article.values())
    rng.shuffle(groups)
    groups.sort(key=lambda group: -sum(one.torn * len(one.sentences) for one in group) / _size(group))
    torn, rest = groups[: len(groups) // 3], groups[len(groups) // 3 :]
    rng.shuffle(torn)
    rng.shuffle(rest)
    found: list[_Candidate] = []
    by_outlet: dict[str, int] = defaultdict(int)
    for part, wanted in ((torn, pool.sentences // 2), (rest, pool.sentences)):
        for group in part:
            if _size(found) >= wanted:
                break
            if by_outlet[group[0].outlet] < pool.per_outlet:
                found += group
                by_outlet[group[0].outlet] += _size(group)
    return found


def _size(candidates: Iterable[_Candidate]) -> int:
    return sum(len(one.sentences) for one in candidates)


# ---- show and take


def show(portion: int) -> None:
    """The sentences of a portion, to be read and marked; nothing here says what any model thinks of them."""
    for excerpt in read_sample():
        if excerpt.portion != portion:
            continue
        print(f"\n== {excerpt.id}" + (f" ({excerpt.outlet})" if excerpt.outlet else ""))
        for number, text in texts(excerpt):
            print(f"{number} | {' '.join(text.split())}")


def take(marker: str, lines: Path, store: bool = True) -> None:
    """A marker's lines, checked, added to what the marker has said before; without ``store`` only checked.

    A line is ``SENTENCE | WORDS | CATEGORY | LEVEL | VOICE``, the words as they stand in the sentence (``#2`` behind
    them for the second time that they occur); ``done PORTION`` says that a portion was read to its end, and that what
    has no line in it is plain. A third reader, who sees disputes alone, says ``SENTENCE | plain`` where that is so, and
    only the sentences that he names are stored. Every mistake is named, and nothing is stored where there is one.
    """
    by_portion: dict[int, dict[str, str]] = defaultdict(dict)
    for excerpt in read_sample():
        by_portion[excerpt.portion].update(texts(excerpt))
    portion_of = {number: portion for portion, found in by_portion.items() for number in found}
    marks: dict[str, list[Mark]] = defaultdict(list)
    done: set[int] = set()
    problems = []
    for place, line in enumerate(lines.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            if line.startswith("done "):
                done.add(int(line.split()[1]))
                continue
            number, *answer = (piece.strip() for piece in line.split(" | "))
            text = by_portion[portion_of[number]][number]
            marks[number] += [] if marker == THIRD and answer == ["plain"] else [_mark(text, answer, marks[number])]
            if marker == THIRD:
                done.add(portion_of[number])
        except (ValueError, KeyError) as error:
            problems.append(f"line {place}: {error}: {line}")
    problems += [
        f"portion {portion} holds marks and no line 'done {portion}'"
        for portion in sorted({portion_of[number] for number in marks} - done)
    ]
    if problems:
        raise SystemExit("\n".join([*problems, f"{len(problems)} problems; nothing was stored."]))
    read = sum(len(by_portion[portion]) for portion in done)
    print(f"{read} sentences in {len(done)} portions, {sum(map(len, marks.values()))} marks")
    if not store:
        return
    file = MARKS / f"{marker}.jsonl"
    stored = {one.sentence: one for one in (read_marks(file) if file.exists() else ())}
    for portion in sorted(done):
        for number, text in by_portion[portion].items():
            if marker == THIRD and number not in marks:
                continue
            found = tuple(sorted(marks[number], key=lambda mark: mark.start))
            stored[number] = Marked(number, digest(text), found)
    MARKS.mkdir(exist_ok=True)
    _write(file, stored.values())


def _mark(text: str, answer: list[str], before: list[Mark]) -> Mark:
    """A mark as a line says it: words, category, level, voice."""
    words, category, level, voice = answer
    for value, known in ((category, CATEGORIES), (level, get_args(Level)), (voice, tuple(Voice))):
        if value not in known:
            raise ValueError(f"{value!r} is none of {', '.join(known)}")
    mark = Mark(*_find(text, words), category, level, Voice(voice))  # type: ignore[arg-type]
    if any(mark.meets(other) for other in before):
        raise ValueError("overlaps another mark of the sentence")
    return mark


THIRD = "third"  # whose answers decide where two markers differ


def _occurrence(words: str) -> tuple[str, str]:
    """The words, and the number behind them where they end with one, as in ``very #2``; a hashtag is a word."""
    head, _, number = words.rpartition(" #")
    return (head, number) if number.isdigit() else (words, "")


def _find(text: str, words: str) -> tuple[int, int]:
    """Where the words stand in a sentence, whatever white space divides them."""
    words, time = _occurrence(words)
    pieces = words.split()
    if not pieces:
        raise ValueError("no words")
    flat = " ".join(text.split())
    start = -1
    for _ in range(int(time or 1)):
        start = flat.find(" ".join(pieces), start + 1)
        if start < 0:
            raise ValueError("the words do not stand in the sentence")
    # back from the text with single spaces to the text itself
    places = [index for index, character in enumerate(text) if not character.isspace()]
    first = len(flat[:start].replace(" ", ""))
    last = first + sum(map(len, pieces)) - 1
    return places[first], places[last] + 1


def _write(file: Path, marked: Iterable[Marked]) -> None:
    ordered = sorted(marked, key=lambda one: one.sentence)
    write_text(file, "".join(json.dumps(asdict(one), separators=(",", ":")) + "\n" for one in ordered))


# ---- two markers


def _answers() -> dict[str, dict[str, Marked]]:
    """For each sentence, what each marker says of it; the third reader's answers stand in ``marks/third.jsonl``."""
    found: dict[str, dict[str, Marked]] = defaultdict(dict)
    for file in sorted(MARKS.glob("*.jsonl")):
        for one in read_marks(file):
            found[one.sentence][file.stem] = one
    return found


def agreement() -> dict[str, float]:
    """Agreement where two marked the same sentences: alpha on words, F1 of exact and overlapping spans."""
    import krippendorff
    import numpy as np

    text_of = dict(pair for excerpt in read_sample() for pair in texts(excerpt))
    first_row: list[float] = []
    second_row: list[float] = []
    counts: dict[str, int] = defaultdict(int)
    for number, answers in _answers().items():
        pair = [answers[name] for name in sorted(answers) if name != THIRD][:2]
        if len(pair) < 2:
            continue
        counts["sentences"] += 1
        # words that either calls debatable say nothing about agreement on clear ones
        for start, end in find_words(text_of[number]):
            first, second = (_word(one, start, end) for one in pair)
            first_row.append(first)
            second_row.append(second)
        clear = [[mark for mark in one.marks if mark.level == "clear"] for one in pair]
        for one, theirs, answer in zip(clear, clear[::-1], pair[::-1], strict=True):
            counts["clear"] += len(one)
            counts["exact"] += sum(any((a.start, a.end) == (b.start, b.end) for b in theirs) for a in one)
            counts["overlap"] += sum(any(a.meets(b) for b in theirs) for a in one)
            counts["any"] += sum(any(a.meets(b) for b in answer.marks) for a in one)  # at some level
        counts["same_verdict"] += bool(clear[0]) == bool(clear[1])
    ratings = np.array([first_row, second_row])
    figures = {
        "sentences": float(counts["sentences"]),
        "clear marks of either": float(counts["clear"]),
        "alpha, words, three levels": float(krippendorff.alpha(ratings, level_of_measurement="ordinal")),
        "F1, exact spans": counts["exact"] / max(1, counts["clear"]),
        "F1, overlapping spans": counts["overlap"] / max(1, counts["clear"]),
        "clear of one, marked at any level by the other": counts["any"] / max(1, counts["clear"]),
        "sentences: same answer whether anything is clear": counts["same_verdict"] / max(1, counts["sentences"]),
    }
    for name, value in figures.items():
        print(f"{name}: {value:.3f}" if value < 1.5 else f"{name}: {value:.0f}")
    return figures


def _word(one: Marked, start: int, end: int) -> float:
    levels = {"clear": 2.0, "debatable": 1.0}
    return max((levels[mark.level] for mark in one.marks if mark.touches(start, end)), default=0.0)


def _disputed(answers: dict[str, Marked]) -> bool:
    """Whether one marker calls clear what another leaves plain."""
    pair = [answers[name] for name in sorted(answers) if name != THIRD][:2]
    if len(pair) < 2:
        return False
    return any(
        mark.level == "clear" and not any(mark.meets(other) for other in theirs.marks)
        for ours, theirs in (pair, pair[::-1])
        for mark in ours.marks
    )


def disputes() -> None:
    """Sentences in which one marker calls clear what the other leaves plain, with both answers, for a third reading."""
    answers = _answers()
    for excerpt in read_sample():
        found = dict(texts(excerpt))
        for number, text in found.items():
            if not _disputed(answers.get(number, {})):
                continue
            print(f"\n{number} | {' '.join(text.split())}")
            for name, one in sorted(answers[number].items()):
                said = [f"{text[m.start : m.end]} ({m.category}, {m.level}, {m.voice})" for m in one.marks]
                print(f"    {name}: {'; '.join(said) or 'plain'}")


# ---- one answer


def merge() -> None:
    """One answer for each sentence.

    A third reading decides where there is one. Else, of two markers, what both underline is clear where both call it
    so, and what one alone underlines, or calls debatable, is debatable: it trains nothing. Where one read alone, what
    a second opinion does not call clear is debatable too, and so is what only the second opinion holds to be worth a
    mark; what it calls clear by itself is clear.
    """
    merged = []
    opinions = [json.loads(line) for line in SECOND.read_text(encoding="utf-8").splitlines()]
    doubted = {(row["sentence"], row["start"]) for row in opinions if "end" not in row and row["answer"] != "clear"}
    found: dict[str, list[Mark]] = defaultdict(list)
    for row in opinions:
        if "end" in row:
            mark = Mark(row["start"], row["end"], row["category"], row["answer"], Voice(row["voice"]))
            found[row["sentence"]].append(mark)
    for number, answers in _answers().items():
        readers = [answers[name] for name in sorted(answers)]
        if THIRD in answers:
            merged.append(answers[THIRD])
        elif len(readers) == 1:
            marks = (
                replace(mark, level="debatable") if (number, mark.start) in doubted else mark
                for mark in readers[0].marks
            )
            more = (mark for mark in found[number] if not any(mark.meets(other) for other in readers[0].marks))
            merged.append(replace(readers[0], marks=tuple(sorted([*marks, *more], key=lambda mark: mark.start))))
        else:
            merged.append(Marked(number, readers[0].digest, tuple(_both(*readers[:2]))))
    _write(MERGED, merged)
    marks = [mark for one in merged for mark in one.marks]
    clear = sum(mark.level == "clear" for mark in marks)
    print(f"{len(merged)} sentences, {clear} clear marks, {len(marks) - clear} debatable")


def _both(first: Marked, second: Marked) -> Iterator[Mark]:
    used: set[Mark] = set()
    end = 0
    for mark in first.marks:
        others = [other for other in second.marks if mark.meets(other)]
        used.update(others)
        if mark.start < end:
            continue
        agreed = mark.level == "clear" and any(other.level == "clear" for other in others)
        if agreed:
            yield mark
            end = mark.end
        else:
            reach = max([mark.end, *(other.end for other in others)])
            begin = max(end, min([mark.start, *(other.start for other in others)]))
            yield Mark(begin, reach, mark.category, "debatable", mark.voice)
            end = reach
    for mark in second.marks:
        if mark not in used:
            yield Mark(mark.start, mark.end, mark.category, "debatable", mark.voice)


def join(split: str, out: Path) -> None:
    """The merged answers of a split with their texts, as training data: spans, and masked ones that count for nothing.

    ``label`` is 1 where the outlet's own words hold a clear mark, 0 where nothing is marked, and null elsewhere.
    """
    answers = {one.sentence: one for one in read_marks(MERGED)}
    rows = []
    for excerpt in read_sample():
        if excerpt.split != split:
            continue
        before = ""
        for number, text in texts(excerpt):
            one = answers.get(number)
            if one is not None:
                clear = [mark for mark in one.marks if mark.level == "clear"]
                rows.append(
                    {
                        "id": number,
                        "text": text,
                        "before": before,
                        "label": sentence_label(one.marks),
                        "spans": [asdict(mark) for mark in clear],
                        "masked": [asdict(mark) for mark in one.marks if mark.level != "clear"],
                        "outlet": excerpt.outlet,
                        "article": excerpt.article,
                    }
                )
            before = text
    write_text(out, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    print(f"{len(rows)} sentences")


def measure(
    split: str, model: str | None, words: Path | None, thresholds: list[float], record: str | None, card: bool
) -> None:
    """A model's flags, or those of a word list, against the merged marks of a split, by where the sentences come from.

    A flag in the outlet's voice is right where it touches a clear mark in the outlet's voice, left out where it touches
    a debatable one alone, and wrong elsewhere. A clear mark in the outlet's voice is found where such a flag touches it.
    Under ``exact`` both have to be the same letter for letter. Intervals are 95 % bootstrap intervals over excerpts.
    Voices are told as the model's report tells them.

    Args:
        split: ``train`` or ``dev``.
        model: folder or hub name; the shipped one where left out.
        words: a file with a word a line, each of which is flagged wherever the outlet uses it, in place of the model.
        thresholds: lowest scores of a flag, the first of them the one to be quoted; the model's own where there are none.
        record: a name under which the figures are kept in ``figures.json``.
        card: whether they are written into the model's ``metrics.json`` and card, as a curve.
    """
    import biasdetect

    if words and card:
        raise SystemExit("A word list has no card. Leave out --card or --words.")
    detector = biasdetect.load(model)
    excerpts = list(_answered(split))
    told = {}
    for threshold in thresholds or [detector.folder.config.threshold]:
        flagged = [_listed(one, detector, words) if words else _flagged(one, detector, threshold) for one in excerpts]
        rows = _figures(excerpts, flagged)
        told[f"{threshold:g}"] = rows
        print(f"threshold {threshold:g}" if not words else words.name)
        for name, row in rows.items():
            print(f"  {name}: {', '.join(f'{figure} {_shown(estimate)}' for figure, estimate in row.items())}")
    measured = {"split": split, "model": words.name if words else detector.folder.label, "thresholds": told}
    if record:
        kept = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
        kept[record] = measured
        write_text(FIGURES, json.dumps(kept, indent=1) + "\n")
    if card:
        from biasdetect.finetune.export.card import write_card
        from biasdetect.finetune.export.folder import record_metrics

        of_default, *_ = told.values()
        curve = {threshold: _in_short(rows["all"]) for threshold, rows in told.items()}
        places = {name: _in_short(row) for name, row in of_default.items()}
        record_metrics(detector.folder.path, reports={**measured, "thresholds": curve, "places": places})
        write_card(detector.folder.path)


def _in_short(row: dict[str, Estimate]) -> dict[str, Estimate]:
    return {name: row[name] for name in ("precision", "recall")}


def _shown(estimate: Estimate) -> str:
    value, low, high, count = estimate
    return f"{value:.2f} ({low:.2f} to {high:.2f}, n {count})" if value is not None else f"nothing (n {count})"


@dataclass(frozen=True, slots=True)
class _Answered:
    """An excerpt that was read whole: the text that it is of, where it stands there, what it was drawn from, and the marks."""

    text: str
    start: int
    end: int
    pool: str
    own: Sequence[Place]
    unsure: Sequence[Place]


def _answered(split: str) -> Iterator[_Answered]:
    answers = {one.sentence: one for one in read_marks(MERGED)}
    for excerpt in read_sample():
        if excerpt.split != split or not all(number in answers for number, _ in texts(excerpt)):
            continue
        own: list[Place] = []
        unsure: list[Place] = []
        for (number, _), (start, _, _) in zip(texts(excerpt), excerpt.sentences, strict=True):
            for mark in answers[number].marks:
                place = (start + mark.start, start + mark.end)
                if mark.is_own:
                    own.append(place)
                elif mark.level != "clear":
                    unsure.append(place)
        pool = excerpt.pool.removesuffix("-dev")
        whole = records(excerpt.source)[excerpt.record]["text"]
        yield _Answered(
            whole,
            excerpt.sentences[0][0],
            excerpt.sentences[-1][1],
            f"{pool} {excerpt.outlet}" if pool == "polnear" else pool,
            own,
            unsure,
        )


def _flagged(one: _Answered, detector: Any, threshold: float) -> list[Place]:
    """The flags in an excerpt, of the whole text that it is of."""
    report = detector.score(one.text, threshold=threshold, keep_boilerplate=True, suggest=False)
    flags = ((phrase.start, phrase.end) for phrase in report.phrases if phrase.counts)
    return [(start, end) for start, end in flags if one.start <= start < one.end]


def _listed(answered: _Answered, detector: Any, words: Path) -> list[Place]:
    """Where the outlet uses a word of a list, by a house style that flags every one of them."""
    from biasdetect.house.rules import Rules

    rules = Rules(marks=False, flag=_terms(words))
    text = answered.text[answered.start : answered.end]
    report = detector.score(text, threshold=1.0, keep_boilerplate=True, suggest=False, rules=rules)
    return [
        (answered.start + one.start, answered.start + one.end)
        for one in report.phrases
        if one.counts and one.origin == "house"
    ]


@cache
def _terms(words: Path) -> Any:
    from biasdetect.house.terms import Term, Terms

    lines = (line.strip() for line in words.read_text(encoding="utf-8").splitlines())
    return Terms(Term(line) for line in lines if line and line[0] not in "#;")


def _figures(excerpts: Sequence[_Answered], flagged: Sequence[Sequence[Place]]) -> dict[str, dict[str, Estimate]]:
    """By where the excerpts come from: the figures of the flags in them.

    ``news`` is all of its outlets. ``unseen`` is all but anno-lexical, whose sentences the recipes learn from with the labels of
    sentences that others gave them, though without the marks.
    """
    groups: dict[str, list[Read]] = defaultdict(list)
    for one, flags in zip(excerpts, flagged, strict=True):
        news = ("news",) if one.pool.startswith("polnear ") else ()
        unseen = ("unseen",) if one.pool != "lexical" else ()
        for name in ("all", one.pool, *news, *unseen):
            groups[name].append(Read(flags, one.own, one.unsure))
    return {name: flag_figures(texts) for name, texts in sorted(groups.items())}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("--more", action="store_true")
    drawing.add_argument("--rest", action="store_true")
    commands.add_parser("show").add_argument("portion", type=int)
    taking = commands.add_parser("take")
    taking.add_argument("marker")
    taking.add_argument("file", type=Path)
    commands.add_parser("check").add_argument("file", type=Path)
    for name in ("agreement", "disputes", "merge"):
        commands.add_parser(name)
    joining = commands.add_parser("join")
    joining.add_argument("--split", choices=("train", "dev"), required=True)
    joining.add_argument("out", type=Path)
    measuring = commands.add_parser("measure")
    measuring.add_argument("--split", choices=("train", "dev"), default="dev")
    measuring.add_argument("--model")
    measuring.add_argument("--words", type=Path, help="a word list to measure in place of a model")
    measuring.add_argument("--threshold", type=float, action="append", default=[])
    measuring.add_argument("--record", help="keep the figures in figures.json under this name")
    measuring.add_argument("--card", action="store_true", help="show them in the model's card")
    given = parser.parse_args()
    match given.command:
        case "draw":
            draw(given.more, given.rest)
        case "show":
            show(given.portion)
        case "take":
            take(given.marker, given.file)
        case "check":
            take("", given.file, store=False)
        case "agreement":
            agreement()
        case "disputes":
            disputes()
        case "merge":
            merge()
        case "join":
            join(given.split, given.out)
        case "measure":
            measure(given.split, given.model, given.words, given.threshold, given.record, given.card)


if __name__ == "__main__":
    sys.exit(main())
