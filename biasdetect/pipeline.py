"""The steps from a document to its report: sentences with voices, scores, phrases; each can be called alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from biasdetect.english.language import UNKNOWN, base, language_name, other_language
from biasdetect.house.rules import Rules
from biasdetect.language.headlines import said_in_headline
from biasdetect.language.sentences import split_sentences
from biasdetect.language.voice import (
    Heard,
    Quotation,
    QuotedSentence,
    VoiceMap,
    find_quotations,
    find_speakers,
    with_said,
)
from biasdetect.model.categories import BY_NAME, CATEGORIES
from biasdetect.model.folder import Calibration, InferenceConfig
from biasdetect.model.phrases import decode, find_words, sigmoid, softmax, without, word_logits, word_means
from biasdetect.model.reasons import pattern_of, reasons_of, why
from biasdetect.model.runtime import Offsets, Runtime, Scored
from biasdetect.model.surroundings import find_lifts, lifted
from biasdetect.reading.document import Block, Document
from biasdetect.reading.genre import Genre
from biasdetect.reading.text import read_text
from biasdetect.results import (
    Kind,
    KindChoice,
    OwnCategory,
    Phrase,
    Quotes,
    Report,
    Role,
    Sentence,
    Settings,
    Skipped,
    Voice,
    Word,
)
from biasdetect.util.arguments import refuse_other_types
from biasdetect.util.numbers import PROBABILITY
from biasdetect.util.patterns import lazy
from biasdetect.util.stretches import masked

NO_RULES = Rules(marks=False)
"""Where there is no house style: not even marks in the text count."""

# kinds in which the writer's stance belongs to the genre, and what is reported there all the same
_GENRES: dict[Kind, str] = {"opinion": "an opinion piece", "review": "a review"}
_IN_EVERY_GENRE = ("labeling", "epithet", "exaggeration")
_DOUBT = "doubt"
_SO_CALLED = "so-called"
_GENRE_NOTE = (
    "Read as {}{}: the writer's stance belongs to the genre, so labels, epithets and exaggeration alone are reported."
)
_GENRE_OFFER = (
    'It calls itself {0} ({1}). To read it as one: --kind {2}, or --kind auto for all such texts (kind="{2}").'
)
HELD = 0.49
"""The highest score, 0 to 1, of words in which nothing is flagged."""

_UNLIKELY = 0.05  # score of words of which nothing is to be said
_AS_IT_IS = Calibration()

# what a page holds much of beside its article
_NO_DOUBT = frozenset(
    (
        "comment section",
        "comment in the margin",
        "pointer to other articles",
        "cookie notice",
        "page footer",
        "navigation",
        "code block",
    )
)
_MUCH = 1 / 3  # of what reads like prose
_FEW_WORDS = 7
_READS_LIKE_PROSE = lazy(r"[.!?…][\"'”’»)\]]*$")
_KEEP = "To score it all the same, keep the boilerplate: --keep-boilerplate, keep_boilerplate=True."


@dataclass(frozen=True, slots=True)
class Context:
    """What a step needs beside its input.

    Attributes:
        runtime: runs texts through the model.
        settings: what the report is made with.
        rules: a house style's for the document.
        genre: what the document calls itself; None where somebody has said what it is to be read as.
    """

    runtime: Runtime
    settings: Settings
    rules: Rules
    genre: Genre | None = None

    def rules_of(self, document: Document) -> Rules:
        """The rules for one document; plain text has no marks."""
        return self.rules if document.places else replace(self.rules, marks=False)

    def probability(self, logit: float) -> float:
        """The calibrated score of a sentence, or of some of its words, 0 to 1."""
        return float(sigmoid(logit, self.runtime.folder.config.sentence))


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a document before it is scored.

    Attributes:
        sentence: where it stands, with its quotation marks.
        role: of its block.
    """

    sentence: QuotedSentence
    role: Role


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model makes of a sentence, in one pass.

    Attributes:
        output: of the sentence as it stands, its words as loaded as they are among those around it; the phrases come from it.
        voice: who answers for which of its words.
        whole: score of the sentence as it stands, 0 to 1.
        outlet: score of the outlet's words in it; None where they are all somebody else's.
        others: score of other people's words in it; None where there are none.
        lift: what the sentences around it add to the loaded logits of its words.

    A score above one half has a reason that can be shown: it is :data:`HELD` where no phrase of the words that it is of
    reaches the model's own threshold.
    """

    output: Scored
    voice: VoiceMap
    whole: float
    outlet: float | None
    others: float | None
    lift: float = 0.0

    def counted(self, settings: Settings) -> float:
        """The score of the words that count under a report's settings; of all words where none does."""
        score = self.whole if settings.quotes == "count" else self.others if self.outlet is None else self.outlet
        return score or 0.0


