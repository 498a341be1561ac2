"""Recognises what calls itself an opinion piece or a review: by a line at its top, its title, its section, its address.

Only what a text or a page says of itself counts; a text that says nothing may be anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from biasdetect.reading.furniture import is_menu
from biasdetect.results import Kind
from biasdetect.util.patterns import lazy

_HEAD = 6  # lines of a text among which it says what it is
_TITLES = 3  # of them, that may be the headline
_LONGEST = 160  # characters of such a line
_MOST = 50  # sections, parts of an address, entries of structured data that are looked at

_ARTS = (
    "film|movie|cinema|book|music|album|record|concert|gig|theatre|theater|stage|play|dance|ballet|opera|tv|television|game"
    "|video game|restaurant|food|wine|exhibition|art|gallery|podcast|audiobook|product|tech|gadget|car|hotel|travel|comedy"
)
_OPINION = (
    r"opinions?|op-?eds?|editorials?|leading articles?|commentary|commentaries|columns?|columnists?|viewpoints?|(?:news )?analysis"
    r"|guest (?:essay|column|commentary|opinion|editorial)s?|letters? to the editor"
)
_REVIEW = rf"(?:(?:{_ARTS}) )?reviews?"
_LABEL = rf"(?:(?P<opinion>{_OPINION})|(?P<review>{_REVIEW}))"
_SURE = r"opinion|op-?ed|editorial|commentary|column|viewpoint"  # behind a dash, where "review" and "analysis" may be a source
_NAME = (
    r"(?:the\s+)?[A-Z][\w’'.-]*(?:,?\s+(?:[A-Z][\w’'.-]*|and|&|de|del|la|le|di|da|van|von|der|den|bin|al|of|for))*"
    r"(?:\s*[,|/·•–—(]\s*[^.!?]*)?"
)
_ALONE = lazy(rf"\W*(?:{_LABEL})\W*", re.IGNORECASE)
_BY = lazy(
    rf"\W*(?i:(?:an?\s+)?(?:guest\s+)?(?:{_LABEL}|(?P<also>perspective|essay|comment|view))(?:\s+(?:article|piece|essay))?\s+by:?)\s+{_NAME}\W*"
)
_WITH_NAME = lazy(
    rf"(?:(?i:{_LABEL})\s*[|/·•–—]\s*(?i:by\s+)?{_NAME}|{_NAME}\s*[|/·•]\s*(?i:{_LABEL.replace('P<', 'P<last_')}))\W*"
)
_CRUMBS = lazy(r"home(?:\s?page)?\s*[>»›→/].*", re.IGNORECASE)
# a title with its label: a bare "Review:" needs the title of a work, for "review" is also what authorities do
_BEFORE_TITLE = lazy(
    rf"(?:(?P<opinion>{_OPINION}|comment|letters?)|(?P<review>(?:{_ARTS}) reviews?)|(?P<work>reviews?))\s*[:|]\s*(?P<quoted>[“‘\"'«*_])?\S.*",
    re.IGNORECASE,
)
_BEHIND_TITLE = lazy(
    rf".*\S(?:\s*\|\s*(?:{_LABEL})|\s[–—-]\s+(?:{_SURE}|(?P<last_review>(?:{_ARTS}) review)))(?:\s*[|–—-].*)?",
    re.IGNORECASE,
)
_SECTION = lazy(rf"(?:{_LABEL}|(?P<also>comment(?: is free)?|commentisfree|voices?|letters))", re.IGNORECASE)
_PARTS = lazy(r"[/|>»›→,;:\[\]'\"]+|\.(?=\S)")
_IN_PATH = lazy(rf"(?:{_LABEL}|(?P<also>commentisfree))", re.IGNORECASE)

_TYPES: dict[str, Kind] = {  # schema.org
    "opinionnewsarticle": "opinion",
    "analysisnewsarticle": "opinion",
    "reviewnewsarticle": "review",
    "criticreview": "review",
}
_ARTICLE = lazy(r"\w*(?:Article|BlogPosting|Report)")


@dataclass(frozen=True, slots=True)
class Genre:
    """What a document calls itself.

    Attributes:
        kind: ``opinion`` or ``review``.
        evidence: where it does, in words.
    """

    kind: Kind
    evidence: str


def is_label(line: str) -> bool:
    """Whether a line says what kind of text follows, or who wrote it as what, and nothing else: no headline does."""
    return len(line) <= _LONGEST and (_ALONE.fullmatch(line) or _BY.fullmatch(line)) is not None


def genre_of_text(lines: Iterable[str], titles: Iterable[str] = ()) -> Genre | None:
    """What a text calls itself in its first lines, or in its title.

    A word that may be an entry of a menu counts only where no other such word stands beside it.

    Args:
        lines: of the text, from the first one on.
        titles: that are given apart from it.
    """
    head = [line.strip() for line in islice(lines, _HEAD + 1)]
    for place, line in enumerate(head[:_HEAD]):
        if len(line) > _LONGEST:
            continue
        if _CRUMBS.fullmatch(line) and (genre := genre_of_section("path", line)):
            return genre
        if _is_in_menu(head, place):
            continue
        if kind := _labelled(line):
            return Genre(kind, _quoted(line))
        if place < _TITLES and (kind := _entitled(line)):
            return Genre(kind, _quoted(line))
    for title in titles:
        if len(title) <= 2 * _LONGEST and (kind := _entitled(title.strip())):
            return Genre(kind, f"title {_quoted(title.strip())}")
    return None


def genre_of_section(name: str, value: str) -> Genre | None:
    """What a section, a type or a category says that a page or front matter gives.

    Args:
        name: what it is, for people.
        value: one, or several with something between them.
    """
    for part in _PARTS.split(value[: 4 * _LONGEST])[:_MOST]:
        if found := _SECTION.fullmatch(" ".join(part.replace("-", " ").split()).replace("op ed", "op-ed")):
            return Genre(_kind(found), f"{name} {_quoted(part)}")
    return None


def genre_of_address(address: str) -> Genre | None:
    """What the folders of a page's address say; its last part is the article's name and says nothing."""
    try:
        folders = urlsplit(address).path.strip("/").split("/")[:_MOST]
    except ValueError:
        return None
    for folder in folders[:-1]:
        if found := _IN_PATH.fullmatch(folder.replace("-", " ").replace("op ed", "op-ed")):
            return Genre(_kind(found), f"address /{folder}/")
    return None


def genre_of_data(data: Any) -> tuple[bool, Genre | None]:
    """What structured data (JSON-LD, schema.org) says of the first article in it.

    Args:
        data: as it was parsed.

    Returns:
        Whether there is an article in it, and what it calls itself.
    """
    for node in _nodes(data):
        types = [one for one in _listed(node.get("@type")) if isinstance(one, str)]
        reviewed = "Review" in types and "itemReviewed" in node
        if not (reviewed or any(_ARTICLE.fullmatch(one) or one.lower() in _TYPES for one in types)):
            continue
        for one in types:
            if kind := _TYPES.get(one.lower()):
                return True, Genre(kind, f"type {_quoted(one)}")
        if reviewed:
            return True, Genre("review", "type “Review”")
        for name, key in (("section", "articleSection"), ("genre", "genre")):
            for value in _listed(node.get(key))[:_MOST]:
                if isinstance(value, str) and (genre := genre_of_section(name, value)):
                    return True, genre
        return True, None
    return False, None


def _nodes(data: Any) -> list[dict[str, Any]]:
    tops = _listed(data)[:_MOST]
    graphs = [node for top in tops if isinstance(top, dict) for node in _listed(top.get("@graph"))[:_MOST]]
    return [node for node in (*tops, *graphs) if isinstance(node, dict)]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _labelled(line: str) -> Kind | None:
    """The kind that a line names which is nothing but a label, with a name where it has one."""
    found = _ALONE.fullmatch(line) or _BY.fullmatch(line) or _WITH_NAME.fullmatch(line)
    return _kind(found) if found else None


def _entitled(title: str) -> Kind | None:
    """The kind that a title says before or behind what it is the title of."""
    found = _BEFORE_TITLE.fullmatch(title)
    if found and (not found["work"] or found["quoted"]):
        return "review" if found["opinion"] is None else "opinion"
    found = _BEHIND_TITLE.fullmatch(title)
    return _kind(found) if found else None


def _kind(found: re.Match[str]) -> Kind:
    groups = found.groupdict()
    return "review" if groups.get("review") or groups.get("last_review") else "opinion"


def _is_in_menu(lines: Sequence[str], place: int) -> bool:
    """Whether a line is a menu, or an entry of one: labels of a page in a row, or below each other."""
    if not _ALONE.fullmatch(lines[place]):
        return is_menu(lines[place])
    return any(is_menu(lines[near], entry=True) for near in (place - 1, place + 1) if 0 <= near < len(lines))


def _quoted(text: str) -> str:
    short = " ".join(text.split())
    return f"“{short if len(short) <= 60 else short[:59] + '…'}”"
