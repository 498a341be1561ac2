"""Loads what the corpus and the table know of neutral wording: wording.json, read when a phrase is first flagged."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from biasdetect.english.inflection import VERB_FORMS

Slot = Literal["verb", "noun", ""]
_ENOUGH = 4  # phrases with one head and one neutral wording, before others with that head are taken to be like them


@dataclass(frozen=True, slots=True)
class Wording:
    """Knowledge of words.

    Attributes:
        classes: letters of the word classes that a word may belong to: noun N, verb V, adjective A, adverb R.
        memory: for phrases in their base form, neutral wordings in theirs, each with the word that is
            inflected (the first as a verb, the last as a noun, or none) and the number of times it was seen.
        listed: the table of our own: by part of speech, neutral wordings for loaded ones in their base form, the
            best first; an empty one where they may be left out.
        verbs: the five forms of verbs, as :data:`biasdetect.english.inflection.VERB_FORMS` names them.
        plurals: of nouns.
        base_verbs: for an inflected form, its base and the forms that it may be.
        singulars: for a plural, its singular.
        names: words that have a capital amid a sentence.
        with_the: those of them that "the" may stand before.
        heads: for the last word of several phrases in memory, the neutral wording that half of them have.
        weights: of the features, for whether a phrase may be left out (``delete``) and for whether it only
            says that somebody said something (``say``).
    """

    classes: dict[str, str]
    memory: dict[str, list[tuple[str, Slot, int]]]
    listed: dict[str, dict[str, tuple[str, ...]]]
    verbs: dict[str, tuple[str, ...]]
    plurals: dict[str, str]
    base_verbs: dict[str, tuple[str, frozenset[str]]]
    singulars: dict[str, str]
    names: frozenset[str]
    with_the: frozenset[str]
    heads: dict[str, str]
    weights: dict[str, dict[str, float]]

    def probability(self, what: Literal["delete", "say"], features: Iterable[str]) -> float:
        """How sure it is that a phrase with these features may be left out, or only says; 0 to 1."""
        weights = self.weights[what]
        logit = weights[""] + sum(weights.get(feature, 0.0) for feature in features)
        return 1 / (1 + math.exp(-logit))


@cache
def load_wording() -> Wording:
    """The knowledge that travels with the package."""
    data = json.loads(Path(__file__).with_name("wording.json").read_text(encoding="utf-8"))
    verbs = {base: (base, *forms.split()) for base, forms in data["verbs"].items()}
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for base, forms in verbs.items():
        for form in forms:
            found.setdefault(
                form, (base, frozenset(name for name, other in zip(VERB_FORMS, forms, strict=True) if other == form))
            )
    plurals = data["plurals"]
    memory: dict[str, list[tuple[str, Slot, int]]] = {
        phrase: [tuple(entry) for entry in entries] for phrase, entries in data["memory"].items()
    }
    return Wording(
        classes={word: letters for letters, words in data["classes"].items() for word in words.split()},
        memory=memory,
        listed={part: _listed(groups) for part, groups in data["listed"].items()},
        verbs=verbs,
        plurals=plurals,
        base_verbs=found,
        singulars={plural: noun for noun, plural in plurals.items() if plural != noun},
        names=frozenset(data["names"].split()),
        with_the=frozenset(data["with_the"].split()),
        heads=_heads(memory),
        weights={"delete": data["delete"], "say": data["say"]},
    )


def _heads(memory: dict[str, list[tuple[str, Slot, int]]]) -> dict[str, str]:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, entries in memory.items():
        words = phrase.split()
        if len(words) > 1:
            seen[words[-1]].update({new for new, slot, _ in entries if slot == "noun" and new.islower()})
    often = {head: wordings.most_common(1)[0] for head, wordings in seen.items() if wordings}
    return {head: new for head, (new, count) in often.items() if count >= _ENOUGH and 2 * count >= seen[head].total()}


def _listed(groups: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for neutral, loaded in groups.items():
        found.update(dict.fromkeys(loaded.split("|"), tuple(neutral.split("|"))))
    return found
