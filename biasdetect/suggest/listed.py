"""Looks up a neutral word for a loaded one in the project's table (training/wording.tsv), in the right form.

A phrase is looked up whole and by its head: a verb with its particle, a noun with what stands before it, adjectives and
adverbs that only judge. Where the neutral wording would not fit the words around it, nothing is offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from biasdetect.english.function_words import (
    ARTICLES,
    DEMONSTRATIVES,
    FUNCTION_WORDS,
    OBJECT_PRONOUNS,
    POSSESSIVES,
    QUANTIFIERS,
)
from biasdetect.english.orthography import WORD
from biasdetect.suggest.edits import begins
from biasdetect.suggest.wording import Wording
from biasdetect.util.patterns import lazy

_SURENESS = (0.8, 0.7, 0.65)  # of the first neutral wording, and of those after it
_LEFT_OUT = 0.75
_HEAD_ALONE = 0.1  # less, where only the head is listed
_FURTHER = 3  # words behind a phrase that may belong to its verb
_POSSESSIVES = POSSESSIVES | {"one's"}
_PARTICLES = frozenset("about across against along apart around aside at away back down into off on onto out over past through together under up upon".split())  # fmt: skip
_LINKS = frozenset("of for to in from on behind at against between among with".split())
_OBJECTS = ARTICLES | DEMONSTRATIVES | POSSESSIVES | OBJECT_PRONOUNS | QUANTIFIERS
# neutral verbs that take no object, and "say", which takes words that are said
_NO_OBJECT = frozenset("rise fall decline disagree argue object complain speak talk go walk agree arrive come fail wait".split())  # fmt: skip
_SPEAKS = frozenset("disagree argue complain speak talk agree".split())
_WORDS_SAID = lazy(r"(?:,|:)?\s*[\"“‘'«]|\s+that\b")
_SAID_BEFORE = lazy(r"[,!?][\"”’'»]\s+(?:[\w’'-]+\s+){0,5}$")
_CLAIMS = frozenset("claim insist allege contend aver maintain".split())
_NEXT = lazy(r"[\s,\"“‘'«]*([\w][\w'’-]*)")
_NEXT_WORD = lazy(r"[ \n]([\w][\w'’-]*)")
_NEGATED = lazy(r"(?:\b(?:not|never|no|nor|neither|hardly|as|so|too|more|most|less|least|how|very|rather|quite)|n['’]t)\s+$", re.IGNORECASE)  # fmt: skip
_COMPARED = frozenset("as than enough".split())
_NOUN_PLACE = lazy(r"(?:^|[,;:(–—]\s*|\b(?:an?|the|this|that|these|those|his|her|its|their|our|of|in|for|with|by|from|to|on|no|and|or|as|[\w-]+['’]s|[\w-]+s['’])\s+(?:[\w-]+\s+)?)[\"“‘'«]?$", re.IGNORECASE)  # fmt: skip
_BEFORE_NOUN = lazy(r"(?:^|[^\w-])(?:an?|the|this|his|her|its|their|our|of|in|for|no|[\w-]+['’]s)\s+$", re.IGNORECASE)
_NEAR_NOUN = lazy(r"(?:^|[^\w-])(?:an?|the|this|his|her|its|their|our|of|in|for|no|[\w-]+['’]s)\s+(?:[\w-]+\s+)?$", re.IGNORECASE)  # fmt: skip
_JUDGING_ENDS = lazy(r".+-(?:loving|hating|mad|crazed|hungry|obsessed|addicted|soaked|addled|guzzling|swilling|quaffing|munching|sipping|grabbing|peddling|mongering|bashing|baiting|hugging|wringing|thumping)$")  # fmt: skip
_STRENGTHENING = lazy(r"(?:mega|ultra|arch|uber|über|super|hyper)-(?=\w{3})")
_AFTER_VERB = lazy(r"\b(?:will|would|can|could|may|might|must|should|not|did|does|do|they|we|you|I|he|she|who)\s+$")
# a noun that only means what it does with its verb: to sound the death knell, to work miracles
_IDIOM = lazy(r"\b(?:sound|spell|toll|ring|rang|work|perform|wield|wage|wreak|deal|dealt|throw|threw|wav(?:e|ing)|strik|struck|play|pull)\w*\s+(?:(?:an?|the|its|his|her|their)\s+)?$", re.IGNORECASE)  # fmt: skip
_ARTICLE = lazy(r"(?<![\w'’-])an?\s+$", re.IGNORECASE)
_PREDICATE = lazy(r"\b(?:is|are|was|were|be|been|becom\w+|became|called|into)\s+(?:\w+ly\s+|now\s+|not\s+)?(?:an?\s+|the\s+)?$", re.IGNORECASE)  # fmt: skip
_SAYS_NOTHING = frozenset(
    "place places area areas person people group groups building plan event thing country state".split()
)
_SAYS_LITTLE = _SAYS_NOTHING | frozenset("project problem issue measure plan step change development".split())
_ASIDE = lazy(r",\s+an?\s+$", re.IGNORECASE)
_AMOUNT = lazy(r"\s*[$€£¥\d]")
_NAME = lazy(r" [A-Z][\w.'’-]*\s+[A-Z]")
_MANY = frozenset("many number series several".split())
# no particle but a preposition where a noun follows: "rammed the bill through committee"
_PARTICLE_APART = lazy(
    r"((?: [\w'’-]+){1,4}?) (through|off|out|up|down|away|over|aside)"
    r"(?=[,.;:]|$| (?:after|again|against|amid|and|as|at|before|but|by|despite|during|for|from|if|in|last|next|on|or|since|"
    r"so|this|to|until|when|while|with|within|without)\b)"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """What the table has for a phrase.

    Attributes:
        start: first character of what gives way.
        end: the character after its last one.
        words: in its place, in lower case but for what is taken from the text; empty where it is left out.
        modifies: of what is left out, whether it belongs to the word after it.
        sureness: how likely it is right, 0 to 1.
    """

    start: int
    end: int
    words: str
    modifies: bool
    sureness: float


def find_listed(text: str, start: int, end: int, form: int, wording: Wording) -> Iterator[Listed]:
    """What the table has for ``text[start:end]``, at most three wordings and one deletion each.

    Args:
        text: the sentence.
        start: the phrase's first character.
        end: the character after its last one.
        form: the number of the form that the phrase's verb would stand in, if it is one.
        wording: with the table.
    """
    spans = [(start + match.start(), start + match.end()) for match in WORD.finditer(text[start:end])]
    words = [_normal(text[slice(*span)]) for span in spans]
    if not words:
        return
    yield from _as_verb(text, spans, words, form, wording)
    yield from _as_noun(text, spans, words, wording)
    yield from _left_out(text, spans, words, wording)


def _normal(word: str) -> str:
    return word.lower().replace("’", "'")


def _as_verb(
    text: str, spans: Sequence[tuple[int, int]], words: Sequence[str], form: int, wording: Wording
) -> Iterator[Listed]:
    """The verb, behind adverbs that may stand before it, with the words that the table has it with."""
    head = next((number for number, word in enumerate(words) if not word.endswith("ly")), None)
    if head is None or words[head] not in wording.base_verbs:
        return
    start, end = spans[0][0], spans[-1][1]
    if _BEFORE_NOUN.search(text, max(0, start - 40), start):
        return
    following = _NEXT_WORD.match(text, end)
    may_name = form < 2 and len(words) == head + 1 and not (following and _normal(following[1]) in _OBJECTS)
    if may_name and _NEAR_NOUN.search(text, max(0, start - 40), start):  # "the party's tired parrot"
        return
    base = wording.base_verbs[words[head]][0]
    inner = [(text[slice(*span)], span[1]) for span in spans[head + 1 :]]
    row = [*inner, *_words_behind(text, end)]
    for taken in range(len(row), -1, -1):
        key = " ".join([base, *(_in_key(word) for word, _ in row[:taken])])
        neutrals = wording.listed["verb"].get(key)
        if not neutrals:
            continue
        stop = row[taken - 1][1] if taken else spans[head][1]
        rest = [_normal(word) for word, _ in inner[taken:]]
        if rest and all(word.endswith("ly") for word in rest):
            stop, rest = end, []
        if rest:  # the longer phrase may be an idiom: "[step up] to the plate"
            return
        for number, neutral in enumerate(neutrals):
            verb, _, particle = neutral.partition(" ")
            if neutral and _fits(text, start, stop, base, neutral, key):
                said = " ".join(part for part in (wording.verbs[verb][form], particle) if part)
                yield Listed(start, stop, said, False, _SURENESS[min(number, 2)])
        return
    if not inner:
        yield from _apart(text, start, end, base, form, wording)


def _in_key(word: str) -> str:
    """A word as the table writes it: "one's" for whosever it is."""
    word = _normal(word)
    return "one's" if word in _POSSESSIVES else word


def _words_behind(text: str, end: int) -> list[tuple[str, int]]:
    """The words that follow, with the character after each, as long as no mark stands between."""
    found: list[tuple[str, int]] = []
    while len(found) < _FURTHER:
        following = _NEXT_WORD.match(text, found[-1][1] if found else end)
        if not following:
            break
        found.append((following[1], following.end()))
    return found


def _apart(text: str, start: int, end: int, base: str, form: int, wording: Wording) -> Iterator[Listed]:
    """A verb whose particle follows its object: "[rammed] the bill through" to "passed the bill"."""
    following = _PARTICLE_APART.match(text, end, end + 100)
    neutrals = wording.listed["verb"].get(f"{base} {following[2]}", ()) if following else ()
    for number, neutral in enumerate(neutrals):
        verb, _, rest = neutral.partition(" ")
        if following and not rest:
            words = f"{wording.verbs[verb][form]}{following[1]}"
            yield Listed(start, following.end(), words, False, _SURENESS[min(number, 2)])


def _fits(text: str, start: int, end: int, base: str, neutral: str, key: str) -> bool:
    """Whether what follows a verb can follow the neutral one: its object, no particle of the loaded one."""
    if neutral == "say":
        if base in _CLAIMS and (following := _NEXT_WORD.match(text, end)):
            return following[1] == "that" or following[1].lower() in _OBJECTS or following[1][0].isupper()
        return bool(_WORDS_SAID.match(text, end) or _SAID_BEFORE.search(text, max(0, start - 80), start))
    if key.endswith(" out") and text.startswith(" of ", end):
        return False
    following = _NEXT_WORD.match(text, end)
    after = _normal(following[1]) if following else ""
    if after in _PARTICLES:
        return after in ("over", "on", "about") and neutral in _SPEAKS
    if " " not in key and re.match(
        r"(?: [\w'’-]+){1,4}? (?:out|off|up|down|away|apart|aside|through)(?=[ ,.;:]|$)", text[end : end + 60]
    ):
        return False
    if neutral.rsplit(maxsplit=1)[-1] in _LINKS:
        return bool(following) and after not in _LINKS
    if neutral in _NO_OBJECT:
        return after not in _OBJECTS and not (following and following[1][0].isupper())
    return True


def _as_noun(text: str, spans: Sequence[tuple[int, int]], words: Sequence[str], wording: Wording) -> Iterator[Listed]:
    """The phrase's head, a noun; what leads up to it goes, but for names and plain nouns in one of the wordings."""
    start, end = spans[0][0], spans[-1][1]
    if _IDIOM.search(text, max(0, start - 40), start) or _AFTER_VERB.search(text, max(0, start - 12), start):
        return
    article = bool(_ARTICLE.search(text, max(0, start - 4), start))
    for number, neutral in enumerate(wording.listed["fixed"].get(" ".join(words), ())):
        if not (article and neutral.endswith("s")) and _counts(text, end, neutral, wording):
            yield Listed(start, end, neutral, False, _SURENESS[min(number, 2)])
    stop = next((number for number, word in enumerate(words) if number and word in _LINKS), len(words))
    if not _is_noun_phrase(text, spans, words[:stop], wording):
        return
    for head in range(stop):
        found = list(_noun(words[head:stop], wording))
        if found and "" in found and stop == len(words) and _NAME.match(text, end):
            yield Listed(start, end, "", True, _LEFT_OUT)
        if found:
            before = [text[slice(*spans[number])] for number in range(head) if _stays(text, spans[number], wording)]
            behind = text[spans[stop - 1][1] : end]
            if head or not article:
                fitting = found
            else:  # "a talks": a plural after the article
                fitting = [neutral for neutral in found if neutral not in wording.singulars]
            yield from _with_noun(text, (start, end), before, fitting, behind, wording, _HEAD_ALONE * (head > 0))
            return


