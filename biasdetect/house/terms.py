"""Finds the terms of a house style in a text as whole words, in any inflection, also over a line break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter

from biasdetect.english.inflection import all_forms
from biasdetect.model.phrases import find_words

DEFAULT_CATEGORY = "loaded-language"
_PLAIN = str.maketrans({"’": "'", "\u00ad": None, "\u200b": None, "\u2060": None})


@dataclass(frozen=True, slots=True)
class Term:
    """Wording that a house style speaks of.

    Attributes:
        text: the wording, each word in its base form.
        category: that the report gives it.
        why: what the reader is told, after "house style"; may be empty.
        instead: wording to use instead, best first.
    """

    text: str
    category: str = DEFAULT_CATEGORY
    why: str = ""
    instead: tuple[str, ...] = ()


class Terms:
    """A list of terms, ready to be looked for. It takes time in proportion to the text, however many terms there are."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        """Of terms that begin at the same word the longest is found, of those the first; of a term given twice, the last."""
        self.terms = tuple(terms)
        self._bases: dict[str, set[str]] = defaultdict(set)  # of a form, the words in terms that it may be of
        self._first = _Node()
        for rank, term in enumerate({term.text: term for term in self.terms}.values()):
            node = self._first
            for word in plain_words(term.text):
                node = node.following.setdefault(word, _Node())
                for form in all_forms(word):
                    self._bases[form].add(word)
            if node is not self._first:
                spans = find_words(term.text)
                node.terms.setdefault(tuple(_gap(term.text, *pair) for pair in pairwise(spans)), (rank, term))

    def __bool__(self) -> bool:
        return bool(self.terms)

    def find(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """Character offsets of every occurrence, and its term, in order and not overlapping."""
        if not self.terms:
            return
        words = find_words(text)
        plain = plain_words(text)
        index = 0
        while index < len(words):
            found = self._longest(text, words, plain, index)
            if found:
                last, term = found
                yield words[index][0], words[last][1], term
                index = last
            index += 1

    def _longest(
        self, text: str, words: list[tuple[int, int]], plain: list[str], first: int
    ) -> tuple[int, Term] | None:
        """The number of the last word of the longest term that begins with a word, and the term."""
        nodes = [self._first]
        gaps: tuple[str, ...] = ()
        found = None
        for index in range(first, len(words)):
            bases = self._bases.get(plain[index], ())
            nodes = [node.following[base] for node in nodes for base in bases if base in node.following]
            if not nodes:
                break
            if index > first:
                gaps += (_gap(text, words[index - 1], words[index]),)
            ending = [node.terms[gaps] for node in nodes if gaps in node.terms]
            if ending:
                found = index, min(ending, key=itemgetter(0))[1]
        return found


@dataclass(slots=True)
class _Node:
    """What follows on some words: next words, and terms that end here, ranked, by what stands between their words."""

    following: dict[str, _Node] = field(default_factory=dict)
    terms: dict[tuple[str, ...], tuple[int, Term]] = field(default_factory=dict)


def plain_words(text: str) -> list[str]:
    """The words of a text as they are compared: in lower case, without invisible marks."""
    return [text[start:end].translate(_PLAIN).casefold() for start, end in find_words(text)]


def _gap(text: str, before: tuple[int, int], after: tuple[int, int]) -> str:
    """What stands between two words, all white space being one."""
    return " ".join(text[before[1] : after[0]].split())
