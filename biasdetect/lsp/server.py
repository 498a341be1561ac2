"""The language server: handlers of requests and notifications. Standard output belongs to the protocol alone."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import unquote

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from biasdetect.errors import BiasDetectError, HouseStyleError
from biasdetect.house.style import FILE, PROJECT
from biasdetect.lsp.actions import actions
from biasdetect.lsp.client import Client, client_of
from biasdetect.lsp.findings import diagnostics, hover, style_diagnostics
from biasdetect.lsp.scoring import DocumentScorer, OutdatedError, ScoredSnapshot, Snapshot
from biasdetect.reading.formats import LANGUAGES, text_form_of
from biasdetect.util.lines import Lines
from biasdetect.version import __version__

DEBOUNCE = 0.3
"""Seconds without a change after which a text is scored."""


_LOADING = "biasdetect-model"  # what editors know by it that the model is being loaded


class _Protocol(LanguageServerProtocol):
    """Positions are counted in UTF-16, which every editor has to know, whatever else it offers.

    Changes are applied here: the library takes a form feed or a line separator (U+2028) for the end of a line.
    """

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Answer the editor's first request."""
        if params.capabilities.general:
            params.capabilities.general.position_encodings = None
        return (yield from super().lsp_initialize(params))

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """Apply changes to a text, each of a part of it or of all of it."""
        document = self.workspace.text_documents.get(unquote(params.text_document.uri))
        if document is None:
            return
        text = document.source
        for change in params.content_changes:
            text = _changed(text, change)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        yield from super().lsp_text_document__did_change(
            types.DidChangeTextDocumentParams(params.text_document, [whole])
        )


class Server(LanguageServer):
    """Scores what is open in an editor, and says what it finds."""

    def __init__(self, model: str | None = None) -> None:
        """Args: a model folder or hub name, None for the shipped model."""
        super().__init__("biasdetect", __version__, protocol_cls=_Protocol)
        self.client = Client()
        self._scorer = DocumentScorer(model)
        self._worker = ThreadPoolExecutor(1, "scoring")
        self._checks: dict[str, asyncio.Task[None]] = {}
        self._outcomes: dict[str, ScoredSnapshot] = {}
        self._shown_errors: set[str] = set()
        self._loading: asyncio.Task[None] | None = None

    def load(self) -> None:
        """Load the model before the first text needs it, and tell the editor meanwhile."""
        self._loading = asyncio.get_running_loop().create_task(self._load())

    def check(self, uri: str, delay: float = 0.0) -> None:
        """Score a document in a while; what was to be done for an older version of it is given up.

        Args:
            uri: of an open document.
            delay: seconds to wait.
        """
        self._give_up(uri)
        self._checks[unquote(uri)] = asyncio.get_running_loop().create_task(self._check(uri, delay))

    def check_all(self) -> None:
        """Score every open document again."""
        for document in list(self.workspace.text_documents.values()):
            self.check(document.uri)

    def forget(self, uri: str) -> None:
        """A document is closed: what is known of it goes."""
        self._give_up(uri)
        mistake = self._mistake(self._outcomes.pop(unquote(uri), None))
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        self._clear_style(mistake)

    def outcome(self, uri: str) -> ScoredSnapshot | None:
        """What is known of the text as it is now; None while it is being scored."""
        document = self.document(uri)
        outcome = self._outcomes.get(unquote(uri))
        return outcome if document and outcome and outcome.snapshot.source == document.source else None

    def document(self, uri: str) -> TextDocument | None:
        """An open document. An editor may escape its address otherwise each time: ``%20`` or a space, ``%3A`` or ``:``."""
        return self.workspace.text_documents.get(unquote(uri))

    async def whole_outcome(self, uri: str) -> ScoredSnapshot | None:
        """The same with wording to use instead, once it is there."""
        task = self._checks.get(unquote(uri))
        if task and self.outcome(uri):
            await asyncio.wait([task])
        return self.outcome(uri)

    def stop_scoring(self) -> None:
        """Give up whatever is being scored."""
        for task in [*self._checks.values(), *([self._loading] if self._loading else [])]:
            task.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Tell the editor that something went wrong, and nothing of the text."""
        del source
        self.window_log_message(
            types.LogMessageParams(types.MessageType.Error, f"biasdetect: a message failed ({type(error).__name__})")
        )

    def _give_up(self, uri: str) -> None:
        task = self._checks.pop(unquote(uri), None)
        if task:
            task.cancel()

    async def _load(self) -> None:
        loading = asyncio.get_running_loop().run_in_executor(self._worker, self._scorer.load)
        shown = self.client.progress and await self._begin_progress()
        try:
            await loading
        except BiasDetectError as error:
            self._show_error(str(error))
        except Exception as error:
            self._show_error(f"The model could not be loaded ({type(error).__name__}). Please report it.")
        finally:
            if shown:
                self.work_done_progress.end(_LOADING, types.WorkDoneProgressEnd())

    async def _begin_progress(self) -> bool:
        """Whether the editor shows that the model is being loaded."""
        try:
            await self.work_done_progress.create_async(_LOADING)
        except JsonRpcException:  # it will not
            return False
        begin = types.WorkDoneProgressBegin("biasdetect", message="loading the model")
        self.work_done_progress.begin(_LOADING, begin)
        return True

    async def _check(self, uri: str, delay: float) -> None:
        outdated = Event()
        try:
            await asyncio.sleep(delay)
            snapshot = self._snapshot(uri)
            if snapshot is None:
                return
            loop = asyncio.get_running_loop()
            # what is flagged is shown first: wording to use instead takes longer, and is asked for later
            for suggest in (False, True):
                work = partial(self._scorer.score, snapshot, outdated, suggest=suggest)
                outcome = await loop.run_in_executor(self._worker, work)
                self._publish(outcome)
                if outcome.report is None or not any(phrase.counts for phrase in outcome.report.phrases):
                    break  # there is nothing to look for wording for
        except asyncio.CancelledError:
            outdated.set()
            raise
        except OutdatedError:
            return
        except BiasDetectError as error:
            self._show_error(str(error))
        except Exception as error:  # a fault of ours must not end the editor's session
            self._show_error(f"This document could not be scored ({type(error).__name__}). Please report it.")

    def _snapshot(self, uri: str) -> Snapshot | None:
        """An open document as it is now; None for one that is not scored."""
        document = self.document(uri)
        name = to_fs_path(uri) if uri.startswith("file:") else None
        form = LANGUAGES.get(document.language_id or "") if document else None
        form = form or text_form_of(name or "")
        if document is None or form is None:
            return None
        root = self.workspace.root_path
        path = Path(name) if name else None
        return Snapshot(document.uri, document.version, document.source, form, path, Path(root) if root else None)

    def _publish(self, outcome: ScoredSnapshot) -> None:
        snapshot = outcome.snapshot
        known = self._outcomes.get(unquote(snapshot.uri))
        before = self._mistake(known)
        self._outcomes[unquote(snapshot.uri)] = outcome
        if known and known.snapshot is snapshot and known.report == outcome.report:
            return
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(snapshot.uri, diagnostics(outcome, self.client), snapshot.version)
        )
        if outcome.mistake:
            self._publish_style(outcome.mistake)
        else:
            self._clear_style(before)

    def _publish_style(self, mistake: HouseStyleError) -> None:
        source = ""
        with suppress(OSError):
            source = mistake.path.read_text(encoding="utf-8", errors="replace")
        uri = mistake.path.as_uri()
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, style_diagnostics(mistake, source)))
        self._show_error(f"{mistake}\nUntil this is mended, no house style is in force.")

    def _clear_style(self, mistake: HouseStyleError | None) -> None:
        """A house style's mistakes are gone from the editor where no open document is scored by it any more."""
        left = {other.path for other in map(self._mistake, self._outcomes.values()) if other}
        if mistake and mistake.path not in left:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(mistake.path.as_uri(), []))

    @staticmethod
    def _mistake(outcome: ScoredSnapshot | None) -> HouseStyleError | None:
        return outcome.mistake if outcome else None

    def _show_error(self, message: str) -> None:
        """Show a message, once."""
        if message not in self._shown_errors:
            self._shown_errors.add(message)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"biasdetect: {message}"))


