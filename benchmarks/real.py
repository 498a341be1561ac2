"""What the model does on real text beside what was asked of it: spans of the press, subjectivity, swaps, whole articles.

    python benchmarks/real.py [NAME …] [--record]

Each NAME is one measurement (all of them where none is named): ``spans``, ``subjectivity``, ``rare``, ``swaps``, ``agree``,
``order``, ``names``, ``desks``, ``same_articles``. The texts are research data (../shared/data, see training/marks/README.md) and stay where they are, but
for ``desks``, which are the project's own articles. All of it is development data. With --record, figures, each with its
95 % bootstrap interval and the number that it is of, are written to benchmarks/real.json.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from rich.console import Console

import biasdetect
from biasdetect.evaluation.bootstrap import Array, f1, ratio
from biasdetect.evaluation.figures import CALLED, figures_of, sentence_statistic
from biasdetect.evaluation.flags import Estimate, Place, Read, flag_figures, share, touches
from biasdetect.evaluation.metrics import word_marks
from biasdetect.finetune.recipe import inline, standoff
from biasdetect.finetune.recipe.augment import swapped
from biasdetect.model.phrases import find_words
from biasdetect.pipeline import find_passages, find_phrases, make_context, read_article
from biasdetect.reading.text import read_text
from biasdetect.results import Phrase, Report, Sentence, Voice

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
MARKS = ROOT / "training" / "marks"
RECORD = ROOT / "benchmarks" / "real.json"
SEED = 17
TECHNIQUES = ("Loaded_Language", "Name_Calling-Labeling", "Exaggeration-Minimisation")
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.37, 0.4, 0.5, 0.6)
CHOSEN_ON = 2000  # paragraphs of the training side, on which a threshold is chosen
RARE = 0.06  # share of biased sentences in news that is drawn as it comes
SWAPS = 3  # of each sentence
PLAIN_OUTLETS = ("politico", "usa-today", "wash-post", "nyt")
PARTISAN = ("breitbart", "west-journal")
# letters, editorials and columns among the articles of PolNeAR's development part, told by their form by one reader: digests of their ids
OPINION = (
    "cd1c434a91c9", "1f41e05f143d", "a438a2466e71", "56833e29bd6d",
    "81a9225065cf", "724b164e89f1", "3007353e0919", "857e4574009e",
    "177bb0fb22ff", "60a58ce97ae2", "b653d1d1c01d", "653a8802d671",
    "8de2f9550982", "6425de581bee", "ce22f505246f", "5c6ee5aec3c3",
)  # fmt: skip
_NAME = re.compile(r"\b[A-Z][\w.’'-]*(?: (?:(?:of|of the|de|del|da|van|von|al) )?[A-Z][\w’'-]*)+")
LENGTHS = ((0, 100), (100, 300), (300, 10**6))  # words of an article


def estimates(count: int, statistic: Callable[[Array], dict[str, Array]]) -> dict[str, Estimate]:
    """Figures with their intervals, all of them of the same number."""
    return {
        one.name: (round(one.value, 3), round(one.low, 3), round(one.high, 3), count)
        for one in figures_of(count, statistic)
    }


def auc(labels: Sequence[bool], scores: Sequence[float]) -> Estimate:
    """The area under the curve of receiver operating characteristics."""
    return estimates(len(labels), sentence_statistic(np.array(labels, int), np.array(scores)))["auc"]


# ---- spans of the press


def spans(detector: biasdetect.Detector) -> dict[str, Any]:
    """Flags, whosesoever words they are, against spans of loaded language, name-calling and exaggeration, by threshold."""
    rows = {part: standoff.records(DATA / "persuasion-spans" / f"en-{part}.jsonl") for part in ("train", "dev")}
    rows["train"] = random.Random(SEED).sample(rows["train"], CHOSEN_ON)
    told = {part: _by_threshold(found, detector) for part, found in rows.items()}
    chosen = {name: max(told["train"], key=lambda at: told["train"][at][name][0] or 0) for name in ("span f1", "word f1")}  # fmt: skip
    return {
        "paragraphs": len(rows["dev"]),
        "articles": len({row["article"] for row in rows["dev"]}),
        "chosen on": CHOSEN_ON,
        "default": f"{detector.folder.config.threshold:g}",
        "chosen": chosen,
        "best on dev": {name: max(told["dev"], key=lambda at: told["dev"][at][name][0] or 0) for name in chosen},
        "thresholds": told["dev"],
    }


def _by_threshold(rows: Sequence[dict[str, Any]], detector: biasdetect.Detector) -> dict[str, dict[str, Estimate]]:
    """Figures by threshold; articles are what is resampled."""
    kept = make_context(detector.runtime, None, "mark", keep_boilerplate=True)
    readings = [read_article(find_passages(read_text(row["text"]), kept), kept) for row in rows]
    told = {}
    for threshold in THRESHOLDS:
        context = make_context(detector.runtime, threshold, "mark")
        articles: dict[str, Array] = defaultdict(lambda: np.zeros(9))
        for row, found in zip(rows, readings, strict=True):
            flags = [
                (one.voice.start + phrase.start, one.voice.start + phrase.end)
                for one in found
                for phrase in find_phrases(one.voice.sentence.prose, one.output, context)
            ]
            gold = joined((span["start"], span["end"]) for span in row["spans"] if span["technique"] in TECHNIQUES)
            articles[row["article"]] += span_counts(row["text"], flags, gold)
        told[f"{threshold:g}"] = _span_figures(np.array(list(articles.values())))
    return told


def joined(places: Iterable[Place]) -> list[Place]:
    """Places in order, with those that overlap made one."""
    found: list[Place] = []
    for start, end in sorted(places):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def span_counts(text: str, flags: Sequence[Place], gold: Sequence[Place]) -> Array:
    """What the figures of spans are made of.

    Of flags and of spans: how many there are, how many meet one of the others, and the sum of the shares of their
    characters that lie in others; of words: in both, flagged, in spans.
    """
    counts = []
    for ours, others in ((flags, gold), (gold, flags)):
        inside = sum(_shared(one, others) / (one[1] - one[0]) for one in ours)
        counts += [len(ours), sum(touches(one, others) for one in ours), inside]
    called, marked = word_marks(text, flags), word_marks(text, gold)
    return np.array([*counts, (called & marked).sum(), called.sum(), marked.sum()], np.float64)


def _shared(place: Place, others: Sequence[Place]) -> int:
    return sum(max(0, min(place[1], end) - max(place[0], start)) for start, end in others)


def _span_figures(articles: Array) -> dict[str, Estimate]:
    def statistic(drawn: Array) -> dict[str, Array]:
        flags, right, flags_inside, gold, found, gold_inside, both, called, marked = (drawn @ articles).T

        def harmonic(precision: Array, recall: Array) -> Array:
            return ratio(2 * precision * recall, precision + recall)

        return {
            "span precision": ratio(flags_inside, flags),
            "span recall": ratio(gold_inside, gold),
            "span f1": harmonic(ratio(flags_inside, flags), ratio(gold_inside, gold)),
            "overlap f1": harmonic(ratio(right, flags), ratio(found, gold)),
            "word f1": f1(both, called - both, marked - both),
        }

    totals = articles.sum(axis=0)
    sizes = {"span precision": totals[0], "word f1": totals[8]}
    return {
        name: (*estimate[:3], int(sizes.get(name, totals[3])))
        for name, estimate in estimates(len(articles), statistic).items()
    }


# ---- sentences


def subjectivity(detector: biasdetect.Detector) -> dict[str, Any]:
    """Sentence scores against subjective and objective sentences of English news."""
    told = {}
    for part in ("dev", "train"):
        rows = standoff.records(DATA / "subjectivity" / f"en-{part}.jsonl")
        scores = [one.score for one in detector.score_sentences([row["text"] for row in rows])]
        told[part] = {"auc": auc([row["label"] == 1 for row in rows], scores), "subjective": sum(row["label"] for row in rows)}  # fmt: skip
    return told


def rare(detector: biasdetect.Detector) -> dict[str, Any]:
    """Sentences of marks-dev with a label, weighted so that as few are biased as in news that is drawn as it comes.

    In each resample all biased sentences together weigh as much as the share says, so its own share plays no part. ``unseen`` are
    those of which the model learned no label of anybody, all but anno-lexical's.
    """
    marks = {one.sentence: one for one in standoff.read_marks(MARKS / standoff.MERGED)}
    labelled = [
        (excerpt.pool != "lexical", text, label)
        for excerpt in standoff.read_excerpts(MARKS / standoff.SAMPLE)
        if excerpt.split == "dev"
        for number, text in standoff.texts(excerpt, DATA)
        if number in marks and (label := standoff.sentence_label(marks[number].marks)) is not None
    ]
    return {
        "all": _where_rare([(text, label) for _, text, label in labelled], detector),
        "unseen": _where_rare([(text, label) for unseen, text, label in labelled if unseen], detector),
    }


def _where_rare(labelled: Sequence[tuple[str, int]], detector: biasdetect.Detector) -> dict[str, Any]:
    labels = np.array([label for _, label in labelled])
    scored = detector.score_sentences([text for text, _ in labelled])
    ways = {
        "score above one half": [one.score for one in scored],
        "a flag": [float(bool(one.phrases)) for one in scored],
        "both": [one.score * bool(one.phrases) for one in scored],
    }
    return {
        "sentences": len(labels),
        "biased": int(labels.sum()),
        "mcc": {
            way: estimates(len(labels), _weighted(sentence_statistic(labels, np.array(scores)), labels))["mcc"]
            for way, scores in ways.items()
        },
    }


def _weighted(statistic: Callable[[Array], dict[str, Array]], labels: Array) -> Callable[[Array], dict[str, Array]]:
    def weighted(drawn: Array) -> dict[str, Array]:
        biased, plain = drawn @ labels, drawn @ (1 - labels)
        factor = ratio(RARE * plain, (1 - RARE) * biased)
        return statistic(drawn * np.where(labels == 1, factor[:, None], 1.0))

    return weighted


def swaps(detector: biasdetect.Detector) -> dict[str, Any]:
    """What other places, and other persons, in a sentence of marks-dev do to its verdict; each is swapped some times."""
    texts = [text for text, _ in standoff.marked_sentences(MARKS, DATA, "dev")]
    before = detector.score_sentences(texts)
    told: dict[str, Any] = {}
    kinds: tuple[Literal["places", "persons"], ...] = ("places", "persons")
    for what in kinds:
        rng = random.Random(SEED)
        pairs = [(number, other) for number, text in enumerate(texts) for _ in range(SWAPS) if (other := swapped(text, what, rng))]  # fmt: skip
        after = detector.score_sentences([other for _, other in pairs])
        table = np.zeros((len(texts), 4))  # of each sentence: swaps, verdicts that flip, flags that do, either
        changes, of_flips, from_half = [], [], []
        for (number, _), now in zip(pairs, after, strict=True):
            then = before[number]
            verdict = (then.score >= CALLED) != (now.score >= CALLED)
            flag = bool(then.phrases) != bool(now.phrases)
            table[number] += (1, verdict, flag, verdict or flag)
            changes.append(abs(then.score - now.score))
            if verdict:
                of_flips.append(changes[-1])
                from_half.append(abs(then.score - CALLED))
        touched = table[table[:, 0] > 0]
        told[what] = {
            "sentences": len(touched),
            **{name: share(touched[:, column], touched[:, 0]) for column, name in enumerate(("verdict", "flag", "either"), 1)},
            "mean change": round(float(np.mean(changes)), 3),
            "mean change where the verdict flips": round(float(np.mean(of_flips)), 3) if of_flips else None,
            "mean distance from one half there before": round(float(np.mean(from_half)), 3) if from_half else None,
        }  # fmt: skip
    return told


# ---- whole articles


def whole(text: str, detector: biasdetect.Detector) -> Report:
    """The report of a text of which nothing is set aside."""
    return detector.score(text, keep_boilerplate=True, suggest=False)


def real_texts() -> dict[str, list[str]]:
    """Whole texts of development data, by where they come from."""
    excerpts = [one for one in standoff.read_excerpts(MARKS / standoff.SAMPLE) if one.split == "dev"]
    marked = {(one.source, one.record): standoff.records(DATA / one.source)[one.record]["text"] for one in excerpts}
    return {
        "articles (PolNeAR, dev)": [row["text"] for row in standoff.records(DATA / "polnear" / "dev.jsonl.gz")],
        "texts of marks-dev": list(marked.values()),
    }


def agree(detector: biasdetect.Detector) -> dict[str, Any]:
    """How often a sentence's score and its flags say different things, in reports and for sentences as they stand."""
    told = {}
    for name, of_name in real_texts().items():
        reports = [whole(text, detector).sentences for text in of_name]
        alone = [detector.score_sentences([one.text for one in sentences]) for sentences in reports]
        told[name] = {
            "texts": len(of_name),
            "reports": _disagreements(reports, _flags_that_count),
            "sentences as they stand": _disagreements(alone, lambda one: one.phrases),
        }
    return told


