"""A sentence as words and marks, with what stands beside a word: what suggestions ask of its grammar.

There is no parser: what a word may be, its neighbours decide, and where they do not, a question is answered so that nothing
is suggested.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from biasdetect.english.classes import word_classes
from biasdetect.english.function_words import (
    ARTICLES,
    BE,
    COMMON_PARTICLES,
    DEMONSTRATIVES,
    DO,
    FUNCTION_WORDS,
    HAVE,
    MODALS,
    OBJECT_PRONOUNS,
    POSSESSIVES,
    PREPOSITIONS,
    QUANTIFIERS,
    RELATIVES,
    SUBJECT_PRONOUNS,
)
from biasdetect.english.orthography import with_plain_hyphens
from biasdetect.util.patterns import lazy

_TOKEN = lazy(r"\w+(?:[-'’.]\w+)*|[^\w\s]")
DETERMINERS = ARTICLES | DEMONSTRATIVES | POSSESSIVES | QUANTIFIERS | frozenset(
    "another many several few such more less much enough one two three what which".split()
)  # fmt: skip
ABOVE = PREPOSITIONS | frozenset(
    "across along amid amidst among around behind below beneath beside besides between beyond despite down inside like near "
    "onto outside per throughout toward towards underneath unlike upon via within without".split()
)
COPULAS = BE | frozenset(
    "become becomes became becoming remain remains remained remaining seem seems seemed look looks looked feel feels felt "
    "appear appears appeared sound sounds sounded 's 're 'm".split()
)
_SINCE = frozenset("now once still then".split())
CLAUSES = frozenset(
    "that if when while because since although though as whether where before after until unless so than and but or yet nor "
    "how why what who".split()
)
DEGREE = frozenset("so too as how more most less least rather equally very quite pretty".split())
PARTICLES = COMMON_PARTICLES | frozenset("apart aside around along".split())
_NEGATIONS = frozenset("not never no nor neither hardly scarcely barely without cannot none nothing".split())
_NUMBERS = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
    "twenty thirty forty fifty sixty seventy eighty ninety".split()
)
_PARTICIPLES = ("ed", "ing", "en", "wn", "lt", "ught", "nt")
_IRREGULAR = frozenset("made done held led paid sold told born torn worn sworn".split())
_CURRENCY = "$€£¥"
_VERB_BEFORE = (
    MODALS | DO | frozenset("to not never let helped help us let's who which that cannot".split()) | SUBJECT_PRONOUNS
)
_FINITE = BE | HAVE | MODALS | DO
_CLOSING = "\"”’'»"
_SINGLE_ENDS = ("ss", "us", "is")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark.

    Attributes:
        start: its first character in the sentence.
        end: the character after its last one.
        text: as it stands there.
        lower: in lower case, with plain apostrophes and hyphens.
    """

    start: int
    end: int
    text: str
    lower: str

    @property
    def is_word(self) -> bool:
        """Whether it is no mark."""
        return self.text[0].isalnum()

    @property
    def is_number(self) -> bool:
        """Whether it is a number in digits or words, or stands before an amount of money."""
        return any(char.isdigit() for char in self.text) or self.text in _CURRENCY or self.lower in _NUMBERS

    @property
    def classes(self) -> str:
        """Letters of its classes, as :func:`biasdetect.english.classes.word_classes` has them; empty of a mark."""
        return word_classes(self.lower) if self.is_word else ""


NO_TOKEN = Token(0, 0, "\0", "")
"""What stands outside a sentence."""


