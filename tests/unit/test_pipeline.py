"""The pipeline with a model whose answers the test chooses."""

from dataclasses import replace

import numpy as np
import pytest

import biasdetect
from biasdetect.detector import Detector
from biasdetect.house import Rules
from biasdetect.model.categories import BY_NAME, CATEGORIES
from biasdetect.model.phrases import find_words, logit
from biasdetect.model.runtime import Scored


class Sure:
    """The shipped model's words, with one category for everything that it finds."""

    def __init__(self, runtime, category):
        self.folder = replace(runtime.folder, config=replace(runtime.folder.config, surroundings=None))
        self._runtime = runtime
        self._column = 1 + list(CATEGORIES).index(category)

    def run(self, texts, quoted=None):
        # with no reasons, which would say more than the category does
        return [
            replace(scored, token_logits=self._relabelled(scored), reasons=None)
            for scored in self._runtime.run(texts, quoted)
        ]

    def _relabelled(self, scored):
        logits = np.array(scored.token_logits)
        logits[:, 1:] = 0
        logits[:, self._column] = 20
        return logits


@pytest.fixture
def epithets(detector):
    return Detector(Sure(detector.runtime, "epithet"))


def test_scare_quotes_are_doubt_whatever_the_model_calls_their_words(epithets):
    report = epithets.score("The “shameless” plan was passed on Monday. The shameless mayor left.", suggest=False)
    scare, own = report.phrases
    assert (scare.text, scare.voice, scare.category, scare.why) == (
        "shameless",
        "scare-quote",
        "doubt",
        "doubts the plan and does not say what is wrong with the word",
    )
    assert (own.text, own.voice, own.category, own.why) == ("shameless", "outlet", "epithet", BY_NAME["epithet"].why)


def test_scare_quotes_are_the_outlets_and_count(epithets):
    scare, _ = epithets.score("The “shameless” plan passed. The shameless mayor left.", suggest=False).phrases
    assert scare.counts


def test_a_quotation_keeps_its_category_and_does_not_count(epithets):
    (phrase,) = epithets.score("“It is a shameless plan,” said Ann Bly.", suggest=False).phrases
    assert (phrase.voice, phrase.category, phrase.counts) == ("quote", "epithet", False)


class Says:
    """A model that gives each text the scores that it is told, and flags the words that it is told.

    The scores are those of the whole, of the outlet's words and of those of others, which stand in quotation marks.
    """

    def __init__(self, folder, scores, words=()):
        self.folder = replace(folder, config=replace(folder.config, voice=True, surroundings=None))
        self._scores = scores
        self._words = dict(words)
        self.asked = []

    def run(self, texts, quoted=None):
        self.asked += texts
        return [self._scored(*pair) for pair in zip(texts, quoted or [()] * len(texts), strict=True)]

    def _scored(self, text, quoted):
        config = self.folder.config
        offsets = find_words(text)
        logits = np.full((len(offsets), 7), -20, np.float32)
        others, sources = (np.full(len(offsets), -4, np.float32) for _ in range(2))
        for row, (start, end) in enumerate(offsets):
            others[row] = 4 if any(first <= start < last for first, last in quoted) else -4
            sources[row] = 4 if text[start:end] in ("Ann", "Bly") else -4
            if text[start:end] in self._words:
                score, category = self._words[text[start:end]]
                logits[row, 0] = logit(score, config.phrase)
                logits[row, 1 + list(CATEGORIES).index(category)] = 20
        whole, *parts = (logit(score, config.sentence) for score in self._scores[text])
        return Scored(whole, list(range(len(offsets))), offsets, logits, tuple(parts), others, sources)


ARTICLE = "The mayor left. “It is vile,” said Ann Bly. “It is a sham.”"
SCORES = {  # of the whole, of the outlet's words, of others'
    "The mayor left.": (0.9, 0.9, 0.01),
    "“It is vile,” said Ann Bly.": (0.8, 0.1, 0.7),
    "“It is a sham.”": (0.6, 0.01, 0.5),
}


