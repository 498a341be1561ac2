"""Judges an edit as an editor would: is the sentence in order after it, and does it still say the same of the world?

It was learned from edits of real sentences that were read one by one (``training/edits/judged.jsonl``): by the words, and
by what the network makes of the place, in the sentence as it was and in the sentence after the edit. The network's part is
a linear head on the states of several layers: of lower ones, where word order and word class are plain to see (Tenney et
al. 2019), and of the top. It costs nothing, since the edited sentence is read anyway to see whether its score falls.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from biasdetect.english.classes import verb_lemmas
from biasdetect.model.categories import EDIT_PARTS
from biasdetect.model.runtime import Scored
from biasdetect.suggest.edits import Edit
from biasdetect.suggest.tokens import Token, Tokens
from biasdetect.suggest.wording import load_wording

LEAST = {"same": 0.75, "wider": 0.9}
"""Probability from which a suggestion is shown, by the relation of its wording; what is left out is the same."""

LEAST_REPHRASED = 0.9
"""The same of a phrase in which a part gives way, or several words do: more of it can go wrong."""

LEAST_UNLISTED = 0.97
"""The same of leaving out words of which the table does not know whether they judge."""

LEAST_EPITHET = 0.85
"""The same where the model finds in them a descriptor that has no bearing on the news: of looks there is no table."""


def signed_features(text: str, edit: Edit, category: str, kind: str) -> list[str]:
    """The features of an edit by which its words are judged.

    Args:
        text: the sentence as it was.
        edit: what gives way to what.
        category: of the wording that it is for.
        kind: of the suggestion: a deletion, a word, a rephrasing.
    """
    tokens = Tokens(text)
    first, behind = tokens.within(edit.start, edit.end)
    old = [tokens[number].lower for number in range(first, behind)]
    new = Tokens(edit.new)
    far, left, right, beyond = (_class(tokens[number]) for number in (first - 2, first - 1, behind, behind + 1))
    begins = _class(tokens[first]) if behind > first else ""
    ends = _class(tokens[behind - 1]) if behind > first else ""
    found = [
        f"left {left}", f"right {right}", f"far {far}", f"beyond {beyond}", f"category {category}", f"words {min(len(old), 4)}",
        f"begins {begins}", f"ends {ends}", f"left right {left} {right}", f"left begins {left} {begins}",
        f"ends right {ends} {right}", f"left ends {left} {ends}", f"far left {far} {left}", f"right beyond {right} {beyond}",
    ]  # fmt: skip
    found = [f"{kind} {feature}" for feature in found]
    found += [kind, f"old {' '.join(old)}", f"new {edit.new.lower().strip()}"]
    # what was learned of "bashes" holds for "bashed"
    found += [f"word {_base(word)}" for word in old]
    found += [f"comes {_base(new[number].lower)}" for number in range(len(new))]
    found.append(f"{kind} longer by {len(new) - len(old)}")
    if len(new):
        found += [f"comes {_class(new[len(new) - 1])} {right}", f"comes after {left} {_class(new[0])}"]
    return found


def _base(word: str) -> str:
    """A word without its ending, where it is known to have one."""
    single = load_wording().singulars.get(word)
    return single or next(iter(verb_lemmas(word)), word)


def _class(token: Token) -> str:
    """A word's class: the word itself where it is a function word or a mark."""
    if not token.lower:
        return "edge"
    if token.is_number:
        return "number"
    if token.text[:1].isupper() and token.classes:
        return "name"
    return token.classes or token.lower


def words_logit(features: Iterable[str]) -> float:
    """What the words of an edit say of its being one to sign, by its features (:func:`signed_features`)."""
    weights = _weights()
    return weights[""] + sum(weights.get(feature, 0.0) for feature in set(features))


@cache
def _weights() -> dict[str, float]:
    """What travels with the package, made by training/fit_edits.py."""
    weights: dict[str, float] = json.loads(Path(__file__).with_name("signed.json").read_text(encoding="utf-8"))
    return weights


def place_of(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[list[int], list[int], list[int]]:
    """Numbers of the token left of ``text[start:end]``, of those in it, and of the one right of it; special tokens are none.

    Args:
        offsets: of the text's tokens.
        start: first character of what stands at the place of an edit; nothing may stand there.
        end: the character after its last one.
    """
    real = [(number, first, last) for number, (first, last) in enumerate(offsets) if first < last]
    inside = [number for number, first, last in real if first < end and start < last]
    left = [number for number, _, last in real if last <= start][-1:]
    right = [number for number, first, _ in real if first >= end][:1]
    return left, inside, right


def probability(words: float, before: Scored, old: tuple[int, int], after: Scored, new: tuple[int, int]) -> float:
    """How likely it is that an editor would sign an edit, 0 to 1.

    Args:
        words: what its words say (:func:`words_logit`).
        before: output for the sentence as it was.
        old: the offsets there of the words that give way.
        after: output for the edited sentence.
        new: the offsets there of the words that come for them, empty where there are none.
    """
    logit = words
    if before.edits is not None and after.edits is not None:
        places = [*place_of(after.offsets, *new), *place_of(before.offsets, *old)]
        scores = [*after.edits.T[: EDIT_PARTS // 2], *before.edits.T[EDIT_PARTS // 2 :]]
        logit += sum(float(score[place].mean()) for score, place in zip(scores, places, strict=True) if place)
    return 1 / (1 + math.exp(-logit))
