"""The pipeline, top to bottom: document, sentences with voices, scores, phrases, report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from biasdetect.english.language import other_language
from biasdetect.house.rules import Rules, apply_rules, is_house
from biasdetect.language.sentences import split_sentences
from biasdetect.language.voice import VoiceMap, find_quotations, find_speakers
from biasdetect.model.categories import CATEGORIES, WHY
from biasdetect.model.opening import open_runtime
from biasdetect.model.phrases import decode, sigmoid, without
from biasdetect.model.runtime import Runtime, Scored
from biasdetect.reading.document import Block, Document
from biasdetect.reading.text import read_text
from biasdetect.results import Kind, Phrase, Precision, Quotes, Report, Sentence, Settings, Skipped
from biasdetect.util.numbers import PROBABILITY

if TYPE_CHECKING:
    from biasdetect.suggest import Judged

# kinds in which the writer's stance belongs to the genre, and what is reported there all the same
_GENRES: dict[Kind, str] = {"opinion": "an opinion piece", "review": "a review"}
_IN_EVERY_GENRE = ("labeling", "epithet", "exaggeration")
_NO_RULES = Rules(marks=False)
_GENRE_NOTE = (
    "Read as {}: the writer's stance belongs to the genre, so labels, epithets and exaggeration alone are reported."
)


def load(
    name_or_path: str | Path | None = None,
    *,
    threads: int | None = None,
    device: str | None = None,
    precision: Precision = "exact",
) -> Detector:
    """Load a detector.

    Args:
        name_or_path: a model folder, a name on the Hugging Face hub (``owner/name``), or None for the
            model that ships with the package. A transformers sequence classifier serves too: its
            phrases are those without which its probability falls, and they have no category.
        threads: that the model computes on, 1 to 256; by default the cores there are, up to four. Where many
            articles are scored, a process per core with one thread each is faster than one process with all.
        device: of torch, such as ``cuda``; needs the ``train`` extra. The processor, without torch, by default.
        precision: ``fast`` computes in eight bits what is plain and exactly what is near a decision, where the model
            has a graph for it; it pays where many articles are scored.

    Raises:
        ModelError: where the model is missing, incomplete, altered or no classifier.
        MissingExtraError: for a transformers classifier or a device, where torch or transformers is not installed.
        ValueError: for a number of threads or a precision that does not exist.
    """
    return Detector(open_runtime(name_or_path, threads, device, precision))


class Detector:
    """Scores texts with one model. It is safe to share between threads; what it scored lately it does not run again."""

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
        kind: Kind | None = None,
        keep_boilerplate: bool = False,
        suggest: bool = True,
        rules: Rules = _NO_RULES,
    ) -> Report:
        """Score an article.

        Args:
            text: plain text, or a document from :func:`biasdetect.read` or :func:`biasdetect.read_file`.
            name: what the report calls it; a document brings its own name.
            threshold: lowest score of a flagged phrase, 0 to 1; that of the rules or the model's own by default.
            quotes: ``mark`` flags other people's words without counting them, ``count`` counts them as
                the outlet's, ``skip`` leaves quotations out.
            kind: ``news``, the default, or ``opinion`` or ``review``, whose writer may judge: only labels, epithets
                and exaggeration are reported there.
            keep_boilerplate: score page furniture like prose.
            suggest: look for wording to use instead of each phrase that the outlet answers for; the edited
                sentences are scored again, a few for each phrase.
            rules: a house style's for this document, see :mod:`biasdetect.house`; with ``Rules()``, marks in
                Markdown and HTML alone silence findings. ``threshold`` and ``kind`` win over what they say.

        Raises:
            ValueError: for a threshold, a quotes setting or a kind that does not exist.
            TypeError: for a threshold that is no number.
        """
        if threshold is None:
            threshold = rules.threshold
        else:
            rules = rules.without_thresholds()
        kind = kind or rules.kind or "news"
        settings = self._settings(threshold, quotes, kind, keep_boilerplate)
        document = text if isinstance(text, Document) else read_text(text, name)
        blocks = [block for block in document.blocks if keep_boilerplate or not block.reason]
        voices = list(_sentences(document.text, blocks))
        speakers = find_speakers(voices, document.text)
        outputs, scores = self._run(document.text, voices)
        headlines = {block.start for block in blocks if block.role == "headline"}  # each is one sentence
        reported = [
            entry
            for entry in zip(voices, outputs, scores, speakers, strict=True)
            if not (entry[0].is_quote and quotes == "skip")
        ]
        sentences = tuple(
            replace(
                self._sentence(document, voice, output, score, settings, rules),
                speaker=speaker,
                role="headline" if voice.start in headlines else "body",
            )
            for voice, output, score, speaker in reported
        )
        own = _mean([score.outlet for score in scores])
        whole = _mean([score.whole for score in scores])
        report = Report(
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
        report = apply_rules(report, document.source, rules if document.places else replace(rules, marks=False))
        if not suggest or not any(phrase.counts for phrase in report.phrases):
            return report
        from biasdetect.suggest import add_suggestions  # what it knows of words is read where a phrase is flagged

        return add_suggestions(
            report,
            document,
            [voice for voice, *_ in reported],
            lambda edited: self._judged(edited, settings, rules),
            rules.flag,
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
        if threshold is not None:
            PROBABILITY.check("threshold", threshold)
        lowest = self.folder.config.threshold if threshold is None else threshold
        return Settings(lowest, quotes, kind, keep_boilerplate)

    def _probability(self, output: Scored) -> float:
        return float(sigmoid(output.logit, self.folder.config.sentence))

    def _run(self, text: str, voices: Sequence[VoiceMap]) -> tuple[list[Scored], list[_Scores]]:
        """Sentences in which others speak are scored thrice: as they stand, what the outlet says, and what they do."""
        others = [index for index, voice in enumerate(voices) if voice.others]
        mixed = [index for index in others if not voices[index].is_quote]
        outputs = self._runtime.run(
            [voice.without_marks(text) for voice in voices]
            + [voices[index].without_others(text) for index in mixed]
            + [_words_of_others(text, voices[index]) for index in others]
        )
        whole, apart = outputs[: len(voices)], outputs[len(voices) :]
        own_outputs = dict(zip(mixed, apart, strict=False))
        other_outputs = dict(zip(others, apart[len(mixed) :], strict=True))
        return whole, [
            _Scores(
                whole=self._probability(output),
                outlet=None if voice.is_quote else self._probability(own_outputs.get(index, output)),
                others=self._probability(other_outputs[index]) if index in other_outputs else None,
            )
            for index, (voice, output) in enumerate(zip(voices, whole, strict=True))
        ]

    def _flagged(self, voice: VoiceMap, output: Scored, settings: Settings, rules: Rules) -> list[tuple[int, int]]:
        """Where phrases stand in a sentence, whoever says them and whatever the genre."""
        found = rules.flagged(voice.text, self._found(voice.text, output, settings, rules))
        return [(phrase.start, phrase.end) for phrase in found]

    def _judged(self, voices: Sequence[VoiceMap], settings: Settings, rules: Rules) -> list[Judged]:
        """Sentences that stand by themselves, scored as those of a report are."""
        from biasdetect.suggest import Judged

        apart = [
            index
            for index, voice in enumerate(voices)
            if voice.others and not voice.is_quote and settings.quotes != "count"
        ]
        outputs = self._runtime.run(
            [voice.without_marks(voice.text) for voice in voices]
            + [voices[index].without_others(voices[index].text) for index in apart]
        )
        counted = {**dict(enumerate(outputs[: len(voices)])), **dict(zip(apart, outputs[len(voices) :], strict=True))}
        return [
            Judged(self._probability(counted[index]), tuple(self._flagged(voice, outputs[index], settings, rules)))
            for index, voice in enumerate(voices)
        ]

    def _sentence(
        self,
        document: Document,
        voice: VoiceMap,
        output: Scored,
        score: _Scores,
        settings: Settings,
        rules: Rules,
    ) -> Sentence:
        counted = score.whole if settings.quotes == "count" else score.others if score.outlet is None else score.outlet
        return Sentence(
            document.text[voice.start : voice.end],
            *document.span(voice.start, voice.end),
            counted or 0.0,
            "quote" if voice.is_quote else "outlet",
            tuple(self._phrases(document, voice, output, settings, rules)),
        )

    def _phrases(
        self, document: Document, voice: VoiceMap, output: Scored, settings: Settings, rules: Rules
    ) -> Iterator[Phrase]:
        """The phrases of a sentence of a document, each with its voice."""
        words = document.text[voice.start : voice.end]
        for phrase in rules.flagged(words, self._found(words, output, settings, rules)):
            start, end = voice.start + phrase.start, voice.start + phrase.end
            whose = voice.voice(start, end)
            if whose == "quote" and settings.quotes == "skip":
                continue
            first, last = document.span(start, end)
            if is_house(phrase):
                yield replace(phrase, start=first, end=last, voice=whose)
                continue
            # scare quotes are doubt, whatever stands in them
            category = "doubt" if whose == "scare-quote" else phrase.category
            if category in (_IN_EVERY_GENRE if settings.kind in _GENRES else CATEGORIES):
                yield replace(phrase, start=first, end=last, category=category, voice=whose, why=WHY.get(category, ""))

    def _found(self, text: str, output: Scored, settings: Settings, rules: Rules = _NO_RULES) -> Iterator[Phrase]:
        """The phrases of a text that stands for itself."""
        config = self.folder.config
        spans = decode(text, output.offsets, output.token_logits, settings.threshold, config.phrase)
        for name, lowest in rules.lowered(settings.threshold).items():
            rest = without(output.offsets, output.token_logits, spans)
            more = decode(text, output.offsets, rest, lowest, config.phrase)
            spans += [span for span in more if config.categories[span.category] == name]
        for span in sorted(spans, key=lambda span: span.start):
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