def rounded(*scores):
    return [None if score is None else round(score, 3) for score in scores]


@pytest.mark.parametrize(
    ("quotes", "sentences", "score", "outlet", "others", "skipped"),
    [
        ("mark", [0.9, 0.1, 0.5], 0.5, 0.5, 0.6, []),
        ("count", [0.9, 0.8, 0.6], 0.767, 0.5, 0.6, []),
        ("skip", [0.9, 0.1], 0.5, 0.5, None, ["“It is vile,”", "“It is a sham.”"]),
    ],
)
def test_whose_words_count_is_what_the_setting_says(detector, quotes, sentences, score, outlet, others, skipped):
    words = dict.fromkeys(("mayor", "vile", "sham"), (0.9, "opinion"))
    report = Detector(Says(detector.folder, SCORES, words)).score(ARTICLE, quotes=quotes, suggest=False)
    assert rounded(*(sentence.score for sentence in report.sentences)) == sentences
    assert rounded(report.score, report.outlet_score, report.others_score) == rounded(score, outlet, others)
    assert [piece.text for piece in report.skipped if piece.reason == "quotation"] == skipped


@pytest.mark.parametrize(
    ("words", "quotes", "sentences", "outlet", "others"),
    [
        ({}, "mark", [0.49, 0.1, 0.49], 0.295, 0.49),
        ({"vile": (0.9, "opinion")}, "mark", [0.49, 0.1, 0.49], 0.295, 0.595),
        ({"said": (0.9, "opinion")}, "mark", [0.49, 0.1, 0.49], 0.295, 0.49),
        ({"vile": (0.9, "opinion")}, "count", [0.49, 0.8, 0.49], 0.295, 0.595),
        ({"mayor": (0.9, "opinion")}, "mark", [0.9, 0.1, 0.49], 0.5, 0.49),
    ],
)
def test_a_score_above_one_half_has_a_reason_in_the_words_that_it_is_of(
    detector, words, quotes, sentences, outlet, others
):
    scorer = Detector(Says(detector.folder, SCORES, words))
    report = scorer.score(ARTICLE, quotes=quotes, suggest=False)
    assert rounded(*(sentence.score for sentence in report.sentences)) == sentences
    assert rounded(report.outlet_score, report.others_score) == [outlet, others]
    # what is asked for to be shown changes no score
    shown = scorer.score(ARTICLE, quotes=quotes, threshold=0.99, suggest=False)
    assert [sentence.score for sentence in shown.sentences] == [sentence.score for sentence in report.sentences]


def test_an_article_of_quotations_alone_has_no_score_of_the_outlets(detector):
    report = Detector(Says(detector.folder, SCORES, WORDS)).score("“It is a sham.”")
    assert report.outlet_score is None
    assert rounded(report.score, report.others_score, report.sentences[0].score) == [0.0, 0.5, 0.5]


def test_sentences_as_they_stand_are_scored_whole_and_blank_ones_not_at_all(detector):
    runtime = Says(detector.folder, SCORES, {"vile": (0.9, "opinion")})
    one, blank, again = Detector(runtime).score_sentences(
        ["“It is vile,” said Ann Bly.", " ", "“It is vile,” said Ann Bly."]
    )
    assert rounded(one.score, blank.score) == [0.8, 0.0]
    assert one == again
    assert (blank.text, blank.phrases, blank.end) == (" ", (), 1)
    (phrase,) = one.phrases
    assert (phrase.text, phrase.start, phrase.category, phrase.voice) == ("vile", 7, "opinion", "outlet")
    assert runtime.asked == ["“It is vile,” said Ann Bly."] * 2


WORDS = {"vile": (0.9, "opinion"), "sham": (0.6, "labeling")}


