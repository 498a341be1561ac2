import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from biasdetect.model.folder import Calibration
from biasdetect.model.phrases import decode, find_words, sigmoid

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
