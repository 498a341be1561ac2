"""The language server through a real client over its pipes."""

import asyncio
import importlib.util
import os
import re
import time
import tomllib
from pathlib import Path

import pytest
from conftest import needs

needs(bool(importlib.util.find_spec("pygls")), 'needs the lsp extra (pygls): pip install ".[dev]"')

from editor import editor  # noqa: E402
from lsprotocol import types  # noqa: E402
from pygls.uris import to_fs_path  # noqa: E402

TEXT = (
    "A day 😀 in town\r\n\r\nIt rained 😀. The potbellied mayor left the hall before the vote.\r\n\r\n"
    "“This shameless mayor left before the vote on Monday,” said Ann Smith.\r\n"
)
MARKDOWN = "# A day\n\nThe **shame**less mayor left. It rained\nall day.\n"


@pytest.fixture
def session(tmp_path):
    """Runs a coroutine with an editor in a folder of its own; nothing but the protocol may be on the pipes."""

    def run(talk, *arguments):
        async def whole():
            async with editor(tmp_path, *arguments) as client:
                await talk(client)
            assert client.stderr == ""

        asyncio.run(whole())

    return run


def applied(text, edits):
    """The text with edits, as an editor counts places."""
    lines = text.splitlines(keepends=True)

    def offset(position):
        line = lines[position.line] if position.line < len(lines) else ""
        units = line.encode("utf-16-le")[: 2 * position.character].decode("utf-16-le")
        return sum(map(len, lines[: position.line])) + len(units)

    for edit in sorted(edits, key=lambda edit: -offset(edit.range.start)):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def covered(text, diagnostic):
    """What a diagnostic underlines."""
    gone = applied(text, [types.TextEdit(diagnostic.range, "\0")])
    start = gone.index("\0")
    return text[start : len(text) - (len(gone) - start - 1)]


def edits_of(action):
    return [edit for change in action.edit.document_changes if hasattr(change, "edits") for edit in change.edits]


def test_diagnostics_hover_and_quick_fixes(session, detector):
    async def talk(client):
        uri = client.open("a.txt", TEXT)
        found = await client.diagnostics(uri)
        expected = detector.score(TEXT).phrases
        assert [covered(TEXT, diagnostic) for diagnostic in found] == [phrase.text for phrase in expected]
        first, quoted = found
        assert covered(TEXT, first) == "potbellied"
        assert first.range.start == types.Position(2, 18)  # the emoji is two units
        assert (first.source, first.code) == ("biasdetect", "epithet")
        assert first.severity in (types.DiagnosticSeverity.Warning, types.DiagnosticSeverity.Information)
        assert quoted.severity == types.DiagnosticSeverity.Hint
        assert "quote" in quoted.message

        told = await client.hover(uri, 2, 20)
        assert "**epithet**" in told
        assert "your own words" in told
        assert "no bearing on the news: looks" in told.replace("\\", "")
        assert "→" in told
        assert await client.hover(uri, 0, 0) == ""

        actions = await client.actions(uri, first.range)
        suggestions = expected[0].suggestions
        fixes = actions[: len(suggestions)]
        assert suggestions
        for fix, suggestion in zip(fixes, suggestions, strict=True):
            assert applied(TEXT, edits_of(fix)) == (TEXT[: suggestion.start] + suggestion.text + TEXT[suggestion.end :])
        assert [bool(fix.is_preferred) for fix in fixes] == [one.grade == "safe" for one in suggestions]
        assert client.last(uri)[0].data == {"suggestions": [{**vars_of(s)} for s in suggestions]}
        assert await client.actions(uri, types.Range(types.Position(0, 0), types.Position(0, 1))) == []

    session(talk)


def test_a_suggestion_to_check_says_so_and_is_never_the_preferred_fix(session):
    async def talk(client):
        uri = client.open("a.txt", "The potbellied mayor left the hall.\n")
        (found,) = await client.diagnostics(uri)
        actions = await client.actions(uri, found.range)
        assert "check the meaning" in actions[0].title
        assert "check the meaning" in await client.hover(uri, 0, 6)
        assert not any(action.is_preferred for action in actions)

    session(talk)


def vars_of(suggestion):
    return {name: getattr(suggestion, name) for name in suggestion.__dataclass_fields__}


