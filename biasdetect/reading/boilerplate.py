"""Finds boilerplate in pasted articles: pointers to other pages, share bars, credits, notices.

Each line is judged by itself: a classifier says what it looks like, and some sign in it has to bear that out. A page's
lines are then judged once more by their neighbours. Where there is doubt a line counts as prose: boilerplate that stays
costs less than prose that is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from biasdetect.english.language import may_be_english
from biasdetect.reading.furniture import has_evidence, is_separator, is_time_stamp
from biasdetect.reading.genre import is_label
from biasdetect.reading.line_classifier import LONGEST, load_classifier
from biasdetect.reading.other_furniture import other_furniture
from biasdetect.util.patterns import lazy

POINTER = "pointer to other articles"
TOPICS = "list of topics"
BYLINE = "byline or time stamp"
SEPARATOR = "separator"

_ENDS_SENTENCE = lazy(r"[.!?…][\"”'’»)\]]*$")
_OPENS_LIST = lazy(
    r"""\W*(?:
        (?P<topics>(?:related\s+)?(?:topics|tags|keywords) | more\s+on | filed\s+under)
        | (?:read|see|watch)\s+(?:also|next|more|this\s+next) | also\s+read | read\s+the\s+\w+\s+(?:news|stories)\b.{0,30}
        | (?:related|recommended|more|latest|top|popular|trending|other|similar|further|main)
          \s+(?:articles?|stories|news|reading|posts?|headlines|coverage)(?:\s.{0,20})?
        | (?:most\s+(?:read|popular|viewed)|editor[’']?s[’']?\s+picks?|trending(?:\s+now)?|recommended(?:\s+for\s+you)?|related|up\s+next)
        | (?:don[’']t\s+miss|you\s+(?:may|might)\s+(?:also\s+)?like|in\s+case\s+you\s+missed\s+it|what\s+to\s+read\s+next)
    )\s*[:»›>→|]*""",
    re.IGNORECASE | re.VERBOSE,
)
_NAME = lazy(r"(?:[A-Z][\w’'.-]*\s+){1,3}[A-Z][\w’'-]+")
_NEAR = 4.0  # how far below the threshold a line's neighbours may still tip it
_LABEL = 3  # words of a line that its neighbours may tip; a subheading or a deck has more
_LISTED = 15  # headlines under one heading; what follows so many is another text


def boilerplate_reason(line: str) -> str | None:
    """Why a line of text is boilerplate, or None where it is prose."""
    line = line.strip()
    return _reason(line, load_classifier().score(line))


def is_byline(line: str) -> bool:
    """Whether a line is a byline or a time stamp and nothing else."""
    return boilerplate_reason(line) == BYLINE


def boilerplate_reasons(lines: Sequence[str]) -> list[str | None]:
    """For the lines of one page, in order: why each is boilerplate, or None where it is prose.

    Beyond what ``boilerplate_reason`` finds: headlines and topics listed under a heading such as "Read also:", a name
    beside a time stamp, and labels among boilerplate that would prove nothing alone. The first line of prose, where the
    article's headline stands, is never skipped for its neighbours' sake, nor is anything that ends like a sentence.
    """
    lines = [line.strip() for line in lines]
    classifier = load_classifier()
    scores = [classifier.score(line) for line in lines]
    reasons = [_reason(line, score) for line, score in zip(lines, scores, strict=True)]
    if not may_be_english("\n".join(lines)):
        reasons = [reason or other_furniture(line) for reason, line in zip(reasons, lines, strict=True)]
    for start, line in enumerate(lines):
        # above all prose stands the headline, whatever the menu before it says
        heading = _OPENS_LIST.fullmatch(line) if reasons[start] and None in reasons[:start] else None
        if heading:
            _mark_list(lines, reasons, start + 1, TOPICS if heading["topics"] else POINTER)
    prose = [place for place, reason in enumerate(reasons) if reason is None]
    for place in prose[1:]:
        line, before, after = lines[place], _neighbour(reasons, place - 1), _neighbour(reasons, place + 1)
        if _ENDS_SENTENCE.search(line):
            continue
        if BYLINE in (before, after) and _NAME.fullmatch(line):
            reasons[place] = BYLINE
        elif before is not None and after is not None and scores[place] > -_NEAR and len(line.split()) <= _LABEL:
            reasons[place] = classifier.kind(line)
    return reasons


def _reason(line: str, score: float) -> str | None:
    """Why a line is boilerplate by itself, or None where it is prose.

    Args:
        line: without outer white space.
        score: what the classifier makes of it; without evidence that is an opinion.
    """
    if not line or len(line) > LONGEST:
        return None
    if is_separator(line):
        return SEPARATOR
    if is_time_stamp(line) or is_label(line):
        return BYLINE
    return load_classifier().kind(line) if score > 0 and has_evidence(line, score) else None


def _mark_list(lines: list[str], reasons: list[str | None], start: int, reason: str) -> None:
    """Mark what stands under a heading, if it is a list, up to boilerplate, a sentence or the end of the page.

    Where a sentence follows at once, the one line under the heading may be the article's, going on.
    """
    end = start
    while end < len(lines) and reasons[end] is None and _is_listed(lines[end], reason):
        end += 1
    ended = end == len(lines) or reasons[end] is not None
    if (ended or end - start > 1) and end - start <= _LISTED:
        reasons[start:end] = [reason] * (end - start)


def _is_listed(line: str, reason: str) -> bool:
    """Whether a line may be a headline, or a topic, in a list: it ends like no sentence, and has words enough, or few."""
    words = len(line.split())
    return not _ENDS_SENTENCE.search(line) and (words <= 5 if reason == TOPICS else words >= 3)


def _neighbour(reasons: list[str | None], place: int) -> str | None:
    """A neighbour's reason; beyond the ends of the page, where there is nothing to read, an empty one."""
    return reasons[place] if 0 <= place < len(reasons) else ""
