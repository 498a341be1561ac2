"""Words with their probabilities, and embeddings, in Python."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import numpy as np
import pytest

import biasdetect
from biasdetect.model.graphs import with_states

ARTICLE = """# Mayor *quits*

The <shameless> mayor left. “This is a disgrace,” said the naïve leader of the opposition.

Read also:
"""


def test_every_word_has_its_place_and_its_probabilities(detector):
    document = biasdetect.read(ARTICLE.replace("<shameless>", "**shame**less"), "markdown")
    words = detector.words(document)
    found = {word.text: word for word in words}
    assert [word.text for word in words][:4] == ["Mayor", "quits", "The", "shameless"]
    for word in words:
        assert document.source[word.start : word.end].replace("*", "") == word.text
        assert 0 <= word.score <= 1
        assert sum(word.categories.values()) == pytest.approx(word.score, abs=1e-5)
        assert set(word.categories) == set(biasdetect.CATEGORIES)
    assert found["shameless"].score > 0.5 > found["left"].score
    assert found["disgrace"].others > 0.5 > found["shameless"].others
    assert "also" not in found
    assert "also" in {word.text for word in detector.words(document, keep_boilerplate=True)}


def test_a_phrase_scores_what_its_strongest_word_does(detector):
    text = "The shameless mayor left the so-called summit."
    words = detector.words(text)
    for phrase in detector.score(text, suggest=False).phrases:
        inside = [word.score for word in words if phrase.start <= word.start and word.end <= phrase.end]
        assert max(inside) == pytest.approx(phrase.score, abs=1e-6)


def test_texts_become_rows_whatever_stands_beside_them(detector):
    texts = ["The shameless mayor left.", "", "Sales rose. " * 180, "Der Rat tagt.", "\ud83d broken"]
    rows = detector.embed(iter(texts))
    assert rows.shape == (5, 384)
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    for index in (0, 4):
        assert np.array_equal(detector.embed([texts[index]])[0], rows[index])
    assert detector.embed([]).shape == (0, 384)
    near, far = detector.embed(["The shameless mayor has left.", "Profits of the chip maker fell by 3 percent."])
    cosine = lambda one, other: one @ other / np.linalg.norm(one) / np.linalg.norm(other)  # noqa: E731
    assert cosine(rows[0], near) > cosine(rows[0], far)


def test_all_runtimes_embed_alike(detector):
    texts = ["The shameless mayor left.", "The council met on Tuesday."]
    rows = detector.embed(texts)
    assert np.array_equal(biasdetect.load(precision="fast").embed(texts), rows)
    if importlib.util.find_spec("torch"):
        assert np.abs(biasdetect.load(device="cpu").embed(texts) - rows).max() < 1e-4


def test_what_is_no_text_is_refused(detector):
    for call in (detector.embed, detector.words):
        with pytest.raises(TypeError):
            call([None])
    with pytest.raises(TypeError, match="not one str"):
        detector.embed("The mayor left.")


def test_a_graph_without_the_usual_head_gives_no_states(tmp_path, shipped, detector):
    data = (shipped / "model.onnx").read_bytes()
    (tmp_path / "model.onnx").write_bytes(data.replace(b"token_logits", b"other_logits"))
    with pytest.raises(biasdetect.ModelError, match="no token head"):
        with_states(tmp_path / "model.onnx")


def test_states_that_are_no_numbers_are_the_models_fault(detector, monkeypatch):
    runtime = biasdetect.load().runtime
    monkeypatch.setattr(runtime, "_last_states", lambda rows: (np.full((3, 384), np.nan) for _ in rows))
    with pytest.raises(biasdetect.ModelError, match="finite"):
        runtime.embed(["The mayor left."])


def test_the_models_categories_are_those_of_its_words(detector):
    class Alien:
        folder = replace(detector.folder, config=replace(detector.folder.config, categories=("",), surroundings=None))

        def run(self, texts, quoted=None):
            return [
                replace(scored, token_logits=scored.token_logits[:, :2])
                for scored in detector.runtime.run(texts, quoted)
            ]

    assert biasdetect.Detector(Alien()).words("The shameless mayor left.")[1].categories == {}
