"""Loads the project's table of neutral wording: wording.json, read when a phrase is first flagged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from biasdetect.english.inflection import VERB_FORMS
from biasdetect.results import Relation

Part = Literal["verb", "noun", "adjective", "adverb", "fixed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the table has in the place of some words.

    Attributes:
        neutral: the wording, in its base form.
        relation: ``same`` where it means the same thing in the world, ``wider`` where it says less of it.
        use: where it holds, as training/wording.md explains: ``{"obj": (), "not": ("door",)}``.
    """

    neutral: str
    relation: Relation
    use: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Wording:
    """Knowledge of words.

    Attributes:
        listed: by part of speech, what may stand for loaded words in their base form, the best first.
        deleted: by part of speech, words that may be left out.
        verbs: the five forms of verbs, as :data:`biasdetect.english.inflection.VERB_FORMS` names them.
        plurals: of nouns.
        base_verbs: for an inflected form, its base and the forms that it may be.
        singulars: for a plural, its singular.
        names: words that have a capital amid a sentence.
        with_the: those of them that "the" may stand before.
        openers: first words of fixed phrases.
    """

    listed: dict[str, dict[str, tuple[Entry, ...]]]
    deleted: dict[str, frozenset[str]]
    verbs: dict[str, tuple[str, ...]]
    plurals: dict[str, str]
    base_verbs: dict[str, tuple[str, frozenset[str]]]
    singulars: dict[str, str]
    names: frozenset[str]
    with_the: frozenset[str]
    openers: frozenset[str]

    def may_go(self, part: Part, words: str) -> bool:
        """Whether the table says that words may be left out."""
        return words in self.deleted[part]

    def entries(self, part: Part, words: str) -> tuple[Entry, ...]:
        """What may stand in the place of words in their base form."""
        return self.listed[part].get(words, ())


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
    listed = {part: _listed(rows) for part, rows in data["listed"].items()}
    deleted = {part: frozenset(words.split("|")) for part, words in data["deleted"].items()}
    return Wording(
        listed=listed,
        deleted=deleted,
        verbs=verbs,
        plurals=plurals,
        base_verbs=found,
        singulars={plural: noun for noun, plural in plurals.items() if plural != noun},
        names=frozenset(data["names"].split()),
        with_the=frozenset(data["with_the"].split()),
        openers=frozenset(words.split(" ")[0].rstrip(",") for words in (*listed["fixed"], *deleted["fixed"])),
    )


def _listed(rows: list[list[str]]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, tuple[Entry, ...]] = {}
    for relation, use, neutral, loaded in rows:
        entry = Entry(neutral, "wider" if relation == "wider" else "same", read_use(use))
        for words in loaded.split("|"):
            found[words] = (*found.get(words, ()), entry)
    return {
        words: tuple(sorted(entries, key=lambda entry: (entry.relation, not entry.use)))
        for words, entries in found.items()
    }


def read_use(use: str) -> dict[str, tuple[str, ...]]:
    """The column of the table that says where a row holds: ``obj not:door,brake``."""
    pairs = (piece.partition(":") for piece in use.split())
    return {name: tuple(words.split(",")) if words else () for name, _, words in pairs}
