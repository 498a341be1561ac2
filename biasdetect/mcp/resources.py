"""What an agent may read beside its tools: the categories, the house style, and a prompt."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from mcp_types import GetPromptResult, Prompt, PromptMessage, Resource, TextContent, TextResourceContents

from biasdetect.model.folder import ModelFolder

CATEGORIES = "biasdetect://categories"
HOUSE_STYLE = "biasdetect://house-style"
RESOURCES = (
    Resource(
        uri=CATEGORIES,
        name="categories",
        title="Categories of loaded wording",
        description="What each category means, with a flagged and a plain example.",
        mime_type="application/json",
    ),
    Resource(
        uri=HOUSE_STYLE,
        name="house-style",
        title="House style",
        description="The file of the house style that texts are scored by: terms, thresholds, kinds of text.",
        mime_type="application/toml",
    ),
)
_NO_STYLE = "# No house style is in force: texts are scored by the model's own threshold, and as news.\n"

EDIT = Prompt(
    name="edit",
    title="Edit a news text",
    description="Have loaded wording of a text found, cited by its place, and changed where that is safe.",
)
EDIT_TEXT = """\
Edit the news text that I have open for loaded wording, with the tools of biasdetect.

1. Call score_text with the whole text, as it is, and the path of its file as name.
2. Report each phrase of which voice is "outlet" or "scare-quote", the highest score first, one a line:
   path:start-end “text” (category, score): why. Take start and end from the result as they are: they count characters
   of the text that you sent, from 0, end exclusive. Never count yourself, and never cite wording that the tool did not
   return. Say in one sentence beforehand how many there are and which is the worst.
3. For each, offer its first suggestion, or else its advice in your own words. Where the suggestion's grade is "check", say
   what it may change in the meaning. Leave alone what voice says is "quote" or "attributed": those are the words of others.
4. Change nothing until I agree. Then replace source[start:end] of each suggestion by its text, from the last to the first,
   so that the offsets before it stay right.
5. Call compare_texts with the text before and after. Tell what is gone, what is new, and both scores. If something is
   new, put it right.
"""


def categories(folder: ModelFolder) -> str:
    """The categories of a model, as JSON."""
    table = folder.config.table
    known = [table[name] for name in folder.config.categories if name in table]
    own = [{"name": name} for name in folder.config.categories if name not in table]
    told = ("name", "definition", "why", "flagged", "plain")
    data = [{field: getattr(category, field) for field in told} for category in known]
    return json.dumps({"categories": [*data, *own]}, ensure_ascii=False, indent=1)


def house_style(find: Callable[[], Path | None]) -> str:
    """The file of the house style as it is now.

    Args:
        find: gives its path, None where there is none.

    Raises:
        HouseStyleError: where it cannot be used.
        OSError: where it was taken away just now.
    """
    path = find()
    return path.read_text(encoding="utf-8-sig") if path else _NO_STYLE


def contents(uri: str, text: str) -> TextResourceContents:
    """What is read at an address."""
    mime_type = next(resource.mime_type for resource in RESOURCES if resource.uri == uri)
    return TextResourceContents(uri=uri, text=text, mime_type=mime_type)


def edit_prompt() -> GetPromptResult:
    """The prompt :data:`EDIT`."""
    message = PromptMessage(role="user", content=TextContent(type="text", text=EDIT_TEXT))
    return GetPromptResult(description=EDIT.description, messages=[message])
