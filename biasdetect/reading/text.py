"""Reads plain text: each line is a paragraph, save in text that is wrapped at a fixed width."""

from __future__ import annotations

from dataclasses import replace

from biasdetect.reading.boilerplate import is_byline
from biasdetect.reading.document import Block, Document, build_document
from biasdetect.util.patterns import lazy
from biasdetect.util.stretches import Stretch

_LINE = lazy(r"[^\n\r\v\f\u2028\u2029]+")
_LONGEST_HEADLINE = 160  # characters
_HEAD = 5  # lines among which a byline stands
_FULL = 0.75  # of wrapped lines, that have no room for the next word; others were edited since
_ENDS_PROSE = lazy(r"[.:;,]$|[.!?][\"”’»]$")
_ENDS_SENTENCE = lazy(r"[.!?:…][\"'”’»)\]]*$")
_INVISIBLE = "\ufeff\u200b\x00"  # byte-order mark, zero-width space, NUL: never part of a block's edge


def read_text(text: str, name: str = "") -> Document:
    """Plain text to a document.

    A line break ends a block, except in text wrapped at a fixed width, where a blank line does. The
    first paragraph is the headline where it looks like one and something follows.
    """
    blocks = [Block(start, end) for start, end in find_paragraphs(text)]
    quoted = [(block.start, block.end) for block in blocks if text[block.start] == ">"]  # as e-mail quotes
    document = build_document(name, text, text, blocks, quoted=quoted)
    prose = [block for block in document.blocks if not block.reason]
    if len(prose) < 2 or not _is_headline(text[prose[0].start : prose[0].end]):
        return document
    return replace(
        document,
        blocks=tuple(replace(block, role="headline") if block is prose[0] else block for block in document.blocks),
    )


def _is_headline(line: str) -> bool:
    """A short line that does not end as a sentence of prose does."""
    return len(line) <= _LONGEST_HEADLINE and not _ENDS_PROSE.search(line)


def find_paragraphs(text: str) -> list[Stretch]:
    """Start and end of the paragraphs of a text, without outer white space, as :func:`read_text` divides it."""
    lines: list[Stretch] = []
    for match in _LINE.finditer(text):
        line = match.group()
        inner = line.strip().strip(_INVISIBLE).strip()
        if inner:
            start = match.start() + line.index(inner)
            lines.append((start, start + len(inner)))
    longest = max((end - start for start, end in lines), default=0)
    paragraphs: list[Stretch] = []
    for number, run in enumerate(_runs(text, lines)):
        for group in _head_apart(text, run) if number == 0 else [run]:
            if _is_wrapped(text, group, longest):
                paragraphs.append((group[0][0], group[-1][1]))
            else:
                paragraphs.extend(group)
    return paragraphs


def _runs(text: str, lines: list[Stretch]) -> list[list[Stretch]]:
    """Lines with no blank line between them, together."""
    runs: list[list[Stretch]] = []
    for line in lines:
        between = text[runs[-1][-1][1] : line[0]] if runs else ""
        if runs and between.replace("\r\n", "\n").count("\n") <= 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _head_apart(text: str, run: list[Stretch]) -> list[list[Stretch]]:
    """The lines at the top of a text, parted before and behind a byline or a time stamp among them."""
    groups: list[list[Stretch]] = [[]]
    for number, line in enumerate(run):
        if number < _HEAD and is_byline(text[slice(*line)]):
            groups += [[line], []]
        else:
            groups[-1].append(line)
    return [group for group in groups if group]


def _is_wrapped(text: str, run: list[Stretch], longest: int) -> bool:
    """Whether lines are prose wrapped at a fixed width: of much the same length, most breaking off in mid-sentence.

    A line is broken where the next word had no room. So a line that had room for it ends by itself, as a headline does
    above a byline. Two lines alone say little of the width: theirs is that of the text, unless the second one goes on
    with a small letter.

    Args:
        text: of the document.
        run: lines with no blank line between them.
        longest: characters of the longest line of the text.
    """
    inner = run[:-1]
    if not inner:
        return False
    lengths = [end - start for start, end in inner]
    widest = max(lengths)
    open_ended = sum(not _ENDS_SENTENCE.search(text[start:end]) for start, end in inner)
    if not (40 <= widest <= 120 and min(lengths) > 0.6 * widest and open_ended > 0.5 * len(inner)):
        return False
    width = max(end - start for start, end in run)
    if len(inner) == 1:
        first, last = run[1]
        if text[first].islower():
            return True
        if width == longest and not _ENDS_SENTENCE.search(text[first:last]):
            return False  # a headline that is the longest line
        width = longest
    first_words = [text[start:end].split(maxsplit=1)[0] for start, end in run[1:]]
    full = sum(length + 1 + len(word) > width for length, word in zip(lengths, first_words, strict=True))
    return full > _FULL * len(inner)
