"""The pipeline with a model whose answers the test chooses."""

from dataclasses import replace

import numpy as np
import pytest

from biasdetect.detector import Detector
from biasdetect.model.categories import CATEGORIES, WHY


class Sure:
    """The shipped model's words, with one category for everything that it finds."""

    def __init__(self, runtime, category):
        self.folder = runtime.folder
        self._runtime = runtime
        self._column = 1 + list(CATEGORIES).index(category)

    def run(self, texts):
        return [replace(scored, token_logits=self._relabelled(scored)) for scored in self._runtime.run(texts)]

    def _relabelled(self, scored):
        logits = np.array(scored.token_logits)
        logits[:, 1:] = 0
        logits[:, self._column] = 20
        return logits


@pytest.fixture
def epithets(detector):
    return Detector(Sure(detector._runtime, "epithet"))


def test_scare_quotes_are_doubt_whatever_the_model_calls_their_words(epithets):
    report = epithets.score("The “shameless” plan was passed on Monday. The shameless mayor left.", suggest=False)
    scare, own = report.phrases
    assert (scare.text, scare.voice, scare.category, scare.why) == ("shameless", "scare-quote", "doubt", WHY["doubt"])
    assert (own.text, own.voice, own.category, own.why) == ("shameless", "outlet", "epithet", WHY["epithet"])


def test_scare_quotes_are_the_outlets_and_count(epithets):
    scare, _ = epithets.score("The “shameless” plan passed. The shameless mayor left.", suggest=False).phrases
    assert scare.counts


def test_a_quotation_keeps_its_category_and_does_not_count(epithets):
    (phrase,) = epithets.score("“It is a shameless plan,” said Ann Bly.", suggest=False).phrases
    assert (phrase.voice, phrase.category, phrase.counts) == ("quote", "epithet", False)