def _flags_that_count(sentence: Sentence) -> Sequence[Phrase]:
    """The flags among the words that a sentence's score is of."""
    return [phrase for phrase in sentence.phrases if phrase.counts or sentence.voice is Voice.QUOTE]


def _disagreements(
    texts: Sequence[Sequence[Sentence]], flags: Callable[[Sentence], Sequence[Phrase]]
) -> dict[str, Estimate | int]:
    """Shares of all sentences; texts are what is resampled."""
    table = np.array(
        [
            (
                len(sentences),
                sum(one.score > CALLED and not flags(one) for one in sentences),
                sum(one.score <= CALLED and bool(flags(one)) for one in sentences),
                sum(bool(flags(one)) for one in sentences),
                sum(one.score > CALLED for one in sentences),
            )
            for sentences in texts
        ]
    )
    total, above, below, flagged, called = table.T
    return {
        "above one half without a flag": share(above, total),
        "a flag at one half or below": share(below, total),
        "either": share(above + below, total),
        "of those above, without a flag": share(above, called),
        "of those with a flag, at one half or below": share(below, flagged),
    }


def order(detector: biasdetect.Detector) -> dict[str, Any]:
    """Whether the scores of articles set news below opinion and partisan writing.

    News and opinion: PolNeAR's development articles, of which :data:`OPINION` are letters, editorials and columns. Partisan
    writing: the articles of persuasion-spans, their paragraphs joined, where outlet and selection stand for the genre.
    """
    rows = standoff.records(DATA / "polnear" / "dev.jsonl.gz")
    keys = [standoff.digest(row["id"]) for row in rows]
    scores = {name: whole(row["text"], detector).score for name, row in zip(keys, rows, strict=True)}
    news = {name: row["publisher"] for name, row in zip(keys, rows, strict=True) if name not in OPINION}
    articles: dict[str, list[str]] = defaultdict(list)
    for row in standoff.records(DATA / "persuasion-spans" / "en-dev.jsonl"):
        articles[row["article"]].append(row["text"])
    texts = ["\n\n".join(paragraphs) for paragraphs in articles.values()]
    press = [(len(text.split()), whole(text, detector).score) for text in texts]

    def of(outlets: Sequence[str]) -> list[float]:
        return [scores[name] for name, outlet in news.items() if outlet in outlets]

    others = sorted(set(news.values()) - set(PARTISAN))
    every, politico = of([*others, *PARTISAN]), of(["politico"])
    opinion, partisan = [scores[name] for name in OPINION], [score for _, score in press]
    # as first chosen, by outlet alone, before it was seen that letters and columns are among their articles
    of_outlets = [scores[name] for name, row in zip(keys, rows, strict=True) if row["publisher"] in PLAIN_OUTLETS]
    told = {
        "opinion and partisan press against news (PolNeAR)": _ordered(every, [*opinion, *partisan]),
        "opinion against news (PolNeAR)": _ordered(every, opinion),
        "news of partisan outlets against that of others (PolNeAR)": _ordered(of(others), of(PARTISAN)),
        "partisan press against news (PolNeAR)": _ordered(every, partisan),
        "partisan press against Politico": _ordered(politico, partisan),
        "partisan press against four outlets, letters and columns included": _ordered(of_outlets, partisan),
    }
    for least, most in LENGTHS:
        long = f"{least} words and more" if most == LENGTHS[-1][1] else f"{least} to {most - 1} words"
        found = [score for words, score in press if least <= words < most]
        told[f"partisan press of {long} against news (PolNeAR)"] = _ordered(every, found)
    return told


