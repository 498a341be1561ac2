"""What stands beside its sentence and may go as a whole: comments set off by marks, openers that say how to take a clause.

Whether what is said there is a fact or a judgement the words do not tell: the phrase is flagged, and the model has to be the
surer. Caution, and who says a thing, never go; numbers and names are kept by whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator

from biasdetect.english.function_words import (
    ARTICLES,
    COMMON_PREPOSITIONS,
    COORDINATORS,
    FUNCTION_WORDS,
    NEVER_LOADED,
    POSSESSIVES,
    SUBJECT_PRONOUNS,
)
from biasdetect.suggest.tokens import CLAUSES, NO_TOKEN, Tokens
from biasdetect.util.patterns import lazy

LONGEST = 20  # words of an aside
_LEADS = 12  # words of an opener before the phrase
_OUTER = 3  # words that belong to an aside before or behind a phrase: [a] chilling reminder, [which] says it all
_KEPT = frozenset(
    "alleged allegedly accused suspected reported reportedly purported purportedly apparently denied denies claims claimed "
    "according said says told believed thought convicted acquitted charged pleaded court police killed died dead injured "
    "wounded million billion percent probably likely unlikely possibly perhaps may might could would maybe almost nearly "
    "reputedly unconfirmed unproven suspect suspects alleging allege alleges claim claiming saying say tells tell "
    "supposed supposedly seeming seemingly seem seems seemed appear appears appeared appearing apparent presumed presumably "
    "ostensible ostensibly nominally putative potential potentially possible probable unverified unsubstantiated unfounded "
    "disputed attempted would-be so-called arrested indicted investigated sued cleared guilty innocent sentenced "
    "jailed wanted vain".split()
)
# what somebody has not is no comment
_DENIALS = frozenset("no not never none nobody nothing neither without hardly barely scarcely few half only".split())
# what a comment between commas begins with
_OPENERS = frozenset(
    "which something hardly like one a an the as with to not and again no or even if whatever however sadly in "
    "but surely".split()
)
_FRONT = frozenset("to as with in if like by despite for".split())  # what one at the beginning does
_LEADING = (
    COMMON_PREPOSITIONS | COORDINATORS | ARTICLES | POSSESSIVES | frozenset("than who which as if that is was".split())
)
_RELATIVES = frozenset("who that".split())
_JUDGED = (
    r"(?:crystal clear|clear|obvious|evident|plain|undeniable|indisputable|inescapable|unmistakable|remarkable|extraordinary|"
    r"surprising|unsurprising|astonishing|astounding|amazing|incredible|unbelievable|shocking|appalling|disgraceful|shameful|"
    r"scandalous|outrageous|obscene|absurd|ridiculous|laughable|bizarre|odd|strange|curious|baffling|puzzling|inexcusable|"
    r"unforgivable|unconscionable|deplorable|regrettable|unfortunate|fortunate|lucky|refreshing|heartening|heartbreaking|"
    r"infuriating|galling|worrying|alarming|distressing|depressing|disheartening|disappointing|disturbing|pathetic|welcome|sad|"
    r"tragic|ironic|telling|revealing|interesting|fascinating|amusing|hilarious|funny|sickening|disgusting|chilling|striking|"
    r"insane|crazy|surprise|wonder|secret|coincidence|shock|shame|pity|disgrace|scandal|travesty|tragedy|miracle|relief|irony|"
    r"mystery|understatement)"
)
_SEEN = r"(?:note|remember|recall|realise|realize|say|know|see|hear|learn|add|stress|point out|mention|ask)"
_NOTED = r"(?:remembered|noted|said|stressed|recalled|recognised|recognized|mentioned|pointed out|acknowledged|added|obvious|clear)"
_OPENING = lazy(
    r"(?:"
    rf"it(?:['’]s| is| was| has been| should be| comes as| came as| should come as| will come as)(?: \w+ly| thus| therefore| also| "
    rf"hardly| only| quite| very| now| perhaps| all too| so)?(?: an?| no| little| great| the)? {_JUDGED}(?: \(but no \w+\))?"
    rf"(?: to {_SEEN}| enough| by now| indeed| to (?:anyone|everyone|all|me|us))*"
    rf"|it(?:['’]s| is) (?:also )?(?:important|worth|nice|good|vital|crucial|necessary|only fair) (?:to {_SEEN}|noting|remembering|"
    r"repeating|saying|recalling|pointing out|asking)"
    rf"|it (?:should|must|needs to|has to|ought to|cannot|can['’]t) (?:also |always |never )?(?:be )?{_NOTED}(?: by now)?"
    r"|(?:one|we|you|everyone|nobody) (?:should|must|can|cannot|can['’]t)(?: not| never)? (?:forget|remember|note|recall|deny|help but notice)"
    r"|(?:never|don['’]t|do not|let us not|let['’]s not) (?:forget|kid ourselves)"
    r"|let['’]s (?:be clear|be honest|face it|be real|remember)|let us (?:be clear|be honest|remember)|make no mistake(?: about it)?"
    rf"|the (?:\w+ly )?(?:{_JUDGED}|simple|plain|bitter|harsh|cold|hard|brutal|ugly|painful|stark|awful|grim|uncomfortable|inconvenient)"
    r" (?:truth|reality|fact|irony|thing|part|joke|news) is"
    r"|any(?:one|body) (?:who|with) [\w ]{3,40} (?:knows|can see|will know)"
    r"|you(?:['’]d better| had better| can| better) (?:believe|bet)|you know times have changed when"
    r"|(?:no|small|little) (?:wonder|surprise)|too bad|there(?:['’]s| is| can be| was) (?:no|little) (?:doubt|question|denying|mistaking|disputing)"
    r"|(?:rest assured|suffice it to say|suffice to say|as we all know|as everyone knows|needless to say|truth be told|funny how|"
    r"the fact of the matter is|the fact remains|i suspect|what is clear is|what['’]s clear is|one thing is (?:clear|certain))"
    r")(?:,? that\b| how\b)?",
    2,  # re.IGNORECASE
)


def find_openers(tokens: Tokens, start: int, end: int) -> Iterator[tuple[int, int]]:
    """First and last character of words that only say how to take the clause behind them: "It is no surprise that".

    Args:
        tokens: the sentence.
        start: the phrase's first character.
        end: the character after its last one.
    """
    text = tokens.text
    at, _ = tokens.within(start, end)
    for first in range(max(0, at - _LEADS), at + 1):
        before = tokens[first - 1]
        if not (
            tokens.starts_clause(first) or before.text in ",;:—–-" or before.lower in ("and", "but", "that", "because")
        ):
            continue
        match = _OPENING.match(text, tokens[first].start)
        if not match or end > match.end() + 1 or text[match.end() : match.end() + 1].isalnum():
            continue
        _, stop = tokens.within(*match.span())
        if any(tokens[place].lower in _KEPT for place in range(first, stop)):
            continue
        if tokens[stop].text == ",":
            stop += 1
        clause = tokens.opens_noun_phrase(stop) or tokens[stop].lower in SUBJECT_PRONOUNS | {
            "there",
            "in",
            "when",
            "if",
        }
        if match.group().lower().endswith("that"):
            clause = clause or (tokens[stop].is_word and tokens[stop].classes != "V")
        wished = {tokens[place].lower for place in range(stop, stop + 7)} & {"should", "be"}
        if clause and not wished:
            yield tokens[first].start, tokens[stop - 1].end


def find_asides(tokens: Tokens, first: int, stop: int, category: str) -> Iterator[tuple[int, int]]:
    """The first token and the one behind the last of what a phrase is or is a part of and that stands beside its sentence.

    Args:
        tokens: the sentence.
        first: the first token of the phrase.
        stop: the token behind it.
        category: of the phrase.
    """
    outer = first
    while first - outer < _OUTER and tokens[outer - 1].lower in NEVER_LOADED:
        outer -= 1
    for begin in dict.fromkeys((first, outer)):
        kept = _KEPT | _DENIALS if tokens[begin].lower == "with" else _KEPT
        if stop - begin > LONGEST or any(tokens[place].lower in kept for place in range(begin, stop)):
            return
        if _stands_apart(tokens, begin, stop) or _trails(tokens, begin, stop, category):
            yield begin, stop


def _mark(tokens: Tokens, place: int) -> str:
    """What sets words off at a token: a dash, ",", "(", ")", "end" of a sentence, or nothing."""
    token = tokens[place]
    if token is NO_TOKEN:
        return "end"
    if token.text in "–—":
        return "dash"
    if token.text == "-":
        text = tokens.text
        spaced = text[token.start - 1 : token.start] in (" ", "-") and text[token.end : token.end + 1] in (" ", "-")
        double = text[token.start - 1 : token.start] == "-" or text[token.end : token.end + 1] == "-"
        return "dash" if spaced or double else ""
    if token.text in ".!?;":
        return "end"
    return token.text if token.text in ",()" else ""


def _stands_apart(tokens: Tokens, first: int, stop: int) -> bool:
    """Whether marks on both sides set words off from a sentence that is whole without them; what somebody does is no comment."""
    before, after = _mark(tokens, first - 1), _mark(tokens, stop)
    opener = tokens[first]
    if tokens[stop - 1].lower in _LEADING:
        return False
    if before == "dash" and after in ("dash", "end") and not tokens.starts_clause(first):
        return True
    if before == "(" and after == ")":
        return True
    if before == "," and after in (",", "end", "dash"):
        listed = after == "," and tokens[stop + 1].lower in ("and", "or")
        if opener.lower in ("and", "or", "but") and after == ",":
            return False
        return not listed and (opener.lower in _OPENERS or opener.classes == "R")
    if tokens.starts_clause(first) and after == ",":
        fronted = opener.lower in _FRONT or (opener.lower.endswith("ed") and "V" in opener.classes)
        return fronted and (tokens.opens_noun_phrase(stop + 1) or tokens[stop + 1].lower in SUBJECT_PRONOUNS)
    return False


def _trails(tokens: Tokens, first: int, stop: int, category: str) -> bool:
    """Whether words hang on the end of a clause: "walked over him [like trash]", "voters [who want to be poor]"."""
    after = _mark(tokens, stop)
    before, opener = tokens[first - 1], tokens[first]
    behind = tokens[stop]
    if not before.is_word or before.lower in FUNCTION_WORDS or stop - first < 2:
        return False
    if category == "epithet" and opener.lower == "with":
        return "N" in before.classes or tokens.is_name(first - 1)
    ends = after in (",", "end", "dash") or behind.lower in ("and", "but", "while", "when")
    if opener.lower == "as" and tokens[first + 1].lower in ("if", "though"):
        return ends
    if opener.lower == "like":
        return ends and before.lower not in ("look", "looks", "looked", "sound", "sounds", "sounded", "feel", "feels", "felt", "seem", "act", "acts", "acted", "behave", "behaved", "more", "much")  # fmt: skip
    if opener.lower in _RELATIVES:
        acts = (
            "V" in tokens[first + 1].classes
            or "R" in tokens[first + 1].classes
            or tokens[first + 1].lower in FUNCTION_WORDS
        )
        noun = "N" in before.classes and not (
            opener.lower == "that" and before.lower.endswith(("ion", "im", "ea", "ct", "ief"))
        )
        subject = tokens[first + 1].lower in SUBJECT_PRONOUNS or (
            opener.lower == "that" and tokens.opens_noun_phrase(first + 1)
        )
        return (
            noun
            and acts
            and not subject
            and after == "end"
            and tokens[first - 2].lower not in ("those", "all", "any", "only")
        )
    # how, behind an object; what a verb leads up to, and who did it, stays: the city lies [in ruins]
    if opener.lower in ("in", "with") and after in ("end", ",") and "V" not in before.classes:
        return tokens[stop - 1].lower not in CLAUSES
    return False
