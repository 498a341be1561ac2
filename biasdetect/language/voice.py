"""Whose words: the outlet's own, quoted speech, scare quotes, a speaker's words in paraphrase.

Two steps, both on offsets into the source. :func:`find_quotations` pairs the quotation marks of a block;
:class:`VoiceMap` says, for any stretch of a sentence, who answers for it. Both take time in proportion
to the length of the text: every pattern below is bounded or runs forward once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from biasdetect.results import Voice

Span = tuple[int, int]

# opening mark -> the marks that close it
_CLOSERS = {
    "“": '”"',
    "”": "”",
    "„": '“”"',
    "‟": '”"',
    "«": "»",
    "»": "«»",
    "‹": "›",
    '"': '"”',
    "‘": "’'",
    "‚": "‘’",
    "'": "'’",
}
_MARK = re.compile("[“”„‟«»‹›\"‘’‚']")
_SINGLE = "‘’‚'‹›"
_BEFORE_OPENING = re.compile(r"[\s(\[{—–\-/:“„«\"‘']")
_ELISION = re.compile(r"['‘](?:\d0s|\d\d(?!\s+[a-z])|n['’]|(?:em|til|tis|twas|cause|bout|round)\b)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)")
_DEEPEST = 6  # quotations within quotations; a closing mark looks no further up


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words inside quotation marks: ``source[start:end]`` holds the marks too.

    Attributes:
        start: offset of the opening mark.
        end: offset after the closing mark, or of the end of the words where it is missing.
    """

    start: int
    end: int


def find_quotations(text: str, start: int, end: int, next_char: str = "") -> list[Quotation]:
    """Quotations in one block, in order; nested ones belong to the outer.

    A quotation whose closing mark is missing runs to the end of the block where the next block opens
    with the same mark (speech over several paragraphs), and otherwise to the end of its sentence.

    Args:
        text: the source.
        start: first character of the block.
        end: the block's end, exclusive.
        next_char: first character of the block after this one.
    """
    spans, unclosed = _pairs(text, start, end)
    for index, opening in enumerate(unclosed):
        following = unclosed[index + 1] if index + 1 < len(unclosed) else end
        if following == end and (next_char == text[opening] or next_char + text[opening] in ("«»", "»«")):
            spans.append((opening, end))
        elif text[opening] not in _SINGLE:  # a single one is an apostrophe after all
            stop = _SENTENCE_END.search(text, opening, following)
            spans.append((opening, stop.end() if stop else following))
    quotations: list[Quotation] = []
    for first, last in sorted(spans):
        if not quotations or first >= quotations[-1].end:
            quotations.append(Quotation(first, last))
    return quotations


def _pairs(text: str, start: int, end: int) -> tuple[list[Span], list[int]]:
    """Quotations with both their marks, nested ones too, and the opening marks that nothing closes."""
    pairs: list[Span] = []
    stack: list[int] = []
    for position, opens, closes in _marks(text, start, end):
        opening = _opening(text, position, stack) if closes else None
        if opening is not None:
            pairs.append((stack[opening], position + 1))
            del stack[opening:]
        elif opens:
            stack.append(position)
    return pairs, stack


def _opening(text: str, position: int, stack: Sequence[int]) -> int | None:
    """Which open quotation a mark closes; an apostrophe closes none but the innermost."""
    mark = text[position]
    reach = 1 if mark in "'’" else _DEEPEST
    for depth in range(len(stack) - 1, max(len(stack) - reach, 0) - 1, -1):
        if mark in _CLOSERS[text[stack[depth]]] and position > stack[depth] + 1:
            return depth
    return None


def _marks(text: str, start: int, end: int) -> list[tuple[int, bool, bool]]:
    """Quotation marks with whether each may open and may close; apostrophes and inches are left out."""
    marks = []
    closes_next = {True: False, False: False}  # single marks, double marks: the next sure one closes
    for match in reversed(list(_MARK.finditer(text, start, end))):
        position = match.start()
        mark = match.group()
        opens = _opens(text, position, start, end)
        closes = _closes(text, position, start, end)
        single = mark in _SINGLE
        # the players' union, doin' fine, a 12" record: no closing mark if a better one follows
        tail = text[max(start, position - 2) : position].lower()
        doubtful = closes and mark in "'’\"" and (tail.endswith("s") or tail == "in" if single else tail[-1:].isdigit())
        if doubtful and closes_next[single]:
            closes = False
        if opens or closes:
            marks.append((position, opens, closes))
            if not doubtful:
                closes_next[single] = closes and not opens
    return marks[::-1]