def as_document(text: str | Document, name: str = "") -> Document:
    """A text as a document; a document is one.

    Raises:
        TypeError: for what is neither.
    """
    refuse_other_types("text", text, (str, Document))
    return text if isinstance(text, Document) else read_text(text, name)


def make_context(
    runtime: Runtime,
    threshold: float | None,
    quotes: Quotes,
    kind: KindChoice | None = None,
    keep_boilerplate: bool = False,
    rules: Rules = NO_RULES,
    genre: Genre | None = None,
) -> Context:
    """The settings of a call, those of the house style, and the model's own, in this order.

    ``auto`` is the kind that the document calls itself (``genre``), where it does; else what the house style says, or news.

    Raises:
        ValueError: for a threshold, a quotes setting or a kind that does not exist.
        TypeError: for a threshold that is no number.
    """
    if threshold is None:
        threshold = rules.threshold
    else:
        rules = rules.without_thresholds()
    chosen = kind or rules.kind
    for name, value, values in (("quotes", quotes, get_args(Quotes)), ("kind", chosen or "auto", get_args(KindChoice))):
        if value not in values:
            raise ValueError(f"{name} must be one of {', '.join(values)}, not {value!r}")
    if threshold is not None:
        PROBABILITY.check("threshold", threshold)
    lowest = runtime.folder.config.threshold if threshold is None else threshold
    settings = Settings(lowest, quotes, _read_as(kind, rules, genre), keep_boilerplate)
    return Context(runtime, settings, rules, genre if chosen in (None, "auto") else None)


def _read_as(kind: KindChoice | None, rules: Rules, genre: Genre | None) -> Kind:
    for choice in (kind, rules.kind):
        if choice == "auto" and genre:
            return genre.kind
        if choice and choice != "auto":
            return choice
    return "news"


def score_as_they_stand(texts: Sequence[str], context: Context) -> list[Sentence]:
    """Sentences of which nothing is split, skipped or set apart. A blank one scores 0.0 and has no phrases."""
    outputs = iter(context.runtime.run([text for text in texts if text.strip()]))
    scored = []
    for text in texts:
        output = next(outputs) if text.strip() else None
        score = context.probability(output.logit) if output else 0.0
        phrases = tuple(find_phrases(text, output, context)) if output else ()
        scored.append(Sentence(text, 0, len(text), score, Voice.OUTLET, phrases))
    return scored


def blocks_to_read(document: Document, *, keep_boilerplate: bool) -> list[Block]:
    """The blocks of a document that are scored."""
    return [block for block in document.blocks if keep_boilerplate or not block.reason]


def prose(document: Document, *, keep_boilerplate: bool) -> str:
    """What is scored of a document, a block below the other; all of it where nothing is."""
    blocks = blocks_to_read(document, keep_boilerplate=keep_boilerplate)
    return "\n".join(document.text[block.start : block.end] for block in blocks) or document.text


def find_passages(document: Document, context: Context) -> list[Passage]:
    """The sentences of a document that are scored, in order."""
    blocks = blocks_to_read(document, keep_boilerplate=context.settings.keep_boilerplate)
    return list(_passages(document, blocks, context.runtime.folder.config.language))


def read_article(passages: Sequence[Passage], context: Context, *, held: bool = True) -> list[Reading]:
    """Read the sentences of one document, each among those around it.

    Args:
        passages: of the document, in order.
        context: of the document.
        held: as for :func:`read_sentences`.
    """
    sentences = [passage.sentence for passage in passages]
    outputs = _outputs(sentences, context)
    return _readings(sentences, outputs, find_lifts(outputs, context.runtime.folder.config), context, held=held)


