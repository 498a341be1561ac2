"""Grades an edit: safe to make unread, or one whose meaning somebody has to check.

Safe is what takes away a judgement and nothing else: words of a listed function, in a place where they can have no other,
and a word for which another of the same meaning is put. What an edit does is read off the sentence before and after it,
whatever has proposed it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from biasdetect.english.classes import is_known, word_classes
from biasdetect.english.function_words import (
    ARTICLES,
    BE,
    COORDINATORS,
    DEMONSTRATIVES,
    DO,
    FUNCTION_WORDS,
    HAVE,
    MODALS,
    POSSESSIVES,
    QUANTIFIERS,
)
from biasdetect.english.orthography import WORD
from biasdetect.results import Grade
from biasdetect.suggest.candidates import Candidate
from biasdetect.suggest.edits import Edit
from biasdetect.suggest.reasons import Reasons
from biasdetect.suggest.wording import Wording
from biasdetect.util.patterns import lazy

Function = Literal["epithet", "adverb", "comment"]
"""What words are for that may go: an attributive adjective or epithet; an adverb of stance or degree; a parenthesis."""

_APART = lazy(
    r"(?:(?:^|[,;:–—])\s*\0\s*(?:$|[,.;:!?–—])|\(\s*\0\s*\))"
)  # the words (here NUL) by themselves between marks
_NEXT = lazy(r" (?=\w)")
_JOINING = COORDINATORS | {"yet"}
_AUXILIARIES = BE | HAVE | DO | MODALS
_DETERMINERS = ARTICLES | DEMONSTRATIVES | POSSESSIVES | QUANTIFIERS
# a clause with one of these says something else about what is left than about what it was said of
_TURNS = lazy(
    r"(?:\b(?:not|no|never|nobody|nothing|none|nor|neither|without|few|little|hardly|scarcely|barely|rarely|seldom|only|"
    r"any|if|whether|unless|too|so|as|such|more|most|less|least|how|than|same|cannot)|n['’]t)\b[^.;:!?,–—]*$",
    re.IGNORECASE,
)
_COMPARED = lazy(r"(?:[a-z]{3,}est)$|(?:worse|worst|better|best|more|most|less|least)$")
_NUMBER = lazy(r"\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|several|many|half)s?$")  # fmt: skip
# adverbs that also say how much, by whom or on whose word
_ADVERBS_KEPT = frozenset(
    "avowedly merely overwhelmingly professedly putatively resoundingly simply supposedly".split()
)
# adjectives that also say something about the world, though the table lets them go
_ADJECTIVES_KEPT = frozenset(
    # that what is called so is not, or not for sure, or by itself alone
    "bogus mythical ostensible phoney phony pseudo purported putative self-anointed self-appointed self-declared "
    "self-described self-proclaimed self-professed self-styled sham so-called soi-disant supposed wannabe would-be "
    # how much, how long, how often, for whom
    "big-money big-spending blanket cut-price cut-rate elite endless eternal everlasting existential filthy-rich "
    "incessant infinite irreversible jam-packed landslide mass mega-money mega-rich non-stop nonstop overflowing overnight "
    "overpaid packed-to-the-rafters perpetual record-breaking record-busting record-shattering record-smashing "
    "round-the-clock super-rich torrential unanimous unprecedented wall-to-wall well-heeled wholesale "
    # what was done or happened
    "acclaimed botched bungled celebrated choreographed concocted confected contrived cooked-up crisis-hit debt-laden "
    "deserved doomed fading flagging guaranteed hyped ill-fated inflated long-overdue orchestrated overdue rehearsed "
    "scandal-hit scandal-tainted stage-managed stitched-up war-ravaged well-rehearsed "
    # what somebody feels or stands for
    "die-hard diehard ecstatic enraged fuming furious globalist incensed irate livid mutinous outraged reactionary "
    "rebellious regressive revolutionary xenophobic".split()
)
# nouns that say little without an adjective: "an ignominious death", "on an epic scale", "a woeful run"
_NEED_AN_ADJECTIVE = frozenset(
    "act amount attempt behaviour behavior case chance condition day death degree display effect effort end ending extent "
    "fashion feat form health kind level light look manner mood moment move note number odds outcome pace performance place "
    "position price quality rate reason record result return run scale score season shape show showing size situation sort "
    "speed standard standing start state style sum task tempo terms thing time tone version view way weather work year".split()
)
_LEAST_SURE = 0.5  # that an editor would let the words go
_SURE_OF_LOOKS = 0.85  # the same of a word for somebody's looks, of which there is no list


def grade(text: str, candidate: Candidate, edit: Edit, wording: Wording, reasons: Reasons | None) -> Grade:
    """Whether an edit of a sentence may be made without being read first.

    Args:
        text: the sentence.
        candidate: what proposes the edit.
        edit: of the sentence.
        wording: what is known of words.
        reasons: what the model makes of the phrase; None where it knows none.
    """
    gone, come = changed_words(text, edit)
    if come and gone:  # the table says which wording means the same
        wanted = reasons is None or max(reasons.replace, reasons.leave_out) >= _LEAST_SURE
        return "safe" if candidate.relation == "same" and wanted else "check"
    if not gone:
        return "check"
    sure = 1.0 if reasons is None else reasons.leave_out
    looks = reasons is not None and reasons.pattern == "looks-or-age" and sure >= _SURE_OF_LOOKS
    return "safe" if sure >= _LEAST_SURE and function_of(text, edit, wording, looks=looks) else "check"


def is_taken_up(gone: Sequence[re.Match[str]], later: str, wording: Wording) -> bool:
    """Whether what comes later speaks of somebody or something by a noun that goes: "the tycoon", "these zealots".

    Args:
        gone: words that an edit takes out of a sentence.
        later: the rest of the sentence, and those after it.
        wording: what is known of words.
    """
    for match in gone:
        word = _normal(match.group())
        single = wording.singulars.get(word, word)
        if single not in wording.plurals and "N" not in word_classes(word):
            continue
        forms = "|".join(re.escape(form) for form in {word, single, wording.plurals.get(single, word)})
        known = rf"\b(?:the|this|that|these|those|such)\s+(?:[\w'’-]+\s+){{0,2}}(?:{forms})\b"
        if re.search(known, later, re.IGNORECASE):
            return True
    return False


def function_of(text: str, edit: Edit, wording: Wording, *, looks: bool = False) -> Function | None:
    """What words are for that an edit leaves out; None where that is none of what may go unread.

    Args:
        text: the sentence as it stands.
        edit: of it, which puts nothing in.
        wording: what is known of words.
        looks: whether the model knows the words for somebody's looks or age, which have no bearing on the news.
    """
    gone, _ = changed_words(text, edit)
    words = [word for word in gone if word.group().lower() not in _JOINING]
    if not words or _TURNS.search(text, 0, gone[0].start()):
        return None
    if words[0].group().lower() in ARTICLES and len(words) > 1:  # that a name does not need
        words = words[1:]
    start, end = words[0].start(), words[-1].end()
    whole = _normal(text[start:end])
    if _APART.search(f"{text[max(0, start - 4) : start]}\0{text[end : end + 4]}"):
        comment = wording.may_go("adverb", whole) or wording.may_go("fixed", whole)
        return "comment" if comment and whole not in _ADVERBS_KEPT else None
    following = _following(text, gone[-1].end())
    if not following or _NUMBER.match(following[0].lower()):
        return None
    if wording.may_go("adverb", whole):
        first = not any(map(str.isalnum, text[:start]))
        fits = first or following[0].lower() not in FUNCTION_WORDS - _AUXILIARIES
        return "adverb" if fits and whole.endswith("ly") and whole not in _ADVERBS_KEPT else None
    attributive = all(_judges(_normal(word.group()), wording, looks and len(words) == 1) for word in words)
    edited, rest = edit.of(text), len(text) - gone[-1].end()
    ahead = edited[: max(len(edited) - rest, 0)]
    return "epithet" if attributive and _leaves_a_noun(ahead, following, wording) else None


def _leaves_a_noun(ahead: str, following: Sequence[str], wording: Wording) -> bool:
    """Whether a noun follows adjectives that go, and is left with all that it needs.

    Args:
        ahead: the sentence before the noun, without them.
        following: the words after them.
        wording: what is known of words.
    """
    head = next((word for word in following if _may_name(word, wording)), "")
    if not head or following[0].lower() in FUNCTION_WORDS:
        return False
    if wording.singulars.get(head.lower(), head.lower()) in _NEED_AN_ADJECTIVE:
        return False
    before = [word.lower() for word in WORD.findall(ahead)]
    if ahead.rstrip()[-1:] in (",", ";") or before[-1:] == [following[0].lower()]:
        return False  # a comma would be left over, or a word be there twice
    if {*before[-1:]} & ARTICLES and {*before[-2:-1]} & BE:
        return False  # of "was a shameless plan" nothing would be left to say
    if head[0].isupper() and not _is_common(head.lower(), wording):
        return True
    # without a determiner it may be of all of a kind: "feckless fathers owe", "woeful demand"
    first = next((word for word in reversed(before) if not _may_describe(word, wording)), "")
    return first in _DETERMINERS or first.endswith(("'s", "’s", "s'", "s’")) or bool(_NUMBER.match(first))


def _judges(word: str, wording: Wording, looks: bool) -> bool:
    """Whether an adjective only judges, or tells of nothing but looks."""
    if word in _ADJECTIVES_KEPT or _COMPARED.match(word):
        return False
    return wording.may_go("adjective", word) or (looks and not {*word_classes(word)} & {*"NV"})


def _may_describe(word: str, wording: Wording) -> bool:
    return wording.may_go("adjective", word) or "A" in word_classes(word)


def _may_name(word: str, wording: Wording) -> bool:
    """Whether a word can be a noun, as far as is known."""
    if word[0].isupper():
        return True
    return "N" in word_classes(word)


def _is_common(word: str, wording: Wording) -> bool:
    return is_known(word) or word in wording.plurals or word in wording.singulars


def _following(text: str, end: int) -> list[str]:
    """The words after an offset, three at most, as long as nothing but a space stands between."""
    found: list[str] = []
    while len(found) < 3 and _NEXT.match(text, end):
        word = WORD.match(text, end + 1)
        if not word:
            break
        found.append(word.group())
        end = word.end()
    return found


def changed_words(text: str, edit: Edit) -> tuple[list[re.Match[str]], list[str]]:
    """The words that an edit takes out of a sentence, and those that it puts in; "a" and "an" are one word."""
    before, after = list(WORD.finditer(text)), [_normal(word) for word in WORD.findall(edit.of(text))]
    old = [_normal(word.group()) for word in before]
    first = 0
    while first < min(len(old), len(after)) and _alike(old[first], after[first]):
        first += 1
    last = 0
    while last < min(len(old), len(after)) - first and _alike(old[-1 - last], after[-1 - last]):
        last += 1
    return before[first : len(old) - last], after[first : len(after) - last]


def _alike(first: str, second: str) -> bool:
    return first == second or {first, second} == {"a", "an"}


def _normal(word: str) -> str:
    return " ".join(word.lower().replace("’", "'").split())