@pytest.mark.parametrize(
    ("settings", "flagged"),
    [
        ({}, [("vile", "quote"), ("sham", "quote")]),
        ({"quotes": "skip"}, []),
        ({"threshold": 0.7}, [("vile", "quote")]),
        ({"kind": "opinion"}, [("sham", "quote")]),
        ({"kind": "review"}, [("sham", "quote")]),
        ({"rules": Rules(categories={"labeling": 0.5}), "threshold": None}, [("vile", "quote"), ("sham", "quote")]),
        ({"rules": Rules(threshold=0.8, categories={"labeling": 0.5})}, [("vile", "quote"), ("sham", "quote")]),
        ({"rules": Rules(threshold=0.8)}, [("vile", "quote")]),
        ({"rules": Rules(threshold=0.95), "threshold": 0.7}, [("vile", "quote")]),
        ({"rules": Rules(kind="review")}, [("sham", "quote")]),
        ({"rules": Rules(kind="review"), "kind": "news"}, [("vile", "quote"), ("sham", "quote")]),
    ],
)
def test_which_phrases_are_reported_is_what_the_settings_say(detector, settings, flagged):
    report = Detector(Says(detector.folder, SCORES, WORDS)).score(ARTICLE, suggest=False, **settings)
    assert [(phrase.text, phrase.voice) for phrase in report.phrases] == flagged
    assert all(ARTICLE[phrase.start : phrase.end] == phrase.text for phrase in report.phrases)
    genre = {"opinion": "an opinion piece", "review": "a review"}.get(report.settings.kind)
    assert [genre in note for note in report.notes[:1]] == ([True] if genre else [])


@pytest.mark.parametrize("settings", [{"quotes": "drop"}, {"kind": "poem"}, {"threshold": 1.01}, {"threshold": -0.01}])
def test_a_setting_that_does_not_exist_is_named(detector, settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        Detector(Says(detector.folder, SCORES)).score(ARTICLE, **settings)


def test_headlines_speakers_and_boilerplate_are_read_as_such(detector):
    source = "# The mayor left\n\nThe mayor left. “It is vile,” said Ann Bly.\n\nShare\n"
    document = biasdetect.read(source, "markdown")
    scores = {**SCORES, "The mayor left": (0.2, 0.2, 0.01), "Share": (0.3, 0.3, 0.01)}
    words = {**WORDS, "mayor": (0.9, "labeling")}
    report = Detector(Says(detector.folder, scores, words)).score(document, suggest=False)
    assert [(sentence.role, sentence.speaker) for sentence in report.sentences] == [
        ("headline", None), ("body", None), ("body", "Ann Bly"),
    ]  # fmt: skip
    assert [(piece.text, piece.reason) for piece in report.skipped] == [("Share", "share bar")]
    kept = Detector(Says(detector.folder, scores, words)).score(document, keep_boilerplate=True, suggest=False)
    assert (kept.sentences[-1].text, kept.skipped) == ("Share", ())
    assert rounded(report.score, kept.score) == [0.4, 0.375]


def test_what_the_outlet_says_beside_a_quotation_is_reported_without_it(detector):
    text = "“It is vile,” said the sham mayor."
    report = Detector(Says(detector.folder, {text: (0.8, 0.4, 0.7)}, WORDS)).score(text, quotes="skip", suggest=False)
    assert [phrase.text for phrase in report.phrases] == ["sham"]


def test_wording_is_looked_for_where_one_phrase_counts_and_nobody_said_no(detector):
    text = "The shameless mayor left. “What a shameless plan,” said Ann Lee."
    own, quoted = detector.score(text).phrases
    assert own.suggestions
    assert not quoted.suggestions
    assert not any(phrase.suggestions for phrase in detector.score(text, suggest=False).phrases)


def test_in_an_opinion_piece_a_judgement_makes_no_sentence_red():
    text = "We should be ashamed of this disgraceful budget. The buffoons on the committee did not ask one question."
    detector = biasdetect.load()
    news, opinion = (detector.score(text, kind=kind, suggest=False) for kind in ("news", "opinion"))
    assert news.sentences[0].score > 0.5
    assert opinion.sentences[0].score < 0.5
    assert not opinion.sentences[0].phrases
    assert opinion.sentences[1].score == news.sentences[1].score > 0.5
    assert opinion.score < news.score
