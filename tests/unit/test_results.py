import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biasdetect import Metadata, Phrase, Report, Sentence, Settings, Skipped, Suggestion
from biasdetect.results import Voice

offsets = st.integers(0, 10_000)
scores = st.floats(0, 1)
suggestions = st.builds(
    Suggestion,
    text=st.text(),
    start=offsets,
    end=offsets,
    words=st.text(),
    kind=st.sampled_from(["deletion", "word", "rephrasing"]),
    before=scores,
    after=scores,
)
phrases = st.builds(
    Phrase,
    text=st.text(),
    start=offsets,
    end=offsets,
    score=scores,
    category=st.sampled_from(["labeling", "epithet"]),
    voice=st.sampled_from(["outlet", "quote", "scare-quote", "attributed"]),
    why=st.text(),
    suggestions=st.lists(suggestions, max_size=3).map(tuple),
    position=offsets,
    advice=st.text(),
    pattern=st.sampled_from(["", "irony"]),
)
sentences = st.builds(
    Sentence,
    text=st.text(),
    start=offsets,
    end=offsets,
    score=scores,
    phrases=st.lists(phrases, max_size=3).map(tuple),
    speaker=st.none() | st.text(),
    role=st.sampled_from(["headline", "body"]),
)
reports = st.builds(
    Report,
    source=st.text(),
    model=st.text(),
    score=scores,
    outlet_score=st.none() | scores,
    others_score=st.none() | scores,
    sentences=st.lists(sentences, max_size=3).map(tuple),
    skipped=st.lists(st.builds(Skipped, text=st.text(), start=offsets, end=offsets, reason=st.text()), max_size=2).map(
        tuple
    ),
    settings=st.builds(Settings, threshold=scores, quotes=st.sampled_from(["mark", "count", "skip"])),
    metadata=st.builds(Metadata, title=st.text(), date=st.text(), outlet=st.text(), language=st.text()),
    notes=st.lists(st.text(), max_size=1).map(tuple),
    warnings=st.lists(st.text(), max_size=2).map(tuple),
)


@given(reports)
def test_the_wire_format_survives_json(report):
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report


@given(reports)
def test_the_wire_format_points_at_the_worst_phrases(report):
    data = report.to_dict()
    found = [data["sentences"][row]["phrases"][column] for row, column in data["answer"]["worst"]]
    assert [phrase["text"] for phrase in found] == [phrase.text for phrase in report.answer.worst]
    assert data["answer"]["text"] == report.answer.text
    for sentence in data["sentences"]:
        for phrase in sentence["phrases"]:
            assert (phrase["severity"], phrase["remedy"]) == (
                Phrase.from_dict(phrase).severity,
                Phrase.from_dict(phrase).remedy,
            )


def test_another_wire_version_is_refused():
    with pytest.raises(ValueError, match="wire version"):
        Report.from_dict({"version": 99})


def report_of(outlet=None, others=None, sentences=()):
    return Report("a.txt", "model", 0.5, outlet, others, tuple(sentences), (), Settings(0.5))


def test_how_much_more_loaded_others_are_is_known_where_both_have_a_score():
    assert report_of(0.25, 0.75).difference == 0.5
    assert report_of(0.75, 0.25).difference == -0.5
    assert report_of(0.0, 0.0).difference == 0.0
    assert report_of(0.5, None).difference is report_of(None, 0.5).difference is report_of().difference is None


def test_the_phrases_of_a_report_are_those_of_its_sentences_in_order():
    first, second, third = (Phrase("x", start, start + 1, 0.9, "doubt") for start in (1, 5, 9))
    sentences = [Sentence("x", 0, 8, 0.9, phrases=(first, second)), Sentence("x", 9, 10, 0.9, phrases=(third,))]
    assert report_of(sentences=sentences).phrases == (first, second, third)
    assert report_of().phrases == ()


def test_the_headline_is_the_first_sentence_of_that_role():
    body, one, two = (Sentence(role, 0, 1, 0.9, role=role) for role in ("body", "headline", "headline"))
    assert report_of(sentences=[body, one, two]).headline is one
    assert report_of(sentences=[body]).headline is None


def test_every_voice_is_described_for_people():
    assert {voice: bool(voice.description) for voice in Voice} == dict.fromkeys(Voice, True)
    assert len({voice.description for voice in Voice}) == len(Voice)


def test_boilerplate_is_left_out_unless_a_report_says_otherwise():
    assert Settings(0.5) == Settings(0.5, "mark", "news", False)


def test_who_answers_for_a_phrase():
    answers = {
        voice: Phrase("x", 0, 1, 0.9, "doubt", voice).counts
        for voice in ("outlet", "scare-quote", "quote", "attributed")
    }
    assert answers == {"outlet": True, "scare-quote": True, "quote": False, "attributed": False}
