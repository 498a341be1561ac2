"""Judges a part of a page by its tags and attributes: hidden, or boilerplate, and of which kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

Attributes = dict[str, str | None]

COMMENTS = "comment section"
BYLINE = "byline or time stamp"
POINTER = "pointer to other articles"

_BY_TAG = {
    "nav": "navigation",
    "footer": "page footer",
    "aside": "sidebar",
    "figcaption": "caption",
    "caption": "caption",
    "form": "form",
    "button": "button",
    "header": "page header",
    "address": BYLINE,
    "amp-sidebar": "navigation",
    "amp-consent": "cookie notice",
}
_BY_ROLE = {
    "navigation": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
    "contentinfo": "page footer",
    "complementary": "sidebar",
    "search": "form",
    "dialog": "pop-up",
    "alertdialog": "pop-up",
    "banner": "page header",
}
# A class name counts where all of it means furniture. Content systems put the same words on the article itself, beside
# others: "tag-council", "sticky-sidebar-relative", "social-share-enabled", "elementor-widget-container".
_BEFORE = "post|article|entry|story|single|site|page|main|global|top|bottom|left|right|side|sub|inline|js|wp|the"
_AFTER = (
    "area|list|section|block|box|bar|wrapper|wrap|container|inner|outer|content|body|header|title|heading|label|text|line"
    "|buttons?|links?|icons?|items?|tools?|posts?|stories|articles|news|form|sign-?up|cta|banner|notice|message|panel|module"
    "|unit|slot|desktop|mobile|top|bottom|left|right|menu|column|widget|[0-9]+"
)
_BY_CLASS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(rf"(?:^| )(?:(?:{_BEFORE})-)*(?:{words})(?:-(?:{_AFTER}))*(?= |$)"))
    for reason, words in (
        (COMMENTS, r"(?:(?:reader|user|item)-)?comments?(?:-?(?:list|respond|thread))?|disqus(?:-thread)?|respond"),
        ("cookie notice", r"cookies?|cookie-?(?:law|consent)(?:-info)?|consent|gdpr|onetrust(?:-consent-sdk)?"),
        ("advertisement", r"ads?|adverts?|advertisements?|advertising|ad-?slot|sponsored|promoted|outbrain|taboola"),
        ("newsletter or follow-us line", r"newsletters?|subscribe|sign-?up|follow-us"),
        ("share bar", r"(?:social|sharing|share)(?:-(?:media|share|sharing))?|add-?this|share-?daddy"),
        (
            POINTER,
            r"related|recommended|recommendations|recirc(?:ulation)?|trending|popular|most-?(?:read|popular|viewed)|read-(?:next|more)"
            r"|more-(?:stories|news|on)|also-(?:read|like|on)|see-also|teasers?|tags|tag-?(?:list|cloud|links)|topics|keywords",
        ),
        (
            "navigation",
            r"nav(?:bar|igation)?|(?:post|posts|entry)-navigation|menu|bread-?crumbs?|pagination|pager|skip-?links?",
        ),
        ("photo credit", r"(?:photo|image|picture|media)-?credits?"),
        ("caption", r"(?:photo|image|picture|wp|figure|media|amp)?-?caption"),
        ("sidebar", r"side-?bar|(?:right|left)-?rail"),
        ("page footer", r"footer|colophon|copyright"),
        ("page header", r"(?:site|page|global)-header|masthead|top-?bar"),
        (
            BYLINE,
            r"by-?line|(?:post|article|publish|author)?-?(?:date|time)|time-?stamp|(?:entry|post|article)-meta|authors?(?:-name)?",
        ),
        ("pop-up", r"modal|pop-?up|lightbox|overlay"),
    )
)
_ELEMENT = re.compile(r"\S+__(?=[a-z])")  # of "block__element--modifier" the element says what it is
_MODIFIER = re.compile(r"--\S*")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INVISIBLE_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# what a saved page hides until its reader has paid is its article all the same
_FOR_SUBSCRIBERS = re.compile(
    r"(?:paywall|subscriber|premium|member)s?[\w-]{0,20}(?:content|body|text|only)", re.IGNORECASE
)
_DEEPEST = 16  # regions within regions; what is deeper belongs to the one around it

# Old systems put a whole page into one form, and a header may be the site's or the article's.
_UNCERTAIN_TAGS = {"form", "header"}
_LARGE = (POINTER, "cookie notice")  # such may well be larger than the article


@dataclass(slots=True)
class Region:
    """A part of a page that its markup declares to be boilerplate.

    Attributes:
        reason: what it is.
        certain: whether the markup means just this, where a class name may mean anything.
        parent: the region around it.
        depth: how many regions are around it.
        doubted: it holds the article, so the markup meant something else.
    """

    reason: str
    certain: bool
    parent: Region | None
    depth: int
    doubted: bool = False

    def doubt(self, by: str) -> None:
        """The article starts in here, by its element ``by``: the regions around it are no boilerplate, save by a clear tag.

        Pages dress each teaser as an ``article``, so that alone says little.
        """
        region: Region | None = self
        while region is not None:
            told_by_class = not region.certain or region.reason == COMMENTS
            if told_by_class and (by != "article" or region.reason in ("form", "page header")):
                region.doubted = True
            region = region.parent

    def doubt_size(self, share: float) -> None:
        """Doubt this region where it holds most of the page's text, ``share`` of it."""
        self.doubted |= share > (0.8 if self.reason in _LARGE else 0.5) and not self.certain

    def believed(self) -> Region | None:
        """This region or the nearest one around it that is not doubted."""
        region: Region | None = self
        while region is not None and region.doubted:
            region = region.parent
        return region


