"""The pipeline, top to bottom: document, sentences with voices, scores, phrases, report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from biasdetect.errors import MissingExtraError
from biasdetect.language.english import other_language
from biasdetect.language.sentences import split_sentences
from biasdetect.language.voice import VoiceMap, find_quotations, find_speakers
from biasdetect.model.categories import CATEGORIES, WHY
from biasdetect.model.folder import is_classifier, open_model
from biasdetect.model.phrases import decode, sigmoid
from biasdetect.model.runtime import OnnxRuntime, Runtime, Scored
from biasdetect.reading.document import Block, Document
from biasdetect.reading.text import read_text
from biasdetect.results import Kind, Phrase, Quotes, Report, Sentence, Settings, Skipped

# kinds in which the writer's stance belongs to the genre, and what is reported there all the same
_GENRES: dict[Kind, str] = {"opinion": "an opinion piece", "review": "a review"}
_IN_EVERY_GENRE = ("labeling", "epithet", "exaggeration")
_GENRE_NOTE = (
    "Read as {}: the writer's stance belongs to the genre, so labels, epithets and exaggeration alone are reported."
)


def load(name_or_path: str | Path | None = None) -> Detector:
    """Load a detector.

    Args:
        name_or_path: a model folder, a name on the Hugging Face hub (``owner/name``), or None for the
            model that ships with the package. A transformers sequence classifier serves too: its
            phrases are those without which its probability falls, and they have no category.

    Raises:
        ModelError: where the model is missing, incomplete, altered or no classifier.
        MissingExtraError: for a transformers classifier, where torch or transformers is not installed.
    """
    if is_classifier(name_or_path):
        try:
            from biasdetect.model.classifier import ClassifierRuntime
        except ImportError as error:
            raise MissingExtraError("Scoring with a transformers classifier", "train") from error
        return Detector(ClassifierRuntime(str(name_or_path)))
    return Detector(OnnxRuntime(open_model(name_or_path)))


class Detector:
    """Scores texts with one model. It keeps no state between calls and is safe to share between threads."""

    def __init__(self, runtime: Runtime) -> None:
        self.folder = runtime.folder
        self._runtime = runtime

    def score(
        self,
        text: str | Document,
        *,
        name: str = "",
        threshold: float | None = None,
        quotes: Quotes = "mark",
        kind: Kind = "news",
        keep_boilerplate: bool = False,
    ) -> Report:
        """Score an article.

        Args:
            text: plain text, or a document from :func:`biasdetect.read` or :func:`biasdetect.read_file`.
            name: what the report calls it; a document brings its own name.
            threshold: lowest score of a flagged phrase, 0 to 1; the model's own by default.
            quotes: ``mark`` flags other people's words without counting them, ``count`` counts them as
                the outlet's, ``skip`` leaves quotations out.
            kind: ``news``, or ``opinion`` or ``review``, whose writer may judge: only labels, epithets
                and exaggeration are reported there.
            keep_boilerplate: score page furniture like prose.

        Raises:
            ValueError: for a threshold, a quotes setting or a kind that does not exist.
        """
        settings = self._settings(threshold, quotes, kind, keep_boilerplate)
        document = text if isinstance(text, Document) else read_text(text, name)
        blocks = [block for block in document.blocks if keep_boilerplate or not block.reason]
        voices = list(_sentences(document.text, blocks))
        speakers = find_speakers(voices, document.text)
        outputs = self._runtime.run([voice.without_marks(document.text) for voice in voices])
        scores = self._scores(document.text, voices, outputs)
        headlines = {block.start for block in blocks if block.role == "headline"}  # each is one sentence
        sentences = tuple(
            replace(
                self._sentence(document, voice, output, score, settings),
                speaker=speaker,
                role="headline" if voice.start in headlines else "body",
            )
            for voice, output, score, speaker in zip(voices, outputs, scores, speakers, strict=True)
            if not (voice.is_quote and quotes == "skip")
        )
        own = _mean([score.outlet for score in scores])
        whole = _mean([score.whole for score in scores])
        return Report(
            source=document.name,
            model=self.folder.label,
            score=(whole if quotes == "count" else own) or 0.0,
            outlet_score=own,
            others_score=None if quotes == "skip" else _mean([score.others for score in scores]),
            sentences=sentences,
            skipped=_skipped(document, blocks, voices if quotes == "skip" else []),
            settings=settings,
            metadata=document.metadata,
            notes=(_GENRE_NOTE.format(_GENRES[kind]),) if kind in _GENRES else (),
            warnings=tuple(_warnings(document, blocks)),
        )

    def score_many(self, texts: Iterable[str | Document], **settings: object) -> Iterator[Report]:
        """Score a stream of articles, one report each, in order; settings as in :meth:`score`."""
        for text in texts:
            yield self.score(text, **settings)  # type: ignore[arg-type]

    def score_sentences(self, sentences: Sequence[str], *, threshold: float | None = None) -> list[Sentence]:
        """Score sentences as they stand: nothing split, nothing skipped, no quotation set apart.

        ``score`` is the model's calibrated probability that trained annotators would call the sentence
        biased; offsets point into the sentence.
        """
        settings = self._settings(threshold, "count")
        outputs = self._runtime.run(sentences)
        return [
            Sentence(
                text, 0, len(text), self._probability(output), "outlet", tuple(self._found(text, output, settings))
            )
            for text, output in zip(sentences, outputs, strict=True)
        ]

    def _settings(
        self, threshold: float | None, quotes: Quotes, kind: Kind = "news", keep_boilerplate: bool = False
    ) -> Settings:
        for name, value, values in (("quotes", quotes, get_args(Quotes)), ("kind", kind, get_args(Kind))):
            if value not in values:
                raise ValueError(f"{name} must be one of {', '.join(values)}, not {value!r}")
        if threshold is not None and not 0 <= threshold <= 1:
            raise ValueError(f"threshold must lie between 0 and 1, not {threshold!r}")
        lowest = self.folder.config.threshold if threshold is None else threshold
        return Settings(lowest, quotes, kind, keep_boilerplate)

    def _probability(self, output: Scored) -> float:
        return float(sigmoid(output.logit, self.folder.config.sentence))

    def _scores(self, text: str, voices: Sequence[VoiceMap], outputs: Sequence[Scored]) -> list[_Scores]:
        """Sentences in which others speak are scored twice more: what the outlet says in them, and what they do."""
        others = [index for index, voice in enumerate(voices) if voice.others]
        mixed = [index for index in others if not voices[index].is_quote]
        apart = self._runtime.run(
            [voices[index].without_others(text) for index in mixed]
            + [_words_of_others(text, voices[index]) for index in others]
        )
        own_outputs = dict(zip(mixed, apart, strict=False))
        other_outputs = dict(zip(others, apart[len(mixed) :], strict=True))
        return [
            _Scores(
                whole=self._probability(output),
                outlet=None if voice.is_quote else self._probability(own_outputs.get(index, output)),
                others=self._probability(other_outputs[index]) if index in other_outputs else None,
            )
            for index, (voice, output) in enumerate(zip(voices, outputs, strict=True))
        ]

    def _sentence(
        self,
        document: Document,
        voice: VoiceMap,
        output: Scored,
        score: _Scores,
        settings: Settings,
    ) -> Sentence:
        counted = score.whole if settings.quotes == "count" else score.others if score.outlet is None else score.outlet
        return Sentence(
            document.text[voice.start : voice.end],
            *document.span(voice.start, voice.end),
            counted or 0.0,
            "quote" if voice.is_quote else "outlet",
            tuple(self._phrases(document, voice, output, settings)),
        )

    def _phrases(self, document: Document, voice: VoiceMap, output: Scored, settings: Settings) -> Iterator[Phrase]:
        """The phrases of a sentence of a document, each with its voice."""
        for phrase in self._found(document.text[voice.start : voice.end], output, settings):
            start, end = voice.start + phrase.start, voice.start + phrase.end
            whose = voice.voice(start, end)
            # scare quotes are doubt, whatever stands in them
            category = "doubt" if whose == "scare-quote" else phrase.category
            if category not in (_IN_EVERY_GENRE if settings.kind in _GENRES else CATEGORIES) or (
                whose == "quote" and settings.quotes == "skip"
            ):
                continue
            first, last = document.span(start, end)
            yield replace(phrase, start=first, end=last, category=category, voice=whose, why=WHY.get(category, ""))

    def _found(self, text: str, output: Scored, settings: Settings) -> Iterator[Phrase]:
        """The phrases of a text that stands for itself."""
        config = self.folder.config
        for span in decode(text, output.offsets, output.token_logits, settings.threshold, config.phrase):
            category = config.categories[span.category]
            words = text[span.start : span.end]
            why = WHY.get(category, "")
            yield Phrase(words, span.start, span.end, span.score, category, why=why, position=span.start)


@dataclass(frozen=True, slots=True)
class _Scores:
    """Scores of one sentence: as it stands, of the outlet's words in it, of other people's words in it."""

    whole: float
    outlet: float | None
    others: float | None


def _mean(scores: Sequence[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None


def _sentences(text: str, blocks: Sequence[Block]) -> Iterator[VoiceMap]:
    for index, block in enumerate(blocks):
        following = blocks[index + 1].start if index + 1 < len(blocks) else len(text)
        quotations = find_quotations(text, block.start, block.end, text[following : following + 1])
        whole = [(block.start, block.end)]
        for start, end in whole if block.role == "headline" else split_sentences(text, block.start, block.end):
            yield VoiceMap(text, start, end, quotations)


_QUOTATION_MARKS = "\"'“”„‟«»‹›‘’‚"


def _words_of_others(text: str, voice: VoiceMap) -> str:
    return " … ".join(text[start:end].strip(_QUOTATION_MARKS) for start, end in voice.others)


def _skipped(document: Document, blocks: Sequence[Block], unquoted: Sequence[VoiceMap]) -> tuple[Skipped, ...]:
    """What is not scored: the blocks that are not read, and the quotations of sentences that are read without."""
    read = set(blocks)
    pieces = [(block.start, block.end, block.reason) for block in document.blocks if block not in read]
    pieces += [(start, end, "quotation") for voice in unquoted for start, end in voice.quotes]
    return tuple(
        Skipped(document.text[start:end], *document.span(start, end), reason) for start, end, reason in sorted(pieces)
    )


def _warnings(document: Document, blocks: Sequence[Block]) -> Iterator[str]:
    language = other_language(document.text)
    if language:
        yield f"The text looks like {language}, not English. The model reads English: do not rely on these scores."
    if document.blocks and not blocks:
        yield "Nothing was scored: all of it looks like page furniture. To score it all the same, keep the boilerplate."
