"""Learn the wording to use instead from the project's corpus: python training/build_wording.py (--check: only compare).

Writes biasdetect/suggest/wording.json from training/corpus/train*.jsonl and training/wording.tsv alone: where a phrase may
be left out, where a verb only says that somebody said something, which neutral wording stands for which phrase, and, from
lemminflect's tables, the forms and classes of the words that occur.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import lemminflect
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from biasdetect.english.function_words import FUNCTION_WORDS
from biasdetect.english.inflection import plural, verb_forms
from biasdetect.model.phrases import find_words
from biasdetect.results import Voice
from biasdetect.suggest.features import features

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "training" / "corpus"
TABLE = ROOT / "training" / "wording.tsv"
OUT = ROOT / "biasdetect" / "suggest" / "wording.json"
OWN = tuple(voice for voice in Voice if voice.counts)
SAID = ("said", "says", "say", "saying")
LIGHTEST = 0.05  # a feature with less weight is left out
RAREST = 3  # and one that fewer phrases have
GENERIC = 3  # a word that stands for so many different phrases fits more than the one sentence
LONGEST = 4  # words of a wording; longer ones retell their sentence
_TAGS = {"VB": "base", "VBP": "base", "VBZ": "s", "VBG": "ing", "VBD": "past", "VBN": "participle"}
_CLASSES = {"NOUN": "N", "PROPN": "N", "VERB": "V", "AUX": "V", "ADJ": "A", "ADV": "R"}


def records(name: str = "train") -> list[dict[str, Any]]:
    """The sentences of one side of the corpus."""
    files = sorted(CORPUS.glob(f"{name}*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def read_table() -> list[dict[str, str]]:
    """The rows of training/wording.tsv."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def build(corpus: Sequence[dict[str, Any]], table: Sequence[dict[str, str]]) -> dict[str, Any]:
    """The wording that a corpus and a table teach: what wording.json holds."""
    classes = _classes(corpus)
    spans = [
        (record["text"], span["start"], span["end"], span["category"], span["neutral"])
        for record in corpus
        for span in record["spans"]
        if span["voice"] in OWN
    ]
    seen = [features(*span[:4], classes) for span in spans]
    memory = _memory(spans)
    verbs, nouns = _forms(memory, table)
    return {
        "delete": _learn(seen, [not span[4] for span in spans]),
        "say": _learn(seen, [span[4].lower() in SAID for span in spans]),
        "memory": memory,
        "listed": _listed(table),
        "verbs": verbs,
        "plurals": nouns,
        "classes": _by_class(classes),
        **_names(corpus),
    }


