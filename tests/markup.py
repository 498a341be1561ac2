"""What holds of every document whose text is mapped to a source in markup."""

from biasdetect.reading.document import Document


def pieces(document: Document) -> list[tuple[str, str]]:
    """Role or reason of each block with its text."""
    return [(block.reason or block.role, document.text[block.start : block.end]) for block in document.blocks]


def in_source(document: Document, words: str) -> str:
    """What stands in the source where the text has some words."""
    start = document.text.index(words)
    first, last = document.span(start, start + len(words))
    return document.source[first:last]


def said(document: Document) -> list[tuple[str, str]]:
    """Who says what, as the markup has it."""
    return [(one.speaker, document.text[one.start : one.end]) for one in document.said]


def no_prose(document: Document) -> list[str]:
    """What is no prose."""
    return [document.text[start:end] for start, end in document.no_prose]


def check_places(document: Document) -> None:
    """The text has a place in the source for each character; each letter that stands for itself is what stands there."""
    assert document.places is not None and len(document.places) == len(document.text)
    for at, char in enumerate(document.text):
        first, last = document.span(at, at + 1)
        assert 0 <= first <= last <= len(document.source)
        if last == first + 1 and char.isalnum() and document.source[first].isalnum():
            assert document.source[first] == char
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end <= len(document.text)
        assert document.text[block.start : block.end] == document.text[block.start : block.end].strip()
        end = block.end
