"""Sentence boundaries, by sentencex (Wikimedia), as character offsets into the source."""

from __future__ import annotations

import sentencex

_EDGE = " \t\n\r\v\f\x00\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u200b\ufeff"


def split_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Offsets of the sentences in ``text[start:end]``, without outer white space, in order.

    Args:
        text: the source.
        start: where to begin, in characters.
        end: where to stop, in characters, exclusive.
    """
    # the segmenter takes valid Unicode alone: a lone surrogate is stood in for by one character
    piece = text[start:end].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if len(piece) != end - start:  # surrogate halves that met and became one character
        piece = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text[start:end])
    sentences = []
    position = start
    for sentence in sentencex.segment("en", piece):
        stop = position + len(sentence)
        inner = sentence.strip(_EDGE)
        if inner:
            first = position + sentence.index(inner)
            sentences.append((first, first + len(inner)))
        position = stop
    if position != end:  # never seen; the whole piece is better than a wrong offset
        return [(start, end)]
    return sentences
