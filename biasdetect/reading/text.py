"""Reads plain text: each line is a paragraph, save in text that is wrapped at a fixed width."""

from __future__ import annotations

from dataclasses import replace

from biasdetect.reading.document import Block, Document, build_document
from biasdetect.util.patterns import lazy

_LINE = lazy(r"[^\n\r\v\f\u2028\u2029]+")
_LONGEST_HEADLINE = 160  # characters
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


def find_paragraphs(text: str) -> list[tuple[int, int]]:
    """Start and end of the paragraphs of a text, without outer white space, as :func:`read_text` divides it."""
    lines: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        line = match.group()
        inner = line.strip().strip(_INVISIBLE).strip()
        if inner:
            start = match.start() + line.index(inner)
            lines.append((start, start + len(inner)))
    paragraphs: list[tuple[int, int]] = []
    for group in _runs(text, lines):
        if _is_wrapped(text, group):
            paragraphs.append((group[0][0], group[-1][1]))
        else:
            paragraphs.extend(group)
    return paragraphs


def _runs(text: str, lines: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Lines with no blank line between them, together."""
    runs: list[list[tuple[int, int]]] = []
    for line in lines:
        between = text[runs[-1][-1][1] : line[0]] if runs else ""
        if runs and between.replace("\r\n", "\n").count("\n") <= 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _is_wrapped(text: str, run: list[tuple[int, int]]) -> bool:
    """Hard-wrapped prose: lines of much the same length of which most break off in mid-sentence."""
    inner = run[:-1]
    if not inner:
        return False
    lengths = [end - start for start, end in inner]
    open_ended = sum(not _ENDS_SENTENCE.search(text[start:end]) for start, end in inner)
    longest = max(lengths)
    return 40 <= longest <= 120 and min(lengths) > 0.6 * longest and open_ended > 0.5 * len(inner)
