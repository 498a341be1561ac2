"""Which words of a sentence are a speaker's in paraphrase: "The ministry said that the regime had ...".

A cue ("said", "according to", "accused of") stands before, after or amid somebody's words; its kind says
where they stand and how far they go. The verb itself and the description of the speaker are the outlet's.
Time grows in proportion to the length of the text: every pattern is bounded or runs forward once.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from biasdetect.language.quotations import Span


def _forms(verbs: str) -> str:
    """A pattern for all forms of some regular verbs."""

    def pattern(verb: str) -> str:
        stem, last = verb[:-1], verb[-1]
        if last == "e":
            return f"{stem}(?:e[sd]?|ing)"
        if last == "y" and stem[-1] not in "aeo":
            return f"{stem}(?:y|ies|ied|ying)"
        return f"{verb}(?:e?s|{last}?(?:ed|ing))?"

    return "|".join(pattern(verb) for verb in verbs.split())


_SAY = "say|says|said|saying"
_THINK = _forms("believe argue insist maintain") + "|thinks?|thought"
_TELL = _forms("warn remind assure inform caution notify persuade") + "|tells?|told|telling"
_STATE = (
    _forms(
        "add admit affirm allege announce assert ask acknowledge boast bleat bluster brag claim complain concede "
        "conclude confess confirm contend crow declare deny emphasise emphasize exclaim explain fear forecast fume gloat "
        "gush hope joke lament moan note observe pledge predict promise quip rant recall reckon recount reiterate respond "
        "scoff shout sneer sob stress suggest testify threaten thunder tweet underline underscore vow whine whisper wonder"
    )
    + "|demanded|established|estimated|foresees?|foresaw|indicated|posted|remarked|replied|reported|ruled|stated|"
    r"writes?|wrote|finds|swears?|swore|puts?\s+it|point(?:s|ed)\s+out"
)
# verbs that are of speech only where "that" follows, or beside a quotation
_MURMUR = (
    _forms(
        "bark beam bellow boom chuckle continue counter cry deduce determine disclose discover drawl enthuse gasp groan "
        "growl grumble hint howl imply insinuate intone interject interrupt laugh mention mumble muse mutter opine plead "
        "proclaim protest rage rasp reason relate retort reveal roar scream signal smile snap snarl snort speculate "
        "stammer storm surmise wail yell"
    )
    + r"|went\s+on|goes\s+on|chim(?:es?|ed)\s+in|hit\s+back|sighed|sighs|begg?ed|began"
)
_NAME = _forms("brand call dub label style term")
_JUDGE = _forms(
    "characterise characterize cite condemn criticise criticize decry denounce deride describe dismiss "
    "hail mock portray praise qualify regard reject ridicule slam tout welcome"
)
_UTTER = (
    _forms("attack blast compare liken thank")
    + r"|refer(?:s|red|ring)?\s+to|speaking\s+of|quot(?:es?|ed|ing)|reads?|slogans?|phrase|words?|"
    r"entitled|titled|known\s+as|named|chant(?:s|ed|ing)?|placards?|banners?|accus(?:e[sd]?|ing)"
)
_WORDS = r"(?:\s+[^\s,;]+)"
_NOT_CALLED = r"(?!\s+(?:for|in|of|off|on|to|up)\b)"  # called for calm, called off
# what may stand before somebody's words; the kind says whose stand where, and how far they go
_CUES = {
    # whose words the rest of the clause is, or the clause before
    "source": (
        r"according\s+to",
        r"in\s+the\s+(?:words|view|opinion|eyes)\s+of",
        rf"if{_WORDS}{{1,6}}?\s+(?:is|are)\s+to\s+be\s+believed",
        r"(?:by|in)\s+(?:his|her|its|their|(?:\S+\s+)?\S+[’']s?)\s+(?:own\s+)?(?:account|opinion|telling|view|words)",
    ),
    # up to the comma
    "noun": (
        r"(?:accusation|allegation|argument|assertion|belief|claim|concern|doubt|fear|hope|rumou?r|suggestion|warning)s?\s+that",
        r"(?:charge|confidence|conviction|insistence|view)\s+that",
    ),
    # up to the end of the clause
    "aim": (
        rf"(?:{_forms('promise pledge vow threaten offer claim')})(?:\s+(?:never|not))?\s+to",
        rf"(?:{_forms('urge order')}|(?:{_forms('call')})\s+(?:on|upon)){_WORDS}{{1,6}}?\s+to",
        rf"(?:{_forms('complain warn')}){_WORDS}{{0,4}}?\s+(?:about|against|of)",
        r"(?:agreed?|agrees|feels?|felt|found|hears?|heard)\s+(?:that|how)",
        r"(?:is|are|was|were|been)\s+(?:alleged|believed|claimed|reported|rumou?red|said|thought|understood)\s+to",
        r"(?:is|are|was|were|been)\s+(?:\w+ly\s+)?(?:perceived|regarded|seen|viewed)\s+as",
        rf"(?:argument|claim|complaint|contention|message|position|theory|verdict|view){_WORDS}{{0,2}}(?:,[^,;:]{{1,60}},)?"
        r"\s+(?:is|was)\s+that",
        rf"accus(?:e[sd]?|ing){_WORDS}{{0,12}}?\s+of",
        r"blam(?:e[sd]|ing)",
    ),
    # up to the comma
    "name": (
        rf"(?:{_JUDGE}){_WORDS}{{0,12}}?\s+as",
        rf"(?:sees?|saw|views?|viewed){_WORDS}{{1,4}}?\s+as(?=\s+(?:an?|the|his|her|its|their)\b)",
        rf"(?:{_forms('compare liken')})(?!\s+(?:to|with)\b){_WORDS}{{1,6}}?\s+to",
        rf"(?:{_forms('condemn criticise criticize denounce mock praise slam')}){_WORDS}{{1,12}}?\s+for",
        rf"(?:what|whom|which|that){_WORDS}{{1,5}}?\s+(?:(?:{_NAME}){_NOT_CALLED}|describe[sd]?\s+as|saw\s+as)",
        r"sp(?:eaks?|oke)\s+of",
        rf"(?:is|are|was|were|been|being)\s+(?:{_NAME})",
        rf"(?:{_NAME}){_NOT_CALLED}\s+(?:it|him|her|them|us|\w+self|themselves|each\s+other)",
        rf"(?:{_NAME}|{_forms('consider deem')}){_NOT_CALLED}{_WORDS}{{1,4}}?(?=\s+an?\s)",
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
_CUE = re.compile(rf"\b(?:{_KINDS})\b", re.IGNORECASE)
# the outlet speaks of itself, or nobody speaks; a claim, the report; who knows what he promised
_NO_CUE = re.compile(
    r"\b(?:(?:I|[Ww]e|[Yy]ou)(?:\s+[\w’']+){0,2}|worth|(?:needless|that\s+is|which\s+is)\s+to|(?:[Nn]obody|[Nn]o\s+one)(?:\s+\w+){0,3})\s+$"
)
_ARTICLE = re.compile(r"(?:\b(?:the|an?|this|his|her|its|their|our|of|no|in)|[’']s)\s+$", re.IGNORECASE)
_PLURAL = re.compile(
    r"(?:[s\x00]|n[’']t|\b(?:to|they|you|who|police|people|men|women|many|some|all|few|also|not|never|will|would|could|"
    r"can|may|might|must|should|did|do|does|\w+ly))\s+$",
    re.IGNORECASE,
)
_JOINED_ON = re.compile(r"[’']s|-\w")
_TOLD_OF = re.compile(r"\s+(?:of|about|to)\b", re.IGNORECASE)
_DASH = re.compile(r"—|\s[–-]\s")
_DATELINE = re.compile(r"[A-Z]{2}[^—–]{0,40}(?:—|\s[–-]\s)")
_OBJECT = re.compile(rf"(?:{_forms('allege deny predict')}|foresees?|foresaw)$", re.IGNORECASE)
_NO_OBJECT = re.compile(r"\s+(?:him|her|them|us|me|it|himself|herself|themselves)\b", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:am|is|are|was|were|be|been|being|and)\s+$", re.IGNORECASE)
_INFLECTED = re.compile(r"(?:s|d|ing|ote|ore|saw|an|forecast|went|hit|put)$")
_QUESTION = re.compile(r"\s+(?:what|why|where)\b", re.IGNORECASE)

_CLAUSE_BREAK = re.compile(
    r";|[,\x00]\s+(?:but|while|although|though|whereas|yet|even\s+(?:as|though|if))\b|\band\s+then\b|\bbefore\s+\w+ing\b"
    r"|,(?=\s+an?\s+(?:[\w’'-]+\s+){0,3}(?:accusation|allegation|assertion|charge|claim|statement|suggestion|view)\b)",
    re.IGNORECASE,
)
_CLAUSE_FIRST = re.compile(
    r"\s*(?:after|although|amid|as|because|before|by|despite|even|if|in|once|since|though|when|where|while|without)\b",
    re.IGNORECASE,
)
_AND_CLAUSE = re.compile(r",\s+and\s+(?:he|she|it|they|(?:the|an?|his|her|its|their)\s+[\w’'-]+|[A-Z][\w’'-]*)\s")
_WHO = re.compile(r"\b(?:who|which)(?:\s+[\w’'-]+){0,6}\s*$", re.IGNORECASE)
_ASIDE = re.compile(
    r",\s+(?:by|for|however|in|meanwhile|now|once|then|too|which|who|whose|\w+ed|\w+ing)\b[^,\x00]*,$", re.IGNORECASE
)
_QUOTED_NEXT = re.compile(r"[,:]?\s*\x00")
_QUOTED = re.compile(r"\s*\x00")
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_WHEN = re.compile(
    rf"(?:\s+(?:on\s+|late\s+|early\s+)?(?:{_DAY}|yesterday|today|tonight|(?:this|last)\s+(?:week|month|year|night))"
    r"(?:\s+(?:morning|afternoon|evening|night))?)?"
)
_WHERE = rf"(?:again|also|after|at|before|during|earlier|from|in|last|late|later|of|on|to|through|this|via|with|yesterday|{_DAY}|\w+ly)\b"
_THAT = re.compile(rf"(?:\s+{_WHERE}[^,;:]{{0,80}}?)?(?:,[^,;]{{1,60}},)?\s+(?:that|whether|how)\b", re.IGNORECASE)
_PAST_VERB = re.compile(r"\w*(?:ed|ing|went|hit|began)\b", re.IGNORECASE)
_THAT_ALONE = re.compile(r"\s+that\b", re.IGNORECASE)
_ADDRESSEE = re.compile(
    r"\s+(?:(?:the|an?|his|her|its|their)\s+)?(?:[\w’'-]+\s+){0,2}?[\w’'-]+"
    r"(?=\s+(?:the|an?|his|her|its|their|it|he|she|they|there|this|all)\s)",
    re.IGNORECASE,
)
_PROMISED_THAT = re.compile(r"(?:\s+(?!an?\b)[\w’'-]+){1,3}?\s+that\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\s+[a-z]+(?:ed|[^s]s|ook|ame|ent)\b")  # "said in a statement that stopped short"
_TOLD_THAT = re.compile(r"[^,;:]{0,100}?\s(?:that|whether)\b", re.IGNORECASE)
_AUXILIARY = (
    r"(?:am|is|are|was|were|has|have|had|will|would|can|could|may|might|must|shall|should|do|does|did|cannot|\w+n[’']t)"
)
_FINITE = re.compile(rf"\b{_AUXILIARY}\b")
_PASSIVE_NAME = re.compile(r"(?:is|are|was|were|been|being)\s", re.IGNORECASE)
_AGENT = re.compile(r"\s+by\s")
_AND = re.compile(r"\band\s+$")
_CLAIM = re.compile(rf"(?:{_forms('allege claim fear hope suggest')})$", re.IGNORECASE)
_PAST_CLAUSE = re.compile(
    r"\s+(?:the|its|his|her|their|an?)(?:\s+[\w’'-]+){1,3}?\s+(?:\w{2,}ed|broke|gave|knew|lost|made|paid|put|sold|stole|told|took|won)\b"
)
_JOINED = re.compile(r"\b(?:and|or|but|who|which|that|what)\s+$", re.IGNORECASE)
# the verb of which "the claim that ..." is the subject: "... was a fraud convinced nobody"
_PAST = re.compile(
    rf"\b{_AUXILIARY}(?:\s+(?:an?|the|no|not)\b)?(?:\s+[\w’'-]+){{1,2}}?"
    r"(?<!\b(?:an|be|no))(?<!\b(?:the|and|not|had))(?<!\b(?:been|have))(?<!\b[aA])(?<!ly)\s+(\w{2,}ed|led|came|drew|met|sent|made|gave|fell|grew|won|lost|took)\b"
)
_ENDS_OPEN = re.compile(rf"\b(?:be|been|{_AUXILIARY})$")
_CHUNK = re.compile(
    r"(?:(?!\b(?:who|whose|that|which|where|when|as|after|before|because)\b)[^,;:\x00]){0,150}", re.IGNORECASE
)
_SUBJECT = re.compile(r"\s+(?:he|she|they|there|we|nobody|no\s+one)\b", re.IGNORECASE)
_SUBJECT_OR_IT = re.compile(
    r"\s+(?:it(?!\s+to\b)|he|she|they|there|we|you|nobody|nothing\s+\w+s|no\s+one)\b", re.IGNORECASE
)
_DETERMINER = re.compile(r"\s+(?:the|an?|its|his|her|their|this|that|these|those|no|all)\b", re.IGNORECASE)
_TAG_END = re.compile(
    rf"(?:\s+(?:as|by|outside|over|when|while|{_WHERE})[^,;:\x00]{{0,120}})?\s*(?=[,.:!?\x00]|$)", re.IGNORECASE
)
_GOES_ON = re.compile(r",\s+(?:and|or|so|because)\b", re.IGNORECASE)
_PARTICIPLE = re.compile(r",\s+(?:\w+ly\s+)?\w+ing\b")  # "..., he said, citing a report"
_RESUMES = re.compile(rf",\s+(?:and|{_AUXILIARY})\b", re.IGNORECASE)
_APPOSITION = re.compile(r",\s+(?:the|an?|[\w-]+[’']s?)\s", re.IGNORECASE)
_ADVERBIAL = re.compile(r"\s*(?:after|at|by|for|from|having|in|on|to|with|\w+ing)\b", re.IGNORECASE)
ROLE = re.compile(
    r"(?:[\w’'-]+\s+){0,2}(?:bank|boss|campaigners|chief|coroner|court|critics|director|doctors?|experts?|governor|"
    r"inquiry|judge|lawyers?|leader|mayor|minister|MPs?|officials?|PM|police|poll|president|prosecutors?|report|"
    r"scientists?|senator|sources?|spokes\w+|study|survey|union|watchdog|witness(?:es)?):\s",
    re.IGNORECASE,
)
_TAG_TOLD = re.compile(r"(?!\s+by\b)[^,;:\x00]{1,120}(?=[,.:!?]|$)")  # "..., he told the court"
_NO_WORDS = re.compile(rf"\s*(?:[,.:!?\x00]|$)|\s+(?:{_WHERE}|so\b|nothing\b|no\s+more\b)", re.IGNORECASE)
_NO_SUBJECT = re.compile(
    r"(?:and|or|who|which|with|in|on|at|of|for|from|by|if|when|though|because|[’']cause|\w+ing|\w+ly)$", re.IGNORECASE
)
_PRONOUN = re.compile(r"(?:he|she|they|it|I|we|you)$", re.IGNORECASE)
_WARN_JUDGES = re.compile(r"(?:\s+[\w’'-]+){1,6}\s*[.!\x00]?$")  # "Reform is doomed, warn judges"
_NUMBER = re.compile(r"\s+[$£€\d]")
# "..., stated the head of the region": a role or a full name, and no object
_OFFICIAL = re.compile(
    r"\s+(?:(?:the|an?|its|his|her|their)\s+)?(?:[\w’'-]+\s+){0,3}?"
    r"(?:agency|chief|commander|deputy|director|expert|governor|head|leader|mayor|minister|ministry|official|president|"
    r"secretary|spokes\w+)\b|\s+(?:[A-Z][\w’'-]+\s+){1,2}[A-Z]"
)
_NEAR = 300  # characters: no subject and no aside is longer
_FAR = 3000  # no quotation in mid-sentence is


class Speech:
    """Where a sentence gives a speaker's words.

    Attributes:
        text: the sentence, with NUL for what stands in quotation marks.
        told: 1 for every character of a paraphrase.
        heard: 1 where a quotation, however short, has a speaker.
        cues: what stands before, after or amid a speaker's words, with the beginning of its clause.
        idle: offsets of the cues that no words belong to: "reported a profit".
        inverted: offsets of the cues that the speaker follows: "..., said the mayor".
    """

    def __init__(self, sentence: str) -> None:
        """Args: the sentence, with NUL for what stands in quotation marks."""
        self.text = sentence
        self.told = bytearray(len(sentence))
        self.heard = bytearray(len(sentence))
        self.cues: list[tuple[re.Match[str], int]] = []
        self.inverted: set[int] = set()
        self.idle: set[int] = set()
        self._stretches = 0
        role = ROLE.match(sentence)
        if role:
            self._tell(role.end(), len(sentence))
        # "The memo — a joke, he said — is ...": a cue between dashes stays between them
        self.dashes = [match.start() for match in _DASH.finditer(sentence)]
        if self.dashes and _DATELINE.match(sentence):
            del self.dashes[0]
        start = 0
        for clause in _CLAUSE_BREAK.finditer(sentence):
            self._clause(start, clause.start())
            start = clause.end()
        self._clause(start, len(sentence))

    def _tell(self, start: int, end: int) -> int:
        """Put a stretch down as told, and say where it ends."""
        if start < end:
            self.told[start:end] = b"\1" * (end - start)
            self.heard[start:end] = self.told[start:end]
            self._stretches += 1
        return max(start, end)

    def _before(self, position: int, start: int) -> str:
        return self.text[max(start, position - _NEAR) : position].rstrip()

    def _comma(self, start: int, end: int) -> int:
        """The next comma, or the end."""
        comma = self.text.find(", ", start, min(end, start + _NEAR))
        return end if comma < 0 else comma

    def _aside(self, position: int, start: int, end: int) -> Span:
        """The clause around a cue, or what stands between dashes there."""
        before = bisect_left(self.dashes, position)
        if before % 2 == 0 or before == len(self.dashes):
            return start, end
        return max(start, self.dashes[before - 1] + 1), min(end, self.dashes[before])

    def _clause(self, clause_start: int, clause_end: int) -> None:
        position = clause_start
        heard = False
        while cue := _CUE.search(self.text, position, clause_end):
            start, end = self._aside(cue.start(), clause_start, clause_end)
            end = max(end, cue.end())
            if self._is_none(cue, start):
                position = cue.end()
                continue
            if not cue["murmur"] or self._by_quotation(cue, start, end):
                self.cues.append((cue, start))
            if not heard and not (cue["source"] or cue["murmur"]):
                self.heard[cue.end() : end] = b"\1" * (end - cue.end())
                heard = end == clause_end
            stretches = self._stretches
            position, tagged = self._follow(cue, start, end)
            if tagged and end == clause_end:
                clause_start = position
            quoted = "\x00" in self.text[max(start, cue.start() - _NEAR) : cue.end() + _NEAR]
            if self._stretches == stretches and not quoted:
                self.idle.add(cue.start())

    def _follow(self, cue: re.Match[str], start: int, end: int) -> tuple[int, bool]:
        """Put down the words that belong to a cue; say where the next may begin, and whether this one was a tag."""
        position = cue.end()
        limit = self._limit(cue, start, end)
        if cue["source"]:
            return self._source(cue, start, end), False
        if cue["noun"] or cue["aim"] or cue["name"]:
            quoted = _QUOTED.match(self.text, position, end)
            return position if quoted else self._tell(position, limit), False
        if cue["utter"]:
            return position, False
        words = self._words(cue, start, limit)
        if words is not None:
            return self._tell(words, limit), False
        tag = self._tag(cue, start, end)
        if tag is not None:
            return tag, True
        has_object = self._has_object(cue, start, end)
        return self._tell(position, self._comma(position, end)) if has_object else position, False

    def _by_quotation(self, cue: re.Match[str], start: int, end: int) -> bool:
        """Whether a verb that may be of speech is so: "that" follows, or a quotation is beside it."""
        if self._murmured(cue, end) or _QUOTED_NEXT.match(self.text, cue.end(), end):
            return True
        return bool(_PAST_VERB.match(cue[0])) and "\x00" in self._before(cue.start(), start)[-80:]

    def _murmured(self, cue: re.Match[str], end: int) -> int | None:
        """Where the clause begins that such a verb governs; "the protests that have ..." governs none."""
        that = _THAT_ALONE.match(self.text, cue.end(), end)
        if not that:
            return None
        sure = _PAST_VERB.match(cue[0]) or any(
            pattern.match(self.text, that.end(), end) for pattern in (_SUBJECT_OR_IT, _DETERMINER)
        )
        return that.end() if sure else None

    def _is_none(self, cue: re.Match[str], start: int) -> bool:
        """Whether a cue is none: in the first person, or a noun, or in a question."""
        before = max(start, cue.start() - 30), cue.start()
        verb = cue[0].split()[0].lower()
        order = not verb.endswith(("ed", "ing", "what", "whom", "which")) and not self._before(cue.start(), start)
        if _NO_CUE.search(self.text, *before) or (order and not (cue["source"] or cue["noun"] or cue["utter"])):
            return True  # "Call it ..."
        # the brand's plan, a Danish-style law, a tell-all book
        if _JOINED_ON.match(self.text, cue.end()) or self.text[cue.start() - 1 : cue.start()] == "-":
            return True
        if cue["source"] or cue["noun"] or cue["aim"] or cue["name"] or cue["utter"]:
            return False
        if cue["tell"] and _TOLD_OF.match(self.text, cue.end()):
            return True
        verbs = cue["state"] or cue["think"] or cue["murmur"]
        noun = verbs and not cue[0].endswith("ed") and _ARTICLE.search(self.text, *before)
        bare = (cue["state"] or cue["murmur"]) and not _INFLECTED.search(verb)
        noun = noun or (bare and not _PLURAL.search(self.text, *before))
        asks = verb.startswith(("ask", "wonder"))
        return bool(noun or (not asks and not cue["murmur"] and _QUESTION.match(self.text, cue.end())))

    def _limit(self, cue: re.Match[str], start: int, end: int) -> int:
        """Where the words after a cue stop: at the clause's end, or at the comma after an aside."""
        before = self._before(cue.start(), start)
        if cue["noun"]:
            return self._main_verb(cue, before, self._comma(cue.end(), end))
        if cue["name"] and _PASSIVE_NAME.match(cue[0]):  # "branded a cult by former members"
            agent = _AGENT.search(self.text, cue.end(), min(end, cue.end() + _NEAR))
            end = agent.start() if agent else end
        if cue["aim"] or cue["name"]:
            clause = _AND_CLAUSE.search(self.text, cue.end(), min(end, cue.end() + _NEAR))
            end = clause.start() if clause else end
        if cue[0].lower() == "accused of":  # "two men accused of fraud were ..."
            finite = _FINITE.search(self.text, cue.end(), min(end, cue.end() + _NEAR))
            end = finite.start() if finite else end
        leads = "," not in before and (not before or _CLAUSE_FIRST.match(before))
        aside = _WHO.search(before[-60:]) or (cue["aim"] and before.endswith(","))
        return self._comma(cue.end(), end) if cue["name"] or leads or aside else end

    def _main_verb(self, cue: re.Match[str], before: str, end: int) -> int:
        """Where "the claim that ..." meets the verb it is the subject of, or the end."""
        near = min(end, cue.end() + _NEAR)
        finite = [
            verb.start()
            for verb in _FINITE.finditer(self.text, cue.end(), near)
            if not _JOINED.search(self.text, max(cue.end(), verb.start() - 10), verb.start())
        ]
        if len(finite) > 1:
            return finite[-1]
        subject = len(before.split()) < 3 and (not before or _ARTICLE.search(before + " "))
        past = _PAST.search(self.text, cue.end(), near) if subject else None
        return past.start(1) if past else end

    def _words(self, cue: re.Match[str], start: int, end: int) -> int | None:
        """Where the clause begins that a verb of saying governs: "said on Monday that it ..."."""
        text = self.text
        before = self._before(cue.start(), start)
        if cue["murmur"]:
            return self._murmured(cue, end)
        that = (_TOLD_THAT if cue["tell"] else _THAT).match(text, cue.end(), end)
        if not that and cue[0].lower().startswith("promise"):
            that = _PROMISED_THAT.match(text, cue.end(), end)
        quoted = "\x00, " in before[-60:]
        if that and not (quoted and _RELATIVE.match(text, that.end(), end)):
            return that.end()
        when = _WHEN.match(text, cue.end(), end)
        words = when.end() if when else cue.end()
        chunk = _CHUNK.match(text, words, end)
        subject = (_SUBJECT if cue["state"] else _SUBJECT_OR_IT).match(text, words, end)
        if cue["tell"] and not _PASSIVE.search(text, max(start, cue.start() - 10), cue.start()):
            addressee = _ADDRESSEE.match(text, words, end)  # "told peers the bill was ..."
            words = addressee.end() if addressee else words
        if (
            subject
            or (chunk and self._has_finite(*chunk.span()))
            or (_CLAIM.match(cue[0]) and _PAST_CLAUSE.match(text, words, end))
        ):
            return words
        if before.endswith(",") and not _ASIDE.search(before):  # "..., said the mayor"
            return None
        if cue["think"]:
            return words if _DETERMINER.match(text, words, end) else None
        return words if cue["say"] and not _NO_WORDS.match(text, words, end) else None

    def _has_finite(self, start: int, end: int) -> bool:
        """Whether a stretch has a verb of its own: not "admitted affray and was jailed"."""
        return any(
            not _AND.search(self.text, max(start, verb.start() - 5), verb.start())
            for verb in _FINITE.finditer(self.text, start, end)
        )

    def _has_object(self, cue: re.Match[str], start: int, end: int) -> bool:
        """Whether a verb says without "that" what is said: "alleged a cover-up"."""
        return bool(
            _OBJECT.match(cue[0])
            and not _NO_OBJECT.match(self.text, cue.end(), end)
            and not _NO_WORDS.match(self.text, cue.end(), end)
            and not _PASSIVE.search(self.text, max(start, cue.start() - 10), cue.start())
            and not _ARTICLE.search(self.text, max(start, cue.start() - 10), cue.start())  # the alleged plan
        )

    def _source(self, cue: re.Match[str], start: int, end: int) -> int:
        """Follow "According to the mayor, ..." and "..., according to the mayor."."""
        comma = self._comma(cue.end(), end)
        before = self._before(cue.start(), start)
        broken = before.endswith(",")  # "Recall, according to the mayor, ...": the sentence comes after
        leads = not before or before[-1] in ".!?" or (broken and len(before.split()) < 5 and comma < end)
        if not leads:
            self._tell(start, cue.start())
        if leads or (broken and _RESUMES.match(self.text, comma, end)):
            self._tell(comma, end)
        return end

    def _tag(self, cue: re.Match[str], start: int, end: int) -> int | None:
        """Follow "..., the mayor said.", "..., said the mayor" and "The tax, he said, is ..." to the end of the tag."""
        text = self.text
        near = max(start, cue.start() - _NEAR)
        comma = text.rfind(", ", near, cue.start())
        if comma < 0:  # "As the mayor noted, ..."
            leads = self._before(cue.start(), start)[:3].lower() == "as "
            return self._tell(self._comma(cue.end(), end), end) if leads else None
        subject = text[comma + 1 : cue.start()].split()
        past = cue[0].endswith("d")  # "..., warn judges" is no aside
        if (
            not subject and past and text[comma - 1] != "\x00" and self._tag_ends(cue, end)
        ):  # "..., Ann Bly, a nurse, said"
            name = text.rfind(", ", near, comma)
            comma = text.rfind(", ", near, max(name, 0))
            if comma < 0 or _FINITE.search(text, comma, cue.start()):
                return None
            subject = text[comma + 1 : name].split()
        quoted = text[comma - 1] == "\x00"
        if cue["murmur"] and not quoted and not (len(subject) == 1 and _PRONOUN.match(subject[0])):
            return None
        if quoted:  # the sentence before it may not have been split off
            start = max(start, text.rfind(". ", max(start, comma - _FAR), comma))
        if not subject:
            return self._inverted_tag(cue, comma, start, end)
        tag = self._tag_ends(cue, end)
        if not tag or len(subject) > 9 or "than" in subject or subject[-1] == "and" or _NO_SUBJECT.match(subject[0]):
            return None
        if not quoted and _ADVERBIAL.match(text, start, comma) and not _FINITE.search(text, near, comma):
            return None  # "In the valley, the mayor said ..."
        after = tag.end()
        goes_on = text[after : after + 1] == "," and after < end and not _PARTICIPLE.match(text, after, end)
        if quoted or not goes_on or _GOES_ON.match(text, after, end):
            self._tell(start, comma)
        else:
            self.heard[start:comma] = b"\1" * (comma - start)
        appended = after > cue.end() and (cue["tell"] or _APPOSITION.match(text, after, end))
        appended = appended and not self._resumes(comma, after, end)
        if goes_on and not quoted and not appended and subject[0] != "as":
            return self._tell(after, end)
        return after

    def _tag_ends(self, cue: re.Match[str], end: int) -> re.Match[str] | None:
        """What may follow the verb of a tag: "..., he said on Monday", "..., he told the court"."""
        told = _TAG_TOLD.match(self.text, cue.end(), end) if cue["tell"] else None
        return _TAG_END.match(self.text, cue.end(), end) or told

    def _inverted_tag(self, cue: re.Match[str], comma: int, start: int, end: int) -> int | None:
        """Follow "..., said the mayor", whose comma is given."""
        text = self.text
        quoted = text[comma - 1] == "\x00"
        says = cue["say"] and not _NUMBER.match(text, cue.end(), end)
        says = says or (not cue[0].endswith(("d", "ing", "t")) and _WARN_JUDGES.match(text, cue.end(), end))
        says = says or (cue[0].endswith("d") and _OFFICIAL.match(text, cue.end(), end))
        if not (quoted or says) or _NO_WORDS.match(text, cue.end(), end):
            return None
        self._tell(start, comma)
        self.inverted.add(cue.start())
        after = self._comma(cue.end(), end)
        colon = text.find(":", cue.end(), after)
        if colon > 0 and not quoted:  # "Not so, says Ann Bly: the tower ..."
            return self._tell(colon + 1, end)
        return self._tell(after, end) if not quoted and self._resumes(comma, after, end) else after

    def _resumes(self, comma: int, after: int, end: int) -> bool:
        """Whether the sentence that a tag broke into at one comma goes on at another: "It was, he said, a ..."."""
        return bool(_RESUMES.match(self.text, after, end) or _ENDS_OPEN.search(self._before(comma, 0)))