def _is_noun_phrase(text: str, spans: Sequence[tuple[int, int]], words: Sequence[str], wording: Wording) -> bool:
    """Whether words can be a noun with what stands before it: no verb with its object, no noun before another."""
    start, end = spans[0][0], spans[len(words) - 1][1]
    if any(word in FUNCTION_WORDS for word in words):
        return False
    if any(word in wording.base_verbs and not set("AN") & set(wording.classes.get(word, "")) for word in words[1:]):
        return False
    following = _NEXT_WORD.match(text, end)
    if following and _is_noun_after(following[1], words[-1] not in wording.singulars, wording):
        return False
    leads = bool(_NOUN_PLACE.search(text, max(0, start - 40), start))
    return len(words) == 1 or leads or words[0] not in wording.base_verbs


def _is_noun_after(word: str, single: bool, wording: Wording) -> bool:
    """Whether the word after a noun makes that a modifier: "[rogue] landlords", "the [farce] interview"."""
    known = wording.classes.get(word, "")
    acts = "V" in known and (word.endswith(("ed", "s")) or "past" in wording.base_verbs.get(word, ("", ()))[1])
    return "N" in known and not acts and (single or "V" not in known)


def _with_noun(
    text: str,
    span: tuple[int, int],
    before: Sequence[str],
    neutrals: Sequence[str],
    behind: str,
    wording: Wording,
    less: float,
) -> Iterator[Listed]:
    """The neutral nouns in place of a phrase, with the words before the head that stay and without them."""
    start, end = span
    predicate = bool(_PREDICATE.search(text, max(0, start - 40), start))
    titled = bool(_NAME.match(text, end))
    apart = bool(_ASIDE.search(text, max(0, start - 4), start)) and text[end : end + 1] in (",", ".")
    for number, neutral in enumerate(neutrals):
        if (
            not neutral
            or (apart and neutral in _SAYS_LITTLE)
            or (predicate and neutral in _SAYS_NOTHING)
            or (titled and " of " in f"{neutral}{behind} ")
        ):
            continue
        if neutral == "setback" and f"{behind} {text[end:]}".lstrip().startswith("of "):  # it is one for somebody
            continue
        sureness = _SURENESS[min(number, 2)] - less
        if neutral in ("numbers", "series"):  # "[truckloads of] managers" to "many managers"
            yield from _many(text, span, behind, wording)
        if neutral == "numbers" or not _counts(text, end, neutral + behind, wording):
            continue
        if before:
            yield Listed(start, end, " ".join([*before, neutral]) + behind, False, sureness)
        if not any(word[0].isupper() for word in before):
            yield Listed(start, end, neutral + behind, False, sureness - 0.15 * bool(before))


