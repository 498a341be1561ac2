"""Code actions for a phrase: take a suggestion, ignore it in the text, or allow it in the house style."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from lsprotocol import types
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from biasdetect.house.ignore import IGNORE, paragraph_end
from biasdetect.house.style import FILE, MAX_TERM, PROJECT
from biasdetect.lsp.client import Client
from biasdetect.lsp.findings import diagnostic, phrases_at, range_of, shown
from biasdetect.lsp.scoring import ScoredSnapshot
from biasdetect.reading.formats import TextFormat
from biasdetect.report.advice import hint
from biasdetect.results import Phrase, Report, Suggestion
from biasdetect.util.lines import Lines

_MARKS: dict[TextFormat, str] = {
    "markdown": " <!-- biasdetect: {} -->",
    "html": " <!-- biasdetect: {} -->",
    "latex": " % biasdetect: {}",
}


def actions(outcome: ScoredSnapshot, place: types.Range, client: Client) -> Iterator[types.CodeAction]:
    """What can be done about the phrases that touch a place, best first.

    Args:
        outcome: of the version that the editor shows.
        place: the cursor, or what is selected.
        client: what the editor can do.
    """
    lines, report = outcome.lines, outcome.report
    start = lines.offset_of(place.start.line, place.start.character)
    end = lines.offset_of(place.end.line, place.end.character)
    for phrase in phrases_at(outcome, start, end) if report else ():
        # the one that an editor may make unread: the first safe one, where there is one
        safe = next((number for number, one in enumerate(phrase.suggestions) if one.grade == "safe"), None)
        for number, suggestion in enumerate(phrase.suggestions):
            edit = types.TextEdit(range_of(lines, suggestion.start, suggestion.end), suggestion.text)
            yield _action(
                outcome, phrase, client, _title(phrase, suggestion), _edit(outcome, [edit], client), number == safe
            )
        if report and (mark := _mark(outcome, report, phrase)):
            yield _action(outcome, phrase, client, "Ignore findings in this paragraph", _edit(outcome, [mark], client))
        elif phrase.origin != "house" and (allowed := _allow(outcome, phrase, client, here=True)):
            title = f"Ignore “{shown(phrase.text)}” in this file ({allowed[0].name})"  # there is no place for a mark
            yield _action(outcome, phrase, client, title, allowed[1])
        if phrase.origin == "house":
            continue
        if allowed := _allow(outcome, phrase, client):
            title = f"Never flag “{shown(phrase.text)}” ({allowed[0].name})"
            yield _action(outcome, phrase, client, title, allowed[1])


def _title(phrase: Phrase, suggestion: Suggestion) -> str:
    scores = f"({suggestion.before:.2f} → {suggestion.after:.2f}{hint(suggestion)})"
    if not suggestion.words:
        return f"Leave out “{shown(phrase.text)}” {scores}"
    if suggestion.words == phrase.text:
        return f"Leave out the quotation marks {scores}"
    return f"Write “{shown(suggestion.words)}” {scores}"


def _action(
    outcome: ScoredSnapshot,
    phrase: Phrase,
    client: Client,
    title: str,
    edit: types.WorkspaceEdit,
    preferred: bool | None = None,
) -> types.CodeAction:
    return types.CodeAction(
        title,
        types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(outcome, phrase, client)],
        is_preferred=preferred or None,
        edit=edit,
    )


def _edit(outcome: ScoredSnapshot, edits: Sequence[types.TextEdit], client: Client) -> types.WorkspaceEdit:
    """Edits of the document itself: of this version, where the editor supports versions."""
    snapshot = outcome.snapshot
    if not client.versions:
        return types.WorkspaceEdit(changes={snapshot.uri: list(edits)})
    document = types.OptionalVersionedTextDocumentIdentifier(snapshot.uri, snapshot.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(edits))])


def _mark(outcome: ScoredSnapshot, report: Report, phrase: Phrase) -> types.TextEdit | None:
    """The mark that silences a paragraph, at its end; None where the format has none that may stand there."""
    source = outcome.snapshot.source
    end = paragraph_end(source, report.sentences, phrase.start)
    form = outcome.snapshot.format
    if form not in _MARKS or (form == "latex" and source[end : end + 1] not in ("", "\r", "\n")):
        return None  # a comment of LaTeX takes the rest of its line with it
    return types.TextEdit(range_of(outcome.lines, end, end), _MARKS[form].format(IGNORE))


def _allow(
    outcome: ScoredSnapshot, phrase: Phrase, client: Client, *, here: bool = False
) -> tuple[Path, types.WorkspaceEdit] | None:
    """The house style's file, and an edit that adds a phrase to what it allows, everywhere or in this file.

    None where there can be no such edit.
    """
    file = _style_file(outcome)
    term = " ".join(phrase.text.split())
    if file is None or len(term) > MAX_TERM:
        return None
    try:
        old = file.read_bytes().decode("utf-8") if file.exists() else ""
        document: Any = tomlkit.parse(old)
        table = document["tool"]["biasdetect"] if file.name == PROJECT else document
        if here:
            _rules_here(table, _pattern(outcome, file)).setdefault("allow", tomlkit.array()).append(term)
        else:
            table.setdefault("terms", tomlkit.table()).setdefault("allow", tomlkit.array()).append(term)
    # it was changed just now, or lies elsewhere
    except (OSError, UnicodeDecodeError, TOMLKitError, TypeError, AttributeError, ValueError):
        return None
    edit = types.TextEdit(range_of(Lines(old), 0, len(old)), tomlkit.dumps(document))
    uri = file.as_uri()
    if not client.creates:
        return file, types.WorkspaceEdit(changes={uri: [edit]})
    text = types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri), [edit])
    create = types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True))
    return file, types.WorkspaceEdit(document_changes=[text] if file.exists() else [create, text])


def _pattern(outcome: ScoredSnapshot, style: Path) -> str:
    """The pattern that a document fits alone. Raises ValueError where it is not saved, or not below the house style."""
    if outcome.snapshot.path is None:
        raise ValueError("never saved")
    return f"/{outcome.snapshot.path.resolve().relative_to(style.parent.resolve()).as_posix()}"


def _rules_here(table: Any, pattern: str) -> Any:
    """The entry of a house style for a pattern, which is added where there is none."""
    paths = table.setdefault("paths", tomlkit.aot())
    known = [entry for entry in paths if entry.get("pattern") == pattern]
    if not known:
        entry = tomlkit.table() if isinstance(paths, AoT) else tomlkit.inline_table()
        entry.add("pattern", pattern)
        paths.append(entry)
    return (known or paths)[-1]


def _style_file(outcome: ScoredSnapshot) -> Path | None:
    """Where the house style is, or would be: in the folder that the editor works in, or else beside the article."""
    if outcome.mistake:
        return None
    if outcome.style:
        return outcome.style.path
    path, root = outcome.snapshot.path, outcome.snapshot.root
    if root and (path is None or path.is_relative_to(root)):
        return root / FILE
    return path.parent / FILE if path else None