def read_sentences(
    sentences: Sequence[QuotedSentence], context: Context, *, held: bool = True, lifts: Sequence[float] = ()
) -> list[Reading]:
    """Run sentences through the model, together: scores of all words, of the outlet's and of others', and whose they are.

    Args:
        sentences: of one source or of many.
        context: of the document.
        held: whether scores without a reason are held below one half, as reports have them.
        lifts: of each, what sentences around it add to the loaded logits of its words; nothing where left out.
    """
    return _readings(sentences, _outputs(sentences, context), lifts or [0.0] * len(sentences), context, held=held)


def _readings(
    sentences: Sequence[QuotedSentence],
    outputs: Sequence[Scored],
    lifts: Sequence[float],
    context: Context,
    *,
    held: bool,
) -> list[Reading]:
    if any(lifts):
        outputs = context.runtime.settle(*_inputs(sentences), list(outputs), lifts)
    if context.runtime.folder.config.voice:
        sentences, outputs = _with_speakers(sentences, outputs, context)
    else:
        outputs = _parted(sentences, outputs, context)
    readings = [_reading(*one, context) for one in zip(sentences, outputs, lifts, strict=True)]
    return [_held(reading, context) for reading in readings] if held else readings


def _outputs(sentences: Sequence[QuotedSentence], context: Context) -> list[Scored]:
    return context.runtime.run(*_inputs(sentences))


def _inputs(sentences: Sequence[QuotedSentence]) -> tuple[list[str], list[Offsets]]:
    return [sentence.prose for sentence in sentences], [sentence.quoted for sentence in sentences]


def _with_speakers(
    sentences: Sequence[QuotedSentence], outputs: Sequence[Scored], context: Context
) -> tuple[Sequence[QuotedSentence], list[Scored]]:
    """The sentences, with what a headline's label is heard to say as a quotation, and their outputs as such."""
    whole, found = list(sentences), list(outputs)
    for index, (sentence, output) in enumerate(zip(sentences, outputs, strict=True)):
        if not sentence.headline or sentence.quotations:
            continue
        heard = _heard(sentence, output)
        said = said_in_headline(sentence.text, heard.words, heard.others or (), heard.sources or ())
        if said is not None:
            whole[index] = sentence.with_quotation(said)
            found[index] = _outputs([whole[index]], context)[0]
    return whole, found


def _heard(sentence: QuotedSentence, output: Scored) -> Heard:
    words = find_words(sentence.text)
    others, sources = (
        None if logits is None else word_means(words, output.offsets, logits)
        for logits in (output.others, output.sources)
    )
    return Heard(words, others, sources)


def _parted(sentences: Sequence[QuotedSentence], outputs: Sequence[Scored], context: Context) -> list[Scored]:
    """The outputs of a model that knows no voices, with a logit of what stands outside of quotation marks."""
    mixed = [index for index, sentence in enumerate(sentences) if sentence.quotations]
    apart = context.runtime.run([masked(sentences[index].prose, sentences[index].quoted) for index in mixed])
    found = list(outputs)
    for index, own in zip(mixed, apart, strict=True):
        found[index] = replace(outputs[index], parts=(own.logit, outputs[index].logit))
    return found


def _reading(sentence: QuotedSentence, output: Scored, lift: float, context: Context) -> Reading:
    voice = VoiceMap(sentence, _heard(sentence, output))
    whole = context.probability(output.logit)
    outlet, others = map(context.probability, output.parts or (output.logit, output.logit))
    return Reading(
        lifted(output, lift),
        voice,
        whole,
        outlet=None if voice.is_quote else outlet if voice.has_others else whole,
        others=others if voice.has_others else None,
        lift=lift,
    )