def _ordered(lower: Sequence[float], higher: Sequence[float]) -> dict[str, Any]:
    """How surely an article of the second kind has a higher score than one of the first."""
    labels = [False] * len(lower) + [True] * len(higher)
    return {
        "auc": auc(labels, [*lower, *higher]),
        "articles": [len(lower), len(higher)],
        "mean": [round(float(np.mean(scores)), 3) for scores in (lower, higher)],
    }


def names(detector: biasdetect.Detector) -> dict[str, Any]:
    """Flags of whole reports that begin or end inside of a name of several words; texts are what is resampled.

    Of marked sentences it is told too how many such flags touch a mark: those are right, and a rule against all would lose them.
    """
    reports: dict[str, Any] = {}
    for source, texts in real_texts().items():
        table = []
        for text in texts:
            sentences = whole(text, detector).sentences
            flags = [(one, phrase) for one in sentences for phrase in one.phrases]
            cut = [cuts_a_name(one.text, phrase.start - one.start, phrase.end - one.start) for one, phrase in flags]
            table.append((len(cut), sum(cut)))
        flagged, wrong = np.array(table).T
        reports[source] = {"flags": int(flagged.sum()), "cut": share(wrong, flagged)}
    marked = list(standoff.marked_sentences(MARKS, DATA, "dev"))
    scored = detector.score_sentences([text for text, _ in marked])
    flags = [
        (answer, text, phrase) for (text, answer), one in zip(marked, scored, strict=True) for phrase in one.phrases
    ]
    cut = [(answer, phrase) for answer, text, phrase in flags if cuts_a_name(text, phrase.start, phrase.end)]
    right = sum(any(mark.touches(phrase.start, phrase.end) for mark in answer.marks) for answer, phrase in cut)
    return {"reports": reports, "marked sentences": {"flags": len(flags), "cut": len(cut), "marked": right}}


