"""Marks in the text that silence findings."""

import importlib.util

import pytest
from conftest import needs
from hypothesis import given
from hypothesis import strategies as st
from work import grows_with_length

import biasdetect
from biasdetect.house import Rules, apply_rules
from biasdetect.house.ignore import find_ignored, paragraph_end
from biasdetect.results import Phrase, Report, Sentence, Settings

ALL = ["shameless", "potbellied"]


def flagged(detector, source, form="markdown", rules=None):
    report = detector.score(biasdetect.read(source, form, "a"), rules=rules or Rules(), suggest=False)
    return [phrase.text for phrase in report.phrases], report


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("The shameless mayor left. <!-- biasdetect: ignore -->\n\nThe potbellied clerk waved.", ["potbellied"]),
        ("The <!-- biasdetect:ignore --> shameless mayor left.\n\nThe potbellied clerk waved.", ["potbellied"]),
        (
            "The shameless mayor left. It rained.\n<!--biasdetect: ignore-->\n\nThe potbellied clerk waved.",
            ["potbellied"],
        ),
        ("The shameless mayor left.\n\n<!-- biasdetect: ignore -->\n\nThe potbellied clerk waved.", ["shameless"]),
        ("The shameless mayor left.\r\n\r\n<!-- biasdetect: ignore -->\r\nThe potbellied clerk waved.", ["shameless"]),
        ("<!-- biasdetect: ignore -->\nThe shameless mayor left. The potbellied clerk waved.", []),
        ("- The shameless mayor left. <!-- biasdetect: ignore -->\n- The potbellied clerk waved.", ["potbellied"]),
        ("# The shameless mayor leaves\nThe potbellied clerk waved. <!-- biasdetect: ignore -->", ["shameless"]),
        ("# The shameless mayor leaves\n<!-- biasdetect: ignore -->\n\nThe potbellied clerk waved.", ["shameless"]),
        (
            "The shameless mayor left.\n\n<!-- BiasDetect: Ignore-Next-Line -->\nThe potbellied clerk waved.",
            ["shameless"],
        ),
        (
            "<!-- biasdetect: ignore-next-line -->\r\nThe shameless mayor left and\r\nthe potbellied clerk waved.",
            ["potbellied"],
        ),
        ("The shameless mayor left.\n\nThe potbellied clerk waved.\n\n<!-- biasdetect: ignore -->", ALL),
        ("The shameless mayor left.\n\nThe potbellied clerk waved. <!-- biasdetect: ignore-next-line -->", ALL),
    ],
)
def test_marks_in_markdown(detector, source, left):
    texts, report = flagged(detector, source)
    assert texts == left
    hidden = 2 - len(left)
    told = {0: (), 1: ("1 finding ignored by marks in the text.",), 2: ("2 findings ignored by marks in the text.",)}
    assert report.notes == told[hidden]
    assert len(flagged(detector, source, rules=Rules(marks=False))[0]) == 2


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("<p>The shameless mayor left.<!-- biasdetect: ignore --></p><p>The potbellied clerk waved.</p>", ["potbellied"]),
        ("<p>The shameless mayor left.</p><!-- biasdetect: ignore --><p>The potbellied clerk waved.</p>", ["shameless"]),
        ("<p>The <b>shameless</b> mayor left. It rained.\n<!-- biasdetect: ignore --></p><p>The potbellied clerk waved.</p>", ["potbellied"]),
        ("<p>The shameless mayor left.</p>\n<!-- biasdetect: ignore-next-line -->\n<p>The potbellied clerk waved.</p>", ["shameless"]),
    ],
)  # fmt: skip
def test_marks_in_html(detector, source, left):
    assert flagged(detector, f"<html><body><article>{source}</article></body></html>", "html")[0] == left


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("before it", True),
        ("it\nthe", False),  # begins before the silenced line
        ("the potbellied", False),
        ("waved and\nleft", False),  # ends after it
        ("left the", True),
    ],
)
def test_a_phrase_that_shares_a_word_with_a_silenced_line_is_silenced(words, left):
    text = "<!-- biasdetect: ignore-next-line --> before it\nthe potbellied clerk waved and\nleft the room."
    start = text.index(words)
    phrase = Phrase(words, start, start + len(words), 0.9, "epithet", position=start)
    sentence = Sentence(text, 0, len(text), 0.9, phrases=(phrase,))
    report = Report("a.md", "m", 0.9, 0.9, None, (sentence,), (), Settings(0.5))
    assert bool(apply_rules(report, text, Rules()).phrases) is left