def _held(reading: Reading, context: Context) -> Reading:
    """The reading with every score above one half that has no reason held below it.

    In a genre in which the writer may judge no judgement is a reason: there a score without one is that of the likeliest
    wording of the kinds that are reported.
    """
    if max(reading.whole, reading.outlet or 0.0, reading.others or 0.0) < HELD and context.settings.kind not in _GENRES:
        return reading
    config, output, voice = context.runtime.folder.config, reading.output, reading.voice
    reported = _reported_categories(context)
    likeliest = {True: _UNLIKELY, False: _UNLIKELY}
    lowest = _UNLIKELY if context.settings.kind in _GENRES else config.threshold
    for span in decode(voice.sentence.prose, output.offsets, output.token_logits, lowest, config.phrase):
        whose = voice.voice(voice.start + span.start, voice.start + span.end)
        category = _DOUBT if whose is Voice.SCARE_QUOTE else config.categories[span.category]
        if category in reported:
            likeliest[whose.counts] = max(likeliest[whose.counts], span.score)

    def bound(score: float | None, likely: float) -> float | None:
        if score is None or likely >= config.threshold:
            return score
        return min(score, min(likely, HELD) if context.settings.kind in _GENRES else HELD)

    return replace(
        reading,
        whole=bound(reading.whole, max(likeliest.values())) or 0.0,
        outlet=bound(reading.outlet, likeliest[True]),
        others=bound(reading.others, likeliest[False]),
    )


def _reported_categories(context: Context) -> frozenset[str]:
    """The categories that the genre lets be reported; one of the model's own is somebody's question in all of them."""
    config = context.runtime.folder.config
    if context.settings.kind not in _GENRES:
        return frozenset({*config.categories, _DOUBT})
    return frozenset({*_IN_EVERY_GENRE, *(own.name for own in config.own)})


def find_phrases(text: str, output: Scored, context: Context) -> list[Phrase]:
    """The phrases of a text that stands for itself, and the terms that the house style flags, in order."""
    config, settings = context.runtime.folder.config, context.settings
    spans = decode(text, output.offsets, output.token_logits, settings.threshold, config.phrase)
    for name, lowest in context.rules.lowered(settings.threshold).items():
        rest = without(output.offsets, output.token_logits, spans)
        more = decode(text, output.offsets, rest, lowest, config.phrase)
        spans += [span for span in more if config.categories[span.category] == name]
    found = []
    for span in sorted(spans, key=lambda span: span.start):
        category = config.categories[span.category]
        words = text[span.start : span.end]
        phrase = Phrase(words, span.start, span.end, span.score, category, position=span.start)
        found.append(_explained(phrase, text, output, config))
    return context.rules.flagged(text, found)


def _explained(phrase: Phrase, text: str, output: Scored, config: InferenceConfig) -> Phrase:
    """The phrase with what its words do; a category of the model's own is explained by its definition alone."""
    known = config.table.get(phrase.category)
    if known is not BY_NAME.get(phrase.category):
        return replace(phrase, why=known.why if known else "")
    start, end = phrase.position, phrase.position + len(phrase.text)
    pattern = pattern_of(text, start, end, phrase.category, reasons_of(output, start, end))
    told = why(pattern, text, start, end) if pattern else known.why if known else ""
    return replace(phrase, pattern=pattern, why=told)


def find_scored_words(document: Document, passage: Passage, output: Scored, context: Context) -> Iterator[Word]:
    """Every word of a sentence with its probabilities, at its place in the source."""
    config, sentence = context.runtime.folder.config, passage.sentence
    words = find_words(sentence.prose)
    loaded, categories = word_logits(words, output.offsets, output.token_logits)
    others = None if output.others is None else word_means(words, output.offsets, output.others)
    scores, shares = sigmoid(loaded, config.phrase), softmax(categories)
    for number, (start, end) in enumerate(words):
        first, last = document.span(sentence.start + start, sentence.start + end)
        score = float(scores[number])
        of_each = {
            name: score * float(share) for name, share in zip(config.categories, shares[number], strict=True) if name
        }
        foreign = None if others is None else float(sigmoid(others[number], _AS_IT_IS))
        yield Word(sentence.text[start:end], first, last, score, of_each, foreign)


