"""Reads the name of a speaker out of the words that name him: "Rep. Dana Whitlow, a farmer," is "Dana Whitlow".

A name comes before a description, and loses its title; a description is given as the text has it ("The ministry",
"one of the farmers").
"""

from __future__ import annotations

import re

from biasdetect.util.patterns import lazy

PRONOUNS = frozenset(("he", "she", "they"))

_NEAR = 300  # characters: no subject and no aside is longer
_MOST = 10  # words of a description
_EDGE = " \t\n,.()[]"

_FINITE = lazy(
    r"\b(?:am|is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|did|does|said|says|say)\b"
)
_TITLE = (
    r"(?:Secretary|Minister)\s+of\s+[A-Z]\w+|(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Rev|Fr|Hon)\.?|Miss|Sir|Dame|Lord|Lady|President|Premier|"
    r"Prime|Minister|Secretary|Senator|Representative|Congressman|Congresswoman|Deputy|Governor|Administrator|Counsel|Lieutenant|Attorney|"
    r"General|Judge|Justice|Chief|Executive|Mayor|Sheriff|Councillor|Councilman|Councilwoman|Captain|Colonel|Major|"
    r"Chancellor|Commissioner|Director|Professor|Prosecutor|Detective|Inspector|Superintendent|Sergeant|"
    r"Officer|Chair|Chairman|Chairwoman|Speaker|Ambassador|Bishop|Archbishop|Cardinal|Coach|Manager|Coroner|Pastor|Father|Leader|Nominee|Envoy|Nurse|Lawyer|Economist|Comedian|Actor|Singer|Analyst|Spokesman|Spokeswoman|Spokesperson|Constable|Comrade|Sheikh|Imam|Rabbi|Democrat|Republican"
)
_TITLES = lazy(rf"\b(?:(?:{_TITLE})\s+)+(?=[A-Z])")
_PARTICLE = r"(?:&|al|bin|da|de|del|der|di|dos|du|el|ibn|la|le|van|von|y)"
_WORD = r"(?:(?:[A-Z]\.){1,3}|[A-Z]\w\.|[^\W\d_a-z][\w’'-]*)"
_NAME = rf"{_WORD}(?:\s+(?:{_PARTICLE}\s+){{0,2}}{_WORD}){{0,5}}(?<![’']s)"
_FIRST_NAME = lazy(rf"(?:(?:{_TITLE})\s+)*{_NAME}")
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
_CONJUNCTION = lazy(
    r"^(?:\s*(?:and|but|or|so|yet|while|although|though|because|that|whether|as|if|when|whereas|what|which|whom|"
    r"then|to\s+hear|(?:is|was)\s+how|still|also|instead|however|now|today|yesterday|even|just)\b)+",
    re.IGNORECASE,
)
_ADVERBIAL = lazy(
    r"\s*(?:(?:indeed|instead|meanwhile|still|today|yesterday|yet|\w+(?:al|ed|ent|ful|ing|ive|able|ous)ly)\s*$|after|although|amid|as|asked|at|because|before|by|despite|during|even|for|from|if|in|instead|like|on|once|"
    r"since|to|though|under|unlike|until|when|while|with|without|(?!beijing|king)\w+ing|pressed|quoted)\b",
    re.IGNORECASE,
)
_AFTER_NOUN = lazy(
    r"\s+(?:who|whom|whose|which|that|when|while|as|after|before|during|in|on|outside|inside|where|adding|because|"
    r"with|to|by|last|late|early|yesterday|today|speaking|standing|close|familiar|briefed|based|told|minutes|and\s+(?:he|she|it|they)|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|is|are|was|were|has|have|had)\b"
)
_VERBISH = lazy(
    r"(?<!\b[Tt]he)(?<!\b[Aa])(?<!\b[Aa]n)(?<!\b[Hh]is)(?<!\b[Hh]er)(?<!\b[Ii]ts)"  # an adjective
    r"\s(?:\w+ed|\w+ing|hit|took|tore|went|came|left|met|made|gave|led|ran|won|lost)\b"
)
_NO_NOUN = lazy(r"^(?:who|whose|what|how)\b|\b(?:and|as|at|by|for|from|in|of|on|or|the|to|with)$", re.IGNORECASE)
_OPENING = lazy(
    r"(?:in|on|at|during|after)\s.*?\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|interview|letter|report|speech|statement|tweet)\s",
    re.IGNORECASE,
)
_REDUCED = lazy(
    r"\s(?:briefed\s+on|close\s+to|familiar\s+with|speaking\s|(?:\w+ed|seen)(?:\s+(?:at|by|from|in|on|to)\b|$))"
)
_INNER_NAME = lazy(rf"[a-z]\s+((?:(?:{_TITLE})\s+)*{_WORD}\s+{_NAME})")
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
    pieces = [piece for piece in (part.strip() for part in phrase[:_NEAR].split(",")) if piece]
    if not pieces:
        return None
    if len(pieces) > 1 and _DETERMINER.match(pieces[0]):  # "the mayor, Ann Bly"
        apposed = _FIRST_NAME.fullmatch(pieces[1])
        if apposed and " " in pieces[1]:
            return _untitled(pieces[1])
    head = pieces[0]
    cut = _AFTER_NOUN.search(head)
    who = _named(head[: cut.start()] if cut else head)
    if who is None or _NOBODY.match(who):
        return None
    return who.lower() if who.lower() in PRONOUNS else who


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
        name = _FIRST_NAME.match(piece.strip())
        if name and not _DETERMINER.match(piece) and (piece is first or name.end() == len(piece.strip())):
            bare = _TITLES.sub("", name.group())
            if (" " in bare or bare != name.group()) and not _BODY.search(bare):
                return bare
    before_verb = _VERBISH.split(first, maxsplit=1)[0] if not rest else first
    return _last_name(before_verb) if not _FINITE.search(before_verb) else None


