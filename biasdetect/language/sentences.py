"""Splits text into sentences, as character offsets: sentencex (Wikimedia), corrected for the prose of news.

The library sees the text with quotation marks and brackets blanked out, so that it also judges what lies inside
them. Then each place where a sentence may end is looked at once, with the word before and the words after: rules
say what they know about titles, initials, companies, times, quotations and line breaks, and leave the rest to the
library. Each look is bounded, so the time is in proportion to the length of the text.
"""

from __future__ import annotations

import re

import sentencex

from biasdetect.english.function_words import (
    ARTICLES,
    BE,
    COMMON_PREPOSITIONS,
    COORDINATORS,
    DEMONSTRATIVES,
    HAVE,
    MODALS,
    POSSESSIVES,
    RELATIVES,
)
from biasdetect.english.language import base
from biasdetect.language.abbreviations import ABBREVIATIONS, MONTH_NAMES, STARTERS, TITLES, Near, is_ordinary, rule_for
from biasdetect.util.patterns import lazy

_EDGE = "".join(map(chr, [*range(9, 14), *range(0x1C, 0x21), 0, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C)])) + (
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_NEAR = 60  # characters looked at before a possible end: a word, and the words before it
_ASIDE = 400  # characters looked at on either side for the bracket that a possible end lies in

# what stands beside a sentence and hides its end from the library
_MARKS = '"“”„‟«»()[]'
_SINGLE_MARK = lazy(r"(?<!\w)['‘’‹›](?=\S)|(?<=\S)['’›](?!\w)")
_VISIBLE = lazy(r"\S")

_UPPER = r"[^\W\d_a-z]"
_PICTURE = "\u2600-\u27bf\U0001f1e6-\U0001faff"
_FACE = rf"(?:(?<=\s)(?:[:;=]['o^-]?[)(DPp/|\]\[*]|<3|\^_?\^)|[{_PICTURE}][{_PICTURE}\ufe0f\u200d]*+)(?![^\s\"”’])"
_CLOSING = r"[\"”’')\]]|\s?[»›](?!\w)|[“‘«](?!\S)"
_NOTE = rf"\s?\[\d{{1,3}}\]|\(\d{{1,2}}\)|[*†‡¹²³⁴-⁹]|(?<=[a-z]{{2}}[.!?])\d{{1,2}}(?=\s+{_UPPER})"
_END = lazy(  # begins with a class of characters, by which the search goes quickly
    rf"""[.!?…\n:;=<^{_PICTURE}](?:
         (?<=[.!?…])(?:\s?[.!?…])*+  (?P<close>(?:{_NOTE}|{_CLOSING})*+(?:\s?{_FACE})*+)  (?P<gap>\s*+)
       | (?<=\n)(?P<line>\s*+)
       | (?P<face>(?<=\s[:;=])['o^-]?[)(DPp/|\]\[*] | (?<=\s<)3 | (?<=\s\^)_?\^
           | (?<![{_PICTURE}].)(?<=[{_PICTURE}])[{_PICTURE}\ufe0f\u200d]*+)
         \s++(?={_UPPER}|["“‘])
    )""",
    re.VERBOSE,
)
_CLOSED = lazy(r"(?:[\"”“’‘)\]«‹](?!\w)|\s?[»›](?!\w))*+")
_BLANK_LINE = lazy(r"\n[^\S\n]*+(?=\n)")
_QUOTE_MARK = lazy("[\"”’'»›“‘«]")
_NEXT = lazy(r"(?P<open>[\"“”„‟«»‘'‹(\[`¿¡]*+)\s?(?P<word>[^\W_][\w'’&-]*+)?(?P<dot>\.)?(?:\s+(?P<second>\w+))?")
_WORD_BEFORE = lazy(r"[^\s\"“”„‟«»‘‹(\[—–/]*\Z")
_BULLET = lazy(r"[•‣◦▪●►→✓✔·*+]\s+\S|[–—-]\s+[^\Wa-z]")
_ENUMERATED = lazy(r"(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})[.)]\s+\S|\(\w{1,3}\)\s")
_ITEM_NUMBER = lazy(r"(?:\A\s*|[:;]\s+)(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})\Z")
_MARKED_NAME = lazy(rf"(?<!\w){_UPPER}[\w'’]*[!?](?=\s[a-z]|['’]s\b|,)")  # Yahoo! shares
# a line that ends so goes on in the next one
_OPEN_ENDED = (
    ARTICLES | DEMONSTRATIVES | POSSESSIVES | COORDINATORS | COMMON_PREPOSITIONS | RELATIVES | HAVE | MODALS
    | (BE - {"being"})  # of a human being
    | frozenset(
        "as into over under about after before between near than if when while where said says asked told not no more most "
        "very".split()
    )
)  # fmt: skip
_SHORT_NUMBER = lazy(r"\d{1,2}")
_NAME = lazy(r"[A-Z][a-z]{4,}")
_BEFORE_ORDINAL = lazy(r"(?:\A|\s)(?:[Oo]n|[Tt]he|his|her|its|their|our|my|every|each|this|that)\s\Z")
_MARKED_NAME_AFTER = lazy(rf"(?:of|at|by|for|from|with)\s{_UPPER}\w*\Z")
_OTHER_CASE = lazy(r"[a-z]{1,2}[A-Z]")  # iPhone, eBay
_JOINED = lazy(r"(?:[A-Z][a-z]+|[IA])(?=[\s,'’])|[“«„]")  # a next sentence that no space stands before
_REST_OF_CODE = lazy(r"[A-Z]{1,3}(?!\w)")  # BP.L, SAP.DE
_WHOLE_WORD = lazy(r"[a-z]{2,}|\d{3,}|\d+\.\d+|[\d.,]+%")
_DOMAIN = lazy(r"(?:Com|Net|Org|Io|Js|Ai|Co)\b")
_SAYING = (
    r"(?:said|says|asked|asks|shouted|shouts|cried|demanded|wrote|writes|told|tells|replied|added|adds|wondered|exclaimed"
    r"|yelled|screamed|whispered|called|joked|quipped|insisted|tweeted|posted|declared|warned|answered|recalled|muttered"
    r"|snapped|thundered|roared|begged|pleaded|retorted|inquired|queried|chanted|mused|remarked|concluded|noted|argued"
    r"|(?<=I )(?:say|ask))"
)
# who says it, and nothing after that which makes it a statement of its own: "Analysts said they would."
_TAG = lazy(
    rf"(?:(?!(?:{'|'.join(sorted(STARTERS - {'I'}))})\b){_UPPER}[\w'’-]*+\.?\s"
    r"(?:(?:de|da|di|del|der|van|von|bin|al|el|la|le)\s){0,2}){1,6}(?:(?:later|then|also|once|\w+ly)\s)?"
    rf"(?:(?:is|was)\ssaid\sto\b|{_SAYING}\b(?!\s(?:that|they|it|he|she|we|there|no|yes|nothing|little|this|those)\b))"
)
_LOWER_TAG = lazy(
    rf"(?:[^\W\d_][\w'’-]*+\s){{0,4}}(?:ask|say|thought|think|wonder|wonders|read|reads|went|goes|runs|{_SAYING})\b"
)
_OTHER_MARKS = tuple("。｡！？؟۔।॥")
_DASHES = ("–", "—", "-", "/")
_CLOSERS = tuple("\"”’'»›“‘«)]")


def split_sentences(text: str, start: int, end: int, language: str = "en") -> list[tuple[int, int]]:
    """Offsets of the sentences in ``text[start:end]``, without outer white space, in order.

    Sentences within a quotation are split too; a tag such as ``she asked`` belongs to the quotation before it.
    Every visible character lies in exactly one sentence.

    Args:
        text: the source.
        start: where to begin, in characters.
        end: where to stop, in characters, exclusive.
        language: ISO 639-1 code, a region behind it allowed. What is corrected is English; of any other language the library
            knows abbreviations and ordinals, and it alone decides.
    """
    # the library takes valid Unicode alone: a lone surrogate is stood in for by one character
    piece = text[start:end].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if len(piece) != end - start:  # surrogate halves that met and became one character
        piece = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text[start:end])
    sentences = []
    position = 0
    english = base(language) in ("en", "")
    for stop in [*(_boundaries(piece) if english else _of_the_library(piece, base(language))), len(piece)]:
        sentence = piece[position:stop]
        inner = sentence.strip(_EDGE)
        if inner:
            first = start + position + sentence.index(inner)
            sentences.append((first, first + len(inner)))
        position = stop
    return sentences


