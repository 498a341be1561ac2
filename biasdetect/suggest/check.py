"""Judges candidates by the model: every edited sentence is scored again, those of a document together."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from biasdetect.english.spelling import in_american, is_american
from biasdetect.house.terms import Terms
from biasdetect.language.voice import QuotedSentence, VoiceMap
from biasdetect.model.categories import BY_NAME
from biasdetect.model.patterns import BY_PATTERN
from biasdetect.model.reasons import Reasons, reasons_of
from biasdetect.model.runtime import Scored
from biasdetect.pipeline import Context, Reading, can_reword, find_phrases, is_left_out, read_sentences
from biasdetect.reading.document import Document
from biasdetect.results import Grade, Phrase, Report, Sentence, Suggestion
from biasdetect.suggest.asked import asked_candidates
from biasdetect.suggest.candidates import Candidate, find_candidates
from biasdetect.suggest.deletions import UNLISTED
from biasdetect.suggest.editable import Editable, is_prose
from biasdetect.suggest.edits import Edit, is_broken
from biasdetect.suggest.fix import longest_apart
from biasdetect.suggest.grades import changed_words, grade, is_taken_up
from biasdetect.suggest.signed import (
    LEAST,
    LEAST_EPITHET,
    LEAST_REPHRASED,
    LEAST_UNLISTED,
    probability,
    signed_features,
    words_logit,
)
from biasdetect.suggest.wording import load_wording

MOST_SHOWN = 3
ODDS = 0.5
"""A suggestion passes where the odds that the sentence is biased fall at least to this share of what they were."""

_LEAST_SURE = 0.3  # probability that an editor would do so, of an edit that he would sign once it is made
_NEVER = 1e-6
_NEIGHBOURS = 3  # sentences after an edited one in which something may be spoken of that it introduces
_MOST_PHRASES = 20  # in a sentence; one with more is no prose to edit


@dataclass(frozen=True, slots=True)
class _Judged:
    """A sentence by itself as the model sees it.

    Attributes:
        score: probability that it is biased.
        flagged: first and last offset of every phrase that the model finds in it.
        output: of the model.
    """

    score: float
    flagged: tuple[tuple[int, int], ...]
    output: Scored


@dataclass(frozen=True, slots=True)
class _Trial:
    """A candidate for one phrase of one sentence, in place."""

    sentence: int
    phrase: int
    candidate: Candidate
    edit: Edit
    source: tuple[int, int]
    asked: bool  # by the house style, whatever the model thinks of it


@dataclass(frozen=True, slots=True)
class _Passed:
    """A suggestion, the trial that it comes of, and what it costs: of two the one with the lower cost is better."""

    cost: float
    trial: _Trial
    suggestion: Suggestion


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
        if can_reword(phrase, report.categories)
    }
    trials = [
        trial
        for trial in _trials(document, voices, report, context.rules.flag, is_american(document.text))
        if trial.asked or _is_likely(trial.candidate, reasons[(trial.sentence, trial.phrase)])
    ]
    # every sentence as it is without its other loaded phrases, which would keep its score up
    before = list(dict.fromkeys((trial.sentence, trial.phrase) for trial in trials))
    tried: dict[tuple[int, int], list[_Trial]] = {place: [] for place in before}
    for trial in trials:
        tried[(trial.sentence, trial.phrase)].append(trial)
    others = {place: _others(place[0], [place[1]], sentences[place[0]], tried) for place in before}
    asides = [_with_edits(voices[place[0]].sentence, others[place]) for place in before]
    edited = [
        _with_edits(voices[trial.sentence].sentence, [*others[(trial.sentence, trial.phrase)], trial.edit])
        for trial in trials
    ]
    lifts = [reading.lift for reading in reported]  # the sentences around stay as they are
    judged = _judge(
        [*asides, *edited], [lifts[index] for index, _ in before] + [lifts[trial.sentence] for trial in trials], context
    )
    befores = dict(zip(before, judged, strict=False))
    passed: dict[tuple[int, int], list[_Passed]] = {}
    for trial, after in zip(trials, judged[len(before) :], strict=True):
        place = (trial.sentence, trial.phrase)
        if not trial.asked and not _passes([trial], sentences[trial.sentence], befores[place], after, others[place]):
            continue
        candidate = trial.candidate
        phrase = sentences[trial.sentence].phrases[trial.phrase]
        signed = _signed(trial, phrase, reported[trial.sentence], after, others[place])
        if not trial.asked and signed < _least(candidate, phrase):
            continue
        passage = [voice.sentence.text for voice in voices[trial.sentence :][: 1 + _NEIGHBOURS]]
        suggestion = Suggestion(
            trial.edit.new,
            *trial.source,
            candidate.words,
            candidate.kind,
            befores[place].score,
            after.score,
            "check" if trial.asked else _grade(trial, signed, passage, reasons[place]),
            candidate.relation,
        )
        cost = -2.0 if trial.asked else after.score - signed
        passed.setdefault(place, []).append(_Passed(cost, trial, suggestion))
    ranked = {
        place: _ranked(found, asks=_asks(sentences[place[0]], place[1], context.rules.flag))
        for place, found in passed.items()
    }
    best = _settled(ranked, sentences, reported, tried, context)
    told = tuple(
        replace(
            sentence,
            phrases=tuple(
                _told(phrase, best.get((index, number), ()), advised=reasons.get((index, number)) is not None)
                for number, phrase in enumerate(sentence.phrases)
            ),
        )
        for index, sentence in enumerate(sentences)
    )
    return replace(report, sentences=told)


def _ranked(found: Sequence[_Passed], *, asks: bool) -> list[_Passed]:
    """The best suggestions for a phrase, best first. Where the house style asks for wording, no other is made unread."""
    best = sorted(found, key=lambda one: one.cost)[:MOST_SHOWN]
    return [_to_check(one) for one in best] if asks else best


def _asks(sentence: Sentence, number: int, terms: Terms) -> bool:
    """Whether the house style asks for other wording in a phrase or over its ends, offered here or not."""
    phrase = sentence.phrases[number]
    end = phrase.position + len(phrase.text)
    return any(
        term.instead and first < end and phrase.position < last for first, last, term in terms.find(sentence.text)
    )


def _to_check(one: _Passed) -> _Passed:
    return replace(one, suggestion=replace(one.suggestion, grade="check"))


def _told(phrase: Phrase, found: Sequence[_Passed], *, advised: bool) -> Phrase:
    """The phrase with its suggestions, or with advice where there is none: by what its words do, or by its category."""
    if found:
        return replace(phrase, suggestions=tuple(one.suggestion for one in found))
    if not advised or phrase.origin != "model":
        return phrase
    known = BY_PATTERN.get(phrase.pattern) or BY_NAME.get(phrase.category)
    return replace(phrase, advice=known.advice) if known else phrase


def _signed(trial: _Trial, phrase: Phrase, reading: Reading, after: _Judged, apart: Sequence[Edit]) -> float:
    """How likely it is that an editor would sign an edit, 0 to 1; ``after`` is the sentence with it and those apart."""
    edit, text = trial.edit, reading.voice.sentence.text
    words = words_logit(signed_features(text, edit, phrase.category, trial.candidate.kind))
    start = _moved(edit.start, apart)
    place = (start, start + len(edit.new))
    return probability(words, reading.output, (edit.start, edit.end), after.output, place)


def _least(candidate: Candidate, phrase: Phrase) -> float:
    """How likely an editor has to sign an edit, 0 to 1, for it to be shown."""
    if candidate.sureness > UNLISTED:
        least = LEAST[candidate.relation]
        return max(least, LEAST_REPHRASED) if candidate.kind == "rephrasing" else least
    return LEAST_EPITHET if phrase.category == "epithet" else LEAST_UNLISTED


def _grade(trial: _Trial, signed: float, passage: Sequence[str], reasons: Reasons | None) -> Grade:
    """The grade of an edit in the sentence that begins a passage; where what goes is spoken of later, it is no safe one."""
    text = passage[0]
    gone, _ = changed_words(text, trial.edit)
    later = " ".join([text[trial.edit.end :], *passage[1:]])
    if is_taken_up(gone, later, load_wording()):
        return "check"
    return grade(trial.candidate, gone, signed, reasons)


def _settled(
    ranked: Mapping[tuple[int, int], Sequence[_Passed]],
    sentences: Sequence[Sentence],
    readings: Sequence[Reading],
    tried: Mapping[tuple[int, int], Sequence[_Trial]],
    context: Context,
) -> dict[tuple[int, int], Sequence[_Passed]]:
    """The same with grades such that all safe edits of a sentence can be made together.

    Where they do not pass together as each does by itself, the weakest has to be checked, and the others are judged again.
    """
    safe: dict[int, list[_Passed]] = {}
    for (index, _), found in ranked.items():
        safe.setdefault(index, []).extend([one for one in found if one.suggestion.grade == "safe"][:1])
    doubtful: set[tuple[int, int]] = set()
    while groups := dict(_together(safe)):
        aside = {
            index: _others(index, [one.trial.phrase for one in group], sentences[index], tried)
            for index, group in groups.items()
        }
        edits = {index: [*aside[index], *(one.trial.edit for one in group)] for index, group in groups.items()}
        texts = [
            _with_edits(readings[index].voice.sentence, made[index]) for made in (aside, edits) for index in groups
        ]
        judged = _judge(texts, 2 * [readings[index].lift for index in groups], context)
        for number, (index, group) in enumerate(groups.items()):
            text, trials = sentences[index].text, [one.trial for one in group]
            before, after = judged[number], judged[number + len(groups)]
            edited = _with_edits(readings[index].voice.sentence, [trial.edit for trial in trials]).text
            broken = is_broken(text, Edit(0, len(text), edited))
            if not broken and _passes(trials, sentences[index], before, after, aside[index]):
                del safe[index]
                continue
            weakest = max(group, key=lambda one: one.cost)
            doubtful.add((index, weakest.trial.phrase))
            safe[index].remove(weakest)
    return {place: [_to_check(one) for one in found] if place in doubtful else found for place, found in ranked.items()}


def _together(safe: Mapping[int, Sequence[_Passed]]) -> Iterator[tuple[int, list[_Passed]]]:
    """The sentences with several suggestions that would be taken together, and these."""
    for index, found in safe.items():
        apart = longest_apart(one.suggestion for one in found)
        if len(apart) > 1:
            yield index, [one for one in found if one.suggestion in apart]


def _is_likely(candidate: Candidate, reasons: Reasons | None) -> bool:
    """Whether the model thinks that an editor would do something of this kind about the phrase."""
    if reasons is None:
        return True
    sure = reasons.leave_out if candidate.kind == "deletion" else max(reasons.replace, reasons.leave_out)
    return sure >= _LEAST_SURE


def _judge(edited: Sequence[QuotedSentence], lifts: Sequence[float], context: Context) -> list[_Judged]:
    """Sentences scored as those of a report are, with what stands around each; phrases whoever says them, in any genre."""
    return [
        _Judged(
            reading.counted(context.settings),
            tuple((phrase.start, phrase.end) for phrase in find_phrases(sentence.text, reading.output, context)),
            reading.output,
        )
        # not held: where the phrase is gone a held score would always have fallen
        for sentence, reading in zip(edited, read_sentences(edited, context, held=False, lifts=lifts), strict=True)
    ]


def _trials(
    document: Document, voices: Sequence[VoiceMap], report: Report, terms: Terms, american: bool
) -> Iterator[_Trial]:
    editable = Editable(document)
    for index, (voice, sentence) in enumerate(zip(voices, report.sentences, strict=True)):
        own = [number for number, phrase in enumerate(sentence.phrases) if can_reword(phrase, report.categories)]
        if not own or len(sentence.phrases) > _MOST_PHRASES or not editable.is_open(voice):
            continue
        text = voice.sentence.text
        prose = is_prose(text)
        for number in own:
            for found, asked in _candidates(text, sentence.phrases[number], terms):
                candidate = _spelled(found) if american and not asked else found
                edits = (edit for edit in candidate.edits if asked or (prose and is_prose(edit.of(text))))
                places = ((edit, editable.place(voice, edit)) for edit in edits)
                edit, place = next((pair for pair in places if pair[1]), (None, None))
                if edit and place:
                    yield _Trial(index, number, candidate, edit, place, asked)


def _candidates(text: str, phrase: Phrase, terms: Terms) -> Iterator[tuple[Candidate, bool]]:
    """What may be tried in the place of a phrase, and whether the house style asks for it."""
    start, end = phrase.position, phrase.position + len(phrase.text)
    asked = list(asked_candidates(text, start, end, terms))
    known = {candidate.edits for candidate in asked}
    yield from ((candidate, True) for candidate in asked)
    for candidate in find_candidates(text, start, end, phrase.category, load_wording()):
        if candidate.edits not in known:
            yield candidate, False


def _spelled(candidate: Candidate) -> Candidate:
    """A candidate in the spelling of the United States; the table has the British one."""
    edits = tuple(replace(edit, new=in_american(edit.new)) for edit in candidate.edits)
    return replace(candidate, edits=edits, words=in_american(candidate.words))


def _passes(
    trials: Sequence[_Trial], sentence: Sentence, before: _Judged, after: _Judged, apart: Sequence[Edit]
) -> bool:
    """Whether the score falls by enough, the phrases are no longer flagged, and nothing is that was not before.

    Args:
        trials: made together.
        sentence: that they are of.
        before: the sentence with the edits apart alone.
        after: the sentence with all edits.
        apart: edits of its other phrases.
    """
    if _odds(after.score) > ODDS * _odds(before.score):
        return False
    made = [*apart, *(trial.edit for trial in trials)]
    gone = []
    for trial in trials:
        phrase = sentence.phrases[trial.phrase]
        first = min(trial.edit.start, phrase.position)
        last = max(trial.edit.end, phrase.position + len(phrase.text))
        gone.append((_moved(first, made), _moved(last, made)))
    own = [Edit(_moved(trial.edit.start, apart), _moved(trial.edit.end, apart), trial.edit.new) for trial in trials]
    known = [(_moved(left, own), _moved(right, own)) for left, right in before.flagged]
    return all(
        all(right <= first or left >= last for first, last in gone)
        and any(left < stop and begin < right for begin, stop in known)
        for left, right in after.flagged
    )


def _moved(position: int, edits: Sequence[Edit]) -> int:
    """Where a position is once edits are made that lie before it."""
    return position + sum(len(edit.new) - (edit.end - edit.start) for edit in edits if edit.end <= position)


def _others(
    number: int, chosen: Collection[int], sentence: Sentence, tried: Mapping[tuple[int, int], Sequence[_Trial]]
) -> list[Edit]:
    """The likeliest edits of a sentence's other phrases that count, or their words cut out: none meets an own edit."""
    taken = [trial.edit for phrase in chosen for trial in tried[(number, phrase)]]
    found: list[Edit] = []
    for index, phrase in enumerate(sentence.phrases):
        if index in chosen or not phrase.counts:
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
