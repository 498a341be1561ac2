"""Looks up a plain word for a loaded one in the project's table (training/wording.tsv), in the right form.

A phrase is looked up whole and by its head: a verb with its particle, a noun with what stands before it, an adjective, a fixed
phrase of which the loaded words are a part. Where the neutral wording would not fit the words around it, nothing is offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from biasdetect.english.classes import is_known
from biasdetect.results import Relation
from biasdetect.suggest.deletions import judges
from biasdetect.suggest.nouns import find_nouns
from biasdetect.suggest.quantities import AMOUNTS, PRICES, is_one_of, plural_after
from biasdetect.suggest.tokens import COPULAS, DEGREE, Tokens
from biasdetect.suggest.verbs import find_verbs
from biasdetect.suggest.wording import Entry, Wording
from biasdetect.util.patterns import lazy

_SURE = {"same": 0.8, "wider": 0.6}
_STRENGTHENING = lazy(r"(?:mega|ultra|arch|uber|über|super|hyper)-(?=\w{3})")
_LONGEST = 7  # words of a fixed phrase


@dataclass(frozen=True, slots=True)
class Listed:
    """What the table has for a phrase.

    Attributes:
        start: first character of what gives way.
        end: the character after its last one.
        words: in its place, in lower case but for names and what is taken from the text.
        sureness: how likely it is right, 0 to 1.
        relation: whether it means the same thing in the world, or says less of it.
    """

    start: int
    end: int
    words: str
    sureness: float
    relation: Relation


def find_listed(tokens: Tokens, start: int, end: int, wording: Wording) -> Iterator[Listed]:
    """What the table has for ``text[start:end]``.

    Args:
        tokens: the sentence.
        start: the phrase's first character.
        end: the character after its last one.
        wording: with the table.
    """
    first, stop = tokens.within(start, end)
    if first >= stop:
        return
    strengthened = _STRENGTHENING.match(tokens[first].lower) if stop == first + 1 else None
    if strengthened and is_known(tokens[first].lower[strengthened.end() :]):  # a mega-deal
        yield Listed(start, end, tokens[first].text[strengthened.end() :], _SURE["same"], "same")
    for find in (_find_fixed, find_verbs, find_nouns, _find_adjectives):
        for left, right, words, entry in find(tokens, first, stop, wording):
            yield Listed(left, right, words, _SURE[entry.relation], entry.relation)


def _find_fixed(tokens: Tokens, first: int, stop: int, wording: Wording) -> Iterator[tuple[int, int, str, Entry]]:
    """A fixed phrase that the phrase is, or that begins or ends with it: "[obsessed] with"."""
    for begin in range(max(0, stop - _LONGEST), first + 1):
        if tokens[begin].lower not in wording.openers:
            continue
        for end in range(min(begin + _LONGEST, len(tokens)), stop - 1, -1):
            entries = wording.entries("fixed", tokens.key(begin, end))
            for entry in entries:
                if _holds(tokens, begin, end, entry):
                    yield tokens[begin].start, tokens[end - 1].end, entry.neutral, entry
            if entries:
                return


def _holds(tokens: Tokens, begin: int, end: int, entry: Entry) -> bool:
    before, following = tokens[begin - 1], tokens[end]
    if tokens.is_name(begin) or before.text in "-/" or following.text in "-/" or before.lower in DEGREE:
        return False
    if "pred" in entry.use:
        if entry.neutral.endswith(("with", "about", "by", "on", "to")) and not tokens.opens_noun_phrase(end):
            return (
                following.lower.endswith("ing") and following.lower not in ("being",) and entry.neutral.endswith("on")
            )
        if tokens[begin].lower == "in" and not entry.neutral.startswith("in ") and not _is_after_copula(tokens, begin):
            return False  # he killed her [in a rage]
        return following.lower != "of" and (_is_after_copula(tokens, begin) or before.is_word or before.text == ",")
    if "N" in tokens[end - 1].classes and not entry.neutral.endswith("ly") and tokens.is_compound_head(end - 1):
        return False
    counted = entry.neutral.split()[-1] in (
        "millions",
        "billions",
        "thousands",
        "hundreds",
        "sums",
        "amounts",
        "numbers",
    )
    if counted:
        return not tokens.is_determiner(begin - 1)
    if entry.neutral == "any" and not tokens.is_negated(begin):  # there is [a shred of] truth in it
        return False
    if entry.neutral in ("many", "some") and tokens[end - 1].lower == "of" and not plural_after(tokens, end):
        return False
    if entry.neutral in ("little", "few", "much"):
        return not tokens.is_determiner(begin - 1)
    return True


def _is_after_copula(tokens: Tokens, place: int) -> bool:
    place -= 1
    while "R" in tokens[place].classes:
        place -= 1
    before = tokens[place].lower
    return before in COPULAS or before in ("left", "get", "gets", "got", "getting", "make", "made", "makes")


def _find_adjectives(tokens: Tokens, first: int, stop: int, wording: Wording) -> Iterator[tuple[int, int, str, Entry]]:
    """A plain adjective for a loaded one, before its noun or as what is said of something."""
    head = first
    while head < stop - 1 and judges(tokens[head].lower, wording) and "R" in tokens[head].classes:
        head += 1
    token = tokens[head]
    whole = " ".join(tokens[place].lower for place in range(first, stop))
    single = stop == head + 1
    entries = wording.entries("adjective", whole) or (wording.entries("adjective", token.lower) if single else ())
    if wording.entries("adjective", whole):
        head = first
    before = tokens[first - 1]
    if not entries or tokens.is_name(head) or before.lower in DEGREE or tokens.is_negated(first):
        return
    for entry in entries:
        use = entry.use
        noun = tokens.noun_after(stop)
        if "pred" in use:
            fits = noun is None and _is_after_copula(tokens, first) and tokens[stop].text not in "-/"
        elif noun is None:
            fits = not use and _is_after_copula(tokens, first) and tokens[stop].text != "-"
        elif "many" in use:
            fits = plural_after(tokens, stop) and not tokens.is_determiner(first - 1)
        elif "price" in use:
            fits = is_one_of(tokens[noun].lower, PRICES)
        elif "amount" in use:
            fits = is_one_of(tokens[noun].lower, AMOUNTS)
        else:
            fits = True
        if fits and tokens[stop].text != "-":
            yield tokens[first].start, tokens[stop - 1].end, entry.neutral, entry
