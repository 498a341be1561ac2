"""Edits a sentence so that it stays in order: spaces, commas, a and an, the capital at its beginning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from biasdetect.english.orthography import article, capitalised
from biasdetect.util.patterns import lazy

_ARTICLE_BEFORE = lazy(r"(?<![\w'’-])(an?)(\s*[\"'“‘«„]?)$", re.IGNORECASE)
_DASH_BEFORE = lazy(r"(?:\s*[–—]|\s--?|(?<=\w)--)\s*$")
_DASH_AFTER = lazy(r"(?:\s*[–—]\s*|\s--?\s|--\s?)")
_SPACE_BEFORE = lazy(r"\s*$")
_SPACE_AFTER = lazy(r"\s*")
_FIRST_LETTER = lazy(r"[^\w]{0,4}\w")
_KEEPS_COMMA = lazy(r",\s+(?:who|whom|whose|which|where|when|while|and|but|or|nor|so|yet|as|\w+ing)\b")
_DATELINE = lazy(r"[^a-z]*(?:[—–:]|\s-)\s*[\"'“‘«„]?$")
# "Ann Lee, owner of the mine, [red-faced], said": the comma closes the aside before; "On Monday, Ann Lee, [red-faced], left"
_IN_ASIDE = lazy(r"(?!(?:after|amid|as|at|because|before|by|despite|during|for|from|if|in|on|since|to|under|when|while|with|\w+ly)\b)[^,;:]+,[^,;:]+$", re.IGNORECASE)  # fmt: skip
_NAMED = lazy(r",(?:\s+[A-Z][\w.'’-]*){1,4}$")  # "the head, Ann Lee, [smiling], at the meeting"
_BROKEN = lazy(
    r"(?:^|[^\w'’-])(?:"
    r"(?:an?|the|his|its|their|our|my|your|every|no|another|very|most|more|so|too|such|rather|quite)\s*"
    r"(?:[,.;:!?)\]]|$|\s(?:of|and|or|but|is|was|were|are|has|have|had|to|in|on|at|by|for|from|with|who|which|that|an?|the|his|"
    r"her|its|their)\b)"
    r"|(?:of|by|for|from|with|into|and|or|but|is|was|were|are|be|been|than|to)\s*(?:[,.;:!?)\]]|$))"
    r"|[,;:]\s*[,;:.!?)]|\(\s*\)",
    re.IGNORECASE,
)
_TWICE = lazy(r"\b(\w+),? \1\b", re.IGNORECASE)  # "Rain, [endless] rain, fell"


@dataclass(frozen=True, slots=True)
class Edit:
    """``text[start:end]`` of a sentence gives way to ``new``."""

    start: int
    end: int
    new: str

    def of(self, text: str) -> str:
        """The sentence with the edit."""
        return text[: self.start] + self.new + text[self.end :]


def begins(text: str, position: int) -> bool:
    """Whether a sentence's first word stands at a position: nothing is before it but marks or a dateline."""
    return not any(char.isalnum() for char in text[:position]) or bool(_DATELINE.match(text, 0, position))


def replace(text: str, start: int, end: int, words: str) -> Iterator[Edit]:
    """Words in the place of ``text[start:end]``, with the article before them as they need it."""
    if words == text[start:end]:
        return
    edit = _with_article(text, Edit(start, end, words))
    if not is_broken(text, edit):
        yield edit


def delete(text: str, start: int, end: int) -> Iterator[Edit]:
    """Ways to leave ``text[start:end]`` out that come to the same sentence or to one as good.

    Args:
        text: the sentence.
        start: first character to leave out.
        end: the character after the last one.
    """
    for first, last, new in _deletions(text, start, end):
        yield from _in_order(text, Edit(first, last, new), start, end)


def cut(text: str, start: int, end: int, new: str = "") -> Iterator[Edit]:
    """The edit that puts other words, or none, in the place of exactly ``text[start:end]``, if it leaves a sentence."""
    yield from _in_order(text, Edit(start, end, new), start, end)


def _in_order(text: str, edit: Edit, start: int, end: int) -> Iterator[Edit]:
    if begins(text, start):
        edit = _with_capital(text, edit, text[start:end])
    edit = _with_article(text, edit)
    if not is_broken(text, edit) and any(map(str.isalnum, edit.of(text))):
        yield edit


def _deletions(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Start and end of what goes with the words, and what stays in its place."""
    left = _SPACE_BEFORE.search(text, 0, start).start()  # type: ignore[union-attr]
    right = _SPACE_AFTER.match(text, end).end()  # type: ignore[union-attr]
    before, after = text[left - 1 : left], text[right : right + 1]
    if before == "(" and after == ")":
        yield _SPACE_BEFORE.search(text, 0, left - 1).start(), right + 1, ""  # type: ignore[union-attr]
        return
    opening, closing = _DASH_BEFORE.search(text, 0, start), _DASH_AFTER.match(text, end)
    if opening and closing:
        yield opening.start(), closing.end(), " "
        return
    if opening and opening.start() and (not after or after in ".;!?"):
        yield opening.start(), right, ""
        return
    if before == "," and (not after or after in ",.;:!?)—–"):
        kept = _KEEPS_COMMA.match(text, right) or _NAMED.search(text, 0, left - 1) or _IN_ASIDE.match(text, 0, left - 1)
        yield left - 1, right + (after == "," and not kept), ""
        return
    if (not before or before in '(["“‘«') and after in (",", ":"):
        yield start, _SPACE_AFTER.match(text, right + 1).end(), ""  # type: ignore[union-attr]
        return
    if not after or after in ",.;:!?)]”’\"'»":
        yield left, end, ""
        return
    # one of the spaces beside the words goes: that which is no line break, where one is none
    trailing, leading = (start, right, ""), (left, end, "")
    if not before:
        yield trailing
    elif "\n" in text[end:right] and "\n" not in text[left:start]:
        yield from (leading, trailing)
    elif left < start:
        yield from (trailing, leading)
    else:
        yield trailing


def _with_capital(text: str, edit: Edit, old: str) -> Edit:
    """The edit with the capital of its words handed on to what begins the sentence after it."""
    letters = [char for char in old if char.isalpha()]
    following = _FIRST_LETTER.match(text, edit.end)
    if not letters or not letters[0].isupper() or not following or edit.new or not following.group()[-1].islower():
        return edit
    return Edit(edit.start, following.end(), edit.new + capitalised(following.group()))


def _with_article(text: str, edit: Edit) -> Edit:
    """The edit with "a" or "an" before it changed where what follows sounds otherwise than before."""
    found = _ARTICLE_BEFORE.search(text[max(0, edit.start - 6) : edit.start])
    head = edit.new
    if not found:
        return edit
    following = (head + text[edit.end : edit.end + 30]).lstrip("\"'“‘«„ \n")
    right = article(following)
    if found[1].lower() == right or not following:
        return edit
    start = edit.start - len(found[0])
    return Edit(start, edit.end, _like(right, found[1]) + found[2] + head)


def _like(right: str, old: str) -> str:
    if len(old) > 1 and old.isupper():
        return right.upper()
    return right.capitalize() if old[0].isupper() else right


def is_broken(text: str, edit: Edit) -> bool:
    """Whether an edit leaves a word without what it leads up to, or marks without words between them."""
    whole = edit.of(text)
    near = whole[max(0, edit.start - 14) : edit.start + len(edit.new) + 14]
    was = text[max(0, edit.start - 14) : edit.end + 14]
    if len(_TWICE.findall(whole)) > len(_TWICE.findall(text)):
        return True
    return len(_BROKEN.findall(near)) > len(_BROKEN.findall(was))
