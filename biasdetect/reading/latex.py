"""Reads LaTeX: the prose without its markup, each character with its offset in the source."""

from __future__ import annotations

import re
from dataclasses import replace

from biasdetect.errors import InputError
from biasdetect.reading.document import Document, build_document
from biasdetect.reading.formats import missing_reader
from biasdetect.reading.prose import find_headline, has_words, no_text
from biasdetect.results import Metadata


def read_latex(source: str, name: str = "") -> Document:
    """LaTeX to a document whose offsets point into the LaTeX.

    Headings, paragraphs, items and footnotes are blocks, a footnote behind the paragraph that it belongs to. Formulas,
    listings, tables, captions, authors and the list of sources are kept with a reason; comments, settings and what is
    struck out are no text. References and macros that the document defines itself stand in the text and are not scored.
    Nothing is expanded, and no other file is read.

    Args:
        source: the LaTeX, a whole document or a piece of one.
        name: a path, a URL, or what else names the document.

    Raises:
        InputError: where there is no text in it, or more nested or more marks than in any article.
        MissingReaderError: without pylatexenc.
    """
    try:
        import pylatexenc  # noqa: F401 - asked for here, so that an error says what to do
    except ImportError as error:
        raise missing_reader("latex", name) from error
    from biasdetect.reading.latex_markup import read_nodes
    from biasdetect.reading.latex_nodes import NodeReader

    reader = NodeReader(source, name)
    try:
        reader.read(read_nodes(source, name))
    except RecursionError:
        raise InputError(f"{name or 'the text'}: is nested deeper than any article. Check its braces.") from None
    prose = reader.prose
    text = prose.text
    if not has_words(text):
        if re.search(r"\\(?:input|include|subfile)\b", source):
            raise InputError(f"{name}: holds no text of its own: it is in the files that it includes. Name those.")
        raise no_text(name)
    headline = find_headline(reader.headings)
    blocks = [
        replace(block, role="headline", reason="") if index == headline else block
        for index, block in enumerate(prose.blocks)
    ]
    title = "" if headline is None else text[blocks[headline].start : blocks[headline].end]
    return build_document(name, source, text, blocks, prose.places, Metadata(title), prose.code, prose.quoted)