def cuts_a_name(sentence: str, start: int, end: int) -> bool:
    """Whether a stretch of a sentence holds one part of a name of several words and not another.

    A name is what capitals tell: words with one, one behind the other, a sentence's first word aside. In a line in which most
    words have capitals, such as a headline, they tell nothing.
    """
    words = [sentence[first:last] for first, last in find_words(sentence)]
    if 2 * sum(word[0].isupper() for word in words) > len(words):
        return False
    first = len(words[0]) if words else 0
    found = (match.span() for match in _NAME.finditer(sentence, first))
    return any(a < end and start < b and not (start <= a and b <= end) for a, b in found)


def desks(detector: biasdetect.Detector) -> dict[str, Any]:
    """Flags in articles that the project wrote itself, by desk: the files of training/corpus/articles/dev."""
    told = {}
    for file in sorted((ROOT / "training" / "corpus" / "articles" / "dev").glob("*.txt")):
        sentences = list(inline.read_articles(file))
        scored = detector.score_sentences([one.text for one in sentences])
        reads = [
            Read(
                [(phrase.start, phrase.end) for phrase in found.phrases],
                [(mark.start, mark.end) for mark in one.marks if mark.is_own],
                [(mark.start, mark.end) for mark in one.marks if not mark.is_own],
            )
            for one, found in zip(sentences, scored, strict=True)
        ]
        told[file.stem] = {"sentences": len(reads), **flag_figures(reads)}
    return told


