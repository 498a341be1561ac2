"""What stands around a sentence raises or lowers how loaded its words are taken to be."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

import biasdetect
from biasdetect.model.folder import CONFIG, Calibration, Surroundings, describe, open_model
from biasdetect.model.phrases import logit
from biasdetect.model.runtime import FastRuntime, OnnxRuntime, Scored
from biasdetect.model.surroundings import find_lifts, lifted, mean_of_neighbours

PLAIN = "The council met on Tuesday. The budget was passed by nine votes to four. The road opens in May."
LOADED = "The bungling council met again. A shameless gang of cronies rules it. Their pathetic lies insult every voter."
PROBE = "The mayor's reckless plan goes to the committee."


@pytest.fixture(scope="module")
def weighing(detector):
    """The shipped model, in which surroundings weigh so much."""

    def weighing(weight, runtime=OnnxRuntime):
        around = Surroundings(weight, 0.0)
        return biasdetect.Detector(
            runtime(replace(detector.folder, config=replace(detector.folder.config, surroundings=around)))
        )

    return weighing


def scores_of(detector, text):
    """Of the words of the probe, wherever it stands."""
    first = text.index(PROBE)
    return [word.score for word in detector.words(text) if first <= word.start < first + len(PROBE)]


def scored(value, **others):
    return Scored(value, [], [], np.zeros((2, 7), np.float32), **others)


def test_the_two_sentences_before_and_behind_count_and_at_an_end_the_nearest(detector):
    config = replace(detector.folder.config, sentence=Calibration(), surroundings=Surroundings(0.5, 1.0))
    outputs = [scored(value) for value in (3.0, 1.0, 2.0, -1.0, -2.0, 0.5)]
    means = mean_of_neighbours(outputs, config)
    assert means == pytest.approx([0.0, 0.5, 0.25, 0.375, 0.625, 0.0])
    assert find_lifts(outputs, config) == pytest.approx([0.5 * (mean - 1.0) for mean in means])
    assert mean_of_neighbours(outputs[:2], config) == pytest.approx([1.0, 3.0])
    assert mean_of_neighbours(outputs[:1], config) == [None]
    assert find_lifts(outputs[:1], config) == [0.0]
    assert find_lifts(outputs, replace(config, surroundings=None)) == [0.0] * 6


def test_it_is_the_outlets_words_around_that_count_and_none_of_them_without_bound(detector):
    config = replace(detector.folder.config, sentence=Calibration(2.0, 1.0))
    outputs = [scored(9.0, parts=(-1.0, 9.0)), scored(0.0, parts=(50.0, 0.0))]
    assert mean_of_neighbours(outputs, config) == pytest.approx([4.0, -1.0])


def test_what_is_remembered_of_a_text_stays_as_it_is():
    output = scored(1.0)
    assert lifted(output, 0.0) is output
    assert lifted(output, 0.5).token_logits[:, 0] == pytest.approx(0.5)
    assert not output.token_logits.any()


def test_the_same_sentence_weighs_more_among_loaded_ones_than_among_plain_ones(weighing):
    detector = weighing(0.4)
    alone = scores_of(detector, PROBE)
    plain = scores_of(detector, f"{PLAIN} {PROBE} {PLAIN}")
    loaded = scores_of(detector, f"{LOADED} {PROBE} {LOADED}")
    assert all(low < middle < high for low, middle, high in zip(plain, alone, loaded, strict=True))
    flat = weighing(0.0)
    assert scores_of(flat, f"{LOADED} {PROBE}") == pytest.approx(scores_of(flat, f"{PLAIN} {PROBE}"), abs=1e-6)


def test_sentences_that_are_scored_as_they_stand_have_no_surroundings(weighing):
    one, other = (weighing(weight).score_sentences([LOADED, PROBE, LOADED]) for weight in (0.0, 0.4))
    assert one == other


def test_an_edit_is_judged_where_the_sentence_stands(weighing, monkeypatch):
    """Else an edit of a sentence among loaded ones would seem to help by leaving them."""
    from biasdetect.suggest import check

    asked = []
    read = check.read_sentences
    monkeypatch.setattr(
        check, "read_sentences", lambda *given, **how: asked.append(how["lifts"]) or read(*given, **how)
    )
    report = weighing(0.4).score(f"{LOADED} {PROBE} {LOADED}")
    assert any(phrase.suggestions for phrase in report.phrases)
    assert asked
    assert all(lift > 0.1 for lifts in asked for lift in lifts)


def test_in_eight_bits_a_word_that_its_surroundings_bring_near_to_a_decision_is_computed_exactly(weighing):
    """The answer is the exact one's, whatever the model has scored before."""
    folder = weighing(0.4).folder
    text = "The budget was passed by nine votes to four, and the road opens in May."
    exact, quick = (runtime(folder).run([text])[0].token_logits[:, 0] for runtime in (OnnxRuntime, FastRuntime))
    assert np.abs(exact - quick).max() > 0.01
    near = logit(folder.config.threshold, folder.config.phrase) - float(quick[1:-1].max())
    runtime = FastRuntime(folder)
    for lift, expected in ((near - 5.0, quick), (near, exact), (near - 5.0, quick), (0.0, quick)):
        (settled,) = runtime.settle([text], [()], runtime.run([text]), [lift])
        assert settled.token_logits[:, 0] == pytest.approx(expected, abs=1e-4)


def test_a_model_folder_says_what_surroundings_weigh(detector, tmp_path):
    folder = detector.folder
    copy = shutil.copytree(folder.path, tmp_path / "copy")
    settings = json.loads((copy / CONFIG).read_text(encoding="utf-8"))

    def opened(surroundings):
        described = describe(replace(folder.config, surroundings=surroundings, edits=False), copy)
        assert described["format"] == (4 if surroundings else 2)
        assert ("surroundings" in described["inference"]) == bool(surroundings)
        (copy / CONFIG).write_text(
            json.dumps({**settings, "edit_layers": [], "biasdetect": described}), encoding="utf-8"
        )
        return open_model(copy)

    assert opened(Surroundings(0.25, -1.5)).config.surroundings == Surroundings(0.25, -1.5)
    assert opened(None).config.surroundings is None
    with pytest.raises(biasdetect.ModelError, match=r"surroundings\.weight must be"):
        opened(Surroundings(-1.0, 0.0))
