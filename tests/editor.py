"""An editor for tests and benchmarks: a language client that speaks to ``biasdetect lsp`` over its pipes."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient
from pygls.uris import from_fs_path

ROOT = Path(__file__).resolve().parent.parent
CAPABILITIES = types.ClientCapabilities(
    general=types.GeneralClientCapabilities(position_encodings=["utf-8", "utf-16"]),  # as Neovim asks
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True, resource_operations=["create"]),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
    ),
    text_document=types.TextDocumentClientCapabilities(
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(code_description_support=True),
    ),
    window=types.WindowClientCapabilities(work_done_progress=True),
)


class Editor:
    """One session with the server.

    Attributes:
        client: what speaks the protocol.
        published: all diagnostics that came, in order.
        messages: all that was shown to the user.
        watched: the patterns of files that the server wants to hear of.
        progress: the kinds of what it told of its progress, in order.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.client = LanguageClient("editor", "1")
        self.published: list[types.PublishDiagnosticsParams] = []
        self.messages: list[str] = []
        self.logged: list[str] = []
        self.watched: list[Any] = []
        self.progress: list[str] = []
        self.versions: dict[str, int] = {}
        self._news = asyncio.Event()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            self.published.append(params)
            self._news.set()

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def show(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

        @self.client.feature(types.WINDOW_LOG_MESSAGE)
        def log(params: types.LogMessageParams) -> None:
            self.logged.append(params.message)
            self._news.set()

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            self.watched += [w["globPattern"] for r in params.registrations for w in r.register_options["watchers"]]

        @self.client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
        def create(params: types.WorkDoneProgressCreateParams) -> None:
            del params
            self.progress.append("create")

        @self.client.feature(types.PROGRESS)
        def proceed(params: types.ProgressParams) -> None:
            self.progress.append(params.value["kind"] if isinstance(params.value, dict) else params.value.kind)
            self._news.set()

    def uri(self, name: str) -> str:
        """Of a file in the editor's folder."""
        return from_fs_path(str(self.root / name))

    def open(self, name: str, text: str, language: str = "plaintext") -> str:
        """Open a file with a text that need not be on disk."""
        uri = self.uri(name)
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def type(self, uri: str, text: str) -> int:
        """Change a text; returns its version."""
        self.versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )
        return self.versions[uri]

    def change(self, uri: str, *changes: tuple[types.Range, str]) -> int:
        """Change parts of a text, one after the other; returns its version."""
        self.versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                [types.TextDocumentContentChangePartial(place, text) for place, text in changes],
            )
        )
        return self.versions[uri]

    def close(self, uri: str) -> None:
        """Close a file."""
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    async def until(self, found: Any, seconds: float = 30.0) -> None:
        """Wait for news of the server that make a condition true."""
        end = time.monotonic() + seconds
        while not found():
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), end - time.monotonic())

    async def diagnostics(self, uri: str, version: int = 1) -> list[types.Diagnostic]:
        """Those of a version, as soon as they are there."""
        await self.until(lambda: any(p.uri == uri and p.version == version for p in self.published))
        return list(next(p for p in reversed(self.published) if p.uri == uri and p.version == version).diagnostics)

    def last(self, uri: str) -> list[types.Diagnostic]:
        """The diagnostics that the editor shows now."""
        return next((list(p.diagnostics) for p in reversed(self.published) if p.uri == uri), [])

    async def hover(self, uri: str, line: int, character: int) -> str:
        """What is told of a place; empty where there is nothing."""
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        answer = await self.client.text_document_hover_async(params)
        return answer.contents.value if answer else ""

    async def actions(self, uri: str, place: types.Range) -> list[types.CodeAction]:
        """What is offered for a place."""
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, types.CodeActionContext([]))
        return list(await self.client.text_document_code_action_async(params) or [])


@asynccontextmanager
async def editor(root: Path, *arguments: str, transcript: list[dict[str, Any]] | None = None):
    """A session from the start of the server to its end; its exit code and standard error are checked.

    Args:
        root: the folder that the editor works in.
        arguments: further ones of ``biasdetect lsp``.
        transcript: takes every message, with who sent it.
    """
    session = Editor(root)
    if transcript is not None:
        _listen(session.client.protocol, transcript)
    path = os.pathsep.join(
        filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])
    )  # the checkout, not an installed copy
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": path}
    await session.client.start_io(sys.executable, "-m", "biasdetect", "lsp", "--stdio", *arguments, env=environment)
    process = session.client._server
    await session.client.initialize_async(
        types.InitializeParams(CAPABILITIES, root_uri=from_fs_path(str(root)), process_id=os.getpid())
    )
    session.client.initialized(types.InitializedParams())
    yield session
    await session.client.shutdown_async(None)
    session.client.exit(None)
    assert await asyncio.wait_for(process.wait(), 20) == 0
    session.stderr = (await process.stderr.read()).decode()
    await session.client.stop()


def _listen(protocol: Any, transcript: list[dict[str, Any]]) -> None:
    send, handle = protocol._send_data, protocol.handle_message

    def plain(message: Any) -> Any:
        return json.loads(json.dumps(message, default=protocol._serialize_message))

    protocol._send_data = lambda message: (transcript.append({"editor": plain(message)}), send(message))[1]
    protocol.handle_message = lambda message: (transcript.append({"server": plain(message)}), handle(message))[1]
