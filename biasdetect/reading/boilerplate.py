"""Page furniture that is left in pasted articles: pointers, share bars, credits, notices.

Rules on the form of a short line, each with its reason. Prose that merely opens with such a word
("Recall, according to the agency, ...") is kept: a line counts only as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST = 160  # characters; furniture is short, and a long line is prose whatever it opens with

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.IGNORECASE | re.VERBOSE))
    for reason, pattern in (
        (
            "pointer to other articles",
            r"""(?:(?:please\s+)?(?:read|see|watch|listen|view)\s+(?:also|more|next|now|further)(?:\s+(?:on|about|from|in|at|here)\b[^.!?,]{0,80})?
            | (?:read|see|watch|listen|more|also|further|related|latest|top)\b[^.!?:]{0,80}:
            | (?:also|more|further)\s+(?:read(?:ing)?|news|stories|coverage|headlines|(?:on|from)\s+(?:this|the)\s+\w+)
            | (?:related|recommended|popular|trending|latest|top|other|similar|most\ read|editor[’']?s?\ picks?)
              (?:\s+(?:topics?|news|articles?|stories|posts?|links?|content|tags?|reading|videos?|headlines))?
            | (?:tags?|topics?|keywords?|filed\ under|see\ also|read\ also)\s*:.{0,120}
            | don[’']t\ miss | you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested\ in)\b.{0,40} | in\ this\ article
            | (?:continue|keep)\s+reading\b.{0,40} | (?:click|tap)\s+here\b.{0,80}
            | (?:next|previous|back)(?:\s+(?:article|story|page|to\ top))?
            )\s*[:»›>→]*""",
        ),
        (
            "newsletter or follow-us line",
            r"""(?:(?:subscribe|sign\ up|register|follow\ us|follow\ .{1,40}\ on|join\ (?:us|our)|download\ (?:our|the)|like\ us|get\ (?:our|the\ latest)
            |support\ (?:our|us|independent)|become\ a\ (?:member|subscriber)|already\ a\ subscriber|log\ in|sign\ in)\b.{0,140})""",
        ),
        (
            "share bar",
            r"""(?:share(?:\s+(?:this|on|via|article|story).{0,60})?|tweet(?:\ this)?|print|e-?mail|copy\ link|comments?(?:\s*\(\d+\))?|\d+\ comments?|save
            |(?:facebook|twitter|x|whatsapp|telegram|linkedin|reddit|pinterest|e-?mail|print)(?:[\s|·,/]+(?:facebook|twitter|x|whatsapp|telegram|linkedin|reddit|pinterest|e-?mail|print|copy\ link))+)\s*:?""",
        ),
        (
            "photo credit",
            r"(?:photo(?:graph)?s?|image|picture|credit|illustration|source|video|caption)(?:\s+(?:credit|by|courtesy))*\s*:.{0,120}|(?:photo|image|picture)\s+(?:by|courtesy)\b.{0,120}|.{0,60}/\s*(?:getty\ images|afp|reuters|ap|epa|shutterstock)\.?",
        ),
        ("copyright line", r"(?:©|\(c\)|copyright\b).{0,150}|.{0,60}\ball\ rights\ reserved\b.{0,60}"),
        (
            "advertisement",
            r"(?:advertisement|advertising|ad|sponsored(?:\s+content)?|paid\ (?:post|content)|promoted)(?:\s*[-–—:].{0,60})?",
        ),
        (
            "cookie notice",
            r"(?:we\ use\ cookies|this\ (?:site|website)\ uses\ cookies|accept\ (?:all\ )?cookies|cookie\ (?:policy|settings|notice)|by\ continuing\ to\ (?:use|browse)).{0,150}",
        ),
        (
            "byline or time stamp",
            r"""(?:(?i:by)\s+(?-i:[A-Z])[\w.’'-]+(?:\s+(?:(?-i:[A-Z])[\w.’'-]*|and|&|,|for|in|de|van|von|bin|al))*(?:[,|·].{0,60})?
            | (?:(?:published|updated|posted|last\ updated|first\ published|modified)(?:\s+(?:on|at))?\s*:?\s*)?
              (?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?,?\s+)?
              (?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:\s+\d{1,2}(?:st|nd|rd|th)?)?,?\s*(?:\d{4})?[\s,|·at-]*(?:\d{1,2}[:.]\d{2})?\s*(?:a\.?m\.?|p\.?m\.?)?\s*(?:[A-Z]{2,4})?
            | (?:published|updated|posted|last\ updated|first\ published)\b.{0,60}
            | \d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?:[\s,|]+\d{1,2}[:.]\d{2})? | \d{1,2}:\d{2}(?:\s*[ap]\.?m\.?)?
            | \d+\s+(?:min(?:ute)?s?|hours?|days?)\s+(?:read|ago))""",
        ),
    )
)


def boilerplate_reason(line: str) -> str | None:
    """Why a line of text is page furniture, or None where it is prose."""
    line = line.strip()
    if len(line) > _LONGEST:
        return None
    for reason, pattern in _RULES:
        if pattern.fullmatch(line):
            return reason
    return None


def boilerplate_reasons(lines: Sequence[str]) -> list[str | None]:
    """For the lines of one page, in order: why each is page furniture, or None where it is prose."""
    return [boilerplate_reason(line) for line in lines]