@pytest.mark.parametrize("name", ["a b.md", "Zeitüng/d.md", "50%.md", "a%20b.md", "a#b.md"])
def test_a_file_of_any_name_is_scored_however_its_address_is_escaped(session, name):
    async def talk(client):
        uri = client.open(name, "The shameless mayor left.", "markdown")
        assert "%" in uri
        (found,) = await client.diagnostics(uri)
        other = uri.replace("%C3%BC", "%c3%bc").replace(
            "%20", " "
        )  # the same address, as another part of the editor has it
        for address in (uri, other):
            assert "shameless" in await client.hover(address, 0, 6)
            (never,) = [a for a in await client.actions(address, found.range) if a.title.startswith("Never flag")]
            assert never.edit.document_changes[-1].text_document.uri.endswith("/.biasdetect.toml")
        assert await client.diagnostics(uri, client.type(uri, "The mayor left.")) == []
        client.close(uri)
        await client.until(lambda: client.published[-1].version is None)
        assert {published.uri for published in client.published} == {uri}

    session(talk)


def test_changes_of_parts_are_applied_as_the_editor_counts(session):
    """A form feed and a line separator end no line; an emoji is two units; a change may follow on another."""

    async def talk(client):
        text = "One\x0cline\u2028still.\r\nThe 😀 mayor left.\rIt rained."
        uri = client.open("a.txt", text)
        assert await client.diagnostics(uri) == []

        def place(line, start, end):
            return types.Range(types.Position(line, start), types.Position(line, end))

        version = client.change(uri, (place(1, 7, 12), "shameless clerk"), (place(1, 7, 16), "potbellied"))
        (found,) = await client.diagnostics(uri, version)
        assert found.range == place(1, 7, 17)
        version = client.change(uri, (place(2, 0, 2), "The shameless mayor said it"), (place(99, 0, 0), " again."))
        new = "One\x0cline\u2028still.\r\nThe 😀 potbellied clerk left.\rThe shameless mayor said it rained. again."
        assert [covered_by(new, d) for d in await client.diagnostics(uri, version)] == ["potbellied", "shameless"]

    session(talk)


def covered_by(text, diagnostic):
    """What a diagnostic of one line underlines, lines being those of the protocol."""
    line = re.split(r"\r\n|\r|\n", text)[diagnostic.range.start.line].encode("utf-16-le")
    return line[2 * diagnostic.range.start.character : 2 * diagnostic.range.end.character].decode("utf-16-le")


def test_a_code_leads_to_the_page_of_its_category(session, root):
    async def talk(client):
        (found,) = await client.diagnostics(client.open("a.txt", "The shameless mayor left."))
        page, _, anchor = found.code_description.href.partition("#")
        assert anchor == found.code == "opinion"
        text = Path(to_fs_path(page)).read_text(encoding="utf-8")
        assert text == (root / "docs" / "edit" / "categories.md").read_text(encoding="utf-8")

    session(talk)


def test_the_editor_is_told_that_the_model_is_being_loaded(session):
    async def talk(client):
        await client.until(lambda: "end" in client.progress)
        assert client.progress == ["create", "begin", "end"]

    session(talk)


def test_wording_is_offered_through_inline_markup(session):
    async def talk(client):
        text = "# A day\n\nThe **pot**bellied clerk waved to the crowd.\n"
        uri = client.open("a.md", text, "markdown")
        (found,) = await client.diagnostics(uri)
        fix = (await client.actions(uri, found.range))[0]
        assert applied(text, edits_of(fix)) == "# A day\n\nThe clerk waved to the crowd.\n"

    session(talk)


