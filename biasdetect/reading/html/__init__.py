"""Reads HTML: the article's prose is kept, the page around it set aside with a reason."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import islice

from biasdetect.errors import InputError
from biasdetect.reading.document import MAX_BLOCKS, Block, Document, build_document, too_many_blocks
from biasdetect.reading.html.article import article_pieces, page_genre, page_metadata
from biasdetect.reading.html.regions import BYLINE, POINTER, Region
from biasdetect.reading.html.text import Page, Piece, read_page
from biasdetect.reading.html.tree import HEADINGS
from biasdetect.reading.line_classifier import load_classifier

_OUTSIDE = "outside the article"
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)")
_NEXT_TO_NOTHING = 200  # characters of an article below which trafilatura is taken to have found none
_LONGEST_LABEL = 80  # characters
_LEADS = HEADINGS | {"p", "div"}  # tags of it
_LONGEST_LEAD = 3  # paragraphs between a page's h1 and the article
_LINKED = 0.6  # share of links from which a block is a list of them
_LONGEST_TITLE = 400
_MAX_CUTS = 10  # parts of a title; hostile ones have more
_SEARCHED = 2000  # blocks in which the headline is looked for
_TITLE_SEPARATOR = re.compile(r"\s+[|–—·»-]\s+|\s*[|»]\s*|:\s+")


def read_html(source: str, name: str = "") -> Document:
    """Read a web page, or a fragment of one, to a document.

    The document's source is the HTML as given, its text what a reader of the article sees; offsets of
    the text are mapped to the source. What is hidden, scripts and the like are no text. Blocks outside
    the article are kept with a reason.

    Args:
        source: the HTML, decoded; however broken. Time and memory grow with its length.
        name: a path, a URL, or what the caller calls it; errors name it.

    Raises:
        InputError: where it holds no text, or far more paragraphs than an article.
    """
    page = read_page(source)
    if not any(map(str.isalnum, page.text)):
        raise InputError(f"{name or 'the HTML'}: holds no text. Give a page with an article in it.")
    if len(page.pieces) > MAX_BLOCKS:
        raise too_many_blocks(name)
    metadata = page_metadata(page.outline)
    reasons = _reasons(page)
    titles = [metadata.title, *page.outline.titles]
    headline = _headline(page, titles, metadata.outlet)
    if headline is not None:
        reasons[headline] = ""
        metadata = replace(metadata, title=page.said(headline))
        _set_aside_names(page, reasons, headline, {metadata.outlet, *titles})
    blocks = [
        Block(piece.start, piece.end, "headline" if at == headline else "body", reason)
        for at, (piece, reason) in enumerate(zip(page.pieces, reasons, strict=True))
    ]
    genre = page_genre(page.outline, name if "://" in name else "")
    return build_document(name, source, page.text, blocks, page.places, metadata, page.code, page.quoted, genre)


def _reasons(page: Page) -> list[str]:
    """For each block why it is no part of the article; empty where it is."""
    _doubt_large_regions(page)
    found = set() if page.is_fragment else article_pieces(page.outline)
    if sum(piece.end - piece.start for at, piece in enumerate(page.pieces) if at in found) >= _NEXT_TO_NOTHING:
        return _reasons_beside(page, found)
    reasons = [_region_reason(page, piece) or _form_reason(page, piece) for piece in page.pieces]
    if all(reasons):  # an element that nothing closes, or a page in one; its markup cannot be believed
        return [_form_reason(page, piece) for piece in page.pieces]
    return reasons


def _reasons_beside(page: Page, found: set[int]) -> list[str]:
    """The same where trafilatura found an article: what it kept is kept, and what it left out is told why.

    Args:
        page: the page.
        found: numbers of the blocks that it kept.
    """
    reasons = [
        (_label_reason(page, piece) or _form_reason(page, piece))
        if at in found
        else _region_reason(page, piece) or _OUTSIDE
        for at, piece in enumerate(page.pieces)
    ]
    for at in _lead(page, reasons):
        reasons[at] = ""
    for at in range(len(reasons) - 2, -1, -1):  # a heading belongs to what stands below it
        piece = page.pieces[at]
        if reasons[at] == _OUTSIDE and not reasons[at + 1] and piece.tag in HEADINGS and _share_linked(piece) < _LINKED:
            reasons[at] = ""
    return reasons


def _lead(page: Page, reasons: list[str]) -> list[int]:
    """Sentences between the page's h1 and the article that no markup explains: a lead that stands outside its body."""
    kept = next((at for at, reason in enumerate(reasons) if not reason and _is_prose(page, page.pieces[at])), 0)
    top = next((at for at in range(kept, -1, -1) if page.pieces[at].tag == "h1"), kept)
    lead = [
        at
        for at in range(top, kept)
        if reasons[at] == _OUTSIDE and page.pieces[at].tag in _LEADS and _is_prose(page, page.pieces[at])
    ]
    return lead if len(lead) <= _LONGEST_LEAD else []


