"""What the model says of an editor's remedies decides what is offered; advice where nothing is."""

import numpy as np
import pytest

from biasdetect.model.categories import PATTERNS, REMEDIES
from biasdetect.model.reasons import Reasons, reasons_of
from biasdetect.model.runtime import Scored
from biasdetect.results import Phrase
from biasdetect.suggest.candidates import Candidate, find_candidates
from biasdetect.suggest.check import _is_likely, _told
from biasdetect.suggest.wording import load_wording


def output(remedy, pattern):
    logits = np.zeros((3, len(REMEDIES) + len(PATTERNS)), np.float32)
    logits[1, REMEDIES.index(remedy)] = 9
    logits[1, len(REMEDIES) + PATTERNS.index(pattern)] = 9
    return Scored(0.0, [1, 2, 3], [(0, 0), (4, 13), (0, 0)], np.zeros((3, 7), np.float32), reasons=logits)


def test_a_phrase_has_the_reasons_of_its_words():
    found = reasons_of(output("leave out", "verdict-word"), 4, 13)
    assert found.leave_out > 0.99
    assert found.replace < 0.01
    assert max(zip(found.patterns, PATTERNS, strict=True))[1] == "verdict-word"


def test_a_model_without_reasons_gives_none():
    scored = Scored(0.0, [1], [(0, 3)], np.zeros((1, 7), np.float32))
    assert reasons_of(scored, 0, 3) is None


@pytest.mark.parametrize(
    ("kind", "leave_out", "replace", "likely"),
    [
        ("deletion", 0.9, 0.05, True),
        ("deletion", 0.1, 0.8, False),
        ("word", 0.1, 0.8, True),
        ("word", 0.1, 0.1, False),
        ("rephrasing", 0.1, 0.1, False),
    ],
)
def test_only_what_an_editor_would_do_is_tried(kind, leave_out, replace, likely):
    assert _is_likely(Candidate((), "", kind, 0.9), Reasons(leave_out, replace, ())) is likely
    assert _is_likely(Candidate((), "", kind, 0.9), None)


def test_advice_stands_where_there_is_no_suggestion():
    phrase = Phrase("shameless", 4, 13, 0.9, "opinion", position=4, pattern="verdict-word")
    told = _told(phrase, (), advised=True)
    assert told.advice == "Name the act or the fact instead of judging it."
    assert not told.suggestions
    assert _told(phrase, (), advised=False) == phrase


def test_without_a_pattern_the_category_advises():
    assert _told(Phrase("vile", 0, 4, 0.9, "opinion"), (), advised=True).advice == "Say who thinks so, or leave it out."
    assert _told(Phrase("vile", 0, 4, 0.9, "slant"), (), advised=True).advice == ""


@pytest.mark.parametrize(
    ("sentence", "phrase"),
    [
        ("The alleged arsonist was taken to hospital.", "alleged"),
        ("The shed was set on fire, apparently by a neighbour.", "apparently"),
        ("Officials could scarcely hide their scorn.", "scarcely"),
        ("The reportedly crooked sale went ahead.", "reportedly crooked"),
        ("It was never a great plan.", "never a great plan"),
    ],
)
def test_no_edit_takes_caution_or_a_negation_away(sentence, phrase):
    start = sentence.index(phrase)
    found = find_candidates(sentence, start, start + len(phrase), "doubt", load_wording())
    kept = phrase.split()[0]
    assert all(kept in edit.of(sentence) for candidate in found for edit in candidate.edits)
