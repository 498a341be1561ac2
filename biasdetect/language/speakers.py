"""Reads a speaker's name: what some words of a sentence call him, without titles, and whom "he" may point to.

Which words name who speaks is the model's to say (:mod:`biasdetect.language.voice`). They are read by their shape: capital
letters, commas and a few function words. A name comes before a description, and loses its title ("Rep. Dana Whitlow" is
"Dana Whitlow"); a description is given as the text has it ("The ministry", "one of the farmers").
"""

from __future__ import annotations

import re

from biasdetect.english.titles import TITLES
from biasdetect.util.patterns import lazy

_PRONOUNS = {"he": "he", "him": "he", "himself": "he", "she": "she", "her": "she", "they": "they", "them": "they"}

_NEAR = 300  # characters: no subject is longer
_MOST = 10  # words of a description
_EDGE = " \t\n,()[]—–"

_TITLE = (
    r"(?:Secretary|Minister)\s+of\s+[A-Z]\w+|(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Rev|Fr|Hon)\.?|"
    r"Actor|Administrator|Analyst|Chair|Comedian|Commissioner|Comrade|Constable|Coroner|Counsel|Democrat|Director|Economist|Envoy|"
    r"Executive|Imam|Lawyer|Leader|Manager|Miss|Nominee|Nurse|Officer|Prosecutor|Republican|Sheikh|Singer|Spokesman|"
    rf"Spokesperson|Spokeswoman|Superintendent|{'|'.join(title.capitalize() for title in sorted(TITLES))}"
)
_TITLES = lazy(rf"\b(?:(?:{_TITLE})\s+)+(?=[A-Z])")
_PARTICLE = r"(?:&|al|bin|da|de|del|der|di|dos|du|el|ibn|la|le|van|von|y)"
_WORD = r"(?:(?:[A-Z]\.){1,3}|[A-Z]\w\.|[^\W\d_a-z][\w’'-]*)"
_NAME = rf"{_WORD}(?:\s+(?:{_PARTICLE}\s+){{0,2}}{_WORD}){{0,5}}(?<![’']s)"
_FULL_NAME = lazy(rf"(?:(?:{_TITLE})\s+)*{_NAME}")
_LAST_NAME = lazy(rf"(?:^|\s)((?:(?:{_TITLE})\s+)*{_NAME})$")
_AFTER_NAME = lazy(r"\s+(?:KC|QC|Jr|Sr|MP|MEP|II|III)\.?$")
# a body or a place, not a person
_BODY = lazy(
    r"\b(?:Agency|Airlines?|Army|Assembly|Association|Authority|Bank|Board|Bureau|Caucus|Centre|Center|Church|City|"
    r"Club|Coalition|College|Commission|Committee|Company|Congress|Corp|Council|County|Court|Cross|Department|Federation|"
    r"Foods|Foundation|Fund|Group|Guard|Holdings|Hospital|House|Inc|Institute|League|Ltd|Ministry|Movement|Network|News|"
    r"Office|Party|Police|Project|School|Senate|Service|Society|Staff|State|States|Street|Supreme|Treasury|Trust|Union|"
    r"United|University|January|February|March|April|June|July|August|September|October|November|December|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_SMALL = lazy(r"(?:and|at|by|for|from|in|of|on|or|the|to|with|near|under|against|an?)$", re.IGNORECASE)
_DETERMINER = lazy(r"(?:the|an?|his|her|its|their|our|my|this|that|these|those|one|some|many|several)\s", re.I)
_OWNED = lazy(r"(?:[\w-]+\s){0,3}[\w-]+(?:[’']s|s[’'])\s[a-z]")  # "Norway's envoy"
_ADVERBIAL = lazy(
    r"(?:after|although|amid|as|at|because|before|by|despite|during|even|for|from|if|in|instead|like|on|once|since|to|though|"
    r"under|unlike|until|when|while|with|without|(?!beijing|king)\w+ing)\b",
    re.IGNORECASE,
)
_VERBISH = lazy(
    r"(?<!\b[Tt]he)(?<!\b[Aa])(?<!\b[Aa]n)(?<!\b[Hh]is)(?<!\b[Hh]er)(?<!\b[Ii]ts)"  # an adjective
    r"\s(?:am|is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|said|says|say|\w+ed|\w+ing|hit|took|tore|"
    r"went|came|left|met|made|gave|led|ran|won|lost)\b"
)
_AFTER_NOUN = lazy(
    r"\s+(?:who|whom|whose|which|that|when|while|speaking|close\s+to|familiar\s+with|briefed|told|\w+ed\s+(?:at|by|from|in|on|to))\b"
    r"|\s*[(—–]",
    re.IGNORECASE,
)
_OWN_WORDS = lazy(r"(?:[’']s|(?<=s)[’'])$")
_NOBODY = lazy(r"(?:it|this|that|there|I|we|you|who|which|what|nobody|no\s+one|here|so|\W*)$", re.IGNORECASE)
_THING = lazy(
    r"(?:\w*[^s’'\s]s|agency|army|association|authority|bank|board|book|charity|club|commentary|commission|committee|company|"
    r"complaint|council|country|court|federation|firm|government|group|hospital|inquiry|jury|lawsuit|letter|ministry|"
    r"movement|newspaper|opposition|panel|paper|party|petition|police|poll|report|review|service|source|statement|study|"
    r"survey|trial|union|watchdog|weekly)$",
    re.IGNORECASE,
)
_HEAD = lazy(r"\s(?:at|for|from|in|of|on|with)\s")


def name_of(phrase: str) -> str | None:
    """The speaker that some words of a sentence name: a name, a description, or one of the pronouns; None for nobody.

    Args:
        phrase: such as "the mayor, Ann Bly" or "he".
    """
    one_line = " ".join(phrase[:_NEAR].split())
    pieces = [piece for part in one_line.split(",") if (piece := part.strip(_EDGE))]
    if not pieces:
        return None
    if len(pieces) > 1 and (_DETERMINER.match(pieces[0]) or _OWNED.match(pieces[0])):  # "the mayor, Ann Bly"
        apposed = _AFTER_NAME.sub("", pieces[1])
        if " " in apposed and _FULL_NAME.fullmatch(apposed) and not _BODY.search(pieces[0]):
            return _untitled(apposed)
    who = _OWN_WORDS.sub("", _AFTER_NOUN.split(pieces[0], maxsplit=1)[0])
    if who.lower() in _PRONOUNS:
        return _PRONOUNS[who.lower()]
    if _NOBODY.match(who) or _DETERMINER.fullmatch(f"{who} "):
        return None
    name = _last_name(who) or (_untitled(who) if _FULL_NAME.fullmatch(_AFTER_NAME.sub("", who)) else None)
    return name or (who if len(who.split()) <= _MOST else None)


def is_person(speaker: str) -> bool:
    """Whether "he" or "she" may point to a speaker: no body, no paper, not several people."""
    head = _HEAD.split(speaker, maxsplit=1)[0].split()[-1]
    named = " " in speaker and head[0].isupper() and not _DETERMINER.match(speaker)
    return not _BODY.search(speaker) and (named or not _THING.match(head))


def topic_of(sentence: str) -> str | None:
    """The person a sentence begins with, by full name: to whom "he said" in the next sentence points."""
    first, _, rest = sentence[:_NEAR].partition(",")
    if _ADVERBIAL.match(first):
        return None
    for piece in (first, rest.partition(",")[0] if rest else ""):
        name = _FULL_NAME.match(piece.strip())
        if name and not _DETERMINER.match(piece) and (piece is first or name.end() == len(piece.strip())):
            bare = _untitled(name.group())
            if (" " in bare or bare != name.group()) and not _BODY.search(bare):
                return bare
    return _last_name(_VERBISH.split(first, maxsplit=1)[0])


def _last_name(phrase: str) -> str | None:
    """The name at the end of a noun phrase: "foreign ministry spokesperson Lu Wenqing"."""
    phrase = _AFTER_NAME.sub("", phrase.strip())
    match = _LAST_NAME.search(phrase)
    before = phrase[: match.start(1)].split() if match else []
    if not match or not before or _SMALL.match(before[-1]) or before[-1].endswith(("’s", "'s", "’", "'")):
        return None
    name = _untitled(match[1])
    return None if _BODY.search(name) else name


def _untitled(name: str) -> str:
    """A name without its titles and what stands before them: "New York Mayor Bill de Costa"."""
    name = _AFTER_NAME.sub("", name.strip())
    titles = list(_TITLES.finditer(name))
    return name[titles[-1].end() :] if titles else name