def _is_prose(page: Page, piece: Piece) -> bool:
    return _share_linked(piece) < _LINKED and _sentences(page, piece) > 0


def _doubt_large_regions(page: Page) -> None:
    """A form or sidebar that holds most of the page is none."""
    regions: dict[int, Region] = {}
    sizes: Counter[int] = Counter()
    for piece in page.pieces:
        region = piece.region
        while region is not None:
            regions[id(region)] = region
            sizes[id(region)] += piece.end - piece.start
            region = region.parent
    for key, region in regions.items():
        region.doubt_size(sizes[key] / len(page.text))


def _region_reason(page: Page, piece: Piece) -> str:
    """Why the markup around a block says that it is boilerplate; empty where it says nothing of the kind."""
    region = piece.region.believed() if piece.region else None
    if region is None or (region.reason == BYLINE and _sentences(page, piece) > 1):  # a word about the author
        return ""
    return region.reason


def _label_reason(page: Page, piece: Piece) -> str:
    """Why a block that trafilatura kept is furniture all the same: its markup says so, and its own words bear it out.

    A name or a time needs no words for that in a byline.
    """
    reason = _region_reason(page, piece) if piece.end - piece.start <= _LONGEST_LABEL else ""
    if not reason or (reason == BYLINE and not _sentences(page, piece)):
        return reason
    return reason if load_classifier().score(page.text[piece.start : piece.end]) > 0 else ""


def _form_reason(page: Page, piece: Piece) -> str:
    """Why a block is boilerplate by its own form: it is a link and no sentence, or it has no words."""
    if piece.tag not in HEADINGS and _share_linked(piece) > 0.9 and not _sentences(page, piece):
        return POINTER
    return "" if any(map(str.isalnum, page.text[piece.start : piece.end])) else "separator"


def _sentences(page: Page, piece: Piece) -> int:
    """How many sentence ends a block has."""
    return sum(1 for _ in _SENTENCE_END.finditer(page.text, piece.start, piece.end))


def _share_linked(piece: Piece) -> float:
    return piece.linked / max(1, piece.end - piece.start)


def _headline(page: Page, titles: list[str], outlet: str) -> int | None:
    """The block that is the article's title, if any: the one that the page's title names, else its first h1."""
    names = {name for title in titles for name in _names(title)} - {_plain(outlet)}
    candidates = [(at, piece) for at, piece in enumerate(page.pieces[:_SEARCHED]) if _may_be_headline(piece)]
    plain = {at: _plain(page.said(at)[:_LONGEST_TITLE]) for at, _ in candidates}
    named = [
        (-plain[at].count(" "), piece.tag != "h1", at)
        for at, piece in candidates
        if plain[at] in names and (piece.tag in HEADINGS or plain[at].count(" ") > 1)
    ]
    if named:
        return min(named)[2]
    tops = [(not piece.in_article, at) for at, piece in candidates if piece.tag == "h1" and plain[at] != _plain(outlet)]
    return min(tops)[1] if tops else None


def _may_be_headline(piece: Piece) -> bool:
    region = piece.region.believed() if piece.region else None
    return region is None or region.reason == "page header"


def _names(title: str) -> set[str]:
    """A title with and without what stands before or after it: "Fire in the old town | The Outlet"."""
    cuts = list(islice(_TITLE_SEPARATOR.finditer(title), _MAX_CUTS))
    names = {title, *(title[: cut.start()] for cut in cuts), *(title[cut.end() :] for cut in cuts)}
    whole = len(_plain(title).split())
    return {plain for name in names if (plain := _plain(name)) and len(plain.split()) >= 0.4 * whole}


def _set_aside_names(page: Page, reasons: list[str], headline: int, titles: set[str]) -> None:
    """What else the page's title names is the outlet or the desk, where it stands as a line of its own."""
    names = {_plain(part) for title in titles for part in _TITLE_SEPARATOR.split(title)} | {_plain(page.said(headline))}
    for at, piece in enumerate(page.pieces):
        short = at != headline and not reasons[at] and piece.end - piece.start <= _LONGEST_TITLE
        if short and not _sentences(page, piece) and _plain(page.said(at)) in names:
            reasons[at] = "page header"


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
