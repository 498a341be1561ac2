import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biasdetect import Metadata, Phrase, Report, Sentence, Settings, Skipped, Suggestion

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


def test_another_wire_version_is_refused():
    with pytest.raises(ValueError, match="wire version"):
        Report.from_dict({"version": 99})


def test_who_answers_for_a_phrase():
    answers = {
        voice: Phrase("x", 0, 1, 0.9, "doubt", voice).counts
        for voice in ("outlet", "scare-quote", "quote", "attributed")
    }
    assert answers == {"outlet": True, "scare-quote": True, "quote": False, "attributed": False}
