"""Marked wording in the forms that tools write it, checked against the text it was marked in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from biasdetect.labels.names import category, listed, shown
from biasdetect.labels.records import SPAN_FIELDS, VOICES, LabelSpan, known_key
from biasdetect.model.phrases import occurrences

_FIELDS = {known_key(name): part for part, names in SPAN_FIELDS.items() for name in names}
_MOST_PLACES = 1000


@dataclass(slots=True)
class ParsedSpans:
    """What became of a cell: its spans (None: wording was not marked), problems as kind and message, and a count."""

    spans: list[LabelSpan] | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)
    converted: int = 0


def parse_spans(cell: Any, text: str, own: Mapping[str, str]) -> ParsedSpans:
    """Spans of a cell; everything that is wrong with them at once.

    Args:
        cell: a list, or one as JSON or as Python prints it: of objects with offsets, of ``[start, end, name]``,
            or of words, which are marked wherever they stand. None or empty text where nothing was marked.
        text: that they were marked in.
        own: the user's own names of categories.
    """
    parsed = ParsedSpans()
    value = listed(cell)
    if value is None or value == "":
        return parsed
    parsed.spans = []
    if not isinstance(value, list):
        parsed.problems.append(("spans", f"{shown(cell)} is no list of spans."))
        return parsed
    for item in value:
        try:
            parsed.spans += _item(item, text, own, parsed)
        except ValueError as error:
            parsed.problems.append((_kind(str(error)), str(error)))
    parsed.spans.sort(key=lambda span: (span.start, span.end))
    parsed.problems += _repeated(parsed.spans, text)
    return parsed


def _kind(message: str) -> str:
    if "known category" in message:
        return "unknown-category"
    return "span-text" if "the annotation says" in message else "span-range" if "characters" in message else "spans"


def _item(item: Any, text: str, own: Mapping[str, str], parsed: ParsedSpans) -> list[LabelSpan]:
    parts: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    if isinstance(item, str):
        return [LabelSpan(start, end) for start, end in occurrences(text, item)]
    if isinstance(item, list) and len(item) in (2, 3, 4):
        parts = dict(zip(("start", "end", "name", "text"), item, strict=False))
    elif isinstance(item, dict):
        for key, value in item.items():
            part = _FIELDS.get(known_key(key))
            # an empty category beside a technique says less than the technique does
            if part and parts.get(part) in (None, ""):
                parts[part] = value
            elif not part:
                extra[key] = value
    else:
        raise ValueError(f"{shown(item)} is no span. Write start, end and category.")
    if isinstance(parts.get("extra"), dict):
        extra |= parts["extra"]
    return _built(parts, extra, text, own, parsed)


def _built(
    parts: dict[str, Any], extra: dict[str, Any], text: str, own: Mapping[str, str], parsed: ParsedSpans
) -> list[LabelSpan]:
    names = parts.get("name") or ""
    stored = parts.get("text")
    if stored is not None and not isinstance(stored, str):
        raise ValueError(f"{shown(stored)} is no wording of a span.")
    if "start" not in parts and stored:
        places = occurrences(text, stored)
        if not places:
            raise ValueError(f"the annotation says {shown(stored)}, which does not stand in the text.")
    else:
        places = [_place(parts, stored, text, parsed)]
    voice = parts.get("voice") or ""
    if voice and voice not in VOICES:
        raise ValueError(f"voice {shown(voice)} is none of {', '.join(VOICES)}.")
    spans = []
    for name in names if isinstance(names, list) and names else [names or ""]:
        if not isinstance(name, str):
            raise ValueError(f"{shown(name)} is no known category; a name is text.")
        found, technique = category(name, own)
        annotator = str(parts.get("annotator") or "")
        spans += [LabelSpan(start, end, found, technique, voice, annotator, extra) for start, end in places]
    return spans


def _place(parts: dict[str, Any], stored: str | None, text: str, parsed: ParsedSpans) -> tuple[int, int]:
    start, end = (_offset(parts.get(name), name) for name in ("start", "end"))
    inside = 0 <= start < end <= len(text)
    if inside and (not stored or _alike(text[start:end], stored)):
        return start, end
    if stored and (place := _from_utf16(text, start, end)) and _alike(text[slice(*place)], stored):
        parsed.converted += 1
        return place
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


def _from_utf16(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Offsets in characters of offsets that count UTF-16 units, as browsers do."""
    if text.isascii() or max(text) <= "\uffff":
        return None
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if character > "\uffff" else 1))
    place = bisect_left(units, start), bisect_left(units, end)
    return place if 0 <= place[0] < place[1] <= len(text) and units[place[0]] == start else None


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
