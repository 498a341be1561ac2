"""Plain verbs for loaded ones, in their form, where the words around take them: object, preposition, what is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from biasdetect.english.function_words import BE, OBJECT_PRONOUNS, POSSESSIVES, SUBJECT_PRONOUNS
from biasdetect.suggest.deletions import judges
from biasdetect.suggest.quantities import AMOUNTS, CONTESTS, JOBS, PLANS, any_before, any_of
from biasdetect.suggest.tokens import ABOVE, CLAUSES, NO_TOKEN, PARTICLES, Tokens
from biasdetect.suggest.wording import Entry, Wording

_OWN = POSSESSIVES | {"one's"}
_REFLEXIVE = frozenset("himself herself itself themselves ourselves yourself myself".split())
_LONGEST = 8  # words of a verb with what belongs to it
_NEAR = 8  # words in which an object is looked for
_ADVERBS = frozenset("also then later again now still already often repeatedly even both all".split())
_OBJECT_ENDS = frozenset("by as for over after in during following amid on because at when on from with".split())
_CLOSING = "\"”’'»"
_OPENING = "\"“‘'«"
_AFTER_LAST = frozenset("from over after when in on as for and but before following amid".split())
_PASSED = frozenset("through off out up down away over aside".split())
_CLAIMS = frozenset("claim insist assert boast brag maintain contend admit concede aver".split())
_DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september "
    "october november december".split()
)
_NO_TO = frozenset("rise fall walk travel come speak talk".split())  # what takes "to" though it takes no object
_WAYS = frozenset(("through", "past"))  # behind an object, where it goes and not what is done to it
Use = Mapping[str, tuple[str, ...]]


def find_verbs(tokens: Tokens, first: int, stop: int, wording: Wording) -> Iterator[tuple[int, int, str, Entry]]:
    """First and last character, words in their form and the entry for a loaded verb that the tokens begin with.

    Args:
        tokens: the sentence.
        first: the first token of the phrase.
        stop: the token behind it.
        wording: with the table.
    """
    head = first
    while head < stop - 1 and "R" in tokens[head].classes and tokens[head].lower.endswith("ly"):
        head += 1
    word = tokens[head].lower
    if word not in wording.base_verbs or not tokens.is_verb_place(head):
        return
    base = wording.base_verbs[word][0]
    dropped = all(judges(tokens[place].lower, wording) for place in range(first, head))
    start = tokens[first if dropped else head].start
    passive = is_passive(tokens, head)
    if stop == head + 1 and not passive and (particle := _particle(tokens, head)):
        yield from _apart(tokens, head, particle, base, wording)
        return
    for end in range(min(head + _LONGEST, len(tokens)), head, -1):
        if any(not tokens[place].is_word and tokens[place].text not in "'’" for place in range(head, end)):
            continue
        entries = wording.entries("verb", " ".join([base, *(_in_key(tokens, place) for place in range(head + 1, end))]))
        fitting = [entry for entry in entries if _fits(tokens, head, end, passive, base, entry)]
        if fitting and _covers(tokens, end, stop):
            for entry in fitting:
                words = in_form(tokens, head, entry.neutral, passive, wording)
                yield start, tokens[end - 1].end, words, entry
        if entries:  # a shorter one would break the idiom
            return


def _in_key(tokens: Tokens, place: int) -> str:
    """A word as the table writes it: "one's" for whosever it is."""
    word = tokens[place].lower
    return "one's" if word in _OWN else "oneself" if word in _REFLEXIVE else word


def _covers(tokens: Tokens, end: int, stop: int) -> bool:
    """Whether what the phrase has behind the verb is its object or more of its clause, and no idiom."""
    if end >= stop:
        return True
    following = tokens[end]
    if all("R" in tokens[place].classes for place in range(end, stop)):
        return True
    return tokens.opens_noun_phrase(end) or following.lower in ABOVE or not following.is_word


def is_passive(tokens: Tokens, head: int) -> bool:
    """Whether a participle stands behind a form of to be, or alone behind a noun: the plan [slammed] by critics."""
    word = tokens[head].lower
    if word.endswith("ing") or "V" not in tokens[head].classes:
        return False
    place = head - 1
    while ("R" in tokens[place].classes and tokens[place].is_word) or tokens[place].lower in ("not", "being", "been"):
        if tokens[place].lower in ("being", "been"):
            return True
        place -= 1
    before = tokens[place].lower
    if before in BE or before in ("get", "gets", "got", "getting", "'re", "'m"):
        return True
    if tokens[head + 2].is_number or tokens[head + 1].lower not in ("by", "for", "over", "as"):
        return False
    return before not in ("has", "have", "had", "'ve") and word.endswith(("ed", "t", "n")) and not before.endswith("'s")


def form_of(tokens: Tokens, head: int, passive: bool, wording: Wording) -> int:
    """The number in VERB_FORMS of the form in which a verb stands."""
    word = tokens[head].lower
    forms = wording.base_verbs[word][1]
    if word.endswith("ing") and "ing" in forms:
        return 2
    if "past" in forms or "participle" in forms:
        if "base" in forms and not passive and not _behind_have(tokens, head):  # cut, split, spread
            return 0 if _wants_base(tokens, head) else 3
        if passive or _behind_have(tokens, head):
            return 4
        return 3 if "past" in forms else 4
    return 1 if "s" in forms and "base" not in forms else 0


def _behind_have(tokens: Tokens, head: int) -> bool:
    place = head - 1
    while "R" in tokens[place].classes or tokens[place].lower in ("not", "been", *SUBJECT_PRONOUNS):
        place -= 1
    before = tokens[place].lower
    return before in ("has", "have", "had", "having") or before.endswith(("'ve", "hasn't", "haven't", "hadn't"))


def _wants_base(tokens: Tokens, head: int) -> bool:
    before = tokens[head - 1].lower
    return before in frozenset("to will would can could may might must should do does did not they we you i".split())


def in_form(tokens: Tokens, head: int, neutral: str, passive: bool, wording: Wording) -> str:
    """A neutral wording in the form of the verb at a token."""
    verb, gap, rest = neutral.partition(" ")
    return f"{wording.verbs[verb][form_of(tokens, head, passive, wording)]}{gap}{rest}"


def _particle(tokens: Tokens, head: int) -> int | None:
    """The particle of a verb that follows its object; None where there is none: they [rammed] the bill through."""
    if not tokens.opens_noun_phrase(head + 1):
        return None
    for place in range(head + 2, head + 7):
        if not tokens[place - 1].is_word or not tokens[place].is_word:
            return None
        if tokens[place].lower in _PASSED:
            following = tokens[place + 1]
            ends = not following.is_word or following.lower in CLAUSES or following.lower in _OBJECT_ENDS
            return place if ends else None
    return None


def _apart(
    tokens: Tokens, head: int, particle: int, base: str, wording: Wording
) -> Iterator[tuple[int, int, str, Entry]]:
    """A verb with its particle behind its object: "[rammed] the bill through" to "passed the bill"."""
    for entry in wording.entries("verb", f"{base} {tokens[particle].lower}"):
        if " " not in entry.neutral and "none" not in entry.use and _holds(tokens, head, head + 1, False, entry.use):
            words = in_form(tokens, head, entry.neutral, False, wording)
            between = tokens.text[tokens[head].end : tokens[particle - 1].end]
            yield tokens[head].start, tokens[particle].end, words + between, entry


def _fits(tokens: Tokens, head: int, end: int, passive: bool, base: str, entry: Entry) -> bool:
    """Whether the words behind a verb can follow the neutral one."""
    use, following = entry.use, tokens[end]
    if following.lower in PARTICLES and not (tokens.opens_noun_phrase(end + 1) and following.lower == "over"):
        return False
    if following.text in "-/":
        return False
    if following.text == "," and "R" in tokens[head - 1].classes:
        return False
    if "said" in use:
        return not passive and _says(tokens, head, end, base)
    if "passive" in use:
        return passive and (tokens.opens_noun_phrase(end) or following.text in _OPENING)
    if "to" in use:
        return not passive and "V" in following.classes and not following.lower.endswith(("ed", "s", "ing"))
    if "last" in use:
        return not passive and (not following.is_word or following.lower in _AFTER_LAST)
    if not _has_object(tokens, head, end, passive, entry):
        return False
    if "plan" in use and any_of(tokens, end + 1, end + _NEAR, _WAYS):  # they [rammed] the bill through a council
        return False
    return _holds(tokens, head, end, passive, use)


def _has_object(tokens: Tokens, head: int, end: int, passive: bool, entry: Entry) -> bool:
    """Whether the neutral verb finds the object that it needs, or none where it takes none."""
    following = tokens[end]
    if "none" in entry.use:
        if passive or (following.lower in ("to", "into") and entry.neutral.split()[0] not in _NO_TO):
            return False
        return tokens.is_number_phrase(end) or not tokens.opens_noun_phrase(end)
    if passive:
        led = following.lower in ("with", "into", "against", "onto", "to")
        return " " not in entry.neutral and not led and not tokens.opens_noun_phrase(end)
    if following.lower in ABOVE or following.lower in CLAUSES or "R" in following.classes:
        return following.lower in ("what", "how", "who", "those") and not entry.neutral.endswith(" to")
    return tokens.opens_noun_phrase(end)


def _holds(tokens: Tokens, head: int, end: int, passive: bool, use: Use) -> bool:
    """Whether the object, or the subject of a passive, is of the kind that a sense needs."""
    subject = passive or "none" in use

    def near(nouns: frozenset[str], numbers: bool = False) -> bool:
        if subject:
            return any_before(tokens, head, _NEAR, nouns)
        return any_of(tokens, end, end + _NEAR, nouns, numbers)

    if "amount" in use:
        by = tokens[end].lower in ("by", "to", "from", "above", "below", "past") and tokens[end + 1].is_number
        if not (near(AMOUNTS, numbers=True) or (subject and (by or tokens[end].is_number))):
            return False
    kinds = {"jobs": JOBS, "plan": PLANS}
    if any(name in use and not near(nouns) for name, nouns in kinds.items()):
        return False
    if "of" in use and not near(frozenset(use["of"])):
        return False
    if "not" in use and (near(frozenset(use["not"])) or any_of(tokens, end, end + 5, frozenset(use["not"]))):
        return False
    if "over" in use and not any(tokens[place].lower in ("over", "for") for place in range(end, end + _NEAR + 2)):
        return False
    if "on" in use and not any(
        tokens[place].lower in ("on", "upon")
        and tokens[place + 1].lower not in _DAYS
        and not tokens[place + 1].is_number
        for place in range(end + 1, end + _NEAR)
    ):
        return False
    if "beaten" in use and not (_is_of_sport(tokens) and (passive or _is_somebody(tokens, end))):
        return False
    if "named" in use:
        if passive or not _is_somebody(tokens, end):
            return False
        if "of" not in use and tokens[head].lower.startswith(("brand", "dub", "christen", "label", "styl")):
            return any(
                tokens[place].lower in ("a", "an", "the") or tokens[place].text in _OPENING
                for place in range(end + 1, end + 4)
            ) and all(tokens[place].lower != "as" for place in range(end, end + 4))
    return True


def _is_somebody(tokens: Tokens, place: int) -> bool:
    """Whether a name or a pronoun follows."""
    if tokens[place].lower in ("the", "their", "its", "his", "her"):
        place += 1
    return tokens.is_name(place) or tokens[place].lower in OBJECT_PRONOUNS - {"it"}


def _is_of_sport(tokens: Tokens) -> bool:
    words = [tokens[place] for place in range(len(tokens))]
    scored = any(
        word.text in "-–" and tokens[place - 1].is_number and tokens[place + 1].is_number
        for place, word in enumerate(words)
    )
    return scored or any(
        word.is_word and any_of(tokens, place, place + 1, CONTESTS) for place, word in enumerate(words)
    )


def _says(tokens: Tokens, head: int, end: int, base: str) -> bool:
    """Whether a verb has words that are said: in quotation marks, behind "that", or as a clause."""
    following = tokens[end]
    if tokens[head].lower.endswith("ing") and tokens[head - 1].lower in BE:
        return False
    if following.lower == "that":
        return not tokens.is_sole_demonstrative(end)
    if following.text in _OPENING:  # he whined "We lost", he lamented "the rain in the valley" and did not say it
        begins = tokens[end + 1].text[:1].isupper() and not tokens.is_name(end + 1)
        return begins or tokens[end + 1].lower in SUBJECT_PRONOUNS or tokens.has_finite_verb(end + 1)
    if following.text in ",:" and tokens[end + 1].text in _OPENING:
        return True
    if _behind_quotation(tokens, head):
        return not following.is_word or tokens.opens_noun_phrase(end) or following.lower in SUBJECT_PRONOUNS
    if following.text == "," or following is NO_TOKEN or following.text in ".!?":
        return False
    if following.lower in SUBJECT_PRONOUNS or following.lower == "there":
        return tokens.has_finite_verb(end) or following.lower in ("he", "she", "they", "we", "i", "there")
    # without "that" a clause looks like an object: they claimed the mayor had lied, they trumpeted the news
    return base in _CLAIMS and tokens.opens_noun_phrase(end) and tokens.has_finite_verb(end + 1)


def _behind_quotation(tokens: Tokens, head: int) -> bool:
    """Whether a quotation ends before a verb and its subject: "It rained," the mayor [whined]."""
    for place in range(head - 1, max(-1, head - 8), -1):
        token = tokens[place]
        if token.text in _CLOSING and tokens[place - 1].text in ",!?":
            return True
        if not token.is_word and token.text not in "'’-":
            return False
    return False
