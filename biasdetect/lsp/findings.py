"""Converts a report into LSP diagnostics and hover text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from lsprotocol import types

from biasdetect.errors import HouseStyleError
from biasdetect.lsp.client import Client
from biasdetect.lsp.scoring import MAX_CHARACTERS, TOO_LONG, ScoredSnapshot
from biasdetect.model.categories import CATEGORIES, Category, table_of
from biasdetect.report.advice import advice, hint
from biasdetect.results import Phrase, Voice
from biasdetect.util.display import clean
from biasdetect.util.lines import Lines

SOURCE = "biasdetect"
PAGES = (Path(__file__).with_name("categories.md"), Path(__file__).parents[2] / "docs" / "edit" / "categories.md")
"""Where the page about categories may lie: beside this module in an installed package, or in a checkout."""
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+.!|<>~&$-])")
_LONGEST = 120  # characters of wording that is shown


def range_of(lines: Lines, start: int, end: int) -> types.Range:
    """``source[start:end]`` as an editor counts: lines, and UTF-16 code units in a line."""
    first, last = lines.position(start), lines.position(end)
    return types.Range(
        types.Position(first.line, first.character),
        types.Position(last.line, last.character),
    )


def diagnostics(outcome: ScoredSnapshot, client: Client) -> list[types.Diagnostic]:
    """One for each warning of the whole document, at its start, and one for each flagged phrase, in order."""
    if outcome.report is None:
        if len(outcome.snapshot.source) <= MAX_CHARACTERS:
            return []
        return [types.Diagnostic(_start(), TOO_LONG, types.DiagnosticSeverity.Information, source=SOURCE)]
    warnings = [
        types.Diagnostic(_start(), clean(warning), types.DiagnosticSeverity.Warning, source=SOURCE)
        for warning in outcome.report.warnings
    ]
    return warnings + [diagnostic(outcome, phrase, client) for phrase in outcome.report.phrases]


def diagnostic(outcome: ScoredSnapshot, phrase: Phrase, client: Client) -> types.Diagnostic:
    """A phrase's mark in the text; its code leads to what the category means, where the editor shows that."""
    own = {category.name for category in outcome.report.categories} if outcome.report else set[str]()
    link = _page_of(phrase.category) if client.links and phrase.category not in own else ""
    voice = "" if phrase.voice == "outlet" else f" ({Voice(phrase.voice).description})"
    return types.Diagnostic(
        range_of(outcome.lines, phrase.start, phrase.end),
        f"“{shown(phrase.text)}”{voice}: {phrase.why or phrase.category} [{phrase.score:.2f}]",
        _severity(phrase),
        phrase.category,
        source=SOURCE,
        code_description=types.CodeDescription(link) if link else None,
        data={"suggestions": [asdict(suggestion) for suggestion in phrase.suggestions]},
    )


def _page_of(category: str) -> str:
    """The address of what is written about a category; empty for a user's own."""
    page = next((page for page in PAGES if page.exists()), None)
    return f"{page.as_uri()}#{category}" if page and category in CATEGORIES else ""


def _severity(phrase: Phrase) -> types.DiagnosticSeverity:
    if not phrase.counts:
        return types.DiagnosticSeverity.Hint
    strong = phrase.severity == "strong"
    return types.DiagnosticSeverity.Warning if strong else types.DiagnosticSeverity.Information


def style_diagnostics(mistake: HouseStyleError, source: str) -> list[types.Diagnostic]:
    """What is wrong in a house style, each at the first line that names the key."""
    lines = re.split(r"\r\n?|\n", source)
    found = []
    for key, problem in mistake.problems:
        name = re.split(r"[.\[]", re.sub(r"\[\d+\]$", "", key))[-1].strip("'")
        line = re.search(r"\(at line (\d+)", problem)
        number = int(line[1]) - 1 if line else _first(lines, name)
        place = types.Range(
            types.Position(number, 0), types.Position(number, len(lines[number].encode("utf-16-le")) // 2)
        )
        found.append(types.Diagnostic(place, f"{key}: {problem}" if key else problem, source=SOURCE))
    return found


def _first(lines: list[str], name: str) -> int:
    return next((number for number, line in enumerate(lines) if name and name in line), 0)


def phrases_at(outcome: ScoredSnapshot, start: int, end: int) -> Iterator[Phrase]:
    """The phrases that touch a stretch of the source."""
    if outcome.report:
        yield from (phrase for phrase in outcome.report.phrases if phrase.start <= end and start <= phrase.end)


def hover(outcome: ScoredSnapshot, position: types.Position, markdown: bool) -> types.Hover | None:
    """The explanation of the phrase at a position; None where there is none."""
    offset = outcome.lines.offset_of(position.line, position.character)
    phrase = next(phrases_at(outcome, offset, offset), None)
    if phrase is None:
        return None
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    known = table_of(outcome.report.categories if outcome.report else ()).get(phrase.category)
    text = "\n".join(_explanation(phrase, known, markdown))
    return types.Hover(types.MarkupContent(kind, text), range_of(outcome.lines, phrase.start, phrase.end))


def _explanation(phrase: Phrase, known: Category | None, markdown: bool) -> Iterator[str]:
    def escaped(text: str) -> str:
        return _MARKUP.sub(r"\\\1", text) if markdown else text

    title = escaped(clean(known.shown if known else phrase.category))
    category = f"**{title}**" if markdown else title
    own = "" if phrase.counts else ": they are not yours to change"
    yield f"{category} {phrase.score:.2f}, {Voice(phrase.voice).description}{own}"
    yield ""
    yield f"“{escaped(shown(phrase.text))}”: {escaped(clean(phrase.why))}"
    if known and known.definition != phrase.why:
        yield ""
        yield f"{title}: {escaped(clean(known.definition))}"
    if phrase.suggestions:
        yield ""
        yield "Instead (score of the sentence before and after):"
        yield ""
        for suggestion in phrase.suggestions:
            words = escaped(shown(advice(phrase, suggestion)))
            yield f"- {words} {suggestion.before:.2f} → {suggestion.after:.2f}{hint(suggestion)}"
    elif phrase.advice:
        yield ""
        yield f"Advice: {escaped(clean(phrase.advice))}"


def shown(text: str) -> str:
    """Wording on one line, of sensible length and without control characters."""
    text = " ".join(clean(text).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _start() -> types.Range:
    return types.Range(types.Position(0, 0), types.Position(0, 0))
