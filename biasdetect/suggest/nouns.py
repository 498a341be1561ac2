"""Plain nouns for loaded ones, in their number, with article and agreement, where they stand by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from biasdetect.english.classes import word_classes
from biasdetect.english.function_words import BE, FUNCTION_WORDS
from biasdetect.suggest.deletions import judges
from biasdetect.suggest.quantities import AMOUNTS, any_of, is_one_of, plural_after
from biasdetect.suggest.tokens import ABOVE, COPULAS, DEGREE, Tokens
from biasdetect.suggest.wording import Entry, Wording

_LONGEST = 6  # words of a noun with what belongs to it
_LINKS = frozenset("of for in on to against into at about".split())
_SINGLE = frozenset("a an this that each every another one much either neither".split())
_PLURAL = frozenset("these those many several few both two three four five six seven eight nine ten".split())
_DOUBTS = frozenset("so-called self-styled self-proclaimed self-described alleged supposed purported would-be".split())
_IDIOMS = frozenset(
    "sound sounds sounded spell spells toll tolls ring work works perform wield wage wages wreak deal deals dealt throw throws "
    "threw wave waves strike play plays played pull pulls hit hits cut cuts run runs ran fly go goes went".split()
)  # a noun behind one may only mean what it does with its verb
_FINITE = BE | frozenset("has have had does do did was were".split())


def find_nouns(tokens: Tokens, first: int, stop: int, wording: Wording) -> Iterator[tuple[int, int, str, Entry]]:
    """First and last character, words in their number and the entry for a loaded noun that the tokens end in.

    Args:
        tokens: the sentence.
        first: the first token of the phrase.
        stop: the token behind it.
        wording: with the table.
    """
    for begin in range(first, stop):
        for end in range(min(begin + _LONGEST, len(tokens)), begin, -1):
            # all of the phrase behind what leads up to the noun; "of" and the like may follow it
            if end < stop or (end > stop and tokens[end - 1].lower not in _LINKS):
                continue
            if end > stop + 1:
                continue
            found = list(_known(tokens, begin, end, wording))
            if found and all(tokens[place].is_word for place in range(begin, end)):
                if _leads(tokens, first, begin, wording):
                    yield from _placed(tokens, first, begin, end, found, wording)
                return


def _known(tokens: Tokens, begin: int, end: int, wording: Wording) -> Iterator[tuple[Entry, bool]]:
    """Entries for words, and whether the loaded noun is a plural."""
    words = [tokens[place].lower for place in range(begin, end)]
    for place in range(len(words)):
        single = wording.singulars.get(words[place])
        if single and not any(word in _LINKS for word in words[:place]):
            key = " ".join([*words[:place], single, *words[place + 1 :]])
            yield from ((entry, True) for entry in wording.entries("noun", key))
    yield from ((entry, False) for entry in wording.entries("noun", " ".join(words)))


def _leads(tokens: Tokens, first: int, begin: int, wording: Wording) -> bool:
    """Whether what the phrase has before the noun can stand before it: names, modifiers, whose it is."""
    for place in range(first, begin):
        token = tokens[place]
        if token.text in "'’":
            continue
        if not token.is_word or token.lower in FUNCTION_WORDS:
            return token.text == "," and place > first
        if not (tokens.is_modifier(place) or "N" in token.classes or tokens.is_determiner(place)):
            return False
    return True


def _placed(
    tokens: Tokens, first: int, begin: int, end: int, found: list[tuple[Entry, bool]], wording: Wording
) -> Iterator[tuple[int, int, str, Entry]]:
    linked = tokens[end - 1].lower in _LINKS
    head = end - 1
    while linked and tokens[head].lower in _LINKS:
        head -= 1
    if not _is_noun_here(tokens, first, begin, head, end):
        return
    kept_from = first
    while kept_from < begin and judges(tokens[kept_from].lower, wording):
        kept_from += 1
    if kept_from < begin and any(tokens[place].text == "," for place in range(kept_from, begin)):
        return
    for entry, plural in found:
        if _is_plain(entry) and tokens[first - 1].lower not in ("a", "an") and _opener(tokens, first) in ("a", "an"):
            continue  # a verbal [bashing]: "a" would stay
        words = _agreeing(tokens, kept_from, begin, head, end, entry, plural, wording)
        if words is not None:
            yield _with_article(tokens, first, kept_from, begin, end, words, entry)


def _is_noun_here(tokens: Tokens, first: int, begin: int, head: int, end: int) -> bool:
    """Whether the words are a noun phrase of their own: no verb, no part of a compound or of a name."""
    before = tokens[first - 1]
    alone = begin == first
    if before.lower in DEGREE:
        return False
    # highly [partisan], savagely [bashing] the board
    leading = tokens[begin - 1]
    if {"A", "V"} & set(tokens[head].classes) and leading.lower.endswith("ly") and "R" in leading.classes:
        return False
    if "A" in tokens[head].classes and end == head + 1 and tokens[end].lower.endswith("ing"):  # a [savage] grilling
        return False
    if tokens.is_name(head) or before.text in "-/" or tokens[end].text in "-/" or before.lower in _DOUBTS:
        return False
    if end == head + 1 and tokens.is_compound_head(head):
        return False
    if tokens[end].text and tokens[end].is_word and tokens[end].lower == "that" and tokens[end + 1].lower in _FINITE:
        return False
    place = first - 1
    while tokens.is_determiner(place) or tokens.is_modifier(place):
        place -= 1
    if tokens[place].lower in _IDIOMS and end == head + 1:
        return False
    may_act = "V" in tokens[head].classes and head == begin
    opener = tokens.determiner_before(first)
    if may_act and tokens.is_verb_place(head) and opener is None:
        return False
    if may_act and opener is None:
        leads = tokens.is_modifier(first - 1) or before.lower in ABOVE or not alone
        gerund = tokens[head].lower.endswith("ing") and before.lower in ABOVE
        if not leads or (gerund and (tokens.opens_noun_phrase(end) or tokens[end].lower in ABOVE)):
            return False
    # a plain noun before it: [tax] regime
    classes = before.classes
    plain = (
        "N" in classes and "A" not in classes and not before.text[0].isupper() and not tokens.is_participle(first - 1)
    )
    return not (alone and plain and not tokens.is_determiner(first - 1))


def _agreeing(
    tokens: Tokens, kept_from: int, begin: int, head: int, end: int, entry: Entry, plural: bool, wording: Wording
) -> str | None:
    """The neutral noun in the number of the loaded one; None where the words around would not agree with it."""
    opener = _opener(tokens, kept_from)
    if not _is_in_use(tokens, kept_from, begin, head, end, entry, opener):
        return None
    if "of" in entry.use and not entry.use["of"]:
        return _counting(tokens, end, opener, entry, plural)
    if not _numbers_agree(tokens, kept_from, end, entry, opener, plural):
        return None
    if {"plural", "mass"} & entry.use.keys() or not plural:
        return entry.neutral
    link = next((link for link in _LINKS if f" {link} " in f"{entry.neutral} "), "")
    first, found, rest = f"{entry.neutral} ".partition(f" {link} ") if link else (entry.neutral, "", "")
    before, space, last = first.rstrip().rpartition(" ")
    return (before + space + wording.plurals.get(last, last) + found + rest).rstrip()


def _opener(tokens: Tokens, first: int) -> str:
    """The determiner of the noun phrase that a token is in; empty where it has none."""
    place = first - 1
    while tokens.is_modifier(place) and not tokens.is_determiner(place):
        place -= 1
    return tokens[place].lower if tokens.is_determiner(place) else ""


def _is_in_use(tokens: Tokens, first: int, begin: int, head: int, end: int, entry: Entry, opener: str) -> bool:
    """Whether a row of the table holds here: beside which words, after which determiner, as what is said of something."""
    use = entry.use
    if "unless" in use and tokens[end].lower in use["unless"]:
        return False
    if "pred" not in use and tokens.is_predicate(first):
        return False
    if tokens[end].lower == "of" and end == head + 1 and {"pred", "mass"} & use.keys():  # a storm [of] protest
        return False
    leading = entry.neutral.split()[0]
    if first < begin and " " in entry.neutral and ("A" in word_classes(leading) or leading.endswith("ing")):
        return False
    if "compound" in use and not (begin > first or "N" in tokens[first - 1].classes):
        return False
    if use.get("of") and not is_one_of(tokens[begin - 1].lower, frozenset(use["of"])):
        return False
    if "poss" in use and (not opener or opener in _SINGLE | _PLURAL):
        return False
    return "in" not in use or any_of(tokens, end, end + 6, AMOUNTS)


def _numbers_agree(tokens: Tokens, first: int, end: int, entry: Entry, opener: str, plural: bool) -> bool:
    """Whether determiner and verb agree with a neutral noun that is a mass or a plural where the loaded one is not."""
    mass, several = "mass" in entry.use, "plural" in entry.use
    if mass and ((plural and (opener in _PLURAL or _is_subject(tokens, end))) or tokens[first - 1].is_number):
        return False
    if not several or plural:
        return True
    if opener in _SINGLE - {"a", "an"} or (opener and tokens.is_predicate(first)):
        return False
    be = {tokens[first - 1].lower, tokens[first - 2].lower} & COPULAS
    return not be and not _is_subject(tokens, end)


def _counting(tokens: Tokens, end: int, opener: str, entry: Entry, plural: bool) -> str | None:
    """What counts more than one thing: a host of [complaints]."""
    several = plural_after(tokens, end)
    if "mass-of" in entry.use:
        return entry.neutral if opener in ("a", "an") and not plural and not several else None
    if entry.neutral == "many":
        return "many" if several and not opener else None
    return entry.neutral if several and not plural and opener in ("a", "an") else None


def _is_subject(tokens: Tokens, end: int) -> bool:
    """Whether a verb follows that agrees with the noun."""
    following = tokens[end]
    if following.lower in ("of", "that", "who", "which"):
        return True
    return following.lower in _FINITE or ("V" in following.classes and following.lower.endswith("s"))


def _with_article(
    tokens: Tokens, first: int, kept_from: int, begin: int, end: int, words: str, entry: Entry
) -> tuple[int, int, str, Entry]:
    """The edit, which takes "a" with it where the neutral noun has none."""
    kept = tokens.text[tokens[kept_from].start : tokens[begin].start]
    start = tokens[first].start
    before = tokens[first - 1]
    if _is_plain(entry) and before.lower in ("a", "an"):
        start = before.start
    return start, tokens[end - 1].end, kept + words, entry


def _is_plain(entry: Entry) -> bool:
    """Whether a neutral noun takes no "a"."""
    return bool({"mass", "plural"} & entry.use.keys()) and "of" not in entry.use
