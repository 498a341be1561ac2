"""Reads reStructuredText: the prose without its markup, each character with its offset in the source."""

from __future__ import annotations

from dataclasses import replace

from biasdetect.errors import InputError
from biasdetect.reading.document import Document, build_document
from biasdetect.reading.formats import missing_reader
from biasdetect.reading.prose import find_headline, has_words, no_text


def read_rst(source: str, name: str = "") -> Document:
    """ReStructuredText to a document whose offsets point into the source.

    Titles, paragraphs, items, table cells and footnotes are blocks; so are literal blocks, formulas and directives that
    docutils does not know, with the reason why they are no prose. Block quotations are somebody else's words, with the
    speaker where an attribution names one. Comments and the targets of links are no text; fields at the top give the
    metadata. No file is included, and no substitution is made.

    Args:
        source: the reStructuredText.
        name: a path, a URL, or what else names the document.

    Raises:
        InputError: where there is no text in it, or more nested or more paragraphs than in any article.
        MissingReaderError: without docutils.
    """
    try:
        import docutils  # noqa: F401 - asked for here, so that an error says what to do
    except ImportError as error:
        raise missing_reader("rst", name) from error
    from biasdetect.reading.rst_nodes import TreeReader
    from biasdetect.reading.rst_parse import parse_rst

    try:
        reader = TreeReader(source, parse_rst(source, name))
        reader.read()
    except RecursionError:
        raise InputError(f"{name or 'the text'}: is nested deeper than any article. Check its indentation.") from None
    prose = reader.prose
    text = prose.text
    if not has_words(text):
        raise no_text(name)
    headline = find_headline(reader.headings)
    blocks = [
        replace(block, role="headline", reason="") if index == headline else block
        for index, block in enumerate(prose.blocks)
    ]
    metadata = reader.metadata
    if headline is not None and not metadata.title:
        metadata = replace(metadata, title=text[blocks[headline].start : blocks[headline].end])
    return build_document(name, source, text, blocks, prose.places, metadata, prose.code, prose.quoted)