def _changed(text: str, change: types.TextDocumentContentChangeEvent) -> str:
    """A text after a change."""
    if not isinstance(change, types.TextDocumentContentChangePartial):
        return change.text
    lines = Lines(text)
    start, end = (lines.offset_of(place.line, place.character) for place in (change.range.start, change.range.end))
    return text[:start] + change.text + text[end:]


def create_server(model: str | None = None) -> Server:
    """A server with all that it answers to."""
    server = Server(model)

    @server.feature(types.INITIALIZED)
    async def initialized(server: Server, params: types.InitializedParams) -> None:
        del params
        server.client = client_of(server.client_capabilities)
        server.load()
        if server.client.watches:
            watchers = [types.FileSystemWatcher(f"**/{name}") for name in (FILE, PROJECT)]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = types.Registration("house-style", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            await server.client_register_capability_async(types.RegistrationParams([registration]))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def style_changed(server: Server, params: types.DidChangeWatchedFilesParams) -> None:
        del params
        server.check_all()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(server: Server, params: types.DidOpenTextDocumentParams) -> None:
        server.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(server: Server, params: types.DidChangeTextDocumentParams) -> None:
        server.check(params.text_document.uri, DEBOUNCE)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(server: Server, params: types.DidSaveTextDocumentParams) -> None:
        server.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(server: Server, params: types.DidCloseTextDocumentParams) -> None:
        server.forget(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def explain(server: Server, params: types.HoverParams) -> types.Hover | None:
        outcome = await server.whole_outcome(params.text_document.uri)
        return hover(outcome, params.position, server.client.markdown) if outcome else None

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    async def offer(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
        outcome = await server.whole_outcome(params.text_document.uri)
        only = params.context.only
        if outcome is None or (only and not {types.CodeActionKind.QuickFix, types.CodeActionKind.Empty} & set(only)):
            return []
        return list(actions(outcome, params.range, server.client))

    @server.feature(types.SHUTDOWN)
    def ended(server: Server, params: None) -> None:
        del params
        server.stop_scoring()

    return server


def serve(model: str | None = None) -> None:
    """Serve the editor at standard input and output until it ends the session.

    Args:
        model: a model folder or hub name, None for the shipped model.
    """
    # the library would log messages whole, and with them the texts
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints, prints beside the protocol
    server = create_server(model)
    try:
        server.start_io(sys.stdin.buffer, output)
    finally:
        server.stop_scoring()
