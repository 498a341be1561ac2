"""Finds the words of a sentence that a speaker says in paraphrase: "The ministry said that the regime had ...".

A cue ("said", "according to", "accused of") stands before, after or amid somebody's words; its kind says
where they stand and how far they go. The verb itself and the description of the speaker are the outlet's.
Time grows in proportion to the length of the text: every pattern is bounded or runs forward once.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from biasdetect.language.cues import NO_CUE, Cue, either, forms, next_cue
from biasdetect.language.quotations import Span
from biasdetect.util.patterns import lazy

_ARTICLE = lazy(r"(?:\b(?:the|an?|this|his|her|its|their|our|of|no|in)|[’']s)\s+$", re.IGNORECASE)
_PLURAL = lazy(
    r"(?:[s\x00]|n[’']t|\b(?:to|they|you|who|police|people|men|women|many|some|all|few|also|not|never|will|would|could|"
    r"can|may|might|must|should|did|do|does|\w+ly))\s+$",
    re.IGNORECASE,
)
_JOINED_ON = lazy(r"[’']s|-\w")
_TOLD_OF = lazy(r"\s+(?:of|about|to)\b", re.IGNORECASE)
_DASH = lazy(r"—|\s[–-]\s")
_DATELINE = lazy(r"[A-Z]{2}[^—–]{0,40}(?:—|\s[–-]\s)")
_OBJECT = lazy(rf"(?:{either(forms('allege deny expect forecast predict'))}|foresees?|foresaw)$", re.IGNORECASE)
_NO_OBJECT = lazy(
    r"\s+(?:him|her|them|us|me|it|himself|herself|themselves)\b"
    r"|\s+(?:(?:the|its|his|her|their)\s+\w+\s+|(?:[A-Z][\w’'-]*\s+){1,4})(?:the|an?|any|access|his|her|its|their)\b"
)
_PASSIVE = lazy(r"\b(?:am|is|are|was|were|be|been|being|and)\s+$", re.IGNORECASE)
_INFLECTED = lazy(r"(?:s|d|ing|wrote|ore|saw|an|forecast|went|hit|put|expect|is|are|made|makes?)$")
_QUESTION = lazy(r"\s+(?:what|why|where)\b", re.IGNORECASE)

_IRREGULAR = (
    r"(?:began|bought|broke|brought|built|came|cut|did|drew|drove|fell|fled|gave|got|grew|held|hid|kept|knew|led|left|"
    r"lost|made|met|paid|put|ran|rose|said|sank|saw|sent|shot|shut|sold|spent|spoke|stole|stood|threw|told|"
    r"took|went|won|wrote)"
)
_CLAUSE_BREAK = lazy(
    r";|[,\x00]\s+(?:but(?!\s+(?:also|never|no|not|only|rather|that|to)\b)|"
    r"while|although|though|whereas|yet|even\s+(?:as|though|if))\b"
    r"|\band\s+(?:then|who)\b|\bbefore\s+\w+ing\b"
    r"|,(?=\s+an?\s+(?:[\w’'-]+\s+){0,3}(?:accusation|allegation|assertion|charge|claim|statement|suggestion|view)\b)",
    re.IGNORECASE,
)
_CLAUSE_FIRST = lazy(
    r"\s*(?:after|although|amid|as|because|before|by|despite|even|if|in|once|since|though|when|where|while|without)\b",
    re.IGNORECASE,
)
_AND_CLAUSE = lazy(r",\s+and\s+(?:he|she|it|they|(?:the|an?|his|her|its|their)\s+[\w’'-]+|[A-Z][\w’'-]*)\s")
_WHO = lazy(r"\b(?:where|who|which)(?:\s+[\w’'-]+){0,6}\s*$", re.IGNORECASE)
_ASIDE = lazy(
    r",\s+(?:by|for|however|in|meanwhile|now|once|then|too|which|who|whose|\w+ed|\w+ing)\b[^,\x00]*,$", re.IGNORECASE
)
_QUOTED_NEXT = lazy(r"[,:]?\s*\x00")
_QUOTED = lazy(r"\s*\x00")
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_WHEN = lazy(
    rf"(?:\s+(?:on\s+|late\s+|early\s+)?(?:{_DAY}|yesterday|today|tonight|(?:this|last)\s+(?:week|month|year|night))"
    r"(?:\s+(?:morning|afternoon|evening|night))?)?"
)
_WHERE = (
    r"(?:again|also|after|at|before|during|earlier|from|in|last|late|later|of|on|to|through|this|under|via|with|without|"
    rf"yesterday|{_DAY}|\w+ly)\b"
)
_THAT = lazy(
    rf"(?:\s+{_WHERE}[^,;:]{{0,80}}?(?:,\s+(?-i:[A-Z])[^,;:]{{0,30}}?(?:,\s+on\s+\w+)?)?)?"
    r"(?:,[^,;]{1,60},)?\s+(?:that|whether|how)\b",
    re.IGNORECASE,
)
_PAST_VERB = lazy(r"\w*(?:ed|ing|went|hit|began)\b", re.IGNORECASE)
_THAT_ALONE = lazy(r"\s+that\b", re.IGNORECASE)
_ADDRESSEE = lazy(
    r"\s+(?:(?:the|an?|his|her|its|their)\s+)?(?:[\w’'-]+\s+){0,2}?[\w’'-]+"
    r"(?=\s+(?:the|an?|his|her|its|their|it|he|she|they|there|this|all)\s)",
    re.IGNORECASE,
)
_PROMISED_THAT = lazy(r"(?:\s+(?!an?\b)[\w’'-]+){1,3}?\s+that\b", re.IGNORECASE)
_RELATIVE = lazy(r"\s+[a-z]+(?:ed|[^s]s|ook|ame|ent)\b")  # "said in a statement that stopped short"
_TOLD_THAT = lazy(
    r"(?:(?!\s(?:he|she|it|they|there|we|is|are|was|were|has|have|had|will|would|can|could)\b)[^,;:]){0,100}?"
    r"\s(?:that|whether)\b",
    re.IGNORECASE,
)
# with a question, and not for something: "asked the clerk whether ..."
_ASKS = lazy(r"ask|wonder", re.IGNORECASE)
_ASKED = lazy(r"(?:\s+(?!(?:as|for|is|to|was)\b)[\w’'-]+){0,4}?\s+(?:if|that|whether|(?=how\b|who\b))", re.IGNORECASE)
_IS_SAID = lazy(r"\b(?:is|are|was|were|be|been|being)\s+$", re.IGNORECASE)
_TO_BE = lazy(r"\s+to\s+(?:be|have)\b", re.IGNORECASE)
_FORECASTER = lazy(
    r"\b(?:analysts|economists|experts|forecasters|investors|observers|pollsters|traders)\b[^,;:]{0,60}$", re.IGNORECASE
)
# "a charge that he denies"
_DISPUTED = lazy(
    r"\s+(?:[\w’'-]+\s+){1,4}?(?:den(?:y|ies|ied)|reject\w*|disput\w*|contest\w*|dismiss\w*|refut\w*|repeat\w*)\b"
)
_ONE = lazy(r"\ban?\s+(?:\w+\s+)?$")
_EVERYDAY = lazy(r"(?:adding|establishing|posting|recalling|stressing)$")
_AFTER_PAUSE = lazy(r"(?:[,\x00—–]|\b(?:after|and|before|by|when|while|While|When|After|is|are|was|were)|\w+ly)\s+$")
_REASONS = lazy(r"\s+(?:the|his|her|its|their)\s+(?:\w+\s+)?(?:cause|method|process|reason|rule|step|way)s?\b")
_WHAT = lazy(r"\bwhat\s[^,;:]*$", re.IGNORECASE)
_NEGATED = lazy(r"(?:\b(?:not|never)|n[’']t|\b(?:declin|refus|fail)\w*\s+to)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_OPEN_QUESTION = lazy(r"[^,;:]{0,80}?\s(?:whether|if|how|what|who|why)\b", re.IGNORECASE)
# what a study or a paper shows is its authors' word; what a film or history shows is not
_DOCUMENT = lazy(
    r"\b(?:affidavit|analys[ei]s|assessment|audit|briefing|complaint|email|filing|inquiry|inquest|investigation|lawsuit|"
    r"letter|memo|memorandum|paper|poll|reports?|research|review|study|studies|survey|testimony)s?\b[^,;:]{0,60}$",
    re.IGNORECASE,
)
_SPEAKS = lazy(
    r"(?:\b(?:he|she|it|who|which)|\b[A-Z][\w’'-]*|\b(?:agency|chief|company|group|minister|paper|police|poll|study))\s+$"
)
_AUXILIARY = (
    r"(?:am|is|are|was|were|has|have|had|will|would|can|could|may|might|must|shall|should|do|does|did|cannot|\w+n[’']t)"
)
_VERB_NEXT = lazy(rf"\s+(?:\w+ly\s+)?{_AUXILIARY}\b")
# "Ann Bly, a nurse," and no verb yet
_APPOSED = lazy(rf"(?:(?!\b{_AUXILIARY}\b)[^,\x00])+,\s+(?:an?|the)\s(?:(?!\b{_AUXILIARY}\b)[^,\x00])+,$")
_FINITE = lazy(rf"\b{_AUXILIARY}\b")
_PASSIVE_NAME = lazy(r"(?:is|are|was|were|been|being)\s", re.IGNORECASE)
_AGENT = lazy(r"\s+by\s")
_AND = lazy(r"\band\s+$")
_NUMERAL = r"(?:\d\S*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens|half|hundreds|thousands)"
# "finds 40 percent of anglers want ..."
_SHARE = lazy(
    rf"\s+(?:(?:about|almost|just|nearly|only|over|roughly|some|at\s+least|more\s+than)\s+)?{_NUMERAL}"
    r"(?:\s+percent|\s+per\s+cent|\s+in)?\s+\w"
)
_PAST_CLAUSE = lazy(
    r"\s+(?:(?:the|its|his|her|their|an?)(?:\s+[\w’'-]+){1,3}?|(?:[A-Z][\w’'-]*\s+){0,2}[A-Z][\w’'-]*|[a-z]+s)\s+"
    rf"(?:{_IRREGULAR}\b"
    r"|(?:believes|needs|thinks|wants)\b|\w{2,}ed\s+(?:the|an?|its|his|her|their|them|him|it|he|she|they|"
    rf"to|up|out|off|no|more|too|{_NUMERAL})\b)"
)
_JOINED = lazy(r"\b(?:and|or|but|who|which|that|what)\s+$", re.IGNORECASE)
# the verb of which "the claim that ..." is the subject: "... was a fraud convinced nobody"
_PAST = lazy(
    rf"\b{_AUXILIARY}(?:\s+(?:an?|the|no|not)\b)?(?:\s+[\w’'-]+){{1,2}}?"
    r"(?<!\b(?:an|be|no))(?<!\b(?:the|and|not|had))(?<!\b(?:been|have))(?<!\b[aA])(?<!ly)"
    r"\s+(\w{2,}ed|led|came|drew|met|sent|made|gave|fell|grew|won|lost|took)\b"
)
# "urged them to stay, and shut the gate", "called it “art” despite ...": the outlet goes on
_AND_VERB = lazy(
    rf"(?:,\s+|\s+)and\s+(?:\w+ly\s+)?(?:\w{{3,}}ed|{_IRREGULAR})\s+"
    r"(?:the|an?|his|her|its|their|that|\w+self|back|down|off|on|out|over|up|(?:[A-Z][\w’'-]*))\b"
)
_ACCORDING = lazy(r",?\s+according\s+to\b")
_AFTER_QUOTED = lazy(r"\x00\s+(?:after|at|before|because|despite|during|even|for|in|on|when|while)\b")
_ASIDE_BEGINS = lazy(rf"^\w(?:(?!\b{_AUXILIARY}\b)[^,\x00])*,(?:(?!\b{_AUXILIARY}\b)[^,\x00])*$")
_COMMA_VERB = lazy(
    rf",\s+(?:\w+ly\s+)?(?:{_AUXILIARY}|{_IRREGULAR}|\w{{2,}}ed\s+(?:the|an?|his|her|its|their|no|to))\b"
)
_VERBISH = lazy(
    r"\s(?:\w+ed|\w+s\s+(?:the|an?|his|her)|hit|took|tore|went|came|left|met|made|gave|led|ran|won|lost|spoke|wrote)\b"
)
_ENDS_OPEN = lazy(rf"\b(?:be|been|{_AUXILIARY})$")
_CHUNK = lazy(
    r"(?:(?!\b(?:who|whose|that|which|where|when|as|after|before|because)\b)[^,;:\x00]){0,150}", re.IGNORECASE
)
_SUBJECT = lazy(r"\s+(?:he|she|they|there|we|nobody|no\s+one)\b", re.IGNORECASE)
_SUBJECT_OR_IT = lazy(r"\s+(?:it(?!\s+to\b)|he|she|they|there|we|you|nobody|nothing\s+\w+s|no\s+one)\b", re.IGNORECASE)
_DETERMINER = lazy(r"\s+(?:the|an?|its|his|her|their|this|that|these|those|no|all)\b", re.IGNORECASE)
_TAG_END = lazy(
    rf"(?:\s+(?:as|by|outside|over|when|while|{_WHERE})[^,;:\x00]{{0,120}})?\s*(?=[,.:!?\x00]|$)", re.IGNORECASE
)
_GOES_ON = lazy(r",\s+(?:and|or|so|because)\b", re.IGNORECASE)
_PARTICIPLE = lazy(r",\s+(?:\w+ly\s+)?\w+ing\b")  # "..., he said, citing a report"
_HE_SAYS = lazy(r",\s(?:he|she|they|it)\s+$")
_AS_SAID = lazy(r"as\s[^,]{0,60}$", re.IGNORECASE)
# "..., is not the kind that most anglers", "..., it was hard to": no subject; "the man who was there" is one, and
# so is "the mayor has since"
_VERB_IN_SUBJECT = lazy(
    rf"^(?:(?!\b(?:who|which|whose|as)\b).)*?\b{_AUXILIARY}\s+"
    r"(?!(?:(?:also|since|not|repeatedly|previously|now|\w+ly|been|have|has|had|be)\s+)*$)"
)
_RESUMES = lazy(rf",\s+(?:and|{_AUXILIARY})\b", re.IGNORECASE)
_APPOSITION = lazy(r",\s+(?:the|an?|[\w-]+[’']s?)\s", re.IGNORECASE)
_ADVERBIAL = lazy(r"\s*(?:after|at|by|for|from|having|in|on|to|with|\w+ing)\b", re.IGNORECASE)
_ROLE = (
    r"(?:[\w’'-]+\s+){0,2}(?:analysts?|author|bank|boss|campaigners|CEO|chief|coroner|court|critics|director|doctors?|"
    r"economists?|experts?|governor|historian|inquiry|journalist|judge|lawyers?|leader|mayor|minister|MPs?|officials?|PM|"
    r"police|poll|president|professor|prosecutors?|reports?|scientists?|senator|sources?|spokes\w+|study|survey|union|"
    r"watchdog|witness(?:es)?)"
)
ROLE = lazy(rf"{_ROLE}:\s", re.IGNORECASE)
ROLE_LAST = lazy(rf":\s(?={_ROLE}\s*$)", re.IGNORECASE)
_TAG_TOLD = lazy(r"(?!\s+by\b)[^,;:\x00]{1,120}(?=[,.:!?]|$)")  # "..., he told the court"
_NO_WORDS = lazy(
    rf"\s*(?:[,.:!?\x00]|$)|\s+(?:{_WHERE}|(?:about|ahead|amid|as|because|following|when|while)\b"
    r"|(?:\w+\s+){0,3}(?:farewells?|goodbyes?|grace|hello|prayers?|thanks)\b|so\b|nothing\b|no\s+more\b)",
    re.IGNORECASE,
)
_NO_SUBJECT = lazy(
    r"(?:and|or|who|which|with|in|on|at|of|for|from|by|if|when|though|because|[’']cause|\w+ing|\w+ly)$", re.IGNORECASE
)
_PRONOUN = lazy(r"(?:he|she|they|it|I|we|you)$", re.IGNORECASE)
_WARN_JUDGES = lazy(r"(?:\s+[\w’'-]+){1,6}\s*[.!\x00]?$")  # "Reform is doomed, warn judges"
_NUMBER = lazy(r"\s+[$£€\d]")
# "..., stated the head of the region": a role or a full name, and no object
_OFFICIAL = lazy(
    r"\s+(?:(?:the|an?|its|his|her|their)\s+)?(?:[\w’'-]+\s+){0,3}?"
    r"(?:agency|chief|commander|deputy|director|expert|governor|head|leader|mayor|minister|ministry|official|president|"
    r"secretary|spokes\w+)\b|\s+(?:[A-Z][\w’'-]+\s+){1,2}[A-Z]"
)
_WHO_SAYS = lazy(r"\b(?:who|which)(?:\s+[\w’'-]+){1,3}$")
# "The suit claims that": a noun by its form, and a verb
_VERB_AFTER_ALL = lazy(
    r"(?:(?:the|an?|his|her|its|their|one|this)\s+(?:(?!(?:amid|for|from|in|of|on|to|with)\b)[\w’'-]+\s+){0,3}?"
    r"[\w’'-]*[^s\W]"
    r"|he|she|it|(?-i:[A-Z])[\w’'-]+(?:\s+(?-i:[A-Z])[\w’'-]+)*)",
    re.IGNORECASE,
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
        self.cues: list[tuple[Cue, int]] = []
        self.inverted: set[int] = set()
        self.idle: set[int] = set()
        self._stretches = 0
        role = ROLE.match(sentence)
        last = None if role else ROLE_LAST.search(sentence)
        if role:
            self._tell(role.end(), len(sentence))
        elif last:
            self._tell(0, last.start())
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
        while cue := next_cue(self.text, position, clause_end):
            start, end = self._aside(cue.start, clause_start, clause_end)
            end = max(end, cue.end)
            if self._is_none(cue, start):
                position = cue.end
                continue
            # "The town, he went on, is ..."
            he = _HE_SAYS.search(self.text, max(start, cue.start - 10), cue.start)
            if cue.kind == "manner" and not (he or self._by_quotation(cue, start, end)):
                position = cue.end
                continue
            self.cues.append((cue, start))
            by_manner = cue.kind == "manner" and not _QUOTED_NEXT.match(self.text, cue.end, end)
            if not heard and not (cue.kind == "source" or by_manner):
                self.heard[cue.start : end] = b"\1" * (end - cue.start)
                heard = end == clause_end
            stretches = self._stretches
            position, tagged = self._follow(cue, start, end)
            if tagged and end == clause_end:
                clause_start = position
            quoted = "\x00" in self.text[max(start, cue.start - _NEAR) : cue.end + _NEAR]
            if self._stretches == stretches and not quoted:
                self.idle.add(cue.start)

    def _follow(self, cue: Cue, start: int, end: int) -> tuple[int, bool]:
        """Put down the words that belong to a cue; say where the next may begin, and whether this one was a tag."""
        position = cue.end
        limit = self._limit(cue, start, end)
        if cue.kind == "source":
            return self._source(cue, start, end), False
        if cue.kind in ("noun", "aim", "name"):
            quoted = _QUOTED.match(self.text, position, end)
            return position if quoted else self._tell(position, limit), False
        if cue.kind == "utter":
            return position, False
        words = self._words(cue, start, limit)
        if words is not None:
            return self._tell(words, limit), False
        tag = self._tag(cue, start, end)
        if tag is not None:
            return tag, True
        has_object = self._has_object(cue, start, end)
        return self._tell(position, self._comma(position, end)) if has_object else position, False

    def _by_quotation(self, cue: Cue, start: int, end: int) -> bool:
        """Whether a verb that may be of speech is so: "that" follows, or a quotation is beside it."""
        if self._manner_of_speaking(cue, end) or _QUOTED_NEXT.match(self.text, cue.end, end):
            return True
        return bool(_PAST_VERB.match(cue.text)) and "\x00" in self._before(cue.start, start)[-80:]

    def _manner_of_speaking(self, cue: Cue, end: int) -> int | None:
        """Where the clause begins that such a verb governs; "the protests that have ..." governs none."""
        that = _THAT_ALONE.match(self.text, cue.end, end)
        if not that:
            shows = cue.text.lower() in ("shows", "showed", "reveals", "revealed")
            share = shows and _SHARE.match(self.text, cue.end, end)
            return cue.end if share else None
        before = max(0, cue.start - 80), cue.start
        document = _DOCUMENT.search(self.text, *before)
        if cue.text.lower().startswith(("demonstrate", "show")) and not document:
            return None
        sure = (
            document
            or _PAST_VERB.match(cue.text)
            or _SPEAKS.search(self.text, *before)
            or any(pattern.match(self.text, that.end(), end) for pattern in (_SUBJECT_OR_IT, _DETERMINER))
        )
        return that.end() if sure else None

    def _is_none(self, cue: Cue, start: int) -> bool:
        """Whether a cue is none: in the first person, or a noun, or in a question."""
        before = max(start, cue.start - 60), cue.start
        verb = cue.text.split()[0].lower()
        if verb.startswith("explain") and _REASONS.match(self.text, cue.end):
            return True
        order = not verb.endswith(("ed", "ing", "what", "whom", "which")) and not self._before(cue.start, start)
        if NO_CUE.search(self.text, *before) or (order and cue.kind not in ("source", "noun", "utter")):
            return True  # "Call it ..."
        # the brand's plan, a Danish-style law, a tell-all book
        if _JOINED_ON.match(self.text, cue.end) or self.text[cue.start - 1 : cue.start] == "-":
            return True
        if cue.kind == "noun" and _DISPUTED.match(self.text, cue.end) and _ONE.search(self.text, *before):
            return True
        if cue.kind in ("source", "noun", "aim", "name", "utter"):
            return False
        if verb.startswith("den") and _NO_OBJECT.match(self.text, cue.end):
            return True  # "denied the town the grant it had ..."
        if verb.startswith("expect") and not _FORECASTER.search(self.text, *before):
            return True
        if verb == "telling" and _IS_SAID.search(self.text, *before) and _TAG_END.match(self.text, cue.end):
            return True  # "The silence is telling."
        if cue.kind == "tell" and _TOLD_OF.match(self.text, cue.end):
            return True
        if _EVERYDAY.match(verb) and not _AFTER_PAUSE.search(self.text, *before):
            return not _THAT_ALONE.match(self.text, cue.end)  # "adding salt to the soup"
        verbs = cue.kind in ("state", "think", "tell", "manner")
        bare = cue.kind in ("state", "manner") and not _INFLECTED.search(verb)
        noun = (verbs and not cue.text.endswith("ed") and _ARTICLE.search(self.text, *before)) or (
            bare and not _PLURAL.search(self.text, *before)
        )
        if _NEGATED.search(self.text, *before) and _OPEN_QUESTION.match(self.text, cue.end):
            return True  # "would not say whether ...": nobody's words
        asks = _ASKS.match(verb)
        return bool(noun or (not asks and cue.kind != "manner" and _QUESTION.match(self.text, cue.end)))

    def _limit(self, cue: Cue, start: int, end: int) -> int:
        """Where the words after a cue stop: at the clause's end, or at the comma after an aside."""
        before = self._before(cue.start, start)
        near = min(end, cue.end + _NEAR)
        according = _ACCORDING.search(self.text, cue.end, near)
        end = according.start() if according else end
        if cue.kind == "noun" and not noun_as_verb(cue, before):
            return self._main_verb(cue, before, self._comma(cue.end, end))
        if cue.kind == "name" and _PASSIVE_NAME.match(cue.text):  # "branded a cult by former members"
            agent = _AGENT.search(self.text, cue.end, min(end, cue.end + _NEAR))
            end = agent.start() if agent else end
        if cue.kind != "name" and self._within_subject(cue, before):
            end = self._main_verb(cue, before, end)
        near = min(end, cue.end + _NEAR)
        verb = _AND_VERB.search(self.text, cue.end, near)
        end = verb.start() if verb and (verb.group()[0] == "," or cue.kind == "aim") else end
        closed = _AFTER_QUOTED.search(self.text, cue.end, near) if cue.kind == "name" else None
        end = closed.start() + 1 if closed else end
        if cue.kind in ("aim", "name"):
            clause = _AND_CLAUSE.search(self.text, cue.end, min(end, cue.end + _NEAR))
            end = clause.start() if clause else end
        if cue.text.lower() == "accused of":  # "two men accused of fraud were ..."
            finite = _FINITE.search(self.text, cue.end, min(end, cue.end + _NEAR))
            end = finite.start() if finite else end
        if cue.text.split()[0].lower().endswith("ing") and _ASIDE_BEGINS.match(before):
            # "The judge, urging calm, left ..."
            verb = _COMMA_VERB.search(self.text, cue.end, min(end, cue.end + _NEAR))
            end = verb.start() if verb else end
        leads = "," not in before and (not before or _CLAUSE_FIRST.match(before))
        aside = _WHO.search(before[-60:]) or (cue.kind == "aim" and before.endswith(","))
        return self._comma(cue.end, end) if cue.kind == "name" or leads or aside else end

    def _within_subject(self, cue: Cue, before: str) -> bool:
        """Whether the speaker is the subject of a verb to come: "critics saying that ... are ...", "those who claim"."""
        if _CLAUSE_FIRST.match(before) or _ADVERBIAL.match(before):  # "For years, people saying ..."
            before = before.rpartition(",")[2]
        words = before.split()
        participle = cue.text.split()[0].lower().endswith("ing") and len(words) > 0
        relative = bool(_WHO.search(before[-60:]))
        if not (participle or relative) or len(words) > 10 or "," in before:
            return False
        before = _WHO.sub("", before)
        return not (_FINITE.search(before) or _VERBISH.search(before) or _ADVERBIAL.match(before))

    def _main_verb(self, cue: Cue, before: str, end: int) -> int:
        """Where "the claim that ..." meets the verb it is the subject of, or the end."""
        near = min(end, cue.end + _NEAR)
        finite = [
            verb.start()
            for verb in _FINITE.finditer(self.text, cue.end, near)
            if not _JOINED.search(self.text, max(cue.end, verb.start() - 10), verb.start())
        ]
        heads = len(before.split()) < 7 and not (_FINITE.search(before) or _VERBISH.search(" " + before))
        missing = cue.kind == "say" and _WHO_SAYS.search(before) and not _VERB_NEXT.match(self.text, cue.end)
        if finite and missing:  # "Two men who police say robbed a shop were ..."
            return finite[0]
        if len(finite) > 1 and (heads or cue.kind != "noun"):
            return finite[-1]
        subject = len(before.split()) < 3 and (not before or _ARTICLE.search(before + " "))
        past = _PAST.search(self.text, cue.end, near) if subject else None
        return past.start(1) if past else end

    def _words(self, cue: Cue, start: int, end: int) -> int | None:
        """Where the clause begins that a verb of saying governs: "said on Monday that it ..."."""
        text = self.text
        before = self._before(cue.start, start)
        if cue.kind == "manner":
            return self._manner_of_speaking(cue, end)
        if _ASKS.match(cue.text):
            asked = _ASKED.match(text, cue.end, end)
            return asked.end() if asked else None
        if cue.kind == "say" and (_TO_BE.match(text, cue.end, end) or _IS_SAID.search(before[-20:] + " ")):
            return None  # "The report, said to be lost, ...", "Little was said about ..."
        if _VERB_NEXT.match(text, cue.end, end) and _WHAT.search(before[-60:]):
            return None  # "What he sang could ..."
        that = (_TOLD_THAT if cue.kind == "tell" else _THAT).match(text, cue.end, end)
        if not that and cue.text.lower().startswith("promise"):
            that = _PROMISED_THAT.match(text, cue.end, end)
        quoted = "\x00, " in before[-60:]
        if that and not (quoted and _RELATIVE.match(text, that.end(), end)):
            return that.end()
        when = _WHEN.match(text, cue.end, end)
        words = when.end() if when else cue.end
        chunk = _CHUNK.match(text, words, end)
        subject = (_SUBJECT if cue.kind == "state" else _SUBJECT_OR_IT).match(text, words, end)
        if cue.kind == "tell" and not (
            _PASSIVE.search(text, max(start, cue.start - 10), cue.start) and not cue.text.endswith("ing")
        ):
            addressee = _ADDRESSEE.match(text, words, end)  # "told peers the bill was ..."
            words = addressee.end() if addressee else words
        if (
            subject
            or (chunk and self._has_finite(*chunk.span()))
            or (cue.text.startswith("find") and _SHARE.match(text, words, end))
            or (cue.kind in ("say", "state", "tell") and _PAST_CLAUSE.match(text, words, end))
        ):
            return words
        if before.endswith(",") and not (_ASIDE.search(before) or _APPOSED.match(before)):  # "..., said the mayor"
            return None
        if cue.kind == "think":
            return words if _DETERMINER.match(text, words, end) else None
        return words if cue.kind == "say" and not _NO_WORDS.match(text, words, end) else None

    def _has_finite(self, start: int, end: int) -> bool:
        """Whether a stretch has a verb of its own: not "admitted affray and was jailed"."""
        return any(
            not _AND.search(self.text, max(start, verb.start() - 5), verb.start())
            for verb in _FINITE.finditer(self.text, start, end)
        )

    def _has_object(self, cue: Cue, start: int, end: int) -> bool:
        """Whether a verb says without "that" what is said: "alleged a cover-up"."""
        return bool(
            _OBJECT.match(cue.text)
            and not (cue.text.lower() == "alleged" and not _DETERMINER.match(self.text, cue.end, end))
            and not _NO_OBJECT.match(self.text, cue.end, end)
            and not _NO_WORDS.match(self.text, cue.end, end)
            and not _PASSIVE.search(self.text, max(start, cue.start - 10), cue.start)
            and not _ARTICLE.search(self.text, max(start, cue.start - 10), cue.start)  # the alleged plan
        )

    def _source(self, cue: Cue, start: int, end: int) -> int:
        """Follow "According to the mayor, ..." and "..., according to the mayor."."""
        comma = self._comma(cue.end, end)
        before = self._before(cue.start, start)
        broken = before.endswith(",")  # "Recall, according to the mayor, ...": the sentence comes after
        leads = not before or before[-1] in ".!?" or (broken and len(before.split()) < 5 and comma < end)
        if not leads:
            self._tell(start, cue.start)
        if leads or (broken and _RESUMES.match(self.text, comma, end)):
            self._tell(comma, end)
        return end

    def _tag(self, cue: Cue, start: int, end: int) -> int | None:
        """Follow "..., the mayor said.", "..., said the mayor" and "The tax, he said, is ..." to the end of the tag."""
        text = self.text
        near = max(start, cue.start - _NEAR)
        comma = text.rfind(", ", near, cue.start)
        if comma < 0:  # "As the mayor noted, ..."
            leads = _AS_SAID.match(self._before(cue.start, start)) and not cue.text.endswith("ing")
            return self._tell(self._comma(cue.end, end), end) if leads else None
        subject = text[comma + 1 : cue.start].split()
        if not subject and text[comma - 1] != "\x00" and self._ends_aside(cue, comma, start, end):
            comma, subject = self._apposed(comma, near, cue.start)
            if comma < 0:
                return None
        quoted = text[comma - 1] == "\x00"
        if cue.kind == "manner" and not quoted and not (len(subject) == 1 and _PRONOUN.match(subject[0])):
            return None
        if quoted:  # the sentence before it may not have been split off; "She was blunt: “...,” she said"
            first = max(start, comma - _FAR)
            start = max(start, text.rfind(". ", first, comma), text.rfind(": \x00", first, comma) + 1)
        if not subject:
            return self._inverted_tag(cue, comma, start, end)
        tag = self._tag_ends(cue, end)
        if not tag or not _is_subject(subject):
            return None
        after = tag.end()
        if quoted:
            return self._told_around(cue, start, comma, after, end)
        if text[after : after + 1] in (":", "\x00"):
            return after  # "In a letter, the mayor said: ..."
        if _ADVERBIAL.match(text, start, comma) and not _FINITE.search(text, near, comma):
            if not (text[after : after + 1] == "," and after < end):
                return None  # "In the valley, the mayor said ..."
            if not _RESUMES.match(text, after, end):  # "On Monday, the mayor said, the road was shut"
                return self._tell(after, end)
        return self._told_around(cue, start, comma, after, end)

    def _told_around(self, cue: Cue, start: int, comma: int, after: int, end: int) -> int:
        """Put down the words before a tag's comma, after the tag, or both."""
        text = self.text
        quoted = text[comma - 1] == "\x00"
        goes_on = text[after : after + 1] == "," and after < end and not _PARTICIPLE.match(text, after, end)
        if (
            quoted
            or not goes_on
            or _GOES_ON.match(text, after, end)
            or _FINITE.search(text, max(start, comma - _NEAR), comma)
        ):
            self._tell(start, comma)
        else:
            self.heard[start:comma] = b"\1" * (comma - start)
        appended = after > cue.end and (cue.kind == "tell" or _APPOSITION.match(text, after, end))
        appended = appended and not self._resumes(comma, after, end)
        as_said = text.startswith(" as ", comma + 1)
        if goes_on and not quoted and not appended and not as_said:
            return self._tell(after, end)
        return after

    def _ends_aside(self, cue: Cue, comma: int, start: int, end: int) -> bool:
        """Whether a verb may follow "Ann Bly, a nurse,"; the one of "..., warn judges" does not."""
        near = max(start, cue.start - _NEAR)
        verbless = self.text.find(", ", near, comma) >= 0 and not _FINITE.search(self.text, near, cue.start)
        may = cue.text.endswith("d") or bool(cue.kind == "say" and verbless)
        return may and self._tag_ends(cue, end) is not None

    def _apposed(self, comma: int, near: int, cue: int) -> tuple[int, list[str]]:
        """The comma before "Ann Bly, a nurse, said" and the subject there; -1 for no comma."""
        text = self.text
        spoken = text.rfind("\x00, ", near, comma)
        name = text.rfind(", ", near, comma)
        before = text.rfind(", ", near, max(name, 0))
        if spoken >= 0:  # "“...,” Ann Bly, a nurse at a clinic in Dry Fork, Ohio, said"
            before, name = spoken + 1, text.find(", ", spoken + 3)
        if before < 0 or _FINITE.search(text, before, cue):
            return -1, []
        return before, text[before + 1 : name].split()

    def _tag_ends(self, cue: Cue, end: int) -> re.Match[str] | None:
        """What may follow the verb of a tag: "..., he said on Monday", "..., he told the court"."""
        told = _TAG_TOLD.match(self.text, cue.end, end) if cue.kind == "tell" else None
        return _TAG_END.match(self.text, cue.end, end) or told

    def _inverted_tag(self, cue: Cue, comma: int, start: int, end: int) -> int | None:
        """Follow "..., said the mayor", whose comma is given."""
        text = self.text
        quoted = text[comma - 1] == "\x00"
        says = (
            (cue.kind == "say" and not _NUMBER.match(text, cue.end, end))
            or (not cue.text.endswith(("d", "ing", "t")) and _WARN_JUDGES.match(text, cue.end, end))
            or (cue.text.endswith("d") and _OFFICIAL.match(text, cue.end, end))
        )
        if not (quoted or says) or _NO_WORDS.match(text, cue.end, end):
            return None
        self._tell(start, comma)
        self.inverted.add(cue.start)
        after = self._comma(cue.end, end)
        colon = text.find(":", cue.end, after)
        if colon > 0 and not quoted:  # "Not so, says Ann Bly: the tower ..."
            return self._tell(colon + 1, end)
        return self._tell(after, end) if not quoted and self._resumes(comma, after, end) else after

    def _resumes(self, comma: int, after: int, end: int) -> bool:
        """Whether the sentence that a tag broke into at one comma goes on at another: "It was, he said, a ..."."""
        return bool(_RESUMES.match(self.text, after, end) or _ENDS_OPEN.search(self._before(comma, 0)))


def noun_as_verb(cue: Cue, before: str) -> bool:
    """Whether "claims that" is what the subject before it does: "The lawsuit claims that ..."."""
    verb = cue.text.split()[0].lower() in ("claims", "doubts", "fears", "hopes")
    return verb and bool(_VERB_AFTER_ALL.fullmatch(before))


def _is_subject(words: list[str]) -> bool:
    """Whether the words between a comma and a verb of saying may be who says it."""
    if len(words) > 9 or "than" in words or words[-1] == "and" or _NO_SUBJECT.match(words[0]):
        return False
    return not _VERB_IN_SUBJECT.match(" ".join(words) + " ")