def _many(text: str, span: tuple[int, int], behind: str, wording: Wording) -> Iterator[Listed]:
    start, end = span
    plural = _normal(text[start:end].removesuffix(behind).rsplit(maxsplit=1)[-1]) in wording.singulars
    if not plural or not (behind.startswith(" of") or text.startswith(" of ", end)):
        return
    end += 0 if behind else len(" of")
    if _counts(text, end, "many", wording):
        yield Listed(start, end, "many" + behind.removeprefix(" of"), False, _SURENESS[0])


def _noun(words: Sequence[str], wording: Wording) -> Iterator[str]:
    """Neutral nouns for the words that end a phrase, in their number."""
    single = wording.singulars.get(words[-1], words[-1])
    for neutral in wording.listed["fixed"].get(" ".join(words), ()):
        yield neutral
    for neutral in wording.listed["noun"].get(" ".join([*words[:-1], single]), ()):
        first, link, rest = neutral.partition(" of ")
        before, space, last = first.rpartition(" ")
        turned = last if single == words[-1] else wording.plurals.get(last, last)
        yield before + space + turned + link + rest


def _stays(text: str, span: tuple[int, int], wording: Wording) -> bool:
    """Whether a word before a head tells what it is of: a name, whose it is, a plain noun."""
    word = _normal(text[slice(*span)])
    name = text[span[0]].isupper() and not begins(text, span[0])
    owner = word.endswith(("'s", "s'"))
    plain = wording.classes.get(word, "") == "N" and not any(word in listed for listed in wording.listed.values())
    return name or owner or plain


