"""Cues of reported speech: verbs of saying and the patterns around them that attribute words to somebody else.

Data for :mod:`biasdetect.language.attribution`: :func:`next_cue` finds the next cue of a sentence, and its kind says
whose words stand where, and how far they go. A cue is known by its first word, so a sentence is looked through word by
word, and a frame's pattern is compiled when one of its words comes up.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Literal, NamedTuple

from biasdetect.util.patterns import lazy

Kind = Literal["source", "noun", "aim", "name", "say", "think", "tell", "state", "manner", "utter"]

# written by training/build_cue_verbs.py
_FORMS: dict[str, str] = json.loads(Path(__file__).with_name("cue_verbs.json").read_text(encoding="utf-8"))


class Cue(NamedTuple):
    """A cue in a sentence.

    Attributes:
        name: which one it is.
        kind: whose words stand where, and how far they go.
        text: the cue itself.
        start: character offset of it in the sentence.
        end: offset after it.
    """

    name: str
    kind: Kind
    text: str
    start: int
    end: int


def forms(verbs: str) -> str:
    """All forms of some verbs, as words with spaces between; cue_verbs.json has them."""
    return " ".join(_FORMS[verb] for verb in verbs.split())


def either(words: str) -> str:
    """A pattern for any of some words."""
    return "|".join(words.split())


# a clause may follow without "that", even one that only the context tells from an object
_SAY = "say says said saying"
# a clause or a noun phrase follows
_THINK = f"{forms('believe argue insist')} think thinks thought"
# a hearer comes before the clause
_TELL = f"{forms('warn remind assure reassure inform caution notify persuade')} tell tells told telling"
# a clause with a verb of its own follows
_STATE = (
    forms(
        "add admit affirm allege announce assert ask acknowledge boast bleat bluster brag claim complain concede "
        "conclude confess confirm contend crow declare deny emphasise emphasize exclaim explain fear forecast fume gloat "
        "gush hope imply insinuate joke lament moan note observe opine pledge predict proclaim promise quip rant recall "
        "reckon recount reiterate respond scoff shout sneer sob speculate stress suggest surmise testify threaten thunder "
        "tweet underline underscore vow whine whisper wonder"
    )
    + " demanded established estimated expect expects expected foresee foresees foresaw indicated posted remarked replied"
    " reported ruled stated write writes wrote finds swear swears swore"
)
# verbs that are of speech only where "that" follows, or beside a quotation
_MANNER = (
    forms(
        "bark beam bellow boom chuckle continue counter cry deduce demonstrate determine disclose discover drawl enthuse gasp groan "
        "growl grumble hint howl intone interject interrupt laugh maintain mention mumble muse mutter plead protest rage "
        "rasp reason relate retort reveal roar scream show signal smile snap snarl snort stammer storm wail yell"
    )
    + " reports sighed sighs begged began"
)
_NAME = forms("brand call dub label style term")
_JUDGE = forms(
    "characterise characterize cite condemn criticise criticize decry denounce depict deride describe dismiss hail mock "
    "paint portray praise qualify regard reject ridicule slam smear tar tout vilify welcome"
)
_UTTER = (
    forms("attack blast compare liken thank")
    + " quote quotes quoted quoting read reads slogan slogans phrase word words "
    "entitled titled named chant chants chanted chanting placard placards banner banners accuse accuses accused accusing"
)
_RUMOURS = """accusation accusations allegation allegations argument arguments assertion assertions belief beliefs claim
    claims concern concerns doubt doubts fear fears hope hopes rumor rumors rumour rumours suggestion suggestions warning
    warnings"""
# people by the ending of their noun or by a full name; seasons, places and sheets of paper end so too
_PEOPLE = (
    r"(?!(?:borders|centers|corners|matters|numbers|orders|papers|quarters|summers|winters|moments|events|months)\b)"
    r"[a-z]+(?:ers|ors|ists|ians|ents|ants|ees|iers)|campaigners|children|critics|doctors|families|fans|friends|"
    r"men|mothers|nurses|people|union|unions|victims|widows?|women|workers|(?-i:[A-Z])[\w’'-]+(?:\s+(?-i:[A-Z])[\w’'-]+)+"
)
_WORDS = r"(?:\s+[^\s,;]+)"
_PLAIN = r"(?:\s+(?!(?:is|are|was|were|has|have|had|will|would|to)\b|\S+n[’']t\b)[^\s,;]+?)"  # no verb among them
_THE = r"(?:the|an?|his|her|its|their)"
_BE = "is are was were been"
# an adjective that judges, by its ending, at the end of its phrase: "called the plan reckless and wrong"
_JUDGEMENT = (
    r"(?:too|so|very|utterly|totally|completely|deeply)\s+\w"
    r"|(?!\w*(?:building|meeting|hearing|president|agent|parent|client|student|public|music|relative|native|executive)\b)"
    r"[a-z]+(?:ous|ful|ible|able|ive|ical|less|ish|ist|ing|ic|ent|ant|ory|air|ong|alse)"
    r"(?:\s*(?:[,.;:!?\x00]|$)|\s+(?:and|or|but|for|in|after|before|because)\b)"
)
_NOT_CALLED = r"(?!\s+(?:for|in|of|off|on|to|up)\b)"  # called for calm, called off
# no noun phrase ends so: "call a vote once a member ..."
_NO_END = (
    r"(?<!\b(?:as|at|by|if|in|of|on|or|to))(?<!\b(?:and|for))(?<!\b(?:once|when|with|from|over|into))"
    r"(?<!\b(?:about|after|under|until))"
)

# a cue's name, its kind, the words that it begins with, and a pattern for what comes after; at one place the first that
# fits is taken. cue_examples.json has sentences for each, with the cue in them and without: tests read it.
_CUES: tuple[tuple[str, Kind, str, str], ...] = (
    # whose words the rest of the clause is, or the clause before
    # "according to the mayor"
    ("according to", "source", "according", r"\s+to"),
    # "in the eyes of many"
    ("in the words of", "source", "in", r"\s+the\s+(?:words|view|opinion|eyes)\s+of"),
    # "For the families, the verdict is ..."
    (
        "for the people",
        "source",
        "for",
        rf"(?<=^for)\s+(?:the|many|most|some|his|her|its|their)\s+(?:[\w’'-]+\s+){{0,3}}?(?:{_PEOPLE})"
        r"(?=,\s+(?:the|this|that|it|an?)\s[^,]{0,60}?\b(?:is|was|are|were)\b)",
    ),
    # "if the mayor is to be believed"
    ("if they are to be believed", "source", "if", rf"{_WORDS}{{1,6}}?\s+(?:is|are)\s+to\s+be\s+believed"),
    # "by her own account", "in the mayor's telling"
    (
        "by their account",
        "source",
        "by in",
        r"\s+(?:his|her|its|their|(?:\S+\s+)?\S+[’']s?)\s+(?:own\s+)?(?:account|opinion|telling|view|words)",
    ),
    # up to the comma
    # "the claim that"
    ("the claim that", "noun", f"{_RUMOURS} charge confidence conviction insistence view", r"\s+that"),
    # "amid accusations of nepotism"
    ("accusations of", "noun", "accusation accusations allegation allegations", r"\s+of"),
    # "rejecting arguments the quota was rigged"
    (
        "claims it was",
        "noun",
        "accusations allegations arguments claims rumors rumours suggestions",
        r"(?=\s+(?:it|he|she|they|(?:the|his|her|its|their)(?:\s+[\w’'-]+){1,3}?)"
        r"\s+(?:is|are|was|were|has|have|had|would|will|could)\b)",
    ),
    # "a report that", "Reports that" at the head of a sentence
    ("a report that", "noun", "report", r"\s+that"),
    ("reports that", "noun", "reports", r"(?<!\S\sreports)\s+that"),
    # "amid reports that", where "reports" is no verb
    (
        "amid reports that",
        "noun",
        "after amid by despite for from of on over the to with are were",
        r"\s+reports\s+that",
    ),
    # up to the end of the clause
    # "vowed to"; a winter that promises to be cold vows nothing
    (
        "vow to",
        "aim",
        forms("promise pledge vow threaten offer claim"),
        r"(?:\s+(?:never|not))?\s+to(?<!(?:promises|hreatens)\sto(?=\sbe))",
    ),
    # "urged owners to", "called on them to"
    ("urge them to", "aim", f"{forms('urge')} ordered orders ordering", rf"{_WORDS}{{1,6}}?\s+to"),
    ("call on them to", "aim", forms("call"), rf"\s+(?:on|upon){_WORDS}{{1,6}}?\s+to"),
    # "complained loudly of"
    ("complain of", "aim", forms("boast brag complain warn"), rf"{_PLAIN}{{0,4}}?\s+(?:about|against|of)"),
    # "found that"
    ("agree that", "aim", "agree agreed agrees feel feels felt found hear hears heard", r"\s+(?:that|how)"),
    # "agreed with the doctor that"
    ("agree with them that", "aim", "agree agreed agrees", rf"\s+with{_WORDS}{{1,4}}?\s+that"),
    # "is said to"
    ("is said to", "aim", _BE, r"\s+(?:alleged|believed|claimed|reported|rumou?red|said|thought|understood)\s+to"),
    # "is widely seen as"
    ("is seen as", "aim", _BE, r"\s+(?:\w+ly\s+)?(?:perceived|regarded|seen|viewed)\s+as"),
    # "their message to voters is that"
    (
        "the message is that",
        "aim",
        "argument claim complaint contention message position theory verdict view",
        rf"{_WORDS}{{0,2}}(?:,[^,;:]{{1,60}},)?\s+(?:is|was)\s+that",
    ),
    # "accused the envoy's brother, a car dealer, of"
    ("accuse them of", "aim", "accuse accuses accused accusing", rf"{_WORDS}{{0,12}}?(?:,[^,;:]{{1,80}},)?\s+of"),
    # "blamed"
    ("blame", "aim", "blames blamed blaming", ""),
    # up to the comma
    # "dismissed the inquiry as"
    ("dismiss it as", "name", _JUDGE, rf"{_WORDS}{{0,12}}?\s+as"),
    # "sees the park as a"
    ("see it as", "name", "see sees saw view views viewed", rf"{_WORDS}{{1,4}}?\s+as(?=\s+{_THE}\b)"),
    # "likened the hall to"
    ("liken it to", "name", forms("compare liken"), rf"(?!\s+(?:to|with)\b){_WORDS}{{1,6}}?\s+to"),
    # "slammed the board for"; not "slammed by the wind for"
    (
        "slam it for",
        "name",
        forms("condemn criticise criticize denounce mock praise slam"),
        r"(?!\s+(?:by|with|into|in)\b)(?:\s+(?!to\b)[^\s,;]+){1,12}?\s+for",
    ),
    # "what neighbours called", "which he described as"
    (
        "what they called",
        "name",
        "what whom which that",
        rf"{_WORDS}{{1,5}}?\s+(?:(?:{either(_NAME)}){_NOT_CALLED}|describe[sd]?\s+as|saw\s+as)",
    ),
    # "spoke of"
    ("speak of", "name", "speak speaks spoke", r"\s+of"),
    # "was branded"
    ("was called", "name", "is are was were been being", r"\s+(?:branded|called|dubbed|labell?ed|styled|termed)"),
    # "called it"
    ("call it", "name", _NAME, rf"{_NOT_CALLED}\s+(?:it|him|her|them|us|\w+self|themselves|each\s+other)"),
    # "called the levy a"
    ("call it a", "name", f"{_NAME} {forms('consider deem')}", rf"{_NOT_CALLED}{_WORDS}{{1,4}}?{_NO_END}(?=\s+an?\s)"),
    # "called the levy absurd"
    ("call it absurd", "name", f"{_NAME} {forms('deem')}", rf"{_NOT_CALLED}{_WORDS}{{1,4}}?(?=\s+(?:{_JUDGEMENT}))"),
    # a clause, where one follows
    ("say", "say", _SAY, ""),
    ("think", "think", _THINK, ""),
    ("tell", "tell", _TELL, ""),
    ("state", "state", _STATE, ""),
    ("charge that", "state", "charged", r"(?=\s+that\b|[,.])"),
    ("put it", "state", "put puts", r"\s+it"),
    ("point out", "state", "points pointed pointing", r"\s+out"),
    ("make clear", "state", "is are made make makes making", r"\s+(?:it\s+)?clear"),
    # the same, where "that" follows or a quotation is near
    ("bark that", "manner", _MANNER, ""),
    ("go on", "manner", "went goes", r"\s+on"),
    ("chime in", "manner", "chime chimes chimed", r"\s+in"),
    ("hit back", "manner", "hit", r"\s+back"),
    # nothing but what stands in quotation marks
    ("call “it”", "utter", f"{_NAME} {_JUDGE} {_UTTER}", ""),
    ("refer to", "utter", "refer refers referred referring", r"\s+to"),
    ("speaking of", "utter", "speaking", r"\s+of"),
    ("known as", "utter", "known", r"\s+as"),
)
_BY_WORD: dict[str, list[tuple[str, Kind, re.Pattern[str] | None]]] = {}
for _name, _kind, _first, _after in _CUES:
    _pattern = lazy(rf"{_after}\b", re.IGNORECASE) if _after else None
    for _word in _first.split():
        _BY_WORD.setdefault(_word, []).append((_name, _kind, _pattern))
_WORD = lazy(r"\b\w+")
# the outlet speaks of itself, or nobody speaks: "we claim", "worth noting", "tempting to believe", "nobody says"
NO_CUE = lazy(
    r"\b[Ii]t(?:[’']s|\s+(?:is|was|would\s+be))\s+[^,;:]{1,40}\sto\s+$"
    r"|\b(?:(?:I|[Ww]e|[Yy]ou)(?:\s+[\w’']+){0,2}|worth|(?:needless|(?:that|it|which)\s+(?:is|was))\s+to"
    r"|(?:anything|difficult|easy|enough|fair|hard|impossible|little|lot|much|nothing|possible|reason|reasonable|right|"
    r"safe|something|tempting|things?|wrong)\s+to|(?:[Nn]obody|[Nn]o\s+one)(?:\s+\w+){0,3})\s+$"
)


def next_cue(text: str, start: int, end: int) -> Cue | None:
    """The first cue between two offsets.

    Args:
        text: a sentence.
        start: where to begin.
        end: where to stop.
    """
    for word in _WORD.finditer(text, start, end):
        for name, kind, after in _BY_WORD.get(word[0].lower(), ()):
            stop = word.end()
            if after:
                found = after.match(text, stop, end)
                if not found:
                    continue
                stop = found.end()
            return Cue(name, kind, text[word.start() : stop], word.start(), stop)
    return None
