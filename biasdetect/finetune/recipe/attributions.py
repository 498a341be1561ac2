"""Reads articles in which somebody marked who says what: for each sentence, which of its words are others'.

The form is that of PolNeAR (Newell et al. 2018): a line is an article, its ``attributions`` have a ``cue``, a ``source`` and
a ``content``, each a list of character offsets. Its notion of an attribution is wide. What somebody plans or intends is
what the outlet reports of him, and "I" may be the writer, so words of either are left unknown.

The project's own texts have it inline, a paragraph a line: ``{words of others}``, ``<who speaks>``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from biasdetect.english.inflection import all_verb_forms
from biasdetect.errors import DataError
from biasdetect.finetune.recipe.standoff import records
from biasdetect.language.quotations import find_quotations
from biasdetect.language.sentences import split_sentences
from biasdetect.reading.text import read_text

Offsets = tuple[int, int]

_BRACKETS = {"{": "}", "<": ">"}
_INTENDING = (
    "agree aim attempt choose decide decline expect fail intend mean move offer order pass plan prepare refuse schedule "
    "seek sign threaten tend try"
)
"""Verbs of what one does or means to do, which tell of no speech or belief."""

_WRITER = frozenset(("i", "we"))


@dataclass(frozen=True, slots=True)
class AttributedSentence:
    """A sentence with what is known of whose words it holds, all in characters from its start.

    Attributes:
        text: the sentence.
        others: words of others.
        unknown: words of which it is not known.
        sources: words that name who speaks.
        quoted: what stands inside quotation marks of its paragraph, marks included.
        article: the number of its article in the file.
    """

    text: str
    others: tuple[Offsets, ...]
    unknown: tuple[Offsets, ...]
    sources: tuple[Offsets, ...]
    quoted: tuple[Offsets, ...]
    article: int


def read_attributions(path: Path, leave_out: Mapping[str, Sequence[str]] = {}) -> Iterator[AttributedSentence]:
    """The sentences of a file of articles, or of a folder of paragraphs, in order.

    Args:
        path: of the file; a folder of the project's own texts.
        leave_out: values of a field, such as its publisher, by which articles are left out.

    Raises:
        DataError: where there is no such file, or its brackets do not close.
    """
    if path.is_dir():
        for number, (text, others, sources) in enumerate(_inline(path)):
            yield from _sentences(text, others, [], sources, number)
        return
    for number, record in enumerate(records(path)):
        if any(record.get(field) in values for field, values in leave_out.items()):
            continue
        said, unknown = find_parts(record["text"], record["attributions"], "content")
        sources, unsure = find_parts(record["text"], record["attributions"], "source")
        yield from _sentences(record["text"], said, unknown + unsure, sources, number)


def _sentences(
    text: str, said: list[Offsets], unknown: list[Offsets], sources: list[Offsets], number: int
) -> Iterator[AttributedSentence]:
    document = read_text(text, "")
    for block in document.blocks:
        quotations = [(quote.start, quote.end) for quote in find_quotations(document.text, block.start, block.end)]
        for start, end in split_sentences(document.text, block.start, block.end):
            yield AttributedSentence(
                document.text[start:end],
                _within(said, start, end),
                _within(unknown, start, end),
                _within(sources, start, end),
                _within(quotations, start, end),
                number,
            )


def _inline(folder: Path) -> Iterator[tuple[str, list[Offsets], list[Offsets]]]:
    """The paragraphs of a folder's ``.txt`` files, each with where others' words and who speaks stand.

    Raises:
        DataError: where a bracket opens or closes nothing.
    """
    for file in sorted(folder.glob("*.txt")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            places: dict[str, list[Offsets]] = {"}": [], ">": []}
            opened: dict[str, int] = {}
            text = ""
            for char in line.strip():
                if char in _BRACKETS and not opened:
                    opened[_BRACKETS[char]] = len(text)
                elif char in opened:
                    places[char].append((opened.pop(char), len(text)))
                elif char in "{}<>":
                    raise DataError(f"{file}, line {number}: {char} opens or closes nothing")
                else:
                    text += char
            if opened:
                raise DataError(f"{file}, line {number}: {next(iter(opened))} is missing")
            if text:
                yield text, places["}"], places[">"]


@cache
def _intending() -> frozenset[str]:
    return frozenset(form for verb in _INTENDING.split() for form in all_verb_forms(verb))


def find_parts(text: str, attributions: list[dict[str, Any]], role: str) -> tuple[list[Offsets], list[Offsets]]:
    """Where parts of a role stand, ``content`` or ``source``: of others' speech and belief, and of what is not known to be it.

    Unknown is what somebody intends, and what "I" or "we" say or believe: of a writer it is his own, of somebody he quotes it
    is not. Where another attribution has the same words it is known all the same.
    """
    said: list[Offsets] = []
    unknown: list[Offsets] = []
    own: list[Offsets] = []
    for one in attributions:
        cue = " ".join(text[start:end] for start, end in one["cue"]).lower().split()
        source = " ".join(text[start:end] for start, end in one["source"]).lower()
        intention = not cue or not _intending().isdisjoint(cue)
        (unknown if intention else own if source in _WRITER else said).extend((start, end) for start, end in one[role])
    unknown += [(start, end) for start, end in own if not any(a <= start and end <= b for a, b in said)]
    return said, unknown


def _within(places: list[Offsets], start: int, end: int) -> tuple[Offsets, ...]:
    """The parts of some stretches that lie in a sentence, from its start."""
    return tuple((max(a, start) - start, min(b, end) - start) for a, b in places if a < end and start < b)
