"""The words that stand before, after or amid somebody else's: verbs of saying, and the frames they come in.

Data for :mod:`biasdetect.language.attribution`: :func:`next_cue` finds the next cue of a sentence, and the name of
the group that matched is the kind that says whose words stand where, and how far they go.
"""

from __future__ import annotations

import re


def forms(verbs: str) -> str:
    """A pattern for all forms of some regular verbs."""

    def pattern(verb: str) -> str:
        stem, last = verb[:-1], verb[-1]
        if last == "e":
            return f"{stem}(?:e[sd]?|ing)"
        if last == "y" and stem[-1] not in "aeo":
            return f"{stem}(?:y|ies|ied|ying)"
        return f"{verb}(?:e?s|{last}?(?:ed|ing))?"

    return "|".join(pattern(verb) for verb in verbs.split())


# a clause may follow without "that", even one that only the context tells from an object
_SAY = "say|says|said|saying"
# a clause or a noun phrase follows
_THINK = forms("believe argue insist") + "|thinks?|thought"
# a hearer comes before the clause
_TELL = forms("warn remind assure reassure inform caution notify persuade") + "|tells?|told|telling"
# a clause with a verb of its own follows
_STATE = (
    forms(
        "add admit affirm allege announce assert ask acknowledge boast bleat bluster brag claim complain concede "
        "conclude confess confirm contend crow declare deny emphasise emphasize exclaim explain fear forecast fume gloat "
        "gush hope imply insinuate joke lament moan note observe opine pledge predict proclaim promise quip rant recall "
        "reckon recount reiterate respond scoff shout sneer sob speculate stress suggest surmise testify threaten thunder "
        "tweet underline underscore vow whine whisper wonder"
    )
    + r"|charged(?=\s+that\b|[,.])|demanded|established|estimated|expects?|expected|foresees?|foresaw|indicated|posted|"
    r"remarked|replied|reported|ruled|stated|writes?|wrote|finds|swears?|swore|puts?\s+it|point(?:s|ed|ing)\s+out|"
    r"(?:is|are|made|makes?|making)\s+(?:it\s+)?clear"
)
# verbs that are of speech only where "that" follows, or beside a quotation
_MURMUR = (
    forms(
        "bark beam bellow boom chuckle continue counter cry deduce demonstrate determine disclose discover drawl enthuse gasp groan "
        "growl grumble hint howl intone interject interrupt laugh maintain mention mumble muse mutter plead protest rage "
        "rasp reason relate retort reveal roar scream show signal smile snap snarl snort stammer storm wail yell"
    )
    + r"|reports|shown|went\s+on|goes\s+on|chim(?:es?|ed)\s+in|hit\s+back|sighed|sighs|begg?ed|began"
)
_NAME = forms("brand call dub label style term")
_JUDGE = forms(
    "characterise characterize cite condemn criticise criticize decry denounce depict deride describe dismiss hail mock "
    "paint portray praise qualify regard reject ridicule slam smear tar tout vilify welcome"
)
_UTTER = (
    forms("attack blast compare liken thank")
    + r"|refer(?:s|red|ring)?\s+to|speaking\s+of|quot(?:es?|ed|ing)|reads?|slogans?|phrase|words?|"
    r"entitled|titled|known\s+as|named|chant(?:s|ed|ing)?|placards?|banners?|accus(?:e[sd]?|ing)"
)
# people by the ending of their noun or by a full name; seasons, places and sheets of paper end so too
_PEOPLE = (
    r"(?!(?:borders|centers|corners|matters|numbers|orders|papers|quarters|summers|winters|moments|events|months)\b)"
    r"[a-z]+(?:ers|ors|ists|ians|ents|ants|ees|iers)|campaigners|children|critics|doctors|families|fans|friends|"
    r"men|mothers|nurses|people|union|unions|victims|widows?|women|workers|(?-i:[A-Z])[\w’'-]+(?:\s+(?-i:[A-Z])[\w’'-]+)+"
)
_WORDS = r"(?:\s+[^\s,;]+)"
_PLAIN = r"(?:\s+(?!(?:is|are|was|were|has|have|had|will|would|to)\b|\S+n[’']t\b)[^\s,;]+?)"  # no verb among them
_THE = r"(?:the|an?|his|her|its|their)"
_BE = r"(?:is|are|was|were|been)"
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