def make_sentence(
    document: Document, passage: Passage, reading: Reading, speaker: str | None, context: Context
) -> Sentence:
    """A sentence of the report, its offsets those of the source."""
    sentence, voice = passage.sentence, reading.voice
    return Sentence(
        sentence.text,
        *document.span(sentence.start, sentence.end),
        reading.counted(context.settings),
        Voice.QUOTE if voice.is_quote else Voice.OUTLET,
        tuple(_reported(document, voice, find_phrases(sentence.prose, reading.output, context), context)),
        speaker,
        passage.role,
    )


def make_report(
    document: Document, passages: Sequence[Passage], readings: Sequence[Reading], context: Context
) -> Report:
    """The report, before house style and marks in the text silence anything.

    Args:
        document: what was read.
        passages: its sentences.
        readings: of each of them.
        context: of the document.
    """
    settings, config = context.settings, context.runtime.folder.config
    blocks = blocks_to_read(document, keep_boilerplate=settings.keep_boilerplate)
    own = _mean([reading.outlet for reading in readings])
    whole = _mean([reading.whole for reading in readings])
    speakers = find_speakers([reading.voice for reading in readings], document.text)
    foreign = other_language(prose(document, keep_boilerplate=settings.keep_boilerplate), config.language) or ""
    return Report(
        source=document.name,
        model=context.runtime.folder.label,
        score=(whole if settings.quotes == "count" else own) or 0.0,
        outlet_score=own,
        others_score=None if settings.quotes == "skip" else _mean([reading.others for reading in readings]),
        sentences=tuple(
            make_sentence(document, passage, reading, speaker, context)
            for passage, reading, speaker in zip(passages, readings, speakers, strict=True)
            if not is_left_out(reading, settings)
        ),
        skipped=_skipped(document, blocks, readings if settings.quotes == "skip" else ()),
        settings=settings,
        metadata=document.metadata,
        notes=tuple(_genre_notes(context)),
        warnings=(
            *_warnings(document, blocks, foreign, config.language),
            *_unknown_categories(context.rules.categories, config),
        ),
        foreign_language=foreign,
        categories=config.own,
        language=config.language,
    )


def can_suggest(report: Report, context: Context) -> bool:
    """Whether there is wording to look for: something is flagged that the outlet answers for, in English.

    What is looked for is plain wording, which answers our categories; of a model's own it knows nothing.
    """
    reads = base(context.runtime.folder.config.language)
    if reads == "":  # a classifier that does not say; then the text does
        english = other_language(" ".join(sentence.text for sentence in report.sentences)) is None
    else:
        english = reads == "en" and not report.foreign_language
    return english and any(can_reword(phrase, report.categories) for phrase in report.phrases)


def can_reword(phrase: Phrase, own: Sequence[OwnCategory]) -> bool:
    """Whether wording is looked for in a phrase's place, where a model has categories of its own."""
    return phrase.counts and (phrase.origin == "house" or phrase.category not in {category.name for category in own})


def is_left_out(reading: Reading, settings: Settings) -> bool:
    """Whether a sentence is scored and not reported: a quotation, where those are skipped."""
    return reading.voice.is_quotation and settings.quotes == "skip"


def _passages(document: Document, blocks: Sequence[Block], language: str) -> Iterator[Passage]:
    text, prose = document.text, masked(document.text, document.no_prose)
    said = [Quotation(one.start, one.end, sure=True, speaker=one.speaker) for one in document.said]
    for index, block in enumerate(blocks):
        following = blocks[index + 1].start if index + 1 < len(blocks) else len(text)
        marked = find_quotations(text, block.start, block.end, text[following : following + 1])
        quotations = with_said(marked, said, block.start, block.end)
        whole = [(block.start, block.end)]  # a headline is one sentence
        ends = whole if block.role == "headline" else split_sentences(text, block.start, block.end, language)
        for start, end in ends:
            if any(map(str.isalnum, prose[start:end])) or not any(map(str.isalnum, text[start:end])):
                sentence = QuotedSentence(text, start, end, quotations, prose, headline=block.role == "headline")
                yield Passage(sentence, block.role)


