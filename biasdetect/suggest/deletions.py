"""What may be left out: a judging adjective before its noun, a stance adverb, an intensifier, a comment in passing.

Nothing else, whatever it does to the score. The table (training/wording.tsv) says which words judge; of words that it does
not have, the ending of the adjective tells, and the model has to be the surer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from biasdetect.english.classes import is_plural_noun, verb_lemmas, word_classes
from biasdetect.english.function_words import BE, DEMONSTRATIVES, FUNCTION_WORDS, POSSESSIVES
from biasdetect.suggest.asides import find_asides, find_openers
from biasdetect.suggest.edits import Edit, cut, delete
from biasdetect.suggest.tokens import ABOVE, CLAUSES, COPULAS, DEGREE, NO_TOKEN, Tokens
from biasdetect.suggest.wording import Wording
from biasdetect.util.patterns import lazy

LISTED, UNLISTED = 0.75, 0.55
"""How sure it is that words may go which the table has, and of others, or where they may be the point of their phrase."""

_LONGEST_COMMENT = 9  # words of a comment in passing
_BLOCKING = frozenset(
    "however so too as how more most less least not never hardly such rather equally that any".split()
)
_FOCUSED = frozenset("for with in by to at of from".split())
_STRENGTHENING = frozenset("very quite truly really pretty simply just utterly".split())
_COMPARED = frozenset("than as enough".split())
_ALL = frozenset("all both each every none".split())
# of what one of these is said, the adjective tells which: as its determiner, and before its determiner
_LIMITING = _ALL | frozenset("no any what such few little only hardly".split())
_LIMITING_BEFORE = _ALL | frozenset("such what quite rather half many".split())
# a judgement before one of these is what the phrase says: a strange way, a great deal, prodigious amounts
_LIGHT = frozenset(
    "way ways manner fashion thing things person people man men woman women guy guys place places time times day days job jobs "
    "sort sorts kind kinds type types amount amounts number numbers level levels degree extent scale pace rate rates speed mood "
    "tone state shape condition conditions quality nature character attitude position look looks sense effect effects impact "
    "result results idea ideas case cases point note start end finish terms term light fact facts story stories piece bit size "
    "length performance performances opinion opinions view views feeling feelings mind spirit spirits standard standards "
    "circumstances proportions behaviour behavior deal deals lot record records history reputation news year years week month "
    "moment moments example examples reason reasons life lives sight something anything everything nothing one ones company "
    "group groups future past experience turn move moves situation event events world share sum sums value values odds luck "
    "question questions figure figures total totals voice face eye eyes head heart hand word words part parts side "
    "run season form score outcome success response reaction price prices cost costs success weather fate health success role choice chance death "
    "campaign race team game crowd answer city town country crime work progress luck ending ends".split()
)
_EMPTY = frozenset(
    "way ways manner fashion thing things sort kind type amount amounts number numbers level levels degree extent scale pace rate "
    "speed mood tone state shape condition look sense self ends".split()
)
_COMPLEMENT = frozenset(
    "of to for that who which whose by with against from between in on into over about at where".split()
)
_ASIDES = frozenset("move twist turn development step gesture decision coincidence reversal display act show".split())  # fmt: skip
_UNITS = frozenset("% percent per cent million billion trillion thousand hundred pp m bn k".split())
# verbs that say nothing without how
_NEED_MANNER = frozenset(
    "treat behave act perform fare do go look sound feel handle play speak write dress phrase word live sit stand react respond "
    "put come end work turn smell taste live sleep read sell bode reflect think end begin eat sing dance".split()
)
_TIMES = frozenset("often always sometimes still ever seldom rarely never once well".split())
_DEGREE = frozenset(
    "deeply hugely massively enormously utterly totally absolutely wildly grossly extremely incredibly bitterly woefully vastly "
    "hopelessly terribly horribly profoundly immensely insanely ridiculously obscenely shockingly staggeringly fiercely "
    "stunningly extraordinarily exceptionally outrageously disgracefully spectacularly tremendously hideously dreadfully awfully "
    "painfully appallingly".split()
)
_COMPOUND = lazy(r".+-(?:loving|hating|mad|crazed|hungry|obsessed|addicted|addled|guzzling|swilling|quaffing|munching|sipping|grabbing|peddling|mongering|bashing|baiting|hugging|wringing|thumping)$")  # fmt: skip
_WHEN_OR_WHERE = lazy(r"(?:once|then|ex|former|pre|post|non|anti|pro|self|long|newly|still|now|never)-")
# what was done to somebody is news
_DONE = frozenset(
    "convicted elected appointed wounded injured murdered killed slain arrested charged accused indicted jailed imprisoned "
    "detained wanted married divorced retired deceased missing adopted armed masked unarmed hired fired paid unpaid sacked ousted "
    "exiled elected-in banned sanctioned proposed planned existing remaining leading ruling sitting acting outgoing incoming "
    "standing voting working leaked stolen seized frozen closed limited increased reduced rising falling growing occupied "
    "disputed divided united combined registered licensed unlicensed disabled pregnant homeless unelected".split()
)
_FACTS = frozenset(
    "belated belatedly hawkish dovish erroneous baseless groundless meritless fruitless blameless flawless religious various previous serious dangerous numerous famous anonymous autonomous continuous simultaneous contagious "
    "infectious indigenous homeless jobless stateless wireless painless harmful lawful unlawful poisonous unanimous obvious "
    "ambiguous conscious unconscious cancerous peaceful powerful successful unsuccessful useful doubtful nervous curious jealous "
    "handsome populous venomous spontaneous gaseous fibrous porous precious cautious ingenious courteous hazardous childless "
    "fatherless motherless leaderless landless nameless countless sleepless reusable renewable disposable portable taxable "
    "available capable able liable responsible accountable eligible stable unstable vulnerable viable comparable applicable "
    "suitable probable likely affordable sustainable profitable unprofitable unable unavailable favourable favorable variable "
    "valuable disable notable noticeable considerable reasonable acceptable questionable debatable stoppable knowledgeable "
    "charitable equitable inflammable flammable durable edible visible armless legless wholesome lonesome hopeful careful "
    "legal illegal faithful fateful grateful thoughtful skilful skillful truthful mindful forceful colourful colorful plentiful youthful "
    "fearful sorrowful resentful rightful bashful watchful tactful trustworthy newsworthy creditworthy seaworthy "
    # in which way, and to whom: not how well
    "verbal physical sexual racial verbally physically sexually racially mentally emotionally financially economically "
    "politically legally publicly privately openly secretly jointly partially temporarily permanently initially previously "
    "formerly formally officially globally locally nationally internationally annually daily weekly monthly yearly early "
    "eventually finally subsequently later immediately suddenly gradually medically morally religiously ethnically "
    "internally externally online anonymously indirectly directly largely mainly mostly primarily chiefly usually normally "
    "generally typically rarely frequently occasionally regularly once twice again already still yet soon".split()
)
_PREPOSED = frozenset("with to in against at beyond by amid for of without".split())


@dataclass(frozen=True, slots=True)
class Deletion:
    """Words that may go.

    Attributes:
        edits: ways to leave them out that come to the same.
        whole: whether the whole of the phrase goes.
        sureness: how likely it is right, 0 to 1.
        is_comment: whether it is a comment in passing, which may hold a "not" of its own.
    """

    edits: tuple[Edit, ...]
    whole: bool
    sureness: float
    is_comment: bool = False


def find_deletions(tokens: Tokens, start: int, end: int, wording: Wording, category: str) -> Iterator[Deletion]:
    """What of ``text[start:end]`` may be left out, and what goes with it.

    Args:
        tokens: the sentence.
        start: the phrase's first character.
        end: the character after its last one.
        wording: with the table.
        category: of the phrase.
    """
    first, stop = tokens.within(start, end)
    if first >= stop:
        return
    yield from _beside(tokens, start, end, category)
    yield from _comment(tokens, first, stop, wording)
    yield from _aside_of_manner(tokens, first, stop)
    if _are_words(tokens, first, stop):
        yield from _superlative(tokens, first, stop)
    judging = list(find_judging(tokens, first, stop, wording))
    yield from judging
    if not any(one.edits for one in judging) and all(_is_attribute(tokens, place) for place in range(first, stop)):
        yield from _attribute(tokens, first, stop)


def find_judging(tokens: Tokens, first: int, stop: int, wording: Wording) -> Iterator[Deletion]:
    """Judgements before a number, a noun or a verb in the tokens from ``first`` to ``stop``."""
    yield from _before_number(tokens, first, stop, wording)
    if not _are_words(tokens, first, stop):
        return
    # the longest beginning of the phrase that judges: all of it, or what stands before its head
    judging = first
    while judging < stop and _may_judge(tokens, judging, stop, wording):
        judging += 1
    while judging > first:
        while judging > first and (
            tokens[judging - 1].text == "," or tokens[judging - 1].lower in ("and", "but", "yet")
        ):
            judging -= 1
        found = list(_modifiers(tokens, first, judging, judging == stop, wording)) if judging > first else []
        yield from found
        if any(one.edits for one in found):
            return
        judging -= 1


def _are_words(tokens: Tokens, first: int, stop: int) -> bool:
    """Whether no mark stands among tokens but commas and quotation marks."""
    return all(tokens[place].is_word or tokens[place].text in ",'’\"“”" for place in range(first, stop))


def _beside(tokens: Tokens, start: int, end: int, category: str) -> Iterator[Deletion]:
    """What stands beside its sentence: comments between marks, openers of a clause."""
    text = tokens.text
    for left, right in find_openers(tokens, start, end):
        yield Deletion(tuple(delete(text, left, right)), True, UNLISTED, is_comment=True)
    first, stop = tokens.within(start, end)
    for begin, behind in find_asides(tokens, first, stop, category):
        edits = delete(text, tokens[begin].start, tokens[behind - 1].end)
        yield Deletion(tuple(edits), True, UNLISTED, is_comment=True)


def _superlative(tokens: Tokens, first: int, stop: int) -> Iterator[Deletion]:
    """The highest degree of a judgement before a plural: one of its [most outlandish] ideas; not before what is measured."""
    start = first if tokens[first].lower == "most" else first - 1
    if tokens[start].lower != "most" or not _seems_to(tokens[stop - 1].lower) or stop - start > 3:
        return
    noun = tokens.noun_after(stop)
    if noun is None or not tokens.is_determiner(start - 1) or tokens.is_negated(start):
        return
    end = noun
    while tokens.is_compound_head(end):
        end += 1
    if is_plural_noun(tokens[end].lower) and tokens[end + 1].lower not in ("ever", "in", "since", "of", "yet", "to"):
        edits = delete(tokens.text, tokens[start].start, tokens[stop - 1].end)
        yield Deletion(tuple(edits), start >= first, UNLISTED, is_comment=True)


def _is_attribute(tokens: Tokens, place: int) -> bool:
    token = tokens[place]
    if not token.is_word or token.lower in FUNCTION_WORDS | _FACTS | _DONE or _WHEN_OR_WHERE.match(token.lower):
        return False
    return bool({"N", "A"} & set(token.classes))


def _attribute(tokens: Tokens, first: int, stop: int) -> Iterator[Deletion]:
    """A label before its noun or before a name: [loser] senators, [crackpot] Pastor Steve Lee."""
    before, following = tokens[first - 1], tokens[stop]
    if tokens.is_name(stop - 1) or not following.is_word or before.text in "-/" or following.text in "-/":
        return
    # the board [blasts] the mayor; the [neocon scum] left
    acts = "V" in tokens[stop - 1].classes and tokens[stop - 1].lower.endswith(("s", "ed", "ing"))
    may_act = "V" in tokens[first].classes and tokens.is_verb_place(first)
    if (
        may_act
        or (acts and tokens.determiner_before(first) is None)
        or ("V" in following.classes and not is_plural_noun(following.lower))
    ):
        return
    if "N" in before.classes and "A" not in before.classes and not tokens.is_determiner(first - 1):
        return
    named = following.text[0].isupper() and not tokens.is_headline
    if before.lower in _BLOCKING or tokens.is_negated(first) or not (named or tokens.is_compound_head(stop - 1)):
        return
    noun = tokens.noun_after(stop)
    if noun is not None and not _says_more(tokens, first, stop, noun):
        yield Deletion(tuple(delete(tokens.text, tokens[first].start, tokens[stop - 1].end)), True, UNLISTED)


def judges(word: str, wording: Wording) -> bool:
    """Whether the table has a word as one that only judges."""
    return wording.may_go("adjective", word) or wording.may_go("adverb", word)


def _may_judge(tokens: Tokens, place: int, stop: int, wording: Wording) -> bool:
    token = tokens[place]
    if token.text == "," or token.lower in ("and", "but", "yet"):
        return place + 1 < stop
    if not token.is_word:
        return False
    return judges(token.lower, wording) or token.lower in _STRENGTHENING or _seems_to(token.lower)


def _seems_to(word: str) -> bool:
    """Whether a word that the table has not may be an adjective or adverb that judges; the model has to be the surer."""
    if _COMPOUND.match(word):
        return True
    if word in _FACTS or word in FUNCTION_WORDS or _WHEN_OR_WHERE.match(word):
        return False
    classes = word_classes(word)
    return classes == "R" or ("A" in classes and not (word.endswith("ed") and "V" in classes))


def _modifiers(tokens: Tokens, first: int, stop: int, whole: bool, wording: Wording) -> Iterator[Deletion]:
    """Adjectives before their noun, or adverbs, which the tokens from ``first`` to ``stop`` are."""
    last = tokens[stop - 1]
    known = all(
        judges(tokens[place].lower, wording)
        for place in range(first, stop)
        if tokens[place].is_word and tokens[place].lower not in ("and", "but", "yet", *_STRENGTHENING)
    )
    sureness = LISTED if known else UNLISTED
    while tokens[first - 1].lower in _STRENGTHENING or wording.may_go("adverb", tokens[first - 1].lower):
        if wording.may_go("adverb", last.lower) and not wording.may_go("adjective", last.lower):
            break
        first -= 1
    before = tokens[first - 1].lower
    of_time = before in _TIMES or ("R" in tokens[first - 1].classes and not {"N", "A"} & set(tokens[first - 1].classes))
    alone = wording.may_go("adjective", last.lower) and not wording.may_go("adverb", last.lower)
    if of_time and alone and before not in FUNCTION_WORDS and first > 1:
        return  # their often [malign] effects
    if before in _BLOCKING or tokens.is_negated(first) or tokens[stop].lower in _COMPARED:
        return
    if tokens[stop].text == "-" or tokens[first - 1].text == "-" or tokens[first - 1].text == "/":
        return
    adverb = wording.may_go("adverb", last.lower) or last.lower in _STRENGTHENING or last.classes == "R"
    adjective = wording.may_go("adjective", last.lower) or (last.classes != "R" and _seems_to(last.lower))
    listed = _joined_right(tokens, stop, True) if adjective else None
    noun = tokens.noun_after(stop if listed is None else listed) if adjective else None
    if noun is not None:
        if not _says_more(tokens, first, stop, noun) and not _acts(tokens, first, stop, noun):
            edits = tuple(_out_of_list(tokens, first, stop, adjective=True))
            yield Deletion(edits, whole, UNLISTED if _is_the_point(tokens, first, stop, noun, wording) else sureness)
    elif adverb and not _carries(tokens, first, stop):
        yield Deletion(tuple(_out_of_list(tokens, first, stop, adjective=False)), whole, sureness)
    elif adjective and _is_aside(tokens, first, stop):
        yield Deletion(tuple(delete(tokens.text, tokens[first].start, last.end)), whole, sureness)


def _says_more(tokens: Tokens, first: int, stop: int, noun: int) -> bool:
    """Whether its noun phrase cannot do without the adjective.

    Of what was denied, counted, compared or said of all, something else is left.
    """
    opener = tokens.determiner_before(first)
    word = tokens[opener].lower if opener is not None else ""
    if word == "the" and opener == first - 1 and _names_a_kind(tokens, opener, stop):
        return True
    if word in _LIMITING or (word in ("a", "an") and tokens[stop].is_number):
        return True
    # policies [crippling] trade
    acts = tokens[stop - 1].lower.endswith(("ing", "ed")) and "-" not in tokens[stop - 1].lower
    if (
        acts
        and "N" in tokens[first - 1].classes
        and "A" not in tokens[first - 1].classes
        and not tokens.is_determiner(first - 1)
    ):
        return True
    if _gives_reason(tokens, opener if opener is not None else first):
        return True
    before = tokens[opener - 1].lower if opener is not None else ""
    if before == "of" and opener is not None:  # each of the [shameless] landlords
        before = tokens[opener - 2].lower
    if before in _LIMITING_BEFORE:
        return True
    if opener is not None and tokens.is_negated(opener):
        return True
    # with "to date", "ever", "yet" only a superlative makes sense
    return tokens[noun + 1].lower in ("ever", "yet") or tokens[stop].lower == "ever"


def _names_a_kind(tokens: Tokens, opener: int, stop: int) -> bool:
    """Whether an adjective behind "the" is all that somebody is called: the [gullible] paid, only the [foolhardy] cross."""
    acts = "V" in tokens[stop].classes
    if acts and tokens[opener - 1].lower == "only":
        return True
    return acts and not {"N", "A"} & set(tokens[stop].classes) and not tokens[stop].lower.endswith("ing")


def _gives_reason(tokens: Tokens, start: int) -> bool:
    """Whether what a noun phrase is called gives the reason: even for the [crappy] films; Given two [clueless] leaders, ..."""
    before, second = tokens[start - 1].lower, tokens[start - 2].lower
    even = before == "even" or (second == "even" and before in _FOCUSED)
    return even or any(
        tokens[place].lower == "given" and tokens.starts_clause(place) for place in (start - 1, start - 2)
    )


def _acts(tokens: Tokens, first: int, stop: int, noun: int) -> bool:
    """Whether a participle has the noun for its object: ", [embarrassing] Smith", after [humiliating] his rival."""
    last, before = tokens[stop - 1], tokens[first - 1]
    if not last.lower.endswith("ing") or "-" in last.lower or "V" not in last.classes:
        return False
    if tokens.is_name(noun) or tokens.is_determiner(stop):
        return tokens.determiner_before(first) is None or before.text == ","
    return (before.text in ",—–" and _joined_left(tokens, first, True) is None) or before.lower in (
        "after",
        "before",
        "while",
        "by",
    )


def _is_the_point(tokens: Tokens, first: int, stop: int, noun: int, wording: Wording) -> bool:
    """Whether the adjective may be what its noun phrase says: little would be left without it."""
    opener = tokens.determiner_before(first)
    word = tokens[opener].lower if opener is not None else ""
    end = noun
    while tokens.is_compound_head(end):
        end += 1
    owned = word in POSSESSIVES or word.endswith(("'s", "s'")) or word == "'"
    light = tokens[end].lower in (_EMPTY if owned else _LIGHT)
    # without a determiner it may be of all of a kind: [feckless] fathers owe
    if (opener is None and not tokens.is_name(noun)) or (light and word not in DEMONSTRATIVES):
        return True
    small = any(entry.neutral == "small" for entry in wording.entries("adjective", tokens[stop - 1].lower))
    if small and word not in ("the", *DEMONSTRATIVES, *POSSESSIVES):
        return True
    at = opener if opener is not None else first
    # ", a [grisly] haul,"
    if (
        tokens[at - 1].text == ","
        and _joined_left(tokens, at, True) is None
        and tokens[end + 1].text in ",.;"
        and not tokens.is_name(end)
    ):
        return True
    if not tokens.is_predicate(at) or tokens.is_name(noun):
        return False
    return tokens[end + 1].lower not in _COMPLEMENT


def _carries(tokens: Tokens, first: int, stop: int) -> bool:
    """Whether an adverb is what its clause says: they treated him [shamefully], a [lovingly] made film."""
    following, before = tokens[stop], tokens[first - 1]
    if following.lower in _COMPARED or following.lower in ("not", "no") or following.is_number:
        return True
    word = tokens[stop - 1].lower
    participle = following.lower.endswith(("ed", "en", "wn", "de", "ng")) and "V" in following.classes
    if participle and tokens.noun_after(stop) not in (None, stop) and before.lower not in BE and word not in _DEGREE:
        opener = tokens.determiner_before(first)
        if opener is not None:
            return True
    adjective = "A" in following.classes and following.is_word
    if before.lower in COPULAS and not adjective and not participle:
        return True
    # behind its verb, or at the end of a clause: how a thing was done
    if adjective and word.endswith("ly"):
        return False
    needs = any(
        set(verb_lemmas(tokens[place].lower)) & _NEED_MANNER
        for place in range(max(0, first - 6), first)
        if tokens[place].is_word
    )
    ends = not following.is_word or following.lower in ABOVE or following.lower in CLAUSES
    return needs and ends


def _is_aside(tokens: Tokens, first: int, stop: int) -> bool:
    """Whether adjectives stand between commas behind a noun: Ann Lee, [shameless], left."""
    before, after = tokens[first - 1], tokens[stop]
    if tokens.starts_clause(first):
        return after.text == "," and tokens.opens_noun_phrase(stop + 1)
    if before.text == "," and (after.text in ",.;!?" or after is NO_TOKEN):
        noun = tokens[first - 2]
        listed = tokens[stop + 1].lower in ("and", "or", "but") and after.text == ","
        return ("N" in noun.classes or tokens.is_name(first - 2)) and not listed
    if before.text == "(" and after.text == ")":
        return True
    return before.text in "–—" and after.text in "–—"


def _out_of_list(tokens: Tokens, first: int, stop: int, adjective: bool) -> Iterator[Edit]:
    """Words left out of those that they are joined to: a tired, [shameless] and vain plan."""
    text = tokens.text
    left = _joined_left(tokens, first, adjective)
    right = _joined_right(tokens, stop, adjective)
    if left is None and right is None:
        yield from delete(text, tokens[first].start, tokens[stop - 1].end)
        return
    if left is None and right is not None:
        # the first: the rest moves up, and of two that are left no comma stands before "and"
        second = _joined_right(tokens, _item_end(tokens, right), adjective)
        new = ""
        end = tokens[right].start
        if second is not None and _separator(tokens, _item_end(tokens, right), second) == "both":
            new = text[tokens[right].start : tokens[_item_end(tokens, right) - 1].end] + " and "
            end = tokens[second].start
        yield from cut(text, tokens[first].start, end, new)
        return
    if left is None:
        return
    if right is not None:  # in the middle
        kind = _separator(tokens, stop, right)
        third = _joined_left(tokens, left, adjective)
        new = " and " if kind in ("and", "both") and third is None else ", and " if kind == "both" else ", "
        if kind == "and":
            new = " and "
        yield from cut(text, tokens[_item_end(tokens, left) - 1].end, tokens[right].start, new)
        return
    # the last: of three, the two before it are joined as it was
    third = _joined_left(tokens, left, adjective)
    end = tokens[stop - 1].end
    item = text[tokens[left].start : tokens[_item_end(tokens, left) - 1].end]
    if third is None:
        yield from cut(text, tokens[_item_end(tokens, left) - 1].end, end, "")
    elif _joined_left(tokens, third, adjective) is None:
        joint = " and " if _separator(tokens, _item_end(tokens, left), first) in ("and", "both") else ", "
        yield from cut(text, tokens[_item_end(tokens, third) - 1].end, end, joint + item)


def _item_end(tokens: Tokens, place: int) -> int:
    """The token behind an item of a list: an adverb before an adjective belongs to it."""
    while "R" in tokens[place].classes and tokens.is_modifier(place + 1) and tokens[place].lower.endswith("ly"):
        place += 1
    return place + 1


def _is_item(tokens: Tokens, place: int, adjective: bool) -> bool:
    token = tokens[place]
    if not token.is_word or token.lower in FUNCTION_WORDS:
        return False
    classes = token.classes
    if adjective:
        return ("A" in classes and "N" not in classes) or tokens.is_participle(place) or "-" in token.lower
    return "R" in classes and token.lower.endswith("ly")


def _separator(tokens: Tokens, start: int, stop: int) -> str:
    """What stands between two items: "comma", "and", "both", or nothing."""
    between = [tokens[place].lower for place in range(start, stop)]
    if between == [","]:
        return "comma"
    if between in (["and"], ["but"], ["yet"]):
        return "and"
    return "both" if between in ([",", "and"], [",", "but"], [",", "yet"]) else ""


def _joined_left(tokens: Tokens, first: int, adjective: bool) -> int | None:
    """The first token of the item before a comma or "and" that stands before a token."""
    for width in (1, 2):
        last = first - width - 1
        if _separator(tokens, last + 1, first) and _is_item(tokens, last, adjective):
            participle = "A" not in tokens[last].classes and "-" not in tokens[last].lower
            if adjective and participle and tokens.determiner_before(last + 1) is None:
                continue  # "When asked, [shameless] clerks left"
            if adjective and tokens[last - 1].lower.endswith("ly") and "R" in tokens[last - 1].classes:
                return last - 1
            return last
    return None


def _joined_right(tokens: Tokens, stop: int, adjective: bool) -> int | None:
    """The first token of the item behind a comma or "and" that stands at a token."""
    for width in (1, 2):
        place = stop + width
        if _separator(tokens, stop, place):
            head = _item_end(tokens, place) - 1
            if _is_item(tokens, head, adjective) and (not adjective or tokens.noun_after(place) is not None):
                return place
    return None


def _before_number(tokens: Tokens, first: int, stop: int, wording: Wording) -> Iterator[Deletion]:
    """A judgement before a number, with its article: [a whopping] 58 percent."""
    article = first - 1 if tokens[first - 1].lower in ("a", "an") else first
    start = article + 1
    if tokens[article].lower not in ("a", "an") or start >= stop or not tokens[stop].is_number:
        return
    if not all(judges(tokens[place].lower, wording) or tokens[place].lower == "mere" for place in range(start, stop)):
        return
    if tokens.is_negated(article):
        return
    whole = article <= first
    behind = stop
    while tokens[behind].is_number or tokens[behind].lower in _UNITS:
        behind += 1
    counted = tokens[behind]
    if tokens[behind].text == "-" or (
        "N" in counted.classes and not is_plural_noun(counted.lower) and counted.lower not in ABOVE
    ):
        edits = tuple(cut(tokens.text, tokens[start].start, tokens[stop].start))  # an abysmal 11.3 rating
        yield Deletion(edits, whole, LISTED)
        return
    yield Deletion(tuple(cut(tokens.text, tokens[article].start, tokens[stop].start, "")), whole, LISTED)


def _aside_of_manner(tokens: Tokens, first: int, stop: int) -> Iterator[Deletion]:
    """[In a stunning move], the board left: the whole goes."""
    article = next((place for place in (first - 1, first) if tokens[place].lower in ("a", "an")), None)
    if article is None or tokens[article - 1].lower != "in" or not tokens.starts_clause(article - 1):
        return
    place = max(first, article + 1)
    while tokens.is_modifier(place) and tokens[place].lower not in _ASIDES:
        place += 1
    if tokens[place].lower in _ASIDES and tokens[place + 1].text == "," and place + 1 >= stop and place > article + 1:
        edits = delete(tokens.text, tokens[article - 1].start, tokens[place].end)
        yield Deletion(tuple(edits), True, LISTED)


def _comment(tokens: Tokens, first: int, stop: int, wording: Wording) -> Iterator[Deletion]:
    """A comment of the table of which the phrase is all or a part: [to add insult to injury], they lost."""
    for start in range(max(0, stop - _LONGEST_COMMENT), first + 1):
        if tokens[start].lower not in wording.openers:
            continue
        for end in range(min(start + _LONGEST_COMMENT, len(tokens)), stop - 1, -1):
            if wording.may_go("fixed", tokens.key(start, end)) and _passes_by(tokens, start, end):
                edits = delete(tokens.text, tokens[start].start, tokens[end - 1].end)
                yield Deletion(tuple(edits), start <= first, LISTED, is_comment=True)
                return


def _passes_by(tokens: Tokens, start: int, end: int) -> bool:
    """Whether words stand apart from their sentence, so that it is whole without them."""
    if tokens.is_negated(start) or tokens[start - 1].lower in DEGREE:
        return False
    before, after = tokens[start - 1], tokens[end]
    opens = tokens.starts_clause(start) or before.text in ",;—–(" or before.lower in ("and", "but", "that", "yet")
    closes = after is NO_TOKEN or after.text in ",.;!?—–)"
    if tokens[end - 1].lower == "that" and end - start > 2:
        return opens and (tokens.opens_noun_phrase(end) or after.lower in ("there", "it", "they", "he", "she", "we"))
    if before.text in ",—–(" or tokens.starts_clause(start):
        return after.text in ",—–)" if before.text != "," else closes
    if end - start > 1 and tokens[start].lower in _PREPOSED:
        return closes and before.is_word and before.lower not in COPULAS
    return False