def test_plain_text_is_silenced_by_the_house_style_for_this_file_alone(session, tmp_path):
    style = tmp_path / ".biasdetect.toml"
    style.write_text('# ours\n[[paths]]\npattern = "columns/**"\n\n[terms]\nallow = ["hardliner"]\n')

    async def talk(client):
        text = "The shameless mayor left.\n\nThe potbellied clerk waved."
        uri, other = client.open("news/a.txt", text), client.open("news/b.txt", text)
        for expected in (["potbellied"], []):
            first = (await client.diagnostics(uri, client.versions[uri]))[0]
            (ignore,) = [a for a in await client.actions(uri, first.range) if a.title.startswith("Ignore")]
            assert ".biasdetect.toml" in ignore.title
            style.write_text(applied(style.read_text(), edits_of(ignore)))
            version = client.type(uri, text + "\n" * client.versions[uri])
            assert [covered(text, left) for left in await client.diagnostics(uri, version)] == expected
        assert len(await client.diagnostics(other, client.type(other, text + "\n"))) == 2
        assert tomllib.loads(style.read_text()) == {
            "paths": [{"pattern": "columns/**"}, {"pattern": "/news/a.txt", "allow": ["shameless", "potbellied"]}],
            "terms": {"allow": ["hardliner"]},
        }
        untitled = "untitled:Untitled-1"
        item = types.TextDocumentItem(untitled, "plaintext", 1, "The shameless mayor left.")
        client.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        (found,) = await client.diagnostics(untitled)
        assert not [a for a in await client.actions(untitled, found.range) if a.title.startswith("Ignore")]

    session(talk)


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("a.md", "markdown", MARKDOWN),
        ("a.html", "html", "<html><body><article><h1>A day</h1><p>The shame&shy;less mayor left.</p></article></body></html>"),
        ("a.tex", "latex", "\\section{A day}\n\nThe \\emph{shame}less mayor left. It rained\nall day.\n"),
    ],
)  # fmt: skip
def test_a_mark_in_the_text_silences_its_paragraph(session, name, language, text):
    async def talk(client):
        uri = client.open(name, text, language)
        (found,) = await client.diagnostics(uri)
        (ignore,) = [a for a in await client.actions(uri, found.range) if a.title.startswith("Ignore")]
        marked = applied(text, edits_of(ignore))
        assert ("% biasdetect: ignore\n" if language == "latex" else "<!-- biasdetect: ignore -->") in marked
        assert await client.diagnostics(uri, client.type(uri, marked)) == []

    session(talk)


def test_a_term_is_allowed_by_the_house_style(session, tmp_path):
    style = tmp_path / ".biasdetect.toml"

    async def allow(client, uri, diagnostic):
        (never,) = [a for a in await client.actions(uri, diagnostic.range) if a.title.startswith("Never flag")]
        changes = never.edit.document_changes
        assert [getattr(change, "kind", "edit") for change in changes] == (
            ["edit"] if style.exists() else ["create", "edit"]
        )
        old = style.read_text() if style.exists() else ""
        style.write_text(applied(old, edits_of(never)))
        assert client.watched == ["**/.biasdetect.toml", "**/pyproject.toml"]
        event = types.FileEvent(client.uri(".biasdetect.toml"), types.FileChangeType.Changed)
        published = len(client.published)
        client.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await client.until(lambda: len(client.published) > published)
        return client.last(uri)

    async def talk(client):
        text = "The shameless mayor left.\n\nThe potbellied clerk waved."
        uri = client.open("a.txt", text)
        first, _ = await client.diagnostics(uri)
        left = await allow(client, uri, first)
        assert [covered(text, diagnostic) for diagnostic in left] == ["potbellied"]
        style.write_text("# ours\nthreshold = 0.3  # low\n" + style.read_text())
        assert await allow(client, uri, left[0]) == []
        assert "# low" in style.read_text()
        assert tomllib.loads(style.read_text())["terms"] == {"allow": ["shameless", "potbellied"]}

    session(talk)


def test_a_broken_house_style_is_shown_and_mended(session, tmp_path):
    style = tmp_path / ".biasdetect.toml"
    style.write_text("# ours\nthresold = 0.4\n")

    async def talk(client):
        uri = client.open("a.txt", "The shameless mayor left.")
        assert len(await client.diagnostics(uri)) == 1
        (mistake,) = await client.diagnostics(client.uri(".biasdetect.toml"), None)
        assert mistake.range.start.line == 1
        assert "Did you mean threshold?" in mistake.message
        await client.until(lambda: client.messages)
        assert "no house style is in force" in client.messages[0]
        client.type(uri, "The shameless mayor went.")
        await client.diagnostics(uri, 2)
        style.write_text("[categories]\nopinion = false\n")
        assert await client.diagnostics(uri, client.type(uri, "The shameless mayor left!")) == []
        await client.until(lambda: client.last(client.uri(".biasdetect.toml")) == [])
        assert len(client.messages) == 1  # told once

    session(talk)


def test_of_quick_typing_the_last_version_is_scored(session):
    async def talk(client):
        uri = client.open("a.txt", "The")
        await client.diagnostics(uri)
        for number in range(10):
            version = client.type(uri, "The shameless mayor left." + " It rained." * number)
            await asyncio.sleep(0.02)
        assert len(await client.diagnostics(uri, version)) == 1
        await asyncio.sleep(0.5)
        versions = [published.version for published in client.published]
        assert versions[-1] == version
        assert len(versions) <= 3

    session(talk)