_CUES = {
    # whose words the rest of the clause is, or the clause before
    "source": (
        # "according to the mayor"
        r"according\s+to",
        # "in the eyes of many"
        r"in\s+the\s+(?:words|view|opinion|eyes)\s+of",
        # "For the families, the verdict is ..."
        rf"^for\s+(?:the|many|most|some|his|her|its|their)\s+(?:[\w’'-]+\s+){{0,3}}?(?:{_PEOPLE})"
        r"(?=,\s+(?:the|this|that|it|an?)\s[^,]{0,60}?\b(?:is|was|are|were)\b)",
        # "if the mayor is to be believed"
        rf"if{_WORDS}{{1,6}}?\s+(?:is|are)\s+to\s+be\s+believed",
        # "by her own account", "in the mayor's telling"
        r"(?:by|in)\s+(?:his|her|its|their|(?:\S+\s+)?\S+[’']s?)\s+(?:own\s+)?(?:account|opinion|telling|view|words)",
    ),
    # up to the comma
    "noun": (
        # "the claim that"
        r"(?:accusation|allegation|argument|assertion|belief|claim|concern|doubt|fear|hope|rumou?r|suggestion|warning)s?"
        r"\s+that",
        # the same of nouns whose plurals are others
        r"(?:charge|confidence|conviction|insistence|view)\s+that",
        # "amid accusations of nepotism"
        r"(?:accusation|allegation)s?\s+of",
        # "rejecting arguments the quota was rigged"
        r"(?:accusations|allegations|arguments|claims|rumou?rs|suggestions)"
        r"(?=\s+(?:it|he|she|they|(?:the|his|her|its|their)(?:\s+[\w’'-]+){1,3}?)"
        r"\s+(?:is|are|was|were|has|have|had|would|will|could)\b)",
        # "a report that", "Reports that" at the head of a sentence
        r"report\s+that|(?<!\S\s)reports\s+that",
        # "amid reports that", where "reports" is no verb
        r"(?:after|amid|by|despite|for|from|of|on|over|the|to|with|are|were)\s+reports\s+that",
    ),
    # up to the end of the clause
    "aim": (
        # "vowed to"; a winter that promises to be cold vows nothing
        rf"(?:{forms('promise pledge vow threaten offer claim')})(?:\s+(?:never|not))?\s+to"
        r"(?<!(?:promises|hreatens)\sto(?=\sbe))",
        # "urged owners to", "called on them to"
        rf"(?:{forms('urge')}|ordered|orders|ordering|(?:{forms('call')})\s+(?:on|upon)){_WORDS}{{1,6}}?\s+to",
        # "complained to the board of"
        rf"(?:{forms('boast brag complain warn')}){_PLAIN}{{0,4}}?\s+(?:about|against|of)",
        # "found that"
        r"(?:agreed?|agrees|feels?|felt|found|hears?|heard)\s+(?:that|how)",
        # "agreed with the doctor that"
        rf"agree[ds]?\s+with{_WORDS}{{1,4}}?\s+that",
        # "is said to"
        rf"{_BE}\s+(?:alleged|believed|claimed|reported|rumou?red|said|thought|understood)\s+to",
        # "is widely seen as"
        rf"{_BE}\s+(?:\w+ly\s+)?(?:perceived|regarded|seen|viewed)\s+as",
        # "their message to voters is that"
        rf"(?:argument|claim|complaint|contention|message|position|theory|verdict|view){_WORDS}{{0,2}}"
        r"(?:,[^,;:]{1,60},)?\s+(?:is|was)\s+that",
        # "accused the envoy's brother, a car dealer, of"
        rf"accus(?:e[sd]?|ing){_WORDS}{{0,12}}?(?:,[^,;:]{{1,80}},)?\s+of",
        # "blamed"
        r"blam(?:e[sd]|ing)",
    ),
    # up to the comma
    "name": (
        # "dismissed the inquiry as"
        rf"(?:{_JUDGE}){_WORDS}{{0,12}}?\s+as",
        # "sees the park as a"
        rf"(?:sees?|saw|views?|viewed){_WORDS}{{1,4}}?\s+as(?=\s+{_THE}\b)",
        # "likened the hall to"
        rf"(?:{forms('compare liken')})(?!\s+(?:to|with)\b){_WORDS}{{1,6}}?\s+to",
        # "slammed the board for"; not "slammed by the wind for"
        rf"(?:{forms('condemn criticise criticize denounce mock praise slam')})(?!\s+(?:by|with|into|in)\b)"
        r"(?:\s+(?!to\b)[^\s,;]+){1,12}?\s+for",
        # "what neighbours called", "which he described as"
        rf"(?:what|whom|which|that){_WORDS}{{1,5}}?\s+(?:(?:{_NAME}){_NOT_CALLED}|describe[sd]?\s+as|saw\s+as)",
        # "spoke of"
        r"sp(?:eaks?|oke)\s+of",
        # "was branded"
        r"(?:is|are|was|were|been|being)\s+(?:branded|called|dubbed|labell?ed|styled|termed)",
        # "called it"
        rf"(?:{_NAME}){_NOT_CALLED}\s+(?:it|him|her|them|us|\w+self|themselves|each\s+other)",
        # "called the levy a"
        rf"(?:{_NAME}|{forms('consider deem')}){_NOT_CALLED}{_WORDS}{{1,4}}?{_NO_END}(?=\s+an?\s)",
        # "called the levy absurd"
        rf"(?:{_NAME}|{forms('deem')}){_NOT_CALLED}{_WORDS}{{1,4}}?(?=\s+(?:{_JUDGEMENT}))",
    ),
    # a clause, where one follows
    "say": (_SAY,),
    "think": (_THINK,),
    "tell": (_TELL,),
    "state": (_STATE,),
    # the same, where "that" follows or a quotation is near
    "murmur": (_MURMUR,),
    # nothing but what stands in quotation marks
    "utter": (_NAME, _JUDGE, _UTTER),
}
_KINDS = "|".join(f"(?P<{kind}>{'|'.join(cues)})" for kind, cues in _CUES.items())
_PATTERN = rf"\b(?:{_KINDS})\b"
_CUE = re.compile(_PATTERN, re.IGNORECASE)
# without the flag a branch is left at its first letter; half the time of a whole article goes in here
_IN_LOWER_CASE = re.compile(_PATTERN.replace("(?-i:[A-Z])", r"\w"))
# the outlet speaks of itself, or nobody speaks: "we claim", "worth noting", "tempting to believe", "nobody says"
NO_CUE = re.compile(
    r"\b[Ii]t(?:[’']s|\s+(?:is|was|would\s+be))\s+[^,;:]{1,40}\sto\s+$"
    r"|\b(?:(?:I|[Ww]e|[Yy]ou)(?:\s+[\w’']+){0,2}|worth|(?:needless|(?:that|it|which)\s+(?:is|was))\s+to"
    r"|(?:anything|difficult|easy|enough|fair|hard|impossible|little|lot|much|nothing|possible|reason|reasonable|right|"
    r"safe|something|tempting|things?|wrong)\s+to|(?:[Nn]obody|[Nn]o\s+one)(?:\s+\w+){0,3})\s+$"
)


def in_lower_case(text: str) -> str:
    """The text in lower case, character for character."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def next_cue(text: str, lower: str, start: int, end: int) -> re.Match[str] | None:
    """The first cue between two offsets.

    Args:
        text: a sentence.
        lower: the same in lower case, from :func:`in_lower_case`.
        start: where to begin.
        end: where to stop.
    """
    while found := _IN_LOWER_CASE.search(lower, start, end):
        cue = _CUE.match(text, found.start(), end)
        if cue:
            return cue
        start = found.start() + 1
    return None
