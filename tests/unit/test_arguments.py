"""What the library is given to score: any iterable of texts, and nothing else."""

from __future__ import annotations

import math

import pytest

TEXTS = ["The shameless mayor left.", "The mayor left on Monday."]


@pytest.mark.parametrize("kind", [list, tuple, iter, lambda texts: map(str, texts), dict.fromkeys])
def test_any_iterable_is_scored(detector, kind):
    expected = detector.score_sentences(TEXTS)
    assert len(expected) == 2
    assert detector.score_sentences(kind(TEXTS)) == expected
    assert [report.source for report in detector.score_many(kind(TEXTS))] == ["", ""]


def test_a_column_of_a_table_is_scored(detector):
    pandas = pytest.importorskip("pandas")
    assert detector.score_sentences(pandas.Series(TEXTS, index=[5, 7])) == detector.score_sentences(TEXTS)
    with pytest.raises(TypeError, match=r"sentences\[1\] must be str, not NaN"):
        detector.score_sentences(pandas.Series([TEXTS[0], math.nan]))


@pytest.mark.parametrize(
    ("value", "named"), [(None, "None"), (math.nan, "NaN"), (3, "int"), (b"text", "bytes"), (["text"], "list")]
)
def test_what_is_no_text_is_named_with_its_place(detector, value, named):
    with pytest.raises(TypeError, match=rf"sentences\[1\] must be str, not {named}"):
        detector.score_sentences([TEXTS[0], value])
    stream = detector.score_many([TEXTS[0], value])
    assert next(stream).sentences
    with pytest.raises(TypeError, match=rf"texts\[1\] must be str or Document, not {named}"):
        next(stream)
    with pytest.raises(TypeError, match=f"text must be str or Document, not {named}"):
        detector.score(value)


@pytest.mark.parametrize("value", ["one text", b"one text", None, 3])
def test_one_text_in_place_of_many_is_refused_at_once(detector, value):
    for call, name in ((detector.score_sentences, "sentences"), (detector.score_many, "texts")):
        with pytest.raises(TypeError, match=f"{name} must be an iterable of texts"):
            call(value)


def test_blank_sentences_score_nothing(detector):
    scored = detector.score_sentences(["", TEXTS[0], " \n\u00a0"])
    assert [(sentence.score, sentence.phrases) for sentence in (scored[0], scored[2])] == [(0.0, ())] * 2
    assert scored[1] == detector.score_sentences(TEXTS[:1])[0]
    assert scored[2].text == " \n\u00a0"
    assert detector.score_sentences([]) == []
