"""The classifier for scikit-learn: in its pipelines and searches, pickled as a path."""

from __future__ import annotations

import pickle
import shutil

import numpy as np
import pytest

import biasdetect

pytestmark = pytest.mark.usefixtures("train_extra")

TEXTS = [f"The {word} mayor of town {number} spoke." for number in range(15) for word in ("shameless", "former")]
LABELS = [1, 0] * 15


@pytest.fixture
def quick(monkeypatch, shipped):
    """``fit`` with a copy of the model that ships where the training would be; every call is noted."""
    from biasdetect.finetune.retrain import api

    calls = []

    def copied(records, out, **settings):
        calls.append(([(record.text, record.label) for record in records], settings))
        shutil.copytree(shipped, out)

    monkeypatch.setattr(api, "train", copied)
    return calls


@pytest.fixture
def classifier(tmp_path):
    from biasdetect.sklearn import BiasClassifier

    return BiasClassifier(folder=tmp_path / "models", threads=1)


def test_a_model_as_it_is_needs_no_fit(detector):
    from biasdetect.sklearn import BiasClassifier

    found = BiasClassifier.of(threads=1)
    probabilities = found.predict_proba(np.array(TEXTS[:4]))
    assert probabilities.shape == (4, 2)
    assert probabilities[:, 1] == pytest.approx([sentence.score for sentence in detector.score_sentences(TEXTS[:4])])
    assert found.predict(TEXTS[:2]).tolist() == [1, 0]
    assert found.score(TEXTS[:4], LABELS[:4]) == 1.0


def test_scikit_learns_own_checks(classifier):
    from sklearn.base import clone
    from sklearn.exceptions import NotFittedError
    from sklearn.utils import estimator_checks

    name = type(classifier).__name__
    for check in (
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_estimator_tags_renamed,
        estimator_checks.check_valid_tag_types,
        estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
    ):
        check(name, clone(classifier))
    with pytest.raises(NotFittedError):
        classifier.predict(TEXTS)


def test_fit_trains_once_on_the_same_sentences(classifier, quick):
    from sklearn.base import clone

    assert classifier.fit(TEXTS, np.array(LABELS)) is classifier
    again = clone(classifier).set_params(threads=2).fit(iter(TEXTS), LABELS)
    assert again.model_ == classifier.model_
    assert len(quick) == 1
    assert quick[0][0][:2] == [(TEXTS[0], 1), (TEXTS[1], 0)]
    other = clone(classifier).set_params(epochs=1).fit(TEXTS, LABELS)
    assert other.model_ != classifier.model_
    assert quick[1][1]["epochs"] == 1
    assert classifier.classes_.tolist() == [0, 1]


def test_a_path_is_pickled_and_no_weights(classifier, quick):
    classifier.fit(TEXTS, LABELS)
    before = classifier.predict_proba(TEXTS[:2])  # the model is loaded now
    data = pickle.dumps(classifier)
    assert len(data) < 2000
    assert classifier.model_.encode() in data
    assert np.array_equal(pickle.loads(data).predict_proba(TEXTS[:2]), before)


def test_a_search_over_settings_in_a_pipeline_in_processes(classifier, quick):
    from joblib import Parallel, delayed
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    pipeline = make_pipeline(FunctionTransformer(lambda texts: [text.strip() for text in texts]), classifier)
    search = GridSearchCV(pipeline, {"biasclassifier__epochs": [1, 2]}, cv=2, scoring="neg_log_loss")
    search.fit(TEXTS, LABELS)
    assert len(quick) == 5  # two settings on two parts, the better one on all
    assert search.best_estimator_.predict(TEXTS[:2]).tolist() == [1, 0]
    fitted = search.best_estimator_[-1]
    (found,) = Parallel(n_jobs=2)([delayed(fitted.predict)(TEXTS[:2])])
    assert found.tolist() == [1, 0]


def test_what_cannot_be_learned_from_is_told(classifier, quick):
    with pytest.raises(ValueError, match="labels are 1 for biased"):
        classifier.fit(TEXTS, ["biased", *LABELS[1:]])
    with pytest.raises(ValueError, match="30 sentences and y 29"):
        classifier.fit(TEXTS, LABELS[1:])
    with pytest.raises(TypeError, match=r"X\[1\]"):
        classifier.fit(["The mayor left.", None], [0, 0])
    assert not quick


def test_too_few_sentences_are_told_by_the_training_itself(classifier):
    with pytest.raises(biasdetect.DataError, match="at least 20"):
        classifier.fit(TEXTS[:6], LABELS[:6])
