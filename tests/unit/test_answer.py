"""Every report begins with one sentence: what to change, the worst of it, and what to do."""

from dataclasses import replace

import pytest

from biasdetect import Phrase, Report, Sentence, Settings, Suggestion
from biasdetect.results import SEVERITIES


def phrase(text, score=0.9, voice="outlet", start=0, **facts):
    return Phrase(text, start, start + len(text), score, "opinion", voice, **facts)


def suggestion(words, text="x"):
    return Suggestion(text, 0, 1, words, "word", 0.9, 0.1)


def report(*phrases, quotes="mark", language="", sentences=True):
    found = (Sentence("A sentence.", 0, 100, 0.5, phrases=phrases),) if sentences else ()
    return Report("a.txt", "model", 0.5, 0.5, None, found, (), Settings(0.3, quotes), foreign_language=language)


def test_the_worst_phrase_is_named_with_what_to_do():
    found = report(phrase("vile", 0.6), phrase("potbellied", suggestions=(suggestion(""),), start=10))
    assert found.answer.text == "Two phrases to change; the worst is “potbellied”: leave it out."
    assert [one.text for one in found.answer.worst] == ["potbellied", "vile"]
    assert (found.answer.verdict, found.answer.own, found.answer.quoted) == ("change", 2, 0)


def test_one_phrase_is_named_as_such():
    found = report(phrase("vile", advice="Name the act."), phrase("mad", voice="quote", start=9))
    assert found.answer.text == "One phrase to change: “vile”: name the act."
    assert (found.answer.own, found.answer.quoted) == (1, 1)


@pytest.mark.parametrize(
    ("facts", "remedy"),
    [
        ({"suggestions": (suggestion("bad"), suggestion(""))}, "write “bad”"),
        ({"suggestions": (suggestion("vile"),)}, "leave out the quotation marks"),
        ({"advice": "Say who thinks so, or leave it out."}, "say who thinks so, or leave it out"),
        ({}, ""),
    ],
)
def test_what_to_do_is_the_first_suggestion_or_the_advice(facts, remedy):
    assert phrase("vile", **facts).remedy == remedy
    assert report(phrase("vile", **facts)).answer.text.endswith(f": {remedy}." if remedy else "“vile”.")


def test_a_clean_text_is_told_so():
    found = report().answer
    assert found.text == "Nothing to change: this text is clean."
    assert (found.verdict, found.worst) == ("clean", ())


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "Nothing to change: the one flagged phrase is in quoted words."),
        (3, "Nothing to change: all three flagged phrases are in quoted words."),
    ],
)
def test_that_only_quoted_words_are_flagged_is_told(count, text):
    found = report(*(phrase("mad", voice="quote", start=9 * number) for number in range(count)))
    assert (found.answer.verdict, found.answer.text) == ("quoted", text)
    counted = replace(found, settings=Settings(0.3, "count")).answer
    assert (counted.verdict, counted.own, counted.quoted) == ("change", count, 0)


def test_of_what_was_not_read_nothing_is_said():
    assert report(phrase("vile"), language="de").answer.verdict == "unread"
    assert not report(phrase("vile"), language="de").answer.worst
    assert report(sentences=False).answer.verdict == "nothing"


def test_five_are_named_and_none_twice():
    found = report(
        *(phrase(text, 0.9 - number / 100, start=20 * number) for number, text in enumerate("a A b c d e f".split()))
    )
    assert [one.text for one in found.answer.worst] == ["a", "b", "c", "d", "e"]
    assert found.answer.text.startswith("Seven phrases to change; the worst is “a”")


def test_a_long_phrase_is_cut_in_the_sentence():
    found = report(phrase("a very long\n phrase that goes on and on and never comes to its end at all")).answer
    assert len(found.words) <= 60
    assert found.words.startswith("a very long phrase")
    assert found.words.endswith("…")


def test_there_is_one_scale_of_severity():
    assert [phrase("x", score).severity for score in (1.0, 0.75, 0.74, 0.5, 0.49, 0.0)] == [
        "strong", "strong", "medium", "medium", "slight", "slight",
    ]  # fmt: skip
    assert [name for name, _ in SEVERITIES] == ["strong", "medium", "slight"]