def _boundaries(piece: str) -> list[int]:
    """Where one sentence ends and the next begins, in order."""
    masked = _masked(piece)
    proposed = _proposed(masked)
    context = _Context(piece)
    boundaries: list[int] = []
    for match in _END.finditer(piece):
        end = stop = match.end()
        if stop == len(piece):
            break
        if match["line"] is not None:
            verdict: bool | None = context.is_line_end(match)
        elif match["face"] is not None:
            verdict = not piece.endswith(" I ", context.sentence, match.start())  # I ❤ London
        else:
            end = match.end("close")
            verdict = context.verdict(match)
        if verdict is None:
            visible = _VISIBLE.search(masked, stop, stop + _NEAR)
            verdict = visible is not None and visible.start() in proposed
        if verdict:
            boundaries.append(end)
            context.sentence = end
    if piece.isascii():
        return boundaries
    # other scripts have other marks: there the library is alone
    others = [place for place in proposed.values() if masked[place - 3 : place].rstrip()[-1:] in _OTHER_MARKS]
    return sorted({*boundaries, *others}) if others else boundaries


def _of_the_library(piece: str, language: str) -> list[int]:
    """Where the library alone ends sentences; closing marks behind an end belong to it, and a line ends where a blank one is."""
    masked, ends = _masked(piece), {match.start() for match in _BLANK_LINE.finditer(piece)}
    titles = TITLES.get(language, frozenset())
    for place in _proposed(masked, language).values():
        near = masked[max(0, place - _NEAR) : place].rstrip(_EDGE)
        end = place - len(masked[max(0, place - _NEAR) : place]) + len(near)
        closed = _CLOSED.match(piece, end)
        if near.rpartition(" ")[2].removesuffix(".") not in titles or not near.endswith("."):
            ends.add(closed.end() if closed else end)
    return sorted(ends)


