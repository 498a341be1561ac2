"""Makes the neutral wording of the package from the table: python training/build_wording.py (--check: only compare).

Writes biasdetect/suggest/wording.json from training/wording.tsv (explained in training/wording.md), with the forms of its
words from lemminflect, and, from the sentences of training/corpus/train*.jsonl, which words are names.
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

from biasdetect.english.inflection import plural, verb_forms
from biasdetect.model.phrases import find_words

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "training" / "corpus"
TABLE = ROOT / "training" / "wording.tsv"
OUT = ROOT / "biasdetect" / "suggest" / "wording.json"
PARTS = ("adjective", "adverb", "fixed", "noun", "verb")
_LINKS = (" of ", " for ", " in ", " on ", " to ", " against ", " into ", " at ", " who ", " with ", " about ")


def records(name: str = "train") -> list[dict[str, Any]]:
    """The sentences of one side of the corpus."""
    files = sorted(CORPUS.glob(f"{name}*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def read_table() -> list[dict[str, str]]:
    """The rows of training/wording.tsv."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def build(corpus: Iterable[dict[str, Any]], table: Sequence[dict[str, str]]) -> dict[str, Any]:
    """What wording.json holds."""
    verbs, nouns = _forms(table)
    return {
        "listed": {part: _listed(table, part) for part in PARTS},
        "deleted": {
            part: "|".join(row["wording"] for row in table if row["part of speech"] == part and not row["neutral"])
            for part in PARTS
        },
        "verbs": verbs,
        "plurals": nouns,
        **_names(corpus),
    }


def _listed(table: Iterable[dict[str, str]], part: str) -> list[list[str]]:
    """Relation, use and neutral wording, each with the loaded words that share them."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in table:
        if row["part of speech"] == part and row["neutral"]:
            groups[row["relation"], row["use"], row["neutral"]].append(row["wording"])
    return [[*key, "|".join(loaded)] for key, loaded in sorted(groups.items())]


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


def head_of(words: str) -> str:
    """The noun of a noun's wording that is inflected: number of, person who uses drugs."""
    first = min((place for link in _LINKS if (place := f"{words} ".find(link)) > 0), default=len(words))
    return words[:first].rsplit(maxsplit=1)[-1]


def _forms(table: Iterable[dict[str, str]]) -> tuple[dict[str, str], dict[str, str]]:
    """The forms of the table's verbs but for their base form, and the plurals of its nouns."""
    verbs, nouns = set(), set()
    for row in table:
        for words in filter(None, (row["wording"], row["neutral"])):
            if row["part of speech"] == "verb":
                verbs.add(words.split()[0])
            elif row["part of speech"] == "noun":
                nouns.add(head_of(words))
    return {verb: " ".join(verb_forms(verb)[1:]) for verb in sorted(verbs)}, {
        noun: plural(noun) for noun in sorted(nouns)
    }


def text_of(wording: dict[str, Any]) -> str:
    """The content of wording.json."""
    return json.dumps(wording, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"


def main() -> int:
    """Write the file; with --check, exit with 1 where it is not what the table says."""
    content = text_of(build(records(), read_table()))
    if "--check" in sys.argv:
        return int(OUT.read_text(encoding="utf-8") != content)
    OUT.write_text(content, encoding="utf-8")
    print(f"{OUT.relative_to(ROOT)}: {len(content.encode()) / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
