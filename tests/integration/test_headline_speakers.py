"""Who speaks in a headline: a label before or behind somebody's words, and not a topic or a kind of text.

Both lists were written before any output on them was seen.
"""

from __future__ import annotations

import pytest

import biasdetect

BODY = "\n\nThe council met on Tuesday. The vote was postponed."
SPEAKERS = """Villagers: Mine has poisoned our wells
Sturgeon: Westminster is sneering at Scotland
Bishop: Casino bill preys on the poor
Hamas: Israel sabotaged the talks
Prosecutor: Driver lied to police three times
Boeing: Whistleblower's claims are false
Duterte: I would do it again
Miners: They left us to die
Report: Ministry hid the figures for years
Mother: They never told me he was ill
Trump: Judge is a disgrace
Green Party: Runway is climate vandalism
Ex-minister: I was hung out to dry
Wenger: Referee ruined the game
China: US is playing with fire
This was no accident: families
Bill is an attack on judges: bar association
Team was gutless - coach
We will not be silenced: students
Nurses deserve more: minister
Strike is political: Modi
The mayor is finished – Brandl
Vaccine rollout was chaos: watchdog
Talks are a sham: rebels""".splitlines()
TOPICS = """Bus strike: The routes that still run
Eurovision: Sweden wins again
Harlow flood: Shops count the cost
Fact check: Did crime fall under the mayor?
In pictures: A century of ferries
Profile: The quiet man of Lirna
Podcast: The swindle that shook a city
Mpox: Cases double in a week
Oscar night: Gowns, tears and a shameless speech
Kenya: Police fire on crowd
Q&A: How the new tax works
Bridge collapse: Anger grows over delay
The shameless six: a rogues' gallery
Cup final: City crush hapless United
Obesity: The hidden cost
Manchester: Two held after raid
Book review: A savage satire of office life
Spending review: Winners and losers
Video: Brutal arrest caught on camera
Wildfire: Thousands flee as blaze nears town
Letter: The council has lost its nerve
Ten dead in bus crash: what we know
Farewell to a ferry: a photo essay
Shameless swindle rocks city hall - Valley Post
Judge jails tyrant of the tenements – for nine years
Budget day: live updates
Election 2024: a night of long knives
Gas prices soar – and the worst is to come""".splitlines()


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