class Tokens:
    """The words and marks of a sentence, by their number."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._all = [
            Token(*match.span(), text[match.start() : match.end()], match.group().lower().replace("’", "'"))
            for match in _TOKEN.finditer(with_plain_hyphens(text))
        ]
        self._starts = [token.start for token in self._all]
        self._lower = [token.lower for token in self._all]
        words = [token.text for token in self._all if token.is_word and token.lower not in FUNCTION_WORDS]
        self.is_headline = len(words) > 1 and sum(word[0].isupper() for word in words) > 0.6 * len(words)

    def __getitem__(self, number: int) -> Token:
        return self._all[number] if 0 <= number < len(self._all) else NO_TOKEN

    def __len__(self) -> int:
        return len(self._all)

    def key(self, first: int, stop: int) -> str:
        """Tokens as the table of wording writes them: in lower case, no space before a comma."""
        return " ".join(self._lower[first:stop]).replace(" ,", ",")

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The numbers of the first token in a stretch and of the one behind it."""
        return bisect_left(self._starts, start), bisect_left(self._starts, end)

    def starts_clause(self, number: int) -> bool:
        """Whether nothing but marks stands before a token in its sentence, or a dateline's dash or colon."""
        before = self[number - 1]
        while before.text in "\"'“‘«„([" and before.text != "\0":
            number -= 1
            before = self[number - 1]
        return before is NO_TOKEN

    def is_name(self, number: int) -> bool:
        """Whether a token has a capital where words have none."""
        token = self[number]
        return token.text[0].isupper() and not self.is_headline and not self.starts_clause(number)

    # ---- what may stand here

    def is_determiner(self, number: int) -> bool:
        """Whether a token opens a noun phrase: the, his, the mayor's, many, 14."""
        token = self[number]
        return (
            token.lower in DETERMINERS
            or (token.is_word and token.lower.endswith(("'s", "s'")))
            or token.is_number
            or (token.text in "'’" and self[number - 1].lower.endswith("s"))
        )

    def is_modifier(self, number: int) -> bool:
        """Whether a token may be an adjective, a participle or an adverb before one."""
        token = self[number]
        return token.is_word and bool(set("AR") & set(token.classes) or self.is_participle(number))

    def is_participle(self, number: int) -> bool:
        """Whether a token may be a participle, as an adjective is."""
        word = self[number].lower
        return "V" in self[number].classes and (word.endswith(_PARTICIPLES) or word in _IRREGULAR)

    def opens_noun_phrase(self, number: int) -> bool:
        """Whether a noun phrase can start at a token, such as a verb's object."""
        token = self[number]
        if token.text in "\"'“‘«" and self[number + 1].is_word:
            return self.opens_noun_phrase(number + 1)
        if self.is_determiner(number) or token.lower in OBJECT_PRONOUNS:
            return True
        if not token.is_word or token.lower in FUNCTION_WORDS or token.lower in ABOVE or token.lower in CLAUSES:
            return False
        if token.text[0].isupper() and not self.is_headline:
            return True
        classes = token.classes
        return bool(set("NA") & set(classes)) and "R" not in classes

    def noun_after(self, number: int) -> int | None:
        """The number of the noun that a modifier before a token belongs to; None where none follows.

        Adjectives, participles, numbers and names may stand between, joined by commas and "and" or not.
        """
        for place in range(number, number + 6):
            token = self[place]
            if token.text in "\"'“‘«":
                continue
            if token.text == "," or token.lower in ("and", "but", "yet", "or"):
                both = token.text == "," and self[place + 1].lower in ("and", "but", "yet", "or")
                if place == number or not (both or self.is_modifier(place + 1)):
                    return None
                continue
            if not token.is_word or token.lower in FUNCTION_WORDS or token.lower in ABOVE:
                return None
            if token.is_number or self.is_name(place):
                return place
            classes = token.classes
            if "N" in classes:
                return place
            if not (set("AR") & set(classes) or self.is_participle(place)):
                return None
            if "R" in classes and "A" not in classes and not self.is_modifier(place + 1):
                return None
        return None

    def is_compound_head(self, number: int) -> bool:
        """Whether a noun follows a noun at once, so that it is a part of a longer name of a thing."""
        token, following = self[number], self[number + 1]
        if not following.is_word or following.lower in FUNCTION_WORDS or following.lower in ABOVE:
            return False
        if following.text[0].isupper() and not self.is_headline:
            return False
        classes = following.classes
        if "N" not in classes:
            return False
        if "V" not in classes:
            return "R" not in classes
        plural = token.lower.endswith("s") and not token.lower.endswith(_SINGLE_ENDS)
        acts = following.lower.endswith(("s", "ed", "ing")) if not plural else not following.lower.endswith("s")
        return not acts

    # ---- what stands before

    def left_of(self, number: int) -> Token:
        """The word before a token, over opening marks; :data:`NO_TOKEN` behind another mark or at the beginning."""
        place = number - 1
        while self[place].text in "\"'“‘«„([" and self[place] is not NO_TOKEN:
            place -= 1
        found = self[place]
        return found if found.is_word else NO_TOKEN

    def determiner_before(self, number: int) -> int | None:
        """The number of what opens the noun phrase that a token belongs to; None where nothing does."""
        for place in range(number - 1, max(-1, number - 7), -1):
            token = self[place]
            if self.is_determiner(place):
                return place
            if token.text == "," and ("N" in self[place - 1].classes or not self.is_modifier(place - 1)):
                return None
            joins = token.text in ",\"'“‘«" or token.lower in ("and", "but", "very", "so", "most", "more", "too")
            noun = "N" in token.classes and token.lower not in FUNCTION_WORDS
            if not (joins or self.is_modifier(place) or noun or self.is_name(place)) or token is NO_TOKEN:
                return None
        return None

    def is_negated(self, number: int) -> bool:
        """Whether "not", "no", "never" or the like stands within the three words before a token."""
        for place in range(number - 1, number - 4, -1):
            lower = self[place].lower
            if lower in _NEGATIONS or lower.endswith("n't"):
                return True
            if not self[place].is_word:
                return False
        return False

    def is_predicate(self, number: int) -> bool:
        """Whether what begins at a token is what something is said to be: it was [a farce], they are called [fools]."""
        place = number - 1
        while self.is_determiner(place) or (self.is_modifier(place) and self[place].lower not in COPULAS | _SINCE):
            place -= 1
        before = self[place].lower
        if before in COPULAS or before in ("make", "makes") or before.endswith(("'s", "'re", "'m")):
            return True
        if before in _SINCE and self[place - 1].text == ",":  # the works, now [an eyesore], closed
            return True
        return before in frozenset("as like called call calling branded dubbed into".split())

    def is_verb_place(self, number: int) -> bool:
        """Whether a word that may be a noun as well stands where a verb does."""
        place = number - 1
        while "R" in self[place].classes and self[place].lower not in ("no",) and self[place].is_word:
            place -= 1
        before = self[place]
        if before.lower in _VERB_BEFORE or before.lower in HAVE or before.lower.endswith("n't"):
            return True
        word = self[number].lower
        if before.lower in BE:
            return word.endswith(("ing", "ed", "en"))
        if before is NO_TOKEN or not before.is_word:
            if before.text in _CLOSING and self[place - 1].text in ",!?":  # "It rained," [whined] the mayor
                return True
            participle = word.endswith("ed") and (
                before.text in ",—–(" or self[number + 1].lower in ("by", "for", "over")
            )
            return word.endswith("ing") or participle
        if before.lower in ("and", "or", "but", "then", "also"):
            return word.endswith("ed")
        if self.is_determiner(place) or before.lower in ABOVE:
            return word.endswith("ing") and before.lower in ABOVE
        if before.lower in RELATIVES:
            return True
        name = before.text[0].isupper()
        if not ("N" in before.classes or name or before.is_number):
            return False
        if word.endswith("ing"):
            return name or "A" not in before.classes  # a verbal [lashing] is a noun
        if word.endswith("ed") or "N" not in self[number].classes:
            return True
        if self._has_verb_before(place):
            return False
        return self.opens_noun_phrase(number + 1) or self[number + 1].lower in ABOVE or self[number + 1].lower == "that"

    def _has_verb_before(self, number: int) -> bool:
        """Whether a clause has its verb already: they echoed White House [claims]."""
        for place in range(number, max(-1, number - 9), -1):
            token = self[place]
            if not token.is_word or token.lower in CLAUSES or token.lower in RELATIVES:
                return False
            past = token.classes == "V" and not token.lower.endswith("ing")
            if (past and not self.is_determiner(place - 1)) or token.lower in _FINITE:
                return True
        return False

    def has_finite_verb(self, number: int) -> bool:
        """Whether a form of to be, to have, to do or a modal stands in the eight words from a token on."""
        for place in range(number, number + 9):
            token = self[place]
            if token.lower in _FINITE or token.lower.endswith(("n't", "'ll", "'d", "'re", "'ve")):
                return True
            if token.lower in RELATIVES or token.lower == "that":
                return False
            if not token.is_word and token.text not in "\"'“‘’-":
                return False
        return False

    def is_number_phrase(self, number: int) -> bool:
        """Whether an amount follows, as behind a verb that takes no object: rose [14 percent]."""
        return self[number].is_number or self[number].lower in ("nearly", "almost", "about", "more", "over")

    def is_sole_demonstrative(self, number: int) -> bool:
        """Whether "that" stands before its noun or alone, and opens no clause."""
        following = self[number + 1]
        if not following.is_word:
            return True
        opens = following.lower in SUBJECT_PRONOUNS or self.is_determiner(number + 1) or following.text[0].isupper()
        return not (opens or self.has_finite_verb(number + 1))