def _reported(document: Document, voice: VoiceMap, phrases: Sequence[Phrase], context: Context) -> Iterator[Phrase]:
    """The phrases of a sentence that the settings let through, each with its voice and its place in the source."""
    settings, config = context.settings, context.runtime.folder.config
    reported = _reported_categories(context)
    for phrase in phrases:
        start, end = voice.start + phrase.start, voice.start + phrase.end
        whose = voice.voice(start, end)
        if whose is Voice.QUOTE and settings.quotes == "skip":
            continue
        first, last = document.span(start, end)
        if phrase.origin == "house":
            yield replace(phrase, start=first, end=last, voice=whose)
            continue
        doubted = whose is Voice.SCARE_QUOTE and _DOUBT in config.categories  # whatever stands in them
        told = _doubted(phrase, voice.sentence.prose, config) if doubted else phrase
        if told.category in reported:
            yield replace(told, start=first, end=last, voice=whose)


def _doubted(phrase: Phrase, text: str, config: InferenceConfig) -> Phrase:
    """A phrase in scare quotes."""
    known = config.table[_DOUBT]
    if known is not BY_NAME[_DOUBT]:
        return replace(phrase, category=_DOUBT, why=known.why, pattern="")
    told = why(_SO_CALLED, text, phrase.position, phrase.position + len(phrase.text))
    return replace(phrase, category=_DOUBT, why=told, pattern=_SO_CALLED)


def _mean(scores: Sequence[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None


def _skipped(document: Document, blocks: Sequence[Block], unquoted: Sequence[Reading]) -> tuple[Skipped, ...]:
    """What is not scored: the blocks that are not read, and the quotations of sentences that are read without."""
    read = set(blocks)
    pieces = [(block.start, block.end, block.reason) for block in document.blocks if block not in read]
    pieces += [(start, end, "quotation") for reading in unquoted for start, end in reading.voice.quotes]
    return tuple(
        Skipped(document.text[start:end], *document.span(start, end), reason) for start, end, reason in sorted(pieces)
    )


def _genre_notes(context: Context) -> Iterator[str]:
    """As what the text is read, where that is not news, and what it calls itself."""
    kind, genre = context.settings.kind, context.genre
    if kind in _GENRES:
        yield _GENRE_NOTE.format(_GENRES[kind], f" ({genre.evidence})" if genre else "")
    elif genre:
        yield _GENRE_OFFER.format(_GENRES[genre.kind], genre.evidence, genre.kind)


def _warnings(document: Document, blocks: Sequence[Block], foreign: str, expected: str) -> Iterator[str]:
    if foreign:
        reads = language_name(expected)
        looks = "is" if foreign == UNKNOWN else "looks like"
        other = f"in {language_name(foreign)}" if foreign == UNKNOWN else language_name(foreign)
        yield f"The text {looks} {other}, not {reads}. The model reads {reads}: do not rely on these scores."
    if document.blocks and not blocks:
        yield f"Nothing was scored: all of it looks like boilerplate. {_KEEP}"
    elif reasons := _doubtful(document, blocks):
        most = Counter(reasons).most_common(1)[0][0]
        yield (
            f"Much of the text was set aside as boilerplate: {len(reasons)} paragraphs that read like prose, most of them as"
            f" “{most}”. {_KEEP}"
        )


def _unknown_categories(named: Iterable[str], config: InferenceConfig) -> Iterator[str]:
    """That a house style speaks of categories that the model has not, ours aside: it may be for several models."""
    unknown = [name for name in named if name not in config.categories and name not in CATEGORIES]
    if unknown:
        yield f"The house style names the category {', '.join(unknown)}, which the model does not have. Check the name."


def _doubtful(document: Document, blocks: Sequence[Block]) -> list[str]:
    """The reasons of blocks that were set aside and read like prose, where they are much of what does; else none."""
    read = set(blocks)
    aside, kept, reasons = 0, 0, []
    for block in document.blocks:
        said = document.text[block.start : block.end]
        if not _READS_LIKE_PROSE.search(said) or said.count(" ") < _FEW_WORDS:
            continue
        if block in read:
            kept += len(said)
        elif block.reason not in _NO_DOUBT:
            aside += len(said)
            reasons.append(block.reason)
    return reasons if aside > _MUCH * (aside + kept) else []
