"""Pydantic models of request bodies. Unknown fields are refused, so that a misspelt setting is noticed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from biasdetect.reading.formats import TEXT_FORMATS, TextFormat, titles
from biasdetect.results import KindChoice, Quotes, Report
from biasdetect.serve.takeaway import TakenForm

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Name = Annotated[str, Field(max_length=300, description="What the report calls it.")]
Text = Annotated[str, Field(description=f"The article: {titles(TEXT_FORMATS)}.")]
Form = Annotated[
    TextFormat | None,
    Field(description="Of the text; recognised by the text and the name's suffix where left out."),
]
Suggest = Annotated[bool, Field(description="Look for wording to use instead; takes longer.")]


class StrictRequest(BaseModel):
    """A request of which every field has to be known and of its type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class SettingsRequest(StrictRequest):
    """What is flagged."""

    threshold: Annotated[
        Share | None, Field(description="Lowest score of a flagged phrase; the model's own where left out.")
    ] = None
    quotes: Annotated[
        Quotes, Field(description="Other people's words: mark them without counting them, count them, or skip them.")
    ] = "mark"
    kind: Annotated[
        KindChoice,
        Field(
            description="In an opinion piece or a review, labels, epithets and exaggeration alone are reported;"
            " auto: where the text calls itself one."
        ),
    ] = "news"
    keep_boilerplate: Annotated[bool, Field(description="Score page boilerplate like prose.")] = False

    def scoring(self) -> dict[str, Any]:
        """The settings of :meth:`biasdetect.Detector.score`, but for ``suggest``."""
        return {
            "threshold": self.threshold,
            "quotes": self.quotes,
            "kind": self.kind,
            "keep_boilerplate": self.keep_boilerplate,
        }


class ScoringRequest(SettingsRequest):
    """How to score."""

    suggest: Suggest = True

    def scoring(self) -> dict[str, Any]:
        """The settings of :meth:`biasdetect.Detector.score`."""
        return {**super().scoring(), "suggest": self.suggest}


class Article(StrictRequest):
    """An article by itself."""

    text: Text
    format: Form = None
    name: Name = ""


class ScoreRequest(ScoringRequest):
    """An article and how to score it."""

    text: Text
    format: Form = None
    name: Name = ""

    @property
    def article(self) -> Article:
        """The article by itself."""
        return Article(text=self.text, format=self.format, name=self.name)


class Stretch(StrictRequest):
    """A stretch of the text, in characters."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


Kept = Annotated[
    list[Stretch],
    Field(max_length=10_000, description="Places of phrases that the writer keeps as they are: they are not reported."),
]


class StreamRequest(ScoreRequest):
    """An article that is shown while it is scored."""

    kept: Kept = []
    changed: Annotated[
        Stretch | None,
        Field(
            description="What was changed since the text was last scored: its paragraphs come first, in a part of their own."
        ),
    ] = None
    thresholds: Annotated[
        list[Share],
        Field(max_length=20, description="For each of them a line lists the phrases, so that a page can move its own."),
    ] = []


class BatchRequest(ScoringRequest):
    """Several articles and how to score them."""

    articles: Annotated[list[Article], Field(min_length=1)]


class Decision(StrictRequest):
    """What a reader says of a phrase, which is named by its place in the source."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    accepted: bool


class AddressRequest(StrictRequest):
    """A page of the web to be opened."""

    url: Annotated[str, Field(max_length=4000, description="Its address, of http or https.")]


class ChangeRequest(Stretch):
    """Words that took the place of a stretch of the text as it was opened."""

    new: str


class OriginalRequest(StrictRequest):
    """What the text was taken from: HTML, or a Word document."""

    html: Annotated[str | None, Field(description="HTML.")] = None
    docx: Annotated[str | None, Field(description="The bytes of a Word document, in Base64.")] = None
    name: Name = ""
    whole: Annotated[bool, Field(description="Whether it was opened with `whole`.")] = False
    changes: Annotated[
        list[ChangeRequest], Field(max_length=50_000, description="Of the text as it was opened, in order.")
    ] = []


class TakeRequest(SettingsRequest):
    """An edited text, and the form in which it is taken along."""

    text: Text
    format: Form = None
    name: Name = ""
    form: TakenForm
    original: Annotated[OriginalRequest | None, Field(description="Keeps its markup, where the form is its own.")] = (
        None
    )
    kept: Kept = []


class ReviewRequest(ScoreRequest):
    """A reviewed article."""

    decisions: list[Decision]
    annotator: Annotated[str, Field(max_length=100, description="Who decided; stands in every record.")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredReport(Report):
    """For the documentation: a report as it travels, in the wire format of this version."""

    version: int


class Failure(BaseModel):
    """Why a request was not answered."""

    error: Annotated[str, Field(description="A short fixed name, for programs.")]
    message: Annotated[str, Field(description="What is wrong and what to do.")]


class BatchResult(BaseModel):
    """One article of a batch: a report, or why there is none."""

    report: ScoredReport | None = None
    error: str | None = None
    message: str | None = None