def _opens(text: str, position: int, start: int, end: int) -> bool:
    mark = text[position]
    before = text[position - 1] if position > start else " "
    after = text[position + 1] if position + 1 < end else " "
    if mark not in _CLOSERS or after.isspace() or not _BEFORE_OPENING.match(before):
        return False
    if mark in "'‘" and _ELISION.match(text, position, end):
        return False
    # a real opening single mark stands before a word; so does ” where it stands for “
    return mark not in "'”" or (after.isalnum() and not before.isalnum())


def _closes(text: str, position: int, start: int, end: int) -> bool:
    mark = text[position]
    before = text[position - 1] if position > start else " "
    after = text[position + 1] if position + 1 < end else " "
    if mark not in "'’\"":
        return True
    rock_n_roll = text[max(start, position - 2) : position].lower() in ("'n", "’n", "‘n")
    return not (after.isalnum() or before.isspace() or rock_n_roll)


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
_TELL = _forms("warn remind assure inform") + "|tells?|told|telling"
_STATE = (
    _forms(
        "add admit allege announce assert ask acknowledge boast bleat bluster brag caution claim complain concede "
        "conclude confess confirm contend crow declare deny exclaim explain fear forecast fume gloat gush hope joke "
        "lament moan note observe pledge predict promise quip rant recall reckon respond scoff shout sneer sob stress "
        "suggest testify threaten thunder tweet vow whine whisper wonder"
    )
    + "|demanded|estimated|posted|remarked|replied|reported|ruled|stated|writes?|wrote|finds|swears?|swore"
    + r"|puts?\s+it|point(?:s|ed)\s+out"
)
_NAME = _forms("brand call dub label term")
_JUDGE = _forms(
    "characterise characterize cite condemn criticise criticize decry denounce deride describe dismiss "
    "hail mock portray praise qualify regard reject ridicule slam welcome"
)
_UTTER = (
    _forms("attack blast")
    + r"|refer(?:s|red|ring)?\s+to|sp(?:eaks?|oke|eaking)\s+of|quot(?:es?|ed|ing)|reads?|slogans?|phrase|words?|"
    r"entitled|titled|known\s+as|named|chant(?:s|ed|ing)?|placards?|banners?|accus(?:e[sd]?|ing)"
)
_WORDS = r"(?:\s+[^\s,;]+)"
_NOT_CALLED = r"(?!\s+(?:for|in|off|on|to|up)\b)"  # called for calm, called off
# what may stand before somebody's words; the kind says whose stand where, and how far they go
_CUES = {
    # whose words the rest of the clause is, or the clause before
    "source": (
        r"according\s+to",
        r"in\s+the\s+(?:words|view|opinion|eyes)\s+of",
        r"(?:by|in)\s+(?:his|her|its|their|(?:\S+\s+)?\S+[’']s?)\s+(?:own\s+)?(?:account|opinion|view|words)",
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
        r"(?:agreed?|agrees|feels?|felt|found|hears?|heard)\s+that",
        r"(?:is|are|was|were)\s+(?:alleged|believed|reported|rumou?red|said|thought|understood)\s+to",
        rf"accus(?:e[sd]?|ing){_WORDS}{{0,12}}?\s+of",
        r"blam(?:e[sd]|ing)",
    ),
    # up to the comma
    "name": (
        rf"(?:{_JUDGE}){_WORDS}{{0,12}}?\s+as",
        rf"(?:{_forms('condemn criticise criticize denounce mock praise slam')}){_WORDS}{{1,12}}?\s+for",
        rf"(?:what|whom|which|that){_WORDS}{{1,5}}?\s+(?:(?:{_NAME}){_NOT_CALLED}|describe[sd]?\s+as|saw\s+as)",
        rf"(?:is|are|was|were|been|being)\s+(?:{_NAME})",
        rf"(?:{_NAME}){_NOT_CALLED}\s+(?:it|him|her|them|us|\w+self|themselves|each\s+other)",
        rf"(?:{_NAME}|{_forms('consider deem')}){_NOT_CALLED}{_WORDS}{{1,4}}?(?=\s+an?\s)",
    ),
    # a clause, where one follows
    "say": (_SAY,),
    "think": (_THINK,),
    "tell": (_TELL,),
    "state": (_STATE,),
    # nothing but what stands in quotation marks
    "utter": (_NAME, _JUDGE, _UTTER),
}
_KINDS = "|".join(f"(?P<{kind}>{'|'.join(cues)})" for kind, cues in _CUES.items())
_CUE = re.compile(rf"\b(?:{_KINDS})\b", re.IGNORECASE)
# the outlet speaks of itself; a claim, the report; who knows what he promised
_NO_CUE = re.compile(r"\b(?:(?:I|[Ww]e)(?:\s+[\w’']+)?|(?:needless|that\s+is)\s+to)\s+$")
_ARTICLE = re.compile(r"(?:\b(?:the|an?|this|his|her|its|their|our|of|no|in)|[’']s)\s+$", re.IGNORECASE)
_PLURAL = re.compile(
    r"(?:[s\x00]|n[’']t|\b(?:to|they|you|who|police|people|men|women|many|some|all|few|also|not|never|will|would|could|"
    r"can|may|might|must|should|did|do|does|\w+ly))\s+$",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\s+(?:what|why|how|where)\b", re.IGNORECASE)

_CLAUSE_BREAK = re.compile(
    r";|[,\x00]\s+(?:but|while|although|though|whereas|yet|even\s+(?:as|though|if))\b|\band\s+then\b|\bbefore\s+\w+ing\b"
    r"|,(?=\s+an?\s+(?:[\w’'-]+\s+){0,3}(?:accusation|allegation|assertion|charge|claim|statement|suggestion|view)\b)",
    re.IGNORECASE,
)
_CLAUSE_FIRST = re.compile(
    r"\s*(?:after|although|amid|as|because|before|by|despite|even|if|in|once|since|though|when|where|while|without)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(?:who|which)(?:\s+[\w’'-]+){0,6}\s*$", re.IGNORECASE)
_ASIDE = re.compile(
    r",\s+(?:by|for|however|in|meanwhile|now|once|then|too|which|who|whose|\w+ed|\w+ing)\b[^,\x00]*,$", re.IGNORECASE
)
_QUOTED = re.compile(r"\s*\x00")
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_WHEN = re.compile(
    rf"(?:\s+(?:on\s+|late\s+|early\s+)?(?:{_DAY}|yesterday|today|tonight|(?:this|last)\s+(?:week|month|year|night))"
    r"(?:\s+(?:morning|afternoon|evening|night))?)?"
)
_WHERE = rf"(?:again|also|after|at|before|during|earlier|from|in|last|late|later|of|on|to|through|this|via|with|yesterday|{_DAY}|\w+ly)\b"
_THAT = re.compile(rf"(?:\s+{_WHERE}[^,;:]{{0,80}}?)?(?:,[^,;]{{1,60}},)?\s+(?:that|whether)\b", re.IGNORECASE)
_TOLD_THAT = re.compile(r"[^,;:]{0,100}?\s(?:that|whether)\b", re.IGNORECASE)
_AUXILIARY = (
    r"(?:am|is|are|was|were|has|have|had|will|would|can|could|may|might|must|shall|should|do|does|did|cannot|\w+n[’']t)"
)
_FINITE = re.compile(rf"\b{_AUXILIARY}\b")
_ENDS_OPEN = re.compile(rf"\b(?:be|been|{_AUXILIARY})$")
_CHUNK = re.compile(
    r"(?:(?!\b(?:who|whose|that|which|where|when|as|after|before|because)\b)[^,;:\x00]){0,150}", re.IGNORECASE
)
_SUBJECT = re.compile(r"\s+(?:he|she|they|there|we|nobody|no\s+one)\b", re.IGNORECASE)
_SUBJECT_OR_IT = re.compile(r"\s+(?:it|he|she|they|there|we|you|nobody|nothing\s+\w+s|no\s+one)\b", re.IGNORECASE)
_DETERMINER = re.compile(r"\s+(?:the|an?|its|his|her|their|this|that|these|those|no|all)\b", re.IGNORECASE)
_TAG_END = re.compile(rf"(?:\s+{_WHERE}[^,;:\x00]{{0,120}})?\s*(?=[,.:!?\x00]|$)", re.IGNORECASE)
_GOES_ON = re.compile(r",\s+(?:and|or|so|because)\b", re.IGNORECASE)
_RESUMES = re.compile(rf",\s+(?:and|{_AUXILIARY})\b", re.IGNORECASE)
_APPOSITION = re.compile(r",\s+(?:the|an?|[\w-]+[’']s?)\s", re.IGNORECASE)
_ADVERBIAL = re.compile(r"\s*(?:after|at|by|for|from|having|in|on|to|with|\w+ing)\b", re.IGNORECASE)
_ROLE = re.compile(
    r"(?:[\w’'-]+\s+){0,2}(?:boss|chief|expert|experts|governor|leader|mayor|minister|MP|MPs|PM|police|poll|president|"
    r"report|senator|study|union|watchdog):\s",
    re.IGNORECASE,
)
_TAG_TOLD = re.compile(r"(?!\s+by\b)[^,;:\x00]{1,120}(?=[,.:!?]|$)")  # "..., he told the court"
_NO_WORDS = re.compile(rf"\s*(?:[,.:!?\x00]|$)|\s+(?:{_WHERE}|so\b|nothing\b|no\s+more\b)", re.IGNORECASE)
_NO_SUBJECT = re.compile(r"(?:and|or|who|which|with|in|on|at|of|for|from|by)$", re.IGNORECASE)
_NEAR = 300  # characters: no subject and no aside is longer
_FAR = 3000  # no quotation in mid-sentence is

_NAME_WORD = re.compile(r"[^a-z]|(?:a|an|and|as|at|by|de|for|from|in|is|la|of|on|or|the|to|von)$")
_CALLED_SO = re.compile(r"\s+(?:is|was|were)\s+(?:how|what|the\s+(?:words?|phrase|term)\b)", re.IGNORECASE)
_SO_CALLED = re.compile(r"\bso-called\s*$", re.IGNORECASE)


class _Speech:
    """Where a sentence gives a speaker's words.

    Attributes:
        told: 1 for every character of a paraphrase.
        heard: 1 where a quotation, however short, has a speaker.
    """

    def __init__(self, sentence: str) -> None:
        """Args: the sentence, with NUL for what stands in quotation marks."""
        self.text = sentence
        self.told = bytearray(len(sentence))
        self.heard = bytearray(len(sentence))
        role = _ROLE.match(sentence)
        if role:
            self._tell(role.end(), len(sentence))
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
        return max(start, end)

    def _before(self, position: int, start: int) -> str:
        return self.text[max(start, position - _NEAR) : position].rstrip()

    def _comma(self, start: int, end: int) -> int:
        """The next comma, or the end."""
        comma = self.text.find(",", start, min(end, start + _NEAR))
        return end if comma < 0 else comma

    def _clause(self, start: int, end: int) -> None:
        position = start
        heard = False
        while cue := _CUE.search(self.text, position, end):
            position = cue.end()
            if self._is_none(cue, start):
                continue
            if not heard and not cue["source"]:
                self.heard[position:end] = b"\1" * (end - position)
                heard = True
            limit = self._limit(cue, start, end)
            if cue["source"]:
                position = self._source(cue, start, end)
            elif cue["noun"] or cue["aim"] or cue["name"]:
                if not _QUOTED.match(self.text, position, end):
                    position = self._tell(position, limit)
            elif not cue["utter"]:
                words = self._words(cue, start, limit)
                if words is not None:
                    position = self._tell(words, limit)
                else:
                    tag = self._tag(cue, start, end)
                    if tag is not None:
                        position = start = tag

    def _is_none(self, cue: re.Match[str], start: int) -> bool:
        """Whether a cue is none: in the first person, or a noun, or in a question."""
        before = max(start, cue.start() - 30), cue.start()
        order = not cue[0].split()[0].endswith(("ed", "ing")) and not self._before(cue.start(), start)  # "Call it ..."
        if _NO_CUE.search(self.text, *before) or (order and not (cue["source"] or cue["noun"] or cue["utter"])):
            return True
        if cue["source"] or cue["noun"] or cue["aim"] or cue["name"] or cue["utter"]:
            return False
        noun = cue["state"] and not cue[0].endswith("ed") and _ARTICLE.search(self.text, *before)
        bare = cue["state"] and not cue[0].endswith(("s", "d", "t", "ing", "ote", "ore"))
        noun = noun or (bare and not _PLURAL.search(self.text, *before))
        asks = cue[0].lower().startswith(("ask", "wonder"))
        return bool(noun or (not asks and _QUESTION.match(self.text, cue.end())))

    def _limit(self, cue: re.Match[str], start: int, end: int) -> int:
        """Where the words after a cue stop: at the clause's end, or at the comma after an aside."""
        before = self._before(cue.start(), start)
        if cue[0].lower() == "accused of":  # "two men accused of fraud were ..."
            finite = _FINITE.search(self.text, cue.end(), min(end, cue.end() + _NEAR))
            end = finite.start() if finite else end
        leads = "," not in before and (not before or _CLAUSE_FIRST.match(before))
        aside = _WHO.search(before[-60:]) or (cue["aim"] and before.endswith(","))
        return self._comma(cue.end(), end) if cue["noun"] or cue["name"] or leads or aside else end

    def _words(self, cue: re.Match[str], start: int, end: int) -> int | None:
        """Where the clause begins that a verb of saying governs: "said on Monday that it ..."."""
        that = (_TOLD_THAT if cue["tell"] else _THAT).match(self.text, cue.end(), end)
        if that:
            return that.end()
        when = _WHEN.match(self.text, cue.end(), end)
        words = when.end() if when else cue.end()
        chunk = _CHUNK.match(self.text, words, end)
        subject = (_SUBJECT if cue["state"] else _SUBJECT_OR_IT).match(self.text, words, end)
        if subject or (chunk and _FINITE.search(self.text, *chunk.span())):
            return words
        before = self._before(cue.start(), start)
        if before.endswith(",") and not _ASIDE.search(before):  # "..., said the mayor"
            return None
        if cue["think"]:
            return words if _DETERMINER.match(self.text, words, end) else None
        return words if cue["say"] and not _NO_WORDS.match(self.text, words, end) else None

    def _source(self, cue: re.Match[str], start: int, end: int) -> int:
        """Follow "According to the mayor, ..." and "..., according to the mayor."."""
        comma = self._comma(cue.end(), end)
        before = self._before(cue.start(), start)
        broken = before.endswith(",")  # "Recall, according to the mayor, ...": the sentence comes after
        leads = not before or (broken and len(before.split()) < 5 and comma < end)
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
        quoted = text[comma - 1] == "\x00"
        if quoted:  # the sentence before it may not have been split off
            start = max(start, text.rfind(". ", max(start, comma - _FAR), comma))
        if not subject:
            if not (quoted or cue["say"]) or _NO_WORDS.match(text, cue.end(), end):
                return None
            self._tell(start, comma)
            after = self._comma(cue.end(), end)
            return self._tell(after, end) if not quoted and self._resumes(comma, after, end) else after
        tag = _TAG_END.match(text, cue.end(), end) or (cue["tell"] and _TAG_TOLD.match(text, cue.end(), end))
        if not tag or len(subject) > 9 or "than" in subject or subject[-1] == "and" or _NO_SUBJECT.match(subject[0]):
            return None
        if not quoted and _ADVERBIAL.match(text, start, comma) and not _FINITE.search(text, near, comma):
            return None  # "In the valley, the mayor said ..."
        after = tag.end()
        goes_on = text[after : after + 1] == "," and after < end
        if quoted or not goes_on or _GOES_ON.match(text, after, end):
            self._tell(start, comma)
        else:
            self.heard[start:comma] = b"\1" * (comma - start)
        appended = after > cue.end() and (cue["tell"] or _APPOSITION.match(text, after, end))
        appended = appended and not self._resumes(comma, after, end)
        if goes_on and not quoted and not appended and subject[0] != "as":
            return self._tell(after, end)
        return after

    def _resumes(self, comma: int, after: int, end: int) -> bool:
        """Whether the sentence that a tag broke into at one comma goes on at another: "It was, he said, a ..."."""
        return bool(_RESUMES.match(self.text, after, end) or _ENDS_OPEN.search(self._before(comma, 0)))


class VoiceMap:
    """Who answers for which characters of one sentence."""

    def __init__(self, text: str, start: int, end: int, quotations: Sequence[Quotation]) -> None:
        """Args: the source, the sentence's offsets in it, and the quotations of its block."""
        self.start = start
        self.end = end
        inside = []
        for index in range(bisect_right(quotations, start, key=lambda quote: quote.end), len(quotations)):
            quote = quotations[index]
            if quote.start >= end:
                break
            inside.append((max(quote.start, start), min(quote.end, end)))
        outside = _without(text, start, end, inside)
        speech = _Speech(outside)
        self._voices: list[Voice] = ["attributed" if told else "outlet" for told in speech.told]
        alone = not any(char.isalpha() for char in outside)
        self.quotes: list[Span] = []
        for first, last in inside:
            heard = alone or bool(speech.heard[first - start])
            scare = _is_scare(text[first:last], outside, first - start, last - start, heard)
            self._voices[first - start : last - start] = ["scare-quote" if scare else "quote"] * (last - first)
            if not scare:
                self.quotes.append((first, last))

    def voice(self, start: int, end: int) -> Voice:
        """Voice of ``source[start:end]``: the first that holds half of it."""
        voices = self._voices[max(start - self.start, 0) : max(end - self.start, 0)]
        for voice in ("quote", "scare-quote", "attributed"):
            if 2 * voices.count(voice) >= end - start:
                return voice
        return "outlet"

    @property
    def is_quote(self) -> bool:
        """Whether the sentence is reported speech through and through."""
        return any(first <= self.start + 1 and last >= self.end - 1 for first, last in self.quotes)

    def without_marks(self, text: str) -> str:
        """The sentence with spaces for the marks around reported speech, so that every offset holds."""
        chars = list(text[self.start : self.end])
        for first, last in self.quotes:
            for position in (first - self.start, last - self.start - 1):
                if _MARK.match(chars[position]):
                    chars[position] = " "
        return "".join(chars)

    def without_quotes(self, text: str) -> str:
        """The sentence with an ellipsis in place of every quotation's words."""
        pieces = []
        position = self.start
        for first, last in self.quotes:
            pieces += [text[position:first], "“…”"]
            position = last
        return "".join([*pieces, text[position : self.end]])


def _without(text: str, start: int, end: int, quotes: Sequence[Span]) -> str:
    """The sentence with NUL for what stands in quotation marks, save a comma before the closing one."""
    pieces = []
    position = start
    for first, last in quotes:
        comma = last - first > 3 and text[last - 2] in ",!?"
        pieces += [text[position:first], "\x00" * (last - first - comma), "," * comma]
        position = last
    return "".join([*pieces, text[position:end]])


def _is_scare(quoted: str, outside: str, start: int, end: int, heard: bool) -> bool:
    """Whether a quotation without a speaker is the outlet's doubt: no name and no exclamation."""
    inner = quoted[1:].rstrip("”\"’'»“›‘«")
    words = inner.split(maxsplit=4)
    if not words or len(words) > 3:
        return False
    before, after = outside[max(0, start - 40) : start], outside[end : end + 40]
    if _SO_CALLED.search(before):
        return True
    capital = inner[0].isupper()
    if heard or inner[-1] in "!?" or (inner[-1] in ".," and capital):
        return False
    leads = not before.strip() or before.rstrip()[-1] in ";—"
    if leads and (outside[end - 1] == "," or after.startswith(",")):  # "..., he laughed"
        return False
    if before.rstrip().endswith(":") or _CALLED_SO.match(after):
        return False
    nickname = re.search(r"\b[A-Z][\w.]*\s$", before) and re.match(r"\s[A-Z]", after)
    name = capital and all(_NAME_WORD.match(word) for word in words) and (len(words) > 1 or before)
    return not (nickname or name)