def _masked(piece: str) -> str:
    """The text without quotation marks and brackets, in the same length."""
    for mark in _MARKS:
        if mark in piece:
            piece = piece.replace(mark, " ")
    return _SINGLE_MARK.sub(" ", piece) if any(mark in piece for mark in "'‘’‹›") else piece


def _proposed(masked: str, language: str = "en") -> dict[int, int]:
    """The library's boundaries: where the next sentence begins, and where the last one ended."""
    places: dict[int, int] = {}
    position = 0
    for sentence in sentencex.segment(language, masked):
        visible = _VISIBLE.search(masked, position, position + _NEAR)
        if visible and position:
            places[visible.start()] = position
        position += len(sentence)
    return places


class _Context:
    """What is known of a text while its possible sentence ends are looked at from left to right.

    Attributes:
        sentence: where the sentence begins that is being read.
    """

    def __init__(self, piece: str) -> None:
        self.sentence = 0
        self._piece = piece
        self._counted = 0  # how far the quotation marks have been counted
        self._open = 0
        self._straight = 0
        self._width: int | None = None  # of the longest line
        self._marked_names: frozenset[str] | None = None

    def verdict(self, match: re.Match[str]) -> bool | None:
        """Whether a sentence ends at these marks; None where the library may say."""
        piece, close, gap, stop = self._piece, match["close"], match["gap"], match.end()
        mark = piece[match.start() : match.start("close")]
        if not gap:
            return self._joined(match, mark)
        if "\n" in gap:
            if gap.count("\n") > 1 or _BULLET.match(piece, stop):
                return True
            if _ENUMERATED.match(piece, stop) and self._before(match)[1] not in ABBREVIATIONS:
                return True
        after = _NEXT.match(piece, stop)
        assert after is not None  # it matches the empty string
        word = after["word"] or ""
        quote_closed = _QUOTE_MARK.search(close) is not None
        if word[:1].islower():
            if _OTHER_CASE.match(word):
                return True
            return close[:1] not in _CLOSERS and self._before_lower(match, mark)
        if not close and self._in_bracket(match.start()):
            return False
        if (len(mark) > 1 and not mark.strip(". …")) or mark == "…":
            return quote_closed or not (self._begins_at(match.start()) or self._in_quotation(match.start()))
        if mark != ".":
            return not (_TAG.match(piece, stop) if quote_closed else self._is_marked_name(match, mark, word))
        if close.strip(")]"):
            return True
        return self._after_full_stop(match, after)

    def _before_lower(self, match: re.Match[str], mark: str) -> bool:
        """Whether a sentence ends though the next word is in lower case."""
        word = self._before(match)[1]
        if mark == "?":  # Is it? he asked. But: Is it? zipfone will not say.
            return word.islower() and not _LOWER_TAG.match(self._piece, match.end())
        if mark != "." or word in ABBREVIATIONS or _SHORT_NUMBER.fullmatch(word):
            return False
        return is_ordinary(word) or _NAME.fullmatch(word) is not None

    def _joined(self, match: re.Match[str], mark: str) -> bool | None:
        """Whether a sentence ends where no white space follows."""
        piece, close, stop = self._piece, match["close"], match.end()
        following = piece[stop : stop + 1]
        if close:  # “We lost.”She shrugged, but “Why?”, he said
            return (True if _QUOTE_MARK.search(close) else None) if following.isupper() or following in "“«„" else False
        if following.islower() or following.isdigit():
            return False
        if not _JOINED.match(piece, stop) and _REST_OF_CODE.match(piece, stop) and self._before(match)[1].isupper():
            return False
        if _DOMAIN.match(piece, stop) or not _JOINED.match(piece, stop):
            return None
        return bool(_WHOLE_WORD.fullmatch(self._before(match)[1])) or None

    def _before(self, match: re.Match[str]) -> tuple[str, str]:
        """What stands before the word that the mark follows, and the word."""
        end = match.start()
        start = max(self.sentence, end - _NEAR)
        before = self._piece[start:end]
        if start > self.sentence:
            before = "x" + before[1:]  # no pattern may take this for the beginning of the sentence
        found = _WORD_BEFORE.search(before)
        place = found.start() if found else len(before)
        return before[:place], before[place:]

    def _after_full_stop(self, match: re.Match[str], after: re.Match[str]) -> bool | None:
        if self._piece[match.start() - 1] in '"”’»)]':  # called it "a fraud". She
            return True
        before, word = self._before(match)
        following, dotted = after["word"] or "", after["dot"] is not None
        starter = following in STARTERS and not (dotted and len(following) == 1)
        if _ITEM_NUMBER.search(before + word) and (not word.isupper() or _ENUMERATED.match(self._piece)):
            return False
        if word.isupper() and len(word) > 1 and not starter and word.capitalize() in ABBREVIATIONS:
            word = word.capitalize()  # ST. HARRAN
        rule = rule_for(word)
        if _SHORT_NUMBER.fullmatch(word) and (_BEFORE_ORDINAL.search(before) or following in MONTH_NAMES):
            return starter
        if not following:
            return False if rule and after.string[after.end() : after.end() + 1] in _DASHES else None
        if rule is None:
            return True if is_ordinary(word) else None
        if not starter and "(" in after["open"]:
            return False  # ST. HARRAN, Vt. (Northwire)
        return rule(Near(before, word, following, after["second"] or "", dotted, starter))

    def _begins_at(self, place: int) -> bool:
        """Whether nothing but an opening mark stands between the beginning of the sentence and the place."""
        return place - self.sentence < 4 and not self._piece[self.sentence : place].strip(_EDGE + "\"“‘'(")

    def _in_bracket(self, place: int) -> bool:
        """Whether the place lies in a bracket opened within the sentence, as in: The club (It is old. I know.) shut."""
        piece, start = self._piece, max(self.sentence, place - _ASIDE)
        opened = max(piece.rfind("(", start, place), piece.rfind("[", start, place))
        if opened < 0 or not piece[start:opened].strip(_EDGE + "\"“‘'"):
            return False
        closing = ")" if piece[opened] == "(" else "]"
        return piece.find(closing, opened, place) < 0 and piece.find(closing, place, place + _ASIDE) >= 0

    def _in_quotation(self, place: int) -> bool:
        """Whether a quotation is open; counts on from the last place, so places come in order."""
        span = self._piece[self._counted : place]
        self._counted = place
        self._straight += span.count('"')
        self._open += sum(map(span.count, "“„«")) - sum(map(span.count, "”»"))
        return self._open > 0 or self._straight % 2 == 1

    def _is_marked_name(self, match: re.Match[str], mark: str, following: str) -> bool:
        """Whether the mark belongs to a name: so used elsewhere in the text, or "of Name! Name"."""
        if self._marked_names is None:
            self._marked_names = frozenset(_MARKED_NAME.findall(self._piece))
        before, word = self._before(match)
        if word + mark in self._marked_names:
            return True
        name = mark == "!" and following[:1].isupper() and following not in STARTERS
        return name and _MARKED_NAME_AFTER.search(before + word) is not None

    def is_line_end(self, match: re.Match[str]) -> bool:
        """Whether a line break without a mark ends a sentence: a headline or list item, not wrapped prose."""
        piece, start, stop = self._piece, match.start(), match.end()
        if "\n" in match["line"] or _BULLET.match(piece, stop):
            return True
        line = piece[piece.rfind("\n", 0, start) + 1 : start].rstrip()
        if piece[stop : stop + 1].islower() or line.rpartition(" ")[2] in _OPEN_ENDED or line[-1:] in ",;—–-(":
            return bool(_ENUMERATED.match(piece, stop)) and line[-1:] in ",;"
        if _ENUMERATED.match(piece, stop):
            return True
        if self._width is None:
            lines = piece.split("\n")
            listed = len(lines) > 2 and not any(other[:1].islower() for other in lines)
            self._width = 10**9 if listed else max(map(len, lines))
        # wrapped prose breaks a line where the next word would not have fitted
        return len(line) + 1 + len(piece[stop : stop + _NEAR].partition(" ")[0]) <= self._width
