"""Who speaks in a headline: a label before or behind somebody's words, and not a topic or a kind of text.

Both lists in ``tests/data/headlines.json`` were written before any output on them was seen.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import biasdetect

BODY = "\n\nThe council met on Tuesday. The vote was postponed."
_LISTS = json.loads((Path(__file__).parent.parent / "data" / "headlines.json").read_text(encoding="utf-8"))
SPEAKERS, TOPICS = _LISTS["speakers"], _LISTS["topics"]


@pytest.fixture(scope="module")
def headline(detector: biasdetect.Detector):
    def read(text: str) -> biasdetect.Sentence:
        return detector.score(text + BODY, suggest=False).sentences[0]

    return read


def test_most_labels_of_speakers_make_the_words_theirs(headline):
    said = [text for text in SPEAKERS if headline(text).voice == "quote"]
    assert len(said) >= 0.7 * len(SPEAKERS)


def test_hardly_any_topic_is_taken_for_a_speaker(headline):
    assert sum(headline(text).voice == "quote" for text in TOPICS) <= 1


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Opposition: Mayor's plan is a shameless swindle", "Opposition"),
        ("Ann Veldt: Mayor's plan is a shameless swindle", "Ann Veldt"),
        ("Mayor's plan is a shameless swindle: opposition", "opposition"),
    ],
)
def test_the_speaker_is_named_and_answers_for_the_words(headline, text, speaker):
    found = headline(text)
    assert found.speaker == speaker
    assert found.phrases
    assert not any(phrase.counts for phrase in found.phrases)
    assert text[found.phrases[0].start : found.phrases[0].end] == found.phrases[0].text


def test_in_the_body_a_label_alone_makes_no_quotation(detector: biasdetect.Detector):
    text = (
        "The council met on Tuesday.\n\nOpposition: the mayor's plan is a shameless swindle.\n\nThe vote was postponed."
    )
    found = detector.score(text, suggest=False).phrases
    assert found
    assert not any(phrase.voice == "quote" for phrase in found)
