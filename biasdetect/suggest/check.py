"""Judges candidates by the model: every edited sentence is scored again, those of a document together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from biasdetect.house.terms import Terms
from biasdetect.language.voice import QuotedSentence, VoiceMap
from biasdetect.pipeline import Context, Reading, find_phrases, is_left_out, read_sentences
from biasdetect.reading.document import Document
from biasdetect.results import Phrase, Report, Sentence, Suggestion
from biasdetect.suggest.asked import asked_candidates
from biasdetect.suggest.candidates import Candidate, find_candidates
from biasdetect.suggest.edits import Edit
from biasdetect.suggest.markup import stretch
from biasdetect.suggest.reasons import Reasons, reasons_of
from biasdetect.suggest.wording import load_wording

MOST_SHOWN = 3
ODDS = 0.5
"""A suggestion passes where the odds that the sentence is biased fall at least to this share of what they were."""

_FAITHFUL = 0.3  # so much of a score is worth as much as being sure that an editor would do so
_LEAST_SURE = {"leave out": 0.5, "replace": 0.4}  # probability that an editor would do so
_NEVER = 1e-6
_MOST_PHRASES = 20  # in a sentence; one with more, or a longer one, is no prose to edit
_LONGEST = 3000  # characters


@dataclass(frozen=True, slots=True)
class _Judged:
    """A sentence by itself as the model sees it.

    Attributes:
        score: probability that it is biased.
        flagged: first and last offset of every phrase that the model finds in it.
    """

    score: float
    flagged: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Trial:
    """A candidate for one phrase of one sentence, in place."""

    sentence: int
    phrase: int
    candidate: Candidate
    edit: Edit
    source: tuple[int, int]
    asked: bool  # by the house style, whatever the model thinks of it


def add_suggestions(report: Report, document: Document, readings: Sequence[Reading], context: Context) -> Report:
    """The report with suggestions for each phrase that the outlet answers for.

    Args:
        report: without them.
        document: what it is of.
        readings: of its sentences, also of those that the report leaves out.
        context: what it was made with. Wording that the house style asks for instead goes first.
    """
    sentences = report.sentences
    reported = [reading for reading in readings if not is_left_out(reading, report.settings)]
    voices = [reading.voice for reading in reported]
    reasons = {
        (index, number): reasons_of(reported[index].output, phrase.position, phrase.position + len(phrase.text))
        for index, sentence in enumerate(sentences)
        for number, phrase in enumerate(sentence.phrases)
        if phrase.counts
    }
    trials = [
        trial
        for trial in _trials(document, voices, sentences, context.rules.flag)
        if trial.asked or _is_likely(trial.candidate, reasons[(trial.sentence, trial.phrase)])
    ]
    # every sentence as it is without its other loaded phrases, which would keep its score up
    before = list(dict.fromkeys((trial.sentence, trial.phrase) for trial in trials))
    tried: dict[tuple[int, int], list[_Trial]] = {place: [] for place in before}
    for trial in trials:
        tried[(trial.sentence, trial.phrase)].append(trial)
    others = {place: _others(*place, sentences[place[0]], tried) for place in before}
    asides = [_with_edits(voices[place[0]].sentence, others[place]) for place in before]
    edited = [
        _with_edits(voices[trial.sentence].sentence, [*others[(trial.sentence, trial.phrase)], trial.edit])
        for trial in trials
    ]
    judged = _judge([*asides, *edited], context)
    befores = dict(zip(before, judged, strict=False))
    passed: dict[tuple[int, int], list[tuple[float, Suggestion]]] = {}
    for trial, after in zip(trials, judged[len(before) :], strict=True):
        place = (trial.sentence, trial.phrase)
        apart = others[place]
        if not trial.asked and not _passes(trial, sentences[trial.sentence], befores[place], after, apart):
            continue
        candidate = trial.candidate
        suggestion = Suggestion(
            trial.edit.new, *trial.source, candidate.words, candidate.kind, befores[place].score, after.score
        )
        cost = -1.0 if trial.asked else after.score - _FAITHFUL * candidate.sureness
        passed.setdefault(place, []).append((cost, suggestion))
    best = {place: sorted(found, key=lambda item: item[0])[:MOST_SHOWN] for place, found in passed.items()}
    told = tuple(
        replace(
            sentence,
            phrases=tuple(
                _told(phrase, best.get((index, number), ()), reasons.get((index, number)))
                for number, phrase in enumerate(sentence.phrases)
            ),
        )
        for index, sentence in enumerate(sentences)
    )
    return replace(report, sentences=told)


def _told(phrase: Phrase, found: Sequence[tuple[float, Suggestion]], reasons: Reasons | None) -> Phrase:
    """The phrase with its suggestions, or with advice where there is none."""
    if found:
        return replace(phrase, suggestions=tuple(suggestion for _, suggestion in found))
    return replace(phrase, advice=reasons.advice) if reasons and phrase.origin == "model" else phrase


def _is_likely(candidate: Candidate, reasons: Reasons | None) -> bool:
    """Whether the model thinks that an editor would do something of this kind about the phrase."""
    if reasons is None:
        return True
    if candidate.kind == "deletion":
        return reasons.leave_out >= _LEAST_SURE["leave out"]
    return max(reasons.replace, reasons.leave_out) >= _LEAST_SURE["replace"]


def _judge(edited: Sequence[QuotedSentence], context: Context) -> list[_Judged]:
    """Sentences that stand by themselves, scored as those of a report are; phrases whoever says them, in any genre."""
    return [
        _Judged(
            reading.counted(context.settings),
            tuple((phrase.start, phrase.end) for phrase in find_phrases(sentence.text, reading.output, context)),
        )
        # not held: where the phrase is gone a held score would always have fallen
        for sentence, reading in zip(edited, read_sentences(edited, context, held=False), strict=True)
    ]


def _trials(
    document: Document, voices: Sequence[VoiceMap], sentences: Sequence[Sentence], terms: Terms
) -> Iterator[_Trial]:
    for index, (voice, sentence) in enumerate(zip(voices, sentences, strict=True)):
        if len(sentence.phrases) > _MOST_PHRASES or len(sentence.text) > _LONGEST:
            continue
        for number, phrase in enumerate(sentence.phrases):
            if not phrase.counts:
                continue
            for candidate, asked in _candidates(voice, phrase, terms):
                for edit in candidate.edits:
                    place = _place(document, voice, edit)
                    if place:
                        yield _Trial(index, number, candidate, edit, place, asked)
                        break


def _candidates(voice: VoiceMap, phrase: Phrase, terms: Terms) -> Iterator[tuple[Candidate, bool]]:
    """Those that leave what others say alone; doubtful quotation marks may go, with the words in them or without."""
    start, end = phrase.position, phrase.position + len(phrase.text)
    wording = load_wording()
    asked = [(candidate, True) for candidate in asked_candidates(voice.sentence.text, start, end, terms)]
    tried = [
        (candidate, False) for candidate in find_candidates(voice.sentence.text, start, end, phrase.category, wording)
    ]
    known = {candidate.edits for candidate, _ in asked}
    for candidate, by_style in [*asked, *(entry for entry in tried if entry[0].edits not in known)]:
        edits = tuple(edit for edit in candidate.edits if _leaves_quotations(voice, edit))
        if edits:
            yield replace(candidate, edits=edits), by_style


def _leaves_quotations(voice: VoiceMap, edit: Edit) -> bool:
    start, end = voice.start + edit.start, voice.start + edit.end
    quoted = voice.sentence.quotation_at(start, end)
    if quoted is None:
        return True
    return (quoted.start, quoted.end) not in voice.quotes and start <= quoted.start and quoted.end <= end


def _place(document: Document, voice: VoiceMap, edit: Edit) -> tuple[int, int] | None:
    """Where an edit stands in the source; None where there is an entity amid it, or markup that has to stay."""
    return stretch(document, voice.start + edit.start, voice.start + edit.end)


def _passes(trial: _Trial, sentence: Sentence, before: _Judged, after: _Judged, apart: Sequence[Edit]) -> bool:
    """Whether the score falls by enough, the phrase is no longer flagged, and nothing is that was not before."""
    if _odds(after.score) > ODDS * _odds(before.score):
        return False
    phrase = sentence.phrases[trial.phrase]
    shift = sum(len(edit.new) - (edit.end - edit.start) for edit in apart if edit.end <= trial.edit.start)
    start, end = trial.edit.start + shift, trial.edit.end + shift
    longer = len(trial.edit.new) - (end - start)
    first = min(start, phrase.position + shift)
    last = max(end, phrase.position + len(phrase.text) + shift) + longer
    known = [(left + longer * (left >= end), right + longer * (right >= end)) for left, right in before.flagged]
    return all(
        (right <= first or left >= last) and any(left < stop and begin < right for begin, stop in known)
        for left, right in after.flagged
    )


def _others(
    number: int, chosen: int, sentence: Sentence, tried: Mapping[tuple[int, int], Sequence[_Trial]]
) -> list[Edit]:
    """The likeliest edits of a sentence's other phrases that count, or their words cut out: none meets an own edit."""
    taken = [trial.edit for trial in tried[(number, chosen)]]
    found: list[Edit] = []
    for index, phrase in enumerate(sentence.phrases):
        if index == chosen or not phrase.counts:
            continue
        whole = (trial.edit for trial in tried.get((number, index), ()) if trial.candidate.kind != "rephrasing")
        edits = [edit for edit in (next(whole, None),) if edit]
        edits.append(Edit(phrase.position, phrase.position + len(phrase.text), ""))
        found += [edit for edit in edits if all(_apart(edit, other) for other in (*taken, *found))][:1]
    return found


def _apart(edit: Edit, other: Edit) -> bool:
    return edit.end <= other.start or other.end <= edit.start


def _with_edits(sentence: QuotedSentence, edits: Sequence[Edit]) -> QuotedSentence:
    """A sentence by itself, with any number of edits that do not overlap."""
    sentence = sentence.edited(sentence.start, sentence.start, "")
    for edit in sorted(edits, key=lambda edit: -edit.start):
        sentence = sentence.edited(sentence.start + edit.start, sentence.start + edit.end, edit.new)
    return sentence


def _odds(score: float) -> float:
    score = min(max(score, _NEVER), 1 - _NEVER)
    return math.exp(math.log(score) - math.log1p(-score))