def test_a_closed_document_is_forgotten(session):
    async def talk(client):
        uri = client.open("a.txt", "The shameless mayor left.")
        assert await client.diagnostics(uri)
        client.type(uri, "The shameless mayor came.")
        client.close(uri)
        await client.until(lambda: client.last(uri) == [])
        await asyncio.sleep(0.6)
        assert client.last(uri) == []
        assert await client.hover(uri, 0, 6) == ""

    session(talk)


def test_a_huge_document_keeps_nobody_waiting(session):
    async def talk(client):
        await client.diagnostics(client.open("warm.txt", "The mayor left."))
        sentences = " ".join(f"The shameless mayor of town {number} left the meeting." for number in range(5000))
        big = client.open("big.txt", sentences)
        await asyncio.sleep(0.3)  # it is being scored now
        start = time.monotonic()
        client.close(big)
        uri = client.open("a.txt", "The shameless mayor left.")
        assert len(await client.diagnostics(uri)) == 1
        assert time.monotonic() - start < 10
        (found,) = await client.diagnostics(client.open("huge.txt", sentences * 40))
        assert "not scored as one types" in found.message

    session(talk)


def test_hostile_messages(session):
    async def talk(client):
        protocol = client.client.protocol
        with pytest.raises(Exception, match="Method Not Found"):
            await protocol.send_request_async("biasdetect/explode", {"text": "secret words"})
        protocol.notify("biasdetect/explode", {"text": "secret words"})
        client.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(client.uri("never-opened")))
        )
        write = protocol.writer.write
        for body in (
            b"{",
            b"[]",
            b"null",
            b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"x": "secret"}}',
        ):
            write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        assert await client.hover(client.uri("never-opened"), 99, 99) == ""
        uri = client.open("a.txt", "The \ud83d shameless\u2028mayor\x0c left.\rThe potbellied clerk waved.\x00")
        found = await client.diagnostics(uri)
        assert [d.range.start for d in found] == [types.Position(0, 6), types.Position(1, 4)]
        assert await client.hover(uri, 10**6, 10**6) is not None
        for language in ("python", "toml"):
            client.open(f"a.{language}", "The shameless mayor left.", language)
        assert await client.diagnostics(client.open("empty.md", " \n", "markdown")) == []
        untitled = "untitled:Untitled-1"
        item = types.TextDocumentItem(untitled, "markdown", 1, "The shameless mayor left.")
        client.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        assert len(await client.diagnostics(untitled)) == 1
        assert not any("secret" in text for text in client.logged + client.messages)
        assert {p.uri for p in client.published} == {uri, client.uri("empty.md"), untitled, client.uri("never-opened")}

    session(talk)


def test_markup_of_an_article_is_no_markup_of_the_explanation(session):
    async def talk(client):
        text = "The mayor is a shameless[x](http://example.org)<b>bully</b> and a **disgrace**."
        uri = client.open("a.txt", text)
        for diagnostic in await client.diagnostics(uri):
            told = await client.hover(uri, 0, diagnostic.range.start.character)
            assert "](" not in told
            assert "<b>" not in told

    session(talk)


def test_a_model_that_cannot_be_loaded_is_told(session, tmp_path):
    async def talk(client):
        client.open("a.txt", "The shameless mayor left.")
        await client.until(lambda: client.messages)
        assert "nowhere" in client.messages[0]

    session(talk, "--model", str(tmp_path / "nowhere"))


def test_what_prints_does_not_reach_the_protocol(tmp_path, monkeypatch):
    """A library that prints, at the level of the file descriptor too, is heard on standard error."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, threading, time\n"
        "def noise():\n"
        "    for _ in range(200):\n"
        "        time.sleep(0.01); print('noise', flush=True)\n"
        "        try: os.write(1, b'noise')\n"
        "        except OSError: pass\n"
        "import biasdetect.lsp.server as server\n"
        "serve = server.Server.start_io\n"
        "def start(self, *pipes):\n"
        "    threading.Thread(target=noise).start()\n"  # no daemon: one that prints while Python ends is an error of its own
        "    serve(self, *pipes)\n"
        "server.Server.start_io = start\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)

    async def whole():
        async with editor(tmp_path) as client:
            uri = client.open("a.txt", "The shameless mayor left.")
            assert len(await client.diagnostics(uri)) == 1
        assert "noise" in client.stderr

    asyncio.run(whole())
