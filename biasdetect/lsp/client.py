"""What an editor can do, by what it says of itself when a session begins."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types


@dataclass(frozen=True, slots=True)
class Client:
    """What an editor can do.

    Attributes:
        versions: apply an edit to one version of a document alone.
        creates: make a file as a part of an edit.
        links: show a diagnostic's code as a link.
        progress: show what the server is busy with.
        watches: tell of files that change.
        markdown: show Markdown where the cursor rests.
    """

    versions: bool = False
    creates: bool = False
    links: bool = False
    progress: bool = False
    watches: bool = False
    markdown: bool = False


def client_of(capabilities: types.ClientCapabilities) -> Client:
    """An editor of these capabilities, of which any may be left out."""
    workspace, document, window = capabilities.workspace, capabilities.text_document, capabilities.window
    edits = workspace.workspace_edit if workspace else None
    watched = workspace.did_change_watched_files if workspace else None
    published = document.publish_diagnostics if document else None
    formats = (document and document.hover and document.hover.content_format) or ()
    versions = bool(edits and edits.document_changes)
    return Client(
        versions=versions,
        creates=versions and types.ResourceOperationKind.Create in ((edits and edits.resource_operations) or ()),
        links=bool(published and published.code_description_support),
        progress=bool(window and window.work_done_progress),
        watches=bool(watched and watched.dynamic_registration),
        markdown=types.MarkupKind.Markdown in formats,
    )
