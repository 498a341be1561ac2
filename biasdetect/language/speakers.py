"""Finds the speaker: the name or the description beside a verb of saying, or in words that name him.

The words around a cue are read as noun phrases by their shape alone: capital letters, commas and a few
function words. A name comes before a description, and loses its title ("Rep. Dana Whitlow" is "Dana
Whitlow"); a description is given as the text has it ("The ministry", "one of the farmers").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from biasdetect.language.attribution import ROLE, ROLE_LAST, Speech, noun_as_verb
from biasdetect.language.cues import Cue
from biasdetect.util.patterns import lazy

PRONOUNS = frozenset(("he", "she", "they"))

_NEAR = 300  # characters: no subject and no aside is longer
_MOST = 10  # words of a description
_EDGE = " \t\n,.()[]"

_FINITE = lazy(
    r"\b(?:am|is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|did|does|said|says|say)\b"
)
_BREAK = lazy(
    r"[;:\x00—–]|\s-\s|(?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|St))(?<!\b(?:Mrs|Sen|Rep|Gov|Gen))[.!?][”\"’')]?\s+(?=[A-Z]\w+\s+\w)"
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
_BEFORE_VERB = lazy(
    r"(?:\s+(?:has|have|had|was|were|is|are|been|be|being|would|will|could|can|may|might|must|should|did|does|do|not|"
    r"also|later|then|repeatedly|once|again|often|long|never|now|nonetheless|nevertheless|recently|still|to|only|both|all|just|already|simply|further|soon|first|"
    r"expressed|voiced|repeated|renewed|rejected|dismissed|(?:used|likes?|liked|seems?|seemed|appears?|appeared|tried|went\s+on|continued|quick)\s+to|"
    r"on\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|"
    r"(?!family|ally|assembly|supply|bully|weekly|daily|monopoly|anomaly)[a-z]+ly|\w+n[’']t))+$"
)
_ADVERBIAL = lazy(
    r"\s*(?:(?:indeed|instead|meanwhile|still|today|yesterday|yet|\w+(?:al|ed|ent|ful|ing|ive|able|ous)ly)\s*$|after|although|amid|as|asked|at|because|before|by|despite|during|even|for|from|if|in|instead|like|on|once|"
    r"since|to|though|under|unlike|until|when|while|with|without|(?!beijing|king)\w+ing|pressed|quoted)\b",
    re.IGNORECASE,
)
_RELATIVE = lazy(r"\s*(?:who|whose|whom|which)\b", re.IGNORECASE)
_AFTER_NOUN = lazy(
    r"\s+(?:who|whom|whose|which|that|when|while|as|after|before|during|in|on|outside|inside|where|adding|because|"
    r"with|to|by|last|late|early|yesterday|today|speaking|standing|close|familiar|briefed|based|told|minutes|and\s+(?:he|she|it|they)|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|is|are|was|were|has|have|had)\b"
)
_NOUN_END = lazy(
    r"[,;:\x00()—–!?]|\s-\s|\.(?=\s*$)|(?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|St))(?<!\b(?:Mrs|Sen|Rep|Gov|Gen|Sgt|Col|Rev))(?<!\b(?:Prof|Capt))\.\s"
)
_VERBISH = lazy(
    r"(?<!\b[Tt]he)(?<!\b[Aa])(?<!\b[Aa]n)(?<!\b[Hh]is)(?<!\b[Hh]er)(?<!\b[Ii]ts)"  # an adjective
    r"\s(?:\w+ed|\w+ing|hit|took|tore|went|came|left|met|made|gave|led|ran|won|lost)\b"
)
_JOINT = lazy(r"\s(?:and|but|or|the|an?|his|her|its|their)$")  # "The judge jailed him and praised ..."
_VERB_TOO = lazy(r"(?:claim|doubt|fear|hope)\s", re.IGNORECASE)
_NO_SUBJECT = lazy(
    r"\b(?:with|amid|despite|on|of|to|by|in|and|for|the|an?|no|any|some|such|their|his|her)$", re.IGNORECASE
)
_PASSIVE = lazy(r"(?:is|are|was|were|been|being)\s", re.IGNORECASE)
_AGENT = lazy(r"\bby(?=\s)", re.IGNORECASE)
_NO_NOUN = lazy(r"^(?:who|whose|what|how)\b|\b(?:and|as|at|by|for|from|in|of|on|or|the|to|with)$", re.IGNORECASE)
_OPENING = lazy(
    r"(?:in|on|at|during|after)\s.*?\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|interview|letter|report|speech|statement|tweet)\s",
    re.IGNORECASE,
)
_REDUCED = lazy(
    r"\s(?:briefed\s+on|close\s+to|familiar\s+with|speaking\s|(?:\w+ed|seen)(?:\s+(?:at|by|from|in|on|to)\b|$))"
)
_TITLE_WITHIN = lazy(r"(?<=[a-z]\s)\x00+(?=\s[a-z])")  # "the host of “Hard Facts” on Channel 9 said"
_ASIDE = lazy(r"\s*[—–]\s[^—–]{1,120}[—–]\s*$")
_INNER_NAME = lazy(rf"[a-z]\s+((?:(?:{_TITLE})\s+)*{_WORD}\s+{_NAME})")
_OWN_WORDS = lazy(r"(?:[’']s|(?<=s)[’'])$")
_WENT = lazy(r"\s(?:hit|took|tore|went|came|left|met|made|gave|ran|won|lost|fell|rose)\s")
_WITH = lazy(r"with\s+", re.IGNORECASE)
_WHO_END = lazy(r"\s+(?:who|which|that)$")
_LAST_DETERMINER = lazy(r".*\w{2,}ed\s(?=(?:an?|the|his|her|its|their)\s)", re.DOTALL)
_THAT = lazy(r"\b(?:that|what|which|whom)\s+")
_LAST_PREPOSITION = lazy(r".*\s(?:against|at|by|for|from|of|on|to|with)\s", re.DOTALL)
_LAST_CONJUNCTION = lazy(
    r".*\s(?:after|although|and|as|because|before|but|that|though|until|what|when|where|whereas|which|while|whom)\s",
    re.DOTALL,
)
_PROGRESSIVE = lazy(r"\b(?:is|are|was|were|been)(?:\s+\w+ly)?$")
_BRACKETS = lazy(r"\s*\([^()]{0,40}\)")
_OWNER = lazy(r"((?:[\w’'.-]+\s+){0,4}[\w.-]+)(?:[’']s|s[’'])(?:\s+\w+)?$")
_HOLDS = lazy(r"\s(?:has|have|had|expressed|voiced|repeated|renewed|made)(?:\s+(?:an?|the|no|little|his|her|their))?$")
_INNER = lazy(r"(?:what|whom|which|that)\s+(.+?)\s+\S+(?:\s+(?:as|to))?$", re.IGNORECASE)
_ACCUSED_BY = lazy(r"accused\s+by\s+(.+?)\s+of$", re.IGNORECASE)
_FOR = lazy(r"for\s+(.+)", re.IGNORECASE)
_BY = lazy(r"\bby\s+(.+?)\s+as$", re.IGNORECASE)
_ACCOUNT = lazy(r"(?:by|in)\s+(.+?)(?:[’']s|s[’']|[’'])\s", re.IGNORECASE)
_OWN = lazy(r"(?:by|in)\s+(his|her|its|their)\b", re.IGNORECASE)
_BELIEVED = lazy(r"(?:if|to\s+hear)\s+(.+?)\s+(?:is|are|tells?|was)\b", re.IGNORECASE)
_NOBODY = lazy(r"(?:it|this|that|there|I|we|you|who|which|what|nobody|no\s+one|here|so|\W*)$", re.IGNORECASE)
_NO_SPEECH = lazy(
    r"(?:accused\s+of|hea(?:rs?|rd)\s.*|(?:is|are|was|were|been|being)\s.*|known\s+as|named|entitled|titled|words?|phrase|slogans?|"
    r"placards?|banners?|reading|quot(?:es?|ed|ing))$",
    re.IGNORECASE,
)
_THING = lazy(
    r"(?:\w*[^s’'\s]s|agency|army|association|authority|bank|board|book|charity|club|commentary|commission|committee|company|"
    r"complaint|council|country|court|federation|firm|government|group|hospital|inquiry|jury|lawsuit|letter|ministry|"
    r"movement|newspaper|opposition|panel|paper|party|petition|police|poll|report|review|service|source|statement|study|"
    r"survey|trial|union|watchdog|weekly)$",
    re.IGNORECASE,
)
_HEAD = lazy(r"\s(?:at|for|from|in|of|on|with)\s")
_QUOTED_NEXT = lazy(r"[,:]?\s*\x00")  # who says the quotation comes before who says the rest
_MOST_CUES = 8  # nobody is named after so many verbs of saying


def speaker_of(speech: Speech, text: str) -> str | None:
    """Who says what a sentence gives as another's words: a name, a description, or one of the pronouns.

    Args:
        speech: where the sentence gives a speaker's words.
        text: the sentence, with NUL for its quotations.
    """
    role = ROLE.match(text)
    if role:
        return _named(role.group().rstrip(": "))
    last = ROLE_LAST.search(text)
    if last:
        return _named(text[last.end() :])
    working = [(cue, start) for cue, start in speech.cues[: 3 * _MOST_CUES] if cue.start not in speech.idle]
    working.sort(key=lambda found: not _QUOTED_NEXT.match(text, found[0].end))
    for cue, start in working[:_MOST_CUES]:
        inverted = cue.start in speech.inverted
        who = _right(text, cue.end) if inverted else _at_cue(text, cue, start)
        if who and not _NOBODY.match(who):
            return who.lower() if who.lower() in PRONOUNS else who
    return None


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


def _at_cue(text: str, cue: Cue, start: int) -> str | None:
    """The noun phrase of the one who speaks, for each kind of cue."""
    if cue.kind == "source":
        return _of_source(text, cue)
    if cue.kind == "noun":
        before = text[max(start, cue.start - _NEAR) : cue.start].rstrip()
        return _left(before) if noun_as_verb(cue, before) else _of_noun(before, cue.text)
    accuser = _ACCUSED_BY.search(cue.text)
    if accuser:
        return _named(accuser[1])
    if cue.kind == "name":
        inner = _BY.search(cue.text) or _INNER.match(cue.text)
        if inner:
            who = _named(_BEFORE_VERB.sub("", inner[1]))
            if who and who.lower() in {"it", *PRONOUNS}:  # "The court rejected the plea, which it called ..."
                return _leading(_BREAK.split(text[start : cue.start][:_NEAR])[-1]) or who
            return who
        if _PASSIVE.match(cue.text):  # "has been branded a cult by former members"
            agent = _AGENT.search(text, cue.end, cue.end + _NEAR)
            return _right(text, agent.end()) if agent else None
    return None if _NO_SPEECH.match(cue.text) else _of_verb(text, cue, start)


def _of_source(text: str, cue: Cue) -> str | None:
    """The one in "according to the mayor", "in her view", "if the mayor is to be believed"."""
    own = _OWN.match(cue.text)
    if own:
        return {"his": "he", "her": "she", "their": "they"}.get(own[1].lower())
    inner = _ACCOUNT.match(cue.text) or _BELIEVED.match(cue.text) or _FOR.match(cue.text)
    return _named(inner[1]) if inner else _right(text, cue.end)


def _of_noun(before: str, words: str) -> str | None:
    """The one in "the mayor's claim that", "the mayor has no doubt that", "gun owners fear that"."""
    owner = _OWNER.search(before)
    if owner:
        return _named(owner[1])
    holder = _HOLDS.search(before)
    if holder:
        return _left(before[: holder.start()])
    plural = before.endswith("s") and not _VERBISH.search(before) and not _NO_SUBJECT.search(before)
    return _left(before) if plural and _VERB_TOO.match(words) else None


def _of_verb(text: str, cue: Cue, start: int) -> str | None:
    """The subject of a verb of saying, before it or after it."""
    verb = cue.text.split()[0].lower()
    before = _ASIDE.sub(" ", text[max(start, cue.start - _NEAR) : cue.start])
    left = _BREAK.split(_TITLE_WITHIN.sub("…", before))[-1].strip()
    if left.lower() in ("when", "once", "if"):  # "When asked, the mayor said ..."
        return None
    if not left.strip(_EDGE) or left.lower() in ("so", "then", "and"):
        participle = verb.endswith(("ing", "ed")) and not text[: cue.start].strip()  # "Noting that ..., the mayor"
        return None if participle else _right(text, cue.end)
    if verb.endswith("ing"):  # a flood warning is none
        if left.endswith(","):
            return _leading(left)
        last = _WITH.sub("", left.rpartition(",")[2].strip())  # "..., with the union calling the offer ..."
        verbless = not (_FINITE.search(last) or _VERBISH.search(last) or _ADVERBIAL.match(last))
        return _left(left) if _PROGRESSIVE.search(left) else _named(last) if verbless else None
    return _left(left)


def _left(before: str) -> str | None:
    """The subject that a verb follows: "In a statement, the county's health director"."""
    before = _BRACKETS.sub("", before)
    if _JOINT.search(before):
        return _leading(before)
    before = _BEFORE_VERB.sub("", " " + before).strip()
    if before.rpartition(" ")[2].lower() in PRONOUNS:
        return before.rpartition(" ")[2]
    pieces = [piece.strip() for piece in before.split(",") if piece.strip()]
    if not pieces:
        return None
    relative = _RELATIVE.match(pieces[-1])
    if relative:
        rest = pieces[-1][relative.end() :].strip()
        if (
            relative[0].strip().lower() in ("who", "whom", "which")
            and rest
            and not (before.endswith(",") or _ADVERBIAL.match(rest) or _FINITE.search(rest))
        ):
            return _named(rest)  # "the men, whom one witness likened to ..."
    in_a_statement = len(pieces) > 1 and _ADVERBIAL.match(pieces[-1])
    if before.endswith(",") or in_a_statement or (relative and len(pieces) > 1):
        return _with_apposition(pieces)
    return _named(_last_noun(pieces[-1]))


def _with_apposition(pieces: Sequence[str]) -> str | None:
    """The subject that an aside follows: "The county's health director, Wynn Abara, said"."""
    for index, piece in enumerate(pieces):
        if _RELATIVE.match(piece) or _ADVERBIAL.match(piece) or _FINITE.search(piece):
            continue
        subject = _CONJUNCTION.sub("", piece).strip()
        following = _AFTER_NAME.sub("", pieces[index + 1]) if index + 1 < len(pieces) else ""
        apposed = _FIRST_NAME.fullmatch(following) and "." not in following
        name = None if apposed and _DETERMINER.match(subject) else _last_name(subject)
        return name or (_untitled(following) if apposed else _named(subject))
    return None


def _last_noun(phrase: str) -> str:
    """What follows the last conjunction, relative pronoun or verb of a stretch before a verb."""
    who = _WHO_END.search(phrase)
    if who:  # "hit back at trolls who called"
        phrase = phrase[: who.start()]
        nearest = _LAST_DETERMINER.match(phrase) or (
            _LAST_PREPOSITION.match(phrase) if _FINITE.search(phrase) else None
        )
    elif _FINITE.search(phrase):
        nearest = _LAST_CONJUNCTION.match(phrase)
    elif _WENT.search(phrase):  # "The mayor left after the court said ..."
        nearest = _LAST_CONJUNCTION.match(phrase)
        phrase = phrase if nearest else ""
    else:
        nearest = _THAT.search(phrase)
    return phrase[nearest.end() :] if nearest and nearest.end() < len(phrase) else phrase


def _leading(before: str) -> str | None:
    """The subject a sentence begins with, for "..., saying": "The White House hit back"."""
    for stretch in before.split(","):
        piece = _CONJUNCTION.sub("", stretch).strip()
        if not piece or _ADVERBIAL.match(piece):
            continue
        pronoun = next((word for word in piece.split()[:2] if word.lower() in PRONOUNS), None)  # "Twice she waved, ..."
        if pronoun:
            return pronoun
        verb = min(
            (match.start() for pattern in (_VERBISH, _FINITE, _AFTER_NOUN) if (match := pattern.search(piece))),
            default=-1,
        )
        name = None if _DETERMINER.match(piece) else _FIRST_NAME.match(piece)
        if name and (" " in name.group() or name.end() == verb):
            return _untitled(name.group())
        return _named(piece[:verb]) if verb > 0 else None
    return None


def _right(text: str, position: int) -> str | None:
    """The one named after a cue: "said Miriam Castellane, who farms ..."."""
    after = text[position : position + _NEAR]
    stop = _NOUN_END.search(after)
    phrase = after[: stop.start()] if stop else after
    if phrase[:4].strip().lower() in ("by", "that", "so", "in", "to", "it", "as"):
        return None
    if stop and stop.group() == ",":  # "said the mayor, Ann Bly."
        apposition = _FIRST_NAME.match(after, stop.end() + 1)
        if apposition and " " in apposition.group() and _DETERMINER.match(phrase.lstrip()):
            return _named(apposition.group())
    cut = _AFTER_NOUN.search(phrase)
    return _named(phrase[: cut.start()] if cut else phrase)


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