def _classes(corpus: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Word classes of what stands in two sentences or more; what stands in one is as unknown as what is new."""
    sentences = Counter(
        word
        for record in corpus
        for word in {record["text"][slice(*span)].lower() for span in find_words(record["text"])}
    )
    found = {}
    for word in sorted(sentences):
        known = lemminflect.getAllLemmas(word) if sentences[word] > 1 and word not in FUNCTION_WORDS else {}
        letters = "".join(sorted({_CLASSES[name] for name in known if name in _CLASSES}))
        if letters:
            found[word] = letters
    return found


def _names(corpus: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Words that have a capital amid two sentences or more, and those among them that "the" stands before."""
    names: Counter[str] = Counter()
    with_the: Counter[str] = Counter()
    for record in corpus:
        words = [record["text"][slice(*span)] for span in find_words(record["text"])]
        if sum(word[0].isupper() for word in words) > 0.5 * len(words):  # a headline
            continue
        pairs = set(pairwise(words))
        names.update({word for _, word in pairs if word[0].isupper()})
        with_the.update({word for before, word in pairs if before.lower() == "the" and word[0].isupper()})
    known = sorted(word for word, number in names.items() if number > 1)
    return {"names": " ".join(known), "with_the": " ".join(word for word in known if with_the[word])}


def _by_class(classes: dict[str, str]) -> dict[str, str]:
    groups = defaultdict(list)
    for word, letters in classes.items():
        groups[letters].append(word)
    return {letters: " ".join(words) for letters, words in sorted(groups.items())}


def _learn(seen: Sequence[Sequence[str]], answers: Sequence[bool]) -> dict[str, Any]:
    """Weights of a logistic regression, and its intercept under the empty name."""
    vectors = CountVectorizer(analyzer=list, min_df=RAREST, binary=True)
    table = vectors.fit_transform(seen)
    fitted = LogisticRegression(C=0.3, max_iter=3000, tol=1e-6).fit(table, answers)
    weights = {
        name: round(float(weight), 2)
        for name, weight in zip(vectors.get_feature_names_out(), fitted.coef_[0], strict=True)
        if abs(weight) >= LIGHTEST
    }
    return {"": round(float(fitted.intercept_[0]), 2), **dict(sorted(weights.items()))}


def _memory(spans: Sequence[tuple[str, int, int, str, str]]) -> dict[str, list[list[Any]]]:
    """For each phrase, in a form of its own, the neutral wordings with their number, the most frequent first.

    Wording that says more than the phrase does (a number, a name, a noun that only fits its own sentence) is not kept.
    """
    pairs = [(plain(text[start:end]), plain(neutral)) for text, start, end, _, neutral in spans]
    pairs = [(phrase, neutral) for phrase, neutral in pairs if phrase and neutral]
    uses: dict[str, set[str]] = defaultdict(set)
    for phrase, neutral in pairs:
        for word in neutral.split():
            uses[_lemma(word)].add(phrase)
    votes: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for phrase, neutral in pairs:
        key, wording, slot = _slotted(phrase, neutral)
        words = wording.split()
        kept = {_lemma(word) for word in phrase.split()}
        told = words[1:] if slot == "verb" else words
        fits = all(
            word in _LINKING or _lemma(word) in kept or len(uses[_lemma(word)]) >= GENERIC for word in told
        )  # fmt: skip
        if key != wording and fits and len(words) <= LONGEST:
            votes[key][(wording, slot)] += 1
    return {
        key: [[*wording, number] for wording, number in sorted(found.items(), key=lambda item: (-item[1], item[0]))[:3]]
        for key, found in sorted(votes.items())
    }


def plain(words: str) -> str:
    """Wording in lower case without its quotation marks; empty where it holds a number or a name."""
    words = words.strip("\"'“”‘’«»„ ")
    tokens = [words[slice(*span)] for span in find_words(words)]
    if (
        not tokens
        or any(char.isdigit() for char in words)
        or any(word in _NUMBER_WORDS for word in words.lower().split())
    ):
        return ""
    if any(word[0].isupper() for word in tokens[1:]) or (
        tokens[0][0].isupper() and not lemminflect.getAllLemmas(tokens[0].lower())
    ):
        return ""
    return words.lower()


_LINKING = frozenset("a about against as at by for from in into of on out over the to up with".split())
_NUMBER_WORDS = frozenset(
    (
        "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty "
        "ninety hundred thousand million billion first second third fourth fifth sixth half"
    ).split()
)


def _slotted(phrase: str, neutral: str) -> tuple[str, str, str]:
    """Phrase and neutral wording in their base forms where both have the same form, and what kind of word changes."""
    (first, *rest), (new, *more) = phrase.split(), neutral.split()
    forms = _verb_forms(first).keys() & _verb_forms(new).keys()
    if forms and not (forms == {"base"} and "NOUN" in lemminflect.getAllLemmas(first)):  # a crush, to crush
        form = sorted(forms)[0]
        return " ".join([_verb_forms(first)[form], *rest]), " ".join([_verb_forms(new)[form], *more]), "verb"
    *_, last = phrase.split()
    *_, new_last = neutral.split()
    singular, new_singular = _singular(last), _singular(new_last)
    nouns = all("NOUN" in lemminflect.getAllLemmas(word) for word in (last, new_last))
    if nouns and (singular != last) == (new_singular != new_last):
        return " ".join([*phrase.split()[:-1], singular]), " ".join([*neutral.split()[:-1], new_singular]), "noun"
    return phrase, neutral, ""


def _verb_forms(word: str) -> dict[str, str]:
    """What form of which verb a word may be."""
    found = {}
    lemmas = lemminflect.getAllLemmas(word).get("VERB", ())
    for lemma in sorted(lemmas, key=lambda lemma: lemma.count("-") == word.count("-")):  # not over-take of "overtook"
        for tag, name in _TAGS.items():
            if word in lemminflect.getInflection(lemma, tag):
                found[name] = lemma
    return found


def _lemma(word: str) -> str:
    lemmas = lemminflect.getAllLemmas(word)
    return next((lemmas[name][0] for name in ("NOUN", "VERB", "ADJ") if name in lemmas), word)


def _singular(word: str) -> str:
    lemmas = lemminflect.getAllLemmas(word).get("NOUN", (word,))
    return lemmas[0] if word not in lemmas else word


def _listed(table: Iterable[dict[str, str]]) -> dict[str, dict[str, str]]:
    """The table by part of speech, the loaded words under their neutral wordings, which many share."""
    groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in table:
        groups[row["part of speech"]][row["neutral"]].append(row["wording"])
    return {
        part: {neutral: "|".join(sorted(loaded)) for neutral, loaded in sorted(by_neutral.items())}
        for part, by_neutral in sorted(groups.items())
    }


def _forms(
    memory: dict[str, list[list[Any]]], table: Iterable[dict[str, str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """The forms of the verbs that memory and table turn, but for their base form, and the plurals of the nouns."""
    verbs, nouns = {"say"}, set()
    for key, wordings in memory.items():
        for wording, slot, _ in wordings:
            if slot == "verb":
                verbs |= {key.split()[0], wording.split()[0]}
            elif slot == "noun":
                nouns |= {key.split()[-1], wording.split()[-1]}
    for row in table:
        for words in (row["wording"], *filter(None, row["neutral"].split("|"))):
            if row["part of speech"] == "verb":
                verbs.add(words.split()[0])
            elif row["part of speech"] == "noun":
                nouns.add(words.partition(" of ")[0].split()[-1])
    return {verb: " ".join(verb_forms(verb)[1:]) for verb in sorted(verbs)}, {
        noun: plural(noun) for noun in sorted(nouns)
    }


def text_of(wording: dict[str, Any]) -> str:
    """The content of wording.json."""
    return json.dumps(wording, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"


def main() -> int:
    """Write the file; with --check, exit with 1 where it is not what the corpus teaches."""
    content = text_of(build(records(), read_table()))
    if "--check" in sys.argv:
        return int(OUT.read_text(encoding="utf-8") != content)
    OUT.write_text(content, encoding="utf-8")
    print(f"{OUT.relative_to(ROOT)}: {len(content.encode()) / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
