"""The results of scoring: small, frozen, typed. ``to_dict`` and ``from_dict`` are the wire format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from biasdetect.answer import Answer, answer_of, remedy_of
from biasdetect.errors import MissingExtraError

if TYPE_CHECKING:
    import pandas

Quotes = Literal["mark", "count", "skip"]
Kind = Literal["news", "opinion", "review"]
KindChoice = Literal["news", "opinion", "review", "auto"]
Role = Literal["headline", "body", "caption", "footnote"]
Precision = Literal["exact", "fast"]
Rows = Literal["sentences", "phrases"]
Change = Literal["deletion", "word", "rephrasing"]
Grade = Literal["safe", "check"]
Relation = Literal["same", "wider"]
Origin = Literal["model", "house"]
Severity = Literal["strong", "medium", "slight"]

WIRE_VERSION = 3

SEVERITIES: tuple[tuple[Severity, float], ...] = (("strong", 0.75), ("medium", 0.5), ("slight", 0.0))
"""The one scale by which terminals, pages, editors and SARIF show phrases, and the lowest score for each step, 0 to 1; the
strongest first. An editor and SARIF have a strong one as a warning, and the others as a note."""


def severity_of(score: float) -> Severity:
    """The step of :data:`SEVERITIES` that a score belongs to."""
    return next(name for name, least in SEVERITIES if score >= least)


class Voice(StrEnum):
    """Whose words they are. Each is its own text, ``Voice.QUOTE == "quote"``, also in JSON and in tables."""

    OUTLET = "outlet"
    QUOTE = "quote"
    SCARE_QUOTE = "scare-quote"
    ATTRIBUTED = "attributed"

    __repr__ = str.__repr__

    @property
    def description(self) -> str:
        """What it is, for people."""
        return _DESCRIPTIONS[self]

    @property
    def counts(self) -> bool:
        """Whether the outlet answers for such words: its own, and those that it doubts by quotation marks."""
        return self in (Voice.OUTLET, Voice.SCARE_QUOTE)


_DESCRIPTIONS = {
    Voice.OUTLET: "your own words",
    Voice.SCARE_QUOTE: "your own doubt, in quotation marks",
    Voice.QUOTE: "quoted words",
    Voice.ATTRIBUTED: "words of others, in paraphrase",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Wording to use instead of a phrase, checked by scoring the edited sentence again.

    Attributes:
        text: what to put in place of ``source[start:end]``.
        start: character offset of the edit's first character in the source; it may lie before the phrase,
            where an article, a space or a comma changes with it.
        end: character offset after the edit's last character.
        words: the wording by itself, for display; empty for a deletion.
        kind: ``deletion``; ``word`` for one word in the place of one; ``rephrasing`` for all else.
        before: score of the sentence as it stands, 0 to 1.
        after: its score with the edit, 0 to 1.
        grade: ``safe`` where nothing but a judgement goes, or a word of the same meaning comes, and all safe edits of the
            sentence may be made together; ``check`` where somebody has to see that the sentence still says what it said.
        relation: ``wider`` where the wording says less of the world than what it replaces (a ruler for a dictator), else ``same``.
    """

    text: str
    start: int
    end: int
    words: str
    kind: Change
    before: float
    after: float
    grade: Grade = "check"
    relation: Relation = "same"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Loaded wording in a text.

    Attributes:
        text: the wording itself.
        start: character offset of its first character in the source.
        end: character offset after its last character; ``source[start:end]`` is the text, and its
            markup and entities where the source has any.
        score: calibrated probability, 0 to 1, that trained annotators would mark the phrase.
        category: one of :data:`biasdetect.CATEGORIES`, or of the model's own.
        voice: whose words they are; the outlet answers for its own and for scare quotes.
        why: one line for the reader: what these words do, as a clause ("passes a verdict on the mayor …"); what the category
            is, where that is not known.
        suggestions: wording to use instead, best first, at most three; empty where none passes the check, and
            for words that the outlet does not answer for.
        position: character offset of its first character in the text of its sentence.
        origin: ``model``, or ``house`` where a house style asks for it to be flagged.
        advice: what the writer may do where no wording is safe to offer; never applied. Empty where there is a suggestion,
            where the model knows none, and for words that the outlet does not answer for.
        pattern: what the words do, one of :data:`biasdetect.model.patterns.PATTERNS`; empty where that is not known.
    """

    text: str
    start: int
    end: int
    score: float
    category: str
    voice: Voice = Voice.OUTLET
    why: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    position: int = 0
    origin: Origin = "model"
    advice: str = ""
    pattern: str = ""

    @property
    def counts(self) -> bool:
        """Whether the outlet answers for these words."""
        return Voice(self.voice).counts

    @property
    def severity(self) -> Severity:
        """How strongly it is shown, by its score."""
        return severity_of(self.score)

    @property
    def remedy(self) -> str:
        """What to do about it, as a clause without a full stop: its first suggestion, or the advice; empty without either."""
        return remedy_of(self)

    def to_dict(self) -> dict[str, Any]:
        """As in :meth:`Report.to_dict`, where ``severity`` and ``remedy`` stand too."""
        return {**asdict(self, dict_factory=_plain), "severity": self.severity, "remedy": self.remedy}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Phrase:
        """Inverse of :meth:`to_dict`."""
        known = {name: value for name, value in data.items() if name not in ("severity", "remedy")}
        suggestions = tuple(Suggestion(**found) for found in data["suggestions"])
        return cls(**{**known, "voice": Voice(data["voice"]), "suggestions": suggestions})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, as the model reads it: what phrases are made of.

    Attributes:
        text: the word; hyphens and apostrophes inside it belong to it.
        start: character offset of its first character in the source.
        end: character offset after its last character; ``source[start:end]`` is the text, and its markup and entities
            where the source has any.
        score: calibrated probability, 0 to 1, that trained annotators would mark the word.
        categories: of each of the model's categories the probability that the word is marked and is of it; together they
            are the score.
        others: probability, 0 to 1, that it is somebody else's word; None where the model tells no voices.
    """

    text: str
    start: int
    end: int
    score: float
    categories: dict[str, float]
    others: float | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A scored sentence.

    Attributes:
        text: the sentence as it is read.
        start: character offset of its first character in the source.
        end: character offset after its last one; ``source[start:end]`` is the text, and its markup and
            entities where the source has any.
        score: calibrated probability, 0 to 1, that trained annotators would call it biased. In a
            report it judges the words that count under the report's ``quotes`` setting, and the words
            themselves where the sentence is a quotation through and through; there it is at most 0.49
            where no phrase in those words reaches the model's own threshold, so that a score above one
            half always has a reason.
        voice: ``quote`` where it consists of reported speech alone, else ``outlet``.
        phrases: the loaded wording in it, in order.
        speaker: who says the words that are not the outlet's, as the text names them; None where
            there are no such words or nobody is named.
        role: ``headline`` for the document's title, ``caption`` and ``footnote`` where the format says so (styles and notes
            of Word, footnotes of Markdown), ``body`` for all else.
    """

    text: str
    start: int
    end: int
    score: float
    voice: Voice = Voice.OUTLET
    phrases: tuple[Phrase, ...] = ()
    speaker: str | None = None
    role: Role = "body"

    def to_dict(self) -> dict[str, Any]:
        """As in :meth:`Report.to_dict`."""
        phrases = [phrase.to_dict() for phrase in self.phrases]
        return {**asdict(replace(self, phrases=()), dict_factory=_plain), "phrases": phrases}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Sentence:
        """Inverse of :meth:`to_dict`."""
        phrases = tuple(Phrase.from_dict(phrase) for phrase in data["phrases"])
        return cls(**{**data, "voice": Voice(data["voice"]), "phrases": phrases})


@dataclass(frozen=True, slots=True)
class Skipped:
    """A piece of the source that was not scored, and why (boilerplate, a quotation)."""

    text: str
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says about itself; empty strings where it says nothing.

    Attributes:
        title: its title.
        date: day of publication, ``YYYY-MM-DD``.
        outlet: name of the site or paper.
        language: ISO 639-1 code.
    """

    title: str = ""
    date: str = ""
    outlet: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class OwnCategory:
    """A category of a model's own, beside or in place of :data:`biasdetect.CATEGORIES`.

    Attributes:
        name: as phrases have it: small letters, digits and hyphens.
        title: as people read it.
        definition: what it is, in a line; may be empty.
        colour: ``#rrggbb``; pages take the shade of it that can be read on theirs.
    """

    name: str
    title: str
    definition: str
    colour: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What a report was made with.

    Attributes:
        threshold: phrases with a lower score are not flagged, 0 to 1.
        quotes: ``mark`` flags other people's words but does not count them, ``count`` counts them as
            the outlet's own, ``skip`` leaves quotations out.
        kind: what the text was read as; in an ``opinion`` piece or a ``review`` the writer's stance
            belongs to the genre, and only labels, epithets and exaggeration are reported.
        keep_boilerplate: whether boilerplate was scored like prose.
    """

    threshold: float
    quotes: Quotes = "mark"
    kind: Kind = "news"
    keep_boilerplate: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A scored document.

    Attributes:
        source: name of the document: a path, a URL, ``-`` for standard input, or what the caller gave.
        model: name and fingerprint of the model, ``name@fingerprint``.
        score: the expected share of the document's sentences that trained annotators would call
            biased, 0 to 1: the mean of the scores of the sentences that count.
        outlet_score: the same for what the outlet says, other people's words left out; None where it
            says nothing itself.
        others_score: the same for the words of others, quoted or in paraphrase; None where there are
            none or they were skipped.
        sentences: every scored sentence, in order.
        skipped: every piece that was not scored, in order.
        settings: what the report was made with.
        metadata: what the document says about itself.
        notes: how the text was read, where that is not the default.
        warnings: what a reader should know before trusting the scores.
        foreign_language: code of the text's language where that is not the one that the model reads, ``und`` where
            it has no name here; empty elsewhere. Where it is set, the scores say nothing and no wording is suggested.
        categories: those of the model's own, so that whoever shows the report can explain them; none for ours.
        language: ISO 639-1 code of the language that the model reads; empty where it does not say.
    """

    source: str
    model: str
    score: float
    outlet_score: float | None
    others_score: float | None
    sentences: tuple[Sentence, ...]
    skipped: tuple[Skipped, ...]
    settings: Settings
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    foreign_language: str = ""
    categories: tuple[OwnCategory, ...] = ()
    language: str = ""

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """All flagged phrases, in order."""
        return tuple(phrase for sentence in self.sentences for phrase in sentence.phrases)

    @property
    def answer(self) -> Answer:
        """What to change, in a sentence, and the worst of the writer's own words."""
        return answer_of(self)

    @property
    def headline(self) -> Sentence | None:
        """The document's headline, where it has one."""
        return next((sentence for sentence in self.sentences if sentence.role == "headline"), None)

    @property
    def difference(self) -> float | None:
        """How much more loaded than the outlet's own words those of others are, -1 to 1; None without both."""
        if self.outlet_score is None or self.others_score is None:
            return None
        return self.others_score - self.outlet_score

    def to_frame(self, rows: Rows = "sentences") -> pandas.DataFrame:
        """The report as a table, for notebooks; reports one below the other are ``pandas.concat`` of theirs.

        Args:
            rows: ``sentences``, one a scored sentence with the number of its phrases that the outlet answers
                for (``flagged``) and of others' (``others``); or ``phrases``, one a flagged phrase.

        Raises:
            MissingExtraError: where pandas is not installed.
            ValueError: for rows of another kind.
        """
        try:
            import pandas
        except ImportError as error:
            raise MissingExtraError("A report as a table", "notebook") from error
        if rows not in _COLUMNS:
            raise ValueError(f"rows must be one of {', '.join(_COLUMNS)}, not {rows!r}")
        lines = []
        for number, sentence in enumerate(self.sentences, 1):
            about = (self.source, self.metadata.outlet, self.metadata.date, number)
            if rows == "sentences":
                lines.append((*about, *_of_sentence(sentence)))
            else:
                lines += [(*about, *_of_phrase(phrase, sentence)) for phrase in sentence.phrases]
        return pandas.DataFrame(lines, columns=list(_COLUMNS[rows]))

    def _repr_html_(self) -> str | None:
        """What a notebook shows, once the package has said how: see :func:`show_in_notebooks`."""
        return _in_notebooks[0](self) if _in_notebooks else None

    def to_dict(self) -> dict[str, Any]:
        """The wire format: plain dictionaries, lists, strings and numbers.

        ``answer`` stands in it too, its ``worst`` as pairs: the number of a sentence, and of a phrase in it, from 0.
        """
        answer = self.answer
        numbers = {
            id(phrase): [row, column]
            for row, sentence in enumerate(self.sentences)
            for column, phrase in enumerate(sentence.phrases)
        }
        return {
            "version": WIRE_VERSION,
            "answer": {
                "text": answer.text,
                **asdict(replace(answer, worst=()), dict_factory=_plain),
                "worst": [numbers[id(phrase)] for phrase in answer.worst],
            },
            **asdict(replace(self, sentences=()), dict_factory=_plain),
            "sentences": [sentence.to_dict() for sentence in self.sentences],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Report:
        """Inverse of :meth:`to_dict`, also after a trip through JSON.

        Raises:
            ValueError: for a wire format of another version.
        """
        if data.get("version") != WIRE_VERSION:
            raise ValueError(f"report of wire version {data.get('version')!r}; this biasdetect reads {WIRE_VERSION}")
        return cls(
            source=data["source"],
            model=data["model"],
            score=data["score"],
            outlet_score=data["outlet_score"],
            others_score=data["others_score"],
            sentences=tuple(Sentence.from_dict(sentence) for sentence in data["sentences"]),
            skipped=tuple(Skipped(**piece) for piece in data["skipped"]),
            settings=Settings(**data["settings"]),
            metadata=Metadata(**data["metadata"]),
            notes=tuple(data["notes"]),
            warnings=tuple(data["warnings"]),
            foreign_language=data.get("foreign_language", ""),
            categories=tuple(OwnCategory(**category) for category in data.get("categories", ())),
            language=data.get("language", ""),
        )


_COLUMNS: dict[Rows, tuple[str, ...]] = {
    "sentences": ("source", "outlet", "date", "sentence", "role", "voice", "speaker", "score", "flagged", "others", "text", "start", "end"),
    "phrases": ("source", "outlet", "date", "sentence", "phrase", "category", "score", "voice", "counts", "sentence_score", "why", "instead", "start", "end"),
}  # fmt: skip


def _of_sentence(sentence: Sentence) -> tuple[Any, ...]:
    own = sum(phrase.counts for phrase in sentence.phrases)
    others = len(sentence.phrases) - own
    said = (sentence.role, str(sentence.voice), sentence.speaker)
    return *said, sentence.score, own, others, sentence.text, sentence.start, sentence.end


def _of_phrase(phrase: Phrase, sentence: Sentence) -> tuple[Any, ...]:
    instead = phrase.suggestions[0].words if phrase.suggestions else None
    found = (phrase.text, phrase.category, phrase.score, str(phrase.voice), phrase.counts)
    return *found, sentence.score, phrase.why, instead, phrase.start, phrase.end


_in_notebooks: list[Callable[[Report], str]] = []


def show_in_notebooks(render: Callable[[Report], str]) -> None:
    """Have notebooks show reports as the HTML that a function makes of them; results know no form of output."""
    _in_notebooks[:] = [render]


def _plain(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """Fields as a dictionary, a voice as the text that it is: not every writer of a format knows enumerations."""
    return {name: value.value if isinstance(value, Voice) else value for name, value in fields}