def region_of(tag: str, attributes: Attributes, parent: Region | None, in_article: bool) -> Region | None:
    """The region that a block element opens, else the one it stands in.

    Args:
        tag: its tag.
        attributes: its attributes.
        parent: the region it stands in.
        in_article: whether it stands in an ``article`` or ``main``, where a header is the article's own.
    """
    if parent is not None and (parent.depth >= _DEEPEST or parent.reason == COMMENTS):
        return parent
    named = _named_reason(attributes)
    declared = _BY_TAG.get(tag) or _BY_ROLE.get((attributes.get("role") or "").lower(), "")
    if declared == "page header" and in_article:
        declared = ""
    # a class tells more than <aside>: a newsletter box, related articles
    reason = named if named == COMMENTS or not declared or (named and declared == "sidebar") else declared
    if not reason:
        return parent
    certain = named == COMMENTS or (bool(declared) and tag not in _UNCERTAIN_TAGS)
    return Region(reason, certain, parent, parent.depth + 1 if parent else 0)


def byline_of(attributes: Attributes, parent: Region | None) -> Region | None:
    """The region of an inline element: a byline where its class says so, else the one it stands in."""
    if parent is None and attributes.get("class") and _named_reason(attributes) == BYLINE:
        return Region(BYLINE, certain=False, parent=None, depth=0)
    return parent


def _named_reason(attributes: Attributes) -> str:
    names = f"{(attributes.get('class') or '')[:300]} {(attributes.get('id') or '')[:100]}".strip()
    return _reason_of(names) if names else ""


@lru_cache(maxsize=4096)  # a page gives the same names to hundreds of elements
def _reason_of(names: str) -> str:
    """From class and id, name by name."""
    plain = _MODIFIER.sub("", _ELEMENT.sub("", _CAMEL.sub("-", names).lower())).replace("_", "-")
    return next((reason for reason, pattern in _BY_CLASS if pattern.search(plain)), "")


def is_hidden(tag: str, attributes: Attributes) -> bool:
    """Whether a browser would not show the element.

    ``aria-hidden`` on an article or main part is what an open dialogue leaves in a saved page.
    """
    if _FOR_SUBSCRIBERS.search((attributes.get("class") or "")[:300]):
        return False
    if "hidden" in attributes or _INVISIBLE_STYLE.search((attributes.get("style") or "")[:2000]):
        return True
    return (attributes.get("aria-hidden") or "").lower() == "true" and tag not in ("article", "main")
