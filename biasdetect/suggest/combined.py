"""Puts together what is known of the parts of a longer phrase: "[a shameless smear campaign of lies]".

Each part gives way as it would alone: a judgement in the midst goes, a loaded verb, noun or fixed phrase becomes a plain one,
an intensifier leaves its word, a word in capitals is written as any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from biasdetect.english.classes import is_known
from biasdetect.english.function_words import FUNCTION_WORDS, NEVER_LOADED
from biasdetect.english.orthography import capitalised, with_case_of
from biasdetect.results import Relation
from biasdetect.suggest.deletions import LISTED, UNLISTED, find_judging
from biasdetect.suggest.edits import Edit, begins, cut, delete, is_broken, replace
from biasdetect.suggest.listed import find_listed
from biasdetect.suggest.tokens import Tokens
from biasdetect.suggest.wording import Wording

_LONGEST = 9  # words of a phrase that is taken apart
_PART = 4  # words of a part
_STRESS = (
    "whatsoever",
    "whatever",
    "at all",
    "on earth",
    "in the world",
    "in tarnation",
    "the hell",
    "the heck",
    "in hell",
)
# what says which one or of what kind: of words that the table has not, these may be facts more often than not
_PLAIN = frozenset(
    "major minor fresh poor rich good bad better best big small large little long short high low open close closed own local "
    "national political social economic legal illegal criminal civil military religious spiritual cultural racial sexual moral "
    "human native basic general special particular certain other same different similar real actual current recent former "
    "future past early late final first last next new old young public private federal international foreign domestic "
    "mainstream contemporary modern traditional conservative liberal progressive democratic republican socialist communist "
    "left right far-right far-left white black red green blue main key central common popular free full empty whole entire "
    "total single double strong weak hard soft easy difficult simple complex clear important significant ready able likely "
    "possible necessary available innocent guilty dead alive sick healthy male female medical financial personal individual "
    "professional official additional extra further heavy light deep wide narrow dark bright hot cold dry wet quick slow fast "
    "serious dangerous harmful safe secure violent peaceful armed nuclear global western eastern northern southern "
    "middle upper lower top ongoing constant frequent daily weekly annual original initial positive negative active "
    "average normal usual typical ordinary separate joint direct indirect secret open mass super".split()
)
_LETTERS = frozenset("us it who aids care ice woke may dare nice sad mad cop cops era fed pac act who pope".split())


@dataclass(frozen=True, slots=True)
class Part:
    """One edit within a phrase.

    Attributes:
        edit: of the sentence.
        sureness: how likely it is right, 0 to 1.
        relation: whether it means the same thing in the world, or says less of it.
        is_listed: whether words of a listed function go, or listed words give way to others, and nothing else.
    """

    edit: Edit
    sureness: float
    relation: Relation
    is_listed: bool

    @property
    def width(self) -> int:
        """Characters that give way."""
        return self.edit.end - self.edit.start


def find_combined(tokens: Tokens, start: int, end: int, wording: Wording) -> Iterator[Part]:
    """Edits of parts of ``text[start:end]`` as one: those of which the table knows, and all.

    Args:
        tokens: the sentence.
        start: the phrase's first character.
        end: the character after its last one.
        wording: with the table.
    """
    first, stop = tokens.within(start, end)
    if not 0 < stop - first <= _LONGEST:
        return
    parts = [*_shouted(tokens, first, stop)]
    if stop - first > 1:
        parts += _stressed(tokens, first, stop, wording)
        parts += _parts(tokens, first, stop, wording)
    known = [part for part in parts if part.sureness > UNLISTED]
    for chosen in (known, parts) if len(known) < len(parts) else (known,):
        whole = _together(tokens.text, chosen)
        if whole is not None:
            yield whole


def _together(text: str, parts: list[Part]) -> Part | None:
    """Edits that do not meet, the surest and widest first, as one; None where there are none or they break the sentence."""
    taken: list[Part] = []
    for part in sorted(parts, key=lambda one: (-one.sureness, -one.width)):
        if all(part.edit.end <= other.edit.start or other.edit.end <= part.edit.start for other in taken):
            taken.append(part)
    if not taken:
        return None
    taken.sort(key=lambda one: one.edit.start)
    left = at = taken[0].edit.start
    new = ""
    for part in taken:
        new += text[at : part.edit.start] + part.edit.new
        at = part.edit.end
    whole = Edit(left, at, new)
    if is_broken(text, whole):
        return None
    relation: Relation = "wider" if any(part.relation == "wider" for part in taken) else "same"
    return Part(whole, min(part.sureness for part in taken), relation, all(part.is_listed for part in taken))


def _parts(tokens: Tokens, first: int, stop: int, wording: Wording) -> Iterator[Part]:
    """What the table has for a part of the phrase, and judgements in its midst."""
    text = tokens.text
    for left in range(first, stop):
        for right in range(min(left + _PART, stop), left, -1):
            if (left, right) == (first, stop):
                continue
            if right == left + 1 and (not tokens[left].is_word or tokens[left].lower in FUNCTION_WORDS):
                continue
            start, end = tokens[left].start, tokens[right - 1].end
            for listed in find_listed(tokens, start, end, wording):
                if listed.start < tokens[first].start or listed.end > tokens[stop - 1].end:
                    continue
                words = with_case_of(listed.words, text[listed.start : listed.end], begins(text, listed.start))
                yield from (
                    Part(edit, listed.sureness, listed.relation, is_listed=True)
                    for edit in islice(replace(text, listed.start, listed.end, words), 1)
                )
                break
            if not tokens[left].is_word or tokens[left].lower in NEVER_LOADED:
                continue
            for deletion in find_judging(tokens, left, right, wording):
                edits = [edit for edit in deletion.edits if edit.end <= tokens[stop].start or stop == len(tokens)]
                plain = any(
                    tokens[place].lower in _PLAIN or tokens[place].classes == "R" for place in range(left, right)
                )
                if deletion.whole and edits and (deletion.sureness > UNLISTED or not plain):
                    yield Part(edits[0], deletion.sureness, "same", deletion.sureness > UNLISTED)


def _stressed(tokens: Tokens, first: int, stop: int, wording: Wording) -> Iterator[Part]:
    """Adverbs of stance or degree before the word that they are of, and stress behind one: [absolutely] no, no [whatsoever]."""
    text = tokens.text
    for place in range(first, stop - 1):
        token, following = tokens[place], tokens[place + 1]
        stance = wording.may_go("adverb", token.lower) and token.lower.endswith("ly")
        if (
            stance
            and following.is_word
            and not tokens.is_negated(place)
            and (
                following.lower in ("no", "nothing", "nobody", "not")
                or "A" in following.classes
                or "V" in following.classes
            )
        ):
            yield from (
                Part(edit, LISTED, "same", is_listed=True) for edit in islice(delete(text, token.start, token.end), 1)
            )
    for stress in _STRESS:
        words = stress.split()
        at = stop - len(words)
        if at > first and [tokens[place].lower for place in range(at, stop)] == words:
            yield from (
                Part(edit, LISTED, "same", is_listed=True)
                for edit in islice(cut(text, tokens[at - 1].end, tokens[stop - 1].end), 1)
            )


def _shouted(tokens: Tokens, first: int, stop: int) -> Iterator[Part]:
    """Words in capitals where others have none: this is NOT so."""
    if not any(tokens[place].text.isupper() for place in range(first, stop)):
        return
    words = [
        tokens[place].text for place in range(len(tokens)) if tokens[place].is_word and len(tokens[place].text) > 1
    ]
    if sum(word.isupper() for word in words) > 0.4 * len(words):
        return
    if any(tokens[place].text.isupper() and len(tokens[place].text) > 1 for place in (first - 1, stop)):
        return
    for place in range(first, stop):
        token = tokens[place]
        letters = (
            token.text.isalpha() and token.text.isupper() and (len(token.text) > 2 or token.lower in ("no", "so", "do"))
        )
        if not letters or token.lower in _LETTERS or not (is_known(token.lower) or token.lower in FUNCTION_WORDS):
            continue
        capital = begins(tokens.text, token.start) or (tokens.is_headline and token.lower not in FUNCTION_WORDS)
        new = capitalised(token.lower) if capital else token.lower
        yield Part(Edit(token.start, token.end, new), LISTED, "same", is_listed=False)
