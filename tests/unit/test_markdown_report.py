"""Reports as Markdown, and several at once."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from biasdetect import Phrase, Report, Sentence, Settings, Suggestion
from biasdetect.report.markdown import render_markdown, render_markdown_of
from biasdetect.report.overview import headline, overview, render_index


def make(text, *words, name="a.txt", score=0.9, quoted=()):
    phrases = []
    for word in sorted((*words, *quoted), key=text.index):
        start = text.index(word)
        voice = "quote" if word in quoted else "outlet"
        edit = (Suggestion("", start, start + len(word), "", "deletion", 0.9, 0.1, "safe"),) if word in words else ()
        phrases.append(Phrase(word, start, start + len(word), 0.9, "opinion", voice, "passes a verdict", edit, start))
    sentence = Sentence(text, 0, len(text), score, phrases=tuple(phrases))
    return Report(name, "m@1", score, score, None, (sentence,), (), Settings(0.3))


def test_markdown_answers_first():
    lines = render_markdown(make("The vile plan.", "vile")).splitlines()
    assert lines[:5] == ["## a.txt", "", "**One phrase to change: *vile*: leave it out.**", "", "1. *vile*: Leave it out. Passes a verdict."]  # fmt: skip
    assert "Scores, 0 to 1: your own words 0.90" in lines[-1]
    assert "clean" in render_markdown(make("A plan."))


def test_markdown_shows_the_sentences_with_their_phrases():
    shown = render_markdown(make("The vile plan is “mad”, he said.", "vile", quoted=("mad",)))
    assert "> The **vile** plan is “*mad*”, he said." in shown


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_no_text_of_an_article_becomes_markup(text):
    text = f"x {text} y"
    report = replace(make(text, "x", "y", name=text))
    plain = make("x a y", "x", "y", name="x a y")

    def tags(made):
        return [
            token.type
            for block in MarkdownIt("commonmark").enable("table").parse(render_markdown(made))
            for token in (block.children or [block])
            if token.type not in ("text", "softbreak")
        ]

    assert tags(report) == tags(plain)
    assert not re.search(r"@\w", render_markdown(report))


def test_several_come_with_a_table_of_the_worst_first():
    few, many, none = make("A vile plan.", "vile", name="few.txt"), make("A vile mad plan.", "vile", "mad", name="many.txt"), make("A plan.", name="none.txt")  # fmt: skip
    rows = overview([none, few, many])
    assert [(row.name, row.own, row.words) for row in rows] == [
        ("many.txt", 2, "vile"),
        ("few.txt", 1, "vile"),
        ("none.txt", 0, "this text is clean"),
    ]
    assert headline(rows) == "3 phrases to change in 2 of 3 documents; most are in many.txt."
    assert headline(overview([none])) == "Nothing to change in 1 document."
    shown = render_markdown_of([none, few, many])
    assert shown.index("| many.txt | 2 |") < shown.index("| none.txt | – |") < shown.index("### many.txt")
    assert shown.index("### many.txt") < shown.index("### few.txt") < shown.index("### none.txt")
    page = render_index(rows, ["none.html", "few.html", "many.html"])
    assert page.index('href="many.html"') < page.index('href="none.html"')
