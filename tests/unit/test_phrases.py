import unicodedata

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from biasdetect.model.folder import Calibration
from biasdetect.model.phrases import decode, find_words, occurrences, sigmoid, without

IDENTITY = Calibration()


def decode_words(text, scores, threshold=0.5, categories=None):
    """Decode a text with one token per word and the given scores."""
    words = find_words(text)
    logits = np.zeros((len(words), 7), np.float32)
    logits[:, 0] = np.log(np.array(scores) / (1 - np.array(scores)))
    for index, category in enumerate(categories or ()):
        logits[index, 1 + category] = 5
    return decode(text, words, logits, threshold, IDENTITY)


def flagged(text, scores, threshold=0.5):
    return [text[span.start : span.end] for span in decode_words(text, scores, threshold)]


def test_neighbouring_words_make_one_phrase():
    text = "quoted by the TASS propaganda agency yesterday"
    assert flagged(text, [0.01, 0.01, 0.01, 0.02, 0.9, 0.3, 0.01]) == ["propaganda agency"]


def test_articles_at_the_edges_are_trimmed():
    assert flagged("by the shameless mayor of the town", [0.3, 0.4, 0.9, 0.1, 0.3, 0.01, 0.01]) == ["shameless"]


def test_punctuation_parts_phrases():
    assert flagged("a shameless, cynical ploy", [0.01, 0.9, 0.9, 0.8]) == ["shameless", "cynical ploy"]


def test_a_hyphenated_word_is_one_word():
    assert flagged("the self-styled expert", [0.01, 0.9, 0.1]) == ["self-styled"]


def test_nothing_below_the_threshold():
    assert flagged("a shameless ploy", [0.01, 0.6, 0.6], threshold=0.7) == []


def test_a_phrase_may_be_just_at_the_threshold():
    text = "a shameless ploy"
    words = find_words(text)
    logits = np.zeros((3, 7), np.float32)
    logits[:, 0] = (-20, 0, -20)  # the middle word's score is one half, to the bit
    (span,) = decode(text, words, logits, 0.5, IDENTITY)
    assert (span.start, span.end, span.score) == (2, 11, 0.5)
    assert decode(text, words, logits, 0.5000001, IDENTITY) == []


def test_a_neighbour_belongs_to_a_phrase_from_half_of_the_threshold_on():
    assert flagged("a shameless ploy", [0.01, 0.9, 0.251]) == ["shameless ploy"]
    assert flagged("a shameless ploy", [0.01, 0.9, 0.249]) == ["shameless"]


def test_words_are_found_wherever_they_stand_whole():
    text = "The plot, a Plot of plotters: plots and plot"
    assert [text[start:end] for start, end in occurrences(text, "plot")] == ["plot", "Plot", "plot"]
    assert occurrences("a (b) b", "(b)") == [(2, 5)]
    assert occurrences(text, "scheme") == occurrences(text, " ") == occurrences(text, "") == []


def test_what_is_a_phrase_already_is_left_out_of_a_second_look():
    text = "a shameless vile ploy"
    words = find_words(text)
    logits = np.zeros((4, 7), np.float32)
    logits[:, 0] = (-5, 5, 3, 4)
    (first,) = [span for span in decode(text, words, logits, 0.99, IDENTITY) if text[span.start : span.end]]
    rest = without(words, logits, [first])
    inside = [first.start <= start and end <= first.end for start, end in words]
    assert rest[:, 0].tolist() == [-20 if within else logit for within, logit in zip(inside, logits[:, 0], strict=True)]
    assert (rest[:, 1:] == logits[:, 1:]).all()
    assert decode(text, words, without(words, logits, []), 0.5, IDENTITY) == decode(text, words, logits, 0.5, IDENTITY)


def test_a_token_that_only_touches_a_phrase_is_none_of_it():
    logits = np.ones((3, 7), np.float32)
    (span,) = decode_words("a ploy b", [0.1, 0.9, 0.1])
    assert without([(0, 2), (2, 6), (6, 8)], logits, [span])[:, 0].tolist() == [1, -20, 1]


def test_the_category_is_that_of_the_strongest_words():
    (span,) = decode_words("propaganda agency", [0.9, 0.4], categories=[1, 2])
    assert span.category == 1


def test_scores_are_probabilities_however_large_the_logits():
    values = sigmoid(np.array([-1e30, 0, 1e30], np.float32), Calibration(2.0, 0.0))
    assert values.tolist() == [0.0, 0.5, 1.0]


@given(st.text(max_size=80), st.data())
def test_phrases_lie_in_the_text_in_order_with_clean_edges(text, data):
    words = find_words(text)
    logits = data.draw(arrays(np.float32, (len(words), 7), elements=st.floats(-8, 8, width=32)))
    end = 0
    for span in decode(text, words, logits, 0.5, IDENTITY):
        assert end <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == text[span.start : span.end].strip(' .,;:!?"“”')
        assert 0.5 <= span.score <= 1
        end = span.end


WHOLE = (
    "The feckless Wei-Lin Ó Conaill met a half-baked, ill\u2011advised and co\u00adwardly envoy in Côte d’Ivoire.",
    "Cafe\u0301 owner Zoe\u0308 Nguye\u0302\u0303n, a self-styled naïf, sued the O’Shaughnessys’ so-called trust.",
    "👩‍👩‍👧 families shrugged at the mayor’s 🤦🏽‍♀️ plan, a first-class flop in Sainte-Marie-aux-Bois.",
)
JOINERS = set("-'’\u2010\u2011\u00ad\u200b\u2060\u200d\ufe0f")


@given(st.sampled_from(WHOLE), st.data())
def test_no_phrase_begins_or_ends_inside_a_word_or_a_character(text, data):
    logits = data.draw(arrays(np.float32, (len(text), 7), elements=st.floats(-8, 8, width=32)))
    letters = [(index, index + 1) for index in range(len(text))]  # the smallest tokens that there could be
    for span in decode(text, letters, logits, 0.3, IDENTITY):
        for place in (span.start, span.end):
            before, after = text[place - 1 : place], text[place : place + 1]
            assert not (before.isalnum() and after.isalnum())
            assert not unicodedata.category(after or " ").startswith("M")
        # and a joiner between two letters never parts them
        assert not (text[span.start - 1 : span.start] in JOINERS and text[: span.start - 1][-1:].isalnum())
        assert not (text[span.end : span.end + 1] in JOINERS and text[span.end + 1 : span.end + 2].isalnum())
