"""What a user of the Python API sees, with the model that ships."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import biasdetect

LOADED = "The shameless mayor rammed the ludicrous plan through the council."
PLAIN = "The mayor presented the plan to the council on Tuesday."


def test_importing_is_light():
    code = "import sys, biasdetect; print([name for name in ('torch', 'transformers', 'onnxruntime', 'rich') if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_scoring_needs_no_torch():
    code = "import sys; sys.modules['torch'] = None; import biasdetect; print(len(biasdetect.load().score('A shameless plan.').sentences))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "1"
    )


def test_loaded_wording_is_told_from_plain_reporting(detector):
    loaded, plain = detector.score_sentences([LOADED, PLAIN])
    assert loaded.score > 0.5 > plain.score
    assert any("shameless" in phrase.text for phrase in loaded.phrases)
    assert plain.phrases == ()
    assert all(0 <= phrase.score <= 1 and phrase.category in biasdetect.CATEGORIES for phrase in loaded.phrases)


def test_sentences_are_scored_as_they_stand(detector):
    two = f"{PLAIN} {PLAIN} Read also:"
    (sentence,) = detector.score_sentences([two])
    assert (sentence.text, sentence.start, sentence.end) == (two, 0, len(two))
    assert detector.score_sentences([]) == []


def test_a_sentence_scores_the_same_alone_and_in_company(detector):
    others = [PLAIN, "Rain fell.", LOADED * 5]
    alone = detector.score_sentences([LOADED])[0]
    together = detector.score_sentences([*others, LOADED])[-1]
    assert together.score == pytest.approx(alone.score, abs=1e-4)
    assert [p.text for p in together.phrases] == [p.text for p in alone.phrases]


def test_the_threshold_decides_what_is_flagged(detector):
    assert detector.score(LOADED, threshold=1.0).phrases == ()
    # phrases beside each other become one
    low, own = (
        sum(len(phrase.text) for phrase in report.phrases)
        for report in (detector.score(LOADED, threshold=0.05), detector.score(LOADED))
    )
    assert low >= own > 0
    with pytest.raises(ValueError, match="threshold"):
        detector.score(LOADED, threshold=2)
    with pytest.raises(ValueError, match="quotes"):
        detector.score(LOADED, quotes="drop")


def test_quoted_words_do_not_raise_the_score(detector):
    text = f"{PLAIN}\n“This shameless, ludicrous plan is a disgrace,” said the opposition leader."
    marked, counted, skipped = (detector.score(text, quotes=quotes) for quotes in ("mark", "count", "skip"))
    assert {phrase.voice for phrase in marked.phrases} == {"quote"}
    assert counted.score > marked.score
    assert skipped.phrases == ()
    assert any(piece.reason == "quotation" for piece in skipped.skipped)


def test_what_others_say_is_scored_beside_what_the_outlet_says(detector):
    text = f"{PLAIN}\n“This shameless, ludicrous plan is a disgrace,” said the opposition leader.\nThe ministry said that the shameless mayor had lied."
    report = detector.score(text)
    assert report.outlet_score == report.score < 0.5 < report.others_score
    assert report.difference == pytest.approx(report.others_score - report.outlet_score)
    louder = detector.score(text.replace("shameless, ludicrous plan is a disgrace", "plan is a plan"))
    # the words of others are context of the outlet's, and do not count
    assert louder.score == pytest.approx(report.score, abs=0.03)
    assert louder.others_score < report.others_score
    plain = detector.score(PLAIN)
    assert (plain.others_score, plain.difference) == (None, None)
    assert detector.score(text, quotes="skip").others_score is None


def test_an_opinion_piece_may_have_an_opinion(detector):
    text = "The potbellied mayor left early. Sadly, the shameless plan is a disgrace. " + PLAIN
    news, opinion = detector.score(text), detector.score(text, kind="opinion")
    assert {phrase.category for phrase in news.phrases} - {"labeling", "epithet", "exaggeration"}
    assert {phrase.category for phrase in opinion.phrases} <= {"labeling", "epithet", "exaggeration"}
    assert any("potbellied" in phrase.text for phrase in opinion.phrases)
    assert "opinion piece" in opinion.notes[0]
    assert news.notes == ()
    with pytest.raises(ValueError, match="kind"):
        detector.score(text, kind="satire")


def test_boilerplate_is_kept_where_asked(detector):
    text = f"{PLAIN}\nRead also:\n{LOADED}"
    assert [piece.text for piece in detector.score(text).skipped] == ["Read also:"]
    kept = detector.score(text, keep_boilerplate=True)
    assert kept.skipped == ()
    assert "Read also:" in [sentence.text for sentence in kept.sentences]
    assert "Nothing was scored" in detector.score("Read also:").warnings[0]
    assert kept.warnings == ()


def test_the_headline_is_one_sentence_with_a_score_of_its_own(detector):
    report = detector.score(f"Shameless mayor rams plan through. Who pays?\n{PLAIN}\n{PLAIN}")
    assert report.headline.text == "Shameless mayor rams plan through. Who pays?"
    assert report.headline.score > 0.5
    assert [sentence.role for sentence in report.sentences] == ["headline", "body", "body"]
    assert detector.score(PLAIN).headline is None


@pytest.mark.parametrize(
    ("form", "source", "marked"),
    [
        ("html", "<p>The shame&shy;<b>less</b>\n mayor&nbsp;left&hellip;</p>", "shame&shy;<b>less"),
        ("html", "\ufeff<p>A &#x201C;plan&#x201D; by <i>the</i> pot<span title='>'>bell</span>ied mayor.</p>\r\n", "pot<span title='>'>bell</span>ied"),
        ("markdown", "The *shame*less mayor [left](u).", "shame*less"),
    ],
)  # fmt: skip
def test_offsets_point_into_the_source_through_its_markup(detector, form, source, marked):
    phrases = detector.score(biasdetect.read(source, form)).phrases
    assert marked in [source[phrase.start : phrase.end] for phrase in phrases]


def test_scare_quotes_are_doubt(detector):
    report = detector.score("The “experts” on the panel were paid by the mill.", threshold=0.05)
    (phrase,) = (phrase for phrase in report.phrases if phrase.voice == "scare-quote")
    assert (phrase.text, phrase.category) == ("experts", "doubt")
    assert phrase.counts


def test_speakers_are_named(detector):
    report = detector.score(
        "“We go on,” said Oksana Veldt. “So be it.”\nThe ministry said that the dam was safe. Rain fell."
    )
    assert [sentence.speaker for sentence in report.sentences] == ["Oksana Veldt", "Oksana Veldt", "The ministry", None]


def test_a_stream_of_articles_is_read_as_it_comes(detector):
    def articles():
        yield LOADED
        yield PLAIN
        raise AssertionError("read too far")

    stream = detector.score_many(articles())
    assert next(stream).score > next(stream).score


def test_threads_may_share_a_detector(detector):
    texts = [LOADED, PLAIN, f"{PLAIN} {LOADED}"] * 8
    expected = [detector.score(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(detector.score, texts)) == expected


def test_other_languages_get_a_warning(detector):
    german = "Der schamlose Bürgermeister hat am Dienstag den lächerlichen Plan durch den Gemeinderat gedrückt."
    assert "German, not English" in detector.score(german).warnings[0]
    assert detector.score(PLAIN).warnings == ()


def test_nothing_and_very_long_things_are_scored(detector):
    assert detector.score("").sentences == ()
    assert detector.score("").score == 0.0
    long = "The plan was presented to the council and " * 500 + "the shameless mayor left."
    report = detector.score(long)
    assert report.sentences[-1].end == len(long)
    assert any("shameless" in phrase.text for phrase in report.phrases)
    assert detector.score("a" * 1_000_000).sentences


awkward = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from([
            "shameless", "ludicrous plan", "the mayor", "\ud800", "\udfff", "\x00", "\ufeff", "e\u0301", "👩‍👩‍👧", "🇵🇱", "“", "”", '"',
            "\r\n", "\n\n", "\u2028", ".", "…", "ﬁ", "ß", "İ", "\u00ad", "\u200b", "Read also:", "“Shameless!” he said.", "\x1b[31m",
        ]),
        max_size=14,
    ).map(" ".join),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(awkward, st.sampled_from(["mark", "count", "skip"]))
def test_offsets_always_hold(detector, text, quotes):
    report = detector.score(text, quotes=quotes, threshold=0.02)
    for piece in (*report.sentences, *report.phrases, *report.skipped):
        assert text[piece.start : piece.end] == piece.text
    for sentence in report.sentences:
        for phrase in sentence.phrases:
            assert sentence.start <= phrase.start < phrase.end <= sentence.end
            assert sentence.text[phrase.position :].startswith(phrase.text)
    assert biasdetect.Report.from_dict(report.to_dict()) == report
