"""Grades an edit: safe to make unread, or one whose meaning somebody has to check.

Safe is what takes away a judgement and nothing else: words of a listed function that only judge, or a word for which another
of the same meaning is put; where editors would do so, as far as is learned, and nothing later in the passage takes it up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from biasdetect.english.classes import word_classes
from biasdetect.english.inflection import plural
from biasdetect.english.orthography import WORD
from biasdetect.model.reasons import Reasons
from biasdetect.results import Grade
from biasdetect.suggest.candidates import Candidate
from biasdetect.suggest.deletions import UNLISTED
from biasdetect.suggest.edits import Edit
from biasdetect.suggest.wording import Wording

_LEAST_SURE = 0.5  # that an editor would let the words go, or take another word
_LEAST_SIGNED = 0.85  # that he would sign the sentence as it is then

# words that also say something about the world, though the table lets them go
_SAYS_MORE = frozenset(
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
    "anguished angry desperate despairing die-hard diehard distraught ecstatic enraged frantic frightened fuming furious "
    "globalist incensed irate jubilant livid mutinous outraged reactionary rebellious regressive revolutionary xenophobic "
    # how far, by whom or on whose word
    "avowedly merely overwhelmingly professedly putatively resoundingly simply supposedly".split()
)


def grade(candidate: Candidate, gone: Sequence[re.Match[str]], signed: float, reasons: Reasons | None) -> Grade:
    """Whether an edit may be made without being read first.

    Args:
        candidate: what proposes it.
        gone: words that it takes out of its sentence (:func:`changed_words`).
        signed: probability that an editor would sign it, 0 to 1 (:func:`biasdetect.suggest.signed.probability`).
        reasons: what the model makes of the phrase; None where it knows none.
    """
    listed = candidate.is_listed and candidate.relation == "same" and candidate.sureness > UNLISTED
    if not listed or signed < _LEAST_SIGNED:
        return "check"
    if any(_normal(word.group()) in _SAYS_MORE for word in gone):
        return "check"
    if reasons is None:
        return "safe"
    sure = reasons.leave_out if candidate.kind == "deletion" else max(reasons.replace, reasons.leave_out)
    return "safe" if sure >= _LEAST_SURE else "check"


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
        forms = "|".join(re.escape(form) for form in {word, single, plural(single)})
        known = rf"\b(?:the|this|that|these|those|such)\s+(?:[\w'’-]+\s+){{0,2}}(?:{forms})\b"
        if re.search(known, later, re.IGNORECASE):
            return True
    return False


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