def _counts(text: str, end: int, neutral: str, wording: Wording) -> bool:
    """Whether what "many" or "a number of" would count is more than one thing."""
    words = neutral.split()
    if not _MANY & set(words[-1:]) and not re.search(r"\b(?:number|series)$", neutral):
        return True
    following = re.match(r"(?:\s+of)?((?:\s+[\w'’-]+){1,3})", text[end : end + 60])
    if not following or (words[-1] in ("number", "series") and not text[end:].lstrip().startswith("of ")):
        return False
    first = next((word for word in following[1].split() if word not in ("new", "other", "angry", "small")), "")
    plural = first.lower() in wording.singulars or first == "people"
    return plural or (first.endswith("s") and not first.endswith(("ss", "us", "'s", "’s")))


def _judges(word: str, wording: Wording) -> bool:
    """Whether an adjective or adverb may be left out."""
    listed = wording.listed
    return (
        "" in listed["adjective"].get(word, ())
        or "" in listed["adverb"].get(word, ())
        or bool(_JUDGING_ENDS.match(word))
    )


def _left_out(text: str, spans: Sequence[tuple[int, int]], words: Sequence[str], wording: Wording) -> Iterator[Listed]:
    """Adjectives and adverbs that only judge, all of the phrase or its beginning; or the neutral one for one of them."""
    start, end = spans[0][0], spans[-1][1]
    if _NEGATED.search(text, max(0, start - 12), start):
        return
    if _AMOUNT.match(text, end) and _ARTICLE.search(text, max(0, start - 4), start):  # a [whopping] 58 percent
        return
    following = _NEXT.match(text, end)
    after = _normal(following[1]) if following else ""
    whole = " ".join(words)
    attributive = (
        bool(following) and after not in FUNCTION_WORDS and text[end : end + 1] in (" ", "\n", '"', "”", "’", "'")
    )
    adverb = "" in wording.listed["adverb"].get(whole, ())
    if adverb and after not in _COMPARED:
        yield Listed(start, end, "", False, _LEFT_OUT)
        return
    if "" in wording.listed["fixed"].get(whole, ()):
        yield Listed(start, end, "", False, _LEFT_OUT)
        return
    neutrals = wording.listed["adjective"].get(whole, ())
    for number, neutral in enumerate(neutrals):
        if neutral and _counts(text, end, neutral, wording):
            yield Listed(start, end, neutral, True, _SURENESS[min(number, 2)])
    strengthened = _STRENGTHENING.match(words[-1]) if len(words) == 1 else None
    if strengthened and words[0][strengthened.end() :] in wording.classes:
        yield Listed(start, end, text[start + strengthened.end() : end], True, _LEFT_OUT)
    inner = [word for word in words if word not in ("and", "but", "yet")]
    if attributive and inner and all(_judges(word, wording) for word in inner):
        yield Listed(start, end, "", True, _LEFT_OUT)
        return
    if len(words) == 2 and words[1] == "enough" and _judges(words[0], wording):
        yield Listed(start, end, "", False, _LEFT_OUT)
        return
    judging = 0
    while judging < len(words) - 1 and _judges(words[judging], wording):
        judging += 1
    if judging and words[judging] not in FUNCTION_WORDS and words[judging] not in _COMPARED:
        yield Listed(start, spans[judging - 1][1], "", False, _LEFT_OUT)
