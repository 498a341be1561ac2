"""Edits through inline markup: the text comes out as edited, and its markup stays in order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biasdetect.reading.files import read
from biasdetect.suggest.markup import stretch


def edited(source, form, words, new):
    """The source with words of its text replaced; None where that cannot be done."""
    document = read(source, form)
    start = document.text.index(words)
    place = stretch(document, start, start + len(words))
    return None if place is None else source[: place[0]] + new + source[place[1] :]


@pytest.mark.parametrize(
    ("source", "words", "new", "expected"),
    [
        ("The potbellied clerk left.", "potbellied ", "", "The clerk left."),
        ("The **pot**bellied clerk left.", "potbellied ", "", "The clerk left."),
        ("The **potbellied** clerk left.", "potbellied ", "", "The clerk left."),
        ("The **potbellied** clerk left.", " potbellied", "", "The clerk left."),
        ("The **potbellied** clerk left.", "potbellied", "heavy", "The **heavy** clerk left."),
        ("The **pot**bellied clerk left.", "potbellied", "heavy", "The heavy clerk left."),
        ("The pot**bellied** clerk left.", "potbellied", "heavy", "The heavy clerk left."),
        ("The *pot*bel**lied** clerk left.", "potbellied", "heavy", None),
        ("An *un*gainly clerk left.", "An ungainly", "A heavy", "A heavy clerk left."),
        ("***Pot**bellied* clerks left.", "Potbellied c", "C", None),
        ("The **very pot**bellied clerk left.", "potbellied ", "", None),
        ("The **old** **pot**bellied clerk left.", "potbellied ", "", "The **old** clerk left."),
        ("The [pot](http://a.example)bellied clerk left.", "potbellied ", "", None),
        ("The `pot`bellied clerk left.", "potbellied ", "", None),
        ("The pot&shy;bellied &amp; bald clerk left.", "bellied & bald", "heavy", None),
        ("**Pot**bellied clerks left.", "Potbellied c", "C", "Clerks left."),
    ],
)
def test_emphasis_goes_with_the_words_and_other_markup_stays(source, words, new, expected):
    result = edited(source, "markdown", words, new)
    assert result == expected
    if result is not None:
        assert read(result, "markdown").text.strip() == read(source, "markdown").text.strip().replace(words, new, 1)


@pytest.mark.parametrize(
    ("inner", "words", "new", "expected"),
    [
        ("The <b>pot</b>bellied clerk left.", "potbellied ", "", "The clerk left."),
        ("The <B class='x'>pot</b >bellied clerk left.", "potbellied ", "", "The clerk left."),
        ("The <i><b>pot</b></i>bellied clerk left.", "potbellied ", "", None),
        ("The <i>p<b>ot</b></i>bellied clerk left.", "potbellied", "heavy", "The heavy clerk left."),
        ("The <b>pot<i>bel</i></b>lied clerk left.", "potbellied", "heavy", "The heavy clerk left."),
        ("The <b>pot</i>bellied clerk left.", "potbellied", "heavy", None),
        ("The <a href='/x'>pot</a>bellied clerk left.", "potbellied", "heavy", None),
        ("The pot<br>bellied clerk left.", "bellied", "heavy", "The pot<br>heavy clerk left."),
    ],
)
def test_tags_that_say_how_words_look_go_with_them(inner, words, new, expected):
    page = "<html><body><article><p>{}</p><p>It rained all day in the town.</p></article></body></html>"
    assert edited(page.format(inner), "html", words, new) == (expected and page.format(expected))


@given(
    st.lists(
        st.sampled_from(["ab", "cd ", "ef, ", "**", "*", "_", "~~", "`", "<b>", "</b>", "[", "](x)"]), max_size=12
    ),
    st.data(),
)
def test_whatever_is_edited_reads_as_edited(pieces, data):
    source = f"The mayor {''.join(pieces)} left."
    document = read(source, "markdown")
    words = [place for place, char in enumerate(document.text) if char.isalpha()]
    start = data.draw(st.sampled_from(words))
    end = data.draw(st.integers(start + 1, len(document.text)))
    if not (document.text[end - 1].isalnum() and not document.text[start - 1 : start].isalnum()):
        return  # suggestions replace whole words
    place = stretch(document, start, end)
    if place is None or (end < len(document.text) and document.text[end].isalnum()):
        return
    result = source[: place[0]] + "heavy" + source[place[1] :]
    assert read(result, "markdown").text == document.text[:start] + "heavy" + document.text[end:]
