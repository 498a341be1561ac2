"""The pipeline, top to bottom: text, document, sentences with voices, scores, phrases, report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

from biasdetect.errors import MissingExtraError
from biasdetect.language.english import other_language
from biasdetect.language.sentences import split_sentences
from biasdetect.language.voice import VoiceMap, find_quotations
from biasdetect.model.categories import WHY
from biasdetect.model.folder import is_classifier, open_model
from biasdetect.model.phrases import decode, sigmoid
from biasdetect.model.runtime import OnnxRuntime, Runtime, Scored
from biasdetect.reading.document import Document
from biasdetect.reading.text import read_text
from biasdetect.results import Phrase, Quotes, Report, Sentence, Settings, Skipped, Voice


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
        self, text: str | Document, *, name: str = "", threshold: float | None = None, quotes: Quotes = "mark"
    ) -> Report:
        """Score an article.

        Args:
            text: plain text, or a document from :mod:`biasdetect.reading`.
            name: what the report calls it; a document brings its own name.
            threshold: lowest score of a flagged phrase, 0 to 1; the model's own by default.
            quotes: ``mark`` flags quoted words without counting them, ``count`` counts them as the
                outlet's, ``skip`` leaves them out.

        Raises:
            ValueError: for a threshold or a quotes setting that does not exist.
        """
        settings = self._settings(threshold, quotes)
        document = text if isinstance(text, Document) else read_text(text, name)
        source = document.text
        voices = list(_sentences(document))
        skipped = [
            Skipped(source[block.start : block.end], block.start, block.end, block.reason)
            for block in document.blocks
            if block.reason
        ]
        if quotes == "skip":
            skipped += [
                Skipped(source[start:end], start, end, "quotation") for voice in voices for start, end in voice.quotes
            ]
        # One pass finds the phrases, quoted ones as if the outlet had said them; sentences with reported
        # speech are scored again without it, since what somebody else said must not raise the score.
        texts = [source[voice.start : voice.end] for voice in voices]
        scored = self._runtime.run([voice.without_marks(source) for voice in voices])
        own = (
            {}
            if quotes == "count"
            else {i: voice.without_quotes(source) for i, voice in enumerate(voices) if voice.quotes}
        )
        rescored = dict(zip(own, self._runtime.run(list(own.values())), strict=True))
        sentences = []
        for index, voice in enumerate(voices):
            if voice.is_quote and quotes == "skip":
                continue
            phrases = tuple(
                phrase
                for phrase in self._phrases(texts[index], scored[index], settings.threshold, voice)
                if quotes != "skip" or phrase.voice != "quote"
            )
            score = self._probability(rescored.get(index, scored[index]))
            kind: Voice = "quote" if voice.is_quote else "outlet"
            sentences.append(Sentence(texts[index], voice.start, voice.end, score, kind, phrases))
        counted = [sentence.score for sentence in sentences if quotes == "count" or sentence.voice == "outlet"]
        return Report(
            source=document.name,
            model=self.folder.label,
            score=sum(counted) / len(counted) if counted else 0.0,
            sentences=tuple(sentences),
            skipped=tuple(sorted(skipped, key=lambda piece: piece.start)),
            settings=settings,
            warnings=_warnings(source),
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
        lowest = self._settings(threshold, "count").threshold
        return [
            Sentence(
                text, 0, len(text), self._probability(scored), "outlet", tuple(self._phrases(text, scored, lowest))
            )
            for text, scored in zip(sentences, self._runtime.run(sentences), strict=True)
        ]

    def _settings(self, threshold: float | None, quotes: Quotes) -> Settings:
        if quotes not in get_args(Quotes):
            raise ValueError(f"quotes must be one of {', '.join(get_args(Quotes))}, not {quotes!r}")
        if threshold is not None and not 0 <= threshold <= 1:
            raise ValueError(f"threshold must lie between 0 and 1, not {threshold!r}")
        return Settings(self.folder.config.threshold if threshold is None else threshold, quotes)

    def _probability(self, scored: Scored) -> float:
        return float(sigmoid(scored.logit, self.folder.config.sentence))

    def _phrases(self, text: str, scored: Scored, threshold: float, voice: VoiceMap | None = None) -> Iterator[Phrase]:
        config = self.folder.config
        offset = voice.start if voice else 0
        for span in decode(text, scored.offsets, scored.token_logits, threshold, config.phrase):
            start, end = offset + span.start, offset + span.end
            category = config.categories[span.category]
            yield Phrase(
                text[span.start : span.end],
                start,
                end,
                span.score,
                category,
                voice.voice(start, end) if voice else "outlet",
                WHY.get(category, ""),
            )


def _sentences(document: Document) -> Iterator[VoiceMap]:
    text = document.text
    blocks = [block for block in document.blocks if not block.reason]
    for index, block in enumerate(blocks):
        following = blocks[index + 1].start if index + 1 < len(blocks) else len(text)
        quotations = find_quotations(text, block.start, block.end, text[following : following + 1])
        for start, end in split_sentences(text, block.start, block.end):
            yield VoiceMap(text, start, end, quotations)


def _warnings(text: str) -> tuple[str, ...]:
    language = other_language(text)
    if language:
        return (f"The text looks like {language}, not English. The model reads English: do not rely on these scores.",)
    return ()