def test_plain_text_has_no_marks(detector):
    texts, report = flagged(detector, "The shameless mayor left. <!-- biasdetect: ignore -->", "text")
    assert "shameless" in texts
    assert report.notes == ()


def test_an_unknown_mark_is_told(detector):
    texts, report = flagged(detector, "The shameless mayor left. <!-- biasdetect: ignor-next-line -->")
    assert texts == ["shameless"]
    assert report.warnings == (
        "The mark “biasdetect: ignor-next-line” is unknown and ignores nothing. Did you mean ignore-next-line?",
    )


def test_scores_of_sentences_stay(detector):
    source = "The shameless mayor left. <!-- biasdetect: ignore -->"
    assert flagged(detector, source)[1].score == flagged(detector, source, rules=Rules(marks=False))[1].score


@given(
    st.lists(st.sampled_from(["a", " ", "\n", "\r\n", "<p>", "</p>", "<b>", "- ", "<!-- biasdetect: ignore -->",
                              "<!-- biasdetect: ignore-next-line -->", "<!--", "-->", "biasdetect:"]), max_size=40),
    st.lists(st.integers(0, 60), max_size=8),
)  # fmt: skip
def test_any_source_with_marks_is_read(pieces, places):
    source = "".join(pieces)
    places = sorted({min(place, len(source)) for place in places})
    sentences = [
        Sentence("x", start, end, 0.1) for start, end in zip(places[::2], places[1::2], strict=False) if start < end
    ]
    stretches, _ = find_ignored(source, sentences)
    assert all(0 <= start <= end <= len(source) for start, end in stretches)


def test_work_grows_with_the_number_of_marks_and_not_with_its_square():
    def marked(number):
        return "The shameless mayor left. " + "<!-- biasdetect: ignore --> " * number

    def read(source):
        stretches, _ = find_ignored(source, [Sentence(source[:25], 0, 25, 0.9)])
        assert set(stretches) == {(0, 25)}

    assert grows_with_length(marked, read, 500)


def test_before_the_first_sentence_stands_the_first_paragraph():
    source = "* * *\n\nIt rained.\n\nIt snowed."
    sentences = [Sentence(words, source.index(words), source.index(words) + len(words), 0.1) for words in ("It rained.", "It snowed.")]  # fmt: skip
    assert [source[: paragraph_end(source, sentences, at)].rsplit(maxsplit=1)[-1] for at in (0, 7, len(source) - 1)] == [
        "rained.", "rained.", "snowed.",
    ]  # fmt: skip


def test_a_mark_put_at_the_end_of_a_paragraph_silences_it(detector):
    source = "# A day\n\nThe shameless mayor left. It rained\nall day.\n\nThe potbellied clerk waved."
    _, report = flagged(detector, source)
    end = paragraph_end(source, report.sentences, report.phrases[0].start)
    assert source[:end].endswith("all day.")
    assert flagged(detector, source[:end] + " <!-- biasdetect: ignore -->" + source[end:])[0] == ["potbellied"]


@pytest.mark.parametrize(
    ("form", "source", "left"),
    [
        ("latex", "The shameless mayor left. % biasdetect: ignore\n\nThe potbellied clerk waved.", ["potbellied"]),
        ("latex", "% biasdetect: ignore\nThe shameless mayor left.\n\nThe potbellied clerk waved.", ["potbellied"]),
        ("latex", "\\begin{a}The shameless mayor left.\\end{a} % biasdetect: ignore\n\nThe potbellied clerk waved.", ["shameless"]),
        ("latex", "% biasdetect: ignore-next-line\nThe shameless mayor left and\nthe potbellied clerk waved.", ["potbellied"]),
        ("latex", "The mayor left.\\footnote{The shameless one.} It rained. % biasdetect: ignore\n\nThe potbellied clerk waved.", ["potbellied"]),
        ("rst", "The shameless mayor left.\n\n.. biasdetect: ignore\n\nThe potbellied clerk waved.", ["shameless"]),
        ("rst", ".. biasdetect: ignore\r\n\r\nThe shameless mayor left.\r\n\r\nThe potbellied clerk waved.", ["potbellied"]),
    ],
)  # fmt: skip
def test_marks_in_comments_of_latex_and_restructuredtext(detector, form, source, left):
    needs(bool(importlib.util.find_spec({"latex": "pylatexenc", "rst": "docutils"}[form])), 'pip install ".[dev]"')
    assert flagged(detector, source, form)[0] == left
