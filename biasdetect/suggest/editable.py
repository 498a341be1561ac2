"""Says where an edit may be made: in whole sentences of prose, in nobody else's words, and not across markup."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from biasdetect.english.language import may_be_english
from biasdetect.english.orthography import WORD
from biasdetect.language.quotations import unpaired_marks
from biasdetect.language.voice import VoiceMap
from biasdetect.reading.document import Document
from biasdetect.suggest.edits import Edit
from biasdetect.suggest.markup import stretch
from biasdetect.util.patterns import lazy

_LONGEST = 3000  # characters of a sentence
_FEWEST = 3  # words of one
_ROW = lazy(r"[\t|]")  # between the cells of a table
_BESIDE = lazy(r"[\s.,;:!?…()\"'“”‘’„«»‹›–—/-]|\w|$")  # what may follow an edit: a footnote's mark would lose its word
_MARKUP = frozenset("*_~`[]<>")


def is_prose(text: str) -> bool:
    """Whether a sentence is prose to edit: one or two words, a row of a table, a list of words or an endless one is none."""
    words = WORD.findall(text)
    numbers = sum(word[0].isdigit() for word in words)
    if len(text) > _LONGEST or len(words) < _FEWEST or 2 * numbers > len(words) or _ROW.search(text):
        return False
    return text.count(",") < len(words) - 1  # no list of single words


class Editable:
    """Where a document may be edited."""

    def __init__(self, document: Document) -> None:
        """Args: the document."""
        self._document = document
        # by paragraph: the last closing and the first opening quotation mark that have no other; None for another language
        self._known: dict[int, tuple[int, int] | None] = {}

    @cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self._document.blocks]

    def is_open(self, voice: VoiceMap) -> bool:
        """Whether a sentence stands in an English paragraph, and it is plain where in it somebody else speaks.

        Behind an opening quotation mark that nothing closes, or before a closing one that nothing opens, it is not.

        Args:
            voice: of the sentence.
        """
        number = bisect_right(self._starts, voice.start) - 1
        if number not in self._known:
            text, block = self._document.text, self._document.blocks[number]
            closing, opening = unpaired_marks(text, block.start, block.end)
            english = may_be_english(text[block.start : block.end])
            self._known[number] = (max(closing, default=-1), min(opening, default=block.end)) if english else None
        bounds = self._known[number]
        return bounds is not None and bounds[0] < voice.start and voice.end <= bounds[1]

    def place(self, voice: VoiceMap, edit: Edit) -> tuple[int, int] | None:
        """Start and end of an edit in the source; None where it may not be made.

        There may be no entity in what it replaces and no markup that has to stay, it leaves no markup without its words, and
        it keeps to what the outlet says itself: doubting quotation marks may go, with the words in them or without.

        Args:
            voice: of the sentence.
            edit: of the sentence.
        """
        text, source = voice.sentence.text, self._document.source
        if not _BESIDE.match(text, edit.end) or not _leaves_quotations(voice, edit):
            return None
        place = stretch(self._document, voice.start + edit.start, voice.start + edit.end)
        if place is None:
            return None
        start, end = place
        emptied = not edit.new.strip() and {*source[start - 1 : start]} & _MARKUP and {*source[end : end + 1]} & _MARKUP
        return None if emptied else (start, end)


def _leaves_quotations(voice: VoiceMap, edit: Edit) -> bool:
    start, end = voice.start + edit.start, voice.start + edit.end
    quoted = voice.sentence.quotation_at(start, end)
    if quoted is None:
        return True
    return (quoted.start, quoted.end) not in voice.quotes and start <= quoted.start and quoted.end <= end
