"""Parses marked wording as tools write it, and checks it against the text it was marked in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from biasdetect.labels.names import listed, shown
from biasdetect.labels.records import SPAN_FIELDS, VOICES, LabelSpan, column_key
from biasdetect.model.phrases import occurrences

_FIELDS = {column_key(name): part for part, names in SPAN_FIELDS.items() for name in names}
_MOST_PLACES = 1000

_WIDE = "UTF-16 units, as browsers do"
_JOINED = "a line's end of two characters (CRLF) as one"
UNITS = {_WIDE: "utf-16", _JOINED: "crlf", f"{_WIDE}, and {_JOINED}": "crlf"}
"""What tools count instead of characters, and the kind of the warning that tells it."""


@dataclass(slots=True)
class ParsedSpans:
    """What became of a cell.

    Attributes:
        spans: in the order of the cell; None where wording was not marked.
        problems: kind and message of each.
        converted: number of spans whose offsets counted other units than characters, by the name of these.
        unknown_techniques: names of techniques that no published set has.
        unlike: number of techniques' spans whose stored wording is another than what stands at their offsets.
    """

    spans: list[LabelSpan] | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)
    converted: Counter[str] = field(default_factory=Counter)
    unknown_techniques: set[str] = field(default_factory=set)
    unlike: int = 0


Categories = Callable[[str], tuple[str, str] | None]
"""Category and technique that a name stands for, None where such marks are left out; ValueError where it is unknown."""


def parse_spans(cell: Any, text: str, categories: Categories, *, overlaps: bool = False) -> ParsedSpans:
    """Spans of a cell; everything that is wrong with them at once.

    Args:
        cell: a list, or one as JSON or as Python prints it: of objects with offsets, of ``[start, end, name]``,
            or of words, which are marked wherever they stand. None or empty text where nothing was marked.
        text: that they were marked in.
        categories: what a name stands for.
        overlaps: spans of one category may overlap. Those named by a technique always may: published sets have them.

    Offsets hold for a technique's span whose stored wording disagrees, as published sets have it; for any other, this
    is a problem.
    """
    parsed = ParsedSpans()
    value = listed(cell)
    if value is None or value == "":
        return parsed
    parsed.spans = []
    if not isinstance(value, list):
        parsed.problems.append(("spans", f"{shown(cell)} is no list of spans."))
        return parsed
    strict: list[LabelSpan] = []
    for item in value:
        try:
            spans, by_wording, may_overlap = _item(item, text, categories, parsed)
        except ValueError as error:
            parsed.problems.append((_kind(str(error)), str(error)))
        else:
            # wording is marked where it stands, however often it is named
            parsed.spans += [span for span in spans if not (by_wording and span in parsed.spans)]
            strict += [] if by_wording or may_overlap else spans
    if not overlaps:
        strict.sort(key=lambda span: (span.start, span.end))
        parsed.problems += _repeated(strict, text)
    return parsed


def _kind(message: str) -> str:
    if "known category" in message:
        return "unknown-category"
    return "span-text" if "the annotation says" in message else "span-range" if "characters" in message else "spans"


def _item(item: Any, text: str, categories: Categories, parsed: ParsedSpans) -> tuple[list[LabelSpan], bool, bool]:
    """The spans that an item stands for; whether it names wording and no place; whether they may overlap others."""
    parts: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    technique = False
    if isinstance(item, str):
        return [LabelSpan(start, end) for start, end in occurrences(text, item)], True, True
    if isinstance(item, list) and len(item) in (2, 3, 4):
        parts = dict(zip(("start", "end", "name", "text"), item, strict=False))
    elif isinstance(item, dict):
        for key, value in item.items():
            part = _FIELDS.get(column_key(key))
            # an empty category beside a technique says less than the technique does
            if part and parts.get(part) in (None, ""):
                parts[part] = value
                technique = column_key(key) == "technique" if part == "name" else technique
            elif not part:
                extra[key] = value
    else:
        raise ValueError(f"{shown(item)} is no span. Write start, end and category.")
    if isinstance(parts.get("extra"), dict):
        extra |= parts["extra"]
    known = _with_any_technique(categories, parsed) if technique else categories
    places = _places(parts, text, parsed, trusted=technique)
    return _spans(parts, extra, places, known), "start" not in parts, technique


def _with_any_technique(categories: Categories, parsed: ParsedSpans) -> Categories:
    """A field ``technique`` says what its value is, so that a name that is not known has no counterpart."""

    def found(name: str) -> tuple[str, str] | None:
        try:
            return categories(name)
        except ValueError:
            parsed.unknown_techniques.add(name)
            return "", name

    return found


def _places(parts: dict[str, Any], text: str, parsed: ParsedSpans, *, trusted: bool) -> list[tuple[int, int]]:
    stored = parts.get("text")
    if stored is not None and not isinstance(stored, str):
        raise ValueError(f"{shown(stored)} is no wording of a span.")
    if "start" not in parts and stored:
        places = occurrences(text, stored)
        if not places:
            raise ValueError(f"the annotation says {shown(stored)}, which does not stand in the text.")
        return places
    return [_place(parts, stored, text, parsed, trusted=trusted)]


def _spans(
    parts: dict[str, Any], extra: dict[str, Any], places: list[tuple[int, int]], categories: Categories
) -> list[LabelSpan]:
    names = parts.get("name") or ""
    voice = parts.get("voice") or ""
    if voice and voice not in VOICES:
        raise ValueError(f"voice {shown(voice)} is none of {', '.join(VOICES)}.")
    spans = []
    for name in names if isinstance(names, list) and names else [names or ""]:
        if not isinstance(name, str):
            raise ValueError(f"{shown(name)} is no known category; a name is text.")
        known = categories(name)
        if known is None:
            continue
        found, technique = known
        annotator = str(parts.get("annotator") or "")
        spans += [LabelSpan(start, end, found, technique, voice, annotator, extra) for start, end in places]
    return spans


def _place(
    parts: dict[str, Any], stored: str | None, text: str, parsed: ParsedSpans, *, trusted: bool
) -> tuple[int, int]:
    start, end = (_offset(parts.get(name), name) for name in ("start", "end"))
    inside = 0 <= start < end <= len(text)
    if inside and (not stored or _alike(text[start:end], stored)):
        return start, end
    for unit in UNITS if stored else ():
        if (place := _from_units(text, unit, start, end)) and _alike(text[slice(*place)], stored or ""):
            parsed.converted[unit] += 1
            return place
    if inside and trusted:
        parsed.unlike += 1
        return start, end
    where = f"span {start}–{end}"
    if not inside:
        problem = f"{where} does not lie in a text of {len(text)} characters"
        hint = _proposal(text, stored, start) if stored else "Offsets count from 0, the end is exclusive."
        raise ValueError(f"{problem}. {hint}")
    raise ValueError(f"{where} is {shown(text[start:end])}, the annotation says {shown(stored)}. {_proposal(text, stored or '', start)}")  # fmt: skip


def _offset(value: Any, name: str) -> int:
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 12:
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e12:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1e12:
        return value
    raise ValueError(f"a span has {name} {shown(value)}, which is no offset." if value is not None else f"a span has no {name}.")  # fmt: skip


def _alike(first: str, second: str) -> bool:
    if first == second:
        return True
    # Label Studio writes a line break in a stored wording as a backslash and an n
    return first.split() == second.replace("\\n", "\n").split() != []


def _proposal(text: str, stored: str, start: int) -> str:
    """Where the stored wording stands, nearest to where it was said to stand."""
    places: list[int] = []
    place = text.find(stored)
    while place >= 0 and len(places) < _MOST_PLACES:
        places.append(place)
        place = text.find(stored, place + 1)
    if places:
        nearest = min(places, key=lambda found: abs(found - start))
        return f"It stands at {nearest}–{nearest + len(stored)}: correct the offsets."
    if found := occurrences(text, stored)[:1]:
        return f"In other letters it stands at {found[0][0]}–{found[0][1]}."
    return "It does not stand in the text: mark it anew."


def _from_units(text: str, unit: str, start: int, end: int) -> tuple[int, int] | None:
    """Offsets in characters of offsets that count other units; None where these are characters in this text."""
    wide, joined = unit.startswith(_WIDE), unit.endswith(_JOINED)
    if (joined and "\r\n" not in text) or (wide and (text.isascii() or max(text) <= "\uffff")):
        return None
    units = [0]
    for place, character in enumerate(text):
        width = 0 if joined and character == "\r" and text[place + 1 : place + 2] == "\n" else 1
        units.append(units[-1] + width + (wide and character > "\uffff"))
    # of characters that begin at one unit, the last: the line feed and not the carriage return before it
    first, last = bisect_right(units, start) - 1, bisect_left(units, end)
    return (first, last) if 0 <= first < last <= len(text) and units[first] == start else None


def _repeated(spans: list[LabelSpan], text: str) -> list[tuple[str, str]]:
    """Spans of one annotator and category that overlap: the same wording marked twice."""
    problems = []
    last: dict[tuple[str, str, str], LabelSpan] = {}
    for span in spans:
        key = (span.annotator, span.category, span.technique)
        before = last.get(key)
        if before and span.start < before.end:
            places = f"{before.start}–{before.end} and {span.start}–{span.end}"
            problems.append(("span-overlap", f"two spans of {span.name} overlap, {places} ({shown(text[span.start : span.end])}). Keep one."))  # fmt: skip
        if not before or span.end > before.end:
            last[key] = span
    return problems
