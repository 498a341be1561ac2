"""Pydantic models of what tools are called with, and of what they return. Unknown arguments are refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from biasdetect.results import KindChoice, Phrase, Suggestion
from biasdetect.serve.requests import Form, ScoredReport, SettingsRequest, Suggest, Text

_Path = Annotated[
    str,
    Field(
        max_length=1000,
        description="What the report calls the text, best its file's path: by it the format is recognised where that is left "
        "out, and the house style may say something else for its folder.",
    ),
]
_FlaggedOnly = Annotated[
    bool,
    Field(
        description="Leave out sentences in which nothing is flagged, and what was not scored: the answer is much "
        "shorter. The scores are those of the whole text all the same."
    ),
]


class _Settings(SettingsRequest):
    kind: Annotated[
        KindChoice | None,
        Field(
            description="In an opinion piece or a review, labels, epithets and exaggeration alone are reported; auto: where "
            "the text calls itself one. What the house style says, or news, where left out."
        ),
    ] = None  # type: ignore[assignment]


class ScoreTextArguments(_Settings):
    """A text and how to score it."""

    text: Text
    format: Form = None
    name: _Path = ""
    suggest: Suggest = True
    flagged_only: _FlaggedOnly = True


class ScoreUrlArguments(_Settings):
    """A page of the web and how to score it."""

    url: Annotated[str, Field(max_length=4000, description="The address of an article, of http or https.")]
    suggest: Suggest = True
    flagged_only: _FlaggedOnly = True


class RewriteArguments(_Settings):
    """A text to be written anew."""

    text: Text
    format: Form = None
    name: _Path = ""


class RewriteAndSaveArguments(RewriteArguments):
    """The same where files may be written."""

    save_as: Annotated[
        str,
        Field(
            max_length=1000,
            description="Write the new text there: a path in the folder that this server may write to. Nothing is overwritten. "
            "Nothing is written where left out.",
        ),
    ] = ""


class CompareTextsArguments(_Settings):
    """Two versions of a text."""

    before: Text
    after: Text
    format: Form = None
    name: _Path = ""
    suggest: Suggest = True
    flagged_only: _FlaggedOnly = True


class Rewriting(BaseModel):
    """A text with suggestions taken."""

    version: Annotated[int, Field(description="Of the wire format.")]
    text: Annotated[str, Field(description="The new text, whole.")]
    taken: Annotated[
        list[Suggestion],
        Field(description="What was changed, in order; offsets are those of the text as it was given."),
    ]
    diff: Annotated[str, Field(description="The change as a unified diff, each hunk with the scores of its sentences.")]
    saved_as: Annotated[str, Field(description="The file that was written; empty where none was.")]
    before: Annotated[
        ScoredReport, Field(description="Report of the text as it was given; what is flagged in it alone.")
    ]
    after: Annotated[
        ScoredReport,
        Field(
            description="Report of the new text: what is left, with suggestions to check or advice. Offsets are its own."
        ),
    ]


class Comparison(BaseModel):
    """Two versions of a text side by side."""

    version: Annotated[int, Field(description="Of the wire format.")]
    difference: Annotated[float, Field(description="Score of the later version less that of the earlier, -1 to 1.")]
    gone: Annotated[
        list[Phrase], Field(description="Flagged before and no more; offsets are those of the earlier text.")
    ]
    new: Annotated[list[Phrase], Field(description="Flagged now and not before; offsets are those of the later text.")]
    before: Annotated[ScoredReport, Field(description="Report of the earlier version.")]
    after: Annotated[ScoredReport, Field(description="Report of the later version.")]