def _named(phrase: str) -> str | None:
    """The name in a noun phrase, or the phrase as a description."""
    phrase = _CONJUNCTION.sub("", phrase.strip(_EDGE)).strip(_EDGE)
    phrase = _OPENING.sub("", phrase, count=1) if _ADVERBIAL.match(phrase) else phrase
    phrase = _OWN_WORDS.sub("", _REDUCED.split(phrase, maxsplit=1)[0])
    if not phrase or "…" in phrase or _DETERMINER.fullmatch(phrase + " "):
        return None
    if phrase.lower() in PRONOUNS:
        return phrase
    name = _last_name(phrase)
    if name:
        return name
    first = None if _DETERMINER.match(phrase) else _FIRST_NAME.match(phrase)
    rest = phrase[first.end() :].split(maxsplit=1) if first else []
    if first and (not rest or (phrase[first.end()] == " " and _SMALL.match(rest[0]))):  # "Ann Bly of Dry Fork"
        whole = not rest
        bare = _untitled(first.group())
        if whole or ((" " in bare or bare != first.group()) and not _BODY.search(bare)):
            return bare
    words = phrase.split()
    inner = _INNER_NAME.search(phrase) if len(words) > 4 else None
    if inner and not _SMALL.match(phrase[: inner.start(1)].split()[-1]) and not _BODY.search(inner[1]):
        return _untitled(inner[1])
    clear = len(words) <= _MOST and not _FINITE.search(phrase) and not _NO_NOUN.search(phrase)
    return " ".join(words) if clear else None


def _last_name(phrase: str) -> str | None:
    """The name at the end of a noun phrase: "foreign ministry spokesperson Lu Wenqing"."""
    phrase = _AFTER_NAME.sub("", phrase.strip())
    match = _LAST_NAME.search(phrase)
    if not match:
        return None
    before = phrase[: match.start(1)].split()
    if not before or _SMALL.match(before[-1]) or before[-1].endswith(("’s", "'s", "’", "'")):
        return None
    name = _untitled(match[1])
    return None if _BODY.search(name) else name


def _untitled(name: str) -> str:
    """A name without its titles and what stands before them: "New York Mayor Bill de Costa"."""
    name = _AFTER_NAME.sub("", name.strip())
    titles = list(_TITLES.finditer(name))
    return name[titles[-1].end() :] if titles else name