def same_articles(detector: biasdetect.Detector) -> dict[str, Any]:
    """How many marks of the press in marks-dev are found, by whether a word of theirs was marked in the same article on the training side.

    The parts of persuasion-spans hold other paragraphs of the same articles: what is repeated in them might have been learned by heart.
    """
    answers = {one.sentence: one for one in standoff.read_marks(MARKS / standoff.MERGED)}
    learned: dict[str, set[str]] = defaultdict(set)
    read = []
    for excerpt in standoff.read_excerpts(MARKS / standoff.SAMPLE):
        if excerpt.source.startswith("persuasion-spans"):
            for number, text in standoff.texts(excerpt, DATA):
                if excerpt.split == "dev" and number in answers:
                    read.append((excerpt.article, text, answers[number]))
                elif number in answers:
                    learned[excerpt.article].update(
                        *(_words(text[mark.start : mark.end]) for mark in answers[number].marks)
                    )
    parts: dict[str, list[Read]] = {"repeated": [], "others": []}
    for (article, text, answer), scored in zip(
        read, detector.score_sentences([text for _, text, _ in read]), strict=True
    ):
        flags = [(phrase.start, phrase.end) for phrase in scored.phrases]
        own = [(mark.start, mark.end) for mark in answer.marks if mark.is_own]
        repeated = [one for one in own if not _words(text[slice(*one)]).isdisjoint(learned[article])]
        parts["repeated"].append(Read(flags, repeated))
        parts["others"].append(Read(flags, [one for one in own if one not in repeated]))
    articles = {article for article, _, _ in read}
    return {
        "sentences": len(read),
        "articles": len(articles),
        "of them in training": len(articles & set(learned)),
        "recall": {name: flag_figures(reads)["recall"] for name, reads in parts.items()},
    }


def _words(text: str) -> set[str]:
    """Those of four letters and more, in lower case."""
    return {word for start, end in find_words(text) if len(word := text[start:end].lower()) > 3}


MEASUREMENTS: dict[str, Callable[[biasdetect.Detector], dict[str, Any]]] = {
    one.__name__: one for one in (spans, subjectivity, rare, swaps, agree, order, names, desks, same_articles)
}


def main() -> None:
    """Measure, print, and with --record write; what was measured of another model is dropped from the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args()
    if unknown := set(given.names) - set(MEASUREMENTS):
        parser.error(f"no measurement is called {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
    detector = biasdetect.load()
    label = detector.folder.label
    for name in given.names or MEASUREMENTS:
        told = MEASUREMENTS[name](detector)
        Console().print(name, told)
        if given.record:
            kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
            kept = kept if kept.get("model") == label else {"model": label}
            kept[name] = told
            RECORD.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
